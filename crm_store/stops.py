"""Which letters an address is sent no more."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from conversation.messages import Language
from crm_store import Tx
from crm_store.erasing import also_erase
from crm_store.merging import move_with_contacts
from crm_store.models import AddressRow, ContactRow, LetterStopRow, StatedChannel

_R = LetterStopRow


class Owner(NamedTuple):
    """A phone or mailbox on a card, and the language of whose card it is."""

    contact_id: int
    channel: StatedChannel
    value: str
    language: Language | None


class Stopped(NamedTuple):
    """What was said of letters to an address: see ``LetterStopRow``."""

    about: str
    value: str
    stopped: bool
    source: str
    at: datetime


def _erase(tx: Tx, ids: Sequence[int]) -> None:
    tx.execute(delete(_R).where(_R.contact_id.in_(ids)))


also_erase(_erase)
move_with_contacts(LetterStopRow)


def find_owner(tx: Tx, address_id: int) -> Owner | None:
    """Whose a phone or mailbox is; None: it is on no card any more."""
    columns = (AddressRow.contact_id, AddressRow.channel, AddressRow.value, ContactRow.language)
    query = select(*columns).join(ContactRow, ContactRow.id == AddressRow.contact_id)
    row = tx.execute(query.where(AddressRow.id == address_id)).one_or_none()
    if row is None or row.channel not in ("phone", "email"):
        return None
    channel: StatedChannel = "phone" if row.channel == "phone" else "email"
    return Owner(row.contact_id, channel, row.value, row.language)


def is_stopped(tx: Tx, channel: StatedChannel, value: str, about: str) -> bool:
    """Whether an address is sent no letters of a purpose."""
    said = (_R.value == value, _R.channel == channel, _R.about == about)
    query = select(_R.stopped).where(*said).order_by(_R.at.desc(), _R.id.desc())
    return bool(tx.scalar(query.limit(1)))


def add_stop(tx: Tx, owner: Owner, about: str, source: str, at: datetime, *, stopped: bool) -> None:
    """Notes it; it counts from here on."""
    where = {"contact_id": owner.contact_id, "channel": owner.channel, "value": owner.value}
    tx.execute(insert(_R).values(**where, about=about, stopped=stopped, source=source, at=at))


def list_stops(tx: Tx, contact_id: int) -> list[Stopped]:
    """All that was said on a contact's card, the latest last."""
    columns = (getattr(_R, name) for name in Stopped._fields)
    query = select(*columns).where(_R.contact_id == contact_id).order_by(_R.at, _R.id)
    return [Stopped(*row) for row in tx.execute(query)]
