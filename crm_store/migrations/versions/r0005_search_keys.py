"""Search: keys of contacts and messages, and what finds them quickly (FTS5 on SQLite, pg_trgm on PostgreSQL)."""

import logging

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import INT, TEXT, TIME, key, maybe, need, refers

revision = "0005"
down_revision = "0004"

_log = logging.getLogger(__name__)
_PREFIXES = "1 2 3 4 5 6 8 10"  # each its own list, read from its end: a longer beginning is checked afterwards
_CONTACT_COLUMNS = ("names", "loose", "digits", "codes", "others")
_WORDS = f"tokenize='ascii', columnsize=0, prefix='{_PREFIXES}'"
_SQLITE = {
    "contact_words": ("contact_keys", "contact_id", _CONTACT_COLUMNS, f"{_WORDS}, detail=column"),
    "contact_parts": ("contact_keys", "contact_id", _CONTACT_COLUMNS, "tokenize='trigram', columnsize=0"),
    "message_words": ("message_keys", "message_id", ("body",), f"{_WORDS}, detail=none"),
}
_TRIGRAMS = {"contact_keys": _CONTACT_COLUMNS, "message_keys": ("body",)}


def upgrade() -> None:
    """Makes the tables; rows that exist are indexed in the background, from the marks on."""
    op.create_table(
        "contact_keys",
        need("contact_id", INT),
        *(need(column, TEXT) for column in _CONTACT_COLUMNS),
        need("version", INT),
        key("contact_keys", "contact_id"),
        refers("contact_keys", "contact_id", "contacts", "CASCADE"),
    )
    op.create_table(
        "message_keys",
        need("message_id", INT),
        need("body", TEXT),
        key("message_keys", "message_id"),
        refers("message_keys", "message_id", "messages", "CASCADE"),
    )
    op.create_table(
        "search_marks",
        need("name", TEXT),
        need("value", INT, "0"),
        maybe("owner", TEXT),
        maybe("lease_until", TIME),
        key("search_marks", "name"),
    )
    op.drop_column("contacts", "search")
    op.execute("INSERT INTO search_marks (name) VALUES ('messages'), ('contacts'), ('version')")
    if op.get_bind().dialect.name == "sqlite":
        _index_on_sqlite()
    else:
        _index_on_postgres()


def _index_on_sqlite() -> None:
    for table, (source, rowid, columns, options) in _SQLITE.items():
        named = ", ".join(columns)
        op.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5({named}, content='{source}', content_rowid='{rowid}', {options})"
        )
        old, new = (", ".join(f"{side}.{column}" for column in (rowid, *columns)) for side in ("old", "new"))
        take = f"INSERT INTO {table} ({table}, rowid, {named}) VALUES ('delete', {old});"  # noqa: S608  # constants
        put = f"INSERT INTO {table} (rowid, {named}) VALUES ({new});"  # noqa: S608  # constants
        for moment, work in (("INSERT", put), ("DELETE", take), ("UPDATE", take + put)):
            op.execute(f"CREATE TRIGGER {table}_{moment.lower()} AFTER {moment} ON {source} BEGIN {work} END")


def _index_on_postgres() -> None:
    bind = op.get_bind()
    try:
        with bind.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        _log.warning(
            "PostgreSQL refuses the extension pg_trgm (%s): search works, but slowly in large stores. Let somebody who "
            "may run CREATE EXTENSION pg_trgm, then the statements of docs/subsystems/search.md",
            str(error.orig).splitlines()[0],
        )
        return
    for table, columns in _TRIGRAMS.items():
        named = ", ".join(f"{column} gin_trgm_ops" for column in columns)
        op.execute(f"CREATE INDEX {table}_trgm ON {table} USING gin ({named}) WITH (gin_pending_list_limit = 256)")
