"""Questions about conversations and messages, and the one way to change a conversation's head."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, bindparam, case, func, insert, not_, or_, select, update

from conversation.clock import from_ms
from conversation.messages import (
    Activity,
    Attachment,
    Author,
    Button,
    ContactCard,
    Conversation,
    Filled,
    Handler,
    JsonObject,
    Message,
    Person,
    Status,
)
from conversation.ports import Start
from crm_store import Tx, assigning, readings
from crm_store.appending import preview
from crm_store.conversation_list import CONVERSATIONS
from crm_store.counters import next_events
from crm_store.models import (
    AddressRow,
    AgentRow,
    BranchRow,
    ContactRow,
    ConversationRow,
    InboxRow,
    MessageRow,
    TeamRow,
)
from crm_store.paging import Wanted
from crm_store.rows import AnyRow, AnySelect

HeadRow = AnyRow
"""A bare row of ``conversations``, its columns by name."""

_UNRESOLVED = ConversationRow.status != "resolved"


def stated(channel: str) -> Any:
    """The phone or e-mail of a contact in a query of ``contacts``: a verified one before others, then the latest."""
    address = AddressRow.__table__.alias(f"stated_{channel}")
    return (
        select(func.coalesce(address.c.display, address.c.value))
        .where(address.c.contact_id == ContactRow.id, address.c.channel == channel)
        .order_by(address.c.verified_at.is_(None), address.c.id.desc())
        .limit(1)
        .correlate(ContactRow)
        .scalar_subquery()
    )


_earlier = ConversationRow.__table__.alias("of_contact")
TALKS: Any = (
    select(func.count())
    .select_from(_earlier)
    .where(_earlier.c.contact_id == ContactRow.id)
    .correlate(ContactRow)
    .scalar_subquery()
)
"""How many conversations a contact had."""
CONTACT_COLUMNS = (
    ContactRow.id.label("contact_id_"),
    ContactRow.name.label("contact_name"),
    ContactRow.language.label("contact_language"),
    ContactRow.note.label("contact_note"),
    ContactRow.last_seen_at.label("contact_seen_at"),
    ContactRow.created_at.label("contact_created_at"),
    stated("phone").label("contact_phone"),
    stated("email").label("contact_email"),
    TALKS.label("contact_conversations"),
)


def contact_from(row: AnyRow) -> ContactCard:
    """A contact's card from a row that holds ``CONTACT_COLUMNS``."""
    return ContactCard(
        id=row.contact_id_,
        name=row.contact_name,
        phone=row.contact_phone,
        email=row.contact_email,
        language=row.contact_language,
        note=row.contact_note,
        last_seen_at=row.contact_seen_at,
        conversations=row.contact_conversations,
        created_at=row.contact_created_at,
    )


def _heads() -> AnySelect:
    return (
        select(
            ConversationRow,
            *CONTACT_COLUMNS,
            AgentRow.name.label("assignee_name"),
            AgentRow.photo.label("assignee_photo"),
            TeamRow.name.label("team_name"),
            BranchRow.name.label("branch_name"),
        )
        .join(ContactRow, ContactRow.id == ConversationRow.contact_id)
        .outerjoin(AgentRow, AgentRow.id == ConversationRow.assignee_id)
        .outerjoin(TeamRow, TeamRow.id == ConversationRow.team_id)
        .outerjoin(BranchRow, BranchRow.id == ConversationRow.branch_id)
    )


def _person(identifier: int | None, name: str | None, photo: str | None = None) -> Person | None:
    return None if identifier is None else Person(identifier, name or "", photo)


def _head_from(row: AnyRow) -> Conversation:
    return Conversation(
        id=row.id,
        status=row.status,
        channel=row.channel,
        contact=contact_from(row),
        inbox_id=row.inbox_id,
        change=row.last_change,
        event=row.last_event,
        last_seq=row.last_seq,
        created_at=row.created_at,
        handler=row.handler,
        assignee=_person(row.assignee_id, row.assignee_name, row.assignee_photo),
        team=_person(row.team_id, row.team_name),
        branch=_person(row.branch_id, row.branch_name),
        last_message_at=row.last_message_at,
        last_text=row.last_text,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        visitor_read_seq=row.visitor_read_seq,
        agent_read_seq=row.agent_read_seq,
        page_url=row.page_url,
        page_title=row.page_title,
        referrer=row.referrer,
        rating=row.rating,
        rating_text=row.rating_text,
        decision=None if row.decision is None else Activity(row.decision["code"], row.decision["fields"]),
    )


_THESE_HEADS = _heads().where(ConversationRow.id.in_(bindparam("ids", expanding=True))).order_by(ConversationRow.id)


