"""A new store is made, and its demo filled in, by a child whose memory goes with it.

Migrations bring Alembic, and a demo much that is needed once: 14 MiB and more that a server would keep for as long as
it lives. The child is forked before there is a thread or a loop, from a parent that has imported all that both need.
Whatever keeps the child from its work, the server finds undone and does itself, and says what was wrong.
"""

import ctypes
import os
import signal
import sys

from barev.demo_control import DemoControl
from barev.listening import require_alone
from barev.opening import open_founded, store_address
from barev.serve import run
from barev.settings import Settings

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def prepare_apart(settings: Settings) -> None:
    """Makes the store where there is none yet. Call it before threads are started."""
    path = store_address(settings).sqlite
    if path is None or path.exists() or not hasattr(os, "fork"):
        return
    parent = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    done = 1
    try:
        _die_with(parent)
        run(_prepare(settings))
        done = 0
    finally:
        os._exit(done)


async def _prepare(settings: Settings) -> None:
    store, _ = await open_founded(settings)
    alone = await require_alone(store)
    if settings.demo:
        await DemoControl(store, settings.desk.password_min).seed()
    await store.close()
    if alone is not None:
        alone.close()


def _die_with(parent: int) -> None:
    """So that nobody goes on alone where the server is ended; elsewhere than on Linux he ends soon by himself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
