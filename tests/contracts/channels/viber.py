"""Viber as a case of the suite."""

import asyncio
import html
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.viber.carrier import ViberCarrier, ViberTerms
from bot.viber.wire import ViberSettings, ViberWire
from conversation.channels import Carrier
from tests.contracts.channels.case import Again, Arrived, Case, Fault
from tests.viber_api import TOKEN, WAIT_S, Person, ViberApi, Wire, viber_api

_STATUSES = {"refused": 3, "busy": 12}


class Viber:
    """See ``Case``."""

    channel = "viber"
    faults: frozenset[Fault] = frozenset(("refused", "blocked", "busy", "broken"))
    secret = TOKEN
    repeatable = False
    edits = False
    takes_files = True
    cold = False

    def __init__(self, api: ViberApi) -> None:
        self.api = api
        self._buttons: dict[tuple[str, str], str] = {}

    def environment(self, address: str) -> dict[str, str]:
        """See the case."""
        settings = {"VIBER_TOKEN": TOKEN, "VIBER_API_URL": self.api.url, "SERVER_PUBLIC_URL": address}
        return {f"BAREV_{key}": value for key, value in settings.items()}

    async def opened(self) -> None:
        """It is told where to call."""
        async with asyncio.timeout(WAIT_S):
            await self.api.set_up.wait()

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """See the case."""
        settings = ViberSettings(TOKEN, self.api.url, timeout_s=0.5)
        wire = ViberWire(settings)
        try:
            yield ViberCarrier(settings, wire, ViberTerms())
        finally:
            await wire.close()

    def person(self, number: int) -> str:
        """A user."""
        return f"user-{number:04}A=="

    async def says(self, who: str, text: str) -> Again:
        """See the case."""
        event = self.api.event(Person(who), self.api.token_of_message(), {"type": "text", "text": text})

        async def tell() -> None:
            assert await self.api.call(event) == 200

        await tell()
        return tell

    async def sends(self, who: str, name: str, content: bytes) -> None:
        """See the case."""
        self.api.files[name] = content
        link = f"http://127.0.0.1:{self.api.port}/media/{name}"
        await self.api.says(Person(who), "", type="file", media=link, file_name=name, size=len(content))

    async def chooses(self, who: str, shown: Arrived, place: int) -> None:
        """A press sends the words that the button carries."""
        await self.api.says(Person(who), self._buttons[who, shown.choices[place]])

    def arrived(self, who: str) -> list[Arrived]:
        """See the case."""
        return [self._read(who, one) for one in self.api.sent if one["receiver"] == who]

    def _read(self, who: str, one: Wire) -> Arrived:
        buttons = (one.get("keyboard") or one.get("rich_media") or {}).get("Buttons", [])
        words = {html.unescape(key["Text"]): key["ActionBody"] for key in buttons if key["ActionType"] == "reply"}
        self._buttons |= {(who, label): body for label, body in words.items()}
        return Arrived(one.get("text") or one.get("alt_text") or "", tuple(words), link=one.get("media") or "")

    async def until(self, look: Callable[[], bool]) -> None:
        """See the case."""
        async with asyncio.timeout(WAIT_S), self.api.arrived:
            await self.api.arrived.wait_for(look)

    def fail(self, fault: Fault, who: str) -> None:
        """See the case."""
        if fault == "blocked":
            self.api.gone.add(who)
        elif fault == "broken":
            self.api.breaks += 1
        else:
            self.api.fails.append(_STATUSES[fault])

    async def returns(self, who: str) -> None:
        """Subscribes again."""
        self.api.gone.discard(who)

    def hold(self) -> None:
        """See the case."""
        self.api.held = asyncio.Event()

    def let_go(self) -> None:
        """See the case."""
        held, self.api.held = self.api.held, None
        if held is not None:
            held.set()

    def fits(self, text: str) -> bool:
        """https://developers.viber.com/docs/api/rest-bot-api/#text-message"""
        return len(text.encode("utf-16-le")) // 2 <= 7000


@asynccontextmanager
async def viber() -> AsyncIterator[Case]:
    """One that runs."""
    async with viber_api() as api:
        yield Viber(api)
