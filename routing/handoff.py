"""What an agent does with a conversation: take, give back, assign, escalate, resolve, reopen, snooze. One winner, one
activity line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from business.inboxes.settings import has_bot
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Audience, ConversationChanged, ConversationStarted, Event, MessageAdded
from conversation.messages import Activity, Agent, Conversation
from crm_store import Tx, agents, assigning, conversations, dialogues, inboxes, joining
from crm_store.conversations import HeadRow
from crm_store.engine import Store
from routing.intake import add_line, require_head
from routing.publisher import Publisher

Change = Callable[[Tx, HeadRow], "tuple[dict[str, object], Activity] | None"]
"""From the locked row: the columns to set and the line to write; None where nothing is to change."""
LeaveBot = Callable[[Tx, int], Sequence[Event]]
"""The bot's talk in a locked conversation is over, since people have it: what it kept for the customer is free, what
he had said so far is theirs to read. Returns what is to be told after the commit."""


@dataclass(frozen=True, slots=True)
class _Done:
    head: Conversation
    before: Audience
    line: MessageAdded | None
    address: str | None = None  # whose it is, where a resolved one was taken up again
    left: Sequence[Event] = ()  # by the bot


class Taken(NamedTuple):
    """A conversation that somebody took; ``load``: how many keep him busy now, ``capacity``: how many he is given by
    themselves."""

    conversation: Conversation
    load: int
    capacity: int


class Handoff:
    """Every method returns the conversation as it is after the commit, and raises Rejected with the reason
    otherwise."""

    def __init__(
        self, store: Store, publisher: Publisher, quiet_s: float = 3600.0, leave_bot: LeaveBot = lambda *_: ()
    ) -> None:
        """``quiet_s``: after so long without a word, a dialog that was answered keeps nobody busy."""
        self._store = store
        self._publisher = publisher
        self._quiet = timedelta(seconds=quiet_s)
        self._leave_bot = leave_bot

    async def take(self, agent: Agent, conversation_id: int) -> Taken:
        """Makes the agent responsible, in any unresolved state. What was given to somebody by itself, and he has
        neither answered nor taken, may be taken from him. Raises Rejected already_taken with the winner."""
        load = capacity = 0

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            nonlocal load, capacity
            _require_unresolved(row)
            load, capacity = assigning.count_load(tx, agent.id, clock.now() - self._quiet)
            if row.assignee_id == agent.id and row.offer is None:
                return None
            _require_free(tx, row)
            load += row.assignee_id != agent.id
            assigning.note_given(tx, [agent.id], clock.now())
            values = {"assignee_id": agent.id, "handler": "agent", "status": "open", "snoozed_until": None}
            return values, Activity("taken", {"by": agent.name})

        head = await self._change(agent, conversation_id, "taken", change)
        return Taken(head, load, capacity)

    async def give_back(self, agent: Agent, conversation_id: int) -> Conversation:
        """Lets the bot have it again, with a fresh start; what the customer still waits for is its to answer. Raises
        Rejected already_taken where it is a colleague's, conflict where its inbox has no bot."""

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            _require_unresolved(row)
            if row.handler == "bot":
                return None
            if row.assignee_id != agent.id:
                _require_free(tx, row)
            inbox = inboxes.find_inbox(tx, row.inbox_id)
            if inbox is None or not has_bot(inbox.settings):
                raise Rejected("conflict", "error.no_bot")
            asked, answered = dialogues.find_last_said(tx, row.id)
            waits = row.waiting_since is not None and asked > answered
            dialogues.begin_anew(tx, row.id, answered if waits else row.last_seq)
            values: dict[str, object] = {"assignee_id": None, "handler": "bot", "status": "open", "snoozed_until": None}
            if not waits:
                values["waiting_since"] = None
            return values, Activity("given_back", {"by": agent.name})

        return await self._change(agent, conversation_id, "given_back", change)

    async def assign(
        self, agent: Agent, conversation_id: int, *, to_agent: int | None = None, to_team: int | None = None
    ) -> Conversation:
        """Hands over to another agent, or to a team (then nobody of it is responsible yet)."""

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            _require_unresolved(row)
            if to_agent is not None:
                other = agents.find_agent(tx, to_agent)
                if other is None:
                    raise Rejected("not_found", "error.agent_not_found")
                if row.assignee_id == to_agent:
                    return None
                line = Activity("assigned", {"by": agent.name, "to": other.name})
                return {"assignee_id": to_agent, "handler": "agent", "status": "open", "snoozed_until": None}, line
            return _to_team(tx, row, to_team, agent, "team")

        return await self._change(agent, conversation_id, "assigned", change)

    async def escalate(self, agent: Agent, conversation_id: int, team_id: int | None) -> Conversation:
        """Gives it back to a team (where none is named, the one that its own team escalates to, or its own) for
        somebody more experienced."""

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            _require_unresolved(row)
            above = None if team_id is not None else assigning.find_escalation_team(tx, row.team_id)
            return _to_team(tx, row, team_id or above or row.team_id, agent, "escalated")

        return await self._change(agent, conversation_id, "escalated", change)

    async def resolve(self, agent: Agent, conversation_id: int) -> Conversation:
        """Ends it; resolving a resolved one changes nothing."""

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            if row.status == "resolved":
                return None
            return resolved(tx, row), Activity("resolved", {"by": agent.name})

        return await self._change(agent, conversation_id, "resolved", change)

    async def reopen(self, agent: Agent, conversation_id: int) -> Conversation:
        """Takes it up again, unless its customer has another one open by now."""

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            if row.status == "open":
                return None
            if row.status == "resolved" and joining.find_beside(tx, [row.id]):
                raise Rejected("conflict", "error.other_conversation_open")
            values = {"status": "open", "resolved_at": None, "snoozed_until": None}
            if row.handler == "bot":
                values["handler"] = "team" if row.assignee_id is None else "agent"
            return {**values, **_without_absent(tx, row)}, Activity("reopened", {"by": agent.name})

        return await self._change(agent, conversation_id, "reopened", change)

    async def snooze(self, agent: Agent, conversation_id: int, until: datetime) -> Conversation:
        """Puts it aside until a moment; a message of the customer wakes it earlier."""
        if until <= clock.now():
            raise Rejected("invalid", "error.snooze_past", field="until")

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            _require_unresolved(row)
            line = Activity("snoozed", {"by": agent.name, "until": clock.to_iso(until)})
            return {"status": "snoozed", "snoozed_until": until}, line

        return await self._change(agent, conversation_id, "snoozed", change)

    async def wake_due(self, limit: int = 100) -> int:
        """Reopens snoozed conversations whose time has come; returns how many. Whose agent is not there waits for
        another."""
        now_ms = clock.now_ms()
        due = await self._store.read(lambda tx: conversations.list_due(tx, now_ms, limit))

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            if row.status != "snoozed" or row.snoozed_until is None or clock.to_ms(row.snoozed_until) > now_ms:
                return None
            values = {"status": "open", "snoozed_until": None, **_without_absent(tx, row)}
            if values.get("handler") == "team" and row.waiting_since is None:
                values["waiting_since"] = clock.now()  # it asks for somebody, whoever it may be
            return values, Activity("woke")

        for conversation_id in due:
            await self._change(None, conversation_id, "woken", change)
        return len(due)

    async def hand_back(self, limit: int = 1000) -> int:
        """Gives unresolved conversations of agents who may not work any more back to their teams; returns how many.

        What is snoozed stays so. Safe to repeat: whatever a crash left undone is done by the next call.
        """
        stranded = await self._store.read(lambda tx: conversations.list_stranded(tx, limit))

        def change(tx: Tx, row: HeadRow) -> tuple[dict[str, object], Activity] | None:
            if row.assignee_id is None or row.status == "resolved" or agents.find_agent(tx, row.assignee_id):
                return None
            gone = agents.find_name(tx, row.assignee_id)
            return {"assignee_id": None, "handler": "team"}, Activity("released", {"name": gone})

        for conversation_id in stranded:
            await self._change(None, conversation_id, "released", change)
        return len(stranded)

    async def _change(self, agent: Agent | None, conversation_id: int, action: str, change: Change) -> Conversation:
        def write(tx: Tx) -> _Done:
            return _apply(tx, agent, conversation_id, action, change, self._leave_bot)

        return (await self._store.writer.run(write, self._tell)).head

    def _tell(self, done: _Done) -> None:
        if done.line is None:
            return
        audience = done.line.audience
        if done.address is not None:
            self._publisher.publish(ConversationStarted(audience, done.head, done.address))
        else:
            before = done.before if done.before != audience else None
            self._publisher.publish(ConversationChanged(audience, done.head, before))
        for event in (done.line, *done.left):
            self._publisher.publish(event)


