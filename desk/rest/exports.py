"""REST: everything there is as files, streamed."""

from collections.abc import AsyncIterator

from aiohttp import ClientConnectionResetError, hdrs, web

from business.exchange.exports import Exports
from business.exchange.sheets import FORMS, MEDIA_OF, Form
from conversation import clock
from conversation.errors import Rejected
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.schemas import TEXT, WHOLE, listed, record

_PERMISSION = "contacts.export"
_ZIP = "application/zip"


class ExportRoutes:
    """Exports, for those who may: of each kind, what his other permissions let him see."""

    def __init__(self, exports: Exports, texts: Texts) -> None:
        self._exports = exports
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        query = {"format": {"type": "string", "enum": list(FORMS)}}
        kind = record({"kind": TEXT, "label": TEXT, "rows": WHOLE})
        parts = {"kind": {"type": "string", "maxLength": 40}}
        media = tuple(MEDIA_OF.values())
        return [
            Route(
                "GET",
                "/exports/kinds",
                self.list_kinds,
                "What can be exported",
                {200: listed(kind)},
                permission=_PERMISSION,
            ),
            Route(
                "GET",
                "/exports/all",
                self.export_all,
                "Everything in one ZIP",
                {200: None},
                query=query,
                media=(_ZIP,),
                permission=_PERMISSION,
            ),
            Route(
                "GET",
                "/exports/{kind}",
                self.export_kind,
                "One kind as a file",
                {200: None},
                query=query,
                parts=parts,
                media=media,
                permission=_PERMISSION,
            ),
        ]

    async def list_kinds(self, call: Call) -> Answer:
        """The kinds this agent may export, and how many rows each has."""
        found = await self._exports.kinds(call.session.agent)
        say = self._texts.get
        return page_of(
            [{"kind": k.name, "label": say(call.language, f"exchange.kind.{k.name}"), "rows": k.rows} for k in found],
            None,
        )

    async def export_all(self, call: Call) -> Answer:
        """A file a kind, attachments, and a manifest."""
        form = _form(call)
        await self._exports.note(call.session.agent, "all", form, call.remote)
        name = f"barev-{clock.now().date().isoformat()}.zip"
        return await _send(call, self._exports.zipped(form, call.session.agent), name, _ZIP)

    async def export_kind(self, call: Call) -> Answer:
        """CSV opens in a spreadsheet and runs nothing there; each form can be imported again."""
        form, kind = _form(call), call.request.match_info["kind"]
        if kind not in self._exports.names():
            raise Rejected("not_found", "exchange.kind_unknown", kind=kind)
        if kind not in self._exports.names(call.session.agent):
            raise Rejected("forbidden", "error.forbidden")
        await self._exports.note(call.session.agent, kind, form, call.remote)
        name = f"{kind}-{clock.now().date().isoformat()}.{form}"
        return await _send(call, self._exports.stream(kind, form), name, MEDIA_OF[form])


def _form(call: Call) -> Form:
    wanted = call.query_text("format") or "csv"
    for form in FORMS:
        if form == wanted:
            return form
    raise Rejected("invalid", "error.field_wrong", field="format")


async def _send(call: Call, parts: AsyncIterator[bytes], name: str, media: str) -> Answer:
    """Streams the parts as they come; nothing is held but one of them."""
    headers = {
        hdrs.CONTENT_TYPE: media,
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
        hdrs.CACHE_CONTROL: "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    response = web.StreamResponse(headers=headers)
    response.enable_chunked_encoding()
    await response.prepare(call.request)
    try:
        async for part in parts:
            if part:
                await response.write(part)
        await response.write_eof()
    except ClientConnectionResetError:  # he has gone; there is nobody to tell
        pass
    return Answer(None, stream=response)
