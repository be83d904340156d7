"""Contacts' cards: what agents enter, and what people state of themselves, checked and kept with author and history.

Functions that take ``tx`` run inside a transaction of the caller's; ``Contacts`` is the same for a door.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from business.contacts.fields import CustomField, check_birthday, check_custom, check_email
from business.contacts.names import NameOrder, compose_name, to_order
from business.contacts.phones import Phone, read_phone
from business.contacts.telling import touch_open
from business.team import settings
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation, Json, JsonObject
from conversation.texts import one_line
from crm_store import Tx, agents, cards, catalogues, contacts
from crm_store.cards import Card
from crm_store.models import ContactCategoryMemberRow, ContactGroupMemberRow

PARTS = ("given_name", "family_name", "patronymic")


@dataclass(frozen=True, slots=True)
class CardInput:
    """What is given of a card; ``given`` names those that are. An empty text or None takes a value away.

    ``custom`` holds the own fields that change. ``phone`` and ``email`` are added to those he has.
    """

    given: frozenset[str]
    name: str = ""
    given_name: str | None = None
    family_name: str | None = None
    patronymic: str | None = None
    address_form: str | None = None
    code: str | None = None
    language: str | None = None
    country: str | None = None
    birthday: str | None = None
    phone: str = ""
    email: str = ""
    note: str = ""
    source_id: int | None = None
    curator_id: int | None = None
    group_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    custom: Mapping[str, Json] = field(default_factory=dict)


class Regions(NamedTuple):
    """Countries in which a phone number without its country's code may be, the likeliest first, and the firm's own."""

    tried: tuple[str, ...]
    home: tuple[str, ...]


def regions_of(tx: Tx, country: str, *nearer: str | None) -> Regions:
    """Those nearer to the matter first, then the business's country, then its branches'."""
    home = tuple(dict.fromkeys(one for one in (country, *cards.list_countries(tx)) if one))
    return Regions(tuple(dict.fromkeys((*filter(None, nearer), *home))), home)


def require_phone(stated: str, regions: Regions) -> Phone:
    """The number meant. Raises Rejected invalid."""
    phone = read_phone(stated, *regions)
    if phone is None:
        raise Rejected("invalid", "error.phone_wrong", field="phone")
    return phone


def note_stated(tx: Tx, contact_id: int, stated: Mapping[str, str], regions: Regions, at: datetime) -> bool:
    """Keeps phone and e-mail as stated: unverified, they propose a match and show nobody's history.

    False: nothing new. Raises Rejected invalid for what is neither.
    """
    changed = False
    if stated.get("phone"):
        phone = require_phone(stated["phone"], regions)
        changed |= contacts.state_address(tx, contact_id, "phone", phone.value, phone.display, at)
    if stated.get("email"):
        email = check_email(stated["email"])
        changed |= contacts.state_address(tx, contact_id, "email", email.casefold(), email, at)
    if changed:
        contacts.renew_search(tx, contact_id)
    return changed


def list_fields(tx: Tx) -> dict[str, CustomField]:
    """The firm's own fields by key, in their order."""
    rows = catalogues.list_all(tx, "custom_field")
    return {row.key: CustomField(row.id, row.key, row.label, row.kind, row.choices) for row in rows}


def require_card(tx: Tx, contact_id: int) -> Card:
    """A card whose contact is in the lists. Raises Rejected not_found."""
    card = cards.find_card(tx, contact_id)
    if card is None or not card.live:
        raise Rejected("not_found", "error.contact_not_found")
    return card


def add_card(tx: Tx, agent: Agent | None, given: CardInput, country: str, remote: str | None, source: str) -> Card:
    """A new contact; ``source``: by which door. Raises Rejected invalid, conflict."""
    at = clock.now()
    contact_id = contacts.insert_contact(tx, name="", language=None, source=source, at=at)
    before = require_card(tx, contact_id)
    _write(tx, before, given, country, at)
    card = require_card(tx, contact_id)
    after = {key: value for key, value in summarise(tx, card).items() if value not in (None, "")}
    record_deed(tx, agent, "contact.added", "contact", contact_id, after=after, remote=remote)
    return card


def change_card(
    tx: Tx, agent: Agent | None, contact_id: int, given: CardInput, country: str, remote: str | None
) -> tuple[Card, list[Conversation]]:
    """What is given changes; returns the card and the heads of open dialogs, to be told. Nothing new: no heads.

    Raises Rejected not_found, invalid, conflict.
    """
    before = require_card(tx, contact_id)
    was = summarise(tx, before)
    if not _write(tx, before, given, country, clock.now()):
        return before, []
    card = require_card(tx, contact_id)
    now = summarise(tx, card)
    changed = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    record_deed(
        tx,
        agent,
        "contact.changed",
        "contact",
        contact_id,
        before={key: was.get(key) for key in changed},
        after={key: now.get(key) for key in changed},
        remote=remote,
    )
    return card, touch_open(tx, contact_id)


