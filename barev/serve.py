"""``barev serve``: from settings to a server that accepts, and back to nothing within seconds."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import TypeVar

from barev.ending import end_within
from barev.logs import set_up
from barev.settings import Settings, SettingsError

T = TypeVar("T")
log = logging.getLogger("barev")
SWITCH_S = 0.001
"""The writer's thread waits less for its turn when the loop is busy."""
_ENDINGS = (signal.SIGTERM, signal.SIGINT)
_CUT_AT = 9 / 8
"""After so many times its seconds an end is no longer waited for."""


class ServeError(Exception):
    """It could not start; the message is one plain line."""


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises ServeError where it cannot start."""
    for name in _ENDINGS:
        signal.signal(name, _leave)  # the first process of a container would not even hear them
    gc.disable()  # a start makes little garbage and many things that stay; see settle_garbage
    try:
        set_up(settings.logs.level, settings.logs.format)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    raise_descriptor_limit()
    import barev.wiring  # noqa: F401  # before the fork, so that both share it
    from barev.prepared import prepare_apart

    prepare_apart(settings)
    sys.setswitchinterval(SWITCH_S)
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


def settle_garbage() -> None:
    """What a start has made lives as long as the process: the collector need not look at it again, nor so often."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _serve(settings: Settings) -> None:
    from barev.wiring import open_server

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    stop_s, drain_s = settings.server.stop_s, settings.server.drain_s

    def begin_to_end() -> None:
        if not stop.is_set():
            end_within(drain_s + stop_s * _CUT_AT)
            stop.set()

    for name in _ENDINGS:
        _on_signal(loop, name, begin_to_end)
    opening = loop.create_task(open_server(settings), name="the start")
    stopped = loop.create_task(stop.wait(), name="waiting for the end")
    await asyncio.wait({opening, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        log.info("ending before it was ready")
        opening.cancel()
        await asyncio.wait({opening})
        _be_deaf()
        return
    server = opening.result()
    if server.certificate is not None and hasattr(signal, "SIGHUP"):
        _on_signal(loop, signal.SIGHUP, server.certificate.reload)
    scheme = "http" if server.certificate is None else "https"
    ready = f"barev ready on {scheme}://{settings.server.host}:{server.port}"
    sys.stdout.write("".join(f"{line}\n" for line in (*server.logins, ready)))
    sys.stdout.flush()
    settle_garbage()
    try:
        await stop.wait()
        log.info("ending")
    finally:
        await server.close(stop_s, drain_s)
        log.info("ended")
        _be_deaf()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Ends at once: there is no loop yet, and nothing to be finished."""
    os._exit(0)


def _on_signal(loop: asyncio.AbstractEventLoop, name: signal.Signals, act: Callable[[], object]) -> None:
    try:
        loop.add_signal_handler(name, act)
    except NotImplementedError:  # asyncio has no such handlers on Windows
        signal.signal(name, lambda *_: loop.call_soon_threadsafe(act))


def _be_deaf() -> None:
    """A signal that comes between the end of the loop and that of the process changes nothing any more."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
