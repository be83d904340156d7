"""Runs in a process of its own, which ``tests.warm`` starts: has read all the product's code and opened a server once,
and forks for every start that is asked of it. The child does what ``python -m barev`` does, only that this is done.

Each request is one packet: ``{"words", "environment", "folder"}`` and four descriptors: standard input, output and
error, and a socket on which the child's id is told, and in the end its exit status (minus a signal's number, as
``subprocess`` has it). When nobody can ask any more, all children end.
"""

import atexit
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

NUMBER = struct.Struct("=i")
LARGEST = 128 * 1024
STOP_S = 10.0
PACKAGES = ("barev", "business", "chat_widget", "conversation", "crm_store", "desk", "routing")
LIBRARIES = ("asyncpg", "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.sqlite.pysqlite")
NOT_AHEAD = (".__main__", ".env", ".bench", ".versions")  # what acts when it is read, and what a server never reads


@dataclass
class Order:
    """What one child shall do."""

    words: list[str]
    environment: dict[str, str]
    folder: str
    descriptors: list[int]

    def obey(self, leaving: "Leaving") -> None:
        """In the child: becomes the product."""
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        os.chdir(self.folder)
        for target, source in enumerate(self.descriptors[:3]):
            os.dup2(source, target)
        os.closerange(3, 1024)
        sys.argv = ["barev", *self.words]
        with leaving:
            runpy.run_module("barev", run_name="__main__", alter_sys=True)


class Leaving:
    """How a child ends: when its last threads and all that is to be done at its end are done, at once. To take hundreds
    of modules apart then would be a tenth of a second of work that nobody sees. Make it before anything registers with
    ``atexit``: who comes first is called last."""

    def __init__(self) -> None:
        self._status: int | None = None
        atexit.register(self._leave)

    def __enter__(self) -> None:
        """It has begun."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, SystemExit):
            code = None if error is None else error.code
            self._status = code if isinstance(code, int) else int(code is not None)

    def _leave(self) -> None:
        if self._status is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self._status)


class Nursery:
    """Its children, by the descriptor that tells of their end."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._children: dict[int, tuple[int, socket.socket]] = {}
        self._ready = selectors.DefaultSelector()
        self._ready.register(asked, selectors.EVENT_READ)

    def work(self) -> Order | None:
        """Until nobody asks any more. In a child: returns what it shall do."""
        while True:
            for key, _ in self._ready.select():
                if key.fd != self._asked.fileno():
                    self._tell_end(key.fd)
                    continue
                packet, descriptors, _, _ = socket.recv_fds(self._asked, LARGEST, 4)
                if not packet:
                    self._end_all()
                    return None
                order = Order(**json.loads(packet), descriptors=descriptors)
                if self._is_child(order):
                    return order

    def _is_child(self, order: Order) -> bool:
        child = os.fork()
        if child == 0:
            self._ready.close()
            return True
        for descriptor in order.descriptors[:3]:
            os.close(descriptor)
        listener = socket.socket(fileno=order.descriptors[3])
        listener.send(NUMBER.pack(child))
        ended = os.pidfd_open(child)
        self._children[ended] = child, listener
        self._ready.register(ended, selectors.EVENT_READ)
        return False

    def _tell_end(self, ended: int) -> None:
        child, listener = self._children.pop(ended)
        self._ready.unregister(ended)
        os.close(ended)
        _, status = os.waitpid(child, 0)
        with listener:
            try:
                listener.send(NUMBER.pack(os.waitstatus_to_exitcode(status)))
            except BrokenPipeError:
                return  # whoever asked does not care

    def _end_all(self) -> None:
        for child, _ in self._children.values():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def read_ahead() -> None:
    """Imports the product, and what it imports as late as in its first connection."""
    for name in LIBRARIES:
        importlib.import_module(name)
    if importlib.util.find_spec("uvloop") is not None:
        importlib.import_module("uvloop")
    for package in map(importlib.import_module, PACKAGES):
        _read_under(package)
    _understand_once()
    _serve_once()
    gc.collect()
    gc.freeze()  # a child need not touch what it shares


def _understand_once() -> None:
    """Makes the patterns of dates, names and amounts, which the first message of a server makes else."""
    from routing.understanding.entities.frame import Frame
    from routing.understanding.entities.gazetteer import Gazetteer
    from routing.understanding.local import Local

    Local(lambda: Gazetteer(()), sentences=False).understand("tomorrow at 3", Frame(datetime.now(UTC), ZoneInfo("UTC")))


def _serve_once() -> None:
    """Opens a server and closes it, which imports, compiles and looks up the rest of what every start does again."""
    import asyncio

    from barev.settings import load
    from barev.wiring import open_server

    async def serve(folder: str) -> None:
        server = await open_server(load(None, {"store.data": folder, "server.port": 0}, {}))
        await server.close(STOP_S)

    with tempfile.TemporaryDirectory(prefix="nursery-") as folder:
        asyncio.run(serve(folder))
    assert threading.active_count() == 1, "a child has the one that forked only"


def _read_under(package: ModuleType) -> None:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.name.endswith(NOT_AHEAD):
            module = importlib.import_module(found.name)
            if found.ispkg:
                _read_under(module)


def main() -> None:
    """Its word is the number of the socket on which it is asked."""
    leaving = Leaving()
    read_ahead()
    order = Nursery(socket.socket(fileno=int(sys.argv[1]))).work()
    if order is not None:
        order.obey(leaving)


if __name__ == "__main__":
    main()
