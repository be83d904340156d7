"""How a REST route is called and refused.

The rules that keep the description true (``/api/v1/openapi.json`` is made from the routes, and a fuzzer holds the
server to it, as an owner and as an agent):

- A class with ``routes()`` that returns ``Route``s, one line in the wiring. Nothing under /api/v1 is registered
  otherwise.
- ``body`` and ``query`` say everything that is wrong by its form: types, ``minimum``, ``maximum``, ``maxLength``,
  ``enum``, ``pattern``. They are checked at the door (``shape``), before the handler: it need not check again, only
  what a schema cannot say (a phone, a name that is taken), by ``Rejected``. What fits its schema and is refused all the
  same is answered 404, 409 or 403; ``invalid`` (400) after a good schema is for what no schema says, and best avoided.
- Ids in bodies are ``ID`` of ``schemas``, numbers have bounds, texts a ``maxLength``. A property that is not required
  may be null as well: the handler finds None. An object takes unknown properties unless ``closed=True``.
- ``answers`` names every good status with its schema; refusals need not be named. A property that is not always there
  is not in ``required``. Times are ``MOMENT``.
- A part of the path is an id (``call.path_id("nid")``) unless ``parts`` has its schema.
- Lists: ``list_query(LISTING, most)`` and ``wanted(call, LISTING, most)`` of ``lists``; never an offset.
- A file: ``media=("text/csv",)`` and ``Answer(None, stream=response)``. A form with a file: ``upload=`` its schema.
- ``once=True`` for a POST that must not happen twice: the header Idempotency-Key is then taken and described.
- ``permission`` binds people and tokens. What a token shall never do (log-in, own password) is ``people_only``.
"""

import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import cast

from aiohttp import web

from business.once import Once, RepeatedError
from business.team.accounts import Accounts, Session
from business.team.tokens import MARK, Tokens
from conversation.errors import BarevError, ErrorCode, Rejected, Unavailable
from conversation.limits import Limiter
from conversation.messages import JsonObject, Language
from conversation.ports import Texts
from conversation.wire import choose_language, error_body, error_text
from desk.namespace import same_origin
from desk.rest.routes import KEY_HEADER, PREFIX, Answer, Call, Handle, Route, Schema
from desk.rest.scopes import require_scope, scopes_of
from desk.rest.shape import check_body, check_query, parse_body
from desk.session import COOKIE, COOKIE_MARK
from desk.settings import DeskSettings

