"""Wishes of the waiting list: what may be wished, and whether a slot is what was wished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from business.booking.ground import MOST_PARTS
from business.booking.model import Part, Slot, Wanted
from conversation.errors import Rejected
from conversation.messages import Language
from crm_store import Tx, contacts, waitlist
from crm_store.rows import AnyRow

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SERVICES_MOST: Final = MOST_PARTS
_FAR: Final = timedelta(days=366)
_UNCHANGED: Final = ("contact_id", "conversation_id")


@dataclass(frozen=True, slots=True)
class Wish:
    """``from_day``, ``to_day``: both inclusive; ``weekdays`` of ``WEEKDAYS``, empty for all; ``from_time``,
    ``to_time``: HH:MM of the wall, between which the visit must lie; ``language``: in which he is told; ``seats``: for
    how many people."""

    contact_id: int
    service_ids: tuple[int, ...]
    from_day: date
    to_day: date
    provider_id: int | None = None
    weekdays: tuple[str, ...] = ()
    from_time: str | None = None
    to_time: str | None = None
    note: str = ""
    language: Language | None = None
    conversation_id: int | None = None
    seats: int = 1

    @property
    def wanted(self) -> Wanted:
        """What is to be free."""
        return Wanted(tuple(Part(one, self.provider_id, self.seats) for one in self.service_ids))

    def values(self) -> dict[str, object]:
        """Its columns."""
        return {
            "contact_id": self.contact_id,
            "conversation_id": self.conversation_id,
            "service_ids": list(self.service_ids),
            "provider_id": self.provider_id,
            "from_day": self.from_day.isoformat(),
            "to_day": self.to_day.isoformat(),
            "weekdays": list(self.weekdays),
            "from_time": self.from_time,
            "to_time": self.to_time,
            "note": self.note,
            "language": self.language,
            "seats": self.seats,
        }

    @classmethod
    def of(cls, row: AnyRow) -> "Wish":
        """From its row."""
        return cls(
            row.contact_id,
            tuple(row.service_ids),
            date.fromisoformat(row.from_day),
            date.fromisoformat(row.to_day),
            row.provider_id,
            tuple(row.weekdays),
            row.from_time,
            row.to_time,
            row.note,
            row.language,
            row.conversation_id,
            row.seats,
        )

    def takes(self, slot: Slot, zone: tzinfo) -> bool:
        """Whether a slot lies within the days and hours that he named."""
        starts, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        day = starts.date()
        if not self.from_day <= day <= self.to_day:
            return False
        if self.weekdays and WEEKDAYS[day.weekday()] not in self.weekdays:
            return False
        if self.from_time is not None and starts.strftime("%H:%M") < self.from_time:
            return False
        return self.to_time is None or (ends.date() == day and ends.strftime("%H:%M") <= self.to_time)


@dataclass(frozen=True, slots=True)
class WishChange:
    """What of a wish is to be another; ``given``: columns by name, those that are not named stay."""

    given: Mapping[str, object] = field(default_factory=dict)

    def apply(self, row: AnyRow) -> Wish:
        """The wish as it would be."""
        whole = dict(row._mapping)
        whole.update({name: value for name, value in self.given.items() if name not in _UNCHANGED})
        return Wish(
            row.contact_id,
            tuple(whole["service_ids"]),
            _day(whole["from_day"], "from_day"),
            _day(whole["to_day"], "to_day"),
            whole["provider_id"],
            tuple(whole["weekdays"] or ()),
            whole["from_time"],
            whole["to_time"],
            whole["note"] or "",
            row.language,
            row.conversation_id,
            whole["seats"],
        )


def check_wish(tx: Tx, wish: Wish, today: date) -> None:
    """Whether it can come true. Raises Rejected not_found for an unknown contact, service or specialist, conflict for
    days and hours that make no sense, and for more people than a service takes."""
    contact = contacts.find_standing(tx, wish.contact_id)
    if contact is None or contact.deleted_at is not None:
        raise Rejected("not_found", "error.contact_not_found")
    services = waitlist.name_services(tx, wish.service_ids)
    _check_named(wish.service_ids, services, "outreach.service_unknown")
    if wish.seats > min(one.capacity for one in services.values()):
        raise Rejected("conflict", "outreach.wish_seats", most=min(one.capacity for one in services.values()))
    if wish.provider_id is not None:
        found = waitlist.name_resources(tx, [wish.provider_id])
        providers = {one: row for one, row in found.items() if row.kind == "provider"}
        _check_named([wish.provider_id], providers, "outreach.specialist_unknown")
    if wish.to_day < wish.from_day or (wish.from_time and wish.to_time and wish.to_time <= wish.from_time):
        raise Rejected("conflict", "outreach.wish_upside_down")
    if wish.to_day < today:
        raise Rejected("conflict", "outreach.wish_past")
    if wish.to_day > today + _FAR:
        raise Rejected("conflict", "outreach.wish_far")


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day that it is on the wall."""
    return moment.astimezone(zone).date()


def _check_named(ids: Sequence[int], found: Mapping[int, AnyRow], key: str) -> None:
    if not ids or any(one not in found or found[one].archived_at is not None for one in ids):
        raise Rejected("not_found", key)


def _day(given: object, name: str) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise Rejected("invalid", "error.field_wrong", field=name) from None
