"""A long-polling client by hand: one session, its posts and its polls."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from tests.barev.realtime.raw import TIMEOUT_S

MARK = "\x1e"  # between the packets of one body


class Polling:
    """One session."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.sid = ""

    async def open(self) -> None:
        """Opens the session."""
        status, packets = await self.poll()
        assert status == 200
        self.sid = json.loads(packets[0][1:])["sid"]

    async def poll(self) -> tuple[int, list[str]]:
        """Waits for packets."""
        async with self.session.get(self.address) as response:
            return response.status, (await response.text()).split(MARK)

    async def post(self, *packets: str | bytes) -> int:
        """Sends packets; returns the status."""
        parts = [packet if isinstance(packet, bytes) else packet.encode() for packet in packets]
        async with self.session.post(self.address, data=MARK.encode().join(parts)) as response:
            await response.read()
            return response.status

    async def enter(self) -> None:
        """Enters /visitor."""
        assert await self.post("40/visitor,") == 200
        assert (await self.poll())[1][0].startswith("40/visitor,")

    @property
    def address(self) -> str:
        """Where the session is."""
        return f"{self.url}/socket.io/?EIO=4&transport=polling" + (f"&sid={self.sid}" if self.sid else "")


@asynccontextmanager
async def polling(url: str) -> AsyncIterator[Polling]:
    """A session that is open, in no namespace yet."""
    async with asyncio.timeout(TIMEOUT_S), aiohttp.ClientSession() as session:
        client = Polling(session, url)
        await client.open()
        yield client
