"""The connection to Redis: one channel, on which everybody says one thing at a time and hears everything."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ends:
    """Who uses the line. ``take``: what is to be said next, all that waits in one piece, None where nothing waits.
    ``hear``: what somebody said, oneself too. ``turned``: whether the line stands."""

    take: Callable[[], bytes | None]
    hear: Callable[[bytes], None]
    turned: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds. ``silence_s``: a line on which nothing was heard for so long is dead (something is said every second);
    ``send_s``: how long a sending may take; the pauses are between attempts, the first and the longest."""

    silence_s: float = 3.0
    send_s: float = 2.0
    pause_first_s: float = 0.1
    pause_most_s: float = 2.0


class Line:
    """Keeps the connection, and makes it anew when it is lost. Belongs to one loop. Raises ValueError for an address
    that is none."""

    def __init__(self, url: str, channel: str, ends: Ends, times: Times) -> None:
        parse_url(url)
        self._url = url
        self._channel = channel
        self._ends = ends
        self._times = times
        self._wake = asyncio.Event()
        self._lost_at: float | None = None
        self._stands = False

    def wake(self) -> None:
        """There is something to be said."""
        self._wake.set()

    async def keep(self) -> None:
        """Connects and stays connected until cancelled; says once when the line is lost and once when it is back."""
        pause_s = self._times.pause_first_s
        while True:
            try:
                async with self._client() as client:
                    await self._serve(client)
            except (RedisError, OSError) as error:  # a time-out is an OSError
                self._note_lost(error)
            except Exception as error:
                if self._lost_at is None:
                    log.exception("the line to Redis failed")
                self._note_lost(error)
            stood, self._stands = self._stands, False
            if stood:
                pause_s = self._times.pause_first_s
                self._ends.turned(False)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._times.pause_most_s)

    def _note_lost(self, error: Exception) -> None:
        if self._lost_at is None:
            self._lost_at = asyncio.get_running_loop().time()
            log.error("Redis is lost, trying to reach it again; meanwhile news comes from the store: %s", error)

    def _note_back(self) -> None:
        if self._lost_at is not None:
            log.info("Redis is back after %.1f s", asyncio.get_running_loop().time() - self._lost_at)
            self._lost_at = None

    def _client(self) -> "Redis":
        return Redis.from_url(
            self._url,
            protocol=2,
            decode_responses=False,
            socket_timeout=self._times.silence_s,
            socket_connect_timeout=self._times.silence_s,
            retry=Retry(NoBackoff(), 0),
        )

    async def _serve(self, client: "Redis") -> None:
        """Hears and says until the line is lost; raises what lost it."""
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            saying: asyncio.Task[None] | None = None
            try:
                while True:
                    message = await pubsub.get_message(timeout=self._times.silence_s)
                    if message is None:
                        raise TimeoutError("it has fallen silent")
                    if message["type"] == "message":
                        self._ends.hear(message["data"])
                    elif message["type"] == "subscribe" and saying is None:
                        saying = asyncio.get_running_loop().create_task(self._say(client))
                        self._stands = True
                        self._note_back()
                        self._ends.turned(True)
                    if saying is not None and saying.done():
                        saying.result()
            finally:
                if saying is not None:
                    saying.cancel()
                    with suppress(asyncio.CancelledError, RedisError, OSError):
                        await saying

    async def _say(self, client: "Redis") -> None:
        """Says all that waits in one piece, and only then the next."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while (said := self._ends.take()) is not None:
                    async with asyncio.timeout(self._times.send_s):
                        await client.publish(self._channel, said)
        except (RedisError, OSError):
            await client.connection_pool.disconnect(inuse_connections=True)  # who hears shall know it too
            raise
