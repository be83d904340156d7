"""Tells somebody something, in the transaction that decides it: a message in his talk, a letter, or both.

Each has a key of its own, so that the same thing is never told twice.
"""

import secrets
from datetime import datetime
from typing import Final, NamedTuple

from business.outreach.stopping import offer_stop
from business.outreach.voice import Voice
from business.outreach.ways import Way
from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.links import Stop
from conversation.messages import Author, Button, Json, JsonObject, Language
from crm_store import Tx, conversations, outgoing
from crm_store.appending import NewMessage, append_messages
from crm_store.dialogues import ANSWERED
from crm_store.types import dump_json

PRESS: Final = ANSWERED
"""What the values of buttons begin with that are answered whoever has the dialog."""


class Said(NamedTuple):
    """``key``: unique to what is told; ``buttons``: under the message of a talk; ``letter``: the text for a phone or
    mailbox, with its link; ``until``: after which it is of no use; ``letter_at``: before which no letter is sent."""

    key: str
    purpose: str
    text: str
    letter: str
    subject: str
    until: datetime
    buttons: tuple[Button, ...] = ()
    letter_at: datetime | None = None


def tell(tx: Tx, voice: Voice, way: Way, said: Said, at: datetime) -> list[Event]:
    """Tells it; returns what is to be published after the commit. A repeat of the key tells nothing. A letter by e-mail
    says how such letters end."""
    events: list[Event] = []
    if way.talk is not None:
        events = say(tx, voice.author, way.talk.id, said.text, said.buttons, letter_key(said.key))
    if way.letter is not None and way.door is not None:
        payload: JsonObject = {
            "subject": said.subject,
            "text": said.letter,
            "language": way.language,
            "id": secrets.token_hex(16),
        }
        if said.buttons and way.door in voice.reach.hears:
            payload |= _ask(voice, way.language, said)
        if way.door == "email":
            stop = Stop(way.letter.address_id, said.purpose)
            payload = offer_stop(voice.stops, voice.texts, payload, stop, way.language)
        outgoing.enqueue(
            tx,
            channel=way.door,
            purpose=said.purpose,
            payload=payload,
            dedupe_key=letter_key(said.key),
            not_before=said.letter_at or at,
            at=at,
            expires_at=said.until,
            conversation_id=None if way.talk is None else way.talk.id,
            address_id=way.letter.address_id,
            recipient=way.letter.value,
        )
    return events


def _ask(voice: Voice, language: Language, said: Said) -> JsonObject:
    """The letter with its answers to be typed, as numbers."""
    numbered = [f"{number}. {one.label}" for number, one in enumerate(said.buttons, 1)]
    lines = [said.letter, *numbered, voice.texts.get(language, "channel.number")]
    return {"text": "\n".join(lines), "asked": said.text, "choices": _shown(said.buttons)}


def _shown(buttons: tuple[Button, ...]) -> list[Json]:
    return [{"value": one.value, "label": one.label} for one in buttons]


def letter_key(key: str) -> str:
    """Under which a letter waits to be sent, and a message is said."""
    return f"told:{key}"


def say(
    tx: Tx, author: Author, conversation_id: int, text: str, buttons: tuple[Button, ...], client_id: str
) -> list[Event]:
    """A message of the firm's own in a talk, whoever has it; a repeat of ``client_id`` says nothing."""
    content = None
    if buttons:
        content = dump_json({"buttons": _shown(buttons)})
    new = NewMessage(
        conversation_id,
        author.kind,
        author.id or 0,
        author.name,
        None,
        client_id,
        "buttons" if buttons else "text",
        False,
        text,
        content,
        None,
        clock.now_ms(),
    )
    (outcome,) = append_messages(tx, [new])
    if isinstance(outcome, BarevError):
        raise outcome
    message = None if outcome.repeated else conversations.find_message(tx, outcome.id)
    head = None if message is None else conversations.find_head(tx, conversation_id)
    if message is None or head is None:
        return []
    audience = Audience.of(head)
    return [MessageAdded(audience, message, head.status), ConversationChanged(audience, head)]
