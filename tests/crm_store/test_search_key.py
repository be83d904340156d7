"""The search key: what holds for any text and name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.layouts import other_layouts
from conversation.search_key import (
    GROWTH,
    MOST_SPELLINGS,
    WORD_CHARS,
    digits_of,
    fold,
    loose_beginnings,
    loose_spellings,
    loosen,
    phone_keys,
    plate_key,
)
from crm_store.search_plan import contact_tiers, message_plan
from crm_store.search_show import cut_snippet, find_ranges
from crm_store.search_typo import Typed, beginning_distance

TEXTS = st.text(max_size=60)
LETTERS = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
)
NAMES = st.text(alphabet=LETTERS + "abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
# the same sounds in four scripts, letter by letter
SOUNDS = st.lists(
    st.sampled_from(["aաაа", "bբბб", "gգგг", "dդდд", "zզზз", "lլლл", "mմმм", "nնნн", "rրრр", "sսსс", "iիიи", "eէეэ"]),
    min_size=1,
    max_size=12,
)


@given(TEXTS)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_a_key_is_words_of_a_bounded_length(text: str) -> None:
    key = fold(text)
    assert len(key) <= GROWTH * len(text)
    assert all(0 < len(word) <= WORD_CHARS for word in key.split(" ") if key)
    assert '"' not in key
    assert "  " not in key


@given(NAMES)
def test_case_does_not_matter(name: str) -> None:
    assert fold(name.upper()) == fold(name) == fold(name.title())


@given(SOUNDS)
def test_script_does_not_matter(sounds: list[str]) -> None:
    keys = {fold("".join(sound[script] for sound in sounds)) for script in range(4)}
    assert len(keys) == 1


@given(NAMES)
def test_the_forgiving_key_is_of_the_exact_one(name: str) -> None:
    loose = loosen(fold(name))
    assert loosen(loose) == loose
    assert len(loose) <= len(fold(name))
    assert len(loose_spellings(name)) <= MOST_SPELLINGS
    assert set(loose_spellings(name)) <= set(loose_beginnings(name))


@given(TEXTS)
def test_nothing_a_person_types_raises(text: str) -> None:
    tiers, plan = contact_tiers(text), message_plan(text)
    for one in (*(tier.plan for tier in tiers), plan, Typed(text).plan):
        for alternative in one:
            find_ranges(text, alternative)
            cut_snippet(text, alternative)
    other_layouts(text)
    phone_keys(text)
    assert plate_key(plate_key(text)) == plate_key(text)
    assert digits_of(text).isascii()


@given(st.text(max_size=300), st.text(min_size=1, max_size=6))
def test_ranges_lie_in_their_text(text: str, query: str) -> None:
    for alternative in message_plan(query):
        snippet = cut_snippet(text, alternative)
        assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.ranges)
        assert list(snippet.ranges) == sorted(snippet.ranges)


@given(st.text("abcdeghiknorst", min_size=4, max_size=10), st.text("abcdeghiknorst", min_size=4, max_size=10))
def test_a_distance_is_none_to_itself_and_never_negative(one: str, other: str) -> None:
    assert beginning_distance(one, one) == 0
    assert beginning_distance(one, one + other) == 0
    assert beginning_distance(one, other) >= 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("фттф", "anna"),
        ("fyyf", "анна"),
        ("rfyfn", "канат"),
        (";frsg", "жакып"),
        ("gajane", "գայանե"),
        ("giorgi", "გიორგი"),
        ("SoTa", "შოთა"),
        ("пфофту", "gajane"),
        ("ёл", "`k"),
        ("ғ", "5"),
    ],
)
def test_layouts_by_key(typed: str, meant: str) -> None:
    assert meant in other_layouts(typed)


def test_mixed_alphabets_were_typed_on_no_layout() -> None:
    assert other_layouts("annaб") == other_layouts("123") == other_layouts("") == ()


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("+374 77 123456", ("37477123456", "077123456", "77123456")),
        ("00995 555 12 34 56", ("995555123456", "0555123456", "555123456")),
        ("+7 701 123 45 67", ("77011234567", "87011234567", "7011234567")),
        ("+44 20 7946 0000", ("442079460000",)),
        ("٠٧٧", ("077",)),
        ("no phone", ()),
    ],
)
def test_phones_are_kept_as_dialled_from_both_sides(written: str, keys: tuple[str, ...]) -> None:
    assert phone_keys(written) == keys


@pytest.mark.parametrize("plate", ["А123ВС", "A123BC", "a 123 bc", "а-123-вс", "A123ВC"])
def test_look_alikes_of_a_plate_are_the_same(plate: str) -> None:
    assert plate_key(plate) == "a123bc"
