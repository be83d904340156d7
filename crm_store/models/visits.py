"""What belongs to visitors of a website: where they were, what they agreed to, and who is kept out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import Language
from crm_store.models.base import Base, BlockKind
from crm_store.types import one_of


class PageViewRow(Base):
    """A page that a visitor looked at during a conversation; the latest of each conversation are kept."""

    __tablename__ = "page_views"
    __table_args__ = (Index(None, "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    url: Mapped[str]
    title: Mapped[str | None]
    at: Mapped[datetime]


class ConsentRow(Base):
    """A contact agreed to a text: which version of which inbox, in which words. ``inbox_id`` is no foreign key: the
    proof stays when the inbox is gone; 0: a text of the firm's own, of no inbox. ``source``: the door at which he
    agreed."""

    __tablename__ = "consents"
    __table_args__ = (one_of("language", Language), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    inbox_id: Mapped[int]
    version: Mapped[int]
    language: Mapped[Language]
    text: Mapped[str]
    at: Mapped[datetime]
    remote: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="")


class BlockRow(Base):
    """Who may not write: a contact at all his addresses, one address of his, or a network (``203.0.113.0/24``).
    ``until``: None is for good."""

    __tablename__ = "blocks"
    __table_args__ = (
        one_of("kind", BlockKind),
        Index(None, "contact_id"),
        Index(None, "address_id"),
        Index(None, "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BlockKind]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id", ondelete="CASCADE"))
    network: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(server_default="")
