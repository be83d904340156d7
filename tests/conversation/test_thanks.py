"""What ends a talk, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.thanks import LONGEST, closes

ANSWER = "We are open from 10 to 20"
QUESTION = "Shall I book you for tomorrow?"
ENDS = [
    "Շնորհակալություն!",
    "շատ շնորհակալ եմ",
    "shnorhakalutyun",
    "մերսի",
    "მადლობა",
    "დიდი მადლობა",
    "madloba",
    "Рақмет!",
    "көп рахмет",
    "rahmet",
    "спасибо большое",
    "Спасибоооо!!",
    "spasibo",
    "благодарю вас",
    "Thanks a lot",
    "thank you very much",
    "thx",
    "no, thanks",
    "🙏",
    "❤️",
    "👏🏽",
    ":)",
    "хорошо, спасибо",
    "ok thanks",
]
NODS = [
    "ok",
    "OK.",
    "Okay",
    "ок",
    "хорошо",
    "понятно",
    "Լավ",
    "պարզ է",
    "კარგი",
    "გასაგებია",
    "жарайды",
    "түсінікті",
    "got it",
    "👍",
    "👌🏼",
    "lav",
    "kargi",
    "horosho",
]
GOES_ON = [
    "ok, and when do you open?",
    "спасибо, а сколько стоит",
    "да",
    "no",
    "15",
    "ok 15",
    "thanks but it does not work",
    "😡",
    "ok 😡",
    "👎",
    "Շնորհակալություն, իսկ գի՞նը",
    "თავისუფალია?",
    "когда",
    "хорошо где вы",
    "?",
    "...",
    "Рахмет, бірақ жұмыс істемейді",
]


@pytest.mark.parametrize("text", ENDS)
def test_thanks_end_it_whatever_was_said(text: str) -> None:
    assert closes(text, ANSWER)
    assert closes(text, "Anything else?")


@pytest.mark.parametrize("text", NODS)
def test_a_nod_ends_it_where_it_answers_no_question(text: str) -> None:
    assert closes(text, ANSWER)
    assert not closes(text, QUESTION)
    assert not closes(text, "Գրանցե՞մ ձեզ")


@pytest.mark.parametrize("text", GOES_ON)
def test_all_else_goes_on(text: str) -> None:
    assert not closes(text, ANSWER)


@given(st.text(max_size=2 * LONGEST), st.text(max_size=20) | st.none())
def test_any_text_is_taken(text: str, after: str | None) -> None:
    assert closes(text, after) in {True, False}
    assert not closes(f"{text} refund", after)
