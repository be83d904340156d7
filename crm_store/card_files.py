"""Files that are kept with a contact's card, or with one of his visits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select, update

from conversation.messages import Attachment
from crm_store import Tx, attachments
from crm_store.models import AgentRow, AttachmentRow
from crm_store.rows import AnySelect

_A: Final = AttachmentRow
_KEPT: Final = (_A.message_id.is_(None), _A.owner == "", _A.doomed_at.is_(None))


class CardFile(NamedTuple):
    """A file, whose it is, and who brought it when."""

    attachment: Attachment
    contact_id: int
    appointment_id: int | None
    agent: str | None
    at: datetime


def list_files(tx: Tx, contact_ids: Collection[int]) -> list[CardFile]:
    """Of these contacts, the latest first."""
    columns = (_A.id, _A.name, _A.mime, _A.size, _A.width, _A.height)
    rest = (_A.contact_id, _A.appointment_id, AgentRow.name, _A.created_at)
    query: AnySelect = select(*columns, *rest).outerjoin(AgentRow, AgentRow.id == _A.agent_id)
    rows = tx.execute(query.where(_A.contact_id.in_(list(contact_ids)), *_KEPT).order_by(_A.id.desc())).all()
    return [CardFile(Attachment(*row[:6]), *row[6:]) for row in rows]


def keep_files(tx: Tx, ids: Sequence[int], contact_id: int, appointment_id: int | None, agent_id: int) -> None:
    """They are of this contact's data from now on, and go with no message."""
    values = {"owner": "", "client_id": None, "agent_id": agent_id}
    kept = update(_A).where(_A.id.in_(list(ids)))
    tx.execute(kept.values(contact_id=contact_id, appointment_id=appointment_id, **values))


def remove_file(tx: Tx, contact_ids: Collection[int], file_id: int, at: datetime) -> bool:
    """Nobody shall have it any more. Returns whether it was there."""
    mine = (_A.id == file_id, _A.contact_id.in_(list(contact_ids)), *_KEPT)
    if tx.scalar(select(_A.id).where(*mine)) is None:
        return False
    attachments.doom(tx, _A.id == file_id, at)
    return True
