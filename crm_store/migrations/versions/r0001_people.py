"""The firm and the people."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import (
    CHANNELS,
    ID,
    INT,
    JSON,
    LANGUAGES,
    TEXT,
    TIME,
    key,
    maybe,
    need,
    one_of,
    refers,
    unique,
)

revision = "0001"
down_revision = None
_OWNED = sa.text("verified_at IS NOT NULL OR channel = 'web'")


def upgrade() -> None:
    """Makes branches, teams, inboxes, roles, agents, their sessions, contacts, addresses."""
    _make_firm()
    _make_agents()
    _make_contacts()


def _make_firm() -> None:
    op.create_table(
        "branches",
        need("id", ID),
        need("name", TEXT),
        need("timezone", TEXT),
        need("country", TEXT),
        need("language", TEXT),
        need("address", TEXT, "''"),
        maybe("phone", TEXT),
        need("texts", JSON, "'{}'"),
        key("branches"),
        one_of("branches", "language", LANGUAGES),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "teams",
        need("id", ID),
        maybe("branch_id", INT),
        need("name", TEXT),
        key("teams"),
        refers("teams", "branch_id", "branches"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inboxes",
        need("id", ID),
        maybe("branch_id", INT),
        maybe("team_id", INT),
        need("channel", TEXT),
        need("name", TEXT),
        need("key", TEXT),
        need("settings", JSON, "'{}'"),
        need("allowed_domains", JSON, "'[]'"),
        key("inboxes"),
        one_of("inboxes", "channel", CHANNELS),
        refers("inboxes", "branch_id", "branches"),
        refers("inboxes", "team_id", "teams"),
        unique("inboxes", "key"),
        sqlite_autoincrement=True,
    )


def _make_agents() -> None:
    op.create_table(
        "roles",
        need("id", ID),
        need("name", TEXT),
        need("permissions", JSON, "'[]'"),
        key("roles"),
        unique("roles", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "agents",
        need("id", ID),
        need("login", TEXT),
        need("password_hash", TEXT),
        need("name", TEXT),
        need("role_id", INT),
        need("language", TEXT, "'en'"),
        maybe("photo", TEXT),
        need("capacity", INT, "10"),
        need("status", TEXT, "'online'"),
        maybe("disabled_at", TIME),
        need("created_at", TIME),
        maybe("last_seen_at", TIME),
        key("agents"),
        one_of("agents", "language", LANGUAGES),
        one_of("agents", "status", "'online', 'away', 'offline'"),
        refers("agents", "role_id", "roles"),
        unique("agents", "login"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "team_members",
        need("team_id", INT),
        need("agent_id", INT),
        key("team_members", "team_id", "agent_id"),
        refers("team_members", "team_id", "teams", "CASCADE"),
        refers("team_members", "agent_id", "agents", "CASCADE"),
    )
    op.create_index("ix_team_members_agent_id", "team_members", ["agent_id"])
    op.create_table(
        "agent_sessions",
        need("id", ID),
        need("agent_id", INT),
        need("token_hash", TEXT),
        need("created_at", TIME),
        need("last_used_at", TIME),
        need("expires_at", TIME),
        maybe("revoked_at", TIME),
        maybe("remote", TEXT),
        maybe("user_agent", TEXT),
        key("agent_sessions"),
        refers("agent_sessions", "agent_id", "agents", "CASCADE"),
        unique("agent_sessions", "token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agent_sessions_agent_id", "agent_sessions", ["agent_id"])


def _make_contacts() -> None:
    op.create_table(
        "contacts",
        need("id", ID),
        need("name", TEXT, "''"),
        maybe("given_name", TEXT),
        maybe("family_name", TEXT),
        maybe("patronymic", TEXT),
        maybe("language", TEXT),
        maybe("country", TEXT),
        need("note", TEXT, "''"),
        need("custom", JSON, "'{}'"),
        maybe("source", TEXT),
        maybe("curator_id", INT),
        need("search", TEXT, "''"),
        need("created_at", TIME),
        need("updated_at", TIME),
        maybe("last_seen_at", TIME),
        maybe("merged_into", INT),
        maybe("deleted_at", TIME),
        key("contacts"),
        one_of("contacts", "language", LANGUAGES),
        refers("contacts", "curator_id", "agents"),
        refers("contacts", "merged_into", "contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contacts_name_id", "contacts", ["name", "id"])
    op.create_table(
        "addresses",
        need("id", ID),
        need("contact_id", INT),
        need("channel", TEXT),
        need("value", TEXT),
        maybe("display", TEXT),
        maybe("verified_at", TIME),
        maybe("consent_at", TIME),
        maybe("consent_source", TEXT),
        maybe("blocked_at", TIME),
        maybe("language", TEXT),
        need("created_at", TIME),
        key("addresses"),
        one_of("addresses", "channel", f"{CHANNELS}, 'phone'"),
        one_of("addresses", "language", LANGUAGES),
        refers("addresses", "contact_id", "contacts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_addresses_contact_id", "addresses", ["contact_id"])
    op.create_index("ix_addresses_value", "addresses", ["value"])
    op.create_index(
        "uq_addresses_owned",
        "addresses",
        ["channel", "value"],
        unique=True,
        sqlite_where=_OWNED,
        postgresql_where=_OWNED,
    )
