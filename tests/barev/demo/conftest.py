"""A founded store for the demo."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from business.team.founding import Firm, found_business
from crm_store.engine import Store, StoreUrl, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """With the default business, as ``barev serve`` has it."""
    opened = await open_store(StoreUrl(sqlite=tmp_path / "barev.db"))
    await found_business(opened, Firm("Barev", "Asia/Yerevan", "AM", "hy"))
    yield opened
    await opened.close()
