"""What an SMS is counted as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.parts import BASIC, EXTENSION, count, encoding_of, part

_SMALL = st.text(st.sampled_from([one for one in BASIC + "".join(EXTENSION) if one != "\x1b"]), max_size=700)
_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.text("aԱ😀€", max_size=400)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", "gsm7", 0, 0, 160),
        ("a" * 160, "gsm7", 160, 1, 0),
        ("a" * 161, "gsm7", 161, 2, 145),
        ("a" * 306, "gsm7", 306, 2, 0),
        ("a" * 307, "gsm7", 307, 3, 152),
        ("€" * 80, "gsm7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "gsm7", 164, 2, 141),
        ("Ա" * 70, "ucs2", 70, 1, 0),
        ("Ա" * 71, "ucs2", 71, 2, 63),
        ("😀" * 35, "ucs2", 70, 1, 0),
        ("😀" * 36, "ucs2", 72, 2, 61),
        ("Barev «ԴԴ»", "ucs2", 10, 1, 60),
        ("\x1b", "ucs2", 1, 1, 69),
        ("`", "ucs2", 1, 1, 69),
    ],
)
def test_a_text_is_counted(text: str, encoding: str, units: int, parts: int, left: int) -> None:
    assert count(text) == (encoding, units, parts, left)


@given(_ANY | _SMALL)
def test_parts_are_the_whole_and_each_fits(text: str) -> None:
    cut = part(text)
    assert "".join(cut) == text
    assert all(cut)
    found = count(text)
    assert found.parts == len(cut)
    assert found.left >= 0
    for one in cut:
        if found.encoding == "ucs2":
            assert len(one.encode("utf-16-be")) <= 2 * (70 if len(cut) == 1 else 67)
        else:
            assert sum(2 if letter in EXTENSION else 1 for letter in one) <= (160 if len(cut) == 1 else 153)


@given(_SMALL)
def test_the_small_alphabet_is_kept_where_it_has_all(text: str) -> None:
    assert encoding_of(text) == "gsm7"
