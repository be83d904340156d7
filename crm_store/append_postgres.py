"""Appending on PostgreSQL: whole batches as arrays, in three statements."""

# ruff: noqa: S608  # the texts below are put together from constants; values are always parameters

from collections.abc import Collection, Sequence

from crm_store import Tx
from crm_store.appending import (
    HEAD_COLUMNS,
    MESSAGE_COLUMNS,
    REPEATED_COLUMNS,
    Appended,
    ClientKey,
    Head,
    MessageValues,
    Quoted,
    repeats_from,
)
from crm_store.counters import EVENT

_HEADS = f"""
    SELECT {HEAD_COLUMNS}, (SELECT value FROM counters WHERE name = '{EVENT}') FROM conversations
    WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE"""
_OPEN = f"""
    SELECT {HEAD_COLUMNS} FROM conversations
    WHERE status <> 'resolved' AND address_id = ANY($1::bigint[]) ORDER BY id FOR UPDATE"""
_REPEATS = f"""
    SELECT {REPEATED_COLUMNS}
    FROM unnest($1::text[], $2::bigint[], $3::text[]) AS wanted (kind, id, client)
    JOIN messages AS m ON m.author_kind = wanted.kind AND m.author_id = wanted.id AND m.client_id = wanted.client
    JOIN conversations AS c ON c.id = m.conversation_id"""
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
        snoozed_until = CASE WHEN moved.status = 'snoozed' THEN c.snoozed_until END
    FROM unnest($19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::text[], $25::text[],
        $26::bigint[])
        AS moved (id, last_seq, last_change, last_event, last_message_at, last_text, status, waiting_since)
    WHERE c.id = moved.id"""


class PostgresStatements:
    """See ``appending.Statements``. Rows are locked in the order of their ids."""

    def load_heads(self, tx: Tx, ids: Collection[int]) -> tuple[list[Head], int]:
        rows = tx.exec_driver_sql(_HEADS, (list(ids),)).all()
        return [Head(*row[:-1]) for row in rows], rows[0][-1] if rows else 0

    def load_open(self, tx: Tx, address_ids: Collection[int]) -> list[Head]:
        return [Head(*row) for row in tx.exec_driver_sql(_OPEN, (list(address_ids),))]

    def load_repeats(self, tx: Tx, keys: Collection[ClientKey]) -> dict[ClientKey, Appended]:
        rows = tx.exec_driver_sql(_REPEATS, tuple(list(column) for column in zip(*keys, strict=True))).all()
        return repeats_from(rows)

    def load_quoted(self, tx: Tx, ids: Collection[int]) -> dict[int, Quoted]:
        return {row[0]: (row[1], row[2]) for row in tx.exec_driver_sql(_QUOTED, (list(ids),))}

    def save(self, tx: Tx, rows: Sequence[MessageValues], heads: Sequence[Head]) -> None:
        moved = (
            [head.id for head in heads],
            [head.last_seq for head in heads],
            [head.last_change for head in heads],
            [head.last_event for head in heads],
            [head.last_message_at for head in heads],
            [head.last_text for head in heads],
            [head.status for head in heads],
            [head.waiting_since for head in heads],
        )
        tx.exec_driver_sql(_SAVE, (*(list(column) for column in zip(*rows, strict=True)), *moved))
