"""Removes the demo: every seeded row goes, what was typed meanwhile stays and falls to the default business."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from conversation import clock
from conversation.messages import Channel
from crm_store import Tx, attachments, conversations, demo_booking
from crm_store.appending import LAST_TEXT_CHARS
from crm_store.models import (
    AddressRow,
    AgentRow,
    AgentSessionRow,
    AppointmentRow,
    AttachmentRow,
    AuditValuesRow,
    Base,
    BranchRow,
    CannedResponseRow,
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactNoteRow,
    ContactRow,
    ContactSourceRow,
    ConversationRow,
    CustomFieldRow,
    DemoRow,
    DialogueRow,
    ExtraContactRow,
    GroupSessionRow,
    InboxRow,
    KnowledgeArticleRow,
    MergeRow,
    MessageRow,
    OutgoingRow,
    ResourceRow,
    ServiceGroupRow,
    ServiceRow,
    SubjectRow,
    TaskRow,
    TeamMemberRow,
    TeamRow,
    WaitlistWishRow,
)

_HANGING: Final[tuple[type[Any], ...]] = (ContactNoteRow, TaskRow, SubjectRow, ExtraContactRow)
_BOOKING: Final = (AppointmentRow, GroupSessionRow, WaitlistWishRow, ServiceRow, ResourceRow, ServiceGroupRow)
_MEMBERS: Final[tuple[tuple[type[Any], type[Any], Any], ...]] = (
    (ContactGroupRow, ContactGroupMemberRow, ContactGroupMemberRow.group_id),
    (ContactCategoryRow, ContactCategoryMemberRow, ContactCategoryMemberRow.category_id),
)


def remove_seeded(tx: Tx) -> dict[str, int]:
    """Removes every row noted in ``demo_rows``, in the writer's transaction; nothing where there is none.

    Returns how many rows went, by table, and ``conversations_kept``.

    A seeded conversation in which somebody wrote meanwhile stays with its contact as the holder of what he wrote; so
    does a contact that something of one's own hangs on. Conversations of demo agents have nobody responsible then, and
    those of a demo branch, team or inbox go to the first own ones. Every conversation that stays and changed has a new
    event number. Sessions of demo agents end with their rows.
    """
    seeded = _Seeded.load(tx)
    if not seeded.any:
        return {}
    kept = _find_kept(tx, seeded)
    _empty_kept(tx, seeded, kept)
    _rehome(tx, seeded, kept)
    counts = _delete_all(tx, seeded, kept)
    tx.execute(delete(DemoRow))
    return {**counts, "conversations_kept": len(kept.conversations)}


@dataclass(frozen=True, slots=True)
class _Seeded:
    """Ids of seeded rows by table."""

    ids: dict[str, frozenset[int]]

    @classmethod
    def load(cls, tx: Tx) -> "_Seeded":
        ids: dict[str, set[int]] = {}
        for entity, identifier in tx.execute(select(DemoRow.entity, DemoRow.entity_id)):
            ids.setdefault(entity, set()).add(identifier)
        return cls({entity: frozenset(those) for entity, those in ids.items()})

    @property
    def any(self) -> bool:
        return bool(self.ids)

    def of(self, table: type[Base]) -> frozenset[int]:
        return self.ids.get(table.__tablename__, frozenset())


@dataclass(frozen=True, slots=True)
class _Kept:
    """Seeded rows that stay because something of one's own hangs on them."""

    conversations: frozenset[int]
    contacts: frozenset[int]


def _find_kept(tx: Tx, seeded: _Seeded) -> _Kept:
    typed = and_(
        MessageRow.conversation_id.in_(seeded.of(ConversationRow)),
        MessageRow.id.not_in(seeded.of(MessageRow)),
        MessageRow.kind != "activity",  # who took what of the demo is no data of one's own
    )
    talks = frozenset(tx.scalars(select(MessageRow.conversation_id).where(typed).distinct()))
    own_talk = or_(ConversationRow.id.not_in(seeded.of(ConversationRow)), ConversationRow.id.in_(talks))
    held_by = (
        select(ConversationRow.contact_id).where(own_talk),
        select(AttachmentRow.contact_id).where(AttachmentRow.message_id.is_(None)),
        select(ContactRow.merged_into).where(ContactRow.id.not_in(seeded.of(ContactRow))),
        *(
            select(table.contact_id).where(table.id.not_in(seeded.of(table)), table.contact_id.is_not(None))
            for table in (*_HANGING, *demo_booking.HOLDERS)
        ),
    )
    held = {identifier for query in held_by for identifier in tx.scalars(query)}
    return _Kept(talks, seeded.of(ContactRow) & held)


