"""When resources work: rules, and days that differ from them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, or_, select

from conversation.messages import Json
from crm_store import Tx
from crm_store.models import ScheduleDayRow, ScheduleRuleRow
from crm_store.rows import AnyRow


def list_rules(tx: Tx, resource_ids: Collection[int], first: str = "", last: str = "9999-12-31") -> list[AnyRow]:
    """The rules of resources that touch the days from ``first`` to ``last`` (YYYY-MM-DD), the oldest first: of several
    that cover a day the last holds."""
    query = select(*ScheduleRuleRow.__table__.c).where(
        ScheduleRuleRow.resource_id.in_(resource_ids),
        ScheduleRuleRow.starts_on <= last,
        or_(ScheduleRuleRow.until.is_(None), ScheduleRuleRow.until >= first),
    )
    return list(tx.execute(query.order_by(ScheduleRuleRow.resource_id, ScheduleRuleRow.id)))


def find_rule(tx: Tx, rule_id: int) -> AnyRow | None:
    """One rule."""
    return tx.execute(select(*ScheduleRuleRow.__table__.c).where(ScheduleRuleRow.id == rule_id)).one_or_none()


def add_rules(tx: Tx, resource_ids: Collection[int], values: Mapping[str, object], at: datetime) -> list[int]:
    """The same rule for each; returns the ids."""
    rows = [{**values, "resource_id": one, "created_at": at} for one in resource_ids]
    added = insert(ScheduleRuleRow).returning(ScheduleRuleRow.id, sort_by_parameter_order=True)
    return list(tx.scalars(added, rows))


def delete_rule(tx: Tx, rule_id: int) -> None:
    """Takes a rule away: those before it hold again."""
    tx.execute(delete(ScheduleRuleRow).where(ScheduleRuleRow.id == rule_id))


def list_days(tx: Tx, resource_ids: Collection[int], first: str, last: str) -> list[AnyRow]:
    """The days of resources that differ from their rules, from ``first`` to ``last`` (YYYY-MM-DD, both inclusive)."""
    table = ScheduleDayRow
    query = select(*table.__table__.c).where(table.resource_id.in_(resource_ids), table.day.between(first, last))
    return list(tx.execute(query.order_by(table.resource_id, table.day)))


def set_days(tx: Tx, resource_id: int, days: Mapping[str, tuple[Sequence[Json], str] | None]) -> None:
    """Hours and note of days by their dates; None: as the rules have it."""
    table = ScheduleDayRow
    tx.execute(delete(table).where(table.resource_id == resource_id, table.day.in_(list(days))))
    rows = [
        {"resource_id": resource_id, "day": day, "hours": list(one[0]), "note": one[1]}
        for day, one in days.items()
        if one is not None
    ]
    if rows:
        tx.execute(insert(table), rows)


def clear_days(tx: Tx, resource_ids: Collection[int], first: str, last: str) -> None:
    """These days are as the rules have them."""
    table = ScheduleDayRow
    tx.execute(delete(table).where(table.resource_id.in_(resource_ids), table.day.between(first, last)))
