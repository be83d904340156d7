"""Letters that no person wrote: what came back, and what answers by itself."""

import logging
from datetime import datetime, timedelta

from business.team.deeds import record_deed
from conversation.channels import Heard
from conversation.events import Event
from conversation.messages import Channel, Conversation
from crm_store import Tx, assigning, carried, conversations, letters, threads
from routing.carrying.leaving import STATED
from routing.carrying.states import leave, mark

_log = logging.getLogger(__name__)
_HOUR = timedelta(hours=1)


def take_return(tx: Tx, channel: Channel, far_id: str, why: str, at: datetime, *, gone: bool) -> list[Event] | None:
    """A message that was sent came back: it has failed; where its address is none (``gone``) the talk says so. None:
    it is none of ours. The events are to be told after the commit."""
    named = threads.find_named(tx, channel, [far_id])
    if named is None:
        return None
    _log.info("%s: a message came back: %s", channel, why)
    threads.note_return(tx, named.message_id, why)
    events = mark(tx, named.message_id, "failed", back=True)
    if gone:
        events += leave(tx, named.address_id, named.conversation_id, channel, at, "channel_gone")
    return events


def take_letter_return(
    tx: Tx, channel: Channel, far_id: str, recipient: str, why: str, at: datetime, *, gone: bool = False
) -> bool:
    """A letter (a reminder, a code) came back: it is listed among those that failed, and noted on the card of who was
    to get it; to an address that is none (``gone``) nothing more is written. False: it is none of ours."""
    came = letters.note_return(tx, channel, far_id, recipient, why)
    if came is None:
        return False
    _log.info("%s: a letter came back: %s", channel, why)
    if came.contact_id is not None:
        told = {"to": came.recipient, "purpose": came.purpose, "reason": why}
        record_deed(tx, None, "contact.letter_returned", "contact", came.contact_id, after=told)
    if gone:
        carried.set_blocked_stated(tx, STATED[channel], came.recipient, at, "")
    return True


def spare(tx: Tx, head: Conversation, heard: Heard, at: datetime, most: int) -> None:
    """What a machine wrote is not answered by one; and two that may be answering each other end it after ``most``
    answers within an hour, whatever they say of themselves: people go on."""
    often = heard.address.channel == "email" and head.handler == "bot"
    if not heard.automatic and not (often and threads.count_automatic(tx, head.id, at - _HOUR) >= most):
        return
    threads.spare(tx, head.id, at)
    if head.handler == "bot":
        conversations.lock(tx, head.id)
        conversations.touch(tx, head.id, **assigning.SETTLED, handler="team")
