"""Visitors and agents at work: each knows what it sent, what was acknowledged to it and what it holds. All can be cut
off at any moment and come back."""

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.clients import ANSWER_S, Client
from tests.states import DeskState, VisitorState, Wire

News = Callable[[str, Wire], None]
_WINDOW = 4  # messages that one sender has under way


class Cut(Exception):
    """The connection is gone; whatever was asked may have happened or not."""


class Link(Client):
    """One connection, whose events are told in the order of their arrival and whose end is known at once."""

    def __init__(self, address: str, namespace: str, auth: dict[str, Any], news: News) -> None:
        super().__init__(address, namespace, auth, ("websocket",))
        self._tell = news
        self.cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.faults: list[Exception] = []  # the client library would only log them
        self.sio.on("disconnect", self._gone, namespace=namespace)

    async def _hear(self, event: str, payload: Wire) -> None:
        self.heard.append((event, payload))
        try:
            self._tell(event, payload)
        except Exception as error:
            self.faults.append(error)

    async def _gone(self, _reason: str) -> None:
        if not self.cut.done():
            self.cut.set_result(None)

    async def close(self) -> None:
        """Goes away."""
        await super().close()
        await self._gone("closed")

    async def post(self, event: str, data: Wire) -> "asyncio.Future[Wire]":
        """Sends an event; the future is its acknowledgement. Raises Cut."""
        answered: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()

        def answer(ack: Wire) -> None:
            if not answered.done():
                answered.set_result(ack)

        if self.faults:
            raise self.faults[0]
        if self.cut.done() or not self.sio.connected:
            raise Cut
        await self.sio.emit(event, data, namespace=self.namespace, callback=answer)
        return answered

    async def ask(self, event: str, data: Any = None) -> Wire:
        """Sends an event and returns its acknowledgement. Raises Cut."""
        answered = await self.post(event, {} if data is None else data)
        return await self.answer_to(answered)

    async def answer_to(self, answered: "asyncio.Future[Wire]") -> Wire:
        """Waits for an acknowledgement. Raises Cut."""
        either: tuple[asyncio.Future[Any], ...] = (answered, self.cut)
        done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED, timeout=ANSWER_S)
        assert done, "no answer"
        if not answered.done():
            raise Cut
        return answered.result()


@dataclass(slots=True)
class Said:
    """A message of a sender. ``ack``: the first acknowledgement it got. ``body``: the event that was sent."""

    event: str
    body: Wire
    ack: Wire | None = None

    @property
    def client_id(self) -> str:
        """The id that the sender made."""
        return str(self.body["client_id"])


class Sender:
    """What visitors and agents have in common: messages that are sent until they are acknowledged."""

    def __init__(self, name: str, rng: random.Random, acked: Callable[[], None]) -> None:
        self.name = name
        self.rng = rng
        self.said: list[Said] = []
        self.repeats = 0
        self.link: Link | None = None
        self.heard = asyncio.Event()  # set by every event of the server
        self._acked = acked
        self._under_way: set[asyncio.Task[None]] = set()

    async def say(self, event: str, **body: Any) -> None:
        """Sends a new message and does not wait for its acknowledgement, but for room in the window. Raises Cut."""
        number = len(self.said)
        text = f"{self.name} {number} " + "ա" * self.rng.choice((0, 5, 50, 400))
        said = Said(event, {"client_id": str(uuid.UUID(int=self.rng.getrandbits(128))), "text": text, **body})
        self.said.append(said)
        await self._send(said)

    async def resend(self) -> None:
        """Sends again all that was not acknowledged, in order, and some of what was. Raises Cut."""
        acknowledged = [said for said in self.said if said.ack is not None]
        again = self.rng.sample(acknowledged, min(2, len(acknowledged)))
        for said in [*again, *(said for said in self.said if said.ack is None)]:
            await self._send(said)

    async def settle(self) -> None:
        """Waits for what is under way."""
        while self._under_way:
            await self._reap()

    async def _send(self, said: Said) -> None:
        while len(self._under_way) >= _WINDOW:
            await self._reap()
        assert self.link is not None
        answered = await self.link.post(said.event, said.body)
        self._under_way.add(asyncio.create_task(self._await_ack(said, self.link, answered)))

    async def _reap(self) -> None:
        done, self._under_way = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _await_ack(self, said: Said, link: Link, answered: "asyncio.Future[Wire]") -> None:
        try:
            ack = await link.answer_to(answered)
        except Cut:
            return
        assert ack["ok"], (self.name, said, ack)
        if said.ack is None:
            said.ack = ack
        else:
            self.repeats += 1
            assert [ack[key] for key in ("id", "seq")] == [said.ack[key] for key in ("id", "seq")], (said, ack)
        self._acked()


