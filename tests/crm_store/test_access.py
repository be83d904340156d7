"""Rights in the store: one computation for all who ask, and standing stores get the new names."""

import itertools

import pytest
from sqlalchemy import insert, select

from business.team.permissions import PERMISSIONS, ROLES
from business.team.rights import explain
from conversation import clock
from crm_store import Tx, access, agents, schema
from crm_store.access import AgentRecord, Exceptions, Role
from crm_store.engine import Store, StoreUrl, open_store, work_apart
from crm_store.models import RoleRow

CASES = list(itertools.product((False, True), repeat=3))


@pytest.mark.parametrize(("by_role", "granted", "denied"), CASES)
def test_a_denial_beats_all(by_role: bool, granted: bool, denied: bool) -> None:
    """The role or a grant will do, unless it is denied; every ground is named."""
    role = {"audit.read"} if by_role else set()
    some = frozenset({"audit.read"})
    exceptions = Exceptions(some if granted else access.NOBODY, some if denied else access.NOBODY)
    verdict = access.weigh("audit.read", role, exceptions)
    assert verdict.allowed == ((by_role or granted) and not denied)
    assert set(verdict.grounds) == {
        word for word, said in (("role", by_role), ("grant", granted), ("deny", denied)) if said
    }
    assert ("audit.read" in access.effective(role, exceptions)) == verdict.allowed


def test_what_is_explained_is_what_is_decided() -> None:
    """For every built-in role with some exceptions."""
    for name, permissions in ROLES.items():
        exceptions = Exceptions(frozenset({"audit.read", "backup.run"}), frozenset({"contacts.edit", "backup.run"}))
        role = Role(1, name, frozenset(permissions))
        record = AgentRecord(1, "ani", "Ani", role, "hy", None, 10, None, clock.now(), None, exceptions, ())
        answers = explain(record, [])
        assert [one.permission for one in answers] == list(PERMISSIONS)
        assert {one.permission for one in answers if one.allowed} == record.permissions


async def test_exceptions_are_of_the_agent_whoever_asks(store: Store) -> None:
    """The agent of a session, the list and the account agree."""

    def write(tx: Tx) -> int:
        role = agents.insert_role(tx, "agent", ["contacts.edit"])
        at = clock.now()
        agent_id = agents.insert_agent(
            tx, login="ani", password_hash="x", name="Ani", role_id=role, language="hy", at=at
        )
        access.set_exceptions(tx, agent_id, Exceptions(frozenset({"audit.read"}), frozenset({"contacts.edit"})))
        return agent_id

    agent_id = await store.writer.run(write)
    found = await store.read(lambda tx: agents.find_agent(tx, agent_id))
    record = await store.read(lambda tx: access.find_record(tx, agent_id))
    (listed,) = await store.read(agents.list_agents)
    assert found is not None
    assert record is not None
    assert found.permissions == record.permissions == listed.permissions == {"audit.read"}
    await store.writer.run(lambda tx: access.set_exceptions(tx, agent_id, Exceptions()))
    again = await store.read(lambda tx: agents.find_agent(tx, agent_id))
    assert again is not None
    assert again.permissions == {"contacts.edit"}


async def test_standing_stores_get_the_new_names(url: StoreUrl) -> None:
    """Built-in roles hold what the code says after the upgrade; one's own stay as they are."""
    old = {
        "owner": ["conversations.all", "demo.remove"],
        "manager": ["audit.read"],
        "agent": [],
        "mine": ["audit.read"],
    }

    def make_old(tx: Tx) -> None:
        with tx.begin():
            schema.migrate(tx, "0005")
            tx.execute(insert(RoleRow), [{"name": name, "permissions": held} for name, held in old.items()])

    await work_apart(url, make_old)
    after = await open_store(url)
    held = dict(await after.read(lambda tx: tx.execute(select(RoleRow.name, RoleRow.permissions)).all()))
    await after.close()
    assert {name: set(held[name]) for name in ROLES} == {name: set(those) for name, those in ROLES.items()}
    assert held["mine"] == ["audit.read"]
