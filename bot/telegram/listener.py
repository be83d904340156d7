"""Asks Telegram for what is new, or has it call: in both cases a word is confirmed only after it is kept."""

import asyncio
import hmac
import logging
from collections.abc import Iterable, Sequence
from typing import Final

from aiohttp import web

from bot.telegram.client import Client
from bot.telegram.hearing import KINDS, Hearing
from conversation.errors import BarevError, ChannelUnavailable
from conversation.messages import JsonObject
from conversation.wire import clean_json, read_json

_log = logging.getLogger(__name__)
_LOOK_S: Final = 60.0
_AGAIN_S: Final = 1.0
_SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name


class Polling:
    """Asks, and asks again behind what is kept."""

    def __init__(self, client: Client, hearing: Hearing) -> None:
        self._client = client
        self._hearing = hearing
        self._offset = 0
        self._begun = False
        self._told = False

    async def listen(self) -> None:
        """One round: see the port."""
        if not self._begun:
            with self._client.asking(again=True) as bot:
                await bot.delete_webhook(drop_pending_updates=False)
            self._begun = True
        if not self._told:
            _log.info("hearing what is said to @%s", await self._client.name())
            self._told = True
        try:
            told = await self._client.updates(self._offset, KINDS, self._client.settings.poll_s)
        except ChannelUnavailable:
            self._begun = False  # somebody may have had it call meanwhile
            raise
        await self._take(sorted(told, key=_number))

    async def _take(self, told: Sequence[JsonObject]) -> None:
        """Chats side by side, each in its order; confirmed is what lies before the first that could not be kept."""
        chats: dict[object, list[JsonObject]] = {}
        for one in told:
            chats.setdefault(_chat(one), []).append(one)
        left = await asyncio.gather(*(self._take_chat(one) for one in chats.values()))
        open_still = [number for number, _ in filter(None, left)]
        if told:
            self._offset = min(open_still, default=_number(told[-1]) + 1)
        failed = next((error for _, error in filter(None, left)), None)
        if failed is not None:
            raise failed

    async def _take_chat(self, told: Iterable[JsonObject]) -> tuple[int, ChannelUnavailable] | None:
        """The first that could not be kept, and why; None: all were."""
        for one in told:
            try:
                cleaned = clean_json(one)
                if isinstance(cleaned, dict):
                    await self._hearing.take(cleaned)
            except BarevError as error:
                return _number(one), ChannelUnavailable(f"not kept: {error.code}", error.retry_after_s or _AGAIN_S)
            except ChannelUnavailable as error:
                return _number(one), error
            except Exception:  # ours: one such word must not hold up all others for ever
                _log.exception("update %s", _number(one))
        return None


class Webhook:
    """Is called. One call at a time: Telegram keeps the order then."""

    def __init__(self, client: Client, hearing: Hearing) -> None:
        self._client = client
        self._hearing = hearing

    def add_to(self, app: web.Application) -> None:
        """Registers the address."""
        app.router.add_post(self._client.settings.path, self.called)

    async def listen(self) -> None:
        """Tells Telegram where to call, and looks now and then whether it does: see the port."""
        settings = self._client.settings
        with self._client.asking(again=True) as bot:
            info = await bot.get_webhook_info()
            if info.url != settings.called_at or info.max_connections != 1:
                await bot.set_webhook(
                    settings.called_at, max_connections=1, allowed_updates=KINDS, secret_token=settings.secret
                )
                _log.info("hearing what is said to @%s at %s", await self._client.name(), settings.called_at)
        if info.url == settings.called_at and info.last_error_message and info.pending_update_count:
            raise ChannelUnavailable(f"Telegram does not reach us: {info.last_error_message[:160]}", _LOOK_S)
        await asyncio.sleep(_LOOK_S)

    async def called(self, request: web.Request) -> web.Response:
        """One call of Telegram; 503 asks for it once more."""
        given = request.headers.get(_SECRET, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._client.settings.secret.encode()):
            return web.Response(status=403)
        try:
            told = read_json(await request.read())
        except ValueError:
            return web.Response(status=400)
        if not isinstance(told, dict):
            return web.Response(status=400)
        try:
            await self._hearing.take(told)
        except (BarevError, ChannelUnavailable) as error:
            _log.info("update %s must come again: %s", _number(told), error)
            return web.Response(status=503)
        except Exception:  # ours, as above
            _log.exception("update %s", _number(told))
        return web.Response()


def _number(told: JsonObject) -> int:
    number = told.get("update_id")
    return number if isinstance(number, int) else 0


def _chat(told: JsonObject) -> object:
    """Whose update it is: of one chat they go one after another."""
    for value in told.values():
        if isinstance(value, dict):
            message = value.get("message")
            place = message if isinstance(message, dict) else value
            for key in ("chat", "from", "user"):
                found = place.get(key)
                if isinstance(found, dict):
                    return found.get("id")
    return None
