"""Stores that have their tables and nothing in them, to be copied: that takes a fraction of what migrations take. Those
have tests of their own, and ``make soak`` starts on nothing at all."""

import asyncio
import atexit
import functools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from crm_store.engine import StoreUrl, open_store
from tests.servers import PostgresServer


@functools.cache
def sqlite_store() -> Path:
    """A file, made by the first who asks; only for its owner to read, as the product makes it."""
    folder = Path(tempfile.mkdtemp(prefix="store-"))
    atexit.register(shutil.rmtree, folder)
    path = folder / "barev.db"
    _make_tables(StoreUrl(sqlite=path))
    return path


@functools.cache
def postgres_store(server: PostgresServer) -> str:
    """The name of a database, made by the first who asks."""
    url = server.new_database()
    _make_tables(StoreUrl.parse(url))
    return urlsplit(url).path.removeprefix("/")


def _make_tables(url: StoreUrl) -> None:
    async def make() -> None:
        store = await open_store(url)
        await store.close()

    with ThreadPoolExecutor(1) as apart:  # who asks may be in a loop
        apart.submit(asyncio.run, make()).result()
