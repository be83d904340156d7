"""Does what imports ask for, in small batches: a leased job that goes on where it stopped, whoever takes it up."""

import asyncio
import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Final, TypeVar, cast

from business.exchange import applying
from business.exchange.imports import (
    CHECK,
    RUN,
    UNDO,
    Imports,
    ImportSettings,
    mapping_of,
    mode_of,
    new_fields,
    shape_of,
)
from business.exchange.matching import Matcher
from business.exchange.rows import OwnField, Person, PersonReader
from business.exchange.tables import read_lines
from business.exchange.uploads import Uploads
from business.exchange.visit_rows import KIND as VISITS
from business.exchange.visit_rows import VisitReader, VisitRow
from business.exchange.visits import MOST_ROWS as MOST_VISITS
from business.exchange.visits import Applied, Taken, VisitRows
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import CalendarChanged, Event
from conversation.messages import JsonObject
from crm_store import Tx, importing, imports, jobs
from crm_store.engine import Store
from crm_store.importing import Catalogues
from crm_store.imports import Import

_log = logging.getLogger(__name__)
KINDS: Final = (CHECK, RUN, UNDO)
_IDLE_S: Final = 2.0
_FIRST_ROWS: Final = 100
_LEAST_ROWS: Final = 100
_MOST_ROWS: Final = 1000
_LAST_ROW: Final = 2**53
T = TypeVar("T")


def _to_nobody(_: Event) -> None:
    """Who takes visits without anybody looking on."""


class _TriedError(Exception):
    """Ends a transaction that was only tried."""


class LeaseLost(Exception):
    """Another one does this job now."""


class Pace:
    """How many rows a batch has, so that it holds the writer for about ``batch_s`` seconds."""

    def __init__(self, batch_s: float) -> None:
        self._batch_s = batch_s
        self.rows = _FIRST_ROWS

    def note(self, took_s: float) -> None:
        """A batch of ``rows`` took so long."""
        wanted = self.rows * min(2.0, max(0.5, self._batch_s / max(took_s, 1e-4)))
        self.rows = int(max(_LEAST_ROWS, min(_MOST_ROWS, wanted)))  # a batch of few rows costs hardly less


