"""Appointments: booked, moved, cancelled, changed; each deed is one step of the writer's transaction.

The forms that end in ``_in`` run inside a transaction of the caller's and decide before they write: what they refuse
leaves nothing behind, so that the caller may try another time in the same step. Their ``events`` are published after
the commit, which the others see to.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NoReturn, Protocol, TypeVar

from business.booking import showing
from business.booking.agreeing import check_agreed
from business.booking.fitting import NOTHING_OWN, Ask, Own, fit, held_fit
from business.booking.ground import Freedom
from business.booking.keeping import Keeping
from business.booking.model import Appointment, Booked, BookingRules, BookRequest, Part, Person, Slot, Wanted
from business.booking.moving import Move, Moving
from business.booking.online import check_online
from business.booking.people import keep_source, resolve_contact
from business.booking.telling import Follower, Teller
from business.booking.writing import insert_visit
from business.contacts.telling import Publish
from business.once import Kept, Once, RepeatedError, plainly
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Audience, ConversationChanged, Event
from conversation.messages import Agent, JsonObject
from crm_store import Tx, cards, catalogues, conversations, holds
from crm_store.engine import Store
from crm_store.models import AppointmentStatus
from crm_store.visits import note_agreed

NEAREST = 5
"""So many free times are offered instead of one that cannot be had."""

_OF_TIME: Final = frozenset(
    {"booking.past", "booking.too_soon", "booking.too_far", "booking.closed", "booking.off_grid", "booking.twice"}
)
"""Refusals of a moment, to which another one is the answer."""


class Told(Protocol):
    """What a deed did, and what is to be published of it."""

    @property
    def events(self) -> Sequence[Event]: ...


T = TypeVar("T", bound=Told)


class Nearest(Protocol):
    """The free times around a moment."""

    def __call__(self, wanted: Wanted, at: datetime, count: int, /, *, limits: Freedom) -> Awaitable[list[Slot]]: ...


class Visits:
    """``country``: the business's own. ``rules``: what binds, read in the transaction. ``followers`` write what must
    be kept in the same commit; ``nearest`` is asked for what to offer instead of a time that is taken."""

    def __init__(
        self,
        store: Store,
        publish: Publish,
        country: str,
        rules: Callable[[Tx], BookingRules],
        keeping: Keeping | None = None,
        followers: Sequence[Follower] = (),
        nearest: Nearest | None = None,
    ) -> None:
        self._store = store
        self._publish = publish
        self._country = country
        self.rules = rules
        self.keeping = keeping or Keeping()
        self._teller = Teller(followers)
        self._nearest = nearest
        self._moving = Moving(rules, self.keeping, self._teller)

    # --- each in a transaction of its own

    async def book(self, actor: Agent | None, request: BookRequest, key: str | None = None) -> Booked:
        """Books; by a ``key`` only once, however often it is asked. Raises Rejected slot_taken with ``nearest``,
        invalid, not_found; conflict for a key that came with another request."""
        kept: Kept[Booked] = plainly
        if key is not None:
            once = Once("booking", key, _told(request))

            def keep(tx: Tx, work: Callable[[Tx], Booked]) -> Booked:
                return once.do(tx, work, lambda done: {"id": done.appointment.id})

            kept = keep
        try:
            return await self.instead(
                request.wanted,
                request.starts_at,
                self.write(lambda tx: kept(tx, lambda tx: self.book_in(tx, actor, request))),
                online=request.online,
            )
        except RepeatedError as repeated:
            known = int(str(repeated.answer["id"]))
            return Booked(await self._store.read(lambda tx: showing.require(tx, known)), repeated=True)

    async def move(self, actor: Agent | None, appointment_id: int, move: Move) -> Booked:
        """Another time, specialist or length. Raises Rejected as ``book`` does; conflict where it is another version
        by now, or over."""

        deed = self.write(lambda tx: self.move_in(tx, actor, appointment_id, move))
        return await self.instead_of(appointment_id, move, deed)

    async def cancel(
        self, actor: Agent | None, appointment_id: int, reason: str = "", version: int | None = None
    ) -> Booked:
        """Gives its time back. One that is cancelled already stays so. Raises Rejected conflict, not_found."""
        return await self.write(lambda tx: self.cancel_in(tx, actor, appointment_id, reason, version))

    async def set_status(
        self, actor: Agent | None, appointment_id: int, status: AppointmentStatus, version: int | None = None
    ) -> Booked:
        """A step of its path. Raises Rejected conflict, not_found; slot_taken where it comes back to a taken time."""
        return await self.write(lambda tx: self.set_status_in(tx, actor, appointment_id, status, version))

    async def change(
        self, actor: Agent | None, appointment_id: int, values: Mapping[str, object], version: int | None = None
    ) -> Booked:
        """Note, warning, title, discount, ...; see ``change_in``."""
        return await self.write(lambda tx: self.change_in(tx, actor, appointment_id, values, version))

    async def find(self, appointment_id: int) -> Appointment:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: showing.require(tx, appointment_id))

    async def write(self, deed: Callable[[Tx], T]) -> T:
        """Does a deed and publishes its events after the commit."""

        def tell(done: T) -> None:
            for event in done.events:
                self._publish(event)

        return await self._store.writer.run(deed, tell)

    async def instead(self, wanted: Wanted, at: datetime, done: Awaitable[T], *, online: bool = False) -> T:
        """Waits for a deed; where the time is taken, past, too near, too far or not worked says the nearest that are
        free: those that customers may book, or an agent."""
        try:
            return await done
        except Rejected as error:
            if self._nearest is None or any(not one.service_id for one in wanted.parts) or not _of_time(error):
                raise
            nearest: list[Slot] = []
            with suppress(Rejected):  # the moment was refused before anybody asked who does it
                nearest = await self._nearest(wanted, _instead(error, at), NEAREST, limits=None if online else "staff")
            extra = {**error.extra, "nearest": nearest}
            raise Rejected(error.code, error.text_key, retry_after_s=None, extra=extra, **error.fields) from None

    async def instead_of(self, appointment_id: int, move: Move, done: Awaitable[T]) -> T:
        """The same for an appointment that is moved."""
        try:
            return await done
        except Rejected as error:
            if not _of_time(error):
                raise
            refused = error
        before = await self.find(appointment_id)
        parts = tuple(Part(one.service_id or 0, move.provider_id or one.provider_id) for one in before.items)
        at = move.starts_at or before.starts_at
        return await self.instead(Wanted(parts), at, _raise(refused), online=move.online)

    # --- inside a transaction of the caller's

    def book_in(self, tx: Tx, actor: Agent | None, request: BookRequest) -> Booked:
        """See ``book``."""
        now = clock.now()
        hold = None if request.hold_id is None else holds.find_hold(tx, request.hold_id)
        slot = None
        if hold is not None and hold.expires_at > now and hold.starts_at == request.starts_at:
            kept = showing.kept_slot(hold.wanted)
            slot = kept if _same(kept, request.wanted) else None
        rules = self.rules(tx)
        own = NOTHING_OWN if hold is None else Own(hold_id=hold.id)
        ask = Ask(request.wanted, request.starts_at, now, request.minutes, request.online, request.override, own)
        found = fit(tx, ask, rules) if slot is None else held_fit(tx, slot)
        contact = request.contact if request.contact is not None or hold is None else hold.contact_id
        contact_id = None
        if contact is not None:
            contact_id = resolve_contact(tx, actor, contact, self._country, request.source, request.language)
        elif request.kind == "visit":
            raise Rejected("invalid", "error.field_missing", field="contact")
        _check_kin(tx, contact_id, request)
        if request.online:
            check_online(tx, contact_id, proven=isinstance(contact, Person) and contact.verified)
            check_agreed(tx, contact_id, request.consent)
        given = self.keeping.release_holds(tx, [*found.expired, *([] if hold is None else [hold.id])])
        appointment = insert_visit(tx, self.keeping, actor, replace(request, contact=contact_id), found, now)
        if request.consent is not None and contact_id is not None:
            note_agreed(tx, contact_id, request.consent, request.remote)
        heads = keep_source(tx, actor, contact_id, request.source_id, self._country)
        event = self._teller.tell(tx, actor, "appointment.booked", None, appointment)
        self.keeping.tell_freed(tx, given)
        return Booked(appointment, events=(event, *(ConversationChanged(Audience.of(one), one) for one in heads)))

    def move_in(self, tx: Tx, actor: Agent | None, appointment_id: int, move: Move) -> Booked:
        """See ``move``."""
        return self._moving.move_in(tx, actor, appointment_id, move)

    def move_all_in(self, tx: Tx, actor: Agent | None, moves: Sequence[tuple[int, Move]]) -> list[Booked]:
        """Several at once, all or none: what one gives up another may have. Raises as ``move``; ``extra`` names the
        start that was refused."""
        return self._moving.move_all_in(tx, actor, moves)

    def part_in(
        self, tx: Tx, actor: Agent | None, appointment_id: int, item_id: int, version: int | None = None
    ) -> Booked:
        """Makes one service of a visit a visit of its own, at its time, so that it alone may be moved or cancelled;
        the only one it has is that already. Raises Rejected conflict, not_found."""
        return self._moving.part_in(tx, actor, appointment_id, item_id, version)

    def cancel_in(
        self, tx: Tx, actor: Agent | None, appointment_id: int, reason: str = "", version: int | None = None
    ) -> Booked:
        """See ``cancel``. ``actor`` of None: the customer himself."""
        return self._moving.cancel_in(tx, actor, appointment_id, reason, version)

    def set_status_in(
        self,
        tx: Tx,
        actor: Agent | None,
        appointment_id: int,
        status: AppointmentStatus,
        version: int | None = None,
    ) -> Booked:
        """See ``set_status``."""
        return self._moving.set_status_in(tx, actor, appointment_id, status, version)

    def change_in(
        self,
        tx: Tx,
        actor: Agent | None,
        appointment_id: int,
        values: Mapping[str, object],
        version: int | None = None,
    ) -> Booked:
        """Sets ``note``, ``warning``, ``title``, ``discount_minor``, ``subject_id`` as given; ``item_discounts``: by
        the id of the item. The total follows. Raises Rejected not_found, conflict, invalid."""
        return self._moving.change_in(tx, actor, appointment_id, values, version)


def _of_time(error: Rejected) -> bool:
    return error.code == "slot_taken" or error.text_key in _OF_TIME


def _instead(error: Rejected, at: datetime) -> datetime:
    """Around which moment to look: one that is past or too far has nothing near it."""
    now = clock.now()
    days = error.fields.get("days")
    if error.text_key == "booking.too_far" and isinstance(days, int):
        return now + timedelta(days=max(0, days - 7))
    return max(at, now)


async def _raise(error: Rejected) -> NoReturn:
    raise error


def _same(slot: Slot, wanted: Wanted) -> bool:
    """Whether a held slot is what is wanted now."""
    if len(slot.parts) != len(wanted.parts):
        return False
    return all(
        one.service_id == part.service_id and one.seats == part.seats and part.provider_id in (None, one.provider_id)
        for one, part in zip(slot.parts, wanted.parts, strict=True)
    )


def _check_kin(tx: Tx, contact_id: int | None, request: BookRequest) -> None:
    if request.subject_id is not None and (
        contact_id is None or cards.find_subject(tx, contact_id, request.subject_id) is None
    ):
        raise Rejected("not_found", "error.not_found", field="subject_id")
    if request.source_id is not None and catalogues.find(tx, "contact_source", request.source_id) is None:
        raise Rejected("not_found", "contact.contact_source_not_found", field="source_id")
    if request.conversation_id is not None and conversations.find_head(tx, request.conversation_id) is None:
        raise Rejected("not_found", "error.conversation_not_found", field="conversation_id")


def _told(request: BookRequest) -> JsonObject:
    """A request as its key remembers it: a repeat says the same."""
    return {"request": repr(request)}
