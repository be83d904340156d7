"""Visits out of a table: what is over becomes history, what is to come is booked like any other; and taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from business.booking import status
from business.booking.model import BookRequest, Part, Person, Wanted
from business.booking.people import resolve_contact
from business.booking.reminding import IMPORTED
from business.booking.showing import find as find_visit
from business.booking.visits import Visits
from business.booking.wall import moment_at, wall_of
from business.booking.working import zone_of
from business.booking.writing import total_of
from business.exchange.applying import Lines
from business.exchange.visit_rows import VisitRow, value_at, word_at
from business.hours.calendar import load_calendar
from business.money import currency_of
from conversation.errors import Rejected
from conversation.messages import Json, JsonObject
from crm_store import Tx, appointments, duplicates, importing, imports, unimporting, visit_files
from crm_store.imports import Import, ImportLine
from crm_store.models import AppointmentStatus
from crm_store.visit_files import Named

MOST_ROWS: Final = 25
"""So many rows are booked in one transaction."""
Taken = tuple[int, datetime, datetime]
"""A specialist, from when to when."""
_COMING: Final[frozenset[AppointmentStatus]] = frozenset({"booked", "confirmed"})


@dataclass(slots=True)
class Applied:
    """What came of a batch. ``taken``: what was booked."""

    lines: Lines = field(default_factory=list)
    resource_ids: set[int] = field(default_factory=set)
    taken: list[Taken] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many rows came to what."""
        return Counter(str(line["outcome"]) for line in self.lines)


@dataclass(slots=True)
class _Known:
    """What rows may name, as of the beginning of a transaction."""

    services: dict[str, Named]
    specialists: dict[str, Named]
    contacts: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class _Meant:
    """A row whose words are found: its services, its specialists (None: whoever is free), when it begins and where."""

    service_ids: tuple[int, ...]
    provider_ids: tuple[int | None, ...]
    starts_at: datetime
    zone: ZoneInfo
    branch_id: int | None
    archived: str


