"""Where files lie: a folder in the data folder, each file under a random name.

A file is written to ``files/unfinished``, synced, then written down in the store, and only then put into its place. So
in the places there is nothing that no store knows of (it may be another store than ours); what a crash leaves behind
is brought to its end, or was never promised to anybody.
"""

import os
import secrets
import shutil
from pathlib import Path
from typing import Final

FOLDER: Final = "files"


class Folder:
    """``files/ab/ab12...``; a name is 128 random bits in hex."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._unfinished = data / FOLDER / "unfinished"

    def path(self, relative: str) -> Path | None:
        """Where a kept file lies; None for a place outside of the folder."""
        whole = self._data.resolve()
        path = (whole / relative).resolve()
        return path if path.is_relative_to(whole / FOLDER) else None

    def free_bytes(self) -> int:
        """What the disk still takes."""
        self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self._data).free

    def begin(self) -> Path:
        """A new unfinished file, empty, for nobody else to read."""
        path = self._unfinished / secrets.token_hex(16)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return path

    def place_of(self, unfinished: Path) -> str:
        """Where it will lie, relative to the data folder; from now on it survives a power cut, if it was synced."""
        _sync(unfinished.parent)
        return f"{FOLDER}/{unfinished.name[:2]}/{unfinished.name}"

    def settle(self, relative: str) -> Path | None:
        """Puts a whole file into its place, for good before this returns, unless it is there already. None: it is not
        here at all."""
        target = self.path(relative)
        if target is None or target.is_file():
            return target
        unfinished = self._unfinished / target.name
        if not unfinished.is_file():
            return None
        made = not target.parent.is_dir()
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(unfinished, target)
        _sync(target.parent)
        if made:
            _sync(target.parent.parent)
        return target

    def drop(self, relative: str) -> None:
        """Removes a kept file; one that is not there is well removed."""
        path = self.path(relative)
        if path is not None:
            path.unlink(missing_ok=True)
            (self._unfinished / path.name).unlink(missing_ok=True)

    def list_unfinished(self, than_s: float, now_s: float) -> list[Path]:
        """What was begun and not written to for so long."""
        found = []
        for path in self._unfinished.glob("*"):
            try:
                if now_s - path.stat().st_mtime > than_s:
                    found.append(path)
            except FileNotFoundError:
                continue  # another process was quicker
        return found


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
