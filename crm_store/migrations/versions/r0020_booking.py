"""Services, resources and their schedules; appointments, sessions, holds, the waiting list; busy time."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import ID, INT, JSON, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0020"
down_revision = "0019"
_BOOL = sa.Boolean()
_roles = sa.table("roles", sa.column("id", INT), sa.column("name", TEXT), sa.column("permissions", JSON))
_GIVEN = {
    "owner": ("appointments.edit", "services.edit", "schedules.edit"),
    "manager": ("appointments.edit", "services.edit", "schedules.edit"),
    "agent": ("appointments.edit",),
}


def upgrade() -> None:
    """Adds the tables."""
    _catalogue()
    _schedules()
    _appointments()
    _holds()
    _waiting()
    _allocations()
    for role, permissions in _GIVEN.items():
        _give(op.get_bind(), role, permissions)


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, sa.Column("id", ID, nullable=False), *parts, key(name), sqlite_autoincrement=True)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _catalogue() -> None:
    _table("service_groups", need("name", JSON), need("position", INT, "0"))
    _table(
        "services",
        maybe("group_id", INT),
        need("name", JSON),
        need("description", JSON, "'{}'"),
        need("duration_min", INT),
        maybe("price_minor", INT),
        maybe("currency", TEXT),
        maybe("code", TEXT),
        maybe("barcode", TEXT),
        maybe("article", TEXT),
        need("buffer_before_min", INT, "0"),
        need("buffer_after_min", INT, "0"),
        need("capacity", INT, "1"),
        need("online", _BOOL, "true"),
        maybe("step_min", INT),
        maybe("colour", TEXT),
        need("promotion", TEXT, "''"),
        need("position", INT, "0"),
        maybe("archived_at", TIME),
        need("created_at", TIME),
        need("updated_at", TIME),
        refers("services", "group_id", "service_groups", "SET NULL"),
        sa.CheckConstraint(
            "duration_min > 0 AND buffer_before_min >= 0 AND buffer_after_min >= 0", name="ck_services_times"
        ),
        sa.CheckConstraint("capacity >= 1", name="ck_services_capacity"),
    )
    _index("services", "group_id")
    _table(
        "resources",
        need("kind", TEXT),
        need("name", JSON),
        need("about", JSON, "'{}'"),
        maybe("branch_id", INT),
        maybe("agent_id", INT),
        need("level", TEXT, "''"),
        need("skills", JSON, "'[]'"),
        need("online", _BOOL, "true"),
        maybe("colour", TEXT),
        need("position", INT, "0"),
        need("version", INT, "0"),
        maybe("feed_key", TEXT),
        maybe("archived_at", TIME),
        need("created_at", TIME),
        refers("resources", "branch_id", "branches"),
        refers("resources", "agent_id", "agents"),
        unique("resources", "feed_key"),
        one_of("resources", "kind", "'provider', 'room', 'chair', 'device'"),
    )
    _index("resources", "branch_id")
    _index("resources", "agent_id")
    op.create_table(
        "service_providers",
        need("service_id", INT),
        need("provider_id", INT),
        maybe("duration_min", INT),
        maybe("price_minor", INT),
        key("service_providers", "service_id", "provider_id"),
        refers("service_providers", "service_id", "services", "CASCADE"),
        refers("service_providers", "provider_id", "resources", "CASCADE"),
    )
    _index("service_providers", "provider_id")
    op.create_table(
        "service_needs",
        need("service_id", INT),
        need("need", INT),
        need("resource_id", INT),
        key("service_needs", "service_id", "need", "resource_id"),
        refers("service_needs", "service_id", "services", "CASCADE"),
        refers("service_needs", "resource_id", "resources", "CASCADE"),
    )
    _index("service_needs", "resource_id")
    _table(
        "webhooks",
        need("url", TEXT),
        need("secret", TEXT),
        need("events", JSON),
        need("active", _BOOL, "true"),
        need("created_at", TIME),
    )


def _schedules() -> None:
    _table(
        "schedule_rules",
        need("resource_id", INT),
        need("kind", TEXT),
        need("starts_on", TEXT),
        maybe("until", TEXT),
        need("hours", JSON),
        maybe("on_days", INT),
        maybe("off_days", INT),
        need("created_at", TIME),
        refers("schedule_rules", "resource_id", "resources", "CASCADE"),
        one_of("schedule_rules", "kind", "'weekly', 'cycle'"),
    )
    _index("schedule_rules", "resource_id", "id")
    op.create_table(
        "schedule_days",
        need("resource_id", INT),
        need("day", TEXT),
        need("hours", JSON),
        need("note", TEXT, "''"),
        key("schedule_days", "resource_id", "day"),
        refers("schedule_days", "resource_id", "resources", "CASCADE"),
    )
    _table(
        "outside_calendars",
        need("resource_id", INT),
        need("name", TEXT, "''"),
        need("url", TEXT),
        maybe("etag", TEXT),
        maybe("digest", TEXT),
        maybe("fetched_at", TIME),
        maybe("error", TEXT),
        need("next_at", TIME),
        need("created_at", TIME),
        refers("outside_calendars", "resource_id", "resources", "CASCADE"),
    )
    _index("outside_calendars", "resource_id")
    _index("outside_calendars", "next_at")


def _appointments() -> None:
    _table(
        "appointments",
        need("kind", TEXT, "'visit'"),
        need("status", TEXT, "'booked'"),
        maybe("contact_id", INT),
        maybe("subject_id", INT),
        maybe("conversation_id", INT),
        maybe("branch_id", INT),
        need("title", TEXT, "''"),
        need("starts_at", TIME),
        need("ends_at", TIME),
        need("wall_start", TEXT),
        need("zone", TEXT),
        maybe("total_minor", INT),
        need("discount_minor", INT, "0"),
        maybe("currency", TEXT),
        maybe("language", TEXT),
        need("source", TEXT),
        maybe("source_id", INT),
        need("note", TEXT, "''"),
        need("warning", TEXT, "''"),
        maybe("cancel_reason", TEXT),
        maybe("cancelled_by", TEXT),
        need("late", _BOOL, "false"),
        maybe("series_id", INT),
        maybe("copied_from", INT),
        maybe("created_by", INT),
        need("version", INT, "1"),
        need("created_at", TIME),
        need("updated_at", TIME),
        maybe("confirmed_at", TIME),
        maybe("arrived_at", TIME),
        maybe("done_at", TIME),
        maybe("closed_at", TIME),
        refers("appointments", "contact_id", "contacts"),
        refers("appointments", "subject_id", "subjects"),
        refers("appointments", "conversation_id", "conversations"),
        refers("appointments", "branch_id", "branches"),
        refers("appointments", "created_by", "agents"),
        one_of("appointments", "kind", "'visit', 'meeting', 'call', 'repair'"),
        one_of("appointments", "status", "'booked', 'confirmed', 'arrived', 'done', 'paid', 'no_show', 'cancelled'"),
    )
    _index("appointments", "starts_at", "id")
    _index("appointments", "contact_id", "starts_at")
    _index("appointments", "conversation_id")
    _index("appointments", "series_id")
    _index("appointments", "updated_at", "id")
    _table(
        "group_sessions",
        need("service_id", INT),
        need("provider_id", INT),
        need("starts_at", TIME),
        need("ends_at", TIME),
        need("wall_start", TEXT),
        need("zone", TEXT),
        need("capacity", INT),
        need("taken", INT, "0"),
        refers("group_sessions", "service_id", "services"),
        refers("group_sessions", "provider_id", "resources"),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="ck_group_sessions_seats"),
    )
    columns = ["provider_id", "service_id", "starts_at"]
    op.create_index("uq_group_sessions_start", "group_sessions", columns, unique=True)
    _index("group_sessions", "service_id", "starts_at")
    _table(
        "appointment_items",
        need("appointment_id", INT),
        need("position", INT, "0"),
        maybe("service_id", INT),
        maybe("provider_id", INT),
        maybe("session_id", INT),
        need("starts_at", TIME),
        need("ends_at", TIME),
        need("wall_start", TEXT),
        maybe("price_minor", INT),
        need("discount_minor", INT, "0"),
        need("seats", INT, "1"),
        refers("appointment_items", "appointment_id", "appointments", "CASCADE"),
        refers("appointment_items", "service_id", "services"),
        refers("appointment_items", "provider_id", "resources"),
        refers("appointment_items", "session_id", "group_sessions"),
    )
    _index("appointment_items", "appointment_id", "position")
    _index("appointment_items", "provider_id", "starts_at")
    _index("appointment_items", "service_id", "starts_at")
    _index("appointment_items", "session_id")


def _holds() -> None:
    _table(
        "holds",
        need("key", TEXT),
        need("purpose", TEXT),
        maybe("contact_id", INT),
        maybe("conversation_id", INT),
        need("wanted", JSON),
        need("starts_at", TIME),
        need("ends_at", TIME),
        need("created_at", TIME),
        need("expires_at", TIME),
        refers("holds", "contact_id", "contacts"),
        refers("holds", "conversation_id", "conversations"),
        unique("holds", "key"),
        one_of("holds", "purpose", "'chat', 'page', 'desk', 'waitlist'"),
    )
    _index("holds", "expires_at")
    _index("holds", "contact_id")
    op.create_table(
        "session_holds",
        need("hold_id", INT),
        need("session_id", INT),
        need("seats", INT, "1"),
        key("session_holds", "hold_id", "session_id"),
        refers("session_holds", "hold_id", "holds", "CASCADE"),
        refers("session_holds", "session_id", "group_sessions", "CASCADE"),
    )
    _index("session_holds", "session_id")


def _waiting() -> None:
    _table(
        "waitlist_wishes",
        need("contact_id", INT),
        maybe("conversation_id", INT),
        need("service_ids", JSON),
        maybe("provider_id", INT),
        need("from_day", TEXT),
        need("to_day", TEXT),
        need("weekdays", JSON, "'[]'"),
        maybe("from_time", TEXT),
        maybe("to_time", TEXT),
        need("state", TEXT, "'waiting'"),
        need("note", TEXT, "''"),
        maybe("language", TEXT),
        maybe("appointment_id", INT),
        need("created_at", TIME),
        need("updated_at", TIME),
        refers("waitlist_wishes", "contact_id", "contacts"),
        refers("waitlist_wishes", "conversation_id", "conversations"),
        refers("waitlist_wishes", "provider_id", "resources"),
        refers("waitlist_wishes", "appointment_id", "appointments"),
        one_of("waitlist_wishes", "state", "'waiting', 'offered', 'booked', 'cancelled', 'expired'"),
    )
    _index("waitlist_wishes", "state", "id")
    _index("waitlist_wishes", "contact_id")
    _table(
        "waitlist_offers",
        need("wish_id", INT),
        maybe("hold_id", INT),
        need("provider_id", INT),
        need("starts_at", TIME),
        need("state", TEXT, "'offered'"),
        need("created_at", TIME),
        need("expires_at", TIME),
        refers("waitlist_offers", "wish_id", "waitlist_wishes", "CASCADE"),
        refers("waitlist_offers", "hold_id", "holds", "SET NULL"),
        refers("waitlist_offers", "provider_id", "resources"),
        one_of("waitlist_offers", "state", "'offered', 'taken', 'declined', 'lapsed'"),
    )
    columns = ["wish_id", "starts_at", "provider_id"]
    op.create_index("uq_waitlist_offers_time", "waitlist_offers", columns, unique=True)
    _index("waitlist_offers", "state", "expires_at")


def _allocations() -> None:
    _table(
        "allocations",
        need("resource_id", INT),
        need("starts_at", TIME),
        need("ends_at", TIME),
        need("kind", TEXT),
        need("exclusive", _BOOL, "true"),
        maybe("item_id", INT),
        maybe("session_id", INT),
        maybe("hold_id", INT),
        maybe("calendar_id", INT),
        need("note", TEXT, "''"),
        refers("allocations", "resource_id", "resources"),
        refers("allocations", "item_id", "appointment_items", "CASCADE"),
        refers("allocations", "session_id", "group_sessions", "CASCADE"),
        refers("allocations", "hold_id", "holds", "CASCADE"),
        refers("allocations", "calendar_id", "outside_calendars", "CASCADE"),
        one_of("allocations", "kind", "'visit', 'session', 'hold', 'break', 'absence', 'repair', 'outside'"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_allocations_times"),
    )
    exclusive = sa.text("exclusive")
    op.create_index(
        "ix_allocations_exclusive",
        "allocations",
        ["resource_id", "starts_at", "ends_at"],
        sqlite_where=exclusive,
        postgresql_where=exclusive,
    )
    _index("allocations", "resource_id", "ends_at", "starts_at", "kind")
    _index("allocations", "item_id")
    _index("allocations", "session_id")
    _index("allocations", "hold_id")
    _index("allocations", "calendar_id")
    if op.get_bind().dialect.name == "postgresql":
        # ranges of one number: the id needs no extension to stand in a GiST index
        op.execute(
            "ALTER TABLE allocations ADD CONSTRAINT ex_allocations_overlap EXCLUDE USING gist ("
            "int8range(resource_id, resource_id, '[]') WITH &&, int8range(starts_at, ends_at) WITH &&) "
            "WHERE (exclusive)"
        )
        return
    # exclusive ones do not overlap each other: only the last that begins before and the first that begins within can
    for verb in ("INSERT", "UPDATE OF resource_id, starts_at, ends_at, exclusive"):
        op.execute(
            f"CREATE TRIGGER allocations_overlap_{verb.split()[0].lower()} BEFORE {verb} ON allocations "  # noqa: S608  # both words are written above
            "WHEN NEW.exclusive AND ("
            "EXISTS (SELECT 1 FROM allocations WHERE exclusive AND resource_id = NEW.resource_id "
            "AND starts_at >= NEW.starts_at AND starts_at < NEW.ends_at AND id IS NOT NEW.id) "
            "OR (SELECT ends_at FROM allocations WHERE exclusive AND resource_id = NEW.resource_id "
            "AND starts_at < NEW.starts_at AND id IS NOT NEW.id ORDER BY starts_at DESC LIMIT 1) > NEW.starts_at) "
            "BEGIN SELECT RAISE(ABORT, 'allocations overlap'); END"
        )


def _give(tx: sa.Connection, role: str, permissions: tuple[str, ...]) -> None:
    """To a built-in role of standing stores."""
    on_sqlite = tx.dialect.name == "sqlite"
    for row in tx.execute(sa.select(_roles).where(_roles.c.name == role)).all():
        held: list[str] = json.loads(row.permissions) if on_sqlite else row.permissions
        more: Any = [*held, *(one for one in permissions if one not in held)]
        more = json.dumps(more, separators=(",", ":")) if on_sqlite else more
        tx.execute(sa.update(_roles).where(_roles.c.id == row.id).values(permissions=more))
