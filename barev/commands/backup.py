"""``barev backup`` and ``barev restore``."""

import argparse
import os
import sys
from pathlib import Path

from barev.commands.common import Parser, add_command, fail, read_settings


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares both."""
    backup = add_command(
        commands,
        common,
        "backup",
        "Writes everything the store holds into one file, beside a running server.",
        "barev backup /mnt/usb/barev-monday.zip",
        _backup,
    )
    backup.add_argument("file", metavar="FILE", help="the file to write; it must not exist yet")
    backup.add_argument("--gently", action="store_true", help="at low priority: a running server goes first")
    restore = add_command(
        commands,
        common,
        "restore",
        "Fills an empty store, of either kind, with a backup. End the server first.",
        "barev restore /mnt/usb/barev-monday.zip",
        _restore,
    )
    restore.add_argument("file", metavar="FILE", help="a file that barev backup has written")
    restore.add_argument("--replace", action="store_true", help="where the store is not empty: keep that one aside")


def _backup(parsed: argparse.Namespace) -> int:
    settings = read_settings(parsed)
    target = Path(parsed.file)
    from barev.backup.archive import BackupError
    from barev.backup.making import make_backup
    from barev.opening import store_address
    from barev.serve import run

    if parsed.gently and hasattr(os, "nice"):
        os.nice(10)
    try:
        made = run(make_backup(store_address(settings), settings.data_dir, target))
    except BackupError as error:
        return fail(str(error), 2 if error.words else 1)
    sys.stdout.write(f"{made.path}: {made.rows:,} rows, {made.files:,} files, {made.size:,} bytes, read again: sound\n")
    if made.missing:
        sys.stderr.write(f"barev: {made.missing} attachments have no file in {settings.data_dir}\n")
    return 0


def _restore(parsed: argparse.Namespace) -> int:
    settings = read_settings(parsed)
    from barev.backup.archive import BackupError
    from barev.backup.restoring import restore_backup
    from barev.opening import store_address
    from barev.serve import run

    url = store_address(settings)
    try:
        done = run(restore_backup(Path(parsed.file), url, settings.data_dir, replace=parsed.replace))
    except BackupError as error:
        return fail(str(error), 2 if error.words else 1)
    if done.aside is not None:
        sys.stdout.write(f"what was there before is kept as {done.aside}\n")
    sys.stdout.write(f"restored into {url}: {done.rows:,} rows, {done.files:,} files\n")
    return 0
