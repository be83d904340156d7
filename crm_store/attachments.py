"""Files of the talk as rows: brought, sent with a message, doomed, forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from conversation.errors import Rejected
from conversation.messages import Attachment
from crm_store import Tx
from crm_store.models import AddressRow, AttachmentRow, MessageRow
from crm_store.rows import AnyRow

_SHOWN = (
    AttachmentRow.id,
    AttachmentRow.name,
    AttachmentRow.mime,
    AttachmentRow.size,
    AttachmentRow.width,
    AttachmentRow.height,
)
_STANDS = AttachmentRow.doomed_at.is_(None)
VISITOR, AGENT = "visitor:", "agent:"
"""What an owner begins with."""


class Doomed(NamedTuple):
    """A file to be removed."""

    id: int
    path: str


class Stored(NamedTuple):
    """A file as it is served. ``path``: relative to the data folder."""

    attachment: Attachment
    path: str
    sha256: str


def _attachment(row: AnyRow) -> Attachment:
    return Attachment(row.id, row.name, row.mime, row.size, row.width, row.height)


def find_by_client_id(tx: Tx, owner: str, client_id: str) -> Attachment | None:
    """What an owner brought under this id."""
    mine = (AttachmentRow.owner == owner, AttachmentRow.client_id == client_id, _STANDS)
    row = tx.execute(select(*_SHOWN).where(*mine)).one_or_none()
    return None if row is None else _attachment(row)


def find_stored(tx: Tx, file_id: int) -> Stored | None:
    """Where a file lies that somebody still has."""
    found = select(*_SHOWN, AttachmentRow.path, AttachmentRow.sha256).where(AttachmentRow.id == file_id, _STANDS)
    row = tx.execute(found).one_or_none()
    return None if row is None else Stored(_attachment(row), row.path, row.sha256)


def insert_attachment(tx: Tx, **values: object) -> Attachment:
    """Writes down a file that lies in its place. Raises the store's conflict for a repeated ``owner, client_id``."""
    return _attachment(tx.execute(insert(AttachmentRow).values(**values).returning(*_SHOWN)).one())


def sum_brought(tx: Tx, owner: str, since: datetime) -> int:
    """Bytes that an owner brought since a moment, whatever became of them."""
    brought = select(func.coalesce(func.sum(AttachmentRow.size), 0))
    return int(tx.scalar(brought.where(AttachmentRow.owner == owner, AttachmentRow.created_at >= since)) or 0)


def is_said(tx: Tx, author_kind: str, author_id: int, client_id: str | None) -> bool:
    """Whether this very message is in the store already, and holds its files."""
    same = (MessageRow.author_kind == author_kind, MessageRow.author_id == author_id, MessageRow.client_id == client_id)
    return tx.scalar(select(MessageRow.id).where(*same)) is not None


def load_unsent(tx: Tx, owner: str, ids: Sequence[int]) -> list[Attachment]:
    """An owner's files that go with no message yet, in the order asked for. Raises Rejected not_found for any other."""
    mine = (AttachmentRow.owner == owner, AttachmentRow.message_id.is_(None), _STANDS, AttachmentRow.id.in_(ids))
    found = {row.id: _attachment(row) for row in tx.execute(select(*_SHOWN).where(*mine).with_for_update())}
    if not owner or len(found) != len(ids):
        raise Rejected("not_found", "error.attachment_not_found", field="attachments")
    return [found[one] for one in ids]


def list_names(tx: Tx, ids: Sequence[int]) -> list[str]:
    """What files are called, sent or not."""
    return list(tx.scalars(select(AttachmentRow.name).where(AttachmentRow.id.in_(ids))))


def send(tx: Tx, ids: Sequence[int], message_id: int, contact_id: int) -> None:
    """They go with this message from now on, and are of this contact's data."""
    sent = update(AttachmentRow).where(AttachmentRow.id.in_(ids))
    tx.execute(sent.values(message_id=message_id, contact_id=contact_id))


def doom(tx: Tx, which: ColumnElement[bool], at: datetime) -> None:
    """Nobody shall have these any more: their addresses cease to open, and the files are removed soon after."""
    nothing = {"name": "", "client_id": None, "owner": "", "message_id": None, "contact_id": None, "agent_id": None}
    tx.execute(update(AttachmentRow).where(which, _STANDS).values(doomed_at=at, **nothing))


def doom_of_messages(tx: Tx, messages: Any, at: datetime) -> None:
    """The files of messages. ``messages``: their ids, or a query for them."""
    doom(tx, AttachmentRow.message_id.in_(messages), at)


def doom_of_contacts(tx: Tx, ids: Sequence[int], at: datetime) -> None:
    """All files of these contacts, those never sent included. To be called while their addresses still stand."""
    keys = select(VISITOR + AddressRow.value).where(AddressRow.contact_id.in_(ids), AddressRow.channel == "web")
    doom(tx, or_(AttachmentRow.contact_id.in_(ids), AttachmentRow.owner.in_(keys)), at)


def doom_unsent(tx: Tx, before: datetime, at: datetime) -> None:
    """Files that were brought before a moment, and neither sent nor kept with a card."""
    unsent = AttachmentRow.message_id.is_(None) & AttachmentRow.contact_id.is_(None)
    doom(tx, unsent & (AttachmentRow.created_at < before), at)


def list_doomed(tx: Tx, limit: int) -> list[Doomed]:
    """Files to be removed."""
    doomed = select(AttachmentRow.id, AttachmentRow.path).where(AttachmentRow.doomed_at.is_not(None))
    return [Doomed(*row) for row in tx.execute(doomed.order_by(AttachmentRow.doomed_at).limit(limit))]


def forget(tx: Tx, ids: Collection[int]) -> None:
    """Their files are gone."""
    tx.execute(delete(AttachmentRow).where(AttachmentRow.id.in_(ids)))


def is_known(tx: Tx, path: str) -> bool:
    """Whether some row says that a file lies there."""
    return tx.scalar(select(AttachmentRow.id).where(AttachmentRow.path == path).limit(1)) is not None
