"""Imports as they are kept: the file's row, how far it is, and what became of each row of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, Text, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from conversation.messages import JsonObject, Language
from crm_store import Tx
from crm_store.models import ImportLineRow, ImportRow, ImportState, RowOutcome
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.rows import AnyRow
from crm_store.types import JsonText

_COLUMNS = tuple(ImportRow.__table__.c)
_LINES: Table = ImportLineRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause


SETTLED = ("draft", "checked", "done", "failed", "undone")
"""States in which nothing is at work."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import; the meaning of each name is at ``ImportRow``."""

    id: int
    kind: str
    name: str
    format: str
    encoding: str
    separator: str
    header: bool
    path: str | None
    columns: list[JsonObject]
    mapping: JsonObject
    options: JsonObject
    language: Language
    state: ImportState
    total: int
    done: int
    added: int
    updated: int
    skipped: int
    wrong: int
    error: JsonObject | None
    made: JsonObject
    undo: JsonObject | None
    author_id: int | None
    author_name: str
    remote: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of one row; see ``ImportLineRow``."""

    row: int
    outcome: RowOutcome
    contact_id: int | None
    remarks: list[JsonObject]
    before: JsonObject | None
    after: JsonObject | None
    state: str | None
    undone: str | None
    at: datetime


def _to_import(row: AnyRow) -> Import:
    return Import(**row._mapping)


def add(tx: Tx, values: Mapping[str, object], at: datetime) -> int:
    """Adds an import in the state draft; returns its id."""
    return tx.execute(insert(ImportRow).values(**values, created_at=at).returning(ImportRow.id)).scalar_one()


def find(tx: Tx, import_id: int, *, lock: bool = False) -> Import | None:
    """One import; ``lock``: until the end of the transaction."""
    query = select(*_COLUMNS).where(ImportRow.id == import_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _to_import(row)


def change(tx: Tx, import_id: int, **values: object) -> None:
    """Sets columns."""
    tx.execute(update(ImportRow).where(ImportRow.id == import_id).values(**values))


_COUNTS: Final = ("total", "done", "added", "updated", "skipped", "wrong")
IMPORTS: Final = Listing(
    "imports",
    ImportRow.id,
    {
        "id": Sort(ImportRow.id, unique=True),
        "name": Sort(ordered(func.substr(ImportRow.name, 1, 200))),
        "author": Sort(ordered(func.substr(ImportRow.author_name, 1, 200))),
        **{
            name: Sort(getattr(ImportRow, name), nullable=False)
            for name in ("kind", "format", "encoding", "separator", "state", "created_at", *_COUNTS)
        },
        **{name: Sort(getattr(ImportRow, name)) for name in ("started_at", "finished_at", "undone_at")},
    },
    default="id",
    descending=True,
    filters={
        "kind": ImportRow.kind,
        "format": ImportRow.format,
        "state": ImportRow.state,
        "author": ImportRow.author_id,
        "name": Holds(ImportRow.name),
        "encoding": ImportRow.encoding,
        "separator": ImportRow.separator,
        **{name: getattr(ImportRow, name) for name in _COUNTS},
        **{name: getattr(ImportRow, f"{name}_at") for name in ("created", "started", "finished", "undone")},
    },
)


def page_imports(tx: Tx, wanted: Wanted) -> tuple[list[Import], str | None]:
    """A page of imports, the latest first unless told otherwise, and the cursor of the next."""
    page = IMPORTS.page(tx, select(*_COLUMNS), wanted)
    return [Import(**{name: row._mapping[name] for name in Import.__slots__}) for row in page.rows], page.next


def advance(tx: Tx, import_id: int, done: int, counts: Mapping[str, int]) -> None:
    """Notes that the rows up to the ``done``-th are finished, with so many outcomes more."""
    more = {name: getattr(ImportRow, name) + count for name, count in counts.items()}
    tx.execute(update(ImportRow).where(ImportRow.id == import_id).values(done=done, **more))


def add_lines(tx: Tx, import_id: int, lines: Sequence[Mapping[str, object]], at: datetime) -> None:
    """Keeps what became of rows."""
    if lines:
        tx.execute(insert(ImportLineRow), [{**line, "import_id": import_id, "at": at} for line in lines])


def clear_lines(tx: Tx, import_id: int, limit: int) -> int:
    """Forgets up to ``limit`` rows' outcomes; returns how many."""
    some = select(ImportLineRow.row).where(ImportLineRow.import_id == import_id).limit(limit)
    gone = delete(ImportLineRow).where(ImportLineRow.import_id == import_id, ImportLineRow.row.in_(some))
    return tx.execute(gone).rowcount


