"""When a law moves the clocks of a zone: what was booked for ten o'clock stays at ten o'clock.

An appointment keeps what the wall's clock shows and its zone; its moment is derived from both, by the rules (tzdata) of
the day it was booked. When the server comes with other rules, moments that no longer show that hour are derived anew.
A break, an absence and a repair keep moments alone. How far each zone was from UTC by the rules before is kept beside
their version, so that these move too. Reminders are written anew for what has moved.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple, cast
from zoneinfo import TZPATH, ZoneInfo

from business.booking import showing
from business.booking.reminding import remind_again
from business.booking.wall import DAY, moment_at, wall_of
from conversation import clock
from conversation.clock import to_ms
from conversation.messages import Json, JsonObject
from conversation.reply_time import find_zone
from crm_store import Tx, allocations, settings_table, wall_times
from crm_store.engine import Store
from crm_store.wall_times import Kept, Span

KEY: Final = "booking.tzdata"
OFFSETS: Final = "booking.tzdata_offsets"
_AHEAD_DAYS: Final = 800
"""So far ahead the distances from UTC are kept: nobody books further."""
log = logging.getLogger(__name__)


Offset = tuple[int, int]
"""From a moment (ms since 1970) on: so many seconds ahead of UTC."""


class Rezoned(NamedTuple):
    """How many appointments, sessions and breaks were moved, and resources on which two of them are at one time now."""

    moved: int
    clashing: tuple[int, ...] = ()


def rules_version() -> str:
    """Of which day the rules of zones are that hold here; empty where nothing says so."""
    for folder in TZPATH:
        try:
            with (Path(folder) / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
                return file.readline().removeprefix("# version").strip()
        except OSError:
            continue
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""


async def follow_rules(store: Store) -> None:
    """Moves what is to be moved, once for all processes. To be called at start."""
    version = rules_version()

    def settled(tx: Tx) -> bool:
        if not wall_times.any_kept(tx):
            return True
        known = _read_offsets(settings_table.get(tx, OFFSETS))
        return settings_table.get(tx, KEY) == version and set(wall_times.list_zones(tx)) <= known.keys()

    if await store.read(settled):
        return
    done = await store.writer.run(lambda tx: rederive(tx, clock.now(), version))
    if done.moved:
        log.warning("the rules of time zones are of %s: %d bookings keep their hour of the wall", version, done.moved)
    for resource_id in done.clashing:
        log.error("by the new rules of time zones two bookings of resource %d are at one time", resource_id)


def rederive(tx: Tx, now: datetime, version: str) -> Rezoned:
    """In the writer's transaction. Where two bookings of one resource come to be at one time, both stand, and keep
    others away."""
    if version and settings_table.get(tx, KEY) == version:
        _keep_offsets(tx, now)
        return Rezoned(0)
    appointments = _wrong(wall_times.list_appointments(tx, now))
    sessions = _wrong(wall_times.list_sessions(tx, now))
    breaks = _shifted(tx, now)
    clashing = _move(tx, appointments, sessions, breaks, now) if appointments or sessions or breaks else ()
    for appointment_id in appointments:
        remind_again(tx, showing.require(tx, appointment_id), now)
    settings_table.put(tx, KEY, version or None, now)
    _keep_offsets(tx, now)
    return Rezoned(len(appointments) + len(sessions) + len(breaks), clashing)


def _shifted(tx: Tx, now: datetime) -> list[tuple[Span, timedelta, timedelta]]:
    """What was entered by hand and shows another hour than it did: by how much its beginning and its end are moved."""
    known = _read_offsets(settings_table.get(tx, OFFSETS))
    first = next(iter(wall_times.list_zones(tx)), "")
    found = []
    for span, own in wall_times.list_own_spans(tx, now):
        name = own or first
        zone = find_zone(name)
        if zone is None or name not in known:
            continue
        begins, ends = (_drift(known[name], zone, moment) for moment in (span.starts_at, span.ends_at))
        if begins or ends:
            found.append((span, begins, ends))
    return found


def _drift(was: Sequence[Offset], zone: ZoneInfo, moment: datetime) -> timedelta:
    """How much later than ``moment`` the wall shows what it showed then by the rules before."""
    before = next((seconds for since, seconds in reversed(was) if since <= to_ms(moment)), None)
    if before is None:
        return timedelta()
    shown = moment.replace(tzinfo=None) + timedelta(seconds=before)
    return moment_at(shown.isoformat(timespec="minutes"), zone) - moment


def _keep_offsets(tx: Tx, now: datetime) -> None:
    """How far the branches' zones are from UTC from now on, and when that changes."""
    told: JsonObject = {}
    for name in wall_times.list_zones(tx):
        zone = find_zone(name)
        if zone is not None:
            told[name] = [[since, seconds] for since, seconds in _offsets_of(zone, now)]
    settings_table.put(tx, OFFSETS, told, now)


