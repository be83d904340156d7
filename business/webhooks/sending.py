"""Delivers what webhooks are to be told: signed, again and again until it is heard, the same id each time."""

import asyncio
import hashlib
import hmac
import logging
import random
from datetime import timedelta
from typing import Final

from business.far import FarError, FarSide
from conversation import clock
from crm_store import Tx, jobs, webhooks
from crm_store.engine import Store
from crm_store.jobs import Job

log = logging.getLogger(__name__)
_LOOK_S: Final = 1.0
_AT_ONCE: Final = 10
_LEASE_S: Final = 60.0
_FIRST_S: Final = 10.0
_MOST_S: Final = 21_600.0
_KEPT: Final = timedelta(days=30)
_SWEEP_S: Final = 3_600.0
_KINDS: Final = (webhooks.KIND,)


class WebhookDeliveries:
    """One a process; those of several share the work by leases. ``holder``: this process's own name."""

    def __init__(self, store: Store, far: FarSide, holder: str) -> None:
        self._store = store
        self._far = far
        self._holder = holder
        self._swept_at = 0.0

    async def work(self) -> None:
        """Delivers whatever is due, until it is cancelled. Raises Unavailable, and is then to be called anew."""
        while True:
            if not await self.deliver_due():
                await self._sweep()
                await asyncio.sleep(_LOOK_S)

    async def deliver_due(self) -> int:
        """Delivers what is due and is no other process's; returns how many were taken."""
        if not await self._store.read(lambda tx: jobs.any_due(tx, clock.now(), _KINDS)):
            return 0
        taken = await self._store.writer.run(
            lambda tx: jobs.lease(tx, self._holder, clock.now(), _LEASE_S, _AT_ONCE, kinds=_KINDS)
        )
        await asyncio.gather(*(self._deliver(job) for job in taken))
        return len(taken)

    async def _deliver(self, job: Job) -> None:
        hook = await self._store.read(lambda tx: webhooks.find(tx, int(str(job.payload["webhook_id"]))))
        why: str | None = "switched off"
        if hook is not None and hook.active:
            why = await self._send(hook.url, hook.secret, job)
        await self._store.writer.run(lambda tx: self._settle(tx, job, why))
        if why is not None:
            log.info("webhook %s, delivery %d: %s", job.payload["webhook_id"], job.id, why)

    async def _send(self, url: str, secret: str, job: Job) -> str | None:
        """Why it was not heard; None: it was."""
        body = str(job.payload["body"]).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Barev-Event": str(job.payload["event"]),
            "Barev-Delivery": str(job.payload["delivery"]),
            "Barev-Signature": sign(secret, body, clock.now_ms() // 1000),
        }
        try:
            answer = await self._far.post(url, headers, body)
        except FarError as error:
            return str(error)
        return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"

    def _settle(self, tx: Tx, job: Job, why: str | None) -> None:
        if why is None:
            jobs.finish(tx, job.id, self._holder)
        else:
            jobs.fail(tx, job, self._holder, why, clock.now(), pause_s(job.attempts))

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._swept_at >= _SWEEP_S:
            self._swept_at = now
            await self._store.writer.run(lambda tx: webhooks.sweep(tx, clock.now() - _KEPT))


def sign(secret: str, body: bytes, at_s: int) -> str:
    """``t=1732276800,v1=...``: HMAC-SHA256 (RFC 2104) of ``t.body`` with the secret's text, in hex."""
    digest = hmac.digest(secret.encode(), b"%d." % at_s + body, hashlib.sha256)
    return f"t={at_s},v1={digest.hex()}"


def pause_s(attempts: int) -> float:
    """Seconds after so many failed attempts: 10, 20, 40, ... up to six hours, each more or less by a fifth."""
    return min(_MOST_S, _FIRST_S * 2.0 ** min(attempts - 1, 20)) * random.uniform(0.8, 1.2)
