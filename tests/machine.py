"""What this machine has for the tests, and the one line that says why a group of tests is not run."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bootstrap import CHROMIUM_NAMES, node_folder


@functools.cache
def chromium() -> str | None:
    """The path of a Chromium for Playwright's ``executable_path``."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@functools.cache
def node() -> str | None:
    """The path of a Node.js of at least version 18: the machine's, else the one in ``.venv``."""
    folder = node_folder()
    return None if folder is None else str(folder / "node")


@functools.cache
def strace() -> str | None:
    """The path of a strace that may trace here (containers often forbid it)."""
    path = shutil.which("strace")
    if path is None:
        return None
    probe = subprocess.run([path, "-f", "-o", "/dev/null", sys.executable, "-c", ""], capture_output=True, check=False)
    return path if probe.returncode == 0 else None


@functools.cache
def may_mount() -> bool:
    """Whether a small file system may be mounted here: only root may, and in many containers not even he."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", "--lazy", folder], check=True)
    return True


@functools.cache
def program(name: str) -> str | None:
    """The path of a server of this machine; such live where only root looks for them."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/sbin")


@functools.cache
def browser_parts_installed() -> bool:
    """Whether ``npm ci`` has been here, with what the tests need."""
    return Path(__file__).parent.parent.joinpath("node_modules", "socket.io").is_dir()


def reason_not_to_run(marker: str) -> str | None:
    """Why tests with this marker cannot run here; None where they can."""
    if marker == "browser" and chromium() is None:
        return "no Chromium here (Debian: chromium-headless-shell)"
    if marker == "node" and node() is None:
        return "no Node.js 18 or newer here (make setup installs one)"
    if marker == "node" and not browser_parts_installed():
        return "node_modules is not complete (make test installs it)"
    if marker == "mount" and not may_mount():
        return "no file system may be mounted here (root may, on a machine or in a container with the right to mount)"
    if marker in {"haproxy", "nginx"} and program(marker) is None:
        return f"no {marker} here (Debian: {'nginx-light' if marker == 'nginx' else marker})"
    if marker == "strace" and strace() is None:
        return "no strace that may trace here (Debian: strace; in a container also the right to ptrace)"
    return None
