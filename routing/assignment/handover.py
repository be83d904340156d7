"""Somebody ends his work: all that he has goes to others, each dialog with the note that he wrote once."""

from collections.abc import Sequence
from dataclasses import dataclass

from business.once import Kept, plainly
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import BarevError
from conversation.events import Event, PresenceChosen
from conversation.messages import Agent, Author
from crm_store import Tx, agents
from crm_store.appending import AT_ONCE, NewMessage, append_messages
from crm_store.engine import Store
from routing.appended import message_added
from routing.assignment.board import Decision
from routing.assignment.carry import carry_out
from routing.assignment.draft import Drafting, Rules
from routing.publisher import Publisher


@dataclass(frozen=True, slots=True)
class HandedOver:
    """``given``: conversations that went to colleagues; ``queued``: that wait for somebody to have room. ``at_ms``:
    since when he is away."""

    given: int
    queued: int
    at_ms: int
    events: Sequence[Event] = ()


class Handovers:
    """Hands over what agents have."""

    def __init__(self, store: Store, publisher: Publisher, rules: Rules) -> None:
        self._store = store
        self._publisher = publisher
        self._rules = rules

    async def hand_over(self, agent: Agent, note: str, kept: Kept[HandedOver] = plainly) -> HandedOver:
        """Gives all that the agent has and did not put aside to others, by the teams' policies, what nobody has room
        for to the queue; he is away afterwards. ``note`` (empty: none) becomes a private note of each dialog. All of it
        is one transaction. Raises Unavailable."""

        def tell(done: HandedOver) -> None:
            self._publisher.publish(PresenceChosen(agent.id, "away", done.at_ms))
            for event in done.events:
                self._publisher.publish(event)

        return await self._store.writer.run(lambda tx: kept(tx, lambda tx: self._write(tx, agent, note)), tell)

    def _write(self, tx: Tx, agent: Agent, note: str) -> HandedOver:
        at = clock.now()
        agents.set_status(tx, agent.id, "away", at)
        step = carry_out(tx, self._rules, Drafting(tx, self._rules, at).hand_over(tx, agent.id), at)
        events = [*step.events, *_notes(tx, agent, note, step.decisions)]
        given = sum(one.agent_id is not None for one in step.decisions)
        counts = {"given": given, "queued": len(step.decisions) - given}
        record_deed(tx, agent, "agent.handed_over", "agent", agent.id, after=counts)
        return HandedOver(**counts, at_ms=clock.to_ms(at), events=events)


def _notes(tx: Tx, agent: Agent, note: str, decisions: Sequence[Decision]) -> list[Event]:
    if not note:
        return []
    author, at_ms = Author("agent", agent.name, agent.id, agent.photo), clock.now_ms()
    lines = [
        NewMessage(
            one.conversation_id, "agent", agent.id, agent.name, None, None, "text", True, note, None, None, at_ms
        )
        for one in decisions
    ]
    added: list[Event] = []
    for first in range(0, len(lines), AT_ONCE):
        some = lines[first : first + AT_ONCE]
        for line, outcome in zip(some, append_messages(tx, some), strict=True):
            if isinstance(outcome, BarevError):
                raise outcome
            added.append(message_added(line, author, outcome))
    return added
