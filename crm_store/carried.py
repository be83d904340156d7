"""Messages of talks that another channel carries: what they are called there, and the line in which they go out.

A message's outgoing row is written in the commit of the message. The rows of an address go one after another, in the
order of their ids: the next only when the one before is over.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, update

from conversation import clock
from conversation.messages import AuthorKind, Channel, JsonObject, Language
from crm_store import Tx, leases
from crm_store.models import AddressRow, ConversationRow, FarMessageRow, MessageRow, OutgoingRow, StatedChannel
from crm_store.outgoing import Outgoing, from_row
from crm_store.rows import AnySelect

_OUTGOING: Table = OutgoingRow.__table__  # type: ignore[assignment]  # a mapped class's table is declared as FromClause
_before = _OUTGOING.alias("earlier")

Act = Literal["message", "edit", "delete"]
"""What an outgoing row of a talk does; its ``purpose``."""
_HERE: Final[frozenset[Channel]] = frozenset(("web", "voice"))
"""Channels whose talks are held with us; all others are carried elsewhere."""
_DEAD: Final = ("failed", "uncertain")
_SPEAKERS: Final[frozenset[AuthorKind]] = frozenset(("agent", "bot"))


class Spoken(NamedTuple):
    """A message that is to be carried."""

    message_id: int
    conversation_id: int
    address_id: int
    channel: Channel
    at_ms: int


def goes_out(channel: Channel, author: AuthorKind, private: bool) -> bool:
    """Whether a message is for somebody who is elsewhere."""
    return channel not in _HERE and author in _SPEAKERS and not private


def enqueue(tx: Tx, spoken: Sequence[Spoken]) -> None:
    """Puts messages that were just appended in their lines."""
    if not spoken:
        return
    rows: list[dict[str, object]] = [
        {
            "conversation_id": one.conversation_id,
            "message_id": one.message_id,
            "address_id": one.address_id,
            "channel": one.channel,
            "purpose": "message",
            "payload": {},
            "not_before": clock.from_ms(one.at_ms),
            "dedupe_key": f"message:{one.message_id}",
            "created_at": clock.from_ms(one.at_ms),
        }
        for one in spoken
    ]
    tx.execute(insert(OutgoingRow), rows)
    ids = [one.message_id for one in spoken]
    tx.execute(update(MessageRow).where(MessageRow.id.in_(ids)).values(delivery="queued"))


def enqueue_change(tx: Tx, message_id: int, act: Act, change: int, at: datetime) -> bool:
    """A carried message was changed or taken back; False where it is none, or never arrived anywhere."""
    row = tx.execute(
        select(MessageRow.conversation_id, MessageRow.address_id, MessageRow.channel, MessageRow.author_kind).where(
            MessageRow.id == message_id, MessageRow.private.is_(False)
        )
    ).one_or_none()
    if row is None or not goes_out(row.channel, row.author_kind, private=False):
        return False
    values = {
        "conversation_id": row.conversation_id,
        "message_id": message_id,
        "address_id": row.address_id,
        "channel": row.channel,
        "purpose": act,
        "payload": {},
        "not_before": at,
        "dedupe_key": f"{act}:{message_id}:{change}",
        "created_at": at,
    }
    tx.execute(insert(OutgoingRow).values(values))
    return True


def _first_in_line() -> ColumnElement[bool]:
    """No earlier row of the address is under way or waits."""
    unfinished = or_(_before.c.state == "queued", _before.c.state == "leased")
    earlier = select(_before.c.id).where(
        _before.c.address_id == _OUTGOING.c.address_id,
        _before.c.message_id.is_not(None),
        unfinished,
        _before.c.id < _OUTGOING.c.id,
    )
    return ~earlier.exists()


def lease(tx: Tx, channel: Channel, owner: str, at: datetime, lease_s: float, limit: int) -> list[Outgoing]:
    """Takes the first of each line of a channel that is due, at most ``limit``."""
    mine = (_OUTGOING.c.channel == channel, _OUTGOING.c.message_id.is_not(None), _first_in_line())
    rows = leases.lease(tx, _OUTGOING, "not_before", owner, at, lease_s, limit, mine)
    return [from_row(row) for row in rows]


def lease_alike(
    tx: Tx,
    channel: Channel,
    owner: str,
    at: datetime,
    lease_s: float,
    least: int,
    most: int,
    fits: Callable[[str], bool],
) -> list[Outgoing]:
    """Takes, at most ``most``, those of the lines' first that are due and say the same plain text, where at least
    ``least`` do and it ``fits``; none of which a part has arrived. Empty: there are no such."""
    waiting = (
        _OUTGOING.c.channel == channel,
        _OUTGOING.c.purpose == "message",
        _OUTGOING.c.state == "queued",
        _OUTGOING.c.not_before <= at,
        MessageRow.content.is_(None),
        MessageRow.reply_to.is_(None),
        MessageRow.deleted_at.is_(None),
        _first_in_line(),
    )
    of = _OUTGOING.join(MessageRow, MessageRow.id == _OUTGOING.c.message_id)
    count = func.count()
    texts = select(MessageRow.text).select_from(of).where(*waiting).group_by(MessageRow.text)
    text = tx.scalar(texts.having(count >= least).order_by(count.desc(), MessageRow.text).limit(1))
    if text is None or not fits(text):
        return []
    alike = select(_OUTGOING.c.id, _OUTGOING.c.payload).select_from(of).where(*waiting, MessageRow.text == text)
    found = tx.execute(alike.order_by(_OUTGOING.c.not_before, _OUTGOING.c.id).limit(most))
    ids = [row.id for row in found if not row.payload.get("done") and "below" not in row.payload]
    if len(ids) < least:
        return []
    mine = (_OUTGOING.c.id.in_(ids), _first_in_line())
    return [from_row(row) for row in leases.lease(tx, _OUTGOING, "not_before", owner, at, lease_s, most, mine)]


def next_due(tx: Tx, channel: Channel) -> datetime | None:
    """When the next of a channel's lines has something to do; None: nothing waits. What stands behind another has
    nothing to do."""
    mine = and_(_OUTGOING.c.channel == channel, _OUTGOING.c.message_id.is_not(None))
    queued = select(func.min(_OUTGOING.c.not_before)).where(mine, _OUTGOING.c.state == "queued", _first_in_line())
    left = select(func.min(_OUTGOING.c.lease_until)).where(mine, _OUTGOING.c.state == "leased")
    found = [moment for moment in (tx.scalar(queued), tx.scalar(left)) if moment is not None]
    return min(found, default=None)


def put_back(tx: Tx, row: Outgoing, owner: str, error: str, at: datetime, pause_s: float) -> bool:
    """It could not be sent now; its line waits so long."""
    later = at + timedelta(seconds=pause_s)
    return leases.settle(tx, _OUTGOING, row.id, owner, state="queued", last_error=error, not_before=later)


def renew(tx: Tx, row: Outgoing, owner: str, until: datetime) -> bool:
    """It takes longer; False where it was lost to another."""
    return leases.renew(tx, _OUTGOING, row.id, owner, until)


def begin(tx: Tx, row: Outgoing, owner: str, done: int, until: datetime) -> bool:
    """The piece behind so many is on its way from now on; prolongs the lease, False where it was lost to another."""
    return _note(tx, row, owner, {"done": done, "trying": row.attempts}, until)


def advance(tx: Tx, row: Outgoing, owner: str, done: int, until: datetime) -> bool:
    """So many pieces of it have arrived; prolongs the lease, False where it was lost to another."""
    return _note(tx, row, owner, {"done": done}, until)


def _note(tx: Tx, row: Outgoing, owner: str, values: JsonObject, until: datetime) -> bool:
    held = leases.held(_OUTGOING, row.id, owner)
    kept = {key: value for key, value in row.payload.items() if key != "trying"}
    changed = {"payload": {**kept, **values}, "lease_until": until}
    return bool(tx.execute(update(_OUTGOING).where(held).values(changed)).rowcount)


def was_on_its_way(row: Outgoing) -> bool:
    """Whether a piece of a row that was left had been handed over, or was about to be."""
    return row.payload.get("trying") == row.attempts


def settle(
    tx: Tx, row: Outgoing, owner: str, state: Literal["sent", "failed", "uncertain", "expired"], error: str | None
) -> bool:
    """It is over; False where the lease was lost to another."""
    sent_at = clock.now() if state == "sent" else None
    return leases.settle(tx, _OUTGOING, row.id, owner, state=state, sent_at=sent_at, last_error=error)


def list_left(tx: Tx, channel: Channel, at: datetime) -> list[Outgoing]:
    """What somebody had taken on when he died: all of it, since what is overlooked would be sent again."""
    left = (
        _OUTGOING.c.state == "leased",
        _OUTGOING.c.lease_until <= at,
        _OUTGOING.c.channel == channel,
        _OUTGOING.c.message_id.is_not(None),
    )
    columns = (
        "id", "conversation_id", "message_id", "address_id", "channel", "purpose", "payload", "expires_at", "attempts",
    )  # fmt: skip
    rows = tx.execute(select(*(_OUTGOING.c[name] for name in columns)).where(*left))
    return [Outgoing(*row) for row in rows]


def doubt(tx: Tx, row: Outgoing, error: str, at: datetime) -> bool:
    """Notes that one of those may have arrived; False where somebody settled it meanwhile."""
    left = (OutgoingRow.id == row.id, OutgoingRow.state == "leased", OutgoingRow.lease_until <= at)
    values = {"state": "uncertain", "last_error": error, "lease_owner": None, "lease_until": None}
    return bool(tx.execute(update(OutgoingRow).where(*left).values(values)).rowcount)


def readdress(tx: Tx, message_ids: Sequence[int], address_id: int, channel: Channel) -> None:
    """Messages that were said on the website are carried to an address after all."""
    values = {"address_id": address_id, "channel": channel}
    tx.execute(update(MessageRow).where(MessageRow.id.in_(message_ids)).values(**values))


def add_below(tx: Tx, message_id: int, text: str) -> None:
    """What is said below a message where it goes, and nowhere else."""
    mine = (OutgoingRow.message_id == message_id, OutgoingRow.purpose == "message")
    tx.execute(update(OutgoingRow).where(*mine).values(payload={"below": text}))


class Undelivered(NamedTuple):
    """How the sending of a message stands."""

    message_id: int
    reason: str | None
    state: str | None


def find_sending(tx: Tx, message_id: int) -> Undelivered:
    """How the sending of a message stands; without a state where its row was swept, or there never was one."""
    row = tx.execute(
        select(OutgoingRow.last_error, OutgoingRow.state).where(
            OutgoingRow.message_id == message_id, OutgoingRow.purpose == "message"
        )
    ).first()
    return Undelivered(message_id, None, None) if row is None else Undelivered(message_id, row.last_error, row.state)


def requeue(tx: Tx, message_id: int, at: datetime) -> bool:
    """A message that failed, or may have arrived, goes in its line anew: behind those of its pieces that are known to
    have arrived. False where it is under way, was sent, or was never carried."""
    mine = (OutgoingRow.message_id == message_id, OutgoingRow.purpose == "message")
    row = tx.execute(select(OutgoingRow.id, OutgoingRow.state, OutgoingRow.payload).where(*mine)).first()
    if row is None:
        found = tx.execute(
            select(MessageRow.conversation_id, MessageRow.address_id, MessageRow.channel, MessageRow.delivery).where(
                MessageRow.id == message_id, MessageRow.channel.not_in(_HERE)
            )
        ).one_or_none()
        if found is None or found.delivery not in _DEAD:
            return False
        enqueue(tx, [Spoken(message_id, found.conversation_id, found.address_id, found.channel, clock.to_ms(at))])
        return True
    if row.state not in ("failed", "uncertain", "expired"):
        return False
    payload = {key: value for key, value in row.payload.items() if key != "trying"}
    values = {"state": "queued", "not_before": at, "created_at": at, "attempts": 0, "payload": payload}
    tx.execute(update(OutgoingRow).where(OutgoingRow.id == row.id).values(**values))
    return True


# --- what messages are called elsewhere


def is_under_way(tx: Tx, address_id: int) -> bool:
    """Whether something is being sent to an address: it may have arrived, and what it is called is not known yet."""
    mine = (OutgoingRow.address_id == address_id, OutgoingRow.state == "leased", OutgoingRow.message_id.is_not(None))
    return tx.scalar(select(OutgoingRow.id).where(*mine).limit(1)) is not None


def take_out(tx: Tx, message_id: int) -> None:
    """A message that was just appended is over there already."""
    tx.execute(delete(OutgoingRow).where(OutgoingRow.message_id == message_id, OutgoingRow.state == "queued"))
    tx.execute(update(MessageRow).where(MessageRow.id == message_id).values(delivery="sent"))


def name_message(tx: Tx, address_id: int, far_id: str, message_id: int, part: int = 0, *, heard: bool) -> None:
    """A message is called so by its channel; a name that is known already stays whose it is. ``heard``: it came by the
    channel, else it went by it; the one may be called as the other."""
    if find_message_id(tx, address_id, far_id, heard=heard) is None:
        values = {"address_id": address_id, "far_id": far_id, "message_id": message_id, "part": part, "heard": heard}
        tx.execute(insert(FarMessageRow).values(values))


def find_message_id(tx: Tx, address_id: int, far_id: str, *, heard: bool | None) -> int | None:
    """The message that an address's channel calls so. ``heard``: see ``name_message``; None: either."""
    mine = [FarMessageRow.address_id == address_id, FarMessageRow.far_id == far_id]
    mine += [] if heard is None else [FarMessageRow.heard.is_(heard)]
    return tx.scalar(select(FarMessageRow.message_id).where(*mine).order_by(FarMessageRow.heard).limit(1))


