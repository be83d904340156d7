"""The agents' accounts as an administrator changes them: every change is audited, and told to open windows at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from business.once import Kept, plainly
from business.team import rights
from business.team.accounts import AccountSettings, check_login, check_new_password
from business.team.deeds import record_deed
from business.team.passwords import hash_password_aside
from conversation import clock
from conversation.errors import Rejected
from conversation.events import AgentChanged, Event, SessionRevoked
from conversation.messages import Agent, Language
from crm_store import Tx, access, agents
from crm_store.access import AgentRecord, Exceptions, Role
from crm_store.engine import Store

_PERMISSION = "agents.manage"
Publish = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class AgentWish:
    """What is to be set of an account; None: stays as it is."""

    name: str | None = None
    role_id: int | None = None
    language: Language | None = None
    capacity: int | None = None
    disabled: bool | None = None
    password: str | None = field(default=None, repr=False)
    grant: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None
    team_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Changed:
    record: AgentRecord
    events: list[Event]


class Staff:
    """Adds and changes accounts. All methods raise Rejected with the rule that was broken (``rights``)."""

    def __init__(self, store: Store, settings: AccountSettings, publish: Publish) -> None:
        self._store = store
        self._settings = settings
        self._publish = publish

    async def add(
        self, actor: Agent, login: str, wish: AgentWish, remote: str, kept: Kept[AgentRecord] = plainly
    ) -> AgentRecord:
        """A new account with a name, a role and a password; without teams it belongs to the first one."""
        key = check_login(login)
        if wish.password is None or wish.role_id is None:
            raise Rejected("invalid", "error.field_missing", field="password" if wish.password is None else "role_id")
        hashed = await self._hash(wish.password)
        exceptions = _exceptions(wish, Exceptions())

        def write(tx: Tx) -> AgentRecord:
            doer = rights.require_now(tx, actor, _PERMISSION)
            role = _find_role(tx, wish.role_id)
            rights.require_held(doer, role.permissions | exceptions.grants)
            rights.check_role_given(doer, None, role, exceptions)
            if agents.find_login(tx, key) is not None:
                raise Rejected("conflict", "error.login_taken", login=key)
            agent_id = agents.insert_agent(
                tx,
                login=key,
                password_hash=hashed,
                name=wish.name or login.strip(),
                role_id=role.id,
                language=wish.language or doer.language,
                at=clock.now(),
            )
            access.change_agent(tx, agent_id, {} if wish.capacity is None else {"capacity": wish.capacity})
            access.set_exceptions(tx, agent_id, exceptions)
            first = agents.find_default_team(tx)
            access.set_teams(tx, agent_id, _find_teams(tx, wish.team_ids or ([] if first is None else [first])))
            record = _require(tx, agent_id)
            record_deed(tx, doer, "agent.added", "agent", agent_id, after=shown(record), remote=remote)
            return record

        return await self._store.writer.run(lambda tx: kept(tx, write))

    async def change(self, actor: Agent, agent_id: int, wish: AgentWish, remote: str) -> AgentRecord:
        """Sets what is wished. Disabling or a new password ends the agent's sessions and closes his windows; his
        unresolved dialogs go back to their teams by ``routing.handoff.Handoff.hand_back``."""
        hashed = None if wish.password is None else await self._hash(wish.password)

        def write(tx: Tx) -> _Changed:
            doer = rights.require_now(tx, actor, _PERMISSION)
            before = _require(tx, agent_id)
            if agent_id != doer.id:
                rights.require_not_above(doer, before)
            elif hashed is not None or wish.disabled:
                raise Rejected("conflict", "access.not_oneself")
            role = before.role if wish.role_id is None else _find_role(tx, wish.role_id)
            exceptions = _exceptions(wish, before.exceptions)
            rights.check_change(doer, before, role, exceptions)
            _apply(tx, before, wish, role, exceptions, hashed)
            if before.role.name == access.OWNER:
                rights.require_an_owner(tx)
            after = _require(tx, agent_id)
            events = _end_sessions(tx, before, after, hashed is not None)
            _note(tx, doer, before, after, hashed is not None, remote)
            fresh = agents.find_agent(tx, agent_id)
            return _Changed(after, events if fresh is None else [*events, AgentChanged(fresh)])

        return (await self._store.writer.run(write, self._tell)).record

    async def find(self, agent_id: int) -> tuple[AgentRecord, list[str]]:
        """An account and the names of its teams. Raises Rejected not_found."""

        def read(tx: Tx) -> tuple[AgentRecord, list[str]]:
            record = _require(tx, agent_id)
            return record, list(access.list_team_names(tx, record.teams).values())

        return await self._store.read(read)

    async def _hash(self, password: str) -> str:
        check_new_password(password, self._settings.password_min)
        return await hash_password_aside(password)

    def _tell(self, changed: _Changed) -> None:
        for event in changed.events:
            self._publish(event)


def shown(record: AgentRecord) -> dict[str, object]:
    """An account as the audit log keeps it."""
    return {
        "login": record.login,
        "name": record.name,
        "role": record.role.name,
        "language": record.language,
        "capacity": record.capacity,
        "disabled": record.disabled_at is not None,
        "grant": sorted(record.exceptions.grants),
        "deny": sorted(record.exceptions.denies),
        "teams": list(record.teams),
    }


def _exceptions(wish: AgentWish, before: Exceptions) -> Exceptions:
    grants = before.grants if wish.grant is None else rights.check_known(wish.grant, "grant")
    denies = before.denies if wish.deny is None else rights.check_known(wish.deny, "deny")
    return Exceptions(grants, denies)


def _apply(
    tx: Tx, before: AgentRecord, wish: AgentWish, role: Role, exceptions: Exceptions, hashed: str | None
) -> None:
    given = {"name": wish.name, "language": wish.language, "capacity": wish.capacity, "password_hash": hashed}
    values: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    values["role_id"] = role.id
    if wish.disabled is not None and wish.disabled != (before.disabled_at is not None):
        values["disabled_at"] = clock.now() if wish.disabled else None
    access.change_agent(tx, before.id, values)
    if exceptions != before.exceptions:
        access.set_exceptions(tx, before.id, exceptions)
    if wish.team_ids is not None:
        access.set_teams(tx, before.id, _find_teams(tx, wish.team_ids))


def _end_sessions(tx: Tx, before: AgentRecord, after: AgentRecord, new_password: bool) -> list[Event]:
    disabled = before.disabled_at is None and after.disabled_at is not None
    if not disabled and not new_password:
        return []
    return [SessionRevoked(one) for one in access.revoke_sessions(tx, after.id, clock.now())]


def _note(tx: Tx, actor: Agent, before: AgentRecord, after: AgentRecord, new_password: bool, remote: str) -> None:
    was, now = shown(before), shown(after)
    told = {key: value for key, value in now.items() if value != was[key]}
    if told:
        old = {key: was[key] for key in told}
        record_deed(tx, actor, "agent.changed", "agent", after.id, before=old, after=told, remote=remote)
    if new_password:
        record_deed(tx, actor, "agent.password_reset", "agent", after.id, remote=remote)


def _find_role(tx: Tx, role_id: int | None) -> Role:
    role = None if role_id is None else access.find_role(tx, role_id)
    if role is None:
        raise Rejected("not_found", "error.role_not_found", field="role_id")
    return role


def _find_teams(tx: Tx, team_ids: Iterable[int]) -> list[int]:
    wanted = sorted(set(team_ids))
    if len(access.list_team_names(tx, wanted)) < len(wanted):
        raise Rejected("not_found", "error.team_not_found", field="team_ids")
    return wanted


def _require(tx: Tx, agent_id: int) -> AgentRecord:
    record = access.find_record(tx, agent_id)
    if record is None:
        raise Rejected("not_found", "error.agent_not_found")
    return record
