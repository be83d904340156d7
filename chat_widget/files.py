"""``POST /widget/files``: what a visitor wants to send with a message, from whatever site the widget stands on."""

import json
import time
from collections.abc import Callable

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from chat_widget.visitor import VisitorNamespace
from conversation.errors import BarevError, ErrorCode, Rejected
from conversation.ports import Files
from conversation.uploads import Sender, take_file
from conversation.wire import show_file

PATH = "/widget/files"
_OWNER = "visitor:"
_STATUS: dict[ErrorCode, int] = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
}
_ANYWHERE = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",  # what counts is the token, and no browser sends it by itself
    hdrs.CACHE_CONTROL: "no-store",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    **_ANYWHERE,
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization, content-type",
    hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
}
_BROKEN_FORM = (ValueError, AssertionError, web.RequestPayloadError, HttpProcessingError)  # as aiohttp says it


class VisitorFiles:
    """Takes visitors' files. ``remote_of``: the network address a request comes from."""

    def __init__(self, files: Files, visitors: VisitorNamespace, remote_of: Callable[[web.Request], str]) -> None:
        self._files = files
        self._visitors = visitors
        self._remote_of = remote_of

    def add_to(self, app: web.Application) -> None:
        """Registers the address."""
        app.router.add_post(PATH, self._answer)
        app.router.add_route("OPTIONS", PATH, _allow)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("language", "")[:40] or None
        language = self._visitors.choose_language(wanted, request.headers.get("Accept-Language"))
        try:
            return await self._take(request)
        except BarevError as error:
            body = {"error": self._visitors.say_error(language, error)}
            response = _respond(body, _STATUS.get(error.code, 400))
            if error.retry_after_s is not None:
                response.headers[hdrs.RETRY_AFTER] = str(max(1, round(error.retry_after_s)))
            return response

    async def _take(self, request: web.Request) -> web.StreamResponse:
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme.lower() != "bearer" or len(token) > 400:
            raise Rejected("unauthorized", "error.token_wrong")
        key = self._visitors.tokens.read(token.strip(), time.time())
        await self._visitors.check_upload(key, self._remote_of(request))
        if not (request.content_type or "").startswith("multipart/"):
            raise Rejected("invalid", "error.field_missing", field="file")
        sender = Sender(f"{_OWNER}{key}", request.query.get("client_id"), request.content_length)
        try:
            kept = await take_file(await request.multipart(), self._files, sender)
        except _BROKEN_FORM as error:
            raise Rejected("invalid", "error.field_missing", field="file") from error
        return _respond(show_file(kept.attachment, self._visitors.link), 200 if kept.repeated else 201)


def _respond(body: object, status: int) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json", headers=_ANYWHERE)


async def _allow(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=204, headers=_PREFLIGHT)
