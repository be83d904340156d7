"""Questions about canned responses."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, true, update

from crm_store import Tx
from crm_store.models import CannedResponseRow, TeamRow
from crm_store.rows import AnyRow, AnySelect

_row = CannedResponseRow


def _shown() -> AnySelect:
    return select(*_row.__table__.c, TeamRow.name.label("team_name")).outerjoin(TeamRow, TeamRow.id == _row.team_id)


def list_for(tx: Tx, agent_id: int, team_ids: Collection[int] | None) -> list[AnyRow]:
    """An agent's own, everybody's, and those of teams (None: of all teams), by shortcut."""
    ours = true() if team_ids is None else or_(_row.team_id.is_(None), _row.team_id.in_(team_ids))
    mine = or_(_row.agent_id == agent_id, and_(_row.agent_id.is_(None), ours))
    return list(tx.execute(_shown().where(mine).order_by(_row.shortcut, _row.id)))


def find(tx: Tx, canned_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(_shown().where(_row.id == canned_id)).one_or_none()


def find_same(tx: Tx, agent_id: int | None, team_id: int | None, shortcut: str) -> int | None:
    """The id of the one with this shortcut that belongs to the same."""
    return tx.scalar(select(_row.id).where(*_of(agent_id, team_id), _row.shortcut == shortcut).limit(1))


def count_of(tx: Tx, agent_id: int | None) -> int:
    """How many an agent has of his own; None: how many are shared."""
    owner = _row.agent_id.is_(None) if agent_id is None else _row.agent_id == agent_id
    return tx.scalar(select(func.count()).select_from(_row).where(owner)) or 0


def insert_one(tx: Tx, **values: object) -> int:
    """Adds one; returns its id."""
    return tx.execute(insert(_row).values(**values).returning(_row.id)).scalar_one()


def change_one(tx: Tx, canned_id: int, **values: object) -> None:
    """Sets columns of one."""
    tx.execute(update(_row).where(_row.id == canned_id).values(**values))


def delete_one(tx: Tx, canned_id: int) -> None:
    """Takes one away."""
    tx.execute(delete(_row).where(_row.id == canned_id))


def _of(agent_id: int | None, team_id: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    agent = _row.agent_id.is_(None) if agent_id is None else _row.agent_id == agent_id
    team = _row.team_id.is_(None) if team_id is None else _row.team_id == team_id
    return agent, team
