"""The list of backups: files of a folder, put in order and narrowed by the store as every other list is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from sqlalchemy import BigInteger, Boolean, Text, column, select, table, values

from crm_store import Tx
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Sort, Wanted
from crm_store.types import UtcTime

BackupKind = Literal["schedule", "upgrade"]


class BackupFile(NamedTuple):
    """A file in the folder of backups. ``number``: stays the file's own while others come and go; ``size`` in bytes;
    ``ok``: it opens and says what it holds; ``kind``: made by the schedule (or at a wish), or before an upgrade."""

    number: int
    name: str
    at: datetime
    size: int
    ok: bool
    kind: BackupKind


_COLUMNS = (
    column("number", BigInteger()),
    column("name", Text()),
    column("at", UtcTime()),
    column("size", BigInteger()),
    column("ok", Boolean()),
    column("kind", Text()),
)
_SHOWN = table("backup_files", *_COLUMNS).c
BACKUPS: Final = Listing(
    "backups",
    _SHOWN.number,
    {
        "at": Sort(_SHOWN.at, nullable=False),
        "name": Sort(ordered(_SHOWN.name)),
        "size": Sort(_SHOWN.size, nullable=False),
        "ok": Sort(_SHOWN.ok, nullable=False),
        "kind": Sort(_SHOWN.kind, nullable=False),
    },
    default="at",
    descending=True,
    filters={
        "at": _SHOWN.at,
        "name": Holds(_SHOWN.name),
        "size": _SHOWN.size,
        "ok": _SHOWN.ok,
        "kind": _SHOWN.kind,
    },
)


def page_backups(tx: Tx, files: Sequence[BackupFile], wanted: Wanted) -> tuple[list[BackupFile], str | None]:
    """A page of these files, the latest first unless told otherwise, and the cursor of the next."""
    if not files:
        return [], None
    kept = values(*(column(one.name, one.type) for one in _COLUMNS), name="kept").data(list(files))
    page = BACKUPS.page(tx, select(*_SHOWN).add_cte(kept.cte("backup_files")), wanted)
    return [BackupFile(*row[: len(_COLUMNS)]) for row in page.rows], page.next
