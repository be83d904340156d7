"""Days and hours as people say them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from conversation.dates import say_day, say_moment, say_time, week_of
from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue

TEXTS = Catalogue()
YEREVAN = timezone(timedelta(hours=4))
TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "вчера"),
        (date(2026, 11, 24), "сегодня"),
        (date(2026, 11, 25), "завтра"),
        (date(2026, 11, 26), "четверг"),
        (date(2026, 11, 30), "понедельник"),
        (date(2026, 12, 1), "1 декабря"),
        (date(2026, 11, 22), "22 ноября"),
        (date(2027, 1, 5), "5 января 2027 г."),
    ],
)
def test_days_are_said_from_today(day: date, said: str) -> None:
    assert say_day(TEXTS, "ru", day, TODAY) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("hy", "վաղը, 01:30"),
        ("ka", "ხვალ, 01:30"),
        ("kk", "ертең, 01:30"),
        ("ru", "завтра, 01:30"),
        ("en", "tomorrow, 01:30"),
    ],
)
def test_a_moment_is_of_the_zone(language: Language, said: str) -> None:
    moment = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert say_moment(TEXTS, language, moment, YEREVAN, now) == said
    assert say_time(moment, UTC) == "21:30"


def test_every_day_of_a_year_can_be_said() -> None:
    for language in LANGUAGES:
        said = {say_day(TEXTS, language, date.fromordinal(TODAY.toordinal() + ahead), TODAY) for ahead in range(366)}
        assert len(said) == 366


def test_a_week_begins_on_monday() -> None:
    week = week_of(date(2026, 11, 29))
    assert (week[0], week[-1], len(week)) == (date(2026, 11, 23), date(2026, 11, 29), 7)
    assert [day.isoweekday() for day in week] == [1, 2, 3, 4, 5, 6, 7]
