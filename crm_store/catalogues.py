"""The firm's own lists: groups, categories, sources of contacts, and its own fields."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from crm_store import Tx
from crm_store.models import ContactCategoryRow, ContactGroupRow, ContactRow, ContactSourceRow, CustomFieldRow
from crm_store.rows import AnyRow

TABLES: Mapping[str, type[Any]] = {
    "contact_group": ContactGroupRow,
    "contact_category": ContactCategoryRow,
    "contact_source": ContactSourceRow,
    "custom_field": CustomFieldRow,
}
"""By the noun that the audit log knows them by."""


def list_all(tx: Tx, kind: str) -> list[AnyRow]:
    """All of a list in the firm's own order: a firm has a few dozen."""
    table = TABLES[kind]
    return list(tx.execute(select(*table.__table__.c).order_by(table.position, table.id)))


def find(tx: Tx, kind: str, row_id: int) -> AnyRow | None:
    """One of a list."""
    table = TABLES[kind]
    return tx.execute(select(*table.__table__.c).where(table.id == row_id)).one_or_none()


def find_named(tx: Tx, kind: str, column: str, value: str) -> int | None:
    """The id of the one whose name (or key) this is."""
    table = TABLES[kind]
    found: int | None = tx.scalar(select(table.id).where(getattr(table, column) == value))
    return found


def list_keys(tx: Tx) -> set[str]:
    """The keys of the firm's own fields."""
    return set(tx.scalars(select(CustomFieldRow.key)))


def names_of(tx: Tx, kind: str, ids: Collection[int]) -> dict[int, str]:
    """Names by id; unknown ids are left out."""
    table = TABLES[kind]
    if not ids:
        return {}
    rows = tx.execute(select(table.id, table.name).where(table.id.in_(ids)).order_by(table.position, table.id))
    return {row.id: row.name for row in rows}


def add(tx: Tx, kind: str, values: Mapping[str, object]) -> int:
    """Adds one at the end, or where ``position`` says; returns its id."""
    table = TABLES[kind]
    last = tx.scalar(select(func.coalesce(func.max(table.position), 0)))
    added: int = tx.execute(insert(table).values({"position": last + 1, **values}).returning(table.id)).scalar_one()
    return added


def change(tx: Tx, kind: str, row_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of one."""
    table = TABLES[kind]
    if values:
        tx.execute(update(table).where(table.id == row_id).values(**values))


def remove(tx: Tx, kind: str, row_id: int) -> None:
    """Takes one away; contacts lose it. Values of an own field stay with the contacts, unseen, should it come back."""
    if kind == "contact_source":
        tx.execute(update(ContactRow).where(ContactRow.source_id == row_id).values(source_id=None))
    tx.execute(delete(TABLES[kind]).where(TABLES[kind].id == row_id))
