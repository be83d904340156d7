"""Where an agent is told what waits for him while he is not at the desk, and what he wants to be told of.

Functions that take ``tx`` run inside a transaction of the caller's.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from business.contacts.cards import regions_of
from business.contacts.codes import Reach, read_reach
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Channel, Json, JsonObject
from crm_store import Tx, agents, notices
from crm_store.access import OWNER
from crm_store.engine import Store
from crm_store.notices import NoticeAddress

START: Final = "n_"
"""What the word of a link begins with, when it comes back from the chat that it opened."""
WAIT_MOST_MIN: Final = 240
Named = Literal["phone", "email"]
NAMED: Final[Mapping[Named, Channel]] = {"phone": "sms", "email": "email"}
"""Channels whose addresses are typed; those of messengers are linked from there."""
SMS: Final[Channel] = "sms"


@dataclass(frozen=True, slots=True)
class Choices:
    """What an agent is told of. ``assigned``: dialogs given to him; ``waiting``: those of his teams that nobody has
    answered for ``wait_min`` minutes; ``answers``: what customers say in his dialogs; ``tasks``: his tasks when they
    are due; ``digest``: the day, in the evening. ``at_desk``: also while he has the desk open; ``off_hours``: also
    outside his working hours."""

    assigned: bool = True
    waiting: bool = True
    wait_min: int = 5
    answers: bool = True
    tasks: bool = True
    at_desk: bool = False
    off_hours: bool = False
    digest: bool = False


def choices_of(agent: Agent, kept: JsonObject | None) -> Choices:
    """As he chose; what he did not choose is as usual: an owner reads the digest. Who may not see all conversations
    has none."""
    known = {one.name for one in fields(Choices)}
    chosen = {key: value for key, value in (kept or {}).items() if key in known}
    made = replace(Choices(digest=agent.role == OWNER), **chosen)  # type: ignore[arg-type]  # as ``change`` kept them
    return made if agent.sees_all else replace(made, digest=False)


@dataclass(frozen=True, slots=True)
class Own:
    """What an agent sees of his own: ``ways``: by which channels he could be told."""

    addresses: tuple[NoticeAddress, ...]
    choices: Choices
    ways: frozenset[Channel]


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """``word``: what the chat must say, within its 64 letters; it holds once, until ``expires_at``."""

    word: str
    expires_at: datetime


class OwnNotices:
    """What agents do with their own. ``ways``: by which channels they can be told; ``link_min``: minutes for which a
    link holds."""

    def __init__(self, store: Store, ways: Callable[[], Collection[Channel]], country: str, link_min: int) -> None:
        self._store = store
        self._ways = ways
        self._country = country
        self._hold = timedelta(minutes=link_min)

    async def read(self, agent: Agent) -> Own:
        """As it is now."""
        return await self._store.read(lambda tx: self._read(tx, agent))

    async def choose(self, agent: Agent, wished: Mapping[str, Json]) -> Own:
        """Sets what is given. Raises Rejected forbidden where the digest tells what he may not see."""

        def write(tx: Tx) -> Own:
            fresh = _require(tx, agent)
            if wished.get("digest") and not fresh.sees_all:
                raise Rejected("forbidden", "notices.digest_forbidden", field="digest")
            kept = notices.find_choices(tx, [agent.id]).get(agent.id)
            now = replace(choices_of(fresh, kept), **{key: one for key, one in wished.items() if one is not None})  # type: ignore[arg-type]  # the door's schema
            notices.put_choices(tx, agent.id, asdict(now))
            return self._read(tx, fresh)

        return await self._store.writer.run(write)

    async def make_link(self, agent: Agent, channel: Channel) -> NoticeLink:
        """A link by which he makes a chat his; the one before holds no more. Raises Rejected conflict where this door
        is shut."""
        if channel not in self._ways():
            raise Rejected("conflict", "notices.no_door")
        word = START + secrets.token_urlsafe(24)

        def write(tx: Tx) -> NoticeLink:
            _require(tx, agent)
            expires_at = clock.now() + self._hold
            notices.add_link(tx, agent.id, channel, hash_of(word), expires_at)
            return NoticeLink(word, expires_at)

        return await self._store.writer.run(write)

    async def set_address(self, agent: Agent, kind: Named, stated: str, remote: str) -> Own:
        """His phone, or his mailbox. Raises Rejected conflict where it is none, or nothing can be sent there."""

        def write(tx: Tx) -> Own:
            fresh = _require(tx, agent)
            if NAMED[kind] not in self._ways():
                raise Rejected("conflict", "notices.no_door")
            reach: Reach | None = read_reach(stated, regions_of(tx, self._country))
            if reach is None or reach.channel != kind:
                raise Rejected("conflict", f"notices.wrong_{kind}", field=kind)
            link_now(tx, fresh, NAMED[kind], reach.value, reach.display, remote)
            return self._read(tx, fresh)

        return await self._store.writer.run(write)

    async def unlink(self, agent: Agent, channel: Channel, remote: str) -> Own:
        """He is told there no more; repeated, it changes nothing."""

        def write(tx: Tx) -> Own:
            fresh = _require(tx, agent)
            unlink_now(tx, fresh, channel, remote)
            return self._read(tx, fresh)

        return await self._store.writer.run(write)

    def _read(self, tx: Tx, agent: Agent) -> Own:
        kept = notices.find_choices(tx, [agent.id]).get(agent.id)
        return Own(tuple(notices.list_addresses(tx, agent.id)), choices_of(agent, kept), frozenset(self._ways()))


def hash_of(word: str) -> str:
    """What is kept of a link's word."""
    return hashlib.sha256(word.encode()).hexdigest()


def spend(tx: Tx, channel: Channel, word: str, value: str, display: str) -> Agent | None:
    """Makes a chat that said a link's word its agent's. None: the link is over, or he may not work any more."""
    agent_id = notices.spend_link(tx, channel, hash_of(word), clock.now())
    agent = None if agent_id is None else agents.find_agent(tx, agent_id)
    if agent is not None:
        link_now(tx, agent, channel, value, display, None)
    return agent


def link_now(tx: Tx, agent: Agent, channel: Channel, value: str, display: str, remote: str | None) -> None:
    """He is told there from now on."""
    notices.unlink(tx, agent.id, channel)
    notices.link(tx, agent.id, channel, value, display, clock.now())
    record_deed(tx, agent, "agent.notices_linked", "agent", agent.id, after={"channel": channel}, remote=remote)


def unlink_now(tx: Tx, agent: Agent | None, channel: Channel, remote: str | None = None) -> bool:
    """He is told there no more; False where he was not."""
    if agent is None or notices.unlink(tx, agent.id, channel) is None:
        return False
    record_deed(tx, agent, "agent.notices_unlinked", "agent", agent.id, before={"channel": channel}, remote=remote)
    return True


def _require(tx: Tx, agent: Agent) -> Agent:
    """As he is in this transaction."""
    fresh = agents.find_agent(tx, agent.id)
    if fresh is None:
        raise Rejected("forbidden", "error.agent_not_found")
    return fresh
