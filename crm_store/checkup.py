"""What a doctor asks of a store. Nothing is changed; inside ``engine.read_apart``."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from conversation import clock
from crm_store import Tx
from crm_store.append_sqlite import driver_of
from crm_store.schema import stored_revision

_ASKED = """
    SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'),
    current_setting('full_page_writes'), CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"""
_QUICK_PAGES = 250_000  # about 1 GB; above that a full look takes minutes


class Checkup(NamedTuple):
    """``revision``: None for a store without tables. ``damage``: what an integrity check said, empty if all is well;
    None where it was not looked for. ``unsafe``: server settings under which an acknowledged message may be lost."""

    engine: str
    version: str
    revision: str | None
    damage: str | None
    now: datetime
    unsafe: tuple[str, ...]


def check_store(tx: Tx) -> Checkup:
    """Asks."""
    revision = stored_revision(tx)
    if tx.dialect.name == "sqlite":
        driver = driver_of(tx)
        (version,) = driver.execute("SELECT sqlite_version()").fetchone()
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        damage: str | None = None
        if pages <= _QUICK_PAGES:
            (said,) = driver.execute("PRAGMA quick_check(1)").fetchone()
            damage = "" if said == "ok" else str(said)
        return Checkup("SQLite", version, revision, damage, clock.now(), ())
    version, fsync, commit, writes, now_ms = tx.execute(text(_ASKED)).one()
    given = {"fsync": fsync, "synchronous_commit": commit, "full_page_writes": writes}
    unsafe = tuple(name for name, value in given.items() if value == "off")
    return Checkup("PostgreSQL", version, revision, None, clock.from_ms(now_ms), unsafe)
