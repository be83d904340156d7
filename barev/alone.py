"""One server a SQLite store: a second one would not hear what is said at the first."""

import errno
import logging
import os
import sys
from pathlib import Path
from typing import IO

from barev.serve import ServeError

NAME = "serve.lock"
log = logging.getLogger(__name__)


def hold_alone(folder: Path) -> IO[bytes]:
    """Holds the folder for as long as the file that it returns is open; the system lets go of it when a process ends,
    however it ends. Raises ServeError where another server holds it."""
    file = open(folder / NAME, "ab", opener=_open_private)  # noqa: SIM115  (it stays open)
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            log.warning("%s cannot be locked (%s): see to it that no second server uses it", folder, error.strerror)
            return file
        file.close()
        raise ServeError(
            f"another server works in {folder}: SQLite serves one process (several: PostgreSQL and Redis)"
        ) from error
    return file


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
