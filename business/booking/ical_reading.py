"""Reads a calendar in iCalendar (RFC 5545): the stretches of time in which its owner is busy, recurrences unfolded.

Whoever wrote it is a stranger: the number of its entries and repetitions is bounded, and a rule that repeats by the
second, the minute or the hour is refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from icalendar import Component

Busy = tuple[datetime, datetime]
_EVENTS: Final = 20_000
_REPEATED: Final = 50_000
"""So many repetitions are looked at in all, those before the window included."""
_FRUITLESS: Final = 5_000
"""What a rule that never comes to a day (30 February) counts for: it is looked for through all years."""
_STRETCHES: Final = 20_000
_DAY: Final = timedelta(days=1)
_QUICK: Final = ("SECONDLY", "MINUTELY", "HOURLY")


class CalendarError(Exception):
    """The text is no calendar that can be read; the message is one plain line."""


class _Told(NamedTuple):
    """When an entry begins and ends: on the wall of ``zone``, naive; a whole day from midnight to midnight."""

    start: datetime
    length: timedelta
    zone: tzinfo


@dataclass(slots=True)
class _Series:
    """Entries of one UID: the one that repeats, and those that stand for one of its repetitions, by its moment."""

    whole: "list[Component]" = field(default_factory=list)
    instead: "dict[datetime, Component]" = field(default_factory=dict)
    from_here: "list[tuple[datetime, Component]]" = field(default_factory=list)


def read_busy(text: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Busy]:
    """Busy stretches that touch the window, in UTC, in order, joined where they touch. ``zone``: of times that name
    none. What is free (TRANSPARENT) or called off does not count. Raises CalendarError."""
    try:
        found = _read(text, zone, since, until)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise CalendarError(f"this is no calendar that can be read ({type(error).__name__})") from None
    if len(found) > _STRETCHES:
        raise CalendarError(f"more than {_STRETCHES} entries")
    return _joined(found)


def _read(text: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Busy]:
    from icalendar import Calendar  # takes 0.14 s to import, and few firms have any use for it

    calendars = Calendar.from_ical(text, multiple=True)
    if not calendars:
        raise CalendarError("this is no calendar (iCalendar)")
    found: list[Busy] = []
    budget = _Budget()
    for calendar in calendars:
        home = _named_zone(str(calendar.get("X-WR-TIMEZONE", ""))) or zone
        for series in _group(calendar.walk("VEVENT"), home).values():
            found += _unfold(series, home, since, until, budget)
        for block in calendar.walk("VFREEBUSY"):
            found += _periods(block, since, until)
    return found


class _Budget:
    """How many repetitions may still be looked at."""

    def __init__(self) -> None:
        self._left = _REPEATED

    def spend(self, moments: Iterable[datetime]) -> Iterator[datetime]:
        """The moments, as long as there is something left. Raises CalendarError."""
        for moment in moments:
            self._left -= 1
            if self._left < 0:
                raise CalendarError(f"more than {_REPEATED} repetitions")
            yield moment

    def waste(self) -> None:
        """A rule was looked at to its end in vain. Raises CalendarError."""
        self._left -= _FRUITLESS
        if self._left < 0:
            raise CalendarError("too many rules that never come to a day")


def _group(events: "Iterable[Component]", home: tzinfo) -> dict[str, _Series]:
    series: dict[str, _Series] = {}
    for number, event in enumerate(islice(events, _EVENTS + 1)):
        if number == _EVENTS:
            raise CalendarError(f"more than {_EVENTS} entries")
        one = series.setdefault(str(event.get("UID", f"-{number}")), _Series())
        instead = event.get("RECURRENCE-ID")
        if instead is None:
            one.whole.append(event)
            continue
        moment = _utc(instead.dt, home)
        one.instead[moment] = event
        if str(instead.params.get("RANGE", "")).upper() == "THISANDFUTURE":
            one.from_here.append((moment, event))
    return series


def _unfold(series: _Series, home: tzinfo, since: datetime, until: datetime, budget: _Budget) -> Iterator[Busy]:
    event = max(series.whole, key=_revision, default=None)  # of several with one UID the latest is meant
    told = None if event is None else _times(event, home)
    if event is not None and told is not None:
        for start in budget.spend(_starts(event, told, until, budget)):
            moment = start.replace(tzinfo=told.zone).astimezone(UTC)
            if moment in series.instead:
                continue
            yield from _stretch(_changed(series, moment) or event, start, told, home, since, until, moment)
    for event in series.instead.values():
        other = _times(event, home)
        if other is not None:
            yield from _stretch(event, other.start, other, home, since, until, None)


def _revision(event: "Component") -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _changed(series: _Series, moment: datetime) -> "Component | None":
    """The entry that holds for this repetition and all after it, where there is one."""
    later = [event for begins, event in sorted(series.from_here, key=lambda one: one[0]) if begins <= moment]
    return later[-1] if later else None


def _stretch(
    event: "Component",
    start: datetime,
    told: _Told,
    home: tzinfo,
    since: datetime,
    until: datetime,
    repeats: datetime | None,
) -> Iterator[Busy]:
    if not _counts(event):
        return
    length, zone = told.length, told.zone
    if repeats is not None and event.get("RECURRENCE-ID") is not None:  # moved from here on, all alike
        other = _times(event, home)
        if other is None:
            return
        origin = event.get("RECURRENCE-ID").dt
        shift = other.start.replace(tzinfo=other.zone).astimezone(UTC) - _utc(origin, home)
        begin = repeats + shift
        length = other.length
    else:
        begin = start.replace(tzinfo=zone).astimezone(UTC)
    if told.start.time() == time() and length % _DAY == timedelta() and length:
        end = (start + length).replace(tzinfo=zone).astimezone(UTC)  # whole days: to midnight, whatever their hours
    else:
        end = begin + length
    if end > begin and begin < until and end > since:
        yield begin, end


def _counts(event: "Component") -> bool:
    free = str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    return not (free or outlook or str(event.get("STATUS", "")).upper() == "CANCELLED")


def _starts(event: "Component", told: _Told, until: datetime, budget: _Budget) -> Iterator[datetime]:
    """The wall times at which an entry begins, up to the window's end; naive."""
    from dateutil.rrule import rruleset, rrulestr

    rules, also, never = (_listed(event.get(name)) for name in ("RRULE", "RDATE", "EXDATE"))
    if not rules and not also:
        yield told.start
        return
    whole = rruleset()
    last = until.astimezone(told.zone).replace(tzinfo=None)
    for rule in rules:
        text = rule.to_ical().decode()
        if any(quick in text.upper() for quick in _QUICK):
            raise CalendarError("an entry repeats more often than daily")
        try:
            one = rrulestr(_bounded(text, told.zone, last), dtstart=told.start)
        except (ValueError, TypeError):
            raise CalendarError("the rule of an entry cannot be read") from None
        if next(iter(one), None) is None:
            budget.waste()
        else:
            whole.rrule(one)
    whole.rdate(told.start)
    for moment in _dates(also):
        whole.rdate(_wall(moment, told.zone))
    for moment in _dates(never):
        whole.exdate(_wall(moment, told.zone))
    for start in whole:
        if start >= last:
            return
        yield start


