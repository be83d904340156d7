"""A store, a backup, another store: all that was there is there, whichever kinds of store they are."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text

from barev.backup.archive import BackupError
from barev.backup.making import make_backup
from barev.backup.restoring import restore_backup
from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx, schema, settings_table
from crm_store.engine import Store, StoreUrl, open_store, read_apart, work_apart
from crm_store.models import AttachmentRow, ContactRow, CustomFieldRow
from crm_store.types import dump_json
from tests.barev.backup.contents import highest, look
from tests.crm_store.world import agent_says, append_all, make_world, visitor_says
from tests.servers import PostgresServer

pytestmark = pytest.mark.slow
PAIRS = [
    ("sqlite", "sqlite"),
    *(pytest.param(*pair, marks=pytest.mark.slow) for pair in (("sqlite", "postgres"), ("postgres", "sqlite"))),
    pytest.param("postgres", "postgres", marks=pytest.mark.slow),
]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Makes the address of a store that is not there yet."""
    made = 0

    def make(kind: str) -> StoreUrl:
        nonlocal made
        made += 1
        if kind == "sqlite":
            return StoreUrl(sqlite=tmp_path / f"store{made}" / "barev.db")
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return StoreUrl.parse(used.enter_context(server.database()))

    with ExitStack() as used:
        yield make


async def fill(store: Store, said: list[str], extra: JsonObject) -> None:
    """Conversations with these texts, a contact with these custom values, and ids that were given and are gone."""
    worlds = [await make_world(store), await make_world(store)]
    for number, one in enumerate(said):
        world = worlds[number % 2]
        await append_all(store, visitor_says(world, one), agent_says(world, one[::-1], private=number % 3 == 0))

    def more(tx: Tx) -> None:
        now = clock.now()
        row = {"custom": extra, "name": said[0], "created_at": now, "updated_at": now}
        tx.execute(insert(ContactRow).values(**row))
        tx.execute(insert(CustomFieldRow).values(id=40, key="gone", label="gone"))
        tx.execute(delete(CustomFieldRow).where(CustomFieldRow.id == 40))
        settings_table.put(tx, "odd", [None, said[-1], extra], now)

    await store.writer.run(more)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@given(said=st.lists(texts, min_size=1, max_size=5), extra=st.dictionaries(texts, values, max_size=3))
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_everything_is_there(
    new_url: Any, tmp_path: Path, source: str, target: str, said: list[str], extra: JsonObject
) -> None:
    dump_json(extra)
    first, second = new_url(source), new_url(target)
    store = await open_store(first)
    await fill(store, said, extra)
    before = await store.read(look)
    await store.close()
    path = tmp_path / f"{sha256(repr((said, extra, str(second))).encode()).hexdigest()}.zip"
    path.unlink(missing_ok=True)
    made = await make_backup(first, tmp_path, path)
    assert made.rows == sum(map(len, before.values()))
    await restore_backup(path, second, tmp_path / "data")
    store = await open_store(second)
    assert await store.read(look) == before
    numbers = await store.read(highest)
    assert numbers["contacts"] == 3
    if source == "sqlite":
        assert numbers["custom_fields"] == 40
    world = await make_world(store)
    assert world.contact_id == 4
    assert (await append_all(store, visitor_says(world)))[0].event > max(row["id"] for row in before["messages"])
    await store.close()


@pytest.mark.slow
async def test_sequences_continue_on_postgres(new_url: Any, postgres_url: str, tmp_path: Path) -> None:
    """Ids of rows long gone are not given again, from PostgreSQL to PostgreSQL."""
    first = StoreUrl.parse(postgres_url)
    store = await open_store(first)
    await make_world(store)
    await store.writer.run(lambda tx: tx.execute(text("SELECT nextval(pg_get_serial_sequence('contacts', 'id'))")))
    await store.close()
    await make_backup(first, tmp_path, tmp_path / "b.zip")
    for kind in ("postgres", "sqlite"):
        second = new_url(kind)
        await restore_backup(tmp_path / "b.zip", second, tmp_path / kind)
        store = await open_store(second)
        assert (await make_world(store)).contact_id == 3
        await store.close()


