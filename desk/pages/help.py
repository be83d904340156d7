"""``/help/``: what anybody may read. Works without scripts and without cookies.

A vote counts once a browser: it is known by a cookie that an article's page gives it, or, where cookies are refused, by
a keyed hash of its network address and name.
"""

import asyncio
import gzip
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC
from importlib.resources import files
from typing import Final

from aiohttp import web

from business.knowledge.asked import Asked
from business.knowledge.markdown import to_html
from business.knowledge.search import KnowledgeSearch
from conversation import clock
from conversation.dates import say_day
from conversation.errors import BarevError
from conversation.limits import Limiter, Rate
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import choose_language
from crm_store import Tx, knowledge, knowledge_asked
from crm_store.engine import Store
from crm_store.rows import AnyRow
from desk.namespace import same_origin
from desk.pages.help_text import Frame, Listed
from desk.pages.serving import read_fields

_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
_HEADERS: Final = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_COOKIE: Final = "barev_reader"
_READER = re.compile("[0-9a-f]{32}")
_YEAR_S: Final = 31_536_000
_SEARCHES: Final = Rate(5, 20)
_VOTES: Final = Rate(0.2, 10)
_FOUND: Final = 20
_PLAUSIBLE: Final = 0.3
"""Who searches by himself is shown more than the bot would say."""
_PASSAGE_CHARS: Final = 200
_KEPT_PAGES: Final = 200


