"""Appointments, holds and slots on REST's wire: their schemas, how they are shown and read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal, cast, get_args

from business.booking.breaks import KINDS
from business.booking.ground import MOST_PARTS
from business.booking.model import Appointment, BookRequest, BusyTime, Held, Item, Part, Person, Slot, Wanted
from business.booking.moving import Move
from business.booking.series import MOST, Every, Repeat
from conversation import clock
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import JsonObject, Language
from conversation.wire import get_int, get_optional_int, get_optional_text, get_text
from crm_store.models import AllocationKind, AppointmentKind, AppointmentStatus
from desk.rest.contact_wire import NAME_LIMIT, NOTE_LIMIT
from desk.rest.schemas import ID, LANGUAGE, MOMENT, MOST_WHOLE, TEXT, WHOLE, Schema, or_null, record

Wire = dict[str, object]
_SHORT: Final = 200
_DAY_MIN: Final = 24 * 60
_FLAG: Schema = {"type": "boolean"}
_NOTE: Schema = {"type": "string", "maxLength": NOTE_LIMIT}
_SHORT_TEXT: Schema = {"type": "string", "maxLength": _SHORT}
_SEATS: Schema = {"type": "integer", "minimum": 1, "maximum": 1000}
_MONEY: Schema = {"type": "integer", "minimum": 0, "maximum": MOST_WHOLE}
_MINUTES: Schema = {"type": "integer", "minimum": 1, "maximum": _DAY_MIN}
_ORDER: Schema = {"type": "string", "enum": ["sequence", "parallel"]}
STATUS: Schema = {"type": "string", "enum": list(get_args(AppointmentStatus))}
KIND: Schema = {"type": "string", "enum": list(get_args(AppointmentKind))}
_PERSON: Schema = record({"name": _SHORT_TEXT, "phone": {"type": "string", "maxLength": 40}, "email": _SHORT_TEXT}, [])
_PART: Schema = record(
    {
        "service_id": ID,
        "provider_id": or_null(ID),
        "seats": _SEATS,
        "duration_min": _MINUTES,
        "discount_minor": {**_MONEY, "description": "Of this service, beside that of the whole visit."},
    },
    ["service_id"],
)
_WISH: Final[Mapping[str, Schema]] = {
    "service_id": ID,
    "provider_id": {**or_null(ID), "description": "With whom; null or left out: whoever is free and has done least."},
    "services": {
        "type": "array",
        "items": _PART,
        "minItems": 1,
        "maxItems": MOST_PARTS,
        "description": "Several in one visit, instead of service_id.",
    },
    "order": _ORDER,
    "seats": _SEATS,
    "starts_at": MOMENT,
    "online": {**_FLAG, "description": "As a customer books: his notice, his horizon, only what is open to him."},
    "override": {**_FLAG, "description": "The agent knows better than the rules: past, or off the schedule."},
}
_REPEAT: Schema = record(
    {
        "every": {"type": "string", "enum": list(get_args(Every))},
        "interval": {"type": "integer", "minimum": 1, "maximum": 52},
        "count": {"type": "integer", "minimum": 1, "maximum": MOST},
        "until": {"type": "string", "format": "date"},
        "skip_taken": {**_FLAG, "description": "Leave out what is taken; else nothing is booked."},
    },
    ["every"],
)
BOOK_BODY: Schema = record(
    {
        **_WISH,
        "contact": _PERSON,
        "contact_id": ID,
        "hold_id": ID,
        "subject_id": ID,
        "conversation_id": ID,
        "note": _NOTE,
        "warning": _NOTE,
        "title": _SHORT_TEXT,
        "kind": {**KIND, "description": "Other than visit: an entry with a title and a duration, without a service."},
        "duration_min": _MINUTES,
        "source": {"type": "string", "maxLength": 30},
        "source_id": ID,
        "language": LANGUAGE,
        "discount_minor": _MONEY,
        "consent": {
            **_FLAG,
            "description": "He agrees that his data are kept: noted with the words of the firm's text and the source. "
            "Needed with `online`, unless he has agreed before.",
        },
        "repeat": _REPEAT,
    },
    ["starts_at"],
)
_PLACE: Final[Mapping[str, Schema]] = {
    "id": ID,
    "version": {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE, "description": "The one that was seen."},
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "providers": {
        "type": "array",
        "items": ID,
        "maxItems": MOST_PARTS,
        "description": "Who does each of its services, in their order; without it they stay.",
    },
}
CHANGE_BODY: Schema = record(
    {
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "provider_id": ID,
        "providers": _PLACE["providers"],
        "status": STATUS,
        "reason": _NOTE,
        "note": _NOTE,
        "warning": _NOTE,
        "title": _SHORT_TEXT,
        "discount_minor": _MONEY,
        "items": {
            "type": "array",
            "items": record({"id": ID, "discount_minor": _MONEY}),
            "maxItems": MOST_PARTS,
            "description": "Discounts of single services, beside that of the whole visit.",
        },
        "subject_id": or_null(ID),
        "override": _FLAG,
        "version": {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE, "description": "The one that was seen."},
    },
    [],
)
MOVES_BODY: Schema = record(
    {
        "items": {
            "type": "array",
            "items": record(_PLACE, ["id", "version", "starts_at"]),
            "minItems": 1,
            "maxItems": MOST,
        },
        "override": _FLAG,
    },
    ["items"],
)
ITEM_BODY: Schema = record(
    {
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "provider_id": ID,
        "override": _FLAG,
        "version": {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE, "description": "Of the whole visit."},
    },
    ["starts_at"],
)
COPY_BODY: Schema = record({"starts_at": MOMENT, "provider_id": ID, "override": _FLAG}, ["starts_at"])
HOLD_BODY: Schema = record(
    {**_WISH, "contact_id": ID, "conversation_id": ID, "minutes": {"type": "integer", "minimum": 1, "maximum": 60}},
    ["starts_at"],
)
BUSY_BODY: Schema = record(
    {
        "resource_id": ID,
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "kind": {"type": "string", "enum": list(KINDS)},
        "note": _SHORT_TEXT,
    },
    ["resource_id", "starts_at", "ends_at"],
)
_ITEM: Schema = record(
    {
        "id": WHOLE,
        "service_id": or_null(WHOLE),
        "provider_id": or_null(WHOLE),
        "session_id": or_null(WHOLE),
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "price_minor": or_null(WHOLE),
        "discount_minor": WHOLE,
        "seats": WHOLE,
    }
)
_APPOINTMENT: Final[Mapping[str, Schema]] = {
    "id": WHOLE,
    "kind": KIND,
    "status": STATUS,
    "service_id": or_null(WHOLE),
    "provider_id": or_null(WHOLE),
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "wall_start": {"type": "string", "description": "YYYY-MM-DDTHH:MM, by the clock where it is"},
    "zone": TEXT,
    "contact": or_null(record({"id": WHOLE, "name": TEXT})),
    "subject_id": or_null(WHOLE),
    "conversation_id": or_null(WHOLE),
    "branch_id": or_null(WHOLE),
    "title": TEXT,
    "total_minor": or_null(WHOLE),
    "discount_minor": WHOLE,
    "currency": or_null(TEXT),
    "source": TEXT,
    "note": TEXT,
    "warning": TEXT,
    "cancel_reason": or_null(TEXT),
    "cancelled_by": or_null({"type": "string", "enum": ["customer", "firm"]}),
    "arrived_at": or_null(MOMENT),
    "series_id": or_null(WHOLE),
    "version": WHOLE,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "items": {"type": "array", "items": _ITEM},
}
APPOINTMENT: Schema = record(_APPOINTMENT)
_OTHER: Schema = {"type": "array", "items": record({"id": WHOLE, "starts_at": MOMENT})}
BOOKED: Schema = record(
    {
        **_APPOINTMENT,
        "series": _OTHER,
        "skipped": {"type": "array", "items": MOMENT},
        "back": {
            "type": "array",
            "items": record(_PLACE),
            "description": "Of a series that was moved: what moves all of it back, as /appointments/moves takes it.",
        },
    },
    list(_APPOINTMENT),
)
MOVED: Schema = record({"series": _OTHER})
_SLOT: Final[Mapping[str, Schema]] = {
    "service_id": WHOLE,
    "provider_id": WHOLE,
    "starts_at": MOMENT,
    "ends_at": MOMENT,
}
HOLD: Schema = record({"id": WHOLE, "expires_at": MOMENT, **_SLOT, "wall_start": TEXT, "zone": TEXT})
BUSY: Schema = record(
    {"id": WHOLE, "resource_id": WHOLE, "starts_at": MOMENT, "ends_at": MOMENT, "kind": TEXT, "note": TEXT}
)


def appointment(value: Appointment, names: Mapping[int, str]) -> Wire:
    """An appointment, bare: service and provider are those of its first item."""
    first = value.items[0] if value.items else None
    contact = None
    if value.contact_id is not None:
        contact = {"id": value.contact_id, "name": names.get(value.contact_id, "")}
    return {
        "id": value.id,
        "kind": value.kind,
        "status": value.status,
        "service_id": first.service_id if first else None,
        "provider_id": first.provider_id if first else None,
        "starts_at": to_iso(value.starts_at),
        "ends_at": to_iso(value.ends_at),
        "wall_start": value.wall_start,
        "zone": value.zone,
        "contact": contact,
        "subject_id": value.subject_id,
        "conversation_id": value.conversation_id,
        "branch_id": value.branch_id,
        "title": value.title,
        "total_minor": value.total_minor,
        "discount_minor": value.discount_minor,
        "currency": value.currency,
        "source": value.source,
        "note": value.note,
        "warning": value.warning,
        "cancel_reason": value.cancel_reason,
        "cancelled_by": value.cancelled_by,
        "arrived_at": None if value.arrived_at is None else to_iso(value.arrived_at),
        "series_id": value.series_id,
        "version": value.version,
        "created_at": to_iso(value.created_at),
        "updated_at": to_iso(value.updated_at),
        "items": [_item(one) for one in value.items],
    }


def _item(value: Item) -> Wire:
    return {
        "id": value.id,
        "service_id": value.service_id,
        "provider_id": value.provider_id,
        "session_id": value.session_id,
        "starts_at": to_iso(value.starts_at),
        "ends_at": to_iso(value.ends_at),
        "price_minor": value.price_minor,
        "discount_minor": value.discount_minor,
        "seats": value.seats,
    }


def slot(value: Slot) -> Wire:
    """What is offered instead of a time that is taken."""
    first = value.parts[0]
    return {
        "service_id": first.service_id,
        "provider_id": first.provider_id,
        "starts_at": to_iso(value.starts_at),
        "ends_at": to_iso(value.ends_at),
    }


def hold(value: Held) -> Wire:
    """A hold."""
    return {
        "id": value.hold_id,
        "expires_at": to_iso(value.expires_at),
        **slot(value.slot),
        "wall_start": value.slot.wall_start,
        "zone": value.slot.zone,
    }


def busy_time(value: BusyTime) -> Wire:
    """A break, an absence, a repair."""
    return {
        "id": value.id,
        "resource_id": value.resource_id,
        "starts_at": to_iso(value.starts_at),
        "ends_at": to_iso(value.ends_at),
        "kind": value.kind,
        "note": value.note,
    }


def refusal(error: Rejected) -> Rejected:
    """The same with what is offered instead, as the wire has it."""
    extra = dict(error.extra)
    nearest = cast("Sequence[Slot] | None", extra.get("nearest"))
    if nearest is not None:
        extra["nearest"] = [slot(one) for one in nearest]
    if isinstance(extra.get("starts_at"), datetime):
        extra["starts_at"] = to_iso(cast("datetime", extra["starts_at"]))
    field = error.fields.get("field")
    rest = {key: one for key, one in error.fields.items() if isinstance(one, int)}
    told: dict[str, object] = {**rest, **({} if field is None else {"field": field})}
    return Rejected(error.code, error.text_key, retry_after_s=None, extra=extra, **told)


def read_wanted(body: JsonObject) -> tuple[Wanted, tuple[int | None, ...]]:
    """What is wanted, and how long its parts take where that is said. Raises Rejected invalid."""
    several = cast("list[JsonObject] | None", body.get("services"))
    if several is None:
        if body.get("service_id") is None and body.get("kind") in (None, "visit"):
            raise Rejected("invalid", "error.field_missing", field="service_id")
        several = [body]
    parts = tuple(
        Part(
            get_optional_int(one, "service_id") or 0,
            get_optional_int(one, "provider_id"),
            get_optional_int(one, "seats") or 1,
        )
        for one in several
    )
    minutes = tuple(get_optional_int(one, "duration_min") for one in several)
    return Wanted(parts, "parallel" if body.get("order") == "parallel" else "sequence"), minutes


def read_moment(body: JsonObject, key: str) -> datetime:
    """A moment, whose form the schema has seen to."""
    return clock.from_iso(str(body[key]))


def read_moves(body: JsonObject) -> list[tuple[int, Move]]:
    """Visits and where each goes."""
    override = body.get("override") is True
    return [
        (
            get_int(one, "id"),
            Move(
                read_moment(one, "starts_at"),
                ends_at=None if one.get("ends_at") is None else read_moment(one, "ends_at"),
                version=get_int(one, "version"),
                override=override,
                providers=tuple(cast("Sequence[int]", one.get("providers") or ())),
            ),
        )
        for one in cast("list[JsonObject]", body["items"])
    ]


def place(appointment_id: int, to: Move) -> Wire:
    """Where a visit is to go, as ``read_moves`` reads it."""
    moments = {"starts_at": to.starts_at, "ends_at": to.ends_at}
    shown = {key: to_iso(one) for key, one in moments.items() if one is not None}
    return {"id": appointment_id, "version": to.version, **shown, "providers": list(to.providers)}


def read_request(body: JsonObject) -> BookRequest:
    """What a body books. Raises Rejected invalid."""
    wanted, minutes = read_wanted(body)
    person = body.get("contact")
    contact: int | Person | None = get_optional_int(body, "contact_id")
    if contact is None and isinstance(person, dict):
        name, phone, email = (get_text(person, key, NAME_LIMIT, default="") for key in ("name", "phone", "email"))
        contact = Person(name, phone, email)
    kind = cast("AppointmentKind", body.get("kind") or "visit")
    return BookRequest(
        wanted,
        read_moment(body, "starts_at"),
        contact,
        get_optional_text(body, "source", _SHORT) or "desk",
        conversation_id=get_optional_int(body, "conversation_id"),
        subject_id=get_optional_int(body, "subject_id"),
        note=get_text(body, "note", NOTE_LIMIT, default=""),
        warning=get_text(body, "warning", NOTE_LIMIT, default=""),
        language=cast("Language | None", body.get("language")),
        hold_id=get_optional_int(body, "hold_id"),
        kind=kind,
        title=get_text(body, "title", _SHORT, default=""),
        minutes=minutes,
        discount_minor=get_optional_int(body, "discount_minor", least=0) or 0,
        part_discounts=tuple(get_optional_int(one, "discount_minor", least=0) or 0 for one in _services(body)),
        source_id=get_optional_int(body, "source_id"),
        online=body.get("online") is True,
        override=body.get("override") is True,
    )


def _services(body: JsonObject) -> Sequence[JsonObject]:
    return cast("Sequence[JsonObject] | None", body.get("services")) or ()


def read_repeat(body: JsonObject) -> Repeat | None:
    """How it recurs, None where it does not."""
    given = body.get("repeat")
    if not isinstance(given, dict):
        return None
    until = given.get("until")
    return Repeat(
        cast("Literal['day', 'week', 'month']", given["every"]),
        get_optional_int(given, "interval") or 1,
        get_optional_int(given, "count"),
        None if until is None else date.fromisoformat(str(until)),
        given.get("skip_taken") is True,
    )


def read_busy(body: JsonObject) -> tuple[int, datetime, datetime, AllocationKind, str]:
    """Whose time, from when to when, why."""
    kind = cast("AllocationKind", body.get("kind") or "break")
    note = get_text(body, "note", _SHORT, default="")
    return get_int(body, "resource_id"), read_moment(body, "starts_at"), read_moment(body, "ends_at"), kind, note
