"""Doors that carry a talk elsewhere: messengers, phones, mailboxes. What such a door can do, what it is handed to send,
and what it hands in.

A door knows its own wire and these words, nothing else. It never decides: what it hears it hands to ``FarIntake``, and
confirms to the far side only after that has returned; what it is to send it gets piece by piece.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol, runtime_checkable

from conversation.errors import ChannelError
from conversation.messages import Button, Channel, Delivery, Filled, Language, MessageKind
from conversation.ports import AddressKey, Posted


class Template(NamedTuple):
    """A text that a channel's provider has approved to be sent at any time. ``fields``: what is to be filled in, in its
    order; ``text``: with them as ``{name}``."""

    name: str
    language: Language
    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do.

    ``text_chars``: of one message, in UTF-16 code units; a longer one is parted at words. ``caption_chars``: of a
    text that goes with a file; 0: text and file are two pieces. ``buttons``: under one message, 0 for none: then they
    are numbers to be typed; ``label_chars``: of one of them. ``file_mb``: the largest file, 0 for none: then a link is
    sent; ``files``: in one piece, no larger together than one may be. ``quotes``, ``edits``, ``deletes``: whether
    answers name what they answer, and what was sent can be changed or taken back. ``receipts``: of what became of a
    message the far side tells by itself. ``window_h``: for so many hours after the customer's last word he may be
    written to, None: at any time; ``paid``: later too, which costs; ``templates``: texts that may be sent later too.
    ``per_second``: pieces in all; ``gap_s``: seconds between two pieces to one address; ``at_once``: pieces that may be
    under way side by side; ``piece_s``: for how long one may be, without a file; ``typing``: whether "types" can be
    shown; ``threads``: whether messages name what came before them, and a talk has a subject.
    ``together``: how many addresses one request may name that are told the same (0: none, see ``SendsTogether``);
    ``together_from``: from so many on it does.
    """

    text_chars: int
    caption_chars: int = 0
    buttons: int = 0
    label_chars: int = 0
    file_mb: int = 0
    files: int = 1
    quotes: bool = False
    edits: bool = False
    deletes: bool = False
    receipts: frozenset[Delivery] = frozenset()
    window_h: float | None = None
    paid: bool = False
    templates: tuple[Template, ...] = ()
    per_second: float = 20.0
    gap_s: float = 0.0
    at_once: int = 30
    piece_s: float = 60.0
    typing: bool = False
    threads: bool = False
    together: int = 0
    together_from: int = 10


Ability = Literal["quotes", "edits", "deletes", "invites"]
"""What an agent may be offered in a talk; ``invites``: a link brings its customer there."""


def window_end(can: Capabilities, heard_at: datetime | None) -> datetime | None:
    """Until when somebody who last wrote then may be written to; None: there is no end. Who never wrote could never."""
    if can.window_h is None:
        return None
    return datetime.min.replace(tzinfo=UTC) if heard_at is None else heard_at + timedelta(hours=can.window_h)


def is_closed(can: Capabilities, heard_at: datetime | None, at: datetime) -> bool:
    """Whether the window is over, so that only what is paid for or a template goes through."""
    end = window_end(can, heard_at)
    return end is not None and end <= at


def may_write(can: Capabilities, heard_at: datetime | None, at: datetime, template: Filled | None = None) -> bool:
    """The one rule of when a channel carries something."""
    known = template is not None and any(one.name == template.name for one in can.templates)
    return can.paid or known or not is_closed(can, heard_at, at)


class FileOut(NamedTuple):
    """A file to be sent. ``link``: where the customer may fetch it, for channels that carry no such file."""

    id: int
    name: str
    mime: str
    size: int
    path: Path
    link: str = ""


