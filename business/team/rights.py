"""The rules of giving rights: nobody gives what he does not hold, nobody touches who holds more, nobody locks himself
or the last owner out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from business.team.permissions import PERMISSIONS, ROLES
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, access, agents
from crm_store.access import OWNER, AgentRecord, Exceptions, Role


@dataclass(frozen=True, slots=True)
class Ground:
    """Why: a role, an exception or (for conversations) a team. ``name``: of the role, the permission, the team."""

    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an agent may do what a permission is for, and why."""

    permission: str
    allowed: bool
    why: tuple[Ground, ...]


def explain(record: AgentRecord, team_names: Sequence[str]) -> list[Answer]:
    """Of every permission, by the computation that decides (``crm_store.access.weigh``).

    Where not all conversations are his, those of his teams still are: the teams are told as grounds.
    """
    answers = []
    for permission in PERMISSIONS:
        verdict = access.weigh(permission, record.role.permissions, record.exceptions)
        why = [Ground(origin, record.role.name if origin == "role" else permission) for origin in verdict.grounds]
        if permission == "conversations.all" and not verdict.allowed:
            why += [Ground("team", name) for name in team_names]
        answers.append(Answer(permission, verdict.allowed, tuple(why)))
    return answers


def require_now(tx: Tx, actor: Agent, permission: str) -> Agent:
    """The actor as he is in this transaction: his rights may have been taken since he asked. Through a token he keeps
    to its scopes. Raises Rejected forbidden."""
    fresh = agents.find_agent(tx, actor.id)
    held = frozenset[str]() if fresh is None else fresh.permissions & actor.permissions
    if fresh is None or permission not in held:
        raise Rejected("forbidden", "error.permission_missing", permission=permission)
    return Agent(fresh.id, actor.login, fresh.name, fresh.role, fresh.language, fresh.photo, held, fresh.teams)


def check_known(permissions: Iterable[str], field: str) -> frozenset[str]:
    """The names as a set. Raises Rejected invalid for one there is not."""
    named = frozenset(permissions)
    unknown = sorted(named - frozenset(PERMISSIONS))
    if unknown:
        raise Rejected("invalid", "access.permission_unknown", field=field, permission=unknown[0])
    return named


def require_held(actor: Agent, permissions: Iterable[str]) -> None:
    """Raises Rejected forbidden where the actor would give what he does not hold."""
    missing = sorted(frozenset(permissions) - actor.permissions)
    if missing:
        raise Rejected("forbidden", "access.not_yours_to_give", permission=missing[0])


def require_not_above(actor: Agent, target: AgentRecord) -> None:
    """Raises Rejected forbidden where the target holds what the actor does not: with his password reset or his role
    changed, the actor would have it."""
    if target.permissions - actor.permissions or (target.role.name == OWNER and actor.role != OWNER):
        raise Rejected("forbidden", "access.holds_more", name=target.name)


def check_change(actor: Agent, before: AgentRecord, role: Role, exceptions: Exceptions) -> None:
    """Whether the actor may give an agent this role and these exceptions. Raises Rejected forbidden, conflict."""
    if (role.id, exceptions) == (before.role.id, before.exceptions):
        return
    if before.id == actor.id:
        raise Rejected("conflict", "access.not_oneself")
    gained = access.effective(role.permissions, exceptions) - before.permissions
    require_held(actor, gained | (exceptions.grants - before.exceptions.grants))
    check_role_given(actor, before.role.name, role, exceptions)


def check_role_given(actor: Agent, before: str | None, role: Role, exceptions: Exceptions) -> None:
    """An owner is made by an owner only, and nothing is denied to him."""
    if role.name != OWNER:
        return
    if before != OWNER and actor.role != OWNER:
        raise Rejected("forbidden", "access.owner_by_owner")
    if exceptions.denies:
        raise Rejected("conflict", "access.owner_holds_all", field="deny")


def require_an_owner(tx: Tx) -> None:
    """After a change: somebody who owns the business can still log in. Raises Rejected conflict."""
    if not access.count_owners(tx):
        raise Rejected("conflict", "access.last_owner")


def is_built_in(role: Role) -> bool:
    """Whether it is one of those that every business has."""
    return role.name in ROLES
