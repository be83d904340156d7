"""Which news a contact wants."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import NewsWishRow

_R = NewsWishRow


class Wish(NamedTuple):
    """What a contact said of a topic: see ``NewsWishRow``."""

    topic: str
    wanted: bool
    language: Language
    words: str
    source: str
    at: datetime


def add_wish(tx: Tx, contact_id: int, wish: Wish) -> None:
    """Notes it; it counts from here on."""
    tx.execute(insert(_R).values(contact_id=contact_id, **wish._asdict()))


def list_wishes(tx: Tx, contact_id: int) -> list[Wish]:
    """All that a contact ever said, the latest last."""
    columns = (getattr(_R, name) for name in Wish._fields)
    return [
        Wish(*row) for row in tx.execute(select(*columns).where(_R.contact_id == contact_id).order_by(_R.at, _R.id))
    ]


def list_wanted(tx: Tx, contact_id: int) -> dict[str, Wish]:
    """The topics that he wants news of now, each with what he said."""
    latest = {one.topic: one for one in list_wishes(tx, contact_id)}
    return {topic: wish for topic, wish in latest.items() if wish.wanted}
