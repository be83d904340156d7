"""What ``barev export`` and ``barev import all`` do: everything there is, as files, and back."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path

from barev.commands.common import fail, read_settings
from barev.exchange import make_exports
from barev.opening import open_founded, store_address
from barev.serve import ServeError, run
from barev.settings import Settings
from business.exchange.exports import MANIFEST
from business.exchange.restoring import restore
from business.exchange.sheets import FORMS
from conversation.errors import BarevError, Rejected
from conversation.texts import Catalogue
from conversation.wire import error_text


def export_all(parsed: argparse.Namespace) -> int:
    """Writes all files; the exit status."""
    settings = read_settings(parsed)
    folder: Path = parsed.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return fail(f"{str(folder)!r} is there and not empty", 2)
    kept = store_address(settings).sqlite
    if kept is not None and not kept.is_file():
        return fail(f"there is no store at {kept}")
    return _done(_write_all(settings, folder, parsed.format))


def import_all(parsed: argparse.Namespace) -> int:
    """Puts back what was written; the exit status."""
    settings = read_settings(parsed)
    if not (parsed.folder / MANIFEST).is_file():
        return fail(f"no {MANIFEST} in {str(parsed.folder)!r}: is it the folder of an export?", 2)
    return _done(_put_back(settings, parsed.folder))


def _done(work: Coroutine[object, object, str]) -> int:
    try:
        line = run(work)
    except ServeError as error:
        return fail(str(error))
    except BarevError as error:
        return fail(error_text(Catalogue(), "en", error), 2 if isinstance(error, Rejected) else 1)
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror or error}")
    sys.stdout.write(f"{line}\n")
    return 0


async def _write_all(settings: Settings, folder: Path, form: str) -> str:
    store, _ = await open_founded(settings)
    try:
        exports = make_exports(settings, store)
        wanted = next(one for one in FORMS if one == form)
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        files = 0
        async for name, parts in exports.files(wanted):
            size = await _write(folder / name, parts)
            files += 1
            sys.stderr.write(f"{name}: {size:,} bytes\n")
        await exports.note(None, "all", form)
        return f"exported {files} files to {folder}"
    finally:
        await store.close()


async def _write(path: Path, parts: AsyncIterator[bytes]) -> int:
    size = 0
    await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    with await asyncio.to_thread(path.open, "wb") as file:
        async for part in parts:
            size += len(part)
            await asyncio.to_thread(file.write, part)
    return size


async def _put_back(settings: Settings, folder: Path) -> str:
    store, _ = await open_founded(settings)
    try:
        told = {"kind": ""}

        def tell(kind: str, rows: int) -> None:
            if kind != told["kind"] or rows % 10_000 == 0:
                told["kind"] = kind
                sys.stderr.write(f"{kind}: {rows:,} rows\n")

        counts = await restore(store, folder, settings.data_dir, tell)
        return f"imported {sum(counts.values())} rows of {len(counts)} kinds; agents need new passwords"
    finally:
        await store.close()
