"""Free time out of a store: schedules, busy time, rooms, groups, zones and the changes of their clocks."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from business.booking.ground import Limits
from business.booking.model import Part, Slot, Wanted
from business.booking.slots import Slots
from conversation.errors import Rejected
from conversation.messages import JsonObject
from crm_store import Tx, allocations, working_hours
from crm_store.engine import Store
from crm_store.models import GroupSessionRow, HoldRow, ResourceRow, SessionHoldRow
from crm_store.working_hours import FIRM, Kept
from tests.business.booking.salon import (
    LONG_AGO,
    add_branch,
    add_busy,
    add_day,
    add_need,
    add_resource,
    add_rule,
    add_service,
    add_week,
    at,
)

MONDAY = date(2026, 11, 23)
HOURLY = Limits(step_min=60)


def slots_of(store: Store, now: str = "2026-11-01T00:00+04:00", limits: Limits = HOURLY) -> Slots:
    return Slots(store, lambda _tx: limits, lambda: at(now))


def walls(found: list[Slot]) -> list[str]:
    return [one.wall_start[11:] for one in found]


async def test_starts_lie_within_the_shift_beside_what_is_busy(store: Store) -> None:
    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "13:00"], ["14:00", "18:00"])
        add_busy(tx, ani, "2026-11-23T15:00+04:00", "2026-11-23T16:00+04:00")
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    found = await slots_of(store).find(wanted, MONDAY, MONDAY)
    assert walls(found) == ["10:00", "11:00", "12:00", "14:00", "16:00", "17:00"]
    assert found[0].starts_at == at("2026-11-23T10:00+04:00")
    assert (found[0].zone, found[0].ends_at - found[0].starts_at) == ("Asia/Yerevan", timedelta(hours=1))


@pytest.mark.parametrize(
    ("zone", "day", "hours", "starts"),
    [
        # the clock goes back at midnight: the hour before it comes twice, and has starts once
        ("Asia/Almaty", "2024-02-29", ["22:00", "02:00"], ["16:00", "17:00", "19:00", "20:00"]),
        ("Asia/Almaty", "2024-03-01", ["00:00", "03:00"], ["19:00", "20:00", "21:00"]),
        ("Asia/Almaty", "2024-02-28", ["22:00", "02:00"], ["16:00", "17:00", "18:00", "19:00"]),
        # from two to three there is no hour in spring, and two of them in autumn
        ("Europe/Berlin", "2026-03-29", ["01:00", "05:00"], ["00:00", "01:00", "02:00"]),
        ("Europe/Berlin", "2026-10-25", ["01:00", "05:00"], ["23:00", "00:00", "02:00", "03:00"]),
        ("Europe/Berlin", "2028-02-29", ["22:00", "01:00"], ["21:00", "22:00", "23:00"]),
    ],
)
async def test_days_on_which_clocks_are_changed(
    store: Store, zone: str, day: str, hours: list[str], starts: list[str]
) -> None:
    def fill(tx: Tx) -> Wanted:
        ani = add_resource(tx, "Ani", branch_id=add_branch(tx, zone))
        add_week(tx, ani, ["00:00", "00:30"], starts_on="2030-01-01")
        add_day(tx, ani, day, hours)
        for off in (-1, 1):
            add_day(tx, ani, (date.fromisoformat(day) + timedelta(days=off)).isoformat())
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    one = date.fromisoformat(day)
    found = await slots_of(store, "2020-01-01T00:00+00:00").find(wanted, one, one + timedelta(days=1))
    assert [slot.starts_at.isoformat()[11:16] for slot in found] == starts
    assert len({(slot.wall_start, slot.zone) for slot in found}) == len(found)


async def test_a_shift_over_midnight_belongs_to_the_night_and_its_starts_to_their_days(store: Store) -> None:
    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_rule(tx, ani, "weekly", {"sun": [["22:00", "02:00"]]})
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    sunday = MONDAY - timedelta(days=1)
    slots = slots_of(store)
    assert walls(await slots.find(wanted, sunday, sunday)) == ["22:00", "23:00"]
    assert walls(await slots.find(wanted, MONDAY, MONDAY)) == ["00:00", "01:00"]


async def test_the_rule_made_last_holds_and_days_by_hand_go_before_all(store: Store) -> None:
    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "12:00"])
        shift = {"on": [["14:00", "16:00"]]}
        add_rule(tx, ani, "cycle", shift, starts_on="2026-11-23", until="2026-11-26", on_days=2, off_days=1)
        add_day(tx, ani, "2026-11-24", ["09:00", "10:00"])
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    found = await slots_of(store).find(wanted, MONDAY, MONDAY + timedelta(days=4))
    assert [one.wall_start[8:] for one in found] == [
        "23T14:00",
        "23T15:00",
        "24T09:00",
        "26T14:00",
        "26T15:00",
        "27T10:00",
        "27T11:00",
    ]


async def test_what_the_firm_keeps_closed_is_closed_by_rule_too(store: Store) -> None:
    """A day the firm named is off, a shorter one cuts the rule; a day set by hand is worked all the same."""

    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "20:00"])
        add_day(tx, ani, "2026-11-25", ["10:00", "11:00"])
        exceptions: list[JsonObject] = [
            {"date": "2026-11-23", "hours": [], "name": "Inventory"},
            {"date": "2026-11-24", "hours": [["09:00", "12:00"]], "name": "Eve"},
            {"date": "2026-11-25", "hours": [], "name": "Feast"},
        ]
        working_hours.put(tx, FIRM, Kept(None, exceptions, None), LONG_AGO)
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    found = await slots_of(store).find(wanted, MONDAY, MONDAY + timedelta(days=2))
    assert [one.wall_start[8:] for one in found] == ["24T10:00", "24T11:00", "25T10:00"]


async def test_without_a_schedule_of_his_own_he_works_the_hours_of_the_firm(store: Store) -> None:
    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        return Wanted((Part(add_service(tx, 60, [add_resource(tx, "Ani")])),))

    wanted = await store.writer.run(fill)
    assert walls(await slots_of(store).find(wanted, MONDAY, MONDAY)) == [f"{hour}:00" for hour in range(10, 20)]
    week: JsonObject = {"mon": [["12:00", "14:00"]]}
    await store.writer.run(lambda tx: working_hours.put(tx, FIRM, Kept(week, None, None), LONG_AGO))
    assert walls(await slots_of(store).find(wanted, MONDAY, MONDAY)) == ["12:00", "13:00"]


def add_session(tx: Tx, service_id: int, provider_id: int, hour: str, taken: int) -> int:
    starts_at = at(f"2026-11-23T{hour}+04:00")
    ends_at = starts_at + timedelta(hours=1)
    row = insert(GroupSessionRow).values(
        service_id=service_id,
        provider_id=provider_id,
        starts_at=starts_at,
        ends_at=ends_at,
        wall_start=f"2026-11-23T{hour}",
        zone="Asia/Yerevan",
        capacity=5,
        taken=taken,
    )
    session_id = tx.execute(row.returning(GroupSessionRow.id)).scalar_one()
    add_busy(tx, provider_id, starts_at.isoformat(), ends_at.isoformat(), "session", session_id=session_id)
    return session_id


async def test_sessions_with_seats_left_are_joined_and_new_ones_begin_beside_them(store: Store) -> None:
    def fill(tx: Tx) -> tuple[Wanted, int]:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "14:00"])
        yoga = add_service(tx, 60, [ani], capacity=5)
        _, full = add_session(tx, yoga, ani, "10:20", 2), add_session(tx, yoga, ani, "12:20", 5)
        starts_at = at("2026-11-23T12:20+04:00")
        lapsed = insert(HoldRow).values(
            key="k",
            purpose="chat",
            wanted={},
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            created_at=LONG_AGO,
            expires_at=LONG_AGO,
        )
        hold_id = tx.execute(lapsed.returning(HoldRow.id)).scalar_one()
        tx.execute(insert(SessionHoldRow).values(hold_id=hold_id, session_id=full, seats=2))
        return Wanted((Part(yoga),)), full

    wanted, full = await store.writer.run(fill)
    slots = slots_of(store, limits=Limits(step_min=20))
    found = await slots.find(wanted, MONDAY, MONDAY)
    seats = [(one.wall_start[11:], one.parts[0].session_id, one.parts[0].left) for one in found]
    assert seats == [("10:20", full - 1, 3), ("11:20", None, 5), ("12:20", full, 2)]
    (part,) = wanted.parts
    four = Wanted((Part(part.service_id, None, 4),))
    assert walls(await slots.find(four, MONDAY, MONDAY)) == ["11:20"]
    assert await slots.find(Wanted((Part(part.service_id, None, 6),)), MONDAY, MONDAY) == []


async def test_a_session_of_lapsed_holds_alone_is_in_nobody_s_way(store: Store) -> None:
    """Whoever wanted its seats has not come: another service has its time, and so has a new session beside it."""

    def fill(tx: Tx) -> tuple[Wanted, Wanted]:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "12:00"])
        yoga, cut = add_service(tx, 60, [ani], capacity=5), add_service(tx, 60, [ani])
        session = add_session(tx, yoga, ani, "10:20", 2)
        starts_at = at("2026-11-23T10:20+04:00")
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        row = insert(HoldRow).values(
            key="k", purpose="chat", wanted={}, **times, created_at=LONG_AGO, expires_at=LONG_AGO
        )
        hold_id = tx.execute(row.returning(HoldRow.id)).scalar_one()
        tx.execute(insert(SessionHoldRow).values(hold_id=hold_id, session_id=session, seats=2))
        return Wanted((Part(yoga),)), Wanted((Part(cut),))

    yoga, cut = await store.writer.run(fill)
    slots = slots_of(store, limits=Limits(step_min=60))
    assert walls(await slots.find(cut, MONDAY, MONDAY)) == ["10:00", "11:00"]
    found = await slots.find(yoga, MONDAY, MONDAY)
    assert [(one.wall_start[11:], one.parts[0].session_id, one.parts[0].left) for one in found] == [
        ("10:00", None, 5),
        ("11:00", None, 5),
    ]


async def test_a_hold_keeps_its_time_until_it_expires_with_no_other_sign(store: Store) -> None:
    def fill(tx: Tx) -> Wanted:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        add_week(tx, ani, ["10:00", "12:00"])
        start, end = "2026-11-23T10:00+04:00", "2026-11-23T11:00+04:00"
        hold = insert(HoldRow).values(
            key="k",
            purpose="chat",
            wanted={},
            starts_at=at(start),
            ends_at=at(end),
            created_at=LONG_AGO,
            expires_at=at("2026-11-01T00:10+04:00"),
        )
        hold_id = tx.execute(hold.returning(HoldRow.id)).scalar_one()
        add_busy(tx, ani, start, end, "hold", hold_id=hold_id)
        return Wanted((Part(add_service(tx, 60, [ani])),))

    wanted = await store.writer.run(fill)
    now = [at("2026-11-01T00:00+04:00")]
    slots = Slots(store, lambda _tx: HOURLY, lambda: now[0])
    assert walls(await slots.find(wanted, MONDAY, MONDAY)) == ["11:00"]
    now[0] += timedelta(minutes=10)
    assert walls(await slots.find(wanted, MONDAY, MONDAY)) == ["10:00", "11:00"]


async def test_what_is_kept_is_left_as_soon_as_anything_differs(store: Store) -> None:
    """Busy time, a schedule, a price, the hours of the firm; and starts that have begun meanwhile."""

    def fill(tx: Tx) -> tuple[Wanted, int]:
        add_branch(tx)
        ani = add_resource(tx, "Ani")
        return Wanted((Part(add_service(tx, 60, [ani])),)), ani

    wanted, ani = await store.writer.run(fill)
    now = [at("2026-11-23T00:00+04:00")]
    slots = Slots(store, lambda _tx: HOURLY, lambda: now[0])

    async def find() -> list[str]:
        return walls(await slots.find(wanted, MONDAY, MONDAY))

    hours = [f"{hour}:00" for hour in range(10, 20)]
    assert await find() == await find() == hours

    def take(tx: Tx) -> None:
        add_busy(tx, ani, "2026-11-23T10:00+04:00", "2026-11-23T11:00+04:00")
        allocations.bump(tx, [ani])

    await store.writer.run(take)
    assert await find() == hours[1:]
    now[0] = at("2026-11-23T11:01+04:00")
    assert await find() == hours[2:]
    now[0] = at("2026-11-23T11:02+04:00")
    assert await find() == hours[2:]
    week: JsonObject = {"mon": [["12:00", "14:00"]]}
    await store.writer.run(lambda tx: working_hours.put(tx, FIRM, Kept(week, None, None), now[0]))
    assert await find() == hours[2:4]
    far = at("2026-11-23T13:00+04:00")
    assert [one.starts_at for one in await slots.nearest(wanted, far, 2)] == [far - timedelta(hours=1), far]


async def test_the_nearest_are_the_nearest_of_the_fortnight(store: Store) -> None:
    """Whether the next free hour is near or days away, before or after, or there is none."""

    def fill(tx: Tx) -> Wanted:
        ani, vard = add_resource(tx, "Ani"), add_resource(tx, "Vard")
        add_week(tx, ani, ["10:00", "14:00"])
        add_day(tx, vard, "2026-11-30", ["12:00", "20:00"])
        add_busy(tx, ani, "2026-11-24T11:00+04:00", "2026-11-29T12:00+04:00")
        return Wanted((Part(add_service(tx, 60, [ani, vard])),))

    wanted = await store.writer.run(fill)
    slots = Slots(store, lambda _tx: HOURLY, lambda: at("2026-11-23T00:00+04:00"))
    for moment in (f"2026-11-{day}T{hour}:20+04:00" for day in range(22, 31) for hour in ("00", "09", "12", "19")):
        asked = at(moment)
        days = asked.date() - timedelta(days=7), asked.date() + timedelta(days=14)
        every = await slots.find(wanted, *days)
        for count in (1, 5, 1000):
            wished = sorted(every, key=lambda one: abs(one.starts_at - asked))[:count]
            assert await slots.nearest(wanted, asked, count) == sorted(wished, key=lambda one: one.starts_at), moment


async def test_customers_are_bound_by_what_the_firm_has_set_and_staff_by_the_grid(store: Store) -> None:
    def fill(tx: Tx) -> tuple[int, int]:
        add_branch(tx)
        ani, vard = add_resource(tx, "Ani"), add_resource(tx, "Vard", online=False)
        for one in (ani, vard):
            add_week(tx, one, ["10:00", "12:00"])
        return add_service(tx, 60, [ani, vard]), add_service(tx, 60, [ani], online=False)

    cut, inner = await store.writer.run(fill)
    customers = Limits(60, notice_min=60 * 24 + 30, far_days=2, online=True)
    slots = slots_of(store, "2026-11-22T10:00+04:00", customers)
    last = MONDAY + timedelta(days=6)
    found = await slots.find(Wanted((Part(cut),)), MONDAY, last, each=True)
    assert [one.wall_start[8:] for one in found] == ["23T11:00", "24T10:00", "24T11:00"]
    assert await slots.find(Wanted((Part(inner),)), MONDAY, last) == []
    staff = await slots.find(Wanted((Part(cut),)), MONDAY, last, each=True, limits="staff")
    assert len(staff) == 2 * 2 * 7


async def test_what_cannot_be_looked_for_is_refused(store: Store) -> None:
    def fill(tx: Tx) -> tuple[int, int]:
        add_branch(tx)
        return add_service(tx, 60, [add_resource(tx, "Ani")]), add_resource(tx, "Room", "room")

    service, room = await store.writer.run(fill)
    slots = slots_of(store)
    for parts, days, key in (
        ((), 1, "slots.parts"),
        ((Part(service),) * 7, 1, "slots.parts"),
        ((Part(service),), 32, "slots.too_many_days"),
        ((Part(service + 1),), 1, "slots.no_service"),
        ((Part(service, room),), 1, "slots.no_provider"),
        ((Part(service, 999),), 1, "slots.no_provider"),
    ):
        with pytest.raises(Rejected) as refused:
            await slots.find(Wanted(parts), MONDAY, MONDAY + timedelta(days=days - 1))
        assert refused.value.text_key == key


async def test_every_reason_why_there_is_no_time(store: Store) -> None:
    def fill(tx: Tx) -> dict[str, Wanted]:
        add_branch(tx)
        people = {name: add_resource(tx, name) for name in ("busy", "outer", "off", "short", "free", "closed", "gone")}
        room = add_resource(tx, "Room", "room")
        for name, one in people.items():
            if name != "closed":
                add_week(tx, one, ["10:00", "10:30"] if name == "short" else ["10:00", "12:00"])
        add_day(tx, people["off"], "2026-11-23")
        day = "2026-11-23T09:00+04:00", "2026-11-23T20:00+04:00"
        add_busy(tx, people["busy"], *day)
        add_busy(tx, people["outer"], *day, kind="outside")
        add_busy(tx, room, *day)
        session = add_service(tx, 60, [people["busy"]], capacity=5)
        with_room = add_service(tx, 60, [people["free"]])
        add_need(tx, with_room, 1, [room])
        found = {name: add_service(tx, 60, [one]) for name, one in people.items()}
        working_hours.put(tx, FIRM, Kept({"tue": [["10:00", "12:00"]]}, None, None), LONG_AGO)
        tx.execute(update(ResourceRow).where(ResourceRow.id == people["gone"]).values(archived_at=LONG_AGO))
        inner = add_service(tx, 60, [people["free"]], online=False)
        found |= {"room": with_room, "inner": inner, "nobody": add_service(tx, 60, []), "long": session}
        wanted = {name: Wanted((Part(one),)) for name, one in found.items()}
        wanted["wrong"] = Wanted((Part(found["short"], people["free"]),))
        wanted["after"] = Wanted((Part(found["free"]), Part(found["off"])))
        wanted["apart"] = Wanted((Part(found["free"]), Part(found["free"])), "parallel")
        return wanted

    wanted = await store.writer.run(fill)

    async def why(name: str, now: str = "2026-11-23T00:00+04:00", day: date = MONDAY) -> list[str]:
        limits = Limits(60, notice_min=30, far_days=5, online=True)
        return [one.code for one in await slots_of(store, now, limits).why(wanted[name], day)]

    assert await why("free") == []
    assert await why("busy") == ["busy"]
    assert await why("outer") == ["outside"]
    assert await why("off") == ["not_worked"]
    assert await why("closed") == ["closed"]
    assert await why("short") == ["too_short"]
    assert await why("room") == ["room_taken"]
    assert await why("inner") == ["not_online"]
    assert await why("nobody") == ["nobody"]
    assert await why("gone") == ["nobody"]
    assert await why("wrong") == ["not_done"]
    assert await why("after") == ["not_worked"]
    assert await why("apart") == ["not_together"]
    assert await why("free", "2026-11-23T10:45+04:00") == ["notice"]
    assert await why("free", "2026-11-23T11:15+04:00") == ["over"]
    assert await why("free", "2026-11-24T11:15+04:00") == ["past"]
    assert await why("free", day=MONDAY + timedelta(days=6)) == ["too_far"]
