"""``/unsubscribe/TOKEN``: no more letters of a kind to an address.

A mail program posts ``List-Unsubscribe=One-Click`` (RFC 8058), without cookies, and is answered without a redirect. Who
follows the link is asked first: what merely looks at links changes nothing.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from aiohttp import web

from business.outreach.stopping import Standing, Stopping
from conversation.errors import Unavailable
from conversation.messages import Language
from desk.pages.customer_text import Frame, address
from desk.pages.serving import Serving

_ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
_UNDO: Final = "again"


class StopPage:
    """The page, and what is posted to it."""

    def __init__(self, serving: Serving, stopping: Stopping) -> None:
        self._serving = serving
        self._stopping = stopping

    def add(self, app: web.Application) -> None:
        """Registers the address."""
        app.router.add_get("/unsubscribe/{token}", self.handle)
        app.router.add_post("/unsubscribe/{token}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Asks, or does it; what fails is said on a page."""
        serving, language = self._serving, self._serving.language(request)
        frame = self._frame(request, language)
        wait_s = serving.too_many(request)
        if wait_s:
            return self._failed(request, frame, "pages.too_many", 429, wait_s)
        try:
            standing = await self._stopping.find(request.match_info["token"])
            if standing is None:
                unknown = f"<h1>{frame.say('stop.unknown')}</h1><p>{frame.say('stop.unknown_text')}</p>"
                return serving.answer(request, frame.page("", unknown), language, 404)
            frame = self._frame(request, serving.language(request, standing.language))
            if request.method != "POST":
                return self._answer(request, frame, standing)
            return await self._do(request, frame, standing)
        except Unavailable as error:
            return self._failed(request, frame, "pages.try_again", 503, error.retry_after_s or 1)

    async def _do(self, request: web.Request, frame: Frame, standing: Standing) -> web.StreamResponse:
        token, remote = request.match_info["token"], self._serving.remote_of(request)
        given, key = await self._serving.read_form(request, f"stop.{token}")
        stops = _says(given, *_ONE_CLICK)
        if not stops and (key is None or not _says(given, _UNDO, "1")):
            return self._answer(request, frame, standing, "pages.form_old", 400)
        source = "letter" if key is None else "page"
        now = await self._stopping.set_stopped(token, source, remote, stopped=stops) or standing
        return self._answer(request, frame, now, None if now.stopped else "pages.stop.back")

    def _answer(
        self, request: web.Request, frame: Frame, standing: Standing, told: str | None = None, status: int = 200
    ) -> web.StreamResponse:
        say, token = frame.say, request.match_info["token"]
        name, value = (_UNDO, "1") if standing.stopped else _ONE_CLICK
        go, button = ("stop.undo", "button") if standing.stopped else ("stop.go", "go")
        said = ' role="status"' if standing.stopped and not told else ""
        main = (
            f"{frame.told(told, wrong=status >= 400)}<h1>{say('stop.title')}</h1>"
            f"<p{said}>{say(f'stop.{_state(standing)}.{standing.about}')}</p>"
            f'<p class="soft">{say("stop.codes")}</p>'
            f'<form method="post" action="{address(f"/unsubscribe/{token}", lang=frame.language)}">'
            f'<input type="hidden" name="form" value="{escape(self._serving.forms.make(f"stop.{token}"))}">'
            f'<input type="hidden" name="{name}" value="{value}">'
            f'<div class="deeds"><button class="{button}">{say(go)}</button></div></form>'
        )
        return self._serving.answer(request, frame.page("", main), frame.language, status)

    def _failed(self, request: web.Request, frame: Frame, what: str, status: int, wait_s: float) -> web.StreamResponse:
        headers = {"Retry-After": str(max(1, round(wait_s)))}
        page = frame.page("", frame.told(what, wrong=True))
        return self._serving.answer(request, page, frame.language, status, headers=headers)

    def _frame(self, request: web.Request, language: Language) -> Frame:
        here, serving = f"/unsubscribe/{request.match_info['token']}", self._serving
        others = {one: f"{here}?lang={one}" for one in serving.languages}
        return Frame(serving.texts, language, serving.business, "stop.of", "", others, serving.mark_of(None))


def _says(given: Mapping[str, str], name: str, value: str) -> bool:
    return given.get(name) == value


def _state(standing: Standing) -> str:
    return "done" if standing.stopped else "ask"
