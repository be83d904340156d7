"""Messengers and phones: whether the door is set up and somebody answers behind it."""

from barev import sms
from barev.doctor.findings import Finding, ok, warn, wrong
from barev.gates import read_email, read_telegram
from barev.opening import store_address
from barev.senders import make_mail, make_senders
from barev.settings import Settings, SettingsError
from bot.email.settings import is_open
from business.booking.settings import BookingSettings
from business.doors import read_tokens
from conversation.channels import DoorState
from conversation.errors import BarevError, ChannelError, ChannelRejected
from crm_store import Tx
from crm_store.engine import read_apart
from crm_store.errors import StoreUnfit
from crm_store.schema import HEAD, stored_revision
from routing.carrying.held import read_states


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


async def check_proofs(settings: Settings) -> list[Finding]:
    """Whether the booking page can have a phone proven that is to be."""
    url = store_address(settings)
    try:
        if settings.telegram.token or "sms" in make_senders(settings):
            return []
    except SettingsError:
        return []  # said of the letters already
    if url.sqlite is not None and not url.sqlite.is_file():
        return []

    def read(tx: Tx) -> bool:
        if stored_revision(tx) != HEAD or read_tokens(tx, ("telegram",)):
            return False
        rules = BookingSettings.load(tx)
        return rules.online and rules.phone_check == "telegram"

    try:
        idle = await read_apart(url, read)
    except (BarevError, StoreUnfit):
        return []  # said of the store already
    return [warn("booking.phone_check", "proof_idle")] if idle else []


async def check_sms(settings: Settings) -> list[Finding]:
    """Where a line is held: whether its other end is there, and how the server that holds it finds it. Nothing is said
    to the other end: it admits one at a time."""
    try:
        driver = sms.make_line(settings)
    except SettingsError:
        return []  # said of the letters already
    if driver is None:
        return []
    where, fault = await driver.look()
    if fault:
        return [wrong("sms.url", "sms_missing", where=where, error=fault)]
    state = await _read_state(settings, "sms")
    if state is not None and state.error:
        return [wrong("sms.url", "sms_down", error=state.error, since=f"{state.since:%Y-%m-%d %H:%M} UTC")]
    return [ok("sms.url", "sms_line", where=where)]


async def check_mail(settings: Settings) -> list[Finding]:
    """Whether the lines to the mail server and the mailbox can be opened; nobody signs in, and nothing is sent."""
    try:
        box, sends = read_email(settings), make_mail(settings) if settings.email.smtp_url else None
    except SettingsError:
        return []  # said of the letters already
    looks = [] if sends is None else [("email.smtp_url", sends.look())]
    if box is not None and settings.email.imap_url:
        from bot.email.imap import look

        looks.append(("email.imap_url", look(box[0])))
    lines: list[Finding] = []
    if box is not None and box[0].lmtp and is_open(box[0].lmtp):
        lines.append(warn("email.lmtp", "lmtp_open", where=box[0].lmtp, protocol="LMTP", other="email.imap_url"))
    for setting, looking in looks:
        where, fault = await looking
        lines.append(
            wrong(setting, "mail_missing", where=where, error=fault) if fault else ok(setting, "mail_line", where=where)
        )
    return lines


async def _read_state(settings: Settings, channel: str) -> DoorState | None:
    url = store_address(settings)
    if url.sqlite is not None and not url.sqlite.is_file():
        return None

    def read(tx: Tx) -> list[DoorState]:
        return read_states(tx) if stored_revision(tx) == HEAD else []

    try:
        states = await read_apart(url, read)
    except (BarevError, StoreUnfit):
        return None  # said of the store already
    return next((one for one in states if one.channel == channel), None)
