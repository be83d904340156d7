"""The door's parts, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sms.driver import SmsDriver, SmsLine
from bot.sms.hearing import HearingTerms, SmsHearing
from bot.sms.sending import SmsCarrier, SmsLetters, SmsSending, SmsTerms
from bot.sms.webhook import SmsWebhook, WebhookSettings
from conversation.channels import Carrier, FarIntake, Listener
from conversation.ports import Sender, Texts

PATH: Final = "/channels/sms"
"""Gateways call ``/incoming`` and ``/report`` below it."""
_BODY_BYTES: Final = 256 * 1024
_BEARER: Final = "Bearer "


@dataclass(frozen=True, slots=True)
class Door:
    """``listener``: where the driver holds a line; ``add_to``: registers what gateways call; ``letters``: sends by the
    same driver."""

    carrier: Carrier
    letters: Sender
    listener: Listener | None
    add_to: Callable[[web.Application], None] | None


class _LineListener:
    def __init__(self, line: SmsLine, hearing: SmsHearing) -> None:
        self._line = line
        self._hearing = hearing

    async def listen(self) -> None:
        await self._line.listen(self._hearing)


def make_door(
    driver: SmsDriver,
    terms: SmsTerms,
    hearing: HearingTerms,
    webhook: WebhookSettings | None,
    intake: FarIntake,
    texts: Texts,
) -> Door:
    """A door that opens nothing before it is used. ``webhook``: None where no gateway calls."""
    sending = SmsSending(driver, terms)
    sink = SmsHearing(intake, texts, hearing)
    listener = _LineListener(driver, sink) if isinstance(driver, SmsLine) else None
    routes = None if webhook is None else _make_routes(SmsWebhook(webhook, sink))
    return Door(SmsCarrier(sending), SmsLetters(sending), listener, routes)


def _make_routes(webhook: SmsWebhook) -> Callable[[web.Application], None]:
    async def called(request: web.Request) -> web.StreamResponse:
        if not webhook.admits(_secret(request)):
            return web.Response(status=403)
        body = await request.content.read(_BODY_BYTES + 1)
        while not request.content.at_eof() and len(body) <= _BODY_BYTES:
            body += await request.content.read(_BODY_BYTES + 1 - len(body))
        if len(body) > _BODY_BYTES:
            return web.Response(status=413)
        take = webhook.take_incoming if request.match_info["what"] == "incoming" else webhook.take_report
        status = await take(dict(request.query), request.content_type, body)
        return web.Response(status=status, text=webhook.answer if status == 200 else None)

    def add_to(app: web.Application) -> None:
        for path in (f"{PATH}/{{what:incoming|report}}", f"{PATH}/{{what:incoming|report}}/{{secret}}"):
            app.router.add_get(path, called, allow_head=False)
            app.router.add_post(path, called)

    return add_to


def _secret(request: web.Request) -> str:
    """At the end of the address, or in the header ``Authorization: Bearer``."""
    said = request.headers.get("Authorization", "")
    return request.match_info.get("secret", "") or said.removeprefix(_BEARER)
