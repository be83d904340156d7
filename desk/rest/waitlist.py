"""REST: the waiting list."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast, get_args

from business.booking.waiting import Answer as Came
from business.booking.waitlist import EDIT, WaitingList, Wished
from business.booking.wishes import SERVICES_MOST, WEEKDAYS, Wish
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.language import form_in
from conversation.messages import Json, JsonObject, Language
from conversation.wire import get_int, get_optional_int, get_text
from crm_store.models import WishState
from crm_store.waitlist import WISHES
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import ID, MOMENT, TEXT, WHOLE, Schema, listed, or_null, record, several
from desk.settings import DeskSettings

_NOTE_LIMIT: Final = 500
_SEATS_MOST: Final = 999
_DAY: Final[Schema] = {"type": "string", "format": "date", "pattern": "^20[0-9]{2}-"}
_TIME: Final[Schema] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_STATE: Final[Schema] = {"type": "string", "enum": list(get_args(WishState))}
_OFFER: Final = record({"id": WHOLE, "starts_at": MOMENT, "provider_id": WHOLE, "expires_at": MOMENT})
_NAMED: Final = record({"id": WHOLE, "name": TEXT})
_WISH: Final = record(
    {
        "id": WHOLE,
        "contact": record({"id": WHOLE, "name": TEXT, "phone": or_null(TEXT)}),
        "services": {"type": "array", "items": _NAMED},
        "provider_id": or_null(WHOLE),
        "provider": or_null(_NAMED),
        "from_day": TEXT,
        "to_day": TEXT,
        "weekdays": {"type": "array", "items": TEXT},
        "from_time": or_null(TEXT),
        "to_time": or_null(TEXT),
        "state": _STATE,
        "note": TEXT,
        "seats": WHOLE,
        "appointment_id": or_null(WHOLE),
        "created_at": MOMENT,
        "reachable": {
            "type": "boolean",
            "description": "While he waits: whether he hears of an offer by himself; else an agent is to phone him.",
        },
        "offer": _OFFER,
    },
    [
        "id",
        "contact",
        "services",
        "provider_id",
        "provider",
        "from_day",
        "to_day",
        "weekdays",
        "from_time",
        "to_time",
        "state",
        "note",
        "seats",
        "appointment_id",
        "created_at",
        "reachable",
    ],
)
_BODY: Final[Mapping[str, Schema]] = {
    "service_ids": {**several(ID, SERVICES_MOST), "minItems": 1},
    "provider_id": or_null(ID),
    "from_day": _DAY,
    "to_day": _DAY,
    "weekdays": several({"type": "string", "enum": list(WEEKDAYS)}, len(WEEKDAYS)),
    "from_time": or_null(_TIME),
    "to_time": or_null(_TIME),
    "note": {"type": "string", "maxLength": _NOTE_LIMIT},
    "seats": {"type": "integer", "minimum": 1, "maximum": _SEATS_MOST},
}
_ANSWERED: Final = record({"outcome": {"type": "string", "enum": list(get_args(Came))}, "wish": _WISH})
_EXAMPLE: Final[JsonObject] = {
    "contact_id": 1,
    "service_ids": [1],
    "from_day": "2026-11-24",
    "to_day": "2026-11-30",
    "weekdays": ["tue", "fri"],
    "from_time": "17:00",
}


class WaitlistRoutes:
    """Who waits for a time that is not free, in the order in which they came."""

    def __init__(self, settings: DeskSettings, waiting: WaitingList) -> None:
        self._settings = settings
        self._waiting = waiting

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/waitlist",
                self.list_wishes,
                "The waiting list; without a state those who wait or have an offer",
                {200: listed(_WISH)},
                list_query(WISHES, self._settings.page, state=_STATE),
            ),
            Route("GET", "/waitlist/{id}", self.get_wish, "One wish of the waiting list", {200: _WISH}),
            Route(
                "POST",
                "/waitlist",
                self.add_wish,
                "Puts a customer at the end of the waiting list",
                {201: _WISH},
                body=record({"contact_id": ID, **_BODY}, ["contact_id", "service_ids", "from_day", "to_day"]),
                permission=EDIT,
                once=True,
                example=_EXAMPLE,
            ),
            Route(
                "PATCH",
                "/waitlist/{id}",
                self.change_wish,
                "Changes what is given of a wish, in the same place of the line",
                {200: _WISH},
                body=record(_BODY, []),
                permission=EDIT,
            ),
            Route("DELETE", "/waitlist/{id}", self.end_wish, "He waits no more", {204: None}, permission=EDIT),
            Route(
                "POST",
                "/waitlist/{id}/answer",
                self.answer_wish,
                "Notes what a customer said to the time that is offered to him",
                {200: _ANSWERED},
                body=record({"yes": {"type": "boolean"}}),
                permission=EDIT,
            ),
        ]

    async def list_wishes(self, call: Call) -> Answer:
        """First come, first in the line."""
        rows, following = await self._waiting.page(wanted(call, WISHES, self._settings.page))
        return Answer({"items": [_show(one, call.language) for one in rows], "next": following})

    async def get_wish(self, call: Call) -> Answer:
        """One."""
        return Answer(_show(await self._waiting.find(call.path_id()), call.language))

    async def add_wish(self, call: Call) -> Answer:
        """He is told when such a time is free."""
        body = call.body
        wish = Wish(
            get_int(body, "contact_id"),
            _ids(body),
            _day(body, "from_day"),
            _day(body, "to_day"),
            get_optional_int(body, "provider_id"),
            _weekdays(body),
            _time(body, "from_time"),
            _time(body, "to_time"),
            get_text(body, "note", _NOTE_LIMIT, default="").strip(),
            seats=get_optional_int(body, "seats") or 1,
        )

        def answer(one: Wished) -> Answer:
            headers = {"Location": f"/api/v1/waitlist/{one.row.id}"}
            return Answer(_show(one, call.language), status=201, headers=headers)

        return answer(await self._waiting.add(call.session.agent, wish, call.remote, call.kept(answer)))

    async def change_wish(self, call: Call) -> Answer:
        """What is not given stays."""
        given = {name: value for name, value in call.body.items() if name in _BODY and not _is_left_out(name, value)}
        return Answer(
            _show(await self._waiting.change(call.session.agent, call.path_id(), given, call.remote), call.language)
        )

    async def end_wish(self, call: Call) -> Answer:
        """Time that is held for him goes to the next."""
        await self._waiting.end(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def answer_wish(self, call: Call) -> Answer:
        """As on the phone."""
        yes = call.body["yes"] is True
        outcome, wished = await self._waiting.answer(call.session.agent, call.path_id(), yes=yes)
        return Answer({"outcome": outcome, "wish": _show(wished, call.language)})


def _is_left_out(name: str, value: Json) -> bool:
    """A null means nothing but where it is a value."""
    return value is None and name not in ("provider_id", "from_time", "to_time")


def _ids(body: JsonObject) -> tuple[int, ...]:
    return tuple(int(str(one)) for one in cast("list[Json]", body["service_ids"]))


def _weekdays(body: JsonObject) -> tuple[str, ...]:
    return tuple(str(one) for one in cast("list[Json]", body.get("weekdays") or []))


def _day(body: JsonObject, name: str) -> date:
    try:
        return date.fromisoformat(str(body[name]))
    except ValueError:
        raise Rejected("invalid", "error.field_wrong", field=name) from None


def _time(body: JsonObject, name: str) -> str | None:
    value = body.get(name)
    return None if value is None else str(value)


def _show(one: Wished, language: Language) -> dict[str, object]:
    row, offer = one.row, one.offer
    shown: dict[str, object] = {
        "id": row.id,
        "contact": {"id": row.contact_id, "name": row.contact_name, "phone": row.contact_phone},
        "services": [{"id": service.id, "name": form_in(service.name, language)} for service in one.services],
        "provider_id": row.provider_id,
        "provider": None
        if one.provider is None
        else {"id": one.provider.id, "name": form_in(one.provider.name, language)},
        "from_day": row.from_day,
        "to_day": row.to_day,
        "weekdays": list(row.weekdays),
        "from_time": row.from_time,
        "to_time": row.to_time,
        "state": row.state,
        "note": row.note,
        "seats": row.seats,
        "appointment_id": row.appointment_id,
        "created_at": to_iso(row.created_at),
        "reachable": one.reachable,
    }
    if offer is not None:
        moments = {"starts_at": to_iso(offer.starts_at), "expires_at": to_iso(offer.expires_at)}
        shown["offer"] = {"id": offer.id, "provider_id": offer.provider_id, **moments}
    return shown
