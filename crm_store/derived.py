"""What the store holds twice: tables that are made from others. A backup leaves them out, a restore makes them anew."""

from crm_store import Tx

DERIVED: frozenset[str] = frozenset()
"""Tables besides SQLite's virtual ones (which are found by looking)."""


def rebuild(tx: Tx) -> None:
    """Fills what is derived from the rows there are; the tables are at the newest revision."""
