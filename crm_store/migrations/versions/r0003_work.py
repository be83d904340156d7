"""Outgoing rows, jobs, idempotency keys, the audit log and its triggers, settings, the demo's rows."""

import sqlalchemy as sa
from alembic import op

from crm_store.migrations.columns import CHANNELS, ID, INT, JSON, TEXT, TIME, key, maybe, need, one_of, refers, unique

revision = "0003"
down_revision = "0002"
_QUEUED = sa.text("state = 'queued'")
_LEASED = sa.text("state = 'leased'")


def upgrade() -> None:
    """Makes the tables of the work behind the talk."""
    _make_outgoing()
    _make_jobs()
    _make_keys_and_settings()
    _make_audit_log()


def _make_outgoing() -> None:
    op.create_table(
        "outgoing",
        need("id", ID),
        maybe("conversation_id", INT),
        maybe("message_id", INT),
        maybe("address_id", INT),
        need("channel", TEXT),
        need("purpose", TEXT),
        need("payload", JSON),
        need("not_before", TIME),
        maybe("expires_at", TIME),
        need("dedupe_key", TEXT),
        need("state", TEXT, "'queued'"),
        maybe("lease_owner", TEXT),
        maybe("lease_until", TIME),
        need("attempts", INT, "0"),
        maybe("last_error", TEXT),
        need("created_at", TIME),
        maybe("sent_at", TIME),
        key("outgoing"),
        one_of("outgoing", "channel", CHANNELS),
        one_of("outgoing", "state", "'queued', 'leased', 'sent', 'failed', 'uncertain', 'expired'"),
        refers("outgoing", "conversation_id", "conversations"),
        refers("outgoing", "message_id", "messages"),
        refers("outgoing", "address_id", "addresses"),
        unique("outgoing", "dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outgoing_conversation_id", "outgoing", ["conversation_id"])
    _index_leases("outgoing", "not_before")


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        need("id", ID),
        need("kind", TEXT),
        need("payload", JSON),
        need("run_at", TIME),
        maybe("dedupe_key", TEXT),
        need("state", TEXT, "'queued'"),
        maybe("lease_owner", TEXT),
        maybe("lease_until", TIME),
        need("attempts", INT, "0"),
        need("max_attempts", INT, "10"),
        maybe("last_error", TEXT),
        need("created_at", TIME),
        key("jobs"),
        one_of("jobs", "state", "'queued', 'leased', 'done', 'failed'"),
        unique("jobs", "dedupe_key"),
        sqlite_autoincrement=True,
    )
    _index_leases("jobs", "run_at")


def _index_leases(table: str, due: str) -> None:
    op.create_index(f"ix_{table}_queued", table, [due], sqlite_where=_QUEUED, postgresql_where=_QUEUED)
    op.create_index(f"ix_{table}_leased", table, ["lease_until"], sqlite_where=_LEASED, postgresql_where=_LEASED)


def _make_keys_and_settings() -> None:
    op.create_table(
        "idempotency_keys",
        need("scope", TEXT),
        need("key", TEXT),
        need("request_hash", TEXT),
        maybe("response", JSON),
        need("created_at", TIME),
        need("expires_at", TIME),
        key("idempotency_keys", "scope", "key"),
    )
    op.create_index("ix_idempotency_keys_expires_at", "idempotency_keys", ["expires_at"])
    op.create_table(
        "settings",
        need("key", TEXT),
        need("value", JSON),
        need("updated_at", TIME),
        key("settings", "key"),
    )
    op.create_table(
        "demo_rows",
        need("entity", TEXT),
        sa.Column("entity_id", INT, nullable=False, autoincrement=False),
        key("demo_rows", "entity", "entity_id"),
    )


def _make_audit_log() -> None:
    op.create_table(
        "audit_log",
        need("id", ID),
        need("at", TIME),
        need("actor_kind", TEXT),
        maybe("actor_id", INT),
        need("actor_name", TEXT),
        need("action", TEXT),
        need("entity", TEXT),
        maybe("entity_id", INT),
        maybe("before", JSON),
        maybe("after", JSON),
        maybe("remote", TEXT),
        key("audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_entity_entity_id", "audit_log", ["entity", "entity_id"])
    op.create_index("ix_audit_log_actor_kind_actor_id", "audit_log", ["actor_kind", "actor_id"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_log_no_{verb} BEFORE {verb.upper()} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '23001'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON audit_log "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()"
    )
