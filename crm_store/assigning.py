"""What is asked and written to find out who answers: a constant number of statements, however many wait."""

# ruff: noqa: S608  # the texts below are put together from constants; values are always parameters

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Table, and_, bindparam, case, exists, func, or_, select, text, update
from sqlalchemy.orm import aliased

from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.counters import next_events
from crm_store.models import (
    AgentPresenceRow,
    AgentRow,
    AssignmentDecisionRow,
    ContactRow,
    ConversationRow,
    TeamMemberRow,
    TeamRow,
)
from crm_store.rows import AnyRow, AnySelect
from crm_store.types import UtcTime, dump_json

_C = ConversationRow
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
SETTLED: dict[str, object] = {
    "offer": None,
    "answer_due_at": None,
    "passed": [],
    "min_level": None,
    "nobody_at": None,
    "decision": None,
}
"""What of an assignment no longer holds once somebody decided about the conversation himself."""
AGAIN = "again"
"""The offer of a conversation whose customer wrote after it had been resolved: whose it was is to be asked first."""


class Change(NamedTuple):
    """Who has a conversation from now on. ``passed``: as in ``ConversationRow``; times in milliseconds."""

    id: int
    assignee_id: int | None
    handler: str
    team_id: int | None
    assigned_at: int | None
    offer: str | None
    answer_due_at: int | None
    passed: list[int]
    min_level: int | None
    known_agent_id: int | None
    nobody_at: int | None
    decision: JsonObject | None


class DecisionMade(NamedTuple):
    """A decision to be kept."""

    conversation_id: int
    kind: str
    agent_id: int | None
    team_id: int | None
    policy: str | None
    reason: JsonObject


# --- asking -----------------------------------------------------------------------------------------------------------


def list_rules(tx: Tx) -> list[AnyRow]:
    """Teams' rules, as rows of the table."""
    return list(tx.execute(select(*TeamRow.__table__.c).order_by(TeamRow.id)))


def _people(some: bool) -> AnySelect:
    seen = select(AgentPresenceRow.agent_id, func.max(AgentPresenceRow.until).label("until"))
    if some:
        seen = seen.where(AgentPresenceRow.agent_id.in_(_IDS))
    leases = seen.group_by(AgentPresenceRow.agent_id).subquery()
    columns = (
        AgentRow.id,
        AgentRow.name,
        AgentRow.capacity,
        AgentRow.weight,
        AgentRow.level,
        AgentRow.languages,
        AgentRow.skills,
        AgentRow.status,
        AgentRow.last_seen_at,
        AgentRow.last_assigned_at,
        AgentRow.shift_ends_at,
        leases.c.until.label("seen_until"),
    )
    people: AnySelect = select(*columns).outerjoin(leases, leases.c.agent_id == AgentRow.id)
    if some:
        people = people.where(AgentRow.id.in_(_IDS))
    return people.where(AgentRow.disabled_at.is_(None)).order_by(AgentRow.id)


def list_people(tx: Tx, agent_ids: Collection[int] | None = None) -> Sequence[AnyRow]:
    """Who may work (None: all who may), by id: what he can do, ``status``, and ``seen_until``, until when his windows
    are known to be open (None: he never had one)."""
    if agent_ids is None:
        return tx.execute(_EVERYBODY).all()
    return tx.execute(_SOME, {"ids": sorted(agent_ids)}).all()


def list_members(tx: Tx, agent_ids: Collection[int] | None = None) -> dict[int, list[int]]:
    """Teams by agent; None: of all."""
    members = select(TeamMemberRow.agent_id, TeamMemberRow.team_id)
    if agent_ids is not None:
        members = members.where(TeamMemberRow.agent_id.in_(sorted(agent_ids)))
    teams: dict[int, list[int]] = {}
    for agent_id, team_id in tx.execute(members).all():
        teams.setdefault(agent_id, []).append(team_id)
    return teams


def _busy(quiet_before: Any) -> Any:
    """What counts to somebody's load: unresolved, not put aside, and not answered and silent since a moment."""
    lately = func.coalesce(_C.last_message_at, _C.created_at) > quiet_before
    return and_(_C.status.in_(("open", "pending")), or_(_C.waiting_since.is_not(None), lately))


def _unread() -> Any:
    return and_(_C.offer == "backlog", _C.waiting_since.is_not(None), _C.agent_read_seq < _C.last_seq)


def _loads() -> AnySelect:
    team = func.coalesce(_C.team_id, 0).label("team_id")
    unread = func.count(case((_unread(), 1))).label("unread")
    query = select(_C.assignee_id.label("agent_id"), team, func.count().label("busy"), unread)
    busy = _busy(bindparam("quiet_before", type_=UtcTime()))
    return query.where(_C.assignee_id.in_(_IDS), busy).group_by(_C.assignee_id, team)


_EVERYBODY, _SOME, _LOADS = _people(False), _people(True), _loads()  # put together once: a step has little time