class Piece(NamedTuple):
    """One request to the far side: a text, or a file with what is said about it (and ``more`` files).

    ``id``: the same on every attempt, and no other piece's. ``to``: the address as the channel knows it. ``quote``: the
    far side's id of the message that it answers. ``thread``: of the conversation, for channels that have subjects.
    ``template``: it is one of the channel's, so filled in.
    ``token``: like ``id``, and nobody can guess it who has not been sent the piece. ``at``: when it was said;
    ``automatic``: nobody wrote it. ``subject``: of the talk; ``earlier``: what the far side calls the messages of the
    talk so far, the oldest first, the customer's last one at the end. ``asks_contact``: what the button says that
    shares his own card, "" takes such a button away; for channels that have it.
    """

    id: str
    to: str
    text: str = ""
    language: Language = "en"
    buttons: tuple[Button, ...] = ()
    file: FileOut | None = None
    quote: str | None = None
    thread: int = 0
    template: Filled | None = None
    more: tuple[FileOut, ...] = ()
    token: str = ""
    at: datetime | None = None
    automatic: bool = False
    subject: str = ""
    earlier: tuple[str, ...] = ()
    asks_contact: str | None = None


class Sent(NamedTuple):
    """What the far side said. ``id``: its own of the piece, "" where it gives none."""

    id: str = ""


class Carrier(Protocol):
    """A channel, as it sends. All raise ChannelRejected (give up), ChannelBlocked (he does not want to hear from us),
    ChannelUnavailable (later) or ChannelUncertain (it may have arrived); their words hold neither secrets nor what was
    said."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @property
    def repeatable(self) -> bool:
        """Whether the far side takes a piece's id once only: what may have arrived may then be sent again."""

    async def send(self, piece: Piece) -> Sent:
        """Returns when the far side has taken it."""

    async def edit(self, far_id: str, piece: Piece) -> None:
        """Puts another text (and buttons) in the place of a piece that was sent; only where it ``edits``."""

    async def delete(self, to: str, far_id: str) -> None:
        """Takes a piece back; only where it ``deletes``."""

    async def show_typing(self, to: str) -> None:
        """Shows that somebody types; only where there is ``typing``."""


@runtime_checkable
class SendsTogether(Protocol):
    """A carrier with a request that tells many addresses the same; only where there is ``together``."""

    def goes_together(self, text: str) -> bool:
        """Whether such a request may carry a text, to as many as it may name."""

    async def send_together(self, pieces: Sequence[Piece]) -> Mapping[str, Sent | ChannelError]:
        """One request for pieces of one text and nothing else, each to another address; what became of each, by its
        address. Raises as ``send`` does where all of them share it, and ChannelRejected where nobody was told and
        nobody will be in this way: the pieces are then sent one by one."""


class Listener(Protocol):
    """A door that has to ask the far side for what is new, or to hold a line to it."""

    async def listen(self) -> None:
        """Hears until it is cancelled. Raises ChannelUnavailable, and is then called anew; ChannelRejected where it is
        of no use before the settings are others (a wrong token)."""


class FarPerson(NamedTuple):
    """Who spoke, as the far side tells it. ``language``: of his program, where it is one of ours."""

    name: str = ""
    language: Language | None = None
    username: str = ""


class Place(NamedTuple):
    """A point that was shared. Degrees (WGS 84)."""

    latitude: float
    longitude: float
    title: str = ""


class Shared(NamedTuple):
    """A visiting card that was shared. ``own``: the far side vouches that it is the sender's own phone."""

    name: str
    phone: str
    own: bool = False