def resolved(tx: Tx, row: HeadRow) -> dict[str, object]:
    """The columns of a locked conversation that ends: where the inbox has a bot, what is said next is the bot's."""
    values: dict[str, object] = {"status": "resolved", "resolved_at": clock.now()}
    values |= {"waiting_since": None, "snoozed_until": None}
    inbox = inboxes.find_inbox(tx, row.inbox_id)
    if inbox is not None and has_bot(inbox.settings):
        values["handler"] = "bot"
        dialogues.begin_anew(tx, row.id, row.last_seq)
    return values


def _apply(
    tx: Tx, agent: Agent | None, conversation_id: int, action: str, change: Change, leave_bot: LeaveBot
) -> _Done:
    row = conversations.lock(tx, conversation_id)
    if row is None or (agent is not None and not may_see(agent, row)):
        raise Rejected("not_found", "error.conversation_not_found")
    before = Audience(conversation_id, row.team_id, row.assignee_id)
    changed = change(tx, row)
    if changed is None:
        return _Done(require_head(tx, conversation_id), before, None)
    values, line = changed
    conversations.touch(tx, conversation_id, **_settled(tx, agent, row, values, line.code), **values)
    head = require_head(tx, conversation_id)  # before the line is added: each event tells of one change
    added = add_line(tx, conversation_id, line)
    was = {key: getattr(row, key) for key in values}
    record_deed(tx, agent, f"conversation.{action}", "conversation", conversation_id, before=was, after=values)
    leaves = row.handler == "bot" and (values.get("handler", "bot") != "bot" or values.get("status") == "resolved")
    left = leave_bot(tx, conversation_id) if leaves else ()
    again = row.status == "resolved" and head.status != "resolved"
    return _Done(head, before, added, _find_value(tx, row) if again else None, left)


