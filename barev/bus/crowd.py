"""Who is present in which process: each tells the others its own people, and is believed as long as it is heard.

A process tells what changes, under a rising number, and says that number once a second. Whoever has another number of
it asks for all. Who is not heard for ``EXPIRE_S`` is gone, and his people with him; while the line itself is down,
nobody can be heard, and all stays as it was.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from barev.bus.codec import Plain, shape_of
from routing.presence import LivePresence, Present, Watch

BEAT_S = 1.0
EXPIRE_S = 4.0
_PRESENT = shape_of(Present)
Word = list[Plain]
ALL = "*"


class _Heard(NamedTuple):
    version: int | None  # None: not known
    at: float


class Crowd:
    """The people of all processes. ``me``: this process's name. ``wake`` is called when there is something to tell."""

    def __init__(self, me: str, presence: LivePresence, wake: Callable[[], None]) -> None:
        self._me = me
        self._presence = presence
        self._wake = wake
        self._version = 0
        self._agents: set[int] = set()  # changed since they were told
        self._visitors: dict[int, bool] = {}
        self._beat_due = self._all_due = False
        self._asked: set[str] = set()
        self._heard: dict[str, _Heard] = {}
        self._beaten_at = 0.0
        presence.watch(Watch(self._agent_turned, self._visitor_turned))

    @property
    def processes(self) -> list[str]:
        """The other processes that are there."""
        return sorted(self._heard)

    # --- telling ----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The line stands (again): tells everybody all, and asks everybody for all."""
        now = asyncio.get_running_loop().time()
        self._beaten_at = now
        self._heard = {process: one._replace(at=now) for process, one in self._heard.items()}
        self._asked = {ALL}
        self._all_due = True
        self._wake()

    def beat(self) -> None:
        """To be called every ``BEAT_S`` while the line stands: tells that this process lives, forgets who is not
        heard."""
        now = asyncio.get_running_loop().time()
        if now - self._beaten_at > 2 * BEAT_S:  # it is we who stood still: what the others said still waits to be read
            self._heard = {process: one._replace(at=now) for process, one in self._heard.items()}
        self._beaten_at = now
        for process in [process for process, one in self._heard.items() if now - one.at > EXPIRE_S]:
            del self._heard[process]
            self._presence.forget(process)
        self._beat_due = True
        self._wake()

    def take(self) -> list[Word]:
        """The words to be said next."""
        words: list[Word] = []
        if self._all_due:
            self._all_due = False
            self._clear()
            agents, visitors = self._presence.list_here()
            self._version += 1
            packed: list[Plain] = [_PRESENT.pack(one) for one in agents]
            words.append(["all", self._version, _PRESENT.tag, packed, list(visitors)])
        elif self._agents or self._visitors:
            shown = {agent_id: self._presence.find_here(agent_id) for agent_id in self._agents}
            came: list[Plain] = [_PRESENT.pack(one) for one in shown.values() if one is not None]
            gone: list[Plain] = [agent_id for agent_id, one in shown.items() if one is None]
            visitors_came: list[Plain] = [contact for contact, on in self._visitors.items() if on]
            left: list[Plain] = [contact for contact, on in self._visitors.items() if not on]
            self._clear()
            self._version += 1
            words.append(["turned", self._version, _PRESENT.tag, came, gone, visitors_came, left])
        elif self._beat_due:
            words.append(["beat", self._version])
        self._beat_due = False
        words += [["ask", process] for process in sorted(self._asked)]
        self._asked.clear()
        return words

    def _clear(self) -> None:
        self._agents.clear()
        self._visitors.clear()

    def _agent_turned(self, agent_id: int) -> None:
        self._agents.add(agent_id)
        self._wake()

    def _visitor_turned(self, contact_id: int, came: bool) -> None:
        self._visitors[contact_id] = came
        self._wake()

    # --- hearing ----------------------------------------------------------------------------------------------------

    def hear(self, process: str, word: Word) -> bool:
        """A word of another process; False where it is none of ours. Raises ValueError, TypeError for what makes no
        sense."""
        now = asyncio.get_running_loop().time()
        known = self._heard.get(process, _Heard(None, now)).version
        match word:
            case ["beat", int(version)]:
                pass
            case ["turned", int(version), _PRESENT.tag, list(came), list(gone), list(visitors), list(left)]:
                if known is not None and version == known + 1:
                    known = version
                    arrived = [_PRESENT.unpack(one) for one in came]
                    self._presence.hear(process, arrived, _ids(gone), _ids(visitors), _ids(left))
            case ["all", int(version), _PRESENT.tag, list(agents), list(visitors)]:
                known = version
                self._presence.replace(process, [_PRESENT.unpack(one) for one in agents], _ids(visitors))
            case ["ask", str(whom)]:
                if whom in {ALL, self._me}:
                    self._all_due = True
                    self._wake()
                return True
            case _:
                return False
        if known != version:
            self._asked.add(process)
            self._wake()
            known = None
        self._heard[process] = _Heard(known, now)
        return True


def _ids(values: list[Plain]) -> list[int]:
    return [value for value in values if isinstance(value, int)]
