"""REST: the journal, that is, the calendars of staff, rooms and devices side by side over some days."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

from business.booking.settings import BookingSettings
from business.booking.staffing import in_order
from business.booking.working import Worked, load_workdays, zone_of
from business.hours.calendar import load_calendar
from business.hours.places import name_zone
from business.hours.week import moment_of
from conversation import clock
from conversation.clock import from_ms, to_iso, to_ms
from conversation.errors import Rejected
from conversation.language import form_in
from conversation.messages import Language
from crm_store import Tx, journal, working_hours
from crm_store.booking_calendar import list_resources
from crm_store.engine import Store
from crm_store.journal import Standing
from crm_store.models import AllocationKind, AppointmentKind, AppointmentStatus, ResourceKind
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route, Schema
from desk.rest.schemas import ID, MOMENT, PERSON, TEXT, WHOLE, or_null, record

DAYS_AT_MOST: Final = 31
RESOURCES_AT_MOST: Final = 200
Span = tuple[datetime, datetime]

_DAY: Final[Schema] = {"type": "string", "format": "date", "pattern": "^20[0-9]{2}-"}
_IDS: Final[Schema] = {
    "type": "string",
    "pattern": "^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14}){0,199}$",
    "description": "One, or several by comma.",
}
_SPAN: Final = record({"starts_at": MOMENT, "ends_at": MOMENT})
_WHOLES: Final[Schema] = {"type": "array", "items": WHOLE}
_RESOURCE: Final = record(
    {
        "id": WHOLE,
        "kind": {"type": "string", "enum": list(get_args(ResourceKind))},
        "name": TEXT,
        "level": TEXT,
        "colour": or_null(TEXT),
        "branch": or_null(PERSON),
        "agent_id": or_null(WHOLE),
        "team_ids": _WHOLES,
        "zone": {"type": "string", "description": "IANA: whose clock is looked at where it works."},
        "place": {"type": "string", "description": "What that zone is called: its city."},
        "worked": {"type": "array", "items": _SPAN, "description": "Breaks are the gaps."},
    }
)
_SERVICE: Final = record(
    {
        "id": WHOLE,
        "name": TEXT,
        "duration_min": WHOLE,
        "capacity": WHOLE,
        "colour": or_null(TEXT),
        "price_minor": or_null(WHOLE),
        "promo_price_minor": or_null(WHOLE),
        "promo_from": or_null(TEXT),
        "promo_until": or_null(TEXT),
        "currency": or_null(TEXT),
        "archived": {"type": "boolean"},
        "provider_ids": _WHOLES,
        "own_prices": {
            "type": "array",
            "items": record({"provider_id": WHOLE, "price_minor": WHOLE}),
            "description": "Of those who do it at another price.",
        },
    }
)
_ITEM: Final = record(
    {
        "id": WHOLE,
        "service_id": or_null(WHOLE),
        "provider_id": or_null(WHOLE),
        "session_id": or_null(WHOLE),
        "resource_ids": {**_WHOLES, "description": "What it takes beside the provider."},
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "price_minor": or_null(WHOLE),
        "discount_minor": WHOLE,
        "seats": WHOLE,
    }
)
_APPOINTMENT: Final = record(
    {
        "id": WHOLE,
        "version": WHOLE,
        "kind": {"type": "string", "enum": list(get_args(AppointmentKind))},
        "status": {"type": "string", "enum": list(get_args(AppointmentStatus))},
        "title": TEXT,
        "contact": or_null(record({"id": WHOLE, "name": TEXT, "phone": or_null(TEXT)})),
        "subject": or_null(PERSON),
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "arrived_at": or_null(MOMENT),
        "note": TEXT,
        "warning": TEXT,
        "source": TEXT,
        "source_id": or_null(WHOLE),
        "total_minor": or_null(WHOLE),
        "discount_minor": WHOLE,
        "currency": or_null(TEXT),
        "cancel_reason": or_null(TEXT),
        "series_id": or_null(WHOLE),
        "zone": {"type": "string", "description": "Of the clock by which the customer comes."},
        "items": {"type": "array", "items": _ITEM},
    }
)
_BUSY: Final = record(
    {
        "id": WHOLE,
        "resource_id": WHOLE,
        "kind": {"type": "string", "enum": list(get_args(AllocationKind))},
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "note": TEXT,
        "appointment_id": or_null(WHOLE),
        "session_id": or_null(WHOLE),
    }
)
_SESSION: Final = record(
    {
        "id": WHOLE,
        "service_id": WHOLE,
        "provider_id": WHOLE,
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "taken": WHOLE,
        "capacity": WHOLE,
    }
)
_JOURNAL: Final = record(
    {
        "zone": {"type": "string", "description": "The IANA zone of the place; its wall is what the days are of."},
        "place": {"type": "string", "description": "What that zone is called: its city."},
        "step_min": {"type": "integer", "description": "The grid of starts."},
        "day_start": {**TEXT, "description": "HH:MM: from where on a day is shown, worked or not."},
        "day_end": TEXT,
        "copies": {"type": "boolean", "description": "Whether visits may be copied."},
        "ask_source": {
            "type": "boolean",
            "description": "Whether who books asks where the customer heard of the firm.",
        },
        "days": {"type": "array", "items": record({"day": _DAY, "starts_at": MOMENT, "ends_at": MOMENT})},
        "resources": {"type": "array", "items": _RESOURCE},
        "services": {"type": "array", "items": _SERVICE},
        "appointments": {"type": "array", "items": _APPOINTMENT},
        "busy": {"type": "array", "items": _BUSY, "description": "All that is taken, with buffers; no lapsed hold."},
        "sessions": {"type": "array", "items": _SESSION},
    }
)


class JournalRoutes:
    """Everything that a page of the journal shows, in one moment of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/journal",
                self.show_journal,
                f"Calendars of staff, rooms and devices over at most {DAYS_AT_MOST} days",
                {200: _JOURNAL},
                query={
                    "from": {**_DAY, "description": "The first day; today without it."},
                    "to": {**_DAY, "description": "The last day; the first one without it."},
                    "branch_id": {**ID, "description": "Those of the branch, in its time zone."},
                    "service_id": {**ID, "description": "Those who do it, and what it needs."},
                    "team_id": {**ID, "description": "The team's own."},
                    "resource_id": _IDS,
                },
            )
        ]

    async def show_journal(self, call: Call) -> Answer:
        """Days are those of the branch's wall, of the firm's where no branch is named. Without filters: of all."""
        most = 10**15 - 1
        branch_id = call.query_int("branch_id", None, 1, most)
        service_id = call.query_int("service_id", None, 1, most)
        team_id = call.query_int("team_id", None, 1, most)
        chosen = [int(word) for word in call.query_text("resource_id", 4000).split(",") if word]
        asked = (_query_day(call, "from"), _query_day(call, "to"))

        def read(tx: Tx) -> dict[str, object]:
            calendar, kept = load_calendar(tx), BookingSettings.load(tx)
            zone = zone_of(calendar, branch_id, None)
            first, last = _days(asked, zone)
            resources = journal.list_resources(
                tx, branch_id=branch_id, service_id=service_id, team_id=team_id, resource_ids=chosen
            )[:RESOURCES_AT_MOST]
            resources = in_order(tx, resources, call.language)
            ids = [row.id for row in resources]
            since, until = moment_of(first, 0, zone), moment_of(last + timedelta(days=1), 0, zone)
            standing = journal.load_standing(tx, ids, since, until)
            teams = working_hours.list_memberships(tx)
            providers, services = journal.list_providers(tx), journal.list_services(tx)
            workdays = load_workdays(tx, calendar, list_resources(tx, ids).values(), first, last)
            language = call.language
            window = (to_ms(since), to_ms(until))

            def resource(row: AnyRow) -> dict[str, object]:
                days = workdays[row.id]
                worked = days.worked(first, last)  # of it, not the nights before and after
                within = [one for one in worked if one[0] < window[1] and one[1] > window[0]]
                return _resource(row, language, teams.get(row.agent_id, []), days.zone.key, within)

            return {
                "zone": zone.key,
                "place": name_zone(zone.key, language),
                "step_min": kept.step_min,
                "day_start": kept.day_start,
                "day_end": kept.day_end,
                "copies": kept.copies,
                "ask_source": kept.ask_source,
                "days": [_day(first + timedelta(days=number), zone) for number in range((last - first).days + 1)],
                "resources": [resource(row) for row in resources],
                "services": [_service(row, language, providers.get(row.id, {})) for row in services],
                **_standing(standing, clock.now()),
            }

        return Answer(await self._store.read(read))


