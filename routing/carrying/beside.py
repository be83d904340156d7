"""What somebody of the firm says to a customer over there, beside the house: in an account of his own."""

from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Activity, Author
from conversation.ports import AddressKey
from crm_store import Tx, carried, conversations, dialogues, joining
from crm_store.appending import append_messages
from routing.appended import message_added, plain_message
from routing.carrying.invites import NAMES
from routing.intake import add_line, require_head


def note_ours(tx: Tx, address: AddressKey, far_id: str, name: str, text: str) -> list[Event]:
    """Keeps it as an agent's word, which is over there already; a bot is silent from then on, until the talk ends.
    Nothing where it is known, or where no talk is under way."""
    found = conversations.find_address(tx, address.channel, address.value)
    talk = None if found is None else joining.find_latest_id(tx, found[0])
    head = None if talk is None else conversations.find_head(tx, talk)
    if found is None or head is None or head.status == "resolved" or not text.strip():
        return []
    address_id = found[0]
    if carried.find_message_id(tx, address_id, far_id, heard=False) is not None:
        return []
    author = Author("agent", name)
    client_id = f"{address.channel}:{address_id}:{far_id}:ours"
    new = plain_message(head.id, author, text, clock.now_ms(), client_id, contact_id=None, private=False, reply_to=None)
    (outcome,) = append_messages(tx, [new])
    if isinstance(outcome, BarevError):
        raise outcome
    carried.take_out(tx, outcome.id)
    carried.name_message(tx, address_id, far_id, outcome.id, heard=False)
    events: list[Event] = [message_added(new, author, outcome._replace(carried=False))]
    if head.handler == "bot":
        conversations.touch(tx, head.id, handler="team")
        dialogues.begin_anew(tx, head.id, outcome.seq)
        fields = {"name": name, "channel": NAMES.get(address.channel, address.channel)}
        events.append(add_line(tx, head.id, Activity("answered_there", fields)))
    now = require_head(tx, head.id)
    return [*events, ConversationChanged(Audience.of(now), now)]