class HelpPages:
    """The pages. ``languages``: of the business, the default first; ``remote_of``: a request's network address;
    ``secret``: nobody else knows it; ``secure``: the cookie is for https alone."""

    def __init__(
        self,
        store: Store,
        search: KnowledgeSearch,
        texts: Texts,
        languages: tuple[Language, ...],
        business: str,
        remote_of: Callable[[web.Request], str],
        secret: bytes,
        *,
        secure: bool,
    ) -> None:
        self._store = store
        self._search = search
        self._texts = texts
        self._languages = languages
        self._business = business
        self._remote_of = remote_of
        self._secret = secret
        self._secure = secure
        self._searches = Limiter(_SEARCHES)
        self._votes = Limiter(_VOTES)
        self._asked = Asked(store)
        self._style = files("desk.pages").joinpath("help.css").read_bytes()
        self._written: dict[tuple[int, str, object], str] = {}

    def add(self, app: web.Application) -> None:
        """Registers the addresses."""
        app.router.add_get("/help", self.to_index)
        app.router.add_get("/help/", self.to_index)
        app.router.add_get("/help/help.css", self.style)
        app.router.add_get("/help/{language}", self.to_index)
        app.router.add_get("/help/{language}/", self.index)
        app.router.add_get("/help/{language}/{slug}", self.article)
        app.router.add_post("/help/{language}/{slug}/vote", self.vote)

    async def style(self, request: web.Request) -> web.StreamResponse:
        """The one style sheet."""
        etag = f'"{hashlib.sha256(self._style).hexdigest()[:20]}"'
        headers = {"Cache-Control": "no-cache", "ETag": etag, "X-Content-Type-Options": "nosniff"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._style, content_type="text/css", charset="utf-8", headers=headers)

    async def to_index(self, request: web.Request) -> web.StreamResponse:
        """To the reader's own language."""
        asked = request.match_info.get("language")
        language = self._known(asked) or self._reader(request)
        return web.Response(status=302, headers={"Location": f"/help/{language}/", "Vary": "Accept-Language"})

    async def index(self, request: web.Request) -> web.StreamResponse:
        """All articles by title; with ``?q=`` those that are found."""
        language = self._known(request.match_info["language"])
        if language is None:
            return self._missing(request)
        asked = request.query.get("q", "")[:200].replace("\x00", "").strip()
        asked = asked.encode("utf-8", "replace").decode()
        try:
            shown = await (self._find(request, asked, language) if asked else self._list(language))
        except BarevError as error:
            return self._failed(error)
        frame = self._frame(language, {one: f"/help/{one}/" for one in self._languages})
        return self._answer(request, frame.page("", frame.index(asked, shown)), language)

    async def article(self, request: web.Request) -> web.StreamResponse:
        """An article in a language; where it is not written in it, in one that it is written in."""
        language, slug = self._known(request.match_info["language"]), request.match_info["slug"]
        if language is None:
            return self._missing(request)
        reader = self._reader_id(request)
        try:
            texts, voted = await self._store.read(lambda tx: _load(tx, slug, reader))
        except BarevError as error:
            return self._failed(error)
        if not texts:
            return self._missing(request, language)
        if language not in texts:
            other = next((one for one in self._languages if one in texts), next(iter(texts)))
            return web.Response(status=302, headers={"Location": f"/help/{other}/{slug}"})
        row = texts[language]
        frame = self._frame(language, {one: f"/help/{one}/{slug}" for one in self._languages if one in texts})
        when = say_day(self._texts, language, row.updated_at.astimezone(UTC).date(), clock.now().date())
        if reader is None:  # one without cookies is told what he has just said
            voted = {"yes": True, "no": False}.get(request.query.get("voted", ""))
        main = frame.article(slug, row.title, await self._html(row), when, voted)
        answer = self._answer(request, frame.page(row.title, main), language)
        if reader is None:
            fresh = secrets.token_hex(16)
            answer.set_cookie(
                _COOKIE, fresh, max_age=_YEAR_S, path="/help", httponly=True, samesite="Lax", secure=self._secure
            )
        return answer

    async def vote(self, request: web.Request) -> web.StreamResponse:
        """The form's ``useful``: yes or no. Then the page again."""
        language, slug = self._known(request.match_info["language"]), request.match_info["slug"]
        own = same_origin({name.lower(): value for name, value in request.headers.items()})
        if language is None or not own:
            return self._missing(request, status=404 if own else 403)
        wait_s = self._votes.take(self._remote_of(request), time.monotonic())
        if wait_s:
            return web.Response(status=429, headers={"Retry-After": str(max(1, round(wait_s)))})
        useful = (await read_fields(request)).get("useful")
        reader = self._reader_id(request)
        voter = reader or self._guess_id(request)
        try:
            if useful in ("yes", "no") and not await self._asked.vote(slug, voter, useful=useful == "yes"):
                return self._missing(request, language)
        except BarevError as error:
            return self._failed(error)
        told = f"?voted={useful}" if reader is None and useful in ("yes", "no") else ""
        return web.Response(status=303, headers={"Location": f"/help/{language}/{slug}{told}#vote"})

    # --- parts ------------------------------------------------------------------------------------------------------

    async def _list(self, language: Language) -> list[Listed]:
        rows = await self._store.read(lambda tx: knowledge.list_public(tx, language))
        return [Listed(f"/help/{language}/{row.slug}", row.title, "") for row in rows]

    async def _find(self, request: web.Request, asked: str, language: Language) -> list[Listed]:
        if self._searches.take(self._remote_of(request), time.monotonic()):
            return []
        found = await self._search.find(asked, language, staff=False, limit=_FOUND, meanings=False)
        return [
            Listed(f"/help/{one.language}/{one.slug}", one.title, _shortened(one.text))
            for one in found
            if one.confidence >= _PLAUSIBLE
        ]

    async def _html(self, row: AnyRow) -> str:
        key = (row.article_id, row.language, row.updated_at)
        html = self._written.get(key)
        if html is None:
            html = await asyncio.to_thread(to_html, row.body)
            while len(self._written) >= _KEPT_PAGES:
                self._written.pop(next(iter(self._written)))
            self._written[key] = html
        return html

    def _frame(self, language: Language, others: dict[Language, str]) -> Frame:
        return Frame(self._texts, language, self._business, others)

    def _known(self, word: str | None) -> Language | None:
        return next((one for one in self._languages if one == word), None)

    def _reader(self, request: web.Request) -> Language:
        return choose_language(None, request.headers.get("Accept-Language"), self._languages)

    def _reader_id(self, request: web.Request) -> str | None:
        """By which a reader is known, 32 hex digits; None before he has his cookie."""
        given = request.cookies.get(_COOKIE, "")
        return given if _READER.fullmatch(given) else None

    def _guess_id(self, request: web.Request) -> str:
        seen = f"reader\n{self._remote_of(request)}\n{request.headers.get('User-Agent', '')}"
        return hmac.digest(self._secret, seen.encode("utf-8", "replace"), hashlib.sha256).hex()[:32]

    def _missing(self, request: web.Request, language: Language | None = None, status: int = 404) -> web.StreamResponse:
        spoken = language or self._reader(request)
        frame = self._frame(spoken, {one: f"/help/{one}/" for one in self._languages})
        return self._answer(request, frame.page("", frame.missing()), spoken, status)

    def _failed(self, error: BarevError) -> web.StreamResponse:
        headers = {**_HEADERS, "Retry-After": str(max(1, round(error.retry_after_s or 1)))}
        return web.Response(status=503, text="503\n", headers=headers)

    def _answer(self, request: web.Request, page: str, language: Language, status: int = 200) -> web.Response:
        headers = {**_HEADERS, "Content-Language": language, "Vary": "Accept-Encoding, Cookie"}
        body = page.encode("utf-8", "replace")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 6, mtime=0)
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8", headers=headers)


def _load(tx: Tx, slug: str, reader: str | None) -> tuple[dict[Language, AnyRow], bool | None]:
    """The public texts of an article, and how this reader voted."""
    row = knowledge.find_by_slug(tx, slug)
    if row is None or row.state != "published" or row.audience != "public":
        return {}, None
    texts: dict[Language, AnyRow] = {
        one.language: one for one in knowledge.list_published_of(tx, [row.id]).get(row.id, {}).values()
    }
    return texts, None if reader is None else knowledge_asked.find_vote(tx, row.id, f"reader:{reader}")


def _shortened(text: str) -> str:
    return text if len(text) <= _PASSAGE_CHARS else text[:_PASSAGE_CHARS].rsplit(" ", 1)[0] + "…"
