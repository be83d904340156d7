"""Dates and times: tables of expressions in five languages, opening hours, clocks that are changed."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from business.hours.week import ALWAYS, Span, Weekly
from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from tests.routing.understanding.times_table import TABLES, lines_of, told

YEREVAN = ZoneInfo("Asia/Yerevan")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=YEREVAN)


@pytest.mark.parametrize("path", sorted(TABLES.rglob("*.txt")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_expression_of_the_table_means_what_it_says(path: Path) -> None:
    lines = list(lines_of(path))
    assert len(lines) >= 60
    wrong = [
        f"{line.text!r}: {got}, not {line.expected}"
        for line in lines
        if (got := told(line.text, line.frame)) != line.expected
    ]
    assert not wrong, "\n".join(wrong)


def week(start: int, end: int) -> Weekly:
    return ((Span(start * 60, end * 60),),) * 7


@pytest.mark.parametrize(
    ("opening", "text", "expected"),
    [
        (week(10, 20), "завтра в 3", "2026-11-25T15:00 hour"),
        (week(8, 22), "завтра в 9", "2026-11-25T09:00 hour ?"),  # 9 and 21 are both open
        (week(8, 22), "завтра в 9 утра", "2026-11-25T09:00 hour"),
        (week(7, 15), "tomorrow at 8", "2026-11-25T08:00 hour"),
        (week(18, 23), "tomorrow at 8", "2026-11-25T20:00 hour"),
        (ALWAYS, "վաղը ժամը 3-ին", "2026-11-25T03:00 hour ?"),
        (ALWAYS, "ხვალ 15:00-ზე", "2026-11-25T15:00 minute"),
        (week(9, 18), "ертең 5-тен кейін", "2026-11-25T17:00..2026-11-25T18:00 hour"),
        (week(9, 18), "завтра до 11", "2026-11-25T09:00..2026-11-25T11:00 hour"),
        (week(10, 20), "завтра в 8:30", "2026-11-25T08:30 minute ?"),
        (week(10, 20), "завтра в 08:30", "2026-11-25T08:30 minute"),
    ],
)
def test_a_bare_hour_is_read_by_the_opening_hours(opening: Weekly, text: str, expected: str) -> None:
    assert told(text, Frame(TUESDAY, YEREVAN, opening)) == expected


def test_the_hours_are_those_of_the_weekday() -> None:
    days = ((Span(600, 1200),),) * 5 + ((Span(420, 840),),) + ((),)
    assert told("saturday at 8", Frame(TUESDAY, YEREVAN, days)) == "2026-11-28T08:00 hour"
    assert told("friday at 3", Frame(TUESDAY, YEREVAN, days)) == "2026-11-27T15:00 hour"
    # closed: the hour is read as on a day that is not, and whether one may come is not decided here
    assert told("sunday at 3", Frame(TUESDAY, YEREVAN, days)) == "2026-11-29T15:00 hour"


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (10, "2026-11-24T15:00 hour"),
        (14, "2026-11-24T15:00 hour"),
        (16, "2026-11-25T15:00 hour ?"),  # over for today: tomorrow, but it must be asked
    ],
)
def test_an_hour_without_its_day_is_today_while_it_is_ahead(hour: int, expected: str) -> None:
    now = TUESDAY.replace(hour=hour)
    for text in ("at 3", "в 3", "ժամը երեքին", "3 საათზე", "сағат 3-те"):
        assert told(text, Frame(now, YEREVAN)) == expected


def test_now_is_the_firms_wall_clock() -> None:
    late = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # half past one of the next day in Yerevan
    assert told("tomorrow", Frame(late, YEREVAN)) == "2026-11-26 day"
    assert told("через час", Frame(late, YEREVAN)) == "2026-11-25T02:30 hour"


@pytest.mark.parametrize("text", ["25 October at 2:30 am", "29 March at 2:30 am"])
def test_an_hour_shown_twice_or_never_is_ambiguous(text: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    [found] = find_entities(text, Frame(datetime(2026, 1, 5, 12, tzinfo=berlin), berlin))
    assert found.time is not None
    assert found.time.ambiguous


def test_a_day_with_its_hour_is_one_entity_even_with_words_between() -> None:
    text = "on Friday I would like to come at 3, please"
    [found] = find_entities(text, Frame(TUESDAY, YEREVAN))
    assert found.text == "Friday I would like to come at 3"
    assert found.value == {"from": "2026-11-27T15:00", "to": None, "grain": "hour", "ambiguous": False}


def test_a_second_hour_is_of_the_day_that_was_said() -> None:
    first, second = find_entities("в пятницу в 3 или в 4", Frame(TUESDAY, YEREVAN))
    assert (first.text, second.text) == ("пятницу в 3", "4")
    assert second.time is not None
    assert second.time.start == datetime(2026, 11, 27, 16)  # noqa: DTZ001  (wall time)


def test_whether_the_day_was_said_is_known() -> None:
    [said] = find_entities("сегодня в 3", Frame(TUESDAY, YEREVAN))
    [taken] = find_entities("в 3", Frame(TUESDAY, YEREVAN))
    assert said.time is not None
    assert taken.time is not None
    assert said.value == taken.value
    assert said.time.dated
    assert not taken.time.dated


def test_the_known_language_decides_a_word_of_two() -> None:
    # "on" is ten in Kazakh
    assert told("sagat on bes", Frame(TUESDAY, YEREVAN, language="kk")) == "2026-11-24T15:00 hour"
    assert told("it is on me", Frame(TUESDAY, YEREVAN, language="en")) == "-"
