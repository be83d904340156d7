"""A founded store of each kind, and a town over there in which a customer lives."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from business.booking.phone_proof import ProofTalk, proof_passes
from business.contacts.codes import Reach
from business.contacts.verifying import verify
from business.files.kinds import GROUPS
from business.files.service import FileLimits, TalkFiles
from business.inboxes.doors import found_inbox
from conversation import clock
from conversation.channels import Capabilities, FarPerson, Heard, Piece, Sent
from conversation.errors import BarevError
from conversation.events import (
    ConversationChanged,
    ConversationStarted,
    Event,
    MessageAdded,
    MessageDeleted,
    MessageEdited,
)
from conversation.links import TalkPasses
from conversation.messages import Agent, Attachment, Channel, Conversation, Message
from conversation.ports import AddressKey, Inbound, Posted, Start
from conversation.texts import Catalogue
from crm_store import Tx, conversations
from crm_store.appending import Appended
from crm_store.engine import Store
from routing.audiences import Audiences
from routing.carrying.arriving import Arriving
from routing.carrying.deliveries import Deliveries, DeliveryRules, Means
from routing.carrying.far_intake import FarRules, TalkFarIntake
from routing.intake import TalkIntake
from routing.publisher import Publisher
from routing.reads import ReadMarks
from routing.replies import Replies
from tests.business.contacts.conftest import made_url, owner, postgres_server, postgres_template, sqlite_template, store

__all__ = ["made_url", "owner", "postgres_server", "postgres_template", "sqlite_template", "store"]
ANI = AddressKey("telegram", "4711")
CAN = Capabilities(text_chars=40, buttons=8, file_mb=1, quotes=True, edits=True, deletes=True, per_second=10_000)
PASSES = TalkPasses(b"of the tests")
NO_LIMIT = FileLimits(file_mb=5, daily_mb=50, keep_free_mb=0, at_once=5, unsent_hours=24, stall_s=5, groups=GROUPS)


@dataclass
class Town:
    """The far side: what arrived there, in its order. ``fails``: what is raised instead, one for each request, None for
    none; ``late``: raised when it has arrived all the same."""

    capabilities: Capabilities = CAN
    repeatable: bool = False
    arrived: list[tuple[str, str]] = field(default_factory=list)
    deeds: list[tuple[str, ...]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    fails: list[Exception | None] = field(default_factory=list)
    late: list[Exception | None] = field(default_factory=list)
    _count: int = 0

    async def send(self, piece: Piece) -> Sent:
        """Takes a piece in; the same id only once."""
        error = self.fails.pop(0) if self.fails else None
        if error is not None:
            raise error
        if not (self.repeatable and any(one.id == piece.id for one in self.pieces)):
            self.pieces.append(piece)
            self.arrived.append((piece.to, piece.text))
        self._count += 1
        error = self.late.pop(0) if self.late else None
        if error is not None:
            raise error
        return Sent(f"far-{self._count}")

    async def edit(self, far_id: str, piece: Piece) -> None:
        """Another text."""
        self.deeds.append(("edit", far_id, piece.text))

    async def delete(self, to: str, far_id: str) -> None:
        """Gone."""
        self.deeds.append(("delete", to, far_id))

    async def show_typing(self, to: str) -> None:
        """Somebody types."""
        self.deeds.append(("typing", to))


@dataclass
class World:
    """All that a channel meets."""

    store: Store
    town: Town
    intake: TalkFarIntake
    replies: Replies
    deliveries: Deliveries
    agent: Agent
    events: list[Event]
    again: Callable[[str], Deliveries]
    front: TalkIntake

    async def opens(self, browser: str) -> Conversation:
        """Somebody writes into the chat of the website for the first time, or again."""
        return await self.front.start(Start(AddressKey("web", browser), "hy"))

    async def writes(self, browser: str, text: str, talk: Conversation | None = None) -> Message:
        """Somebody says something on the website; ``talk``: in which his tab is."""
        of = talk or await self.opens(browser)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def posted(outcome: Posted | BarevError) -> None:
            if isinstance(outcome, BarevError):
                done.set_exception(outcome)
            else:
                done.set_result(outcome.id)

        said = Inbound(of.id, of.contact.id, "Ani", str(uuid.uuid4()), text, address_value=browser)
        self.front.post(said, posted)
        return await self.message(await done)

    async def proves(self, channel: Channel, value: str, phone: str = "+37477123456") -> None:
        """Who talks by an address proves a phone, as by a one-time code."""

        def write(tx: Tx) -> None:
            found = conversations.find_address(tx, channel, value)
            assert found is not None
            verify(tx, found[1], found[0], Reach("phone", phone, phone), clock.now())

        await self.store.writer.run(write)

    async def hears(self, far_id: str, text: str, quote: str | None = None, who: AddressKey = ANI) -> Message:
        """Ani says something over there."""
        heard = Heard(who, far_id, FarPerson("Ani", "hy"), clock.now(), text, quote=quote)
        return await self.message((await self.intake.hear(heard)).id)

    async def says(self, conversation_id: int, text: str, reply_to: int | None = None) -> int:
        """The agent answers; the id of the message."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def posted(outcome: Appended | BarevError) -> None:
            if isinstance(outcome, BarevError):
                done.set_exception(outcome)
            else:
                done.set_result(outcome.id)

        client_id = str(uuid.uuid4())
        self.replies.say(self.agent, conversation_id, client_id, text, reply_to, False, (), posted)
        return await done

    async def message(self, message_id: int) -> Message:
        """As it is stored."""
        found = await self.store.read(lambda tx: conversations.find_message(tx, message_id))
        assert found is not None
        return found

    async def carry(self) -> None:
        """Until nothing is due."""
        while await self.deliveries.carry_due():
            pass


@pytest.fixture
async def world(store: Store, owner: Agent, tmp_path: Path) -> World:
    """A town that is reached by Telegram, as it were."""
    town, publisher = Town(), Publisher()
    events: list[Event] = []
    kinds = (MessageAdded, MessageEdited, MessageDeleted, ConversationStarted, ConversationChanged)
    publisher.connect(dict.fromkeys(kinds, (events.append,)))
    audiences = Audiences(store, publisher)
    intake = TalkIntake(store, publisher, ReadMarks(store, publisher, 0.01), audiences, "AM")
    arriving = Arriving(PASSES, Catalogue(), "Salon", "en")
    files = TalkFiles(store, tmp_path / "data", NO_LIMIT)
    rules = FarRules("AM", numbered=frozenset[Channel]({"sms"}))
    proofs = ProofTalk(proof_passes(b"of the tests"), Catalogue(), "Salon", "en", "AM")
    far = TalkFarIntake(store, publisher, intake, files, rules, arriving, proofs)

    async def find_file(file_id: int) -> Path:
        return (await files.find_stored(file_id))[1]

    def link(file: Attachment) -> str:
        return f"https://barev.example/files/{file.id}"

    def deliveries(holder: str) -> Deliveries:
        means = Means(Catalogue(), find_file, link)
        return Deliveries(store, publisher, "telegram", town, holder, DeliveryRules(lease_s=1), means)

    def found(tx: Tx) -> None:
        found_inbox(tx, "telegram", "Telegram")
        found_inbox(tx, "sms", "SMS")

    await store.writer.run(found)
    replies = Replies(store, publisher)
    return World(store, town, far, replies, deliveries("one"), owner, events, deliveries, intake)
