"""When a law moves the clocks of a zone: what was booked for ten o'clock stays at ten o'clock.

An appointment keeps what the wall's clock shows and its zone; its moment is derived from both, by the rules (tzdata) of
the day it was booked. When the server comes with other rules, moments that no longer show that hour are derived anew.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import TZPATH

from business.booking.wall import moment_at, wall_of
from conversation import clock
from conversation.reply_time import find_zone
from crm_store import Tx, allocations, settings_table, wall_times
from crm_store.engine import Store
from crm_store.wall_times import Kept

KEY: Final = "booking.tzdata"
log = logging.getLogger(__name__)


class Rezoned(NamedTuple):
    """How many appointments and sessions were moved, and resources on which two of them are at one time now."""

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
    if await store.read(lambda tx: settings_table.get(tx, KEY) == version or not wall_times.any_kept(tx)):
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
        return Rezoned(0)
    appointments = _wrong(wall_times.list_appointments(tx, now))
    sessions = _wrong(wall_times.list_sessions(tx, now))
    clashing = _move(tx, appointments, sessions, now) if appointments or sessions else ()
    settings_table.put(tx, KEY, version or None, now)
    return Rezoned(len(appointments) + len(sessions), clashing)


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


def _move(tx: Tx, appointments: dict[int, timedelta], sessions: dict[int, timedelta], now: datetime) -> tuple[int, ...]:
    """All is loosened before anything is moved: the bookings of one day move past each other."""
    items = wall_times.list_items(tx, appointments)
    by_item = {item_id: appointments[appointment_id] for item_id, appointment_id, _, _ in items}
    spans = wall_times.list_spans(tx, by_item, sessions)
    wall_times.loosen(tx, [span.id for span, _, _ in spans])
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
    clashing = {span.resource_id for span in moved if not wall_times.tighten(tx, span)}
    allocations.bump(tx, {span.resource_id for span in moved})
    return tuple(sorted(clashing))