class VisitRows:
    """Writes visits by rows. ``country``: the firm's, for phones and money."""

    def __init__(self, visits: Visits, country: str) -> None:
        self._visits = visits
        self.country = country
        self.currency = currency_of(country)

    def apply(self, tx: Tx, rows: Sequence[VisitRow], at: datetime, taken: Sequence[Taken] = ()) -> Applied:
        """Books what is to come, and notes what is over. ``taken``: by rows before, where nothing of them is kept."""
        done = Applied()
        known = _Known(
            _by_words(visit_files.list_services(tx)),
            _by_words(visit_files.list_specialists(tx)),
            visit_files.find_named(tx, {row.name for row in rows if row.name and row.phone is None}),
        )
        for row in rows:
            line: dict[str, object] = dict.fromkeys(("contact_id", "remarks", "before", "after", "state"))
            line |= {"row": row.row, "outcome": "wrong"}
            if not row.wrong:
                try:
                    line |= self._take(tx, row, known, at, [*taken, *done.taken] if taken else (), done)
                except Rejected as error:
                    row.remarks.append({"key": error.text_key, "fields": _plain(error.fields)})
            line["remarks"] = row.remarks or None
            done.lines.append(line)
        return done

    def _take(
        self,
        tx: Tx,
        row: VisitRow,
        known: _Known,
        at: datetime,
        taken: Sequence[Taken],
        done: Applied,
    ) -> dict[str, object]:
        meant = _find(tx, row, known)
        contact = self._whose(tx, row, known)
        if isinstance(contact, int):
            same = visit_files.find_same(tx, contact, meant.starts_at, meant.service_ids[0])
            if same is not None:
                row.remark("visit_known", wrong=False)
                return {"outcome": "skipped", "contact_id": contact}
        facts = visit_files.find_facts(tx, meant.service_ids)
        lengths = [value_at(row.minutes, n) or facts[one][0] for n, one in enumerate(meant.service_ids)]
        whole = timedelta(minutes=max(lengths) if row.at_once else sum(lengths))
        coming = meant.starts_at + whole > at
        if coming and row.status not in (None, "booked", "confirmed", "cancelled"):
            raise Rejected("invalid", "exchange.row.visit_not_yet")
        if coming and row.status != "cancelled":
            if meant.archived:
                raise Rejected("invalid", "exchange.row.visit_archived", name=meant.archived)
            if _meets(taken, meant.provider_ids, meant.starts_at, meant.starts_at + whole):
                raise Rejected("slot_taken", "booking.slot_taken")
            visit_id = self._book(tx, row, meant, contact)
        else:
            contact_id = resolve_contact(tx, None, contact, self.country, IMPORTED, None)
            visit_id = self._note(tx, row, meant, contact_id, lengths, facts, at)
        visit = find_visit(tx, visit_id)
        if visit is None or visit.contact_id is None:  # it was written just now
            raise Rejected("not_found", "booking.appointment_unknown")
        done.resource_ids |= {one.provider_id for one in visit.items if one.provider_id is not None}
        if coming and visit.status in _COMING:
            done.taken += [
                (one.provider_id, one.starts_at, one.ends_at) for one in visit.items if one.provider_id is not None
            ]
        after: JsonObject = {"appointment_id": visit.id, "version": visit.version}
        line: dict[str, object] = {"outcome": "added", "contact_id": visit.contact_id, "after": after}
        if not isinstance(contact, int):
            after["contact_made"] = True
            line["state"] = importing.load_known(tx, [visit.contact_id])[0].digest()
            if row.name and row.phone is None:
                known.contacts[row.name] = [visit.contact_id]
        return line

    def _whose(self, tx: Tx, row: VisitRow, known: _Known) -> int | Person:
        """The contact who is meant, or who he is: he is added then."""
        if row.phone is not None:
            holders = duplicates.list_holders(tx, row.phone[0], "phone", 1)
            return holders[0] if holders else Person(row.name, row.phone[0])
        named = known.contacts.get(row.name, [])
        if len(named) > 1:
            raise Rejected("conflict", "exchange.row.visit_namesakes", name=row.name, count=len(named))
        return named[0] if named else Person(row.name)

    def _book(self, tx: Tx, row: VisitRow, meant: _Meant, contact: int | Person) -> int:
        parts = tuple(
            Part(service_id, provider_id, value_at(row.seats, place) or 1)
            for place, (service_id, provider_id) in enumerate(zip(meant.service_ids, meant.provider_ids, strict=True))
        )
        request = BookRequest(
            Wanted(parts, "parallel" if row.at_once and len(parts) > 1 else "sequence"),
            meant.starts_at,
            contact,
            IMPORTED,
            note=row.note,
            warning=row.warning,
            minutes=tuple(value_at(row.minutes, place) for place in range(len(parts))),
            prices=tuple(value_at(row.prices, place) for place in range(len(parts))),
            discount_minor=row.discount_minor,
            override=True,
        )
        booked = self._visits.book_in(tx, None, request).appointment
        if row.status == "confirmed":
            self._visits.set_status_in(tx, None, booked.id, "confirmed")
        return booked.id

    def _note(
        self,
        tx: Tx,
        row: VisitRow,
        meant: _Meant,
        contact_id: int,
        lengths: Sequence[int],
        facts: Mapping[int, tuple[int, int | None, str | None]],
        at: datetime,
    ) -> int:
        """Writes what is over (or will never be): it takes nobody's time, and nobody is told of it."""
        standing = row.status or "done"
        items: list[dict[str, object]] = []
        begins, priced = meant.starts_at, []
        for place, (service_id, minutes) in enumerate(zip(meant.service_ids, lengths, strict=True)):
            ends = begins + timedelta(minutes=minutes)
            price = value_at(row.prices, place)
            price = facts[service_id][1] if price is None else price
            seats = value_at(row.seats, place) or 1
            priced.append((price, 0, seats))
            items.append(
                {
                    "position": place,
                    "service_id": service_id,
                    "provider_id": meant.provider_ids[place],
                    "starts_at": begins,
                    "ends_at": ends,
                    "wall_start": wall_of(begins, meant.zone),
                    "price_minor": price,
                    "seats": seats,
                }
            )
            begins = begins if row.at_once else ends
        currency = next((facts[one][2] for one in meant.service_ids if facts[one][2]), self.currency)
        values: dict[str, object] = {
            "status": standing,
            "contact_id": contact_id,
            "branch_id": meant.branch_id,
            "starts_at": meant.starts_at,
            "ends_at": max(cast("datetime", item["ends_at"]) for item in items),
            "wall_start": wall_of(meant.starts_at, meant.zone),
            "zone": meant.zone.key,
            "total_minor": total_of(priced, row.discount_minor),
            "discount_minor": row.discount_minor,
            "currency": currency if any(price is not None for price, _, _ in priced) else None,
            "source": IMPORTED,
            "note": row.note,
            "warning": row.warning,
            "cancelled_by": "firm" if standing == "cancelled" else None,
            "created_at": at,
            "updated_at": at,
            **{name: moment for name, moment in status.stamps(standing, meant.starts_at).items() if moment},
        }
        visit_id = appointments.insert_appointment(tx, values)
        for item in items:
            appointments.insert_item(tx, {"appointment_id": visit_id, **item})
        return visit_id

    def take_back(self, tx: Tx, one: Import, lines: Sequence[ImportLine]) -> tuple[Counter[str], set[int]]:
        """Removes the visits that rows made, unless they were changed since, and the customers that came with them,
        unless they are used otherwise. Counts of removed and kept, and whose calendars are other than they were."""
        notes: dict[int, tuple[str, list[JsonObject]]] = {}
        resource_ids: set[int] = set()
        gone: set[int] = set()
        keeping = self._visits.keeping
        for line in lines:
            after = line.after or {}
            visit = find_visit(tx, cast("int", after.get("appointment_id") or 0))
            if visit is None:
                notes[line.row] = ("removed", list(line.remarks))
            elif visit.version != after.get("version") or visit_files.is_waited_for(tx, visit.id):
                notes[line.row] = _kept(line, "kept_visit")
            else:
                given = keeping.release_items(tx, visit.items)
                visit_files.delete_visits(tx, [visit.id])
                keeping.tell_freed(tx, given)
                resource_ids |= {one.provider_id for one in visit.items if one.provider_id is not None}
                notes[line.row] = ("removed", list(line.remarks))
        made = {line.contact_id: line for line in lines if line.contact_id and (line.after or {}).get("contact_made")}
        used = unimporting.find_used(tx, made) if made else set()
        for contact in importing.load_known(tx, made):
            if contact.id is None or contact.id in used:
                continue
            if contact.digest() == made[contact.id].state:
                gone.add(contact.id)
        if gone:
            unimporting.remove_contacts(tx, gone)
        imports.note_undone(tx, one.id, [(row, undone, remarks) for row, (undone, remarks) in notes.items()])
        return Counter(undone for undone, _ in notes.values()), resource_ids


