"""Stores of both kinds, as the store's own tests have them."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crm_store.engine import StoreUrl
from tests.crm_store.conftest import (
    PostgresServer,
    limits,
    made_url,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_template,
    store,
)

__all__ = [
    "PostgresServer",
    "limits",
    "made_url",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "store",
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], StoreUrl]]:
    """Makes stores, as many as a test needs, that have their tables and nothing in them."""
    numbers = itertools.count()
    template = request.getfixturevalue(f"{request.param}_template")

    server: PostgresServer | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None

    def make() -> StoreUrl:
        if server is not None:
            return StoreUrl.parse(used.enter_context(server.database(template)))
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(template, path)
        return StoreUrl(sqlite=path)

    with ExitStack() as used:
        yield make
