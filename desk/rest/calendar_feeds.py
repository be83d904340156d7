"""REST: calendars that other programs read (iCalendar), and customers' own links."""

from typing import Final

from aiohttp import web

from business.booking.feeds import EDIT, KEY, Feeds
from business.booking.own_pages import OwnPages
from conversation.errors import Rejected
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import TEXT, or_null, record

_FEED: Final = record({"url": or_null(TEXT)})
_LINK: Final = record({"url": TEXT})
_NO_TRACE: Final = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}


class CalendarFeedRoutes:
    """Secret addresses: who has one may read."""

    def __init__(self, feeds: Feeds, own: OwnPages) -> None:
        self._feeds = feeds
        self._own = own

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/calendars/{key}.ics",
                self.read_calendar,
                "A specialist's calendar, or a customer's own",
                {200: None},
                public=True,
                parts={"key": {"type": "string", "pattern": KEY}},
                media=("text/calendar",),
            ),
            Route(
                "GET",
                "/resources/{id}/feed",
                self.get_feed,
                "The address of a resource's calendar",
                {200: _FEED},
                permission=EDIT,
            ),
            Route(
                "POST",
                "/resources/{id}/feed",
                self.make_feed,
                "Makes a new address of a resource's calendar; an earlier one opens it no more",
                {200: _FEED},
                permission=EDIT,
            ),
            Route(
                "DELETE",
                "/resources/{id}/feed",
                self.remove_feed,
                "No address opens it any more",
                {204: None},
                permission=EDIT,
            ),
            Route(
                "POST",
                "/contacts/{id}/own-page",
                self.make_own_page,
                "A link to the customer's own page",
                {200: _LINK},
                permission="contacts.edit",
            ),
            Route(
                "DELETE",
                "/contacts/{id}/own-page",
                self.revoke_own_pages,
                "No link that he was given opens any more",
                {204: None},
                permission="contacts.edit",
            ),
        ]

    async def read_calendar(self, call: Call) -> Answer:
        """No session: the key is the secret."""
        written = await self._feeds.read(call.request.match_info["key"])
        if written is None:
            raise Rejected("not_found", "error.not_found")
        headers = {**_NO_TRACE, "Content-Disposition": 'inline; filename="calendar.ics"'}
        stream = web.Response(body=written, content_type="text/calendar", charset="utf-8", headers=headers)
        return Answer(None, stream=stream)

    async def get_feed(self, call: Call) -> Answer:
        """Null where it has none."""
        return Answer({"url": await self._feeds.find_address(call.path_id())})

    async def make_feed(self, call: Call) -> Answer:
        """Calendar programs take it as it is."""
        return Answer({"url": await self._feeds.give_key(call.session.agent, call.path_id(), call.remote)})

    async def remove_feed(self, call: Call) -> Answer:
        """At once."""
        await self._feeds.take_key(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def make_own_page(self, call: Call) -> Answer:
        """It opens for as many days as the settings say."""
        return Answer({"url": await self._own.give(call.session.agent, call.path_id(), call.remote)})

    async def revoke_own_pages(self, call: Call) -> Answer:
        """His calendar's address too."""
        await self._own.revoke(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)
