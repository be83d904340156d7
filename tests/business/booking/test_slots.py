"""Free time out of a store: schedules, busy time, rooms, groups, zones and the changes of their clocks."""

from datetime import date, timedelta

from business.booking.ground import Limits
from business.booking.model import Part, Slot, Wanted
from business.booking.slots import Slots
from crm_store import Tx
from crm_store.engine import Store
from tests.business.booking.salon import (
    add_branch,
    add_busy,
    add_resource,
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
