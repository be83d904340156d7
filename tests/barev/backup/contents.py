"""All that a store holds, in a shape that is the same for both kinds of store."""

import json
from typing import Any

from crm_store import Tx
from crm_store.dumping import begin_snapshot, list_tables, read_highest, read_rows


def look(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, JSON as what it means, flags as 0 and 1."""
    begin_snapshot(tx)
    return {
        table.name: [
            {column.name: plain(value) for column, value in zip(table.columns, row, strict=True)}
            for rows in read_rows(tx, table)
            for row in rows
        ]
        for table in list_tables(tx)
    }


def plain(value: Any) -> Any:
    """JSON is spelled in other ways by PostgreSQL."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def highest(tx: Tx) -> dict[str, int]:
    """The highest ids ever given."""
    begin_snapshot(tx)
    return read_highest(tx)
