"""REST: free time, and why there is none."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from business.booking.ground import MOST_DAYS, MOST_PARTS, Freedom, Window
from business.booking.model import Part, Slot, SlotPart, Wanted
from business.booking.slots import Slots
from business.booking.why import CODES, Reason
from conversation import clock
from conversation.clock import from_iso, to_iso
from conversation.errors import Rejected
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.lists import MOMENT_ASKED, choice
from desk.rest.schemas import MOMENT, TEXT, WHOLE, limit, listed, or_null, record

MOST_SLOTS: Final = 2000
PAGE_SLOTS: Final = 500
LOOK_DAYS: Final = 14
_DAY: Final = timedelta(days=1)
_YEARS: Final = range(2000, 2100)
_ONCE, _NEVER = date(_YEARS[0], 1, 1), date(_YEARS.stop, 1, 1)
_IDS: Final = f"^[1-9][0-9]{{0,14}}(,[1-9][0-9]{{0,14}}){{0,{MOST_PARTS - 1}}}$"
_SERVICES: Final[Schema] = {
    "type": "string",
    "pattern": _IDS,
    "description": f"A service's id; of a visit with several, up to {MOST_PARTS} by comma.",
}
_PROVIDERS: Final[Schema] = {
    "type": "string",
    "pattern": _IDS,
    "description": "With whom: one for all services, or as many as there are services, by comma.",
}
_FLAG: Final[Schema] = {"type": "boolean"}
_PART: Final = record(
    {
        "service_id": WHOLE,
        "provider_id": WHOLE,
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "resource_ids": {"type": "array", "items": WHOLE},
        "price_minor": or_null(WHOLE),
        "session_id": or_null(WHOLE),
        "left": or_null(WHOLE),
    }
)
_SLOT: Final = record(
    {
        "starts_at": MOMENT,
        "ends_at": MOMENT,
        "service_id": WHOLE,
        "provider_id": WHOLE,
        "wall_start": {"type": "string", "description": "YYYY-MM-DDTHH:MM, by the clock where it is done"},
        "zone": TEXT,
        "price_minor": {**or_null(WHOLE), "description": "Of all parts; null where one has none."},
        "left": {**or_null(WHOLE), "description": "Seats that are free, of a service for several."},
        "parts": {"type": "array", "items": _PART},
    }
)
_REASON: Final = record(
    {
        "code": {"type": "string", "enum": list(CODES)},
        "text": TEXT,
        "service_id": WHOLE,
        "provider_id": {**or_null(WHOLE), "description": "Whose reason it is; null: it holds for all."},
    }
)
_WISH: Final[Mapping[str, Schema]] = {
    "service_id": _SERVICES,
    "provider_id": _PROVIDERS,
    "seats": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1},
    "order": {"type": "string", "enum": ["sequence", "parallel"], "default": "sequence"},
    "online": {**_FLAG, "description": "As customers see it: their notice, what is not for them left out."},
}


class SlotRoutes:
    """When there is time."""

    def __init__(self, slots: Slots, texts: Texts) -> None:
        self._slots = slots
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/slots",
                self.list_slots,
                f"Free time for one or several services, of at most {MOST_DAYS} days, one row for every provider",
                {200: listed(_SLOT)},
                needed=("service_id",),
                query={
                    **_WISH,
                    "from": {**MOMENT_ASKED, "description": "A moment, or a day where it is done. Without it: now."},
                    "to": {
                        **MOMENT_ASKED,
                        "description": f"The moment before which, or the last day on which; {LOOK_DAYS} days without"
                        f" it, never more than {MOST_DAYS}.",
                    },
                    "useful": {**_FLAG, "description": "Only starts that leave no gap too short for anything."},
                    "moving": {
                        **limit(10**15 - 1),
                        "description": "The id of an appointment that is to be moved: its own time is free for it.",
                    },
                    "after": {"type": "integer", "minimum": 0, "maximum": 10**14},
                    "limit": {**limit(MOST_SLOTS), "default": PAGE_SLOTS},
                },
            ),
            Route(
                "GET",
                "/slots/why",
                self.explain_slots,
                "Why a day has no free time; no reasons where it has some",
                {200: listed(_REASON)},
                needed=("service_id",),
                query={**_WISH, "day": {"type": "string", "format": "date", "description": "Without it: today."}},
            ),
        ]

    async def list_slots(self, call: Call) -> Answer:
        """By their start. A page may hold a few more than `limit`: what begins at one moment is on one page. Nothing
        that has begun is listed."""
        window = _window(call)
        wanted = _wanted(call)
        if window is None:
            return page_of([], None)
        rows = call.query_int("limit", PAGE_SLOTS, 1, MOST_SLOTS) or PAGE_SLOTS
        after = call.query_int("after", None, 0, 10**14)
        moving = call.query_int("moving", None, 1, 10**15 - 1)
        useful, limits = _flag(call, "useful"), _limits(call)
        page = await self._slots.page(
            wanted, window, rows, after=after, useful_only=useful, limits=limits, moving=moving
        )
        return page_of([_show(one) for one in page.slots], None if page.next is None else str(page.next))

    async def explain_slots(self, call: Call) -> Answer:
        """In the reader's language. Several providers have a reason each."""
        given = call.request.query.get("day")
        wanted = _wanted(call)
        if not given:
            return page_of([self._say(one, call) for one in await self._why_today(wanted, call)], None)
        day = date.fromisoformat(given)
        if day.year not in _YEARS:
            reasons = [Reason("past" if day.year < _YEARS[0] else "too_far", wanted.parts[0].service_id)]
        else:
            reasons = await self._slots.why(wanted, day, limits=_limits(call))
        return page_of([self._say(one, call) for one in reasons], None)

    async def _why_today(self, wanted: Wanted, call: Call) -> list[Reason]:
        """Of the day that it is where it is done: the first that is not over there."""
        day = clock.now().date() - _DAY
        while True:
            reasons = await self._slots.why(wanted, day, limits=_limits(call))
            if day > clock.now().date() or not any(one.code == "past" for one in reasons):
                return reasons
            day += _DAY

    def _say(self, reason: Reason, call: Call) -> dict[str, object]:
        return {
            "code": reason.code,
            "text": self._texts.get(call.language, f"slots.why.{reason.code}"),
            "service_id": reason.service_id,
            "provider_id": reason.provider_id,
        }


