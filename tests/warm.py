"""Starts the product as a forked child of a process that has read its code already: a second of imports less, each
time. It is a process of its own in every respect that a test sees: its id, its signals, its output, its end.

``make soak`` starts it as its owner does, and so does whatever is about the start itself (``Product.cold``).
"""

import asyncio
import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from subprocess import CompletedProcess
from typing import IO, Protocol

from tests.nursery import NUMBER

allowed = hasattr(os, "pidfd_open")  # Linux; the settings of a run may forbid it


class Process(Protocol):
    """What tests need of a process; asyncio's has it."""

    pid: int
    stdout: asyncio.StreamReader | None
    stderr: asyncio.StreamReader | None

    @property
    def returncode(self) -> int | None:
        """Its exit status, once it has one."""

    async def wait(self) -> int:
        """Its exit status, when it has ended."""

    def send_signal(self, signal: int) -> None:
        """If it still runs."""

    def kill(self) -> None:
        """SIGKILL."""


@functools.cache
def _nursery() -> socket.socket:
    """Where to ask; the process is started by the first who does."""
    asked, asking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with asked:
        number = asked.fileno()
        command = [sys.executable, "-m", "tests.nursery", str(number)]
        process = subprocess.Popen(command, pass_fds=[number], start_new_session=True, stdin=subprocess.DEVNULL)

    def end() -> None:
        asking.close()
        process.wait()

    atexit.register(end)
    return asking


def _ask(words: Sequence[str], environment: Mapping[str, str], *files: IO[bytes] | int) -> tuple[int, socket.socket]:
    """The child's id, and where its exit status will come."""
    mine, its = socket.socketpair()
    with its:
        order = {"words": list(words), "environment": dict(environment), "folder": os.getcwd()}
        numbers = [one if isinstance(one, int) else one.fileno() for one in files]
        socket.send_fds(_nursery(), [json.dumps(order).encode()], [*numbers, its.fileno()])
    told = mine.recv(NUMBER.size)
    assert told, "the process that forks has ended"
    (child,) = NUMBER.unpack(told)
    return child, mine


def run(words: Sequence[str], environment: Mapping[str, str], given: str, timeout_s: float) -> CompletedProcess[str]:
    """A command to its end; what ``subprocess.run`` would return. Raises TimeoutError."""
    with tempfile.TemporaryFile() as written, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong:
        written.write(given.encode())
        written.seek(0)
        child, told = _ask(words, environment, written, said, wrong)
        with told:
            told.settimeout(timeout_s)
            try:
                (status,) = NUMBER.unpack(told.recv(NUMBER.size))
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise
        said.seek(0)
        wrong.seek(0)
        return CompletedProcess(list(words), status, said.read().decode(), wrong.read().decode())


class Child:
    """A Process whose parent is another one."""

    def __init__(self, pid: int, told: socket.socket) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = None
        self.stderr: asyncio.StreamReader | None = None
        self.returncode: int | None = None
        self._told = told
        self._ended = asyncio.create_task(self._await_end())

    async def _await_end(self) -> int:
        with self._told:
            self._told.setblocking(False)
            told = await asyncio.get_running_loop().sock_recv(self._told, NUMBER.size)
        (self.returncode,) = NUMBER.unpack(told)
        assert self.returncode is not None
        return self.returncode

    async def wait(self) -> int:
        """Its exit status, when it has ended."""
        return await asyncio.shield(self._ended)

    def send_signal(self, signal: int) -> None:
        """If it still runs."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


async def start(words: Sequence[str], environment: Mapping[str, str]) -> Process:
    """A command that has been started, with its output and errors to be read."""
    said, its_said = os.pipe()
    wrong, its_wrong = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    pid, told = _ask(words, environment, nothing, its_said, its_wrong)
    for descriptor in (nothing, its_said, its_wrong):
        os.close(descriptor)
    child = Child(pid, told)
    child.stdout, child.stderr = await _read(said), await _read(wrong)
    return child


async def _read(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader
