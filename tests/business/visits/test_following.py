"""Visits that recur are moved and cancelled from one on, all or none; one service is taken out of a visit."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from business.booking.model import Appointment, Part, Wanted
from business.booking.moving import Move
from business.booking.series import (
    Repeat,
    Series,
    book_series_in,
    cancel_series_in,
    move_series_in,
    move_several_in,
    way_back,
)
from business.booking.visits import Visits
from conversation.errors import Rejected
from conversation.events import AppointmentChanged, Event
from conversation.messages import Agent
from crm_store.engine import Store
from tests.business.visits.parlour import Salon, at, check_sound, make_salon, visits_of, wish


async def weekly(store: Store, owner: Agent, visits: Visits, salon: Salon, every: int = 7) -> Series:
    """Four cuts at ten."""
    request = wish(salon, salon.cut, at(10), salon.nino)
    repeat = Repeat("day", every, 4)
    return await visits.write(lambda tx: book_series_in(tx, visits, owner, request, repeat))


async def starts(visits: Visits, series: Series) -> list[datetime]:
    """When they begin now."""
    return [(await visits.find(one.id)).starts_at for one in series.visits]


async def test_from_one_on_by_as_many_days_and_to_the_same_hour(store: Store, owner: Agent) -> None:
    """The first stays; what comes after the chosen one goes with it, with the specialist that is named."""
    told: list[Event] = []
    salon, visits = await make_salon(store), visits_of(store, told)
    series = await weekly(store, owner, visits, salon)
    told.clear()
    second = series.visits[1]
    to = Move(second.starts_at + timedelta(days=1, hours=2), salon.ani, version=second.version)
    moved = await visits.write(lambda tx: move_series_in(tx, visits, owner, second.id, to))
    assert [one.id for one in moved.visits] == [one.id for one in series.visits[1:]]
    first, *later = [one.starts_at for one in series.visits]
    assert await starts(visits, series) == [first, *(one + timedelta(days=1, hours=2) for one in later)]
    assert {(await visits.find(one.id)).items[0].provider_id for one in moved.visits} == {salon.ani}
    assert [one.name for one in told if isinstance(one, AppointmentChanged)] == ["appointment.moved"] * 3
    await check_sound(store)


@pytest.mark.parametrize("days", [1, -1])
async def test_each_may_take_the_time_of_the_next(store: Store, owner: Agent, days: int) -> None:
    """A daily series by a day, either way: none stands in another's way, and a visit may overlap where it was."""
    salon, visits = await make_salon(store), visits_of(store)
    series = await weekly(store, owner, visits, salon, every=1)
    before = [one.starts_at for one in series.visits]
    chosen = series.visits[1 if days < 0 else 0]
    shift = timedelta(days=days) if days > 0 else timedelta(minutes=-15)
    await visits.write(lambda tx: move_series_in(tx, visits, owner, chosen.id, Move(chosen.starts_at + shift)))
    kept = 1 if days < 0 else 0
    assert await starts(visits, series) == [*before[:kept], *(one + shift for one in before[kept:])]
    await check_sound(store)


async def test_all_or_none(store: Store, owner: Agent) -> None:
    """One that cannot be moved keeps them all, and is named."""
    salon, visits = await make_salon(store), visits_of(store)
    series = await weekly(store, owner, visits, salon)
    third = series.visits[2].starts_at + timedelta(hours=1)
    await visits.book(owner, wish(salon, salon.cut, third, salon.nino))
    to = Move(series.visits[0].starts_at + timedelta(hours=1))
    with pytest.raises(Rejected) as refused:
        await visits.write(lambda tx: move_series_in(tx, visits, owner, series.visits[0].id, to))
    assert (refused.value.code, refused.value.extra) == ("slot_taken", {"starts_at": third})
    assert await starts(visits, series) == [one.starts_at for one in series.visits]
    await check_sound(store)


async def test_moved_back_as_it_was(store: Store, owner: Agent) -> None:
    """Each to its own time, length and specialists, those too that were moved by themselves before."""
    salon, visits = await make_salon(store), visits_of(store)
    series = await weekly(store, owner, visits, salon)
    third = series.visits[2]
    await visits.move(owner, third.id, Move(third.starts_at + timedelta(hours=3), salon.ani))
    before = [await visits.find(one.id) for one in series.visits]
    chosen = before[1]
    start = chosen.starts_at - timedelta(days=8, hours=-1)  # before the first, which is not to be moved back with them
    to = Move(start, salon.ani, start + timedelta(minutes=75))
    moved = await visits.write(lambda tx: move_series_in(tx, visits, owner, chosen.id, to))
    assert len(moved.visits) == 3
    back = await visits.write(lambda tx: move_several_in(tx, visits, owner, way_back(moved)))
    assert [one.id for one in back.visits] == [one.id for one in before[1:]]
    for was in before:
        now = await visits.find(was.id)
        assert (now.starts_at, now.ends_at, now.wall_start) == (was.starts_at, was.ends_at, was.wall_start)
        assert [one.provider_id for one in now.items] == [one.provider_id for one in was.items]
        assert now.total_minor == was.total_minor
    await check_sound(store)


