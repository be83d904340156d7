"""One step of giving conversations to agents, inside the writer's transaction: the board is read, the plan is made and
written in a number of statements that does not depend on how many wait. The state in the store is the queue, so that a
crash loses nothing and a repeat does nothing twice."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.messages import Activity, Conversation
from crm_store import Tx, assigning, conversations
from crm_store.appending import append_messages
from crm_store.assigning import Change, DecisionMade, Needless
from crm_store.rows import AnyRow
from routing.appended import SYSTEM, activity_line, message_added
from routing.assignment.board import NO_TEAM, Answerer, Board, Cause, Decision, Team, Waiting
from routing.assignment.planner import Planner
from routing.assignment.policies import Policy
from routing.assignment.reasons import CODES, fields_of
from routing.assignment.working import LoadWorking, Working

Unserved = Callable[[Tx, Sequence[Conversation], datetime], Sequence[Event]]
"""Told, inside the transaction, of conversations for which nobody is there; what it writes is told after the commit."""
PAGE = 100
"""Conversations looked at in one statement."""
MOST = 30
"""Decisions of one step, about."""
_RECONNECT_S = 15.0
"""A window that is gone for less may be a reload or a restart of the server."""
_GIVEN = frozenset({"policy", "backlog", "known", "shared", "handover"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change from step to step. ``quiet_s``: after so long without a word, a dialog that was answered
    keeps nobody busy. ``budget_s``: seconds of the processor after which a step is
    carried out, however many wait still."""

    policies: Mapping[str, Policy]
    load_working: LoadWorking
    unserved: Unserved | None = None
    quiet_s: float = 3600.0
    budget_s: float = 0.01


@dataclass(slots=True)
class Step:
    """What came of it. ``more``: there may be further conversations to decide about; ``after``: from where on."""

    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    more: bool = False
    after: tuple[datetime, int] | None = None


class _Read(NamedTuple):
    """A board and what it was made from: the agents' rows by id, the teams' names, the hours."""

    board: Board
    people: Mapping[int, AnyRow]
    names: Mapping[int, str]
    working: Working


def _read(tx: Tx, rules: Rules, at: datetime) -> _Read:
    working = rules.load_working(tx, at)
    people = {row.id: row for row in assigning.list_people(tx)}
    members = assigning.list_members(tx)
    loads: dict[int, dict[int, AnyRow]] = {}
    for row in assigning.list_loads(tx, people, at - timedelta(seconds=rules.quiet_s)):
        loads.setdefault(row.agent_id, {})[row.team_id] = row
    teams = {NO_TEAM: Team(NO_TEAM)}
    rows = assigning.list_rules(tx)
    archived = {row.id for row in rows if row.archived_at is not None}
    teams |= {row.id: _team_from(row, working.team_open(row.id), archived) for row in rows}
    answerers = tuple(
        _answerer_from(row, members.get(row.id, ()), loads.get(row.id, {}), working.agent_on_shift(row.id), at)
        for row in people.values()
    )
    return _Read(Board(at, teams, answerers), people, {row.id: row.name for row in rows}, working)


def _team_from(row: AnyRow, is_open: bool, archived: Collection[int]) -> Team:
    return Team(
        row.id,
        row.policy,
        row.capacity,
        row.gap_s,
        row.answer_s,
        row.escalate_s,
        None if row.escalate_team_id in archived else row.escalate_team_id,
        None if row.fallback_team_id in archived else row.fallback_team_id,
        row.give_back_s,
        is_open,
    )


def _answerer_from(
    row: AnyRow, teams: Sequence[int], loads: Mapping[int, AnyRow], on_shift: bool, at: datetime
) -> Answerer:
    present = row.seen_until is not None and row.seen_until > at
    return Answerer(
        row.id,
        row.name,
        frozenset(teams),
        row.capacity,
        max(row.weight, 1),
        row.level,
        frozenset(row.languages),
        frozenset(row.skills),
        present,
        row.status == "online",
        on_shift,
        row.last_seen_at if present else row.seen_until,
        row.last_assigned_at,
        {team: one.busy for team, one in loads.items()},
        {team: one.unread for team, one in loads.items() if one.unread},
    )


