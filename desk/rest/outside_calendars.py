"""REST: busy calendars that are kept elsewhere."""

from typing import Final

from business.booking.outside import EDIT, OutsideCalendars, OutsideShown
from business.booking.outside_errors import word_error
from business.far import URL_CHARS
from conversation.clock import to_iso
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import get_optional_int
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.schemas import ID, MOMENT, TEXT, WHOLE, Schema, listed, or_null, record

_ADDRESS: Final[Schema] = {
    "type": "string",
    "pattern": r"^(https?|webcal)://[^\s/?#@\\]+([/?#][^\s\\]*)?$",
    "maxLength": URL_CHARS,
}
_NAME: Final[Schema] = {"type": "string", "maxLength": 100}
CALENDAR: Final = record(
    {
        "id": WHOLE,
        "resource_id": WHOLE,
        "name": TEXT,
        "url": TEXT,
        "busy": WHOLE,
        "active": {"type": "boolean"},
        "error": or_null(TEXT),
        "message": or_null(TEXT),
        "fetched_at": or_null(MOMENT),
        "next_at": or_null(MOMENT),
        "created_at": MOMENT,
    }
)


class OutsideCalendarRoutes:
    """Calendars by address (iCalendar), read from time to time."""

    def __init__(self, calendars: OutsideCalendars, texts: Texts) -> None:
        self._calendars = calendars
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        shown = {200: CALENDAR}
        return [
            Route(
                "GET",
                "/outside-calendars",
                self.list_outside_calendars,
                "Busy calendars kept elsewhere",
                {200: listed(CALENDAR)},
                {"resource_id": ID},
                permission=EDIT,
            ),
            Route("GET", "/outside-calendars/{id}", self.get_outside_calendar, "One of them", shown, permission=EDIT),
            Route(
                "POST",
                "/outside-calendars",
                self.add_outside_calendar,
                "Adds one: what it says is busy cannot be booked",
                {201: CALENDAR},
                body=record({"resource_id": ID, "url": _ADDRESS, "name": _NAME}, ["resource_id", "url"]),
                permission=EDIT,
                once=True,
                example={"resource_id": 1, "url": "https://calendar.example/ani.ics", "name": "Ani's own"},
            ),
            Route(
                "PATCH",
                "/outside-calendars/{id}",
                self.change_outside_calendar,
                "Changes what is given",
                shown,
                body=record({"url": _ADDRESS, "name": _NAME, "active": {"type": "boolean"}}, []),
                permission=EDIT,
                example={"name": "Ani's own"},
            ),
            Route(
                "DELETE",
                "/outside-calendars/{id}",
                self.remove_outside_calendar,
                "Takes one away",
                {204: None},
                permission=EDIT,
            ),
            Route(
                "POST",
                "/outside-calendars/{id}/read",
                self.read_outside_calendar,
                "Has one read as soon as may be",
                shown,
                permission=EDIT,
            ),
        ]

    async def list_outside_calendars(self, call: Call) -> Answer:
        """By id; there are few. `error` says why the last reading failed (`message`: in the reader's language): what
        was read before still counts."""
        resource_id = call.query_int("resource_id", None, 1, 10**15 - 1)
        return page_of([self._show(one, call.language) for one in await self._calendars.list_all(resource_id)], None)

    async def get_outside_calendar(self, call: Call) -> Answer:
        """With the stretches of busy time that it gave."""
        return Answer(self._show(await self._calendars.find(call.path_id()), call.language))

    async def add_outside_calendar(self, call: Call) -> Answer:
        """It is read at once, then every quarter of an hour."""
        body = call.body

        def answer(one: OutsideShown) -> Answer:
            headers = {"Location": f"/api/v1/outside-calendars/{one.row.id}"}
            return Answer(self._show(one, call.language), status=201, headers=headers)

        added = await self._calendars.add(
            call.session.agent,
            get_optional_int(body, "resource_id") or 0,
            str(body["url"]),
            str(body.get("name") or ""),
            call.remote,
            call.kept(answer),
        )
        return answer(added)

    async def change_outside_calendar(self, call: Call) -> Answer:
        """Another address is read at once. What is not `active` is not read, and keeps nobody away."""
        url, name = (None if call.body.get(key) is None else str(call.body[key]) for key in ("url", "name"))
        given = call.body.get("active")
        active = given if isinstance(given, bool) else None
        changed = await self._calendars.change(call.session.agent, call.path_id(), url, name, call.remote, active)
        return Answer(self._show(changed, call.language))

    async def remove_outside_calendar(self, call: Call) -> Answer:
        """What it said was busy is free."""
        await self._calendars.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def read_outside_calendar(self, call: Call) -> Answer:
        """Within seconds."""
        return Answer(self._show(await self._calendars.read_now(call.session.agent, call.path_id()), call.language))

    def _show(self, one: OutsideShown, language: Language) -> dict[str, object]:
        row = one.row
        key, fields = word_error(row.error or "")
        return {
            "id": row.id,
            "resource_id": row.resource_id,
            "name": row.name,
            "url": row.url,
            "busy": one.busy,
            "active": not one.rests,
            "error": row.error,
            "message": None if row.error is None else self._texts.get(language, key, **fields),
            "fetched_at": None if row.fetched_at is None else to_iso(row.fetched_at),
            "next_at": None if one.rests else to_iso(row.next_at),
            "created_at": to_iso(row.created_at),
        }