def _query_day(call: Call, name: str) -> date | None:
    word = call.query_text(name, 10)
    return date.fromisoformat(word) if word else None


def _days(asked: tuple[date | None, date | None], zone: ZoneInfo) -> tuple[date, date]:
    """The first day and the last. Raises Rejected not_found where they are none, or too many."""
    first = asked[0] or datetime.now(UTC).astimezone(zone).date()
    last = asked[1] or first
    if not timedelta() <= last - first < timedelta(days=DAYS_AT_MOST):
        raise Rejected("not_found", "journal.days_wrong", most=DAYS_AT_MOST)
    return first, last


def _day(day: date, zone: ZoneInfo) -> dict[str, object]:
    after = day + timedelta(days=1)
    return {"day": day.isoformat(), **_span((moment_of(day, 0, zone), moment_of(after, 0, zone)))}


def _span(span: Span) -> dict[str, str]:
    return {"starts_at": to_iso(span[0]), "ends_at": to_iso(span[1])}


def _resource(row: AnyRow, language: Language, team_ids: Sequence[int], zone: str, worked: Worked) -> dict[str, object]:
    branch = None if row.branch_id is None else {"id": row.branch_id, "name": row.branch_name}
    return {
        "id": row.id,
        "kind": row.kind,
        "name": form_in(row.name, language),
        "level": row.level,
        "colour": row.colour,
        "branch": branch,
        "agent_id": row.agent_id,
        "team_ids": list(team_ids),
        "zone": zone,
        "place": name_zone(zone, language),
        "worked": [_span((from_ms(start), from_ms(end))) for start, end in worked],
    }


