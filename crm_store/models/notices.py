"""Where agents are told what waits for them while they are not at the desk, and what they are told of."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import Channel, JsonObject
from crm_store.models.base import Base


class NoticeAddressRow(Base):
    """An agent's own chat, phone or mailbox, as its channel knows it: whoever writes from it is no customer.
    ``display``: as he is shown it."""

    __tablename__ = "notice_addresses"
    __table_args__ = (
        UniqueConstraint("channel", "value"),
        UniqueConstraint("agent_id", "channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    channel: Mapped[Channel]
    value: Mapped[str]
    display: Mapped[str]
    linked_at: Mapped[datetime]


class NoticeLinkRow(Base):
    """A link by which an agent makes a chat his: only the hash of its word is kept, and it is gone when it was used."""

    __tablename__ = "notice_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Channel]
    word_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class NoticeChoiceRow(Base):
    """What an agent wants to be told of, as far as he chose."""

    __tablename__ = "notice_choices"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    choices: Mapped[JsonObject]


class NoticeMessageRow(Base):
    """What is said in an agent's chat: which conversation a notice there is about, and (``message_id``) which message
    of it his answer became."""

    __tablename__ = "notice_messages"
    __table_args__ = (
        UniqueConstraint("address_id", "far_id"),
        Index(None, "conversation_id"),
        Index(None, "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("notice_addresses.id", ondelete="CASCADE"))
    far_id: Mapped[str]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
