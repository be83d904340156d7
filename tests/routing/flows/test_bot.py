"""The bot on a real store: what it answers, once, whatever dies between two commits and whoever else is at it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from conversation import clock
from conversation.errors import Unavailable
from conversation.events import Event
from conversation.messages import Language, Message
from conversation.texts import Catalogue
from crm_store import Tx, conversations, dialogues
from crm_store.appending import NewMessage, append_messages
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import ConversationRow, DialogueRow, InboxRow, TaskRow
from routing.flows.bot import Bot
from routing.flows.hearing import Hearing
from routing.flows.ports import Entity, Frame, FreeAnswer, Passage, Understanding, Understood
from routing.flows.steps import Rules
from routing.publisher import Publisher
from tests.crm_store.world import World, insert_world
from tests.fakes import KnownTexts
from tests.stores import sqlite_store

TEXTS = Catalogue()
KNOWN = {
    "book me in": Understood("book me in", "en", "book", 0.9),
    "how late are you open": Understood("how late are you open", "en", "hours", 0.9),
}
KNOWN["on Friday"] = Understood("on Friday", entities=[Entity("time", "Friday", 3, 9, {"from": "2026-11-27"})])
SAID = ("book me in", "a haircut", "how late are you open", "on Friday", "Anna", "+37477123456", "yes")


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """A store whose process dies at a transaction: before it is committed, or right after."""

    def __init__(self, store: Store, at: int, *, committed: bool) -> None:
        self._store = store
        self._left = at
        self._committed = committed
        self.read = store.read
        self.writer = self

    async def run(self, op: Callable[[Tx], Any], then: Callable[[Any], None] = lambda _result: None) -> Any:
        """The writer's."""
        self._left -= 1
        if self._left == 0 and not self._committed:
            raise Killed
        if self._left == 0:
            await self._store.writer.run(op)
            raise Killed
        return await self._store.writer.run(op, then)


class Heard(Publisher):
    """Keeps what is told."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        """See the publisher."""
        self.events.append(event)


@pytest_asyncio.fixture
async def store(made_url: StoreUrl) -> AsyncIterator[Store]:
    """A store of its own."""
    one = await open_store(made_url)
    yield one
    await one.close()


class opened:  # noqa: N801  (used as a function)
    """A store in a file that has its tables."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> Store:
        shutil.copyfile(sqlite_store(), self._path)
        self._store = await open_store(StoreUrl(sqlite=self._path))
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()


def bot(store: Any, understanding: Understanding | None = None, **more: Any) -> Bot:
    """A process's. What it leased and did not end is anybody's at once."""
    hearing = more.pop("hearing", None) or Hearing(understanding or KnownTexts(KNOWN), Rules())
    return Bot(store, Heard(), TEXTS, hearing, Rules(), more.pop("holder", "one"), "Firm", "AM", lease_s=0.0, **more)


async def begin(store: Store, **values: object) -> World:
    """A conversation that the bot handles."""

    def write(tx: Tx) -> World:
        world = insert_world(tx)
        switched = {"switches": {"bot": True}}
        tx.execute(update(InboxRow).where(InboxRow.id == world.inbox_id).values(settings=switched))
        given = {"handler": "bot", "language": "en", **values}
        tx.execute(update(ConversationRow).where(ConversationRow.id == world.conversation_id).values(**given))
        return world

    return await store.writer.run(write)


async def write(store: Store, world: World, text: str, client_id: str, by: str = "visitor") -> None:
    """Somebody says something."""
    kind: Any = by
    check = world.contact_id if by == "visitor" else None
    new = NewMessage(
        world.conversation_id, kind, 1, "", check, client_id, "text", False, text, None, None, clock.now_ms()
    )
    await store.writer.run(lambda tx: append_messages(tx, [new]))


async def messages(store: Store, world: World) -> list[Message]:
    """All of them."""
    found, _ = await store.read(lambda tx: conversations.list_after(tx, world.conversation_id, 0, 500))
    return found


async def said(store: Store, world: World) -> list[str]:
    """What the bot has said to the customer."""
    return [one.text for one in await messages(store, world) if one.author.kind == "bot" and not one.private]