def _service(row: AnyRow, language: Language, providers: Mapping[int, int | None]) -> dict[str, object]:
    return {
        "id": row.id,
        "name": form_in(row.name, language),
        "duration_min": row.duration_min,
        "capacity": row.capacity,
        "colour": row.colour,
        "price_minor": row.price_minor,
        "promo_price_minor": row.promo_price_minor,
        "promo_from": row.promo_from,
        "promo_until": row.promo_until,
        "currency": row.currency,
        "archived": row.archived_at is not None,
        "provider_ids": list(providers),
        "own_prices": [{"provider_id": one, "price_minor": own} for one, own in providers.items() if own is not None],
    }


def _standing(standing: Standing, now: datetime) -> dict[str, object]:
    busy = [row for row in standing.busy if row.expires_at is None or row.expires_at > now]
    beside: dict[int, list[int]] = {}
    for row in busy:
        if row.item_id is not None:
            beside.setdefault(row.item_id, []).append(row.resource_id)
    items: dict[int, list[dict[str, object]]] = {}
    for row in standing.items:
        taken = [one for one in beside.get(row.id, []) if one != row.provider_id]
        items.setdefault(row.appointment_id, []).append(_item(row, taken))
    return {
        "appointments": [_appointment(row, items.get(row.id, [])) for row in standing.appointments],
        "busy": [_busy(row) for row in busy],
        "sessions": [_session(row) for row in standing.sessions],
    }


def _appointment(row: AnyRow, items: list[dict[str, object]]) -> dict[str, object]:
    contact = {"id": row.contact_id, "name": row.contact_name or "", "phone": row.contact_phone}
    subject = {"id": row.subject_id, "name": row.subject_name or ""}
    return {
        **dict(zip(journal.VISIT, row, strict=False)),
        **_span((row.starts_at, row.ends_at)),
        "contact": None if row.contact_id is None else contact,
        "subject": None if row.subject_id is None else subject,
        "arrived_at": None if row.arrived_at is None else to_iso(row.arrived_at),
        "items": items,
    }


def _item(row: AnyRow, resource_ids: list[int]) -> dict[str, object]:
    values = dict(zip(journal.ITEM, row, strict=False))
    return {**values, **_span((row.starts_at, row.ends_at)), "resource_ids": resource_ids}


def _busy(row: AnyRow) -> dict[str, object]:
    values = dict(zip((*journal.BUSY, "appointment_id"), row, strict=False))
    return {**values, **_span((row.starts_at, row.ends_at))}


def _session(row: AnyRow) -> dict[str, object]:
    kept = ("id", "service_id", "provider_id", "taken", "capacity")
    return {**{name: getattr(row, name) for name in kept}, **_span((row.starts_at, row.ends_at))}
