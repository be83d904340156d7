"""Who may do what: exceptions from a role, and the tokens of programs."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_store.models.base import Base, Effect
from crm_store.types import one_of


class AgentPermissionRow(Base):
    """An exception from an agent's role: a permission granted or denied to him in person."""

    __tablename__ = "agent_permissions"
    __table_args__ = (one_of("effect", Effect),)

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    permission: Mapped[str] = mapped_column(primary_key=True)
    effect: Mapped[Effect] = mapped_column(primary_key=True)


class ApiTokenRow(Base):
    """A program's way in, in the name of the agent who made it. ``prefix``: the token's beginning, which is shown; of
    the rest only the hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