class FarFile(NamedTuple):
    """A file on its way in. ``id``: the far side's own, the same on every repeat; ``size`` in bytes, as announced."""

    id: str
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a customer said. ``id``: the far side's own of the message, unique for what the address said: a repeat
    changes nothing. ``quote``: the far side's id of what it answers. ``kind`` unsupported: ``text`` names what it was,
    for the agent. ``files``: attachments that ``keep`` returned. ``start``: what a link carried with which he came.

    ``proven``: the channel vouches that the address is the sender's; else it is one that somebody stated, and only
    proposes to the agent who it may be. ``thread``: what the far side calls messages of ours that this one answers, the
    nearest first: names that only who got them can know, so that the talk goes on from whatever address. ``subject``:
    of a talk that it begins. ``automatic``: no person wrote it, and nothing automatic answers it; ``reply``: it only
    answers something of ours (an absence note)."""

    address: AddressKey
    id: str
    person: FarPerson
    at: datetime
    text: str = ""
    kind: MessageKind = "text"
    quote: str | None = None
    files: tuple[int, ...] = ()
    place: Place | None = None
    card: Shared | None = None
    start: str = ""
    proven: bool = True
    thread: tuple[str, ...] = ()
    subject: str = ""
    automatic: Literal["", "message", "reply"] = ""


WHOLE_LETTER: Final = "letter.eml.txt"
"""What the file is called that holds all of a letter of which a message shows the customer's own words: no file that he
sent."""
_NOTE: Final = "↪ "


def note_origin(note: str, text: str) -> str:
    """Words that he passes on, under a line of ours that says whose they are."""
    return f"{_NOTE}{note}\n{text}".rstrip()


def bare_words(text: str) -> str:
    """A message without such a line."""
    return text.partition("\n")[2] if text.startswith(_NOTE) else text


Say = Callable[[Language | None], str]
"""A text in somebody's language; None: it is not known."""


Coming = Literal["", "back", "joined"]
"""How somebody came: he takes us back; or by a link into a talk of his, which goes on here with his next word."""


class FarIntake(Protocol):
    """The one door in for doors that carry a talk elsewhere. Whatever returns is durably committed. All raise Rejected
    (what was said can never be kept: the far side is told that it was taken, so that it does not come again) and
    Unavailable (it must come again)."""

    async def hear(self, heard: Heard) -> Posted:
        """A message. A repeat of its id returns what was posted then."""

    async def keep(self, address: AddressKey, file: FarFile, chunks: AsyncIterator[bytes]) -> int:
        """Takes a file in, to be named by ``Heard.files``; a repeat of its id takes nothing."""

    async def hear_ours(self, address: AddressKey, far_id: str, name: str, text: str) -> bool:
        """What somebody of the firm said to a customer over there himself, in an account of his own: an agent's word,
        and the bot is silent in this talk till its end. False: it is known, or there is no such talk."""

    async def hear_edit(self, address: AddressKey, far_id: str, text: str) -> bool:
        """The customer changed what he said; False: that message is not known."""

    async def hear_delete(self, address: AddressKey, far_id: str) -> bool:
        """The customer took back what he said; False: that message is not known."""

    async def hear_press(self, address: AddressKey, value: str, far_id: str | None, person: FarPerson) -> Posted:
        """He pressed a button of a message (``far_id``; None: of the latest that has such a button)."""

    async def hear_receipt(self, address: AddressKey, far_id: str, delivery: Delivery, why: str = "") -> bool:
        """What became of something that was sent; an older state never replaces a newer one. ``address``: its value is
        empty where the far side does not say whose it is, and names are no two addresses'. False: it is not known."""

    async def hear_return(self, channel: Channel, far_id: str, why: str, *, gone: bool) -> bool:
        """Something that was sent came back: it has not arrived. ``far_id``: its name, which on this channel no other
        address has; ``gone``: the address is none any more. False: it is not known."""

    async def hear_leaving(self, address: AddressKey, goodbye: Say | None = None) -> None:
        """He does not want to hear from us by this channel: kept as withdrawn consent of the address, and of the same
        phone or mailbox wherever it is noted. ``goodbye``: the last that he is told, by a letter; a repeat tells
        nothing."""

    async def hear_coming(
        self, address: AddressKey, person: FarPerson, start: str = "", hello: Say | None = None
    ) -> Coming:
        """He opened the channel, or takes us back; nothing was said yet. ``start``: as in ``Heard``; ``hello``: what
        who comes back is told, by a letter."""

    async def hear_typing(self, address: AddressKey) -> None:
        """He types."""


DONE: Mapping[Delivery, int] = {"queued": 0, "uncertain": 1, "failed": 1, "sent": 2, "delivered": 3, "read": 4}
"""The order of states: a message goes up only."""


@dataclass(frozen=True, slots=True)
class DoorState:
    """How a door stands, for the desk and the doctor. ``error``: one plain line without secrets."""

    channel: Channel
    open: bool
    since: datetime
    error: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
