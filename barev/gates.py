"""Which doors of messengers, phones and mailboxes the settings open."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web

from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from conversation.channels import Carrier, FarIntake, Listener
from conversation.messages import Channel
from conversation.ports import Texts

if TYPE_CHECKING:
    from bot.telegram.settings import TelegramSettings


@dataclass(frozen=True, slots=True)
class Gate:
    """A door that is set up. ``listener``: where the far side has to be asked; ``add_to``: its addresses, where the far
    side calls; ``invite``: the address by which somebody opens it with a word."""

    channel: Channel
    carrier: Carrier
    listener: Listener | None = None
    add_to: Callable[[web.Application], None] | None = None
    invite: Callable[[str], Awaitable[str]] | None = None


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
    return Gate("telegram", door.carrier, door.listener, door.add_to, door.client.invite)


def _make_viber(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
    if not settings.viber.token:
        return None
    from bot.viber.carrier import ViberTerms
    from bot.viber.door import PATH, check, make_door
    from bot.viber.wire import API, ViberSettings

    given, public = settings.viber, settings.server.public_url.rstrip("/")
    called = given.webhook_url or (public and public + PATH)
    asked = ViberSettings(given.token, given.api_url or API, called, given.name or settings.business.name)
    wrong = check(asked)
    if wrong is not None:
        raise SettingsError(wrong)
    terms = ViberTerms(given.session_h, given.paid, bool(public))
    file_limit = settings.files.file_limit_mb * 1024 * 1024
    door = make_door(asked, terms, intake, texts, to_languages(settings)[0], file_limit)
    return Gate("viber", door.carrier, door.listener, door.add_to)


MAKERS: Final[Sequence[Maker]] = (_make_telegram, _make_viber)
