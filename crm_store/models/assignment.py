"""Who answers: which agents are there, and why a conversation went to whom."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject
from crm_store.models.base import Base


class AgentPresenceRow(Base):
    """An agent has a window open at a process until ``until``, which the process keeps prolonging. When he has gone it
    says since when."""

    __tablename__ = "agent_presence"

    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    process: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class AssignmentDecisionRow(Base):
    """A decision about who answers, and its reason as it was then (``routing/assignment/reasons.py`` says what is in
    it). ``agent_id``, ``team_id``: to whom it went; no foreign keys: a decision outlives them."""

    __tablename__ = "assignment_decisions"
    __table_args__ = (Index(None, "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str]
    agent_id: Mapped[int | None]
    team_id: Mapped[int | None]
    policy: Mapped[str | None]
    reason: Mapped[JsonObject]
