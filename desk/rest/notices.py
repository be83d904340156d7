"""REST: where an agent is told what waits for him while he is not at the desk, and what of."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Final, cast

from business.team.notices import NAMED, WAIT_MOST_MIN, Choices, Named, Own, OwnNotices
from conversation import clock
from conversation.errors import ChannelError, Rejected, Unavailable
from conversation.messages import Channel
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import MOMENT, TEXT, Schema, record

Invite = Callable[[Channel, str], Awaitable[str]]
"""The address that opens a messenger with a word. Raises ChannelError."""
_MESSENGERS: Final[tuple[Channel, ...]] = ("telegram",)
_MESSENGER: Final[Schema] = {"type": "string", "enum": list(_MESSENGERS)}
_WAY: Final[Schema] = {"type": "string", "enum": ["telegram", "sms", "email"]}
_FLAGS: Final = tuple(name for name, value in asdict(Choices()).items() if isinstance(value, bool))
_FLAG: Final[Schema] = {"type": "boolean"}
_CHOICES: Final = record(
    {
        **dict.fromkeys(_FLAGS, _FLAG),
        "wait_min": {"type": "integer", "minimum": 1, "maximum": WAIT_MOST_MIN, "description": "Minutes."},
    },
    [],
    closed=True,
)
_ADDRESS: Final = record({"channel": _WAY, "display": TEXT, "linked_at": MOMENT})
_OWN: Final = record(
    {
        "addresses": {"type": "array", "items": _ADDRESS},
        "choices": {**_CHOICES, "required": [*_FLAGS, "wait_min"]},
        "ways": {"type": "array", "items": _WAY, "description": "By which channels one could be told here."},
    }
)


class NoticeRoutes:
    """One's own, never another's."""

    def __init__(self, own: OwnNotices, invite: Invite) -> None:
        self._own = own
        self._invite = invite

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/me/notices",
                self.get_own_notices,
                "Where one is told, and what of",
                {200: _OWN},
                people_only=True,
            ),
            Route(
                "PATCH",
                "/me/notices",
                self.choose_own_notices,
                "Chooses what one is told of; what is not given stays",
                {200: _OWN},
                body=_CHOICES,
                people_only=True,
                example={"waiting": True, "wait_min": 10},
            ),
            Route(
                "POST",
                "/me/notices/link",
                self.make_notice_link,
                "A link that makes a chat with the firm's bot one's own; it holds once, and for minutes",
                {201: record({"url": TEXT, "expires_at": MOMENT})},
                body=record({"channel": _MESSENGER}),
                people_only=True,
                example={"channel": "telegram"},
            ),
            Route(
                "PUT",
                "/me/notices/addresses/{channel}",
                self.put_notice_address,
                "Sets one's phone or mailbox",
                {200: _OWN},
                body=record({"address": {"type": "string", "minLength": 3, "maxLength": 254}}),
                parts={"channel": {"type": "string", "enum": ["phone", "email"]}},
                people_only=True,
                example={"address": "+374 77 123456"},
            ),
            Route(
                "DELETE",
                "/me/notices/addresses/{channel}",
                self.remove_notice_address,
                "One is told there no more",
                {200: _OWN},
                parts={"channel": {"type": "string", "enum": ["telegram", "phone", "email"]}},
                people_only=True,
            ),
        ]

    async def get_own_notices(self, call: Call) -> Answer:
        """As it is now."""
        return _shown(await self._own.read(call.session.agent))

    async def choose_own_notices(self, call: Call) -> Answer:
        """It counts from the next look on."""
        return _shown(await self._own.choose(call.session.agent, call.body))

    async def make_notice_link(self, call: Call) -> Answer:
        """The one before holds no more."""
        channel = cast("Channel", call.body["channel"])
        link = await self._own.make_link(call.session.agent, channel)
        try:
            url = await self._invite(channel, link.word)
        except ChannelError:
            raise Unavailable("notices.far_side_silent", retry_after_s=10.0) from None
        return Answer({"url": url, "expires_at": clock.to_iso(link.expires_at)}, 201)

    async def put_notice_address(self, call: Call) -> Answer:
        """In the place of the one before."""
        kind = next((one for one in NAMED if one == call.request.match_info["channel"]), None)
        if kind is None:
            raise Rejected("not_found", "notices.no_door")
        address = str(call.body["address"])
        return _shown(await self._own.set_address(call.session.agent, kind, address, call.remote))

    async def remove_notice_address(self, call: Call) -> Answer:
        """What waits to be sent there does not go."""
        named = call.request.match_info["channel"]
        channel = NAMED.get(cast("Named", named)) or next((one for one in _MESSENGERS if one == named), None)
        if channel is None:
            raise Rejected("not_found", "notices.no_door")
        return _shown(await self._own.unlink(call.session.agent, channel, call.remote))


def _shown(own: Own) -> Answer:
    addresses = [
        {"channel": one.channel, "display": one.display, "linked_at": clock.to_iso(one.linked_at)}
        for one in own.addresses
    ]
    ways = sorted(own.ways & {"telegram", "sms", "email"})
    return Answer({"addresses": addresses, "choices": asdict(own.choices), "ways": ways})