def _to_line(row: Any) -> ImportLine:
    remarks = cast("list[JsonObject]", row.remarks or [])
    return ImportLine(
        row.row, row.outcome, row.contact_id, remarks, row.before, row.after, row.state, row.undone, row.at
    )


class _reason(FunctionElement[str]):  # noqa: N801  # reads as a function in a query
    """The key of the first of a row's remarks."""

    type = Text()
    inherit_cache = True


@compiles(_reason, "sqlite")
def _on_sqlite(element: _reason, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **kw)}, '$[0].key')"


@compiles(_reason, "postgresql")
def _on_postgres(element: _reason, compiler: SQLCompiler, **kw: Any) -> str:
    return f"jsonb_extract_path_text({compiler.process(element.clauses, **kw)}, '0', 'key')"


REASON: Final = _reason(ImportLineRow.remarks)
LINES: Final = Listing(
    "import_rows",
    ImportLineRow.row,
    {
        "row": Sort(ImportLineRow.row, unique=True, nullable=False),
        "outcome": Sort(ImportLineRow.outcome, nullable=False),
        "contact_id": Sort(ImportLineRow.contact_id),
        "reason": Sort(ordered(REASON)),
        "undone": Sort(ImportLineRow.undone),
    },
    default="row",
    descending=False,
    filters={
        "row": ImportLineRow.row,
        "outcome": ImportLineRow.outcome,
        "contact": ImportLineRow.contact_id,
        "reason": REASON,
        "undone": ImportLineRow.undone,
    },
)


def page_lines(tx: Tx, import_id: int, wanted: Wanted) -> tuple[list[ImportLine], str | None]:
    """A page of what became of an import's rows, in order of row unless told otherwise, and the cursor of the next."""
    query = select(*ImportLineRow.__table__.c).where(ImportLineRow.import_id == import_id)
    page = LINES.page(tx, query, wanted)
    return [_to_line(row) for row in page.rows], page.next


def list_told(tx: Tx, import_id: int, limit: int) -> tuple[list[ImportLine], int]:
    """Rows that went in and have something to tell: first those with remarks, then those that met somebody who was
    there, each in order of row; and how many there are."""
    where = (
        ImportLineRow.import_id == import_id,
        ImportLineRow.outcome != "wrong",
        or_(ImportLineRow.remarks.is_not(None), ImportLineRow.outcome == "updated"),
    )
    query = select(*ImportLineRow.__table__.c).where(*where)
    rows = tx.execute(query.order_by(ImportLineRow.remarks.is_(None), ImportLineRow.row).limit(limit))
    found = sorted((_to_line(row) for row in rows), key=lambda line: (not line.remarks, line.row))
    return found, tx.scalar(select(func.count()).select_from(ImportLineRow).where(*where)) or 0


def list_to_undo(tx: Tx, import_id: int, before: int, limit: int) -> list[ImportLine]:
    """Rows that added or changed somebody and are not yet undone, the last first, those before row ``before``."""
    query = select(*ImportLineRow.__table__.c).where(
        ImportLineRow.import_id == import_id,
        ImportLineRow.outcome.in_(("added", "updated")),
        ImportLineRow.undone.is_(None),
        ImportLineRow.row < before,
    )
    return [_to_line(row) for row in tx.execute(query.order_by(ImportLineRow.row.desc()).limit(limit))]


