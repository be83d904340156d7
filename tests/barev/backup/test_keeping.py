"""The schedule: one of several processes makes a backup when it is due, and only a sound one lets old ones go."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from barev.backup import keeping
from barev.backup.keeping import Backups, Schedule, State, list_backups, remove_old
from barev.backup.making import make_backup, name_for
from barev.settings import Settings, StoreSettings, child_environment
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json
from crm_store import Tx, settings_table
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.paging import Wanted

pytestmark = pytest.mark.slow
HOUR_MS = 3_600_000
OWNER = Agent(1, "ani", "Ani", "owner", "en", None, frozenset({"backup.run"}), (), "online")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An open store in the folder ``data``."""
    opened = await open_store(StoreUrl(sqlite=tmp_path / "data" / "barev.db"))
    yield opened
    await opened.close()


def keeper(store: Store, name: str) -> Backups:
    """A process's schedule."""
    assert store.url.sqlite is not None
    data = store.url.sqlite.parent
    environment = child_environment(Settings(store=StoreSettings(data=str(data))))
    return Backups(store, data, {**environment, "PYTHONPATH": ":".join(sys.path)}, name)


async def put(store: Store, **values: Json) -> None:
    """Settings and state, as they are kept."""

    def write(tx: Tx) -> None:
        for key, value in values.items():
            settings_table.put(tx, f"backup.{key}", value, clock.now())

    await store.writer.run(write)


async def state_of(store: Store) -> State:
    """What all processes know."""
    return await store.read(keeping.read_state)


async def wait_idle(store: Store, *processes: Backups) -> State:
    """The state when none of them makes one any more."""
    await asyncio.gather(*(one.wait() for one in processes))
    state = await state_of(store)
    assert state.owner == ""
    return state


async def make_due(store: Store, **more: Json) -> None:
    """The last one was made two days ago."""
    await put(
        store, state={"since_ms": clock.now_ms() - 90 * HOUR_MS, "last_ms": clock.now_ms() - 49 * HOUR_MS}, **more
    )


async def test_a_new_store_waits_for_its_first(store: Store) -> None:
    """The schedule begins with the first look: no backup, and no reminder, in the first hours."""
    backups = keeper(store, "a")
    assert (await backups.status(Wanted())).next_at is None
    await backups.look()
    await backups.look()
    status = await backups.status(Wanted())
    assert (status.items, status.last_at, status.overdue, status.running) == ([], None, False, False)
    assert status.next_at is not None
    assert timedelta(hours=23) < status.next_at - clock.now() <= timedelta(hours=24)


async def test_one_of_several_makes_it_and_old_ones_go(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    for hours in (100, 50, 25):
        await make_backup(store.url, tmp_path, folder / name_for(clock.now() - timedelta(hours=hours)))
    (folder / "barev-20200101T000000Z.zip").write_text("what is no backup is not ours to remove")
    (folder / "mine.zip").write_text("nor this")
    await make_due(store, folder=str(folder), keep=2)
    processes = [keeper(store, name) for name in "abc"]
    await asyncio.gather(*(one.look() for one in processes))
    assert any(one.overdue for one in processes)
    assert (await processes[0].status(Wanted())).running
    state = await wait_idle(store, *processes)
    assert (state.error, clock.now_ms() - state.last_ms < HOUR_MS) == ("", True)
    items = list_backups(folder)
    assert [item.ok for item in items] == [True, True, False]
    assert items[0].name == name_for(clock.from_ms(state.last_ms))
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(("mine", "barev-2020"))) == [
        "barev-20200101T000000Z.zip",
        "mine.zip",
    ]
    status = await processes[1].status(Wanted())
    assert (status.overdue, status.running, status.error, status.folder) == (False, False, "", str(folder))
    await asyncio.gather(*(one.look() for one in processes))
    assert (await state_of(store)).last_ms == state.last_ms


async def test_a_disk_that_is_not_attached_is_told_of(store: Store, tmp_path: Path) -> None:
    """The folder is made the first time. Gone later, or empty where its disk was, nothing is written there, and
    somebody is reminded; back again, all is well. Who asks for one himself gets it in an empty folder."""
    folder = tmp_path / "usb" / "barev"
    await make_due(store, folder=str(folder))
    backups = keeper(store, "a")

    async def look_again() -> State:
        due = {**asdict(await state_of(store)), "since_ms": 1, "last_ms": 1, "tried_ms": 0}
        await put(store, state=due)
        await backups.look()
        return await wait_idle(store, backups)

    assert (await look_again()).error == ""
    folder.parent.rename(tmp_path / "away")
    for made in (False, True):
        if made:
            folder.mkdir(parents=True)
        assert (await look_again()).gone
        status = await backups.status(Wanted())
        assert (status.gone, status.overdue, backups.overdue, status.items) == (True, True, True, [])
        assert folder.exists() is made
    await backups.start(OWNER, "")
    assert not (await wait_idle(store, backups)).gone
    assert len(list_backups(folder)) == 1
    shutil.rmtree(folder.parent)
    assert (await look_again()).gone
    (tmp_path / "away").rename(folder.parent)
    assert not (await look_again()).gone
    assert (backups.overdue, len(list_backups(folder))) == (False, 2)


