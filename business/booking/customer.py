"""What customers do by themselves on their pages: they see what is theirs, book, move and cancel, within the rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from business.booking.ground import Limits
from business.booking.model import Part, Slot, Wanted
from business.booking.own_links import Opened, OwnLinks
from business.booking.slots import Slots
from business.contacts.cards import regions_of
from business.contacts.phones import Phone, read_phone
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Language
from crm_store import Tx, catalogues, own_page
from crm_store.engine import Store
from crm_store.models import AppointmentStatus
from crm_store.rows import AnyRow
from crm_store.visits import Consent

OPEN: Final[tuple[AppointmentStatus, ...]] = ("booked", "confirmed")
"""What the customer may still move or cancel."""
_LIVE: Final = (*OPEN, "arrived")
_PAST: Final = timedelta(days=366)
_AHEAD: Final = timedelta(days=800)
_ITEMS: Final = 200
_SLOTS: Final = 2_000
PhoneCheck = Literal["off", "telegram", "code"]


@dataclass(frozen=True, slots=True)
class OnlineRules:
    """What binds customers. ``notice_min``: at least so long before one books, ``change_min``: moves or cancels; a
    cancellation within ``late_min`` is a late one; ``far_days``: at most so far ahead. ``ask_source``: they are asked
    from where they heard of the firm."""

    online: bool = True
    phone_check: PhoneCheck = "off"
    step_min: int = 15
    notice_min: int = 60
    change_min: int = 120
    late_min: int = 180
    far_days: int = 60
    useful_only: bool = False
    ask_source: bool = True

    @property
    def limits(self) -> Limits:
        """As free time is asked for."""
        return Limits(self.step_min, self.notice_min, self.far_days, online=True)


@dataclass(frozen=True, slots=True)
class Wishes:
    """A customer as he states himself. ``verified``: the phone is proven to be his; ``consent``: what he agreed to,
    kept with the booking; ``remote``: his network address; ``source_id``: from where he heard of the firm."""

    name: str
    phone: str
    note: str
    language: Language
    verified: bool = False
    consent: Consent | None = None
    remote: str | None = None
    source_id: int | None = None


class Made(NamedTuple):
    """What was booked, and for whom."""

    appointment_id: int
    contact_id: int


class Booker(Protocol):
    """Writes appointments. All raise Rejected: slot_taken with ``nearest`` slots, invalid, conflict, not_found."""

    async def book(self, wanted: Wanted, starts_at: datetime, who: Wishes, key: str) -> Made:
        """Once by a key. A time that is held by the same key is his."""

    async def hold(self, wanted: Wanted, starts_at: datetime, key: str) -> None:
        """Keeps a time free for who is yet to prove his phone, as long as the firm has set it; once by a key."""

    async def move(self, appointment_id: int, starts_at: datetime, provider_id: int | None, version: int) -> None:
        """Another time; ``provider_id``: who does it from now on."""

    async def cancel(self, appointment_id: int, reason: str, version: int) -> None:
        """Gives its time back."""


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit as the one sees it whose it is. ``rows``: of its items, as ``crm_store.own_page`` lists them."""

    rows: tuple[AnyRow, ...]

    @property
    def head(self) -> AnyRow:
        """What its items have in common."""
        return self.rows[0]

    @property
    def zone(self) -> ZoneInfo:
        """Where it takes place."""
        return ZoneInfo(self.head.zone)

    @property
    def movable(self) -> bool:
        """Whether it is of services that can be asked for again."""
        return all(row.service_id is not None for row in self.rows)

    def wanted(self, *, anyone: bool = False) -> Wanted:
        """The same once more; ``anyone``: by whoever is free."""
        parts = (Part(row.service_id, None if anyone else row.provider_id, row.seats) for row in self.rows)
        side_by_side = len({row.item_starts_at for row in self.rows}) < len(self.rows)
        return Wanted(tuple(parts), "parallel" if side_by_side else "sequence")

    def may_change(self, rules: OnlineRules, at: datetime) -> bool:
        """Whether it is early enough."""
        return self.head.status in OPEN and self.head.starts_at > at + timedelta(minutes=rules.change_min)

    def is_late(self, rules: OnlineRules, at: datetime) -> bool:
        """Whether to cancel now would count as late."""
        return bool(self.head.starts_at <= at + timedelta(minutes=rules.late_min))


