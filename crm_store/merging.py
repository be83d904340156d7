"""Two contacts become one, and two again: rows change their owner, and what went over is known to the row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import and_, delete, func, insert, or_, select, update

from conversation.messages import Json, JsonObject
from crm_store import Tx, joining
from crm_store.models import (
    AddressRow,
    AttachmentRow,
    BlockRow,
    ConsentRow,
    ContactCategoryMemberRow,
    ContactGroupMemberRow,
    ContactNoteRow,
    ContactRow,
    ConversationAddressRow,
    ConversationRow,
    ExtraContactRow,
    MergeRow,
    MessageRow,
    NewsWishRow,
    OneTimeCodeRow,
    OutgoingRow,
    SubjectRow,
    TaskRow,
)
from crm_store.ordering import sorted_by
from crm_store.rows import AnyRow

HANGING: Final[tuple[type[Any], ...]] = (
    ConversationRow,
    ContactNoteRow,
    TaskRow,
    SubjectRow,
    ExtraContactRow,
    AttachmentRow,
    ConsentRow,
    BlockRow,
    NewsWishRow,
    OneTimeCodeRow,
)
"""Tables whose rows go over whole. A later table with a ``contact_id`` of its own joins by ``move_with_contacts``."""
_JOINED: list[type[Any]] = []
_MEMBERS: Final = (
    ("groups", ContactGroupMemberRow, ContactGroupMemberRow.group_id),
    ("categories", ContactCategoryMemberRow, ContactCategoryMemberRow.category_id),
)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as noted. ``moved``: ids by table, members added, columns as ``[before, after]``."""

    id: int
    kept_id: int
    gone_id: int
    at: datetime
    moved: JsonObject
    undone_at: datetime | None


def move_with_contacts(table: type[Any]) -> None:
    """Says, once at import, that rows of a table follow their contact (columns ``id`` and ``contact_id``)."""
    if table not in _JOINED and table not in HANGING:
        _JOINED.append(table)


def lock_contacts(tx: Tx, ids: Sequence[int]) -> dict[int, AnyRow]:
    """Bare rows by id, locked in the order of their ids."""
    query = select(*ContactRow.__table__.c).where(ContactRow.id.in_(ids)).order_by(ContactRow.id).with_for_update()
    return {row.id: row for row in tx.execute(query)}


def move_rows(tx: Tx, gone_id: int, kept_id: int) -> JsonObject:
    """Everything that hangs on one contact goes over to another; returns ids by table, for ``move_back``."""
    moved: JsonObject = {}
    for table in (*HANGING, *_JOINED):
        moved[table.__tablename__] = _move(tx, table, table.contact_id == gone_id, kept_id)
    moved["addresses"] = _move(tx, AddressRow, _addresses_to_move(gone_id, kept_id), kept_id)
    for name, table, column in _MEMBERS:
        have = select(column).where(table.contact_id == kept_id)
        missing = tx.scalars(select(column).where(table.contact_id == gone_id, column.not_in(have))).all()
        if missing:
            tx.execute(insert(table), [{"contact_id": kept_id, column.key: one} for one in missing])
        moved[name] = [*missing]
    talks = cast("list[int]", moved["conversations"])
    moved["authored"] = _readdress_messages(tx, talks, gone_id, kept_id)
    return moved


def _addresses_to_move(gone_id: int, kept_id: int) -> Any:
    """All but those that the other has stated too, and nobody talks through."""
    his = AddressRow.__table__.alias("his")
    same = and_(his.c.contact_id == kept_id, his.c.channel == AddressRow.channel, his.c.value == AddressRow.value)
    double = select(his.c.id).where(same).correlate(AddressRow).exists()
    talked = select(ConversationRow.id).where(ConversationRow.address_id == AddressRow.id).exists()
    held = select(ConversationAddressRow.id).where(ConversationAddressRow.address_id == AddressRow.id).exists()
    sent = select(OutgoingRow.id).where(OutgoingRow.address_id == AddressRow.id).exists()
    kept = or_(~double, talked, held, sent, AddressRow.verified_at.is_not(None))
    return and_(AddressRow.contact_id == gone_id, kept)


def _move(tx: Tx, table: type[Any], which: Any, to_id: int) -> list[Json]:
    ids = sorted(tx.scalars(update(table).where(which).values(contact_id=to_id).returning(table.id)))
    return [*ids]


def _readdress_messages(tx: Tx, talks: Iterable[int], from_id: int, to_id: int) -> list[Json]:
    """Messages follow their conversations; returns those that were the other's own before, so that they stay so.

    The author changes too: it is a part of what makes a message that is sent again the same one. Where both have sent
    the same ``client_id`` it stays.
    """
    own: list[Json] = []
    for some in _chunks(talks):
        inside = MessageRow.conversation_id.in_(some)
        tx.execute(update(MessageRow).where(inside, MessageRow.contact_id == from_id).values(contact_id=to_id))
        spoken = and_(inside, MessageRow.author_kind == "visitor")
        own += tx.scalars(select(MessageRow.id).where(spoken, MessageRow.author_id == to_id).order_by(MessageRow.id))
        _change_author(tx, spoken, from_id, to_id)
    return own


