"""Shared by all tests: what the machine lacks is decided here, once, and said at the end."""

import os
import socket
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import settings

from conversation.language import LANGUAGES
from tests import machine, warm

if TYPE_CHECKING:
    from playwright.async_api import Browser

MACHINE_MARKERS = ("browser", "haproxy", "mount", "nginx", "node", "strace")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--scale`` and ``--rounds``: how much the tests do that count rounds."""
    group = parser.getgroup("barev")
    usual = os.environ.get("BAREV_TEST_SCALE", "usual")
    group.addoption("--scale", choices=["usual", "full"], default=usual, help="counts of rounds (make soak: full)")
    group.addoption("--rounds", type=int, default=None, help="rounds of every counting test, over --scale")


def pytest_configure(config: pytest.Config) -> None:
    """With full counts everything is as its users have it, the start of a process too. Tests with data made up by
    hypothesis that name no count of their own follow the scale; it is new data with full counts only."""
    full = config.getoption("--scale") == "full"
    warm.allowed = warm.allowed and not full
    settings.register_profile("barev", max_examples=200 if full else 8, deadline=None, derandomize=not full)
    settings.load_profile("barev")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The marker ``languages`` names those that a test takes; with full counts it takes all."""
    named = metafunc.definition.get_closest_marker("languages")
    if named is not None:
        full = metafunc.config.getoption("--scale") == "full"
        metafunc.parametrize("language", LANGUAGES if full else named.args)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that none of them is waited for at the end. Tests whose tool is not on this machine are
    listed as not run, with the reason."""
    for item in items:
        if item.get_closest_marker("languages") is not None:
            item.add_marker("soak")
    items.sort(key=lambda item: item.get_closest_marker("soak") is None)
    for item in items:
        for marker in MACHINE_MARKERS:
            reason = machine.reason_not_to_run(marker) if item.get_closest_marker(marker) else None
            if reason is not None:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each group that was not run, above the closing line."""
    reports = terminalreporter.getreports("skipped")
    reasons = Counter(report.longrepr[2] for report in reports if isinstance(report.longrepr, tuple))
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT RUN: {count} tests: {reason.removeprefix('Skipped: ')}")


@dataclass(frozen=True)
class Scale:
    """How many rounds a counting test does."""

    full: bool
    fixed: int | None

    def rounds(self, usual: int, full: int) -> int:
        """``usual`` in make test, ``full`` in make soak, or what ``--rounds`` says."""
        if self.fixed is not None:
            return self.fixed
        return full if self.full else usual


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> Scale:
    """The counts of this run."""
    return Scale(pytestconfig.getoption("--scale") == "full", pytestconfig.getoption("--rounds"))


@pytest.fixture
def free_port() -> int:
    """A TCP port of the loopback that was free a moment ago; for servers that cannot be given port 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium of this machine; the test carries the marker ``browser``."""
    path = machine.chromium()
    assert path is not None, "a test that takes the fixture chromium carries the marker browser"
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator["Browser"]:
    """The one browser of this test process."""
    from tests.browser.people import browser_at

    async with browser_at(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def node() -> str:
    """The Node.js of this machine; the test carries the marker ``node``."""
    path = machine.node()
    assert path is not None, "a test that takes the fixture node carries the marker node"
    return path


@pytest.fixture(scope="session")
def strace() -> str:
    """The strace of this machine; the test carries the marker ``strace``."""
    path = machine.strace()
    assert path is not None, "a test that takes the fixture strace carries the marker strace"
    return path