def find_sent(tx: Tx, channel: Channel, far_id: str) -> int | None:
    """The message that went by a channel in which names are no two addresses', and is called so; the latest, where they
    come again."""
    named = select(FarMessageRow.message_id).join(AddressRow, AddressRow.id == FarMessageRow.address_id)
    mine = (FarMessageRow.far_id == far_id, FarMessageRow.heard.is_(False), AddressRow.channel == channel)
    return tx.scalar(named.where(*mine).order_by(FarMessageRow.id.desc()).limit(1))


def find_address_id(tx: Tx, message_id: int) -> int | None:
    """By which address a message came or went."""
    return tx.scalar(select(MessageRow.address_id).where(MessageRow.id == message_id))


def list_far_ids(tx: Tx, address_id: int, message_id: int) -> list[str]:
    """What the channel calls the parts of a message, in their order."""
    mine = (FarMessageRow.message_id == message_id, FarMessageRow.address_id == address_id)
    return list(tx.scalars(select(FarMessageRow.far_id).where(*mine).order_by(FarMessageRow.part)))


# --- who is written to


class Recipient(NamedTuple):
    """Where a conversation goes on. ``heard_at``: when he last wrote by this address."""

    address_id: int
    value: str
    language: Language | None
    heard_at: datetime | None
    blocked_at: datetime | None


