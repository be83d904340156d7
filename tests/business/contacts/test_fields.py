"""Names in the country's order, birthdays, own fields."""

import pytest

from business.contacts.fields import (
    CustomField,
    check_birthday,
    check_custom,
    check_email,
    check_key,
    free_key,
    plain_plate,
)
from business.contacts.names import compose_name, name_key, order_of, to_order
from conversation.errors import Rejected
from conversation.messages import Json

FIELDS = {
    field.key: field
    for field in (
        CustomField(1, "size", "Size", "number", ()),
        CustomField(2, "since", "Since", "date", ()),
        CustomField(3, "hair", "Hair", "choice", ("dark", "fair")),
        CustomField(4, "club", "Club", "flag", ()),
        CustomField(5, "motto", "Motto", "text", ()),
    )
}


def test_a_name_follows_its_country() -> None:
    parts = ("Светлана", "Орлова", "Ивановна")
    assert compose_name(*parts, order_of("AM")) == "Светлана Орлова"
    assert compose_name(*parts, order_of("kz")) == "Орлова Светлана Ивановна"
    assert compose_name(*parts, "family_given") == "Орлова Светлана"
    assert compose_name("Светлана", None, "Ивановна", "given_family") == "Светлана Ивановна"
    assert compose_name(None, None, None, "given_family") == ""
    assert to_order("family_given", "AM") == "family_given"
    assert to_order(None, "RU") == to_order("upside_down", "RU") == "family_given_patronymic"
    assert name_key("Орлова  Светлана") == name_key("светлана ОРЛОВА")


@pytest.mark.parametrize("right", ["1986-02-28", "--02-29", "2000-02-29"])
def test_birthdays(right: str) -> None:
    assert check_birthday(right) == right


@pytest.mark.parametrize("wrong", ["", "1986-2-8", "1986-02-30", "--13-01", "2999-01-01", "02-28", "1700-01-01", "x"])
def test_days_nobody_was_born_on(wrong: str) -> None:
    with pytest.raises(Rejected):
        check_birthday(wrong)


@pytest.mark.parametrize("wrong", ["", "a", "@b.c", "a@b", "a b@c.d", "a@.", "a" * 250 + "@b.ge"])
def test_addresses_that_are_none(wrong: str) -> None:
    with pytest.raises(Rejected):
        check_email(wrong)


def test_own_fields_keep_their_kind() -> None:
    right: dict[str, Json] = {"size": 38.0, "since": "2024-02-29", "hair": "fair", "club": False, "motto": "Բարև"}
    assert check_custom(right, FIELDS) == right
    assert check_custom({"size": None, "motto": ""}, FIELDS) == {"size": None, "motto": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": "38"},
        {"size": True},
        {"size": float("nan")},
        {"since": "29.02.2024"},
        {"since": "2023-02-29"},
        {"hair": "green"},
        {"club": "yes"},
        {"motto": 5},
        {"motto": "x" * 2000},
        {"unknown": "x"},
    ],
)
def test_values_of_another_kind_are_refused(wrong: dict[str, Json]) -> None:
    with pytest.raises(Rejected) as refusal:
        check_custom(wrong, FIELDS)
    assert refusal.value.code == "invalid"


def test_plates_are_compared_plainly() -> None:
    assert plain_plate("34 oo-123") == plain_plate("34OO123")


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Город", "gorod"),
        ("Քաղաք", "kagak"),
        ("ქალაქი", "kalaki"),
        ("Shoe size", "shoe_size"),
        ("2-й", "field_2_i"),
        ("你", "field"),
    ],
)
def test_a_key_is_the_label_in_latin_letters(label: str, key: str) -> None:
    assert free_key(label, set()) == key
    assert check_key(free_key(label, {key})) == f"{key}_2"
