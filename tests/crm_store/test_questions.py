"""Counters, audit, settings, idempotency keys."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Json
from crm_store import Tx, audit, idempotency, settings_table
from crm_store.counters import next_events
from crm_store.engine import Store
from crm_store.models import AuditRow

NOW = clock.from_ms(1_795_608_000_000)


async def test_event_numbers_are_given_once(store: Store) -> None:
    assert await store.writer.run(lambda tx: (next_events(tx), next_events(tx, 5), next_events(tx))) == (1, 2, 7)
    assert await store.writer.run(next_events) == 8


async def test_event_numbers_of_an_undone_operation_are_given_again(store: Store) -> None:
    def take_and_fail(tx: Tx) -> None:
        next_events(tx, 10)
        raise Rejected("conflict", "error.conflict")

    with pytest.raises(Rejected):
        await store.writer.run(take_and_fail)
    assert await store.writer.run(next_events) == 1


def _deed(tx: Tx, action: str, entity_id: int, actor_id: int | None = 7) -> None:
    audit.record(
        tx,
        actor_kind="agent" if actor_id else "system",
        actor_id=actor_id,
        actor_name="nino",
        action=action,
        entity="conversation",
        entity_id=entity_id,
        before={"status": "open"},
        after={"status": "resolved"},
        remote="192.0.2.1",
        at=NOW,
    )


async def test_the_log_tells_who_did_what(store: Store) -> None:
    await store.writer.run(lambda tx: _deed(tx, "conversation.resolved", 5))
    (entry,), cursor = await store.read(audit.list_entries)
    assert cursor is None
    assert (entry.at, entry.actor_kind, entry.actor_id, entry.actor_name) == (NOW, "agent", 7, "nino")
    assert (entry.action, entry.entity, entry.entity_id) == ("conversation.resolved", "conversation", 5)
    assert (entry.before, entry.after, entry.remote) == ({"status": "open"}, {"status": "resolved"}, "192.0.2.1")


async def test_the_log_is_paged_the_latest_first(store: Store) -> None:
    for number in range(5):
        await store.writer.run(lambda tx, n=number: _deed(tx, f"deed.{n}", n, actor_id=n % 2 or None))  # type: ignore[misc]  # defaults bind the loop's values
    first, cursor = await store.read(lambda tx: audit.list_entries(tx, limit=2))
    second, cursor = await store.read(lambda tx: audit.list_entries(tx, limit=2, after=cursor))
    third, end = await store.read(lambda tx: audit.list_entries(tx, limit=2, after=cursor))
    assert [entry.entity_id for entry in first + second + third] == [4, 3, 2, 1, 0]
    assert end is None
    of_one, _ = await store.read(lambda tx: audit.list_entries(tx, entity="conversation", entity_id=3))
    of_agent, _ = await store.read(lambda tx: audit.list_entries(tx, actor_id=1))
    assert [entry.entity_id for entry in of_one] == [3]
    assert [entry.entity_id for entry in of_agent] == [3, 1]


async def test_the_log_refuses_to_be_changed(store: Store) -> None:
    await store.writer.run(lambda tx: _deed(tx, "deed.done", 1))
    changes = [update(AuditRow).values(actor_name="somebody else"), delete(AuditRow)]
    if store.url.sqlite is None:
        changes.append(text("TRUNCATE audit_log CASCADE"))  # type: ignore[arg-type]  # any statement will do
    for change in changes:
        with pytest.raises(Rejected):
            await store.writer.run(lambda tx, c=change: tx.execute(c))  # type: ignore[misc]  # defaults bind the loop's values
    entries, _ = await store.read(audit.list_entries)
    assert [entry.actor_name for entry in entries] == ["nino"]


async def test_settings_are_put_replaced_and_forgotten(store: Store) -> None:
    def change(tx: Tx) -> list[object]:
        found: list[object] = [settings_table.get(tx, "theme")]
        values: list[Json] = [{"accent": "#a31"}, "plain", False, None]
        for value in values:
            settings_table.put(tx, "theme", value, NOW)
            found.append(settings_table.get(tx, "theme"))
        return found

    assert await store.writer.run(change) == [None, {"accent": "#a31"}, "plain", False, None]


async def test_a_key_does_its_work_once(store: Store) -> None:
    def book(tx: Tx) -> tuple[object, bool]:
        before = idempotency.begin(tx, "appointments", "key-1", "hash", NOW)
        if before is None:
            idempotency.finish(tx, "appointments", "key-1", {"id": 12})
        return before, before is None

    assert await store.writer.run(book) == (None, True)
    assert await store.writer.run(book) == ({"id": 12}, False)


async def test_a_key_of_another_request_or_one_under_way_conflicts(store: Store) -> None:
    await store.writer.run(lambda tx: idempotency.begin(tx, "appointments", "key-1", "hash", NOW))
    for request, again_s in (("another", None), ("hash", 1.0)):
        with pytest.raises(Rejected) as refusal:
            await store.writer.run(
                lambda tx, r=request: idempotency.begin(tx, "appointments", "key-1", r, NOW)  # type: ignore[misc]  # defaults bind the loop's values
            )
        assert (refusal.value.code, refusal.value.retry_after_s) == ("conflict", again_s)
    assert await store.writer.run(lambda tx: idempotency.begin(tx, "other scope", "key-1", "another", NOW)) is None


async def test_a_key_is_forgotten_in_time(store: Store) -> None:
    later = NOW + timedelta(days=1)
    await store.writer.run(lambda tx: idempotency.begin(tx, "appointments", "key-1", "hash", NOW))
    assert await store.writer.run(lambda tx: idempotency.forget_expired(tx, NOW)) == 0
    assert await store.writer.run(lambda tx: idempotency.begin(tx, "appointments", "key-1", "new", later)) is None
    assert await store.writer.run(lambda tx: idempotency.forget_expired(tx, later + timedelta(days=2))) == 1
