"""The door's parts, put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.telegram.carrier import TelegramCarrier
from bot.telegram.client import Client
from bot.telegram.hearing import Hearing
from bot.telegram.listener import Polling, Webhook
from bot.telegram.settings import TelegramSettings
from conversation.channels import Carrier, FarIntake, Listener
from conversation.ports import Texts


@dataclass(frozen=True, slots=True)
class Door:
    """``called``: answers what Telegram calls, where it does; ``add_to``: registers that."""

    client: Client
    carrier: Carrier
    listener: Listener
    add_to: Callable[[web.Application], None] | None = None
    called: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None


def make_door(settings: TelegramSettings, intake: FarIntake, texts: Texts) -> Door:
    """A door that opens nothing before it is used."""
    client = Client(settings)
    hearing = Hearing(client, intake, texts, settings.language)
    carrier = TelegramCarrier(client)
    if settings.webhook_url:
        webhook = Webhook(client, hearing)
        return Door(client, carrier, webhook, webhook.add_to, webhook.called)
    return Door(client, carrier, Polling(client, hearing))
