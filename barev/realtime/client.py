"""The Socket.IO side of one connection, whatever carries it: its namespaces, and what its packets ask for."""

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from barev.realtime.member import GONE, IN, Member
from barev.realtime.packets import BINARY_EVENT, CONNECT, DISCONNECT, EVENT, loads, packet_frame, parse, parse_event
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.messages import JsonObject
from conversation.wire import error_payload

if TYPE_CHECKING:
    from barev.realtime.hub import Hub

log = logging.getLogger(__name__)

_CONNECT_ERROR = "4"
_PLAIN_NAME = re.compile("[a-z_]{1,32}")  # another may be anything that a client made up


class Client(ABC):
    """One connection. A carrier gives it the text of each packet, and carries the frames it writes.

    There are no binary events in the product: one that wants an acknowledgement is answered ``invalid``, its
    attachments are ignored. So is what makes no sense, and what comes for a namespace the client is not in.
    """

    __slots__ = ("headers", "hub", "members", "remote")

    def __init__(self, hub: "Hub", remote: str, headers: Mapping[str, str]) -> None:
        self.hub = hub
        self.remote = remote
        self.headers = headers
        self.members: tuple[Member, ...] = ()

    @abstractmethod
    def write(self, frame: bytes) -> None:
        """Sends a frame of :mod:`barev.realtime.packets` in order, not before the present turn of the loop is over."""

    @abstractmethod
    def flush(self) -> None:
        """Hands what was written in this turn to the transport."""

    @abstractmethod
    def close(self) -> None:
        """Ends the connection from our side, so that the client comes back by itself."""

    @abstractmethod
    def abort(self) -> None:
        """Cuts the connection off; what was not sent is lost."""

    def forget(self, member: Member) -> None:
        """The member left its namespace."""
        self.members = tuple(other for other in self.members if other is not member)

    def lost(self) -> None:
        """The connection is gone."""
        members, self.members = self.members, ()
        for member in members:
            member.end()

    def receive(self, text: str) -> None:
        """Handles one packet (without the Engine.IO "4"). Never raises."""
        packet = parse(text)
        if packet is None:
            self.hub.counters.malformed += 1
            return
        kind, namespace, ack, body = packet
        if kind == EVENT:
            for member in self.members:
                if member.space.name == namespace and member.stage == IN:
                    self._event(member, ack, body)
                    return
        elif kind == CONNECT:
            self._connect(namespace, body)
            return
        elif kind == DISCONNECT:
            for member in self.members:
                if member.space.name == namespace:
                    self.forget(member)
                    member.end()
            return
        elif kind == BINARY_EVENT and ack is not None:
            for member in self.members:
                if member.space.name == namespace and member.stage == IN:
                    member.refuse(ack, Rejected("invalid", "error.invalid"))
        self.hub.counters.malformed += 1

    def _event(self, member: Member, ack: str | None, body: str) -> None:
        hub = self.hub
        if hub.draining:  # never accepted: the client asks again, of whoever answers then
            return
        since = perf_counter()
        counters = hub.counters
        counters.events_in += 1
        event = parse_event(body)
        if event is not None:
            if hub.tells_all:
                name = event.name if _PLAIN_NAME.fullmatch(event.name) else "?"
                log.debug("%s: event %s", member.space.name, name, extra=member.about(event))
            member.receive(event, ack, since)
            return
        counters.malformed += 1
        if ack is not None:
            member.refuse(ack, Rejected("invalid", "error.invalid"))

    def _connect(self, name: str, body: str) -> None:
        space = self.hub.space(name)
        if space is None:
            self._refuse(name, {"code": "not_found", "message": "Invalid namespace"})
            return
        if any(member.space is space for member in self.members):
            self.hub.counters.malformed += 1
            return
        member = Member(self, space, self.hub.new_id())
        try:
            auth = loads(body) if body else None
        except ValueError:
            auth = False
        if auth is None:
            auth = {}
        if not isinstance(auth, dict):
            self._turn_away(member, Rejected("invalid", "error.invalid"))
            return
        self.members = (*self.members, member)
        self.hub.spawn(self._let_in(member, auth))

    async def _let_in(self, member: Member, auth: JsonObject) -> None:
        try:
            await member.space.namespace.connect(member, auth)
        except Exception as error:
            if not isinstance(error, BarevError):
                self.hub.counters.handler_errors += 1
                log.error("%s: connect failed", member.space.name, exc_info=error)
                error = Unavailable()
            self._turn_away(member, error)
            return
        member.enter()

    def _turn_away(self, member: Member, error: BarevError) -> None:
        if member.stage != GONE:
            self.forget(member)
            message = self.hub.message_of(member, error)
            member.end()
            self._refuse(member.space.name, error_payload(error, message))

    def _refuse(self, name: str, data: dict[str, object]) -> None:
        try:
            frame = packet_frame(_CONNECT_ERROR, name, {"message": data["message"], "data": data})
        except TypeError:
            log.exception("%s: an error that has no JSON", name)
            frame = packet_frame(_CONNECT_ERROR, name, {"message": data["message"], "data": {"code": data["code"]}})
        self.write(frame)
