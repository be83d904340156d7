"""The website's inboxes and the blocks that hold, kept in memory: asked with every visitor, changed now and then."""

import asyncio
import base64
import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from business.inboxes.settings import parse
from business.inboxes.shown import Inbox
from conversation import clock
from conversation.errors import BarevError, Rejected
from conversation.events import DemoRemoved, InboxesChanged
from conversation.inboxes import Blocked
from conversation.messages import JsonObject
from conversation.ports import AddressKey, Texts
from crm_store import Tx, inboxes, visits
from crm_store.engine import Store
from crm_store.rows import AnyRow
from crm_store.visits import Standing

log = logging.getLogger(__name__)
_STALE_S = 20.0
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class _Blocks:
    contacts: dict[int, datetime | None] = field(default_factory=dict)
    addresses: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    hosts: dict[str, datetime | None] = field(default_factory=dict)
    networks: tuple[tuple[_Network, datetime | None], ...] = ()

    @classmethod
    def of(cls, standing: Iterable[Standing]) -> "_Blocks":
        contacts: dict[int, datetime | None] = {}
        addresses: dict[tuple[str, str], datetime | None] = {}
        hosts: dict[str, datetime | None] = {}
        networks: list[tuple[_Network, datetime | None]] = []
        for one in standing:
            if one.contact_id is not None:
                contacts[one.contact_id] = _later(contacts.get(one.contact_id, one.until), one.until)
            if one.address is not None:
                addresses[one.address] = _later(addresses.get(one.address, one.until), one.until)
            if one.network is not None:
                network = ip_network(one.network)
                if network.num_addresses == 1:
                    host = str(network.network_address)
                    hosts[host] = _later(hosts.get(host, one.until), one.until)
                else:
                    networks.append((network, one.until))
        return cls(contacts, addresses, hosts, tuple(networks))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True, slots=True)
class _Kept:
    by_key: dict[str, Inbox]
    first: Inbox | None
    logos: dict[str, tuple[str, bytes]]
    blocks: _Blocks


class Directory:
    """Reads the store when it is first asked and whenever it is told that something changed; in any case every
    ``_STALE_S`` seconds of use, in the background, since other programs write to the store too."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store = store
        self._texts = texts
        self._kept: _Kept | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None
        self._again = False
        self._listener: Callable[[], None] = lambda: None

    async def load(self) -> None:
        """Reads everything anew. Raises Unavailable."""
        self._kept = await self._store.read(self._read)
        self._read_at = time.monotonic()

    def on_renewed(self, listener: Callable[[], None]) -> None:
        """Whoever has to act on what was read anew."""
        self._listener = listener

    def renew(self, _event: InboxesChanged | DemoRemoved | None = None) -> None:
        """Reads everything anew soon; until then what was read holds."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._renew())
        else:
            self._again = True

    async def close(self) -> None:
        """Ends what is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def find(self, key: str | None) -> Inbox:
        """The inbox of a public key, else the website's first. Raises Rejected not_found where there is none."""
        if self._kept is None:
            await self.load()
        elif time.monotonic() - self._read_at > _STALE_S:
            self.renew()
        kept = self._kept
        found = None if kept is None else (kept.by_key.get(key or "") or kept.first)
        if found is None:
            raise Rejected("not_found", "error.inbox_not_found")
        return found

    def find_block(self, address: AddressKey, contact_id: int | None, remote: str) -> Blocked | None:
        """Whether he may not write, by what was read last."""
        if self._kept is None:
            return None
        blocks, now = self._kept.blocks, clock.now()
        found: list[datetime | None] = []
        if contact_id is not None and contact_id in blocks.contacts:
            found.append(blocks.contacts[contact_id])
        mine = (address.channel, address.value)
        if mine in blocks.addresses:
            found.append(blocks.addresses[mine])
        if remote and (blocks.hosts or blocks.networks):
            found += _of_network(blocks, remote)
        standing = [until for until in found if until is None or until > now]
        if not standing:
            return None
        return Blocked(None if None in standing else max(until for until in standing if until is not None))

    def find_logo(self, name: str) -> tuple[str, bytes] | None:
        """A logo's content type and bytes."""
        return None if self._kept is None else self._kept.logos.get(name)

    def mark_of(self, key: str | None) -> str:
        """Where the logo of the inbox that ``find`` finds is had, by what was read last; empty: it has none."""
        kept = self._kept
        found = None if kept is None else (kept.by_key.get(key or "") or kept.first)
        return f"/{found.logo}" if found is not None and found.logo else ""

    async def _renew(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            try:
                await self.load()
            except BarevError as error:
                log.warning("inboxes were not read anew: %s", error)
                return
            self._listener()

    def _read(self, tx: Tx) -> _Kept:
        faces = inboxes.list_faces(tx)
        found: list[Inbox] = []
        logos: dict[str, tuple[str, bytes]] = {}
        for row in inboxes.list_web(tx):
            inbox, picture = to_inbox(row, faces, self._texts, signs=inboxes.find_secret(tx, row.id) is not None)
            if inbox.logo is not None and picture is not None:
                logos[inbox.logo.rpartition("/")[2]] = picture
            found.append(inbox)
        blocks = _Blocks.of(visits.list_standing(tx, clock.now()))
        return _Kept({one.key: one for one in found}, found[0] if found else None, logos, blocks)


def _of_network(blocks: _Blocks, remote: str) -> list[datetime | None]:
    try:
        address: IPv4Address | IPv6Address = ip_address(remote)
    except ValueError:
        return []
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    found = [until for network, until in blocks.networks if address in network]
    return [*found, blocks.hosts[str(address)]] if str(address) in blocks.hosts else found


def to_inbox(
    row: AnyRow, faces: dict[int, tuple[str, str | None]], texts: Texts, *, signs: bool
) -> tuple[Inbox, tuple[str, bytes] | None]:
    """An inbox from its row, and its logo's type and bytes."""
    settings = parse(row.settings)
    name, picture = read_logo(row.settings)
    agent = None if settings.look.agent_id is None else faces.get(settings.look.agent_id)
    domains = tuple(str(one) for one in row.allowed_domains)
    return Inbox(row.id, row.key, row.name, domains, settings, texts, name, agent, signs), picture


def read_logo(settings: JsonObject) -> tuple[str | None, tuple[str, bytes] | None]:
    """The logo in an inbox's settings: the address below ours under which it is served, which changes with it; and the
    picture."""
    raw = settings.get("logo")
    if not isinstance(raw, dict):
        return None, None
    kind, data = raw.get("type"), raw.get("data")
    if not isinstance(kind, str) or not isinstance(data, str):
        return None, None
    body = base64.b64decode(data)
    return f"widget/logo/{hashlib.sha256(body).hexdigest()[:20]}", (kind, body)
