"""Who answers: from the board and the conversations to decisions with their reasons. No store, no clock, no luck: the
same board gives the same plan. The rules are told in docs/subsystems/assignment.md."""

import heapq
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from conversation.messages import JsonObject
from routing.assignment.board import MANUAL, NO_TEAM, Answerer, Board, Decision, Kind, Team, Waiting
from routing.assignment.policies import BUILT_IN, Candidate, Policy, Rank, balanced
from routing.assignment.reasons import behind, reason_of

log = logging.getLogger(__name__)
_BUILT_IN = frozenset(BUILT_IN.values())
BACKLOG_S = 2.0
"""Who waited longer than this came before there was anybody for him: he may be shared among those who come later."""


@dataclass(slots=True)
class _Pool:
    """Who may answer one conversation: those who fit, and those left out last, with why."""

    fit: list[Candidate]
    out: list[Candidate]
    why: str


class Expected(NamedTuple):
    """What an agent had before a draft, by which he was given something in it."""

    teams: frozenset[int]
    capacity: int
    loads: Mapping[int, int]
    last_assigned_at: datetime | None

    def still_holds(self, now: Answerer) -> bool:
        """Whether he may be given it as he is now: he is there, nobody gave him anything meanwhile, he took nothing."""
        return (
            now.assignable
            and now.teams == self.teams
            and now.capacity == self.capacity
            and now.last_assigned_at == self.last_assigned_at
            and all(load <= self.loads.get(team, 0) for team, load in now.loads.items())
        )


