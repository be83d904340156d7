"""Seeding and removing the demo business (features IE-07, W-02)."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from business.team.accounts import add_agent
from business.team.deeds import record_deed
from business.team.passwords import hash_password
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, agents, demo_rows, settings_table
from crm_store.engine import Store
from desk.rest.people import NewOwner

_PASSWORD = "demo.password"  # noqa: S105  (the name of a setting)
_TOLD_AT = "demo.told_at"
_STALE_MS = 10 * 60_000


class DemoLogin(NamedTuple):
    """One of the demo's people."""

    login: str
    name: str
    role: str


class DemoControl:
    """What the desk and ``serve --demo`` ask of the demo."""

    def __init__(self, store: Store, password_min: int) -> None:
        self._store = store
        self._password_min = password_min
        self.on_removed: Callable[[], None] | None = None

    async def seed(self) -> list[str]:
        """Seeds once; returns the lines that tell the logins, none where the demo was removed."""
        kept = await self._store.read(lambda tx: settings_table.get(tx, _PASSWORD))
        if not isinstance(kept, str):
            password = f"barev-{secrets.token_hex(3)}"
            hashed = hash_password(password)
            kept = await self._store.writer.run(lambda tx: _seed(tx, password, hashed))
        if await self.present():
            await self._store.writer.run(_renew)
        password, logins = await self.logins()
        return [
            f"demo login: {one.login}   password: {password}   role: {one.role}   name: {one.name}" for one in logins
        ]

    async def logins(self) -> tuple[str, list[DemoLogin]]:
        """The password of all demo agents, and who they are; nobody where there is no demo."""

        def read(tx: Tx) -> tuple[str, list[DemoLogin]]:
            password = settings_table.get(tx, _PASSWORD)
            if not isinstance(password, str):
                return "", []
            return password, [DemoLogin(*row) for row in demo_rows.list_seeded_agents(tx)]

        return await self._store.read(read)

    async def present(self) -> bool:
        """Whether demo rows are in the store."""
        return await self._store.read(lambda tx: settings_table.get(tx, "demo.state") == "seeded")

    async def remove(self, agent: Agent, owner: NewOwner | None) -> dict[str, int]:
        """Removes the demo; what was typed meanwhile stays. Raises Rejected conflict, invalid."""
        from barev.demo import remove

        hashed = None if owner is None else hash_password(owner.password)
        if owner is not None and len(owner.password) < self._password_min:
            raise Rejected("invalid", "error.password_short", field="password", min=self._password_min)

        def write(tx: Tx) -> dict[str, int]:
            if owner is not None and hashed is not None:
                login = owner.login.strip().casefold()
                if agents.find_login(tx, login) is not None:
                    raise Rejected("conflict", "error.login_taken", login=login)
                add_agent(tx, login, hashed, "owner", owner.name, agent.language)
            if not agents.has_own_owner(tx):
                raise Rejected("conflict", "error.demo_needs_owner")
            counts = remove(tx, clock.now_ms())
            settings_table.put(tx, _PASSWORD, None, clock.now())
            record_deed(tx, None, "demo.removed", "demo", 0, after={**counts, "by": agent.login})
            return counts

        counts = await self._store.writer.run(write)
        if self.on_removed is not None:
            self.on_removed()
        return counts


def _seed(tx: Tx, password: str, hashed: str) -> str:
    kept = settings_table.get(tx, _PASSWORD)
    if isinstance(kept, str):
        return kept
    from barev.demo import seed  # five languages of talk, read only where they are wanted

    seed(tx, clock.now_ms(), hashed)
    settings_table.put(tx, _PASSWORD, password, clock.now())
    settings_table.put(tx, _TOLD_AT, clock.now_ms(), clock.now())
    return password


def _renew(tx: Tx) -> None:
    """At a later start: "two minutes ago" is two minutes ago again."""
    told_at, now_ms = settings_table.get(tx, _TOLD_AT), clock.now_ms()
    if isinstance(told_at, int) and now_ms - told_at > _STALE_MS:
        from barev.demo.visit_seeding import renew_visits

        demo_rows.open_anew(tx, clock.now())
        renew_visits(tx, clock.now())
        demo_rows.shift_times(tx, now_ms - told_at)
        settings_table.put(tx, _TOLD_AT, now_ms, clock.now())