class ImportRunner:
    """Takes import jobs of the store one by one. ``on_batch`` hears how far an import is; ``visits`` writes visits, and
    ``publish`` tells of calendars that have changed."""

    def __init__(
        self,
        store: Store,
        owner_of: Imports,
        uploads: Uploads,
        settings: ImportSettings,
        visits: VisitRows | None = None,
        publish: Publish = _to_nobody,
    ) -> None:
        self._store = store
        self._imports = owner_of
        self._uploads = uploads
        self._settings = settings
        self._visits = visits
        self._publish = publish
        self._wake = asyncio.Event()
        self.owner = f"import-{os.getpid()}-{secrets.token_hex(4)}"
        self.on_batch: Callable[[Import], None] | None = None
        owner_of.wake = self._wake.set

    async def work(self) -> None:
        """Does jobs until cancelled."""
        while True:
            self._wake.clear()
            try:
                while await self.work_once():
                    pass
            except BarevError as error:
                _log.warning("imports: %s", error)
            except Exception:
                _log.exception("imports failed")
            try:
                async with asyncio.timeout(_IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def work_once(self) -> bool:
        """Does one job that is due; False where there is none."""
        due = await self._store.read(lambda tx: jobs.any_due(tx, clock.now(), KINDS))
        if not due:
            return False
        lease_s = self._settings.lease_s
        found = await self._store.writer.run(
            lambda tx: jobs.lease(tx, self.owner, clock.now(), lease_s, 1, kinds=KINDS)
        )
        if found:
            await self.do(found[0])
        return bool(found)

    async def do(self, job: jobs.Job) -> None:
        """Does a job that is ours, to its end; a failure is kept with the import or, where it is ours, tried again."""
        import_id = int(cast("int", job.payload["import_id"]))
        try:
            one = await self._imports.get(import_id)
            missing = job.kind != UNDO and (one.path is None or not self._uploads.path(one.path).exists())
            if missing and job.attempts < job.max_attempts:  # it may lie in the data folder of another process
                await self._put_off(job, "the file is not in this data folder", 5.0)
                return
            if missing:
                raise Rejected("not_found", "exchange.file_gone")
            await {CHECK: self._check, RUN: self._run, UNDO: self._undo}[job.kind](job, one)
        except LeaseLost:
            _log.warning("import %d: another one goes on with it", import_id)
        except Rejected as error:
            await self._fail(job, import_id, error)
        except BarevError as error:
            await self._put_off(job, str(error), error.retry_after_s)
        except Exception as error:
            _log.exception("import %d failed", import_id)
            if job.attempts >= job.max_attempts:
                await self._fail(job, import_id, Rejected("invalid", "exchange.failed"))
            else:
                await self._put_off(job, str(error)[:500], None)

    async def _put_off(self, job: jobs.Job, why: str, retry_after_s: float | None) -> None:
        await self._store.writer.run(lambda tx: jobs.fail(tx, job, self.owner, why, clock.now(), retry_after_s))

    async def _fail(self, job: jobs.Job, import_id: int, error: Rejected) -> None:
        def write(tx: Tx) -> None:
            if jobs.finish(tx, job.id, self.owner):
                told: JsonObject = {"key": error.text_key, "fields": {k: str(v) for k, v in error.fields.items()}}
                imports.change(tx, import_id, state="failed", error=told, finished_at=clock.now())
                record_deed(tx, None, "import.failed", "import", import_id, after={"why": error.text_key})

        await self._store.writer.run(write)

    async def _batch(self, job: jobs.Job, op: Callable[[Tx], T]) -> tuple[T, float]:
        """Runs ``op`` in a transaction that holds only while the job is ours; and how long it took, in seconds."""
        until_s = self._settings.lease_s

        def write(tx: Tx) -> tuple[T, float]:
            began = time.perf_counter()
            if not jobs.renew(tx, job.id, self.owner, clock.now() + timedelta(seconds=until_s)):
                raise LeaseLost
            return op(tx), time.perf_counter() - began

        done = await self._store.writer.run(write)
        await asyncio.sleep(done[1] * self._settings.rest)
        return done

    def _people(self, one: Import, fields: dict[str, OwnField]) -> Iterator[Person]:
        country = str(one.options.get("country") or self._settings.country)
        reader = PersonReader(mapping_of(one), fields, country)
        lines = read_lines(self._uploads.path(one.path or ""), shape_of(one), self._settings.limits)
        for number, cells in islice(lines, (1 if one.header else 0) + one.done, None):
            yield reader.read(number, cells)

    def _writer_of(self, one: Import) -> VisitRows | None:
        """Who writes its rows, where they are visits."""
        if one.kind != VISITS:
            return None
        if self._visits is None:
            raise Rejected("invalid", "exchange.failed")
        return self._visits

    def _visit_rows(self, one: Import, writer: VisitRows) -> Iterator[VisitRow]:
        country = str(one.options.get("country") or self._settings.country)
        reader = VisitReader(mapping_of(one), country, writer.currency)
        lines = read_lines(self._uploads.path(one.path or ""), shape_of(one), self._settings.limits)
        for number, cells in islice(lines, (1 if one.header else 0) + one.done, None):
            yield reader.read(number, cells)

    async def _try_visits(self, job: jobs.Job, one: Import, writer: VisitRows) -> Import:
        """Books batch after batch as the import would, and lets nothing of it stand."""
        rows, taken, tried = self._visit_rows(one, writer), list[Taken](), list[Applied]()
        while chunk := await asyncio.to_thread(lambda: list(islice(rows, MOST_VISITS))):

            def decide(tx: Tx, chunk: list[VisitRow] = chunk, taken: list[Taken] = taken) -> None:
                tried.append(writer.apply(tx, chunk, clock.now(), taken))
                raise _TriedError

            with suppress(_TriedError):
                await self._batch(job, decide)
            done = tried.pop()
            lines: applying.Lines = [{**line, "after": None, "state": None} for line in done.lines]
            for line, row in zip(lines, done.lines, strict=True):
                if cast("JsonObject", row["after"] or {}).get("contact_made"):
                    line["contact_id"] = None
            taken += done.taken
            one = await self._note_lines(job, one, lines, done.counts)
        return one

    async def _run_visits(self, job: jobs.Job, one: Import, writer: VisitRows) -> Import:
        """The same in earnest, from the row where it stopped."""
        if one.started_at is None:
            await self._clear(job, one)
            await self._batch(job, lambda tx: imports.change(tx, one.id, started_at=clock.now()))
            one = await self._imports.get(one.id)
        rows = self._visit_rows(one, writer)
        while chunk := await asyncio.to_thread(lambda: list(islice(rows, MOST_VISITS))):

            def apply(tx: Tx, one: Import = one, chunk: list[VisitRow] = chunk) -> Applied:
                done = writer.apply(tx, chunk, clock.now())
                imports.add_lines(tx, one.id, done.lines, clock.now())
                imports.advance(tx, one.id, one.done + len(chunk), done.counts)
                return done

            done, _ = await self._batch(job, apply)
            self._tell_calendars(done.resource_ids)
            one = _counted(one, len(chunk), done.counts)
            self._tell(one)
        return one

    async def _note_lines(self, job: jobs.Job, one: Import, lines: applying.Lines, counts: Counter[str]) -> Import:
        def note(tx: Tx) -> None:
            imports.add_lines(tx, one.id, lines, clock.now())
            imports.advance(tx, one.id, one.done + len(lines), counts)

        await self._batch(job, note)
        further = _replace(one, done=one.done + len(lines))
        self._tell(further)
        return further

    def _tell_calendars(self, resource_ids: set[int]) -> None:
        if resource_ids:
            self._publish(CalendarChanged(tuple(sorted(resource_ids))))

    async def _clear(self, job: jobs.Job, one: Import) -> None:
        while (await self._batch(job, lambda tx: imports.clear_lines(tx, one.id, 500)))[0]:
            pass

    async def _check(self, job: jobs.Job, one: Import) -> None:
        """The dry run: everything is decided, nothing is written but the report. Begun anew after a crash."""
        await self._clear(job, one)
        counts = dict.fromkeys(("done", "added", "updated", "skipped", "wrong"), 0)
        await self._batch(job, lambda tx: imports.change(tx, one.id, **counts))
        writer = self._writer_of(one)
        if writer is not None:
            one = await self._try_visits(job, _replace(one, done=0), writer)
            await self._end(job, one, state="checked")
            return
        known = await self._imports.fields()
        mapping, labels = new_fields(one, known)
        fields = {**known, **{key: OwnField(key, label) for key, label in labels.items()}}
        one = _replace(one, mapping=mapping, done=0)
        matcher = Matcher(mode_of(one), await self._store.read(lambda tx: Catalogues(tx, dry=True)))
        people = self._people(one, fields)
        while chunk := await asyncio.to_thread(lambda: list(islice(people, 200))):

            def decide(tx: Tx, chunk: list[Person] = chunk) -> applying.Lines:
                keys = {key for person in chunk if not person.wrong for key in person.keys}
                matcher.learn(importing.find_known(tx, keys))
                return applying.to_lines([matcher.decide(tx, person) for person in chunk])

            lines = await self._store.read(decide)
            one = await self._note_lines(job, one, lines, Counter(str(line["outcome"]) for line in lines))
        await self._end(job, one, state="checked")

    async def _run(self, job: jobs.Job, one: Import) -> None:
        """The import itself, from the row where it stopped."""
        writer = self._writer_of(one)
        if writer is not None:
            one = await self._run_visits(job, one, writer)
            await self._end(job, one, state="done", finished_at=clock.now())
            return
        known = await self._imports.fields()
        if one.started_at is None:
            await self._clear(job, one)
            mapping, labels = new_fields(one, known)

            def begin(tx: Tx) -> None:
                made: JsonObject = {"custom_fields": list(importing.add_fields(tx, labels))} if labels else {}
                imports.change(tx, one.id, mapping=mapping, started_at=clock.now(), made=made)

            await self._batch(job, begin)
            one = await self._imports.get(one.id)
            known = await self._imports.fields()
        people, pace, mode = self._people(one, known), Pace(self._settings.batch_s), mode_of(one)
        while chunk := await asyncio.to_thread(lambda: [one.make_search() for one in islice(people, pace.rows)]):

            def apply(tx: Tx, one: Import = one, chunk: list[Person] = chunk) -> Counter[str]:
                return applying.apply_batch(tx, one, chunk, mode, clock.now())

            counts, took_s = await self._batch(job, apply)
            pace.note(took_s)
            one = _counted(one, len(chunk), counts)
            self._tell(one)
        await self._end(job, one, state="done", finished_at=clock.now())

    async def _undo(self, job: jobs.Job, one: Import) -> None:
        """Takes back row after row, the last first; goes on where it stopped, since each row says what was done."""
        pace = Pace(self._settings.batch_s)
        writer, row = self._writer_of(one), _LAST_ROW
        while lines := await self._store.read(
            lambda tx, row=row, limit=pace.rows: imports.list_to_undo(tx, one.id, row, limit)  # type: ignore[misc]  # binds the loop's values
        ):

            def take_back(tx: Tx, lines: list[imports.ImportLine] = lines) -> set[int]:
                concerned: set[int] = set()
                if writer is None:
                    counts = applying.undo_batch(tx, one, lines, clock.now())
                else:
                    counts, concerned = writer.take_back(tx, one, lines)
                now = imports.find(tx, one.id)
                so_far = {} if now is None or now.undo is None else now.undo
                names = ("removed", "restored", "kept")
                total: JsonObject = {name: int(cast("int", so_far.get(name, 0))) + counts[name] for name in names}
                imports.change(tx, one.id, undo=total)
                return concerned

            concerned, took_s = await self._batch(job, take_back)
            self._tell_calendars(concerned)
            pace.note(took_s)
            row = lines[-1].row
            self._tell(one)
        made = cast("dict[str, list[int]]", one.made)
        await self._batch(job, lambda tx: importing.remove_unused(tx, made))
        await self._end(job, one, state="undone", undone_at=clock.now())

    async def _end(self, job: jobs.Job, one: Import, **values: object) -> None:
        def write(tx: Tx) -> Import:
            if not jobs.finish(tx, job.id, self.owner):
                raise LeaseLost
            imports.change(tx, one.id, **values)
            ended = imports.find(tx, one.id)
            if ended is None:
                raise LeaseLost
            if job.kind == RUN:
                after = {name: getattr(ended, name) for name in ("name", "added", "updated", "skipped", "wrong")}
                record_deed(tx, None, "import.finished", "import", one.id, after=after)
            return ended

        self._tell(await self._store.writer.run(write))

    def _tell(self, one: Import) -> None:
        if self.on_batch is not None:
            self.on_batch(one)


def _counted(one: Import, rows: int, counts: Counter[str]) -> Import:
    """An import that is so many rows further."""
    more = {name: getattr(one, name) + counts[name] for name in ("added", "updated", "skipped", "wrong")}
    return _replace(one, done=one.done + rows, **more)


def _replace(one: Import, **values: object) -> Import:
    return replace(one, **values)  # type: ignore[arg-type]  # names and kinds are those of the record
