"""Sets the project up: what ``make setup`` does. Standard library only; run by any Python 3.8 or newer.

Makes ``.venv`` with a Python of at least 3.11, installs the locked packages and the project itself, the locked browser
packages, and builds the browser bundles. Each step is remembered by a hash of what it reads, so a second call does
nothing. ``--with-tests`` adds what tests and checks need; Debian packages only as root and where apt-get is.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "setup-stamps.json"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
PYTHON_NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python3.14", "python")
WEB_PARTS = ("chat_widget", "desk", "barev/demo_site")
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "NODE_ENV")
FONT_NAMES = ("DejaVuSans.ttf", "NotoSansArmenian-Regular.ttf", "NotoSansArmenian-VF.ttf")


class SetupError(Exception):
    """The set-up cannot go on; the message is one plain line that says what to do."""


def say(line: str) -> None:
    """One plain line of progress."""
    print(line, flush=True)


def run(command: Sequence[object], purpose: str, path_first: Path | None = None) -> None:
    """Run a command quietly in the project folder. Raises SetupError with its last words where it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    environment.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", DEBIAN_FRONTEND="noninteractive")
    if path_first is not None:
        environment["PATH"] = os.pathsep.join([str(path_first), environment.get("PATH", "")])
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=str(ROOT), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise SetupError(f"{purpose}: {words[0]} cannot be run ({error.strerror})") from error
    if done.returncode:
        tail = "\n".join(done.stdout.decode(errors="replace").strip().splitlines()[-20:])
        raise SetupError(f"{purpose} failed; its last words:\n{tail}")


# --- what has been done already ---


def files_under(*places: str) -> Iterator[Path]:
    """Every source file of the given files and folders, in a fixed order."""
    for place in places:
        path = ROOT / place
        if path.is_file():
            yield path
        else:
            skip = {"generated", "__pycache__"}
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not skip & set(p.relative_to(path).parts))


