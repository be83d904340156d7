"""How a REST route is declared: what it takes and answers, who may call it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from aiohttp import web

from business.once import Kept, Once, plainly
from business.team.accounts import Session
from conversation.errors import Rejected
from conversation.messages import JsonObject, Language

Schema = Mapping[str, object]
PREFIX = "/api/v1"
KEY_HEADER = "Idempotency-Key"
MOST_ID = 10**15 - 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a JSON body (None: no content) and its status; or ``stream``, a response of its own."""

    body: object
    status: int = 200
    cookie: str | None = None  # "" takes the session cookie away
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: web.StreamResponse | None = None


def _to_keep(answer: Answer) -> JsonObject:
    return cast("JsonObject", {"body": answer.body, "headers": dict(answer.headers)})


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a route sees it: parsed once, at the door, and checked by the route's schemas."""

    request: web.Request
    language: Language
    remote: str
    body: JsonObject
    signed_in: Session | None
    once: Once | None = None

    def kept(self, answer: Callable[[T], Answer]) -> Kept[T]:
        """For the transaction of a route that is done ``once``: keeps the answer that is made of what was done."""
        once = self.once
        return plainly if once is None else lambda tx, work: once.do(tx, work, lambda done: _to_keep(answer(done)))

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


def named(handle: Handle, name: str) -> Handle:
    """The handler under a name of its own, by which OpenAPI calls the operation: for those that serve several."""

    async def handler(call: Call) -> Answer:
        return await handle(call)

    handler.__name__, handler.__doc__ = name, handle.__doc__
    return handler


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; see ``desk/rest/api.py`` for the rules. ``query``, ``parts`` and ``body`` are JSON schemas.

    ``parts``: of the path's parts that are no ids. ``permission``: what the agent must hold. ``people_only``: no
    program's token opens it. ``needed``: parameters of the query that must be there. ``once``: a POST that takes the
    header Idempotency-Key. ``upload``: the schema of a multipart form that the route reads from ``call.request``
    itself. ``media``: the content types of its good answer where it is no JSON.
    """

    method: str
    path: str
    handle: Handle
    summary: str
    answers: Mapping[int, Schema | None]
    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    body: Schema | None = None
    public: bool = False
    permission: str | None = None
    people_only: bool = False
    once: bool = False
    parts: Mapping[str, Schema] = field(default_factory=dict)
    upload: Schema | None = None
    media: tuple[str, ...] = ()
    example: JsonObject | None = None
