"""Requests that bring a key of their own and must be done once, however often they come."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar

from conversation import clock
from conversation.messages import JsonObject
from crm_store import Tx, idempotency

T = TypeVar("T")
Kept = Callable[[Tx, Callable[[Tx], T]], T]
"""Does work in its transaction, and keeps there what must be kept with it."""


class RepeatedError(Exception):
    """It was done before; ``answer`` was the answer."""

    def __init__(self, answer: JsonObject) -> None:
        super().__init__("it was done before")
        self.answer = answer


class Once:
    """A request and its key: the work, the key and the answer are kept by one commit. Whenever the server ends, either
    all of them are there or none, and the request can be repeated."""

    def __init__(self, scope: str, key: str, request: JsonObject) -> None:
        told = json.dumps(request, sort_keys=True, ensure_ascii=False)
        self._asked = hashlib.sha256(told.encode()).hexdigest()
        self._scope = scope
        self._key = key
        self.used = False

    def do(self, tx: Tx, work: Callable[[Tx], T], told: Callable[[T], JsonObject]) -> T:
        """Does the work and keeps what is ``told`` of it, for a day. Raises what ``work`` raises: the key stays free
        then; RepeatedError where it was done before; Rejected conflict where the key came with another request."""
        self.used = True
        kept = idempotency.begin(tx, self._scope, self._key, self._asked, clock.now())
        if kept is not None:
            raise RepeatedError(kept)
        done = work(tx)
        idempotency.finish(tx, self._scope, self._key, told(done))
        return done


def plainly(tx: Tx, work: Callable[[Tx], T]) -> T:
    """Nothing is kept beside the work."""
    return work(tx)
