"""REST: messengers, and the tokens by which their doors are set up. A token goes in and never comes out."""

from typing import Final

from business.doors import EDIT, DoorKept, Doors
from conversation.clock import to_iso
from conversation.messages import Channel
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.schemas import MOMENT, TEXT, Schema, listed, or_null, record

_CHANNEL: Final[Schema] = {"type": "string", "enum": ["telegram", "viber"]}
DOOR: Final = record(
    {
        "channel": _CHANNEL,
        "by": or_null({"type": "string", "enum": ["settings", "desk"]}),
        "name": TEXT,
        "error": TEXT,
        "since": or_null(MOMENT),
    }
)
_TOKEN: Final[Schema] = {"type": "string", "minLength": 10, "maxLength": 200, "pattern": "^[!-~]+$", "writeOnly": True}


class DoorRoutes:
    """What the business is reached by in messengers."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def routes(self) -> list[Route]:
        """The operations."""
        parts: dict[str, Schema] = {"channel": _CHANNEL}
        return [
            Route(
                "GET", "/doors", self.list_doors, "Messengers, and how they stand", {200: listed(DOOR)}, permission=EDIT
            ),
            Route(
                "PUT",
                "/doors/{channel}",
                self.set_door,
                "Sets a messenger up by its token, which is checked with it first and never shown again",
                {200: DOOR},
                body=record({"token": _TOKEN}, closed=True),
                parts=parts,
                permission=EDIT,
                example={"token": "4242:AAH-the_token_of_your_bot_0123456789"},
            ),
            Route(
                "DELETE",
                "/doors/{channel}",
                self.shut_door,
                "Forgets the token and shuts the door",
                {204: None},
                parts=parts,
                permission=EDIT,
            ),
        ]

    async def list_doors(self, call: Call) -> Answer:
        """All that can be set up here; there are few."""
        return page_of([_show(one) for one in await self._doors.list_all()], None)

    async def set_door(self, call: Call) -> Answer:
        """It opens within seconds in every process."""
        channel, token = _channel(call), str(call.body["token"])
        return Answer(_show(await self._doors.set_token(call.session.agent, channel, token, call.remote)))

    async def shut_door(self, call: Call) -> Answer:
        """Talks stay where they are; answers wait for the door."""
        await self._doors.forget(call.session.agent, _channel(call), call.remote)
        return Answer(None, status=204)


def _channel(call: Call) -> Channel:
    return call.request.match_info["channel"]


def _show(one: DoorKept) -> dict[str, object]:
    shown: dict[str, object] = one._asdict()
    return {**shown, "since": None if one.since is None else to_iso(one.since)}
