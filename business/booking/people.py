"""Whose appointment it is: the contact that is named, is found by his phone, or is new."""

from business.booking.model import Person
from business.contacts.cards import CardInput, add_card, change_card, regions_of, require_phone
from business.contacts.verifying import find_proved
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation, Language
from crm_store import Tx, cards, contacts, duplicates


def resolve_contact(
    tx: Tx, actor: Agent | None, stated: int | Person, country: str, source: str, language: Language | None
) -> int:
    """The contact's id. Raises Rejected not_found; invalid for a phone that is none.

    An agent's word is enough to take somebody for the contact who has the phone; a stranger's is not, unless the phone
    is proven to be his, and then as ``verifying.find_proved`` says: he would see another's appointments. Else he is a
    new contact, and the two are proposed as one.
    """
    if isinstance(stated, int):
        standing = contacts.find_standing(tx, stated)
        if standing is None or standing.deleted_at is not None or standing.erased_at is not None:
            raise Rejected("not_found", "error.contact_not_found", field="contact_id")
        return stated
    if not (stated.name.strip() or stated.phone.strip()):
        raise Rejected("invalid", "error.field_missing", field="contact")
    if stated.phone.strip() and (actor is not None or stated.verified):
        phone = require_phone(stated.phone, regions_of(tx, country))
        if actor is not None:
            known = next(iter(duplicates.list_holders(tx, phone.value, "phone", 1)), None)
        else:
            proved = find_proved(tx, "phone", phone.value)
            known = None if proved is None else proved.contact_id
        if known is not None:
            return known
    given = CardInput(
        frozenset({"name", "language"} if language else {"name"}),
        name=stated.name.strip(),
        language=language,
        phone=stated.phone,
        email=stated.email,
    )
    return add_card(tx, actor, given, country, None, source).id


def keep_source(
    tx: Tx, actor: Agent | None, contact_id: int | None, source_id: int | None, country: str
) -> list[Conversation]:
    """From where a customer has heard of the firm, where his card does not say it yet; returns the heads of his open
    dialogs, to be told."""
    card = None if contact_id is None or source_id is None else cards.find_card(tx, contact_id)
    if card is None or not card.live or card.source is not None:
        return []
    given = CardInput(frozenset({"source_id"}), source_id=source_id)
    return change_card(tx, actor, card.id, given, country, None)[1]
