"""Who left the site before the answer came gets it in his messenger: the answers that he has not seen go there as they
are, the last with a link back, and the conversation goes on there until he writes elsewhere."""

from datetime import datetime
from typing import Final

from conversation import clock
from conversation.channels import may_write
from conversation.events import Audience, Event, MessageEdited
from conversation.messages import Activity, Channel
from crm_store import Tx, carried, conversations, joining, unseen
from crm_store.carried import Spoken
from crm_store.joining import Reachable
from routing.carrying.going_on import go_on
from routing.carrying.ways import Doors

_MESSENGERS: Final[tuple[Channel, ...]] = ("telegram", "viber")
_AT_ONCE: Final = 20


def find_messenger(tx: Tx, contact_id: int, doors: Doors, at: datetime) -> Reachable | None:
    """The messenger of his own in which he wrote last, and can be written to now."""
    open_doors = doors()
    able = [
        one
        for one in joining.list_reachable(tx, contact_id)
        if one.channel in _MESSENGERS
        and one.channel in open_doors
        and one.proven
        and not one.blocked
        and one.held_in is None
        and may_write(open_doors[one.channel], one.heard_at, at)
    ]
    return max(able, key=lambda one: (one.heard_at is not None, one.heard_at), default=None)


def follow(tx: Tx, conversation_id: int, to: Reachable, back: str, at: datetime) -> list[Event]:
    """``back``: what is said below the last of them. Returns what is to be told after the commit; nothing where he has
    seen them meanwhile, or the conversation goes on elsewhere already."""
    ids = unseen.list_answers(tx, conversation_id, _AT_ONCE)
    row = conversations.lock(tx, conversation_id)
    channel: Channel | None = None if to.channel == "phone" else to.channel
    if not ids or row is None or row.channel != "web" or channel is None:
        return []
    events = go_on(tx, conversation_id, to.id, Activity("channel_followed", {"channel": channel}), at)
    carried.readdress(tx, ids, to.id, channel)
    moment = clock.to_ms(at)
    carried.enqueue(tx, [Spoken(one, conversation_id, to.id, channel, moment) for one in ids])
    carried.add_below(tx, ids[-1], back)
    for message_id in ids:
        change, event = conversations.touch(tx, conversation_id)
        changed = conversations.change_message(tx, message_id, change, event)
        events.append(MessageEdited(Audience(row.id, row.team_id, row.assignee_id), changed, row.status))
    return events
