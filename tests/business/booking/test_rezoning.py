"""A law moves the clocks: what was booked for an hour of the wall stays at that hour, once, on both stores."""

import re
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from business.booking.reminding import REMIND
from business.booking.rezoning import KEY, OFFSETS, Rezoned, rederive, rules_version
from conversation.clock import to_ms
from conversation.messages import Json
from crm_store import Tx, contacts, settings_table
from crm_store.engine import Store
from crm_store.models import AllocationRow, AppointmentItemRow, AppointmentRow, GroupSessionRow, JobRow, ResourceRow
from tests.business.booking.salon import add_branch, add_busy, add_resource, add_service, at

NOW = at("2026-11-20T00:00+00:00")
ZONE = "Asia/Almaty"
HOUR = timedelta(hours=1)


def add_appointment(tx: Tx, resource_id: int, starts_at: datetime, wall_start: str) -> int:
    """As it was booked when Almaty was six hours ahead of UTC; it is five now."""
    ends_at = starts_at + HOUR
    times = {"starts_at": starts_at, "ends_at": ends_at}
    row = insert(AppointmentRow).values(
        **times, wall_start=wall_start, zone=ZONE, source="desk", created_at=NOW, updated_at=NOW
    )
    appointment_id = tx.execute(row.returning(AppointmentRow.id)).scalar_one()
    item = insert(AppointmentItemRow).values(
        appointment_id=appointment_id, provider_id=resource_id, wall_start=wall_start, **times
    )
    item_id = tx.execute(item.returning(AppointmentItemRow.id)).scalar_one()
    add_busy(tx, resource_id, starts_at.isoformat(), ends_at.isoformat(), "visit", item_id=item_id)
    return appointment_id


def spans(tx: Tx, resource_id: int) -> list[tuple[str, bool]]:
    row = AllocationRow
    found = tx.execute(
        select(row.starts_at, row.exclusive).where(row.resource_id == resource_id).order_by(row.starts_at, row.id)
    )
    return [(starts_at.isoformat()[:16], exclusive) for starts_at, exclusive in found]


async def test_bookings_in_a_row_move_together_once_for_each_version_of_the_rules(store: Store) -> None:
    def fill(tx: Tx) -> int:
        ani = add_resource(tx, "Ani")
        for hour in (10, 11, 12):
            add_appointment(tx, ani, at(f"2026-11-23T{hour}:00+06:00"), f"2026-11-23T{hour}:00")
        add_appointment(tx, ani, at("2026-11-23T18:00+05:00"), "2026-11-23T18:00")  # booked by today's rules
        add_appointment(tx, ani, at("2026-11-10T10:00+06:00"), "2026-11-10T10:00")  # it has been
        return ani

    ani = await store.writer.run(fill)
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026a")) == Rezoned(3)
    right = [("2026-11-10T04:00", True), *((f"2026-11-23T{hour:02}:00", True) for hour in (5, 6, 7, 13))]
    assert await store.read(lambda tx: spans(tx, ani)) == right

    def moments(tx: Tx) -> list[tuple[datetime, datetime, int]]:
        rows = tx.execute(select(AppointmentRow.starts_at, AppointmentRow.ends_at, AppointmentRow.version))
        return sorted((row[0], row[1], row[2]) for row in rows)

    found = await store.read(moments)
    assert [(ends_at - starts_at, version) for starts_at, ends_at, version in found] == [
        (HOUR, 1),
        *[(HOUR, 2)] * 3,
        (HOUR, 1),
    ]
    items = await store.read(lambda tx: sorted(tx.execute(select(AppointmentItemRow.starts_at)).scalars()))
    assert items == [starts_at for starts_at, _, _ in found]
    assert await store.read(lambda tx: tx.scalar(select(ResourceRow.version))) == 1
    assert await store.read(lambda tx: settings_table.get(tx, KEY)) == "2026a"
    await store.writer.run(lambda tx: add_appointment(tx, ani, at("2026-11-24T10:00+06:00"), "2026-11-24T10:00"))
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026a")) == Rezoned(0)
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026b")) == Rezoned(1)


