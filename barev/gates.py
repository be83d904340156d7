"""Which doors of messengers, phones and mailboxes the settings open."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from aiohttp import web

from barev import sms
from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from conversation.channels import Carrier, FarIntake, Listener
from conversation.errors import ChannelRejected, Rejected
from conversation.messages import Channel
from conversation.ports import Sender, Texts
from routing.carrying.invites import Invite

if TYPE_CHECKING:
    from bot.email.settings import EmailSettings
    from bot.email.smtp import SmtpSettings
    from bot.telegram.settings import TelegramSettings
    from bot.viber.wire import ViberSettings


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Called(NamedTuple):
    """What a far side calls: a path of this server, and who answers it."""

    path: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Gate:
    """A door that is set up. ``listener``: where the far side has to be asked; ``add_to``: its addresses, where the far
    side calls; ``invite``: the address by which a customer opens it with a word; ``called``: its one address, of a door
    that may be set up and shut while the server runs; ``close``: lets go of its lines; ``letters``: what letters go by,
    where they must be sent by who holds the door; ``label``: what people call a channel that has no word in the
    catalogue."""

    channel: Channel
    carrier: Carrier
    listener: Listener | None = None
    add_to: Callable[[web.Application], None] | None = None
    invite: Invite | None = None
    called: Called | None = None
    close: Callable[[], Awaitable[None]] | None = None
    letters: Sender | None = None
    label: str = ""


Maker = Callable[[Settings, FarIntake, Texts], Gate | None]
"""Makes a door; None where it is not set up. Raises SettingsError where the words are off."""


def read_telegram(settings: Settings) -> "TelegramSettings | None":
    """What the door of Telegram is told; None where it is not set up. Raises SettingsError."""
    given = settings.telegram
    if not given.token:
        return None
    from bot.telegram.settings import OFFICIAL, TelegramSettings, check

    language = to_languages(settings)[0]
    asked = TelegramSettings(given.token, given.api_url or OFFICIAL, given.webhook_url, language, given.poll_s)
    wrong = check(asked)
    if wrong is not None:
        raise SettingsError(wrong)
    return asked


def _make_telegram(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
    asked = read_telegram(settings)
    if asked is None:
        return None
    from bot.telegram.door import make_door

    door = make_door(asked, intake, texts)
    called = None if door.called is None else Called(asked.path, door.called)
    return Gate("telegram", door.carrier, door.listener, None, door.client.invite, called, door.client.close)


def read_viber(settings: Settings) -> "ViberSettings | None":
    """The same of Viber."""
    given, public = settings.viber, settings.server.public_url.rstrip("/")
    if not given.token:
        return None
    from bot.viber.door import PATH, check
    from bot.viber.wire import API, ViberSettings

    called = given.webhook_url or (public and public + PATH)
    asked = ViberSettings(given.token, given.api_url or API, called, given.name or settings.business.name)
    wrong = check(asked)
    if wrong is not None:
        raise SettingsError(wrong)
    return asked


def _make_viber(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
    asked = read_viber(settings)
    if asked is None:
        return None
    from bot.viber.carrier import ViberTerms
    from bot.viber.door import called_path, make_door

    given = settings.viber
    terms = ViberTerms(given.session_h, given.paid, bool(settings.server.public_url), given.broadcast_from)
    file_limit = settings.files.file_limit_mb * 1024 * 1024
    door = make_door(asked, terms, intake, texts, to_languages(settings)[0], file_limit)
    called = Called(called_path(asked), door.called)
    return Gate("viber", door.carrier, door.listener, None, door.wire.invite, called, door.wire.close)


def read_email(settings: Settings) -> "tuple[EmailSettings, SmtpSettings] | None":
    """The same of mail: the mailbox, and what its answers go by."""
    given = settings.email
    if not given.imap_url and not given.lmtp:
        return None
    from bot.email import smtp
    from bot.email.settings import EmailSettings, check

    line = smtp.SmtpSettings(given.smtp_url, given.sender, settings.business.name, given.timeout_s, given.ca_file)
    asked = EmailSettings(
        imap_url=given.imap_url,
        lmtp=given.lmtp,
        done_folder=given.done_folder,
        days=given.days,
        poll_s=given.poll_s,
        timeout_s=given.timeout_s,
        letter_mb=given.letter_mb,
        file_mb=given.file_mb,
        plus=given.plus,
        trust_results=given.trust_results,
        language=to_languages(settings)[0],
        name=settings.business.name,
        text_chars=settings.visitor.text_limit,
        files=settings.files.message_limit,
        ca_file=given.ca_file,
    )
    wrong = smtp.check(line) or check(asked)
    if wrong is not None:
        raise SettingsError(wrong)
    return asked, line


def _make_email(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
    asked = read_email(settings)
    if asked is None:
        return None
    from bot.email.door import make_door

    door = make_door(*asked, intake, texts)
    return Gate("email", door.carrier, door.listener)


def _make_sms(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
    if not sms.is_talk(settings):
        return None
    door = sms.make_talk_door(settings, intake, texts)
    return Gate("sms", door.carrier, door.listener, door.add_to, letters=door.letters)


MAKERS: Final[Sequence[Maker]] = (_make_telegram, _make_viber, _make_sms, _make_email)


# --- doors that are set up while the server runs


def with_token(settings: Settings, channel: Channel, token: str) -> Settings:
    """The settings as they were if they gave this token."""
    if channel == "telegram":
        return replace(settings, telegram=replace(settings.telegram, token=token))
    return replace(settings, viber=replace(settings.viber, token=token))


KEPT: Final[Mapping[Channel, Maker]] = {"telegram": _make_telegram, "viber": _make_viber}
"""Messengers whose token may be kept in the store."""


def given_in_settings(settings: Settings) -> frozenset[Channel]:
    """Those of them that the settings open."""
    tokens: Mapping[Channel, str] = {"telegram": settings.telegram.token, "viber": settings.viber.token}
    return frozenset(channel for channel, token in tokens.items() if token)


async def ask_name(settings: Settings, channel: Channel, token: str) -> str:
    """Asks a messenger whose a token is. Raises ChannelError; Rejected conflict where the settings do not do for it."""
    try:
        if channel == "telegram":
            return await _ask_telegram(with_token(settings, channel, token))
        return await _ask_viber(with_token(settings, channel, token))
    except SettingsError:
        raise Rejected("conflict", "channel.token_no_address") from None


async def _ask_telegram(settings: Settings) -> str:
    from bot.telegram.client import Client

    asked = read_telegram(settings)
    if asked is None:
        raise ChannelRejected("no token")
    client = Client(asked)
    try:
        return f"@{await client.name()}"
    finally:
        await client.close()


async def _ask_viber(settings: Settings) -> str:
    from bot.viber.wire import ViberWire

    asked = read_viber(settings)
    if asked is None:
        raise ChannelRejected("no token")
    wire = ViberWire(asked)
    try:
        return (await wire.account()).name
    finally:
        await wire.close()
