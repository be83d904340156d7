"""A salon with a waiting list: the calendar, the waiting list and the reminders as the server puts them together."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, insert, select, update

from business.booking.calendar import FirmCalendar
from business.booking.ground import Limits
from business.booking.holds import Holds
from business.booking.keeping import Keeping
from business.booking.model import BookingRules, BookRequest, Part, Wanted
from business.booking.reminding import Reminding
from business.booking.slots import Slots
from business.booking.visits import Visits
from business.booking.waiting import TELL, Waiting
from business.booking.waitlist import WaitingList
from business.booking.wishes import Wish
from business.jobs import JobRunner
from business.outreach.voice import Voice
from business.outreach.ways import Reach
from conversation import clock
from conversation.events import Event
from conversation.links import StopLinks
from conversation.messages import Author, Channel, Json
from conversation.texts import Catalogue
from crm_store import Tx, settings_table
from crm_store.engine import Store
from crm_store.models import (
    AddressRow,
    AllocationRow,
    AppointmentRow,
    AuditRow,
    BranchRow,
    ContactRow,
    ConversationRow,
    JobRow,
    MessageRow,
    OutgoingRow,
    TaskRow,
    WaitlistOfferRow,
    WaitlistWishRow,
)
from crm_store.rows import AnyRow
from tests.business.booking.salon import add_resource, add_service, add_week
from tests.crm_store.world import insert_world

ZONE = ZoneInfo("Asia/Yerevan")
TEXTS = Catalogue()
STOPS = StopLinks(b"secret", "https://example.am")


@dataclass
class Salon:
    """One specialist who works from 10 to 14 every day, one service of an hour. ``online``: who has the chat open."""

    store: Store
    visits: Visits
    holds: Holds
    waiting: Waiting
    reminding: Reminding
    wishes: WaitingList
    runner: JobRunner
    provider_id: int
    service_id: int
    branch_id: int
    told: list[Event] = field(default_factory=list)
    online: set[int] = field(default_factory=set)

    @property
    def wanted(self) -> Wanted:
        """The service with the specialist."""
        return Wanted((Part(self.service_id, self.provider_id),))

    async def customer(self, name: str = "Anna", **values: object) -> int:
        """A visitor of the website with a dialog."""

        def write(tx: Tx) -> int:
            world = insert_world(tx)
            tx.execute(update(ContactRow).where(ContactRow.id == world.contact_id).values(name=name, **values))
            said = update(ConversationRow).where(ConversationRow.id == world.conversation_id)
            tx.execute(said.values(last_message_at=clock.now()))
            return world.contact_id

        return await self.store.writer.run(write)

    async def stranger(self, phone: str | None = None, *, proven: bool = True) -> int:
        """Somebody who was never on the website; with a phone that he has proven, or merely stated."""

        def write(tx: Tx) -> int:
            now = clock.now()
            row = insert(ContactRow).values(name="Nino", created_at=now, updated_at=now)
            contact_id = tx.execute(row.returning(ContactRow.id)).scalar_one()
            if phone is not None:
                seen = now if proven else None
                tx.execute(
                    insert(AddressRow).values(
                        contact_id=contact_id, channel="phone", value=phone, verified_at=seen, created_at=now
                    )
                )
            return contact_id

        return await self.store.writer.run(write)

    async def book(self, contact_id: int, at: datetime) -> int:
        """A visit."""
        request = BookRequest(self.wanted, at, contact_id, "desk")
        return (await self.visits.book(None, request)).appointment.id

    async def wish(self, contact_id: int, day: date, **values: object) -> int:
        """He waits for that day."""
        whole = {"from_day": day, "to_day": day, **values}
        wish = Wish(contact_id, (self.service_id,), **whole)  # type: ignore[arg-type]  # as a test has them
        return await self.store.writer.run(lambda tx: self.waiting.add_in(tx, wish))

    async def run(self) -> int:
        """Does the jobs that are due."""
        return await self.runner.run_due()

    async def hurry(self) -> None:
        """Whatever is to be done at some time is to be done now; offers and holds are over."""

        def write(tx: Tx) -> None:
            tx.execute(update(JobRow).where(JobRow.state == "queued").values(run_at=clock.now()))

        await self.store.writer.run(write)

    async def until_told(self) -> None:
        """The night is over for what is to be told then, and for nothing else."""

        def write(tx: Tx) -> None:
            tx.execute(update(JobRow).where(JobRow.kind == TELL).values(run_at=clock.now()))

        await self.store.writer.run(write)

    async def lapse(self, offer_id: int) -> None:
        """Nobody answers in time."""
        await self.store.writer.run(
            lambda tx: tx.execute(
                update(WaitlistOfferRow).where(WaitlistOfferRow.id == offer_id).values(expires_at=clock.now())
            )
        )
        await self.hurry()
        await self.run()

    async def offers(self) -> list[tuple[int, int, str]]:
        """Offers in their order: id, wish, state."""
        row = WaitlistOfferRow
        query = select(row.id, row.wish_id, row.state).order_by(row.id)
        return [(one[0], one[1], one[2]) for one in await self.store.read(lambda tx: tx.execute(query).all())]

    async def states(self) -> list[str]:
        """Of the wishes, in the order of the line."""
        query = select(WaitlistWishRow.state).order_by(WaitlistWishRow.id)
        return await self.store.read(lambda tx: list(tx.scalars(query)))

    async def said(self, contact_id: int) -> list[AnyRow]:
        """What the firm told somebody in his dialog: rows of messages."""
        row = MessageRow.__table__
        query = select(row).where(row.c.contact_id == contact_id, row.c.author_kind == "bot").order_by(row.c.id)
        return await self.store.read(lambda tx: list(tx.execute(query)))

    async def tasks(self) -> list[tuple[str, str, int | None, bool]]:
        """What agents are asked to do: title, note, the contact, whether it is done."""
        row = TaskRow
        query = select(row.title, row.note, row.contact_id, row.done_at.is_not(None)).order_by(row.id)
        return [
            (one[0], one[1], one[2], bool(one[3])) for one in await self.store.read(lambda tx: tx.execute(query).all())
        ]

    async def waits(self) -> list[tuple[timedelta, timedelta]]:
        """Of each offer: how long its letter still waits (no time without one), and how long the offer stands."""
        letter, offer, at = OutgoingRow, WaitlistOfferRow, clock.now()
        named = letter.dedupe_key == "told:offer:" + cast(offer.id, Text)
        query = (
            select(func.coalesce(letter.not_before, offer.created_at), offer.expires_at)
            .select_from(offer)
            .outerjoin(letter, named)
        )
        rows = await self.store.read(lambda tx: tx.execute(query.order_by(offer.id)).all())
        return [(sends - at, ends - at) for sends, ends in rows]

    async def letters(self) -> list[tuple[str, str]]:
        """To whom and by which purpose letters were written."""
        query = select(OutgoingRow.recipient, OutgoingRow.purpose).order_by(OutgoingRow.id)
        return [(one[0], one[1]) for one in await self.store.read(lambda tx: tx.execute(query).all())]

    async def reset(self, **values: Json) -> None:
        """Settings by name, with a double underscore for the point."""

        def write(tx: Tx) -> None:
            for name, value in values.items():
                settings_table.put(tx, name.replace("__", "."), value, clock.now())

        await self.store.writer.run(write)

    async def move_all(self, starts_at: datetime) -> None:
        """Every visit begins at another moment, as if time had passed; what is due by then is due."""
        ahead_ms = clock.to_ms(starts_at)

        def write(tx: Tx) -> None:
            tx.execute(update(AppointmentRow).values(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)))
            for job in tx.execute(select(JobRow.id, JobRow.payload, JobRow.run_at).where(JobRow.state == "queued")):
                before_ms = job.payload["starts_at"]
                run_at = job.run_at + timedelta(milliseconds=ahead_ms - before_ms)
                changed = update(JobRow).where(JobRow.id == job.id)
                tx.execute(changed.values(payload={**job.payload, "starts_at": ahead_ms}, run_at=run_at))

        await self.store.writer.run(write)

    async def prove(self, contact_id: int, value: str) -> None:
        """The phone or mailbox is his."""

        def write(tx: Tx) -> None:
            now = clock.now()
            row = {"contact_id": contact_id, "channel": "email" if "@" in value else "phone", "value": value}
            tx.execute(insert(AddressRow).values(**row, verified_at=now, created_at=now))

        await self.store.writer.run(write)

    async def talks_by(self, contact_id: int, channel: Channel, value: str) -> None:
        """His dialog goes on there."""

        def write(tx: Tx) -> None:
            talk = tx.execute(
                update(ConversationRow)
                .where(ConversationRow.contact_id == contact_id)
                .values(channel=channel)
                .returning(ConversationRow.address_id)
            ).scalar_one()
            tx.execute(update(AddressRow).where(AddressRow.id == talk).values(channel=channel, value=value))

        await self.store.writer.run(write)

    async def state(self, contact_id: int, value: str) -> None:
        """He says that this is his phone."""

        def write(tx: Tx) -> None:
            row = {"contact_id": contact_id, "channel": "phone", "value": value, "created_at": clock.now()}
            tx.execute(insert(AddressRow).values(**row))

        await self.store.writer.run(write)

    async def work_always(self) -> None:
        """The specialist works day and night."""
        await self.store.writer.run(lambda tx: add_week(tx, self.provider_id, ["00:00", "24:00"]))

    async def queued(self) -> list[str]:
        """To whom letters still wait to be sent."""
        query = select(OutgoingRow.recipient).where(OutgoingRow.state == "queued").order_by(OutgoingRow.id)
        return await self.store.read(lambda tx: [str(one) for one in tx.scalars(query)])

    async def reasons(self) -> list[str]:
        """Why reminders were not told."""
        query = select(AuditRow.after).where(AuditRow.action == "reminder.dropped").order_by(AuditRow.id)
        return [str((one or {})["reason"]) for one in await self.store.read(lambda tx: list(tx.scalars(query)))]

    async def count_overlaps(self) -> int:
        """Pairs of exclusive allocations of one resource that overlap."""
        one, other = AllocationRow.__table__.alias("a"), AllocationRow.__table__.alias("b")
        pairs = (
            select(func.count())
            .select_from(one.join(other, (one.c.resource_id == other.c.resource_id) & (one.c.id < other.c.id)))
            .where(one.c.starts_at < other.c.ends_at, other.c.starts_at < one.c.ends_at)
        )
        return await self.store.read(lambda tx: tx.scalar(pairs)) or 0


def day_ahead(days: int = 3) -> date:
    """A day on which everything is still to come."""
    return (clock.now().astimezone(ZONE) + timedelta(days=days)).date()


def hour(day: date, number: int) -> datetime:
    """An hour of the wall."""
    return datetime(day.year, day.month, day.day, number, tzinfo=ZONE)


async def open_salon(store: Store, doors: frozenset[Channel] = frozenset({"sms", "email"})) -> Salon:
    """A new one, in which nobody is let alone at night: tests are run at any hour."""

    def fill(tx: Tx) -> tuple[int, int, int]:
        row = insert(BranchRow).values(
            name="Salon", timezone="Asia/Yerevan", country="AM", language="hy", address="Abovyan 1", phone="+37410"
        )
        branch_id = tx.execute(row.returning(BranchRow.id)).scalar_one()
        ani = add_resource(tx, "Ani", branch_id=branch_id)
        add_week(tx, ani, ["10:00", "14:00"])
        for end in ("from", "to"):
            settings_table.put(tx, f"outreach.quiet_{end}", "03:00", clock.now())
        return ani, add_service(tx, 60, [ani]), branch_id

    provider_id, service_id, branch_id = await store.writer.run(fill)
    online: set[int] = set()
    told: list[Event] = []
    slots = Slots(store, lambda _tx: Limits(step_min=60))
    voice = Voice(
        TEXTS,
        Author("bot", "Firm"),
        Reach(doors, online=online.__contains__),
        lambda _tx, contact_id, _only, _at: f"https://example.am/me/{contact_id}",
        STOPS,
    )
    calendar = FirmCalendar()
    waiting, reminding = Waiting(calendar, voice), Reminding(calendar, voice)
    visits = Visits(
        store, told.append, "AM", lambda _tx: BookingRules(), Keeping(waiting.freed), followers=[reminding.follow]
    )
    holds = Holds(store, visits)
    calendar.attach(slots, visits, holds)
    wishes = WaitingList(store, waiting, told.append)
    runner = JobRunner(store, told.append, {**wishes.handlers(), **reminding.handlers()})
    return Salon(
        store,
        visits,
        holds,
        waiting,
        reminding,
        wishes,
        runner,
        provider_id,
        service_id,
        branch_id,
        told,
        online,
    )
