"""Who does not want to hear from us by a channel, and who takes us back: his talk by that channel, and letters to the
same phone or mailbox."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from conversation.channels import Say
from conversation.events import Event
from conversation.messages import Channel, JsonObject, Language
from conversation.ports import AddressKey
from crm_store import Tx, carried, conversations, joining, outgoing
from crm_store.models import StatedChannel
from routing.carrying.deliveries import leave

_STATED: Final[Mapping[Channel, StatedChannel]] = {"sms": "phone", "email": "email"}
"""What letters of a channel go to."""
_OF_USE: Final = timedelta(hours=1)


def let_leave(tx: Tx, address: AddressKey, goodbye: Say | None, at: datetime) -> list[Event]:
    """Notes it in the caller's transaction, and writes the last letter; returns what is to be told."""
    found = conversations.find_address(tx, address.channel, address.value)
    events: list[Event] = []
    changed = 0
    language: Language | None = None
    if found is not None:
        talk = joining.find_latest_id(tx, found[0])
        recipient = None if talk is None else carried.find_recipient(tx, found[0], talk)
        language = None if recipient is None else recipient.language
        changed = recipient is not None and recipient.blocked_at is None
        events = leave(tx, found[0], joining.find_open_id(tx, found[0]), address.channel, at)
    stated = _STATED.get(address.channel)
    if stated is not None:
        changed += carried.set_blocked_stated(tx, stated, address.value, at, "")
    if changed and goodbye is not None:
        _write(tx, address, goodbye(language), language, "goodbye", at)
    return events


def take_back(tx: Tx, address: AddressKey, hello: Say | None, at: datetime) -> bool:
    """Notes it in the caller's transaction, and writes a letter; False: he had not left."""
    found = conversations.find_address(tx, address.channel, address.value)
    changed = 0
    language: Language | None = None
    if found is not None:
        talk = joining.find_latest_id(tx, found[0])
        recipient = None if talk is None else carried.find_recipient(tx, found[0], talk)
        language = None if recipient is None else recipient.language
        changed = int(carried.set_blocked(tx, found[0], None))
    stated = _STATED.get(address.channel)
    if stated is not None and hello is not None:
        changed += carried.set_blocked_stated(tx, stated, address.value, None, address.channel)
    if changed and hello is not None:
        _write(tx, address, hello(language), language, "hello", at)
    return bool(changed)


def _write(tx: Tx, address: AddressKey, text: str, language: Language | None, purpose: str, at: datetime) -> None:
    payload: JsonObject = {"text": text, "language": language or "en", "id": secrets.token_hex(16)}
    outgoing.enqueue(
        tx,
        channel=address.channel,
        purpose=purpose,
        payload=payload,
        dedupe_key=f"{purpose}:{secrets.token_hex(16)}",
        not_before=at,
        at=at,
        expires_at=at + _OF_USE,
        recipient=address.value,
    )
