"""REST: files that go with messages."""

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from conversation.errors import Rejected
from conversation.ports import Files
from conversation.uploads import Sender, take_file
from conversation.wire import Link, show_file
from crm_store.attachments import AGENT
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import FILE, record

_BROKEN_FORM = (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError)  # as aiohttp says it


class FileRoutes:
    """What an agent brings to send it with a reply or a note."""

    def __init__(self, files: Files, link: Link) -> None:
        self._files = files
        self._link = link

    def routes(self) -> list[Route]:
        """The operations."""
        client_id = {"type": "string", "format": "uuid"}
        upload = record({"client_id": client_id, "file": {"type": "string", "format": "binary"}}, ["file"])
        query = {"client_id": {**client_id, "maxLength": 36, "description": "Instead of the field of the form"}}
        return [
            Route(
                "POST",
                "/files",
                self.bring_file,
                "Brings a file that a message shall have",
                {200: FILE, 201: FILE},
                query=query,
                upload=upload,
            )
        ]

    async def bring_file(self, call: Call) -> Answer:
        """The form's field ``file``. Its ``id`` goes into ``attachments`` of ``reply`` or ``note``; what is never sent
        is removed after some time. The same ``client_id`` (a UUID) again answers 200 with the same file."""
        if not (call.request.content_type or "").startswith("multipart/"):
            raise Rejected("invalid", "error.field_missing", field="file")
        client_id = call.query_text("client_id") or None
        sender = Sender(f"{AGENT}{call.session.agent.id}", client_id, call.request.content_length)
        try:
            kept = await take_file(await call.request.multipart(), self._files, sender)
        except _BROKEN_FORM as error:
            raise Rejected("invalid", "error.field_missing", field="file") from error
        return Answer(show_file(kept.attachment, self._link), status=200 if kept.repeated else 201)
