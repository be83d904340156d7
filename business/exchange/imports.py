"""Imports of contacts and visits: a file comes, its columns are mapped, it is tried, run, told of and undone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, cast

from business.contacts.fields import free_key
from business.exchange import visit_rows
from business.exchange.headings import CUSTOM, MANY, NEW_FIELD, TARGETS, guess_mapping
from business.exchange.matching import OnDuplicate
from business.exchange.people import to_country
from business.exchange.rows import FieldKind, OwnField
from business.exchange.tables import Shape, TableLimits
from business.exchange.uploads import Uploads, look_into, shown_samples
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json, JsonObject, Language
from crm_store import Tx, importing, imports, jobs, settings_table
from crm_store.engine import Store
from crm_store.imports import Import

CONTACTS: Final = "contacts"
KINDS: Final = (CONTACTS, visit_rows.KIND)
"""What files may hold."""
CHECK: Final = "import.check"
RUN: Final = "import.run"
UNDO: Final = "import.undo"
RETENTION: Final = "retention.imports_days"
FILE_DAYS: Final = 30
"""How long a file rests after its import: only the import itself needs it."""
_NAME_LIMIT: Final = 200
Planner = Callable[[list[JsonObject], JsonObject], tuple[object, object]]
"""Of the columns of a file and what they were guessed to mean: the mapping and the options wanted."""
_MODES: Final[tuple[OnDuplicate, ...]] = ("update", "skip", "fill")


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """``country`` of numbers without a country's code; ``batch_s``: how long a batch may hold the writer, in seconds;
    ``rest``: how long to leave it to others after a batch, as a share of the batch's time."""

    country: str
    limits: TableLimits
    batch_s: float = 0.05
    rest: float = 0.25
    lease_s: float = 15.0


