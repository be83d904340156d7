"""Jobs and outgoing rows: added once, held by one, lost in time, tried again, given up."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from conversation import clock
from crm_store import Tx, jobs, leases, outgoing
from crm_store.engine import Store, open_store
from crm_store.models import JobRow, OutgoingRow

NOW = clock.from_ms(1_795_608_000_000)
MINUTE = timedelta(minutes=1)


def add_job(tx: Tx, name: str, run_at: datetime = NOW, **more: object) -> int:
    """A job whose payload is its name."""
    return jobs.enqueue(tx, "remind", {"name": name}, run_at=run_at, at=NOW, **more)  # type: ignore[arg-type]  # keywords of enqueue


def names(taken: list[jobs.Job]) -> list[object]:
    """What was taken."""
    return [job.payload["name"] for job in taken]


async def test_a_job_of_the_same_key_is_added_once(store: Store) -> None:
    def twice(tx: Tx) -> tuple[int, int, int]:
        first = add_job(tx, "a", dedupe_key="once")
        return first, add_job(tx, "b", dedupe_key="once"), add_job(tx, "c")

    first, second, third = await store.writer.run(twice)
    assert first == second != third
    assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))) == ["a", "c"]


async def test_jobs_are_taken_when_due_the_longest_due_first(store: Store) -> None:
    def add(tx: Tx) -> None:
        add_job(tx, "later", NOW + MINUTE)
        add_job(tx, "second", NOW)
        add_job(tx, "first", NOW - MINUTE)

    await store.writer.run(add)
    assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 1))) == ["first"]
    assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))) == ["second"]
    assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW + MINUTE, 60, 10)))[-1] == "later"


async def test_a_lease_is_one_holders_until_it_runs_out(store: Store) -> None:
    await store.writer.run(lambda tx: add_job(tx, "a"))
    (job,) = await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))
    assert job.attempts == 1
    assert await store.writer.run(lambda tx: jobs.lease(tx, "you", NOW, 60, 10)) == []
    assert await store.writer.run(lambda tx: jobs.renew(tx, job.id, "me", NOW + 2 * MINUTE))
    assert not await store.writer.run(lambda tx: jobs.renew(tx, job.id, "you", NOW + 9 * MINUTE))
    assert await store.writer.run(lambda tx: jobs.lease(tx, "you", NOW + MINUTE, 60, 10)) == []
    (taken_over,) = await store.writer.run(lambda tx: jobs.lease(tx, "you", NOW + 2 * MINUTE, 60, 10))
    assert (taken_over.id, taken_over.attempts) == (job.id, 2)
    assert not await store.writer.run(lambda tx: jobs.finish(tx, job.id, "me")), "the late one changes nothing"
    assert await store.writer.run(lambda tx: jobs.finish(tx, job.id, "you"))
    assert await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW + 99 * MINUTE, 60, 10)) == []


async def test_a_failed_job_is_tried_again_and_given_up(store: Store) -> None:
    await store.writer.run(lambda tx: add_job(tx, "a", max_attempts=2))
    (job,) = await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))
    assert await store.writer.run(lambda tx: jobs.fail(tx, job, "me", "no route", NOW))
    assert await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10)) == [], "not at once"
    later = NOW + timedelta(seconds=leases.BACKOFF_FIRST_S)
    (again,) = await store.writer.run(lambda tx: jobs.lease(tx, "me", later, 60, 10))
    assert await store.writer.run(lambda tx: jobs.fail(tx, again, "me", "no route still", later))
    assert await store.writer.run(lambda tx: jobs.lease(tx, "me", later + 999 * MINUTE, 60, 10)) == []
    state = await store.read(lambda tx: tx.execute(select(JobRow.state, JobRow.last_error)).one())
    assert tuple(state) == ("failed", "no route still")


def test_pauses_grow_to_an_hour() -> None:
    pauses = [leases.backoff_s(attempts) for attempts in range(1, 40)]
    assert pauses[:3] == [2.0, 4.0, 8.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == leases.BACKOFF_MOST_S


async def test_done_jobs_are_swept_and_their_keys_free(store: Store) -> None:
    first = await store.writer.run(lambda tx: add_job(tx, "a", dedupe_key="daily"))
    await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))
    await store.writer.run(lambda tx: jobs.finish(tx, first, "me"))
    assert await store.writer.run(lambda tx: jobs.sweep(tx, NOW)) == 0
    assert await store.writer.run(lambda tx: jobs.sweep(tx, NOW + MINUTE)) == 1
    assert await store.writer.run(lambda tx: add_job(tx, "b", dedupe_key="daily")) > first


def add_outgoing(tx: Tx, key: str, expires_at: datetime | None = None) -> int:
    """A row whose key is its name."""
    return outgoing.enqueue(
        tx,
        channel="sms",
        purpose="reminder",
        payload={"text": key},
        dedupe_key=key,
        not_before=NOW,
        at=NOW,
        expires_at=expires_at,
    )


async def state_of(store: Store, outgoing_id: int) -> tuple[object, ...]:
    """State, owner and error of a row."""
    query = select(OutgoingRow.state, OutgoingRow.lease_owner, OutgoingRow.last_error)
    return tuple(await store.read(lambda tx: tx.execute(query.where(OutgoingRow.id == outgoing_id)).one()))


async def test_an_outgoing_row_is_sent_once(store: Store) -> None:
    first, second = await store.writer.run(lambda tx: (add_outgoing(tx, "a"), add_outgoing(tx, "a")))
    assert first == second
    (row,) = await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW, 60, 10))
    assert (row.id, row.channel, row.purpose, row.payload) == (first, "sms", "reminder", {"text": "a"})
    assert await store.writer.run(lambda tx: outgoing.renew(tx, first, "me", NOW + MINUTE))
    assert await store.writer.run(lambda tx: outgoing.finish(tx, first, "me", NOW))
    assert not await store.writer.run(lambda tx: outgoing.finish(tx, first, "me", NOW))
    assert await state_of(store, first) == ("sent", None, None)


@pytest.mark.parametrize(("uncertain", "state"), [(False, "failed"), (True, "uncertain")])
async def test_an_outgoing_row_refused_or_uncertain_is_not_repeated(store: Store, uncertain: bool, state: str) -> None:
    row_id = await store.writer.run(lambda tx: add_outgoing(tx, "a"))
    await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW, 60, 10))
    assert await store.writer.run(lambda tx: outgoing.give_up(tx, row_id, "me", "blocked", uncertain=uncertain))
    assert await state_of(store, row_id) == (state, None, "blocked")
    assert await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW + 99 * MINUTE, 60, 10)) == []


async def test_an_outgoing_row_is_put_back_for_as_long_as_the_far_side_says(store: Store) -> None:
    row_id = await store.writer.run(lambda tx: add_outgoing(tx, "a"))
    (row,) = await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW, 60, 10))
    assert await store.writer.run(lambda tx: outgoing.put_back(tx, row, "me", "too many", NOW, retry_after_s=60))
    assert await state_of(store, row_id) == ("queued", None, "too many")
    assert await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW, 60, 10)) == []
    assert len(await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW + MINUTE, 60, 10))) == 1


async def test_an_outgoing_row_expires_unsent(store: Store) -> None:
    row_id = await store.writer.run(lambda tx: add_outgoing(tx, "a", expires_at=NOW + MINUTE))
    assert await store.writer.run(lambda tx: outgoing.lease(tx, "me", NOW + MINUTE, 60, 10)) == []
    assert await state_of(store, row_id) == ("expired", None, None)


@pytest.mark.slow
async def test_rows_that_another_session_is_taking_are_passed_over(postgres_url: str) -> None:
    """A session outside any writer (an administrator's, say) holds a job's row: nobody waits for it."""
    from sqlalchemy.ext.asyncio import create_async_engine

    from crm_store.engine import StoreUrl

    store = await open_store(StoreUrl.parse(postgres_url))
    await store.writer.run(lambda tx: (add_job(tx, "held"), add_job(tx, "free")))
    engine = create_async_engine(postgres_url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.connect() as other:
        await other.execute(text("SELECT id FROM jobs WHERE payload ->> 'name' = 'held' FOR UPDATE"))
        assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))) == ["free"]
    await engine.dispose()
    assert names(await store.writer.run(lambda tx: jobs.lease(tx, "me", NOW, 60, 10))) == ["held"]
    await store.close()
