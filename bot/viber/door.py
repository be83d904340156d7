"""The door's parts, put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.viber.carrier import ViberCarrier, ViberTerms
from bot.viber.webhook import ViberWebhook
from bot.viber.wire import ViberSettings, ViberWire
from conversation.channels import Carrier, FarIntake, Listener
from conversation.messages import Language
from conversation.ports import Texts

PATH: Final = "/channels/viber"
"""Where Viber calls, where ``viber.webhook_url`` names no other path."""
_BODY_BYTES: Final = 256 * 1024
"""Of a call: twice what the longest text and its tracking data take, each letter escaped."""
_SIGNATURE: Final = "X-Viber-Content-Signature"


@dataclass(frozen=True, slots=True)
class Door:
    """``called``: answers what Viber calls; ``add_to``: registers that."""

    wire: ViberWire
    carrier: Carrier
    listener: Listener
    add_to: Callable[[web.Application], None]
    called: Callable[[web.Request], Awaitable[web.StreamResponse]]


def check(settings: ViberSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    for name, url in (("api_url", settings.api_url), ("webhook_url", settings.webhook_url)):
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            return f"viber.{name}: an address begins with https://"
    return None


def called_path(settings: ViberSettings) -> str:
    """Where Viber calls, on this server."""
    return urlsplit(settings.webhook_url).path.rstrip("/") or PATH


def make_door(
    settings: ViberSettings, terms: ViberTerms, intake: FarIntake, texts: Texts, language: Language, file_limit: int
) -> Door:
    """A door that opens nothing before it is used. ``language``: of those whose own is none of ours; ``file_limit``:
    bytes of a file that is taken."""
    wire = ViberWire(settings)

    def welcome(spoken: Language | None, joined: bool) -> str:
        key = "channel.went_on_later" if joined else "channel.welcome"
        return texts.get(spoken or language, key, business=settings.name)

    webhook = ViberWebhook(settings, wire, intake, welcome, file_limit)

    async def called(request: web.Request) -> web.StreamResponse:
        body = await request.content.read(_BODY_BYTES + 1)
        while not request.content.at_eof() and len(body) <= _BODY_BYTES:
            body += await request.content.read(_BODY_BYTES + 1 - len(body))
        if len(body) > _BODY_BYTES:
            return web.Response(status=413)
        status, answer = await webhook.take(body, request.headers.get(_SIGNATURE, ""))
        return web.Response(status=status) if answer is None else web.json_response(dict(answer), status=status)

    def add_to(app: web.Application) -> None:
        app.router.add_post(called_path(settings), called)
        app.on_cleanup.append(lambda _app: wire.close())

    return Door(wire, ViberCarrier(settings, wire, terms), webhook, add_to, called)
