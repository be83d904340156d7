"""What customers meet: the settings, the certificate, the public address."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from barev.doctor.findings import Finding, ok, warn, wrong
from barev.doctor.store import check_private
from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from barev.tls import Certificate
from conversation import clock

ANSWER_S = 10.0
SOON = timedelta(days=21)


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Words that contradict each other, and files of secrets."""
    try:
        to_languages(settings)
        yield ok("barev.toml", "settings")
    except SettingsError as error:
        yield wrong("business.languages", "setting_wrong", error=error)
    host, public = settings.server.host, settings.server.public_url
    if public and urlsplit(public).scheme not in ("http", "https"):
        yield wrong("server.public_url", "public_no_url", url=public)
    if host not in ("127.0.0.1", "::1", "localhost") and not settings.server.tls_cert:
        yield warn("server.host", "open_http", host=host)
    if public.startswith("https://") and not settings.server.tls_cert and not settings.server.trusted_proxies:
        yield warn("server.trusted_proxies", "proxy_untrusted")
    if settings.logs.level == "debug":
        yield warn("logs.level", "debug")
    for path in (Path("barev.toml"), Path(settings.server.tls_key)):
        if path.is_file():
            yield from check_private(path, path.name)


def check_certificate(settings: Settings) -> Iterator[Finding]:
    """Dates, names, and whether the key belongs to it."""
    try:
        if Certificate.from_settings(settings.server) is None:
            return
    except SettingsError as error:
        yield wrong("server.tls_cert", "cert_wrong", error=error)
        return
    path = settings.server.tls_cert
    read: dict[str, Any] = ssl._ssl._test_decode_cert(path)  # type: ignore[attr-defined]  # the only reader of the library
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(read["notAfter"]), UTC)
    begins = datetime.fromtimestamp(ssl.cert_time_to_seconds(read["notBefore"]), UTC)
    names = [value for kind, value in read.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    host = urlsplit(settings.server.public_url).hostname
    if ends < clock.now():
        yield wrong("server.tls_cert", "cert_ended", file=path, at=clock.to_iso(ends))
    elif begins > clock.now():
        yield wrong("server.tls_cert", "cert_early", file=path, at=clock.to_iso(begins))
    elif ends < clock.now() + SOON:
        yield warn("server.tls_cert", "cert_ending", file=path, at=clock.to_iso(ends))
    else:
        yield ok("server.tls_cert", "cert", file=path, at=clock.to_iso(ends))
    if host and not any(_covers(name, host) for name in names):
        shown = ", ".join(names) or "-"
        yield wrong("server.tls_cert", "cert_name", names=shown, host=host, setting="server.public_url")


def _covers(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2].lower() == name[2:].lower()
    return name.lower() == host.lower()


async def check_public(settings: Settings) -> list[Finding]:
    """Whether the address that customers see leads here, live sockets too."""
    import aiohttp

    public = settings.server.public_url.rstrip("/")
    if not public:
        return [warn("server.public_url", "public_none")]
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    subject = "server.public_url"
    async with aiohttp.ClientSession(timeout=timeout) as web:
        try:
            async with web.get(f"{public}/healthz") as answer:
                said = await answer.text()
            if answer.status != 200 or '"ok"' not in said:
                here = f"{settings.server.host}:{settings.server.port}"
                return [wrong(subject, "public_other", url=public, status=answer.status, host=here)]
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return [wrong(subject, "public_silent", url=public, error=str(error) or type(error).__name__)]
        lines = [ok(subject, "public", url=public)]
        address = f"{public}/socket.io/?EIO=4&transport=websocket"
        try:
            async with asyncio.timeout(ANSWER_S), web.ws_connect(address) as socket:
                opening = await socket.receive_str()
            passes = opening.startswith("0{")
        except (aiohttp.ClientError, TimeoutError, TypeError):
            passes = False
        lines.append(ok(subject, "websocket") if passes else wrong(subject, "websocket_blocked"))
    return lines


async def check_redis(settings: Settings) -> list[Finding]:
    """Whether somebody answers a PING there."""
    if not settings.redis.url:
        return []
    parts = urlsplit(settings.redis.url)
    shown = f"redis://{parts.hostname or ''}:{parts.port or 6379}{parts.path}"
    try:
        async with asyncio.timeout(ANSWER_S):
            if parts.scheme == "unix":
                reader, writer = await asyncio.open_unix_connection(parts.path)
            else:
                tls = parts.scheme == "rediss" or None
                reader, writer = await asyncio.open_connection(
                    parts.hostname or "127.0.0.1", parts.port or 6379, ssl=tls
                )
            writer.write(b"PING\r\n")
            answer = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as error:
        return [wrong("redis.url", "redis_silent", url=shown, error=str(error) or type(error).__name__)]
    if not answer.startswith((b"+PONG", b"-NOAUTH")):
        return [wrong("redis.url", "redis_other", url=shown)]
    return [ok("redis.url", "redis", url=shown)]
