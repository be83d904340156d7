"""Appending on PostgreSQL: whole batches as arrays, in three statements."""

# ruff: noqa: S608  # the texts below are put together from constants; values are always parameters

import json
from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import AdaptedConnection

from crm_store import Tx
from crm_store.appending import (
    HEAD_COLUMNS,
    MESSAGE_COLUMNS,
    REPEATED_COLUMNS,
    ClientKey,
    Head,
    Known,
    MessageValues,
    Quoted,
    repeats_from,
    settled_by,
)
from crm_store.counters import EVENT

_KNOWN = f"""
    SELECT (SELECT json_agg(json_build_array({HEAD_COLUMNS}))::text
            FROM (SELECT * FROM conversations WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE) AS c),
        (SELECT value FROM counters WHERE name = '{EVENT}'),
        (SELECT json_agg(json_build_array({REPEATED_COLUMNS}))::text
            FROM unnest($2::text[], $3::bigint[], $4::text[]) AS wanted (kind, id, client)
            JOIN messages AS m
                ON m.author_kind = wanted.kind AND m.author_id = wanted.id AND m.client_id = wanted.client
            JOIN conversations AS c ON c.id = m.conversation_id)"""
_QUOTED = "SELECT id, conversation_id, private FROM messages WHERE id = ANY($1::bigint[])"
_MESSAGE_TYPES = (
    "bigint bigint bigint bigint bigint bigint text text bigint text text bool text text bigint text bigint bigint"
)
_SAVE = f"""
    WITH added AS (
        INSERT INTO messages ({MESSAGE_COLUMNS})
        SELECT {MESSAGE_COLUMNS.replace("content", "content::jsonb")}
        FROM unnest({", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_MESSAGE_TYPES.split(), 1))})
            AS new ({MESSAGE_COLUMNS})
    ), counted AS (
        UPDATE counters SET value = value + cardinality($1::bigint[]) WHERE name = '{EVENT}'
    )
    UPDATE conversations AS c SET last_seq = moved.last_seq, last_change = moved.last_change,
        last_event = moved.last_event, last_message_at = coalesce(moved.last_message_at, c.last_message_at),
        last_text = coalesce(moved.last_text, c.last_text), status = moved.status, waiting_since = moved.waiting_since,
        resolved_at = CASE WHEN moved.status = 'resolved' THEN c.resolved_at END,
        snoozed_until = CASE WHEN moved.status = 'snoozed' THEN c.snoozed_until END,
        {settled_by("moved.waiting_since", "c.")}
    FROM unnest($19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::text[], $25::text[],
        $26::bigint[])
        AS moved (id, last_seq, last_change, last_event, last_message_at, last_text, status, waiting_since)
    WHERE c.id = moved.id"""


class PostgresStatements:
    """See ``appending.Statements``. Rows are locked in the order of their ids."""

    def load(self, tx: Tx, ids: Collection[int], keys: Collection[ClientKey]) -> Known:
        kinds, author_ids, client_ids = zip(*keys, strict=True) if keys else ((), (), ())
        ((heads, last_event, repeats),) = _fetch(tx, _KNOWN, ids, kinds, author_ids, client_ids)
        return (
            [Head(*row) for row in json.loads(heads or "[]")],
            last_event,
            repeats_from(json.loads(repeats or "[]")),
        )

    def load_quoted(self, tx: Tx, ids: Collection[int]) -> dict[int, Quoted]:
        return {row[0]: (row[1], row[2]) for row in _fetch(tx, _QUOTED, ids)}

    def save(self, tx: Tx, rows: Sequence[MessageValues], heads: Sequence[Head]) -> None:
        moved = [
            (
                head.id,
                head.last_seq,
                head.last_change,
                head.last_event,
                head.last_message_at,
                head.last_text,
                head.status,
                head.waiting_since,
            )
            for head in heads
        ]
        _fetch(tx, _SAVE, *zip(*rows, strict=True), *zip(*moved, strict=True))


def _fetch(tx: Tx, statement: str, *arrays: Collection[object]) -> list[Any]:
    """Asks the driver itself, in the transaction of ``tx``: SQLAlchemy's result would cost more than the question."""
    connection = cast("AdaptedConnection", tx.connection.dbapi_connection)
    found: list[Any] = connection.run_async(lambda driver: driver.fetch(statement, *map(list, arrays)))
    return found
