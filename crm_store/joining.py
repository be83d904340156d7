"""Where a conversation is held. It goes on by one address of its contact (``conversations.address_id`` and ``channel``)
and may be held at others of his besides: there it is found, and from there it can be followed (docs/decisions/0017).

Every function here expects the writer's transaction where it writes; writers do not meet (docs/decisions/0003), so what
is asked and then written is not overtaken.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import and_, case, delete, func, insert, literal, or_, select, union, union_all, update

from conversation.messages import Channel
from crm_store import Tx
from crm_store.models import AddressChannel, AddressRow, ConversationAddressRow, ConversationRow, MessageRow
from crm_store.rows import AnySelect

_C, _J, _A = ConversationRow, ConversationAddressRow, AddressRow
_READABLE: Final = ("phone", "sms", "email")
_UNRESOLVED = _C.status != "resolved"


def _held_at(address_id: int) -> AnySelect:
    """The conversations of an address: those that go on by it, and those that are held there besides."""
    by_it = select(_C.id, _C.status, literal(0).label("besides")).where(_C.address_id == address_id)
    besides = (
        select(_C.id, _C.status, literal(1)).join(_J, _J.conversation_id == _C.id).where(_J.address_id == address_id)
    )
    both = union_all(by_it, besides).subquery()
    resolved = both.c.status == "resolved"
    rank = case((resolved, 0), else_=both.c.besides)
    return select(both.c.id).order_by(resolved, rank, both.c.id.desc()).limit(1)


def find_open_id(tx: Tx, address_id: int) -> int | None:
    """The unresolved conversation of an address: the one that goes on by it before one that is only held there."""
    by_it = tx.scalar(select(_C.id).where(_C.address_id == address_id, _UNRESOLVED))
    if by_it is not None:
        return by_it
    besides = select(_C.id).join(_J, _J.conversation_id == _C.id).where(_J.address_id == address_id, _UNRESOLVED)
    return tx.scalar(besides.order_by(_C.id.desc()).limit(1))


def find_latest_id(tx: Tx, address_id: int) -> int | None:
    """The unresolved conversation of an address, else the latest."""
    return tx.scalar(_held_at(address_id))


def list_latest(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """Of these conversations those that a browser talks in (its unresolved one, else its latest), each with what the
    website knows the browser by."""
    if not ids:
        return {}
    held = union(
        select(_C.id, _C.status, _C.address_id).where(_C.id.in_(ids)),
        select(_C.id, _C.status, _J.address_id).join(_J, _J.conversation_id == _C.id).where(_C.id.in_(ids)),
    ).subquery()
    other = _C.__table__.alias("other")
    instead = and_(
        other.c.id != held.c.id,
        or_(other.c.status != "resolved", and_(held.c.status == "resolved", other.c.id > held.c.id)),
    )
    by_it = select(other.c.id).where(other.c.address_id == held.c.address_id, instead)
    besides = (
        select(other.c.id).join(_J, _J.conversation_id == other.c.id).where(_J.address_id == held.c.address_id, instead)
    )
    wanted = (
        select(held.c.id, _A.value)
        .join(_A, _A.id == held.c.address_id)
        .where(_A.channel == "web", ~by_it.correlate(held).exists(), ~besides.correlate(held).exists())
    )
    return {row.id: row.value for row in tx.execute(wanted.order_by(held.c.address_id))}


def find_joinable(tx: Tx, contact_id: int, address_id: int, branch_id: int | None) -> int | None:
    """The unresolved conversation of a contact that an address of his may join: the one last spoken in, of the branch
    at whose door he stands (or where one of the two belongs to none). An address that is not proven joins nothing."""
    proven = select(_A.id).where(_A.id == address_id, _A.contact_id == contact_id, _A.verified_at.is_not(None))
    mine = and_(_C.contact_id == contact_id, _UNRESOLVED, proven.exists())
    if branch_id is not None:
        mine = and_(mine, or_(_C.branch_id.is_(None), _C.branch_id == branch_id))
    order = (_C.last_message_at.is_(None), _C.last_message_at.desc(), _C.id.desc())
    return tx.scalar(select(_C.id).where(mine).order_by(*order).limit(1))


def find_beside(tx: Tx, conversation_ids: Collection[int]) -> dict[int, int]:
    """Of these conversations those that share an address with an unresolved one (another than itself), each with it."""
    ids = list(conversation_ids)
    if not ids:
        return {}
    held = union(
        select(_C.id.label("named"), _C.address_id).where(_C.id.in_(ids)),
        select(_J.conversation_id, _J.address_id).where(_J.conversation_id.in_(ids)),
    ).subquery()
    by_it = select(held.c.named, _C.id).join(_C, and_(_C.address_id == held.c.address_id, _UNRESOLVED))
    besides = (
        select(held.c.named, _C.id)
        .join(_J, _J.address_id == held.c.address_id)
        .join(_C, and_(_C.id == _J.conversation_id, _UNRESOLVED))
    )
    rows = tx.execute(union(by_it, besides)).all()
    return {named: other for named, other in sorted(rows) if other != named}


def find_address(tx: Tx, conversation_id: int, channel: Channel) -> int | None:
    """The address of a channel at which a conversation is held; of several the one that joined last."""
    goes_on = select(_C.address_id).where(_C.id == conversation_id, _C.channel == channel)
    besides = (
        select(_J.address_id)
        .join(_A, _A.id == _J.address_id)
        .where(_J.conversation_id == conversation_id, _A.channel == channel)
        .order_by(_J.id.desc())
        .limit(1)
    )
    return tx.scalar(goes_on) or tx.scalar(besides)


def find_own(tx: Tx, address_id: int, contact_id: int | None) -> Channel | None:
    """The channel of an address by which a contact can be talked with; None: it is not his, or only stated (neither
    proven nor agreed to)."""
    owned = or_(_A.verified_at.is_not(None), _A.consent_at.is_not(None), _A.channel == "web")
    mine = and_(_A.id == address_id, _A.contact_id == contact_id, _A.channel != "phone", owned)
    found: Channel | None = tx.scalar(select(_A.channel).where(mine))
    return found


class Reachable(NamedTuple):
    """An address of a contact. ``shown``: as people read it, empty where they would not; ``proven``: it is his;
    ``agreed``: he agreed to hear from us there; ``blocked``: and no longer does; ``held_in``: the unresolved
    conversation that goes on by it."""

    id: int
    channel: AddressChannel
    value: str
    shown: str
    proven: bool
    agreed: bool
    blocked: bool
    heard_at: datetime | None
    held_in: int | None


def list_reachable(tx: Tx, contact_id: int) -> list[Reachable]:
    """All addresses of a contact, in the order in which they came."""
    held = select(_C.id).where(_C.address_id == _A.id, _UNRESOLVED).correlate(_A).limit(1).scalar_subquery()
    readable = case((_A.channel.in_(_READABLE), _A.value), else_="")
    as_shown = func.coalesce(_A.display, readable)
    proven, agreed = _A.verified_at.is_not(None), _A.consent_at.is_not(None)
    blocked = _A.blocked_at.is_not(None)
    query = select(_A.id, _A.channel, _A.value, as_shown, proven, agreed, blocked, _A.heard_at, held)
    return [Reachable(*row) for row in tx.execute(query.where(_A.contact_id == contact_id).order_by(_A.id))]


def shown(channel: str, value: str, display: str | None) -> str:
    """An address as people read it; "" where it is only its channel's own name for somebody."""
    return display or (value if channel in _READABLE else "")


