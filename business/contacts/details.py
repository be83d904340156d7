"""What hangs on a card: addresses, extra contacts, subjects, notes. Each function is one deed in the caller's
transaction, with its line in the log."""

from collections.abc import Mapping
from typing import TypeVar

from business.contacts.cards import note_stated, regions_of, require_card, require_phone, summarise
from business.contacts.fields import check_birthday, check_email, plain_plate
from business.contacts.telling import touch_open
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation
from crm_store import Tx, binned, cards, contacts, remarks
from crm_store.cards import Address, ExtraContact, Named, Subject
from crm_store.models import ExtraContactRow, SubjectRow
from crm_store.remarks import Note

T = TypeVar("T")
Values = Mapping[str, object]
_NOTE_SHOWN = 1000


def add_address(
    tx: Tx, agent: Agent, contact_id: int, channel: str, stated: str, country: str, remote: str
) -> tuple[Address, list[Conversation]]:
    """Another phone or e-mail. Raises Rejected not_found, invalid; conflict where he has it already."""
    card = require_card(tx, contact_id)
    was = summarise(tx, card)
    if not note_stated(tx, contact_id, {channel: stated}, regions_of(tx, country, card.country), clock.now()):
        raise Rejected("conflict", "contact.address_known", field="value")
    contacts.change_contact(tx, contact_id, {}, clock.now())
    _record_address(tx, agent, contact_id, channel, was, remote)
    return cards.load_kin(tx, contact_id).addresses[-1], touch_open(tx, contact_id)


def remove_address(tx: Tx, agent: Agent, contact_id: int, address_id: int, remote: str) -> list[Conversation]:
    """Takes a stated phone or e-mail away. Raises Rejected not_found; conflict for one that he talks through."""
    card = require_card(tx, contact_id)
    address = cards.find_address(tx, contact_id, address_id)
    if address is None:
        raise Rejected("not_found", "contact.address_not_found")
    if address.channel not in ("phone", "email") or cards.is_address_used(tx, address_id):
        raise Rejected("conflict", "contact.address_used")
    was = summarise(tx, card)
    cards.delete_address(tx, address_id)
    contacts.change_contact(tx, contact_id, {}, clock.now())
    _record_address(tx, agent, contact_id, address.channel, was, remote)
    return touch_open(tx, contact_id)


def _record_address(tx: Tx, agent: Agent, contact_id: int, channel: str, was: Values, remote: str) -> None:
    now = summarise(tx, require_card(tx, contact_id))
    before, after = {channel: was[channel]}, {channel: now[channel]}
    record_deed(tx, agent, "contact.changed", "contact", contact_id, before=before, after=after, remote=remote)


def add_extra(tx: Tx, agent: Agent, contact_id: int, values: Values, country: str, remote: str) -> ExtraContact:
    """Somebody else to be asked for him. Raises Rejected not_found, invalid."""
    card = require_card(tx, contact_id)
    checked = _check_extra(tx, values, country, card.country)
    extra_id = cards.insert_row(tx, ExtraContactRow, {**checked, "contact_id": contact_id})
    _record(tx, agent, "extra_contact.added", "extra_contact", extra_id, contact_id, None, checked, remote)
    contacts.renew_search(tx, contact_id)
    return _require(cards.find_extra(tx, contact_id, extra_id))


def change_extra(
    tx: Tx, agent: Agent, contact_id: int, extra_id: int, values: Values, country: str, remote: str
) -> ExtraContact:
    """What is given changes. Raises Rejected not_found, invalid."""
    card = require_card(tx, contact_id)
    before = _require(cards.find_extra(tx, contact_id, extra_id))
    checked = _check_extra(tx, values, country, card.country)
    cards.change_row(tx, ExtraContactRow, extra_id, checked)
    was = {key: getattr(before, key) for key in checked}
    _record(tx, agent, "extra_contact.changed", "extra_contact", extra_id, contact_id, was, checked, remote)
    contacts.renew_search(tx, contact_id)
    return _require(cards.find_extra(tx, contact_id, extra_id))


def remove_extra(tx: Tx, agent: Agent, contact_id: int, extra_id: int, remote: str) -> None:
    """Takes an extra contact away for good. Raises Rejected not_found."""
    require_card(tx, contact_id)
    before = _require(cards.find_extra(tx, contact_id, extra_id))
    cards.delete_extra(tx, extra_id)
    was = {key: value for key, value in before._asdict().items() if key != "id" and value}
    _record(tx, agent, "extra_contact.removed", "extra_contact", extra_id, contact_id, was, None, remote)
    contacts.renew_search(tx, contact_id)


