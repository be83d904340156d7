"""The SMS door, as the settings say: its driver, and the talk by it where SMS come in too."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from business.contacts.phones import read_phone
from conversation.channels import FarIntake
from conversation.ports import Sender, Texts

if TYPE_CHECKING:
    from bot.sms.door import Door
    from bot.sms.driver import SmsDriver, SmsLine
    from bot.sms.http import BodyKind
    from bot.sms.sending import SmsTerms, Transliterate
    from bot.sms.webhook import WebhookSettings


def is_talk(settings: Settings) -> bool:
    """Whether SMS come in: by calls of the gateway, or by the line that the driver holds."""
    return bool(settings.sms.driver) and (bool(settings.sms.in_secret) or settings.sms.driver in _LINES)


def make_driver(settings: Settings) -> "SmsDriver":
    """Raises SettingsError where the words are off."""
    make = _DRIVERS.get(settings.sms.driver)
    if make is None:
        raise SettingsError(f"sms.driver: there is: {', '.join(_DRIVERS)}")
    return make(settings)


def make_line(settings: Settings) -> "SmsLine | None":
    """The same, where it holds a line. Raises SettingsError."""
    from bot.sms.driver import SmsLine

    driver = make_driver(settings) if settings.sms.driver in _LINES else None
    return driver if isinstance(driver, SmsLine) else None


def _make_http(settings: Settings) -> "SmsDriver":
    from bot.sms.http import HttpSms, HttpSmsSettings, check

    given = settings.sms
    asked = HttpSmsSettings(
        given.url,
        given.method.upper(),
        cast("BodyKind", given.kind),  # checked right after
        given.body,
        given.headers,
        given.accepted,
        given.repeatable,
        given.timeout_s,
        given.answer_id,
    )
    _refuse(check(asked))
    return HttpSms(asked)


def _make_smpp(settings: Settings) -> "SmsDriver":
    from bot.far_tls import check_ca
    from bot.sms.smpp.settings import CA_SETTING, check, read_url

    given = settings.sms
    _refuse(check(given.url) or check_ca(CA_SETTING, given.ca_file))
    from bot.sms.smpp.driver import SmppSms

    return SmppSms(read_url(given.url, given.timeout_s, given.ca_file))


def _make_modem(settings: Settings) -> "SmsDriver":
    from bot.sms.modem.settings import check, read_url

    _refuse(check(settings.sms.url))
    from bot.sms.modem.driver import ModemSms

    return ModemSms(read_url(settings.sms.url))


_DRIVERS: Final[Mapping[str, Callable[[Settings], "SmsDriver"]]] = {
    "http": _make_http,
    "smpp": _make_smpp,
    "modem": _make_modem,
}
_LINES: Final = frozenset(("smpp", "modem"))
"""Drivers that hold a line, and hear by it."""


def read_terms(settings: Settings) -> "SmsTerms":
    """Raises SettingsError where the words are off."""
    from bot.sms.sending import SmsTerms, check

    given = settings.sms
    terms = SmsTerms(cast("Transliterate", given.transliterate), given.parts_most, given.per_second)
    _refuse(check(terms))
    return terms


def make_letters(settings: Settings) -> Sender:
    """What carries letters where nothing comes in. Raises SettingsError."""
    from bot.sms.sending import SmsLetters, SmsSending

    return SmsLetters(SmsSending(make_driver(settings), read_terms(settings)))


def make_talk_door(settings: Settings, intake: FarIntake, texts: Texts) -> "Door":
    """The door of talks, which carries letters too. Raises SettingsError."""
    from bot.sms.door import make_door
    from bot.sms.hearing import HearingTerms

    country = settings.business.country

    def to_phone(stated: str) -> str | None:
        """Gateways often leave out the plus of an international number."""
        for one in (stated, f"+{stated}") if stated[:1].isdigit() else (stated,):
            phone = read_phone(one, (country,))
            if phone is not None:
                return phone.value
        return None

    hearing = HearingTerms(to_phone, settings.sms.sender_proves, to_languages(settings)[0], settings.business.name)
    webhook = _read_webhook(settings) if settings.sms.in_secret else None
    return make_door(make_driver(settings), read_terms(settings), hearing, webhook, intake, texts)


def _read_webhook(settings: Settings) -> "WebhookSettings":
    from bot.sms.webhook import WebhookSettings, check

    given = settings.sms
    asked = WebhookSettings(
        secret=given.in_secret,
        each=given.in_each,
        in_from=given.in_from,
        in_text=given.in_text,
        in_id=given.in_id,
        in_at=given.in_at,
        report_id=given.report_id,
        report_to=given.report_to,
        report_state=given.report_state,
        report_why=given.report_why,
        delivered=given.report_delivered,
        failed=given.report_failed,
        answer=given.in_answer,
    )
    _refuse(check(asked))
    return asked


def _refuse(wrong: str | None) -> None:
    if wrong is not None:
        raise SettingsError(wrong)
