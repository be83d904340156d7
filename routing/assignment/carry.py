"""Writes what was drafted, inside the writer's transaction, in a number of statements that does not depend on how many
wait. What the draft was made from is asked again for those it concerns: from the first decision on for which it is no
longer so, nothing is written. The state in the store is the queue, so that a crash loses nothing and a repeat does
nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.messages import Activity
from crm_store import Tx, assigning, conversations
from crm_store.appending import activity_line, append_messages
from crm_store.assigning import Change, DecisionMade
from routing.appended import SYSTEM, message_added
from routing.assignment.board import Decision
from routing.assignment.draft import Draft, Rules, answerer_from
from routing.assignment.reasons import CODES, fields_of

_GIVEN = frozenset({"policy", "backlog", "known", "shared", "handover"})


@dataclass(slots=True)
class Step:
    """What came of a draft: the decisions that were still right, and what tells of them."""

    decisions: Sequence[Decision] = ()
    events: list[Event] = field(default_factory=list)


def carry_out(tx: Tx, rules: Rules, draft: Draft, at: datetime) -> Step:
    """Writes a draft at a moment. To be called in the writer's transaction."""
    return _Carrying(tx, rules, draft, at).carry_out()


class _Carrying:
    def __init__(self, tx: Tx, rules: Rules, draft: Draft, at: datetime) -> None:
        self._tx = tx
        self._rules = rules
        self._draft = draft
        self._rows = draft.rows
        self._names = draft.names
        self._at = at

    def carry_out(self) -> Step:
        """Writes it."""
        draft = self._draft
        by_end: dict[datetime | None, list[int]] = {}
        for agent_id, ends_at in draft.shifts:
            by_end.setdefault(ends_at, []).append(agent_id)
        for ends_at, agent_ids in by_end.items():
            assigning.set_shift_end(self._tx, agent_ids, ends_at)
        decisions = self._still_right()
        step = Step(decisions)
        if decisions:
            self._write(decisions)
            self._tell(decisions, step.events)
        return step

    def _still_right(self) -> list[Decision]:
        """The decisions up to the first whose conversation is not as it was, or whose agent is not there, or has more
        than was thought."""
        decisions = self._draft.decisions
        now = {row.id: row for row in assigning.list_these(self._tx, [one.conversation_id for one in decisions])}
        able = self._able({one.agent_id for one in decisions if one.kind in _GIVEN and one.agent_id is not None})
        return list(
            takewhile(
                lambda one: (
                    now.get(one.conversation_id) == self._rows[one.conversation_id]
                    and (one.kind not in _GIVEN or one.agent_id in able)
                ),
                decisions,
            )
        )

    def _able(self, agent_ids: set[int]) -> set[int]:
        """Which agents may be given what was drafted for them."""
        if not agent_ids:
            return set()
        members = assigning.list_members(self._tx, agent_ids)
        loads = assigning.list_loads(self._tx, agent_ids, self._draft.at - timedelta(seconds=self._rules.quiet_s))
        people = assigning.list_people(self._tx, agent_ids)
        now = (answerer_from(row, members.get(row.id, ()), loads.get(row.id, {}), True, self._at) for row in people)
        return {one.id for one in now if self._draft.expected[one.id].still_holds(one)}

    def _write(self, decisions: Sequence[Decision]) -> None:
        changed = [one for one in decisions if not self._is_only_told(one)]
        assigning.put_changes(self._tx, [self._change(one) for one in changed])
        told = [one.conversation_id for one in decisions if self._is_only_told(one)]
        assigning.note_nobody(self._tx, told, self._at)
        assigning.put_decisions(self._tx, [_to_keep(one) for one in decisions], self._at)
        given = {one.agent_id for one in decisions if one.kind in _GIVEN and one.agent_id is not None}
        assigning.note_given(self._tx, given, self._draft.at)

    def _tell(self, decisions: Sequence[Decision], events: list[Event]) -> None:
        found = conversations.find_heads(self._tx, [one.conversation_id for one in decisions])
        heads = {head.id: head for head in found}
        changed = [one for one in decisions if not self._is_only_told(one)]
        for one in changed:
            row, head = self._rows[one.conversation_id], heads[one.conversation_id]
            audience, before = Audience.of(head), Audience(row.id, row.team_id, row.assignee_id)
            events.append(ConversationChanged(audience, head, before if before != audience else None))
        events += self._lines([one for one in changed if _is_told(one)])
        nobody = [heads[one.conversation_id] for one in decisions if one.kind == "nobody"]
        if nobody and self._rules.unserved is not None:
            events += self._rules.unserved(self._tx, nobody, self._at)

    def _is_only_told(self, one: Decision) -> bool:
        """Whether nothing changes but that it is known that nobody is there: no line, no news."""
        return one.kind == "nobody" and one.agent_id == self._rows[one.conversation_id].assignee_id

    def _change(self, one: Decision) -> Change:
        row = self._rows[one.conversation_id]
        given = one.kind in _GIVEN
        kept = one.agent_id is not None and not given
        nobody_at = self._at if one.kind == "nobody" else None if given else row.nobody_at
        assigned_at = self._at if given else row.assigned_at if kept else None
        activity = self._activity(one)
        return Change(
            one.conversation_id,
            one.agent_id,
            "team" if one.agent_id is None else "agent",
            one.team_id or None,
            _ms(assigned_at),
            one.kind if given else row.offer if kept else None,
            _ms(one.due_at),
            list(one.passed),
            one.min_level,
            one.known_agent_id,
            _ms(nobody_at),
            None if not given else {"code": activity.code, "fields": dict(activity.fields)},
        )

    def _activity(self, one: Decision) -> Activity:
        return Activity(CODES[one.kind], fields_of(one.kind, one.reason, self._names.get(one.team_id, "")))

    def _lines(self, decisions: Sequence[Decision]) -> list[MessageAdded]:
        told = [self._activity(one) for one in decisions]
        pairs = zip(decisions, told, strict=True)
        at_ms = clock.to_ms(self._at)
        lines = [activity_line(one.conversation_id, activity, at_ms) for one, activity in pairs]
        added: list[MessageAdded] = []
        for line, activity, outcome in zip(lines, told, append_messages(self._tx, lines), strict=True):
            if isinstance(outcome, BarevError):
                raise outcome
            added.append(message_added(line, SYSTEM, outcome, activity))
        return added


def _is_told(one: Decision) -> bool:
    """Whether a line of the dialog tells of it: where it changed hands. That the queue gave it to somebody is told by
    its head, so that a conversation that was answered as it should be holds nothing but what was said."""
    return one.kind in {"handover", "released", "team", "nobody"} or one.reason.get("cause") in {"unanswered", "absent"}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else clock.to_ms(moment)


def _to_keep(one: Decision) -> DecisionMade:
    return DecisionMade(one.conversation_id, one.kind, one.agent_id, one.team_id or None, one.policy, one.reason)
