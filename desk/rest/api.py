"""How a REST route is declared, called and refused."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from business.team.accounts import Accounts, Session
from conversation.errors import BarevError, ErrorCode, Rejected, Unavailable
from conversation.limits import Limiter
from conversation.messages import Json, JsonObject, Language
from conversation.ports import Texts
from conversation.wire import as_object, choose_language, error_body, error_text
from desk.namespace import same_origin
from desk.session import COOKIE
from desk.settings import DeskSettings

STATUS: Mapping[ErrorCode, int] = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "already_taken": 409,
    "slot_taken": 409,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
}
Schema = Mapping[str, object]
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a JSON body (None: no content) and its status; or ``stream``, a response of its own."""

    body: object
    status: int = 200
    cookie: str | None = None  # "" takes the session cookie away
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: web.StreamResponse | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a route sees it: parsed once, at the door."""

    request: web.Request
    language: Language
    remote: str
    body: JsonObject
    signed_in: Session | None

    @property
    def session(self) -> Session:
        """The session of a route that needs one. Raises Rejected unauthorized."""
        if self.signed_in is None:
            raise Rejected("unauthorized", "error.session_expired")
        return self.signed_in

    def path_id(self, name: str = "id") -> int:
        """A whole number in the path. Raises Rejected not_found: no such thing can be."""
        text = self.request.match_info[name]
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise Rejected("not_found", "error.not_found")
        return int(text)

    def query_int(self, name: str, default: int | None, least: int, most: int) -> int | None:
        """A whole number of the query. Raises Rejected invalid."""
        text = self.request.query.get(name)
        if text is None or text == "":
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 15 or not least <= int(text) <= most:
            raise Rejected("invalid", "error.field_wrong", field=name)
        return int(text)

    def query_text(self, name: str, limit: int = 200) -> str:
        """A text of the query, empty where absent. Raises Rejected too_large."""
        text = self.request.query.get(name, "").replace("\x00", "")
        if len(text) > limit:
            raise Rejected("too_large", "error.text_too_long", limit=limit)
        return text.encode("utf-8", "replace").decode()


Handle = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``query`` and ``body`` are JSON schemas by name; ``permission`` is what the agent's role must
    hold. ``parts``: schemas of the path's parts that are no ids. ``upload``: the schema of a multipart form that the
    route reads from ``call.request`` itself. ``media``: the content types of its good answer where it is no JSON."""

    method: str
    path: str
    handle: Handle
    summary: str
    answers: Mapping[int, Schema | None]
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    public: bool = False
    permission: str | None = None
    parts: Mapping[str, Schema] = field(default_factory=dict)
    upload: Schema | None = None
    media: tuple[str, ...] = ()


class Api:
    """Turns routes into aiohttp handlers: session, rights, rate, errors as RFC 9457 problem JSON."""

    def __init__(self, settings: DeskSettings, accounts: Accounts, texts: Texts) -> None:
        self._settings = settings
        self._accounts = accounts
        self._texts = texts
        self._limiter = Limiter(settings.rest_rate)

    def add(self, app: web.Application, routes: list[Route]) -> None:
        """Registers the routes."""
        for route in routes:
            app.router.add_route(route.method, PREFIX + route.path, self._handler(route))

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            language = self.language_of(request)
            try:
                session = None if route.public else await self._sign_in(request, route)
                if session is not None and "Accept-Language" not in request.headers:
                    language = session.agent.language
                body = await self._body(request) if route.body is not None else {}
                call = Call(request, language, self._remote(request), body, session)
                return self._respond(await route.handle(call))
            except BarevError as error:
                return self.problem(error, language)

        return handle

    async def _sign_in(self, request: web.Request, route: Route) -> Session:
        header = request.headers.get("Authorization", "")
        token = header[7:].strip() if header[:7].lower() == "bearer " else None
        if token is None:
            token = request.cookies.get(COOKIE)
            if token is not None and route.method != "GET":
                require_same_origin(request)
        if not token:
            raise Rejected("unauthorized", "error.session_expired")
        session = await self._accounts.find_session(token)
        wait = self._limiter.take(str(session.id), time.monotonic())
        if wait:
            raise Rejected("too_many", "error.rate", retry_after_s=wait, seconds=max(1, round(wait)))
        if route.permission is not None and route.permission not in session.agent.permissions:
            raise Rejected("forbidden", "error.permission_missing", permission=route.permission)
        return session

    async def _body(self, request: web.Request) -> JsonObject:
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            limit_kb = self._settings.body_limit // 1024
            raise Rejected("too_large", "error.payload_too_large", limit_kb=limit_kb) from error
        if not raw.strip():
            return {}
        try:
            parsed: Json = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise Rejected("invalid", "error.json_wrong") from error
        return as_object(parsed)

    def _remote(self, request: web.Request) -> str:
        remote = request.remote or ""
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded and remote in self._settings.trusted_proxies:
            return forwarded.rsplit(",", 1)[-1].strip()[:64] or remote
        return remote

    def _respond(self, answer: Answer) -> web.StreamResponse:
        if answer.stream is not None:
            return answer.stream
        if answer.body is None:
            response = web.Response(status=answer.status if answer.status != 200 else 204, headers=answer.headers)
        else:
            text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
            response = web.Response(
                text=text, status=answer.status, content_type="application/json", headers=answer.headers
            )
        response.headers["Cache-Control"] = "no-store"
        if answer.cookie == "":
            response.del_cookie(COOKIE, path="/")
        elif answer.cookie is not None:
            response.set_cookie(
                COOKIE,
                answer.cookie,
                max_age=self._settings.session_days * 86_400,
                httponly=True,
                samesite="Strict",
                secure=self._settings.secure_cookie,
                path="/",
            )
        return response

    def language_of(self, request: web.Request) -> Language:
        """The language that a request asks for."""
        return choose_language(None, request.headers.get("Accept-Language"), self._settings.languages)

    def fault(self, request: web.Request) -> web.Response:
        """A fault of ours, said without its cause."""
        return self.problem(Unavailable(), self.language_of(request))

    def problem(self, error: BarevError, language: Language) -> web.Response:
        """The error as problem JSON in the reader's language."""
        status = STATUS[error.code]
        body = {
            "type": "about:blank",
            "title": self._texts.get(language, f"error.{error.code}"),
            "status": status,
            "detail": error_text(self._texts, language, error),
            **error_body(self._texts, language, error),
        }
        headers = {"Cache-Control": "no-store", "Content-Language": language}
        if error.retry_after_s is not None:
            headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
        text = json.dumps(body, ensure_ascii=False)
        return web.Response(text=text, status=status, content_type="application/problem+json", headers=headers)


def require_same_origin(request: web.Request) -> None:
    """Raises Rejected forbidden where a browser sends this from a page that is not ours (against request forgery)."""
    if not same_origin({name.lower(): value for name, value in request.headers.items()}):
        raise Rejected("forbidden", "error.origin_refused")


def page_of(items: list[dict[str, object]], following: int | None) -> Answer:
    """A list: ``{"items", "next"}``, the cursor as text or null."""
    return Answer({"items": items, "next": None if following is None else str(following)})
