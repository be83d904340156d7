"""The web application: REST, pages, health. Sockets are attached by the wiring."""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

import chat_widget
import desk
from barev.demo_control import DemoControl
from barev.health import Health
from barev.pages import SECURITY, Pages
from barev.patience import in_time
from chat_widget.site import SitePages
from conversation.errors import Rejected
from desk.rest.api import PREFIX, Api, Route, say_methods
from desk.rest.openapi import describe

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self' ws: wss:",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
DESCRIBED: web.AppKey[Callable[[], str]] = web.AppKey("described")
"""Makes the text of openapi.json when it is first asked for: a start has 30 ms less to do."""
_PAGE = {"Content-Security-Policy": _CSP, "X-Frame-Options": "SAMEORIGIN"}
_ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the application serves."""

    site: SitePages
    health: Health
    api: Api
    routes: list[Route]
    version: str
    demo: DemoControl | None  # where the demo site is served
    body_limit: int
    body_timeout_s: float
    hsts_s: int  # 0: no word of it
    add_files: Callable[[web.Application], None]


def make_app(parts: WebParts) -> web.Application:
    """The aiohttp application without its sockets."""
    watching = [parts.health.watching(), _plain_errors(parts.api), in_time(parts.body_timeout_s)]
    app = web.Application(client_max_size=parts.body_limit, middlewares=watching)
    logging.getLogger("aiohttp.server").addFilter(_is_ours)
    parts.api.add(app, parts.routes)
    _add_description(app, cache(lambda: json.dumps(describe(parts.routes, parts.version), ensure_ascii=False)))
    parts.health.add_to(app)
    if parts.demo is not None:
        _add_logins(app, parts.demo)
    parts.add_files(app)
    parts.site.add(app)
    _add_pages(app, parts.demo is not None)
    if parts.hsts_s:
        app.on_response_prepare.append(_https_only(parts.hsts_s))
    return app


def _https_only(seconds: int) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def tell(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Strict-Transport-Security"] = f"max-age={seconds}"

    return tell


def _add_description(app: web.Application, described: Callable[[], str]) -> None:
    @cache
    def etag() -> str:
        return hashlib.sha256(described().encode()).hexdigest()[:32]

    async def openapi(request: web.Request) -> web.StreamResponse:
        headers = {"Cache-Control": "no-cache", "ETag": f'"{etag()}"'}
        if any(one.value in (etag(), "*") for one in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(text=described(), content_type="application/json", headers=headers)

    app[DESCRIBED] = described
    path = f"{PREFIX}/openapi.json"
    app.router.add_get(path, openapi)
    app.router.add_route("OPTIONS", path, say_methods(["GET", "HEAD", "OPTIONS"]))


def _add_pages(app: web.Application, demo: bool) -> None:
    widget = Pages(Path(chat_widget.__file__).parent / "static", _ANYWHERE)
    console = Pages(Path(desk.__file__).parent / "static", _PAGE)
    site = Pages(Path(__file__).parent / "demo_site" / "static", _PAGE)

    def one(pages: Pages, name: str) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return pages.answer(request, name)

        return handle

    def below(pages: Pages, folder: str = "") -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return pages.answer(request, folder + request.match_info["name"])

        return handle

    async def to_desk(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/desk/")

    app.router.add_get("/widget.js", one(widget, "widget.js"))
    app.router.add_get("/book.js", one(Pages(Path(desk.__file__).parent / "static", _ANYWHERE), "book.js"))
    preview = Pages(Path(chat_widget.__file__).parent / "static", _PAGE)
    app.router.add_get("/widget/preview.html", one(preview, "widget/preview.html"))
    app.router.add_get("/talk", one(preview, "widget/talk.html"))
    app.router.add_get("/talk/{token}", one(preview, "widget/talk.html"))
    app.router.add_get("/widget/{name:.+}", below(widget, "widget/"))
    app.router.add_get("/desk", to_desk)
    app.router.add_get("/desk/", one(console, "index.html"))
    app.router.add_get("/desk/{name:.+}", below(console))
    if demo:
        app.router.add_get("/", one(site, "index.html"))
        app.router.add_get("/demo/{name:.+}", below(site))
    else:
        app.router.add_get("/", to_desk)


def _add_logins(app: web.Application, demo: DemoControl) -> None:
    async def logins(request: web.Request) -> web.StreamResponse:
        """The demo's logins for its page; only on the machine itself, like the terminal that prints them."""
        forwarded = {"Forwarded", "X-Forwarded-For", "X-Real-IP"} & set(request.headers)
        if forwarded or not _is_loopback(request.remote):
            raise web.HTTPNotFound
        password, people = await demo.logins()
        body = {"password": password, "logins": [one._asdict() for one in people]}
        return web.json_response(body, headers={**SECURITY, "Cache-Control": "no-store"})

    app.router.add_get("/demo/logins.json", logins)


def _is_loopback(remote: str | None) -> bool:
    try:
        return remote is not None and ip_address(remote).is_loopback
    except ValueError:
        return False


def _plain_errors(api: Api) -> Middleware:
    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Under /api every refusal is problem JSON, ours and the router's alike; a fault of ours is logged and said."""
        under_api = request.path.startswith(PREFIX)
        try:
            return await handler(request)
        except web.HTTPException as error:
            if not under_api or error.status < 400:
                raise
            language = api.language_of(request)
            if error.status == web.HTTPRequestTimeout.status_code:
                return api.problem(Rejected("invalid", "error.file_broken_off"), language, error.status)
            if error.status != 405:
                return api.problem(Rejected("not_found", "error.page_not_found"), language)
            response = api.problem(Rejected("invalid", "error.method_wrong"), language, 405)
            response.headers["Allow"] = error.headers.get("Allow", "")
            return response
        except Exception as error:
            if _is_theirs(error, request):
                log.debug("a request was no request: %s", type(error).__name__)
                refused = Rejected("invalid", "error.invalid")
                return api.problem(refused, api.language_of(request)) if under_api else web.Response(status=400)
            resource = request.match_info.route.resource  # without what an address has in it that opens something
            log.exception("%s %s failed", request.method, "" if resource is None else resource.canonical)
            return api.fault(request)

    return refuse


def _is_theirs(error: BaseException | None, request: web.Request | None = None) -> bool:
    """Whether what came is nothing that HTTP knows, or who sent it has gone."""
    if isinstance(error, ConnectionError):
        return request is not None and request.transport is None
    return isinstance(error, web.RequestPayloadError | HttpProcessingError)


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether something said by aiohttp is for our log: what strangers send that is no HTTP is not, nor its address."""
    error = None if record.exc_info is None else record.exc_info[1]
    return error is None or not (_is_theirs(error) or isinstance(error, UnicodeEncodeError))  # a header it repeats
