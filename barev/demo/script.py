"""The words in which the demo's people and talks are written down. Minutes are counted from line to line."""

from dataclasses import dataclass, field
from typing import Literal

from conversation.messages import JsonObject, Language

LineKind = Literal["visitor", "agent", "note", "act"]
Act = Literal["taken", "assigned", "escalated", "resolved", "snoozed", "rated"]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place of business with one team and one web inbox, whose public key is ``inbox_key``. ``phone`` is E.164.
    ``weekly``: its hours, as ``WorkingHoursRow`` keeps them. ``bot``: it answers first.

    ``utc_offset_h``: hours ahead of UTC; none of the demo's places changes its clocks.
    """

    key: str
    name: str
    timezone: str
    utc_offset_h: int
    country: str
    language: Language
    address: str
    phone: str
    team: str
    inbox: str
    inbox_key: str
    weekly: JsonObject
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    """One who logs in. ``branch`` None: of no team, his role lets him see all."""

    login: str
    name: str
    role: str
    language: Language
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact; an empty name is a visitor who stated none. ``phone`` is E.164, both addresses are merely stated."""

    key: str
    name: str
    language: Language
    country: str
    phone: str | None = None
    email: str | None = None
    note: str = ""
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the firm's site, its title by language."""

    path: str
    titles: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said or done ``gap_min`` minutes after the line before.

    ``by``: login of the agent where it is not the talk's own. ``quotes``: how many lines back is the one quoted
    (0: none). ``edited``, ``deleted``: half a minute later.
    """

    kind: LineKind
    gap_min: float
    text: str = ""
    by: str | None = None
    act: Act | None = None
    to: str | None = None
    hours: float = 0
    score: int = 0
    quotes: int = 0
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation. It ended ``ago_min`` minutes before now, or began ``days`` ago at ``at`` (HH:MM at the branch).

    ``unread``: the customer has not yet seen the last answer. ``agent`` is the login of whoever speaks for the firm.
    """

    customer: str
    page: str
    lines: tuple[Line, ...]
    agent: str | None = None
    ago_min: float = 0
    days: int = 0
    at: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """All of a branch: pages, customers and what was said."""

    branch: Branch
    pages: dict[str, Page]
    customers: tuple[Customer, ...]
    talks: tuple[Talk, ...] = field(default=())


def v(gap_min: float, text: str, *, quotes: int = 0, edited: bool = False) -> Line:
    """The customer wrote."""
    return Line("visitor", gap_min, text, quotes=quotes, edited=edited)


def a(
    gap_min: float, text: str, *, by: str | None = None, quotes: int = 0, edited: bool = False, deleted: bool = False
) -> Line:
    """An agent answered."""
    return Line("agent", gap_min, text, by, quotes=quotes, edited=edited, deleted=deleted)


def note(gap_min: float, text: str, *, by: str | None = None) -> Line:
    """An agent left a note for colleagues."""
    return Line("note", gap_min, text, by)


def taken(gap_min: float = 0.5, *, by: str | None = None) -> Line:
    """An agent took the conversation."""
    return Line("act", gap_min, by=by, act="taken")


def gave(gap_min: float, to: str, *, by: str | None = None) -> Line:
    """An agent handed it to another one (login)."""
    return Line("act", gap_min, by=by, act="assigned", to=to)


def escalated(gap_min: float, *, by: str | None = None) -> Line:
    """An agent gave it back to his team for somebody more experienced."""
    return Line("act", gap_min, by=by, act="escalated")


def snoozed(gap_min: float, hours: float) -> Line:
    """An agent put it aside for so many hours from now."""
    return Line("act", gap_min, act="snoozed", hours=hours)


def resolved(gap_min: float = 1) -> Line:
    """An agent ended it."""
    return Line("act", gap_min, act="resolved")


def rated(gap_min: float, score: int, text: str = "") -> Line:
    """The customer rated it, 1 to 5."""
    return Line("act", gap_min, text, act="rated", score=score)
