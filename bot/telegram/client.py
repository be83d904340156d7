"""The Bot API as the door uses it: requests with time limits, and errors that say what is known of them.

The token is part of every address over there. It stays out of every log and every error: the words of errors are ours
or Telegram's own descriptions.
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import aiohttp

from bot.telegram.settings import TelegramSettings
from conversation.errors import ChannelBlocked, ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.messages import Json, JsonObject

if TYPE_CHECKING:
    from telegram import Bot

_TOKEN: Final = re.compile(r"\d+:[\w-]+", re.ASCII)
_UNREACHED_S: Final = 2.0
_RIVAL_S: Final = 10.0
_CHUNK: Final = 256 * 1024
_SHOWN_CHARS: Final = 160
_SERVER_FAULT: Final = 500
_FLOOD: Final = 429
_TOO_LARGE: Final = 413
WRONG_TOKEN: Final = "Telegram does not know this bot: telegram.token is wrong (or telegram.api_url is)"  # noqa: S105  # what is said of one
RIVAL: Final = "another program asks Telegram for this bot's messages: end it, or take a bot of its own for it"


class WrongToken(ChannelRejected):
    """The door is of no use before its token is another."""

    def __init__(self) -> None:
        super().__init__(WRONG_TOKEN)


class Flooded(ChannelUnavailable):
    """Telegram wants to be left alone for a while, by a chat or by all: it does not say."""


class Client:
    """Talks to Telegram in the name of one bot. Nothing is loaded or opened before the first request."""

    def __init__(self, settings: TelegramSettings) -> None:
        self.settings = settings
        self._base = settings.api_url.rstrip("/")
        self._bot: Bot | None = None
        self._name = ""

    def __repr__(self) -> str:
        return f"Client({self._base})"

    @property
    def bot(self) -> "Bot":
        """The bot, for requests inside ``asking``. Raises WrongToken where the token cannot be one."""
        if self._bot is None:
            if not _TOKEN.fullmatch(self.settings.token):
                raise WrongToken
            self._bot = _make_bot(self.settings, self._base)
        return self._bot

    @contextmanager
    def asking(self, *, again: bool = False) -> Iterator["Bot"]:
        """Requests inside raise ChannelError and nothing else. ``again``: they may be repeated without harm, so that
        none is uncertain."""
        from telegram.error import TelegramError

        bot = self.bot
        try:
            yield bot
        except TelegramError as error:
            found = _read_error(error)
            if again and isinstance(found, ChannelUncertain):
                raise ChannelUnavailable(str(found), _UNREACHED_S) from None
            raise found from None

    async def name(self) -> str:
        """What the bot is called, without the @."""
        if not self._name:
            with self.asking(again=True) as bot:
                self._name = (await bot.get_me()).username or ""
        return self._name

    async def invite(self, word: str) -> str:
        """The address that opens a chat with the bot, and says ``/start`` with a word (at most 64 of A-Z, a-z, 0-9, _
        and -) there. Raises ChannelError."""
        return f"https://t.me/{await self.name()}?start={word}"

    async def updates(self, offset: int, kinds: tuple[str, ...], wait_s: int) -> list[JsonObject]:
        """What is new from ``offset`` on, at the latest after ``wait_s`` seconds; all before it is confirmed. As it
        came over the wire: one update that cannot be read must not hide the others."""
        given = {"offset": offset, "timeout": wait_s, "allowed_updates": json.dumps(kinds)}
        with self.asking(again=True) as bot:
            limit_s = wait_s + self.settings.timeout_s
            url = f"{bot.base_url}/getUpdates?{urlencode(given)}"
            found: Any = await bot.request.post(url, read_timeout=limit_s)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    async def fetch(self, file_id: str) -> AsyncIterator[bytes]:
        """A file's content, part by part. Raises ChannelError."""
        with self.asking(again=True) as bot:
            url = (await bot.get_file(file_id)).file_path or ""
        if not url.startswith(("http://", "https://")):
            raise ChannelRejected("the server keeps its files where this one cannot read them")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=self.settings.timeout_s)
        try:
            async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as web, web.get(url) as answer:
                if answer.status >= _SERVER_FAULT:
                    raise ChannelUnavailable(f"a file could not be fetched: HTTP {answer.status}", _UNREACHED_S)
                if not answer.ok:
                    raise ChannelRejected(f"a file could not be fetched: HTTP {answer.status}")
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"a file could not be fetched ({type(error).__name__})"
            raise ChannelUnavailable(reason, _UNREACHED_S) from None

    async def close(self) -> None:
        """Lets go of all lines."""
        bot, self._bot = self._bot, None
        if bot is not None:
            await bot.request.shutdown()


