"""A person's name in parts, and in one piece in the order of the country."""

from typing import Literal, get_args

NameOrder = Literal["given_family", "family_given", "family_given_patronymic"]
_WITH_PATRONYMIC = frozenset({"BY", "KG", "KZ", "RU", "TJ", "TM", "UA", "UZ"})


def order_of(country: str) -> NameOrder:
    """How official lists of a country (ISO 3166-1 alpha-2) call people."""
    return "family_given_patronymic" if country.upper() in _WITH_PATRONYMIC else "given_family"


def to_order(value: object, country: str) -> NameOrder:
    """The setting ``business.name_order``, or the country's way where it is not set."""
    known: dict[str, NameOrder] = {order: order for order in get_args(NameOrder)}
    return known.get(value, order_of(country)) if isinstance(value, str) else order_of(country)


def compose_name(given: str | None, family: str | None, patronymic: str | None, order: NameOrder) -> str:
    """The name to show. A patronymic is shown where the order has it, and where there is no family name beside it."""
    if order == "family_given_patronymic":
        parts = (family, given, patronymic)
    elif order == "family_given":
        parts = (family, given, None if family else patronymic)
    else:
        parts = (given, None if family else patronymic, family)
    return " ".join(part for part in parts if part)


def name_key(name: str) -> str:
    """What two spellings of one name have in common: neither case nor the order of the words counts."""
    return " ".join(sorted(name.casefold().split()))