@pytest.fixture
async def saved(new_url: Any, tmp_path: Path) -> Path:
    """A backup with two messages."""
    url = new_url("sqlite")
    store = await open_store(url)
    await fill(store, ["hello"], {})
    await store.close()
    await make_backup(url, tmp_path, tmp_path / "saved.zip")
    return tmp_path / "saved.zip"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def test_a_store_that_is_not_empty_is_left_alone(new_url: Any, saved: Path, tmp_path: Path, kind: str) -> None:
    url, data = new_url(kind), tmp_path / "data"
    store = await open_store(url)
    await fill(store, ["mine"], {"a": 1})
    before = await store.read(look)
    with pytest.raises(BackupError, match=r"not empty.*--replace") as refusal:
        await restore_backup(saved, url, data)
    assert refusal.value.words
    with pytest.raises(BackupError, match="in use"):
        await restore_backup(saved, url, data, replace=True)
    assert await store.read(look) == before
    await store.close()
    done = await restore_backup(saved, url, data, replace=True)
    assert await read_apart(url, look) != before
    assert done.aside is not None
    aside = StoreUrl(sqlite=done.aside)
    if kind == "postgres":
        aside = new_url("sqlite")
        await restore_backup(done.aside, aside, tmp_path / "aside")
    assert await read_apart(aside, look) == before


def altered(saved: Path, target: Path, **changes: object) -> Path:
    """A backup whose manifest says something else, rightly sealed."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **changes}).encode()
                new.comment = f"barev-backup 1 {sha256(content).hexdigest()}".encode()
            new.writestr(name, content)
    return target


async def test_one_of_newer_tables_is_refused_in_plain_words(new_url: Any, saved: Path, tmp_path: Path) -> None:
    newer = altered(saved, tmp_path / "newer.zip", revision="0999")
    url = new_url("sqlite")
    with pytest.raises(BackupError, match=r"newer Barev .*'0999'.*upgrade Barev first"):
        await restore_backup(newer, url, tmp_path)
    assert not url.sqlite.exists()


async def test_rows_that_do_not_fit_leave_no_store(new_url: Any, saved: Path, tmp_path: Path) -> None:
    """Sound by its hashes, but of tables that its revision does not have."""
    url = new_url("sqlite")
    with pytest.raises(BackupError, match="does not fit its own revision"):
        await restore_backup(altered(saved, tmp_path / "odd.zip", revision="0001"), url, tmp_path)
    assert list(url.sqlite.parent.iterdir()) == []


async def test_a_backup_of_an_older_revision_is_upgraded(new_url: Any, tmp_path: Path) -> None:
    old, new = new_url("sqlite"), new_url("sqlite")

    def make_old(tx: Tx) -> None:
        with tx.begin():
            schema.migrate(tx, "0003")
            tx.execute(text("INSERT INTO contacts (name, created_at, updated_at) VALUES ('Անի', 1, 1)"))

    await work_apart(old, make_old)
    await make_backup(old, tmp_path, tmp_path / "old.zip")
    await restore_backup(tmp_path / "old.zip", new, tmp_path)
    assert await read_apart(new, schema.stored_revision) == schema.HEAD
    assert [row["name"] for row in (await read_apart(new, look))["contacts"]] == ["Անի"]


async def test_attachments_go_along(new_url: Any, tmp_path: Path) -> None:
    url, data, other = new_url("sqlite"), tmp_path / "data", tmp_path / "other"
    store = await open_store(url)

    def attach(tx: Tx) -> None:
        for path in ("attachments/a/photo", "attachments/gone", "../outside"):
            row = {"name": "x", "mime": "image/png", "size": 3, "sha256": "", "path": path, "created_at": clock.now()}
            tx.execute(insert(AttachmentRow).values(**row))

    await store.writer.run(attach)
    await store.close()
    (data / "attachments" / "a").mkdir(parents=True)
    (data / "attachments" / "a" / "photo").write_bytes(b"png")
    (tmp_path / "outside").write_bytes(b"not ours")
    made = await make_backup(url, data, tmp_path / "b.zip")
    assert (made.files, made.missing) == (1, 2)
    (other / "attachments" / "a").mkdir(parents=True)
    (other / "attachments" / "a" / "photo").write_bytes(b"another")
    await restore_backup(tmp_path / "b.zip", new_url("sqlite"), other)
    assert (other / "attachments" / "a" / "photo").read_bytes() == b"png"
    kept = [path.read_bytes() for path in (other / "attachments" / "a").iterdir() if "before" in path.name]
    assert kept == [b"another"]


async def test_what_is_derived_stays_out(new_url: Any, tmp_path: Path) -> None:
    """A search index and the tables that hold its parts are no rows of anybody's."""
    url = new_url("sqlite")
    await (await open_store(url)).close()
    with closing(sqlite3.connect(url.sqlite)) as driver:
        driver.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='trigram')")
        driver.execute("INSERT INTO found (words) VALUES ('barev')")
        driver.commit()
    await make_backup(url, tmp_path, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert [name for name in packed.namelist() if "found" in name] == []
