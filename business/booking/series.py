"""Visits that recur, and copies of one: booked as any other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from business.booking import showing
from business.booking.model import Appointment, Booked, BookRequest, Order, Part, Wanted
from business.booking.moving import Move
from business.booking.visits import Visits
from business.booking.wall import moment_at, wall_of
from conversation.errors import Rejected
from conversation.events import Event
from conversation.messages import Agent
from crm_store import Tx, appointments

MOST: Final = 104
"""Visits of one series: two years of weeks."""
Every = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same hour of the wall every so many days, weeks or months: ``count`` visits in all, or up to the day
    ``until``. ``skip_taken``: a time that is taken or not worked is left out; otherwise nothing is booked at all."""

    every: Every
    interval: int = 1
    count: int | None = None
    until: date | None = None
    skip_taken: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The visits that were booked, the first first, and the starts that were left out. ``before``: as those were that
    have been moved."""

    visits: tuple[Appointment, ...]
    skipped: tuple[datetime, ...]
    events: tuple[Event, ...] = ()
    before: tuple[Appointment, ...] = ()


def book_series_in(tx: Tx, visits: Visits, actor: Agent | None, request: BookRequest, repeat: Repeat) -> Series:
    """Books all or, unless told to skip, nothing. Raises as ``Visits.book_in``; ``extra`` names the start refused."""
    first = visits.book_in(tx, actor, request)
    made, events, skipped = [first.appointment], [*first.events], []
    zone = ZoneInfo(first.appointment.zone)
    following = replace(request, series_id=first.appointment.id, hold_id=None)
    for wall in _walls(first.appointment.wall_start, repeat):
        starts_at = moment_at(wall, zone)
        try:
            done = visits.book_in(tx, actor, replace(following, starts_at=starts_at))
        except Rejected as error:
            if error.text_key not in ("booking.slot_taken", "booking.seats_taken", "booking.closed"):
                raise
            if not repeat.skip_taken:
                extra = {"starts_at": starts_at.astimezone(UTC)}
                raise Rejected(error.code, error.text_key, extra=extra) from error
            skipped.append(starts_at)
            continue
        made.append(done.appointment)
        events += done.events
    if len(made) > 1:
        appointments.change_appointment(tx, made[0].id, {"series_id": made[0].id}, made[0].updated_at)
        made[0] = showing.require(tx, made[0].id)
    return Series(tuple(made), tuple(skipped), tuple(events))


def following_of(tx: Tx, one: Appointment) -> list[int]:
    """One that stands and those of its series that come after it and stand, the first first; itself alone where it does
    not recur."""
    after = [] if one.series_id is None else appointments.list_following(tx, one.series_id, one.starts_at)
    return [one.id, *(other for other in after if other != one.id)]


def move_series_in(tx: Tx, visits: Visits, actor: Agent | None, appointment_id: int, move: Move) -> Series:
    """Moves one and all that follow it in its series: by as many days, to the hour of the wall, the specialist and the
    length that ``move`` says for the one; what binds customers binds the one. All or none. Raises as
    ``Visits.move``; ``extra`` names the start refused."""
    chosen = showing.require(tx, appointment_id)
    ids = following_of(tx, chosen)
    zone = ZoneInfo(chosen.zone)
    to = datetime.fromisoformat(wall_of(move.starts_at or chosen.starts_at, zone))
    shift = to - datetime.fromisoformat(chosen.wall_start)
    length = None if move.ends_at is None else move.ends_at - (move.starts_at or chosen.starts_at)
    moves, before = [(appointment_id, move)], [chosen, *(showing.require(tx, each) for each in ids[1:])]
    for one in before[1:]:
        wall = datetime.fromisoformat(one.wall_start) + shift
        starts_at = moment_at(wall.isoformat(timespec="minutes"), ZoneInfo(one.zone))
        ends_at = None if length is None else starts_at + length
        moves.append((one.id, replace(move, starts_at=starts_at, ends_at=ends_at, version=None, online=False)))
    return replace(_moved(visits.move_all_in(tx, actor, moves)), before=tuple(before))


def way_back(moved: Series) -> list[tuple[int, Move]]:
    """What takes visits that were moved back to where they were, each as it is now."""
    versions = {one.id: one.version for one in moved.visits}
    return [
        (
            one.id,
            Move(
                one.starts_at,
                ends_at=one.ends_at,
                version=versions[one.id],
                providers=tuple(item.provider_id for item in one.items if item.provider_id is not None),
            ),
        )
        for one in moved.before
    ]


def move_several_in(tx: Tx, visits: Visits, actor: Agent | None, moves: Sequence[tuple[int, Move]]) -> Series:
    """Moves each of several to its own place, all or none. Raises as ``move_series_in``; invalid where one is named
    twice."""
    if len({one for one, _ in moves}) < len(moves):
        raise Rejected("invalid", "error.field_wrong", field="items")
    return _moved(visits.move_all_in(tx, actor, moves))


def _moved(done: Sequence[Booked]) -> Series:
    return Series(tuple(one.appointment for one in done), (), tuple(event for one in done for event in one.events))


def cancel_series_in(
    tx: Tx, visits: Visits, actor: Agent | None, appointment_id: int, reason: str = "", version: int | None = None
) -> Series:
    """Cancels one and all that follow it in its series. Raises as ``Visits.cancel``, before anything is done."""
    following = following_of(tx, showing.require(tx, appointment_id))
    done = [visits.cancel_in(tx, actor, appointment_id, reason, version)]
    done += [visits.cancel_in(tx, actor, one, reason) for one in following[1:]]
    return Series(tuple(one.appointment for one in done), (), tuple(event for one in done for event in one.events))


def copy_request(
    before: Appointment, starts_at: datetime, provider_id: int | None = None, *, override: bool = False
) -> BookRequest:
    """What books the same once more at another time, for the same customer. ``provider_id``: in place of the first
    specialist."""
    lead = before.items[0].provider_id
    parts = tuple(
        Part(one.service_id or 0, (provider_id or lead) if one.provider_id == lead else one.provider_id, one.seats)
        for one in before.items
    )
    at_once: Order = "parallel" if len({one.starts_at for one in before.items}) < len(before.items) else "sequence"
    minutes = tuple(int((one.ends_at - one.starts_at).total_seconds() // 60) for one in before.items)
    return BookRequest(
        Wanted(parts, at_once),
        starts_at,
        before.contact_id,
        "copy",
        subject_id=before.subject_id,
        note=before.note,
        warning=before.warning,
        kind=before.kind,
        title=before.title,
        minutes=minutes,
        discount_minor=before.discount_minor,
        override=override,
        copied_from=before.id,
    )


def _walls(first: str, repeat: Repeat) -> Iterator[str]:
    """The hours of the wall after the first."""
    day, hour = date.fromisoformat(first[:10]), first[10:]
    most = MOST if repeat.count is None else repeat.count
    if most > MOST:
        raise Rejected("invalid", "booking.series_long", field="repeat", most=MOST)
    for number in range(1, most):
        following = _step(day, repeat, number)
        if repeat.until is not None and following > repeat.until:
            return
        yield f"{following.isoformat()}{hour}"
    if repeat.count is None and (repeat.until is None or _step(day, repeat, most) <= repeat.until):
        raise Rejected("invalid", "booking.series_long", field="repeat", most=MOST)


def _step(day: date, repeat: Repeat, number: int) -> date:
    """The same day of a later month, its last where it is shorter."""
    steps = repeat.interval * number
    if repeat.every != "month":
        return day + timedelta(days=steps * (7 if repeat.every == "week" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return after.replace(day=min(day.day, after.day))
