"""Questions about the tokens of programs."""

from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update

from crm_store import Tx
from crm_store.models import AgentRow, ApiTokenRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

TOKENS = Listing(
    "api_tokens",
    ApiTokenRow.id,
    {
        "id": Sort(ApiTokenRow.id, unique=True, nullable=False),
        "name": Sort(ordered(ApiTokenRow.name)),
        "prefix": Sort(ApiTokenRow.prefix, nullable=False),
        "agent": Sort(ordered(AgentRow.name)),
        "created_at": Sort(ApiTokenRow.created_at, nullable=False),
        "expires_at": Sort(ApiTokenRow.expires_at),
        "last_used_at": Sort(ApiTokenRow.last_used_at),
        "revoked_at": Sort(ApiTokenRow.revoked_at),
    },
    default="id",
    descending=True,
    filters={
        "name": Holds(ApiTokenRow.name),
        "prefix": Holds(ApiTokenRow.prefix),
        "agent": ApiTokenRow.agent_id,
        "revoked": ApiTokenRow.revoked_at.is_not(None),
        "created": ApiTokenRow.created_at,
        "expires": ApiTokenRow.expires_at,
        "used": ApiTokenRow.last_used_at,
    },
)


def _tokens() -> AnySelect:
    return select(*ApiTokenRow.__table__.c, AgentRow.name.label("agent_name")).join(
        AgentRow, AgentRow.id == ApiTokenRow.agent_id
    )


def page_tokens(tx: Tx, wanted: Wanted) -> Page:
    """Tokens with their maker's ``agent_name``."""
    return TOKENS.page(tx, _tokens(), wanted)


def insert_token(
    tx: Tx,
    *,
    agent_id: int,
    name: str,
    prefix: str,
    token_hash: str,
    scopes: list[str],
    at: datetime,
    expires_at: datetime | None,
) -> int:
    """Adds a token; returns its id. Raises the store's conflict where the prefix is taken."""
    values = {"agent_id": agent_id, "name": name, "prefix": prefix, "token_hash": token_hash, "scopes": scopes}
    added = insert(ApiTokenRow).values(**values, created_at=at, expires_at=expires_at)
    return tx.execute(added.returning(ApiTokenRow.id)).scalar_one()


def find_token(tx: Tx, token_id: int) -> AnyRow | None:
    """One token, whatever its state."""
    return tx.execute(_tokens().where(ApiTokenRow.id == token_id)).one_or_none()


def find_live_token(tx: Tx, prefix: str, now: datetime) -> AnyRow | None:
    """The token of a prefix, where it is neither revoked nor expired."""
    holds = and_(ApiTokenRow.revoked_at.is_(None), or_(ApiTokenRow.expires_at.is_(None), ApiTokenRow.expires_at > now))
    return tx.execute(_tokens().where(ApiTokenRow.prefix == prefix, holds)).one_or_none()


def set_used(tx: Tx, token_id: int, at: datetime) -> None:
    """When it was last used."""
    tx.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(last_used_at=at))


def revoke_token(tx: Tx, token_id: int, at: datetime) -> None:
    """Ends a token."""
    tx.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(revoked_at=at))