def _empty_kept(tx: Tx, seeded: _Seeded, kept: _Kept) -> None:
    """Takes the seeded messages out of the conversations that stay, and makes their heads speak of what is left."""
    gone = and_(MessageRow.conversation_id.in_(kept.conversations), MessageRow.id.in_(seeded.of(MessageRow)))
    _delete_hanging(tx, OutgoingRow.message_id, select(MessageRow.id).where(gone))
    attachments.doom_of_messages(tx, select(MessageRow.id).where(gone), clock.now())
    tx.execute(delete(MessageRow).where(gone))
    left = MessageRow.conversation_id.in_(kept.conversations)
    tx.execute(update(MessageRow).where(left, MessageRow.reply_to.in_(seeded.of(MessageRow))).values(reply_to=None))
    for identifier in sorted(kept.conversations):
        _renew_head(tx, identifier)


def _renew_head(tx: Tx, conversation_id: int) -> None:
    head = conversations.lock(tx, conversation_id)
    if head is None:
        return
    mine = select(*MessageRow.__table__.c).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.seq)
    left = list(tx.execute(mine))
    spoken = [row for row in left if not row.private and row.kind != "activity"]
    rated = any(row.kind == "activity" and row.content["activity"]["code"] == "rated" for row in left)
    conversations.touch(
        tx,
        conversation_id,
        last_message_at=spoken[-1].at if spoken else None,
        last_text=spoken[-1].text[:LAST_TEXT_CHARS] if spoken else "",
        waiting_since=None if head.waiting_since is None else _waiting_since(spoken),
        rating=head.rating if rated else None,
        rating_text=head.rating_text if rated else None,
    )


def _waiting_since(spoken: Iterable[Any]) -> datetime | None:
    """When the customer wrote what nobody has answered yet."""
    since: datetime | None = None
    for row in spoken:
        if row.author_kind == "agent":
            since = None
        elif row.author_kind == "visitor":
            since = since or row.at
    return since


def _rehome(tx: Tx, seeded: _Seeded, kept: _Kept) -> None:
    """Gives what stays to the first own branch, team and inbox, and to nobody where a demo agent was responsible."""
    branch = _first_own(tx, BranchRow, seeded)
    team = _first_own(tx, TeamRow, seeded)
    stays = or_(ConversationRow.id.not_in(seeded.of(ConversationRow)), ConversationRow.id.in_(kept.conversations))
    columns = {
        ConversationRow.assignee_id: AgentRow,
        ConversationRow.team_id: TeamRow,
        ConversationRow.branch_id: BranchRow,
        ConversationRow.inbox_id: InboxRow,
    }
    astray = or_(*(column.in_(seeded.of(table)) for column, table in columns.items()))
    for row in tx.execute(select(ConversationRow).where(stays, astray).order_by(ConversationRow.id)).all():
        values: dict[str, Any] = {}
        if row.assignee_id in seeded.of(AgentRow):
            values |= {"assignee_id": None, "handler": "team"}
        if row.team_id in seeded.of(TeamRow):
            values["team_id"] = team
        if row.branch_id in seeded.of(BranchRow):
            values["branch_id"] = branch
        if row.inbox_id in seeded.of(InboxRow):
            values["inbox_id"] = _own_inbox(tx, row.channel, seeded)
        conversations.lock(tx, row.id)
        conversations.touch(tx, row.id, **values)
    for table in (TeamRow, InboxRow):
        own = table.id.not_in(seeded.of(table))
        tx.execute(update(table).where(own, table.branch_id.in_(seeded.of(BranchRow))).values(branch_id=branch))
    demo_booking.rehome(tx, seeded.of(BranchRow), branch)
    own_inbox = InboxRow.id.not_in(seeded.of(InboxRow))
    tx.execute(update(InboxRow).where(own_inbox, InboxRow.team_id.in_(seeded.of(TeamRow))).values(team_id=team))


def _first_own(tx: Tx, table: type[BranchRow] | type[TeamRow], seeded: _Seeded) -> int | None:
    return tx.scalar(select(func.min(table.id)).where(table.id.not_in(seeded.of(table))))


def _own_inbox(tx: Tx, channel: Channel, seeded: _Seeded) -> int:
    own = select(InboxRow.id).where(InboxRow.id.not_in(seeded.of(InboxRow)))
    return tx.scalars(own.order_by(InboxRow.channel != channel, InboxRow.id).limit(1)).one()


