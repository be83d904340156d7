"""Telegram as a case of the suite."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.telegram.carrier import TelegramCarrier
from bot.telegram.client import Client
from bot.telegram.settings import TelegramSettings
from conversation.channels import Carrier
from tests.contracts.channels.case import Again, Arrived, Case, Fault
from tests.telegram_api import TOKEN, Person, Refused, TelegramApi, Wire, telegram_api

_REFUSALS = {
    "refused": Refused(400, "Bad Request: wrong type of the web page content"),
    "busy": Refused(429, "Too Many Requests: retry after 1", retry_after=1),
    "broken": Refused(502, "Bad Gateway"),
}


class Telegram:
    """See ``Case``."""

    channel = "telegram"
    faults: frozenset[Fault] = frozenset(("refused", "blocked", "busy", "broken"))
    secret = TOKEN.partition(":")[2]
    repeatable = False
    edits = True
    takes_files = True
    cold = False

    def __init__(self, api: TelegramApi) -> None:
        self.api = api

    def environment(self, address: str) -> dict[str, str]:
        """See the case."""
        return {"BAREV_TELEGRAM_TOKEN": TOKEN, "BAREV_TELEGRAM_API_URL": self.api.url, "BAREV_TELEGRAM_POLL_S": "5"}

    async def opened(self) -> None:
        """It asks by itself."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        client = Client(TelegramSettings(TOKEN, self.api.url, timeout_s=0.5))
        try:
            yield TelegramCarrier(client)
        finally:
            await client.close()

    def person(self, number: int) -> str:
        """A chat that was opened once."""
        if not any(chat == 7000 + number for chat, _ in self.api.messages):
            self.api.message(Person(7000 + number), text="/start")
        return str(7000 + number)

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        said = self.api.message(Person(int(who)), text=text)
        await self.api.tell(message=said)

        async def again() -> None:
            await self.api.tell(message=said)

        return again

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """See the case."""
        paper = f"paper-{len(self.api.files)}"
        self.api.files[f"far/{paper}"] = content
        document = {"file_id": paper, "file_unique_id": paper, "file_name": name, "file_size": len(content)}
        document["mime_type"] = "application/pdf"
        await self.api.tell(message=self.api.message(Person(int(who)), document=document))

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """Presses."""
        last = next(one for one in reversed(self.api.said_to(int(who))) if "reply_markup" in one)
        await self.api.presses(Person(int(who)), last, shown.choices[place])

    def arrived(self, who: str) -> list[Arrived]:
        """See the case."""
        return [self._read(one) for one in self.api.said_to(int(who))]

    def _read(self, one: Wire) -> Arrived:
        rows = one.get("reply_markup", {}).get("inline_keyboard", ())
        labels = tuple(key["text"] for row in rows for key in row)
        document = one.get("document")
        file = None if document is None else self.api.files[f"sent/{document['file_id']}"]
        return Arrived(one.get("text") or one.get("caption") or "", labels, file)

    async def until(self, look: Callable[[], bool]) -> None:
        """See the case."""
        await self.api.until(look)

    def fail(self, fault: Fault, who: str) -> None:
        """See the case."""
        if fault == "blocked":
            self.api.blocked.add(int(who))
        else:
            self.api.fails["sendMessage"].append(_REFUSALS[fault])

    async def returns(self, who: str) -> None:
        """Unblocks the bot."""
        self.api.blocked.discard(int(who))

    def hold(self) -> None:
        """See the case."""
        self.api.held = asyncio.Event()

    def let_go(self) -> None:
        """See the case."""
        held, self.api.held = self.api.held, None
        if held is not None:
            held.set()

    def fits(self, text: str) -> bool:
        """https://core.telegram.org/bots/api#sendmessage"""
        return len(text.encode("utf-16-le")) // 2 <= 4096


@asynccontextmanager
async def telegram() -> AsyncIterator[Case]:
    """One that runs."""
    async with telegram_api() as api:
        yield Telegram(api)
