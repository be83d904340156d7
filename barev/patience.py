"""The body of a request comes in time, or its sender is no longer waited for.

What counts is progress: within each stretch of time so many bytes must come, or all that is left. A long upload over a
slow line goes on for as long as it takes; a body that never comes, or drips, ends with 408.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

_LEAST_PER_S: Final = 256
"""Bytes: a tenth of what the slowest phone line carries."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _StayedAwayError(web.RequestPayloadError):
    """The rest of a body did not come in time: for whoever reads it, one that broke off."""


class _Watch:
    """Looks at a body now and then, until it is there. While we ourselves do not read, nothing is asked of it."""

    def __init__(self, request: web.Request, within_s: float) -> None:
        self._request = request
        self._within_s = within_s
        self._seen = 0
        self._look_later()

    def end(self) -> None:
        """Nobody reads it any more."""
        self._timer.cancel()

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._within_s, self._look)

    def _look(self) -> None:
        body, transport = self._request.content, self._request.transport
        if transport is None or body.is_eof():
            return
        came, self._seen = body.total_bytes - self._seen, body.total_bytes
        if came < _LEAST_PER_S * self._within_s and transport.is_reading():
            body.set_exception(_StayedAwayError("the body did not come in time"))
        else:
            self._look_later()


def in_time(within_s: float) -> Middleware:
    """Answers 408 where a body stays away. ``within_s``: the stretch of time in seconds, 0 for no limit. To be the
    innermost of all."""

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not within_s or request.content.is_eof():
            return await handler(request)
        watch = _Watch(request, within_s)
        try:
            return await handler(request)
        except _StayedAwayError:
            raise web.HTTPRequestTimeout from None
        finally:
            watch.end()

    return watch
