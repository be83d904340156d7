"""Asks servers out there: webhooks' receivers, and calendars kept elsewhere. Somebody typed their addresses, so that
none of them may lead into the house: every name is looked up here, and only public addresses are connected to."""

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from barev import __version__
from business.far import Answer, FarError

_REDIRECTS: Final = 5
_MOVED: Final = (301, 302, 303, 307, 308)
_SAID_BYTES: Final = 4096
"""So much of an answer to what was sent is read."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses seen from an IPv6 network (RFC 6052)."""


class _Refused(OSError):
    """The address is none that may be asked."""


def is_public(host: str) -> bool:
    """Whether an IP address is one of the internet at large. One that carries another in it is as good as that."""
    address: IPv4Address | IPv6Address = ip_address(host.split("%", 1)[0])
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if within is None and address in _NAT64:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_public(str(within))
    return address.is_global and not address.is_multicast


class _Guarded(AbstractResolver):
    """Looks names up and keeps the public addresses: what was looked up is what is connected to."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See the base."""
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if not public:
            raise _Refused("not a public address")
        return public

    async def close(self) -> None:
        """See the base."""
        await self._inner.close()


class AiohttpFar:
    """The port ``FarSide``. ``private``: addresses of the house may be asked too; ``timeout_s``: for one answer, all
    redirects included."""

    def __init__(self, *, private: bool, timeout_s: float) -> None:
        self._private = private
        self._timeout_s = timeout_s

    async def get(self, url: str, headers: Mapping[str, str], limit: int) -> Answer:
        """See the port."""
        return await self._ask("GET", url, headers, None, limit, _REDIRECTS)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """See the port."""
        return await self._ask("POST", url, headers, body, _SAID_BYTES, 0)

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limit: int, redirects: int
    ) -> Answer:
        connector = aiohttp.TCPConnector(
            resolver=None if self._private else _Guarded(), use_dns_cache=False, force_close=True
        )
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._timeout_s / 2)
        own = {"User-Agent": f"Barev/{__version__}", **headers}
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                aiohttp.ClientSession(
                    connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), max_line_size=16_384
                ) as web,
            ):
                for _ in range(redirects + 1):
                    self._check(url)
                    async with web.request(method, url, data=body, headers=own, allow_redirects=False) as answer:
                        onward = answer.headers.get("Location") if answer.status in _MOVED else None
                        if onward is None or not redirects:
                            said = await _read(answer, limit, cut=not redirects)
                            told = {name.lower(): value for name, value in answer.headers.items()}
                            return Answer(answer.status, said, told)
                        url = urljoin(url, onward)
                raise FarError("too many redirects")
        except TimeoutError:
            raise FarError("no answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FarError(_why(error)) from None

    def _check(self, url: str) -> None:
        """A literal address is not looked up, so that it is checked here."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FarError("not an http or https address")
        if self._private:
            return
        try:
            public = is_public(parts.hostname)
        except ValueError:
            return
        if not public:
            raise FarError("not a public address")


async def _read(answer: aiohttp.ClientResponse, limit: int, *, cut: bool) -> bytes:
    """The body, unpacked. Raises FarError where it is larger, unless it is ``cut``."""
    parts, size = [], 0
    async for part in answer.content.iter_chunked(65_536):
        parts.append(part)
        size += len(part)
        if size > limit:
            if cut:
                break
            raise FarError(f"larger than {limit // 1024} KB")
    return b"".join(parts)[:limit] if cut else b"".join(parts)


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _Refused):
            return "not a public address"
        cause = getattr(cause, "os_error", None) or cause.__cause__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no such host"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "not reached"
    return f"no proper answer ({type(error).__name__})"