async def test_backups_before_upgrades_are_listed(store: Store, tmp_path: Path) -> None:
    """Wherever the scheduled ones lie; and none of them is ever removed."""
    usual = keeping.usual_folder(tmp_path / "data")
    usual.mkdir()
    name = name_for(clock.now() - timedelta(days=300), "before-upgrade-0004")
    await make_backup(store.url, tmp_path, usual / name)
    await make_due(store, folder=str(tmp_path / "usb"), keep=1)
    backups = keeper(store, "a")
    await backups.look()
    await wait_idle(store, backups)
    found = [(item.kind, item.ok) for item in (await backups.status(Wanted())).items]
    assert sorted(found) == [("schedule", True), ("upgrade", True)]
    assert remove_old(usual, 0) == []
    assert (usual / name).is_file()


async def test_one_that_fails_keeps_the_old_ones(store: Store, tmp_path: Path) -> None:
    """The folder is full of what it should be (a file): the reason is told, the next try comes later."""
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    await make_due(store, folder=str(blocked))
    backups = keeper(store, "a")
    await backups.look()
    state = await wait_idle(store, backups)
    assert "cannot write" in state.error
    status = await backups.status(Wanted())
    assert (status.error, status.overdue) == (state.error, True)
    assert status.next_at is not None
    assert status.next_at > clock.now()
    await backups.look()
    assert (await state_of(store)).owner == ""


async def test_one_is_made_when_asked_for_and_not_two(store: Store, tmp_path: Path) -> None:
    first, second = keeper(store, "a"), keeper(store, "b")
    await first.look()
    await first.start(OWNER, "10.0.0.1")
    with pytest.raises(Rejected) as refusal:
        await second.start(OWNER, "10.0.0.1")
    assert (refusal.value.code, refusal.value.text_key) == ("conflict", "backup.running")
    await wait_idle(store, first)
    (item,) = (await second.status(Wanted())).items
    assert item.ok
    audited = await store.read(lambda tx: tx.execute(text("SELECT action, actor_name FROM audit_log")).all())
    assert [tuple(row) for row in audited] == [("backup.started", "ani")]


async def test_the_end_of_the_server_ends_it_cleanly(store: Store, tmp_path: Path) -> None:
    backups = keeper(store, "a")
    await backups.look()
    await backups.start(OWNER, "")
    await backups.close()
    state = await state_of(store)
    assert (state.owner, state.last_ms, state.error) == ("", 0, "it was broken off")
    assert [path.name for path in (tmp_path / "data").rglob(".*.part")] == []


async def test_a_lease_that_ran_out_is_taken_over(store: Store) -> None:
    """Its process was killed."""
    gone: dict[str, Any] = {"owner": "killed", "until_ms": clock.now_ms() - 1}
    await put(store, state={"since_ms": clock.now_ms() - 90 * HOUR_MS, **gone})
    backups = keeper(store, "a")
    await backups.look()
    state = await wait_idle(store, backups)
    assert (state.error, state.last_ms > 0) == ("", True)


def test_when_it_is_due_and_when_somebody_is_reminded() -> None:
    usual = Schedule(24, 7, Path(), 48)
    assert State(since_ms=HOUR_MS).due_ms(usual) == 25 * HOUR_MS
    assert State(since_ms=HOUR_MS, last_ms=10 * HOUR_MS).due_ms(usual) == 34 * HOUR_MS
    assert State(since_ms=HOUR_MS, tried_ms=30 * HOUR_MS, error="x").due_ms(usual) == 30 * HOUR_MS + 900_000
    late = State(since_ms=HOUR_MS, last_ms=10 * HOUR_MS)
    assert [late.overdue(usual, hours * HOUR_MS) for hours in (58, 59)] == [False, True]


def test_only_sound_ones_count(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        (tmp_path / f"barev-2026112{day}T000000Z.zip").write_text("broken")
    assert remove_old(tmp_path, 1) == []
    assert len(list_backups(tmp_path)) == 3