def _make_bot(settings: TelegramSettings, base: str) -> "Bot":
    """Loads the library: 0.4 s of a processor that a start without Telegram does not spend."""
    from telegram import Bot
    from telegram.error import TelegramError
    from telegram.request import HTTPXRequest

    for name in ("httpx", "httpcore", "telegram"):  # they tell addresses, and what they carry
        logging.getLogger(name).setLevel(logging.CRITICAL)

    class Request(HTTPXRequest):
        """Tells by the status what the library would tell by one class."""

        async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
            code, payload = await super().do_request(*args, **kwargs)
            if code in (_FLOOD, _TOO_LARGE) or code >= _SERVER_FAULT:
                error = TelegramError(f"HTTP {code}")
                error.__cause__ = _Refused(code, _retry_after(payload))
                raise error
            return code, payload

    request = Request(
        connection_pool_size=64,
        connect_timeout=settings.timeout_s / 2,
        read_timeout=settings.timeout_s,
        write_timeout=settings.timeout_s,
        pool_timeout=settings.timeout_s,
        media_write_timeout=settings.timeout_s,
    )
    return Bot(settings.token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=request)


class _Refused(Exception):
    """An answer that is none of the library's errors, or a cruder one there."""

    def __init__(self, code: int, retry_after_s: float) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s


def _retry_after(payload: bytes) -> float:
    try:
        told: Json = json.loads(payload)
    except ValueError:
        return 1.0
    parameters = told.get("parameters") if isinstance(told, dict) else None
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) else 1.0


def _read_error(error: Exception) -> ChannelError:
    """What a failed request means for what was asked."""
    from httpx import ConnectError, ConnectTimeout, PoolTimeout, ProxyError
    from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut

    cause = error.__cause__
    match error:
        case _ if isinstance(cause, _Refused):
            return _read_refusal(cause)
        case InvalidToken():
            return WrongToken()
        case Forbidden():
            return ChannelBlocked(_told(error))
        case BadRequest() | ChatMigrated():
            return ChannelRejected(_told(error))
        case Conflict():
            return ChannelUnavailable(RIVAL, _RIVAL_S, for_all=True)
        case _ if isinstance(cause, ConnectError | ConnectTimeout | PoolTimeout | ProxyError):
            return ChannelUnavailable(f"not reached ({type(cause).__name__})", _UNREACHED_S, for_all=True)
        case TimedOut() | NetworkError():
            return ChannelUncertain(f"no answer ({type(cause or error).__name__})")
    return ChannelUncertain(type(error).__name__)


def _read_refusal(cause: _Refused) -> ChannelError:
    if cause.code == _FLOOD:
        return Flooded(f"Telegram wants to be left alone for {cause.retry_after_s:g} s", cause.retry_after_s)
    if cause.code == _TOO_LARGE:
        return ChannelRejected("the file is too large for Telegram")
    return ChannelUncertain(f"HTTP {cause.code}")


def _told(error: Exception) -> str:
    """Telegram's own description, without anything that looks like a token."""
    return _TOKEN.sub("…", " ".join(str(error).split()))[:_SHOWN_CHARS]
