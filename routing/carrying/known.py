"""Who speaks by an address of another channel, and in which talk."""

from typing import NamedTuple

from conversation.channels import Heard
from conversation.messages import Message
from conversation.ports import AddressKey
from crm_store import Tx, carried, conversations, joining, threads


class Known(NamedTuple):
    """Whose an address is; ``talk``: the conversation it talks in."""

    address_id: int
    contact_id: int
    name: str
    talk: int | None


def find_speaker(tx: Tx, heard: Heard) -> tuple[tuple[int, int] | None, bool]:
    """The address and contact of who speaks, and whether it is to be taken for his own. A mailbox is proven by a letter
    of which that is known; one that is not may be anybody's, and stands apart from what is proven."""
    channel, value = heard.address.channel, heard.address.value
    if channel != "email":
        return conversations.find_address(tx, channel, value), True
    found = threads.find_speaker(tx, channel, value, proven=True) if heard.proven else None
    return (found, True) if found is not None else (threads.find_speaker(tx, channel, value, proven=False), False)


def find_heard(tx: Tx, heard: Heard) -> Known | None:
    """Who answers, in which talk."""
    named = threads.find_named(tx, heard.address.channel, heard.thread)
    if named is None:
        return _of(tx, find_speaker(tx, heard)[0])
    head = conversations.find_head(tx, named.conversation_id)
    return None if head is None else Known(named.address_id, head.contact.id, head.contact.name, head.id)


def find_known(tx: Tx, address: AddressKey) -> Known | None:
    """Whose an address is that is somebody's own."""
    return _of(tx, conversations.find_address(tx, address.channel, address.value))


def _of(tx: Tx, found: tuple[int, int] | None) -> Known | None:
    if found is None:
        return None
    address_id, contact_id = found
    contact = conversations.find_contact(tx, contact_id)
    name = "" if contact is None else contact.name
    return Known(address_id, contact_id, name, joining.find_latest_id(tx, address_id))


def find_named_message(tx: Tx, address: AddressKey, far_id: str, *, heard: bool) -> Message | None:
    """What the far side calls so of what was ``heard``, or of what went there. An address without a value: of what went
    there on the whole channel."""
    if address.value:
        speaking = carried.find_speaking(tx, address.channel, address.value)
        message_id = None if speaking is None else carried.find_message_id(tx, speaking, far_id, heard=heard)
    else:
        message_id = carried.find_sent(tx, address.channel, far_id)
    return None if message_id is None else conversations.find_message(tx, message_id)