@dataclass(frozen=True, slots=True)
class Mine:
    """What a link opens."""

    opened: Opened
    coming: tuple[OwnVisit, ...]
    past: tuple[OwnVisit, ...]
    rules: OnlineRules
    feed: str | None

    def visit(self, appointment_id: int) -> OwnVisit | None:
        """One that this link shows."""
        return next((one for one in (*self.coming, *self.past) if one.head.id == appointment_id), None)


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be booked online. ``does``: the providers of each service; ``sources``: from where he may say that he
    heard of the firm, none where it does not ask."""

    rules: OnlineRules
    services: tuple[AnyRow, ...]
    providers: dict[int, AnyRow]
    does: dict[int, tuple[int, ...]]
    sources: tuple[AnyRow, ...]

    def together(self, service_ids: Sequence[int], another: int) -> bool:
        """Whether another service is done in a branch in which these are."""
        return bool(self.branches([*service_ids, another]))

    def branches(self, service_ids: Sequence[int]) -> set[int | None]:
        """The branches in which all of these services are done."""
        each = [{self.providers[who].branch_id for who in self.does[one]} for one in service_ids]
        return set.intersection(*each) if each else set()


class CustomerDesk:
    """Serves the pages. ``rules``: what the firm has set, read in the transaction; ``country``: the business's own."""

    def __init__(
        self,
        store: Store,
        slots: Slots,
        booker: Booker,
        links: OwnLinks,
        rules: Callable[[Tx], OnlineRules],
        country: str,
    ) -> None:
        self._country = country
        self._store = store
        self._slots = slots
        self._booker = booker
        self._links = links
        self._rules = rules

    async def open(self, token: str) -> Mine | None:
        """What is the customer's whom a link is for; None: it opens nothing."""
        at = clock.now()

        def read(tx: Tx) -> Mine | None:
            opened = self._links.open(tx, "me", token)
            if opened is None:
                return None
            rules = self._rules(tx)
            if opened.only is not None:
                rows = [row for row in own_page.list_of_appointment(tx, opened.only) if row.contact_id is not None]
                standing = own_page.find_standing(tx, rows[0].contact_id) if rows else None
                visits = _group(rows) if standing is not None and standing.id == opened.contact_id else ()
                coming = tuple(one for one in visits if _is_coming(one, at))
                return Mine(opened, coming, tuple(one for one in visits if one not in coming), rules, None)
            mine = opened.contact_id
            later = _group(own_page.list_of_contact(tx, mine, at, at + _AHEAD, _ITEMS))
            before = _group(own_page.list_of_contact(tx, mine, at - _PAST, at, _ITEMS, latest_first=True))
            coming = tuple(one for one in later if _is_coming(one, at))
            over = (*(one for one in later if one not in coming), *before)
            return Mine(opened, coming, over, rules, self._links.calendar(tx, mine, at))

        return await self._store.read(read)

    async def offered(self) -> Offered:
        """What may be booked online now."""

        def read(tx: Tx) -> Offered:
            services, providers, pairs = own_page.list_offered(tx)
            order = {row.id: number for number, row in enumerate(providers)}
            does: dict[int, tuple[int, ...]] = {}
            for service_id, provider_id in sorted(pairs, key=lambda pair: order[pair[1]]):
                does[service_id] = (*does.get(service_id, ()), provider_id)
            rules = self._rules(tx)
            sources = catalogues.list_all(tx, "contact_source") if rules.ask_source else ()
            return Offered(rules, tuple(services), {row.id: row for row in providers}, does, tuple(sources))

        return await self._store.read(read)

    async def times(
        self, wanted: Wanted, first: date, days: int, rules: OnlineRules, moving: int | None = None
    ) -> list[Slot]:
        """Free time of so many days; ``moving``: a visit whose own time is free for it. Raises Rejected not_found for
        what there is not any more."""
        last = first + timedelta(days=days - 1)
        return await self._slots.find(
            wanted, first, last, limit=_SLOTS, useful_only=rules.useful_only, limits=rules.limits, moving=moving
        )

    async def book(self, wanted: Wanted, starts_at: datetime, who: Wishes, key: str) -> Made:
        """Books. Raises Rejected as ``Booker`` does; conflict where online booking is off."""
        if not (await self._store.read(self._rules)).online:
            raise Rejected("conflict", "pages.book.off")
        return await self._booker.book(wanted, starts_at, who, key)

    async def hold(self, wanted: Wanted, starts_at: datetime, key: str) -> None:
        """Holds a time for a booking of the same key. Raises Rejected as ``Booker`` does."""
        await self._booker.hold(wanted, starts_at, key)

    async def read_phone(self, stated: str) -> Phone | None:
        """What he means by it; None: no phone."""
        regions = await self._store.read(lambda tx: regions_of(tx, self._country))
        return read_phone(stated, *regions)

    async def own_page(self, made: Made, *, verified: bool) -> str:
        """The token of a link to what was booked: to all of his where his phone is proven, else to this alone."""
        only = None if verified else made.appointment_id
        page = await self._store.read(lambda tx: self._links.page(tx, made.contact_id, clock.now(), only))
        return page.rpartition("/")[2]

    def address(self, token: str) -> str:
        """Where a token leads, to be kept by the customer."""
        return self._links.address(token)

    async def move(self, token: str, appointment_id: int, starts_at: datetime, provider_id: int | None) -> None:
        """Moves one of his. Asked for again it is as it was. Raises Rejected as ``Booker`` does, and conflict where
        the firm's rules forbid it."""
        visit, rules = await self._require(token, appointment_id)
        if visit.head.starts_at == starts_at and provider_id in (None, visit.head.provider_id):
            return
        if not visit.may_change(rules, clock.now()):
            raise Rejected("conflict", "pages.own.too_late")
        try:
            await self._booker.move(appointment_id, starts_at, provider_id, visit.head.version)
        except Rejected:
            visit, _ = await self._require(token, appointment_id)
            if visit.head.starts_at != starts_at:  # else the same was sent twice at once, and is done
                raise

    async def cancel(self, token: str, appointment_id: int, reason: str) -> None:
        """Cancels one of his. Asked for again it is as it was. Raises Rejected conflict as ``move`` does."""
        visit, rules = await self._require(token, appointment_id)
        if visit.head.status == "cancelled":
            return
        if not visit.may_change(rules, clock.now()):
            raise Rejected("conflict", "pages.own.too_late")
        await self._booker.cancel(appointment_id, reason, visit.head.version)

    async def _require(self, token: str, appointment_id: int) -> tuple[OwnVisit, OnlineRules]:
        mine = await self.open(token)
        visit = None if mine is None else mine.visit(appointment_id)
        if mine is None or visit is None:
            raise Rejected("not_found", "error.not_found")
        return visit, mine.rules


def _is_coming(visit: OwnVisit, at: datetime) -> bool:
    return bool(visit.head.ends_at > at and visit.head.status in _LIVE)


def _group(rows: Sequence[AnyRow]) -> tuple[OwnVisit, ...]:
    visits: dict[int, list[AnyRow]] = {}
    for row in rows:
        visits.setdefault(row.id, []).append(row)
    return tuple(OwnVisit(tuple(items)) for items in visits.values())
