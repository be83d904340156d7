"""``/healthz``, ``/readyz`` and ``/metrics``: is it alive, may it be sent customers, how is it doing."""

import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import ip_address, ip_network

from aiohttp import web
from aiohttp.typedefs import Middleware

from barev.backup.keeping import Backups
from barev.metrics import CONTENT_TYPE, Family, Histogram, Metrics, Sample, counter, gauge
from barev.realtime import Hub
from barev.settings import Metrics as MetricsSettings
from conversation import clock
from conversation.errors import BarevError
from conversation.events import MessageAdded
from crm_store.engine import Store
from crm_store.outgoing_list import Count, count_states
from crm_store.queues import Queue, list_queues

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_QUEUES_EVERY_S = 5.0
_LETTERS_OF = timedelta(hours=24)
_FORWARDED = frozenset(("Forwarded", "X-Forwarded-For", "X-Real-IP"))


@dataclass(slots=True)
class Health:
    """The state of this process. ``draining``: it is about to end, and takes no new customers."""

    store: Store
    hub: Hub
    backups: Backups
    access: MetricsSettings
    metrics: Metrics = field(default_factory=Metrics)
    draining: bool = False
    _messages: dict[str, int] = field(default_factory=dict)
    _requests: dict[tuple[str, str], int] = field(default_factory=dict)
    _rest: Histogram = field(default_factory=Histogram)
    _queues: list[Queue] = field(default_factory=list)
    _letters: Sequence[Count] = ()
    _queues_read_s: float = float("-inf")

    def __post_init__(self) -> None:
        for source in (self._talk, self._sockets, self._stored, self._web, self._backup):
            self.metrics.add(source)

    def add_to(self, app: web.Application) -> None:
        """Serves the three."""
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._page)

    def message_added(self, event: MessageAdded) -> None:
        """Counts a committed message."""
        kind = event.message.author.kind
        self._messages[kind] = self._messages.get(kind, 0) + 1

    def watching(self) -> Middleware:
        """Counts requests, and tells of each at level debug: by its route, never by its words."""

        @web.middleware
        async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
            begun = time.perf_counter()
            status = 500
            try:
                response = await handler(request)
                status = response.status
                return response
            except web.HTTPException as error:
                status = error.status
                raise
            finally:
                self._count(request, status, time.perf_counter() - begun)

        return watch

    def _count(self, request: web.Request, status: int, took_s: float) -> None:
        method = request.method if request.method in {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"} else "OTHER"
        key = method, str(status)
        self._requests[key] = self._requests.get(key, 0) + 1
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else "(no such page)"
        if path.startswith("/api/"):
            self._rest.observe(took_s)
        if log.isEnabledFor(logging.DEBUG):
            about = request.match_info.get("id") if path.startswith("/api/v1/conversations/{id}") else None
            extra = {"conversation_id": int(about)} if about and about.isdecimal() else {}
            log.debug("%s %s %d in %.1f ms", method, path, status, took_s * 1000, extra=extra)

    async def _healthz(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True}, headers={"Cache-Control": "no-store"})

    async def _readyz(self, _request: web.Request) -> web.StreamResponse:
        healthy = self.store.writer.healthy
        ready = healthy and not self.draining
        body = {"ok": ready, "store": healthy, "draining": self.draining}
        return web.json_response(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if not self._may_read(request):
            raise web.HTTPForbidden(text="not from here: see metrics.token and metrics.addresses\n")
        await self._read_queues()
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=self.metrics.render().encode(), headers=headers)

    def _may_read(self, request: web.Request) -> bool:
        if self.access.token:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode("utf-8", "replace"), self.access.token.encode())
        peer = request.remote or ""
        remote = self.hub.settings.remote(peer, request.headers.get("X-Forwarded-For"))
        if remote == peer and _FORWARDED & set(request.headers):
            return False  # it came through a proxy whose word is not trusted
        try:
            address = ip_address(remote.partition("%")[0])
        except ValueError:
            return False
        if address.is_loopback:  # a tunnel ends here too, but asks for the name that customers know
            return _is_this_machine(request.host)
        return any(address in ip_network(network, strict=False) for network in self.access.addresses)

    async def _read_queues(self) -> None:
        now_s = time.monotonic()
        if now_s - self._queues_read_s < _QUEUES_EVERY_S:
            return
        self._queues_read_s = now_s
        try:
            self._queues, self._letters = await self.store.read(
                lambda tx: (list_queues(tx, clock.now()), count_states(tx, clock.now() - _LETTERS_OF))
            )
        except BarevError:
            self._queues, self._letters = [], ()

    def _talk(self) -> Iterable[Family]:
        samples = [Sample(count, {"author": kind}) for kind, count in sorted(self._messages.items())]
        yield Family(
            "barev_messages_total",
            "counter",
            "Committed messages this process told of, by author (with Redis: those of all processes).",
            samples,
        )
        acks = [one for event, took in self.hub.acks.histograms.items() for one in took.samples({"event": event})]
        said = "From a parsed event to its acknowledgement handed to the socket."
        yield Family("barev_ack_seconds", "histogram", said, acks)

    def _sockets(self) -> Iterable[Family]:
        counted = self.hub.counters
        carriers = [Sample(counted.lean, {"carrier": "lean"}), Sample(counted.stock, {"carrier": "stock"})]
        yield Family("barev_connections", "gauge", "Open Socket.IO connections.", carriers)
        for one in fields(counted):
            if one.name not in ("lean", "stock"):
                name = f"barev_sockets_{one.name}_total"
                yield counter(name, "See docs/subsystems/realtime.md.", getattr(counted, one.name))

    def _stored(self) -> Iterable[Family]:
        writer = self.store.writer
        yield gauge("barev_store_healthy", "1 while the store can be written.", int(writer.healthy))
        yield gauge("barev_draining", "1 once the process was told to end.", int(self.draining))
        yield gauge("barev_writer_queue", "Operations that wait for their transaction.", writer.waiting)
        yield gauge("barev_writer_queue_age_seconds", "How long the first of them has waited.", writer.age_s)
        waiting = [Sample(queue.waiting, {"queue": queue.name}) for queue in self._queues]
        yield Family("barev_queue_waiting", "gauge", "Rows of work that are due.", waiting)
        ages = [Sample(queue.age_s, {"queue": queue.name}) for queue in self._queues]
        yield Family("barev_queue_age_seconds", "gauge", "How long the first of them has been due.", ages)
        letters = [Sample(one.rows, {"channel": one.channel, "state": one.state}) for one in self._letters]
        yield Family("barev_letters", "gauge", "Messages to phones and mailboxes, written in 24 hours.", letters)

    def _web(self) -> Iterable[Family]:
        samples = [Sample(n, {"method": method, "status": status}) for (method, status), n in self._requests.items()]
        yield Family("barev_http_requests_total", "counter", "HTTP requests, live sockets by aiohttp too.", samples)
        yield Family("barev_rest_seconds", "histogram", "How long REST requests took.", self._rest.samples({}))

    def _backup(self) -> Iterable[Family]:
        yield gauge("barev_backup_overdue", "1 while the last backup is too old.", int(self.backups.overdue))


def _is_this_machine(host: str) -> bool:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    try:
        return name == "localhost" or ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
