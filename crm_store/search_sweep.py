"""Indexing in the background: messages by their event numbers, contacts by their ids, in steps that may be repeated.

How far it has come is a row (``search_marks``) that is set in the transaction of the step itself: a step that is
killed was not done, and one that another process did first changes nothing. Messages are never indexed where they are
appended.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, insert, or_, select, update

from conversation.search_key import fold
from crm_store import Tx
from crm_store.counters import last_event
from crm_store.models import ContactKeyRow, ContactRow, MessageKeyRow, MessageRow, SearchMarkRow
from crm_store.search_plan import column_text
from crm_store.search_sources import KEY_CHARS, KEY_VERSION, renew

LEASE_S: Final = 5.0
"""So long after its last step a process is taken for the one that indexes."""
MarkName = Literal["messages", "contacts"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be indexed next: from one value of the mark to another. ``left``: how much is behind it, about."""

    name: MarkName
    begin: int
    end: int
    left: int
    ids: tuple[int, ...] = ()
    keys: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def plan_step(tx: Tx, owner: str, at: datetime, limit: int) -> Step | None:
    """The next step, None where all is indexed or another process is at it. To be asked of a reading connection."""
    marks = {row.name: row for row in tx.execute(select(*SearchMarkRow.__table__.c))}
    for name in ("contacts", "messages"):
        mark = marks[name]
        if mark.owner not in (None, owner) and mark.lease_until is not None and mark.lease_until > at:
            continue
        step = _contacts(tx, mark.value, limit) if name == "contacts" else _messages(tx, mark.value, limit)
        if step is not None:
            return step
    return None


def _contacts(tx: Tx, begin: int, limit: int) -> Step | None:
    """Contacts that came otherwise than by ``renew_search``, and after an upgrade all."""
    ids = list(tx.scalars(select(ContactRow.id).where(ContactRow.id > begin).order_by(ContactRow.id).limit(limit)))
    if not ids:
        return None
    fresh = select(ContactKeyRow.contact_id).where(
        ContactKeyRow.contact_id.in_(ids), ContactKeyRow.version == KEY_VERSION
    )
    stale = sorted(set(ids) - set(tx.scalars(fresh)))
    return Step("contacts", begin, ids[-1], len(ids), ids=tuple(stale))


def _messages(tx: Tx, begin: int, limit: int) -> Step | None:
    columns = (MessageRow.id, MessageRow.event, MessageRow.kind, MessageRow.text, MessageRow.deleted_at)
    changed = select(*columns).where(MessageRow.event > begin).order_by(MessageRow.event).limit(limit)
    rows = tx.execute(changed).all()
    if not rows:
        return None
    keys = []
    for row in rows:
        if row.deleted_at is None and row.kind != "activity":
            body = column_text(fold(row.text[:KEY_CHARS]).split())
            if body:
                keys.append((row.id, body))
    end = rows[-1].event
    return Step("messages", begin, end, last_event(tx) - end, tuple(row.id for row in rows), tuple(keys))


def do_step(tx: Tx, step: Step, owner: str, at: datetime) -> bool:
    """Indexes what was planned, in the writer's transaction; False where another process was quicker."""
    taken = (
        update(SearchMarkRow)
        .where(
            SearchMarkRow.name == step.name,
            SearchMarkRow.value == step.begin,
            or_(SearchMarkRow.owner.is_(None), SearchMarkRow.owner == owner, SearchMarkRow.lease_until <= at),
        )
        .values(value=step.end, owner=owner, lease_until=at + timedelta(seconds=LEASE_S))
    )
    if not tx.execute(taken).rowcount:
        return False
    if step.name == "contacts":
        renew(tx, step.ids)
        return True
    tx.execute(delete(MessageKeyRow).where(MessageKeyRow.message_id.in_(step.ids)))
    still = set(tx.scalars(select(MessageRow.id).where(MessageRow.id.in_([one for one, _ in step.keys]))))
    rows = [{"message_id": one, "body": body} for one, body in step.keys if one in still]
    if rows:
        tx.execute(insert(MessageKeyRow), rows)
    return True


def restart_if_outdated(tx: Tx) -> bool:
    """Sets the marks back where the store was indexed by another version of the keys; in the writer's transaction."""
    wanted = (SearchMarkRow.name == "version", SearchMarkRow.value != KEY_VERSION)
    if not tx.execute(update(SearchMarkRow).where(*wanted).values(value=KEY_VERSION)).rowcount:
        return False
    tx.execute(update(SearchMarkRow).where(SearchMarkRow.name != "version").values(value=0))
    return True


def is_outdated(tx: Tx) -> bool:
    """Whether ``restart_if_outdated`` has something to do."""
    return tx.scalar(select(SearchMarkRow.value).where(SearchMarkRow.name == "version")) != KEY_VERSION
