"""Who looks at a server is out of it before it ends: else the last thing that a page sees is that nobody answers."""

from collections.abc import Awaitable, Callable

guests: list[Callable[[], Awaitable[None]]] = []
"""How those who are in leave: they can be asked several times."""


async def see_off() -> None:
    """All leave. Whatever serves windows calls it when it ends as it was meant to; where a test has failed, they stay
    for their pictures."""
    for leave in guests:
        await leave()
