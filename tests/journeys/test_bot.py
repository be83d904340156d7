"""Talks with the bot through a visitor's real socket: what is said, where the talk stands then, and what people get."""

import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from conversation.texts import Catalogue
from tests.clients import Client, connected, visitor
from tests.journeys.talk_files import Line, Talk, read_talks
from tests.journeys.test_rights import Desk, office
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
TALKS = read_talks()


@dataclass
class TalkingProduct(Product):
    """The product with an understanding that is known."""

    cold: bool = True

    def command(self, *words: str) -> list[str]:
        """The same words to the server of this test."""
        return [*self.prefix, sys.executable, "-m", "tests.journeys.talking_server", *self._words(*words)]


@dataclass
class Firm:
    """A running product whose inbox has its bot switched on."""

    product: Product
    owner: Desk

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the store holds."""
        with sqlite3.connect(f"file:{self.product.data / 'barev.db'}?mode=ro", uri=True) as store:
            found = store.execute(query, values).fetchall()
        store.close()
        return found

    def state(self, conversation_id: int) -> str:
        """Where a talk stands, as the files write it."""
        query = "SELECT status, handler, flow, step FROM conversations LEFT JOIN dialogues ON conversation_id = id"
        ((status, handler, flow, step),) = self.rows(f"{query} WHERE id = ?", conversation_id)
        if status == "resolved":
            return "resolved"
        return "people" if handler != "bot" else f"{flow}.{step}" if flow else "-"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all talks: each is another visitor's."""
    product = TalkingProduct(tmp_path_factory.mktemp("bot") / "data")
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        yield Firm(product, owner)


async def prepare(owner: Desk) -> None:
    """Switches the bot on, and gives the branch an address."""
    (inbox,) = (await owner.get("/inboxes"))["items"]
    switched = await owner.ask("PATCH", f"/inboxes/{inbox['id']}", {"settings": {"switches": {"bot": True}}})
    assert switched[1]["settings"]["switches"]["bot"] is True
    (branch,) = (await owner.get("/branches"))["items"]
    given = {"address": "Abovyan 1", "phone": "+374 10 123456"}
    assert (await owner.ask("PATCH", f"/branches/{branch['id']}", given))[0] == 200


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
async def test_a_talk(firm: Firm, talk: Talk) -> None:
    """Every line is answered as the file says, once, and leaves the talk where the file says."""
    guest = visitor(firm.product.address, language=talk.language)
    async with connected(guest):
        conversation_id = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        language = talk.language
        for line in talk.lines:
            language = line.language or language
            answer = await say(guest, line, language)
            where = f"{talk.name}:{line.number}: {line.text!r} -> {answer['text']!r}"
            if line.kind:
                assert ("buttons" if answer.get("buttons") else "text") == line.kind, where
            for key in line.keys:
                assert said(answer["text"], TEXTS.section(language, "flow")[key]), f"{where} has no {key}"
            if line.state:
                assert firm.state(conversation_id) == line.state, where


async def say(guest: Client, line: Line, language: str) -> dict[str, Any]:
    """Says a line, or presses its button, and waits for the one answer."""
    before = [one for one in guest.events("message") if one["author"]["kind"] == "bot"]
    if line.pressed is None:
        sent = await guest.send(line.text)
    else:
        label = TEXTS.section("en" if language == "en" else language, "flow").get(line.pressed, line.pressed)  # type: ignore[arg-type]  # one of the five
        shown = before[-1]
        (value,) = [one["value"] for one in shown["buttons"] if one["label"] == label]
        sent = await guest.get("choose", {"message_id": shown["id"], "value": value})
    return await guest.wait_for(
        "message", lambda shown: shown["author"]["kind"] == "bot" and shown["seq"] > sent["seq"]
    )


def said(text: str, template: str) -> bool:
    """Whether a text of the catalogue is in what was said, whatever its fields are filled with."""
    return re.search(".*".join(map(re.escape, re.split(r"\{[a-z_]+\}", template))), text) is not None
