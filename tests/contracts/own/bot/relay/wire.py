"""Requests to the relay, and what its answers mean."""

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp

from conversation.errors import ChannelBlocked, ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.messages import Json, JsonObject

_ANSWER_S: Final = 10.0
_AGAIN_S: Final = 2.0
_GONE, _BUSY, _BROKEN, _BAD = 410, 429, 500, 400


class RelayWire:
    """One connection pool, made when it is first needed."""

    def __init__(self, url: str, key: str, answer_s: float = _ANSWER_S) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._answer_s = answer_s
        self._web: aiohttp.ClientSession | None = None

    async def say(self, line: Mapping[str, Json]) -> JsonObject:
        """Sends a line. Raises ChannelError."""
        return await self._ask("POST", "/lines", self._answer_s, line)

    async def hear(self, after: int, wait_s: float) -> JsonObject:
        """What is behind a line, at the latest after so many seconds; asked again without harm. Raises
        ChannelUnavailable, ChannelRejected."""
        try:
            return await self._ask("GET", f"/lines?after={after}&wait={wait_s:g}", wait_s + self._answer_s)
        except ChannelUncertain as error:
            raise ChannelUnavailable(str(error), _AGAIN_S) from None

    async def close(self) -> None:
        """Ends the connections."""
        if self._web is not None:
            await self._web.close()
            self._web = None

    async def _ask(self, method: str, path: str, limit_s: float, body: Mapping[str, Json] | None = None) -> JsonObject:
        if self._web is None:
            self._web = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._key}"})
        try:
            async with asyncio.timeout(limit_s), self._web.request(method, self._url + path, json=body) as answer:
                if answer.status >= _BAD:
                    raise _read_refusal(answer.status, answer.headers.get("Retry-After", ""))
                told: Json = await answer.json()
        except aiohttp.ClientConnectorError as error:
            raise ChannelUnavailable(f"not reached ({type(error).__name__})", _AGAIN_S, for_all=True) from None
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise ChannelUncertain(f"no answer ({type(error).__name__})") from None
        if not isinstance(told, dict):
            raise ChannelUncertain("an answer that is none")
        return told


def _read_refusal(status: int, retry_after: str) -> ChannelError:
    if status == _GONE:
        return ChannelBlocked("he left the relay")
    if status == _BUSY:
        return ChannelUnavailable("the relay is busy", float(retry_after) if retry_after.isdecimal() else _AGAIN_S)
    if status >= _BROKEN:
        return ChannelUncertain(f"status {status}")
    return ChannelRejected(f"status {status}")
