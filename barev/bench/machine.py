"""Facts of the machine and of the software that a reader needs to compare figures. No names, no paths."""

import os
import platform
import resource
import time
from importlib import metadata
from pathlib import Path

_PACKAGES = (
    "aiohttp",
    "python-socketio",
    "uvloop",
    "orjson",
    "SQLAlchemy",
    "asyncpg",
    "alembic",
    "argon2-cffi",
)
_PROBES = 200


def facts(folder: Path) -> dict[str, object]:
    """The machine as the measured processes see it; ``folder`` is where the store lives."""
    probe = sync_probe_ms(folder)
    return {
        "processor": _first_value("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": int((_first_value("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) // 1024,
        "system": f"{platform.system()} {platform.release()}",
        "filesystem": filesystem_of(folder),
        "fdatasync_4k_p50_ms": probe[0],
        "fdatasync_4k_p99_ms": probe[1],
        "open_files_hard_limit": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "load_average_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "packages": {name: version for name in _PACKAGES if (version := _version(name)) is not None},
    }


def sync_probe_ms(folder: Path) -> tuple[float, float]:
    """(median, p99) milliseconds of one ``fdatasync`` after appending 4 kB: what a commit costs this disk at least."""
    path = folder / "sync-probe"
    took: list[float] = []
    number = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(_PROBES):
            os.write(number, b"x" * 4096)
            began = time.perf_counter()
            os.fdatasync(number)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(number)
        path.unlink()
    took.sort()
    return round(took[_PROBES // 2], 3), round(took[int(_PROBES * 0.99)], 3)


def filesystem_of(folder: Path) -> str:
    """The type of the file system that holds ``folder``: the longest mount point above it (proc(5), mounts)."""
    wanted = folder.resolve()
    best, kind = -1, "unknown"
    for line in Path("/proc/mounts").read_text().splitlines():
        _device, point, found, *_rest = line.split()
        mount = Path(point.replace("\\040", " "))
        if wanted.is_relative_to(mount) and len(mount.parts) > best:
            best, kind = len(mount.parts), found
    return kind


def _first_value(path: str, key: str) -> str | None:
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
