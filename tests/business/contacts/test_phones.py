"""Numbers as people of our countries write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.contacts.phones import read_phone, show_phone


@pytest.mark.parametrize(
    ("stated", "country", "value", "display"),
    [
        ("077 123456", "AM", "+37477123456", "077 123456"),
        ("(010) 52-34-56", "AM", "+37410523456", "(010) 523456"),
        ("+374 91 12 34 56", "GE", "+37491123456", "+374 91 123456"),
        ("00374 77 123456", "AM", "+37477123456", "077 123456"),
        ("8 701 123 45 67", "KZ", "+77011234567", "8 (701) 123 4567"),
        ("87011234567", "kz", "+77011234567", "8 (701) 123 4567"),
        ("555 12 34 56", "GE", "+995555123456", "555 12 34 56"),
        ("555-123-456", "GE", "+995555123456", "555 12 34 56"),
        ("8 029 123 45 67", "BY", "+375291234567", "8 029 123-45-67"),
        ("8 612 34567", "LT", "+37061234567", "(0-612) 34567"),
        ("067 123 45 67", "UA", "+380671234567", "067 123 4567"),
        ("050 123 45 67", "AZ", "+994501234567", "050 123 45 67"),
        ("8 (912) 345-67-89", "RU", "+79123456789", "8 (912) 345-67-89"),
        ("+44 7700 900106", "AM", "+447700900106", "+44 7700 900106"),
    ],
)
def test_a_number_is_understood(stated: str, country: str, value: str, display: str) -> None:
    phone = read_phone(stated, [country])
    assert phone is not None
    assert (phone.value, phone.display) == (value, display)


@pytest.mark.parametrize("wrong", ["", "no phone", "12345", "077", "+374 77", "+", "0" * 80, "555 123456"])
def test_what_is_none_is_refused(wrong: str) -> None:
    assert read_phone(wrong, ["AM"]) is None


def test_the_first_country_that_has_it_counts() -> None:
    found = [read_phone(stated, ["AM", "GE", "KZ"]) for stated in ("077 123456", "555 123456", "8 701 123 45 67")]
    assert [phone and phone.value for phone in found] == ["+37477123456", "+995555123456", "+77011234567"]


@given(st.from_regex(r"(?:77|91|93|94|55|98)[0-9]{6}", fullmatch=True))
def test_what_is_shown_is_understood_again(national: str) -> None:
    phone = read_phone("0" + national, ["AM"])
    assert phone is not None
    assert phone.value == "+374" + national
    for regions in (["AM"], ["GE", "AM"], ["KZ"]):
        assert read_phone(show_phone(phone.value, regions), regions) == read_phone(phone.value, regions)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    phone = read_phone(text, ["AM", "GE"])
    assert phone is None or phone.value.startswith("+")