def find_heads(tx: Tx, ids: Iterable[int]) -> list[Conversation]:
    """The heads of these conversations, in order of id; unknown ids are left out."""
    wanted = list(ids)
    return [_head_from(row) for row in tx.execute(_THESE_HEADS, {"ids": wanted}).all()] if wanted else []


def find_head(tx: Tx, conversation_id: int) -> Conversation | None:
    """The head of one conversation."""
    row = tx.execute(_heads().where(ConversationRow.id == conversation_id)).one_or_none()
    return None if row is None else _head_from(row)


def list_open_of_contact(tx: Tx, contact_id: int) -> list[int]:
    """The unresolved conversations of a contact by id."""
    mine = select(ConversationRow.id).where(ConversationRow.contact_id == contact_id, _UNRESOLVED)
    return list(tx.scalars(mine.order_by(ConversationRow.id)))


def find_address(tx: Tx, channel: str, value: str) -> tuple[int, int] | None:
    """``(address id, contact id)`` of an address that is somebody's own."""
    owned = or_(AddressRow.verified_at.is_not(None), AddressRow.channel == "web")
    found = select(AddressRow.id, AddressRow.contact_id).where(
        AddressRow.channel == channel, AddressRow.value == value, owned
    )
    row = tx.execute(found).first()
    return None if row is None else (row.id, row.contact_id)


def find_address_value(tx: Tx, address_id: int) -> str | None:
    """What the channel knows an address by."""
    return tx.scalar(select(AddressRow.value).where(AddressRow.id == address_id))


def find_contact(tx: Tx, contact_id: int) -> ContactCard | None:
    """One contact's card."""
    row = tx.execute(
        select(*CONTACT_COLUMNS).where(ContactRow.id == contact_id, ContactRow.deleted_at.is_(None))
    ).first()
    return None if row is None else contact_from(row)


def find_inbox(tx: Tx, channel: str, key: str | None) -> AnyRow | None:
    """The inbox of a public key, else (None or unknown) the channel's first."""
    inboxes = select(InboxRow.id, InboxRow.branch_id, InboxRow.team_id, InboxRow.skill, InboxRow.settings).where(
        InboxRow.channel == channel
    )
    named = tx.execute(inboxes.where(InboxRow.key == key)).first() if key else None
    return named or tx.execute(inboxes.order_by(InboxRow.id).limit(1)).first()


def lock(tx: Tx, conversation_id: int) -> HeadRow | None:
    """The conversation's bare row, locked until the transaction ends. Locks go in this order: conversation, then
    counters."""
    return tx.execute(
        select(ConversationRow).where(ConversationRow.id == conversation_id).with_for_update()
    ).one_or_none()


def find_row(tx: Tx, conversation_id: int) -> HeadRow | None:
    """The conversation's bare row, as it is now."""
    return tx.execute(select(ConversationRow).where(ConversationRow.id == conversation_id)).one_or_none()


def touch(tx: Tx, conversation_id: int, **values: object) -> tuple[int, int]:
    """Changes a locked conversation's head and gives it its next ``change`` and a new event number; returns both."""
    event = next_events(tx, 1)
    change = tx.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(last_change=ConversationRow.last_change + 1, last_event=event, **values)
        .returning(ConversationRow.last_change)
    )
    return cast("int", change), event


# --- messages
# -----------------------------------------------------------------------------------------------------------


def _messages() -> AnySelect:
    return select(MessageRow, AgentRow.photo.label("author_photo")).outerjoin(
        AgentRow, and_(MessageRow.author_kind == "agent", AgentRow.id == MessageRow.author_id)
    )


def message_from(row: AnyRow) -> Message:
    """A message from a row of ``messages`` with its author's photo."""
    content: dict[str, Any] = row.content or {}
    activity = content.get("activity")
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        change=row.change,
        event=row.event,
        at=row.at,
        author=Author(row.author_kind, row.author_name, row.author_id or None, row.author_photo),
        text=row.text,
        kind=row.kind,
        private=row.private,
        client_id=row.client_id,
        reply_to=row.reply_to,
        buttons=tuple(Button(one["value"], one["label"]) for one in content.get("buttons", ())),
        attachments=tuple(Attachment(**one) for one in content.get("attachments", ())),
        activity=None if activity is None else Activity(activity["code"], activity["fields"]),
        choice=content.get("choice"),
        delivery=row.delivery,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        reading=readings.load(content.get("reading")),
        channel=row.channel,
        template=_template(content),
    )


def _template(content: JsonObject) -> Filled | None:
    said: Any = content.get("template")
    return None if said is None else Filled(said["name"], tuple(said["values"]))


def find_message(tx: Tx, message_id: int) -> Message | None:
    """One message."""
    row = tx.execute(_messages().where(MessageRow.id == message_id)).one_or_none()
    return None if row is None else message_from(row)


