"""The store: typed tables on SQLite or PostgreSQL, one writer a process, and the questions asked of them."""

from sqlalchemy import Connection as Tx

__all__ = ["Tx"]