def _check_extra(tx: Tx, values: Values, country: str, nearer: str | None) -> dict[str, object]:
    checked = dict(values)
    phone, email = values.get("phone"), values.get("email")
    if isinstance(phone, str):
        checked["phone"] = require_phone(phone, regions_of(tx, country, nearer)).display
    if isinstance(email, str):
        checked["email"] = check_email(email)
    return checked


def add_subject(tx: Tx, agent: Agent, contact_id: int, values: Values, remote: str) -> Subject:
    """A child, a pet, a car. Raises Rejected not_found, invalid."""
    require_card(tx, contact_id)
    checked = _check_subject(values)
    row = {**checked, "contact_id": contact_id, "created_at": clock.now()}
    subject_id = cards.insert_row(tx, SubjectRow, row)
    _record(tx, agent, "subject.added", "subject", subject_id, contact_id, None, checked, remote)
    contacts.renew_search(tx, contact_id)
    return _require(cards.find_subject(tx, contact_id, subject_id))


def change_subject(tx: Tx, agent: Agent, contact_id: int, subject_id: int, values: Values, remote: str) -> Subject:
    """What is given changes. Raises Rejected not_found, invalid."""
    require_card(tx, contact_id)
    before = _require(cards.find_subject(tx, contact_id, subject_id))
    checked = _check_subject(values)
    cards.change_row(tx, SubjectRow, subject_id, checked)
    was = {key: getattr(before, key) for key in checked}
    _record(tx, agent, "subject.changed", "subject", subject_id, contact_id, was, checked, remote)
    contacts.renew_search(tx, contact_id)
    return _require(cards.find_subject(tx, contact_id, subject_id))


def remove_subject(tx: Tx, agent: Agent, contact_id: int, subject_id: int, remote: str) -> None:
    """Puts a subject into the bin. Raises Rejected not_found."""
    require_card(tx, contact_id)
    _require(cards.find_subject(tx, contact_id, subject_id))
    binned.put(tx, "subject", subject_id, agent.id, clock.now())
    _record(tx, agent, "subject.deleted", "subject", subject_id, contact_id, None, None, remote)
    contacts.renew_search(tx, contact_id)


def _check_subject(values: Values) -> dict[str, object]:
    checked = dict(values)
    birthday, plate = values.get("birthday"), values.get("plate")
    if isinstance(birthday, str):
        checked["birthday"] = check_birthday(birthday)
    if isinstance(plate, str):
        checked["plate"] = plain_plate(plate) or None
    return checked


def add_note(tx: Tx, agent: Agent, contact_id: int, text: str, remote: str) -> Note:
    """A dated remark. Raises Rejected not_found."""
    require_card(tx, contact_id)
    note_id = remarks.insert_note(tx, contact_id, Named(agent.id, agent.name), text, clock.now())
    _record(tx, agent, "note.added", "note", note_id, contact_id, None, {"text": text[:_NOTE_SHOWN]}, remote)
    return _require(remarks.find_note(tx, contact_id, note_id))


def change_note(tx: Tx, agent: Agent, contact_id: int, note_id: int, text: str, remote: str) -> Note:
    """Writes a note anew: the author's right, and his who sees everything. Raises Rejected not_found, forbidden."""
    before = _own_note(tx, agent, contact_id, note_id)
    remarks.change_note(tx, note_id, text, clock.now())
    was, now = {"text": before.text[:_NOTE_SHOWN]}, {"text": text[:_NOTE_SHOWN]}
    _record(tx, agent, "note.changed", "note", note_id, contact_id, was, now, remote)
    return _require(remarks.find_note(tx, contact_id, note_id))


def remove_note(tx: Tx, agent: Agent, contact_id: int, note_id: int, remote: str) -> None:
    """Puts a note into the bin. Raises Rejected not_found, forbidden."""
    _own_note(tx, agent, contact_id, note_id)
    binned.put(tx, "note", note_id, agent.id, clock.now())
    _record(tx, agent, "note.deleted", "note", note_id, contact_id, None, None, remote)


def _own_note(tx: Tx, agent: Agent, contact_id: int, note_id: int) -> Note:
    require_card(tx, contact_id)
    note = _require(remarks.find_note(tx, contact_id, note_id))
    if not agent.sees_all and (note.author is None or note.author.id != agent.id):
        raise Rejected("forbidden", "contact.note_not_yours")
    return note


def _record(
    tx: Tx,
    agent: Agent,
    action: str,
    entity: str,
    entity_id: int,
    contact_id: int,
    before: Values | None,
    after: Values | None,
    remote: str,
) -> None:
    record_deed(tx, agent, action, entity, entity_id, before=before, after=after, remote=remote, about=contact_id)


def _require(found: T | None) -> T:
    if found is None:
        raise Rejected("not_found", "error.not_found")
    return found
