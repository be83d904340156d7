"""What is kept of free time never differs from what is read anew, whoever books, moves, cancels, or changes hours."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from business.booking import kept
from business.booking.breaks import Breaks
from business.booking.ground import Freedom, Limits
from business.booking.holds import Holds
from business.booking.model import Part, Slot, Wanted
from business.booking.moving import Move
from business.booking.slots import Slots
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, JsonObject
from crm_store import Tx, resources, settings_table, working_hours
from crm_store.engine import Store
from crm_store.models import AllocationRow, ScheduleDayRow
from crm_store.working_hours import FIRM, Kept
from tests.business.booking.salon import add_day, add_rule
from tests.business.visits.parlour import Salon, at, make_salon, visits_of, wish

pytestmark = pytest.mark.slow
_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            "cut massage colour move cancel hold release later break outside rule day hours step".split()  # noqa: SIM905
        ),
        st.integers(0, 1),
        st.integers(0, 40),
    ),
    min_size=4,
    max_size=14,
)
_ASKS = st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([None, "staff", Limits(20, online=True)]))
_STEP = "booking.step_min"


class Firm:
    """A salon with two processes that look for time in it, and the clock by which they look."""

    def __init__(self, store: Store, salon: Salon, owner: Agent) -> None:
        self.store = store
        self.salon = salon
        self.owner = owner
        self.visits = visits_of(store)
        self.holds = Holds(store, self.visits)
        self.processes = Slots(store, _limits, self.now), Slots(store, _limits, self.now)
        self._ahead = timedelta()
        self._booked: list[int] = []
        self._held: list[int] = []

    def now(self) -> datetime:
        return clock.now() + self._ahead

    async def do(self, number: int, deed: str, who: int, place: int) -> None:
        """One of the things that happen."""
        salon, provider = self.salon, (self.salon.nino, self.salon.ani)[who]
        starts_at = at(8, days=2 + place % 3) + timedelta(minutes=15 * place)
        if deed in ("cut", "massage", "colour"):
            request = wish(salon, {"cut": salon.cut, "massage": salon.massage, "colour": salon.colour}[deed], starts_at)
            self._booked.append((await self.visits.book(self.owner, request)).appointment.id)
        elif deed == "move" and self._booked:
            await self.visits.move(self.owner, self._booked[place % len(self._booked)], Move(starts_at=starts_at))
        elif deed == "cancel" and self._booked:
            await self.visits.cancel(self.owner, self._booked.pop(place % len(self._booked)))
        elif deed == "hold":
            wanted = Wanted((Part(salon.cut, provider),))
            held = await self.holds.take(wanted, starts_at, "chat", f"{id(self)} {number}", minutes=place % 20 - 4)
            self._held.append(held.hold_id)
        elif deed == "release" and self._held:
            await self.holds.release(self._held.pop())
        elif deed == "later":
            self._ahead += timedelta(minutes=place)
        elif deed == "break":
            await Breaks(self.visits).add(
                self.owner, provider, starts_at, starts_at + timedelta(minutes=50), "break", ""
            )
        else:
            await self.store.writer.run(lambda tx: _change(tx, deed, provider, place))

    async def check(self, ask: tuple[int, int, Freedom]) -> None:
        """Both processes know what one that has just begun finds; so does the one that is asked while it is booked."""
        which, window, limits = ask
        service = (self.salon.cut, self.salon.massage, self.salon.colour)[which]
        wanted, first = Wanted((Part(service),)), at(0).date()
        last = first + timedelta(days=(0, 2, 9)[window])
        fresh = await _find(Slots(self.store, _limits, self.now), wanted, first, last, limits)
        for process in self.processes:
            assert await _find(process, wanted, first, last, limits) == fresh
            seen = await self.store.writer.run(
                lambda tx, process=process: process.find_in(tx, wanted, first, last, each=True, limits=limits)  # type: ignore[misc]
            )
            assert seen == fresh


async def _find(slots: Slots, wanted: Wanted, first: date, last: date, limits: Freedom) -> list[Slot]:
    return await slots.find(wanted, first, last, each=True, limits=limits)


def _limits(tx: Tx) -> Limits:
    kept = settings_table.get(tx, _STEP)
    return Limits(kept if isinstance(kept, int) else 15, online=True)


def _change(tx: Tx, deed: str, provider: int, place: int) -> None:
    """What the desk would write of it."""
    starts_at = at(8, days=2 + place % 3) + timedelta(minutes=15 * place)
    hours = [f"{place % 12:02}:00", "20:30"]
    if deed == "step":
        settings_table.put(tx, _STEP, (15, 20, 60)[place % 3], clock.now())
    elif deed == "hours":
        exceptions: list[JsonObject] = [{"date": starts_at.date().isoformat(), "hours": [[*hours]], "name": "Short"}]
        working_hours.put(tx, FIRM, Kept(None, exceptions, None), clock.now())
    else:
        if deed == "outside":
            ends_at = starts_at + timedelta(minutes=33, seconds=7)
            row = {"resource_id": provider, "starts_at": starts_at - timedelta(seconds=5), "ends_at": ends_at}
            tx.execute(insert(AllocationRow).values(kind="outside", exclusive=False, **row))
        elif deed == "rule":
            add_rule(tx, provider, "cycle", {"on": [hours]}, on_days=1 + place % 3, off_days=1)
        else:
            gone = ScheduleDayRow.resource_id == provider, ScheduleDayRow.day == starts_at.date().isoformat()
            tx.execute(delete(ScheduleDayRow).where(*gone))
            add_day(tx, provider, starts_at.date().isoformat(), hours)
        resources.bump_versions(tx, [provider])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(_DEEDS, _ASKS), min_size=1, max_size=4))
async def test_kept_answers_are_those_of_a_fresh_look(
    store: Store, owner: Agent, deeds: list[tuple[list[tuple[str, int, int]], tuple[int, int, Freedom]]]
) -> None:
    firm = Firm(store, await make_salon(store), owner)
    number = 0
    for some, ask in deeds:
        await firm.check(ask)
        for deed, who, place in some:
            number += 1
            with suppress(Rejected):  # it is taken, or not worked
                await firm.do(number, deed, who, place)
            if place % 2:
                await firm.check(ask)
        await firm.check(ask)


async def test_what_is_kept_is_bounded(store: Store, owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where little may be kept, as much is forgotten, and the answers are the same."""
    monkeypatch.setattr(kept, "MOST_STRETCHES", 1)
    firm = Firm(store, await make_salon(store), owner)
    for place in range(4):
        await firm.do(place, "cut", 0, 3 * place)
        await firm.check((place % 3, 1, None))
