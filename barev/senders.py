"""What carries letters to phones and mailboxes, as the settings say; and the outbox that hands them over."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from barev.settings import Settings, SettingsError
from business.contacts.codes import CodeRules, Codes
from conversation.links import TalkLinks
from conversation.messages import Channel
from conversation.ports import Sender, Texts
from crm_store.engine import Store
from routing.notices.sending import is_stale
from routing.outbox import Outbox, OutboxRules
from routing.unseen import UnseenAnswers, UnseenRules

if TYPE_CHECKING:
    from bot.sms.http import BodyKind

_DRIVERS: Final = ("http",)


def make_senders(settings: Settings) -> dict[Channel, Sender]:
    """A driver for each channel that is set up. Raises SettingsError where the words are off."""
    senders: dict[Channel, Sender] = {}
    if settings.sms.driver:
        senders["sms"] = _make_sms(settings)
    if settings.email.smtp_url:
        senders["email"] = _make_mail(settings)
    return senders


def _make_sms(settings: Settings) -> Sender:
    from bot.sms.http import HttpSms, HttpSmsSettings, check

    given = settings.sms
    if given.driver not in _DRIVERS:
        raise SettingsError(f"sms.driver: there is: {', '.join(_DRIVERS)}")
    asked = HttpSmsSettings(
        given.url,
        given.method.upper(),
        cast("BodyKind", given.kind),  # checked right after
        given.body,
        given.headers,
        given.accepted,
        given.repeatable,
        given.timeout_s,
    )
    _refuse(check(asked))
    return HttpSms(asked)


def _make_mail(settings: Settings) -> Sender:
    from bot.mail import SmtpMail, SmtpSettings, check

    given = settings.email
    asked = SmtpSettings(given.smtp_url, given.sender, settings.business.name, given.timeout_s)
    _refuse(check(asked))
    return SmtpMail(asked)


def _refuse(wrong: str | None) -> None:
    if wrong is not None:
        raise SettingsError(wrong)


def make_codes(settings: Settings, secret: bytes) -> Codes:
    """One-time codes by the channels that are set up."""
    given = settings.codes
    rules = CodeRules(
        given.minutes, given.tries, given.per_address, given.per_visitor, given.per_network, _per_day(settings)
    )
    return Codes(secret, frozenset(make_senders(settings)), rules)


def make_outbox(settings: Settings, store: Store, codes: Codes) -> Outbox:
    """What sends."""
    given = settings.outbox
    rules = OutboxRules(given.per_address, _per_day(settings), given.attempts, given.lease_s)
    return Outbox(store, make_senders(settings), rules, secrets.token_hex(8), codes.digits, is_stale)


def make_unseen(
    settings: Settings, store: Store, texts: Texts, codes: Codes, online: Callable[[int], bool]
) -> UnseenAnswers:
    """What tells those who left of answers. ``online``: whether a tab of a contact is open."""
    given = settings.outbox
    doors = codes.doors if settings.server.public_url else frozenset[Channel]()
    link = make_talk_links(settings, codes.secret).url
    rules = UnseenRules(given.unseen_min, given.link_days, doors, link, settings.business.name)
    return UnseenAnswers(store, texts, rules, online)


def make_talk_links(settings: Settings, secret: bytes) -> TalkLinks:
    """Links back into a talk."""
    return TalkLinks(secret, settings.server.public_url.rstrip("/"))


def _per_day(settings: Settings) -> Mapping[Channel, int]:
    return {"sms": settings.sms.per_day, "email": settings.email.per_day}
