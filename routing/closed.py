"""The answer to what is asked outside working hours: one message a closed time, that says when somebody answers.

Who is to be told is read from the store, and told in one transaction with its being noted, so that neither a second
process nor a crash makes it two, and a crash loses none: whoever looks next finds him.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from business.hours.calendar import Calendar, load_calendar
from business.hours.places import name_zone
from business.hours.schedule import Schedule, closed_since, opens_at
from conversation import clock
from conversation.errors import BarevError
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.messages import Author, Conversation, PresenceStatus
from conversation.ports import Texts
from conversation.reply_time import Expected, say_expected
from crm_store import Tx, conversations, promises, working_hours
from crm_store.appending import append_messages
from crm_store.engine import Store
from crm_store.promises import Asked
from crm_store.working_hours import Owner
from routing.appended import message_added, plain_message
from routing.hours import HoursBook
from routing.intake import require_head
from routing.presence import LivePresence
from routing.publisher import Publisher

LOOK_S: Final = 15.0
AT_ONCE: Final = 200
_FAR: Final = timedelta(days=36_500)
StatusOf = Callable[[int], PresenceStatus]
"""Whether an agent is there."""


@dataclass(frozen=True, slots=True)
class Told:
    """A promise that was made; both are to be published after the commit."""

    message: MessageAdded
    head: Conversation


class ClosedReplies:
    """Makes the promises. ``name``: in whose name the message is."""

    def __init__(
        self, store: Store, publisher: Publisher, presence: LivePresence, book: HoursBook, texts: Texts, name: str
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._presence = presence
        self._book = book
        self._texts = texts
        self._author = Author("bot", name)
        self._asked = asyncio.Event()
        self._asked.set()

    def heard(self, event: MessageAdded) -> None:
        """A customer wrote: if nobody works now, he is told at once."""
        if event.message.author.kind == "visitor" and not self._asked.is_set():
            team_id, at = event.audience.team_id, event.message.at
            if team_id is None or not self._book.is_open(team_id, at):
                self._asked.set()

    async def work(self) -> None:
        """Waits until somebody asks (or for a while, since another process may have died), and tells all who are to be
        told. Raises Unavailable."""
        try:
            async with asyncio.timeout(LOOK_S):
                await self._asked.wait()
        except TimeoutError:
            pass
        self._asked.clear()
        try:
            if await self._store.read(lambda tx: bool(_list_untold(tx, clock.now(), self._presence.status_of))):
                while await self._store.writer.run(self._tell_all, self._publish):
                    pass
        except BarevError:
            self._asked.set()
            raise

    def unserved(self, tx: Tx, heads: Sequence[Conversation], at: datetime) -> list[Event]:
        """Inside the transaction that decides that nobody is there for these: promises an answer where it is known when
        somebody will be. The events are to be told after the commit."""
        calendar = load_calendar(tx)
        told: list[Event] = []
        for asked in promises.list_unpromised(tx, at, (), [head.id for head in heads]):
            schedule = calendar.asked(asked.team_id, asked.branch_id)
            begins = opens_at([schedule], at)
            if begins == at:
                begins = _next_shift(tx, calendar, asked.team_id, at)
            if begins is not None:
                one = self._tell(tx, asked, schedule, begins, at)
                told += [one.message, ConversationChanged(Audience.of(one.head), one.head)]
        return told

    def _tell_all(self, tx: Tx) -> list[Told]:
        now = clock.now()
        found = _list_untold(tx, now, self._presence.status_of)
        return [self._tell(tx, asked, schedule, opens_at([schedule], now), now) for asked, schedule in found[:AT_ONCE]]

    def _publish(self, told: list[Told]) -> None:
        for one in told:
            self._publisher.publish(one.message)
            self._publisher.publish(ConversationChanged(Audience.of(one.head), one.head))

    def _tell(self, tx: Tx, asked: Asked, schedule: Schedule, at: datetime | None, now: datetime) -> Told:
        text = _say(self._texts, asked, Expected(False, at, schedule.zone.key), schedule.is_open(now), now)
        client_id = f"closed:{asked.id}:{clock.to_ms(now)}"
        new = plain_message(
            asked.id,
            self._author,
            text,
            clock.to_ms(now),
            client_id,
            contact_id=None,
            private=False,
            reply_to=None,
        )
        (outcome,) = append_messages(tx, [new])
        if isinstance(outcome, BarevError):
            raise outcome
        conversations.touch(tx, asked.id, promised_at=at or now + _FAR)
        return Told(message_added(new, self._author, outcome), require_head(tx, asked.id))


def _say(texts: Texts, asked: Asked, expected: Expected, is_open: bool, now: datetime) -> str:
    if expected.at is None:
        return texts.get(asked.language, "reply.closed_unknown")
    place = name_zone(expected.timezone, asked.language)
    said = say_expected(texts, asked.language, expected, place, asked.timezone, now)
    return texts.get(asked.language, "reply.nobody" if is_open else "reply.closed", said=said)


def _next_shift(tx: Tx, calendar: Calendar, team_id: int | None, at: datetime) -> datetime | None:
    """When the next of a team comes to work, where none of it is to be there now; None: not known."""
    mine = [agent_id for agent_id, teams in working_hours.list_memberships(tx).items() if team_id in teams]
    begins = [opens_at(calendar.schedules(Owner("agent", agent_id)), at) for agent_id in mine]
    return None if at in begins else min((one for one in begins if one is not None), default=None)


def _list_untold(tx: Tx, now: datetime, status_of: StatusOf) -> list[tuple[Asked, Schedule]]:
    """Who asked after work had ended, is with nobody who is there, and was not told."""
    calendar = load_calendar(tx)
    teams = working_hours.list_team_branches(tx)
    open_teams = [team_id for team_id in teams if calendar.asked(team_id, None).is_open(now)]
    ended: dict[int, datetime | None] = {}
    found: list[tuple[Asked, Schedule]] = []
    for asked in promises.list_unpromised(tx, now, open_teams):
        schedule = calendar.asked(asked.team_id, asked.branch_id)
        if schedule.is_open(now) or (asked.assignee_id is not None and status_of(asked.assignee_id) == "online"):
            continue
        if id(schedule) not in ended:
            ended[id(schedule)] = closed_since(schedule, now)
        since = ended[id(schedule)]
        if since is None or asked.last_at >= since:
            found.append((asked, schedule))
    return found
