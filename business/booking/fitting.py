"""Whether what is wanted can begin at one moment, and by whom: asked in the transaction that takes it.

Nothing is written here. Who asks holds the one lock of all writers, so that what is free now is free when it is taken.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from business.booking.free import on_grid
from business.booking.ground import STAFF_DAYS, check_wanted
from business.booking.model import BookingRules, Part, Slot, SlotPart, Wanted
from business.booking.pricing import price_on
from business.booking.wall import DAY, MINUTE_MS, day_of, grid_of, is_repeated, midnight_of, wall_of
from business.booking.working import Workdays, Worked, load_workdays, zone_of
from business.hours.calendar import load_calendar
from conversation.clock import to_ms
from conversation.errors import Rejected
from crm_store import Tx, allocations, booking_calendar, holds, offers
from crm_store.allocations import Busy
from crm_store.offers import Doer, Offer
from crm_store.remembering import remember


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to whom this is for, and is given back when it fits: it does not stand in its own way."""

    items: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()
    hold_id: int | None = None
    seats: Mapping[int, int] = field(default_factory=dict)


NOTHING_OWN: Final = Own()


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted, from when on. ``minutes``: how long the parts take where they differ; see ``BookRequest``.
    ``begun``: it begins when it begins already, and only what is worked then is asked."""

    wanted: Wanted
    starts_at: datetime
    now: datetime
    minutes: tuple[int | None, ...] = ()
    online: bool = False
    override: bool = False
    own: Own = NOTHING_OWN
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """The time as it would be booked, and the holds in it that have expired: to be removed first."""

    slot: Slot
    expired: tuple[int, ...]
    currency: str | None
    branch_id: int | None


@dataclass(slots=True)
class _Calendars:
    """What is taken and what is worked of all who may be concerned."""

    busy: dict[int, list[tuple[int, int]]]
    worked: Mapping[int, Worked] | None  # None: it does not matter
    expired: dict[int, tuple[int, ...]]
    load: dict[int, int]

    def is_free(self, resource_id: int, first: int, last: int) -> bool:
        return all(last <= start or end <= first for start, end in self.busy.get(resource_id, ()))

    def is_worked(self, resource_id: int, first: int, last: int) -> bool:
        if self.worked is None:
            return True
        return any(start <= first and last <= end for start, end in self.worked.get(resource_id, ()))


@dataclass(slots=True)
class _Why:
    """What stood in the way; what is taken goes before what is closed."""

    taken: bool = False
    seats: bool = False

    def refusal(self) -> Rejected:
        """What is said of it."""
        if self.taken:
            return Rejected("slot_taken", "booking.seats_taken" if self.seats else "booking.slot_taken")
        return Rejected("invalid", "booking.closed", field="starts_at")


def fit(tx: Tx, ask: Ask, rules: BookingRules) -> Fit:
    """Finds who does it. Raises Rejected slot_taken; not_found for what there is not; invalid for a time that is past,
    too soon, too far, not worked or shown by the wall once before, and for a specialist who does not do it."""
    check_wanted(ask.wanted)
    check_moment(tx, ask, rules)
    able = _able(tx, ask)
    refused = allocations.refused(tx)
    same = able, ask.starts_at, ask.override
    known = refused.get(same) if ask.own is NOTHING_OWN else None
    if known is not None:
        raise known.refusal()
    calendars = _load(tx, ask, able)
    why = _Why()
    found = next(_place(tx, ask, able.wishes, (), ask.starts_at, calendars, why), None)
    if found is None:
        if ask.own is NOTHING_OWN and not able.seated:
            refused[same] = why
        raise why.refusal()
    first = found[0]
    zone = _zone(tx, first.provider_id)
    if is_repeated(ask.starts_at, zone) and not (ask.override or ask.begun or first.session_id is not None):
        raise Rejected("invalid", "booking.twice", field="starts_at")
    if ask.online and not ask.begun and first.session_id is None:
        offer = able.wishes[0].offer
        _check_grid(ask.starts_at, zone, (offer and offer.step_min) or rules.step_min)
    slot = Slot(ask.starts_at, max(one.ends_at for one in found), wall_of(ask.starts_at, zone), zone.key, found)
    used = {one for part in found for one in (part.provider_id, *part.resource_ids)}
    expired = tuple(sorted({hold for one in used for hold in calendars.expired.get(one, ())}))
    currency = next((wish.offer.currency for wish in able.wishes if wish.offer and wish.offer.currency), None)
    return Fit(slot, expired, currency, _branch_of(tx, first.provider_id))


def _check_grid(starts_at: datetime, zone: ZoneInfo, step_min: int) -> None:
    """Raises Rejected invalid for a start that customers are not offered."""
    at = to_ms(starts_at)
    day = day_of(at, zone)
    if not on_grid([(at, at)], grid_of(day, day, zone), step_min * MINUTE_MS):
        raise Rejected("invalid", "booking.off_grid", field="starts_at")


def held_fit(tx: Tx, slot: Slot) -> Fit:
    """The same for a time that is held, and fits."""
    found = [offers.find_offer(tx, part.service_id) for part in slot.parts]
    currency = next((one.currency for one in found if one is not None and one.currency), None)
    return Fit(slot, (), currency, _branch_of(tx, slot.parts[0].provider_id))


def check_moment(tx: Tx, ask: Ask, rules: BookingRules) -> None:
    """Raises Rejected invalid for a moment that nobody can book, forbidden where customers may not. Days ahead are
    those of the firm's wall."""
    if ask.starts_at.second or ask.starts_at.microsecond:
        raise Rejected("invalid", "booking.whole_minutes", field="starts_at")
    if abs(ask.starts_at - ask.now) > STAFF_DAYS * DAY:
        days = (rules.far_days if ask.online else STAFF_DAYS) if ask.starts_at > ask.now else 0
        raise Rejected("invalid", "booking.too_far" if days else "booking.past", field="starts_at", days=days)
    if ask.override or ask.begun:
        return
    if ask.starts_at < ask.now:
        raise Rejected("invalid", "booking.past", field="starts_at")
    if not ask.online:
        return
    if not rules.online:
        raise Rejected("forbidden", "booking.online_off")
    if ask.starts_at < ask.now + timedelta(minutes=rules.notice_min):
        raise Rejected("invalid", "booking.too_soon", field="starts_at", minutes=rules.notice_min)
    zone = _zone(tx, None)
    ahead = ask.starts_at.astimezone(zone).date() - ask.now.astimezone(zone).date()
    if ahead.days > rules.far_days:
        raise Rejected("invalid", "booking.too_far", field="starts_at", days=rules.far_days)


