"""Which process holds a door to a far side: one at a time, so that its limits and its order are kept."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select, text, update

from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import DoorRow
from crm_store.types import UtcTime

_ADD = text(
    "INSERT INTO doors (name, holder, until) VALUES (:name, :holder, :until) ON CONFLICT (name) DO NOTHING"
).bindparams(bindparam("until", type_=UtcTime()))


class Door(NamedTuple):
    """``until``: after which another may take it."""

    name: str
    holder: str
    until: datetime
    state: JsonObject


def hold(tx: Tx, name: str, holder: str, at: datetime, until: datetime) -> bool:
    """Takes a door, or keeps it; False where another has it."""
    free = (DoorRow.name == name, or_(DoorRow.holder == holder, DoorRow.until <= at))
    if tx.execute(update(DoorRow).where(*free).values(holder=holder, until=until)).rowcount:
        return True
    if tx.scalar(select(DoorRow.name).where(DoorRow.name == name)) is not None:
        return False
    tx.execute(_ADD, {"name": name, "holder": holder, "until": until})
    return tx.scalar(select(DoorRow.holder).where(DoorRow.name == name)) == holder


def let_go(tx: Tx, name: str, holder: str, at: datetime) -> None:
    """Gives a door up, for another to take it at once."""
    tx.execute(update(DoorRow).where(DoorRow.name == name, DoorRow.holder == holder).values(until=at))


def set_state(tx: Tx, name: str, holder: str, state: JsonObject) -> None:
    """How it stands, as its holder sees it."""
    tx.execute(update(DoorRow).where(DoorRow.name == name, DoorRow.holder == holder).values(state=state))


def list_doors(tx: Tx) -> list[Door]:
    """All doors that were ever held, by name."""
    rows = tx.execute(select(DoorRow.name, DoorRow.holder, DoorRow.until, DoorRow.state).order_by(DoorRow.name))
    return [Door(*row) for row in rows]


def forget(tx: Tx, name: str) -> None:
    """A door that is shut for good."""
    tx.execute(delete(DoorRow).where(DoorRow.name == name))
