"""The first and the last of a start: nobody else has the data folder, and the port is open."""

import asyncio
from typing import IO

from aiohttp import web

from barev.alone import hold_alone
from barev.realtime import Hub, serve_front
from barev.serve import ServeError
from barev.settings import Settings
from barev.tls import Certificate
from crm_store.engine import Store


async def require_alone(store: Store) -> IO[bytes] | None:
    """Holds the data folder of a store that is a file; None for others. Raises ServeError, the store closed."""
    if store.url.sqlite is None:
        return None
    try:
        return hold_alone(store.url.sqlite.parent)
    except ServeError:
        await store.close()
        raise


async def listen(
    settings: Settings, hub: Hub, runner: web.AppRunner, store: Store, certificate: Certificate | None
) -> asyncio.Server:
    """Accepts from here on. Raises ServeError, everything closed."""
    host, port = settings.server.host, settings.server.port
    try:
        return await serve_front(hub, runner, host, port, tls=certificate.context if certificate else None)
    except (OSError, OverflowError) as error:
        await runner.cleanup()
        await store.close()
        raise ServeError(f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}") from error
