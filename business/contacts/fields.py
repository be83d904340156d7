"""Checking what is entered on a card: birthdays, own fields by their kind, codes, plates, e-mails."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain, count
from typing import NamedTuple

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Json, JsonObject
from conversation.search_key import fold
from crm_store.models import FieldKind

TEXT_LIMIT = 1000
_BIRTHDAY = re.compile(r"(?:(\d{4})|-)-(\d\d)-(\d\d)")
_LEAP_YEAR = 2000
_STEM = 36
"""Characters of a key before the number that makes it the only one."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class CustomField(NamedTuple):
    """A field of the firm's own."""

    id: int
    key: str
    label: str
    kind: FieldKind
    choices: Sequence[str]


def check_birthday(value: str) -> str:
    """YYYY-MM-DD, or --MM-DD where the year is not known. Raises Rejected invalid."""
    match = _BIRTHDAY.fullmatch(value)
    if match is not None and value.isascii():
        year, month, day = match[1], int(match[2]), int(match[3])
        try:
            born = date(int(year) if year else _LEAP_YEAR, month, day)
        except ValueError:
            born = None
        if born is not None and (not year or (int(year) >= 1880 and born <= clock.now().date())):
            return value
    raise Rejected("invalid", "contact.birthday_wrong", field="birthday")


def check_email(value: str) -> str:
    """The address without blanks around it. Raises Rejected invalid for what cannot be one."""
    value = value.strip()
    local, _, host = value.rpartition("@")
    if not local or "." not in host.strip(".") or any(letter.isspace() for letter in value) or len(value) > 254:
        raise Rejected("invalid", "error.email_wrong", field="email")
    return value


def check_key(key: str) -> str:
    """The key of an own field: a small Latin letter, then small letters, digits and underscores; at most 40."""
    if not _KEY.fullmatch(key):
        raise Rejected("invalid", "contact.key_wrong", field="key")
    return key


def free_key(label: str, taken: Collection[str]) -> str:
    """A key for a field of this name: its letters and digits, in Latin letters whatever it is written in; ``field``
    where nothing is left of it. Those ``taken`` are told apart by a number."""
    said = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")
    stem = (said if said[:1].isalpha() else f"field_{said}")[:_STEM].strip("_")
    numbered = (f"{stem}_{number}" for number in count(2))
    return next(key for key in chain([stem], numbered) if key not in taken)


def check_custom(values: Mapping[str, Json], fields: Mapping[str, CustomField]) -> JsonObject:
    """Values of own fields by key, each as its kind wants it; None takes a value away. Raises Rejected invalid."""
    checked: JsonObject = {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            raise Rejected("invalid", "contact.custom_unknown", field="custom", name=key)
        checked[key] = None if value is None or value == "" else _check_value(field, value)
    return checked


def _check_value(field: CustomField, value: Json) -> Json:
    if field.kind == "flag" and isinstance(value, bool):
        return value
    if field.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, int) or math.isfinite(value):
            return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
    elif isinstance(value, str):
        if field.kind == "text" and len(value) <= TEXT_LIMIT:
            return value
        if field.kind == "choice" and value in field.choices:
            return value
        if field.kind == "date" and _is_date(value):
            return value
    raise Rejected("invalid", f"contact.custom_{field.kind}", field=f"custom.{field.key}", label=field.label)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def plain_plate(value: str) -> str:
    """A number plate as it is compared: upper-case, without blanks and dashes (plates have Latin or Cyrillic
    letters)."""
    return "".join(letter for letter in value.upper() if letter.isalnum())
