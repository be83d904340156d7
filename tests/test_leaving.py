"""The end of what tests start."""

from pathlib import Path

import aiohttp

from tests.leaving import guests
from tests.product import Product, running


async def test_a_product_ends_after_those_who_look_at_it_have_left(tmp_path: Path) -> None:
    product, found = Product(tmp_path / "data"), []

    async def leave() -> None:
        async with aiohttp.ClientSession() as web, web.get(f"{product.address}/healthz") as answer:
            found.append(answer.status)

    guests.append(leave)
    try:
        async with running(product):
            assert not found
    finally:
        guests.remove(leave)
    assert found == [200]
