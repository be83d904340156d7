"""Who a customer is, and what he wants to hear of: one-time codes, wishes for news, and what he is told no more."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import Language
from crm_store.models.base import Base, ReachWay, StatedChannel
from crm_store.types import one_of


class OneTimeCodeRow(Base):
    """A code that was sent to an address, to be said in the conversation that asked for it.

    The digits are kept nowhere: they are reckoned from ``salt`` with the server's secret. ``tries``: wrong answers;
    ``ended_at``: when it was confirmed, used up or followed by another. ``remote``: the network address of who asked.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        one_of("channel", StatedChannel),
        Index(None, "conversation_id"),
        Index(None, "value", "created_at"),
        Index(None, "contact_id", "created_at"),
        Index(None, "remote", "created_at"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[StatedChannel]
    value: Mapped[str]
    display: Mapped[str]
    remote: Mapped[str | None]
    salt: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NewsWishRow(Base):
    """A contact wants news of a topic, or no more: the latest row of a topic counts, the others are its history.

    ``words``: what he said yes to, as he read it; ``source``: where (``chat``, ``link``, ``desk``).
    """

    __tablename__ = "news_wishes"
    __table_args__ = (one_of("language", Language), Index(None, "contact_id", "topic"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    topic: Mapped[str]
    wanted: Mapped[bool]
    language: Mapped[Language]
    words: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]


class ReachChoiceRow(Base):
    """How a contact wants to be told of his visits: the latest row counts, the others are its history.

    ``auto``: as the firm finds best; ``talk``: where he writes; ``none``: not at all. ``source``: where he said so
    (``chat``, ``page``, ``desk``).
    """

    __tablename__ = "reach_choices"
    __table_args__ = (one_of("way", ReachWay), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    way: Mapped[ReachWay]
    source: Mapped[str]
    at: Mapped[datetime]


class LetterStopRow(Base):
    """A phone or mailbox is sent no more letters of a purpose, or is again: the latest row of both counts, the others
    are its history.

    By its value, so that it holds for whoever has noted it. ``about``: as ``outgoing.purpose``; ``contact_id``: on
    whose card it was said; ``source``: where (``letter``: by his mail program, ``page``).
    """

    __tablename__ = "letter_stops"
    __table_args__ = (Index(None, "value", "channel", "about"), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    channel: Mapped[StatedChannel]
    value: Mapped[str]
    about: Mapped[str]
    stopped: Mapped[bool]
    source: Mapped[str]
    at: Mapped[datetime]