async def head(store: Store, world: World) -> Any:
    """The conversation's row."""
    query = select(*ConversationRow.__table__.c).where(ConversationRow.id == world.conversation_id)
    return await store.read(lambda tx: tx.execute(query).one())


async def talk_through(store: Store, at: int, *, committed: bool) -> tuple[list[str], bool]:
    """The whole talk; the process that answers dies at its transaction number ``at``, and another goes on."""
    world = await begin(store)
    mortal, died = bot(Mortal(store, at, committed=committed)), False
    for number, text in enumerate(SAID):
        await write(store, world, text, str(number))
        await write(store, world, text, str(number))
        try:
            await (bot(store, holder="other") if died else mortal).answer_all()
        except Killed:
            died = True
            await bot(store, holder="other").answer_all()
    row = await head(store, world)
    assert (row.handler, row.status, row.waiting_since is None) == ("team", "open", False)
    return await said(store, world), died


@pytest.mark.slow
@pytest.mark.parametrize("committed", [False, True])
async def test_it_goes_on_after_a_death_between_any_two_commits(tmp_path: Path, committed: bool) -> None:
    """The same answers, each once, as without it."""
    async with opened(tmp_path / "whole.db") as store:
        whole, _ = await talk_through(store, 10_000, committed=True)
    assert len(whole) == len(SAID)
    at, died = 1, True
    while died:
        async with opened(tmp_path / f"{at}.db") as store:
            answers, died = await talk_through(store, at, committed=committed)
        assert answers == whole, f"died at transaction {at}"
        at += 1
    assert at > 2 * len(SAID)  # a lease and an answer for each


async def test_two_processes_answer_once(store: Store) -> None:
    """Whoever is first; the other finds nothing to do."""
    world = await begin(store)
    await write(store, world, "book me in", "1")
    await asyncio.gather(*(bot(store, holder=name).answer_all() for name in ("one", "two", "three")))
    assert len(await said(store, world)) == 1


async def test_what_comes_in_while_it_thinks_is_answered_next(store: Store) -> None:
    """No word is passed over, and the order is kept."""
    world = await begin(store)

    class Slow:
        """Somebody writes while a text is understood."""

        def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
            self._loop = loop

        def understand(self, text: str, frame: Frame) -> Understood:
            if text == "book me in":
                asyncio.run_coroutine_threadsafe(write(store, world, "a haircut", "2"), self._loop).result()
            return KNOWN.get(text, Understood(text))

    await write(store, world, "book me in", "1")
    await bot(store, Slow(asyncio.get_running_loop())).answer_all()
    texts = await said(store, world)
    assert [TEXTS.get("en", "flow.ask.service") in texts[0], texts[1]] == [True, TEXTS.get("en", "flow.ask.time")]
    assert (await head(store, world)).waiting_since is None


async def test_a_fault_hands_over(store: Store) -> None:
    """A mistake of the bot's is a person's to answer; the customer is told."""
    world = await begin(store)

    class Broken:
        """Raises what nobody expects."""

        def understand(self, text: str, frame: Frame) -> Understood:
            raise ZeroDivisionError

    await write(store, world, "hello there", "1")
    await bot(store, Broken()).answer_all()
    assert await said(store, world) == [TEXTS.get("en", "flow.handing.failed")]
    row = await head(store, world)
    assert (row.handler, row.waiting_since is None) == ("team", False)


async def test_without_understanding_buttons_and_words_count(store: Store) -> None:
    """An engine that is away is not the customer's trouble: the menu answers, and then a person."""
    world = await begin(store)

    class Away:
        """Another machine's, out of reach."""

        def understand(self, text: str, frame: Frame) -> Understood:
            raise Unavailable

    await write(store, world, "how late are you open", "1")
    await bot(store, Away()).answer_all()
    await write(store, world, "3", "2")
    await bot(store, Away()).answer_all()
    texts = await said(store, world)
    assert TEXTS.get("en", "flow.unclear") in texts[0]
    assert TEXTS.get("en", "flow.always") in texts[1]


