"""Talking to the driver itself, in the transaction of a connection: for what is asked thousands of times a second, and
would cost more in SQLAlchemy than in the store."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import AdaptedConnection

from crm_store import Tx
from crm_store.append_sqlite import driver_of


def fetch(tx: Tx, on_sqlite: str, on_postgres: str, *values: object) -> Sequence[Any]:
    """Asks; the same values for both spellings. Raises the driver's own errors (``errors.fault_of`` knows them)."""
    if tx.dialect.name == "sqlite":
        return driver_of(tx).execute(on_sqlite, values).fetchall()
    connection = cast("AdaptedConnection", tx.connection.dbapi_connection)
    found: Sequence[Any] = connection.run_async(lambda driver: driver.fetch(on_postgres, *values))
    return found


def begin_steps(tx: Tx) -> None:
    """From here on the work of a transaction is kept or undone step by step."""
    _say(tx, "SAVEPOINT step")


def keep_step(tx: Tx) -> None:
    """What was done since the last step stays, whatever becomes of the next ones."""
    _say(tx, "RELEASE SAVEPOINT step", "SAVEPOINT step")


def undo_step(tx: Tx) -> None:
    """What was done since the last step is undone, and the transaction can go on."""
    _say(tx, "ROLLBACK TO SAVEPOINT step")


def _say(tx: Tx, *statements: str) -> None:
    if tx.dialect.name == "sqlite":
        driver = driver_of(tx)
        for statement in statements:
            driver.execute(statement)
        return
    connection = cast("AdaptedConnection", tx.connection.dbapi_connection)
    connection.run_async(lambda driver: driver.execute("; ".join(statements)))
