"""SIGTERM at bad moments: what does not answer any more is not waited for, and the log says what was cut off."""

import asyncio
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.clients import agent, connected
from tests.processes import make_processes
from tests.product import Product, running
from tests.servers import RedisServer

pytestmark = pytest.mark.slow
STUBBORN = """
import asyncio
from barev.ending import end_within

async def work():
    end_within(0.1)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass

async def main():
    asyncio.current_task().set_name("what never ends")
    await work()

asyncio.run(main())
"""


class Between:
    """A line to PostgreSQL that can go silent: connections stay, and nothing is answered."""

    def __init__(self, url: str) -> None:
        database, _, folder = url.partition("?host=")
        self._server = f"{folder}/.s.PGSQL.5432"
        self._folder = tempfile.mkdtemp(prefix="line-", dir="/tmp")  # short: a socket's path has 107 bytes at most
        self.url = f"{database}?host={self._folder}"
        self.asked = asyncio.Event()  # while it was silent
        self._answers = asyncio.Event()
        self._answers.set()
        self._pumps: set[asyncio.Task[None]] = set()

    def go_silent(self) -> None:
        """From now on nothing gets through."""
        self._answers.clear()

    @asynccontextmanager
    async def standing(self) -> AsyncIterator["Between"]:
        """Listens."""
        listening = await asyncio.start_unix_server(self._accept, f"{self._folder}/.s.PGSQL.5432")
        try:
            yield self
        finally:
            listening.close()
            for pump in self._pumps:
                pump.cancel()
            await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._answers.is_set():
            self.asked.set()
        there, back = await asyncio.open_unix_connection(self._server)
        self._pumps |= {asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if not self._answers.is_set():
                    self.asked.set()
                await self._answers.wait()
                writer.write(data)
        finally:
            writer.close()


async def test_a_store_and_a_bus_that_stand_still_are_not_waited_for(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """An agent is there, whose lease would be ended; the log says what could not be done."""
    async with Between(postgres_url).standing() as line:
        (product,) = make_processes(tmp_path, line.url, redis_server, 1, {"BAREV_LOGS_LEVEL": "info"})
        async with running(product):
            assert (await asyncio.to_thread(product.add_user, "ani")).returncode == 0
            window = agent(product.address, await product.log_in("ani"))
            async with connected(window):
                await window.get("hello")
                line.go_silent()
                redis_server.freeze()
                assert await product.stop() == 0
            redis_server.thaw()
    assert "the end does not wait any longer for the leases of agents" in product.log
    assert "the store did not answer at the end" in product.log


async def test_a_start_that_waits_for_its_store_is_ended_at_once(tmp_path: Path, postgres_url: str) -> None:
    """It has not begun, so there is nothing to be finished."""
    async with Between(postgres_url).standing() as line:
        line.go_silent()
        product = Product(tmp_path / "data", line.url, environment={"BAREV_LOGS_LEVEL": "info"})
        starting = asyncio.create_task(product.start())
        await line.asked.wait()
        product.signal(signal.SIGTERM)
        with pytest.raises(AssertionError, match="not ready"):
            await starting
    assert "ending before it was ready" in product.log
    assert "Traceback" not in product.log


async def test_a_store_in_the_making_is_left_at_once_and_made_by_the_next_start(tmp_path: Path) -> None:
    """Another process makes it, before there is a loop in this one."""
    product = Product(tmp_path / "data", cold=True)
    starting = asyncio.create_task(product.start())
    while not (product.data / "barev.db").exists():
        await asyncio.wait({starting}, timeout=0.01)
    product.signal(signal.SIGTERM)
    with pytest.raises(AssertionError, match="not ready"):
        await starting
    assert await product.ended() == 0
    assert product.log == ""
    async with running(product):
        assert product.add_user("ani").returncode == 0


def test_what_never_ends_is_cut_off_and_named() -> None:
    """The last means: a task that does not hear that it is to end."""
    done = subprocess.run([sys.executable, "-c", STUBBORN], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "not ended after 0.1 s and cut off; tasks: ['what never ends']" in done.stderr