class Stated(NamedTuple):
    """A phone of a contact's card."""

    contact_id: int
    value: str
    display: str | None
    verified_at: datetime | None


def find_stated(tx: Tx, address_id: int) -> Stated | None:
    """A phone by which nobody talks, since no channel is called so; None for an address of a channel."""
    columns = (_A.contact_id, _A.value, _A.display, _A.verified_at)
    row = tx.execute(select(*columns).where(_A.id == address_id, _A.channel == "phone")).one_or_none()
    return None if row is None else Stated(*row)


def add(tx: Tx, conversation_id: int, address_id: int, at: datetime) -> None:
    """A conversation is held at an address too from now on."""
    known = select(_J.id).where(_J.conversation_id == conversation_id, _J.address_id == address_id)
    if tx.scalar(known) is None:
        tx.execute(insert(_J).values(conversation_id=conversation_id, address_id=address_id, joined_at=at))


def move(tx: Tx, conversation_id: int, from_id: int, to_id: int, channel: Channel, at: datetime) -> None:
    """A locked conversation goes on by another address; at the former it is held as before. Raises the store's conflict
    where another unresolved one goes on by that address. The caller gives the head its change number."""
    add(tx, conversation_id, from_id, at)
    add(tx, conversation_id, to_id, at)
    tx.execute(update(_C).where(_C.id == conversation_id).values(address_id=to_id, channel=channel))


def readdress(tx: Tx, conversation_id: int, from_id: int, to_id: int) -> None:
    """All that a locked conversation has at one address is at another of its contact from now on, which has no
    unresolved one."""
    inside = and_(MessageRow.conversation_id == conversation_id, MessageRow.address_id == from_id)
    tx.execute(update(MessageRow).where(inside).values(address_id=to_id))
    goes_on = and_(_C.id == conversation_id, _C.address_id == from_id)
    tx.execute(update(_C).where(goes_on).values(address_id=to_id))
    here = _J.conversation_id == conversation_id
    known = tx.scalar(select(_J.id).where(here, _J.address_id == to_id))
    if known is None:
        tx.execute(update(_J).where(here, _J.address_id == from_id).values(address_id=to_id))


def part(tx: Tx, contact_ids: Collection[int]) -> None:
    """Contacts who were one are two again: a conversation is held at addresses of its own contact only, and goes on by
    the last of those."""
    foreign = and_(_A.contact_id != _C.contact_id, _C.contact_id.in_(contact_ids))
    lost = select(_J.id).join(_C, _C.id == _J.conversation_id).join(_A, _A.id == _J.address_id).where(foreign)
    tx.execute(delete(_J).where(_J.id.in_(list(tx.scalars(lost)))))
    for conversation_id in tx.scalars(select(_C.id).join(_A, _A.id == _C.address_id).where(foreign)).all():
        own = select(_A.id, _A.channel).join(_J, _J.address_id == _A.id).where(_J.conversation_id == conversation_id)
        row = tx.execute(own.order_by(_J.id.desc()).limit(1)).first()
        if row is not None:
            moved = update(_C).where(_C.id == conversation_id)
            tx.execute(moved.values(address_id=row.id, channel=row.channel))
