"""What happens to an appointment that stands: another time, a step of its path, another note. See ``visits``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from business.booking import showing, status
from business.booking.fitting import Ask, Fit, Own, fit
from business.booking.keeping import Keeping
from business.booking.model import Appointment, Booked, BookingRules, Order, Part, Wanted
from business.booking.telling import Teller
from business.booking.writing import checked_total, occupy, part_off, part_values, times_of, total_of
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, appointments, cards, holds
from crm_store.models import AppointmentStatus

_PLAIN: Final = frozenset({"note", "warning", "title", "discount_minor", "subject_id"})


@dataclass(frozen=True, slots=True)
class Move:
    """Where to: what is None stays. ``ends_at``: it is stretched or cut. ``provider_id``: who does all that the first
    specialist did; ``providers``: who does each of its services, in their order, in place of that. ``online``,
    ``override``: as in ``BookRequest``; ``version``: the one that was seen."""

    starts_at: datetime | None = None
    provider_id: int | None = None
    ends_at: datetime | None = None
    version: int | None = None
    online: bool = False
    override: bool = False
    providers: tuple[int, ...] = ()


class Moving:
    """The deeds on what stands, each inside a transaction of the caller's."""

    def __init__(self, rules: Callable[[Tx], BookingRules], keeping: Keeping, teller: Teller) -> None:
        self._rules = rules
        self._keeping = keeping
        self._teller = teller

    def move_in(self, tx: Tx, actor: Agent | None, appointment_id: int, move: Move) -> Booked:
        """See ``Visits.move``."""
        return self.move_all_in(tx, actor, [(appointment_id, move)])[0]

    def move_all_in(self, tx: Tx, actor: Agent | None, moves: Sequence[tuple[int, Move]]) -> list[Booked]:
        """Moves several at once, all or none: none of them stands in another's way. ``extra`` names the start that was
        refused where there are several."""
        now, rules = clock.now(), self._rules(tx)
        before = [_standing(tx, *one, rules, now, several=len(moves) > 1) for one in moves]
        own = own_of(tx, before)
        asked = [_ask_again(one, move, now, own) for one, (_, move) in zip(before, moves, strict=True)]
        found = [fit(tx, ask, rules) if len(asked) == 1 else _fit_one(tx, ask, rules) for ask in asked]
        self._take_again(tx, before, found, now, {})
        booked: list[Booked] = []
        for one in before:
            after = showing.require(tx, one.id)
            booked.append(Booked(after, events=(self._teller.tell(tx, actor, "appointment.moved", one, after),)))
        return booked

    def cancel_in(
        self, tx: Tx, actor: Agent | None, appointment_id: int, reason: str = "", version: int | None = None
    ) -> Booked:
        """See ``Visits.cancel``."""
        before = showing.require(tx, appointment_id)
        if before.status == "cancelled":
            return Booked(before, repeated=True)
        before = _seen(tx, appointment_id, version)
        _check_open(before)
        now = clock.now()
        rules = self._rules(tx)
        if actor is None:
            _check_notice(before, rules, now)
        notice = timedelta(minutes=rules.late_min)
        values = {
            "cancel_reason": reason or None,
            "cancelled_by": "customer" if actor is None else "firm",
            "late": actor is None and now > before.starts_at - notice,
        }
        return self._step(tx, actor, before, "cancelled", now, values)

    def set_status_in(
        self, tx: Tx, actor: Agent | None, appointment_id: int, to: AppointmentStatus, version: int | None = None
    ) -> Booked:
        """See ``Visits.set_status``."""
        before = _seen(tx, appointment_id, version)
        if before.status == to:
            return Booked(before, repeated=True)
        if to == "cancelled":
            return self.cancel_in(tx, actor, appointment_id, "", version)
        now = clock.now()
        status.check_step(before, to, self._rules(tx), now)
        values: dict[str, object] = {}
        if before.status == "cancelled":
            values = {"cancel_reason": None, "cancelled_by": None, "late": False}
        return self._step(tx, actor, before, to, now, values)

    def change_in(
        self,
        tx: Tx,
        actor: Agent | None,
        appointment_id: int,
        values: Mapping[str, object],
        version: int | None = None,
    ) -> Booked:
        """See ``Visits.change_in``."""
        before = _seen(tx, appointment_id, version)
        changed = {key: one for key, one in values.items() if key in _PLAIN and one != getattr(before, key)}
        cut = _cut_of(before, cast("Mapping[int, int]", values.get("item_discounts") or {}))
        if not changed and not cut:
            return Booked(before, repeated=True)
        subject_id = changed.get("subject_id")
        if isinstance(subject_id, int) and (
            before.contact_id is None or cards.find_subject(tx, before.contact_id, subject_id) is None
        ):
            raise Rejected("not_found", "error.not_found", field="subject_id")
        for item_id, minor in cut.items():
            appointments.change_item(tx, item_id, {"discount_minor": minor})
        if cut or "discount_minor" in changed:
            items = showing.require(tx, appointment_id).items
            priced = [(one.price_minor, one.discount_minor, one.seats) for one in items]
            whole = cast("int", changed.get("discount_minor", before.discount_minor))
            changed["total_minor"] = checked_total(priced, whole)
        appointments.change_appointment(tx, appointment_id, changed, clock.now())
        after = showing.require(tx, appointment_id)
        event = self._teller.tell(tx, actor, "appointment.changed", before, after)
        return Booked(after, events=(event,))

    def part_in(
        self, tx: Tx, actor: Agent | None, appointment_id: int, item_id: int, version: int | None = None
    ) -> Booked:
        """See ``Visits.part_in``."""
        before = _seen(tx, appointment_id, version)
        _check_open(before)
        if all(one.id != item_id for one in before.items):
            raise Rejected("not_found", "error.not_found", field="item_id")
        if len(before.items) == 1:
            return Booked(before, repeated=True)
        apart_id = part_off(tx, before, item_id, clock.now())
        rest, apart = showing.require(tx, appointment_id), showing.require(tx, apart_id)
        later = rest.starts_at != before.starts_at
        told = self._teller.tell(tx, actor, "appointment.moved" if later else "appointment.changed", before, rest)
        return Booked(apart, events=(told, self._teller.tell(tx, actor, "appointment.booked", None, apart)))

    def _step(
        self,
        tx: Tx,
        actor: Agent | None,
        before: Appointment,
        to: AppointmentStatus,
        now: datetime,
        values: Mapping[str, object],
    ) -> Booked:
        """Sets a status, and gives time back or takes it again where that follows."""
        row = {**values, "status": to, **status.stamps(to, now)}
        if status.occupies(to) and not status.occupies(before.status):
            again = Move(override=True)
            asked = _ask_again(before, again, now, own_of(tx, [before]))
            self._take_again(tx, [before], [fit(tx, asked, self._rules(tx))], now, row)
        else:
            given = [] if status.occupies(to) else self._keeping.release_items(tx, before.items)
            appointments.change_appointment(tx, before.id, row, now)
            self._keeping.tell_freed(tx, given)
        after = showing.require(tx, before.id)
        event = self._teller.tell(tx, actor, status.NAMES[to], before, after)
        return Booked(after, events=(event,))

    def _take_again(
        self, tx: Tx, before: Sequence[Appointment], found: Sequence[Fit], now: datetime, values: Mapping[str, object]
    ) -> None:
        """Gives back what they have and takes the times that were found."""
        given = self._keeping.release_items(tx, [item for one in before for item in one.items])
        given += self._keeping.release_holds(tx, sorted({hold_id for one in found for hold_id in one.expired}))
        for one, fitted in zip(before, found, strict=True):
            slot = fitted.slot
            occupy(tx, self._keeping, slot, [item.id for item in one.items])
            priced = []
            for item, part in zip(one.items, slot.parts, strict=True):
                price = item.price_minor if part.provider_id == item.provider_id else part.price_minor
                appointments.change_item(tx, item.id, {**part_values(slot, part), "price_minor": price})
                priced.append((price, item.discount_minor, item.seats))
            total = total_of(priced, one.discount_minor)
            row = {**times_of(slot), "branch_id": fitted.branch_id, "total_minor": total, **values}
            appointments.change_appointment(tx, one.id, row, now)
        self._keeping.tell_freed(tx, given)


