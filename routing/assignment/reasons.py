"""Why it went to whom: what is kept of a decision, as plain JSON, and how it is told in the languages of the desk.

Kept are: ``cause`` and ``from`` (who had it before), ``language`` and ``speaks``, ``skill``, ``load`` (how many he had)
of ``capacity``, ``idle_s``, ``waited_s``, and ``next``: who came next, and by what he was ``behind`` (``by``: how many
conversations more he had).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from conversation.messages import JsonObject, Language
from conversation.ports import Texts
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


CODES: Final[Mapping[str, str]] = {
    "policy": "assigned_auto",
    "backlog": "assigned_auto",
    "known": "assigned_auto",
    "shared": "assigned_auto",
    "handover": "handed_over",
    "released": "put_back",
    "team": "passed_on",
    "nobody": "nobody",
}
"""The activity line of each kind of decision, ``activity.<code>``."""
_BEHIND = frozenset(
    {"load", "idle", "less_experienced", "more_experienced", "passed", "skill", "language", "full", "alone"}
)


def fields_of(kind: str, reason: JsonObject, team: str) -> dict[str, str]:
    """The reason as the fields of an activity line, all of them texts. ``team``: the name of the one that has it now.

    What is not in them played no part; ``idle`` is in minutes.
    """
    fields: dict[str, str] = {"team": team}
    fields |= {name: str(reason[name]) for name in ("to", "cause", "skill", "load", "capacity") if name in reason}
    if reason.get("speaks") is True:
        fields["speaks"] = str(reason["language"])
    idle_s = reason.get("idle_s")
    if isinstance(idle_s, int):
        fields["idle"] = str(idle_s // 60)
    before = reason.get("from")
    if isinstance(before, dict):
        fields["from"] = str(before["name"])
    if kind == "known":
        fields["known"] = "yes"
    following = reason.get("next")
    if isinstance(following, dict):
        fields["next"] = str(following["name"])
        fields["behind"] = str(following["behind"])
        if "by" in following:
            fields["by"] = str(following["by"])
    elif "to" in reason and kind != "known":
        fields["behind"] = "alone"
    return fields


def tell(texts: Texts, language: Language, kind: str, fields: Mapping[str, str]) -> str:
    """A decision in words: "Given to Ani: speaks Armenian, 2 of 5 chats, idle 4 min; next in line was Boris, busier
    by 1"."""
    return texts.get(language, f"activity.{CODES[kind]}", **fields, reason=_reason(texts, language, fields))


def _reason(texts: Texts, language: Language, fields: Mapping[str, str]) -> str:
    """``reasonText`` in desk/web/i18n.ts says activity lines by the same rule."""
    parts = []
    if "cause" in fields:
        parts.append(f"cause.{fields['cause']}")
    if "known" in fields:
        parts.append("known")
    if "speaks" in fields:
        parts.append(f"speaks.{fields['speaks']}")
    parts += [name for name in ("skill", "load", "idle") if name in fields]
    said = ", ".join(texts.get(language, f"assignment.{part}", **fields) for part in parts)
    behind = fields.get("behind")
    if behind is None:
        return said
    after = behind if behind in _BEHIND and (behind != "load" or "by" in fields) else "other"
    return "; ".join(filter(None, (said, texts.get(language, f"assignment.next.{after}", **fields))))
