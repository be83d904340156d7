"""Runs the checks and the tests: ``python -m tools.check fast|all|soak [words for pytest]``.

fast  what a change must pass before it is committed (``make check``): formatting, lint, types, layers, quick tests
all   the same and every test, browser, stores and kills too (``make test``)
soak  only the tests that count rounds, with full counts (``make soak``)
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT

from tools.bootstrap import node_folder

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TEST_PROCESSES = 3  # for two cores: much of a test is waiting
MARKS = {"fast": "not slow and not browser and not kill", "all": "", "soak": "soak"}


@dataclass(frozen=True)
class Check:
    """A named row of commands; the first that fails ends it."""

    name: str
    commands: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Outcome:
    """How a check ended; ``output`` is what the failing command said."""

    check: Check
    failed: bool
    took_s: float
    output: str


def checks() -> list[Check]:
    """The checks beside the tests, the slowest first."""
    ruff, mypy, lint = str(BIN / "ruff"), str(BIN / "mypy"), str(BIN / "lint-imports")
    tsc = ["node", "node_modules/typescript/bin/tsc", "--noEmit"]
    return [
        Check("mypy --strict", [[mypy, "--no-error-summary"]]),
        Check("lint-imports", [[lint, "--no-cache"]]),
        Check("tsc", [["node", "tools/web_build.mjs", "--texts"], tsc]),
        Check("ruff check", [[ruff, "check", "--quiet", "."]]),
        Check("ruff format", [[ruff, "format", "--check", "--quiet", "."]]),
    ]


def environment() -> dict[str, str]:
    """This process's environment, with the Node that the set-up found first on the path. What was compiled is kept,
    whatever the machine says: thousands of processes are started here, each of hundreds of modules."""
    folder = node_folder()
    first = [str(BIN)] if folder is None else [str(BIN), str(folder)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PATH": os.pathsep.join([*first, os.environ.get("PATH", "")])}


def run_check(check: Check) -> Outcome:
    """Run a check to its end or its first failure."""
    begun = time.monotonic()
    for command in check.commands:
        done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=PIPE, stderr=STDOUT, text=True, check=False)
        if done.returncode:
            return Outcome(check, True, time.monotonic() - begun, done.stdout)
    return Outcome(check, False, time.monotonic() - begun, "")


def run_checks() -> bool:
    """Run the checks side by side, say how each went; whether all passed."""
    passed = True
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(run_check, checks()):
            print(f"{'FAILED' if outcome.failed else 'ok':7}{outcome.check.name}  {outcome.took_s:.1f} s", flush=True)
            if outcome.failed:
                print(outcome.output, flush=True)
                passed = False
    return passed


def run_tests(which: str, words: Sequence[str]) -> bool:
    """Run pytest over the tests of the set, its closing line last; whether it passed."""
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(TEST_PROCESSES), "--dist", "loadgroup", "--quiet"]
    if MARKS[which]:
        command += ["-m", MARKS[which]]
    if which == "soak":
        command += ["--scale", "full", "-o", "faulthandler_timeout=3600"]
    else:
        command += ["--durations", "5", "--durations-min", "5"]
    return subprocess.run([*command, *words], cwd=ROOT, env=environment(), check=False).returncode == 0


def main() -> int:
    """Exit status 0 where everything passed, else 1."""
    parser = argparse.ArgumentParser(description="Run the checks and the tests.")
    parser.add_argument("which", choices=list(MARKS))
    options, words = parser.parse_known_args()
    checked = options.which == "soak" or run_checks()
    tested = run_tests(options.which, words)
    return 0 if checked and tested else 1


if __name__ == "__main__":
    sys.exit(main())
