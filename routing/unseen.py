"""Who left before the answer came gets it in his messenger, or word of it by another address that he has proven, with
a link back to the talk.

What is due is remembered from passing events; a start looks once for what was left. One letter for all that is not
seen: there is no other until he has read something.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from business.outreach.stopping import offer_stop
from conversation import clock
from conversation.events import Event, MessageAdded
from conversation.links import Stop, StopLinks
from conversation.messages import Channel, JsonObject
from conversation.ports import Texts
from crm_store import Tx, outgoing, outreach, stops, unseen
from crm_store.engine import Store
from crm_store.outreach import Mailbox
from crm_store.unseen import Unseen
from routing.carrying.following import find_messenger, follow
from routing.carrying.ways import Doors
from routing.publisher import Publisher

LOOK_S: Final = 5.0
PURPOSE: Final = "answer"
_RECENT: Final = timedelta(hours=24)
_DOORS: Final[Mapping[str, Channel]] = {"email": "email", "phone": "sms"}
"""By which channel a proven address is written to, the cheaper first."""


@dataclass(frozen=True, slots=True)
class UnseenRules:
    """``minutes``: after which an answer that was not seen is told of; 0: never. ``days``: for which the link opens;
    ``link``: of a conversation until a moment; ``stops``: by which such letters end; ``name``: the business's."""

    minutes: float
    days: int
    doors: frozenset[Channel]
    link: Callable[[int, datetime], str]
    stops: StopLinks
    name: str


class _Told(NamedTuple):
    """How many letters were written, and what is to be published."""

    letters: int
    events: Sequence[Event]


class UnseenAnswers:
    """One a process; the outbox's key makes one letter of what several want to write."""

    def __init__(
        self,
        store: Store,
        texts: Texts,
        rules: UnseenRules,
        visitor_online: Callable[[int], bool],
        publisher: Publisher,
    ) -> None:
        """``visitor_online``: whether a tab of a contact is open. ``messengers``, to be set before it works: the doors
        by which answers themselves can follow him."""
        self._store = store
        self._texts = texts
        self._rules = rules
        self._online = visitor_online
        self._publisher = publisher
        self.messengers: Doors = dict
        self._wait = timedelta(minutes=rules.minutes)
        self._due: dict[int, datetime] = {}

    @property
    def on(self) -> bool:
        """Whether it is wished for, and possible."""
        return self._rules.minutes > 0 and bool(self._rules.doors or self.messengers())

    def heard(self, event: MessageAdded) -> None:
        """A listener: an agent answered somebody."""
        message = event.message
        if self.on and message.author.kind == "agent" and not message.private:
            self._due.setdefault(message.conversation_id, message.at + self._wait)

    async def work(self) -> None:
        """Writes letters as they fall due, until it is cancelled. Raises Unavailable, and is then to be called anew."""
        if self._rules.minutes <= 0:
            await asyncio.Event().wait()
        for conversation_id in await self._store.read(lambda tx: unseen.list_recent(tx, clock.now() - _RECENT)):
            self._due.setdefault(conversation_id, clock.now())
        while True:
            await self.write_due(clock.now())
            await asyncio.sleep(LOOK_S)

    async def write_due(self, at: datetime) -> int:
        """Looks at the talks that are due; returns how many letters were written."""
        written = 0
        for conversation_id in [one for one, due in self._due.items() if due <= at]:
            found = await self._store.read(lambda tx, one=conversation_id: unseen.find_unseen(tx, one))  # type: ignore[misc]  # binds the loop's
            if found is not None and (found.at + self._wait > at or self._online(found.contact_id)):
                self._due[conversation_id] = max(found.at + self._wait, at + timedelta(seconds=LOOK_S))
                continue
            if found is not None:
                told = await self._store.writer.run(lambda tx, one=found: self._tell(tx, one, at), self._publish)  # type: ignore[misc]  # binds the loop's
                written += told.letters
            self._due.pop(conversation_id, None)
        return written

    def _publish(self, told: _Told) -> None:
        for event in told.events:
            self._publisher.publish(event)

    def _tell(self, tx: Tx, found: Unseen, at: datetime) -> _Told:
        """By his messenger the answers themselves; else a letter that tells of them."""
        messenger = find_messenger(tx, found.contact_id, self.messengers, at)
        if messenger is None or found.at < at - _RECENT:
            return _Told(self._write(tx, found, at), ())
        link = self._rules.link(found.conversation_id, at + timedelta(days=self._rules.days))
        back = self._texts.get(found.language or "en", "channel.back", link=link, days=self._rules.days)
        events = follow(tx, found.conversation_id, messenger, back, at)
        return _Told(1 if events else 0, events)

    def _write(self, tx: Tx, found: Unseen, at: datetime) -> int:
        known = [one for one in outreach.list_mailboxes(tx, found.contact_id) if one.proven and self._may(tx, one)]
        letter = next((one for channel in _DOORS for one in known if one.channel == channel), None)
        if letter is None or found.at < at - _RECENT:
            return 0
        language = found.language or "en"
        link = self._rules.link(found.conversation_id, at + timedelta(days=self._rules.days))
        fields = {"business": found.place or self._rules.name, "link": link, "days": self._rules.days}
        kind = _DOORS[letter.channel]
        payload: JsonObject = {
            "subject": self._texts.get(language, "flow.letter.answer.subject", **fields),
            "text": self._texts.get(language, f"flow.letter.answer.{kind}", **fields),
            "language": language,
            "id": secrets.token_hex(16),
        }
        if kind == "email":
            stop = Stop(letter.address_id, PURPOSE)
            payload = offer_stop(self._rules.stops, self._texts, payload, stop, language)
        outgoing.enqueue(
            tx,
            channel=kind,
            purpose=PURPOSE,
            payload=payload,
            dedupe_key=f"answer:{found.conversation_id}:{found.read_seq}",
            not_before=at,
            at=at,
            expires_at=at + _RECENT,
            conversation_id=found.conversation_id,
            address_id=letter.address_id,
            recipient=letter.value,
        )
        return 1

    def _may(self, tx: Tx, one: Mailbox) -> bool:
        door = _DOORS[one.channel] in self._rules.doors
        return door and not stops.is_stopped(tx, one.channel, one.value, PURPOSE)


class StoreBrowsers:
    """The port ``Browsers``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, conversation_id: int) -> tuple[str, str] | None:
        """See the port."""
        return await self._store.read(lambda tx: unseen.find_browser(tx, conversation_id))
