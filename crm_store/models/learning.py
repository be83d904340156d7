"""What the firm teaches its bot: examples, intents, synonyms, what was unclear, and the models trained of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject, Language
from crm_store.models.base import Base, LearnedState, NameKind
from crm_store.types import one_of

_OPEN = text("state = 'open'")


class ExampleRow(Base):
    """A message and what is wanted by it. ``intent`` NULL: nothing that is answered by an intent; ``checks``: it is not
    learned from, models are measured on it. ``key``: the message as it is compared."""

    __tablename__ = "own_examples"
    __table_args__ = (one_of("language", Language), Index(None, "intent"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    language: Mapped[Language | None]
    intent: Mapped[str | None]
    checks: Mapped[bool]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class OwnIntentRow(Base):
    """An intent of the firm's own. ``titles`` and ``answers``: by language; without answers, or after them where
    ``hands_over``, people go on: those of a team, or whoever is free."""

    __tablename__ = "own_intents"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    titles: Mapped[JsonObject]
    answers: Mapped[JsonObject]
    hands_over: Mapped[bool]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SynonymRow(Base):
    """What customers call a service, a person of the staff or a branch, and the name it has with the firm."""

    __tablename__ = "synonyms"
    __table_args__ = (one_of("kind", NameKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[NameKind]
    name: Mapped[str]
    stands_for: Mapped[str]
    created_at: Mapped[datetime]


class UnclearRow(Base):
    """A message that the bot did not understand, once however often it came. ``ranking``: what was likeliest then."""

    __tablename__ = "unclear_messages"
    __table_args__ = (
        one_of("language", Language),
        one_of("state", LearnedState),
        Index("ix_unclear_messages_open", "count", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str]
    language: Mapped[Language | None]
    count: Mapped[int]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    ranking: Mapped[list[JsonObject]]
    state: Mapped[LearnedState] = mapped_column(server_default="open")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class LearnedModelRow(Base):
    """A model that was trained. ``of``: the number of what was taught by then; ``starter``: which starter corpus and
    program made it; ``tiers``: 2 with sentence vectors; ``checked``: how many examples it was measured on, and how many
    of them it and the one before it had right; ``data`` NULL: it is not kept any more, or was ``refused``."""

    __tablename__ = "learned_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[int]
    starter: Mapped[str]
    tiers: Mapped[int]
    examples: Mapped[int]
    own: Mapped[int]
    checked: Mapped[int]
    right_before: Mapped[int]
    right_after: Mapped[int]
    refused: Mapped[bool]
    took_ms: Mapped[int]
    trained_at: Mapped[datetime]
    data: Mapped[bytes | None] = mapped_column(LargeBinary())
