"""Who answers now, or when: told to every tab in its language and by its visitor's clock (feature CW-05)."""

from typing import NamedTuple

from chat_widget.session import Session
from conversation import clock
from conversation.clock import to_iso
from conversation.messages import JsonObject, Language
from conversation.ports import Presence, Texts
from conversation.reply_time import Expected, ReplyTimes, find_zone, say_expected
from conversation.sockets import Socket, SocketServer
from conversation.wire import get_optional_text


class _Reader(NamedTuple):
    """Those who are told the same: of one inbox, language and clock."""

    inbox: str | None
    language: Language
    timezone: str | None

    @property
    def room(self) -> str:
        return f"expects:{self.inbox}:{self.language}:{self.timezone}"


def read_timezone(auth: JsonObject) -> str | None:
    """The visitor's zone as his browser names it; None where there is no such."""
    name = get_optional_text(auth, "timezone", 64)
    return name if name is not None and find_zone(name) is not None else None


class Answering:
    """Says what may be expected, and tells it anew when it turns."""

    def __init__(
        self, server: SocketServer, presence: Presence, texts: Texts, times: ReplyTimes, namespace: str
    ) -> None:
        self._server = server
        self._presence = presence
        self._texts = texts
        self._times = times
        self._namespace = namespace
        self._readers: set[_Reader] = set()
        self._told: dict[str | None, Expected] = {}

    def join(self, socket: Socket, session: Session) -> None:
        """From now on this tab is told."""
        reader = self._reader(session)
        self._readers.add(reader)
        self._told.setdefault(reader.inbox, self._times.expected(reader.inbox))
        socket.join(reader.room)

    def show(self, session: Session) -> dict[str, object]:
        """What one tab is told at first."""
        reader = self._reader(session)
        return self._render(reader, self._times.expected(reader.inbox))

    def tell(self) -> None:
        """Tells those for whom it has turned."""
        now = {inbox: self._times.expected(inbox) for inbox in self._told}
        turned = {inbox for inbox, expected in now.items() if expected != self._told[inbox]}
        if not turned:
            return
        self._told = now
        for reader in [one for one in self._readers if one.inbox in turned]:
            if self._server.listened(self._namespace, (reader.room,)):
                shown = self._render(reader, now[reader.inbox])
                self._server.emit(self._namespace, (reader.room,), "presence", shown)
            else:
                self._readers.discard(reader)

    def _reader(self, session: Session) -> _Reader:
        return _Reader(self._times.inbox(session.inbox_key), session.language, session.timezone)

    def _render(self, reader: _Reader, expected: Expected) -> dict[str, object]:
        place = self._times.place(expected.timezone, reader.language) if expected.at is not None else ""
        text = say_expected(self._texts, reader.language, expected, place, reader.timezone, clock.now())
        at = None if expected.at is None else to_iso(expected.at)
        shown = {"now": expected.now, "at": at, "timezone": expected.timezone, "text": text}
        return {"agents_online": self._presence.agents_online(), "reply_expected": shown}