class Visitor(Sender):
    """A visitor in one tab. ``literal``: syncs by ``after_change`` alone, as the contract has it."""

    def __init__(self, name: str, rng: random.Random, acked: Callable[[], None], literal: bool) -> None:
        super().__init__(name, rng, acked)
        self.state = VisitorState()
        self.token: str | None = None
        self._literal = literal
        self._catching_up: asyncio.Task[None] | None = None

    async def come(self, address: str) -> None:
        """Connects; loads at the first time, catches up later."""
        self.state.leave()
        auth = {"page_url": "https://shop.example/hair", "language": "en"}
        self.link = Link(address, "/visitor", auth if self.token is None else {**auth, "token": self.token}, self._news)
        await self.link.connect()
        if self.state.loaded:
            await self.sync(self.state)
        else:
            hello = await self.link.get("hello")
            self.token = hello["token"]
            self.state.load(hello)

    async def sync(self, state: VisitorState) -> None:
        """Asks for all that changed since, page by page. Raises Cut."""
        assert self.link is not None
        page: Wire = {"more": True}
        while page["more"] or state.behind:
            asked: Wire = {"after_change": state.last}
            if not self._literal and state.conversation_id is not None:
                asked["conversation_id"] = state.conversation_id
            page = await self.link.get("sync", asked)
            state.merge(page)

    async def fresh(self) -> VisitorState:
        """What a client holds that comes now for the first time."""
        assert self.link is not None
        state = VisitorState()
        state.load(await self.link.get("hello"))
        if state.head is not None:
            state.last = 0
            await self.sync(state)
        return state

    async def work(self) -> None:
        """Talks until it is cut off. Raises nothing else than what is wrong."""
        try:
            await self.resend()
            while True:
                await self.act()
        except Cut:
            await self.settle()
            if self._catching_up is not None:
                await self._catching_up

    async def act(self) -> None:
        """Does one thing, mostly sends a message. Raises Cut."""
        assert self.link is not None
        chance = self.rng.random()
        if chance < 0.8 or self.state.head is None:
            await self.say("message")
        elif chance < 0.9:
            seq = max((one["seq"] for one in self.state.messages.values()), default=0)
            await self.link.get("read", {"seq": seq})
        elif chance < 0.93 and self.state.head["status"] == "resolved":
            await self.link.get("start", {"answers": {}})
        elif chance < 0.95:
            await self.link.get("rate", {"score": self.rng.randint(1, 5)})
        elif chance < 0.97:
            await self.link.get("typing", {"on": self.rng.random() < 0.5})
        else:
            await self.resend()

    def _news(self, event: str, payload: Wire) -> None:
        self.state.apply(event, payload)
        self.heard.set()
        if self.state.behind and (self._catching_up is None or self._catching_up.done()):
            self._catching_up = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            await self.sync(self.state)
        except Cut:
            return


