"""One row of a table becomes a person, or says what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from business.exchange.cells import split_names
from business.exchange.headings import CUSTOM
from business.exchange.people import (
    one_line,
    put_name_together,
    to_country,
    to_day,
    to_email,
    to_language,
    to_phone,
)
from conversation import clock
from conversation.messages import Json, JsonObject
from crm_store.search_sources import Field, keys_of_new

FieldKind = Literal["text", "number", "date", "choice", "flag"]
NAME_LIMIT: Final = 200
NOTE_LIMIT: Final = 10_000
_LIMITS: Final = {"code": 100, "address_form": 100, "source": 100, "curator": 200}
_TEXT_COLUMNS: Final = ("name", "given_name", "family_name", "patronymic", "address_form", "code")
_BETWEEN: Final = re.compile(r"[;,|\n]")
YES: Final = frozenset(("1", "true", "yes", "y", "+", "да", "այո", "კი", "иә", "ия", "on"))
_NO: Final = frozenset(("0", "false", "no", "n", "-", "нет", "ոչ", "არა", "жоқ", "off"))
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?\Z")


@dataclass(frozen=True, slots=True)
class OwnField:
    """A field of the firm's own that a file may fill."""

    key: str
    label: str
    kind: FieldKind = "text"
    choices: Sequence[str] = ()