class Planner:
    """Decides one conversation after another; what it gave is counted at once."""

    def __init__(self, board: Board, policies: Mapping[str, Policy]) -> None:
        self._board = board
        self._at = board.at
        self._policies = policies
        self._members: dict[int, list[Candidate]] = {team: [] for team in board.teams}
        self._known: dict[int, Candidate] = {}
        self._ranks: dict[Policy, dict[int, tuple[float, ...]]] = {}  # what is worked out holds until a load changes
        self._rooms: dict[int, dict[int, bool]] = {}
        self._pools: dict[tuple[object, ...], _Pool] = {}
        self._expected: dict[int, Expected] = {}
        self._backlogs: set[int] = set()  # teams of which somebody waited for one to come
        for one in board.answerers:
            candidate = Candidate(one, sum(one.loads.values()), dict(one.loads), one.last_assigned_at)
            self._known[one.id] = candidate
            if not one.assignable:
                continue
            for team in one.teams:
                if team in self._members:
                    self._members[team].append(candidate)
            if NO_TEAM in self._members:
                self._members[NO_TEAM].append(candidate)

    def begin(self) -> None:
        """A new draft: what was decided before counts as carried out."""
        self._expected = {}

    def expected(self) -> Mapping[int, Expected]:
        """What agents had at the beginning of the draft whose conversations it changes."""
        return self._expected

    # --- what need not be looked at -----------------------------------------------------------------------------------

    def full_teams(self) -> list[int]:
        """Teams that have somebody there, and nobody with room: what waits there goes on waiting."""
        return [
            team.id
            for team in self._board.teams.values()
            if self._serving(team) and not any(self._has_room(one, team) for one in self._serving(team))
        ]

    def manual_teams(self) -> list[int]:
        """Teams whose conversations are only ever taken by hand."""
        return [team.id for team in self._board.teams.values() if team.policy == MANUAL]

    def deserted_teams(self) -> list[int]:
        """Teams for which nobody is there, nor for those that would take over from them."""
        return [team.id for team in self._board.teams.values() if not any(map(self._serving, self._chain(team)))]

    def _chain(self, team: Team) -> Iterator[Team]:
        """A team and those that take over from it, one after another."""
        visited: set[int] = set()
        following: Team | None = team
        while following is not None and following.id not in visited:
            yield following
            visited.add(following.id)
            following = self._board.teams.get(following.fallback_team_id or -1)

    # --- deciding -----------------------------------------------------------------------------------------------------

    def decide_all(self, waiting: Iterable[Waiting]) -> list[Decision]:
        """In the order given, which is the longest wait first."""
        return [decision for one in waiting if (decision := self.decide(one)) is not None]

    def decide(self, waiting: Waiting) -> Decision | None:
        """What is to happen to one conversation; None: nothing now."""
        team = self._board.teams.get(waiting.team_id) or self._board.teams.get(NO_TEAM)
        if team is None:
            return None
        if team.policy == MANUAL:
            return self._put_back(waiting, team.id) if waiting.cause == "shift_over" else None
        waiting = self._after(waiting, team)
        known = self._belongs_to(waiting, team)
        if known is not None:
            return self._give(waiting, team, known, "known", _Pool([known], [], "another"))
        pool = self._pool(waiting, team)
        escalated = self._board.teams.get(team.escalate_team_id or -1)
        if waiting.min_level is not None and escalated is not None and not _experienced(pool.fit, waiting.min_level):
            above = self._pool(waiting, escalated)
            if above.fit:
                team, pool = escalated, above
        if not pool.fit:
            others = ((other, self._pool(waiting, other)) for other in self._chain(team) if other is not team)
            found = next(((other, theirs) for other, theirs in others if theirs.fit), None)
            if found is None:
                return self._nobody(waiting)
            team, pool = found
        free, full = _part(pool.fit, lambda one: self._has_room(one, team))
        if not free:
            return self._let_wait(waiting, team)
        return self._give_best(waiting, team, _Pool(free, full, "full") if full else pool)

    def share(self, unread: Iterable[Waiting]) -> list[Decision]:
        """Moves what was given from a backlog and was not opened yet, the latest to wait first, from who has at least
        two more than another to that other. ``unread``: by their holders (``holder_id``)."""
        decisions = []
        for one in unread:
            holder = self._known.get(one.holder_id or 0)
            team = self._board.teams.get(one.team_id)
            if holder is None or team is None or team.policy not in {"balanced", "round_robin"}:
                continue
            pool = self._pool(one, team)
            weighed = holder.answerer.weight or 1
            lighter = [
                candidate
                for candidate in pool.fit
                if candidate is not holder
                and self._has_room(candidate, team)
                and (candidate.load + 1) / (candidate.answerer.weight or 1) <= (holder.load - 1) / weighed
            ]
            if lighter:
                decisions.append(self._give_best(one, team, _Pool(lighter, [holder], "load"), "shared"))
        return decisions

    def overloaded(self) -> list[int]:
        """Those with unread ones from a backlog, where another of a team of theirs has at least two fewer."""
        found = []
        for one in self._board.answerers:
            for team in one.unread:
                others = [other.load for other in self._members.get(team, ()) if other.answerer.id != one.id]
                if others and min(others) + 2 <= self._known[one.id].load:
                    found.append(one.id)
                    break
        return found

    def room_came(self) -> bool:
        """Whether somebody has room by now who had none as the plan began: what was passed over for him, or was not
        looked at for it, may be his."""
        return any(self._found_room(one) for one in self._known.values() if one.answerer.assignable)

    def _found_room(self, candidate: Candidate) -> bool:
        one = candidate.answerer
        if candidate.load >= one.capacity:
            return False
        if sum(one.loads.values()) >= one.capacity:
            return True
        limits = ((team, self._board.teams[team].capacity) for team in candidate.loads if team in self._board.teams)
        return any(
            limit is not None and candidate.loads[team] < limit <= one.loads.get(team, 0) for team, limit in limits
        )

    # --- parts --------------------------------------------------------------------------------------------------------

    def _after(self, waiting: Waiting, team: Team) -> Waiting:
        """The conversation without its holder: who let it pass is not asked again, and a junior is followed by
        somebody more experienced."""
        holder = self._known.get(waiting.holder_id or 0)
        if waiting.cause != "unanswered" or holder is None:
            return waiting
        level = waiting.min_level
        if team.policy == "juniors_first":
            level = max(level or 0, holder.answerer.level + 1)
        return replace(waiting, passed=waiting.passed | {holder.answerer.id}, min_level=level)

    def _belongs_to(self, waiting: Waiting, team: Team) -> Candidate | None:
        """Whose it is: who has it and comes to it again, or who answered this customer before, if he is there and has
        room."""
        wanted = waiting.holder_id if waiting.cause == "reopened" else waiting.known_agent_id
        if waiting.holder_id is not None and waiting.cause not in {"reopened", "absent"}:
            return None
        candidate = self._known.get(wanted or 0)
        if candidate is None or not candidate.answerer.assignable or candidate.answerer.id in waiting.passed:
            return None
        own = 1 if waiting.holder_id == candidate.answerer.id else 0  # it is counted among his already
        room = candidate.load - own < candidate.answerer.capacity
        if team.capacity is not None and team.id in candidate.answerer.teams:
            room = room and candidate.loads.get(team.id, 0) - own < team.capacity
        return candidate if room else None

    def _serving(self, team: Team) -> Sequence[Candidate]:
        return self._members[team.id] if team.open and team.policy != MANUAL else ()

    def _pool(self, waiting: Waiting, team: Team) -> _Pool:
        """Those of a team who are there, less those who let it pass; of these the experienced, the skilled and those
        who speak the language, wherever one such is there."""
        if waiting.passed or waiting.holder_id is not None:
            return self._choose(waiting, team)
        wish = (team.id, waiting.language, waiting.skill, waiting.min_level)
        if wish not in self._pools:
            self._pools[wish] = self._choose(waiting, team)
        return self._pools[wish]

    def _choose(self, waiting: Waiting, team: Team) -> _Pool:
        fit, out = _part(
            self._serving(team),
            lambda one: one.answerer.id not in waiting.passed and one.answerer.id != waiting.holder_id,
        )
        pool = _Pool(fit, out, "passed")
        if waiting.min_level is not None:
            level = waiting.min_level
            pool = _narrowed(pool, lambda one: one.answerer.level >= level, "less_experienced")
        if waiting.skill is not None:
            pool = _narrowed(pool, lambda one: waiting.skill in one.answerer.skills, "skill")
        if waiting.language is not None:
            spoken = waiting.language
            pool = _narrowed(pool, lambda one: _speaks(one, spoken), "language")
        return pool

    def _has_room(self, candidate: Candidate, team: Team) -> bool:
        one = candidate.answerer
        rooms = self._rooms.setdefault(team.id, {})
        room = rooms.get(one.id)
        if room is None:
            room = rooms[one.id] = self._look_for_room(candidate, team)
        return room

    def _look_for_room(self, candidate: Candidate, team: Team) -> bool:
        one = candidate.answerer
        return (
            candidate.load < one.capacity
            and (team.capacity is None or candidate.loads.get(team.id, 0) < team.capacity)
            and (team.gap_s <= 0 or candidate.idle_s(self._at) >= team.gap_s)
        )

    def _rank(self, policy: Policy, waiting: Waiting, candidate: Candidate) -> Rank:
        """As the policy has it; where a firm's own fails or says nothing, as balanced."""
        usual = balanced(waiting, candidate, self._at)
        try:
            rank = tuple((str(name), float(value)) for name, value in policy(waiting, candidate, self._at))
        except Exception:
            log.exception("the assignment policy failed on conversation %d; it is given as balanced", waiting.id)
            return usual
        if any(math.isnan(value) for _, value in rank):
            return usual
        return (*rank, *usual)

    def _ranked(self, team: Team, waiting: Waiting, candidates: Sequence[Candidate]) -> list[tuple[Rank, Candidate]]:
        """The first two, with how they rank."""
        policy = self._policies.get(team.policy, balanced)
        if policy not in _BUILT_IN:
            ranked = [(self._rank(policy, waiting, one), one) for one in candidates]
            return heapq.nsmallest(2, ranked, key=lambda pair: _values(pair[0]))
        known = self._ranks.setdefault(policy, {})  # these go by the candidate alone
        keys = []
        for one in candidates:
            key = known.get(one.answerer.id)
            if key is None:
                key = known[one.answerer.id] = (*_values(policy(waiting, one, self._at)), one.answerer.id)
            keys.append(key)
        chosen = (self._known[int(key[-1])] for key in heapq.nsmallest(2, keys))
        return [(policy(waiting, one, self._at), one) for one in chosen]

    def _give_best(self, waiting: Waiting, team: Team, pool: _Pool, kind: Kind | None = None) -> Decision:
        ranked = self._ranked(team, waiting, pool.fit)
        best = ranked[0][1]
        if len(ranked) > 1:
            pool = _Pool([best], [ranked[1][1]], behind(ranked[0][0], ranked[1][0]))
        elif pool.out:
            pool = _Pool([best], [min(pool.out, key=lambda one: (one.load, one.answerer.id))], pool.why)
        if kind is None:
            kind = "backlog" if self._is_backlog(waiting) else "policy"
            kind = "handover" if waiting.cause == "shift_over" else kind
        return self._give(waiting, team, best, kind, pool)

    def _is_backlog(self, waiting: Waiting) -> bool:
        """Whether he waited for somebody to come: for long, or he was told so, or he stands behind one who did."""
        if waiting.holder_id is not None or waiting.since is None:
            return False
        long = (self._at - waiting.since).total_seconds() >= BACKLOG_S
        if long or waiting.told:
            self._backlogs.add(waiting.team_id)
        return waiting.team_id in self._backlogs

    def _give(self, waiting: Waiting, team: Team, to: Candidate, kind: Kind, pool: _Pool) -> Decision:
        other = pool.out[0] if pool.out else None
        reason = reason_of(self._at, waiting, team, to, other, pool.why, self._known.get(waiting.holder_id or 0))
        self._count(waiting, -1)
        self._add(to, team.id, 1)
        to.last_assigned_at = self._at
        wait_s = team.answer_s
        if team.policy == "juniors_first" and team.escalate_s is not None:
            wait_s = team.escalate_s
        due = None if wait_s is None or waiting.since is None else self._at + timedelta(seconds=wait_s)
        return Decision(
            waiting.id,
            kind,
            to.answerer.id,
            team.id,
            reason,
            team.policy,
            waiting.holder_id,
            due,
            tuple(sorted(waiting.passed)),
            waiting.min_level,
            to.answerer.id,
        )

    def _let_wait(self, waiting: Waiting, team: Team) -> Decision | None:
        """Those who could answer have no room. One who did not answer, or is not there, keeps it until somebody has:
        nobody could do more for it. One who may not keep it gives it back; one of another team's goes there."""
        if waiting.cause in {"reopened", "shift_over"}:
            return self._put_back(waiting, team.id)
        if team.id != waiting.team_id and waiting.holder_id is None:
            return self._put_back(waiting, team.id, "team")
        return None

    def _nobody(self, waiting: Waiting) -> Decision | None:
        """Nobody is there, or all who are let it pass. Who is away keeps what he has: it is his when he is back."""
        if waiting.cause == "shift_over" and waiting.since is None:
            return self._put_back(waiting, waiting.team_id)
        stays = waiting.cause == "absent" or waiting.holder_id is None
        if waiting.told:
            return None if stays else self._put_back(waiting, waiting.team_id)
        if stays:
            return self._back(waiting, waiting.team_id, "nobody", waiting.known_agent_id, waiting.holder_id)
        self._count(waiting, -1)
        known = waiting.known_agent_id if waiting.cause == "unanswered" else waiting.holder_id
        return self._back(waiting, waiting.team_id, "nobody", known)

    def _put_back(self, waiting: Waiting, team_id: int, kind: Kind = "released") -> Decision:
        self._count(waiting, -1)
        return self._back(waiting, team_id, kind, waiting.holder_id or waiting.known_agent_id)

    def _back(
        self, waiting: Waiting, team_id: int, kind: Kind, known: int | None, agent_id: int | None = None
    ) -> Decision:
        reason: JsonObject = {} if waiting.cause is None else {"cause": waiting.cause}
        holder = self._known.get(waiting.holder_id or 0)
        if holder is not None:
            reason["from"] = {"id": holder.answerer.id, "name": holder.answerer.name}
        return Decision(
            waiting.id,
            kind,
            agent_id,
            team_id,
            reason,
            from_id=waiting.holder_id,
            passed=tuple(sorted(waiting.passed)),
            min_level=waiting.min_level,
            known_agent_id=None if known in waiting.passed else known,
        )

    def _count(self, waiting: Waiting, change: int) -> None:
        holder = self._known.get(waiting.holder_id or 0)
        if holder is not None:
            self._add(holder, waiting.team_id, change)

    def _add(self, candidate: Candidate, team_id: int, change: int) -> None:
        one = candidate.answerer
        if one.id not in self._expected:
            had = Expected(one.teams, one.capacity, dict(candidate.loads), candidate.last_assigned_at)
            self._expected[one.id] = had
        candidate.load += change
        candidate.loads[team_id] = candidate.loads.get(team_id, 0) + change
        for ranks in self._ranks.values():
            ranks.pop(candidate.answerer.id, None)
        for rooms in self._rooms.values():
            rooms.pop(candidate.answerer.id, None)


def _values(rank: Rank) -> tuple[float, ...]:
    return tuple(value for _, value in rank)


def _experienced(candidates: Iterable[Candidate], level: int) -> list[Candidate]:
    return [one for one in candidates if one.answerer.level >= level]


def _speaks(candidate: Candidate, language: str) -> bool:
    return not candidate.answerer.languages or language in candidate.answerer.languages


def _part(
    candidates: Iterable[Candidate], test: Callable[[Candidate], bool]
) -> tuple[list[Candidate], list[Candidate]]:
    """Those that pass and the others, in their order."""
    both: tuple[list[Candidate], list[Candidate]] = ([], [])
    for one in candidates:
        both[not test(one)].append(one)
    return both


def _narrowed(pool: _Pool, test: Callable[[Candidate], bool], why: str) -> _Pool:
    """Only those who pass, if there is any."""
    fit, out = _part(pool.fit, test)
    return _Pool(fit, out, why) if fit and out else pool
