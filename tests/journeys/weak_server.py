"""The product on a store that is told not to sync: what the power test must find out.

Run as a program: ``weak_server.py LEVEL serve ...``; LEVEL is ``off`` or ``normal`` of SQLite's ``PRAGMA synchronous``.
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
    weaken(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
