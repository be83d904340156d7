"""A founded store of each kind with an owner, as the tests of contacts have it."""

from tests.business.contacts.conftest import (
    made_url,
    owner,
    postgres_server,
    postgres_template,
    sqlite_template,
    store,
)

__all__ = ["made_url", "owner", "postgres_server", "postgres_template", "sqlite_template", "store"]