def _zone(tx: Tx, resource_id: int | None) -> ZoneInfo:
    """Of a resource; of the firm's first branch where none is named."""
    calendar = remember(tx, "calendar", lambda: load_calendar(tx))
    found = None if resource_id is None else offers.find_standing(tx, resource_id)
    return zone_of(calendar, None if found is None else found.branch_id, None if found is None else found.agent_id)


def _workdays(tx: Tx, ids: Collection[int], at: datetime) -> Mapping[int, tuple[Workdays, Worked]]:
    """The working time of resources around a moment."""
    day = at.date()
    calendar = remember(tx, "calendar", lambda: load_calendar(tx))

    def load() -> Mapping[int, tuple[Workdays, Worked]]:
        found = booking_calendar.list_resources(tx, ids)
        days = load_workdays(tx, calendar, found.values(), day - DAY, day + DAY)
        return {one: (days[one], days[one].worked(day - DAY, day + DAY)) for one in days}

    return remember(tx, ("worked", frozenset(ids), day), load)


def _branch_of(tx: Tx, resource_id: int) -> int | None:
    found = offers.find_standing(tx, resource_id)
    return None if found is None else found.branch_id


@dataclass(frozen=True, slots=True)
class _Wish:
    """A part, and who may do it."""

    part: Part
    offer: Offer | None
    doers: tuple[Doer, ...]
    minutes: int | None

    @classmethod
    def of(cls, tx: Tx, part: Part, place: int, ask: Ask) -> "_Wish":
        minutes = ask.minutes[place] if place < len(ask.minutes) else None
        if not part.service_id:
            return cls(part, None, (_anybody(tx, part.provider_id),), minutes or 60)
        offer = offers.find_offer(tx, part.service_id)
        if offer is None or (ask.online and not offer.online):
            raise Rejected("not_found", "booking.service_unknown", field="service_id")
        doers = offer.doers
        if part.provider_id is not None:
            doers = tuple(one for one in doers if one.id == part.provider_id)
            if not doers:
                known = offers.find_standing(tx, part.provider_id)
                able = {"provider_ids": [one.id for one in offer.doers if one.online or not ask.online]}
                if known is None or known.kind != "provider":
                    raise Rejected("not_found", "booking.provider_unknown", extra=able, field="provider_id")
                raise Rejected("invalid", "booking.provider_other", extra=able, field="provider_id")
        if ask.online:
            doers = tuple(one for one in doers if one.online)
        if not doers:
            raise Rejected("invalid", "booking.nobody", field="service_id")
        if part.seats > offer.capacity:
            raise Rejected("invalid", "booking.seats_many", field="seats", most=offer.capacity)
        return cls(part, offer, doers, minutes)

    def minutes_of(self, doer: Doer) -> int:
        return self.minutes or doer.minutes or (self.offer.minutes if self.offer else 60)

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.offer.before_min if self.offer else 0)

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.offer.after_min if self.offer else 0)