@dataclass(slots=True)
class Person:
    """What a row says. ``columns``: texts of the contact's own columns; phones and e-mails: (value, as people read it).

    ``remarks``: what could not be taken, as a text's key and fields; with ``wrong`` nothing of the row is. ``search``:
    what he is found by if he is new, made before the store is held for his row.
    """

    row: int
    columns: dict[str, str] = field(default_factory=dict)
    phones: list[tuple[str, str]] = field(default_factory=list)
    emails: list[tuple[str, str]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    source: str = ""
    curator: str = ""
    custom: dict[str, Json] = field(default_factory=dict)
    created_at: datetime | None = None
    remarks: list[JsonObject] = field(default_factory=list)
    wrong: bool = False
    search: dict[str, str] | None = None

    def remark(self, code: str, /, *, wrong: bool = False, **fields: Json) -> None:
        """Notes what the reader of the report shall know of this row."""
        self.remarks.append({"key": f"exchange.row.{code}", "fields": fields})
        self.wrong = self.wrong or wrong

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What he may be known by, the surest first: (code | phone | email, value)."""
        code = self.columns.get("code")
        found = [("code", code)] if code else []
        found += [("phone", value) for value, _ in self.phones]
        return found + [("email", value) for value, _ in self.emails]

    def make_search(self) -> "Person":
        """Makes what he is found by if he is new; returns himself."""
        if not self.wrong:
            said = self.columns
            names = [
                said.get("name", ""),
                *(said.get(part, "") for part in ("given_name", "patronymic", "family_name")),
            ]
            phones: list[tuple[Field, str, str]] = [("phone", value, shown) for value, shown in self.phones]
            emails: list[tuple[Field, str, str]] = [("email", value, shown) for value, shown in self.emails]
            code, note = said.get("code", ""), said.get("note", "")
            self.search = keys_of_new([one for one in names if one] or [""], code, [*phones, *emails], note)
        return self


class PersonReader:
    """Reads rows by a mapping of columns to targets. ``country``: of phones without a country's code."""

    def __init__(self, mapping: Mapping[int, str], fields: Mapping[str, OwnField], country: str) -> None:
        self._mapping = sorted(mapping.items())
        self._fields = fields
        self._country = country

    def read(self, row: int, cells: Sequence[str]) -> Person:
        """The person of a row."""
        person = Person(row)
        told = [(target, cells[column]) for column, target in self._mapping if column < len(cells)]
        told = [(target, cell) for target, cell in told if cell and not cell.isspace()]
        country = next((code for t, cell in told if t == "country" and (code := to_country(cell))), None)
        for target, cell in told:
            self._take(person, target, cell, country or self._country)
        self._settle(person, country or self._country)
        return person

    def _take(self, person: Person, target: str, cell: str, country: str) -> None:
        if target.startswith(CUSTOM):
            self._take_custom(person, target.removeprefix(CUSTOM), cell)
        elif target in _TEXT_COLUMNS:
            self._put(person, target, one_line(cell))
        elif target == "phone":
            _take_phones(person, cell, country)
        elif target == "email":
            _take_emails(person, cell)
        elif target == "note":
            known = person.columns.get("note")
            person.columns["note"] = f"{known}\n{cell}" if known else cell
        elif target in ("groups", "categories"):
            getattr(person, target).extend(split_names(cell))
        elif target == "source":
            person.source = one_line(cell)
        elif target == "curator":
            person.curator = one_line(cell)
        else:
            _take_fact(person, target, cell)

    def _put(self, person: Person, target: str, text: str) -> None:
        if text and target not in person.columns:
            person.columns[target] = text

    def _take_custom(self, person: Person, key: str, cell: str) -> None:
        own = self._fields.get(key)
        if own is None:
            return
        value = _to_kind(own, cell)
        if value is None:
            person.remark("value_left_out", field=own.label, value=cell[:100])
        elif isinstance(value, str) and len(value) > NOTE_LIMIT:
            person.remark("too_long", wrong=True, field=own.label, limit=NOTE_LIMIT)
        else:
            person.custom[key] = value

    def _settle(self, person: Person, country: str) -> None:
        columns = person.columns
        parts = [columns.get(name, "") for name in ("given_name", "family_name", "patronymic")]
        if "name" not in columns and any(parts):
            columns["name"] = put_name_together(parts[0], parts[1], parts[2], country)
        for name, value in [*columns.items(), ("source", person.source), ("curator", person.curator)]:
            limit = NOTE_LIMIT if name == "note" else _LIMITS.get(name, NAME_LIMIT)
            if len(value) > limit:
                person.remark("too_long", wrong=True, field=name, limit=limit)
        for names in (person.groups, person.categories):
            if any(len(name) > NAME_LIMIT for name in names):
                person.remark("too_long", wrong=True, field="groups", limit=NAME_LIMIT)
        if not person.wrong and not person.keys and not columns.get("name"):
            person.remark("nobody", wrong=True)


def _take_phones(person: Person, cell: str, country: str) -> None:
    whole = to_phone(cell, country) if "\n" not in cell and ";" not in cell else None
    parts = [cell] if whole is not None and not re.search(r"\d{3}\s*,\s*[+\d]", cell) else _BETWEEN.split(cell)
    for part in (part.strip() for part in parts):
        found = [to_phone(part, country)] if part else []
        if found == [None] and "/" in part:
            found = [to_phone(piece, country) for piece in part.split("/") if piece.strip()]
        for phone in found:
            if phone is None:
                person.remark("phone_wrong", wrong=True, value=part[:100])
            elif all(phone[0] != value for value, _ in person.phones):
                person.phones.append(phone)


def _take_emails(person: Person, cell: str) -> None:
    for part in (part.strip() for part in _BETWEEN.split(cell)):
        if not part:
            continue
        found = to_email(part)
        if found is None:
            person.remark("email_wrong", wrong=True, value=part[:100])
        elif all(found[0] != value for value, _ in person.emails):
            person.emails.append(found)


def _take_fact(person: Person, target: str, cell: str) -> None:
    """A language, a country, a birthday or a moment; what cannot be read is left out, and said."""
    if target == "created_at":
        person.created_at = _to_moment(cell)
        found = None if person.created_at is None else ""
    else:
        found = {"language": to_language, "country": to_country, "birthday": to_day}[target](cell)
        if found is not None:
            person.columns[target] = found
    if found is None:
        person.remark("value_left_out", field=target, value=cell.strip()[:100])


def _to_moment(text: str) -> datetime | None:
    plain = text.strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        day = to_day(plain)
        if day is None or day.startswith("-"):
            return None
        moment = datetime.fromisoformat(day)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    moment = clock.from_ms(clock.to_ms(moment))
    return moment if datetime(1970, 1, 1, tzinfo=UTC) <= moment <= clock.now() else None


def _to_kind(own: OwnField, cell: str) -> Json:
    """A cell as a value of the field's kind; None where it is none."""
    plain = cell.strip()
    if own.kind == "number":
        text = re.sub(r"(?<=\d)[\s\u00a0'](?=\d{3})", "", plain)
        if not _NUMBER.match(text):
            return None
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() else number
    if own.kind == "date":
        return to_day(plain, future=True)
    if own.kind == "flag":
        word = plain.casefold()
        return True if word in YES else False if word in _NO else None
    if own.kind == "choice":
        return next((choice for choice in own.choices if choice.casefold() == plain.casefold()), None)
    return cell
