"""One empty product and one foreign site for all tests of a process; windows for each test."""

import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.foreign_site import ForeignSite, foreign_site
from tests.browser.people import PATIENCE_MS, People
from tests.leaving import guests
from tests.product import Product, running

FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures know whether the test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the agents ``ani`` and ``boris``, to be copied."""
    empty = Product(tmp_path_factory.mktemp("founded") / "data")
    for login in ("ani", "boris"):
        assert empty.add_user(login).returncode == 0
    return empty.data


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running product that tests share which do not hurt it."""
    data = tmp_path_factory.mktemp("product") / "data"
    shutil.copytree(founded, data)
    async with running(Product(data)) as shared:
        yield shared


@pytest.fixture(scope="session")
def owner(product: Product) -> str:
    """The login of an owner of the shared product."""
    assert product.add_user("olga", role="owner").returncode == 0
    return "olga"


@pytest.fixture
def own_product(founded: Path, tmp_path: Path) -> Product:
    """A product of this test alone, not yet started."""
    shutil.copytree(founded, tmp_path / "data")
    return Product(tmp_path / "data")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    """A running product with the demo business, for tests that do not hurt it."""
    async with running(Product(tmp_path_factory.mktemp("demo") / "data", flags=["--demo"])) as shared:
        yield shared


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(product: Product) -> AsyncIterator[ForeignSite]:
    """Somebody's shop with the shared product's widget."""
    async with foreign_site(product.address) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[People]:
    """Windows of this test; they close before whatever they look at ends, whichever was asked for first. None of their
    pages may have complained in the end; a failed test leaves pictures."""
    opened = People(browser)

    async def leave() -> None:
        pages = [page for window in opened.windows for page in window.context.pages]
        if pages and request.node.stash.get(FAILED, False):
            for number, page in enumerate(pages, 1):
                await page.screenshot(path=tmp_path / f"{number}.png", animations="disabled")
            print("pictures:", tmp_path)  # noqa: T201  (shown with the failure)
        await opened.end()

    guests.append(leave)
    yield opened
    guests.remove(leave)
    await leave()
    assert await opened.end() == []
