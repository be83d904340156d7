"""Every test of the contract runs on both stores; those on PostgreSQL are slow (it must be started)."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crm_store.engine import Store, StoreUrl, open_store
from crm_store.writer import WriterLimits
from tests.crm_store.world import QUICK, World, make_world
from tests.servers import PostgresServer, postgres_server, postgres_url
from tests.stores import postgres_store, sqlite_store

__all__ = ["PostgresServer", "postgres_server", "postgres_url"]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> StoreUrl:
    """A file that does not exist yet."""
    return StoreUrl(sqlite=tmp_path / "data" / "barev.db")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> StoreUrl:
    """An empty store of each kind."""
    if request.param == "postgres":
        return StoreUrl.parse(request.getfixturevalue("postgres_url"))
    found: StoreUrl = request.getfixturevalue("sqlite_url")
    return found


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """A file with the tables in it, to be copied."""
    return sqlite_store()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with the tables in it, to be copied."""
    return postgres_store(postgres_server)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreUrl]:
    """A store of each kind that has its tables and nothing in them."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.database(request.getfixturevalue("postgres_template")) as url:
            yield StoreUrl.parse(url)
        return
    path = tmp_path / "barev.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    yield StoreUrl(sqlite=path)


@pytest.fixture
def limits() -> WriterLimits:
    """The writer's limits; a module may override them."""
    return QUICK


@pytest.fixture
async def store(made_url: StoreUrl, limits: WriterLimits) -> AsyncIterator[Store]:
    """An open store."""
    opened = await open_store(made_url, limits)
    yield opened
    await opened.close()


@pytest.fixture
async def world(store: Store) -> World:
    """A visitor with one open conversation."""
    return await make_world(store)
