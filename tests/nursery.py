"""Runs in a process of its own, which ``tests.warm`` starts: has read all the product's code once, and forks for every
start that is asked of it. The child does what ``python -m barev`` does, only that its imports are done.

Each request is one packet: ``{"words", "environment", "folder"}`` and four descriptors: standard input, output and
error, and a socket on which the child's id is told, and in the end its exit status (minus a signal's number, as
``subprocess`` has it). When nobody can ask any more, all children end.
"""

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
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

NUMBER = struct.Struct("=i")
LARGEST = 128 * 1024
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

    def obey(self) -> None:
        """In the child: becomes the product. Never returns."""
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        os.chdir(self.folder)
        for target, source in enumerate(self.descriptors[:3]):
            os.dup2(source, target)
        os.closerange(3, 1024)
        sys.argv = ["barev", *self.words]
        runpy.run_module("barev", run_name="__main__", alter_sys=True)


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
    gc.collect()
    gc.freeze()  # a child need not touch what it shares


def _understand_once() -> None:
    """Makes the patterns of dates, names and amounts, which the first message of a server makes else."""
    from routing.understanding.entities.frame import Frame
    from routing.understanding.entities.gazetteer import Gazetteer
    from routing.understanding.local import Local

    Local(lambda: Gazetteer(()), sentences=False).understand("tomorrow at 3", Frame(datetime.now(UTC), ZoneInfo("UTC")))


def _read_under(package: ModuleType) -> None:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.name.endswith(NOT_AHEAD):
            module = importlib.import_module(found.name)
            if found.ispkg:
                _read_under(module)


def main() -> None:
    """Its word is the number of the socket on which it is asked."""
    read_ahead()
    order = Nursery(socket.socket(fileno=int(sys.argv[1]))).work()
    if order is not None:
        order.obey()


if __name__ == "__main__":
    main()
