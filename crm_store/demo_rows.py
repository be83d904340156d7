"""The notes of what the demo seeded: every row of it, by table and id, so that removing it leaves everything else."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, insert, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute

from conversation.messages import JsonObject
from crm_store import Tx
from crm_store.models import (
    AgentRow,
    Base,
    BranchRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    DemoRow,
    MessageRow,
    RoleRow,
    TaskRow,
    WorkingHoursRow,
)


def has_any(tx: Tx) -> bool:
    """Whether anything of a demo is in the store."""
    return tx.execute(select(DemoRow.entity).limit(1)).first() is not None


def list_seeded_agents(tx: Tx) -> list[tuple[str, str, str]]:
    """``(login, name, role)`` of the demo's agents, in the order they were added."""
    seeded = select(DemoRow.entity_id).where(DemoRow.entity == AgentRow.__tablename__)
    agents = select(AgentRow.login, AgentRow.name, RoleRow.name.label("role")).join(RoleRow)
    rows = tx.execute(agents.where(AgentRow.id.in_(seeded)).order_by(AgentRow.id))
    return [(row.login, row.name, row.role) for row in rows]


class SeededRows:
    """Adds rows in the writer's transaction and remembers them by a key of the caller's, until ``note_all``."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._ids: dict[tuple[str, Hashable], int] = {}

    def add(self, table: type[Base], rows: Mapping[Any, dict[str, Any]]) -> None:
        """Adds rows that the store numbers; ``id_of`` knows them by their key from then on."""
        added = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
        for key, identifier in zip(rows, self.tx.scalars(added, list(rows.values())), strict=True):
            self._ids[table.__tablename__, key] = identifier

    def add_numbered(self, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows that bring their id."""
        self.tx.execute(insert(table), rows)
        self._ids.update({(table.__tablename__, row["id"]): row["id"] for row in rows})

    def add_dependent(self, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows without an id, which go with those they belong to."""
        self.tx.execute(insert(table), rows)

    def id_of(self, table: type[Base], key: Hashable) -> int:
        """The id of a row that was added here. Raises KeyError for others."""
        return self._ids[table.__tablename__, key]

    def note_all(self) -> None:
        """Writes the notes. To be called once, last."""
        notes = [{"entity": entity, "entity_id": identifier} for (entity, _), identifier in self._ids.items()]
        self.tx.execute(insert(DemoRow), notes)

    def counts(self) -> JsonObject:
        """How many rows of each table were added."""
        entities = [entity for entity, _ in self._ids]
        return {entity: entities.count(entity) for entity in dict.fromkeys(entities)}


def open_days(timezone: str, at: datetime) -> list[JsonObject]:
    """The day of a moment and the next one in a zone, open day and night: who tries the demo does so at any hour."""
    today = at.astimezone(ZoneInfo(timezone)).date()
    days = (today, today + timedelta(days=1))
    return [{"date": day.isoformat(), "hours": [["00:00", "24:00"]], "name": _OPEN} for day in days]


def open_anew(tx: Tx, at: datetime) -> None:
    """Has the seeded branches open on these two days, unless somebody changed their days."""
    seeded = select(DemoRow.entity_id).where(DemoRow.entity == BranchRow.__tablename__)
    hours = select(WorkingHoursRow.id, WorkingHoursRow.exceptions, BranchRow.timezone).join(BranchRow)
    for row in tx.execute(hours.where(BranchRow.id.in_(seeded))).all():
        if [one.get("name") for one in row.exceptions or ()] == [_OPEN, _OPEN]:
            days = open_days(row.timezone, at)
            tx.execute(update(WorkingHoursRow).where(WorkingHoursRow.id == row.id).values(exceptions=days))


_OPEN: Final = "Day and night, to try the demo"
_MOMENTS: dict[type[Base], tuple[InstrumentedAttribute[Any], ...]] = {
    ContactRow: (ContactRow.created_at, ContactRow.updated_at, ContactRow.last_seen_at),
    ConversationRow: (
        ConversationRow.created_at,
        ConversationRow.last_message_at,
        ConversationRow.waiting_since,
        ConversationRow.snoozed_until,
        ConversationRow.resolved_at,
    ),
    MessageRow: (MessageRow.at, MessageRow.edited_at, MessageRow.deleted_at),
    TaskRow: (TaskRow.due_at, TaskRow.done_at, TaskRow.created_at),
    ContactNoteRow: (ContactNoteRow.at, ContactNoteRow.edited_at),
}


def shift_times(tx: Tx, by_ms: int) -> None:
    """Moves the seeded talks in time, all but those somebody has written in since."""
    noted = {table: select(DemoRow.entity_id).where(DemoRow.entity == table.__tablename__) for table in _MOMENTS}
    own = select(MessageRow.conversation_id).where(MessageRow.id.not_in(noted[MessageRow]))
    touched = select(ConversationRow.contact_id).where(ConversationRow.id.in_(own))
    where: dict[type[Base], ColumnElement[bool]] = {
        ContactRow: and_(ContactRow.id.in_(noted[ContactRow]), ContactRow.id.not_in(touched)),
        ConversationRow: and_(ConversationRow.id.in_(noted[ConversationRow]), ConversationRow.id.not_in(own)),
        MessageRow: and_(MessageRow.id.in_(noted[MessageRow]), MessageRow.conversation_id.not_in(own)),
    }
    for kin in (TaskRow, ContactNoteRow):
        where[kin] = and_(kin.id.in_(noted[kin]), kin.contact_id.not_in(touched))
    order: tuple[type[Base], ...] = (TaskRow, ContactNoteRow, ContactRow, MessageRow, ConversationRow)
    for table in order:
        moved = {column.key: type_coerce(column, BigInteger) + by_ms for column in _MOMENTS[table]}
        tx.execute(update(table).where(where[table]).values(moved))
