"""Rights: exceptions per agent, tokens of programs, and the names that the built-in roles hold by now."""

import json

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0006"
down_revision = "0005"
_AGENT = ["contacts.edit"]
_MANAGER = [
    "conversations.all",
    "messages.delete",
    *_AGENT,
    "contacts.delete",
    "contacts.merge",
    "contacts.import",
    "contacts.export",
    "catalogues.edit",
    "audit.read",
    "tasks.all",
]
_OWNER = [
    *_MANAGER,
    "contacts.erase",
    "agents.manage",
    "roles.manage",
    "tokens.manage",
    "settings.edit",
    "backup.run",
    "demo.remove",
]


def upgrade() -> None:
    """Makes both tables, and gives owners, managers and agents what is theirs."""
    op.create_table(
        "agent_permissions",
        need("agent_id", INT),
        need("permission", TEXT),
        need("effect", TEXT),
        key("agent_permissions", "agent_id", "permission", "effect"),
        refers("agent_permissions", "agent_id", "agents", "CASCADE"),
        one_of("agent_permissions", "effect", "'grant', 'deny'"),
    )
    op.create_table(
        "api_tokens",
        need("id", ID),
        need("agent_id", INT),
        need("name", TEXT),
        need("prefix", TEXT),
        need("token_hash", TEXT),
        need("scopes", JSON),
        need("created_at", TIME),
        maybe("expires_at", TIME),
        maybe("last_used_at", TIME),
        maybe("revoked_at", TIME),
        key("api_tokens"),
        refers("api_tokens", "agent_id", "agents", "CASCADE"),
        unique("api_tokens", "prefix"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_tokens_agent_id", "api_tokens", ["agent_id"])
    roles = sa.table("roles", sa.column("name", TEXT), sa.column("permissions", JSON))
    for name, held in (("owner", _OWNER), ("manager", _MANAGER), ("agent", _AGENT)):
        value = sa.cast(sa.literal(json.dumps(held), TEXT), JSON)
        op.execute(sa.update(roles).where(roles.c.name == name).values(permissions=value))