def _wanted(call: Call) -> Wanted:
    """The schema has seen to the form."""
    services = _ids(call, "service_id")
    providers: list[int | None] = [*_ids(call, "provider_id")] or [None]
    providers += providers[-1:] * (len(services) - len(providers))  # the last holds for the rest
    seats = call.query_int("seats", 1, 1, 1000) or 1
    order = choice(call, "order", ("sequence", "parallel")) or "sequence"
    parts = tuple(Part(one, who, seats) for one, who in zip(services, providers, strict=False))
    return Wanted(parts, "parallel" if order == "parallel" else "sequence")


def _ids(call: Call, name: str) -> list[int]:
    return [int(one) for one in call.request.query.get(name, "").split(",") if one]


def _flag(call: Call, name: str) -> bool:
    return call.request.query.get(name) == "true"


def _limits(call: Call) -> Freedom:
    return None if _flag(call, "online") else "staff"


def _window(call: Call) -> Window | None:
    """What lies behind is left out, and what is beyond the most days; None: nothing remains. The same question has the
    same window for an hour: its answer is kept, and what has begun is never in it."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    first, last = _read(call, "from"), _read(call, "to")
    if first is not None and last not in (None, first) and _moment(last, after=True) <= _moment(first):
        raise Rejected("invalid", "error.field_wrong", field="to")
    if first == _NEVER:
        return None
    if isinstance(first, datetime) or isinstance(last, datetime):
        begin = now if first is None else max(_moment(first), now)
        end = begin + LOOK_DAYS * _DAY if last is None else _moment(last, after=True)
        end = min(end, begin + MOST_DAYS * _DAY)
        return (begin, end) if begin < end else None
    yesterday = now.date() - _DAY  # it may still be, where it is done
    begin_day = yesterday if first is None else max(first, yesterday)
    end_day = begin_day + (LOOK_DAYS - 1 + (first is None)) * _DAY if last is None else last
    end_day = min(end_day, begin_day + (MOST_DAYS - 1) * _DAY)
    return (begin_day, end_day) if begin_day <= end_day else None


def _read(call: Call, name: str) -> date | datetime | None:
    text = call.request.query.get(name)
    if not text:
        return None
    found = date.fromisoformat(text) if len(text) == len("2026-11-24") else from_iso(text.replace(" ", "+"))
    return found if found.year in _YEARS else _NEVER if found.year > _YEARS[-1] else _ONCE


def _moment(found: date | datetime, *, after: bool = False) -> datetime:
    """Of a day beside a moment: its beginning or end in UTC."""
    if isinstance(found, datetime):
        return found
    return datetime.combine(found, time(), UTC) + (_DAY if after else timedelta())


def _show(slot: Slot) -> dict[str, object]:
    first = slot.parts[0]
    prices = [part.price_minor for part in slot.parts]
    return {
        "starts_at": to_iso(slot.starts_at),
        "ends_at": to_iso(slot.ends_at),
        "service_id": first.service_id,
        "provider_id": first.provider_id,
        "wall_start": slot.wall_start,
        "zone": slot.zone,
        "price_minor": None if None in prices else sum(price or 0 for price in prices),
        "left": first.left,
        "parts": [_show_part(part) for part in slot.parts],
    }


def _show_part(part: SlotPart) -> dict[str, object]:
    return {
        "service_id": part.service_id,
        "provider_id": part.provider_id,
        "starts_at": to_iso(part.starts_at),
        "ends_at": to_iso(part.ends_at),
        "resource_ids": list(part.resource_ids),
        "price_minor": part.price_minor,
        "session_id": part.session_id,
        "left": part.left,
    }