def _offsets_of(zone: ZoneInfo, now: datetime) -> list[Offset]:
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) - 2 * DAY
    found = [(to_ms(begin), _ahead_s(begin, zone))]
    for number in range(_AHEAD_DAYS):
        day = begin + number * DAY
        if _ahead_s(day + DAY, zone) == found[-1][1]:
            continue
        quarters = (day + quarter * timedelta(minutes=15) for quarter in range(1, 97))
        changed = next(moment for moment in quarters if _ahead_s(moment, zone) != found[-1][1])
        found.append((to_ms(changed), _ahead_s(day + DAY, zone)))
    return found


def _ahead_s(moment: datetime, zone: ZoneInfo) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _read_offsets(kept: Json) -> dict[str, list[Offset]]:
    told = cast("dict[str, list[list[int]]]", kept) if isinstance(kept, dict) else {}
    return {zone: [(one[0], one[1]) for one in offsets] for zone, offsets in told.items()}


def _wrong(kept: Iterable[Kept]) -> dict[int, timedelta]:
    """By how much those are to be moved whose moment shows another hour than was agreed."""
    found: dict[int, timedelta] = {}
    for one in kept:
        zone = find_zone(one.zone)
        if zone is not None and wall_of(one.starts_at, zone) != one.wall_start:
            by = moment_at(one.wall_start, zone) - one.starts_at
            if by:
                found[one.id] = by
    return found


def _move(
    tx: Tx,
    appointments: dict[int, timedelta],
    sessions: dict[int, timedelta],
    breaks: Sequence[tuple[Span, timedelta, timedelta]],
    now: datetime,
) -> tuple[int, ...]:
    """All is loosened before anything is moved: the bookings of one day move past each other."""
    items = wall_times.list_items(tx, appointments)
    by_item = {item_id: appointments[appointment_id] for item_id, appointment_id, _, _ in items}
    spans = wall_times.list_spans(tx, by_item, sessions)
    wall_times.loosen(tx, [span.id for span, _, _ in (*spans, *breaks)])
    for appointment_id, by in appointments.items():
        wall_times.move_appointment(tx, appointment_id, by, now)
    for item_id, appointment_id, starts_at, ends_at in items:
        by = appointments[appointment_id]
        wall_times.move_item(tx, item_id, starts_at + by, ends_at + by)
    for later in (True, False):  # the last first where they move on, lest one meets the next
        for session_id, by in reversed(sessions.items()) if later else sessions.items():
            if (by > timedelta()) is later:
                wall_times.move_session(tx, session_id, by)
    moved = []
    for span, of_item, of_session in spans:
        by = sessions[of_session] if of_item is None else by_item[of_item]
        moved.append(span._replace(starts_at=span.starts_at + by, ends_at=span.ends_at + by))
        wall_times.move_span(tx, moved[-1])
    for span, begins, ends in breaks:
        moved.append(span._replace(starts_at=span.starts_at + begins, ends_at=span.ends_at + ends))
        wall_times.move_span(tx, moved[-1])
    clashing = {span.resource_id for span in moved if not wall_times.tighten(tx, span)}
    allocations.bump(tx, {span.resource_id for span in moved})
    return tuple(sorted(clashing))
