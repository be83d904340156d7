"""Choices that are typed, where a channel has no buttons: in answer to the last that was said in the talk, or to a
letter that asked something. Such a letter is put in the talk, where an agent reads what was answered, and is answered
there like any message with buttons."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final, NamedTuple

from conversation import clock
from conversation.channels import WHOLE_LETTER, Heard
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.messages import Author, Button, Channel, Conversation, Message
from conversation.ports import By, Intake, Posted
from crm_store import Tx, attachments, carried, conversations, letters
from crm_store.appending import append_messages
from crm_store.engine import Store
from crm_store.letters import Asking
from crm_store.types import dump_json
from routing.answer_words import CHARS, read_press, read_word
from routing.appended import plain_message
from routing.carrying.known import Known, find_heard
from routing.carrying.pieces import read_number
from routing.intake import require_head
from routing.publisher import Publisher

_LOOKED_BACK: Final = 30
Enter = Callable[[Tx, Heard, datetime], tuple[Conversation, int, list[Event]]]
"""Opens the talk in which somebody speaks, in a transaction: the head, his address there, and what is to be told."""


class _Chosen(NamedTuple):
    known: Known
    asked: Message
    button: Button


class TypedChoices:
    """``numbered``: channels in which choices are typed; ``author``: whose a letter is."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        intake: Intake,
        numbered: Collection[Channel],
        enter: Enter,
        author: Author,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._intake = intake
        self._numbered = numbered
        self._enter = enter
        self._author = author

    async def take(self, heard: Heard) -> Posted | None:
        """Presses the button that was typed; None: these are words like others. Raises as presses do."""
        if heard.address.channel not in self._numbered or not heard.text.strip() or heard.automatic:
            return None
        sends = heard.files != () and bool(await self._store.read(lambda tx: _sends_files(tx, heard)))
        if sends:
            return None
        chosen = await self._answer(heard) or await self._store.read(lambda tx: _find_typed(tx, heard))
        return None if chosen is None else await self._press(heard, chosen)

    async def _press(self, heard: Heard, chosen: _Chosen) -> Posted:
        known, asked, button = chosen
        name = known.name or heard.person.name
        by = By(heard.address.channel, known.address_id)
        posted = await self._intake.choose(asked.conversation_id, known.contact_id, name, asked.id, button.value, by)

        def write(tx: Tx) -> None:
            carried.set_heard(tx, known.address_id, clock.now())
            carried.name_message(tx, known.address_id, heard.id, posted.id, heard=True)

        await self._store.writer.run(write)
        return posted

    # --- a letter

    async def _answer(self, heard: Heard) -> _Chosen | None:
        first = heard.text.strip().partition("\n")[0].strip()
        if len(first) > CHARS or await self._store.read(lambda tx: _find_letter(tx, heard, first)) is None:
            return None
        chosen: _Chosen | None = None

        def write(tx: Tx) -> list[Event]:
            nonlocal chosen
            letter = _find_letter(tx, heard, first)
            if letter is None:
                return []
            known, asked, events = self._put(tx, heard, letter)
            button = read_press(first, asked.buttons)
            chosen = None if button is None else _Chosen(known, asked, button)
            return events

        def tell(events: list[Event]) -> None:
            for event in events:
                self._publisher.publish(event)

        await self._store.writer.run(write, tell)
        return chosen

    def _put(self, tx: Tx, heard: Heard, letter: Asking) -> tuple[Known, Message, list[Event]]:
        """The letter as a message of the talk that was carried already; where it was said there too, that is it."""
        head, address_id, events = self._enter(tx, heard, clock.now())
        new = plain_message(
            head.id,
            self._author,
            letter.text,
            clock.now_ms(),
            letter.key,
            contact_id=None,
            private=False,
            reply_to=None,
        )
        shown = [{"value": one.value, "label": one.label} for one in letter.choices]
        new = new._replace(kind="buttons", content=dump_json({"buttons": shown}))
        (outcome,) = append_messages(tx, [new])
        if isinstance(outcome, BarevError):
            raise outcome
        if not outcome.repeated:
            carried.take_out(tx, outcome.id)
        letters.note_answered(tx, letter.id, head.id, outcome.id)
        now, asked = require_head(tx, head.id), conversations.find_message(tx, outcome.id)
        if asked is None:
            raise LookupError(f"message {outcome.id} was just appended")
        audience = Audience.of(now)
        if not outcome.repeated:
            events += [MessageAdded(audience, asked, now.status), ConversationChanged(audience, now)]
        return Known(address_id, now.contact.id, now.contact.name, now.id), asked, events


def _sends_files(tx: Tx, heard: Heard) -> bool:
    """Whether there are files of his own; the whole of a letter that was cut is none."""
    return any(name != WHOLE_LETTER for name in attachments.list_names(tx, heard.files))


def _find_letter(tx: Tx, heard: Heard, first: str) -> Asking | None:
    """The letter that somebody's first line answers: the one that his own names, else the latest to his address, if
    nothing was said to him since. Of mailboxes only a proven one may name none."""
    channel, at = heard.address.channel, clock.now()
    named = letters.find_asking_named(tx, channel, heard.thread, at)
    letter = named
    if letter is None and (heard.proven or channel == "sms"):
        letter = letters.find_asking(tx, channel, heard.address.value, at)
    if letter is None or not (read_press(first, letter.choices) or read_word(first)):
        return None
    known = find_heard(tx, heard)
    if known is None or known.talk is None:
        return letter
    if _is_repeated(tx, known, heard):
        return None
    latest = _find_latest(tx, known.talk)
    late = latest is not None and latest.id != letter.answered_in and latest.at > letter.at
    return None if late and named is None else letter


def _find_typed(tx: Tx, heard: Heard) -> _Chosen | None:
    """The button that was typed as a number, in answer to the last that was said to him."""
    known = find_heard(tx, heard)
    if known is None or known.talk is None:
        return None
    if _is_repeated(tx, known, heard):
        return None
    asked = _find_latest(tx, known.talk)
    button = None if asked is None or asked.deleted_at is not None else read_number(heard.text, asked.buttons)
    return None if asked is None or button is None else _Chosen(known, asked, button)


def _is_repeated(tx: Tx, known: Known, heard: Heard) -> bool:
    return carried.find_message_id(tx, known.address_id, heard.id, heard=True) is not None


def _find_latest(tx: Tx, conversation_id: int) -> Message | None:
    """The last that was said to him in a talk."""
    latest, _ = conversations.list_before(tx, conversation_id, None, _LOOKED_BACK, private=False)
    return next((one for one in reversed(latest) if one.author.kind in ("agent", "bot")), None)