@pytest.mark.parametrize("how", ["taken", "cancelled", "changed", "twice"])
async def test_the_way_back_is_refused_as_a_whole(store: Store, owner: Agent, how: str) -> None:
    """Where one time is taken meanwhile, or one visit is another than it was left: none of them is moved."""
    salon, visits = await make_salon(store), visits_of(store)
    series = await weekly(store, owner, visits, salon)
    chosen, last = series.visits[0], series.visits[3]
    to = Move(chosen.starts_at + timedelta(hours=4))
    moved = await visits.write(lambda tx: move_series_in(tx, visits, owner, chosen.id, to))
    moves = way_back(moved)
    if how == "taken":
        await visits.book(owner, wish(salon, salon.cut, last.starts_at, salon.nino))
    elif how == "cancelled":
        await visits.cancel(owner, last.id)
    elif how == "changed":
        await visits.write(lambda tx: visits.change_in(tx, owner, last.id, {"note": "rings first"}))
    else:
        moves = [*moves, moves[0]]
    with pytest.raises(Rejected) as refused:
        await visits.write(lambda tx: move_several_in(tx, visits, owner, moves))
    expected = {"taken": "slot_taken", "cancelled": "conflict", "changed": "conflict", "twice": "invalid"}
    assert refused.value.code == expected[how]
    if how != "twice":
        at = last.starts_at + timedelta(hours=0 if how == "taken" else 4)
        assert refused.value.extra["starts_at"] == at
    assert await starts(visits, series) == [one.starts_at + timedelta(hours=4) for one in series.visits]
    await check_sound(store)


async def test_cancelled_from_one_on(store: Store, owner: Agent) -> None:
    """Their time is free again; a second time changes nothing; a visit that does not recur is cancelled alone."""
    salon, visits = await make_salon(store), visits_of(store)
    series = await weekly(store, owner, visits, salon)
    chosen = series.visits[1]
    for _ in range(2):
        await visits.write(lambda tx: cancel_series_in(tx, visits, owner, chosen.id, "moves away"))
    found = [await visits.find(one.id) for one in series.visits]
    assert [one.status for one in found] == ["booked", "cancelled", "cancelled", "cancelled"]
    assert found[3].cancel_reason == "moves away"
    alone = (await visits.book(owner, wish(salon, salon.cut, chosen.starts_at, salon.nino))).appointment
    done = await visits.write(lambda tx: cancel_series_in(tx, visits, owner, alone.id))
    assert [one.id for one in done.visits] == [alone.id]
    assert (await visits.find(series.visits[0].id)).status == "booked"
    await check_sound(store)


async def test_one_service_is_taken_out(store: Store, owner: Agent) -> None:
    """It is a visit of its own then, at its time and price, and is moved and cancelled alone; the rest stays."""
    told: list[Event] = []
    salon, visits = await make_salon(store), visits_of(store, told)
    wanted = Wanted((Part(salon.colour, salon.nino), Part(salon.cut, salon.nino), Part(salon.cut, salon.ani)))
    request = replace(wish(salon, salon.cut, at(10)), wanted=wanted, discount_minor=1000, note="as always")
    visit = (await visits.book(owner, request)).appointment
    first = visit.items[0]
    told.clear()
    apart = (await visits.write(lambda tx: visits.part_in(tx, owner, visit.id, first.id))).appointment
    rest = await visits.find(visit.id)
    assert [one.id for one in apart.items] == [first.id]
    assert (apart.starts_at, apart.ends_at, apart.total_minor) == (first.starts_at, first.ends_at, 9000)
    assert (apart.contact_id, apart.note, apart.wall_start) == (salon.contact, "as always", visit.wall_start)
    assert (rest.starts_at, rest.total_minor) == (first.ends_at, 9000)
    names = [one.name for one in told if isinstance(one, AppointmentChanged)]
    assert names == ["appointment.moved", "appointment.booked"]
    await _moved_and_cancelled(visits, owner, apart, rest)
    again = await visits.write(lambda tx: visits.part_in(tx, owner, apart.id, first.id))
    assert again.repeated
    await check_sound(store)


async def _moved_and_cancelled(visits: Visits, owner: Agent, apart: Appointment, rest: Appointment) -> None:
    await visits.move(owner, apart.id, Move(apart.starts_at - timedelta(hours=1)))
    assert await visits.find(rest.id) == rest
    (cut, _) = rest.items
    alone = (await visits.write(lambda tx: visits.part_in(tx, owner, rest.id, cut.id))).appointment
    await visits.cancel(owner, alone.id)
    assert (await visits.find(rest.id)).status == "booked"
    with pytest.raises(Rejected):
        await visits.write(lambda tx: visits.part_in(tx, owner, rest.id, cut.id))
