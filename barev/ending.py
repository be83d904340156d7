"""The end of a server: no part of it has a say in how long it takes, and what was cut off is in the log."""

import asyncio
import logging
import os
import threading
from collections.abc import Coroutine
from typing import Final

from conversation.errors import BarevError

log = logging.getLogger(__name__)
_SAYING_S: Final = 0.2


class Ending:
    """Parts that end one after another, ``stop_s`` seconds for all together. Belongs to the running loop."""

    def __init__(self, stop_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._stop_s = stop_s

    def left_s(self, until: float) -> float:
        """Seconds until that share (0 to 1) of the time is over."""
        return max(0.0, self._begun + until * self._stop_s - self._loop.time())

    async def part(self, name: str, work: Coroutine[object, object, object], until: float) -> None:
        """Waits for a part until that share of the time is over, then cuts it off; never raises for it."""
        task = self._loop.create_task(work, name=name)
        task.add_done_callback(_note)
        _, late = await asyncio.wait({task}, timeout=self.left_s(until))
        if late:
            log.warning("the end does not wait any longer for %s", name)
            task.cancel()


def _note(task: asyncio.Task[object]) -> None:
    error = None if task.cancelled() else task.exception()
    if isinstance(error, BarevError):
        log.warning("%s did not end well: %s", task.get_name(), error)
    elif error is not None:
        log.error("%s did not end well", task.get_name(), exc_info=error)


def end_within(seconds: float) -> None:
    """Ends this process after so many seconds if it still runs then, whatever it does, and says what that was. All that
    was acknowledged is in the store by then. Belongs to the running loop."""
    watch = threading.Timer(seconds, _cut, (asyncio.get_running_loop(), seconds))
    watch.daemon = True
    watch.start()


def _cut(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    saying = threading.Thread(target=_say_what_is_cut, args=(loop, seconds), daemon=True)
    saying.start()
    saying.join(_SAYING_S)  # whoever reads the log may stand still too
    os._exit(0)


def _say_what_is_cut(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    me = threading.current_thread()
    tasks = [task.get_name() for task in asyncio.all_tasks(loop)]
    threads = [one.name for one in threading.enumerate() if one is not me and not one.daemon]
    log.error("not ended after %g s and cut off; tasks: %s; threads: %s", seconds, tasks, threads)
