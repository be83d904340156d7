"""REST: working hours of the firm, its branches, teams and agents, and the public holidays of a year."""

from typing import Final, cast

from business.hours.places import name_country, name_zone
from business.hours.service import PERMISSIONS, Hours, Shown, State
from business.hours.week import (
    DAYS,
    MOST_EXCEPTIONS,
    MOST_SPANS,
    NAME_LIMIT,
    show_exceptions,
    show_weekly,
)
from conversation import clock
from conversation.clock import to_iso
from conversation.messages import Json, JsonObject, Language
from conversation.ports import Texts
from conversation.reply_time import Expected, say_expected
from crm_store import working_hours
from crm_store.working_hours import FIRM, Kept, Owner, OwnerKind
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.routes import Handle
from desk.rest.schemas import ID, MOMENT, TEXT, listed, or_null, record

_TIME: Final[Schema] = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
_SPANS: Final[Schema] = {
    "type": "array",
    "maxItems": MOST_SPANS,
    "items": {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2},
    "description": "From when to when, by the wall's clock; an end before its beginning is on the next day.",
}
_WEEKLY: Final[Schema] = record(dict.fromkeys(DAYS, _SPANS), [], closed=True)
_EXCEPTIONS: Final[Schema] = {
    "type": "array",
    "maxItems": MOST_EXCEPTIONS,
    "items": record(
        {
            "date": {"type": "string", "format": "date", "pattern": "^20[0-9]{2}-"},
            "hours": _SPANS,
            "name": {"type": "string", "maxLength": NAME_LIMIT},
        },
        ["date"],
        closed=True,
    ),
}
_FLAG: Final[Schema] = {"type": "boolean"}
_WHOSE: Final[Schema] = record(
    {"kind": {"type": "string", "enum": ["firm", "branch", "team", "agent"]}, "id": {"type": "integer"}}
)
_STATE: Final = record(
    {"open": _FLAG, "opens_at": or_null(MOMENT), "closes_at": or_null(MOMENT), "timezone": TEXT, "text": TEXT}
)
_HOURS: Final = record(
    {
        "owner": _WHOSE,
        "weekly": or_null(_WEEKLY),
        "exceptions": _EXCEPTIONS,
        "holidays": or_null(_FLAG),
        "effective": record(
            {
                "weekly": _WEEKLY,
                "weekly_from": or_null(_WHOSE),
                "exceptions": _EXCEPTIONS,
                "holidays": _FLAG,
                "holidays_from": or_null(_WHOSE),
            }
        ),
        "timezone": TEXT,
        "place": TEXT,
        "country": TEXT,
        "country_name": TEXT,
        "now": _STATE,
    }
)
_BODY: Final = record({"weekly": _WEEKLY, "exceptions": _EXCEPTIONS, "holidays": _FLAG}, [], closed=True)
_DAY_OFF: Final = record({"date": {"type": "string", "format": "date"}, "name": TEXT, "worked": _FLAG})
_EXAMPLE: Final[JsonObject] = {
    "weekly": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "fri": [["22:00", "06:00"]]},
    "exceptions": [{"date": "2026-12-31", "hours": [["09:00", "14:00"]], "name": "New Year's Eve"}],
    "holidays": True,
}
_PATHS: Final[dict[OwnerKind, tuple[str, str]]] = {
    "firm": ("/hours", "of the firm"),
    "branch": ("/branches/{id}/hours", "of a branch"),
    "team": ("/teams/{id}/hours", "of a team"),
    "agent": ("/agents/{id}/hours", "of an agent"),
}
_OWNER_QUERY: Final = {"branch_id": ID, "team_id": ID, "agent_id": ID}