def summarise(tx: Tx, card: Card) -> dict[str, Json]:
    """A card in plain words, for before and after."""
    stated = cards.load_kin(tx, card.id).addresses
    return {
        "name": card.name,
        "given_name": card.given_name,
        "family_name": card.family_name,
        "patronymic": card.patronymic,
        "address_form": card.address_form,
        "code": card.code,
        "language": card.language,
        "country": card.country,
        "birthday": card.birthday,
        "phone": ", ".join(one.display or one.value for one in stated if one.channel == "phone"),
        "email": ", ".join(one.display or one.value for one in stated if one.channel == "email"),
        "note": card.note,
        "source": None if card.source is None else card.source.name,
        "curator": None if card.curator is None else card.curator.name,
        "groups": ", ".join(one.name for one in card.groups),
        "categories": ", ".join(one.name for one in card.categories),
        **{f"custom.{key}": value for key, value in card.custom.items()},
    }


def _write(tx: Tx, before: Card, given: CardInput, country: str, at: datetime) -> bool:
    """Writes what is given and differs; whether anything did."""
    columns = _columns(tx, before, given, country)
    changed = {key: value for key, value in columns.items() if value != _present(before, key)}
    members = _members(tx, before, given)
    regions = regions_of(tx, country, given.country or before.country)
    stated = {"phone": given.phone.strip(), "email": given.email.strip()}
    if changed or members:
        contacts.change_contact(tx, before.id, changed, at)
    new_address = note_stated(tx, before.id, stated, regions, at)
    if new_address and not (changed or members):
        contacts.change_contact(tx, before.id, {}, at)
    return bool(changed or members or new_address)


def _present(card: Card, key: str) -> object:
    if key in ("source_id", "curator_id"):
        named = card.source if key == "source_id" else card.curator
        return None if named is None else named.id
    value: object = getattr(card, key)
    return value


def _columns(tx: Tx, before: Card, given: CardInput, country: str) -> dict[str, object]:
    columns: dict[str, object] = _name_columns(tx, before, given, country)
    for key in ("address_form", "language", "note"):
        if key in given.given:
            columns[key] = getattr(given, key) or ("" if key == "note" else None)
    if "country" in given.given:
        columns["country"] = given.country.upper() if given.country else None
    if "birthday" in given.given:
        columns["birthday"] = check_birthday(given.birthday) if given.birthday else None
    if "code" in given.given:
        columns["code"] = _free_code(tx, before.id, given.code)
    if "source_id" in given.given:
        columns["source_id"] = _known(tx, "contact_source", given.source_id)
    if "curator_id" in given.given:
        if given.curator_id is not None and agents.find_agent(tx, given.curator_id) is None:
            raise Rejected("not_found", "error.agent_not_found", field="curator_id")
        columns["curator_id"] = given.curator_id
    if given.custom:
        merged: JsonObject = {**before.custom, **check_custom(given.custom, list_fields(tx))}
        columns["custom"] = {key: value for key, value in merged.items() if value is not None}
    return columns


def _name_columns(tx: Tx, before: Card, given: CardInput, country: str) -> dict[str, object]:
    """Parts make the name; a name in one piece takes the place of the parts."""
    given = replace(
        given,
        name=one_line(given.name),
        given_name=one_line(given.given_name or ""),
        family_name=one_line(given.family_name or ""),
        patronymic=one_line(given.patronymic or ""),
    )
    if any(part in given.given for part in PARTS):
        parts = {part: getattr(given if part in given.given else before, part) or None for part in PARTS}
        name = compose_name(parts["given_name"], parts["family_name"], parts["patronymic"], name_order(tx, country))
        return {**parts, "name": name or (given.name if "name" in given.given else "")}
    if "name" in given.given and given.name != before.name:
        return {"name": given.name, **dict.fromkeys(PARTS)}
    return {}


def name_order(tx: Tx, country: str) -> NameOrder:
    """In which order the firm calls people."""
    return to_order(settings.read_text(tx, "business.name_order"), country)


def _free_code(tx: Tx, contact_id: int, code: str | None) -> str | None:
    if not code:
        return None
    holder = cards.find_coded(tx, code)
    if holder is not None and holder != contact_id:
        raise Rejected("conflict", "contact.code_taken", field="code", taken=code)
    return code


def _known(tx: Tx, kind: str, row_id: int | None) -> int | None:
    if row_id is not None and catalogues.find(tx, kind, row_id) is None:
        raise Rejected("not_found", f"contact.{kind}_not_found", field=f"{kind.removeprefix('contact_')}_id")
    return row_id


def _members(tx: Tx, before: Card, given: CardInput) -> bool:
    """Groups and categories; whether any changed."""
    changed = False
    for kind, table, column, ids, present in (
        ("contact_group", ContactGroupMemberRow, "group_id", given.group_ids, before.groups),
        ("contact_category", ContactCategoryMemberRow, "category_id", given.category_ids, before.categories),
    ):
        plural = "group_ids" if column == "group_id" else "category_ids"
        if plural not in given.given or {one.id for one in present} == set(ids):
            continue
        if len(catalogues.names_of(tx, kind, ids)) != len(set(ids)):
            raise Rejected("not_found", f"contact.{kind}_not_found", field=plural)
        cards.set_members(tx, table, column, before.id, ids)
        changed = True
    return changed
