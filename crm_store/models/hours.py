"""When people work: of the firm, a branch, a team or an agent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject
from crm_store.models.base import Base


class WorkingHoursRow(Base):
    """What was set for one of them; for the firm where none is named. What is NULL is as the wider one has it.

    ``weekly``: ``{"mon": [["09:00", "18:00"]], ...}``, local times, a day not named is closed; ``exceptions``:
    ``[{"date": "2026-12-31", "hours": [], "name": "..."}]``; ``holidays``: whether public holidays are days off.
    """

    __tablename__ = "working_hours"
    __table_args__ = (
        CheckConstraint(
            "(branch_id IS NULL AND team_id IS NULL) OR (branch_id IS NULL AND agent_id IS NULL)"
            " OR (team_id IS NULL AND agent_id IS NULL)",
            name="owner",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id", ondelete="CASCADE"), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), unique=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), unique=True)
    weekly: Mapped[JsonObject | None]
    exceptions: Mapped[list[JsonObject] | None]
    holidays: Mapped[bool | None]
    updated_at: Mapped[datetime]
