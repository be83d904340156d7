"""New visitors whom nobody has answered yet, by network address: many of them within a short time are a flood."""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from typing import Final

_ADDRESSES: Final = 10_000


class Newcomers:
    """Counts those who began to talk, by the time they came; who is answered is counted no more. More than ``most``
    of one address within ``window_s`` seconds are suspicious (0: never). Times are of a monotonic clock."""

    def __init__(self, most: int, window_s: float) -> None:
        self._most = most
        self._window_s = window_s
        self._waiting: OrderedDict[str, list[tuple[float, int]]] = OrderedDict()  # arrival and conversation, in order
        self._known: dict[int, tuple[str, float]] = {}

    def began(self, remote: str, arrived_s: float, conversation_id: int) -> None:
        """A new visitor who came then said his first word."""
        if self._most == 0 or conversation_id in self._known:
            return
        insort(self._waiting.setdefault(remote, []), (arrived_s, conversation_id))
        self._waiting.move_to_end(remote)
        self._known[conversation_id] = (remote, arrived_s)
        if len(self._waiting) > _ADDRESSES:
            self._forget(self._waiting.popitem(last=False)[1])

    def answered(self, conversation_id: int) -> None:
        """An agent spoke there."""
        known = self._known.pop(conversation_id, None)
        if known is None:
            return
        remote, arrived_s = known
        waiting = self._waiting[remote]
        del waiting[bisect_left(waiting, (arrived_s, conversation_id))]
        if not waiting:
            del self._waiting[remote]

    def wait_s(self, remote: str, now: float) -> float:
        """0.0, or the seconds until an address is above suspicion, if nobody comes or is answered meanwhile."""
        waiting = self._waiting.get(remote)
        if waiting is None:
            return 0.0
        over = bisect_right(waiting, (now - self._window_s, 0))
        self._forget(waiting[:over])
        del waiting[:over]
        if not waiting:
            del self._waiting[remote]
        if len(waiting) <= self._most:
            return 0.0
        return waiting[len(waiting) - self._most - 1][0] + self._window_s - now

    def _forget(self, those: list[tuple[float, int]]) -> None:
        for _, conversation_id in those:
            self._known.pop(conversation_id, None)