def digest(*places: str) -> str:
    """A hash of the names and contents of the given files and folders."""
    whole = hashlib.sha256()
    for path in files_under(*places):
        whole.update(f"{path.relative_to(ROOT)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


class Stamps:
    """Which steps were done, and on what; kept inside ``.venv`` so that a removed ``.venv`` forgets them all."""

    def __init__(self) -> None:
        try:
            self._done: dict[str, str] = json.loads(STAMPS.read_text())
        except (OSError, ValueError):
            self._done = {}

    def fresh(self, step: str, inputs: str) -> bool:
        """Whether the step was done on exactly these inputs."""
        return self._done.get(step) == inputs

    def moved(self) -> bool:
        """Whether the steps were done while this folder lay elsewhere; scripts in ``.venv`` carry its path."""
        return self._done.get("place", str(VENV)) != str(VENV)

    def forget(self, *steps: str) -> None:
        """A step is about to be done again: a broken one must not count."""
        self._done = {step: inputs for step, inputs in self._done.items() if step not in steps}
        self._write()

    def keep(self, **done: str) -> None:
        """Remember that the steps are done."""
        self._done.update(done)
        self._write()

    def _write(self) -> None:
        if VENV.is_dir():
            STAMPS.write_text(json.dumps(self._done, indent=1, sort_keys=True))


# --- Python ---


def python_version(python: str) -> tuple[int, ...]:
    """(major, minor) of an interpreter; (0, 0) where it does not run."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return tuple(int(word) for word in answer.stdout.split())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return (0, 0)


def suitable_pythons() -> list[str]:
    """Interpreters new enough, the one that runs this first."""
    found = [sys.executable] + [shutil.which(name) or "" for name in PYTHON_NAMES]
    outside = [python for python in dict.fromkeys(found) if python and VENV not in Path(python).parents]
    return [python for python in outside if python_version(python) >= OLDEST_PYTHON]


def has_modules(python: str, *modules: str) -> bool:
    """Whether the interpreter can import all the modules."""
    return subprocess.run([python, "-c", f"import {', '.join(modules)}"], stderr=subprocess.DEVNULL).returncode == 0


def ways_to_make(python: str) -> Iterator[list[list[object]]]:
    """Commands that make ``.venv`` with this interpreter, the plain way first."""
    if has_modules(python, "venv", "ensurepip"):
        yield [[python, "-m", "venv", VENV]]
    if has_modules(python, "virtualenv"):
        yield [[python, "-m", "virtualenv", VENV]]
    if has_modules(python, "venv", "pip"):
        yield [
            [python, "-m", "venv", "--without-pip", VENV],
            [python, "-m", "pip", "--python", BIN / "python", "install", "--quiet", "pip"],
        ]
    virtualenv = shutil.which("virtualenv")
    if virtualenv:
        yield [[virtualenv, "--python", python, VENV]]
    uv = shutil.which("uv")
    if uv:
        yield [[uv, "venv", "--quiet", "--seed", "--python", python, VENV]]


def make_venv() -> None:
    """Make ``.venv``, or keep the one that works. Raises SetupError where no Python can."""
    if python_version(str(BIN / "python")) >= OLDEST_PYTHON and has_modules(str(BIN / "python"), "pip"):
        return
    pythons = suitable_pythons()
    wanted = ".".join(map(str, OLDEST_PYTHON))
    if not pythons:
        raise SetupError(f"Barev needs Python {wanted} or newer; none was found. Or name one: make PYTHON=/path/to/it")
    refusals: list[SetupError] = []
    for python in pythons:
        for commands in ways_to_make(python):
            shutil.rmtree(VENV, ignore_errors=True)
            say("Making .venv with Python {}.{} ({})".format(*python_version(python)[:2], python))
            try:
                for command in commands:
                    run(command, "making .venv")
            except SetupError as refusal:
                refusals.append(refusal)
                continue
            return
    shutil.rmtree(VENV, ignore_errors=True)
    if refusals:
        raise refusals[0]
    raise SetupError("Python has no venv module here; on Debian or Ubuntu: apt-get install python3-venv")


def install_python(stamps: Stamps, with_tests: bool) -> None:
    """The locked packages and the project itself, in ``.venv``."""
    product = digest("requirements.lock", "pyproject.toml")
    tests = digest("requirements-dev.lock", "pyproject.toml")
    usable = (BIN / "barev").exists() and os.access(str(BIN / "python"), os.X_OK) and not stamps.moved()
    if usable and stamps.fresh("python", product) and (not with_tests or stamps.fresh("python_tests", tests)):
        return
    if stamps.moved():
        shutil.rmtree(VENV)
    make_venv()
    stamps.forget("python", "python_tests")
    lock = "requirements-dev.lock" if with_tests else "requirements.lock"
    count = sum(line[:1].isalnum() for line in (ROOT / lock).read_text().splitlines())
    say(f"Installing Python packages: {count}, as {lock} pins them")
    pip = [BIN / "python", "-m", "pip", "install", "--quiet"]
    run([*pip, "--require-hashes", "--requirement", lock], "installing the Python packages")
    editable = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "--editable", "."]
    run([*pip, *editable], "installing the project")
    stamps.keep(place=str(VENV), python=product, **({"python_tests": tests} if with_tests else {}))


# --- Node and the browser parts ---


def node_folder() -> Path | None:
    """The folder of a Node that is new enough and has npm: the machine's, else the one in ``.venv``."""
    for folder in [*os.environ.get("PATH", "").split(os.pathsep), str(BIN)]:
        node, npm = Path(folder, "node"), Path(folder, "npm")
        if not (folder and node.is_file() and npm.is_file()):
            continue
        answer = subprocess.run([str(node), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        version = answer.stdout.decode(errors="replace").strip().lstrip("v").split(".")[0]
        if answer.returncode == 0 and version.isdigit() and int(version) >= OLDEST_NODE:
            return Path(folder)
    return None


def need_node() -> Path:
    """As ``node_folder``, but installs PyPI's Node into ``.venv`` where there is none."""
    folder = node_folder()
    if folder is not None:
        return folder
    say(f"Installing Node.js from PyPI (no Node {OLDEST_NODE} or newer with npm on this machine)")
    lock = ["--require-hashes", "--requirement", "requirements-node.lock"]
    run([BIN / "python", "-m", "pip", "install", "--quiet", *lock], "installing Node.js")
    return BIN


def install_npm(stamps: Stamps, with_tests: bool) -> None:
    """The locked browser packages, in ``node_modules``."""
    inputs = digest("package.json", "package-lock.json", ".npmrc")
    done = "npm_tests" if with_tests else "npm"
    if (ROOT / "node_modules" / ".package-lock.json").exists() and stamps.fresh(done, inputs):
        return
    stamps.forget("npm", "npm_tests")
    node = need_node()
    say("Installing browser packages, as package-lock.json pins them")
    run([node / "npm", "ci", "--include=dev" if with_tests else "--omit=dev"], "npm ci", path_first=node)
    stamps.keep(npm=inputs, **({"npm_tests": inputs} if with_tests else {}))


def build_web(stamps: Stamps) -> None:
    """The browser bundles, each in the folder ``static`` of its part."""
    inputs = digest("package-lock.json", "tools/web_build.mjs", "conversation/texts", *(f"{p}/web" for p in WEB_PARTS))
    built = all((ROOT / part / "static").is_dir() and (ROOT / part / "web/generated").is_dir() for part in WEB_PARTS)
    if built and stamps.fresh("web", inputs):
        return
    stamps.forget("web")
    node = need_node()
    say("Building the browser bundles")
    run([node / "node", "tools/web_build.mjs"], "building the browser bundles", path_first=node)
    stamps.keep(web=inputs)


# --- Debian packages that only tests need ---


def missing_for_tests() -> list[tuple[str, ...]]:
    """What the machine lacks, each as Debian packages of which one will do."""
    missing: list[tuple[str, ...]] = []
    if not any(map(shutil.which, CHROMIUM_NAMES)):
        missing.append(("chromium-headless-shell", "chromium"))
    if sys.platform == "linux" and not shutil.which("strace"):
        missing.append(("strace",))
    fonts = (path.name for path in Path("/usr/share/fonts").rglob("*.ttf"))
    if not any(name in FONT_NAMES for name in fonts):
        missing.append(("fonts-dejavu-core", "fonts-noto-core"))
    return missing


def install_debian(stamps: Stamps) -> None:
    """A browser, strace and fonts by apt-get, tried once; else their tests are listed as not run."""
    wanted = missing_for_tests()
    names = ", ".join(choices[0] for choices in wanted)
    if not wanted or stamps.fresh("debian", names):
        return
    if may_use_apt():
        install_choices(wanted)
    else:
        say(f"Not on this machine: {names}; the tests that need them will be listed as not run")
    stamps.keep(debian=", ".join(choices[0] for choices in missing_for_tests()))


def may_use_apt() -> bool:
    """Whether this is Debian (or a child of it) and we are root; sudo is never asked."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def install_choices(wanted: Iterable[tuple[str, ...]]) -> None:
    """apt-get the first package of each row that can be had."""
    patient = ["apt-get", "-o", "DPkg::Lock::Timeout=120"]

    def had(*words: str) -> bool:
        try:
            run([*patient, *words], "apt-get")
        except SetupError:
            return False
        return True

    had("update")
    for choices in wanted:
        say(f"Installing {choices[0]} for the tests (apt-get)")
        if not any(had("install", "--yes", "--no-install-recommends", package) for package in choices):
            say(f"{choices[0]} cannot be had; the tests that need it will be listed as not run")


# --- all together ---


@contextmanager
def alone() -> Iterator[None]:
    """Two set-ups of one folder wait for each other."""
    with (ROOT / ".setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(with_tests: bool) -> None:
    """Do what is not done yet. Raises SetupError."""
    stamps = Stamps()
    install_python(stamps, with_tests)
    install_npm(stamps, with_tests)
    build_web(stamps)
    if with_tests:
        install_debian(stamps)


def main() -> int:
    """Exit status: 0, or 1 with one plain line on stderr."""
    parser = argparse.ArgumentParser(description="Set the project up; does nothing where it is set up already.")
    parser.add_argument("--with-tests", action="store_true", help="also what the tests and checks need")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        with alone():
            set_up(options.with_tests)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; the next call goes on from here", file=sys.stderr)
        return 130
    took_s = time.monotonic() - begun
    if took_s > 1:
        say(f"Set up in {took_s:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