def list_before(
    tx: Tx, conversation_id: int, before_seq: int | None, limit: int, *, private: bool
) -> tuple[list[Message], bool]:
    """The last ``limit`` messages before a seq (None: the last of all) in order of seq; and whether older ones
    exist."""
    query = _messages().where(MessageRow.conversation_id == conversation_id)
    if before_seq is not None:
        query = query.where(MessageRow.seq < before_seq)
    if not private:
        query = query.where(MessageRow.private.is_(False))
    rows = tx.execute(query.order_by(MessageRow.seq.desc()).limit(limit + 1)).all()
    return [message_from(row) for row in reversed(rows[:limit])], len(rows) > limit


def list_by_id(tx: Tx, conversation_id: int, ids: Sequence[int], *, private: bool) -> list[Message]:
    """Those of the messages that are of this conversation, in order of seq."""
    query = _messages().where(MessageRow.conversation_id == conversation_id, MessageRow.id.in_(ids))
    if not private:
        query = query.where(MessageRow.private.is_(False))
    return [message_from(row) for row in tx.execute(query.order_by(MessageRow.seq))]


def list_after(tx: Tx, conversation_id: int, after_seq: int, limit: int) -> tuple[list[Message], bool]:
    """``limit`` messages after a seq, private ones too, in order of seq; and whether more follow."""
    query = _messages().where(MessageRow.conversation_id == conversation_id, MessageRow.seq > after_seq)
    rows = tx.execute(query.order_by(MessageRow.seq).limit(limit + 1)).all()
    return [message_from(row) for row in rows[:limit]], len(rows) > limit


def list_changed(
    tx: Tx, conversation_id: int, after_change: int, limit: int, *, private: bool
) -> tuple[list[Message], bool]:
    """``limit`` messages whose latest change is after a number, in order of change; and whether more follow."""
    query = _messages().where(MessageRow.conversation_id == conversation_id, MessageRow.change > after_change)
    if not private:
        query = query.where(MessageRow.private.is_(False))
    rows = tx.execute(query.order_by(MessageRow.change).limit(limit + 1)).all()
    return [message_from(row) for row in rows[:limit]], len(rows) > limit


# --- lists for the desk
# ---------------------------------------------------------------------------------------------------

Visible = tuple[int, tuple[int, ...]] | None
"""Whose eyes: ``(agent id, ids of his teams)``; None sees everything."""


def visible_to(eyes: Visible) -> Any:
    """The condition on conversations: his own, those of his teams, and those of no team."""
    if eyes is None:
        return ConversationRow.id.is_not(None)
    agent_id, teams = eyes
    return or_(
        ConversationRow.assignee_id == agent_id, ConversationRow.team_id.in_(teams), ConversationRow.team_id.is_(None)
    )


def page_heads(
    tx: Tx,
    eyes: Visible,
    wanted: Wanted,
    *,
    statuses: Sequence[Status] = (),
    assignee_id: int | None = None,
    unassigned: bool = False,
) -> tuple[list[Conversation], str | None]:
    """A page of heads by ``conversation_list.CONVERSATIONS``, and the cursor of the next."""
    query = _heads().where(visible_to(eyes))
    if statuses:
        query = query.where(ConversationRow.status.in_(statuses))
    if assignee_id is not None:
        query = query.where(ConversationRow.assignee_id == assignee_id)
    if unassigned:
        query = query.where(ConversationRow.assignee_id.is_(None))
    page = CONVERSATIONS.page(tx, query, wanted)
    return [_head_from(row) for row in page.rows], page.next


def list_unresolved(tx: Tx, eyes: Visible, limit: int) -> list[Conversation]:
    """Unresolved heads: those waiting for an answer first, longest wait first, then the latest spoken in."""
    order = (
        ConversationRow.waiting_since.is_(None),
        ConversationRow.waiting_since,
        ConversationRow.last_message_at.desc(),
        ConversationRow.id.desc(),
    )
    return [
        _head_from(row)
        for row in tx.execute(_heads().where(visible_to(eyes), _UNRESOLVED).order_by(*order).limit(limit))
    ]


def count_unresolved(tx: Tx, eyes: Visible, agent_id: int) -> dict[str, int]:
    """How many unresolved conversations are mine, waiting for a person's answer, with the bot, and in all."""
    handler, waits = ConversationRow.handler, ConversationRow.waiting_since
    counts = (
        func.count(case((ConversationRow.assignee_id == agent_id, 1))).label("mine"),
        func.count(case((handler != "bot", waits))).label("waiting"),
        func.count().label("all"),
        func.count(case((handler == "bot", 1))).label("bot"),
    )
    return dict(tx.execute(select(*counts).where(visible_to(eyes), _UNRESOLVED)).one()._mapping)


