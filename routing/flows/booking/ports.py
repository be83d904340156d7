"""What the dialogue asks of booking, and what it has done there.

What is taken, booked, moved or called off is so at once, in the transaction of the answer: a talk that says "it is
yours" and a calendar that says otherwise cannot both be. A trial (``preview``) takes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from conversation.messages import Language, Message


@dataclass(frozen=True, slots=True)
class Service:
    """Something that can be booked. ``price``: in words, empty for none; ``provider_ids``: who does it here;
    ``seats``: for how many at once."""

    id: int
    name: str
    minutes: int
    price: str
    provider_ids: tuple[int, ...]
    about: str = ""
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Provider:
    """One of the staff. ``about``: what customers are told of him."""

    id: int
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a time is sought for: services in their order, with whom (None: anybody; what he does not
    do, anybody does); ``visit_id``: the visit that is
    moved, whose own time is free for it; ``seats``: for how many; ``at_once``: all by different people, not one after
    another."""

    service_ids: tuple[int, ...]
    provider_id: int | None = None
    visit_id: int | None = None
    seats: int = 1
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """A time at which all of it can be had. ``wall``, ``ends``: as the clock on the wall shows it, naive;
    ``provider_ids``: who would do it, one for each service; ``price``: of all of it, in words."""

    at: datetime
    wall: datetime
    ends: datetime
    provider_ids: tuple[int, ...]
    price: str = ""


class Item(NamedTuple):
    """One service of a visit with several. ``what``: its name."""

    id: int
    service_id: int
    what: str
    provider_id: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One of his visits that are to come, or were. ``what``, ``who``: services and specialists by name; ``late``: it
    is so near that the firm counts it as called off late. ``items``: its services, where it has several;
    ``following``: how many come after it that recur with it."""

    id: int
    service_ids: tuple[int, ...]
    provider_ids: tuple[int, ...]
    what: str
    who: str
    wall: datetime
    price: str = ""
    late: bool = False
    items: tuple[Item, ...] = ()
    following: int = 0


class Choice(NamedTuple):
    """A start that is chosen: its instant, and who does each service."""

    at: datetime
    provider_ids: tuple[int, ...]


class Order(NamedTuple):
    """A booking. ``name``, ``phone``: as he said them; ``subject_id``: whom or what it is for; ``agreed``: the words
    that he agreed to with it, empty for none."""

    asked: Asked
    choice: Choice
    name: str = ""
    phone: str = ""
    subject_id: int | None = None
    language: Language = "en"
    agreed: str = ""


class Wish(NamedTuple):
    """A time that is waited for, within days of the wall, both inclusive, and hours (``HH:MM``, None: any);
    ``weekdays``: ``mon`` to ``sun``, empty for all."""

    asked: Asked
    first: date
    last: date
    from_time: str | None = None
    to_time: str | None = None
    language: Language = "en"
    weekdays: tuple[str, ...] = ()


class Waited(NamedTuple):
    """Something that he waits for. ``what``, ``who``: services and specialist by name; the rest as in ``Wish``, hours
    empty for any; ``offered``: a time is held for him just now."""

    id: int
    what: str
    who: str
    first: date
    last: date
    from_time: str = ""
    to_time: str = ""
    weekdays: tuple[str, ...] = ()
    offered: bool = False


Scope = Literal["one", "all"] | int
"""A visit, it with all that follow it in its series, or one service of it (the item's id)."""


class Question(NamedTuple):
    """What he was asked in this talk by the firm itself: whether he takes a freed time (``offer``), whether he comes
    (``visit``). ``open``: it can still be answered; ``latest``: nothing was said to him since; ``message``: by which he
    was asked."""

    kind: Literal["offer", "visit"]
    id: int
    open: bool
    latest: bool
    message: Message


class Told(Protocol):
    """Offers of the waiting list and reminders, which are said in a talk whoever has it."""

    def question(self) -> Question | None:
        """The last of them that was said here and asks for an answer."""

    def answer(self, question: Question, *, yes: bool) -> str:
        """Does what the answer means, at once; what he is told of it. A no to a visit is none of these."""


class Booking(Protocol):
    """What customers may book themselves in a conversation, and what its own has booked. What is refused is answered
    with why, in words; with no words at all it is done."""

    @property
    def now(self) -> datetime:
        """The time on the wall, naive."""

    @property
    def horizon(self) -> date:
        """The last day that can be booked."""

    def services(self, language: Language) -> Sequence[Service]:
        """The catalogue that customers see, in its order."""

    def providers(self, language: Language) -> Sequence[Provider]:
        """The staff that customers may choose, in their order."""

    def subjects(self) -> Sequence[tuple[int, str]]:
        """Whom or what he comes about: id and name."""

    def starts(self, asked: Asked, first: date, last: date) -> Sequence[Start]:
        """The free times of some days, both inclusive, the earliest first; of several by whom, the fairest one."""

    def why(self, asked: Asked, day: date, language: Language) -> str:
        """Why nothing is free on a day; empty where that cannot be told."""

    def why_then(self, asked: Asked, wall: datetime, language: Language) -> str:
        """Why nothing begins at a moment of a day that has free time: nobody works, it is too soon; empty where it is
        only taken."""

    def visits(self, language: Language) -> Sequence[Visit]:
        """His visits to come, the next one first."""

    def last(self, language: Language) -> Visit | None:
        """The visit that he had last."""

    def refuses(self, language: Language, phone: str = "") -> str:
        """Why this customer, or whoever has the phone that he states, may not book by himself; empty: he may."""

    def must_prove(self) -> bool:
        """Whether the firm wants his phone proven first, and it is not."""

    def must_agree(self) -> bool:
        """Whether nothing is kept that he agreed to."""

    def may_wait(self) -> bool:
        """Whether there is a waiting list."""

    # --- done at once -------------------------------------------------------------------------------------------------

    def hold(self, asked: Asked, choice: Choice, language: Language) -> Start | str:
        """Keeps a time for him for a few minutes and tells what it is; what was kept for him before is let go."""

    def let_go(self) -> None:
        """What is kept for him is free again."""

    def book(self, order: Order) -> str:
        """Books it, from what is kept for him or, where that has run out, if it is still free."""

    def move(self, visit: Visit, choice: Choice, language: Language, scope: Scope = "one") -> str:
        """Moves one of his visits, or what ``scope`` says."""

    def cancel(self, visit: Visit, reason: str, language: Language, scope: Scope = "one") -> str:
        """Calls one of his visits off, or what ``scope`` says."""

    def wait(self, wish: Wish) -> str:
        """Puts him on the waiting list."""

    def wishes(self, language: Language) -> Sequence[Waited]:
        """What he waits for, in the order in which he asked."""

    def leave(self, wish_id: int) -> None:
        """He waits for one of them no more; what is held for him goes to the next."""
