"""What a power cut would leave of a folder, told from the system calls of the process that wrote there (strace).

A write is certain to be on the disk when an fsync or fdatasync of its file, begun after the write had returned, has
itself returned; a file's name when the same happened to its folder. Everything else may be there or not. A moment is a
line of the trace.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NEVER = 1 << 62
_TRACED = (
    "open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,truncate,ftruncate,fallocate,copy_file_range,mmap,"
    "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,fsync,fdatasync,sync,syncfs"
)
_WHOLE = ("sendto", "sendmsg", "sendmmsg", "write", "writev")
_UNKNOWN = {"truncate", "fallocate", "copy_file_range", "pwritev", "pwritev2", "sendfile", "rename", "renameat"}
_LINE = re.compile(r"^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$")
_END = re.compile(r"\)\s+= (-?\d+|\?)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_OPENED = re.compile(r"= -?\d+<((?:\\x[0-9a-f]{2})+)>")
_ANSWER = re.compile(rb"4(?:3/(?:visitor|desk),\d+|2/(?:visitor|desk),)(?=\[)")


def tracing(strace: str, output: Path) -> list[str]:
    """The words before a command that is to be traced. The command keeps its own process id."""
    return [strace, "-D", "-f", "-xx", "-y", "-s", "4194304", "-e", f"trace={_TRACED}", "-o", str(output)]


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded, between two moments. ``path``: what its first argument or its result names."""

    name: str
    path: str
    arguments: str
    begun: int
    ended: int

    @property
    def data(self) -> bytes:
        """All strings among its arguments."""
        strings = list(_STRING.finditer(self.arguments))
        assert not any(one[2] for one in strings), "strace has cut a string"
        return b"".join(_bytes(one[1]) for one in strings)


def read_trace(lines: Iterable[str]) -> list[Call]:
    """The calls of a trace in the order of their ends."""
    begun: dict[str, tuple[int, str]] = {}
    calls = []
    for moment, line in enumerate(lines):
        found = _LINE.match(line)
        if found is None:
            continue
        process, resumed, name, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            begun[process] = (moment, rest.removesuffix("<unfinished ...>"))
            continue
        start, first = begun.pop(process) if resumed else (moment, "")
        arguments = first + rest
        end = _END.search(arguments)
        if end is not None and end[1] != "?" and int(end[1]) >= 0:
            calls.append(Call(resumed or name, _path(arguments), arguments, start, moment))
    return calls


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _path(arguments: str) -> str:
    """The opened file, the file behind the first descriptor, or the first path."""
    opened = _OPENED.search(arguments)
    by_number = re.match(r"\d+<((?:\\x[0-9a-f]{2})+)>", arguments)
    named = _STRING.search(arguments)
    found = opened or by_number or named
    return os.fsdecode(_bytes(found[1])) if found is not None else ""


@dataclass(slots=True)
class Step:
    """One change of a file or of a folder, and when it was certain. ``name``: for a folder, what comes or goes."""

    begun: int
    ended: int
    certain: int = NEVER
    offset: int = 0
    data: bytes | None = None  # None: the file is cut at ``offset``
    name: str = ""
    inode: int | None = None  # None: the name goes


