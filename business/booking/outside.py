"""Busy calendars that are kept elsewhere: what they say is busy keeps customers away, as a visit would."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from business.booking.ical_reading import Busy, CalendarError, read_busy
from business.far import FarError, FarSide, check_url
from business.once import Kept, plainly
from business.team.deeds import record_deed
from business.team.rights import require_now
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.events import CalendarChanged
from conversation.messages import Agent
from crm_store import Tx, outside_calendars
from crm_store.engine import Store
from crm_store.rows import AnyRow

log = logging.getLogger(__name__)
EDIT: Final = "schedules.edit"
_MOST: Final = 500
_LOOK_S: Final = 2.0
_AT_ONCE: Final = 4
_TAKEN: Final = timedelta(minutes=5)
_BACK: Final = timedelta(days=1)
_AHEAD: Final = timedelta(days=400)
_WHOLE_EVERY: Final = timedelta(hours=20)
"""At least so often a calendar is read whole: time goes on, and its repetitions come into sight."""
_PAUSES: Final = 8
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When a calendar that rests is read next."""


@dataclass(frozen=True, slots=True)
class OutsideRules:
    """``every``: between two readings of a calendar; ``most_bytes``: that it may have."""

    every: timedelta = timedelta(minutes=15)
    most_bytes: int = 4_194_304


class OutsideShown(NamedTuple):
    """A calendar as the firm sees it. ``busy``: stretches of busy time that it gave."""

    row: AnyRow
    busy: int

    @property
    def rests(self) -> bool:
        """Whether it is not read, and keeps nobody away, until it is turned on again."""
        return bool(self.row.next_at >= NEVER)