async def test_what_comes_to_be_at_one_time_stands_and_is_told(store: Store) -> None:
    """A break was entered for a moment, and a visit moves onto it: nothing is lost, nothing new comes between."""

    def fill(tx: Tx) -> int:
        ani = add_resource(tx, "Ani")
        add_appointment(tx, ani, at("2026-11-23T10:00+06:00"), "2026-11-23T10:00")
        add_busy(tx, ani, "2026-11-23T05:30+00:00", "2026-11-23T06:00+00:00")
        return ani

    ani = await store.writer.run(fill)
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "")) == Rezoned(1, (ani,))
    assert await store.read(lambda tx: spans(tx, ani)) == [("2026-11-23T05:00", False), ("2026-11-23T05:30", True)]
    assert await store.read(lambda tx: settings_table.get(tx, KEY)) is None


async def test_breaks_and_reminders_move_along(store: Store) -> None:
    """How far the zone was from UTC is kept with the version of its rules; by others, lunch stays at one o'clock."""

    def fill(tx: Tx) -> tuple[int, int]:
        ani = add_resource(tx, "Ani", branch_id=add_branch(tx, ZONE, "KZ"))
        visit = add_appointment(tx, ani, at("2026-11-25T10:00+06:00"), "2026-11-25T10:00")
        contact_id = contacts.insert_contact(tx, name="Anna", language=None, source="desk", at=NOW)
        tx.execute(update(AppointmentRow).where(AppointmentRow.id == visit).values(contact_id=contact_id))
        add_busy(tx, ani, "2026-11-25T13:00+06:00", "2026-11-25T14:00+06:00", "break")
        return ani, visit

    ani, visit = await store.writer.run(fill)
    before: list[Json] = [[to_ms(NOW - timedelta(days=9)), 6 * 3600]]
    await store.writer.run(lambda tx: settings_table.put(tx, OFFSETS, {ZONE: before}, NOW))
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026a")) == Rezoned(2)
    assert await store.read(lambda tx: spans(tx, ani)) == [("2026-11-25T05:00", True), ("2026-11-25T08:00", True)]
    query = select(JobRow.payload, JobRow.run_at).where(JobRow.kind == REMIND).order_by(JobRow.run_at)
    jobs = await store.read(lambda tx: tx.execute(query).all())
    begins = at("2026-11-25T10:00+05:00")
    assert [row.run_at for row in jobs] == [begins - timedelta(hours=24), begins - timedelta(hours=2)]
    assert {row.payload["starts_at"] for row in jobs} == {to_ms(begins)}
    assert {row.payload["appointment_id"] for row in jobs} == {visit}
    kept = await store.read(lambda tx: settings_table.get(tx, OFFSETS))
    assert isinstance(kept, dict)
    assert [one[1] for one in kept[ZONE]] == [5 * 3600]  # type: ignore[union-attr, index]
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026b")) == Rezoned(0)


async def test_group_sessions_move_with_their_busy_time(store: Store) -> None:
    def fill(tx: Tx) -> int:
        ani = add_resource(tx, "Ani")
        yoga = add_service(tx, 60, [ani], capacity=8)
        for hour in (10, 11):
            starts_at = at(f"2026-11-23T{hour}:00+06:00")
            row = insert(GroupSessionRow).values(
                service_id=yoga,
                provider_id=ani,
                starts_at=starts_at,
                ends_at=starts_at + HOUR,
                wall_start=f"2026-11-23T{hour}:00",
                zone=ZONE,
                capacity=8,
            )
            session_id = tx.execute(row.returning(GroupSessionRow.id)).scalar_one()
            ends_at = (starts_at + HOUR).isoformat()
            add_busy(tx, ani, starts_at.isoformat(), ends_at, "session", session_id=session_id)
        return ani

    ani = await store.writer.run(fill)
    assert await store.writer.run(lambda tx: rederive(tx, NOW, "2026a")) == Rezoned(2)
    assert await store.read(lambda tx: spans(tx, ani)) == [("2026-11-23T05:00", True), ("2026-11-23T06:00", True)]


def test_the_rules_of_this_machine_have_a_version() -> None:
    assert re.fullmatch(r"(20[0-9]{2}.*)?", rules_version())
