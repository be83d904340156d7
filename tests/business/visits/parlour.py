"""A small salon to book in: who works, what they do, and short ways to ask for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from business.booking.keeping import Keeping
from business.booking.model import BookingRules, BookRequest, Part, Wanted
from business.booking.visits import Visits
from conversation import clock
from conversation.events import Event
from crm_store import Tx, contacts
from crm_store.engine import Store
from tests.business.booking.salon import add_need, add_resource, add_service, add_week

OVERLAPS = """
    SELECT count(*) FROM allocations AS a JOIN allocations AS b
    ON a.resource_id = b.resource_id AND a.id < b.id AND a.exclusive AND b.exclusive
    AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"""
STRAY_SEATS = """
    SELECT count(*) FROM group_sessions AS s WHERE s.taken <>
    coalesce((SELECT sum(i.seats) FROM appointment_items AS i WHERE i.session_id = s.id), 0) +
    coalesce((SELECT sum(h.seats) FROM session_holds AS h WHERE h.session_id = s.id), 0)"""


@dataclass(frozen=True)
class Salon:
    """``nino`` and ``ani`` cut; ``massage`` takes one of two rooms and the one table; ``yoga`` has four places."""

    nino: int
    ani: int
    rooms: tuple[int, int]
    table: int
    cut: int
    colour: int
    massage: int
    yoga: int
    contact: int


async def make_salon(store: Store) -> Salon:
    """Everybody works around the clock."""
    return await store.writer.run(_insert_salon)


def _insert_salon(tx: Tx) -> Salon:
    now = clock.now()

    nino, ani = add_resource(tx, "Nino"), add_resource(tx, "Ani")
    for provider in (nino, ani):
        add_week(tx, provider, ["00:00", "24:00"])
    rooms = add_resource(tx, "One", "room"), add_resource(tx, "Two", "room")
    table = add_resource(tx, "Table", "device")
    cut = add_service(tx, 30, [nino, ani], price_minor=5000, currency="AMD")
    colour = add_service(tx, 60, [nino], price_minor=9000, currency="AMD", buffer_after_min=15)
    massage = add_service(tx, 45, [nino, ani], buffer_before_min=5, buffer_after_min=10)
    yoga = add_service(tx, 60, [ani], capacity=4, price_minor=2000, currency="AMD")
    add_need(tx, massage, 1, rooms)
    add_need(tx, massage, 2, [table])
    contact = contacts.insert_contact(tx, name="Mariam", language=None, source="desk", at=now)
    return Salon(nino, ani, rooms, table, cut, colour, massage, yoga, contact)


def at(hour: int, minute: int = 0, *, days: int = 2) -> datetime:
    """A moment of a day to come, UTC."""
    return clock.now().replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)


def visits_of(
    store: Store, told: list[Event] | None = None, rules: BookingRules | None = None, keeping: Keeping | None = None
) -> Visits:
    """Appointments in a store, what is published of them gathered."""
    bound = rules or BookingRules()
    publish: Callable[[Event], None] = (lambda _: None) if told is None else told.append
    return Visits(store, publish, "AM", lambda _tx: bound, keeping)


def wish(salon: Salon, service: int, starts_at: datetime, provider: int | None = None, **more: object) -> BookRequest:
    """One service for the salon's customer."""
    seats = more.pop("seats", 1)
    assert isinstance(seats, int)
    wanted = Wanted((Part(service, provider, seats),))
    plain = {"contact": salon.contact, "source": "desk", **more}
    return BookRequest(wanted, starts_at, **plain)  # type: ignore[arg-type]  # a test says what it means


async def count(store: Store, question: str) -> int:
    """What a question that counts says."""
    return await store.read(lambda tx: int(tx.scalar(text(question)) or 0))


async def check_sound(store: Store) -> None:
    """Nothing overlaps, and every seat taken is somebody's."""
    assert await count(store, OVERLAPS) == 0
    assert await count(store, STRAY_SEATS) == 0
