"""The product as a process: started as its owner would (or as ``tests.warm`` does, which spares it the imports), asked
as its users would, killed as a power cut would."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

import aiohttp

from tests import warm
from tests.leaving import see_off
from tests.stores import sqlite_store

START_S = 60.0
STOP_S = 30.0


@dataclass
class Product:
    """``barev serve`` over a data folder or a database. ``said`` is what it printed on standard output. ``cold``: it is
    started from nothing and on nothing, for tests about that."""

    data: Path
    url: str = ""
    flags: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"
    said: list[str] = field(default_factory=list)
    prefix: Sequence[str] = ()
    cold: bool = False
    _process: warm.Process | None = None
    _errors: list[bytes] = field(default_factory=list)
    _reader: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it said on standard error so far."""
        return b"".join(self._errors).decode(errors="replace")

    def command(self, *words: str) -> list[str]:
        """A ``barev`` command over the same store."""
        return [*self.prefix, sys.executable, "-m", "barev", *self._words(*words)]

    def _words(self, *words: str) -> list[str]:
        return [*words, "--data", str(self.data)]

    def environ(self) -> dict[str, str]:
        """The environment of its commands."""
        own = {key: value for key, value in os.environ.items() if not key.startswith("BAREV_")}
        return {**own, **({"BAREV_STORE_URL": self.url} if self.url else {}), **self.environment}

    async def begin(self, *words: str) -> warm.Process:
        """Starts a command over the same store."""
        if self._is_warm():
            self._copy_store(words[0])
            return await warm.start(self._words(*words), self.environ())
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        command = self.command(*words)
        return await asyncio.create_subprocess_exec(
            *command, env=self.environ(), stdin=nothing, stdout=pipe, stderr=pipe
        )

    def run(self, *words: str, given: str = "", timeout_s: float = 60) -> CompletedProcess[str]:
        """Runs a command over the same store to its end, beside the server if that runs."""
        if self._is_warm():
            self._copy_store(words[0])
            return warm.run(self._words(*words), self.environ(), given, timeout_s)
        return subprocess.run(
            self.command(*words),
            env=self.environ(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )

    async def start(self) -> None:
        """Starts and waits until it says that it is ready."""
        self._process = await self.begin("serve", "--port", str(self.port), *self.flags)
        self._reader = asyncio.create_task(self._read_errors(self._process))
        self.said.clear()
        try:
            async with asyncio.timeout(START_S):
                await self._await_ready(self._process)
        except (TimeoutError, AssertionError):
            await self.kill()
            raise AssertionError(f"not ready: {self.said}\n{self.log}") from None

    async def _await_ready(self, process: warm.Process) -> None:
        assert process.stdout is not None
        while True:
            line = (await process.stdout.readline()).decode().rstrip("\n")
            assert line, "it ended"
            self.said.append(line)
            if line.startswith("barev ready on "):
                self.port = int(line.rsplit(":", 1)[1])
                self.scheme = line.removeprefix("barev ready on ").partition(":")[0]
                return

    async def _read_errors(self, process: warm.Process) -> None:
        assert process.stderr is not None
        while chunk := await process.stderr.read(65536):
            self._errors.append(chunk)

    def _is_warm(self) -> bool:
        return warm.allowed and not self.cold and not self.prefix

    def _copy_store(self, command: str) -> None:
        """Where a store would be made anew, puts the same there, made once for all tests."""
        store = self.data / "barev.db"
        if command in {"serve", "user"} and not self.url and not store.exists():
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy(sqlite_store(), store)

    async def stop(self) -> int:
        """Ends it by SIGTERM; returns its exit status."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    def signal(self, which: signal.Signals) -> None:
        """Sends it a signal."""
        assert self._process is not None
        self._process.send_signal(which)

    async def kill(self) -> None:
        """Ends it by SIGKILL: nothing of it gets a say."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self.ended()

    async def ended(self) -> int:
        """Waits for its end; returns its exit status."""
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(STOP_S):
            status = await self._process.wait()
            await self._reader
        return status

    def add_user(self, login: str, role: str = "agent", password: str = "parol-1234") -> CompletedProcess[str]:
        """``barev user add`` beside it."""
        return self.run("user", "add", login, "--role", role, "--password-stdin", given=password + "\n")

    async def log_in(self, login: str, password: str = "parol-1234") -> str:
        """A session's token by REST."""
        async with aiohttp.ClientSession() as web:
            body = {"login": login, "password": password}
            async with web.post(f"{self.address}/api/v1/session", json=body) as answer:
                assert answer.status == 200, await answer.text()
                token: str = (await answer.json())["token"]
                return token


@asynccontextmanager
async def running(product: Product) -> AsyncIterator[Product]:
    """Starts it, and makes sure that it has ended afterwards, and that nobody looks at it then."""
    await product.start()
    try:
        yield product
        await see_off()
    finally:
        await product.kill()
