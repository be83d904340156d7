"""The bot works on a store of each kind; the tests on PostgreSQL are slow (it must be started)."""

from tests.crm_store.conftest import made_url, postgres_server, postgres_template, sqlite_template

__all__ = ["made_url", "postgres_server", "postgres_template", "sqlite_template"]