class Imports:
    """The imports of a store. ``wake`` is called when there is work for a runner."""

    def __init__(self, store: Store, uploads: Uploads, settings: ImportSettings) -> None:
        self._store = store
        self._uploads = uploads
        self._settings = settings
        self.wake: Callable[[], None] = lambda: None

    async def upload(
        self,
        agent: Agent | None,
        name: str,
        chunks: AsyncIterator[bytes],
        language: Language,
        remote: str | None,
        plan: Planner | None = None,
        kind: str = CONTACTS,
    ) -> Import:
        """Keeps a file and guesses what its columns mean; ``plan`` says it better. Raises Rejected invalid, too_large,
        and what ``plan`` raises: nothing is kept then."""
        relative = await self._uploads.keep(chunks)
        try:
            return await self._begin(agent, name, relative, language, remote, plan, kind)
        except BaseException:
            self._uploads.drop(relative)
            raise

    async def _begin(
        self,
        agent: Agent | None,
        name: str,
        relative: str,
        language: Language,
        remote: str | None,
        plan: Planner | None,
        kind: str,
    ) -> Import:
        settings = self._settings
        path = self._uploads.path(relative)
        found = await asyncio.to_thread(look_into, path, settings.limits, settings.country)
        fields = await self.fields()
        labels = {key: own.label for key, own in fields.items()}
        if kind == visit_rows.KIND:
            mapping = visit_rows.guess_visits(found.headings)
        else:
            mapping = guess_mapping(found.headings, found.samples, labels, settings.country)
        shown: list[JsonObject] = [
            {"index": number, "header": heading[:_NAME_LIMIT], "sample": [*shown_samples(found.samples[number])]}
            for number, heading in enumerate(found.headings)
        ]
        guessed: JsonObject = {str(column): target for column, target in mapping.items()}
        options: JsonObject = {"on_duplicate": "update", "country": settings.country}
        if plan is not None:
            said, wishes = plan(shown, guessed)
            guessed = _read_mapping(kind, len(shown), said, fields)
            _require_mapped(kind, guessed)
            options |= _read_options(wishes)
        values: dict[str, object] = {
            "kind": kind,
            "name": Path(name.replace("\\", "/")).name[:_NAME_LIMIT] or kind,
            "format": found.shape.format,
            "encoding": found.shape.encoding,
            "separator": found.shape.separator,
            "header": found.shape.header,
            "path": relative,
            "columns": shown,
            "mapping": guessed,
            "options": options,
            "language": language,
            "total": found.total,
            "author_id": None if agent is None else agent.id,
            "author_name": "" if agent is None else agent.name,
            "remote": remote,
        }

        def write(tx: Tx) -> Import:
            import_id = imports.add(tx, values, clock.now())
            after = {"name": str(values["name"]), "rows": found.total}
            record_deed(tx, agent, "import.uploaded", "import", import_id, after=after, remote=remote)
            return _require(tx, import_id)

        return await self._store.writer.run(write)

    async def fields(self) -> dict[str, OwnField]:
        """The firm's own fields by key."""
        rows = await self._store.read(importing.list_fields)
        return {key: OwnField(key, label, cast("FieldKind", kind), choices) for key, label, kind, choices in rows}

    async def get(self, import_id: int) -> Import:
        """One import. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require(tx, import_id))

    async def plan(self, import_id: int, mapping: object, options: object) -> Import:
        """Says which column becomes what, and what to do with known people. Raises Rejected conflict for what does not
        fit the file, invalid for what fits no file."""
        fields = await self.fields()

        def write(tx: Tx) -> Import:
            one = _require(tx, import_id, lock=True)
            _require_state(one, "draft", "checked")
            changed: dict[str, object] = {"state": "draft", "done": 0, "added": 0, "updated": 0, "skipped": 0}
            if mapping is not None:
                changed["mapping"] = _read_mapping(one.kind, len(one.columns), mapping, fields)
            if options is not None:
                changed["options"] = {**one.options, **_read_options(options)}
            imports.change(tx, import_id, **changed, wrong=0)
            return _require(tx, import_id)

        return await self._store.writer.run(write)

    async def start(
        self, agent: Agent | None, import_id: int, kind: str, remote: str | None = None, owner: str | None = None
    ) -> tuple[Import, jobs.Job | None]:
        """Begins a check, the import itself or its undo (``kind``: CHECK, RUN, UNDO), done by a runner; with ``owner``
        the job is his at once. Raises Rejected conflict where it is not its time, or nothing is mapped."""
        states, state = _STARTS[kind]

        def write(tx: Tx) -> tuple[Import, jobs.Job | None]:
            one = _require(tx, import_id, lock=True)
            _require_state(one, *states)
            at = clock.now()
            changed: dict[str, object] = {"state": state, "error": None}
            if kind == UNDO:
                changed["undo"] = {"removed": 0, "restored": 0, "kept": 0}
            else:
                _require_mapped(one.kind, one.mapping)
                changed |= dict.fromkeys(("done", "added", "updated", "skipped", "wrong"), 0)
                changed |= {"started_at": None, "finished_at": None}
            imports.change(tx, import_id, **changed)
            job_id = jobs.enqueue(tx, kind, {"import_id": import_id}, run_at=at, at=at)
            deed = {CHECK: "import.checked", RUN: "import.started", UNDO: "import.undone"}[kind]
            record_deed(tx, agent, deed, "import", import_id, after={"name": one.name}, remote=remote)
            leased = jobs.lease(tx, owner, at, self._settings.lease_s, 1, job_id=job_id) if owner else []
            return _require(tx, import_id), leased[0] if leased else None

        return await self._store.writer.run(write, lambda _: self.wake())

    async def sweep(self, now: datetime) -> int:
        """Removes files and rows of imports finished longer ago than the store's setting ``retention.imports_days``
        says (0: never); files 30 days after the import, and files nobody knows. Returns how many
        imports lost their rows."""
        kept = await self._store.read(lambda tx: settings_table.get(tx, RETENTION))
        days = kept if isinstance(kept, int) and not isinstance(kept, bool) else 0
        known = await self._store.read(imports.list_paths)
        await asyncio.to_thread(self._uploads.drop_strangers, known, 86_400.0, now.timestamp())
        with_files = await self._store.read(
            lambda tx: imports.list_expired(tx, now - timedelta(days=FILE_DAYS), 100, files=True)
        )
        for one in with_files:
            await self._store.writer.run(partial(imports.drop_file, one=one))
            self._uploads.drop(one.path)
        if days <= 0:
            return 0
        old = await self._store.read(lambda tx: imports.list_expired(tx, now - timedelta(days=days), 100, files=False))
        for one in old:
            while await self._store.writer.run(partial(imports.clear_lines, import_id=one.id, limit=500)):
                pass
        return len(old)


_STARTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    CHECK: (("draft", "checked"), "checking"),
    RUN: (("draft", "checked"), "running"),
    UNDO: (("done", "failed"), "undoing"),
}


def shape_of(one: Import) -> Shape:
    """How an import's file is to be read."""
    return Shape(cast("object", one.format), one.encoding, one.separator, one.header)  # type: ignore[arg-type]  # written by us from a Shape


