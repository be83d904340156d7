"""Questions about inboxes and their secrets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update

from crm_store import Tx, settings_table
from crm_store.models import AgentRow, BranchRow, InboxRow, TeamRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_SECRET: Final = "secret.inbox."  # noqa: S105  (the beginning of settings' names, not a secret)
INBOXES: Final = Listing(
    "inboxes",
    InboxRow.id,
    {
        "id": Sort(InboxRow.id, unique=True, nullable=False),
        "name": Sort(ordered(InboxRow.name)),
        "channel": Sort(InboxRow.channel, nullable=False),
        "branch": Sort(ordered(BranchRow.name)),
        "team": Sort(ordered(TeamRow.name)),
        "skill": Sort(ordered(InboxRow.skill)),
    },
    default="id",
    descending=False,
    filters={
        "name": Holds(InboxRow.name),
        "channel": InboxRow.channel,
        "branch": InboxRow.branch_id,
        "team": InboxRow.team_id,
        "skill": InboxRow.skill,
    },
)


def _shown() -> AnySelect:
    query = select(*InboxRow.__table__.c, BranchRow.name.label("branch_name"), TeamRow.name.label("team_name"))
    query = query.outerjoin(BranchRow, BranchRow.id == InboxRow.branch_id)
    return query.outerjoin(TeamRow, TeamRow.id == InboxRow.team_id)


def page_inboxes(tx: Tx, wanted: Wanted) -> Page:
    """A page of inboxes with the names of branch and team."""
    return INBOXES.page(tx, _shown(), wanted)


def find_inbox(tx: Tx, inbox_id: int) -> AnyRow | None:
    """One inbox as ``page_inboxes`` shows it."""
    return tx.execute(_shown().where(InboxRow.id == inbox_id)).one_or_none()


def list_web(tx: Tx) -> list[AnyRow]:
    """The website's inboxes by id."""
    return list(tx.execute(_shown().where(InboxRow.channel == "web").order_by(InboxRow.id)))


def find_branch_of_team(tx: Tx, team_id: int) -> tuple[bool, int | None]:
    """Whether there is such a team that takes new things, and its branch."""
    live = select(TeamRow.branch_id).where(TeamRow.id == team_id, TeamRow.archived_at.is_(None))
    row = tx.execute(live).one_or_none()
    return (False, None) if row is None else (True, row.branch_id)


def has_branch(tx: Tx, branch_id: int) -> bool:
    """Whether there is such a branch that takes new things."""
    live = select(BranchRow.id).where(BranchRow.id == branch_id, BranchRow.archived_at.is_(None))
    return tx.scalar(live) is not None


def list_faces(tx: Tx) -> dict[int, tuple[str, str | None]]:
    """Name and photo of every agent who works, by id."""
    query = select(AgentRow.id, AgentRow.name, AgentRow.photo).where(AgentRow.disabled_at.is_(None))
    return {row.id: (row.name, row.photo) for row in tx.execute(query)}


def add_inbox(tx: Tx, values: Mapping[str, object]) -> int:
    """Adds an inbox, a website's where no ``channel`` is named; returns its id."""
    return tx.execute(insert(InboxRow).values({"channel": "web", **values}).returning(InboxRow.id)).scalar_one()


def change_inbox(tx: Tx, inbox_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of an inbox."""
    if values:
        tx.execute(update(InboxRow).where(InboxRow.id == inbox_id).values(**values))


def find_secret(tx: Tx, inbox_id: int) -> str | None:
    """What the site signs its customers with."""
    kept = settings_table.get(tx, f"{_SECRET}{inbox_id}")
    return kept if isinstance(kept, str) else None


def put_secret(tx: Tx, inbox_id: int, secret: str | None, at: datetime) -> None:
    """Sets or (None) forgets it."""
    settings_table.put(tx, f"{_SECRET}{inbox_id}", secret, at)
