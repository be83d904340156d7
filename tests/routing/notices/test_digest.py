"""The evening digest: at the hour of the firm's clock, once, to who may read it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from business.jobs import JobRunner
from business.team.notices import OwnNotices, link_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Channel
from conversation.texts import Catalogue
from crm_store import Tx, settings_table
from crm_store.engine import Store
from crm_store.models import BranchRow, JobRow, OutgoingRow
from routing.notices.digest import KIND, Digest, evening_of
from routing.notices.wording import Wording

ALMATY = ZoneInfo("Asia/Almaty")
WAYS: frozenset[Channel] = frozenset(("telegram", "email"))


def digest_of(store: Store) -> Digest:
    """As the product makes it."""
    return Digest(store, Wording(Catalogue(), ""), lambda: WAYS, "UTC", "Barev")


def move_to(tx: Tx, zone: str, hour: str) -> None:
    """The firm is in a zone, and sums its day up at an hour."""
    tx.execute(update(BranchRow).values(timezone=zone))
    settings_table.put(tx, "notices.digest_at", hour, clock.now())


def list_jobs(tx: Tx) -> list[tuple[str, datetime, str]]:
    """Day, moment and state of all digests planned."""
    rows = tx.execute(select(JobRow.payload, JobRow.run_at, JobRow.state).where(JobRow.kind == KIND))
    return [(str(row.payload["day"]), row.run_at, row.state) for row in rows]


def list_told(tx: Tx) -> list[tuple[str, str]]:
    """To whom what was written."""
    rows = tx.execute(select(OutgoingRow.recipient, OutgoingRow.payload).order_by(OutgoingRow.id))
    return [(row.recipient, str(row.payload["text"])) for row in rows]


async def test_once_an_evening_in_almaty(store: Store, owner: Agent, gor: Agent) -> None:
    """Two processes plan the same evening once and write it once; the next evening is planned with it; an agent who may
    not see all is not told, whatever was kept of his wishes."""

    def link(tx: Tx) -> None:
        hour = (clock.now() + timedelta(hours=2)).astimezone(ALMATY).strftime("%H:%M")
        move_to(tx, "Asia/Almaty", hour)
        link_now(tx, owner, "telegram", "1", "@mariam", None)
        link_now(tx, owner, "email", "m@example.am", "m@example.am", None)
        link_now(tx, gor, "telegram", "2", "@gor", None)

    await store.writer.run(link)
    own = OwnNotices(store, lambda: WAYS, "AM", 15)
    with pytest.raises(Rejected, match="digest_forbidden"):
        await own.choose(gor, {"digest": True})
    first, second = digest_of(store), digest_of(store)
    await first.plan()
    await second.plan()
    ((day, moment, state),) = await store.read(list_jobs)
    assert (moment.astimezone(ALMATY).date().isoformat(), state) == (day, "queued")
    assert timedelta(hours=1, minutes=58) < moment - clock.now() <= timedelta(hours=2)
    runners = [JobRunner(store, lambda _: None, one.handlers()) for one in (first, second)]
    assert [await one.run_due() for one in runners] == [0, 0]
    due = update(JobRow).values(run_at=clock.now() - timedelta(minutes=1))
    await store.writer.run(lambda tx: tx.execute(due))
    assert sum([await one.run_due() for one in runners]) == 1
    told = await store.read(list_told)
    assert [to for to, _ in told] == ["1", "m@example.am"]
    assert told[0][1].splitlines()[0] == f"Barev, {date.fromisoformat(day):%d.%m.%Y}"
    states = sorted(state for _, _, state in await store.read(list_jobs))
    assert states[0] == "done"
    assert await runners[0].run_due() == 0


async def test_another_hour_and_a_late_start(store: Store, owner: Agent) -> None:
    """The job of an hour that was given up writes nothing; neither does one that comes the next day."""
    digest = digest_of(store)
    await store.writer.run(lambda tx: link_now(tx, owner, "telegram", "1", "@mariam", None))
    long_ago = {"max_attempts": 10, "kind": KIND, "created_at": clock.now()}
    jobs = [
        {**long_ago, "payload": {"day": "2026-11-20", "at": "20:00"}, "run_at": clock.now() - timedelta(hours=7)},
        {**long_ago, "payload": {"day": "2026-11-21", "at": "19:00"}, "run_at": clock.now() - timedelta(minutes=1)},
    ]
    await store.writer.run(lambda tx: tx.execute(insert(JobRow), jobs))
    assert await JobRunner(store, lambda _: None, digest.handlers()).run_due() == 2
    assert await store.read(list_told) == []


@given(
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    st.integers(0, 24 * 60),
    st.sampled_from(("Asia/Almaty", "Europe/Berlin", "America/New_York", "Asia/Yerevan", "Pacific/Auckland")),
)
def test_every_day_has_its_evening(day: date, minute: int, name: str) -> None:
    """Whatever the clock does: there is one, it follows the one of the day before, and shows the hour if that comes."""
    zone, hour = ZoneInfo(name), f"{minute // 60:02d}:{minute % 60:02d}"
    before, moment = evening_of(day - timedelta(days=1), hour, zone), evening_of(day, hour, zone)
    assert timedelta(hours=22) < moment - before < timedelta(hours=26)
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None) + timedelta(minutes=minute)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    assert shown == wall or timedelta() < abs(shown - wall) <= timedelta(hours=1)
