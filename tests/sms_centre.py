"""An SMS centre in tests: an SMPP server of another maker, which takes, refuses and withholds as it is told to."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import smpp34

from bot.sms.coding import Body, decode
from bot.sms.smpp.settings import SmppSettings, read_url
from tests.proxy import Proxy

WAIT_S = 60.0
_WITHHELD = -1
_CODINGS = {0: "gsm7", 3: "latin1", 8: "ucs2"}


@dataclass
class SmsCentre:
    """The server. ``taken``: texts that are whole, with their recipient; ``answers``: statuses that the next messages
    get instead of being taken, ``WITHHELD`` for none at all; ``ids``: what each message was called."""

    WITHHELD = _WITHHELD
    port: int = 0
    extra: str = ""
    taken: list[tuple[str, str]] = field(default_factory=list)
    events: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    esme: smpp34.Esme | None = None
    _parts: dict[tuple[str, int], dict[int, Body]] = field(default_factory=dict)
    _held: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    _server: smpp34.Server | None = None
    _work: asyncio.Task[None] | None = None
    _line: Proxy | None = None
    _hidden: int = 0

    @property
    def url(self) -> str:
        """What a product is told: it is reached by a line that can be cut."""
        return f"smpp://firm:secret@127.0.0.1:{self.port}{self.extra}"

    @property
    def settings(self) -> SmppSettings:
        """The same, read."""
        return read_url(self.url, 2.0)

    async def open(self) -> None:
        """Can be reached, at the same port as before."""
        if self._server is None:
            hidden, self.port = _free_port(), _free_port()
            self._server = smpp34.Server("127.0.0.1", hidden)
            await self._server.start()
            self._work = asyncio.ensure_future(self._serve(self._server))
            self._hidden = hidden
        self._line = Proxy(self._hidden, self.port)
        await self._line.__aenter__()

    async def close(self) -> None:
        """Everybody is cut off."""
        if self._line is not None:
            await self._line.__aexit__(None, None, None)
            self._line = None
            async with self.moved, asyncio.timeout(WAIT_S):
                await self.moved.wait_for(lambda: self.esme is None)

    async def end(self) -> None:
        """Is no more."""
        if self._line is not None:
            await self._line.__aexit__(None, None, None)
        if self._server is not None and self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
            await self._server.stop()

    async def bound(self) -> smpp34.Esme:
        """Who is bound, as soon as somebody is."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: self.esme is not None)
        assert self.esme is not None
        return self.esme

    async def wait(self, count: int) -> list[tuple[str, str]]:
        """The whole texts, as soon as there are so many."""
        async with self.moved, asyncio.timeout(WAIT_S):
            await self.moved.wait_for(lambda: len(self.taken) >= count)
        return self.taken

    async def say(
        self,
        sender: str,
        data: bytes,
        *,
        esm_class: int = 0,
        data_coding: int = 8,
        tlvs: list[smpp34.Tlv] | None = None,
    ) -> int:
        """A message to the firm. Returns the status of its answer, as soon as there is one."""
        esme = await self.bound()
        told = await esme.deliver_sm(
            "1000",
            data,
            source_addr=sender.removeprefix("+"),
            source_addr_ton=1,
            source_addr_npi=1,
            esm_class=esm_class,
            data_coding=data_coding,
            tlvs=tlvs or [],
        )
        return told.command_status

    async def report(self, sender: str, name: str, stat: str) -> int:
        """What became of a message."""
        words = f"id:{name} sub:001 dlvrd:001 submit date:2603011020 done date:2603011021 stat:{stat} err:000 text:x"
        return await self.say(sender, words.encode(), esm_class=4, data_coding=0)

    async def _serve(self, server: smpp34.Server) -> None:
        while True:
            event = await server.next()
            async with self.moved:
                if isinstance(event, smpp34.Esme):
                    self.esme = event
                elif isinstance(event, smpp34.SubmitSmEvent):
                    self._take(event)
                elif self.esme is not None and event.session_id == self.esme.session_id:
                    self.esme = None
                self.moved.notify_all()

    def _take(self, event: smpp34.SubmitSmEvent) -> None:
        status = self.answers.pop(0) if self.answers else 0
        if status > 0:
            event.reject(status)
            return
        self.events.append(event)
        self._join(event)
        if status == _WITHHELD:
            self._held.append(event)
            return
        name = f"{len(self.events):x}f"
        self.ids.append(name)
        event.accept(name)

    def _join(self, event: smpp34.SubmitSmEvent) -> None:
        payload = b"".join(one.value for one in event.tlvs if one.tag == smpp34._smpp34.TLV_MESSAGE_PAYLOAD)
        data = event.short_message or payload
        coding = _CODINGS[event.data_coding]
        to = f"+{event.destination_addr}"
        if not event.esm_class & 0x40:
            self.taken.append((to, decode([Body(coding, data)])))  # type: ignore[arg-type]  # one of Coding
            return
        assert data[:3] == bytes((5, 0, 3))
        parts = self._parts.setdefault((to, data[3]), {})
        parts[data[5]] = Body(coding, data[6:])  # type: ignore[arg-type]
        if len(parts) == data[4]:
            self.taken.append((to, decode([parts[number] for number in sorted(parts)])))
            del self._parts[to, data[3]]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def open_centre(extra: str = "") -> AsyncIterator[SmsCentre]:
    """A centre for as long as it is used."""
    centre = SmsCentre(extra=extra)
    await centre.open()
    try:
        yield centre
    finally:
        await centre.end()