def _delete_all(tx: Tx, seeded: _Seeded, kept: _Kept) -> dict[str, int]:
    """Deletes what does not stay, the dependent rows first; how many rows went, by table."""
    talks = seeded.of(ConversationRow) - kept.conversations
    contacts = seeded.of(ContactRow) - kept.contacts
    agents = seeded.of(AgentRow)
    in_talks = MessageRow.conversation_id.in_(talks)
    of_contacts = AddressRow.contact_id.in_(contacts)
    attachments.doom_of_messages(tx, select(MessageRow.id).where(in_talks), clock.now())
    _delete_hanging(tx, OutgoingRow.message_id, select(MessageRow.id).where(in_talks))
    _delete_hanging(tx, OutgoingRow.address_id, select(AddressRow.id).where(of_contacts))
    tx.execute(delete(OutgoingRow).where(OutgoingRow.conversation_id.in_(talks)))
    tx.execute(delete(DialogueRow).where(DialogueRow.conversation_id.in_(talks)))
    tx.execute(delete(MergeRow).where(or_(MergeRow.kept_id.in_(contacts), MergeRow.gone_id.in_(contacts))))
    tx.execute(delete(AuditValuesRow).where(AuditValuesRow.contact_id.in_(contacts)))
    catalogues = _unused_catalogues(tx, seeded)
    for column, ids in (
        (ContactRow.source_id, catalogues[ContactSourceRow]),
        (ContactNoteRow.author_id, agents),
        (TaskRow.author_id, agents),
        (TaskRow.assignee_id, agents),
        (TaskRow.conversation_id, talks),
        (MergeRow.actor_id, agents),
        (ContactRow.curator_id, agents),
        (AttachmentRow.agent_id, agents),
        (ContactRow.merged_into, contacts),
    ):
        tx.execute(update(column.class_).where(column.in_(ids)).values({column: None}))
    booked = demo_booking.remove_booking(tx, {table: seeded.of(table) for table in _BOOKING})
    demo_booking.loosen(tx, {ConversationRow: talks, SubjectRow: seeded.of(SubjectRow), AgentRow: agents})
    tx.execute(delete(AgentSessionRow).where(AgentSessionRow.agent_id.in_(agents)))
    members = or_(TeamMemberRow.agent_id.in_(agents), TeamMemberRow.team_id.in_(seeded.of(TeamRow)))
    tx.execute(delete(TeamMemberRow).where(members))
    gone: tuple[tuple[type[Base], ColumnElement[bool]], ...] = (
        (MessageRow, in_talks),
        *((table, table.id.in_(seeded.of(table))) for table in _HANGING),
        (CannedResponseRow, CannedResponseRow.id.in_(seeded.of(CannedResponseRow))),
        (KnowledgeArticleRow, KnowledgeArticleRow.id.in_(seeded.of(KnowledgeArticleRow))),
        (ConversationRow, ConversationRow.id.in_(talks)),
        (AddressRow, of_contacts),
        (ContactRow, ContactRow.id.in_(contacts)),
        (AgentRow, AgentRow.id.in_(agents)),
        (InboxRow, InboxRow.id.in_(seeded.of(InboxRow))),
        (TeamRow, TeamRow.id.in_(seeded.of(TeamRow))),
        (BranchRow, BranchRow.id.in_(seeded.of(BranchRow))),
        *((table, table.__table__.c.id.in_(ids)) for table, ids in catalogues.items()),
    )
    counts = {table.__tablename__: tx.execute(delete(table).where(condition)).rowcount for table, condition in gone}
    return {**counts, **booked}


def _unused_catalogues(tx: Tx, seeded: _Seeded) -> dict[type[Base], frozenset[int]]:
    """Seeded groups, categories, sources and own fields that no contact of one's own has."""
    own = ContactRow.id.not_in(seeded.of(ContactRow))
    unused: dict[type[Base], frozenset[int]] = {}
    for table, member, column in _MEMBERS:
        used = select(column).join(ContactRow, ContactRow.id == member.contact_id).where(own)
        unused[table] = seeded.of(table) - set(tx.scalars(used))
    used_sources = select(ContactRow.source_id).where(own, ContactRow.source_id.is_not(None))
    unused[ContactSourceRow] = seeded.of(ContactSourceRow) - {one or 0 for one in tx.scalars(used_sources)}
    used_fields = set()
    for row in tx.execute(select(CustomFieldRow.id, CustomFieldRow.key)):
        having = cast(ContactRow.custom, Text).contains(f'"{row.key}"', autoescape=True)
        if tx.scalar(select(ContactRow.id).where(own, having).limit(1)) is not None:
            used_fields.add(row.id)
    unused[CustomFieldRow] = seeded.of(CustomFieldRow) - used_fields
    return unused


def _delete_hanging(tx: Tx, column: InstrumentedAttribute[Any], on: Select[Any]) -> None:
    tx.execute(delete(column.class_).where(column.in_(on)))
