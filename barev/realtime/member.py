"""A client in one namespace: what a door sees as ``Socket``. Its events are handled one after the other."""

import logging
from collections import deque
from collections.abc import Awaitable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Final

from barev.realtime.packets import CONNECT, DISCONNECT, Event, ack_frame, event_frame, packet_frame
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.sockets import Reply
from conversation.wire import error_payload

if TYPE_CHECKING:
    from barev.realtime.client import Client
    from barev.realtime.space import Space

log = logging.getLogger(__name__)

COMING: Final = 0  # the door has not decided yet
IN: Final = 1
GONE: Final = 2

_Waiting = tuple[Event, Reply]


class Acknowledgement:
    """The reply to one event: the first call is sent, later ones change nothing."""

    __slots__ = ("_ack", "_member", "_pending", "_since")

    def __init__(self, member: "Member", ack: str, event: str, since: float) -> None:
        self._member: Member | None = member
        self._ack = ack
        self._since = since
        self._pending = member.client.hub.acks.pending_of(event)

    def __call__(self, payload: Mapping[str, object]) -> None:
        member = self._member
        if member is not None:
            frame = ack_frame(member.space.name, self._ack, payload)
            self._member = None
            member.deliver(frame)
            if member.stage == IN:
                self._pending.append(self._since)


def _unasked(_payload: Mapping[str, object]) -> None:
    """The reply to an event whose sender wants none."""


class Member:
    """Implements ``conversation.sockets.Socket`` for both carriers."""

    __slots__ = (
        "__weakref__",
        "_early",
        "_waiting",
        "client",
        "headers",
        "id",
        "remote",
        "rooms",
        "space",
        "stage",
        "state",
    )

    def __init__(self, client: "Client", space: "Space", member_id: str) -> None:
        self.client = client
        self.space = space
        self.id = member_id
        self.remote = client.remote
        self.headers = client.headers
        self.state: object = None
        self.stage = COMING
        self.rooms: tuple[str, ...] | set[str] = ()
        self._early: list[bytes] | None = None  # what the door sends before it has let the client in
        self._waiting: deque[_Waiting] | None = None  # None: nothing is being awaited

    def join(self, room: str) -> None:
        """Gets what is emitted to the room from now on. After the end it does nothing."""
        if self.stage == GONE or room in self.rooms:
            return
        self.space.join(self, room)
        if isinstance(self.rooms, set):
            self.rooms.add(room)
        elif len(self.rooms) < 4:
            self.rooms = (*self.rooms, room)
        else:
            self.rooms = {*self.rooms, room}

    def leave(self, room: str) -> None:
        """Gets nothing more that is emitted to the room alone."""
        if room not in self.rooms:
            return
        self.space.leave(self, room)
        if isinstance(self.rooms, set):
            self.rooms.discard(room)
        else:
            self.rooms = tuple(other for other in self.rooms if other != room)

    def emit(self, event: str, payload: Mapping[str, object]) -> None:
        """Sends an event to this client alone. Raises TypeError for a payload without JSON."""
        self.client.hub.counters.events_out += 1
        self.deliver(event_frame(self.space.start(event), payload))

    def close(self) -> None:
        """Tells the client that it is out, and ends."""
        if self.stage != GONE:
            self.client.write(packet_frame(DISCONNECT, self.space.name))
            self.client.forget(self)
            self.end()

    def deliver(self, frame: bytes) -> None:
        """Sends a frame, once the client has been let in."""
        if self.stage == IN:
            self.client.write(frame)
        elif self.stage == COMING:
            if self._early is None:
                self._early = []
            self._early.append(frame)

    def enter(self) -> bool:
        """The door has let it in. False: it is gone already, which the door has been told."""
        if self.stage == GONE:
            self._tell_end()
            return False
        self.stage = IN
        self.client.write(packet_frame(CONNECT, self.space.name, {"sid": self.id}))
        early, self._early = self._early, None
        for frame in early or ():
            self.client.write(frame)
        return True

    def end(self) -> None:
        """The connection is over. The door hears of it after the events that came before the end."""
        was, self.stage = self.stage, GONE
        self._early = None
        for room in self.rooms:
            self.space.leave(self, room)
        self.rooms = ()
        if was == IN and self._waiting is None:
            self._tell_end()

    def _tell_end(self) -> None:
        try:
            self.space.namespace.disconnected(self)
        except Exception:
            log.exception("%s: disconnected failed", self.space.name)

    def receive(self, event: Event, ack: str | None, since: float) -> None:
        """Handles an event of the client, or lets it wait for its turn. Never raises. ``since``: when it was parsed."""
        reply: Reply = _unasked if ack is None else Acknowledgement(self, ack, event.name, since)
        if self._waiting is None:
            awaited = self._handle(event, reply)
            if awaited is not None:
                self._waiting = deque()
                self.client.hub.spawn(self._work(event, reply, awaited))
        elif len(self._waiting) < self.client.hub.settings.waiting_limit:
            self._waiting.append((event, reply))
        else:
            self.fail(reply, Rejected("too_many", "error.too_many", retry_after_s=1.0))

    def refuse(self, ack: str, error: BarevError) -> None:
        """Answers an event that cannot be given to the door."""
        self.fail(Acknowledgement(self, ack, "", perf_counter()), error)

    def fail(self, reply: Reply, error: BarevError) -> None:
        """Answers with an error in the client's language. Never raises."""
        message = self.client.hub.message_of(self, error)
        try:
            reply({"ok": False, "error": error_payload(error, message)})
        except TypeError:
            log.exception("%s: an error that has no JSON", self.space.name)
            reply({"ok": False, "error": {"code": error.code, "message": message}})

    def _handle(self, event: Event, reply: Reply) -> Awaitable[None] | None:
        try:
            return self.space.namespace.receive(self, event.name, event.data, reply)
        except Exception as error:
            self._failed(event, reply, error)
            return None

    async def _work(self, event: Event, reply: Reply, awaited: Awaitable[None] | None) -> None:
        """Awaits one event after the other, until none waits."""
        while True:
            if awaited is not None:
                try:
                    await awaited
                except Exception as error:
                    self._failed(event, reply, error)
            if not self._waiting:
                break
            event, reply = self._waiting.popleft()
            awaited = self._handle(event, reply)
        self._waiting = None
        if self.stage == GONE:
            self._tell_end()

    def about(self, event: Event) -> dict[str, int]:
        """What a log line says of the conversation that an event concerns."""
        data = event.data
        named = data.get("conversation_id") if isinstance(data, dict) else None
        number = named if isinstance(named, int) else getattr(self.state, "conversation_id", None)
        return {"conversation_id": number} if isinstance(number, int) else {}

    def _failed(self, event: Event, reply: Reply, error: Exception) -> None:
        if not isinstance(error, BarevError):
            self.client.hub.counters.handler_errors += 1
            log.error("%s: event %r failed", self.space.name, event.name[:64], exc_info=error, extra=self.about(event))
            error = Unavailable()
        self.fail(reply, error)
