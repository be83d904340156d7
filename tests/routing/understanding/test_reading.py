"""Reading: any text has letters, a language and features; what two hands write differently falls together."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.messages import Language
from routing.understanding.features import BUCKETS, features_of
from routing.understanding.normal import comparable, spelled
from routing.understanding.romanised import make_lexicon, romanise, to_native
from routing.understanding.scripts import READ_CHARS, Script, script_of
from tests.routing.understanding.made import examples, reader

LANGUAGES = st.sampled_from(["hy", "ka", "kk", "ru", "en"])


@given(st.text(max_size=300), st.none() | LANGUAGES)
def test_any_text_is_read(text: str, remembered: Language | None) -> None:
    read = reader().read(text, remembered)
    buckets, often = read.features
    assert all(0 <= bucket < BUCKETS for bucket in buckets)
    assert (len(buckets) > 0) == bool(spelled(read.text))
    assert np.all(np.diff(buckets) > 0)
    assert np.all(often >= 1)


@given(st.text(alphabet=st.characters(), max_size=40).map(lambda text: text * 300))
def test_no_more_is_read_than_is_said(text: str) -> None:
    assert len(reader().read(text).text) <= READ_CHARS


@given(st.text(max_size=60), LANGUAGES, st.booleans(), st.integers())
def test_any_text_goes_into_other_letters_and_back(text: str, language: Language, russian: bool, seed: int) -> None:
    written = romanise(text, language, random.Random(seed), russian)
    assert isinstance(to_native(written, language, {}), str)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("բարև", "armenian"),
        ("გამარჯობა", "georgian"),
        ("ᲒᲐᲛᲐᲠᲯᲝᲑᲐ", "georgian"),
        ("сәлем", "cyrillic"),
        ("sälem, дос! salam", "latin"),
        ("15:30 👍", "none"),
        ("", "none"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: Script) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    "same",
    [
        ["хочу записаться", "Hochu zapisatsya", "xochu zapisat'sya", "ХОЧУ ЗАПИСАТЬСЯ!!!"],
        ["ուզում եմ", "uzum em", "Узум ем"],
        ["გამარჯობა", "gamarjoba", "гамарджоба", "gamarjobaaaa"],
        ["шаш қию", "shash qiyu", "шаш кию"],
    ],
)
def test_habits_and_alphabets_fall_together(same: list[str]) -> None:
    assert len({comparable(text) for text in same}) == 1


def test_numbers_differ_by_their_length_only() -> None:
    assert features_of("счёт 4512")[0].tolist() == features_of("счёт 9987")[0].tolist()
    assert features_of("счёт 4512")[0].tolist() != features_of("счёт 45")[0].tolist()


def test_the_wrong_keyboard_is_seen_where_its_words_are_known() -> None:
    read = reader().read("[jxe pfgbcfnmcz yf cnhb;re")
    assert (read.text, read.language) == ("хочу записаться на стрижку", "ru")
    assert reader().read("ghjcnj ntrcn").text == "ghjcnj ntrcn"


@pytest.mark.parametrize(
    ("text", "remembered", "language"),
    [
        ("ուզում եմ գրանցվել", "ru", "hy"),
        ("uzum em grancvel vaghy", None, "hy"),
        ("узум ем гранцвел", None, "hy"),
        ("hochu zapisatsa na strijku", None, "ru"),
        ("қалай жазылуға болады", "ru", "kk"),
        ("what is the price", "hy", "en"),
        ("👍", "ka", "ka"),
        ("", None, "en"),
    ],
)
def test_languages_in_their_own_and_in_other_letters(
    text: str, remembered: Language | None, language: Language
) -> None:
    assert reader().read(text, remembered).language == language


def test_known_words_come_back_as_they_are_written() -> None:
    lexicon = make_lexicon([one.text for one in examples() if one.language == "hy"], "hy")
    assert to_native("uzum em grancvel vaxy", "hy", lexicon).startswith("ուզում եմ գրանցվել")
    assert to_native("ուզում", "hy", lexicon) == "ուզում"
    assert to_native("i want", "en", lexicon) == "i want"