class Agent(Sender):
    """An agent in one window. ``deeds``: what he does with dialogs besides talking."""

    deeds: tuple[str, ...] = ("take", "take", "escalate", "resolve", "reopen", "snooze")

    def __init__(self, name: str, rng: random.Random, acked: Callable[[], None], token: str) -> None:
        super().__init__(name, rng, acked)
        self.state = DeskState()
        self.token = token
        self.edits: dict[int, list[str]] = {}  # by message: the texts of acknowledged edits
        self.unsure: set[int] = set()  # messages with an edit or deletion whose acknowledgement never came
        self.deleted: set[int] = set()

    async def come(self, address: str) -> None:
        """Connects; loads at the first time, catches up later."""
        self.link = Link(address, "/desk", {"token": self.token, "language": "en"}, self._news)
        after = self.state.last_event  # before the first event comes
        await self.link.connect()
        if not self.state.loaded:
            self.state.load(await self.link.get("hello"))
        await self.sync(self.state, after)

    async def load(self, address: str) -> None:
        """Connects and loads all unresolved conversations, without a ``sync``."""
        self.link = Link(address, "/desk", {"token": self.token, "language": "en"}, self._news)
        await self.link.connect()
        self.state.load(await self.link.get("hello"))
        for conversation_id in list(self.state.heads):
            self.state.open(await self.link.get("open", {"conversation_id": conversation_id}))

    async def sync(self, state: DeskState, after: int) -> None:
        """Asks for all that changed after an event, page by page. Raises Cut."""
        assert self.link is not None
        more = True
        while more:
            page = await self.link.get("sync", {"after_event": after})
            state.merge(page)
            after, more = page["last_event"], page["more"]

    async def fresh(self) -> DeskState:
        """What a desk holds that is opened now for the first time, with everything there is."""
        assert self.link is not None
        state = DeskState()
        state.load(await self.link.get("hello"))
        await self.sync(state, 0)
        return state

    async def work(self) -> None:
        """Answers until it is cut off. Raises nothing else than what is wrong."""
        try:
            await self.resend()
            while True:
                await self.act()
        except Cut:
            await self.settle()

    async def act(self) -> None:
        """Does one thing to one conversation. Raises Cut."""
        assert self.link is not None
        if not self.state.heads:
            await self.link.get("hello")
            return
        conversation_id = self.rng.choice(list(self.state.heads))
        chance = self.rng.random()
        if chance < 0.5:
            event = "reply" if chance < 0.4 else "note"
            await self.say(event, conversation_id=conversation_id)
        elif chance < 0.6:
            seq = self.state.last_seq(conversation_id)
            await self.link.get("read", {"conversation_id": conversation_id, "seq": seq})
        elif chance < 0.8:
            await self._change_own(delete=chance > 0.72)
        elif chance < 0.98:
            await self._hand_over(conversation_id)
        else:
            await self.resend()

    async def _change_own(self, delete: bool) -> None:
        own = [said.ack["id"] for said in self.said if said.ack is not None and said.ack["id"] not in self.deleted]
        if not own or self.link is None:
            return
        number = self.rng.choice(own[-20:])
        text = f"edited {self.rng.getrandbits(32)}"
        self.unsure.add(number)
        asked = {"message_id": number, **({} if delete else {"text": text})}
        ack = await self.link.ask("delete_message" if delete else "edit_message", asked)
        self.unsure.discard(number)
        assert ack["ok"] or ack["error"]["code"] == "conflict", ack
        if delete or not ack["ok"]:  # a conflict: an earlier deletion, whose acknowledgement was lost, came through
            self.deleted.add(number)
        else:
            self.edits.setdefault(number, []).append(text)

    async def _hand_over(self, conversation_id: int) -> None:
        assert self.link is not None
        event = self.rng.choice(self.deeds)
        until = {"until": "2099-01-01T00:00:00.000Z"} if event == "snooze" else {}
        ack = await self.link.ask(event, {"conversation_id": conversation_id, **until})
        assert ack["ok"] or ack["error"]["code"] in {"conflict", "already_taken"}, (event, ack)

    def _news(self, event: str, payload: Wire) -> None:
        self.state.apply(event, payload)
        self.heard.set()
