"""Talking to the driver itself, in the transaction of a connection: for what is asked thousands of times a second, and
would cost more in SQLAlchemy than in the store."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import AdaptedConnection

from crm_store import Tx
from crm_store.append_sqlite import driver_of
from crm_store.errors import fault_of


def fetch(tx: Tx, on_sqlite: str, on_postgres: str, *values: object) -> Sequence[Any]:
    """Asks; the same values for both spellings. Raises the driver's own errors (``errors.fault_of`` knows them)."""
    if not tx.in_transaction():  # all that a question asks shall see the same moment
        tx.exec_driver_sql("SELECT 1")
    return _fetch(tx, on_sqlite, on_postgres, *values)


def fetch_alone(tx: Tx, statement: str) -> Sequence[Any]:
    """Asks what is asked of no moment in particular: where no transaction has begun none is begun for it, so that it
    takes one message. Raises as ``fetch``."""
    try:
        return _fetch(tx, statement, statement)
    except Exception as error:
        if not tx.in_transaction() and fault_of(error) == "lost":
            tx.invalidate()  # nobody else would see that this one died in its pool
        raise


def _fetch(tx: Tx, on_sqlite: str, on_postgres: str, *values: object) -> Sequence[Any]:
    if tx.dialect.name == "sqlite":
        return driver_of(tx).execute(on_sqlite, values).fetchall()
    connection = cast("AdaptedConnection", tx.connection.dbapi_connection)
    found: Sequence[Any] = connection.run_async(lambda driver: driver.fetch(on_postgres, *values))
    return found


def writes_of(tx: Tx) -> int | None:
    """How many rows were written by this connection so far; None: it cannot be told."""
    return driver_of(tx).total_changes if tx.dialect.name == "sqlite" else None


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
