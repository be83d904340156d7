"""Settings kept in the store: one JSON value by name."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import delete, insert, select, update

from conversation.messages import Json
from crm_store import Tx
from crm_store.models import SettingRow


def get(tx: Tx, key: str) -> Json:
    """The value of a setting; None where it was never put."""
    return cast("Json", tx.scalar(select(SettingRow.value).where(SettingRow.key == key)))


def get_all(tx: Tx, keys: Collection[str]) -> dict[str, Json]:
    """The values of settings by name; those that were never put are left out."""
    rows = tx.execute(select(SettingRow.key, SettingRow.value).where(SettingRow.key.in_(keys)))
    return {row.key: row.value for row in rows}


def put(tx: Tx, key: str, value: Json, at: datetime) -> None:
    """Keeps a value, over an earlier one; None forgets it."""
    if value is None:
        tx.execute(delete(SettingRow).where(SettingRow.key == key))
        return
    changed = tx.execute(update(SettingRow).where(SettingRow.key == key).values(value=value, updated_at=at))
    if not changed.rowcount:
        tx.execute(insert(SettingRow).values(key=key, value=value, updated_at=at))