def _fit_one(tx: Tx, ask: Ask, rules: BookingRules) -> Fit:
    """One of several: who is refused is told which."""
    try:
        return fit(tx, ask, rules)
    except Rejected as error:
        error.extra = {**error.extra, "starts_at": ask.starts_at}
        raise


def _standing(
    tx: Tx, appointment_id: int, move: Move, rules: BookingRules, now: datetime, *, several: bool
) -> Appointment:
    """One that may be moved. Raises Rejected not_found, conflict; of several it is told which, by the start it has."""
    try:
        before = _seen(tx, appointment_id, move.version)
        _check_open(before)
        if move.online:
            _check_notice(before, rules, now)
    except Rejected as error:
        if several and error.code != "not_found":
            error.extra = {**error.extra, "starts_at": showing.require(tx, appointment_id).starts_at}
        raise
    return before


def _seen(tx: Tx, appointment_id: int, version: int | None) -> Appointment:
    """The appointment as it was seen. Raises Rejected not_found, conflict."""
    found = showing.require(tx, appointment_id)
    if version is not None and found.version != version:
        raise Rejected("conflict", "error.conflict", field="version", extra={"version": found.version})
    return found


def _check_notice(before: Appointment, rules: BookingRules, now: datetime) -> None:
    """Raises Rejected conflict where it is too late for the customer himself."""
    if now > before.starts_at - timedelta(minutes=rules.change_min):
        raise Rejected("conflict", "booking.change_late", minutes=rules.change_min)


