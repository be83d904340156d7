"""Servers as child processes: started on their own core, read through /proc, ended by their own pid (Linux only)."""

import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from barev.bench.fleet import BenchError

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_END_S = 10.0


def split_cores() -> tuple[set[int], set[int]]:
    """(cores for the server, cores for the generator): one each. Both are the same where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return {cores[0]}, {cores[1] if len(cores) > 1 else cores[0]}


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Runs the block, and the processes it starts, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def raise_descriptors() -> int:
    """Raises the soft limit of open files to the hard one, for us and our children; returns it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def clean_environment() -> dict[str, str]:
    """Our environment without Barev's settings, so that no store but the measured one is ever touched."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BAREV_")}


@dataclass(frozen=True, slots=True)
class Memory:
    """Of a process tree, in bytes: proportional (shared pages divided) and resident."""

    proportional: int
    resident: int


class Server:
    """One child process and its descendants."""

    def __init__(self, process: "subprocess.Popen[bytes]", ready_line: str, ready_cpu_s: float, log: IO[bytes]) -> None:
        self._process = process
        self._log = log
        self.ready_line = ready_line
        self.ready_cpu_s = ready_cpu_s  # CPU seconds of the tree when the ready line was read
        self.pid = process.pid

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        *,
        ready: str,
        cores: set[int],
        log: Path,
        timeout_s: float = 60.0,
        environment: Mapping[str, str] | None = None,
    ) -> "Server":
        """Starts it and waits for its line that begins with ``ready``. Raises BenchError with the end of its log."""
        errors = log.open("ab")
        with on_cores(cores):
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=clean_environment() if environment is None else dict(environment),
            )
        output = cast("IO[bytes]", process.stdout)  # there is one: a pipe was asked for
        line = _wait_for_line(output, ready, timeout_s)
        if line is None:
            process.kill()
            process.wait()
            output.close()
            errors.close()
            raise BenchError(f"{Path(command[0]).name} did not get ready: {_tail(log)}")
        return cls(process, line, tree_cpu_s(tree_of(process.pid)), errors)

    def cpu_reader(self) -> "CpuReader":
        """Reads the CPU seconds of the tree as it is now."""
        return CpuReader(tree_of(self.pid))

    def memory(self) -> Memory:
        """Memory of the tree now."""
        return tree_memory(tree_of(self.pid))

    @property
    def running(self) -> bool:
        """Whether it still lives."""
        return self._process.poll() is None

    def stop(self) -> float:
        """Ends it politely, then not; returns the seconds it took."""
        began = time.perf_counter()
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()
        return time.perf_counter() - began


def _wait_for_line(stream: IO[bytes], ready: str, timeout_s: float) -> str | None:
    deadline = time.perf_counter() + timeout_s
    wanted = ready.encode()
    read = b""
    number = stream.fileno()
    while (left := deadline - time.perf_counter()) > 0:
        if not select.select([number], [], [], left)[0]:
            break
        chunk = os.read(number, 65536)
        if not chunk:
            break
        read += chunk
        for line in read.split(b"\n")[:-1]:
            if line.startswith(wanted):
                return line.decode("utf-8", "replace")
    return None


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return " | ".join(lines[-3:]) if lines else "it said nothing"


class CpuReader:
    """Reads the CPU seconds of a fixed set of processes with as few system calls as can be."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = tuple(pids)

    def __call__(self) -> float:
        return tree_cpu_s(self._pids)


def tree_of(root: int) -> list[int]:
    """``root`` and all its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))) is not None:
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def tree_cpu_s(pids: Sequence[int]) -> float:
    """User and system seconds of these processes and their ended children, in clock ticks (10 ms as a rule)."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        if fields is not None:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS_PER_S


def _stat(pid: int) -> list[str] | None:
    """/proc/PID/stat from the state on (proc(5) field 3 is index 0); None where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def tree_memory(pids: Sequence[int]) -> Memory:
    """PSS and RSS of these processes, from /proc/PID/smaps_rollup."""
    proportional = resident = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith("Pss:"):
                proportional += int(line.split()[1]) * 1024
            elif line.startswith("Rss:"):
                resident += int(line.split()[1]) * 1024
    return Memory(proportional, resident)


def command_cpu_s(command: Sequence[str], cores: set[int]) -> float:
    """CPU seconds of a short command from start to end. Raises BenchError where it fails."""
    with on_cores(cores):
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
        )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise BenchError(f"{Path(command[0]).name} ended with status {process.returncode}")
    return used.ru_utime + used.ru_stime
