"""Errors of both drivers become ours; what kind of fault it is decides whether to retry, refuse or reconnect."""

import sqlite3
from typing import Literal

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from conversation.errors import BarevError, Rejected, Unavailable

Fault = Literal["lost", "again", "unique", "data", "other"]
"""lost: the store is gone, full, locked or failing; again: the transaction lost a race and may be repeated; unique:
such a row exists already, or one that it may not overlap; data: this value or relation cannot be stored; other: not of
the store, or our mistake."""

_SQLITE_LOST = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}
_SQLITE_UNIQUE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,  # allocations that overlap
}
_SQLITE_DATA = {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_UNIQUE = {"23505", "23P01"}
_PG_AGAIN = {"40001", "40P01"}
_PG_LOST = {"25006", "55P03", "57014"}  # a standby took over, a lock or a statement took too long
_PG_LOST_CLASSES = {"08", "53", "57", "58", "XX"}
_PG_DATA_CLASSES = {"22", "23"}


class StoreUnfit(Exception):
    """This store cannot be used as it is (too old, or of a newer Barev, ...). The message is one plain sentence."""


def fault_of(error: BaseException) -> Fault:
    """What kind of fault an error of SQLAlchemy, sqlite3 or asyncpg is."""
    if isinstance(error, BarevError):
        return "other"
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return "lost"
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        return _fault_of_sqlite(cause)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return _fault_of_postgres(state)
    if isinstance(cause, UnicodeEncodeError | OverflowError):
        return "data"  # half of a surrogate pair, or a number beyond 64 bits
    if isinstance(cause, OSError | PoolTimeout):  # TimeoutError is an OSError
        return "lost"
    return _fault_of_client(cause)


def _fault_of_sqlite(error: sqlite3.Error) -> Fault:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the module itself, not by the library
        return "lost" if "closed database" in str(error) else "other"
    if code in _SQLITE_UNIQUE:
        return "unique"
    if code & 0xFF in _SQLITE_DATA:
        return "data"
    return "lost" if code & 0xFF in _SQLITE_LOST else "other"


def _fault_of_postgres(state: str) -> Fault:
    if state in _PG_AGAIN:
        return "again"
    if state in _PG_UNIQUE:
        return "unique"
    if state in _PG_LOST or state[:2] in _PG_LOST_CLASSES:
        return "lost"
    return "data" if state[:2] in _PG_DATA_CLASSES else "other"


def _fault_of_client(error: BaseException) -> Fault:
    """asyncpg's own complaints, which have no code: a value that does not fit its column, or a lost connection."""
    inner = error.__cause__ if isinstance(error.__cause__, Exception) else error
    name = type(inner).__name__
    if name == "DataError":
        return "data"
    if name in {"ConnectionDoesNotExistError", "InternalClientError"} or "connection is closed" in str(inner):
        return "lost"
    return "other"


def wrote_while_reading(error: BaseException) -> bool:
    """Whether a question tried to write, on a connection that only reads: a mistake of ours."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    code = getattr(cause, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_READONLY or getattr(cause, "sqlstate", None) == "25006"


def to_ours(error: Exception) -> Exception:
    """The error to hand to the caller: ours as it is, a driver's translated, anything else unchanged."""
    cause = error.orig if isinstance(error, StatementError) else None
    if isinstance(error, BarevError):
        return error
    if isinstance(cause, BarevError):
        return cause
    ours: Exception | None = {
        "lost": Unavailable("error.store_down"),
        "again": Unavailable("error.store_down"),
        "unique": Rejected("conflict", "error.conflict"),
        "data": Rejected("invalid", "error.invalid"),
    }.get(fault_of(error))
    if ours is None:
        return error
    ours.__cause__ = error
    return ours