def _find_value(tx: Tx, row: HeadRow) -> str | None:
    """What the website knows the customer's browser by; where he never was there, what another channel knows him by."""
    return conversations.find_address_value(tx, joining.find_address(tx, row.id, "web") or row.address_id)


def _settled(tx: Tx, agent: Agent | None, row: HeadRow, values: dict[str, object], code: str) -> dict[str, object]:
    """What becomes of the assignment where somebody decided by himself: the clock stops. Who gives a conversation away
    is not given it again, and who asked for help is followed by somebody more experienced."""
    if values.get("status") == "resolved":
        return assigning.SETTLED
    if "assignee_id" not in values:
        return {}
    if values["assignee_id"] is not None:
        return {**assigning.SETTLED, "assigned_at": clock.now(), "known_agent_id": values["assignee_id"]}
    if agent is None or "team_id" not in values:
        return {**assigning.SETTLED, "known_agent_id": row.assignee_id}
    level = assigning.find_level(tx, agent.id) + 1 if code == "escalated" else None
    return {**assigning.SETTLED, "known_agent_id": None, "passed": [agent.id], "min_level": level}


def _without_absent(tx: Tx, row: HeadRow) -> dict[str, object]:
    """A conversation that is taken up again is not his who is not there."""
    if row.assignee_id is None or assigning.is_online(tx, row.assignee_id, clock.now()):
        return {}
    return {"assignee_id": None, "handler": "team"}


def _to_team(
    tx: Tx, row: HeadRow, team_id: int | None, agent: Agent, code: str
) -> tuple[dict[str, object], Activity] | None:
    team = next((one for one in agents.list_teams(tx) if one.id == team_id), None)
    if team is None:
        raise Rejected("not_found", "error.team_not_found")
    if row.team_id == team.id and row.assignee_id is None and code == "team":
        return None
    values: dict[str, object] = {
        "team_id": team.id,
        "assignee_id": None,
        "handler": "team",
        "status": "open",
        "snoozed_until": None,
    }
    return values, Activity(code, {"by": agent.name, "to": team.name})


def may_see(agent: Agent, row: HeadRow) -> bool:
    """Whether a conversation is for this agent's eyes (the same rule as ``conversations.visible_to``)."""
    return agent.sees_all or row.assignee_id == agent.id or row.team_id is None or row.team_id in agent.teams


def _require_free(tx: Tx, row: HeadRow) -> None:
    """Not a colleague's who has answered or taken it."""
    if row.assignee_id is None or row.offer is not None:
        return
    winner = agents.find_agent(tx, row.assignee_id)
    if winner is not None:
        assignee = {"id": winner.id, "name": winner.name}
        raise Rejected("already_taken", "error.already_taken", extra={"assignee": assignee}, name=winner.name)


def _require_unresolved(row: HeadRow) -> None:
    if row.status == "resolved":
        raise Rejected("conflict", "error.conversation_resolved")
