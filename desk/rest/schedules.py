"""REST: when specialists, rooms and devices work."""

from datetime import date, timedelta
from typing import Final, cast

from business.booking import schedules as deeds
from business.booking.schedules import EDIT, MOST_AT_ONCE, MOST_DAYS, Day, Paint, Rule, Schedules
from business.booking.staffing import in_order
from business.hours import week
from conversation import clock
from conversation.errors import Rejected
from conversation.language import form_in
from conversation.messages import Json, JsonObject
from conversation.wire import get_ids, get_optional_int
from crm_store import Tx, resources, schedules
from crm_store.engine import Store
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import ID, TEXT, WHOLE, Schema, or_null, record, several

_MOST_SHOWN: Final = 62
_DAY: Schema = {"type": "string", "format": "date"}
_KIND: Schema = {"type": "string", "enum": ["weekly", "cycle"]}
_TIME: Schema = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
_HOURS: Schema = {
    "type": "array",
    "maxItems": 12,
    "items": {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2},
    "description": "From and to, wall time; an end at or before its start is on the next day; gaps are breaks.",
}
_RULE_HOURS = record(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "on"), _HOURS), [], closed=True)
_RULE = record(
    {
        "id": WHOLE,
        "kind": _KIND,
        "starts_on": _DAY,
        "until": or_null(_DAY),
        "hours": _RULE_HOURS,
        "on_days": or_null(WHOLE),
        "off_days": or_null(WHOLE),
    }
)
_SHOWN_DAY = record(
    {
        "day": _DAY,
        "hours": _HOURS,
        "by": {
            "type": "string",
            "enum": ["day", "rule", "place"],
            "description": "What says so: the day was set by itself, a rule covers it, or the place's own hours hold.",
        },
        "note": TEXT,
    }
)
_SCHEDULE = record(
    {
        "resource_id": WHOLE,
        "name": TEXT,
        "kind": TEXT,
        "level": TEXT,
        "branch_id": or_null(WHOLE),
        "days": {"type": "array", "items": _SHOWN_DAY},
        "rules": {"type": "array", "items": _RULE},
    }
)
_SCHEDULES = record({"items": {"type": "array", "items": _SCHEDULE}, "next": or_null(TEXT)})
_FILL = record(
    {
        "resource_ids": {**several(ID, MOST_AT_ONCE), "minItems": 1},
        "kind": _KIND,
        "starts_on": _DAY,
        "until": or_null(_DAY),
        "hours": _RULE_HOURS,
        "on_days": or_null({"type": "integer", "minimum": 1, "maximum": 28}),
        "off_days": or_null({"type": "integer", "minimum": 0, "maximum": 28}),
        "over": {"type": "boolean", "default": True, "description": "Days set one by one within it give way."},
    },
    ["resource_ids", "kind", "starts_on", "hours"],
)
_PAINT = record(
    {
        "days": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_DAYS,
            "items": record(
                {"day": _DAY, "hours": or_null(_HOURS), "note": {**TEXT, "maxLength": 200}}, ["day", "hours"]
            ),
        }
    }
)
_EXAMPLE: JsonObject = {
    "resource_ids": [1],
    "kind": "cycle",
    "starts_on": "2027-01-04",
    "until": "2027-03-31",
    "on_days": 2,
    "off_days": 2,
    "hours": {"on": [["10:00", "20:00"]]},
}


