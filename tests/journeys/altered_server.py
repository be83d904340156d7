"""The product with its SQLite store set otherwise than it sets it itself.

Run as a program: ``altered_server.py LEVEL PAGES serve ...``. LEVEL, of ``PRAGMA synchronous``: ``off`` or ``normal``,
what the power test must find out; ``full`` alters nothing. PAGES: how long the log grows before it is copied into the
database.
"""

import sqlite3
import sys

from barev.cli import main
from crm_store import sqlite


def weaken(level: str) -> None:
    """Lets every connection of the store forget what ``crm_store.sqlite`` asks for."""
    durable = sqlite._set_durable

    def weak(connection: sqlite3.Connection) -> None:
        durable(connection)
        connection.execute(f"PRAGMA synchronous = {level}")

    sqlite._set_durable = weak


if __name__ == "__main__":
    if sys.argv[1] != "full":
        weaken(sys.argv[1])
    sqlite.WAL_PAGES = int(sys.argv[2])
    sys.exit(main(sys.argv[3:]))