def list_loads(tx: Tx, agent_ids: Collection[int], quiet_before: datetime) -> dict[int, dict[int, AnyRow]]:
    """``busy`` and ``unread`` by agent and team (0: of none): how many conversations keep him busy, and how many of
    them were given to him from a backlog and not opened yet."""
    loads: dict[int, dict[int, AnyRow]] = {}
    for row in tx.execute(_LOADS, {"ids": sorted(agent_ids), "quiet_before": quiet_before}).all():
        loads.setdefault(row.agent_id, {})[row.team_id] = row
    return loads


def count_load(tx: Tx, agent_id: int, quiet_before: datetime) -> tuple[int, int]:
    """How many conversations keep an agent busy, and how many he is given at once."""
    busy = select(func.count()).select_from(_C).where(_C.assignee_id == agent_id, _busy(quiet_before))
    row = tx.execute(select(busy.scalar_subquery().label("busy"), AgentRow.capacity).where(AgentRow.id == agent_id))
    found = row.one_or_none()
    return (0, 0) if found is None else (found.busy, found.capacity)


def is_online(tx: Tx, agent_id: int, at: datetime) -> bool:
    """Whether an agent may work, has a window open and chose to be online."""
    lease = exists().where(AgentPresenceRow.agent_id == AgentRow.id, AgentPresenceRow.until > at)
    here = (AgentRow.id == agent_id, AgentRow.disabled_at.is_(None), AgentRow.status == "online", lease)
    return tx.scalar(select(AgentRow.id).where(*here)) is not None


def find_level(tx: Tx, agent_id: int) -> int:
    """How experienced an agent is."""
    return tx.scalar(select(AgentRow.level).where(AgentRow.id == agent_id)) or 0


def find_escalation_team(tx: Tx, team_id: int | None) -> int | None:
    """The team to which a team's conversations go where somebody asks for help."""
    above = aliased(TeamRow)
    named = select(above.id).join(TeamRow, TeamRow.escalate_team_id == above.id)
    return tx.scalar(named.where(TeamRow.id == team_id, above.archived_at.is_(None)))


_WAITING = (
    _C.id,
    _C.team_id,
    _C.assignee_id,
    _C.waiting_since,
    func.coalesce(_C.language, "").label("language"),
    _C.skill,
    _C.min_level,
    _C.passed,
    _C.known_agent_id,
    _C.offer,
    _C.assigned_at,
    _C.answer_due_at,
    _C.nobody_at,
    _C.status,
    _unread().label("unread"),
)


_THESE = select(*_WAITING).where(_C.id.in_(_IDS))


class Needless(NamedTuple):
    """What of the queue need not be looked at: of ``full`` and ``deserted`` teams only what belongs to one of
    ``known``, of the latter also what was not told yet that nobody is there; of ``manual`` teams nothing."""

    full: Sequence[int]
    deserted: Sequence[int]
    manual: Sequence[int]
    known: Sequence[int]


def list_waiting(
    tx: Tx, at: datetime, absent: Collection[int], needless: Needless, after: tuple[datetime, int] | None, limit: int
) -> list[AnyRow]:
    """Conversations about which something may have to be decided, the longest wait first: the queue; those not
    answered in time; those of agents who are not there."""
    team = func.coalesce(_C.team_id, 0)
    known = _C.known_agent_id.in_(needless.known)
    queued = and_(
        _C.assignee_id.is_(None),
        _C.handler == "team",
        or_(team.not_in(needless.full), known),
        or_(team.not_in(needless.deserted), known, _C.nobody_at.is_(None)),
    )
    held = or_(_C.answer_due_at <= at, _C.assignee_id.in_(sorted(absent)))
    wanted = [_C.status == "open", _C.waiting_since.is_not(None), or_(queued, held), team.not_in(needless.manual)]
    wanted.append(_C.handler != "bot")
    if after is not None:
        since, last = after
        wanted += [_C.waiting_since >= since, or_(_C.waiting_since > since, _C.id > last)]
    return list(tx.execute(select(*_WAITING).where(*wanted).order_by(_C.waiting_since, _C.id).limit(limit)).all())


def list_these(tx: Tx, conversation_ids: Collection[int]) -> Sequence[AnyRow]:
    """These conversations, as the other lists tell of them."""
    return tx.execute(_THESE, {"ids": sorted(conversation_ids)}).all()


def list_held(tx: Tx, agent_ids: Collection[int], limit: int | None) -> list[AnyRow]:
    """What these agents have and did not put aside, the first so many; None: all."""
    theirs = (_C.assignee_id.in_(sorted(agent_ids)), _C.status.in_(("open", "pending")), _C.handler != "bot")
    return list(tx.execute(select(*_WAITING).where(*theirs).order_by(_C.id).limit(limit)))


def list_unread(tx: Tx, agent_ids: Collection[int], limit: int) -> list[AnyRow]:
    """What was given to these agents from a backlog and they have not opened, the latest to wait first."""
    theirs = (_C.assignee_id.in_(sorted(agent_ids)), _C.status == "open", _unread())
    return list(tx.execute(select(*_WAITING).where(*theirs).order_by(_C.waiting_since.desc(), _C.id).limit(limit)))


