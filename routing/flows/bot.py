"""The bot at work: takes what waits for it, understands it, and writes what the flows decide."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from business.booking.phone_proof import ProofDoor
from business.contacts.codes import NO_CODES, Codes
from business.inboxes.settings import has_bot
from conversation import clock
from conversation.channels import WHOLE_LETTER, bare_words
from conversation.errors import BarevError
from conversation.events import ConversationCaughtUp, ConversationChanged, ConversationStarted, Event
from conversation.language import LANGUAGES
from conversation.messages import Author, Language, Message
from conversation.ports import Texts
from crm_store import Tx, conversations, dialogues, inboxes
from crm_store.dialogues import Kept
from crm_store.engine import Store
from routing.flows.booking.flows import BOOKING_FLOWS, flows_for, holds
from routing.flows.booking.store import Means, let_go
from routing.flows.booking.wanted import services_spoken
from routing.flows.catalogue import FLOWS
from routing.flows.checks import holds_code
from routing.flows.deeds import Writing
from routing.flows.facts import StoreFacts
from routing.flows.hearing import Hearing
from routing.flows.model import SHAPE, Decision, HandsOver, Heard, Reply, Resolves, State
from routing.flows.own import own_flows
from routing.flows.ports import Frame, Understood
from routing.flows.steps import Flow, Rules, asks_code
from routing.flows.summary import summarise
from routing.flows.turn import Turn
from routing.flows.who import CARD, card_shared
from routing.flows.wording import load_texts
from routing.intake import require_head
from routing.publisher import Publisher
from routing.teaching.unclear import note_unclear

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
LEASE_S: Final = 8.0
_AT_ONCE: Final = 20
_SAYINGS: Final = 50


class Bot:
    """One a process; those of several share the work by leases."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        texts: Texts,
        hearing: Hearing,
        rules: Rules,
        holder: str,
        name: str,
        country: str,
        flows: Mapping[str, Flow] = FLOWS,
        lease_s: float = LEASE_S,
        codes: Codes = NO_CODES,
        means: Means | None = None,
        cards: ProofDoor | None = None,
    ) -> None:
        """``holder``: this process among others; ``name``: in whose name it speaks; ``country``: the business's own;
        ``lease_s``: after how many seconds another process takes over what this one did not end;
        ``means``: what booking by talk is done with; ``cards``: by what phones are proven where no code can be sent."""
        self._store = store
        self._publisher = publisher
        self._texts = texts
        self._hearing = hearing
        self._rules = rules
        self._holder = holder
        self._author = Author("bot", name)
        self._country = country
        self._flows = flows
        self._codes = codes
        self._means = means
        self._cards = cards
        self._lease_time = timedelta(seconds=lease_s)
        self._asked = asyncio.Event()
        self._asked.set()

    def heard(self, event: ConversationStarted | ConversationChanged | ConversationCaughtUp) -> None:
        """A listener: a customer waits for the bot."""
        head = event.conversation
        if head.handler == "bot" and head.unanswered:
            self._asked.set()

    async def work(self) -> None:
        """Answers all who wait whenever somebody asks, and looks now and then by itself, since another process may have
        died; until it is cancelled. Raises Unavailable, and is then to be called anew."""
        loop = asyncio.get_running_loop()
        swept_at = loop.time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._asked.wait()
            self._asked.clear()
            try:
                await self.answer_all()
                if loop.time() - swept_at >= LOOK_S:
                    await self.end_silent()
                    swept_at = loop.time()
            except BarevError:
                self._asked.set()
                raise

    async def answer_all(self) -> int:
        """Answers whoever waits for the bot and is no other process's; returns how many conversations."""
        answered = 0
        while ids := await self._lease():
            await asyncio.gather(*map(self._answer, ids))
            answered += len(ids)
        return answered

    async def end_silent(self) -> int:
        """Ends the talks in which nothing was said for long; what was half filled in goes to people."""
        at = clock.now()
        ids = await self._store.read(lambda tx: dialogues.list_expired(tx, at, _AT_ONCE))
        for conversation_id in ids:
            await self._store.writer.run(lambda tx, one=conversation_id: self._end(tx, one), self._tell)  # type: ignore[misc]  # binds the loop's
        return len(ids)

    def leave_in(self, tx: Tx, conversation_id: int) -> list[Event]:
        """People have a locked conversation from here on: what was half filled in is noted for them, what was kept for
        the customer is free, and nothing is left of the talk. Returns what is to be told after the commit."""
        kept, row = dialogues.find(tx, conversation_id), conversations.lock(tx, conversation_id)
        if row is None:
            return []
        writing = Writing(tx, row, self._author, self._country, [])
        state = self._state(kept, _language(kept, row.language))
        if state.place is not None and any(state.place.slots.values()):
            facts = self._facts(tx, conversation_id)
            writing.note(f"{row.id}:{kept.seen_seq}:left", summarise(facts.texts, facts, state, ""))
        return self._begin_anew(writing, kept.seen_seq)

    # --- taking work ------------------------------------------------------------------------------------------------

    async def _lease(self) -> list[int]:
        if not await self._store.read(lambda tx: dialogues.list_waiting(tx, clock.now(), 1)):
            return []

        def write(tx: Tx) -> list[int]:
            at = clock.now()
            ids = dialogues.list_waiting(tx, at, _AT_ONCE)
            dialogues.lease(tx, ids, self._holder, at + self._lease_time)
            return ids

        return await self._store.writer.run(write)

    async def _answer(self, conversation_id: int) -> None:
        try:
            unheard, frame, state, secret = await self._store.read(lambda tx: self._look(tx, conversation_id))
            heard = {
                message.id: Heard(text, Understood(text), message.choice, files)
                if secret and holds_code(text)
                else replace(
                    await self._hearing.hear(text, _choice(message, state), files, frame, idle=state.place is None),
                    spoken=_is_spoken(message),
                )
                for message in unheard
                for text, files in (_own_words(message),)
            }
            if self._means is not None:  # the calendars are read before the writer is asked, who has others to serve
                await self._means.slots.warm(services_spoken(state, heard.values()))
            if self._cards is not None:
                await self._cards.look()
            await self._store.writer.run(lambda tx: self._write(tx, conversation_id, heard), self._tell)
        except BarevError:
            raise
        except Exception:
            log.exception("the bot failed in conversation %d; people take over", conversation_id)
            await self._store.writer.run(lambda tx: self._give_up(tx, conversation_id), self._tell)

    def _look(self, tx: Tx, conversation_id: int) -> tuple[Sequence[Message], Frame, State, bool]:
        """What was said, in which frame; where the talk stands; whether a code is waited for, which no engine is
        to see."""
        kept = dialogues.find(tx, conversation_id)
        head = require_head(tx, conversation_id)
        unheard, _ = dialogues.list_unheard(tx, conversation_id, kept.seen_seq, _SAYINGS)
        facts = self._facts(tx, conversation_id)
        language = _language(kept, head.contact.language)
        frame = Frame.of(clock.now(), facts.schedule, facts.country, language)
        return unheard, frame, self._state(kept, language), asks_code(self._flows.get(kept.flow), kept.step)

    # --- in the writer's transaction --------------------------------------------------------------------------------

    def _write(self, tx: Tx, conversation_id: int, heard: Mapping[int, Heard]) -> list[Event]:
        row = conversations.lock(tx, conversation_id)
        if row is None or row.handler != "bot" or row.status != "open" or row.waiting_since is None:
            return []  # somebody has taken it, or answered already
        writing = Writing(tx, row, self._author, self._country, [])
        kept = dialogues.find(tx, conversation_id)
        unheard, agent_spoke = dialogues.list_unheard(tx, conversation_id, kept.seen_seq, _SAYINGS)
        inbox = inboxes.find_inbox(tx, row.inbox_id)
        if agent_spoke or not unheard or inbox is None or not has_bot(inbox.settings):
            writing.touch(writing.to_people())
            return self._begin_anew(writing)
        state = self._state(kept, _language(kept, row.language))
        for message in unheard:
            if message.id not in heard:
                break  # it came in meanwhile, and is answered next
            last = message is unheard[-1]
            kept = kept._replace(seen_seq=message.seq)
            if message.deleted_at is not None and not last:
                continue
            facts = self._facts(tx, conversation_id, f"talk:{message.id}")
            at_rest, failures = state.place is None, state.failures
            decision = self._decide(tx, facts, state, heard[message.id])
            if at_rest and decision.was_unclear(failures):
                note_unclear(tx, conversation_id, heard[message.id].understood)
            state = decision.state
            writing.write(message, decision, facts, last=last, understood=heard[message.id].understood)
            if any(isinstance(deed, HandsOver) for deed in decision.deeds):
                break
        self._keep(tx, conversation_id, kept, state)
        return writing.events

    def _decide(self, tx: Tx, facts: StoreFacts, state: State, heard: Heard) -> Decision:
        flows = {**flows_for(facts, self._flows), **own_flows(tx)}
        held = holds(state)
        decision = Turn(flows, self._rules, facts.texts, facts, state, heard).take()
        if held and facts.booking is not None and not holds(decision.state):
            facts.booking.let_go()
        return decision

    def _give_up(self, tx: Tx, conversation_id: int) -> list[Event]:
        """Whatever failed: a person answers."""
        row = conversations.lock(tx, conversation_id)
        if row is None or row.handler != "bot" or row.waiting_since is None:
            return []
        kept = dialogues.find(tx, conversation_id)
        unheard, _ = dialogues.list_unheard(tx, conversation_id, kept.seen_seq, _SAYINGS)
        writing = Writing(tx, row, self._author, self._country, [])
        if unheard:
            facts, state = self._facts(tx, conversation_id), State(_language(kept, row.language))
            said = facts.texts.get(state.language, "flow.handing.failed")
            secret = asks_code(self._flows.get(kept.flow), kept.step)
            over = HandsOver("failed", summarise(facts.texts, facts, state, "" if secret else unheard[-1].text))
            writing.write(unheard[-1], Decision(state, (Reply(said),), (over,)), facts, last=True)
        else:
            writing.touch(writing.to_people())
        return self._begin_anew(writing)

    def _end(self, tx: Tx, conversation_id: int) -> list[Event]:
        row = conversations.lock(tx, conversation_id)
        if row is None or row.handler != "bot" or row.status != "open" or row.waiting_since is not None:
            return []
        kept, facts = dialogues.find(tx, conversation_id), self._facts(tx, conversation_id)
        state = self._state(kept, _language(kept, row.language))
        flow = self._flows.get(state.place.flow) if state.place else None
        filled = state.place is not None and any(state.place.slots.values())
        messages, _ = conversations.list_before(tx, conversation_id, None, 1, private=False)
        writing = Writing(tx, row, self._author, self._country, [])
        deed: Resolves | HandsOver = Resolves()
        if flow is not None and flow.on_silence == "hand_over" and filled:
            deed = HandsOver("timeout", summarise(facts.texts, facts, state, ""))
        for message in messages:
            writing.write(message, Decision(state, (), (deed,)), facts, last=True)
        return self._begin_anew(writing)

    def _begin_anew(self, writing: Writing, seen_seq: int | None = None) -> list[Event]:
        """Nothing of the talk is left, nor what was kept for the customer in it. ``seen_seq``: what was dealt with;
        all where it is left out."""
        dialogues.begin_anew(writing.tx, writing.row.id, writing.row.last_seq if seen_seq is None else seen_seq)
        return [*writing.events, *let_go(self._means, writing.tx, writing.row.id)]

    def _state(self, kept: Kept, language: Language) -> State:
        """Where the talk stands; one of another shape, or in a flow that there is no more, begins anew."""
        if kept.version != SHAPE:
            return State(language)
        return State.load(
            kept.flow if kept.flow in self._flows or kept.flow in BOOKING_FLOWS else "", kept.step, kept.data, language
        )

    def _keep(self, tx: Tx, conversation_id: int, kept: Kept, state: State) -> None:
        place = state.place
        flow = self._flows.get(place.flow) if place else None
        silent_min = self._rules.silent_min if flow is None else flow.silent_min
        expires_at: datetime = clock.now() + timedelta(minutes=silent_min)
        where = (place.flow, place.step) if place else ("", "")
        dialogues.put(tx, conversation_id, Kept(*where, state.dump(), SHAPE, kept.seen_seq, None), expires_at)

    def _facts(self, tx: Tx, conversation_id: int, key: str = "") -> StoreFacts:
        head = require_head(tx, conversation_id)
        texts = load_texts(tx, self._texts, head.inbox_id)
        given = (self._codes, self._means, key, None if self._cards is None else self._cards.open)
        return StoreFacts(tx, texts, head, self._author.name, self._country, clock.now(), *given)

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._publisher.publish(event)


def _own_words(message: Message) -> tuple[str, int]:
    """What the customer said himself, and how many files came with it; a note of ours in the place of what cannot be
    shown counts as a file: people look at it."""
    if message.kind == "unsupported":
        return "", 1
    return bare_words(message.text), sum(one.name != WHOLE_LETTER for one in message.attachments)


def _choice(message: Message, state: State) -> str | None:
    """The button that he pressed. Who shares his card right where the question for it stands has answered it."""
    place = state.place
    if message.kind == "contact" and place is not None and place.step == CARD:
        return card_shared(place.flow)
    return message.choice


def _is_spoken(message: Message) -> bool:
    """Whether all that came with it is to be listened to."""
    return bool(message.attachments) and all(one.mime.startswith("audio/") for one in message.attachments)


def _language(kept: Kept, known: Language | None) -> Language:
    """In which the customer was last spoken to, else the one that is known of him."""
    return next((one for one in LANGUAGES if one == kept.data.get("language")), known or "en")
