"""Why it went to whom: what is kept of a decision, as plain JSON, and how it is told in the languages of the desk.

Kept are: ``cause`` and ``from`` (who had it before), ``language`` and ``speaks``, ``skill``, ``load`` (how many he had)
of ``capacity``, ``idle_s``, ``waited_s``, and ``next``: who came next, and by what he was ``behind`` (``by``: how many
conversations more he had).
"""

from datetime import datetime

from conversation.messages import JsonObject
from routing.assignment.board import Team, Waiting
from routing.assignment.policies import Candidate, Rank


def behind(best: Rank, other: Rank) -> str:
    """The name of the first number in which the second differs from the first."""
    pairs = zip(best, other, strict=False)
    return next((name for (name, value), (_, theirs) in pairs if value != theirs), "id")


def reason_of(
    at: datetime,
    waiting: Waiting,
    team: Team,
    to: Candidate,
    other: Candidate | None,
    why: str,
    holder: Candidate | None,
) -> JsonObject:
    """What is kept of the reason for giving a conversation to somebody; asked before it is counted as his. ``other``:
    who came next, and ``why`` he did; ``holder``: who has had it."""
    one = to.answerer
    capacity = one.capacity if team.capacity is None else min(one.capacity, team.capacity)
    load = to.load - (1 if waiting.holder_id == one.id else 0)
    reason: JsonObject = {"to": one.name, "load": load, "capacity": capacity}
    idle_s = to.idle_s(at)
    if idle_s != float("inf"):
        reason["idle_s"] = int(idle_s)
    if waiting.language is not None and one.languages:
        reason["language"] = waiting.language
        reason["speaks"] = waiting.language in one.languages
    if waiting.skill is not None and waiting.skill in one.skills:
        reason["skill"] = waiting.skill
    if waiting.since is not None:
        reason["waited_s"] = int((at - waiting.since).total_seconds())
    if waiting.cause is not None:
        reason["cause"] = waiting.cause
    if holder is not None and holder is not to:
        reason["from"] = {"id": holder.answerer.id, "name": holder.answerer.name}
    if other is not None:
        known: JsonObject = {"id": other.answerer.id, "name": other.answerer.name, "behind": why}
        if why == "load" and other.load > to.load:
            known["by"] = other.load - to.load
        reason["next"] = known
    return reason
