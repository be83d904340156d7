"""The live socket server as doors see it: they register a namespace and emit to rooms; who carries the bytes is not
their matter."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from conversation.messages import Json, JsonObject

Reply = Callable[[Mapping[str, object]], None]
"""Sends the acknowledgement of one event. Called at most once; does nothing where the client asked for none."""


class Socket(Protocol):
    """One client connected to one namespace. ``state`` is the door's own record of it."""

    id: str
    remote: str
    headers: Mapping[str, str]  # names in lower case
    state: object

    def join(self, room: str) -> None: ...
    def leave(self, room: str) -> None: ...
    def emit(self, event: str, payload: Mapping[str, object]) -> None: ...
    def close(self) -> None:
        """Ends this namespace's connection from our side (the client sees a disconnect)."""


class Namespace(Protocol):
    """What a door registers. ``name`` starts with a slash."""

    name: str

    async def connect(self, socket: Socket, auth: JsonObject) -> None:
        """Lets the client in (and sets ``socket.state``), or raises ``BarevError``: the client gets it as
        connect_error data."""

    def disconnected(self, socket: Socket) -> None:
        """Called once for every socket that was let in, however it ended."""

    def receive(self, socket: Socket, event: str, data: Json, reply: Reply) -> Awaitable[None] | None:
        """Handles one event. Events of one socket come in order: where an awaitable is returned, the next event waits
        for it;
        None means it was handled, or queued in order, already (``reply`` may still come later)."""


class SocketServer(Protocol):
    """Given to doors by the wiring."""

    def register(self, namespace: Namespace) -> None: ...
    def emit(
        self,
        namespace: str,
        rooms: Iterable[str],
        event: str,
        payload: Mapping[str, object],
        skip: Socket | None = None,
    ) -> None:
        """Sends to every local member of any of the rooms, each once; encoded once. Never blocks, never raises for a
        lost client."""

    def listened(self, namespace: str, rooms: Iterable[str]) -> bool:
        """Whether anybody here would get an emit to these rooms (so that nothing is rendered for nobody)."""

    def members(self, namespace: str, room: str) -> tuple[Socket, ...]: ...
