"""Asking the store's index: FTS5 on SQLite, trigrams or a plain look on PostgreSQL. Rows come the latest id first."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, column, or_, select, table, text
from sqlalchemy.orm import InstrumentedAttribute

from crm_store import Tx
from crm_store.models import ContactKeyRow, MessageKeyRow
from crm_store.search_plan import AllOf, Has, Plan

PREFIXES: Final = (1, 2, 3, 4, 5, 6, 8, 10)
"""Beginnings that SQLite keeps lists of (see migration r0005)."""
RECENT: Final = 4_000
"""PostgreSQL looks at so many of the latest rows by itself before it asks the index: what is common is among them, and
what is not has few hits, so that neither costs much."""

_ID: dict[type[Any], InstrumentedAttribute[int]] = {
    ContactKeyRow: ContactKeyRow.contact_id,
    MessageKeyRow: MessageKeyRow.message_id,
}
_WORDS = {ContactKeyRow: "contact_words", MessageKeyRow: "message_words"}
_ONLY_COLUMN = "body"  # of an index with one column, which is not named in a query

KeyRow = type[ContactKeyRow] | type[MessageKeyRow]


def list_candidates(tx: Tx, keys: KeyRow, plan: Plan, after: int | None, limit: int) -> list[int]:
    """Ids of rows that may fulfil a plan, below ``after``, the latest first.

    Longer beginnings are cut to those there is a list of, so that ``search_plan.satisfies`` has the last word."""
    if not plan:
        return []
    if tx.dialect.name == "sqlite":
        return _ask_sqlite(tx, keys, plan, after, limit)
    return _ask_postgres(tx, keys, plan, after, limit)


def _ask_sqlite(tx: Tx, keys: KeyRow, plan: Plan, after: int | None, limit: int) -> list[int]:
    parts = any(one.kind == "part" for alternative in plan for clause in alternative for one in clause)
    name = "contact_parts" if parts else _WORDS[keys]
    index = table(name, column("rowid"), column(name))
    match = " OR ".join(_match_all(alternative, parts) for alternative in plan)
    query = select(index.c.rowid).where(index.c[name].op("MATCH")(match))
    if after is not None:
        query = query.where(index.c.rowid < after)
    return list(tx.scalars(query.order_by(index.c.rowid.desc()).limit(limit)))


def _match_all(alternative: AllOf, parts: bool) -> str:
    """A clause of FTS5: https://www.sqlite.org/fts5.html#full_text_query_syntax"""
    clauses = []
    for clause in alternative:
        said = dict.fromkeys(_match(one, parts) for one in clause)
        clauses.append("(" + " OR ".join(said) + ")")
    return "(" + " AND ".join(clauses) + ")"


def _match(one: Has, parts: bool) -> str:
    where = "" if one.column == _ONLY_COLUMN else f"{one.column} : "
    if parts:
        return f'{where}"{one.wanted}"'
    if one.kind == "word":
        return f'{where}"{one.text}"'
    length = next((most for most in reversed(PREFIXES) if most <= len(one.text)), 1)
    return f'{where}"{one.text[:length]}"*'


def _ask_postgres(tx: Tx, keys: KeyRow, plan: Plan, after: int | None, limit: int) -> list[int]:
    identifier = _ID[keys]
    wanted = or_(*(_like_all(keys, alternative) for alternative in plan))
    below = [] if after is None else [identifier < after]
    floor = tx.scalar(select(identifier).where(*below).order_by(identifier.desc()).offset(RECENT).limit(1))
    recent = select(identifier).where(*below, wanted).order_by(identifier.desc()).limit(limit)
    if floor is None:
        return list(tx.scalars(recent))
    found = list(tx.scalars(recent.where(identifier > floor)))
    if len(found) >= limit:
        return found
    tx.execute(text("SET LOCAL enable_seqscan = off"))
    # materialized: the index of trigrams is asked for all hits at once, not every row in the order of ids
    hits = select(identifier.label("id")).where(wanted, identifier <= floor).cte("hits").prefix_with("MATERIALIZED")
    rest = select(hits.c.id).order_by(hits.c.id.desc()).limit(limit - len(found))
    return found + list(tx.scalars(rest))


def _like_all(keys: KeyRow, alternative: AllOf) -> ColumnElement[bool]:
    return and_(
        *(
            or_(*(getattr(keys, one.column).contains(one.wanted, autoescape=True) for one in clause))
            for clause in alternative
        )
    )
