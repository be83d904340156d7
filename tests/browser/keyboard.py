"""Somebody who uses no mouse."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

PRESSES = 40


async def press_until(page: Page, keys: str, reached: Callable[[], Awaitable[bool]]) -> None:
    """Presses the keys until it is reached, as somebody does who sees where the keyboard is."""
    for _ in range(PRESSES):
        if await reached():
            return
        await page.keyboard.press(keys)
    raise AssertionError(f"{keys} does not lead there")
