"""``import all``: what ``export all`` wrote goes into an empty store, with its ids; begun again, it goes on."""

import asyncio
import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from business.exchange.cells import unguard
from business.exchange.exports import FILES, MANIFEST
from business.exchange.records import from_cells, from_object
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx, contacts, exporting, settings_table
from crm_store.engine import Store
from crm_store.exporting import KINDS, RESTORING, Kind
from crm_store.schema import REVISIONS

_BATCH: Final = 500
Record = dict[str, Any]


async def restore(store: Store, folder: Path, data: Path, tell: Callable[[str, int], None]) -> dict[str, int]:
    """Puts everything back; returns rows by kind. ``tell``: hears of a kind and how many rows of it are done.

    Raises Rejected conflict for a store that is not empty (unless this very export was begun there), invalid for files
    that are no export.
    """
    manifest = await asyncio.to_thread(_read_manifest, folder)
    mark = str(manifest["made_at"])
    await store.writer.run(lambda tx: _begin(tx, mark))
    form = str(manifest["format"])
    counts: dict[str, int] = {}
    for kind in KINDS:
        path = folder / f"{kind.name}.{form}"
        if path.is_file():
            counts[kind.name] = await _put(store, kind, path, exporting.put_rows, tell)
    for kind in KINDS:
        path = folder / f"{kind.name}.{form}"
        if kind.later and path.is_file():
            await _put(store, kind, path, exporting.put_later, lambda *_: None)
    await _renew_searches(store)
    await asyncio.to_thread(_put_files, folder / FILES, data)

    def end(tx: Tx) -> None:
        exporting.settle_numbers(tx)
        settings_table.put(tx, RESTORING, None, clock.now())
        record_deed(tx, None, "export.restored", "export", 0, after={"made_at": mark, "rows": sum(counts.values())})

    await store.writer.run(end)
    return counts


def _begin(tx: Tx, mark: str) -> None:
    begun = settings_table.get(tx, RESTORING)
    if begun == mark:
        return
    if begun is not None or not exporting.is_empty(tx):
        raise Rejected("conflict", "exchange.not_empty")
    exporting.clear_founded(tx)
    settings_table.put(tx, RESTORING, mark, clock.now())


def _read_manifest(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        if found["tables"] not in REVISIONS or found["format"] not in ("csv", "jsonl") or not found["made_at"]:
            raise Rejected("invalid", "exchange.file_no_export")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Rejected("invalid", "exchange.file_no_export") from error
    return cast("dict[str, object]", found)


async def _put(
    store: Store,
    kind: Kind,
    path: Path,
    put: Callable[[Tx, Kind, list[Record]], object],
    tell: Callable[[str, int], None],
) -> int:
    records = _records(kind, path)
    done = 0
    while batch := await asyncio.to_thread(lambda: list(islice(records, _BATCH))):

        def write(tx: Tx, batch: list[Record] = batch) -> None:
            put(tx, kind, batch)

        await store.writer.run(write)
        done += len(batch)
        tell(kind.name, done)
    return done


def _records(kind: Kind, path: Path) -> Iterator[Record]:
    """The rows of a file, typed. Raises Rejected invalid with the row that is broken."""
    number = 0
    try:
        if path.suffix == ".jsonl":
            with path.open(encoding="utf-8", newline="\n") as file:
                for number, line in enumerate(file, 1):  # noqa: B007  # told where a row is broken
                    yield from_object(kind, json.loads(line))
            return
        csv.field_size_limit(2**31 - 1)
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            headings = [unguard(cell) for cell in next(lines)]
            for number, cells in enumerate(lines, 2):  # noqa: B007  # as above
                yield from_cells(kind, headings, [unguard(cell) for cell in cells])
    except (ValueError, KeyError, AttributeError, csv.Error, StopIteration) as error:
        raise Rejected("invalid", "exchange.file_broken", row=f"{path.name}:{number}") from error


async def _renew_searches(store: Store) -> None:
    after = 0
    while ids := await store.read(lambda tx, after=after: exporting.list_contact_ids(tx, after, _BATCH)):  # type: ignore[misc]  # binds the loop's value
        await store.writer.run(lambda tx, ids=ids: contacts.renew_searches(tx, ids))  # type: ignore[misc]  # as above
        after = ids[-1]


def _put_files(source: Path, data: Path) -> None:
    """Attachments, to where their rows say they lie."""
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            target = data / path.relative_to(source)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not target.exists():
                unfinished = target.with_name(f".{target.name}.part")
                shutil.copyfile(path, unfinished)
                os.replace(unfinished, target)
