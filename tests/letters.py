"""Where letters go in tests: a mail server (aiosmtpd) and an SMS gateway (aiohttp) on this machine."""

import asyncio
import email
import email.policy
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller

WAIT_S = 60.0


class Arrivals:
    """Tells who waits on a loop that something has come, from any thread."""

    def __init__(self) -> None:
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def tell(self) -> None:
        """Something has come."""
        if self._waiting is not None:
            loop, event = self._waiting
            loop.call_soon_threadsafe(event.set)

    async def eventually(self, look: Callable[[], list[Any]], count: int) -> list[Any]:
        """What there is, as soon as it is so much."""
        event = asyncio.Event()
        self._waiting = asyncio.get_running_loop(), event
        async with asyncio.timeout(WAIT_S):
            while len(found := look()) < count:
                await event.wait()
                event.clear()
        return found


@dataclass
class Mailbox:
    """A mail server that takes every letter, or says ``refusal`` to recipients or to letters."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None
    refuses_data: str | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    _open: threading.Event = field(default_factory=threading.Event)
    arrivals: Arrivals = field(default_factory=Arrivals)

    @property
    def url(self) -> str:
        """Its address."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd's name
        """RCPT TO."""
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """The letter."""
        self.reached.set()
        await asyncio.to_thread(self._open.wait, WAIT_S)
        if self.refuses_data is not None:
            return self.refuses_data
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.arrivals.tell()
        return "250 taken"

    def hold(self) -> None:
        """From now on no letter is answered; ``reached`` is set when one has come."""
        self.reached.clear()
        self._open.clear()

    def release(self) -> None:
        """Goes on."""
        self._open.set()

    async def wait(self, to: str, count: int = 1) -> list[EmailMessage]:
        """The letters to a mailbox, as soon as there are so many."""
        return await self.arrivals.eventually(lambda: [one for one in self.letters if str(one["To"]) == to], count)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mail_server(kind: type[Mailbox] = Mailbox, /, **options: Any) -> Iterator[Mailbox]:
    """Runs one; ``options`` are aiosmtpd's."""
    box = kind(_free_port())
    box.release()
    server = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    server.start()
    try:
        yield box
    finally:
        box.release()
        server.stop()


@dataclass
class Request:
    """What the gateway was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    json: dict[str, str] = field(default_factory=dict)


@dataclass
class Gateway:
    """An SMS gateway: takes every message, unless ``answers`` has another answer for the next ones. While ``held`` it
    answers nobody."""

    port: int
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    held: asyncio.Event | None = None
    arrivals: Arrivals = field(default_factory=Arrivals)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/send"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        body = await request.text()
        asked = Request(request.method, request.path, dict(request.query), dict(request.headers), body)
        if request.content_type == "application/json":
            asked.json = await request.json()
        self.requests.append(asked)
        self.arrivals.tell()
        if self.held is not None:
            await self.held.wait()
        status, said, headers = self.answers.pop(0) if self.answers else (200, '{"status": "accepted"}', {})
        return web.Response(status=status, text=said, headers=headers)

    async def wait(self, to: str, count: int = 1) -> list[Request]:
        """The messages to a phone, as soon as there are so many."""
        return await self.arrivals.eventually(lambda: [one for one in self.requests if one.json.get("to") == to], count)


@asynccontextmanager
async def sms_gateway() -> AsyncIterator[Gateway]:
    """Runs one."""
    gateway = Gateway(_free_port())
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", gateway.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", gateway.port).start()
    try:
        yield gateway
    finally:
        if gateway.held is not None:
            gateway.held.set()
        await runner.cleanup()


def code_in(text: str) -> str:
    """The six digits of a letter."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found, text
    return found[0]
