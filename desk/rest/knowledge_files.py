"""REST: articles as Markdown files, out and in."""

from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from business.knowledge.articles import EDIT
from business.knowledge.files import KnowledgeFiles
from conversation import clock
from conversation.errors import Rejected
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route
from desk.rest.knowledge_schemas import IMPORTED
from desk.rest.schemas import record

_ZIP = "application/zip"
_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES = 500
_BROKEN_FORM = (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError)  # as aiohttp says it


class KnowledgeFileRoutes:
    """For those who write."""

    def __init__(self, files: KnowledgeFiles, texts: Texts) -> None:
        self._files = files
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        binary = {"type": "string", "format": "binary"}
        return [
            Route(
                "GET",
                "/knowledge/export",
                self.export,
                "All articles as Markdown files in a ZIP",
                {200: None},
                media=(_ZIP,),
                permission=EDIT,
            ),
            Route(
                "POST",
                "/knowledge/import",
                self.import_files,
                "Adds or changes articles by Markdown files, or ZIPs of them",
                {200: IMPORTED},
                upload=record({"file": binary}),
                permission=EDIT,
            ),
        ]

    async def export(self, call: Call) -> Answer:
        """A file an article and language; what is exported can be imported."""
        name = f"knowledge-{clock.now().date().isoformat()}.zip"
        headers = {
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
            hdrs.CACHE_CONTROL: "no-store",
            "X-Content-Type-Options": "nosniff",
            hdrs.CONTENT_TYPE: _ZIP,
        }
        return Answer(None, stream=web.Response(body=await self._files.export(), headers=headers))

    async def import_files(self, call: Call) -> Answer:
        """The form's fields ``file``, as many as there are, named ``<slug>.<language>.md``; those that do not fit are
        told, the others are taken."""
        outcome = await self._files.take(call.session.agent, await self._read(call.request), call.remote)
        faults = [
            {"name": one.name, "message": self._texts.get(call.language, one.text_key, **one.fields)}
            for one in outcome.faults
        ]
        return Answer({"added": outcome.added, "changed": outcome.changed, "faults": faults})

    async def _read(self, request: web.Request) -> list[tuple[str, bytes]]:
        missing = Rejected("invalid", "knowledge.no_file", field="file")
        if not (request.content_type or "").startswith("multipart/"):
            raise missing
        files: list[tuple[str, bytes]] = []
        left = _MOST_BYTES
        try:
            form = await request.multipart()
            while (part := await form.next()) is not None:
                if not isinstance(part, BodyPartReader) or part.name != "file":
                    continue
                body = bytearray()
                while chunk := await part.read_chunk():
                    body += chunk
                    left -= len(chunk)
                    if left < 0 or len(files) >= _MOST_FILES:
                        raise Rejected("too_large", "knowledge.zip_large", limit_mb=_MOST_BYTES // 1024 // 1024)
                files.append((part.filename or "", bytes(body)))
        except _BROKEN_FORM as error:
            raise missing from error
        if not files:
            raise missing
        return files
