"""Appending on SQLite: one step of the driver a statement, since it takes the interpreter's lock anew for every step.

Hence no ``executemany`` (a step a row) but rows of parameters in one VALUES list, padded with empty rows to the next
power of two so that few statements are ever prepared; and results gathered into one JSON text. Needs SQLite 3.35.
"""

# ruff: noqa: S608  # the texts below are put together from constants; values are always parameters

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import cast

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

_QUOTED = """
    SELECT json_group_array(json_array(id, conversation_id, private)) FROM messages
    WHERE id IN (SELECT value FROM json_each(?))"""
_COUNT = f"UPDATE counters SET value = value + ? WHERE name = '{EVENT}'"
_MESSAGE_WIDTH = MESSAGE_COLUMNS.count(",") + 1


@cache
def _known(size: int) -> str:
    # CROSS JOIN fixes the order of the loops: from the few keys into the index of many messages
    return f"""
        SELECT (SELECT json_group_array(json_array({HEAD_COLUMNS}))
                FROM conversations WHERE id IN (SELECT value FROM json_each(?))),
            (SELECT value FROM counters WHERE name = '{EVENT}'),
            (SELECT json_group_array(json_array({REPEATED_COLUMNS}))
                FROM ({_values(3, size)}) AS wanted CROSS JOIN messages AS m
                    ON m.author_kind = wanted.column1 AND m.author_id = wanted.column2
                    AND m.client_id = wanted.column3
                CROSS JOIN conversations AS c ON c.id = m.conversation_id)"""


@cache
def _insert(size: int) -> str:
    return f"""
        INSERT INTO messages ({MESSAGE_COLUMNS})
        SELECT * FROM ({_values(_MESSAGE_WIDTH, size)}) WHERE column1 IS NOT NULL"""


@cache
def _move(size: int) -> str:
    return f"""
        UPDATE conversations SET last_seq = moved.column2, last_change = moved.column3, last_event = moved.column4,
            last_message_at = coalesce(moved.column5, last_message_at), last_text = coalesce(moved.column6, last_text)
        FROM ({_values(6, size)}) AS moved WHERE conversations.id = moved.column1"""


@cache
def _flip(size: int) -> str:
    # a statement of its own: to name an indexed column is to write its indexes anew
    return f"""
        UPDATE conversations SET status = flipped.column2, waiting_since = flipped.column3,
            resolved_at = CASE WHEN flipped.column2 = 'resolved' THEN resolved_at END,
            snoozed_until = CASE WHEN flipped.column2 = 'snoozed' THEN snoozed_until END,
            {settled_by("flipped.column3")}
        FROM ({_values(3, size)}) AS flipped WHERE conversations.id = flipped.column1"""


def _values(width: int, size: int) -> str:
    row = "(" + ", ".join("?" * width) + ")"
    return "VALUES " + ", ".join([row] * size)


class SqliteStatements:
    """See ``appending.Statements``. The writer's transaction is immediate, so that everything is locked already."""

    def load(self, tx: Tx, ids: Collection[int], keys: Collection[ClientKey]) -> Known:
        size = _size(len(keys))
        values: list[object] = [_id_list(ids), *(value for key in keys for value in key)]
        heads, last_event, repeats = driver_of(tx).execute(_known(size), _padded(values, 1 + 3 * size)).fetchone()
        return [Head(*row) for row in json.loads(heads)], last_event, repeats_from(json.loads(repeats))

    def load_quoted(self, tx: Tx, ids: Collection[int]) -> dict[int, Quoted]:
        (rows,) = driver_of(tx).execute(_QUOTED, (_id_list(ids),)).fetchone()
        return {
            message_id: (conversation_id, bool(private)) for message_id, conversation_id, private in json.loads(rows)
        }

    def save(self, tx: Tx, rows: Sequence[MessageValues], heads: Sequence[Head]) -> None:
        driver = driver_of(tx)
        size = _size(len(rows))
        driver.execute(_insert(size), _padded([value for row in rows for value in row], _MESSAGE_WIDTH * size))
        size = _size(len(heads))
        moves: list[object] = [
            value
            for head in heads
            for value in (
                head.id,
                head.last_seq,
                head.last_change,
                head.last_event,
                head.last_message_at,
                head.last_text,
            )
        ]
        driver.execute(_move(size), _padded(moves, 6 * size))
        flips: list[object] = [
            value for head in heads if head.flipped for value in (head.id, head.status, head.waiting_since)
        ]
        if flips:
            size = _size(len(flips) // 3)
            driver.execute(_flip(size), _padded(flips, 3 * size))
        driver.execute(_COUNT, (len(rows),))


def driver_of(tx: Tx) -> sqlite3.Connection:
    """The driver's own connection."""
    return cast("sqlite3.Connection", tx.connection.dbapi_connection)


def _id_list(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))


def _size(count: int) -> int:
    """The next power of two, and never nothing."""
    return 1 << max(count - 1, 0).bit_length()


def _padded(values: list[object], count: int) -> list[object]:
    values.extend([None] * (count - len(values)))
    return values
