"""REST: the backups there are, and one made now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from conversation import clock
from conversation.messages import Agent
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import MOMENT, TEXT, WHOLE, or_null, record

_MOMENT = or_null(MOMENT)
_FLAG = {"type": "boolean"}
BackupKind = Literal["schedule", "upgrade"]
_KIND = {"type": "string", "enum": list(get_args(BackupKind))}
_ITEM = record({"name": TEXT, "at": MOMENT, "size": WHOLE, "ok": _FLAG, "kind": _KIND})
_STATUS = record(
    {
        "items": {"type": "array", "items": _ITEM},
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
class BackupItem:
    """A file in the folder of backups. ``size`` in bytes; ``ok``: it opens and says what it holds; ``kind``: made by
    the schedule (or at a wish), or before the tables were upgraded."""

    name: str
    at: datetime
    size: int
    ok: bool
    kind: BackupKind = "schedule"


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """``overdue``: the last one is older than the firm wants; ``error``: why the last attempt failed, else empty;
    ``gone``: because the folder that the firm chose is not there any more."""

    items: list[BackupItem]
    last_at: datetime | None
    next_at: datetime | None
    overdue: bool
    folder: str
    running: bool
    error: str
    gone: bool = False


class Backups(Protocol):
    """What the routes work with."""

    async def status(self) -> BackupStatus:
        """What there is, and when the next one comes."""
        ...

    async def start(self, agent: Agent, remote: str) -> None:
        """Begins one now. Raises Rejected conflict where one is being made."""
        ...


class BackupRoutes:
    """For those who may make backups."""

    def __init__(self, backups: Backups) -> None:
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
                permission=PERMISSION,
            ),
            Route("POST", "/backups", self.start, "Makes a backup now", {202: _STATUS}, permission=PERMISSION),
        ]

    async def list_backups(self, call: Call) -> Answer:
        """What there is."""
        return Answer(_shown(await self._backups.status()))

    async def start(self, call: Call) -> Answer:
        """It goes on after the answer; ``running`` says for how long."""
        await self._backups.start(call.session.agent, call.remote)
        return Answer(_shown(await self._backups.status()), status=202)


def _shown(status: BackupStatus) -> dict[str, object]:
    items = [
        {"name": one.name, "at": clock.to_iso(one.at), "size": one.size, "ok": one.ok, "kind": one.kind}
        for one in status.items
    ]
    return {
        "items": items,
        "last_at": None if status.last_at is None else clock.to_iso(status.last_at),
        "next_at": None if status.next_at is None else clock.to_iso(status.next_at),
        "overdue": status.overdue,
        "folder": status.folder,
        "running": status.running,
        "error": status.error,
        "gone": status.gone,
    }
