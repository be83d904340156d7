"""How far a message is that another channel carries, and who does not want to hear from us by one: noted, and told."""

from datetime import datetime

from conversation import clock
from conversation.channels import DONE
from conversation.events import Audience, Event, MessageEdited
from conversation.messages import Activity, Channel, Delivery
from crm_store import Tx, carried, conversations
from routing.intake import add_line


def mark(tx: Tx, message_id: int | None, delivery: Delivery, *, back: bool = False) -> list[Event]:
    """Notes how far a message is, and tells the desk; an older state never replaces a newer one. ``back``: what was
    sent came back."""
    message = conversations.find_message(tx, message_id or 0)
    if message is None or message.deleted_at is not None:
        return []
    if not goes_up(message.delivery, delivery) and not (back and message.delivery == "sent"):
        return []
    row = conversations.lock(tx, message.conversation_id)
    if row is None:
        return []
    change, event = conversations.touch(tx, message.conversation_id)
    changed = conversations.change_message(tx, message.id, change, event, delivery=delivery)
    return [MessageEdited(Audience(row.id, row.team_id, row.assignee_id), changed, row.status)]


def goes_up(before: Delivery, now: Delivery) -> bool:
    """Whether a state is news after another: what is uncertain or failed may still turn out to have arrived, and what
    the far side took may fail there."""
    return before != now and (DONE[now] >= DONE[before] or (before, now) == ("sent", "failed"))


def leave(
    tx: Tx,
    address_id: int,
    conversation_id: int | None,
    channel: Channel,
    at: datetime | None = None,
    line: str = "channel_left",
) -> list[Event]:
    """He does not want to hear from us by this address, or cannot: noted once, and told in his talk (``line``)."""
    if not carried.set_blocked(tx, address_id, at or clock.now()):
        return []
    return [] if conversation_id is None else [add_channel_line(tx, conversation_id, line, channel)]


def add_channel_line(tx: Tx, conversation_id: int, code: str, channel: Channel) -> Event:
    """A line of the talk that names the channel."""
    return add_line(tx, conversation_id, Activity(code, {"channel": channel}))
