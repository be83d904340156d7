"""One namespace with its rooms."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from barev.realtime.packets import event_start
from conversation.sockets import Namespace

if TYPE_CHECKING:
    from barev.realtime.member import Member


class Space:
    """A registered namespace, and who of this process is in which of its rooms. An empty room does not exist."""

    __slots__ = ("_starts", "name", "namespace", "rooms")

    def __init__(self, namespace: Namespace) -> None:
        self.name = namespace.name
        self.namespace = namespace
        self.rooms: dict[str, set[Member]] = {}
        self._starts: dict[str, bytes] = {}

    def start(self, event: str) -> bytes:
        """The unchanging first part of an event of ours."""
        start = self._starts.get(event)
        if start is None:
            start = self._starts[event] = event_start(self.name, event)
        return start

    def join(self, member: "Member", room: str) -> None:
        """Puts the member into the room."""
        members = self.rooms.get(room)
        if members is None:
            self.rooms[room] = {member}
        else:
            members.add(member)

    def leave(self, member: "Member", room: str) -> None:
        """Takes the member out of the room."""
        members = self.rooms.get(room)
        if members is not None:
            members.discard(member)
            if not members:
                del self.rooms[room]

    def audience(self, rooms: Iterable[str]) -> "Iterable[Member]":
        """Everybody in any of the rooms, each once."""
        found = [members for room in rooms if (members := self.rooms.get(room))]
        if len(found) == 1:
            return found[0]
        return found[0].union(*found[1:]) if found else ()