@dataclass(slots=True)
class Disk:
    """A folder as its writer changed it. Files are kept by inode, since names come and go."""

    folder: Path
    files: dict[int, list[Step]] = field(default_factory=dict)
    names: list[Step] = field(default_factory=list)

    @classmethod
    def watch(cls, folder: Path, found: Mapping[str, bytes], calls: Sequence[Call]) -> "Disk":
        """Follows the calls of a process that found these files in the folder and alone writes there."""
        disk = cls(folder)
        now = {name: number for number, name in enumerate(found)}
        for name, number in now.items():
            disk.names.append(Step(-2, -2, -1, name=name, inode=number))
            disk.files[number] = [Step(-2, -2, -1, data=found[name])]
        for call in calls:
            if call.path == str(folder) and call.name in {"fsync", "fdatasync"}:
                _settle(disk.names, call)
            elif Path(call.path).parent == folder and not call.path.endswith("-shm"):
                disk._follow(call, now)
        return disk

    def _follow(self, call: Call, now: dict[str, int]) -> None:
        name = Path(call.path).name
        if call.name in {"open", "openat", "creat"} and name not in now and "O_CREAT" in call.arguments:
            now[name] = len(self.files)
            self.files[now[name]] = []
            self.names.append(Step(call.begun, call.ended, name=name, inode=now[name]))
        elif call.name in {"unlink", "unlinkat"}:
            now.pop(name, None)
            self.names.append(Step(call.begun, call.ended, name=name))
        elif call.name == "pwrite64":
            offset = int(call.arguments.rsplit(")", 1)[0].rsplit(",", 1)[1])
            self.files[now[name]].append(Step(call.begun, call.ended, offset=offset, data=call.data))
        elif call.name == "ftruncate":
            offset = int(call.arguments.rsplit(")", 1)[0].rsplit(",", 1)[1])
            self.files[now[name]].append(Step(call.begun, call.ended, offset=offset))
        elif call.name in {"fsync", "fdatasync"}:
            _settle(self.files[now[name]], call)
        else:
            shared = call.name == "mmap" and "PROT_WRITE" in call.arguments and "MAP_SHARED" in call.arguments
            assert call.name not in {*_UNKNOWN, *_WHOLE}, f"{call.name} of {name}: not understood"
            assert not shared, f"{name} is written through memory: not understood"

    def find_certain(self, mark: re.Pattern[bytes], suffix: str) -> dict[bytes, int]:
        """The moments at which each text that fits ``mark`` was certain to be in a file of that ending."""
        certain: dict[bytes, int] = {}
        for inode in {step.inode for step in self.names if step.inode is not None and step.name.endswith(suffix)}:
            for step in self.files[inode]:
                for found in mark.findall(step.data or b""):
                    certain[found] = min(step.certain, certain.get(found, NEVER))
        return certain

    def rebuild(self, target: Path, moment: int, kept: Callable[[Step], bool]) -> None:
        """Writes the files as a power cut at the moment leaves them. ``kept`` says which uncertain changes survive."""

        def survives(step: Step) -> bool:
            return step.certain < moment or (step.begun < moment and kept(step))

        names: dict[str, int] = {}
        for step in self.names:
            if survives(step):
                if step.inode is None:
                    names.pop(step.name, None)
                else:
                    names[step.name] = step.inode
        for name, inode in names.items():
            content = bytearray()
            for step in filter(survives, self.files[inode]):
                _apply(step, content)
            target.joinpath(name).write_bytes(content)


def _settle(steps: list[Step], sync: Call) -> None:
    for step in reversed(steps):
        if step.certain != NEVER:
            return
        if step.ended < sync.begun:
            step.certain = sync.ended


def _apply(step: Step, content: bytearray) -> None:
    if step.data is None:
        del content[step.offset :]
        content.extend(bytes(step.offset - len(content)))
    else:
        content.extend(bytes(max(0, step.offset - len(content))))
        content[step.offset : step.offset + len(step.data)] = step.data


def told_messages(calls: Sequence[Call]) -> Iterator[tuple[int, int]]:
    """``(message id, moment)`` whenever a message leaves the process by a socket: in an acknowledgement to its sender
    or in an event that tells others of it."""
    for call in calls:
        if call.name in _WHOLE and call.path.startswith(("socket:", "TCP:")):
            for packet in packets_in(call.data):
                told = packet[-1]
                message = packet[0] == "message" or (isinstance(told, dict) and told.get("ok") is True)
                if message and isinstance(told, dict) and "id" in told and "seq" in told:
                    yield int(told["id"]), call.begun


def packets_in(data: bytes) -> Iterator[list[object]]:
    """The arguments of the Socket.IO events and acknowledgements in bytes that a server sends."""
    for found in _ANSWER.finditer(data):
        text = data[found.end() :].decode("utf-8", "replace")
        try:
            packet, _ = json.JSONDecoder().raw_decode(text)
        except ValueError:  # its rest comes with the next call
            continue
        if isinstance(packet, list) and packet:
            yield packet