def list_events(
    tx: Tx, eyes: Visible, after_event: int, limit: int
) -> tuple[list[Conversation], list[Message], int, bool]:
    """What changed after an event number, as it is now: heads and messages, the number reached, and whether more
    follow.

    Events are numbered in the order of their commits, so nothing can appear later below the number reached. The head of
    ``after_event`` itself is told again: a line may have broken between a message and the head that it changed.
    """
    limit = max(limit, 2)  # with the one told again, a page of one would never get on
    conversations = tx.execute(
        _heads()
        .where(visible_to(eyes), ConversationRow.last_event >= after_event)
        .order_by(ConversationRow.last_event)
        .limit(limit + 1)
    ).all()
    messages = tx.execute(
        _messages()
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(visible_to(eyes), MessageRow.event > after_event)
        .order_by(MessageRow.event)
        .limit(limit + 1)
    ).all()
    ends = [
        rows[limit - 1][column]
        for rows, column in ((conversations, _END_HEAD), (messages, _END_MESSAGE))
        if len(rows) > limit
    ]
    reached = (
        min(ends) if ends else max([after_event, *(r.last_event for r in conversations), *(r.event for r in messages)])
    )
    heads = [_head_from(row) for row in conversations if row.last_event <= reached]
    return heads, [message_from(row) for row in messages if row.event <= reached], reached, bool(ends)


def list_gone(tx: Tx, eyes: Visible, after_event: int, reached: int) -> list[int]:
    """Ids of conversations that changed in ``(after_event, reached]`` and are not (or no longer) for these eyes."""
    if eyes is None:
        return []
    changed = and_(ConversationRow.last_event > after_event, ConversationRow.last_event <= reached)
    return list(tx.scalars(select(ConversationRow.id).where(changed, not_(visible_to(eyes)))))


_END_HEAD = list(ConversationRow.__table__.c.keys()).index("last_event")
_END_MESSAGE = list(MessageRow.__table__.c.keys()).index("event")


def list_due(tx: Tx, now_ms: int, limit: int) -> list[int]:
    """Snoozed conversations whose time has come."""
    due = and_(ConversationRow.status == "snoozed", ConversationRow.snoozed_until <= from_ms(now_ms))
    return list(tx.scalars(select(ConversationRow.id).where(due).order_by(ConversationRow.id).limit(limit)))


def list_stranded(tx: Tx, limit: int) -> list[int]:
    """Unresolved conversations whose assignee may not work any more, by id."""
    gone = select(AgentRow.id).where(AgentRow.disabled_at.is_not(None))
    stranded = select(ConversationRow.id).where(ConversationRow.assignee_id.in_(gone), _UNRESOLVED)
    return list(tx.scalars(stranded.order_by(ConversationRow.id).limit(limit)))


def insert_conversation(
    tx: Tx, start: Start, *, contact_id: int, address_id: int, inbox: AnyRow, at: datetime, handler: Handler = "team"
) -> int:
    """Opens a conversation of an address in an inbox; returns its id. Raises the store's conflict where one is
    unresolved."""
    event = next_events(tx, 1)
    added = insert(ConversationRow).values(
        contact_id=contact_id,
        address_id=address_id,
        inbox_id=inbox.id,
        branch_id=inbox.branch_id,
        team_id=inbox.team_id,
        channel=start.address.channel,
        handler=handler,
        last_event=event,
        page_url=start.page.url,
        page_title=start.page.title,
        referrer=start.page.referrer,
        remote=start.remote,
        user_agent=start.user_agent,
        language=start.language,
        answers=dict(start.answers),
        timezone=start.timezone,
        created_at=at,
        skill=inbox.skill,
        known_agent_id=assigning.find_known_agent(tx, contact_id),
    )
    return tx.execute(added.returning(ConversationRow.id)).scalar_one()


def change_message(tx: Tx, message_id: int, change: int, event: int, **values: object) -> Message:
    """Sets columns of a message and gives it the numbers of its latest change; returns it as it is now."""
    tx.execute(update(MessageRow).where(MessageRow.id == message_id).values(change=change, event=event, **values))
    return message_from(tx.execute(_messages().where(MessageRow.id == message_id)).one())


def set_last_text(tx: Tx, conversation_id: int) -> None:
    """Renews what a list shows of a conversation: the beginning of its last public message that was not taken back."""
    shown = (MessageRow.private.is_(False), MessageRow.deleted_at.is_(None))
    query = select(MessageRow.text, MessageRow.content).where(MessageRow.conversation_id == conversation_id, *shown)
    row = tx.execute(query.order_by(MessageRow.seq.desc()).limit(1)).first()
    last = "" if row is None else preview(row.text, row.content)
    tx.execute(update(ConversationRow).where(ConversationRow.id == conversation_id).values(last_text=last))
