"""In which order those who could answer are asked: the policies that come with Barev, and a firm's own.

A policy says of each candidate how he ranks, as named numbers of which the first that differ decide, the lower the
earlier: ``[("load", 0.4), ("idle", -240.0)]``. The name of the number that decided is the reason that is kept.
docs/how-to/write-a-policy.md shows how a firm adds its own.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import Final

from routing.assignment.board import Answerer, Waiting

log = logging.getLogger(__name__)
GROUP: Final = "barev.assignment"
"""The group of entry points by which packages offer policies; the entry point's name is the policy's."""


@dataclass(slots=True, eq=False)
class Candidate:
    """One who could answer. ``load``: the conversations that keep him busy now, ``loads``: the same by team."""

    answerer: Answerer
    load: int = 0
    loads: dict[int, int] = field(default_factory=dict)
    last_assigned_at: datetime | None = None

    def idle_s(self, at: datetime) -> float:
        """Seconds since he was last given a conversation; infinite where he never was."""
        return math.inf if self.last_assigned_at is None else (at - self.last_assigned_at).total_seconds()


Rank = Sequence[tuple[str, float]]
Policy = Callable[[Waiting, Candidate, datetime], Rank]


def balanced(_waiting: Waiting, candidate: Candidate, at: datetime) -> Rank:
    """The least loaded for his weight; of equals, who has been idle longest."""
    return (
        ("load", candidate.load / max(candidate.answerer.weight, 1)),
        ("idle", -candidate.idle_s(at)),
        ("id", candidate.answerer.id),
    )


def experienced_first(waiting: Waiting, candidate: Candidate, at: datetime) -> Rank:
    """The most experienced; of equals, as balanced."""
    return (("less_experienced", -candidate.answerer.level), *balanced(waiting, candidate, at))


def juniors_first(waiting: Waiting, candidate: Candidate, at: datetime) -> Rank:
    """The least experienced; of equals, as balanced. Who lets one pass is followed by somebody more experienced."""
    return (("more_experienced", candidate.answerer.level), *balanced(waiting, candidate, at))


def round_robin(_waiting: Waiting, candidate: Candidate, at: datetime) -> Rank:
    """One after another: who has been idle longest, however many he has."""
    return (("idle", -candidate.idle_s(at)), ("id", candidate.answerer.id))


BUILT_IN: Final[Mapping[str, Policy]] = {
    "balanced": balanced,
    "experienced_first": experienced_first,
    "juniors_first": juniors_first,
    "round_robin": round_robin,
}


def load_policies() -> dict[str, Policy]:
    """Those that come with Barev and those of installed packages. One that cannot be loaded is left out and logged;
    a package cannot take the place of one that comes with Barev."""
    found: dict[str, Policy] = dict(BUILT_IN)
    for entry in entry_points(group=GROUP):
        if entry.name in found:
            log.error("the assignment policy %r of %s: the name is taken", entry.name, entry.value)
            continue
        try:
            policy = entry.load()
        except Exception:
            log.exception("the assignment policy %r of %s cannot be loaded", entry.name, entry.value)
            continue
        if callable(policy):
            found[entry.name] = policy
        else:
            log.error("the assignment policy %r of %s cannot be called", entry.name, entry.value)
    return found
