"""A founded store of each kind with an owner; those on PostgreSQL are slow (it must be started)."""

from tests.business.contacts.conftest import (
    made_url,
    owner,
    postgres_server,
    postgres_template,
    sqlite_template,
    store,
)

__all__ = ["made_url", "owner", "postgres_server", "postgres_template", "sqlite_template", "store"]