def _bounded(rule: str, zone: tzinfo, last: datetime) -> str:
    """``UNTIL`` as it is on the wall, where repetitions are reckoned; the window's end where there is no end. Raises
    ValueError."""
    parts = [] if "COUNT=" in rule or "UNTIL=" in rule else [f"UNTIL={last:%Y%m%dT%H%M%S}"]
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name.upper() == "INTERVAL" and int(value) < 1:
            raise ValueError("no step at all would be repeated for ever")
        if name.upper() == "UNTIL" and value.endswith("Z"):
            moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            value = moment.astimezone(zone).strftime("%Y%m%dT%H%M%S")
        parts.append(f"{name}={value}" if value else name)
    return ";".join(parts)


def _times(event: "Component", home: tzinfo) -> _Told | None:
    """When an entry begins, and how long it takes; None for one that takes no time."""
    begins = event.get("DTSTART")
    if begins is None:
        return None
    start, end, takes = begins.dt, event.get("DTEND"), event.get("DURATION")
    zone = start.tzinfo if isinstance(start, datetime) and start.tzinfo is not None else home
    wall = _wall(start, zone)
    if end is not None:
        length = _utc(end.dt, zone) - _utc(start, zone) if isinstance(start, datetime) else _wall(end.dt, zone) - wall
    elif takes is not None:
        length = takes.dt
    else:
        length = timedelta() if isinstance(start, datetime) else _DAY
    return _Told(wall, length, zone) if length > timedelta() else None


def _wall(moment: date, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _utc(moment: date, zone: tzinfo) -> datetime:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return _wall(moment, zone).replace(tzinfo=zone).astimezone(UTC)


def _periods(block: "Component", since: datetime, until: datetime) -> Iterator[Busy]:
    for listed in _listed(block.get("FREEBUSY")):
        if str(listed.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        begin, end = listed.dt if isinstance(listed.dt, tuple) else (listed.start, listed.end)
        end = begin + end if isinstance(end, timedelta) else end
        if begin.tzinfo is not None and end.tzinfo is not None and begin < until and end > since and end > begin:
            yield begin.astimezone(UTC), end.astimezone(UTC)


def _dates(listed: list[Any]) -> Iterator[date]:
    for one in listed:
        for item in getattr(one, "dts", [one]):
            moment = item.dt
            yield moment[0] if isinstance(moment, tuple) else moment


def _listed(value: Any) -> list[Any]:
    """What the library gives as one where there is one."""
    return [] if value is None else value if isinstance(value, list) else [value]


def _named_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _joined(found: Iterable[Busy]) -> list[Busy]:
    joined: list[Busy] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
