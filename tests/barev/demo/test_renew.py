"""A demo started days later is told anew: its times move to now, and what was typed meanwhile stays where it was."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from barev.demo import seed
from business.hours.calendar import load_calendar
from business.hours.working import Working
from conversation import clock
from crm_store import Tx, demo_rows
from crm_store.appending import NewMessage, append_messages
from crm_store.engine import Store
from crm_store.models import ConversationRow, MessageRow, TeamRow, WorkingHoursRow
from tests.barev.demo.faults import find_faults

DAYS = timedelta(days=3)


async def test_the_talks_move_to_now_and_own_words_stay(store: Store) -> None:
    """All seeded times move by as much; a talk somebody wrote in stays as it was, whole."""
    then = clock.now() - DAYS

    def seeded(tx: Tx) -> int:
        seed(tx, clock.to_ms(then), "hash")
        row = tx.execute(select(ConversationRow).where(ConversationRow.status == "open").limit(1)).one()
        own = NewMessage(row.id, "agent", 0, "Ani", None, None, "text", False, "mine", None, None, clock.to_ms(then))
        append_messages(tx, [own])
        return int(row.id)

    touched = await store.writer.run(seeded)
    times = select(MessageRow.id, MessageRow.conversation_id, MessageRow.at)
    before = await store.read(lambda tx: tx.execute(times).all())
    await store.writer.run(lambda tx: demo_rows.shift_times(tx, int(DAYS.total_seconds() * 1000)))
    after = {row.id: row.at for row in await store.read(lambda tx: tx.execute(times).all())}
    for row in before:
        moved = timedelta() if row.conversation_id == touched else DAYS
        assert after[row.id] - row.at == moved
    mine = {f"conversation {touched}: message {row.id}" for row in before if row.conversation_id == touched}
    faults = await store.read(lambda tx: find_faults(tx, clock.now()))
    assert [fault for fault in faults if not any(fault.startswith(own) for own in mine)] == []


async def test_the_firm_is_open_at_any_hour_of_the_first_days_and_of_a_later_start(store: Store) -> None:
    """At every hour until the end of the next day; then by the week; days that somebody set himself stay."""
    then = clock.now() - DAYS

    def open_hours(tx: Tx, since: datetime, days: int = 1) -> list[set[bool]]:
        calendar = load_calendar(tx)
        teams = [row.id for row in tx.execute(select(TeamRow.id).where(TeamRow.branch_id.is_not(None)))]
        moments = [since + timedelta(hours=number) for number in range(24 * days)]
        return [{Working(calendar, moment).team_open(team) for moment in moments} for team in teams[-3:]]

    await store.writer.run(lambda tx: seed(tx, clock.to_ms(then), "hash"))
    assert await store.read(lambda tx: open_hours(tx, then)) == [{True}] * 3
    assert {True, False} in await store.read(lambda tx: open_hours(tx, then + timedelta(days=2), 7))
    await store.writer.run(lambda tx: demo_rows.open_anew(tx, clock.now()))
    assert await store.read(lambda tx: open_hours(tx, clock.now())) == [{True}] * 3
    own = [{"date": "2030-01-01", "hours": [], "name": "Ours"}]
    await store.writer.run(lambda tx: tx.execute(update(WorkingHoursRow).values(exceptions=own)))
    await store.writer.run(lambda tx: demo_rows.open_anew(tx, clock.now()))
    kept = await store.read(lambda tx: tx.scalars(select(WorkingHoursRow.exceptions)).all())
    assert list(kept) == [own] * 3
