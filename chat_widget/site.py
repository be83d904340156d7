"""What a page asks for before anybody opens the chat: how the launcher looks; and the logo."""

import hashlib
import json
import re
from collections.abc import Mapping

from aiohttp import web

from conversation.errors import BarevError, Rejected
from conversation.inboxes import Inboxes, InboxView, allows
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import choose_language, error_body

_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_FRESH = "public, max-age=60, stale-while-revalidate=86400"
_FOR_EVER = "public, max-age=31536000, immutable"
_LOGO = re.compile("[0-9a-f]{20}")
_KEY_CHARS = 100


def show_config(inbox: InboxView, language: Language, business: str) -> dict[str, object]:
    """``/widget/config``: what the launcher and the words beside it need."""
    face = inbox.face(language)
    config: dict[str, object] = {"language": language, "title": face.title or business, "theme": face.theme}
    if "proactive" in face.widget:
        config["proactive"] = face.widget["proactive"]
    return config


class SitePages:
    """Answers GET /widget/config and /widget/logo/NAME, from memory."""

    def __init__(self, inboxes: Inboxes, texts: Texts, languages: tuple[Language, ...], business: str) -> None:
        self._inboxes = inboxes
        self._texts = texts
        self._languages = languages
        self._business = business

    def add(self, app: web.Application) -> None:
        """Registers both addresses."""
        app.router.add_get("/widget/config", self.config)
        app.router.add_get("/widget/logo/{name}", self.logo)

    async def config(self, request: web.Request) -> web.StreamResponse:
        """``?widget=KEY&language=``; a site where the chat may not stand gets 403 with the error in JSON."""
        given, accepted = request.query.get("language"), request.headers.get("Accept-Language")
        language = choose_language(given, accepted, self._languages)
        try:
            inbox = await self._inboxes.find((request.query.get("widget") or "")[:_KEY_CHARS] or None)
            if not allows(inbox.domains, request.headers.get("Origin"), request.headers.get("Host", "")):
                raise Rejected("forbidden", "error.origin_refused")
        except BarevError as error:
            status = {"forbidden": 403, "not_found": 404}.get(error.code, 503)
            body: Mapping[str, object] = {"error": error_body(self._texts, language, error)}
            return _json(body, {"Cache-Control": "no-store", "Vary": "Origin"}, status)
        text = json.dumps(show_config(inbox, language, self._business), ensure_ascii=False)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
        headers = {**_ANYWHERE, "Cache-Control": _FRESH, "ETag": etag, "Vary": "Origin, Accept-Language"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="application/json", headers=headers)

    async def logo(self, request: web.Request) -> web.StreamResponse:
        """A picture; its name changes with it."""
        name = request.match_info["name"]
        await self._inboxes.find(None)
        found = self._inboxes.find_logo(name) if _LOGO.fullmatch(name) else None
        if found is None:
            raise web.HTTPNotFound(text="404: no such picture\n", headers=_ANYWHERE)
        kind, body = found
        headers = {**_ANYWHERE, "Cache-Control": _FOR_EVER, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=body, content_type=kind, headers=headers)


def _json(body: Mapping[str, object], headers: Mapping[str, str], status: int) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", headers={**_ANYWHERE, **headers})
