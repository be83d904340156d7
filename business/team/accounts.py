"""Log-in and accounts: revocable sessions, throttled failures, every change in the audit log (features ST-01,
AU-01)."""

import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from business.team.deeds import record_deed
from business.team.passwords import check_password_aside, hash_password_aside
from business.team.permissions import RoleName
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Language
from crm_store import Tx, access, agents
from crm_store.engine import Store

_BROWSER_CHARS = 300
_LOGIN_LIMIT = 100
_TRACKED = 50_000


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """``failed_*``: how many failed log-ins within ``failed_window_s`` seconds, per login and per network address."""

    session_days: int
    password_min: int
    failed_per_login: int
    failed_per_address: int
    failed_window_s: float


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in that holds, or the use of a program's token. ``token`` is known only at log-in; ``scopes``: of a
    program's token (None: a person logged in), whose id ``id`` is then."""

    id: int
    agent: Agent
    token: str | None = None
    scopes: frozenset[str] | None = None


class Failures:
    """Failed log-ins of late by key. In memory: a restart forgives."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window_s = window_s
        self._failed: OrderedDict[str, list[float]] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """0.0, or how long this key must wait."""
        recent = [at for at in self._failed.get(key, ()) if at > now_s - self._window_s]
        return recent[-self._limit] + self._window_s - now_s if len(recent) >= self._limit else 0.0

    def add(self, key: str, now_s: float) -> None:
        """One more failure of this key."""
        kept = [at for at in self._failed.pop(key, ()) if at > now_s - self._window_s]
        self._failed[key] = [*kept[-self._limit :], now_s]
        if len(self._failed) > _TRACKED:
            self._failed.popitem(last=False)

    def forget(self, key: str) -> None:
        """A success wipes the slate."""
        self._failed.pop(key, None)


class Accounts:
    """Who may work here, and whether this is he."""

    def __init__(self, store: Store, settings: AccountSettings) -> None:
        self._store = store
        self._settings = settings
        self._by_login = Failures(settings.failed_per_login, settings.failed_window_s)
        self._by_address = Failures(settings.failed_per_address, settings.failed_window_s)

    async def log_in(self, login: str, password: str, remote: str, user_agent: str | None) -> Session:
        """Opens a session. Raises Rejected unauthorized, or too_many after too many failures (never after
        successes)."""
        key, now_s = login.strip().casefold(), time.monotonic()
        wait = max(self._by_login.wait_s(key, now_s), self._by_address.wait_s(remote, now_s))
        if wait > 0:
            raise Rejected("too_many", "error.login_throttled", retry_after_s=wait, seconds=max(1, round(wait)))
        kept = await self._store.read(lambda tx: agents.find_credentials(tx, key))
        if not await check_password_aside(kept.password_hash if kept else None, password) or kept is None:
            self._by_login.add(key, now_s)
            self._by_address.add(remote, now_s)
            await self._note_refused(None if kept is None else key, remote, user_agent)
            raise Rejected("unauthorized", "error.login_wrong")
        self._by_login.forget(key)
        token = secrets.token_urlsafe(32)
        at = clock.now()

        def write(tx: Tx) -> Session:
            session_id = agents.insert_session(
                tx,
                agent_id=kept.id,
                token_hash=_hash_token(token),
                at=at,
                expires_at=at + timedelta(days=self._settings.session_days),
                remote=remote,
                user_agent=(user_agent or "")[:_BROWSER_CHARS] or None,
            )
            agent = agents.find_agent(tx, kept.id)
            if agent is None:
                raise Rejected("unauthorized", "error.login_wrong")
            browser = _browser(user_agent)
            record_deed(tx, agent, "session.opened", "session", session_id, after=browser, remote=remote)
            return Session(session_id, agent, token)

        return await self._store.writer.run(write)

    async def _note_refused(self, login: str | None, remote: str, user_agent: str | None) -> None:
        """A line of the log. A login that nobody has is not kept: people type passwords there by mistake."""
        after = {"login": login, **(_browser(user_agent) or {})}
        await self._store.writer.run(
            lambda tx: record_deed(tx, None, "session.refused", "session", 0, after=after, remote=remote)
        )

    async def find_session(self, token: str) -> Session:
        """The session of a token. Raises Rejected unauthorized where it ended, expired or never was."""

        def read(tx: Tx) -> Session | None:
            found = agents.find_session(tx, _hash_token(token), clock.now())
            agent = None if found is None else agents.find_agent(tx, found[1])
            return None if found is None or agent is None else Session(found[0], agent)

        session = await self._store.read(read)
        if session is None:
            raise Rejected("unauthorized", "error.session_expired")
        return session

    async def log_out(self, session: Session, remote: str) -> None:
        """Revokes the session."""

        def write(tx: Tx) -> None:
            agents.revoke_session(tx, session.id, clock.now())
            record_deed(tx, session.agent, "session.revoked", "session", session.id, remote=remote)

        await self._store.writer.run(write)

    async def change_password(self, session: Session, old: str, new: str, remote: str) -> list[int]:
        """The agent's own password, by the old one; ends his other sessions and returns their ids.

        Raises Rejected forbidden where the old one is wrong (throttled like failed log-ins), invalid, too_many.
        """
        key, now_s = session.agent.login, time.monotonic()
        wait = self._by_login.wait_s(key, now_s)
        if wait > 0:
            raise Rejected("too_many", "error.login_throttled", retry_after_s=wait, seconds=max(1, round(wait)))
        check_new_password(new, self._settings.password_min, "new_password")
        kept = await self._store.read(lambda tx: agents.find_credentials(tx, key))
        if not await check_password_aside(kept.password_hash if kept else None, old):
            self._by_login.add(key, now_s)
            raise Rejected("forbidden", "access.password_wrong", field="password")
        hashed = await hash_password_aside(new)

        def write(tx: Tx) -> list[int]:
            access.change_agent(tx, session.agent.id, {"password_hash": hashed})
            record_deed(tx, session.agent, "agent.password_changed", "agent", session.agent.id, remote=remote)
            return access.revoke_sessions(tx, session.agent.id, clock.now(), keep=session.id)

        return await self._store.writer.run(write)

    async def add_user(self, login: str, password: str, role: RoleName, name: str | None, language: Language) -> int:
        """Adds one who may work; without another team he belongs to the default one. Raises Rejected conflict,
        invalid."""
        key = check_login(login)
        check_new_password(password, self._settings.password_min)
        kept = await hash_password_aside(password)

        def write(tx: Tx) -> int:
            if agents.find_login(tx, key) is not None:
                raise Rejected("conflict", "error.login_taken", login=key)
            return add_agent(tx, key, kept, role, name or login.strip(), language)

        return await self._store.writer.run(write)


def _browser(user_agent: str | None) -> dict[str, object] | None:
    return {"browser": user_agent[:_BROWSER_CHARS]} if user_agent else None


def check_login(login: str) -> str:
    """The login as it is kept. Raises Rejected invalid for one that will not do."""
    key = login.strip().casefold()
    if not key or len(key) > _LOGIN_LIMIT or any(c.isspace() or not c.isprintable() for c in key):
        raise Rejected("invalid", "error.login_bad_form", field="login")
    return key


def check_new_password(password: str, shortest: int, field: str = "password") -> None:
    """Raises Rejected invalid for a password that is too short."""
    if len(password) < shortest:
        raise Rejected("invalid", "error.password_short", field=field, min=shortest)


def add_agent(tx: Tx, login: str, password_hash: str, role: RoleName, name: str, language: Language) -> int:
    """Adds an agent to the default team, in a transaction of the caller. The login must be free."""
    role_id = agents.find_role_id(tx, role)
    if role_id is None:
        raise Rejected("not_found", "error.role_not_found", role=role)
    agent_id = agents.insert_agent(
        tx, login=login, password_hash=password_hash, name=name, role_id=role_id, language=language, at=clock.now()
    )
    team_id = agents.find_default_team(tx)
    if team_id is not None:
        agents.join_team(tx, agent_id, team_id)
    after = {"login": login, "role": role, "name": name}
    record_deed(tx, None, "agent.added", "agent", agent_id, after=after)
    return agent_id


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
