"""What the firm knows: articles and answers by language, whether they helped, and what was not answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject, Language
from crm_store.models.base import ArticleAudience, ArticleKind, ArticleState, Base
from crm_store.types import one_of


class KnowledgeArticleRow(Base):
    """An article, or a question with its answer. ``slug``: its name in addresses; ``staff``: for agents' eyes only."""

    __tablename__ = "knowledge_articles"
    __table_args__ = (
        one_of("kind", ArticleKind),
        one_of("state", ArticleState),
        one_of("audience", ArticleAudience),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ArticleKind]
    slug: Mapped[str] = mapped_column(unique=True)
    state: Mapped[ArticleState]
    audience: Mapped[ArticleAudience]
    tags: Mapped[list[str]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class KnowledgeTextRow(Base):
    """An article in one language: ``body`` is Markdown, ``questions`` are other words in which people ask for it."""

    __tablename__ = "knowledge_texts"
    __table_args__ = (one_of("language", Language),)

    article_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[Language] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    questions: Mapped[list[str]]


class KnowledgeVersionRow(Base):
    """An article as somebody left it; ``number`` counts from 1 in each."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("knowledge_articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime]
    author: Mapped[str]
    content: Mapped[JsonObject]


class KnowledgeVoteRow(Base):
    """Whether it was useful to one voter: a browser, a conversation, an agent. The last vote of each counts."""

    __tablename__ = "knowledge_votes"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    voter: Mapped[str] = mapped_column(primary_key=True)
    useful: Mapped[bool]
    at: Mapped[datetime]


class KnowledgeAnswerRow(Base):
    """The bot answered a customer's question with it, the latest time in this conversation."""

    __tablename__ = "knowledge_answers"
    __table_args__ = (Index(None, "conversation_id"),)

    article_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[Language]
    question: Mapped[str]
    at: Mapped[datetime]


class KnowledgeQuestionRow(Base):
    """Something that was asked and not answered. ``key``: its folded words, by which the same question is known;
    ``dismissed``: nobody wants to hear of it again."""

    __tablename__ = "knowledge_questions"
    __table_args__ = (
        one_of("language", Language),
        Index(None, "last_at", "id"),
        Index(None, "count", "id"),
        Index(None, "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    language: Mapped[Language]
    question: Mapped[str]
    count: Mapped[int] = mapped_column(server_default=text("1"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    dismissed: Mapped[bool] = mapped_column(server_default=text("false"))


class KnowledgeVectorRow(Base):
    """The meaning of a text, by the text's hash: derived, made anew at any time. ``vector``: float16, base64."""

    __tablename__ = "knowledge_vectors"

    hash: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[str]
