"""Own roles: made of what their maker holds; every change is audited and counts at once for all who have the role."""

from collections.abc import Iterable
from dataclasses import dataclass

from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation.errors import Rejected
from conversation.events import AgentChanged
from conversation.messages import Agent
from crm_store import Tx, access, agents
from crm_store.access import Role
from crm_store.engine import Store

_PERMISSION = "roles.manage"
_MOST = 200
"""So many roles a business has at most."""


@dataclass(frozen=True, slots=True)
class _Changed:
    role: Role
    holders: list[Agent]


class Roles:
    """Adds, changes and removes roles."""

    def __init__(self, store: Store, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def find(self, role_id: int) -> Role:
        """One role. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require(tx, role_id))

    async def add(
        self, actor: Agent, name: str, permissions: Iterable[str], remote: str, kept: Kept[Role] = plainly
    ) -> Role:
        """A new role. Raises Rejected conflict where the name is taken, forbidden, invalid."""
        wanted = rights.check_known(permissions, "permissions")

        def write(tx: Tx) -> Role:
            doer = rights.require_now(tx, actor, _PERMISSION)
            rights.require_held(doer, wanted)
            known = access.list_roles(tx)
            if len(known) >= _MOST:
                raise Rejected("conflict", "access.roles_enough")
            _check_name(known, name, None)
            role = Role(agents.insert_role(tx, name, sorted(wanted)), name, wanted)
            record_deed(tx, doer, "role.added", "role", role.id, after=_shown(role), remote=remote)
            return role

        return await self._store.writer.run(lambda tx: kept(tx, write))

    async def change(
        self, actor: Agent, role_id: int, name: str | None, permissions: Iterable[str] | None, remote: str
    ) -> Role:
        """Sets what is given. Raises Rejected not_found, conflict for a built-in role or one's own, forbidden."""
        wanted = None if permissions is None else rights.check_known(permissions, "permissions")

        def write(tx: Tx) -> _Changed:
            doer = rights.require_now(tx, actor, _PERMISSION)
            before = _require_own(tx, role_id)
            after = Role(role_id, name or before.name, before.permissions if wanted is None else wanted)
            if after == before:
                return _Changed(before, [])
            rights.require_held(doer, before.permissions | after.permissions)
            holders = access.list_holders(tx, role_id, working=True)
            if doer.id in holders and after.permissions != before.permissions:
                raise Rejected("conflict", "access.not_oneself")
            _check_name(access.list_roles(tx), after.name, role_id)
            access.change_role(tx, role_id, after.name, after.permissions)
            record_deed(
                tx, doer, "role.changed", "role", role_id, before=_shown(before), after=_shown(after), remote=remote
            )
            found = [agents.find_agent(tx, one) for one in holders]
            return _Changed(after, [one for one in found if one is not None])

        return (await self._store.writer.run(write, self._tell)).role

    async def remove(self, actor: Agent, role_id: int, remote: str) -> None:
        """Removes a role that nobody has. Raises Rejected not_found, conflict, forbidden."""

        def write(tx: Tx) -> None:
            doer = rights.require_now(tx, actor, _PERMISSION)
            role = _require_own(tx, role_id)
            rights.require_held(doer, role.permissions)
            holders = access.list_holders(tx, role_id)
            if holders:
                raise Rejected("conflict", "access.role_in_use", count=len(holders))
            access.delete_role(tx, role_id)
            record_deed(tx, doer, "role.removed", "role", role_id, before=_shown(role), remote=remote)

        await self._store.writer.run(write)

    def _tell(self, changed: _Changed) -> None:
        for agent in changed.holders:
            self._publish(AgentChanged(agent))


def _shown(role: Role) -> dict[str, object]:
    return {"name": role.name, "permissions": sorted(role.permissions)}


def _check_name(known: Iterable[Role], name: str, role_id: int | None) -> None:
    if any(role.name.casefold() == name.casefold() and role.id != role_id for role in known):
        raise Rejected("conflict", "access.role_name_taken", name=name, field="name")


def _require(tx: Tx, role_id: int) -> Role:
    role = access.find_role(tx, role_id)
    if role is None:
        raise Rejected("not_found", "error.role_not_found")
    return role


def _require_own(tx: Tx, role_id: int) -> Role:
    role = _require(tx, role_id)
    if rights.is_built_in(role):
        raise Rejected("conflict", "access.role_built_in", name=role.name)
    return role
