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
from crm_store import Tx, carried, joining, outgoing
from crm_store.models import StatedChannel
from routing.carrying.states import leave

STATED: Final[Mapping[Channel, StatedChannel]] = {"sms": "phone", "email": "email"}
"""What letters of a channel go to."""
_OF_USE: Final = timedelta(hours=1)


def let_leave(tx: Tx, address: AddressKey, goodbye: Say | None, at: datetime) -> list[Event]:
    """Notes it in the caller's transaction, and writes the last letter; returns what is to be told."""
    known = carried.find_speaking(tx, address.channel, address.value)
    language = None if known is None else _language(tx, known)
    changed = known is not None and not carried.is_blocked(tx, known)
    events = [] if known is None else leave(tx, known, joining.find_open_id(tx, known), address.channel, at)
    stated = STATED.get(address.channel)
    if stated is not None and carried.set_blocked_stated(tx, stated, address.value, at, ""):
        changed = True
    if changed and goodbye is not None:
        _write(tx, address, goodbye(language), language, "goodbye", at)
    return events


def take_back(tx: Tx, address: AddressKey, hello: Say | None, at: datetime) -> bool:
    """Notes it in the caller's transaction, and writes a letter; False: he had not left."""
    known = carried.find_speaking(tx, address.channel, address.value)
    changed = known is not None and carried.set_blocked(tx, known, None)
    stated = STATED.get(address.channel)
    if stated is not None and hello is not None:
        if carried.set_blocked_stated(tx, stated, address.value, None, address.channel):
            changed = True
        language = None if known is None else _language(tx, known)
        if changed:
            _write(tx, address, hello(language), language, "hello", at)
    return changed


def _language(tx: Tx, address_id: int) -> Language | None:
    """In which he was spoken to last by an address."""
    talk = joining.find_latest_id(tx, address_id)
    return None if talk is None else carried.find_language(tx, talk)


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
