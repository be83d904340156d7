"""Taking personal data out of the store for good: of one person, or of talks that have rested long enough.

Rows that others count on stay, empty: a conversation keeps its place and numbers, a contact his id.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import uuid4

from sqlalchemy import and_, bindparam, delete, or_, select, update

from crm_store import Tx, attachments, contacts, conversations, imports, knowledge_asked, learning
from crm_store.counters import next_events
from crm_store.models import (
    AddressRow,
    AuditRow,
    AuditValuesRow,
    BlockRow,
    ConsentRow,
    ContactCategoryMemberRow,
    ContactGroupMemberRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    DialogueRow,
    DistinctContactsRow,
    ExtraContactRow,
    MergeRow,
    MessageRow,
    NewsWishRow,
    OneTimeCodeRow,
    OutgoingRow,
    PageViewRow,
    SubjectRow,
    TaskRow,
)

Eraser = Callable[[Tx, Sequence[int]], None]
"""Takes out what another table keeps of these contacts."""
_ERASERS: list[Eraser] = []
_NOTHING: Final[dict[str, Any]] = {
    "name": "",
    "sort_name": None,
    "given_name": None,
    "family_name": None,
    "patronymic": None,
    "language": None,
    "country": None,
    "note": "",
    "custom": {},
    "source_id": None,
    "curator_id": None,
    "code": None,
    "address_form": None,
    "birthday": None,
    "last_seen_at": None,
}
_TALK_NOTHING: Final[dict[str, Any]] = {
    "last_text": "",
    "answers": {},
    "page_url": None,
    "page_title": None,
    "referrer": None,
    "remote": None,
    "timezone": None,
    "user_agent": None,
    "rating_text": None,
}


def also_erase(eraser: Eraser) -> None:
    """Says, once at import, that another table keeps personal data too."""
    if eraser not in _ERASERS:
        _ERASERS.append(eraser)


def erase_contacts(tx: Tx, ids: Sequence[int], at: datetime) -> list[int]:
    """Takes everything personal of these contacts (one person's) out; returns the conversations that changed."""
    talks = list(tx.scalars(select(ConversationRow.id).where(ConversationRow.contact_id.in_(ids))))
    for conversation_id in sorted(talks):
        empty_talk(tx, conversation_id, at)
    for eraser in _ERASERS:
        eraser(tx, ids)
    for table in (
        ContactNoteRow,
        SubjectRow,
        ExtraContactRow,
        ContactGroupMemberRow,
        ContactCategoryMemberRow,
        ConsentRow,
        BlockRow,
        NewsWishRow,
        OneTimeCodeRow,
    ):
        tx.execute(delete(table).where(cast("Any", table).contact_id.in_(ids)))
    attachments.doom_of_contacts(tx, ids, at)
    tx.execute(delete(TaskRow).where(or_(TaskRow.contact_id.in_(ids), TaskRow.conversation_id.in_(talks))))
    tx.execute(delete(MergeRow).where(or_(MergeRow.kept_id.in_(ids), MergeRow.gone_id.in_(ids))))
    low, high = DistinctContactsRow.low_id, DistinctContactsRow.high_id
    tx.execute(delete(DistinctContactsRow).where(or_(low.in_(ids), high.in_(ids))))
    tx.execute(delete(AuditValuesRow).where(AuditValuesRow.contact_id.in_(ids)))
    imports.erase_people(tx, ids)
    _erase_addresses(tx, ids)
    of_them = ContactRow.id.in_(ids)
    tx.execute(update(ContactRow).where(of_them, ContactRow.deleted_at.is_(None)).values(deleted_at=at))
    tx.execute(update(ContactRow).where(of_them).values(**_NOTHING, erased_at=at, updated_at=at))
    for contact_id in ids:
        contacts.renew_search(tx, contact_id)
    return talks


def _erase_addresses(tx: Tx, ids: Sequence[int]) -> None:
    """Those that conversations refer to stay without what they were; the others go."""
    mine = AddressRow.contact_id.in_(ids)
    addresses = list(tx.scalars(select(AddressRow.id).where(mine)))
    sent_to = select(AddressRow.value).where(mine, AddressRow.channel.in_(("phone", "email")))
    went = or_(OutgoingRow.address_id.in_(addresses), OutgoingRow.recipient.in_(sent_to))
    tx.execute(delete(OutgoingRow).where(went))
    used = set(tx.scalars(select(ConversationRow.address_id).where(ConversationRow.address_id.in_(addresses))))
    nothing = dict.fromkeys(("display", "verified_at", "consent_at", "consent_source", "blocked_at", "language"))
    for address_id in sorted(used):
        values = {**nothing, "value": f"erased:{uuid4().hex}"}
        tx.execute(update(AddressRow).where(AddressRow.id == address_id).values(**values))
    tx.execute(delete(AddressRow).where(mine, AddressRow.id.not_in(used)))


def empty_talk(tx: Tx, conversation_id: int, at: datetime) -> None:
    """Takes every word out of a conversation: each message is marked as deleted, with its own change number, so that
    whoever follows it hears of it. Lines about what was done stay."""
    head = conversations.lock(tx, conversation_id)
    if head is None:
        return
    inside = MessageRow.conversation_id == conversation_id
    spoken = and_(inside, MessageRow.kind != "activity")
    ids = list(
        tx.scalars(select(MessageRow.id).where(spoken, MessageRow.deleted_at.is_(None)).order_by(MessageRow.seq))
    )
    if ids:
        first = next_events(tx, len(ids))
        numbered = update(MessageRow).where(MessageRow.id == bindparam("message"))
        numbered = numbered.values(change=bindparam("number"), event=bindparam("of_store"), deleted_at=at)
        rows = [
            {"message": one, "number": head.last_change + place, "of_store": first + place - 1}
            for place, one in enumerate(ids, 1)
        ]
        tx.execute(numbered, rows)
    tx.execute(update(MessageRow).where(spoken).values(text="", content=None))
    tx.execute(update(MessageRow).where(inside, MessageRow.author_kind == "visitor").values(author_name=""))
    messages = select(MessageRow.id).where(inside)
    attachments.doom_of_messages(tx, messages, at)
    sent = or_(OutgoingRow.conversation_id == conversation_id, OutgoingRow.message_id.in_(messages))
    tx.execute(delete(OutgoingRow).where(sent))
    tx.execute(delete(PageViewRow).where(PageViewRow.conversation_id == conversation_id))
    tx.execute(delete(DialogueRow).where(DialogueRow.conversation_id == conversation_id))
    knowledge_asked.forget_talk(tx, conversation_id)
    learning.forget_unclear(tx, conversation_id)
    changed = update(ConversationRow).where(ConversationRow.id == conversation_id)
    tx.execute(changed.values(last_change=head.last_change + len(ids)))
    conversations.touch(tx, conversation_id, **_TALK_NOTHING)


def list_old_talks(tx: Tx, before: datetime, limit: int) -> list[int]:
    """Resolved conversations in which something is written and nothing was said since a moment."""
    written = select(MessageRow.id).where(
        MessageRow.conversation_id == ConversationRow.id, MessageRow.kind != "activity", MessageRow.text != ""
    )
    old = and_(ConversationRow.status == "resolved", ConversationRow.last_message_at < before, written.exists())
    return list(tx.scalars(select(ConversationRow.id).where(old).order_by(ConversationRow.id).limit(limit)))


def forget_values(tx: Tx, before: datetime, limit: int) -> int:
    """Deletes old and new values of deeds done before a moment; the log keeps the names of the fields. How many."""
    old = select(AuditValuesRow.audit_id).join(AuditRow, AuditRow.id == AuditValuesRow.audit_id)
    ids = list(tx.scalars(old.where(AuditRow.at < before).order_by(AuditValuesRow.audit_id).limit(limit)))
    tx.execute(delete(AuditValuesRow).where(AuditValuesRow.audit_id.in_(ids)))
    return len(ids)
