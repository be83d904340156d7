"""Customers who wait outside working hours and were not yet told when they are answered."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import BranchRow, ConversationRow, InboxRow


class Asked(NamedTuple):
    """A conversation in which a customer waits. ``last_at``: when something was last said in it."""

    id: int
    team_id: int | None
    branch_id: int | None
    assignee_id: int | None
    language: Language
    timezone: str | None
    last_at: datetime


class Desk(NamedTuple):
    """Where an inbox's conversations go."""

    id: int
    team_id: int | None
    branch_id: int | None


def list_unpromised(
    tx: Tx, now: datetime, open_teams: Collection[int], ids: Collection[int] | None = None
) -> list[Asked]:
    """Those who wait and hold no promise that is still to be kept, of other teams than these, by id. The bot's own
    talks are left out. ``ids``: of these conversations only."""
    waits = (ConversationRow.status == "open", ConversationRow.waiting_since.is_not(None))
    untold = or_(ConversationRow.promised_at.is_(None), ConversationRow.promised_at <= now)
    other = or_(ConversationRow.team_id.is_(None), ConversationRow.team_id.not_in(open_teams))
    query = (
        select(
            ConversationRow.id,
            ConversationRow.team_id,
            ConversationRow.branch_id,
            ConversationRow.assignee_id,
            ConversationRow.language,
            ConversationRow.timezone,
            ConversationRow.last_message_at,
            BranchRow.language.label("branch_language"),
        )
        .outerjoin(BranchRow, BranchRow.id == ConversationRow.branch_id)
        .where(*waits, untold, other, ConversationRow.handler != "bot")
        .order_by(ConversationRow.id)
    )
    if ids is not None:
        query = query.where(ConversationRow.id.in_(ids))
    return [
        Asked(
            row.id,
            row.team_id,
            row.branch_id,
            row.assignee_id,
            row.language or row.branch_language or "en",
            row.timezone,
            row.last_message_at or now,
        )
        for row in tx.execute(query)
    ]


def list_teams(tx: Tx, ids: Collection[int]) -> dict[int, int | None]:
    """The team of each of these conversations."""
    if not ids:
        return {}
    query = select(ConversationRow.id, ConversationRow.team_id).where(ConversationRow.id.in_(ids))
    return {row.id: row.team_id for row in tx.execute(query)}


def list_desks(tx: Tx) -> dict[str, Desk]:
    """The web inboxes by their public key, the first one first."""
    inboxes = select(InboxRow.key, InboxRow.id, InboxRow.team_id, InboxRow.branch_id).where(InboxRow.channel == "web")
    return {row.key: Desk(row.id, row.team_id, row.branch_id) for row in tx.execute(inboxes.order_by(InboxRow.id))}
