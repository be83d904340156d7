"""Stores of both kinds, and a look at all that is in them."""

from tests.crm_store.conftest import postgres_template, sqlite_template
from tests.servers import PostgresServer, postgres_server, postgres_url

__all__ = ["PostgresServer", "postgres_server", "postgres_template", "postgres_url", "sqlite_template"]
