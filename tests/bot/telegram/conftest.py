"""The door of Telegram between a server of the Bot API and an intake that keeps what it is handed."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.telegram.carrier import TelegramCarrier
from bot.telegram.client import Client
from bot.telegram.hearing import Hearing
from bot.telegram.listener import Polling
from bot.telegram.settings import TelegramSettings
from conversation.channels import Coming, FarFile, FarPerson, Heard, Say
from conversation.errors import BarevError, Rejected
from conversation.messages import Channel, Delivery
from conversation.ports import AddressKey, Posted
from conversation.texts import Catalogue
from tests.telegram_api import TOKEN, TelegramApi, telegram_api

DATA = Path(__file__).parents[2] / "data" / "telegram"
TEXTS = Catalogue()


def recorded(name: str) -> list[dict[str, Any]]:
    """Updates as Telegram sends them."""
    found = json.loads((DATA / f"{name}.json").read_bytes())
    assert isinstance(found, list)
    return found


@dataclass
class Kept:
    """What was handed in. ``fails``: raised instead, the next first."""

    heard: list[Heard] = field(default_factory=list)
    deeds: list[tuple[object, ...]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    file_ids: list[str] = field(default_factory=list)
    fails: list[BarevError] = field(default_factory=list)

    def _fail(self) -> None:
        if self.fails:
            raise self.fails.pop(0)

    async def hear(self, heard: Heard) -> Posted:
        """A message; once."""
        self._fail()
        if all((one.address, one.id) != (heard.address, heard.id) for one in self.heard):
            self.heard.append(heard)
        return Posted(1, 1, 1, 1)

    async def keep(self, address: AddressKey, file: FarFile, chunks: AsyncIterator[bytes]) -> int:
        """A file; its place in ``files``."""
        self._fail()
        self.file_ids.append(file.id)
        self.files[file.name] = b"".join([one async for one in chunks])
        return len(self.files)

    async def hear_edit(self, address: AddressKey, far_id: str, text: str) -> bool:
        """Another text."""
        self.deeds.append(("edit", address.value, far_id, text))
        return True

    async def hear_delete(self, address: AddressKey, far_id: str) -> bool:
        """Gone."""
        self.deeds.append(("delete", address.value, far_id))
        return True

    async def hear_press(self, address: AddressKey, value: str, far_id: str | None, person: FarPerson) -> Posted:
        """A button; that of message 1 is known."""
        if not value.startswith("1."):
            raise Rejected("not_found", "error.message_not_found")
        self.deeds.append(("press", address.value, value, far_id))
        return Posted(1, 1, 1, 1)

    async def hear_receipt(self, address: AddressKey, far_id: str, delivery: Delivery, why: str = "") -> bool:
        """Telegram tells none."""
        raise AssertionError

    async def hear_leaving(self, address: AddressKey, goodbye: Say | None = None) -> None:
        """He left."""
        self.deeds.append(("left", address.value))

    async def hear_coming(
        self, address: AddressKey, person: FarPerson, start: str = "", hello: Say | None = None
    ) -> Coming:
        """He came."""
        self.deeds.append(("came", address.value, person.name, start))
        return ""

    async def hear_return(self, channel: Channel, far_id: str, why: str, *, gone: bool) -> bool:
        """Nothing comes back there."""
        raise AssertionError

    async def hear_ours(self, address: AddressKey, far_id: str, name: str, text: str) -> bool:
        """The owner writes himself."""
        self.deeds.append(("ours", address.value, far_id, name, text))
        return True

    async def hear_typing(self, address: AddressKey) -> None:
        """Telegram does not tell."""
        raise AssertionError


@dataclass
class Door:
    """All parts of it."""

    api: TelegramApi
    kept: Kept
    client: Client
    carrier: TelegramCarrier
    hearing: Hearing
    polling: Polling

    async def take(self, name: str) -> list[Heard]:
        """Hands in what was recorded; what was heard since."""
        before = len(self.kept.heard)
        for one in recorded(name):
            await self.hearing.take(one)
        return self.kept.heard[before:]


@asynccontextmanager
async def opened(**more: Any) -> AsyncIterator[Door]:
    """A door with other settings."""
    async with telegram_api() as api:
        settings = TelegramSettings(**{"token": TOKEN, "api_url": api.url, "poll_s": 1, "timeout_s": 2.0, **more})
        client, kept = Client(settings), Kept()
        hearing = Hearing(client, kept, TEXTS, "en")
        try:
            yield Door(api, kept, client, TelegramCarrier(client), hearing, Polling(client, hearing))
        finally:
            await client.close()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door."""
    async with opened() as made:
        yield made


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged, at the finest: the token is nowhere in it."""
    caplog.set_level("DEBUG")
    yield caplog
    assert TOKEN.partition(":")[2] not in caplog.text
