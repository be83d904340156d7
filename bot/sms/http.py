"""SMS by any gateway that is asked over HTTP: the request is a template, the answer is judged by status and words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote, urlsplit

import aiohttp

from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.ports import Letter

FIELDS: Final = ("to", "text", "id")
_HOLE: Final = re.compile(r"\{(to_digits|to|text|id)\}")
_NUMBERS: Final = re.compile(r"\d{4,}")
_ANSWER_CHARS: Final = 4096
_SHOWN_CHARS: Final = 120
_UNREACHED_S: Final = 2.0
_WAIT_S: Final = 30.0
_WAIT_MOST_S: Final = 3600.0
_NOT_NOW: Final = (401, 403, 429, 503)
"""The request was not looked at: our key is off, or there is too much of it."""
_MAYBE: Final = 500
BodyKind = Literal["json", "form", "text"]
DEFAULT_BODIES: Final[Mapping[BodyKind, str]] = {
    "json": '{"to": "{to}", "text": "{text}", "id": "{id}"}',
    "form": "to={to}&text={text}&id={id}",
    "text": "{text}",
}
_TYPES: Final[Mapping[BodyKind, str]] = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class HttpSmsSettings:
    """``url``, ``body`` and ``headers`` (``Name: value``) may hold ``{to}`` (+37477123456), ``{to_digits}`` (without
    the plus), ``{text}`` and ``{id}``. ``accepted``: a pattern that the answer's words must have beside a status of
    2xx. ``repeatable``: the gateway takes an ``{id}`` once only."""

    url: str = field(repr=False)
    method: str = "POST"
    kind: BodyKind = "json"
    body: str = field(default="", repr=False)
    headers: tuple[str, ...] = field(default=(), repr=False)
    accepted: str = ""
    repeatable: bool = False
    timeout_s: float = 10.0


def check(settings: HttpSmsSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "sms.url: an address begins with http:// or https://"
    if settings.method not in ("GET", "POST", "PUT"):
        return "sms.method: GET, POST or PUT"
    if settings.kind not in _TYPES:
        return f"sms.kind: one of {', '.join(_TYPES)}"
    if any(not name.strip() for name in (one.partition(":")[0] for one in settings.headers)):
        return "sms.headers: each is Name: value"
    try:
        re.compile(settings.accepted)
    except re.error:
        return "sms.accepted: this is no regular expression"
    asked = settings.url + (settings.body if settings.method != "GET" else "")
    if settings.method == "GET" or settings.body:
        missing = [f"{{{one}}}" for one in ("to", "text") if f"{{{one}" not in asked]
        if missing:
            return f"sms: neither sms.url nor sms.body has a place for {' and '.join(missing)}"
    if settings.kind == "json" and settings.method != "GET":
        try:
            json.loads(_fill(settings.body or DEFAULT_BODIES["json"], Letter("1", "+1", "x"), _in_json))
        except ValueError:
            return "sms.body: with its fields filled in this is no JSON"
    return None


class HttpSms:
    """The driver ``http``."""

    def __init__(self, settings: HttpSmsSettings) -> None:
        self._settings = settings
        self._accepted = re.compile(settings.accepted) if settings.accepted else None

    @property
    def repeatable(self) -> bool:
        """See the port."""
        return self._settings.repeatable

    async def send(self, letter: Letter) -> None:
        """See the port. One request each: messages are few, and a kept connection that went away is a doubt more."""
        given = self._settings
        headers = {name.strip(): _fill(value.strip(), letter, _as_is) for name, _, value in map(_halves, given.headers)}
        body = None
        if given.method != "GET":
            body = _fill(given.body or DEFAULT_BODIES[given.kind], letter, _SPELLED[given.kind]).encode()
            headers.setdefault("Content-Type", _TYPES[given.kind])
        url = _fill(given.url, letter, _in_url)
        timeout = aiohttp.ClientTimeout(total=given.timeout_s, sock_connect=given.timeout_s / 2)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as web:
            try:
                async with web.request(given.method, url, data=body, headers=headers, allow_redirects=False) as answer:
                    said = (await answer.content.read(_ANSWER_CHARS)).decode("utf-8", "replace")
                    self._judge(answer.status, said, answer.headers.get("Retry-After"), letter)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
                raise ChannelUnavailable(f"not reached ({type(error).__name__})", _UNREACHED_S) from None
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                raise ChannelUncertain(f"no answer ({type(error).__name__})") from None

    def _judge(self, status: int, said: str, retry_after: str | None, letter: Letter) -> None:
        reason = f"HTTP {status}{_shown(said, letter)}"
        if 200 <= status < 300:
            if self._accepted is not None and not self._accepted.search(said):
                raise ChannelRejected(f"not accepted: {reason}")
            return
        if status in _NOT_NOW:
            raise ChannelUnavailable(reason, _wait_s(retry_after))
        if status >= _MAYBE or status == 408:
            raise ChannelUncertain(reason)
        raise ChannelRejected(reason)


def _halves(header: str) -> tuple[str, str, str]:
    return header.partition(":")


def _fill(template: str, letter: Letter, spell: Callable[[str], str]) -> str:
    """In one pass: what is filled in is never read as a template."""
    values = {"to": letter.to, "to_digits": letter.to.lstrip("+"), "text": letter.text, "id": letter.id}
    return _HOLE.sub(lambda hole: spell(values[hole[1]]), template)


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _as_is(value: str) -> str:
    return value


_SPELLED: Final[Mapping[BodyKind, Callable[[str], str]]] = {"json": _in_json, "form": _in_url, "text": _as_is}


def _wait_s(retry_after: str | None) -> float:
    try:
        return min(max(float(retry_after or _WAIT_S), 1.0), _WAIT_MOST_S)
    except ValueError:
        return _WAIT_S


def _shown(said: str, letter: Letter) -> str:
    """The beginning of an answer, for the owner: without what the letter says, and without longer numbers."""
    words = " ".join(said.replace(letter.text, "…").split())
    short = _NUMBERS.sub("…", words)[:_SHOWN_CHARS]
    return f": {short}" if short else ""
