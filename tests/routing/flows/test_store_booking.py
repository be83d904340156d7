"""The port ``Booking`` over a store of each kind: what is free, kept, booked, moved and called off, each at once."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest_asyncio
from sqlalchemy import insert, update

from business.booking.ground import Limits
from business.booking.holds import Holds
from business.booking.rules import load_rules
from business.booking.slots import Slots
from business.booking.visits import Visits
from conversation import clock
from conversation.messages import ContactCard, Conversation
from conversation.texts import Catalogue
from crm_store import Tx, settings_table
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.models import AddressRow, AppointmentRow
from routing.flows.booking.ports import Asked, Choice, Order, Start
from routing.flows.booking.store import Means, Place, StoreBooking, open_booking
from routing.flows.ports import Frame, Understood
from tests.business.booking.salon import add_branch, add_resource, add_service, add_week
from tests.crm_store.world import World, insert_world
from tests.routing.flows.test_bot import begin, bot, write

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Yerevan")


class Salon:
    """A cut by two, a shave by the first; ten to eight every day; two customers who talk."""

    def __init__(self, store: Store) -> None:
        self.store = store
        visits = Visits(store, lambda _event: None, "AM", load_rules)
        limits = Limits(far_days=60, online=True)
        self.means = Means(Slots(store, lambda _tx: limits), visits, Holds(store, visits), "AM")
        self.worlds: list[World] = []

    async def open(self) -> None:
        """Opens it."""

        def write(tx: Tx) -> None:
            branch_id = add_branch(tx)
            self.ani, self.nino = (add_resource(tx, one, branch_id=branch_id) for one in ("Ani", "Nino"))
            for one in (self.ani, self.nino):
                add_week(tx, one, ["10:00", "20:00"])
            self.cut = add_service(tx, 60, (self.ani, self.nino), price_minor=500_000, currency="AMD")
            self.shave = add_service(tx, 30, (self.ani,))
            self.worlds = [insert_world(tx), insert_world(tx)]

        await self.store.writer.run(write)

    async def ask(self, who: int, question: Callable[[StoreBooking], T], key: str = "talk:1") -> T:
        """What the port answers to a customer, in a transaction of its own."""
        world, at = self.worlds[who], clock.now()
        head = Conversation(
            world.conversation_id, "open", "web", ContactCard(world.contact_id, ""), world.inbox_id, 0, 0, 0, at
        )

        def work(tx: Tx) -> T:
            booking = open_booking(self.means, Place(tx, Catalogue(), head, ZONE, at, key))
            assert booking is not None
            return question(booking)

        return await self.store.writer.run(work)

    async def starts(self, who: int, asked: Asked, day: date) -> list[datetime]:
        """The hours that are free on a day."""
        found = await self.ask(who, lambda booking: booking.starts(asked, day, day))
        return [one.wall for one in found if one.wall.minute == 0]


@pytest_asyncio.fixture
async def salon(made_url: StoreUrl) -> AsyncIterator[Salon]:
    """An open one."""
    one = Salon(await open_store(made_url))
    await one.open()
    yield one
    await one.store.close()


def _noon(ahead: int) -> tuple[date, datetime]:
    day = (clock.now().astimezone(ZONE) + timedelta(days=ahead)).date()
    return day, datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


async def test_from_a_hold_to_a_visit_that_is_gone(salon: Salon) -> None:
    """A kept time is nobody else's; it is booked by its own customer, moved, and given back."""
    day, noon = _noon(2)
    asked, choice = Asked((salon.shave,), salon.ani), Choice(noon, (salon.ani,))
    kept = await salon.ask(0, lambda booking: booking.hold(asked, choice, "en"))
    assert isinstance(kept, Start)
    assert kept.wall.hour == 12
    assert noon.replace(tzinfo=None) not in await salon.starts(1, asked, day)
    assert await salon.ask(1, lambda booking: booking.hold(asked, choice, "en"), "talk:2") == (
        "This time is taken. Please choose another."
    )
    assert await salon.ask(0, lambda booking: booking.book(Order(asked, choice, agreed="He agrees.")), "talk:3") == ""
    (visit,) = await salon.ask(0, lambda booking: booking.visits("en"))
    assert (visit.wall, visit.service_ids, visit.provider_ids) == (kept.wall, (salon.shave,), (salon.ani,))
    assert await salon.ask(1, lambda booking: booking.visits("en")) == []
    later = Choice(noon + timedelta(minutes=15), (salon.ani,))
    assert await salon.ask(0, lambda booking: booking.move(visit, later, "en"), "talk:4") == ""
    (moved,) = await salon.ask(0, lambda booking: booking.visits("en"))
    assert moved.wall == visit.wall + timedelta(minutes=15)
    assert await salon.ask(0, lambda booking: booking.cancel(moved, "ill", "en"), "talk:5") == ""
    assert await salon.ask(0, lambda booking: booking.visits("en")) == []
    assert noon.replace(tzinfo=None) in await salon.starts(1, asked, day)


