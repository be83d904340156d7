"""Exports: every kind of data as a file that grows while it is read, page by page, with flat memory."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from business.exchange.cells import join_names
from business.exchange.records import to_cells, to_object
from business.exchange.sheets import Form, make_sheet
from business.exchange.visit_rows import KIND as VISITS
from business.exchange.visit_rows import TARGETS as VISIT_TARGETS
from business.exchange.visit_sheet import visit_cells
from business.exchange.xlsx import Drain
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, JsonObject
from crm_store import Tx, exporting, importing
from crm_store.engine import Store
from crm_store.exporting import KINDS, Kind, columns_of, key_of
from crm_store.importing import Known
from crm_store.schema import HEAD
from crm_store.visit_files import count_visits

CONTACTS: Final = "contacts"
"""The sheet that people read and ``import contacts`` takes; ``contact_records`` has the same contacts whole."""
_SHEETS: Final = (CONTACTS, VISITS)
MANIFEST: Final = "manifest.json"
FILES: Final = "files"
_PLAIN: Final = ("code", "name", "given_name", "family_name", "patronymic", "address_form")
_FACTS: Final = ("language", "country", "birthday")
_CHUNK: Final = 256 * 1024
Files = AsyncIterator[tuple[str, AsyncIterator[bytes]]]


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind and how many rows it has."""

    name: str
    rows: int


