"""Merging two contacts that are one person, and undoing it: what went over goes back, exactly."""

from datetime import datetime
from typing import Any, cast

from business.contacts.cards import require_card
from business.contacts.telling import touch_talks
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Conversation, Json, JsonObject
from crm_store import Tx, contacts, conversations, merging
from crm_store.cards import Card
from crm_store.rows import AnyRow

_FILLED = (
    "given_name",
    "family_name",
    "patronymic",
    "language",
    "country",
    "source_id",
    "curator_id",
    "address_form",
    "birthday",
)
"""Columns that the kept contact takes over where it has nothing itself."""
_TIMES = ("created_at", "last_seen_at")


def merge(
    tx: Tx, agent: Agent | None, kept_id: int, gone_id: int, remote: str
) -> tuple[tuple[int, Card], list[Conversation]]:
    """Makes one contact of two: the kept one gets all that hangs on the other, and of its card what it has not itself.

    ``agent``: None where the system itself found it out.

    Returns the merge's id, the kept card, and the heads to be told. Conversations stay with their addresses, so at
    most one is unresolved for each as before. Raises Rejected not_found, invalid.
    """
    if kept_id == gone_id:
        raise Rejected("invalid", "contact.merge_itself", field="other_id")
    kept_card, gone_card = require_card(tx, kept_id), require_card(tx, gone_id)
    at = clock.now()
    rows = merging.lock_contacts(tx, (kept_id, gone_id))
    kept, gone = rows[kept_id], rows[gone_id]
    told = {*conversations.list_open_of_contact(tx, kept_id), *conversations.list_open_of_contact(tx, gone_id)}
    _lock_talks(tx, told)
    moved = merging.move_rows(tx, gone_id, kept_id)
    columns = _take_over(kept, gone)
    moved["columns"] = {key: [_plain(getattr(kept, key)), _plain(value)] for key, value in columns.items()}
    if gone.code is not None and kept.code is None:
        moved["code"] = gone.code
        merging.set_columns(tx, gone_id, {"code": None})
        columns["code"] = gone.code
    contacts.change_contact(tx, kept_id, columns, at)
    contacts.change_contact(tx, gone_id, {"merged_into": kept_id}, at)
    doer_id, doer_name = (None, "") if agent is None else (agent.id, agent.name)
    merge_id = merging.insert_merge(tx, kept_id, gone_id, doer_id, doer_name, at, moved)
    after = {"merged": gone_id, "merged_name": gone_card.name, "name": kept_card.name}
    record_deed(tx, agent, "contact.merged", "contact", kept_id, after=after, remote=remote)
    return (merge_id, require_card(tx, kept_id)), touch_talks(tx, told)


def undo(tx: Tx, agent: Agent, merge_id: int, remote: str) -> tuple[tuple[int, int], list[Conversation]]:
    """Makes two of one again. A column that somebody has changed since stays as he left it.

    Returns ``(kept id, gone id)`` and the heads to be told. Raises Rejected not_found; conflict where it was undone, a
    later merge stands on it, or one of the two is deleted or erased.
    """
    found = merging.find_merge(tx, merge_id)
    if found is None:
        raise Rejected("not_found", "contact.merge_not_found")
    if found.undone_at is not None:
        raise Rejected("conflict", "contact.merge_undone")
    if merging.has_later_merge(tx, found):
        raise Rejected("conflict", "contact.merge_later")
    rows = merging.lock_contacts(tx, (found.kept_id, found.gone_id))
    kept, gone = rows[found.kept_id], rows[found.gone_id]
    if kept.erased_at is not None or gone.erased_at is not None:
        raise Rejected("conflict", "contact.merge_erased")
    if kept.deleted_at is not None:
        raise Rejected("conflict", "contact.of_gone")
    at = clock.now()
    told = set(conversations.list_open_of_contact(tx, found.kept_id))
    _lock_talks(tx, told)
    merging.move_back(tx, found.moved, found.kept_id, found.gone_id)
    columns = _give_back(kept, cast("dict[str, list[Json]]", found.moved.get("columns") or {}))
    code = found.moved.get("code")
    if code is not None and kept.code == code:
        merging.set_columns(tx, found.kept_id, {"code": None})
        merging.set_columns(tx, found.gone_id, {"code": code})
    contacts.change_contact(tx, found.kept_id, columns, at)
    contacts.change_contact(tx, found.gone_id, {"merged_into": None}, at)
    merging.note_undone(tx, merge_id, at)
    after = {"unmerged": found.gone_id, "unmerged_name": gone.name}
    record_deed(tx, agent, "contact.unmerged", "contact", found.kept_id, after=after, remote=remote)
    return (found.kept_id, found.gone_id), touch_talks(tx, told)


def _lock_talks(tx: Tx, ids: set[int]) -> None:
    """Before anything of them is written: whoever appends a message holds the same lock."""
    for conversation_id in sorted(ids):
        conversations.lock(tx, conversation_id)


def _take_over(kept: AnyRow, gone: AnyRow) -> dict[str, Any]:
    columns = {key: getattr(gone, key) for key in _FILLED if getattr(kept, key) is None and getattr(gone, key)}
    if kept.name:  # the parts of another's name beside it would be nobody's
        columns = {key: value for key, value in columns.items() if key not in _FILLED[:3]}
    if not kept.name and gone.name:
        columns["name"] = gone.name
    if gone.note and gone.note not in kept.note:
        columns["note"] = f"{kept.note}\n{gone.note}".strip()
    custom: JsonObject = {**gone.custom, **kept.custom}
    if custom != kept.custom:
        columns["custom"] = custom
    if gone.created_at < kept.created_at:
        columns["created_at"] = gone.created_at
    if gone.last_seen_at is not None and (kept.last_seen_at is None or gone.last_seen_at > kept.last_seen_at):
        columns["last_seen_at"] = gone.last_seen_at
    return columns


def _give_back(kept: AnyRow, columns: dict[str, list[Json]]) -> dict[str, Any]:
    back: dict[str, Any] = {}
    for key, (before, after) in columns.items():
        if _plain(getattr(kept, key)) == after:
            back[key] = clock.from_ms(before) if key in _TIMES and isinstance(before, int) else before
    return back


def _plain(value: Any) -> Json:
    """As JSON keeps it: times as milliseconds."""
    if isinstance(value, datetime):
        return clock.to_ms(value)
    return cast("Json", value)