def _check_open(before: Appointment) -> None:
    if before.status not in ("booked", "confirmed", "arrived"):
        raise Rejected("conflict", "booking.over", field="status")


def _cut_of(before: Appointment, given: Mapping[int, int]) -> dict[int, int]:
    """The discounts of its items that differ. Raises Rejected not_found; invalid for one above the price."""
    items = {one.id: one for one in before.items}
    for item_id, minor in given.items():
        item = items.get(item_id)
        if item is None:
            raise Rejected("not_found", "error.not_found", field="items")
        if minor > (item.price_minor or 0) * item.seats:
            raise Rejected("invalid", "booking.discount_much", field="items")
    return {item_id: minor for item_id, minor in given.items() if minor != items[item_id].discount_minor}


def _ask_again(before: Appointment, move: Move, now: datetime, own: Own) -> Ask:
    """The same visit somewhere else: as long as it was unless told, what is its own not in its way."""
    starts_at = move.starts_at or before.starts_at
    doing = _doers(before, move)
    parts = tuple(Part(one.service_id or 0, who, one.seats) for one, who in zip(before.items, doing, strict=True))
    minutes = [_minutes(one.ends_at - one.starts_at) for one in before.items]
    order: Order = "parallel" if len(before.items) > 1 and _at_once(before) else "sequence"
    if move.ends_at is not None:
        if move.ends_at <= starts_at:
            raise Rejected("invalid", "booking.too_short", field="ends_at")
        more = _minutes(move.ends_at - starts_at) - _minutes(before.ends_at - before.starts_at)
        minutes[-1] += more
        if minutes[-1] <= 0:
            raise Rejected("invalid", "booking.too_short", field="ends_at")
    begun = starts_at == before.starts_at
    doers = [one.provider_id for one in parts] != [one.provider_id for one in before.items]
    override = move.override or (begun and not doers and (move.ends_at is None or move.ends_at <= before.ends_at))
    return Ask(Wanted(parts, order), starts_at, now, tuple(minutes), move.online, override, own, begun)


def _doers(before: Appointment, move: Move) -> Sequence[int | None]:
    """Who does each of its services from now on. Raises Rejected invalid for another number of them than it has."""
    if move.providers:
        if len(move.providers) != len(before.items):
            raise Rejected("invalid", "error.field_wrong", field="providers")
        return move.providers
    lead = before.items[0].provider_id
    return [
        move.provider_id if move.provider_id and one.provider_id == lead else one.provider_id for one in before.items
    ]


def own_of(tx: Tx, before: Sequence[Appointment]) -> Own:
    """What is given back when these are moved."""
    seats: dict[int, int] = {}
    items = [item for one in before for item in one.items]
    for one in items:
        if one.session_id is not None:
            seats[one.session_id] = seats.get(one.session_id, 0) + one.seats
    alone = {one for one, count in seats.items() if holds.count_taken(tx, one) == count}
    return Own(frozenset(one.id for one in items), frozenset(alone), None, seats)


def _at_once(before: Appointment) -> bool:
    return len({one.starts_at for one in before.items}) == 1


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
