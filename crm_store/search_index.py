"""Asking the store's index: FTS5 on SQLite, trigrams or a plain look on PostgreSQL. Rows come the latest id first."""

from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, text

from crm_store import Tx
from crm_store.models import ContactKeyRow, MessageKeyRow
from crm_store.search_plan import AllOf, Has, Plan

PREFIXES: Final = (1, 2, 3, 4, 5, 6, 8, 10)
"""Beginnings that SQLite keeps lists of (see migration r0005)."""
_LONGEST_PART: Final = 6
"""Of a longer part so much is looked for: the more trigrams, the more lists are walked, and few rows hold six."""
RECENT: Final = 4_000
"""PostgreSQL looks at so many of the latest rows by itself before it asks the index: what is common is among them, and
what is not has few hits, so that neither costs much."""


class Keys(NamedTuple):
    """A table of keys: its row, its columns, and its indexes on SQLite."""

    row: type[Any]
    id: str
    columns: tuple[str, ...]
    words: str
    parts: str


CONTACTS: Final = Keys(
    ContactKeyRow,
    "contact_id",
    ("names", "loose", "digits", "codes", "others"),
    "contact_words",
    "contact_parts",
)
MESSAGES: Final = Keys(MessageKeyRow, "message_id", ("body",), "message_words", "")
_ENDLESS = 2**62

Candidate = tuple[int, dict[str, str]]
"""An id and the columns of its keys."""


def list_candidates(tx: Tx, keys: Keys, plan: Plan, after: int | None, limit: int) -> list[Candidate]:
    """Rows that may fulfil a plan, below the id ``after``, the latest first.

    Longer beginnings are cut to those there is a list of, so that ``search_plan.satisfies`` has the last word."""
    if not plan:
        return []
    rows = (_ask_sqlite if tx.dialect.name == "sqlite" else _ask_postgres)(tx, keys, plan, after, limit)
    return [(row[0], dict(zip(keys.columns, row[1:], strict=True))) for row in rows]


def _ask_sqlite(tx: Tx, keys: Keys, plan: Plan, after: int | None, limit: int) -> list[Any]:
    parts = any(one.kind == "part" for alternative in plan for clause in alternative for one in clause)
    match = " OR ".join(_match_all(keys, alternative, parts) for alternative in plan)
    below = _ENDLESS if after is None else after
    return list(tx.exec_driver_sql(_statement(keys, parts), (match, below, limit)))


@cache
def _statement(keys: Keys, parts: bool) -> str:
    index = keys.parts if parts else keys.words
    columns = "".join(f", k.{column}" for column in keys.columns)
    return (  # every name in it is a constant of this module
        f"SELECT f.rowid{columns} FROM {index} AS f CROSS JOIN {keys.row.__tablename__} AS k ON k.{keys.id} = f.rowid"  # noqa: S608
        f" WHERE f.{index} MATCH ? AND f.rowid < ? ORDER BY f.rowid DESC LIMIT ?"
    )


def _match_all(keys: Keys, alternative: AllOf, parts: bool) -> str:
    """A clause of FTS5: https://www.sqlite.org/fts5.html#full_text_query_syntax"""
    clauses = []
    for clause in alternative:
        said = dict.fromkeys(_match(keys, one, parts) for one in clause)
        clauses.append("(" + " OR ".join(said) + ")")
    return "(" + " AND ".join(clauses) + ")"


def _match(keys: Keys, one: Has, parts: bool) -> str:
    where = "" if len(keys.columns) == 1 else f"{one.column} : "
    if parts:
        text = one.wanted
        if one.kind == "part":  # names are alike at their end, phones at their beginning
            text = text[-_LONGEST_PART:] if one.column == "digits" else text[:_LONGEST_PART]
        return f'{where}"{text}"'
    if one.kind == "word":
        return f'{where}"{one.text}"'
    length = next((most for most in reversed(PREFIXES) if most <= len(one.text)), 1)
    return f'{where}"{one.text[:length]}"*'


def _ask_postgres(tx: Tx, keys: Keys, plan: Plan, after: int | None, limit: int) -> list[Any]:
    row: Any = keys.row
    identifier = getattr(row, keys.id)
    columns = [identifier, *(getattr(row, name) for name in keys.columns)]
    wanted = or_(*(_like_all(row, alternative) for alternative in plan))
    below = [] if after is None else [identifier < after]
    floor = tx.scalar(select(identifier).where(*below).order_by(identifier.desc()).offset(RECENT).limit(1))
    recent = select(*columns).where(*below, wanted).order_by(identifier.desc()).limit(limit)
    if floor is None:
        return list(tx.execute(recent))
    found = list(tx.execute(recent.where(identifier > floor)))
    if len(found) >= limit:
        return found
    tx.execute(text("SET LOCAL enable_seqscan = off"))
    # materialized: the index of trigrams is asked for all hits at once, not every row in the order of ids
    hits = select(*columns).where(wanted, identifier <= floor).cte("hits").prefix_with("MATERIALIZED")
    rest = select(hits).order_by(hits.c[keys.id].desc()).limit(limit - len(found))
    return found + list(tx.execute(rest))


def _like_all(row: type[Any], alternative: AllOf) -> ColumnElement[bool]:
    return and_(
        *(
            or_(*(getattr(row, one.column).contains(one.wanted, autoescape=True) for one in clause))
            for clause in alternative
        )
    )
