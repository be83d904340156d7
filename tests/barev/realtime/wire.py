"""A client that speaks TCP by hand: heads, frames and pieces of both, as good or as bad as a test wants them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from barev.realtime.frames import TEXT, unmask
from tests.barev.realtime.raw import TIMEOUT_S, URL

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3
MASK = b"\x37\xfa\x21\x3d"


def masked(payload: bytes, opcode: int = TEXT, *, last: bool = True, mask: bytes = MASK) -> bytes:
    """A frame as a client sends it."""
    size = len(payload)
    first = bytes((opcode | (0x80 if last else 0),))
    if size < 126:
        head = first + bytes((0x80 | size,))
    elif size < 65536:
        head = first + b"\xfe" + size.to_bytes(2)
    else:
        head = first + b"\xff" + size.to_bytes(8)
    return head + mask + unmask(payload, mask)


def head(path: str = URL, headers: Mapping[str, str] | None = None, *, upgrade: bool = True) -> bytes:
    """The head of a GET; ``headers`` add to those of a handshake or replace them (an empty one is left out)."""
    usual = {"Host": "127.0.0.1"}
    if upgrade:
        usual |= {
            "Connection": "keep-alive, Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
        }
    lines = [f"{name}: {value}" for name, value in (usual | dict(headers or {})).items() if value]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.writer.write(data)

    async def response(self) -> tuple[int, dict[str, str], bytes]:
        """An HTTP response whose length is told: status, headers (names in lower case) and body."""
        status_line, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(status_line.split(" ")[1]), headers, body

    async def open(self, **headers: str) -> None:
        """Opens a session and enters /visitor."""
        self.send(head(headers=headers))
        status, _headers, _body = await self.response()
        assert status == 101
        assert (await self.frame())[1].startswith(b"0{")
        await self.enter({})

    async def enter(self, auth: Mapping[str, Any]) -> None:
        """Enters /visitor."""
        self.send(masked(b"40/visitor," + json.dumps(auth).encode()))
        assert (await self.frame())[1].startswith(b"40/visitor,")

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: its first byte and its payload. Raises IncompleteReadError at the end."""
        first, size = await self.reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8))
        return first, await self.reader.readexactly(size)

    async def echo(self, words: str = "x") -> None:
        """Says something and hears it, with nothing in between."""
        self.send(masked(f'42/visitor,1["echo","{words}"]'.encode()))
        assert await self.frame() == (0x81, f'43/visitor,1[{{"ok":true,"data":"{words}"}}]'.encode())

    async def rest(self) -> bytes:
        """Whatever comes until the end."""
        return await self.reader.read()

    def cut(self) -> None:
        """Ends the connection without a word."""
        self.writer.transport.abort()


@asynccontextmanager
async def wire(port: int, *, receive_buffer_bytes: int | None = None) -> AsyncIterator[Wire]:
    """A connection; ``receive_buffer_bytes`` keeps the buffer of the socket small."""
    line = socket.socket()
    if receive_buffer_bytes is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
    line.setblocking(False)
    async with asyncio.timeout(TIMEOUT_S):
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=line, limit=2**20)
        try:
            yield Wire(reader, writer)
        finally:
            writer.transport.abort()
