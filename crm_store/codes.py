"""One-time codes: asked for, tried, ended."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from crm_store import Tx
from crm_store.models import OneTimeCodeRow, StatedChannel

_R = OneTimeCodeRow


class Code(NamedTuple):
    """A code that holds or held: see ``OneTimeCodeRow``."""

    id: int
    contact_id: int
    conversation_id: int
    channel: StatedChannel
    value: str
    display: str
    salt: str
    tries: int
    expires_at: datetime
    ended_at: datetime | None


def insert_code(tx: Tx, **values: object) -> int:
    """Adds a code; returns its id."""
    return tx.execute(insert(_R).values(**values).returning(_R.id)).scalar_one()


def find_latest(tx: Tx, conversation_id: int) -> Code | None:
    """The last code that a conversation asked for, whether it holds or not."""
    columns = (getattr(_R, name) for name in Code._fields)
    mine = select(*columns).where(_R.conversation_id == conversation_id)
    row = tx.execute(mine.order_by(_R.id.desc()).limit(1)).one_or_none()
    return None if row is None else Code(*row)


def count_try(tx: Tx, code_id: int) -> None:
    """One wrong answer more."""
    tx.execute(update(_R).where(_R.id == code_id).values(tries=_R.tries + 1))


def end_codes(tx: Tx, conversation_id: int, at: datetime) -> None:
    """No code of a conversation holds from here on."""
    mine = (_R.conversation_id == conversation_id, _R.ended_at.is_(None))
    tx.execute(update(_R).where(*mine).values(ended_at=at))


def count_asked(
    tx: Tx,
    since: datetime,
    *,
    value: str | None = None,
    contact_id: int | None = None,
    remote: str | None = None,
) -> int:
    """How many codes went to an address, or were asked for by a contact or from a network address, since a moment."""
    mine = [_R.created_at >= since]
    mine += [] if value is None else [_R.value == value]
    mine += [] if contact_id is None else [_R.contact_id == contact_id]
    mine += [] if remote is None else [_R.remote == remote]
    return tx.scalar(select(func.count()).select_from(_R).where(*mine)) or 0


def sweep(tx: Tx, before: datetime) -> int:
    """Forgets codes asked for before a moment; returns how many."""
    return tx.execute(delete(_R).where(_R.created_at < before)).rowcount
