"""What is to be decided next: the board and the queue are read and a plan is made of them, all on a reading connection.
Nothing is written, and nothing that writes has to wait meanwhile; ``carry.py`` writes what is still so by then."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from business.hours.working import Working, load_working
from conversation import clock
from conversation.events import Event
from conversation.messages import Conversation
from crm_store import Tx, assigning
from crm_store.assigning import Needless
from crm_store.rows import AnyRow
from routing.assignment.board import NO_TEAM, Answerer, Board, Cause, Decision, Team, Waiting
from routing.assignment.planner import Expected, Planner
from routing.assignment.policies import Policy

Unserved = Callable[[Tx, Sequence[Conversation], datetime], Sequence[Event]]
"""Told, inside the writer's transaction, of conversations for which nobody is there; what it writes is told after the
commit."""
Place = tuple[datetime, int]
"""A place in the queue: since when a customer waits, and his conversation."""
PAGE = 100
"""Conversations looked at in one statement."""
MOST = 20
"""Decisions of one draft, about."""
OLD_S = 0.5
"""A board is read anew after so long."""
_RECONNECT_S = 15.0
"""A window that is gone for less may be a reload or a restart of the server."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What does not change from draft to draft. ``quiet_s``: after so long without a word, a dialog that was answered
    keeps nobody busy. ``budget_s``: seconds of the processor after which a draft ends, however many wait still."""

    policies: Mapping[str, Policy]
    unserved: Unserved | None = None
    quiet_s: float = 3600.0
    budget_s: float = 0.01


@dataclass(slots=True)
class Draft:
    """Decisions in their order, and what they were made from: ``rows`` of their conversations, ``expected`` of the
    agents who are given something. ``shifts``: agents whose shift ends at another time than is noted, and when.

    ``more``: there may be further conversations to decide about; ``after``: from where on. ``anew``: it is to be begun
    from a new board and the queue's head, as by these decisions somebody has room who had none."""

    at: datetime
    decisions: list[Decision] = field(default_factory=list)
    rows: dict[int, AnyRow] = field(default_factory=dict)
    expected: Mapping[int, Expected] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    shifts: list[tuple[int, datetime | None]] = field(default_factory=list)
    more: bool = False
    after: Place | None = None
    anew: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be written."""
        return not (self.decisions or self.shifts)


class _Read(NamedTuple):
    """A board and what it was made from: the agents' rows by id, the teams' names, the hours."""

    board: Board
    people: Mapping[int, AnyRow]
    names: Mapping[int, str]
    working: Working


def _read(tx: Tx, rules: Rules, at: datetime) -> _Read:
    working = load_working(tx, at)
    people = {row.id: row for row in assigning.list_people(tx)}
    members = assigning.list_members(tx)
    loads = assigning.list_loads(tx, people, at - timedelta(seconds=rules.quiet_s))
    teams = {NO_TEAM: Team(NO_TEAM)}
    rows = assigning.list_rules(tx)
    archived = {row.id for row in rows if row.archived_at is not None}
    teams |= {row.id: _team_from(row, working.team_open(row.id), archived) for row in rows}
    answerers = tuple(
        answerer_from(row, members.get(row.id, ()), loads.get(row.id, {}), working.agent_on_shift(row.id), at)
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


def answerer_from(
    row: AnyRow, teams: Sequence[int], loads: Mapping[int, AnyRow], on_shift: bool, at: datetime
) -> Answerer:
    """An agent from his row of ``list_people`` and those of ``list_loads`` by team."""
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


class Drafting:
    """Draft after draft from one board. What was drafted counts as carried out; once something of it was not, or the
    board is older than ``OLD_S``, another is to be begun."""

    def __init__(self, tx: Tx, rules: Rules, at: datetime, after: Place | None = None) -> None:
        """``after``: the queue was looked at up to there, and before it what those have whose shift is over."""
        self.at = at
        self._rules = rules
        self._after = after
        self._board, self._people, self._names, self._working = _read(tx, rules, at)
        self._answerers = {one.id: one for one in self._board.answerers}
        self._planner = Planner(self._board, rules.policies)
        self._shifts_are_over = after is not None
        self._shifts_are_noted = False
        self._page: list[AnyRow] = []  # what is left of the last one
        self._is_last = False
        self._rows: dict[int, AnyRow] = {}
        self._seen: set[int] = set()

    def draft(self, tx: Tx) -> Draft:
        """What is to be decided next. Asks for a further page of the queue, or none."""
        self._rows = {}
        self._planner.begin()
        draft = Draft(self.at, names=self._names, after=self._after, more=True)
        if not self._shifts_are_over:
            draft.decisions += self._planner.decide_all(self._of_ended_shifts(tx))
            self._shifts_are_over = not draft.decisions
        if self._shifts_are_over:
            if not self._shifts_are_noted:  # only once nobody has anything left whose shift is over
                draft.shifts, self._shifts_are_noted = self._shifts_changed(), True
            self._go_through(tx, draft)
        draft.rows, draft.expected = self._rows, self._planner.expected()
        draft.anew = draft.anew or self._planner.room_came()
        self._after = draft.after
        return draft

    def hand_over(self, tx: Tx, agent_id: int) -> Draft:
        """What becomes of all that somebody has who ends his work now."""
        draft = Draft(self.at, names=self._names)
        held = assigning.list_held(tx, [agent_id], None)
        draft.decisions = self._planner.decide_all(self._held(row, "shift_over") for row in held)
        draft.rows, draft.expected = self._rows, self._planner.expected()
        return draft

    def _go_through(self, tx: Tx, draft: Draft) -> None:
        """Takes the queue from where it was left."""
        began = time.thread_time()
        while True:
            page = self._page or self._next_page(tx, draft.after)
            for place, row in enumerate(page):
                waiting = None if row.id in self._seen else self._waiting(row)
                decision = None if waiting is None else self._planner.decide(waiting)
                draft.decisions += [] if decision is None else [decision]
                draft.after = (row.waiting_since, row.id)
                if len(draft.decisions) >= MOST or time.thread_time() - began > self._rules.budget_s:
                    self._page = page[place + 1 :]
                    return
            self._page = []
            if self._is_last:
                break
        overloaded = self._planner.overloaded()
        if overloaded:
            unread = assigning.list_unread(tx, overloaded, MOST)
            shared = self._planner.share(self._held(row) for row in unread if row.id not in self._seen)
            draft.decisions += shared
            draft.anew = len(unread) == MOST and bool(shared)
        draft.more = False

    def _next_page(self, tx: Tx, after: Place | None) -> list[AnyRow]:
        planner = self._planner
        assignable = [one for one in self._board.answerers if one.assignable]
        known = [one.id for one in assignable if sum(one.loads.values()) < one.capacity]
        needless = Needless(planner.full_teams(), planner.deserted_teams(), planner.manual_teams(), known)
        absent = [one.id for one in self._board.answerers if not (one.present and one.online)]
        page = assigning.list_waiting(tx, self.at, absent, needless, after, PAGE)
        self._is_last = len(page) < PAGE
        return page

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
        if row.answer_due_at is not None and row.answer_due_at <= self.at:
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
            return (self.at - since).total_seconds() >= min(_RECONNECT_S, team.give_back_s)
        begun = max(since, held) if not holder.present else max(since, held, row.waiting_since)
        return (self.at - begun).total_seconds() >= team.give_back_s

    def _of_ended_shifts(self, tx: Tx) -> list[Waiting]:
        """What those have whose shift has ended, as many as are looked at in one statement."""
        noted = [row.id for row in self._people.values() if row.shift_ends_at is not None]
        ended = [agent_id for agent_id in noted if not self._answerers[agent_id].on_shift]
        return [self._held(row, "shift_over") for row in assigning.list_held(tx, ended, MOST)] if ended else []

    def _shifts_changed(self) -> list[tuple[int, datetime | None]]:
        """Agents whose shift ends at another time than is noted."""
        ends = {row.id: self._working.shift_ends_at(row.id) for row in self._people.values()}
        now = {one: ends[one] if self._answerers[one].on_shift else None for one in ends}
        return [(one, now[one]) for one in now if now[one] != self._people[one].shift_ends_at]
