"""Messages that were not delivered, or may not have been: why, in plain words, and sending them again.

What failed is sent again as the same message: it goes in its line anew, behind those of its pieces that are known to
have arrived. What may have arrived is sent again only where that was said to be meant.
"""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from business.letters import SEE
from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.channels import may_write
from conversation.errors import Rejected
from conversation.events import Audience, Event, MessageEdited
from conversation.messages import Agent, Channel, Delivery, Message
from crm_store import Tx, carried, conversations, outgoing_list
from crm_store.engine import Store
from crm_store.outgoing_list import Kind
from routing.carrying.ways import Doors, refuse
from routing.handoff import may_see
from routing.publisher import Publisher

Reason = Literal["window", "blocked", "silent", "interrupted", "elsewhere", "gone", "cannot", "refused", "shut"]
"""Why a message was not delivered: the window was over; he does not want to hear from us; no answer of the far side in
time; it was interrupted while being sent; another process had it; it was taken back; the channel cannot do it; the far
side refused it; its channel has no door here."""
_BEGINNINGS: Final[tuple[tuple[str, Reason], ...]] = (
    ("window", "window"),
    ("blocked", "blocked"),
    ("no answer", "silent"),
    ("interrupted", "interrupted"),
    ("another process", "elsewhere"),
    ("taken back", "gone"),
    ("this channel cannot", "cannot"),
)
_UNDELIVERED: Final[tuple[Delivery, ...]] = ("failed", "uncertain")


def read_reason(error: str | None) -> Reason:
    """What is kept of a failure, as one of the reasons that there are words for."""
    return next((reason for beginning, reason in _BEGINNINGS if (error or "").startswith(beginning)), "refused")


class Sending(NamedTuple):
    """How the sending of a message stands. ``reason``: None where nothing went wrong. ``detail``: what the far side
    said. ``again``: it may be sent again; ``asks``: it may have arrived, so that this must be meant."""

    message_id: int
    delivery: Delivery
    channel: Channel
    reason: Reason | None
    detail: str | None
    again: bool
    asks: bool


class Resending:
    """For agents in their dialogs, and for those who see to what is sent."""

    def __init__(self, store: Store, publisher: Publisher, doors: Doors) -> None:
        self._store = store
        self._publisher = publisher
        self._doors = doors

    async def find(self, agent: Agent, message_id: int) -> Sending:
        """How one stands. Raises Rejected not_found."""

        def read(tx: Tx) -> Sending:
            message = _require(tx, agent, message_id)
            told = carried.find_sending(tx, message_id)
            dead = message.delivery in _UNDELIVERED and message.deleted_at is None
            shut = message.channel not in self._doors()
            reason: Reason | None = ("shut" if shut else read_reason(told.reason)) if dead else None
            return Sending(
                message_id,
                message.delivery,
                message.channel,
                reason,
                told.reason if dead else None,
                again=dead and not shut and _is_carried(message),
                asks=message.delivery == "uncertain",
            )

        return await self._store.read(read)

    async def message(self, agent: Agent, message_id: int, remote: str, *, sure: bool = False) -> Message:
        """One of a dialog that he sees, by whomever it was said. ``sure``: also where it may have arrived. Raises
        Rejected not_found, conflict."""

        def write(tx: Tx) -> MessageEdited:
            message = _require(tx, agent, message_id)
            if message.delivery == "uncertain" and not sure:
                raise Rejected("conflict", "channel.again.asks", extra={"reason": "uncertain"})
            event = self._again(tx, message, clock.now())
            was = {"state": message.delivery}
            record_deed(tx, agent, "message.sent_again", "message", message_id, before=was, remote=remote)
            return event

        return (await self._store.writer.run(write, self._publisher.publish)).message

    async def listed(self, actor: Agent, outgoing_id: int, message_id: int, remote: str) -> None:
        """One of the list of all that was sent. Raises Rejected not_found, forbidden, conflict."""

        def write(tx: Tx) -> MessageEdited:
            agent = require_now(tx, actor, SEE)
            message = conversations.find_message(tx, message_id)
            if message is None:
                raise Rejected("not_found", "error.not_found")
            event = self._again(tx, message, clock.now())
            was = {"state": message.delivery}
            record_deed(tx, agent, "letter.sent_again", "letter", outgoing_id, before=was, remote=remote)
            return event

        await self._store.writer.run(write, self._publisher.publish)

    async def all(self, actor: Agent, which: Kind, remote: str) -> int:
        """All of a kind, the oldest first, at most so many at once as ``outgoing_list.AT_ONCE``; what cannot go out now
        is left where it is. Returns how many are on their way. Raises Rejected forbidden."""

        def write(tx: Tx) -> tuple[int, list[Event]]:
            agent, at = require_now(tx, actor, SEE), clock.now()
            events: list[Event] = []
            count = 0
            for outgoing_id, message_id in outgoing_list.list_dead(tx, which, at):
                if message_id is None:
                    count += outgoing_list.send_again(tx, outgoing_id, at)
                    continue
                message = conversations.find_message(tx, message_id)
                try:
                    events += [] if message is None else [self._again(tx, message, at)]
                except Rejected:
                    continue  # nothing of it was written
                count += message is not None
            said = {key: value for key, value in which._asdict().items() if value is not None}
            record_deed(tx, agent, "letter.all_sent_again", "letter", 0, after={**said, "count": count}, remote=remote)
            return count, events

        def tell(done: tuple[int, list[Event]]) -> None:
            for event in done[1]:
                self._publisher.publish(event)

        return (await self._store.writer.run(write, tell))[0]

    def _again(self, tx: Tx, message: Message, at: datetime) -> MessageEdited:
        """Raises Rejected conflict before anything is written."""
        if message.delivery not in _UNDELIVERED or message.deleted_at is not None or not _is_carried(message):
            raise Rejected("conflict", "error.not_sent_again")
        self._check(tx, message, at)
        row = conversations.lock(tx, message.conversation_id)
        if row is None or not carried.requeue(tx, message.id, at):
            raise Rejected("conflict", "error.not_sent_again")
        change, event = conversations.touch(tx, message.conversation_id)
        changed = conversations.change_message(tx, message.id, change, event, delivery="queued")
        return MessageEdited(Audience(row.id, row.team_id, row.assignee_id), changed, row.status)

    def _check(self, tx: Tx, message: Message, at: datetime) -> None:
        can = self._doors().get(message.channel)
        if can is None:
            raise refuse("shut", message.channel, None)
        blocked, heard_at = carried.find_reach(tx, carried.find_address_id(tx, message.id) or 0)
        if blocked:
            raise refuse("blocked", message.channel, can)
        if not may_write(can, heard_at, at, message.template):
            raise refuse("window", message.channel, can)


def _is_carried(message: Message) -> bool:
    return carried.goes_out(message.channel, message.author.kind, message.private)


def _require(tx: Tx, agent: Agent, message_id: int) -> Message:
    message = conversations.find_message(tx, message_id)
    row = None if message is None else conversations.find_row(tx, message.conversation_id)
    if message is None or row is None or not may_see(agent, row):
        raise Rejected("not_found", "error.message_not_found")
    return message
