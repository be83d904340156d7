"""What ``barev import contacts`` and ``visits`` do: rows of a file, beside a running server or before the first."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from barev.booking import booking_alone
from barev.commands.common import fail, read_settings
from barev.exchange import make_imports
from barev.opening import open_founded
from barev.serve import ServeError, run
from barev.settings import Settings
from business.exchange.headings import CUSTOM, NEW_FIELD, fold_heading
from business.exchange.imports import CHECK, CONTACTS, RUN, targets_of
from business.exchange.people import to_country
from business.exchange.saying import say
from business.exchange.visit_rows import KIND as VISITS
from conversation.errors import BarevError, Rejected
from conversation.messages import JsonObject
from conversation.texts import Catalogue
from conversation.wire import error_text
from crm_store import imports
from crm_store.engine import Store
from crm_store.imports import Import
from crm_store.paging import Wanted

_CHUNK = 1024 * 1024
_TOLD = 20
_EVERY_S = 0.5


class WordsOffError(Exception):
    """The message is one plain line."""


def import_contacts(parsed: argparse.Namespace) -> int:
    """Imports a file of contacts; the exit status."""
    return _import_file(parsed, CONTACTS, {"on_duplicate": parsed.on_duplicate})


def import_visits(parsed: argparse.Namespace) -> int:
    """Imports a file of visits; the exit status."""
    return _import_file(parsed, VISITS, {})


def _import_file(parsed: argparse.Namespace, kind: str, more: JsonObject) -> int:
    settings = read_settings(parsed)
    country = None if parsed.country is None else to_country(parsed.country)
    if parsed.country is not None and country is None:
        return fail(f"--country {parsed.country}: no such country; AM, GE, KZ are some", 2)
    if not parsed.file.is_file():
        return fail(f"no file {str(parsed.file)!r}", 2)
    try:
        return run(_import(settings, parsed, country, kind, more))
    except ServeError as error:
        return fail(str(error))
    except WordsOffError as error:
        return fail(str(error), 2)
    except BarevError as error:
        return fail(error_text(Catalogue(), "en", error), 2 if isinstance(error, Rejected) else 1)
    except OSError as error:
        return fail(f"{parsed.file}: {error.strerror or error}")


async def _import(
    settings: Settings, parsed: argparse.Namespace, country: str | None, kind: str, more: JsonObject
) -> int:
    store, _ = await open_founded(settings)
    try:
        visits = None if kind == CONTACTS else booking_alone(settings, store)
        parts = make_imports(settings, store, country, visits)
        options: JsonObject = {**more, "country": country or settings.business.country}

        def plan(columns: list[JsonObject], guessed: JsonObject) -> tuple[object, object]:
            return _mapping(kind, columns, guessed, parsed.map), options

        one = await parts.imports.upload(None, parsed.file.name, read_file(parsed.file), "en", None, plan, kind)
        progress = _Progress()
        parts.runner.on_batch = progress.tell
        owner = parts.runner.owner
        one, job = await parts.imports.start(None, one.id, CHECK if parsed.dry_run else RUN, owner=owner)
        if job is not None:
            await parts.runner.do(job)
        progress.end()
        one = await parts.imports.get(one.id)
        while one.state in ("running", "checking"):  # the store went away for a while, or a server took it over
            if not await parts.runner.work_once():
                await asyncio.sleep(_EVERY_S)
            one = await parts.imports.get(one.id)
        return await _report(store, one, dry=parsed.dry_run)
    finally:
        await store.close()


async def read_file(path: Path) -> AsyncIterator[bytes]:
    """A file in pieces."""
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def _mapping(kind: str, columns: list[JsonObject], guessed: JsonObject, said: list[str]) -> dict[str, object]:
    """What was guessed, and over it what was said. Raises WordsOffError."""
    mapping: dict[str, object] = dict(guessed)
    headings = {fold_heading(str(column["header"])): str(column["index"]) for column in columns}
    for words in said:
        heading, sign, target = words.rpartition("=")
        plain = heading.strip()
        column = headings.get(fold_heading(plain)) if plain else None
        if column is None and plain.isdecimal() and 1 <= int(plain) <= len(columns):
            column = str(int(plain) - 1)
        if not sign or column is None:
            known = ", ".join(str(column["header"] or int(str(column["index"])) + 1) for column in columns)
            raise WordsOffError(f"--map {words}: no column {plain!r}; there are: {known}")
        known_fields = (*targets_of(kind), *((NEW_FIELD,) if kind == CONTACTS else ()))
        own = kind == CONTACTS and target.startswith(CUSTOM)
        if target not in known_fields and target != "-" and not own:
            raise WordsOffError(f"--map {words}: no field {target!r}; there are: {', '.join(known_fields)}")
        mapping = {key: value for key, value in mapping.items() if key != column}
        if target != "-":
            mapping[column] = target
    return mapping


class _Progress:
    """One line on standard error that grows, or a line now and then where it is no terminal."""

    def __init__(self) -> None:
        self._at = 0.0
        self._live = sys.stderr.isatty()
        self._began = time.monotonic()

    def tell(self, one: Import) -> None:
        """So many rows are finished."""
        now = time.monotonic()
        if now - self._at >= _EVERY_S or one.done >= one.total:
            self._at = now
            share = 100 * one.done // max(1, one.total)
            line = f"{one.done:,} of {one.total:,} rows ({share}%), {now - self._began:.1f} s"
            sys.stderr.write(f"\r{line}\x1b[K" if self._live else f"{line}\n")
            sys.stderr.flush()

    def end(self) -> None:
        """The last line stays."""
        if self._live:
            sys.stderr.write("\n")


async def _report(store: Store, one: Import, *, dry: bool) -> int:
    texts = Catalogue()
    if one.state == "failed":
        return fail(say(texts, "en", one.error or {"key": "exchange.failed"}), 2)
    would = "would be " if dry else ""
    sys.stdout.write(
        f"import {one.id}: {one.total} rows; {would}added {one.added}, {would}updated {one.updated}, "
        f"skipped {one.skipped}, wrong {one.wrong}\n"
    )
    wrong = Wanted(limit=_TOLD, filters={"outcome": "wrong"})
    lines, more = await store.read(lambda tx: imports.page_lines(tx, one.id, wrong))
    for line in lines:
        why = " ".join(say(texts, "en", remark) for remark in line.remarks)
        sys.stdout.write(f"row {line.row}: {why}\n")
    if more is not None:
        sys.stdout.write(f"... and {one.wrong - len(lines)} more wrong rows: see the report in the desk\n")
    told, count = await store.read(lambda tx: imports.list_told(tx, one.id, _TOLD))
    for line in told:
        what = f"{would}{line.outcome}"
        met = f" contact {line.contact_id}" if line.outcome == "updated" and line.contact_id is not None else ""
        why = " ".join(["", *(say(texts, "en", remark) for remark in line.remarks)])
        sys.stdout.write(f"row {line.row}: {what}{met}.{why}\n")
    if count > len(told):
        sys.stdout.write(
            f"... and {count - len(told)} more rows with remarks or met contacts: see the report in the desk\n"
        )
    return 0
