"""Texts that went out in several parts: each part is reported, the text is told of once."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.sms.driver import SmsReport

_MOST: Final = 20_000
"""Parts that are remembered; older ones are told of by their last part alone, as after a restart."""


@dataclass(slots=True)
class _Whole:
    id: str
    missing: set[str] = field(default_factory=set)
    failed: bool = False


class Wholes:
    """``name``: what the far side calls a part. In memory only: what is not known is passed on as it is."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._parts: OrderedDict[str, _Whole] = OrderedDict()

    def add(self, names: Sequence[str]) -> str:
        """A text that was taken, by the names of its parts. Returns the name of the whole: the last one's."""
        whole = _Whole(names[-1], set(filter(None, names)))
        for name in filter(None, names):
            self._parts[name] = whole
            self._parts.move_to_end(name)
        while len(self._parts) > self._most:
            self._parts.popitem(last=False)
        return whole.id

    def knows(self, name: str) -> bool:
        """Whether it was added, and is remembered."""
        return name in self._parts

    def judge(self, report: SmsReport) -> SmsReport | None:
        """What a report of a part says of the whole: delivered with its last part, failed with the first that fails;
        None: nothing yet. A report that comes again says the same again."""
        whole = self._parts.get(report.id)
        if whole is None:
            return report
        if report.state == "failed":
            whole.failed = True
        elif whole.failed:
            return None
        elif report.state == "delivered":
            whole.missing.discard(report.id)
            if whole.missing:
                return None
        return report._replace(id=whole.id)
