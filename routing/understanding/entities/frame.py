"""When and where a text is read, and what a time comes out as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from business.hours.schedule import Schedule
from business.hours.week import ALWAYS, DAY_MIN, Span, Weekly
from business.money import currency_of
from conversation.messages import JsonObject, Language

Grain = Literal["minute", "hour", "part", "day", "week"]
USUAL_HOURS: Final[Weekly] = ((Span(600, 1200),),) * 7
"""Where a firm has set none: 10 to 20, every day."""
FEW_DAYS: Final = timedelta(days=6)
"""How far "from Monday on" goes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``now``: aware; ``zone``: the firm's; ``opening``: seven days from Monday; ``country``: ISO 3166-1 alpha-2, whose
    phones need no code; ``currency``: ISO 4217, meant where none is named; ``language``: the customer's, if known."""

    now: datetime
    zone: ZoneInfo
    opening: Weekly = USUAL_HOURS
    country: str = "AM"
    currency: str = "AMD"
    language: Language | None = None

    @classmethod
    def of(cls, now: datetime, schedule: Schedule, country: str, language: Language | None = None) -> "Frame":
        """Where a firm has these hours, in this country."""
        opening = USUAL_HOURS if schedule.weekly == ALWAYS else schedule.weekly
        return cls(now, schedule.zone, opening, country, currency_of(country), language)

    def wall(self) -> datetime:
        """The firm's wall clock, naive, in whole minutes."""
        return self.now.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)

    def hours_of(self, day: date) -> Sequence[Span]:
        """When the firm is open on a weekday like this one; where it is closed, as on the first day it is not."""
        own = self.opening[day.weekday()]
        return own or next((hours for hours in self.opening if hours), USUAL_HOURS[0])


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A stretch of the firm's wall time: days ("from" and "to" are dates, both in it) or hours ("to" is not in it).

    ``end``: None for a point or one day. ``ambiguous``: another reading is as good, so it must be asked. ``dated``: the
    day was said (or carried over from what was said before), not taken to be today; ``denied``: then it is not."""

    start: date | datetime
    end: date | datetime | None
    grain: Grain
    ambiguous: bool = False
    dated: bool = True
    denied: bool = False

    def as_json(self) -> JsonObject:
        """As the contract has it."""
        return {
            "from": _show(self.start),
            "to": None if self.end is None else _show(self.end),
            "grain": self.grain,
            "ambiguous": self.ambiguous,
        }


def _show(moment: date | datetime) -> str:
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or several (``last``). ``named``: by what; a number is one without its month."""

    first: date
    last: date | None = None
    grain: Literal["day", "week"] = "day"
    unsure: bool = False
    named: Literal["weekday", "date", "number", "relative", "weeks"] = "relative"


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes after midnight; not ``fixed``: twelve hours later may be meant as well. ``exact``: minutes were said."""

    minute: int
    fixed: bool = False
    exact: bool = False
    unsure: bool = False
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """From one clock to another; None: from the opening, to the end of work."""

    first: Clock | None
    last: Clock | None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that needs no day: in two hours, now."""

    at: datetime
    grain: Grain


PARTS: Final[dict[str, tuple[int, int]]] = {
    "morning": (360, 720),
    "midday": (720, 840),
    "afternoon": (720, 1080),
    "evening": (1080, 1320),
    "night": (1320, 1800),
}
"""Parts of a day in minutes after its midnight; a night ends on the next day."""
_HALVES: Final[dict[str, range]] = {
    "morning": range(180, 780),
    "midday": range(660, 960),
    "afternoon": range(660, 1140),
    "evening": range(960, 1440),
}
"""Which reading of an hour a part of the day leaves: 7 in the evening, 3 in the afternoon."""


def at_minute(day: date, minute: int) -> datetime:
    """A day's wall time so many minutes after its midnight."""
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  (a wall clock's)


def choices(clock: Clock, part: str | None) -> list[int]:
    """The minutes of a day that a clock time may mean."""
    if clock.fixed:
        return [clock.minute]
    base = clock.minute % 720
    both = [base, base + 720] if clock.minute < 720 else [base + 720, base]
    part = clock.part or part
    if part == "night":
        return [base] if base < 360 else [base + 720]
    if part is not None:
        left = [one for one in both if one in _HALVES[part]]
        return left or both
    return both


def at_clock(day: date, clock: Clock, part: str | None, frame: Frame) -> tuple[int, bool]:
    """The minute of a day meant by a clock time, and whether another reading is as good."""
    found = choices(clock, part)
    if len(found) == 1:
        unsure = clock.unsure or (part or clock.part) == "night"
        return found[0], unsure or _is_past(day, found[0], frame)
    spans = frame.hours_of(day)
    fit = [one for one in found if any(start <= one < end for start, end in spans)]
    if len(fit) == 2:
        ahead = [one for one in fit if not _is_past(day, one, frame)]
        fit = ahead if len(ahead) == 1 else fit
    if len(fit) == 1:
        return fit[0], clock.unsure or _is_past(day, fit[0], frame)
    return (fit or sorted(found, key=lambda one: not 420 <= one < 1320))[0], True


def _is_past(day: date, minute: int, frame: Frame) -> bool:
    wall = frame.wall()
    return day == wall.date() and at_minute(day, minute) < wall


def between(day: date, hours: Hours, part: str | None, frame: Frame) -> tuple[int, int, bool]:
    """The minutes of a day from which to which is meant, and whether another reading is as good."""
    spans = frame.hours_of(day)
    opens, closes = spans[0][0], spans[-1][1]
    if hours.first is None or hours.last is None:
        return _open_ended(day, hours, part, frame, opens, closes)
    given = hours.unsure or hours.first.unsure or hours.last.unsure
    firsts, lasts = choices(hours.first, part or hours.last.part), choices(hours.last, part or hours.first.part)
    pairs = [(one, other) for one in firsts for other in lasts if one < other]
    if not pairs:
        given = True
        pairs = [(one, other + DAY_MIN) for one in firsts for other in lasts]
    shortest = min(other - one for one, other in pairs)
    pairs = [(one, other) for one, other in pairs if other - one == shortest or (opens <= one and other <= closes)]
    inside = [(one, other) for one, other in pairs if opens <= one and other <= closes]
    if len(inside) == 1:
        return *inside[0], given
    if len(inside) > 1:
        least = min(inside, key=lambda pair: pair[1] - pair[0])
        return *least, given or sum(pair[1] - pair[0] == least[1] - least[0] for pair in inside) > 1
    touching = [(one, other) for one, other in pairs if one < closes and other > opens]
    return *(touching or pairs)[0], given or (len(touching) != 1 and len(pairs) != 1)


def _open_ended(
    day: date, hours: Hours, part: str | None, frame: Frame, opens: int, closes: int
) -> tuple[int, int, bool]:
    if hours.first is not None:
        first, unsure = at_clock(day, hours.first, part, frame)
        return first, closes if closes > first else DAY_MIN, unsure or hours.unsure
    end = hours.last or Clock(closes, fixed=True)
    found = choices(end, part)
    fit = [one for one in found if opens < one <= closes]
    last = fit[0] if fit else found[0]
    wall = frame.wall()
    first = opens if opens < last else 0
    if day == wall.date() and first < wall.hour * 60 + wall.minute < last:
        first = wall.hour * 60 + wall.minute
    return first, last, hours.unsure or end.unsure or (len(fit) != 1 and len(found) > 1)


def is_odd(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether a wall time is shown twice or never, where the clock is changed."""
    one, other = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return one != other
