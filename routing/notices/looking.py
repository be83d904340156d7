"""Who is to be told of what, worked out from the store again and again: nothing is lost with a process, and what two
processes find at once is written once.

One notice a conversation until somebody looked at it: its key holds up to where it was read.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from business.hours.working import Working, load_working
from business.team.notices import SMS, Choices, choices_of
from business.team.settings import read, read_whole
from conversation import clock
from conversation.messages import Agent, Channel
from crm_store import Tx, agents, notices
from crm_store.engine import Store
from crm_store.notices import NoticeAddress, Waiting
from routing.notices.wording import Kind, Notice, Wording, write

_log = logging.getLogger(__name__)
_RECENT: Final = timedelta(hours=24)
_AT_ONCE: Final = 200
_MAIL: Final[Channel] = "email"
"""Only the digest goes there."""


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """``after_s``: how old a customer's word is before an agent is told of it, so that one who has the desk open sees
    it first; ``look_s``: how often it is looked; ``per_day``: notices to one address in 24 hours, at most."""

    after_s: float = 15.0
    look_s: float = 2.0
    per_day: int = 300


class _Reader(NamedTuple):
    """An agent who can be told."""

    agent: Agent
    choices: Choices
    addresses: tuple[NoticeAddress, ...]


class NoticeLook:
    """One a process. ``away``: whether an agent has no desk open; ``ways``: by which channels agents can be told."""

    def __init__(
        self,
        store: Store,
        wording: Wording,
        rules: NoticeRules,
        ways: Callable[[], frozenset[Channel]],
        away: Callable[[int], bool],
    ) -> None:
        self._store = store
        self._wording = wording
        self._rules = rules
        self._ways = ways
        self._away = away

    async def work(self) -> None:
        """Looks until it is cancelled. Raises Unavailable, and is then to be called anew."""
        await asyncio.sleep(self._rules.after_s)  # who has the desk open comes back to a server that was started anew
        while True:
            await self.look()
            await asyncio.sleep(self._rules.look_s)

    async def look(self) -> int:
        """Writes what is to be told now; returns how many notices."""
        if not await self._store.read(self._find):
            return 0
        return await self._store.writer.run(self._write)

    def _write(self, tx: Tx) -> int:
        """What was found is looked at again: whose rights were taken meanwhile is not told."""
        at = clock.now()
        return sum(write(tx, one, at) for one in self._find(tx))

    def _find(self, tx: Tx) -> list[Notice]:
        at = clock.now()
        ways = self._ways() - {_MAIL}
        if not read(tx, "notices.sms"):
            ways -= {SMS}
        found = list(self._all(tx, at, ways)) if ways else []
        written = notices.list_written(tx, [one.key for one in found])
        fresh = [one for one in found if one.key not in written]
        return self._within_limits(tx, fresh, at) if fresh else []

    def _all(self, tx: Tx, at: datetime, ways: frozenset[Channel]) -> Iterator[Notice]:
        readers = [one for one in _readers(tx, ways) if one.choices.at_desk or self._away(one.agent.id)]
        if not readers:
            return
        until = at - timedelta(seconds=self._rules.after_s)
        waiting = notices.list_waiting(tx, at - _RECENT, until, _AT_ONCE)
        due = notices.list_due_tasks(tx, [one.agent.id for one in readers], at - _RECENT, at, _AT_ONCE)
        if not waiting and not due:
            return
        working = load_working(tx, at)
        for reader in readers:
            if not _listens(reader, working):
                continue
            language = reader.agent.language
            for talk in waiting:
                kind = kind_of(reader.agent, reader.choices, talk, at)
                if kind is not None:
                    yield from self._of_talk(reader, kind, talk, at)
            for task in due:
                if task.agent_id != reader.agent.id or not reader.choices.tasks:
                    continue
                text = self._wording.task(language, task.title)
                key = f"task:{task.id}:{clock.to_ms(task.due_at)}"
                yield from (_to(reader, one, text, key) for one in reader.addresses if one.linked_at < task.due_at)

    def _of_talk(self, reader: _Reader, kind: Kind, talk: Waiting, at: datetime) -> Iterator[Notice]:
        language = reader.agent.language
        for one in reader.addresses:
            if one.linked_at >= talk.said_at:
                continue  # what was there before is not poured over him
            about = f"talk:{talk.id}:{talk.read_seq}"
            if one.channel == SMS:
                made = _to(reader, one, self._wording.short(language, kind, talk, at), about)
            else:
                made = _to(reader, one, self._wording.waiting(language, kind, talk, at), about)
                made = made._replace(buttons=self._wording.buttons(language, talk.id))
            yield made._replace(conversation_id=talk.id)

    def _within_limits(self, tx: Tx, found: Sequence[Notice], at: datetime) -> list[Notice]:
        counted: dict[tuple[Channel, str], int] = {}
        most: Mapping[bool, int] = {True: read_whole(tx, "notices.sms_per_day"), False: self._rules.per_day}
        kept = []
        for one in found:
            where = one.channel, one.to
            if where not in counted:
                counted[where] = notices.count_written(tx, *where, at - timedelta(days=1))
            if counted[where] < most[one.channel == SMS]:
                counted[where] += 1
                kept.append(one)
        return kept


def kind_of(agent: Agent, choices: Choices, talk: Waiting, at: datetime) -> Kind | None:
    """What a conversation that waits is to an agent; None: nothing that he is to be told of now."""
    if talk.assignee_id == agent.id:
        if talk.spoke:
            return "answer" if choices.answers else None
        return "assigned" if choices.assigned else None
    his = talk.team_id is None or talk.team_id in agent.teams
    waited = talk.waiting_since + timedelta(minutes=choices.wait_min) <= at
    return "waiting" if talk.assignee_id is None and his and waited and choices.waiting else None


def _readers(tx: Tx, ways: frozenset[Channel]) -> list[_Reader]:
    """Everybody who may work and is told by one of these channels."""
    addresses: dict[int, list[NoticeAddress]] = {}
    for one in notices.list_addresses(tx):
        if one.channel in ways:
            addresses.setdefault(one.agent_id, []).append(one)
    kept = notices.find_choices(tx, list(addresses)) if addresses else {}
    found = (
        [(agent, addresses[agent.id]) for agent in agents.list_agents(tx) if agent.id in addresses] if addresses else []
    )
    return [_Reader(agent, choices_of(agent, kept.get(agent.id)), tuple(his)) for agent, his in found]


def _listens(reader: _Reader, working: Working) -> bool:
    return reader.choices.off_hours or working.agent_on_shift(reader.agent.id)


def _to(reader: _Reader, address: NoticeAddress, text: str, about: str) -> Notice:
    key = f"notice:{address.id}:{about}"
    return Notice(address.channel, address.value, reader.agent.id, reader.agent.language, text, key)
