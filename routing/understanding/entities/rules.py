"""How symbols that belong together are found, and what is made of them: a day (e), a clock time (c), a moment (j).

A rule is a pattern over the signs of ``lexicon`` and what to make of it. Rules are tried at each place in their order,
those first that begin with its sign; none is longer than a dozen symbols, so that the work grows with the text's length
and no faster.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from routing.understanding.entities.frame import Clock, Days, Hours, Moment
from routing.understanding.entities.symbols import Symbol

Made = Days | Clock | Moment
_MOST: Final = 1e9
_NEAR: Final = 12
BARE: Final = frozenset("zU$%MHVGo1#")
"""A number before one of these is no hour by itself."""


class Item(NamedTuple):
    """``sign``: e, c, j (v for hours, later), or a symbol's own where nothing was made of it."""

    sign: str
    start: int
    end: int
    value: Days | Clock | Hours | Moment | float | str | None
    language: str | None = None
    digits: int = 0


class At(NamedTuple):
    """Where a rule is tried: the match over the signs, the symbols, the firm's wall time."""

    match: re.Match[str]
    row: list[Symbol]
    wall: datetime

    def symbol(self, group: int) -> Symbol:
        """The symbol of a group; it must have matched."""
        return self.row[self.match.start(group)]

    def number(self, group: int) -> float | None:
        """The number of a group: a quarter is 15, a half 30; None where the group is empty."""
        if self.match[group] is None:
            return None
        one = self.symbol(group)
        if one.sign in "QH":
            return 15.0 if one.sign == "Q" else 30.0
        return one.value if isinstance(one.value, float) and one.value < _MOST else None

    def near_before(self, signs: str) -> bool:
        """Whether one of these stands a little before the match."""
        start = self.match.start()
        return any(one.sign in signs for one in self.row[max(0, start - _NEAR) : start])

    def before(self) -> str:
        """The sign in front, or nothing."""
        place = self.match.start()
        return self.row[place - 1].sign if place else ""

    def after(self) -> str:
        """The sign behind, or nothing."""
        place = self.match.end()
        return self.row[place].sign if place < len(self.row) else ""


Build = Callable[[At], Made | None]


class RuleBook:
    """Rules in their order: the signs that one may begin with, its pattern, what is made of it."""

    def __init__(self) -> None:
        self.rules: list[tuple[str, re.Pattern[str], Build]] = []

    def rule(self, pattern: str, first: str) -> Callable[[Build], Build]:
        """Enters a rule. ``first``: the signs that ``pattern`` may begin with."""
        compiled = re.compile(pattern)

        def keep(build: Build) -> Build:
            self.rules.append((first, compiled, build))
            return build

        return keep
