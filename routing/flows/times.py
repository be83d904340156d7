"""Times in slots: one that is clear is kept with its moment, one that can be read in several ways is asked, and what is
set right keeps what was not: "no, on Friday" the hour, "no, at 5" the day."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from conversation.dates import say_day
from conversation.messages import Language
from conversation.ports import Texts
from routing.flows.checks import show_moment, value_of, with_moment
from routing.flows.model import Place
from routing.flows.ports import Entity
from routing.understanding.entities.frame import TimeValue

SLOT: Final = "time"
SAID: Final = "time_said"
READINGS: Final = "time_readings"
"""Slots of a place: the words of a time that must be asked, and the moments that they may mean."""
_APART: Final = "|"
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?")
_KEPT: Final = re.compile(rf"\({_MOMENT.pattern}\)$")
_NEAR_DAYS: Final = 2
_OFFERED: Final = 3


def put_time(place: Place, entity: Entity) -> None:
    """Keeps a time that was said, or what of it is to be asked."""
    day, hour = _said_before(place)
    moments = list(dict.fromkeys(_set_right(one, entity, day, hour) for one in _moments(entity)))
    clear_time(place)
    if len(moments) == 1 and (not _is_unsure(entity) or (day and not _is_dated(entity))):
        place.slots[SLOT] = with_moment(entity.text, moments[0])
    elif moments and _is_unsure(entity):
        place.slots[SAID], place.slots[READINGS] = entity.text, _APART.join(moments)
    elif not moments and entity.time is not None and entity.time.dated and not entity.time.denied:
        place.slots[SLOT] = with_moment(entity.text, show_moment(entity.time.as_json()))  # a day that is over
    else:
        place.slots[SLOT] = value_of(entity)


def offer_times(place: Place, entities: Sequence[Entity]) -> None:
    """Keeps times that were said as what may be meant, the last one first."""
    moments = list(dict.fromkeys(moment for one in reversed(entities) for moment in _moments(one)))
    clear_time(place)
    if moments:
        place.slots[SAID], place.slots[READINGS] = entities[-1].text, _APART.join(moments[:_OFFERED])


def clear_time(place: Place) -> None:
    """Forgets the time."""
    for slot in (SLOT, SAID, READINGS):
        place.slots.pop(slot, None)


def split_readings(slots: Mapping[str, str]) -> list[str]:
    """What a time may mean that is to be asked."""
    kept = slots.get(READINGS, "")
    return kept.split(_APART) if kept else []


def choose_reading(place: Place, moment: str) -> None:
    """This one was meant."""
    words = place.slots.get(SAID, "")
    clear_time(place)
    place.slots[SLOT] = with_moment(words, moment)


def say_reading(texts: Texts, language: Language, moment: str, today: date) -> str:
    """``Friday, 27 November, 15:00``; ``tomorrow, 09:00 – 12:00``."""
    return " – ".join(_say(texts, language, one, today) for one in moment.split(" – "))


def _say(texts: Texts, language: Language, moment: str, today: date) -> str:
    match = _MOMENT.match(moment)
    if match is None:
        return moment
    day = date.fromisoformat(match[1])
    words = [say_day(texts, language, day, today)]
    if not 0 <= (day - today).days < _NEAR_DAYS:
        month = texts.get(language, f"time.month.{day.month}")
        key = "time.date" if day.year == today.year else "time.date_year"
        weekday = texts.get(language, f"time.weekday.{day.isoweekday()}")
        words = [weekday, texts.get(language, key, day=day.day, month=month, year=day.year)]
    return ", ".join([*words, *([match[2]] if match[2] else [])])


def _moments(entity: Entity) -> Sequence[str]:
    values = [one.as_json() for one in entity.readings]
    if not values and isinstance(entity.value, dict) and not _is_unsure(entity):
        values = [entity.value]
    return [moment for one in values if (moment := show_moment(one))]


def _is_unsure(entity: Entity) -> bool:
    return not isinstance(entity.value, dict) or entity.value.get("ambiguous") is not False


def _is_dated(entity: Entity) -> bool:
    return entity.time is None or entity.time.dated


def _said_before(place: Place) -> tuple[str, str]:
    """The day and the hour that are known by now; empty for none."""
    match = _KEPT.search(place.slots.get(SLOT, ""))
    if match is not None:
        return match[1], match[2] or ""
    found = [one for moment in split_readings(place.slots) if (one := _MOMENT.match(moment)) is not None]
    days, hours = {one[1] for one in found}, {one[2] or "" for one in found}
    return (days.pop() if len(days) == 1 else ""), (hours.pop() if len(hours) == 1 else "")


def _set_right(moment: str, entity: Entity, day: str, hour: str) -> str:
    """A moment with what was said before and is not said now."""
    time: TimeValue | None = entity.time
    if time is None:
        return moment
    if day and not time.dated and time.grain in ("hour", "minute", "part"):
        first = moment[: len(day)]
        return moment.replace(first, day) if moment.count(first) else moment
    if hour and time.grain == "day" and time.end is None:
        return f"{moment} {hour}"
    return moment
