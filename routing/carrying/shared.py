"""A card that was shared in a messenger for a talk that goes on elsewhere: the talk is told."""

from business.booking.phone_proof import Weighed
from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event
from conversation.language import LANGUAGES
from conversation.messages import Author
from conversation.ports import Texts
from crm_store import Tx, conversations, dialogues
from crm_store.appending import append_messages
from routing.appended import choice_message, message_added, moved_line, plain_message
from routing.flows.who import CARD, card_shared
from routing.intake import require_head


def tell_talk(tx: Tx, weighed: Weighed, texts: Texts, key: str) -> list[Event]:
    """Has the talk go on as if its customer had pressed that he shared his card, unless something else is asked by now,
    or people have it. ``key``: of what was shared. Returns what is to be told after the commit."""
    row = conversations.lock(tx, weighed.talk) if weighed.talk else None
    if row is None:
        return []
    events: list[Event] = [ConversationChanged(Audience.of(one), one) for one in weighed.told]
    kept = dialogues.find(tx, row.id)
    if row.handler != "bot" or row.status != "open" or kept.step != CARD:
        return events
    head = require_head(tx, row.id)
    spoken = kept.data.get("language")
    language = next((one for one in LANGUAGES if one == spoken), head.contact.language or "en")
    said = texts.get(language, f"flow.card.{'said_right' if weighed.right else 'said_other'}")
    author = Author("visitor", head.contact.name, head.contact.id)
    press = card_shared(kept.flow)
    mine = head.contact.id
    new = plain_message(
        row.id, author, said, clock.now_ms(), f"card:{key}", contact_id=mine, private=False, reply_to=None
    )
    new = choice_message(new, press)
    (outcome,) = append_messages(tx, [new])
    if isinstance(outcome, BarevError):
        raise outcome
    now = require_head(tx, outcome.conversation_id)
    added = message_added(new, author, outcome, choice=press)
    return [*events, *moved_line(outcome), added, ConversationChanged(Audience.of(now), now)]
