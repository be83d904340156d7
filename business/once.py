"""Requests that bring a key of their own and must be done once, however often they come."""

import hashlib
import json
from collections.abc import Awaitable, Callable

from conversation import clock
from conversation.errors import BarevError
from conversation.messages import JsonObject
from crm_store import idempotency
from crm_store.engine import Store


class Once:
    """Does the work of a key the first time, and gives the same answer from then on (for a day)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def answer(
        self, scope: str, key: str, request: JsonObject, work: Callable[[], Awaitable[JsonObject]]
    ) -> tuple[JsonObject, bool]:
        """What ``work`` answered for this key of this scope, and whether it had been done before.

        Raises what ``work`` raises: a refused request leaves its key free. Raises Rejected conflict where the key came
        with another request, or the first one is under way. Where the server ends in between, it is not known whether
        it was done: the key is then refused for a day.
        """
        told = json.dumps(request, sort_keys=True, ensure_ascii=False)
        asked = hashlib.sha256(told.encode()).hexdigest()
        kept = await self._store.writer.run(lambda tx: idempotency.begin(tx, scope, key, asked, clock.now()))
        if kept is not None:
            return kept, True
        try:
            answered = await work()
        except BarevError:  # nothing was kept of it
            await self._store.writer.run(lambda tx: idempotency.release(tx, scope, key))
            raise
        await self._store.writer.run(lambda tx: idempotency.finish(tx, scope, key, answered))
        return answered, False