async def test_a_visit_is_not_in_its_own_way(salon: Salon) -> None:
    """It may be moved by a quarter of an hour over its own time; where it is already is no choice."""
    day, noon = _noon(5)
    order = Order(Asked((salon.cut,), salon.ani), Choice(noon, (salon.ani,)), language="en", agreed="He agrees.")
    assert await salon.ask(0, lambda booking: booking.book(order)) == ""
    (visit,) = await salon.ask(0, lambda booking: booking.visits("en"))
    asked = Asked((salon.cut,), salon.ani, visit.id)
    found = [one.wall for one in await salon.ask(0, lambda booking: booking.starts(asked, day, day))]
    wall = noon.replace(tzinfo=None)
    near = [wall + timedelta(minutes=minutes) for minutes in range(-45, 60, 15)]
    assert [one for one in near if one in found] == [one for one in near if one != wall]
    assert not set(near) & {
        one.wall for one in await salon.ask(1, lambda b: b.starts(Asked((salon.cut,), salon.ani), day, day))
    }
    later = Choice(noon + timedelta(minutes=15), (salon.ani,))
    kept = await salon.ask(0, lambda booking: booking.hold(asked, later, "en"), "talk:2")
    assert isinstance(kept, Start)
    assert await salon.ask(0, lambda booking: booking.move(visit, later, "en"), "talk:3") == ""
    (moved,) = await salon.ask(0, lambda booking: booking.visits("en"))
    assert moved.wall == kept.wall == wall + timedelta(minutes=15)


async def test_two_services_by_one_who_does_only_one(salon: Salon) -> None:
    """One after the other; what she does not do, somebody else does."""
    day, noon = _noon(3)
    asked = Asked((salon.cut, salon.shave), salon.nino)
    (start,) = [one for one in await salon.ask(0, lambda b: b.starts(asked, day, day)) if one.at == noon]
    assert start.provider_ids == (salon.nino, salon.ani)
    assert start.ends - start.wall == timedelta(minutes=90)
    order = Order(asked, Choice(start.at, start.provider_ids), language="en", agreed="He agrees.")
    assert await salon.ask(0, lambda booking: booking.book(order)) == ""
    cut = Asked((salon.cut,), salon.nino)
    assert noon.replace(tzinfo=None) not in await salon.starts(1, cut, day)


async def test_a_trial_leaves_nothing(salon: Salon) -> None:
    """It is answered as if it were real."""
    day, noon = _noon(4)
    asked, choice = Asked((salon.cut,)), Choice(noon, (salon.nino,))
    assert isinstance(await salon.ask(0, lambda booking: booking.hold(asked, choice, "en"), ""), Start)
    assert await salon.ask(0, lambda booking: booking.book(Order(asked, choice)), "") == ""
    assert await salon.ask(0, lambda booking: booking.visits("en")) == []
    assert noon.replace(tzinfo=None) in await salon.starts(1, asked, day)


async def test_what_cannot_be_says_why(salon: Salon) -> None:
    """In the customer's language."""
    day, noon = _noon(2)
    late = Choice(noon.replace(hour=23), (salon.ani,))
    refused = await salon.ask(0, lambda booking: booking.hold(Asked((salon.cut,)), late, "ru"))
    assert refused == Catalogue().get("ru", "booking.closed")
    past = Choice(noon - timedelta(days=9), (salon.ani,))
    assert await salon.ask(0, lambda booking: booking.hold(Asked((salon.cut,)), past, "ka")) == Catalogue().get(
        "ka", "booking.past"
    )
    assert await salon.ask(0, lambda booking: booking.why(Asked((salon.cut,)), day - timedelta(days=9), "en")) != ""


async def test_a_talk_that_fails_keeps_nothing(salon: Salon) -> None:
    """People take over, and the time that was kept is free in the same commit."""

    class Broken:
        """Raises what nobody expects."""

        def understand(self, text: str, frame: Frame) -> Understood:
            raise ZeroDivisionError

    salon.worlds.append(await begin(salon.store))
    day, noon = _noon(2)
    asked, choice = Asked((salon.shave,), salon.ani), Choice(noon, (salon.ani,))
    assert isinstance(await salon.ask(2, lambda booking: booking.hold(asked, choice, "en")), Start)
    assert noon.replace(tzinfo=None) not in await salon.starts(0, asked, day)
    await write(salon.store, salon.worlds[2], "in the name of Anna", "1")
    await bot(salon.store, Broken(), means=salon.means).answer_all()
    assert noon.replace(tzinfo=None) in await salon.starts(0, asked, day)


async def test_a_phone_under_which_visits_were_missed(salon: Salon) -> None:
    """Who states it in a talk of his own is told the same as who missed them."""
    _, noon = _noon(4)

    def miss(tx: Tx) -> None:
        at = clock.now()
        card = {"contact_id": salon.worlds[1].contact_id, "channel": "phone", "value": "+37477123456", "created_at": at}
        tx.execute(insert(AddressRow).values(**card))
        tx.execute(update(AppointmentRow).values(status="no_show"))
        for name, value in (("rule", "deny"), ("count", 1)):
            settings_table.put(tx, f"booking.missed_{name}", value, at)

    order = Order(Asked((salon.cut,), salon.ani), Choice(noon, (salon.ani,)), language="en", agreed="He agrees.")
    assert await salon.ask(1, lambda booking: booking.book(order), "talk:8") == ""
    await salon.store.writer.run(miss)
    later = order._replace(choice=Choice(noon + timedelta(hours=1), (salon.ani,)))
    refused = await salon.ask(0, lambda booking: booking.book(later._replace(phone="077 123456")), "talk:9")
    assert "call us" in refused
    assert await salon.ask(0, lambda booking: booking.refuses("en", "077 123456")) == refused
    assert await salon.ask(0, lambda booking: booking.refuses("en", "077 654321")) == ""
    assert await salon.ask(0, lambda booking: booking.book(later._replace(phone="077 654321")), "talk:9") == ""
