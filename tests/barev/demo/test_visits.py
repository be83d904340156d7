"""The demo's visits: all branches have their own day, and a later start finds them about its own."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Row, select, text, update

from barev.demo import seed
from barev.demo.visit_seeding import renew_visits
from business.hours.holidays_of import holidays_of
from conversation import clock
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import AppointmentItemRow, AppointmentRow, BranchRow, GroupSessionRow, WaitlistWishRow
from tests.business.visits.parlour import OVERLAPS, STRAY_SEATS

ZONES = {"Asia/Yerevan", "Asia/Tbilisi", "Asia/Almaty"}
MONDAY = datetime.fromisoformat("2026-11-23T05:00+00:00")


def visits(tx: Tx) -> list[Row[Any]]:
    """All, with the zone of their branch."""
    query = select(*AppointmentRow.__table__.c, BranchRow.timezone, BranchRow.country).join(BranchRow)
    return list(tx.execute(query.order_by(AppointmentRow.id)))


def faults(tx: Tx) -> list[int]:
    """Overlaps, seats that nobody has, and items that are not in their visit."""
    strays = select(AppointmentItemRow.id).join(AppointmentRow)
    apart = strays.where(AppointmentItemRow.starts_at != AppointmentRow.starts_at)
    return [*(int(tx.scalar(text(one)) or 0) for one in (OVERLAPS, STRAY_SEATS)), len(tx.execute(apart).all())]


def check_day(found: list[Row[Any]], at: datetime) -> None:
    """Today's journal has visits in every branch, by its own clock, in the status that the hour gives them."""
    today = [one for one in found if one.starts_at.astimezone(ZoneInfo(one.zone)).date() == at.date()]
    assert {one.zone for one in today} == ZONES
    assert len(today) >= 15
    for one in found:
        assert one.zone == one.timezone
        assert one.starts_at.astimezone(ZoneInfo(one.zone)).strftime("%Y-%m-%dT%H:%M") == one.wall_start
        assert one.status not in ("paid", "done", "no_show") or one.ends_at <= at
        assert one.status not in ("booked", "confirmed") or one.ends_at > at


@pytest.mark.parametrize("days", range(7))
async def test_a_later_start_has_its_own_day(store: Store, days: int) -> None:
    """Whatever the weekday of the first start and of the later one; a visit that was changed stays where it is."""
    first = MONDAY + timedelta(days=days)
    await store.writer.run(lambda tx: seed(tx, clock.to_ms(first), "hash"))
    assert await store.read(faults) == [0, 0, 0]
    before = await store.read(visits)
    if days == 0:
        check_day(before, first)
    series = [one.starts_at for one in before if one.series_id is not None]
    assert len(series) == 4
    (session,) = await store.read(lambda tx: tx.execute(select(*GroupSessionRow.__table__.c)).all())
    assert (session.taken, session.capacity) == (3, 8)
    touched = next(one.id for one in before if one.status == "booked" and one.series_id is None)
    own = update(AppointmentRow).where(AppointmentRow.id == touched)
    await store.writer.run(lambda tx: tx.execute(own.values(version=2)))
    later = MONDAY + timedelta(days=14)
    await store.writer.run(lambda tx: renew_visits(tx, later))
    assert await store.read(faults) == [0, 0, 0]
    after = await store.read(visits)
    assert [one.id for one in after] == [one.id for one in before]
    (stays,) = (one for one in after if one.id == touched)
    assert stays.starts_at == next(one.starts_at for one in before if one.id == touched)
    check_day([one for one in after if one.id != touched], later)
    wishes = await store.read(lambda tx: list(tx.scalars(select(WaitlistWishRow.from_day))))
    assert wishes == ["2026-12-07"] * 2


async def test_nobody_comes_on_a_public_holiday(store: Store) -> None:
    """Over the turn of the year, when all three countries have several; the first two days are open for everybody."""
    at = datetime.fromisoformat("2026-12-30T05:00+00:00")
    await store.writer.run(lambda tx: seed(tx, clock.to_ms(at), "hash"))
    days = {
        (one.country, one.starts_at.astimezone(ZoneInfo(one.zone)).date())
        for one in await store.read(visits)
        if one.starts_at > at + timedelta(days=2)
    }
    assert {country for country, _ in days} == {"AM", "GE", "KZ"}
    assert [(country, day) for country, day in days if day in holidays_of(country, day.year)] == []