def _change_author(tx: Tx, which: Any, from_id: int, to_id: int) -> None:
    taken = MessageRow.__table__.alias("taken")
    same = and_(taken.c.author_kind == "visitor", taken.c.author_id == to_id, taken.c.client_id == MessageRow.client_id)
    free = ~select(taken.c.id).where(same).correlate(MessageRow).exists()
    changed = update(MessageRow).where(which, MessageRow.author_id == from_id, free).values(author_id=to_id)
    tx.execute(changed.execution_options(synchronize_session=False))


def move_back(tx: Tx, moved: JsonObject, kept_id: int, gone_id: int) -> list[int]:
    """What went over goes back, as far as it is still there; returns the conversations that went.

    A conversation begun since over an address that goes back goes with it: it is that address's.
    """
    for table in (*HANGING, *_JOINED):
        _move_ids(tx, table, moved.get(table.__tablename__), kept_id, gone_id)
    _move_ids(tx, AddressRow, moved.get("addresses"), kept_id, gone_id)
    for name, table, column in _MEMBERS:
        ids = cast("list[int]", moved.get(name) or [])
        if ids:
            tx.execute(delete(table).where(table.contact_id == kept_id, column.in_(ids)))
    followed = select(AddressRow.id).where(AddressRow.contact_id == gone_id)
    later = and_(ConversationRow.contact_id == kept_id, ConversationRow.address_id.in_(followed))
    tx.execute(update(ConversationRow).where(later).values(contact_id=gone_id))
    talks = list(tx.scalars(select(ConversationRow.id).where(ConversationRow.contact_id == gone_id)))
    own = cast("list[int]", moved.get("authored") or [])
    for some in _chunks(talks):
        inside = MessageRow.conversation_id.in_(some)
        tx.execute(update(MessageRow).where(inside, MessageRow.contact_id == kept_id).values(contact_id=gone_id))
        spoken = and_(inside, MessageRow.author_kind == "visitor", MessageRow.id.not_in(own))
        _change_author(tx, spoken, kept_id, gone_id)
    joining.part(tx, [kept_id, gone_id])
    return talks


def _move_ids(tx: Tx, table: type[Any], ids: Json, from_id: int, to_id: int) -> None:
    for some in _chunks(cast("list[int]", ids or [])):
        which = and_(table.id.in_(some), table.contact_id == from_id)
        tx.execute(update(table).where(which).values(contact_id=to_id))


def _chunks(ids: Iterable[int]) -> list[list[int]]:
    """SQLite takes 32,766 parameters a statement."""
    every = list(ids)
    return [every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK)]


def set_columns(tx: Tx, contact_id: int, values: JsonObject) -> None:
    """Sets columns of a contact as they are, without a new time of change."""
    if values:
        tx.execute(update(ContactRow).where(ContactRow.id == contact_id).values(**sorted_by(values)))


def insert_merge(
    tx: Tx, kept_id: int, gone_id: int, actor_id: int | None, actor_name: str, at: datetime, moved: JsonObject
) -> int:
    """Notes a merge; returns its id."""
    row = {"kept_id": kept_id, "gone_id": gone_id, "actor_id": actor_id, "actor_name": actor_name}
    return tx.execute(insert(MergeRow).values(**row, at=at, moved=moved).returning(MergeRow.id)).scalar_one()


def find_merge(tx: Tx, merge_id: int) -> Merge | None:
    """A merge as noted."""
    row = tx.execute(select(*MergeRow.__table__.c).where(MergeRow.id == merge_id)).one_or_none()
    if row is None:
        return None
    return Merge(row.id, row.kept_id, row.gone_id, row.at, row.moved, row.undone_at)


def has_later_merge(tx: Tx, merge: Merge) -> bool:
    """Whether one of the two took part in a merge after this one that still holds."""
    both = (merge.kept_id, merge.gone_id)
    part = or_(MergeRow.kept_id.in_(both), MergeRow.gone_id.in_(both))
    later = select(func.count()).where(MergeRow.id > merge.id, MergeRow.undone_at.is_(None), part)
    return bool(tx.scalar(later.select_from(MergeRow)))


def note_undone(tx: Tx, merge_id: int, at: datetime) -> None:
    """Notes that a merge was undone; what had moved is forgotten."""
    tx.execute(update(MergeRow).where(MergeRow.id == merge_id).values(undone_at=at, moved={}))
