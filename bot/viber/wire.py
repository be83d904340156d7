"""Viber's REST API over aiohttp. viberbot has its messages and events; its own sender knows no time limit, and writes
the token to the log where a request fails, so that it is not used."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import aiohttp

from conversation.errors import ChannelBlocked, ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain

_log = logging.getLogger(__name__)
API: Final = "https://chatapi.viber.com/pa"
_UNREACHED_S: Final = 2.0
_BUSY_S: Final = 5.0
_OURS_S: Final = 60.0
_ANSWER_BYTES: Final = 65_536
_CHUNK_BYTES: Final = 65_536
_NOT_NOW: Final = 429
_BAD: Final = 400
_BROKEN: Final = 500
_OK, _NO_TOKEN, _NOT_REGISTERED, _NOT_SUBSCRIBED, _TOO_MANY = 0, 2, 5, 6, 12
_OURS: Final[Mapping[int, str]] = MappingProxyType(
    {
        2: "the token is wrong",
        7: "the account is blocked",
        8: "there is no such account",
        9: "the account is suspended",
        10: "no webhook is set",
        15: "the account may not do this",
    }
)
"""Statuses that say something of our account and nothing of the message: what waits keeps waiting."""
_PAID: Final[Mapping[int, str]] = MappingProxyType(
    {23: "the free messages are used up", 24: "the account has no money left"}
)


@dataclass(frozen=True, slots=True)
class ViberSettings:
    """``token``: the bot's; ``api_url``: of the API; ``webhook_url``: the whole address that Viber calls; ``name``: the
    sender's, at most 28 characters; ``timeout_s``: for one request."""

    token: str = field(repr=False)
    api_url: str = API
    webhook_url: str = ""
    name: str = "Barev"
    timeout_s: float = 20.0


class Account(NamedTuple):
    """A bot as Viber knows it. ``uri``: by which links name it."""

    name: str
    uri: str


class ViberWire:
    """Requests to Viber. One session, made when it is first needed."""

    def __init__(self, settings: ViberSettings) -> None:
        self._settings = settings
        self._base = (settings.api_url or API).rstrip("/")
        self._web: aiohttp.ClientSession | None = None
        self._uri = ""

    async def ask(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """One request; its answer. Raises ChannelError by what the answer says, in plain words without the token."""
        web = self._session()
        headers = {"X-Viber-Auth-Token": self._settings.token}
        try:
            async with web.post(f"{self._base}/{method}", json=body, headers=headers) as answer:
                said = await _read(answer.content)
                _check_status(answer.status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ChannelUnavailable(f"not reached ({type(error).__name__})", _UNREACHED_S, for_all=True) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ChannelUncertain(f"no answer ({type(error).__name__})") from None
        try:
            told = json.loads(said)
            status = int(told["status"])
        except (ValueError, KeyError, TypeError):
            raise ChannelUncertain("an answer that is none") from None
        if status != _OK:
            raise refusal(status, str(told.get("status_message", "")))
        return dict(told)

    async def account(self) -> Account:
        """Who the token belongs to. Raises ChannelError, ChannelRejected where it belongs to nobody."""
        try:
            told = await self.ask("get_account_info", {})
        except ChannelUnavailable as error:
            if str(error) in _OURS.values():
                raise ChannelRejected(str(error)) from None
            raise
        return Account(str(told.get("name") or ""), str(told.get("uri") or ""))

    async def invite(self, word: str) -> str:
        """The address that opens a chat with the bot with a word as its context. Raises ChannelError."""
        if not self._uri:
            self._uri = (await self.account()).uri
        if not self._uri:
            raise ChannelRejected("the account has no address of its own")
        return f"viber://pa?chatURI={quote(self._uri, safe='')}&context={quote(word, safe='')}"

    async def fetch(self, url: str, limit: int) -> AsyncIterator[bytes]:
        """A file that a customer sent, part by part. Raises ChannelRejected where it is larger than ``limit`` bytes or
        gone, ChannelUnavailable where it cannot be had now."""
        size = 0
        try:
            async with self._session().get(url) as answer:
                if answer.status >= _BROKEN:
                    raise ChannelUnavailable(f"file: status {answer.status}", _BUSY_S)
                if answer.status >= _BAD:
                    raise ChannelRejected(f"file: status {answer.status}")
                async for part in answer.content.iter_chunked(_CHUNK_BYTES):
                    size += len(part)
                    if size > limit:
                        raise ChannelRejected("file: too large")
                    yield part
        except aiohttp.InvalidURL:
            raise ChannelRejected("file: no address") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ChannelUnavailable(f"file: {type(error).__name__}", _BUSY_S) from None

    async def close(self) -> None:
        """Ends the session."""
        if self._web is not None:
            await self._web.close()
            self._web = None

    def _session(self) -> aiohttp.ClientSession:
        if self._web is None:
            timeout = aiohttp.ClientTimeout(total=self._settings.timeout_s, sock_connect=self._settings.timeout_s / 2)
            # a request has 30 kB, and an escaped letter would take six bytes of them
            spell = partial(json.dumps, ensure_ascii=False)
            self._web = aiohttp.ClientSession(
                timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), json_serialize=spell
            )
        return self._web


def _check_status(status: int) -> None:
    """Of HTTP; what Viber thinks of a message it says in the answer's body."""
    if status == _NOT_NOW:
        raise ChannelUnavailable("too many requests", _BUSY_S, for_all=True)
    if status >= _BROKEN:
        raise ChannelUncertain(f"status {status}")
    if status >= _BAD:
        raise ChannelRejected(f"status {status}")


async def _read(content: aiohttp.StreamReader) -> bytes:
    """A whole answer; what is longer than any is cut off."""
    said = b""
    while len(said) < _ANSWER_BYTES and (part := await content.read(_ANSWER_BYTES - len(said))):
        said += part
    return said


def refusal(status: int, words: str) -> ChannelError:
    """What a status of the API means (https://developers.viber.com/docs/api/rest-bot-api/#error-codes)."""
    if status in (_NOT_REGISTERED, _NOT_SUBSCRIBED):
        return ChannelBlocked("he is not subscribed")
    if status == _TOO_MANY:
        return ChannelUnavailable("too many requests", _BUSY_S, for_all=True)
    if status in _OURS:
        return ChannelUnavailable(_OURS[status], _OURS_S, for_all=True)
    return ChannelRejected(_PAID.get(status) or f"status {status} {words[:80]}".strip())
