"""What belongs to visitors of a website: page views, consents, blocks; and the rights to inboxes and blocks."""

import json

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import (
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
)

revision = "0013"
down_revision = "0012"
_GIVEN = {"owner": ["inboxes.edit", "visitors.block"], "manager": ["inboxes.edit", "visitors.block"]}
_GIVEN["agent"] = ["visitors.block"]


def upgrade() -> None:
    """Makes the tables, and gives the built-in roles what is theirs."""
    op.create_table(
        "page_views",
        need("id", ID),
        need("conversation_id", INT),
        need("url", TEXT),
        maybe("title", TEXT),
        need("at", TIME),
        key("page_views"),
        refers("page_views", "conversation_id", "conversations", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_page_views_conversation_id_id", "page_views", ["conversation_id", "id"])
    op.create_table(
        "consents",
        need("id", ID),
        need("contact_id", INT),
        need("inbox_id", INT),
        need("version", INT),
        need("language", TEXT),
        need("text", TEXT),
        need("at", TIME),
        maybe("remote", TEXT),
        key("consents"),
        refers("consents", "contact_id", "contacts", "CASCADE"),
        one_of("consents", "language", LANGUAGES),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_contact_id", "consents", ["contact_id"])
    op.create_table(
        "blocks",
        need("id", ID),
        need("kind", TEXT),
        maybe("contact_id", INT),
        maybe("address_id", INT),
        maybe("network", TEXT),
        need("reason", TEXT, "''"),
        maybe("until", TIME),
        need("created_at", TIME),
        need("created_by", TEXT, "''"),
        key("blocks"),
        refers("blocks", "contact_id", "contacts", "CASCADE"),
        refers("blocks", "address_id", "addresses", "CASCADE"),
        one_of("blocks", "kind", "'contact', 'address', 'network'"),
        sqlite_autoincrement=True,
    )
    for column in ("contact_id", "address_id", "until"):
        op.create_index(f"ix_blocks_{column}", "blocks", [column])
    _give(op.get_bind())


def _give(tx: sa.Connection) -> None:
    roles = sa.table("roles", sa.column("name", TEXT), sa.column("permissions", JSON))
    for row in tx.execute(sa.select(roles).where(roles.c.name.in_(_GIVEN))).all():
        held = json.loads(row.permissions) if isinstance(row.permissions, str) else row.permissions
        value = sa.cast(sa.literal(json.dumps(sorted({*held, *_GIVEN[row.name]})), TEXT), JSON)
        tx.execute(sa.update(roles).where(roles.c.name == row.name).values(permissions=value))
