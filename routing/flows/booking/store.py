"""What can be booked in a conversation, by the store: the port ``Booking``, inside the transaction of the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from business.booking import showing
from business.booking import wishes as waitlist
from business.booking.agreeing import own_consent
from business.booking.holds import Holds
from business.booking.model import Appointment, BookRequest, Part, Slot, Wanted
from business.booking.moving import Move
from business.booking.online import check_online
from business.booking.pricing import say_price
from business.booking.reminding import Reminding, keep_silent
from business.booking.series import following_of
from business.booking.settings import BookingSettings
from business.booking.slots import Slots
from business.booking.visits import Visits
from business.booking.waiting import Waiting
from business.booking.wall import WALL_FORMAT, moment_at
from business.contacts.cards import regions_of, require_phone
from business.money import Money, currency_of, format_money
from business.outreach.answering import list_told
from conversation.dates import say_moment
from conversation.errors import Rejected
from conversation.events import CalendarChanged, Event
from conversation.language import form_in
from conversation.messages import Conversation, Language
from conversation.ports import Texts
from crm_store import Tx, cards, coming, proving, resources, services, visits
from crm_store.rows import AnyRow
from crm_store.waitlist import list_of_contact, name_resources, name_services
from routing.flows.booking.ports import Asked, Choice, Item, Order, Provider, Scope, Service, Start, Visit, Waited, Wish
from routing.flows.booking.scoped import cancel_scope, move_scope

_VISITS_MOST: Final = 20
_SPACE: Final = ", "
_PARALLEL: Final = "parallel"
_ROW: Final = "sequence"


@dataclass(frozen=True, slots=True)
class Means:
    """What booking is done with. ``waiting``, ``reminding``: None where there is no waiting list, and no reminders;
    ``country``: the firm's."""

    slots: Slots
    visits: Visits
    holds: Holds
    country: str
    waiting: Waiting | None = None
    reminding: Reminding | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when: the transaction, the texts as the bot words them, the conversation, the zone of its wall.
    ``key``: of the message that is answered; empty in a trial, which takes nothing."""

    tx: Tx
    texts: Texts
    head: Conversation
    zone: ZoneInfo
    at: datetime
    key: str


def may_book(tx: Tx) -> bool:
    """Whether the firm has something that customers book themselves."""
    return BookingSettings.load(tx).online and bool(services.list_live(tx, online=True))


def open_booking(means: Means | None, place: Place) -> "StoreBooking | None":
    """What can be booked by talk; None where the firm lets its customers book nothing."""
    if means is None:
        return None
    booking = StoreBooking(means, place)
    return booking if booking.is_open() else None


def _is_at(own: Appointment | None, slot: Slot) -> bool:
    """Whether a slot is what he has already."""
    return (
        own is not None
        and own.starts_at == slot.starts_at
        and [one.provider_id for one in own.items] == [one.provider_id for one in slot.parts]
    )


def let_go(means: Means | None, tx: Tx, conversation_id: int) -> list[Event]:
    """What is kept in a talk is free again; what is to be told of it."""
    kept = () if means is None else coming.list_kept(tx, conversation_id)
    return [event for one in kept if means is not None for event in means.holds.release_in(tx, one).events]


class StoreBooking:
    """See the port. ``events``: to be told after the commit."""

    def __init__(self, means: Means, place: Place) -> None:
        self._means = means
        self._place = place
        self.events: list[Event] = []
        self._found: dict[tuple[Asked, date, date], Sequence[Start]] = {}

    def is_open(self) -> bool:
        """Whether there is anything to book."""
        return bool(self._settings.online and self._services and any(self._doers.values()))

    # --- the catalogue ------------------------------------------------------------------------------------------------

    @cached_property
    def _settings(self) -> BookingSettings:
        return BookingSettings.load(self._place.tx)

    @cached_property
    def _providers(self) -> list[AnyRow]:
        """Whom customers may book where this conversation is."""
        branch = self._place.head.branch
        rows = [row for row in resources.list_live(self._place.tx, "provider") if row.online]
        return [row for row in rows if branch is None or row.branch_id in (None, branch.id)]

    @cached_property
    def _services(self) -> list[AnyRow]:
        return services.list_live(self._place.tx, online=True)

    @cached_property
    def _everywhere(self) -> dict[int, list[int]]:
        """Who does each service, in whatever branch."""
        return {one: [do.provider_id for do in doers] for one, doers in services.list_doers(self._place.tx).items()}

    @cached_property
    def _doers(self) -> dict[int, tuple[int, ...]]:
        here = {row.id for row in self._providers}
        return {one: tuple(each for each in ids if each in here) for one, ids in self._everywhere.items()}

    @property
    def now(self) -> datetime:
        """See the port."""
        return self._wall(self._place.at)

    @property
    def horizon(self) -> date:
        """See the port."""
        return self.now.date() + timedelta(days=self._settings.far_days)

    def services(self, language: Language) -> Sequence[Service]:
        """See the port."""
        return [
            Service(
                row.id,
                form_in(row.name, language),
                row.duration_min,
                say_price(self._place.texts, language, row, row.price_minor, row.currency, self.now.date()),
                self._doers[row.id],
                form_in(row.description, language),
                row.capacity,
            )
            for row in self._services
            if self._doers.get(row.id)
        ]

    def providers(self, language: Language) -> Sequence[Provider]:
        """See the port."""
        return [Provider(row.id, form_in(row.name, language), str(row.level or "")) for row in self._providers]

    def subjects(self) -> Sequence[tuple[int, str]]:
        """See the port."""
        known = cards.load_kin(self._place.tx, self._contact_id).subjects
        return [(one.id, one.name or one.plate or "") for one in known if one.name or one.plate]

    # --- times --------------------------------------------------------------------------------------------------------

    def starts(self, asked: Asked, first: date, last: date) -> Sequence[Start]:
        """See the port. What was found stands until something is done: a question and its buttons look at the same."""
        key = asked, first, last
        if key not in self._found:
            self._found[key] = self._seek(asked, first, last)
        return self._found[key]

    def _seek(self, asked: Asked, first: date, last: date) -> Sequence[Start]:
        wanted, here = self._wanted(asked), {row.id for row in self._providers}
        elsewhere = any(set(self._everywhere.get(one, ())) - here for one in asked.service_ids)
        try:
            found = self._means.slots.find_in(
                self._place.tx, wanted, first, last, each=elsewhere, moving=asked.visit_id
            )
        except Rejected:
            return ()
        own = None if asked.visit_id is None else showing.find(self._place.tx, asked.visit_id)
        starts: dict[datetime, Start] = {}
        for slot in found:
            if all(part.provider_id in here for part in slot.parts) and not _is_at(own, slot):
                starts.setdefault(slot.starts_at, self._start(slot))
        return list(starts.values())

    def why(self, asked: Asked, day: date, language: Language) -> str:
        """See the port."""
        try:
            reasons = self._means.slots.why_in(self._place.tx, self._wanted(asked), day)
        except Rejected as error:
            return self._say(error, language)
        said = dict.fromkeys(self._place.texts.get(language, f"slots.why.{one.code}") for one in reasons)
        return next(iter(said), "")

    def why_then(self, asked: Asked, wall: datetime, language: Language) -> str:
        """See the port."""
        at = moment_at(wall.strftime(WALL_FORMAT), self._place.zone)
        try:
            self._means.holds.try_in(self._place.tx, self._wanted(asked), at, online=True, moving=asked.visit_id)
        except Rejected as error:
            return "" if error.code == "slot_taken" else self._say(error, language)
        return ""

    def _wanted(self, asked: Asked, provider_ids: Sequence[int | None] = ()) -> Wanted:
        if not provider_ids:
            by = asked.provider_id
            does = {one for one, ids in self._everywhere.items() if by in ids}
            named = [one for one in asked.service_ids if one in does][: 1 if asked.at_once else None]
            provider_ids = [by if one in named else None for one in asked.service_ids]
        pairs = zip(asked.service_ids, provider_ids, strict=False)
        return Wanted(tuple(Part(one, who, asked.seats) for one, who in pairs), _PARALLEL if asked.at_once else _ROW)

    def _start(self, slot: Slot) -> Start:
        ends = datetime.fromisoformat(slot.wall_start) + (slot.ends_at - slot.starts_at)
        currency = next((row.currency for row in self._services if row.id == slot.parts[0].service_id), None)
        prices = [None if part.price_minor is None else part.price_minor * part.seats for part in slot.parts]
        total = None if None in prices else sum(one for one in prices if one is not None)
        return Start(
            slot.starts_at,
            datetime.fromisoformat(slot.wall_start),
            ends,
            tuple(part.provider_id for part in slot.parts),
            self._money(total, currency),
        )

    # --- the customer -------------------------------------------------------------------------------------------------

    def visits(self, language: Language) -> Sequence[Visit]:
        """See the port."""
        told = list_told(self._place.tx, self._place.head.id, self._place.at)
        ids = coming.list_coming(self._place.tx, self._contact_id, self._place.at, _VISITS_MOST, told)
        return [self._visit(showing.require(self._place.tx, one), language) for one in ids]

    def last(self, language: Language) -> Visit | None:
        """See the port."""
        found = coming.find_last(self._place.tx, self._contact_id)
        return None if found is None else self._visit(showing.require(self._place.tx, found), language)

    def _visit(self, one: Appointment, language: Language) -> Visit:
        names = {row.id: form_in(row.name, language) for row in self._services}
        people = {row.id: form_in(row.name, language) for row in self._providers}
        what = dict.fromkeys(names[item.service_id] for item in one.items if item.service_id in names)
        who = dict.fromkeys(people[item.provider_id] for item in one.items if item.provider_id in people)
        items = tuple(
            Item(item.id, item.service_id, names[item.service_id], item.provider_id or 0)
            for item in one.items
            if item.service_id is not None and item.service_id in names
        )
        return Visit(
            one.id,
            tuple(item.service_id for item in one.items if item.service_id is not None),
            tuple(item.provider_id for item in one.items if item.provider_id is not None),
            _SPACE.join(what) or one.title,
            _SPACE.join(who),
            datetime.fromisoformat(one.wall_start),
            self._money(one.total_minor, one.currency),
            one.starts_at - self._place.at < timedelta(minutes=self._settings.late_min),
            items if len(items) > 1 else (),
            len(following_of(self._place.tx, one)) - 1,
        )

    def refuses(self, language: Language, phone: str = "") -> str:
        """See the port."""
        try:
            check_online(self._place.tx, self._contact_id, self._read_phone(phone))
        except Rejected as error:
            return self._say(error, language)
        return ""

    def must_prove(self) -> bool:
        """See the port."""
        if self._settings.phone_check == "off":
            return False
        return not any(channel == "phone" for channel, _, _ in proving.list_proven(self._place.tx, self._contact_id))

    def must_agree(self) -> bool:
        """See the port."""
        return not visits.list_consents(self._place.tx, self._contact_id)

    def may_wait(self) -> bool:
        """See the port."""
        return self._means.waiting is not None

    # --- done at once -------------------------------------------------------------------------------------------------

    def hold(self, asked: Asked, choice: Choice, language: Language) -> Start | str:
        """See the port."""
        self.let_go()
        self._found.clear()
        wanted = self._wanted(asked, choice.provider_ids)
        if not self._place.key:
            return self._tried(wanted, choice, language, asked.visit_id)
        try:
            held = self._means.holds.take_in(
                self._place.tx,
                wanted,
                choice.at,
                "chat",
                self._place.key,
                contact_id=self._contact_id,
                conversation_id=self._place.head.id,
                online=True,
            )
        except Rejected as error:
            if asked.visit_id is None:
                return self._say(error, language)
            return self._tried(wanted, choice, language, asked.visit_id)  # what is his own needs no hold
        self.events += held.events
        return self._start(held.slot)

    def _tried(self, wanted: Wanted, choice: Choice, language: Language, moving: int | None = None) -> Start | str:
        """What would be held."""
        try:
            found = self._means.holds.try_in(self._place.tx, wanted, choice.at, online=True, moving=moving)
            return self._start(found)
        except Rejected as error:
            return self._say(error, language)

    def let_go(self) -> None:
        """See the port."""
        self._found.clear()
        if self._place.key:
            self.events += let_go(self._means, self._place.tx, self._place.head.id)

    def book(self, order: Order) -> str:
        """See the port."""
        if not self._place.key:
            return ""
        kept = coming.list_kept(self._place.tx, self._place.head.id)
        request = BookRequest(
            self._wanted(order.asked, order.choice.provider_ids),
            order.choice.at,
            self._contact_id,
            self._place.head.channel,
            conversation_id=self._place.head.id,
            subject_id=order.subject_id,
            language=order.language,
            hold_id=kept[-1] if kept else None,
            online=True,
            consent=own_consent(order.agreed, order.language, "chat") if order.agreed else None,
        )

        def take() -> Sequence[Event]:
            check_online(self._place.tx, self._contact_id, self._read_phone(order.phone))
            return self._means.visits.book_in(self._place.tx, None, request).events

        return self._do(take, order.language)

    def _read_phone(self, stated: str) -> str | None:
        try:
            return require_phone(stated, regions_of(self._place.tx, self._means.country)).value
        except Rejected:
            return None

    def move(self, visit: Visit, choice: Choice, language: Language, scope: Scope = "one") -> str:
        """See the port."""
        apart = tuple(one.provider_id for one in visit.items if one.id == scope)
        before = apart or visit.provider_ids[:1]
        provider = choice.provider_ids[0] if choice.provider_ids[:1] != before else None
        to = Move(choice.at, provider, online=True)

        def take() -> Sequence[Event]:
            moved = move_scope(self._means.visits, self._place.tx, visit, to, scope)
            keep_silent(self._place.tx, moved)
            return moved

        self.let_go()
        return self._near(visit, language) or self._do(take, language)

    def cancel(self, visit: Visit, reason: str, language: Language, scope: Scope = "one") -> str:
        """See the port."""
        return self._near(visit, language) or self._do(
            lambda: cancel_scope(self._means.visits, self._place.tx, visit, reason, scope), language
        )

    def wait(self, wish: Wish) -> str:
        """See the port."""
        waiting, asked = self._means.waiting, wish.asked
        if waiting is None:
            return ""
        wanted = waitlist.Wish(
            self._contact_id,
            asked.service_ids,
            wish.first,
            wish.last,
            asked.provider_id,
            weekdays=wish.weekdays,
            from_time=wish.from_time,
            to_time=wish.to_time,
            language=wish.language,
            conversation_id=self._place.head.id,
            seats=asked.seats,
        )

        def add() -> Sequence[Event]:
            waiting.add_in(self._place.tx, wanted)
            return (CalendarChanged(),)

        return self._do(add, wish.language)

    def wishes(self, language: Language) -> Sequence[Waited]:
        """See the port."""
        if self._means.waiting is None:
            return []
        rows = list_of_contact(self._place.tx, self._contact_id)
        names = name_services(self._place.tx, {one for row in rows for one in row.service_ids})
        people = name_resources(self._place.tx, {row.provider_id for row in rows if row.provider_id is not None})
        return [
            Waited(
                row.id,
                _SPACE.join(form_in(names[one].name, language) for one in row.service_ids if one in names),
                form_in(people[row.provider_id].name, language) if row.provider_id in people else "",
                date.fromisoformat(row.from_day),
                date.fromisoformat(row.to_day),
                row.from_time or "",
                row.to_time or "",
                tuple(row.weekdays),
                row.state == "offered",
            )
            for row in rows
        ]

    def leave(self, wish_id: int) -> None:
        """See the port."""
        waiting = self._means.waiting
        if waiting is not None and self._place.key:
            self._found.clear()
            self.events += waiting.end_in(self._place.tx, wish_id, None)

    def _near(self, visit: Visit, language: Language) -> str:
        """A visit that is so near is the firm's to change."""
        if visit.wall - self.now >= timedelta(minutes=self._settings.change_min):
            return ""
        return self._place.texts.get(language, "flow.booking.too_near", minutes=self._settings.change_min)

    def _do(self, deed: Callable[[], Sequence[Event]], language: Language) -> str:
        self._found.clear()
        if not self._place.key:
            return ""
        try:
            self.events += deed()
        except Rejected as error:
            return self._say(error, language)
        return ""

    # --- words --------------------------------------------------------------------------------------------------------

    @property
    def _contact_id(self) -> int:
        return self._place.head.contact.id

    def _say(self, error: Rejected, language: Language) -> str:
        texts, at = self._place.texts, error.extra.get("starts_at")
        said = texts.get(language, error.text_key, **error.fields)
        if not isinstance(at, datetime):
            return said
        return f"{say_moment(texts, language, at, self._place.zone, self._place.at)}: {said}"  # one of several

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self._place.zone).replace(tzinfo=None, second=0, microsecond=0)

    def _money(self, minor: int | None, currency: str | None) -> str:
        return "" if minor is None else format_money(Money(minor, currency or currency_of(self._means.country)))
