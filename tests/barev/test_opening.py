"""An upgrade of a store backs it up first, and does not begin where that cannot be done."""

from pathlib import Path

import pytest
from sqlalchemy import text

from barev.backup.restoring import restore_backup
from barev.opening import open_founded
from barev.serve import ServeError
from barev.settings import Settings, StoreSettings
from crm_store import Tx, schema
from crm_store.engine import StoreUrl, read_apart, work_apart
from tests.servers import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


def make_old(tx: Tx) -> None:
    """A store as an older Barev left it."""
    with tx.begin():
        schema.migrate(tx, "0003")
        tx.execute(text("INSERT INTO contacts (name, created_at, updated_at) VALUES ('Նարե', 1, 1)"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, StoreUrl]:
    """Settings that lead to a store of an older Barev."""
    data = tmp_path / "data"
    url = StoreUrl(sqlite=data / "barev.db")
    given = ""
    if request.param == "postgres":
        given = request.getfixturevalue("postgres_url")
        url = StoreUrl.parse(given)
    await work_apart(url, make_old)
    return Settings(store=StoreSettings(url=given, data=str(data))), url


async def test_an_upgrade_backs_up_first(
    old: tuple[Settings, StoreUrl], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings, url = old
    store, _secret = await open_founded(settings)
    await store.close()
    (backup,) = (settings.data_dir / "backups").iterdir()
    assert backup.name.startswith("before-upgrade-0003-")
    assert str(backup) in caplog.text
    assert await read_apart(url, schema.stored_revision) == schema.HEAD
    other = StoreUrl(sqlite=tmp_path / "other" / "barev.db")
    await restore_backup(backup, other, tmp_path / "other")
    assert await read_apart(other, lambda tx: tx.scalar(text("SELECT name FROM contacts"))) == "Նարե"
    await (await open_founded(settings))[0].close()
    assert list((settings.data_dir / "backups").iterdir()) == [backup]


async def test_without_a_backup_no_upgrade(old: tuple[Settings, StoreUrl]) -> None:
    settings, url = old
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "backups").write_text("in the way")
    with pytest.raises(ServeError, match="not upgraded: before that it must be backed up, and cannot write"):
        await open_founded(settings)
    assert await read_apart(url, schema.stored_revision) == "0003"


async def test_a_new_store_needs_none(tmp_path: Path) -> None:
    store, _secret = await open_founded(Settings(store=StoreSettings(data=str(tmp_path))))
    await store.close()
    assert not (tmp_path / "backups").exists()
