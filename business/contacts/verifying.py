"""An address that was proven to be somebody's, and the contact whom that makes him.

A proof joins a stranger with the contact who has proven the same address before, or with the one card under that
address that only people of the firm have written. What a visitor has typed, here or in another browser, joins nobody:
whoever names another's phone finds nothing of him and gives nothing of himself away.
"""

from datetime import datetime
from typing import NamedTuple

from business.contacts import merging
from business.contacts.codes import Reach
from business.contacts.telling import touch_open
from business.team.deeds import record_deed
from conversation.messages import Conversation
from crm_store import Tx, contacts, proving
from crm_store.models import StatedChannel
from crm_store.proving import Holder


class Plan(NamedTuple):
    """``contact_id``: who has the address in the end; ``name``: his, as the firm knows him; ``joins``: he is another
    than the one who proves."""

    contact_id: int
    name: str
    joins: bool


def plan(tx: Tx, contact_id: int, address_id: int, reach: Reach) -> Plan:
    """Who somebody turns out to be who proves an address. ``address_id``: the one he talks through."""
    mine = contacts.find_standing(tx, contact_id)
    own = Plan(contact_id, "" if mine is None else mine.name, joins=False)
    stranger = contacts.is_stranger(tx, contact_id, address_id)
    holder = find_proved(tx, reach.channel, reach.value, but=contact_id) if stranger else None
    if holder is None or holder.contact_id == contact_id:
        return own
    return Plan(holder.contact_id, holder.name, joins=True)


def find_proved(tx: Tx, channel: StatedChannel, value: str, but: int | None = None) -> Holder | None:
    """Whom a proof of an address makes one: who has proven it before, else the one card (another than ``but``) under it
    that only people of the firm have written. The one rule of all doors at which an address is proven."""
    holder = proving.find_owner(tx, channel, value)
    if holder is not None:
        return holder
    cards = [one for one in proving.list_papers(tx, channel, value, 2) if one.contact_id != but]
    return cards[0] if len(cards) == 1 else None


def verify(tx: Tx, contact_id: int, address_id: int, reach: Reach, at: datetime) -> tuple[Plan, list[Conversation]]:
    """Notes that an address is proven, and joins whom that makes one. Who proved it last has it: numbers change hands.

    Returns what came of it and the heads to be told.
    """
    made = plan(tx, contact_id, address_id, reach)
    heads: list[Conversation] = []
    if made.joins:
        _, heads = merging.merge(tx, None, made.contact_id, contact_id, "")
    proving.release(tx, reach.channel, reach.value, made.contact_id)
    contacts.state_address(tx, made.contact_id, reach.channel, reach.value, reach.display, at)
    proving.mark_proven(tx, made.contact_id, reach.channel, reach.value, at)
    proving.mark_browser(tx, made.contact_id, address_id, at)
    contacts.change_contact(tx, made.contact_id, {}, at)
    record_deed(tx, None, "contact.address_proven", "contact", made.contact_id, after={reach.channel: reach.display})
    return made, touch_open(tx, made.contact_id) or heads
