"""What carries letters to phones and mailboxes, as the settings say; and the outbox that hands them over."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from barev import sms
from barev.settings import Settings, SettingsError
from business.contacts.codes import CodeRules, Codes
from business.outreach.stopping import is_stopped
from conversation.links import StopLinks, TalkLinks
from conversation.messages import Channel
from conversation.ports import Sender, Texts
from crm_store import Tx
from crm_store.engine import Store
from crm_store.outgoing import Outgoing
from routing.carrying.pace import Pace
from routing.notices.sending import is_stale
from routing.outbox import Outbox, OutboxRules
from routing.publisher import Publisher
from routing.unseen import UnseenAnswers, UnseenRules

if TYPE_CHECKING:
    from bot.email.smtp import SmtpMail


def make_senders(settings: Settings) -> dict[Channel, Sender]:
    """A driver for each channel that is set up. Raises SettingsError where the words are off."""
    senders: dict[Channel, Sender] = {}
    if settings.sms.driver:
        senders["sms"] = sms.make_letters(settings)
    if settings.email.smtp_url:
        senders["email"] = make_mail(settings)
    return senders


def make_mail(settings: Settings) -> "SmtpMail":
    """What carries letters by mail. Raises SettingsError where the words are off."""
    from bot.email.smtp import SmtpMail, SmtpSettings, check

    given = settings.email
    asked = SmtpSettings(given.smtp_url, given.sender, settings.business.name, given.timeout_s, given.ca_file)
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
    """What sends in any process: all but what only the holder of a door may send."""
    senders = make_senders(settings)
    if sms.is_talk(settings):
        senders.pop("sms", None)
    return make_outbox_of(settings, store, codes, senders)


def make_outbox_of(
    settings: Settings,
    store: Store,
    codes: Codes,
    senders: Mapping[Channel, Sender],
    paces: Mapping[Channel, Pace] | None = None,
) -> Outbox:
    """What sends by these. ``paces``: of channels that carry talks too."""
    given = settings.outbox
    rules = OutboxRules(given.per_address, _per_day(settings), given.attempts, given.lease_s)
    return Outbox(store, senders, rules, secrets.token_hex(8), codes.digits, paces or {}, _is_over)


def _is_over(tx: Tx, row: Outgoing) -> bool:
    """Whether a letter that waits is not to go any more."""
    return is_stale(tx, row) or is_stopped(tx, row)


def make_unseen(
    settings: Settings,
    store: Store,
    texts: Texts,
    codes: Codes,
    online: Callable[[int], bool],
    publisher: Publisher,
) -> UnseenAnswers:
    """What tells those who left of answers. ``online``: whether a tab of a contact is open."""
    given = settings.outbox
    doors = codes.doors if settings.server.public_url else frozenset[Channel]()
    link = make_talk_links(settings, codes.secret).url
    stops = make_stop_links(settings, codes.secret)
    rules = UnseenRules(given.unseen_min, given.link_days, doors, link, stops, settings.business.name)
    return UnseenAnswers(store, texts, rules, online, publisher)


def make_talk_links(settings: Settings, secret: bytes) -> TalkLinks:
    """Links back into a talk."""
    return TalkLinks(secret, settings.server.public_url.rstrip("/"))


def make_stop_links(settings: Settings, secret: bytes) -> StopLinks:
    """Links by which letters end."""
    return StopLinks(secret, settings.server.public_url.rstrip("/"))


def _per_day(settings: Settings) -> Mapping[Channel, int]:
    return {"sms": settings.sms.per_day, "email": settings.email.per_day}