def _anybody(tx: Tx, resource_id: int | None) -> Doer:
    """Whose calendar an entry without a service is in."""
    found = None if resource_id is None else offers.find_standing(tx, resource_id)
    if found is None:
        raise Rejected("not_found", "booking.provider_unknown", field="provider_id")
    return Doer(found.id, found.branch_id, 0, False, None, None)


@dataclass(frozen=True, slots=True, eq=False)
class _Able:
    """The parts, who and what may be concerned by them, and how far they reach at most, in ms: all that does not depend
    on when. ``seated``: seats come and go without busy time's knowing. ``chosen``: of whom there is a choice."""

    wishes: tuple[_Wish, ...]
    ids: frozenset[int]
    before: int
    beyond: int
    seated: bool
    free_hand: bool
    chosen: frozenset[int]

    @classmethod
    def of(cls, tx: Tx, ask: Ask) -> "_Able":
        wishes = tuple(_Wish.of(tx, part, place, ask) for place, part in enumerate(ask.wanted.parts))
        offers_ = [wish.offer for wish in wishes if wish.offer is not None]
        needs = [need for offer in offers_ for need in offer.needs]
        whole = sum(max(map(wish.minutes_of, wish.doers)) for wish in wishes)
        return cls(
            wishes,
            frozenset(doer.id for wish in wishes for doer in wish.doers).union(*needs),
            max((offer.before_min for offer in offers_), default=0) * MINUTE_MS,
            (whole + max((offer.after_min for offer in offers_), default=0)) * MINUTE_MS,
            any(offer.capacity > 1 for offer in offers_),
            not offers_,
            frozenset(doer.id for wish in wishes if len(wish.doers) > 1 for doer in wish.doers).union(
                *(need for need in needs if len(need) > 1)
            ),
        )


def _able(tx: Tx, ask: Ask) -> _Able:
    return remember(tx, ("able", ask.wanted, ask.minutes, ask.online), lambda: _Able.of(tx, ask))


def _load(tx: Tx, ask: Ask, able: _Able) -> _Calendars:
    at = to_ms(ask.starts_at)
    busy: dict[int, list[tuple[int, int]]] = {}
    expired: dict[int, tuple[int, ...]] = {}
    own, now_ms = ask.own, to_ms(ask.now)
    rows = allocations.list_busy(tx, able.ids, at - able.before, at + able.beyond)
    deserted = _deserted(tx, rows, ask.now)
    for one in rows:
        if one.item_id in own.items or one.session_id in own.sessions:
            continue
        if one.session_id is not None and one.session_id in deserted:
            expired[one.resource_id] = (*expired.get(one.resource_id, ()), *deserted[one.session_id])
            continue
        if one.hold_id is not None:
            if one.hold_id == own.hold_id:
                continue
            if one.expires_at is not None and one.expires_at <= now_ms:
                expired[one.resource_id] = (*expired.get(one.resource_id, ()), one.hold_id)
                continue
        busy.setdefault(one.resource_id, []).append((one.starts_at, one.ends_at))
    hours = None
    if not (ask.override or able.free_hand):
        hours = {one: each[1] for one, each in _workdays(tx, able.ids, ask.starts_at).items()}
    return _Calendars(busy, hours, expired, _loads(tx, ask, able))


def _deserted(tx: Tx, rows: Sequence[Busy], now: datetime) -> Mapping[int, tuple[int, ...]]:
    """Sessions that only holds whose time is over keep, with these."""
    sessions = {one.session_id for one in rows if one.session_id is not None}
    return holds.list_deserted(tx, sessions, now) if sessions else {}


def _loads(tx: Tx, ask: Ask, able: _Able) -> dict[int, int]:
    """How busy they are on that day, where there is a choice."""
    if not able.chosen:
        return {}
    zone = _zone(tx, able.wishes[0].doers[0].id)
    day = day_of(to_ms(ask.starts_at), zone)
    return allocations.sum_taken(tx, able.chosen, midnight_of(day, zone), midnight_of(day + DAY, zone))


