"""SMS by any gateway that is asked over HTTP: the request is a template, the answer is judged by status and words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote, urlsplit

import aiohttp

from bot.sms.driver import SmsOut
from conversation.errors import ChannelRejected, ChannelUnavailable, ChannelUncertain

_HOLE: Final = re.compile(r"\{(to_digits|to|text|id|encoding|unicode)\}")
_NUMBERS: Final = re.compile(r"\d{4,}")
_ANSWER_CHARS: Final = 4096
_SHOWN_CHARS: Final = 120
_AT_ONCE: Final = 30
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
    the plus), ``{text}``, ``{id}``, ``{encoding}`` (gsm7, ucs2) and ``{unicode}`` (0, 1). ``accepted``: a pattern that
    the answer's words must have beside a status of 2xx. ``answer_id``: a pattern whose group is the gateway's own id in
    its answer; empty: its reports name our ``{id}``. ``repeatable``: the gateway takes an ``{id}`` once only."""

    url: str = field(repr=False)
    method: str = "POST"
    kind: BodyKind = "json"
    body: str = field(default="", repr=False)
    headers: tuple[str, ...] = field(default=(), repr=False)
    accepted: str = ""
    repeatable: bool = False
    timeout_s: float = 10.0
    answer_id: str = ""


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
    for name, pattern in (("accepted", settings.accepted), ("answer_id", settings.answer_id)):
        try:
            groups = re.compile(pattern).groups
        except re.error:
            return f"sms.{name}: this is no regular expression"
        if name == "answer_id" and pattern and not groups:
            return 'sms.answer_id: the id stands in a group, like "id": *"([^"]+)"'
    asked = settings.url + (settings.body if settings.method != "GET" else "")
    if settings.method == "GET" or settings.body:
        missing = [f"{{{one}}}" for one in ("to", "text") if f"{{{one}" not in asked]
        if missing:
            return f"sms: neither sms.url nor sms.body has a place for {' and '.join(missing)}"
    if settings.kind == "json" and settings.method != "GET":
        try:
            json.loads(_fill(settings.body or DEFAULT_BODIES["json"], SmsOut("1", "+1", "x", "gsm7"), _in_json))
        except ValueError:
            return "sms.body: with its fields filled in this is no JSON"
    return None


class HttpSms:
    """The driver ``http``."""

    def __init__(self, settings: HttpSmsSettings) -> None:
        self._settings = settings
        self._accepted = re.compile(settings.accepted) if settings.accepted else None
        self._answer_id = re.compile(settings.answer_id) if settings.answer_id else None

    @property
    def repeatable(self) -> bool:
        """See the port."""
        return self._settings.repeatable

    @property
    def at_once(self) -> int:
        """See the port."""
        return _AT_ONCE

    @property
    def part_s(self) -> float:
        """See the port: it is one request."""
        return self._settings.timeout_s

    async def send(self, one: SmsOut) -> str:
        """See the port. One request each: messages are few, and a kept connection that went away is a doubt more."""
        given = self._settings
        headers = {name.strip(): _fill(value.strip(), one, _as_is) for name, _, value in map(_halves, given.headers)}
        body = None
        if given.method != "GET":
            body = _fill(given.body or DEFAULT_BODIES[given.kind], one, _SPELLED[given.kind]).encode()
            headers.setdefault("Content-Type", _TYPES[given.kind])
        url = _fill(given.url, one, _in_url)
        timeout = aiohttp.ClientTimeout(total=given.timeout_s, sock_connect=given.timeout_s / 2)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as web:
            try:
                async with web.request(given.method, url, data=body, headers=headers, allow_redirects=False) as answer:
                    said = (await answer.content.read(_ANSWER_CHARS)).decode("utf-8", "replace")
                    self._judge(answer.status, said, answer.headers.get("Retry-After"), one)
                    return self._far_id(said, one)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
                raise ChannelUnavailable(f"not reached ({type(error).__name__})", _UNREACHED_S) from None
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                raise ChannelUncertain(f"no answer ({type(error).__name__})") from None

    def _far_id(self, said: str, one: SmsOut) -> str:
        if self._answer_id is None:
            return one.id
        found = self._answer_id.search(said)
        return "" if found is None else found[1] or ""

    def _judge(self, status: int, said: str, retry_after: str | None, one: SmsOut) -> None:
        reason = f"HTTP {status}{_shown(said, one)}"
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


def _fill(template: str, one: SmsOut, spell: Callable[[str], str]) -> str:
    """In one pass: what is filled in is never read as a template."""
    values = {"to": one.to, "to_digits": one.to.lstrip("+"), "text": one.text, "id": one.id, "encoding": one.encoding}
    values["unicode"] = "1" if one.encoding == "ucs2" else "0"
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


def _shown(said: str, one: SmsOut) -> str:
    """The beginning of an answer, for the owner: without what the SMS says, and without longer numbers."""
    words = " ".join(said.replace(one.text, "…").split())
    short = _NUMBERS.sub("…", words)[:_SHOWN_CHARS]
    return f": {short}" if short else ""
