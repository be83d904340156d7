"""Which doors of messengers, phones and mailboxes the settings open."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from bot.gate import ChannelFolder, Gate, House, list_folders
from conversation.channels import FarIntake
from conversation.ports import Texts

if TYPE_CHECKING:
    from bot.telegram.settings import TelegramSettings


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
    return Gate("telegram", door.carrier, door.listener, door.add_to)


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


_OURS: Final[Sequence[Maker]] = (_make_telegram, _make_viber)


def list_makers() -> list[Maker]:
    """Of all channels: those whose settings other parts of the product read too, and those of folders of their own."""
    return [*_OURS, *(_to_maker(folder) for folder in list_folders())]


def _to_maker(folder: ChannelFolder[Any]) -> Maker:
    def make(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
        house = House(
            intake=intake,
            texts=texts,
            language=to_languages(settings)[0],
            business=settings.business.name,
            public_url=settings.server.public_url.rstrip("/"),
            file_limit=settings.files.file_limit_mb * 1024 * 1024,
        )
        try:
            gate = folder.make(dict(settings.folders)[folder.name], house)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        return None if gate is None else replace(gate, label=folder.label)

    return make