def find_recipient(tx: Tx, address_id: int, conversation_id: int) -> Recipient | None:
    """An address, with the language of the conversation."""
    query: AnySelect = (
        select(
            AddressRow.id,
            AddressRow.value,
            func.coalesce(ConversationRow.language, AddressRow.language),
            AddressRow.heard_at,
            AddressRow.blocked_at,
        )
        .join(ConversationRow, ConversationRow.id == conversation_id)
        .where(AddressRow.id == address_id)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else Recipient(*row)


def find_speaking(tx: Tx, channel: Channel, value: str) -> int | None:
    """The address by which somebody talks: his own, else one by which he came without a proof."""
    came = or_(AddressRow.verified_at.is_not(None), AddressRow.heard_at.is_not(None))
    mine = (AddressRow.channel == channel, AddressRow.value == value, came)
    return tx.scalar(
        select(AddressRow.id).where(*mine).order_by(AddressRow.verified_at.is_(None), AddressRow.id.desc())
    )


def find_language(tx: Tx, conversation_id: int) -> Language | None:
    """In which language a conversation is carried."""
    query = (
        select(func.coalesce(ConversationRow.language, AddressRow.language))
        .join(AddressRow, AddressRow.id == ConversationRow.address_id)
        .where(ConversationRow.id == conversation_id)
    )
    found: Language | None = tx.scalar(query)
    return found


def find_carried_to(tx: Tx, conversation_id: int, channel: Channel) -> str | None:
    """The address that a conversation goes to by a channel; None: it is another channel's, or he left."""
    query = (
        select(AddressRow.value)
        .join(ConversationRow, ConversationRow.address_id == AddressRow.id)
        .where(ConversationRow.id == conversation_id, AddressRow.channel == channel, AddressRow.blocked_at.is_(None))
    )
    return tx.scalar(query)


def find_reach(tx: Tx, address_id: int) -> tuple[bool, datetime | None]:
    """Whether its owner does not want to hear from us by an address, and when he last wrote by it."""
    row = tx.execute(
        select(AddressRow.blocked_at, AddressRow.heard_at).where(AddressRow.id == address_id)
    ).one_or_none()
    return (False, None) if row is None else (row.blocked_at is not None, row.heard_at)


def set_heard(tx: Tx, address_id: int, at: datetime) -> None:
    """He wrote by this address: he takes us back, where he had left."""
    tx.execute(update(AddressRow).where(AddressRow.id == address_id).values(heard_at=at, blocked_at=None))


def is_blocked(tx: Tx, address_id: int) -> bool:
    """Whether he does not want to hear from us by this address."""
    return tx.scalar(select(AddressRow.blocked_at).where(AddressRow.id == address_id)) is not None


def set_blocked(tx: Tx, address_id: int, at: datetime | None) -> bool:
    """He does not want to hear from us by this address (None: he does again); False where that was known."""
    before = AddressRow.blocked_at.is_not(None) if at is None else AddressRow.blocked_at.is_(None)
    values = {"blocked_at": at} if at is None else {"blocked_at": at, "consent_at": None}
    return bool(tx.execute(update(AddressRow).where(AddressRow.id == address_id, before).values(values)).rowcount)


def set_blocked_stated(tx: Tx, channel: StatedChannel, value: str, at: datetime | None, source: str) -> int:
    """He does not want letters to this phone or mailbox (None: he does again), whoever noted it; returns how many
    addresses that changed. Who takes us back has agreed by that."""
    mine = and_(AddressRow.channel == channel, AddressRow.value == value)
    if at is not None:
        values: dict[str, object] = {"blocked_at": at, "consent_at": None}
        before = AddressRow.blocked_at.is_(None)
    else:
        values = {"blocked_at": None, "consent_at": clock.now(), "consent_source": source}
        before = AddressRow.blocked_at.is_not(None)
    return tx.execute(update(AddressRow).where(mine, before).values(values)).rowcount
