"""Imports: who brought which file, and what became of each of its rows."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from conversation.messages import JsonObject, Language
from crm_store.models.base import Base
from crm_store.types import JsonText, one_of

ImportState = Literal["draft", "checking", "checked", "running", "done", "failed", "undoing", "undone"]
RowOutcome = Literal["added", "updated", "skipped", "wrong"]


class ImportRow(Base):
    """A file of contacts and how far it is. ``path``: relative to the data folder, None once the file is gone.

    ``columns``: what the file has, ``mapping``: which column becomes what, ``options``: what to do with known people.
    ``total``: rows of the file, ``done``: rows finished. ``made``: ids of catalogue entries that it added, by table.
    ``error``: a text's key and fields. ``undo``: how many rows were taken back, and how many stayed. ``author_id`` is
    no foreign key: the import outlives its author.
    """

    __tablename__ = "imports"
    __table_args__ = (one_of("language", Language), one_of("state", ImportState), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    format: Mapped[str]
    encoding: Mapped[str] = mapped_column(server_default="")
    separator: Mapped[str] = mapped_column(server_default="")
    header: Mapped[bool] = mapped_column(server_default=text("true"))
    path: Mapped[str | None]
    columns: Mapped[object] = mapped_column(JsonText(), nullable=False)
    mapping: Mapped[JsonObject]
    options: Mapped[JsonObject]
    language: Mapped[Language]
    state: Mapped[ImportState] = mapped_column(Text(), server_default="draft")
    total: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    added: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    wrong: Mapped[int] = mapped_column(server_default=text("0"))
    error: Mapped[JsonObject | None]
    made: Mapped[JsonObject] = mapped_column(server_default=text("'{}'"))
    undo: Mapped[JsonObject | None]
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(server_default="")
    remote: Mapped[str | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportLineRow(Base):
    """What became of one row of an imported file (``row``: its number in the file, the first one being 1).

    ``contact_id``: whom it made or met. ``remarks``: texts' keys and fields, in order. ``before`` and ``after``:
    what it changed of a contact who was there; ``state``: a digest of him as the row left him, to tell a later change.
    ``undone``: what the undo did of it (removed, restored, kept).
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        one_of("outcome", RowOutcome),
        Index(None, "contact_id"),
        Index(None, "import_id", "outcome", "row"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[RowOutcome] = mapped_column(Text())
    contact_id: Mapped[int | None]
    remarks: Mapped[object | None] = mapped_column(JsonText())
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]
    state: Mapped[str | None]
    undone: Mapped[str | None]
    at: Mapped[datetime]
