"""REST: the backups there are, and one made now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, get_args

from conversation import clock
from conversation.messages import Agent
from crm_store.backup_list import BACKUPS, BackupFile, BackupKind
from crm_store.paging import Wanted
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import MOMENT, TEXT, WHOLE, or_null, record
from desk.settings import DeskSettings

_MOMENT = or_null(MOMENT)
_FLAG = {"type": "boolean"}
_KIND = {"type": "string", "enum": list(get_args(BackupKind))}
_ITEM = record({"name": TEXT, "at": MOMENT, "size": WHOLE, "ok": _FLAG, "kind": _KIND})
_STATUS = record(
    {
        "items": {"type": "array", "items": _ITEM},
        "next": or_null(TEXT),
        "last_at": _MOMENT,
        "next_at": _MOMENT,
        "overdue": _FLAG,
        "folder": TEXT,
        "running": _FLAG,
        "error": TEXT,
        "gone": _FLAG,
    }
)
PERMISSION = "backup.run"


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """``items``: a page of the files, ``following`` the cursor of the next.

    ``overdue``: the last one is older than the firm wants; ``error``: why the last attempt failed, else empty;
    ``gone``: because the folder that the firm chose is not there any more."""

    items: list[BackupFile]
    following: str | None
    last_at: datetime | None
    next_at: datetime | None
    overdue: bool
    folder: str
    running: bool
    error: str
    gone: bool = False


class Backups(Protocol):
    """What the routes work with."""

    async def status(self, asked: Wanted) -> BackupStatus:
        """A page of what there is, and when the next one comes."""
        ...

    async def start(self, agent: Agent, remote: str) -> None:
        """Begins one now. Raises Rejected conflict where one is being made."""
        ...


class BackupRoutes:
    """For those who may make backups."""

    def __init__(self, settings: DeskSettings, backups: Backups) -> None:
        self._settings = settings
        self._backups = backups

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/backups",
                self.list_backups,
                "The backups there are, the latest first, and when the next one comes",
                {200: _STATUS},
                query=list_query(BACKUPS, self._settings.page, kind=_KIND),
                permission=PERMISSION,
            ),
            Route("POST", "/backups", self.start, "Makes a backup now", {202: _STATUS}, permission=PERMISSION),
        ]

    async def list_backups(self, call: Call) -> Answer:
        """By pages; the rest of the answer is about all of them."""
        return Answer(_shown(await self._backups.status(wanted(call, BACKUPS, self._settings.page))))

    async def start(self, call: Call) -> Answer:
        """It goes on after the answer; ``running`` says for how long."""
        await self._backups.start(call.session.agent, call.remote)
        return Answer(_shown(await self._backups.status(Wanted())), status=202)


def _shown(status: BackupStatus) -> dict[str, object]:
    items = [
        {"name": one.name, "at": clock.to_iso(one.at), "size": one.size, "ok": one.ok, "kind": one.kind}
        for one in status.items
    ]
    return {
        "items": items,
        "next": status.following,
        "last_at": None if status.last_at is None else clock.to_iso(status.last_at),
        "next_at": None if status.next_at is None else clock.to_iso(status.next_at),
        "overdue": status.overdue,
        "folder": status.folder,
        "running": status.running,
        "error": status.error,
        "gone": status.gone,
    }