def _place(
    tx: Tx,
    ask: Ask,
    wishes: Sequence[_Wish],
    placed: tuple[SlotPart, ...],
    at: datetime,
    calendars: _Calendars,
    why: _Why,
) -> Iterator[tuple[SlotPart, ...]]:
    """All ways to place the parts that are left, the fairest first."""
    if len(placed) == len(wishes):
        yield placed
        return
    wish = wishes[len(placed)]
    same = {one.provider_id for one in placed} if ask.wanted.order == "sequence" else set()
    chosen = sorted(
        wish.doers, key=lambda one: (one.id not in same, calendars.load.get(one.id, 0), one.position, one.id)
    )
    for doer in chosen:
        for part in _parts(tx, ask, wish, doer, at, placed, calendars, why):
            following = part.ends_at if ask.wanted.order == "sequence" else ask.starts_at
            yield from _place(tx, ask, wishes, (*placed, part), following, calendars, why)


def _parts(
    tx: Tx,
    ask: Ask,
    wish: _Wish,
    doer: Doer,
    at: datetime,
    placed: tuple[SlotPart, ...],
    calendars: _Calendars,
    why: _Why,
) -> Iterator[SlotPart]:
    """A part by one provider, with whatever it takes beside."""
    ends_at = at + timedelta(minutes=wish.minutes_of(doer))
    busy_from, busy_to = at - wish.before, ends_at + wish.after
    offer = wish.offer
    price = None
    if offer is not None:
        price = doer.price_minor if doer.price_minor is not None else offer.price_minor
        if offer.promo_price_minor is not None:
            price = price_on(price, offer, at.astimezone(_zone(tx, doer.id)).date())
    seats = wish.part.seats
    part = SlotPart(wish.part.service_id, doer.id, at, ends_at, busy_from, busy_to, (), price, seats)
    if offer is not None and offer.capacity > 1:
        session = holds.find_session(tx, doer.id, offer.id, at)
        if session is not None and session.id not in ask.own.sessions:
            left = session.capacity - session.taken + ask.own.seats.get(session.id, 0)
            left -= sum(one.seats for one in placed if one.session_id == session.id)
            if left < seats:
                lapsed = holds.list_lapsed(tx, session.id, ask.now)
                left += sum(count for _, count in lapsed)
                calendars.expired[doer.id] = tuple(hold_id for hold_id, _ in lapsed)
            if left < seats:
                why.taken = why.seats = True
                return
            yield replace(part, ends_at=session.ends_at, session_id=session.id, left=left)
            return
        part = replace(part, left=offer.capacity)
    if not calendars.is_worked(doer.id, to_ms(at), to_ms(ends_at)):
        return
    first, last = to_ms(busy_from), to_ms(busy_to)
    if not calendars.is_free(doer.id, first, last) or _meets(placed, doer.id, at, ends_at):
        why.taken = True
        return
    for beside in _needs(offer.needs if offer else (), part, placed, calendars, why, ()):
        yield replace(part, resource_ids=beside)


def _needs(
    needs: Sequence[Sequence[int]],
    part: SlotPart,
    placed: tuple[SlotPart, ...],
    calendars: _Calendars,
    why: _Why,
    chosen: tuple[int, ...],
) -> Iterator[tuple[int, ...]]:
    """One free resource for each need, all different, the least used first."""
    if len(chosen) == len(needs):
        yield chosen
        return
    able = needs[len(chosen)]
    first, last = to_ms(part.busy_from), to_ms(part.busy_to)
    for one in sorted(able, key=lambda one: calendars.load.get(one, 0)):
        if one in chosen or one == part.provider_id:
            continue
        if not calendars.is_worked(one, to_ms(part.starts_at), to_ms(part.ends_at)):
            continue
        if not calendars.is_free(one, first, last) or _meets(placed, one, part.starts_at, part.ends_at):
            why.taken = True
            continue
        yield from _needs(needs, part, placed, calendars, why, (*chosen, one))


def _meets(placed: Sequence[SlotPart], resource_id: int, first: datetime, last: datetime) -> bool:
    """Whether another part of this visit has the resource then. Buffers between parts of one visit do not count."""
    return any(
        one.starts_at < last and first < one.ends_at
        for one in placed
        if resource_id == one.provider_id or resource_id in one.resource_ids
    )