class ScheduleRoutes:
    """Everybody reads them; who may edit schedules changes them."""

    def __init__(self, store: Store, schedules: Schedules) -> None:
        self._store = store
        self._schedules = schedules

    def routes(self) -> list[Route]:
        """The operations."""
        query: dict[str, Schema] = {"from": _DAY, "to": _DAY, "resource_id": ID, "branch_id": ID, "kind": TEXT}
        return [
            Route("GET", "/schedules", self.list_schedules, "Who works when, day by day", {200: _SCHEDULES}, query),
            Route(
                "POST",
                "/schedules",
                self.fill_schedules,
                "Fills schedules by a rule: by weekday, or so many days on and so many off",
                {201: record({"ids": {"type": "array", "items": WHOLE}})},
                body=_FILL,
                permission=EDIT,
                once=True,
                example=_EXAMPLE,
            ),
            Route(
                "DELETE",
                "/schedules/{id}",
                self.remove_rule,
                "Takes a rule away: those before it hold again",
                {204: None},
                permission=EDIT,
            ),
            Route(
                "PUT",
                "/resources/{id}/days",
                self.paint_days,
                "Sets days one by one; null goes back to the rules",
                {204: None},
                body=_PAINT,
                permission=EDIT,
                example={"days": [{"day": "2027-01-04", "hours": [["10:00", "14:00"], ["15:00", "19:00"]]}]},
            ),
        ]

    async def list_schedules(self, call: Call) -> Answer:
        """``from``, ``to``: 62 days at most, a week from today without them; ``kind``: ``provider``, ``room``, ...."""
        first, last = _read_days(call)
        one = call.query_int("resource_id", None, 1, 10**15 - 1)
        branch = call.query_int("branch_id", None, 1, 10**15 - 1)
        kind = call.query_text("kind", 20)

        def read(tx: Tx) -> tuple[list[AnyRow], dict[int, list[Day]], list[AnyRow]]:
            rows = resources.list_live(tx, ids=None if one is None else [one])
            rows = [row for row in rows if branch in (None, row.branch_id) and kind in ("", row.kind)]
            rows = in_order(tx, rows, call.language)
            ids = [row.id for row in rows]
            rules = schedules.list_rules(tx, ids, first.isoformat(), last.isoformat())
            return rows, deeds.days_of(tx, ids, first, last), rules

        rows, days, rules = await self._store.read(read)
        items = [
            {
                "resource_id": row.id,
                "name": form_in(row.name, call.language),
                "kind": row.kind,
                "level": row.level,
                "branch_id": row.branch_id,
                "days": [_show_day(day) for day in days[row.id]],
                "rules": [_show_rule(rule) for rule in rules if rule.resource_id == row.id],
            }
            for row in rows
        ]
        return Answer({"items": items, "next": None})

    async def fill_schedules(self, call: Call) -> Answer:
        """The same rule for each of the resources; the rule made last holds where several cover a day."""
        rule, ids = _read_rule(call.body), get_ids(call.body, "resource_ids", MOST_AT_ONCE)

        def answer(added: list[int]) -> Answer:
            return Answer({"ids": added}, status=201)

        return answer(await self._schedules.fill(call.session.agent, ids, rule, call.remote, call.kept(answer)))

    async def remove_rule(self, call: Call) -> Answer:
        """Days set one by one stay."""
        await self._schedules.remove_rule(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def paint_days(self, call: Call) -> Answer:
        """All or nothing. ``hours``: none for a day off."""
        days = [_read_paint(one) for one in cast("list[JsonObject]", call.body["days"])]
        await self._schedules.paint(call.session.agent, call.path_id(), days, call.remote)
        return Answer(None, status=204)


def _read_days(call: Call) -> tuple[date, date]:
    first = _read_day(call.query_text("from", 10) or clock.now().date().isoformat(), "from")
    last = _read_day(call.query_text("to", 10) or (first + timedelta(days=6)).isoformat(), "to")
    if not 0 <= (last - first).days < _MOST_SHOWN:
        raise Rejected("invalid", "catalogue.days_wrong", field="to", most=_MOST_SHOWN)
    return first, last


def _read_day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected("invalid", "error.field_wrong", field=field) from None


def _read_rule(body: JsonObject) -> Rule:
    until = body.get("until")
    over = body.get("over")
    return Rule(
        "cycle" if body["kind"] == "cycle" else "weekly",
        _read_day(str(body["starts_on"]), "starts_on"),
        None if until is None else _read_day(str(until), "until"),
        cast("JsonObject", body["hours"]),
        get_optional_int(body, "on_days"),
        get_optional_int(body, "off_days", least=0),
        over is not False,
    )


def _read_paint(one: JsonObject) -> Paint:
    hours = cast("list[Json] | None", one.get("hours"))
    return Paint(_read_day(str(one["day"]), "day"), hours, str(one.get("note") or ""))


def _show_day(day: Day) -> dict[str, object]:
    return {"day": day.day.isoformat(), "hours": week.show_hours(day.hours), "by": day.by, "note": day.note}


def _show_rule(rule: AnyRow) -> dict[str, object]:
    return {name: getattr(rule, name) for name in ("id", "kind", "starts_on", "until", "hours", "on_days", "off_days")}
