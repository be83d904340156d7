"""A store of each kind, and what looks for free time in it."""

from tests.crm_store.conftest import (
    limits,
    made_url,
    postgres_server,
    postgres_template,
    sqlite_template,
    store,
)

__all__ = ["limits", "made_url", "postgres_server", "postgres_template", "sqlite_template", "store"]
