"""Which message of a customer is one that comes again. SMPP 3.4 gives what comes no name, so it is known by what the
far side cannot have been told: that we keep it. What was said twice and confirmed in between was said twice."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from bot.sms.coding import Body

_PATIENCE_S: Final = 5.0
"""A far side that has waited so long for an answer may have given it up."""
_AGAIN_S: Final = 300.0
"""So long after something came that is in doubt, the same is taken for it."""
_REMEMBERED_S: Final = 900.0
_MOST: Final = 10_000


class Said(NamedTuple):
    """Who said what. ``reference``: the sender's own number of it (user_message_reference), where one is told."""

    sender: str
    body: Body
    reference: int


@dataclass(slots=True)
class Attempt:
    """The latest attempt of the far side to hand a message over. ``name``: the same of all its attempts; ``came``,
    ``answered``: seconds of the loop's clock."""

    name: str
    bind: int
    sequence: int
    came: float
    answered: float | None = None
    doubtful: bool = False
    """Whether the far side may not know that it is kept."""

    def is_of(self, bind: int, sequence: int, came: float) -> bool:
        """Whether what came is this one again."""
        if self.doubtful:
            return came - self.came <= _AGAIN_S
        if self.bind != bind:
            return False
        until = came if self.answered is None else min(self.answered, came)
        return self.sequence == sequence or until - self.came >= _PATIENCE_S


class Repeats:
    """In memory, of one process. After a restart the same text of the same sender within one minute is one."""

    def __init__(self) -> None:
        self._bind = 0
        self._said: OrderedDict[Said, list[Attempt]] = OrderedDict()

    def take(self, said: Said, sequence: int, came: float, at: datetime) -> Attempt:
        """What came, as a new message or as one that was there already. ``at``: the time of day."""
        attempts = self._said.setdefault(said, [])
        self._said.move_to_end(said)
        for one in attempts:
            if one.is_of(self._bind, sequence, came):
                one.bind, one.sequence, one.came, one.answered, one.doubtful = self._bind, sequence, came, None, False
                return one
        known = {one.name for one in attempts}
        count = 0
        while (name := _name(said, at, count)) in known:
            count += 1
        attempts[:] = [one for one in attempts if came - one.came <= _REMEMBERED_S]
        attempts.append(Attempt(name, self._bind, sequence, came))
        self._forget(came)
        return attempts[-1]

    def lose(self, proved: float) -> None:
        """The line is lost. ``proved``: what was written before has arrived over there; what was answered since then,
        or was not, may come again."""
        for attempts in self._said.values():
            for one in attempts:
                if one.bind == self._bind and (one.answered is None or one.answered >= proved):
                    one.doubtful = True
        self._bind += 1

    def _forget(self, now: float) -> None:
        while len(self._said) > _MOST or now - next(iter(self._said.values()))[-1].came > _REMEMBERED_S:
            self._said.popitem(last=False)


def _name(said: Said, at: datetime, count: int) -> str:
    words = f"{said.sender}\n{said.reference}\n{said.body.coding}\n{at:%Y%m%d%H%M}\n{count}\n".encode()
    return hashlib.sha256(words + said.body.data).hexdigest()[:32]