async def test_what_no_flow_answers_the_firms_own_knowledge_may(store: Store) -> None:
    """It is asked where nothing is understood and no question is open; its failure is in nobody's way."""
    world = await begin(store)

    class Knowing:
        """Knows of the parking, and fails at everything else."""

        asked: ClassVar[list[str]] = []

        def answer(self, text: str, language: Language) -> FreeAnswer | None:
            self.asked.append(text)
            if "park" not in text:
                raise ZeroDivisionError
            return FreeAnswer("Behind the house.", Passage("Parking", "There is parking behind the house."))

    for number, text in enumerate(("where can I park", "book me in", "where can I park", "stop", "and a dog?", "menu")):
        await write(store, world, text, str(number))
        hearing = Hearing(KnownTexts(KNOWN), Rules(), free=Knowing())
        await bot(store, hearing=hearing).answer_all()
    texts = await said(store, world)
    assert texts[0] == "Behind the house.\n\nSource: Parking"
    assert "Behind the house." not in texts[2]
    assert TEXTS.get("en", "flow.unclear") in texts[4]
    assert Knowing.asked == ["where can I park", "and a dog?"]


async def test_an_agent_who_answers_has_it(store: Store) -> None:
    """From the moment he has said something, the bot is silent and people are asked."""
    world = await begin(store)
    await write(store, world, "book me in", "1")
    await bot(store).answer_all()
    await write(store, world, "let me see", "2", by="agent")
    await write(store, world, "a haircut", "3")
    await bot(store).answer_all()
    assert len(await said(store, world)) == 1
    assert (await head(store, world)).handler == "team"


async def test_a_state_of_another_shape_begins_anew(store: Store) -> None:
    """What an older version kept is not misread."""
    world = await begin(store)
    old = dialogues.Kept("book", "time", {"slots": [1, 2]}, 99, 0, None)
    await store.writer.run(lambda tx: dialogues.put(tx, world.conversation_id, old, None))
    await write(store, world, "book me in", "1")
    await bot(store).answer_all()
    assert TEXTS.get("en", "flow.ask.service") in (await said(store, world))[0]


@pytest.mark.parametrize(
    ("lines", "status", "handler"), [(("how late are you open",), "resolved", "bot"), (SAID[:2], "open", "team")]
)
async def test_silence_ends_a_talk(store: Store, lines: tuple[str, ...], status: str, handler: str) -> None:
    """What was answered is resolved; what was half filled in goes to people, with all of it in a note."""
    world = await begin(store)
    for number, text in enumerate(lines):
        await write(store, world, text, str(number))
        await bot(store).answer_all()
    assert await bot(store).end_silent() == 0
    past = clock.now() - timedelta(seconds=1)
    await store.writer.run(lambda tx: tx.execute(update(DialogueRow).values(expires_at=past)))
    assert await bot(store).end_silent() == 1
    row = await head(store, world)
    assert (row.status, row.handler) == (status, handler)
    notes = [one.text for one in await messages(store, world) if one.private and one.kind == "text"]
    assert ["a haircut" in note for note in notes] == ([True] if handler == "team" else [])


async def test_a_request_with_a_phone_is_a_task(store: Store) -> None:
    """Somebody is to see to it by a time; the talk stays the bot's."""
    world = await begin(store)
    for number, text in enumerate(("menu", "4", "I need a quote for ten people", "Anna", "+37477123456", "yes")):
        await write(store, world, text, str(number))
        await bot(store).answer_all()
    (task,) = await store.read(lambda tx: tx.execute(select(*TaskRow.__table__.c)).all())
    assert (task.title, task.conversation_id, task.kind) == ("Request", world.conversation_id, "todo")
    assert "ten people" in task.note
    assert "+37477123456" in task.note
    assert task.due_at > clock.now()
    row = await head(store, world)
    assert (row.handler, row.waiting_since) == ("bot", None)
    card = await store.read(lambda tx: conversations.find_contact(tx, world.contact_id))
    assert card is not None
    assert card.name == "Anna"