class OutsideCalendars:
    """Reads and changes them for agents. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def list_all(self, resource_id: int | None) -> list[OutsideShown]:
        """All, or those of a resource, by id."""

        def read(tx: Tx) -> list[OutsideShown]:
            busy = outside_calendars.count_busy(tx)
            return [OutsideShown(row, busy.get(row.id, 0)) for row in outside_calendars.list_all(tx, resource_id)]

        return await self._store.read(read)

    async def find(self, calendar_id: int) -> OutsideShown:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _shown(tx, calendar_id))

    async def add(
        self,
        actor: Agent,
        resource_id: int,
        url: str,
        name: str,
        remote: str,
        kept: Kept[OutsideShown] = plainly,
    ) -> OutsideShown:
        """A new one; it is read at once."""
        url = check_url(_webcal(url))

        def write(tx: Tx) -> OutsideShown:
            doer, at = require_now(tx, actor, EDIT), clock.now()
            if not outside_calendars.has_resource(tx, resource_id):
                raise Rejected("not_found", "outside.resource_not_found", field="resource_id")
            if len(outside_calendars.list_all(tx)) >= _MOST:
                raise Rejected("conflict", "outside.enough")
            values = {"resource_id": resource_id, "url": url, "name": name.strip(), "next_at": at, "created_at": at}
            calendar_id = outside_calendars.insert_one(tx, values)
            _record(tx, doer, "added", calendar_id, {**values, "url": url}, remote)
            return _shown(tx, calendar_id)

        return await self._store.writer.run(lambda tx: kept(tx, write))

    async def change(
        self,
        actor: Agent,
        calendar_id: int,
        url: str | None,
        name: str | None,
        remote: str,
        active: bool | None = None,
    ) -> OutsideShown:
        """Sets what is given; another address is read at once. One that is not ``active`` rests: it is not read, and
        what it said is busy is free."""
        values: dict[str, object] = {} if name is None else {"name": name.strip()}
        if url is not None:
            values |= {"url": check_url(_webcal(url)), "etag": None, "digest": None}

        def write(tx: Tx) -> tuple[OutsideShown, bool]:
            doer = require_now(tx, actor, EDIT)
            before = _shown(tx, calendar_id)
            rests = before.rests if active is None else not active
            anew = url is not None or rests is not before.rests
            told = {**values, **({} if active is None else {"active": active})}
            moment = {"next_at": NEVER if rests else clock.now(), "etag": None, "digest": None} if anew else {}
            outside_calendars.change_one(tx, calendar_id, {**values, **moment, **({"error": None} if rests else {})})
            freed = rests and outside_calendars.write_busy(tx, calendar_id, before.row.resource_id, ())
            if told:
                _record(tx, doer, "changed", calendar_id, told, remote)
            return _shown(tx, calendar_id), freed

        def tell(done: tuple[OutsideShown, bool]) -> None:
            if done[1]:
                self._publish(CalendarChanged((done[0].row.resource_id,)))

        return (await self._store.writer.run(write, tell))[0]

    async def remove(self, actor: Agent, calendar_id: int, remote: str) -> None:
        """Takes one away: what it said was busy is free."""

        def write(tx: Tx) -> int:
            doer = require_now(tx, actor, EDIT)
            before = _require(tx, calendar_id)
            outside_calendars.delete_one(tx, calendar_id, before.resource_id)
            _record(tx, doer, "removed", calendar_id, {"url": before.url}, remote)
            return int(before.resource_id)

        await self._store.writer.run(write, lambda resource_id: self._publish(CalendarChanged((resource_id,))))

    async def read_now(self, actor: Agent, calendar_id: int) -> OutsideShown:
        """Has one read as soon as may be."""

        def write(tx: Tx) -> OutsideShown:
            require_now(tx, actor, EDIT)
            if _shown(tx, calendar_id).rests:
                raise Rejected("conflict", "outside.rests")
            outside_calendars.change_one(tx, calendar_id, {"next_at": clock.now(), "etag": None})
            return _shown(tx, calendar_id)

        return await self._store.writer.run(write)


class CalendarReading:
    """Reads those that are due. One a process; of several each calendar is one's at a time."""

    def __init__(self, store: Store, far: FarSide, publish: Publish, rules: OutsideRules) -> None:
        self._store = store
        self._far = far
        self._publish = publish
        self._rules = rules

    async def work(self) -> None:
        """Goes on until it is cancelled. Raises Unavailable, and is then to be called anew."""
        while True:
            if not await self.read_due():
                await asyncio.sleep(_LOOK_S)

    async def read_due(self) -> int:
        """Reads what is due; returns how many were."""
        at = clock.now()
        if not await self._store.read(lambda tx: outside_calendars.any_due(tx, at)):
            return 0
        rows = await self._store.writer.run(lambda tx: outside_calendars.take_due(tx, at, at + _TAKEN, _AT_ONCE))
        await asyncio.gather(*(self._read(row) for row in rows))
        return len(rows)

    async def _read(self, row: AnyRow) -> None:
        at = clock.now()
        fresh = row.error is None and row.fetched_at is not None and at - row.fetched_at < _WHOLE_EVERY
        headers = {"Accept": "text/calendar, */*;q=0.1"}
        if fresh and row.etag is not None:
            headers["If-None-Match"] = row.etag
        try:
            answer = await self._far.get(row.url, headers, self._rules.most_bytes)
            if answer.status == 304 and fresh:
                await self._note(row, {})
                return
            if answer.status != 200:
                raise FarError(f"HTTP {answer.status}")
            digest = hashlib.sha256(answer.body).hexdigest()
            etag = answer.headers.get("etag", "")[:200] or None
            if fresh and digest == row.digest:
                await self._note(row, {"etag": etag})
                return
            zone = await self._store.read(lambda tx: outside_calendars.find_zone(tx, row.resource_id))
            busy = await asyncio.to_thread(read_busy, answer.body, ZoneInfo(zone or "UTC"), at - _BACK, at + _AHEAD)
        except (FarError, CalendarError) as error:
            log.info("calendar %d: %s", row.id, error)
            await self._failed(row, str(error))
            return
        values: dict[str, object] = {"etag": etag, "digest": digest, "fetched_at": at}
        await self._note(row, values, busy)

    async def _note(self, row: AnyRow, values: dict[str, object], busy: list[Busy] | None = None) -> None:
        """It was read. What it says counts, unless another address was given meanwhile."""

        def write(tx: Tx) -> bool:
            now = outside_calendars.find(tx, row.id)
            if now is None or now.url != row.url or now.next_at >= NEVER:
                return False
            changed = busy is not None and outside_calendars.write_busy(tx, row.id, row.resource_id, busy)
            done = {**values, "error": None, "next_at": clock.now() + self._rules.every}
            outside_calendars.change_one(tx, row.id, done)
            return changed

        def tell(changed: bool) -> None:
            if changed:
                self._publish(CalendarChanged((row.resource_id,)))

        await self._store.writer.run(write, tell)

    async def _failed(self, row: AnyRow, why: str) -> None:
        """What was read before stays. It is tried again soon, then less and less often."""
        waited = clock.now() - (row.fetched_at or row.created_at)
        pause = max(self._rules.every, min(waited / _PAUSES, timedelta(hours=6)))

        def write(tx: Tx) -> None:
            now = outside_calendars.find(tx, row.id)
            if now is not None and now.url == row.url and now.next_at < NEVER:
                outside_calendars.change_one(tx, row.id, {"error": why, "next_at": clock.now() + pause})

        await self._store.writer.run(write)


def _record(tx: Tx, doer: Agent, verb: str, calendar_id: int, values: dict[str, object], remote: str) -> None:
    """For the log: where it is, without what may be a secret in the address."""
    told = {key: value for key, value in values.items() if key in ("resource_id", "name", "active")}
    if "url" in values:
        told["host"] = urlsplit(str(values["url"])).netloc
    record_deed(tx, doer, f"outside_calendar.{verb}", "outside_calendar", calendar_id, after=told, remote=remote)


def _shown(tx: Tx, calendar_id: int) -> OutsideShown:
    return OutsideShown(_require(tx, calendar_id), outside_calendars.count_busy(tx).get(calendar_id, 0))


def _require(tx: Tx, calendar_id: int) -> AnyRow:
    row = outside_calendars.find(tx, calendar_id)
    if row is None:
        raise Rejected("not_found", "outside.not_found")
    return row


def _webcal(url: str) -> str:
    """``webcal`` is what calendars' own links begin with; it is https by another name."""
    return url.strip().replace("webcal://", "https://", 1) if url.strip().startswith("webcal://") else url