class Exports:
    """The exports of a store. ``page``: rows read at a time; ``data``: the data folder, where attachments lie."""

    def __init__(self, store: Store, data: Path, page: int, version: str) -> None:
        self._store = store
        self._data = data
        self._page = page
        self._version = version

    def names(self, agent: Agent | None = None) -> list[str]:
        """The kinds that an agent may export (None: whoever holds the machine: all)."""
        held = None if agent is None else agent.permissions
        told = [kind.name for kind in KINDS if held is None or kind.permission is None or kind.permission in held]
        return [*_SHEETS, *told]

    async def kinds(self, agent: Agent) -> list[KindCount]:
        """The kinds that he may export, and how many rows each has."""
        found = []
        for name in self.names(agent):
            kind = _find(name)
            found.append(KindCount(name, await self._count(name, kind)))
        return found

    async def _count(self, name: str, kind: Kind | None) -> int:
        if kind is not None:
            return await self._store.read(lambda tx: exporting.count_rows(tx, kind))
        return await self._store.read(exporting.count_contacts if name == CONTACTS else count_visits)

    async def note(self, agent: Agent | None, what: str, form: str, remote: str | None = None) -> None:
        """Keeps in the audit log who took what away."""

        def write(tx: Tx) -> None:
            record_deed(tx, agent, "export.made", "export", 0, after={"kind": what, "format": form}, remote=remote)

        await self._store.writer.run(write)

    async def stream(self, name: str, form: Form) -> AsyncIterator[bytes]:
        """One kind's file. Raises Rejected not_found for an unknown kind."""
        async for part, _ in self._counted(name, form):
            yield part

    async def _counted(self, name: str, form: Form) -> AsyncIterator[tuple[bytes, int]]:
        """Parts of the file, and how many rows each has."""
        kind = None if name in _SHEETS else _require(name)
        if name == VISITS:
            sheet = make_sheet(form, VISIT_TARGETS)
            async for cells in visit_cells(self._store, self._page):
                yield await asyncio.to_thread(sheet.add_cells, cells), len(cells)
        elif kind is None:
            headings = await self._store.read(_contact_headings)
            sheet = make_sheet(form, headings)
            async for cells in self._contact_pages(headings):
                yield await asyncio.to_thread(sheet.add_cells, cells), len(cells)
        else:
            sheet = make_sheet(form, columns_of(kind))
            async for rows in self._pages(kind):

                def add(rows: list[tuple[Any, ...]] = rows, kind: Kind = kind) -> bytes:
                    if sheet.objects:
                        return sheet.add_objects([to_object(kind, row) for row in rows])
                    return sheet.add_cells(to_cells(kind, rows))

                yield await asyncio.to_thread(add), len(rows)
        yield sheet.end(), 0

    async def _pages(self, kind: Kind) -> AsyncIterator[list[tuple[Any, ...]]]:
        after: list[Any] | None = None
        while True:
            rows = await self._store.read(
                lambda tx, after=after: exporting.read_page(tx, kind, after, self._page)  # type: ignore[misc]  # binds the loop's value
            )
            if rows:
                yield rows
            if len(rows) < self._page:
                return
            after = key_of(kind, rows[-1])

    async def _contact_pages(self, headings: Sequence[str]) -> AsyncIterator[list[list[str]]]:
        after = 0
        while True:

            def read(tx: Tx, after: int = after) -> tuple[list[Known], importing.Names]:
                ids = exporting.list_contact_ids(tx, after, self._page)
                return importing.load_known(tx, ids), importing.load_names(tx)

            people, names = await self._store.read(read)
            if people:
                yield await asyncio.to_thread(_contact_cells, people, names, headings)
            if len(people) < self._page:
                return
            after = people[-1].id or 0

    async def files(self, form: Form, agent: Agent | None = None) -> Files:
        """Every kind that he may export, each a file; then attachments, then the manifest. Read children first: what is
        written meanwhile never refers to a row that is not there."""
        names = self.names(agent)
        counts: dict[str, int] = {}
        for name in reversed(names):
            yield f"{name}.{form}", self._tally(name, form, counts)
        kept = 0
        if "attachments" in names:
            async for relative, path in self._attachments():
                kept += 1
                yield f"{FILES}/{relative}", _read(path)
        told: JsonObject = {
            "barev": self._version,
            "tables": HEAD,
            "format": form,
            "made_at": clock.to_iso(clock.now()),
            "kinds": [{"kind": name, "file": f"{name}.{form}", "rows": counts[name]} for name in names],
            "attachments": kept,
        }
        yield MANIFEST, _one(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")

    async def _tally(self, name: str, form: Form, counts: dict[str, int]) -> AsyncIterator[bytes]:
        counts[name] = 0
        async for part, rows in self._counted(name, form):
            counts[name] += rows
            yield part

    async def _attachments(self) -> AsyncIterator[tuple[str, Path]]:
        kind = _require("attachments")
        place = columns_of(kind).index("path")
        root = self._data.resolve()
        async for rows in self._pages(kind):
            for row in rows:
                path = (root / row[place]).resolve()
                if path.is_relative_to(root) and await asyncio.to_thread(path.is_file):
                    yield path.relative_to(root).as_posix(), path

    async def zipped(self, form: Form, agent: Agent | None = None) -> AsyncIterator[bytes]:
        """All files in one ZIP that grows while it is read."""
        drain = Drain()
        packed = ZipFile(drain, "w", ZIP_DEFLATED, compresslevel=1)  # type: ignore[call-overload]  # it needs write and flush only
        async for name, parts in self.files(form, agent):
            entry = ZipInfo(name, clock.now().timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with packed.open(entry, "w", force_zip64=True) as file:
                async for part in parts:
                    await asyncio.to_thread(file.write, part)
                    if drain.size:
                        yield drain.take()
        packed.close()
        yield drain.take()


async def _one(part: bytes) -> AsyncIterator[bytes]:
    yield part


async def _read(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def _find(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.name == name), None)


def _require(name: str) -> Kind:
    kind = _find(name)
    if kind is None:
        raise Rejected("not_found", "exchange.kind_unknown", kind=name)
    return kind


def _contact_headings(tx: Tx) -> list[str]:
    own = [f"custom.{key}" for key, *_ in importing.list_fields(tx)]
    named = ("phone", "email", *_FACTS, "source", "curator", "groups", "categories", "note", "created_at")
    return [*_PLAIN, *named, *own]


def _contact_cells(people: Sequence[Known], names: importing.Names, headings: Sequence[str]) -> list[list[str]]:
    """Contacts as people read them, and as an import takes them."""
    own = [heading.removeprefix("custom.") for heading in headings if heading.startswith("custom.")]
    return [_one_contact(one, names) + [_own_cell(one.custom.get(key)) for key in own] for one in people]


def _one_contact(one: Known, names: importing.Names) -> list[str]:
    columns = one.columns
    phones = [value for channel, value in one.addresses if channel == "phone"]
    emails = [
        shown if shown.casefold() == value else value
        for (channel, value), shown in one.addresses.items()
        if channel == "email"
    ]
    groups = sorted(names.groups[group] for group in one.groups if group in names.groups)
    categories = sorted(names.categories[one_] for one_ in one.categories if one_ in names.categories)
    return [
        *(columns[name] or "" for name in _PLAIN),
        "; ".join(dict.fromkeys(phones)),
        "; ".join(dict.fromkeys(emails)),
        *(columns[name] or "" for name in _FACTS),
        names.sources.get(columns["source_id"] or 0, ""),
        names.agents.get(columns["curator_id"] or 0, ""),
        join_names(groups),
        join_names(categories),
        columns["note"] or "",
        "" if one.created_at is None else clock.to_iso(one.created_at),
    ]


def _own_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
