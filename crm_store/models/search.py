"""What contacts and messages are found by. Derived data: made from the rows themselves, to be made anew at any time."""

from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_store.models.base import Base


class ContactKeyRow(Base):
    """Keys of a live contact (see ``conversation.search_key``): words, each with two spaces before it and one behind.

    ``names`` are exact keys, ``loose`` forgiving ones, ``digits`` phones, ``codes`` plates and client codes, ``others``
    what else is told of him. ``version``: of the algorithm. On SQLite triggers keep the tables ``contact_words`` and
    ``contact_parts`` (FTS5) in step; on PostgreSQL there is an index of trigrams.
    """

    __tablename__ = "contact_keys"

    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    names: Mapped[str]
    loose: Mapped[str]
    digits: Mapped[str]
    codes: Mapped[str]
    others: Mapped[str]
    version: Mapped[int]


class MessageKeyRow(Base):
    """The exact key of a message that may be found. On SQLite triggers keep ``message_words`` (FTS5) in step."""

    __tablename__ = "message_keys"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    body: Mapped[str]


class SearchMarkRow(Base):
    """How far the background indexing has come. ``owner`` does it until ``lease_until``; then anybody may."""

    __tablename__ = "search_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(server_default=text("0"))
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
