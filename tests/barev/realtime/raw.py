"""A client that speaks Engine.IO and Socket.IO by hand over a WebSocket, so that it can also speak nonsense."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

TIMEOUT_S = 30.0  # of a whole test; nothing waits for it when all is well
URL = "/socket.io/?EIO=4&transport=websocket"


class Raw:
    """One connection. It answers pings while it waits for something."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.opening: dict[str, Any] = {}
        self.pings = 0

    async def text(self) -> str:
        """The next packet that is no ping; raises EOFError with the close code when it is over."""
        while True:
            message = await self.socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise EOFError(self.socket.close_code)
            if message.data == "2":
                self.pings += 1
                await self.socket.send_str("3")
            elif message.data != "6":  # nothing, said by the stock engine to an upgrade
                text: str = message.data
                return text

    async def send(self, text: str) -> None:
        """Sends a text as it is."""
        await self.socket.send_str(text)

    async def connect(self, namespace: str = "/visitor", auth: Mapping[str, Any] | None = None) -> Any:
        """Asks to be let in; returns the packet's kind and data."""
        await self.send(f"40{namespace},{json.dumps(auth) if auth is not None else ''}")
        text = await self.text()
        head, _, body = text.partition(f"{namespace},")
        return head, json.loads(body)

    async def call(self, event: str, data: Any = None, namespace: str = "/visitor", ack: int = 1) -> Any:
        """Sends an event; returns what its acknowledgement holds. No event may come in between."""
        await self.send(f"42{namespace},{ack}{json.dumps([event, data])}")
        return await self.acknowledged(namespace, ack)

    async def acknowledged(self, namespace: str = "/visitor", ack: int = 1) -> Any:
        """The acknowledgement of that number, which must be the next packet."""
        text = await self.text()
        head = f"43{namespace},{ack}["
        assert text.startswith(head), text
        values = json.loads(text[len(head) - 1 :])
        assert len(values) == 1
        return values[0]

    async def event(self, namespace: str = "/visitor") -> Any:
        """The next packet, which must be an event: its name and data."""
        text = await self.text()
        head = f"42{namespace},"
        assert text.startswith(head), text
        return tuple(json.loads(text[len(head) :]))

    async def ended(self) -> int | None:
        """Waits for the end; returns the close code."""
        try:
            while True:
                await self.text()
        except EOFError as end:
            code: int | None = end.args[0]
            return code


@asynccontextmanager
async def raw(url: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Raw]:
    """A connection whose session is open, in no namespace yet."""
    async with (
        asyncio.timeout(TIMEOUT_S),
        aiohttp.ClientSession() as session,
        session.ws_connect(url + URL, headers=headers, max_msg_size=0) as socket,
    ):
        client = Raw(socket)
        opening = await client.text()
        assert opening[0] == "0"
        client.opening = json.loads(opening[1:])
        yield client


@asynccontextmanager
async def visitor(url: str, auth: Mapping[str, Any] | None = None) -> AsyncIterator[Raw]:
    """A connection that is in /visitor."""
    async with raw(url) as client:
        head, _data = await client.connect(auth=auth)
        assert head == "40"
        yield client
