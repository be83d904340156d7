"""REST: contacts and visits out of files: upload, mapping, dry run, import, report, undo."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import unquote

from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from business.exchange.headings import CUSTOM, NEW_FIELD, TARGETS
from business.exchange.imports import CHECK, CONTACTS, KINDS, RUN, UNDO, Imports
from business.exchange.samples import make_sample
from business.exchange.saying import say
from business.exchange.visit_rows import KIND as VISITS
from business.exchange.visit_rows import TARGETS as VISIT_TARGETS
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Language
from conversation.ports import Texts
from crm_store import imports
from crm_store.engine import Store
from crm_store.imports import Import
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import MOMENT, TEXT, WHOLE, listed, or_null, record
from desk.settings import DeskSettings

_BROKEN_FORM = (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError)
"""What aiohttp raises for a broken form."""
_CHUNK = 256 * 1024
_SHORT = 1024
_VISITS = "appointments.edit"
_OUTCOMES = ("added", "updated", "skipped", "wrong")
_STATES = ("draft", "checking", "checked", "running", "done", "failed", "undoing", "undone")
_PERMISSION = "contacts.import"
_BROKEN_FORM = (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError)  # as aiohttp says it
_COLUMN = record({"index": WHOLE, "header": TEXT, "sample": {"type": "array", "items": TEXT}, "target": or_null(TEXT)})
IMPORT = record(
    {
        "id": WHOLE,
        "kind": TEXT,
        "name": TEXT,
        "state": {"type": "string", "enum": list(_STATES)},
        "format": TEXT,
        "encoding": TEXT,
        "separator": TEXT,
        "columns": {"type": "array", "items": _COLUMN},
        "targets": {"type": "array", "items": record({"key": TEXT, "label": TEXT})},
        "options": {"type": "object"},
        **dict.fromkeys(("rows", "total", "done", "added", "updated", "skipped", "wrong"), WHOLE),
        "message": or_null(TEXT),
        "undo": or_null(record(dict.fromkeys(("removed", "restored", "kept"), WHOLE))),
        "undoable": {"type": "boolean"},
        "author": or_null(record({"id": or_null(WHOLE), "name": TEXT})),
        "created_at": MOMENT,
        "started_at": or_null(MOMENT),
        "finished_at": or_null(MOMENT),
        "undone_at": or_null(MOMENT),
    }
)
ROW = record(
    {
        "row": WHOLE,
        "outcome": {"type": "string", "enum": list(_OUTCOMES)},
        "contact_id": or_null(WHOLE),
        "message": TEXT,
        "reason": or_null(TEXT),
        "undone": or_null(TEXT),
    }
)


class ImportRoutes:
    """Imports of contacts, and of visits by those who may change these too."""

    def __init__(self, settings: DeskSettings, store: Store, service: Imports, texts: Texts) -> None:
        self._settings = settings
        self._store = store
        self._imports = service
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        upload = record(
            {"file": {"type": "string", "format": "binary"}, "kind": {"type": "string", "enum": list(KINDS)}}, ["file"]
        )
        target = or_null({"type": "string", "maxLength": 80})
        mapping = {"type": "object", "additionalProperties": target}
        options = record(
            {
                "on_duplicate": {"type": "string", "enum": ["update", "skip", "fill"]},
                "country": {"type": "string", "minLength": 2, "maxLength": 2},
            },
            [],
        )
        plan = record({"mapping": mapping, "options": options}, [])
        state = {"type": "string", "enum": list(_STATES)}
        query = list_query(imports.IMPORTS, self._settings.page, state=state)
        outcome = {"type": "string", "enum": list(_OUTCOMES)}
        rows = list_query(imports.LINES, self._settings.page, outcome=outcome)
        sample = {
            "format": {"type": "string", "enum": ["csv", "xlsx"]},
            "kind": {"type": "string", "enum": list(KINDS)},
        }
        media = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        routes = [
            Route(
                "POST",
                "/imports",
                self.upload_import,
                "Takes a file to be imported",
                {201: IMPORT},
                upload=upload,
            ),
            Route(
                "GET",
                "/imports",
                self.list_imports,
                "Imports, the latest first",
                {200: listed(IMPORT)},
                query=query,
            ),
            Route(
                "GET",
                "/imports/sample",
                self.get_sample,
                "A file to begin with",
                {200: None},
                query=sample,
                media=media,
            ),
            Route("GET", "/imports/{id}", self.get_import, "One import and how far it is", {200: IMPORT}),
            Route(
                "PATCH", "/imports/{id}", self.plan_import, "Says which column becomes what", {200: IMPORT}, body=plan
            ),
            Route(
                "POST",
                "/imports/{id}/check",
                self.check_import,
                "Tries it: a report, and nothing changes",
                {202: IMPORT},
            ),
            Route("POST", "/imports/{id}/run", self.run_import, "Imports", {202: IMPORT}),
            Route("POST", "/imports/{id}/undo", self.undo_import, "Takes back what it did", {202: IMPORT}),
            Route(
                "GET", "/imports/{id}/rows", self.list_rows, "What became of each row", {200: listed(ROW)}, query=rows
            ),
        ]
        return [replace(route, permission=_PERMISSION) for route in routes]

    async def upload_import(self, call: Call) -> Answer:
        """The file is the form's field ``file``; what its columns mean is guessed. ``kind``, before it: contacts
        (unless told) or visits."""
        said: dict[str, str] = {}
        file, chunks = await uploaded(call, said)
        kind = said.get("kind", CONTACTS)
        if kind not in KINDS:
            raise Rejected("invalid", "error.field_wrong", field="kind")
        if kind == VISITS and _VISITS not in call.session.agent.permissions:
            raise Rejected("forbidden", "error.forbidden")
        one = await self._imports.upload(call.session.agent, file, chunks, call.language, call.remote, kind=kind)
        headers = {"Location": f"/api/v1/imports/{one.id}"}
        return Answer(await self._shown(one, call.language), status=201, headers=headers)

    async def list_imports(self, call: Call) -> Answer:
        """By any column; the period is ``created_from`` and ``created_to``."""
        asked = wanted(call, imports.IMPORTS, self._settings.page)
        found, following = await self._store.read(lambda tx: imports.page_imports(tx, asked))
        targets = {kind: await self._targets(kind, call.language) for kind in {one.kind for one in found}}
        return page_of([self._render(one, call.language, targets[one.kind]) for one in found], following)

    async def get_sample(self, call: Call) -> Answer:
        """A small file with all columns, in the reader's language."""
        form, kind = call.query_text("format") or "csv", call.query_text("kind") or CONTACTS
        if form not in ("csv", "xlsx"):
            raise Rejected("invalid", "error.field_wrong", field="format")
        if kind not in KINDS:
            raise Rejected("invalid", "error.field_wrong", field="kind")
        body, media = await asyncio.to_thread(make_sample, form, self._texts, call.language, kind)
        headers = {
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{kind}-sample.{form}"',
            hdrs.CACHE_CONTROL: "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Answer(None, stream=web.Response(body=body, headers={**headers, hdrs.CONTENT_TYPE: media}))

    async def get_import(self, call: Call) -> Answer:
        """Its state and counts."""
        return Answer(await self._shown(await self._imports.get(call.path_id()), call.language))

    async def plan_import(self, call: Call) -> Answer:
        """``mapping``: a target (or null) by the column's number; ``options``: on_duplicate, country."""
        one = await self._imports.plan(call.path_id(), call.body.get("mapping"), call.body.get("options"))
        return Answer(await self._shown(one, call.language))

    async def check_import(self, call: Call) -> Answer:
        """The dry run."""
        return await self._start(call, CHECK)

    async def run_import(self, call: Call) -> Answer:
        """The import itself."""
        return await self._start(call, RUN)

    async def undo_import(self, call: Call) -> Answer:
        """What was added goes unless it was used since, what was changed is put back unless it was changed since."""
        return await self._start(call, UNDO)

    async def _start(self, call: Call, kind: str) -> Answer:
        if (await self._imports.get(call.path_id())).kind == VISITS and _VISITS not in call.session.agent.permissions:
            raise Rejected("forbidden", "error.forbidden")
        one, _ = await self._imports.start(call.session.agent, call.path_id(), kind, call.remote)
        return Answer(await self._shown(one, call.language), status=202)

    async def list_rows(self, call: Call) -> Answer:
        """With what there is to say of each, in the reader's language; ``reason``: the name of the first thing."""
        import_id = call.path_id()
        asked = wanted(call, imports.LINES, self._settings.page)
        await self._imports.get(import_id)
        found, following = await self._store.read(lambda tx: imports.page_lines(tx, import_id, asked))
        shown: list[dict[str, object]] = [
            {
                "row": line.row,
                "outcome": line.outcome,
                "contact_id": line.contact_id,
                "message": " ".join(say(self._texts, call.language, remark) for remark in line.remarks),
                "reason": line.remarks[0]["key"] if line.remarks else None,
                "undone": line.undone,
            }
            for line in found
        ]
        return page_of(shown, following)

    async def _targets(self, kind: str, language: Language) -> list[dict[str, object]]:
        if kind == VISITS:
            get = self._texts.get
            return [{"key": target, "label": get(language, f"exchange.visit.{target}")} for target in VISIT_TARGETS]
        fields = await self._imports.fields()
        named: list[dict[str, object]] = [
            {"key": target, "label": self._texts.get(language, f"exchange.target.{target}")} for target in TARGETS
        ]
        named += [{"key": CUSTOM + key, "label": own.label} for key, own in fields.items()]
        return [*named, {"key": NEW_FIELD, "label": self._texts.get(language, "exchange.target.new_field")}]

    async def _shown(self, one: Import, language: Language) -> dict[str, object]:
        return self._render(one, language, await self._targets(one.kind, language))

    def _render(self, one: Import, language: Language, targets: list[dict[str, object]]) -> dict[str, object]:
        counts = {name: getattr(one, name) for name in ("total", "done", "added", "updated", "skipped", "wrong")}
        moments = {name: getattr(one, name) for name in ("created_at", "started_at", "finished_at", "undone_at")}
        author = None if not one.author_name and one.author_id is None else one.author_name
        return {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "state": one.state,
            "format": one.format,
            "encoding": one.encoding.removesuffix("-sig"),
            "separator": one.separator,
            "columns": [{**column, "target": one.mapping.get(str(column["index"]))} for column in one.columns],
            "targets": targets,
            "options": one.options,
            "rows": one.total,
            **counts,
            "message": None if one.error is None else say(self._texts, language, one.error),
            "undo": one.undo,
            "undoable": one.state in ("done", "failed"),
            "author": None if author is None else {"id": one.author_id, "name": author},
            **{name: None if at is None else to_iso(at) for name, at in moments.items()},
        }


async def uploaded(call: Call, said: dict[str, str] | None = None) -> tuple[str, AsyncIterator[bytes]]:
    """The file of a form, its field ``file``: its name and what is in it. ``said``: gets the short texts before it.
    Raises Rejected invalid; so does reading it from a broken form."""
    if not (call.request.content_type or "").startswith("multipart/"):
        raise Rejected("invalid", "exchange.no_file", field="file")
    try:
        form = await call.request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "file":
                return unquote(part.filename or ""), _chunks(part)
            if said is not None and isinstance(part, BodyPartReader) and part.name is not None:
                said[part.name] = (await part.read_chunk(_SHORT)).decode(errors="replace")
    except _BROKEN_FORM as error:
        raise Rejected("invalid", "exchange.no_file", field="file") from error
    raise Rejected("invalid", "exchange.no_file", field="file")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    try:
        while chunk := await part.read_chunk(_CHUNK):
            yield bytes(chunk)
    except _BROKEN_FORM as error:
        raise Rejected("invalid", "exchange.no_file", field="file") from error
