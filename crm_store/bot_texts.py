"""Questions about the firm's own wording of what the bot says."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, or_, select

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import BotTextRow

_row = BotTextRow
Own = Mapping[tuple[Language, str], str]
"""Texts by language and key."""


def read_level(tx: Tx, inbox_id: int | None) -> dict[tuple[Language, str], str]:
    """What is worded for one inbox, or (None) for the whole firm."""
    found = tx.execute(select(_row.language, _row.key, _row.text).where(_of(inbox_id)))
    return {(row.language, row.key): row.text for row in found}


def read_in_force(tx: Tx, inbox_id: int) -> dict[tuple[Language, str], str]:
    """What holds in an inbox: its own wording before the firm's."""
    query = select(_row.language, _row.key, _row.text).where(or_(_of(None), _of(inbox_id)))
    found = tx.execute(query.order_by(_row.inbox_id.is_not(None)))
    return {(row.language, row.key): row.text for row in found}


def put(tx: Tx, inbox_id: int | None, language: Language, texts: Mapping[str, str | None], at: datetime) -> None:
    """Keeps texts of one level over earlier ones; None forgets one."""
    tx.execute(delete(_row).where(_of(inbox_id), _row.language == language, _row.key.in_(texts)))
    rows = [
        {"inbox_id": inbox_id, "language": language, "key": key, "text": text, "updated_at": at}
        for key, text in texts.items()
        if text is not None
    ]
    if rows:
        tx.execute(insert(_row), rows)


def _of(inbox_id: int | None) -> ColumnElement[bool]:
    return _row.inbox_id.is_(None) if inbox_id is None else _row.inbox_id == inbox_id
