"""How pages for customers are answered: who may frame them, that nothing keeps or finds them, in which language."""

import gzip
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from aiohttp import web

from business.booking.own_links import FormTokens
from conversation.clock import from_iso
from conversation.limits import Limiter, Rate
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import choose_language
from desk.namespace import same_origin

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
}
_LOOKS: Final = Rate(10, 120)
_DEEDS: Final = Rate(0.5, 30)
_FIELD_CHARS: Final = 2_000
LANGUAGE: Final = "lang"


@dataclass(slots=True)
class Serving:
    """What the pages share. ``languages``: of the business, the default first; ``remote_of``: a request's network
    address; ``mark_of``: where the firm's logo is had, by the key of an inbox, empty for none. So many looks and deeds
    are taken from one address."""

    texts: Texts
    languages: tuple[Language, ...]
    business: str
    remote_of: Callable[[web.Request], str]
    forms: FormTokens
    mark_of: Callable[[str | None], str]
    looks: Limiter = field(default_factory=lambda: Limiter(_LOOKS))
    deeds: Limiter = field(default_factory=lambda: Limiter(_DEEDS))

    def language(self, request: web.Request, own: Language | None = None) -> Language:
        """That of the address, else the customer's own, else his browser's."""
        asked = request.query.get(LANGUAGE)
        known = next((one for one in self.languages if one == asked), None)
        if known is None and own in self.languages:
            known = own
        return known or choose_language(None, request.headers.get("Accept-Language"), self.languages)

    def answer(
        self,
        request: web.Request,
        page: str,
        language: Language,
        status: int = 200,
        *,
        frames: str = "'none'",
        headers: Mapping[str, str] | None = None,
        scripts: bool = False,
    ) -> web.Response:
        """A page. ``frames``: who may show it in a frame of his own (CSP's frame-ancestors); ``scripts``: ours may run
        on it."""
        policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
        policy += f"; frame-ancestors {frames}" + ("; script-src 'self'; connect-src 'self'" if scripts else "")
        told = {**_HEADERS, "Content-Security-Policy": policy, "Content-Language": language, **(headers or {})}
        body = page.encode("utf-8", "replace")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            told |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            body = gzip.compress(body, 6, mtime=0)
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8", headers=told)

    def too_many(self, request: web.Request) -> float:
        """Seconds to wait, 0 for none: for a look, or for a deed."""
        limiter = self.looks if request.method in ("GET", "HEAD") else self.deeds
        return limiter.take(self.remote_of(request), time.monotonic())

    async def read_form(self, request: web.Request, about: str) -> tuple[Mapping[str, str], str | None]:
        """The fields of a form of ours, and the key by which it is done once; None where it is none, or too old."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin")
        # a page that tells nobody where it was reached by says so by the word null
        foreign = site not in ("same-origin", "none") or (origin not in (None, "null") and not same_origin(headers))
        given = {
            name: value[:_FIELD_CHARS].replace("\x00", "").encode("utf-8", "replace").decode()
            for name, value in (await read_fields(request)).items()
        }
        return given, None if foreign else self.forms.read(about, given.get("form", ""))


async def read_fields(request: web.Request) -> dict[str, str]:
    """What a form has in it, files left out; nothing where it is none."""
    try:
        fields = await request.post()
    except (ValueError, LookupError, RuntimeError, zlib.error):  # aiohttp's, for parts and letters that it cannot read
        return {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def see_other(href: str) -> web.Response:
    """After a deed: the page that tells of it."""
    return web.Response(status=303, headers={"Location": href, **_HEADERS})


def read_moment(text: str | None) -> datetime | None:
    """A moment of an address or a form; None for what is none."""
    try:
        return from_iso((text or "").replace(" ", "+"))
    except (ValueError, OverflowError):
        return None


def read_day(text: str | None) -> date | None:
    """A day of an address or a form; None for what is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