class _Drain:
    """One step's work."""

    def __init__(self, tx: Tx, rules: Rules, at: datetime) -> None:
        self._tx = tx
        self._rules = rules
        self._at = at
        self._board, self._people, self._names, self._working = _read(tx, rules, at)
        self._answerers = {one.id: one for one in self._board.answerers}
        self._planner = Planner(self._board, rules.policies)
        self._rows: dict[int, AnyRow] = {}
        self._seen: set[int] = set()

    def plan(self, after: tuple[datetime, int] | None) -> Step:
        """The decisions of this step; nothing is written. Where room came with them, it is all looked at again."""
        step = self._plan(after)
        if self._planner.room_came():
            step.more, step.after = True, None
        return step

    def _plan(self, after: tuple[datetime, int] | None) -> Step:
        step = Step(after=after)
        if after is None:
            held = self._of_ended_shifts()
            step.decisions += self._planner.decide_all(held)
            step.more = len(held) == PAGE
            if step.more:
                return step
        while True:
            rows = self._page(step.after)
            began = time.thread_time()
            for row in rows:
                waiting = None if row.id in self._seen else self._waiting(row)
                decision = None if waiting is None else self._planner.decide(waiting)
                step.decisions += [] if decision is None else [decision]
                step.after = (row.waiting_since, row.id)
                if len(step.decisions) >= MOST or time.thread_time() - began > self._rules.budget_s:
                    step.more = True
                    return step
            step.more = len(rows) == PAGE
            if not step.more:
                break
        overloaded = self._planner.overloaded()
        if overloaded:
            unread = assigning.list_unread(self._tx, overloaded, PAGE)
            step.decisions += self._planner.share(self._held(row) for row in unread if row.id not in self._seen)
        return step

    def _page(self, after: tuple[datetime, int] | None) -> list[AnyRow]:
        planner = self._planner
        assignable = [one for one in self._board.answerers if one.assignable]
        known = [one.id for one in assignable if sum(one.loads.values()) < one.capacity]
        needless = Needless(planner.full_teams(), planner.deserted_teams(), planner.manual_teams(), known)
        absent = [one.id for one in self._board.answerers if not (one.present and one.online)]
        return assigning.list_waiting(self._tx, self._at, absent, needless, after, PAGE)

    # --- what is to be decided about ----------------------------------------------------------------------------------

    def _waiting(self, row: AnyRow) -> Waiting | None:
        """A row of the store as the planner sees it; None: nothing is to be decided yet."""
        if row.assignee_id is None:
            return self._held(row)
        cause = self._cause(row)
        return None if cause is None else self._held(row, cause)

    def _held(self, row: AnyRow, cause: Cause | None = None) -> Waiting:
        self._rows[row.id] = row
        if cause is not None:
            self._seen.add(row.id)
        return Waiting(
            row.id,
            row.team_id or NO_TEAM,
            row.waiting_since,
            row.language or None,
            row.skill,
            row.min_level,
            frozenset(row.passed),
            row.known_agent_id,
            row.assignee_id,
            cause,
            row.nobody_at is not None,
        )

    def _cause(self, row: AnyRow) -> Cause | None:
        """Why one who has a conversation is not to keep it."""
        if row.offer == assigning.AGAIN:
            return "reopened"
        holder = self._answerers.get(row.assignee_id)
        team = self._board.teams.get(row.team_id or NO_TEAM)
        if holder is None or team is None:
            return None
        if not (holder.present and holder.online) and self._is_given_up(row, holder, team):
            return "absent"
        if row.answer_due_at is not None and row.answer_due_at <= self._at:
            return "unanswered"
        return None

    def _is_given_up(self, row: AnyRow, holder: Answerer, team: Team) -> bool:
        """Whether somebody who is not there has been away for too long. Who had gone before the customer wrote is not
        waited for at all; who only steps away has the named time from the customer's word on."""
        if team.give_back_s is None:
            return False
        since = holder.since or clock.EPOCH
        held = row.assigned_at or clock.EPOCH
        if not holder.present and max(since, held) < row.waiting_since:
            return (self._at - since).total_seconds() >= min(_RECONNECT_S, team.give_back_s)
        begun = max(since, held) if not holder.present else max(since, held, row.waiting_since)
        return (self._at - begun).total_seconds() >= team.give_back_s

    def _of_ended_shifts(self) -> list[Waiting]:
        """All that those have whose shift has ended."""
        ended = [
            row.id
            for row in self._people.values()
            if row.shift_ends_at is not None and row.shift_ends_at <= self._at and not self._answerers[row.id].on_shift
        ]
        if not ended:
            return []
        rows = assigning.list_held(self._tx, ended, PAGE)
        return [self._held(row, "shift_over") for row in rows]

    # --- writing ------------------------------------------------------------------------------------------------------

    def carry_out(self, step: Step) -> None:
        """Writes the decisions; ``step.events`` tell of them."""
        decisions = step.decisions
        self._keep_shifts(step)
        if not decisions:
            return
        changed = [one for one in decisions if not self._is_only_told(one)]
        assigning.put_changes(self._tx, [self._change(one) for one in changed])
        assigning.note_nobody(self._tx, [one.conversation_id for one in decisions if self._is_only_told(one)], self._at)
        assigning.put_decisions(self._tx, [_to_keep(one) for one in decisions], self._at)
        given = {one.agent_id for one in decisions if one.kind in _GIVEN and one.agent_id is not None}
        assigning.note_given(self._tx, given, self._at)
        heads = {
            head.id: head for head in conversations.find_heads(self._tx, [one.conversation_id for one in decisions])
        }
        for one in changed:
            row, audience = self._rows[one.conversation_id], Audience.of(heads[one.conversation_id])
            before = Audience(row.id, row.team_id, row.assignee_id)
            changed_head = ConversationChanged(
                audience, heads[one.conversation_id], before if before != audience else None
            )
            step.events.append(changed_head)
        step.events += self._lines([one for one in changed if _is_told(one)])
        nobody = [heads[one.conversation_id] for one in decisions if one.kind == "nobody"]
        if nobody and self._rules.unserved is not None:
            step.events += self._rules.unserved(self._tx, nobody, self._at)

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

    def shifts_changed(self) -> list[tuple[int, datetime | None]]:
        """Agents whose shift ends at another time than is noted."""
        ends = {row.id: self._working.shift_ends_at(row.id) for row in self._people.values()}
        now = {one: ends[one] if self._answerers[one].on_shift else None for one in ends}
        return [(one, now[one]) for one in now if now[one] != self._people[one].shift_ends_at]

    def _keep_shifts(self, step: Step) -> None:
        """Notes until when those who work do, so that the end of a shift is known once it has come."""
        if not (step.more and step.after is None):  # all that those had whose shift is over is handed over
            for agent_id, ends_at in self.shifts_changed():
                assigning.set_shift_end(self._tx, agent_id, ends_at)


def _is_told(one: Decision) -> bool:
    """Whether a line of the dialog tells of it: where it changed hands. That the queue gave it to somebody is told by
    its head, so that a conversation that was answered as it should be holds nothing but what was said."""
    return one.kind in {"handover", "released", "team", "nobody"} or one.reason.get("cause") in {"unanswered", "absent"}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else clock.to_ms(moment)


def _to_keep(one: Decision) -> DecisionMade:
    return DecisionMade(one.conversation_id, one.kind, one.agent_id, one.team_id or None, one.policy, one.reason)


def is_due(tx: Tx, rules: Rules, at: datetime) -> bool:
    """Whether a step would do anything; for a reading transaction, so that the writer is not kept for nothing."""
    work = _Drain(tx, rules, at)
    step = work.plan(None)
    return bool(step.decisions or step.more or work.shifts_changed())


def drain(tx: Tx, rules: Rules, at: datetime, after: tuple[datetime, int] | None = None) -> Step:
    """Decides and writes. To be called in the writer's transaction,
    again from ``after`` on while there is ``more``."""
    work = _Drain(tx, rules, at)
    step = work.plan(after)
    work.carry_out(step)
    return step
