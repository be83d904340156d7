"""What a contact's card holds beside name and addresses: catalogues, relatives, subjects, notes, tasks, merges.

``deleted_by`` is an agent's id; it is no foreign key, since SQLite cannot add one to a table that stands.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject
from crm_store.models.base import Base, FieldKind, SubjectKind, TaskKind
from crm_store.types import one_of

_LIVE_TASK = text("done_at IS NULL AND deleted_at IS NULL")
_ASKED = text("kind = 'chat'")


class ContactGroupRow(Base):
    """A group that the firm keeps (feature CC-15)."""

    __tablename__ = "contact_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(server_default=text("0"))


class ContactGroupMemberRow(Base):
    """A contact belongs to a group."""

    __tablename__ = "contact_group_members"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        ForeignKey("contact_groups.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ContactCategoryRow(Base):
    """A category of the firm's own classifier: VIP, newcomer, problem (features CC-06, CC-07). ``colour``: #rrggbb."""

    __tablename__ = "contact_categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    colour: Mapped[str] = mapped_column(server_default="#6b7280")
    position: Mapped[int] = mapped_column(server_default=text("0"))


class ContactCategoryMemberRow(Base):
    """A contact is of a category."""

    __tablename__ = "contact_category_members"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(
        ForeignKey("contact_categories.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ContactSourceRow(Base):
    """Where customers heard of the firm (features CC-05, CC-16)."""

    __tablename__ = "contact_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(server_default=text("0"))


class CustomFieldRow(Base):
    """A field of the firm's own. Its values are in ``contacts.custom`` by ``key``; ``choices`` for kind ``choice``."""

    __tablename__ = "custom_fields"
    __table_args__ = (one_of("kind", FieldKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    kind: Mapped[FieldKind] = mapped_column(server_default="text")
    choices: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    position: Mapped[int] = mapped_column(server_default=text("0"))


class ExtraContactRow(Base):
    """Somebody else to be asked for this customer: a husband, an accountant (feature CC-13)."""

    __tablename__ = "extra_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str | None]
    email: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")


class SubjectRow(Base):
    """Whom or what a customer comes about: a child, a pet, a car with its ``plate``. ``birthday``: YYYY-MM-DD."""

    __tablename__ = "subjects"
    __table_args__ = (one_of("kind", SubjectKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    kind: Mapped[SubjectKind]
    name: Mapped[str] = mapped_column(server_default="")
    birthday: Mapped[str | None]
    plate: Mapped[str | None]
    details: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    deleted_by: Mapped[int | None]


class ContactNoteRow(Base):
    """A dated remark about a contact, by its author."""

    __tablename__ = "contact_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author_name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    deleted_by: Mapped[int | None]


class TaskRow(Base):
    """Something to be done, by somebody, perhaps by a time, perhaps about a contact or a conversation.

    ``kind``: ``chat`` asks to answer a conversation, and is made and done by the talk itself. It has no check: SQLite
    cannot add one to a table that stands.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_live", "assignee_id", "due_at", sqlite_where=_LIVE_TASK, postgresql_where=_LIVE_TASK),
        Index("ix_tasks_chat", "conversation_id", sqlite_where=_ASKED, postgresql_where=_ASKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author_name: Mapped[str]
    title: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    deleted_by: Mapped[int | None]
    kind: Mapped[TaskKind] = mapped_column(server_default="todo")


class MergeRow(Base):
    """Two contacts were found to be one. ``moved`` tells what went over, so that it can be undone."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    actor_name: Mapped[str]
    at: Mapped[datetime]
    moved: Mapped[JsonObject]
    undone_at: Mapped[datetime | None]


class DistinctContactsRow(Base):
    """Two contacts that somebody said are not one (``low_id`` < ``high_id``): they are not proposed again."""

    __tablename__ = "distinct_contacts"

    low_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    high_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, index=True)