__all__ = [
    "PREFIX",
    "STATUS",
    "Answer",
    "Api",
    "Call",
    "Handle",
    "Route",
    "Schema",
    "page_of",
    "require_same_origin",
    "say_methods",
]

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
_KEY_LIMIT = 200
_Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Turns routes into aiohttp handlers: session, rights, rate, errors as RFC 9457 problem JSON. ``scopes``: of
    programs' tokens, beside permissions."""

    def __init__(self, settings: DeskSettings, accounts: Accounts, tokens: Tokens, texts: Texts) -> None:
        self._settings = settings
        self._accounts = accounts
        self._tokens = tokens
        self._texts = texts
        self._limiter = Limiter(settings.rest_rate)
        self.scopes: frozenset[str] = frozenset()

    def add(self, app: web.Application, routes: list[Route]) -> None:
        """Registers the routes; where there is GET there is HEAD, and every path answers OPTIONS."""
        methods: dict[str, list[str]] = defaultdict(list)
        for route in routes:
            methods[PREFIX + route.path].append(route.method)
            app.router.add_route(route.method, PREFIX + route.path, self._handler(route))
            if route.method == "GET":
                methods[PREFIX + route.path].append("HEAD")
                app.router.add_route("HEAD", PREFIX + route.path, self._handler(route))
        for path, known in methods.items():
            app.router.add_route("OPTIONS", path, say_methods([*known, "OPTIONS"]))
        self.scopes = scopes_of(routes)

    def _handler(self, route: Route) -> _Respond:
        async def handle(request: web.Request) -> web.StreamResponse:
            language = self.language_of(request)
            try:
                session = None if route.public else await self._sign_in(request, route)
                if session is not None:
                    if "Accept-Language" not in request.headers:
                        language = session.agent.language
                    _require_right(session, route)
                check_query(route.query, request.query, route.needed)
                body = await self._body(request, route.body) if route.body is not None else {}
                call = Call(request, language, self.remote_of(request), body, session)
                key = request.headers.get(KEY_HEADER) if route.once else None
                answer = await (route.handle(call) if key is None else self._answer_once(route, call, key))
                return self._respond(answer)
            except BarevError as error:
                return self.problem(error, language)

        return handle

    async def _sign_in(self, request: web.Request, route: Route) -> Session:
        header = request.headers.get("Authorization", "")
        token = header[7:].strip() if header[:7].lower() == "bearer " else None
        if token is None:
            token = request.cookies.get(COOKIE)
            if token is not None and request.method not in ("GET", "HEAD"):
                require_same_origin(request)
        if not token:
            raise Rejected("unauthorized", "error.session_expired")
        of_program = token.startswith(MARK)
        session = await (self._tokens.find(token) if of_program else self._accounts.find_session(token))
        wait = self._limiter.take(f"{MARK if of_program else ''}{session.id}", time.monotonic())
        if wait:
            raise Rejected("too_many", "error.rate", retry_after_s=wait, seconds=max(1, round(wait)))
        return session

    async def _body(self, request: web.Request, schema: Schema) -> JsonObject:
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            limit_kb = self._settings.body_limit // 1024
            raise Rejected("too_large", "error.payload_too_large", limit_kb=limit_kb) from error
        body = parse_body(raw) if raw.strip() else {}
        if not isinstance(body, dict):
            raise Rejected("invalid", "error.payload_not_object")
        check_body(schema, body)
        return body

    async def _answer_once(self, route: Route, call: Call, key: str) -> Answer:
        """Does it the first time, and answers the same (with status 200) when it is asked again."""
        if not key or len(key) > _KEY_LIMIT or not key.isprintable():
            raise Rejected("invalid", "access.key_wrong", field=KEY_HEADER)
        once = Once(f"rest {route.method} {call.request.path} {call.session.agent.id}", key, call.body)
        try:
            answer = await route.handle(replace(call, once=once))
        except RepeatedError as repeated:
            return Answer(repeated.answer["body"], headers=cast("dict[str, str]", repeated.answer["headers"]))
        if not once.used:
            raise TypeError(f"{route.path} is to be done once and does not keep its answer")
        return answer

    def remote_of(self, request: web.Request) -> str:
        """The network address that a request comes from, behind trusted proxies too."""
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
            response.del_cookie(COOKIE_MARK, path="/")
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
            response.set_cookie(
                COOKIE_MARK,
                "1",
                max_age=self._settings.session_days * 86_400,
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

    def problem(self, error: BarevError, language: Language, status: int | None = None) -> web.Response:
        """The error as problem JSON in the reader's language. ``status``: another one than its code's."""
        status = status or STATUS[error.code]
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


def say_methods(methods: list[str]) -> _Respond:
    """Answers OPTIONS."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204, headers={"Allow": ", ".join(sorted(methods)), "Cache-Control": "no-store"})

    return handle


def _require_right(session: Session, route: Route) -> None:
    if session.scopes is not None:
        require_scope(route, session.scopes)
    if route.permission is not None and route.permission not in session.agent.permissions:
        raise Rejected("forbidden", "error.permission_missing", permission=route.permission)


def require_same_origin(request: web.Request) -> None:
    """Raises Rejected forbidden where a browser sends this from a page that is not ours (against request forgery)."""
    if not same_origin({name.lower(): value for name, value in request.headers.items()}):
        raise Rejected("forbidden", "error.origin_refused")


def page_of(items: list[dict[str, object]], following: int | str | None) -> Answer:
    """A list: ``{"items", "next"}``, the cursor as text or null."""
    return Answer({"items": items, "next": None if following is None else str(following)})