def note_undone(tx: Tx, import_id: int, notes: Sequence[tuple[int, str, list[JsonObject]]]) -> None:
    """Notes what the undo did of rows: (row, removed | restored | kept, remarks)."""
    where = (_LINES.c.import_id == import_id, _LINES.c.row == bindparam("of"))
    changed = update(_LINES).where(*where).values(undone=bindparam("did"), remarks=bindparam("said", type_=JsonText()))
    if notes:
        tx.execute(changed, [{"of": row, "did": undone, "said": remarks or None} for row, undone, remarks in notes])


def rows_that_added(tx: Tx, import_id: int, ids: Sequence[int]) -> dict[int, int]:
    """Which row of this import added a contact, by the contact's id."""
    if not ids:
        return {}
    where = (ImportLineRow.contact_id.in_(ids), ImportLineRow.import_id == import_id, ImportLineRow.outcome == "added")
    rows = tx.execute(select(ImportLineRow.contact_id, ImportLineRow.row).where(*where))
    return {contact_id: row for contact_id, row in rows if contact_id is not None}


def met_by_others(tx: Tx, import_id: int, ids: Collection[int]) -> set[int]:
    """Those contacts that a later import changed, and holds to."""
    where = (
        ImportLineRow.contact_id.in_(ids),
        ImportLineRow.import_id > import_id,
        ImportLineRow.outcome == "updated",
        ImportLineRow.undone.is_(None),
    )
    return {one for one in tx.scalars(select(ImportLineRow.contact_id).where(*where)) if one is not None}


def list_of_contact(tx: Tx, contact_id: int, limit: int) -> list[tuple[Import, ImportLine]]:
    """What imports did to a contact, the latest first: for the contact's history."""
    where = (ImportLineRow.contact_id == contact_id, ImportLineRow.outcome.in_(("added", "updated")))
    query = select(*ImportLineRow.__table__.c).where(*where).order_by(ImportLineRow.import_id.desc()).limit(limit)
    found: list[tuple[Import, ImportLine]] = []
    for row in tx.execute(query).all():
        one = find(tx, row.import_id)
        if one is not None and one.state not in ("draft", "checking", "checked"):
            found.append((one, _to_line(row)))
    return found


def list_expired(tx: Tx, before: datetime, limit: int, *, files: bool) -> list[Import]:
    """Imports finished (or left as drafts) before a moment that still have their file, or their rows."""
    old = func.coalesce(ImportRow.undone_at, ImportRow.finished_at, ImportRow.created_at) < before
    settled = ImportRow.state.in_(SETTLED)
    lines = select(ImportLineRow.row).where(ImportLineRow.import_id == ImportRow.id).exists()
    query = select(*_COLUMNS).where(old, settled, ImportRow.path.is_not(None) if files else lines)
    return [_to_import(row) for row in tx.execute(query.order_by(ImportRow.id).limit(limit))]


def drop_file(tx: Tx, one: Import) -> None:
    """The file is no longer kept, nor are the values shown of it."""
    change(tx, one.id, path=None, columns=[{**column, "sample": []} for column in one.columns])


def erase_people(tx: Tx, contact_ids: Sequence[int]) -> None:
    """Takes what imports know of these contacts out: the values of their rows, and the files that they came in (which
    are swept from the disk within a day)."""
    of_them = ImportLineRow.contact_id.in_(contact_ids)
    for import_id in tx.scalars(select(ImportLineRow.import_id).where(of_them).distinct()).all():
        one = find(tx, import_id)
        if one is not None and one.state in SETTLED:
            drop_file(tx, one)
    tx.execute(update(ImportLineRow).where(of_them).values(before=None, after=None, remarks=None))


def list_paths(tx: Tx) -> set[str]:
    """Files that imports still have."""
    return {path for path in tx.scalars(select(ImportRow.path)) if path is not None}
