"""A talk with the bot that nobody has: the same turns on texts that are not kept yet. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import ContactCard, Conversation, Language, Person
from conversation.ports import Texts
from crm_store import Tx, bot_texts, inboxes
from crm_store.engine import Store
from routing.flows.booking.flows import flows_for
from routing.flows.booking.store import Means
from routing.flows.catalogue import FLOWS
from routing.flows.facts import StoreFacts
from routing.flows.hearing import Hearing
from routing.flows.model import Decision, Heard, State
from routing.flows.own import own_flows
from routing.flows.ports import Frame, Understood
from routing.flows.steps import Flow, Rules
from routing.flows.turn import Turn
from routing.flows.wording import OwnTexts

SAYINGS_MOST = 30


class Said(NamedTuple):
    """What is said to the bot; ``choice``: the value of the button that is pressed."""

    text: str
    choice: str | None = None


class Told(NamedTuple):
    """What the bot took it for and what it decides; ``decision.state`` is where the talk stands then."""

    understood: Understood
    decision: Decision
    flow: str
    step: str


class Preview:
    """Plays talks in an inbox as it is set now."""

    def __init__(
        self,
        store: Store,
        texts: Texts,
        hearing: Hearing,
        rules: Rules,
        business: str,
        country: str,
        flows: Mapping[str, Flow] = FLOWS,
        means: Means | None = None,
    ) -> None:
        self._store = store
        self._texts = texts
        self._hearing = hearing
        self._rules = rules
        self._business = business
        self._country = country
        self._flows = flows
        self._means = means

    async def play(
        self, inbox_id: int, language: Language, draft: Mapping[str, str], said: Sequence[Said]
    ) -> list[Told]:
        """The bot's answer to each, from a fresh start. ``draft``: texts of ``language`` over what is worded. Raises
        Rejected not_found for an unknown inbox."""
        state, told = State(language), []
        for one in said:
            frame = await self._store.read(lambda tx, now=state: self._frame(tx, inbox_id, now.language))  # type: ignore[misc]  # binds the loop's
            heard = await self._hearing.hear(one.text, one.choice, 0, frame, idle=state.place is None)

            def take(tx: Tx, state: State = state, heard: Heard = heard) -> Decision:
                facts = self._facts(tx, inbox_id, language, draft)
                flows = {**flows_for(facts, self._flows), **own_flows(tx)}
                return Turn(flows, self._rules, facts.texts, facts, state, heard).take()

            decision = await self._store.read(take)
            state = decision.state
            place = state.place
            told.append(Told(heard.understood, decision, place.flow if place else "", place.step if place else ""))
        return told

    def _frame(self, tx: Tx, inbox_id: int, language: Language) -> Frame:
        facts = self._facts(tx, inbox_id, language, {})
        return Frame.of(clock.now(), facts.schedule, facts.country, language)

    def _facts(self, tx: Tx, inbox_id: int, language: Language, draft: Mapping[str, str]) -> StoreFacts:
        inbox = inboxes.find_inbox(tx, inbox_id)
        if inbox is None:
            raise Rejected("not_found", "error.inbox_not_found")
        own = {**bot_texts.read_in_force(tx, inbox_id), **{(language, key): text for key, text in draft.items()}}
        now = clock.now()
        head = Conversation(
            id=0,
            status="open",
            channel=inbox.channel,
            contact=ContactCard(0, ""),
            inbox_id=inbox_id,
            change=0,
            event=0,
            last_seq=0,
            created_at=now,
            handler="bot",
            team=None if inbox.team_id is None else Person(inbox.team_id, inbox.team_name or ""),
            branch=None if inbox.branch_id is None else Person(inbox.branch_id, inbox.branch_name or ""),
        )
        texts = OwnTexts(self._texts, own)
        return StoreFacts(tx, texts, head, self._business, self._country, now, means=self._means)
