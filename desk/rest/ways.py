"""REST: by what a conversation goes on, and messages of it that were not delivered."""

from typing import Final, get_args

from conversation.clock import to_iso
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import get_bool, get_int
from desk import render
from desk.outside import Outside
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.schemas import CHANNEL, CONVERSATION, ID, MESSAGE, MOMENT, TEXT, WHOLE, Schema, listed, or_null, record
from routing.carrying.again import Reason, Resending, Sending
from routing.carrying.ways import WHYS, Way, Ways
from routing.presence import LivePresence

_YES: Final[Schema] = {"type": "boolean"}
_CAN: Final = record(
    {
        "text_chars": WHOLE,
        "buttons": WHOLE,
        "file_mb": WHOLE,
        "quotes": _YES,
        "edits": _YES,
        "deletes": _YES,
        "templates": {"type": "array", "items": record({"name": TEXT, "language": TEXT, "text": TEXT})},
    }
)
WAY: Final = record(
    {
        "address_id": WHOLE,
        "channel": CHANNEL,
        "value": TEXT,
        "current": _YES,
        "reason": or_null({"type": "string", "enum": list(WHYS)}),
        "text": or_null(TEXT),
        "closes_at": or_null(MOMENT),
        "costs": _YES,
        "can": or_null(_CAN),
    }
)
SENDING: Final = record(
    {
        "message_id": WHOLE,
        "delivery": TEXT,
        "channel": CHANNEL,
        "reason": or_null({"type": "string", "enum": list(get_args(Reason))}),
        "text": or_null(TEXT),
        "detail": or_null(TEXT),
        "may_again": _YES,
        "asks": _YES,
    }
)


class WayRoutes:
    """What the composer of the desk shows before something is sent, and what became of what was."""

    def __init__(
        self, ways: Ways, resending: Resending, presence: LivePresence, outside: Outside, texts: Texts
    ) -> None:
        self._ways = ways
        self._resending = resending
        self._presence = presence
        self._outside = outside
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/conversations/{id}/channels",
                self.list_channels,
                "By which addresses its customer can be written to now, the current one first",
                {200: listed(WAY)},
            ),
            Route(
                "POST",
                "/conversations/{id}/channel",
                self.choose_channel,
                "Has it go on by another of them, until its customer writes elsewhere",
                {200: CONVERSATION},
                body={"type": "object", "properties": {"address_id": ID}, "required": ["address_id"]},
            ),
            Route(
                "GET",
                "/messages/{id}/sending",
                self.get_sending,
                "How the sending of a message stands, and why it failed",
                {200: SENDING},
            ),
            Route(
                "POST",
                "/messages/{id}/send-again",
                self.send_again,
                "Sends a message again that failed; one that may have arrived with `sure` only",
                {200: MESSAGE},
                body={"type": "object", "properties": {"sure": _YES}},
            ),
        ]

    async def list_channels(self, call: Call) -> Answer:
        """All on one page: a customer has few."""
        ways = await self._ways.find(call.session.agent, call.path_id())
        return page_of([self._show(way, call.language) for way in ways], None)

    async def choose_channel(self, call: Call) -> Answer:
        """409 with ``reason`` where it cannot be written to."""
        address_id = get_int(call.body, "address_id")
        head = await self._ways.choose(call.session.agent, call.path_id(), address_id)
        return Answer(render.conversation(head, self._presence.visitor_online))

    async def get_sending(self, call: Call) -> Answer:
        """One of a conversation that is for these eyes."""
        return Answer(self._show_sending(await self._resending.find(call.session.agent, call.path_id()), call.language))

    async def send_again(self, call: Call) -> Answer:
        """409 with ``reason`` where it cannot be sent now, or may have arrived."""
        sure = call.body.get("sure") is not None and get_bool(call.body, "sure")
        agent = call.session.agent
        message = await self._resending.message(agent, call.path_id(), call.remote, sure=sure)
        return Answer(render.message(message, self._outside.link))

    def _show(self, way: Way, language: Language) -> dict[str, object]:
        can, why = way.can, way.why
        hours = 0 if can is None or can.window_h is None else can.window_h
        return {
            "address_id": way.address_id,
            "channel": way.channel,
            "value": way.value,
            "current": way.current,
            "reason": why,
            "text": None if why is None else self._texts.get(language, f"channel.cannot.{why}", hours=f"{hours:g}"),
            "closes_at": None if way.closes_at is None else to_iso(way.closes_at),
            "costs": way.costs,
            "can": None
            if can is None
            else {
                "text_chars": can.text_chars,
                "buttons": can.buttons,
                "file_mb": can.file_mb,
                "quotes": can.quotes,
                "edits": can.edits,
                "deletes": can.deletes,
                "templates": [{"name": one.name, "language": one.language, "text": one.text} for one in can.templates],
            },
        }

    def _show_sending(self, one: Sending, language: Language) -> dict[str, object]:
        reason = one.reason
        return {
            "message_id": one.message_id,
            "delivery": one.delivery,
            "channel": one.channel,
            "reason": reason,
            "text": None if reason is None else self._texts.get(language, f"channel.failed.{reason}"),
            "detail": one.detail,
            "may_again": one.again,
            "asks": one.asks,
        }
