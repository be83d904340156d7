"""``barev serve``: from settings to a server that accepts, and back to nothing within seconds."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import TypeVar

from barev.settings import Settings

T = TypeVar("T")
log = logging.getLogger("barev")


class ServeError(Exception):
    """It could not start; the message is one plain line."""


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises ServeError where it cannot start."""
    gc.disable()  # a start makes little garbage and many things that stay; see _settle_garbage
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    raise_descriptor_limit()
    sys.setswitchinterval(0.001)  # the writer's thread waits less for its turn when the loop is busy
    run(_serve(settings))


def run(main: Coroutine[object, object, T]) -> T:
    """Runs on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def raise_descriptor_limit() -> None:
    """Every connection is a descriptor: takes as many as the hard limit allows."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (ValueError, OSError):
            log.warning("the limit of open files stays at %d", soft)


def _settle_garbage() -> None:
    """What a start has made lives as long as the process: the collector need not look at it again, nor so often."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _serve(settings: Settings) -> None:
    from barev.wiring import open_server

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = await open_server(settings)
    ready = f"barev ready on http://{settings.server.host}:{server.port}"
    sys.stdout.write("".join(f"{line}\n" for line in (*server.logins, ready)))
    sys.stdout.flush()
    _settle_garbage()
    try:
        await stop.wait()
    finally:
        await server.close(settings.server.stop_s)
