"""What the live socket server is told: limits, intervals, whom to trust."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


@dataclass(frozen=True, slots=True)
class Settings:
    """Bytes are counted on the wire, seconds are wall seconds.

    ``lean``: off, everything goes to the stock carrier. ``message_limit_bytes``: the longest message a client may send.
    ``soft_limit_bytes``: above that many unsent bytes in the transport, frames are held back in the connection;
    ``hard_limit_bytes``: above that many held bytes it is dropped, and the client comes back and resyncs.
    ``waiting_limit``: events of one socket that may wait for the one being handled. ``origins``: ``("*",)`` or the
    origins (``https://shop.example``) of the pages that may connect, besides those of our own host.
    ``trusted_proxies``: addresses or networks whose X-Forwarded-For is believed.
    """

    lean: bool = True
    ping_interval_s: float = 25.0
    ping_timeout_s: float = 20.0
    connect_timeout_s: float = 45.0
    close_timeout_s: float = 3.0
    head_timeout_s: float = 10.0
    head_limit_bytes: int = 16 * 1024
    message_limit_bytes: int = 1024 * 1024
    soft_limit_bytes: int = 64 * 1024
    hard_limit_bytes: int = 4 * 1024 * 1024
    waiting_limit: int = 256
    origins: tuple[str, ...] = ("*",)
    trusted_proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a trusted proxy that is no address or network."""
        _networks(self.trusted_proxies)

    def accepts_origin(self, origin: str | None, host: str | None) -> bool:
        """Whether a page of that origin may connect. No origin: no browser, let in."""
        if not origin or "*" in self.origins or origin in self.origins:
            return True
        return host is not None and origin.partition("://")[2] == host

    def remote(self, peer: str, forwarded_for: str | None) -> str:
        """The client's address: the peer, or the nearest one in X-Forwarded-For that is no trusted proxy.

        An IPv4 address is given as such, also where it came to an IPv6 socket.
        """
        peer = _address(peer) or peer
        if not forwarded_for or not _trusted(self.trusted_proxies, peer):
            return peer
        remote = peer
        for part in reversed(forwarded_for.split(",")):
            address = _address(part)
            if address is None:
                break
            remote = address
            if not _trusted(self.trusted_proxies, remote):
                break
        return remote


def _address(text: str) -> str | None:
    text = text.strip().strip('"')
    if text.startswith("["):  # [v6]:port
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # v4:port
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


@lru_cache(maxsize=8)
def _networks(names: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name, strict=False) for name in names)


@lru_cache(maxsize=1024)
def _trusted(names: tuple[str, ...], peer: str) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in _networks(names))
