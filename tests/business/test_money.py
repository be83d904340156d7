"""Sums of money, written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.money import SPACE, Money, digits_of, format_money, parse_money

CURRENCIES = ["AMD", "GEL", "KZT", "RUB", "UAH", "AZN", "BYN", "EUR", "USD", "JPY", "KWD", "CHF"]


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (500_000, "AMD", "5 000 ֏"),
        (12_050, "GEL", "120.50 ₾"),
        (500_000, "KZT", "5 000 ₸"),
        (12_000, "GEL", "120 ₾"),
        (5, "EUR", "0.05 €"),
        (-123_456_789, "RUB", "−1 234 567.89 ₽"),
        (1_500, "JPY", "1 500 JPY"),
        (1_234_567, "KWD", "1 234.567 KWD"),
        (0, "AMD", "0 ֏"),
    ],
)
def test_a_sum_is_written(minor: int, currency: str, text: str) -> None:
    assert format_money(Money(minor, currency)) == text.replace(" ", SPACE)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("5000", 500_000, "AMD"),
        ("5 000 ֏", 500_000, "AMD"),
        ("5,000", 500_000, "AMD"),
        ("5.000 դր.", 500_000, "AMD"),
        ("120,50 ₾", 12_050, "GEL"),
        ("120.5 lari", 12_050, "GEL"),
        ("1.234,56", 123_456, "AMD"),
        ("1,234.56", 123_456, "AMD"),
        ("$ 20", 2_000, "USD"),
        ("2 500 тг", 250_000, "KZT"),
        ("-7 EUR", -700, "EUR"),
        ("1 234 567", 123_456_700, "AMD"),
    ],
)
def test_a_sum_is_read(text: str, minor: int, currency: str) -> None:
    assert parse_money(text, "AMD") == Money(minor, currency)


@pytest.mark.parametrize("wrong", ["", "dram", "5 0000", "1.2.3", "12 34", "5 dollars", "1,2345", "5 ֏ ֏", "1.005,5,5"])
def test_what_is_no_sum_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        parse_money(wrong, "AMD")


def test_a_currency_that_is_none() -> None:
    with pytest.raises(ValueError, match="is no currency"):
        Money(1, "XQQ")


@given(st.integers(-(10**15), 10**15), st.sampled_from(CURRENCIES))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_money(format_money(money), "AMD") == money
    assert format_money(money).rpartition(SPACE)[0].count(" ") == 0


@given(st.integers(0, 10**12), st.sampled_from(CURRENCIES))
def test_grouping_changes_nothing(minor: int, currency: str) -> None:
    whole, rest = divmod(minor, 10 ** digits_of(currency))
    tail = f".{rest:0{digits_of(currency)}}" if rest else ""
    plain, grouped = f"{whole}{tail}", f"{whole:,}{tail}"
    if "." in grouped or "," not in grouped or digits_of(currency) != 3:
        assert parse_money(plain, currency) == parse_money(grouped, currency) == Money(minor, currency)