# --- writing ----------------------------------------------------------------------------------------------------------

_CHANGED = (
    ("assignee_id", "bigint"),
    ("handler", "text"),
    ("team_id", "bigint"),
    ("assigned_at", "bigint"),
    ("offer", "text"),
    ("answer_due_at", "bigint"),
    ("passed", "jsonb"),
    ("min_level", "bigint"),
    ("known_agent_id", "bigint"),
    ("nobody_at", "bigint"),
    ("decision", "jsonb"),
)
_DECIDED = (
    ("conversation_id", "bigint"),
    ("at", "bigint"),
    ("kind", "text"),
    ("agent_id", "bigint"),
    ("team_id", "bigint"),
    ("policy", "text"),
    ("reason", "jsonb"),
)


def _source(dialect: str, columns: Sequence[tuple[str, str]]) -> str:
    """The rows of the parameter ``rows``, a JSON list of objects, as a table ``given``."""
    if dialect == "sqlite":
        taken = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name, _ in columns)
        return f"(SELECT {taken} FROM json_each(:rows)) AS given"
    return f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({', '.join(map(' '.join, columns))})"


def _update(dialect: str) -> str:
    columns = (("id", "bigint"), ("event", "bigint"), *_CHANGED)
    put = ", ".join(f"{name} = given.{name}" for name, _ in _CHANGED)
    return (
        f"UPDATE conversations SET last_change = last_change + 1, last_event = given.event, {put}"
        f" FROM {_source(dialect, columns)} WHERE conversations.id = given.id"
    )


def _insert(dialect: str) -> str:
    names = ", ".join(name for name, _ in _DECIDED)
    return f"INSERT INTO assignment_decisions ({names}) SELECT {names} FROM {_source(dialect, _DECIDED)} WHERE true"


def put_changes(tx: Tx, changes: Sequence[Change]) -> None:
    """Changes who has these conversations; each gets its next change number and an event number, in their order."""
    if not changes:
        return
    first = next_events(tx, len(changes))
    rows = [{**change._asdict(), "event": first + place} for place, change in enumerate(changes)]
    tx.execute(text(_update(tx.dialect.name)), {"rows": dump_json(rows)})


def put_decisions(tx: Tx, decisions: Sequence[DecisionMade], at: datetime) -> None:
    """Keeps decisions and their reasons."""
    rows = [{**one._asdict(), "at": clock.to_ms(at)} for one in decisions]
    if rows:
        tx.execute(text(_insert(tx.dialect.name)), {"rows": dump_json(rows)})


def note_nobody(tx: Tx, conversation_ids: Collection[int], at: datetime) -> None:
    """Nobody was found for these; no change that anybody is told of."""
    if conversation_ids:
        tx.execute(update(_C).where(_C.id.in_(sorted(conversation_ids))).values(nobody_at=at))


def note_given(tx: Tx, agent_ids: Collection[int], at: datetime) -> None:
    """These agents were given something just now."""
    if agent_ids:
        tx.execute(update(AgentRow).where(AgentRow.id.in_(sorted(agent_ids))).values(last_assigned_at=at))


def set_shift_end(tx: Tx, agent_ids: Collection[int], ends_at: datetime | None) -> None:
    """When the shift ends that these agents work now; None: they work none."""
    tx.execute(update(AgentRow).where(AgentRow.id.in_(sorted(agent_ids))).values(shift_ends_at=ends_at))


# --- for people -------------------------------------------------------------------------------------------------------

_DECISIONS: Table = AssignmentDecisionRow.__table__  # type: ignore[assignment]  # declared as FromClause


def list_decisions(tx: Tx, conversation_id: int, after: int, limit: int) -> list[AnyRow]:
    """A conversation's decisions above an id, in their order, with the names ``agent_name`` and ``team_name``."""
    query: AnySelect = (
        select(*_DECISIONS.c, AgentRow.name.label("agent_name"), TeamRow.name.label("team_name"))
        .outerjoin(AgentRow, AgentRow.id == _DECISIONS.c.agent_id)
        .outerjoin(TeamRow, TeamRow.id == _DECISIONS.c.team_id)
        .where(_DECISIONS.c.conversation_id == conversation_id, _DECISIONS.c.id > after)
    )
    return list(tx.execute(query.order_by(_DECISIONS.c.id).limit(limit)))


def find_known_agent(tx: Tx, contact_id: int) -> int | None:
    """Who should answer this contact before all others: who is responsible for him, else who answered him last."""
    curator = tx.scalar(select(ContactRow.curator_id).where(ContactRow.id == contact_id))
    earlier = select(func.coalesce(ConversationRow.assignee_id, ConversationRow.known_agent_id))
    earlier = earlier.where(ConversationRow.contact_id == contact_id).order_by(ConversationRow.id.desc()).limit(1)
    return curator or tx.scalar(earlier)