def _kept(line: ImportLine, code: str) -> tuple[str, list[JsonObject]]:
    return "kept", [*line.remarks, {"key": f"exchange.row.{code}", "fields": {}}]


def _find(tx: Tx, row: VisitRow, known: _Known) -> _Meant:
    """What the words of a row mean. Raises Rejected not_found."""
    found = [_one(known.services, word, "visit_service") for word in row.services]
    who: list[Named | None] = []
    for place in range(len(found)):
        word = word_at(row.specialists, place)
        who.append(_one(known.specialists, word, "visit_specialist") if word else None)
    places = visit_files.find_places(tx, {one.id for one in who if one is not None})
    lead = next((one.id for one in who if one is not None), None)
    branch_id, agent_id = places.get(lead or 0, (None, None))
    zone = zone_of(load_calendar(tx), branch_id, agent_id)
    return _Meant(
        tuple(one.id for one in found),
        tuple(None if one is None else one.id for one in who),
        moment_at(row.wall, zone),
        zone,
        branch_id,
        next((str(next(iter(one.forms.values()), one.id)) for one in (*found, *who) if one and one.archived), ""),
    )


def _one(known: Mapping[str, Named], word: str, code: str) -> Named:
    found = known.get(_fold(word))
    if found is None:
        raise Rejected("not_found", f"exchange.row.{code}", value=word[:100])
    return found


def _by_words(all_of: Sequence[Named]) -> dict[str, Named]:
    """By every name and code; codes go before names, what is in use before what is archived."""
    found: dict[str, Named] = {}
    for one in all_of:
        if one.code:
            found.setdefault(_fold(one.code), one)
    for one in all_of:
        for form in one.forms.values():
            found.setdefault(_fold(str(form)), one)
    return found


def _meets(
    taken: Sequence[Taken],
    provider_ids: Sequence[int | None],
    starts_at: datetime,
    ends_at: datetime,
) -> bool:
    return any(one in provider_ids and begins < ends_at and starts_at < ends for one, begins, ends in taken)


def _plain(fields: Mapping[str, object]) -> JsonObject:
    return {name: cast("Json", value) for name, value in fields.items() if isinstance(value, str | int)}


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
