"""Wishes of the waiting list by talk: which days, which hours, and whether there is time then already."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.flows import times
from routing.flows.booking.ports import Booking, Start, Wish
from routing.flows.booking.wanted import ANY, PROVIDER, asked_of, booking_of, provider_of, say_date, window_of
from routing.flows.booking.words import Said, find_said
from routing.flows.ports import Entity

if TYPE_CHECKING:
    from routing.flows.turn import Turn

WAIT, WISHED = "wait", "wished"
"""Slots: he wants to wait; the days and hours that he named, ``2026-11-27/2026-11-27/18:00/20:00/mon,tue``."""
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS: Final[Mapping[Said, tuple[str, ...]]] = {"weekdays": _WEEKDAYS[:5], "weekend": _WEEKDAYS[5:]}
_DAYS_MOST: Final = 31


class Wished(NamedTuple):
    """Days, both inclusive (None: any that can be booked), hours between which the visit must lie, days of the week."""

    first: date | None = None
    last: date | None = None
    from_time: str = ""
    to_time: str = ""
    weekdays: tuple[str, ...] = ()

    def dump(self) -> str:
        """As a slot keeps it."""
        days = [one.isoformat() if one else "" for one in (self.first, self.last)]
        return "/".join([*days, self.from_time, self.to_time, ",".join(self.weekdays)])

    @classmethod
    def load(cls, text: str) -> "Wished":
        """What ``dump`` made."""
        first, last, from_time, to_time, weekdays = text.split("/")
        days = [date.fromisoformat(one) if one else None for one in (first, last)]
        return cls(days[0], days[1], from_time, to_time, tuple(one for one in weekdays.split(",") if one))

    def takes(self, start: Start) -> bool:
        """Whether a free time is what he wishes."""
        if self.weekdays and _WEEKDAYS[start.wall.weekday()] not in self.weekdays:
            return False
        begins, ends = f"{start.wall:%H:%M}", f"{start.ends:%H:%M}"
        return begins >= self.from_time and (not self.to_time or ends <= self.to_time)


def hear_wish(turn: "Turn", found: list[Entity]) -> bool:
    """Takes days and hours of a wish to wait out of a message; False where it names none."""
    said = find_said(turn.heard.text)
    weekdays = tuple(day for word, days in _WORDS.items() if word in said for day in days)
    days: list[tuple[date, date]] = []
    hours = ("", "")
    for entity in found:
        value = _clear(entity)
        begins, ends = str(value.get("from") or ""), str(value.get("to") or "")
        if not begins:
            continue
        if entity.time is None or entity.time.dated:
            days.append((date.fromisoformat(begins[:10]), date.fromisoformat((ends or begins)[:10])))
        if "T" in begins:
            hours = (begins[11:16], ends[11:16] if ends[:10] == begins[:10] else "")
    if not (weekdays or days or any(hours)):
        return False
    if weekdays:
        days = [one for one in days if one[0] != one[1] and _lasts(one) > len(weekdays)]
    elif len(days) > 1:
        weekdays = tuple(one for number, one in enumerate(_WEEKDAYS) if any(number == day.weekday() for day, _ in days))
    first, last = (min(one for one, _ in days), max(one for _, one in days)) if days else (None, None)
    turn.slots[WISHED] = Wished(first, last, *hours, weekdays).dump()
    return True


def _clear(entity: Entity) -> Mapping[str, object]:
    """Of a time that can be read in several ways the first that is still to come."""
    if entity.readings:
        return entity.readings[0].as_json()
    return entity.value if isinstance(entity.value, dict) else {}


def _lasts(days: tuple[date, date]) -> int:
    return (days[1] - days[0]).days + 1


def wished_of(turn: "Turn") -> Wished:
    """What he waits for: as he said it, else what he looked for before."""
    booking = booking_of(turn)
    if turn.slots.get(WISHED):
        return Wished.load(turn.slots[WISHED])
    window = window_of(turn.slots, booking)
    if window is None or window.earliest or (not window.exact and window.last <= booking.now):
        return Wished()
    if window.exact:
        return Wished(window.first.date(), window.first.date(), f"{window.first:%H:%M}")
    last = window.last - timedelta(minutes=1)
    whole = last.date() > window.first.date()
    hours = ("", "") if whole else (_hour(window.first), _hour(window.last))
    return Wished(window.first.date(), last.date(), *hours)


def _hour(moment: datetime) -> str:
    return "" if moment.hour == moment.minute == 0 else f"{moment:%H:%M}"


def waits(turn: "Turn") -> str | None:
    """To the end of the line, unless there is time just then: that is offered."""
    slots, booking = turn.slots, booking_of(turn)
    if not slots.get(WAIT) or not booking.may_wait():
        return None
    wished = Wished.load(slots[WISHED]) if slots.get(WISHED) else None
    if wished is None or wished.first is None or wished.last is None or not _free(turn, booking, wished):
        return "who"
    turn.say(turn.text("booking.free_now"))
    for slot in (WAIT, WISHED):
        slots.pop(slot)
    slots.setdefault(PROVIDER, ANY)
    if turn.state.place is not None:
        times.clear_time(turn.state.place)
    begins, ends = (f" {hour}" if wished.from_time else "" for hour in (wished.from_time, wished.to_time or "23:59"))
    slots[times.SLOT] = f"({wished.first.isoformat()}{begins} – {wished.last.isoformat()}{ends})"
    return None


def _free(turn: "Turn", booking: Booking, wished: Wished) -> bool:
    if wished.first is None or wished.last is None or wished.weekdays:
        return False
    last = min(wished.last, booking.horizon, wished.first + timedelta(days=_DAYS_MOST - 1))
    return last >= wished.first and any(map(wished.takes, booking.starts(asked_of(turn), wished.first, last)))


def put_on_list(turn: "Turn") -> Mapping[str, str]:
    """He waits, for what he named."""
    booking, wished = booking_of(turn), wished_of(turn)
    first = max(wished.first or booking.now.date(), booking.now.date())
    last = wished.last or booking.horizon
    hours = (wished.from_time or None, wished.to_time or None)
    why = booking.wait(Wish(asked_of(turn), first, last, *hours, turn.state.language, wished.weekdays))
    turn.deeds += turn.stated()
    who = provider_of(turn)
    seats = asked_of(turn).seats
    people = turn.texts.get(turn.state.language, "pages.wait.for", count=seats) if seats > 1 else ""
    what = [turn.slots.get("service", ""), people, who.name if who else "", say_wished(turn, wished)]
    turn.say(why or turn.text("booking.waiting", what=" · ".join(filter(None, what))))
    return {}


def say_wished(turn: "Turn", wished: Wished) -> str:
    """Its days and hours in words; empty where any will do."""
    days = dict.fromkeys(say_date(turn, one) for one in (wished.first, wished.last) if one)
    numbers = [_WEEKDAYS.index(one) + 1 for one in wished.weekdays]
    names = [turn.texts.get(turn.state.language, f"time.weekday.{one}") for one in numbers]
    in_a_row = len(numbers) > 2 and all(after - before == 1 for before, after in pairwise(numbers))
    weekdays = f"{names[0]} – {names[-1]}" if in_a_row else ", ".join(names)
    hours = " – ".join(filter(None, (wished.from_time, wished.to_time)))
    return ", ".join(filter(None, (" – ".join(days) if not numbers or len(days) > 1 else "", weekdays, hours)))
