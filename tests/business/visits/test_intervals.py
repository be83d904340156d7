"""Whatever is booked, held, moved, cancelled and swept in whatever order: the store says yes exactly where a plain list
of intervals does, and nothing ever overlaps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from business.booking.holds import Holds
from business.booking.model import BookRequest, Part, Wanted
from business.booking.moving import Move
from business.booking.visits import Visits
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx
from crm_store.engine import Store
from tests.business.visits.parlour import Salon, at, check_sound, make_salon, visits_of

pytestmark = pytest.mark.slow
_SEATS = 4
T = TypeVar("T")
_TABLES = ("allocations", "appointment_items", "appointments", "session_holds", "group_sessions", "holds")
_deeds = st.lists(
    st.tuples(
        st.sampled_from(["cut", "cut", "massage", "yoga", "hold", "move", "cancel", "release", "sweep"]),
        st.integers(0, 1),
        st.integers(0, 16),
        st.integers(1, 3),
    ),
    min_size=5,
    max_size=30,
)


@dataclass
class Taken:
    """What one booking or hold occupies: stretches of resources, or seats of a session."""

    what: str
    provider: int
    start: int
    seats: int
    session: tuple[int, int] | None
    stretches: list[tuple[int, int, int]]


@dataclass
class Plain:
    """Intervals in a list, minutes of the day, and nothing cleverer."""

    salon: Salon
    kept: dict[str, Taken] = field(default_factory=dict)

    def wanted(self, what: str, provider: int, start: int, seats: int) -> Taken:
        salon = self.salon
        if what == "yoga":
            return Taken(what, salon.ani, start, seats, (salon.ani, start), [(salon.ani, start, start + 60)])
        if what == "massage":
            span = start - 5, start + 55
            return Taken(what, provider, start, 1, None, [(one, *span) for one in (provider, salon.table)])
        return Taken(what, provider, start, 1, None, [(provider, start, start + 30)])

    def fits(self, new: Taken, without: str = "") -> bool:
        others = [one for key, one in self.kept.items() if key != without]
        same = [one for one in others if new.session is not None and one.session == new.session]
        if same:
            return sum(one.seats for one in same) + new.seats <= _SEATS
        return not any(
            mine[0] == theirs[0] and mine[1] < theirs[2] and theirs[1] < mine[2]
            for one in others
            for mine in new.stretches
            for theirs in one.stretches
        )


async def _says_yes(deed: Callable[[], Awaitable[T]]) -> T | None:
    """What it answers; None where the time is taken."""
    try:
        return await deed()
    except Rejected as error:
        if error.code != "slot_taken":
            raise
        return None


def _clear(tx: Tx) -> None:
    for table in _TABLES:
        tx.execute(text(f"DELETE FROM {table}"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=_deeds)
async def test_it_agrees_with_a_plain_list(store: Store, owner: Agent, deeds: list[tuple[str, int, int, int]]) -> None:
    salon = await _salon_of(store)
    await store.writer.run(_clear)
    visits, plain = visits_of(store), Plain(salon)
    holds = Holds(store, visits)
    for number, (deed, who, slot, seats) in enumerate(deeds):
        await _do(number, deed, (salon.nino, salon.ani)[who], slot * 15, seats, owner, visits, holds, plain)
    await check_sound(store)


_salons: dict[int, Salon] = {}


async def _salon_of(store: Store) -> Salon:
    if id(store) not in _salons:
        _salons.clear()
        _salons[id(store)] = await make_salon(store)
    return _salons[id(store)]


async def _do(
    number: int,
    deed: str,
    provider: int,
    start: int,
    seats: int,
    owner: Agent,
    visits: Visits,
    holds: Holds,
    plain: Plain,
) -> None:
    salon = plain.salon
    services = {"cut": salon.cut, "massage": salon.massage, "yoga": salon.yoga}
    if deed in services:
        new = plain.wanted(deed, provider, start, seats)
        wanted = Wanted((Part(services[deed], new.provider, new.seats),))
        request = BookRequest(wanted, _at(start), salon.contact, "desk")
        booked = await _says_yes(lambda: visits.book(owner, request))
        assert (booked is not None) == plain.fits(new), (deed, new, plain.kept)
        if booked is not None:
            plain.kept[f"visit {booked.appointment.id}"] = new
    elif deed == "hold":
        what = ("cut", "yoga")[seats % 2]
        new = plain.wanted(what, provider, start, seats)
        wanted = Wanted((Part(services[what], new.provider, new.seats),))
        expired = start % 60 == 45
        minutes = -1 if expired else 10
        held = await _says_yes(lambda: holds.take(wanted, _at(start), "chat", f"{number}", minutes=minutes))
        assert (held is not None) == plain.fits(new), (deed, new, plain.kept)
        if held is not None and not expired:  # one that has expired is in nobody's way
            plain.kept[f"hold {held.hold_id}"] = new
    elif deed == "sweep":
        await holds.sweep()
    else:
        await _change(deed, start, owner, visits, holds, plain)


async def _change(deed: str, start: int, owner: Agent, visits: Visits, holds: Holds, plain: Plain) -> None:
    kind = "hold" if deed == "release" else "visit"
    mine = [key for key in plain.kept if key.startswith(kind)]
    if not mine:
        return
    key = mine[start % len(mine)]
    row_id, old = int(key.split()[1]), plain.kept[key]
    if deed == "move":
        new = plain.wanted(old.what, old.provider, start, old.seats)
        moved = await _says_yes(lambda: visits.move(owner, row_id, Move(starts_at=_at(start))))
        assert (moved is not None) == plain.fits(new, key), (deed, old, new, plain.kept)
        if moved is not None:
            plain.kept[key] = new
        return
    if deed == "cancel":
        await visits.cancel(owner, row_id)
    else:
        assert await holds.release(row_id)
    del plain.kept[key]


def _at(minute: int) -> datetime:
    return at(8) + timedelta(minutes=minute)