class HourRoutes:
    """When who works."""

    def __init__(self, hours: Hours, texts: Texts) -> None:
        self._hours = hours
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        year: Schema = {"type": "integer", "minimum": 2000, "maximum": 2100}
        routes = [
            Route(
                "GET",
                "/hours/now",
                self.get_now,
                "Whether the firm, a branch, a team or an agent works now, and since or until when",
                {200: _STATE},
                query=_OWNER_QUERY,
            ),
            Route(
                "GET",
                "/hours/holidays",
                self.list_holidays,
                "The public holidays of a year, where the firm or a branch is",
                {200: listed(_DAY_OFF)},
                query={"year": year, **_OWNER_QUERY},
            ),
        ]
        for kind, (path, whose) in _PATHS.items():
            read, write = self._reader(kind), self._writer(kind)
            routes += [
                Route("GET", path, read, f"The working hours {whose}", {200: _HOURS}),
                Route(
                    "PUT",
                    path,
                    write,
                    f"Sets the working hours {whose}; what is null or left out is as the wider one has it",
                    {200: _HOURS},
                    body=_BODY,
                    permission=PERMISSIONS[kind],
                    example=_EXAMPLE,
                ),
            ]
        return routes

    def _reader(self, kind: OwnerKind) -> Handle:
        async def get_hours(call: Call) -> Answer:
            return self._answer(await self._hours.find(_owner(kind, call)), call.language)

        get_hours.__name__ = f"get_{kind}_hours"
        return get_hours

    def _writer(self, kind: OwnerKind) -> Handle:
        async def put_hours(call: Call) -> Answer:
            wished = _read(call.body)
            shown = await self._hours.change(call.session.agent, _owner(kind, call), wished, call.remote)
            return self._answer(shown, call.language)

        put_hours.__name__ = f"put_{kind}_hours"
        return put_hours

    async def get_now(self, call: Call) -> Answer:
        """With what a visitor is told."""
        return Answer(self._state(await self._hours.state(_asked_owner(call)), call.language))

    async def list_holidays(self, call: Call) -> Answer:
        """In the reader's language where the country's are known in it, else in English."""
        year = call.query_int("year", clock.now().year, 2000, 2100) or clock.now().year
        _country, found = await self._hours.holidays(_asked_owner(call), year, call.language)
        return page_of([{"date": one.date.isoformat(), "name": one.name, "worked": one.worked} for one in found], None)

    def _answer(self, shown: Shown, language: Language) -> Answer:
        own = working_hours.plain(shown.own)
        schedule = shown.schedule
        effective = {
            "weekly": show_weekly(schedule.weekly),
            "weekly_from": _whose(shown.weekly_from),
            "exceptions": show_exceptions(schedule.exceptions),
            "holidays": schedule.holidays is not None,
            "holidays_from": _whose(shown.holidays_from),
        }
        return Answer(
            {
                "owner": _whose(shown.owner),
                **own,
                "effective": effective,
                "timezone": schedule.zone.key,
                "place": name_zone(schedule.zone.key, language),
                "country": shown.country,
                "country_name": name_country(shown.country, language),
                "now": self._state(shown.state, language),
            }
        )

    def _state(self, state: State, language: Language) -> dict[str, object]:
        now = clock.now()
        expected = Expected(state.open, None if state.open else state.opens_at, state.timezone)
        moments = {"opens_at": state.opens_at, "closes_at": state.closes_at}
        return {
            "open": state.open,
            **{name: None if moment is None else to_iso(moment) for name, moment in moments.items()},
            "timezone": state.timezone,
            "text": say_expected(self._texts, language, expected, "", None, now),
        }


def _owner(kind: OwnerKind, call: Call) -> Owner:
    return FIRM if kind == "firm" else Owner(kind, call.path_id())


def _asked_owner(call: Call) -> Owner:
    kinds: tuple[OwnerKind, ...] = ("agent", "team", "branch")
    for kind in kinds:
        found = call.query_int(f"{kind}_id", None, 1, 10**15)
        if found is not None:
            return Owner(kind, found)
    return FIRM


def _whose(owner: Owner | None) -> dict[str, object] | None:
    return None if owner is None else {"kind": owner.kind, "id": owner.id}


def _read(body: JsonObject) -> Kept:
    """The schema has seen to the types."""
    weekly = cast("JsonObject | None", body.get("weekly"))
    exceptions = cast("list[Json] | None", body.get("exceptions")) or []
    holidays = cast("bool | None", body.get("holidays"))
    filled: JsonObject | None = (
        None if weekly is None else {day: hours for day, hours in weekly.items() if hours is not None}
    )
    return Kept(filled, [cast("JsonObject", one) for one in exceptions] or None, holidays)
