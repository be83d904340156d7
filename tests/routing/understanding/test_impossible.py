"""Days and hours that there are not: known as such in five languages, and taken for no others."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.messages import Language
from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.impossible import impossible_in

NONE = [
    ("en", "haircut on 31 February", "31 February", "day"),
    ("en", "on the 31st of April please", "31st of April", "day"),
    ("en", "29 February 2027 at 3 pm", "29 February 2027", "day"),
    ("en", "tomorrow at 25:99", "25:99", "hour"),
    ("en", "at 25 o'clock", "25 o'clock", "hour"),
    ("en", "on 2027-02-30", "2027-02-30", "day"),
    ("ru", "стрижка на 31-е февраля", "31-е февраля", "day"),
    ("ru", "31 февраля в 15:00", "31 февраля", "day"),
    ("ru", "на 31.04", "31.04", "day"),
    ("ru", "32-го числа", "32-го числа", "day"),
    ("ru", "завтра в 25 часов", "25 часов", "hour"),
    ("ru", "в 25:70", "25:70", "hour"),
    ("hy", "փետրվարի 31-ին", "փետրվարի 31-ին", "day"),
    ("hy", "ամսի 35-ին", "ամսի 35-ին", "day"),
    ("hy", "վաղը ժամը 25-ին", "ժամը 25-ին", "hour"),
    ("hy", "վաղը 25։70", "25։70", "hour"),
    ("ka", "31 თებერვალს", "31 თებერვალს", "day"),
    ("ka", "თებერვლის 31-ში", "თებერვლის 31-ში", "day"),
    ("ka", "ხვალ 25 საათზე", "25 საათზე", "hour"),
    ("kk", "31 ақпанда", "31 ақпанда", "day"),
    ("kk", "ақпанның 31-і", "ақпанның 31-і", "day"),
    ("kk", "ертең сағат 25-те", "сағат 25-те", "hour"),
]
SOME = [
    ("en", "29 February, 24:00, 28.02.2027, in February 31 people, May 4"),
    ("en", "on 5/31/2027 for 40 minutes"),
    ("ru", "29 февраля, через 25 часов, фев 30 минут, в мае 31 человек, за 31.02 $, 30 апреля"),
    ("hy", "հունվարի 31-ին, ժամը 15-ին"),
    ("ka", "31 იანვარს 15 საათზე"),
    ("kk", "31 қаңтарда сағат 15-те"),
]


@pytest.mark.parametrize(("language", "text", "said", "kind"), NONE, ids=[one[1] for one in NONE])
def test_there_is_no_such_time(language: Language, text: str, said: str, kind: str) -> None:
    """It is told in the words of the message; no time is made of it, nor of the hour of such a day."""
    assert impossible_in(text, language) == ((said, kind),)
    frame = Frame(now=datetime(2026, 11, 24, 6, tzinfo=UTC), zone=ZoneInfo("Asia/Yerevan"), language=language)
    times = [one for one in find_entities(text, frame) if one.kind == "time"]
    tomorrow = [one for one in times if str(one.value).count("2026-11-25") == 1]
    assert times == tomorrow
    assert bool(tomorrow) == (
        kind == "hour" and any(one in text for one in ("tomorrow", "завтра", "վաղը", "ხვალ", "ертең"))
    )


@pytest.mark.parametrize(("language", "text"), SOME, ids=[one[1] for one in SOME])
def test_what_there_is(language: Language, text: str) -> None:
    """Last days of months, midnight, numbers of other things."""
    assert impossible_in(text, language) == ()
