"""What a plan is made from and what it comes to: frozen records, no store, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from conversation.messages import JsonObject

NO_TEAM = 0
"""The place of conversations of no team: they are for everybody."""
MANUAL = "manual"
"""The policy of a team whose conversations are only ever taken by hand."""
Cause = Literal["unanswered", "absent", "reopened", "shift_over"]
"""Why one who has a conversation is not to keep it."""
Kind = Literal["policy", "backlog", "known", "shared", "handover", "released", "team", "nobody"]
"""What was decided: given by the team's policy (``backlog``: after it had waited for somebody to come), given to whom
it belongs, moved from one with more unread ones, handed over at the end of a shift; put back into the queue, passed to
another team, nobody found."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team's rules, see ``crm_store.models.TeamRow``. ``open``: within its working hours."""

    id: int
    policy: str = "balanced"
    capacity: int | None = None
    gap_s: int = 0
    answer_s: int | None = 120
    escalate_s: int | None = None
    escalate_team_id: int | None = None
    fallback_team_id: int | None = None
    give_back_s: int | None = 120
    open: bool = True


@dataclass(frozen=True, slots=True)
class Answerer:
    """An agent as a plan sees him. ``present``: he has a window open; ``online``: and chose to be; ``on_shift``.

    ``loads``: by team, the conversations that keep him busy; ``unread``: by team, those of them that were given to him
    from a backlog and that he has not opened. ``since``: since when he is not there, or not online.
    """

    id: int
    name: str
    teams: frozenset[int]
    capacity: int = 10
    weight: int = 1
    level: int = 3
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    present: bool = True
    online: bool = True
    on_shift: bool = True
    since: datetime | None = None
    last_assigned_at: datetime | None = None
    loads: Mapping[int, int] = field(default_factory=dict)
    unread: Mapping[int, int] = field(default_factory=dict)

    @property
    def assignable(self) -> bool:
        """Whether he is given conversations at all."""
        return self.present and self.online and self.on_shift and self.capacity > 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation about which something is to be decided.

    ``since``: how long its customer waits, None where he does not. ``holder_id`` and ``cause``: who has it, and why he
    is not to keep it; both None in the queue. ``told``: it was said already that nobody is there.
    """

    id: int
    team_id: int
    since: datetime | None
    language: str | None = None
    skill: str | None = None
    min_level: int | None = None
    passed: frozenset[int] = frozenset()
    known_agent_id: int | None = None
    holder_id: int | None = None
    cause: Cause | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a plan is made from but the conversations. ``teams`` by id, ``NO_TEAM`` among them."""

    at: datetime
    teams: Mapping[int, Team]
    answerers: tuple[Answerer, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to happen to a conversation. ``agent_id``: who has it from now on; ``due_at``: until when he is to
    answer. ``from_id``: who had it. ``passed``, ``min_level``, ``known_agent_id``: as they are from now on."""

    conversation_id: int
    kind: Kind
    agent_id: int | None
    team_id: int
    reason: JsonObject
    policy: str | None = None
    from_id: int | None = None
    due_at: datetime | None = None
    passed: tuple[int, ...] = ()
    min_level: int | None = None
    known_agent_id: int | None = None
