"""Messengers: whether the door is set up and somebody answers behind it."""

from barev.doctor.findings import Finding, ok, wrong
from barev.gates import read_telegram
from barev.settings import Settings, SettingsError
from conversation.errors import ChannelError, ChannelRejected


async def check_telegram(settings: Settings) -> list[Finding]:
    """Asks Telegram who the bot is."""
    try:
        asked = read_telegram(settings)
    except SettingsError as error:
        return [wrong("telegram", "setting_wrong", error=error)]
    if asked is None:
        return []
    from bot.telegram.client import Client

    client = Client(asked)
    try:
        return [ok("telegram.token", "telegram", name=f"@{await client.name()}")]
    except ChannelRejected:
        return [wrong("telegram.token", "telegram_token", father="@BotFather", other="telegram.api_url")]
    except ChannelError as error:
        return [wrong("telegram.api_url", "telegram_silent", error=error)]
    finally:
        await client.close()