def mapping_of(one: Import) -> dict[int, str]:
    """Targets by column."""
    return {int(column): str(target) for column, target in one.mapping.items() if target}


def new_fields(one: Import, known: Mapping[str, OwnField]) -> tuple[JsonObject, dict[str, str]]:
    """The mapping with a key for each new field of the firm's own, and the new fields' labels by key."""
    headings = {int(cast("int", column["index"])): str(column["header"]) for column in one.columns}
    mapping = dict(one.mapping)
    labels: dict[str, str] = {}
    for column, target in one.mapping.items():
        if not isinstance(target, str) or not target.startswith(CUSTOM):
            continue
        key = target.removeprefix(CUSTOM)
        if target == NEW_FIELD:
            heading = headings.get(int(column), "").strip()
            key = free_key(heading, {*known, *labels})
            labels[key] = heading or key
            mapping[column] = CUSTOM + key
        elif key not in known:
            labels[key] = key
    return mapping, labels


def _require_mapped(kind: str, mapping: JsonObject) -> None:
    if kind == visit_rows.KIND:
        told = set(mapping.values())
        if not set(visit_rows.NEEDED) <= told or not told & {"name", "phone"}:
            raise Rejected("conflict", "exchange.mapping_visits", field="mapping")
    elif not set(mapping.values()) & {"name", "given_name", "family_name", "phone", "email"}:
        raise Rejected("conflict", "exchange.mapping_nobody", field="mapping")


def _read_mapping(kind: str, width: int, given: object, fields: Mapping[str, OwnField]) -> JsonObject:
    if not isinstance(given, dict):
        raise Rejected("invalid", "error.field_wrong", field="mapping")
    found: JsonObject = {}
    for column, target in given.items():
        if not isinstance(column, str) or not column.isdecimal() or int(column) >= width:
            raise Rejected("conflict", "exchange.mapping_column", field="mapping", column=column)
        if target is None or target == "":
            continue
        own = kind == CONTACTS and isinstance(target, str) and target.startswith(CUSTOM)
        if target not in targets_of(kind) and not (
            own and (target == NEW_FIELD or 0 < len(target) - len(CUSTOM) <= 64)
        ):
            raise Rejected("conflict", "exchange.mapping_target", field="mapping", target=target)
        if (kind != CONTACTS or target not in MANY) and target != NEW_FIELD and target in found.values():
            raise Rejected("conflict", "exchange.mapping_twice", field="mapping", target=target)
        found[str(int(column))] = str(target)
    return found


def _read_options(given: object) -> JsonObject:
    if not isinstance(given, dict):
        raise Rejected("invalid", "error.field_wrong", field="options")
    found: dict[str, Json] = {}
    if given.get("on_duplicate") is not None:
        if given["on_duplicate"] not in _MODES:
            raise Rejected("invalid", "error.field_wrong", field="on_duplicate")
        found["on_duplicate"] = given["on_duplicate"]
    if given.get("country") is not None:
        code = to_country(given["country"]) if isinstance(given["country"], str) else None
        if code is None:
            raise Rejected("conflict", "error.field_wrong", field="country")
        found["country"] = code
    return found


def targets_of(kind: str) -> tuple[str, ...]:
    """What columns of such a file may become."""
    return visit_rows.TARGETS if kind == visit_rows.KIND else TARGETS


def mode_of(one: Import) -> OnDuplicate:
    """What to do with people who are known already."""
    return next((mode for mode in _MODES if mode == one.options.get("on_duplicate")), "update")


def _require(tx: Tx, import_id: int, *, lock: bool = False) -> Import:
    one = imports.find(tx, import_id, lock=lock)
    if one is None:
        raise Rejected("not_found", "exchange.import_not_found")
    return one


def _require_state(one: Import, *states: str) -> None:
    if one.state not in states:
        raise Rejected("conflict", f"exchange.state_{one.state}")
