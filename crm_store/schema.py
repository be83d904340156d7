"""The tables' version: brought up to date at start, under a lock, so that processes may start at the same time."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import inspect, text

from crm_store import Tx
from crm_store.errors import StoreUnfit

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
    "0022",
    "0024",
    "0025",
    "0026",
    "0027",
    "0031",
    "0032",
    "0028",
    "0033",
    "0034",
)
"""The migrations in their order; known here so that a store up to date needs no Alembic to say so."""
HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6261726576  # "barev"; any number will do, if it is always the same


BeforeUpgrade = Callable[[Tx, str, str], None]
"""Given the transaction of the upgrade, the revision it starts from and the one it goes to."""


def bring_up_to_date(tx: Tx, before: BeforeUpgrade | None = None) -> None:
    """Applies what is missing in one transaction. Raises StoreUnfit for a store written by a newer Barev.

    ``before`` is called under the lock where tables that are there will change; what it raises ends the upgrade before
    it has begun.
    """
    with tx.begin():  # immediate on SQLite: a second starter waits here
        if stored_revision(tx) == HEAD:
            return
        if tx.dialect.name == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        stored = stored_revision(tx)
        if stored == HEAD:
            return
        if stored is not None and stored not in REVISIONS:
            raise StoreUnfit(f"the store was written by a newer Barev (its tables are at {stored!r}, not {HEAD!r})")
        if stored is not None and before is not None:
            before(tx, stored, HEAD)
        migrate(tx, HEAD)


def stored_revision(tx: Tx) -> str | None:
    """The revision of the store's tables; None for an empty store."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    revision: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def migrate(tx: Tx, revision: str) -> None:
    """Brings the tables to a revision, inside a transaction that was begun."""
    from alembic import command  # takes 0.3 s to import, and is needed after an upgrade only
    from alembic.config import Config

    config = Config(attributes={"connection": tx})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, revision)
