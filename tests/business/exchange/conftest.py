"""Stores of both kinds, as the store's own tests have them."""

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
