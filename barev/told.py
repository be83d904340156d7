"""What each part is told of the settings."""

import logging

from barev import __version__
from barev.realtime import Settings as SocketSettings
from barev.settings import Settings
from business.team.accounts import AccountSettings
from chat_widget.settings import VisitorSettings
from conversation.limits import Rate
from conversation.messages import Language
from desk.settings import DeskSettings
from routing.flows.steps import Rules

log = logging.getLogger(__name__)


def socket_settings(settings: Settings) -> SocketSettings:
    """The Socket.IO server."""
    given = settings.sockets
    return SocketSettings(
        lean=given.lean,
        origins=given.origins,
        ping_interval_s=given.ping_interval_s,
        ping_timeout_s=given.ping_timeout_s,
        head_timeout_s=settings.server.head_timeout_s,
        message_limit_bytes=given.message_limit_kb * 1024,
        soft_limit_bytes=given.soft_limit_kb * 1024,
        hard_limit_bytes=given.hard_limit_kb * 1024,
        waiting_limit=given.queue_limit,
        trusted_proxies=settings.server.trusted_proxies,
    )


def visitor_settings(settings: Settings, secret: bytes, languages: tuple[Language, ...]) -> VisitorSettings:
    """The visitors' door; ``secret`` signs its tokens."""
    given = settings.visitor
    return VisitorSettings(
        secret=secret,
        business_name=settings.business.name,
        languages=languages,
        visitor_rate=given.rate,
        address_rate=given.address_rate,
        new_rate=given.new_rate,
        connection_rate=given.connection_rate,
        token_days=given.token_days,
        text_limit=given.text_limit,
        answer_limit=given.answer_limit,
        page=given.page,
        first_page=given.first_page,
        typing_every_s=given.typing_every_s,
        suspect_new=given.suspect_most,
        suspect_window_s=given.suspect_window_s,
        files_limit=settings.files.message_limit,
        file_mb=settings.files.file_limit_mb,
    )


def account_settings(settings: Settings) -> AccountSettings:
    """Log-ins."""
    given = settings.desk
    return AccountSettings(
        session_days=given.session_days,
        password_min=given.password_min,
        failed_per_login=given.failed_per_login,
        failed_per_address=given.failed_per_address,
        failed_window_s=given.failed_window_s,
    )


def desk_settings(settings: Settings, languages: tuple[Language, ...]) -> DeskSettings:
    """The agents' door."""
    given = settings.desk
    return DeskSettings(
        business_name=settings.business.name,
        languages=languages,
        demo=settings.demo,
        list_limit=given.list_limit,
        page=given.page,
        thread_page=given.thread_page,
        text_limit=given.text_limit,
        session_days=given.session_days,
        rest_rate=Rate(given.rest_per_s, given.rest_burst),
        password_min=given.password_min,
        body_limit=settings.server.body_limit_kb * 1024,
        secure_cookie=settings.server.public_url.startswith("https://") or bool(settings.server.tls_cert),
        version=__version__,
        trusted_proxies=settings.server.trusted_proxies,
        session_check_s=given.session_check_s,
        files_limit=settings.files.message_limit,
        file_mb=settings.files.file_limit_mb,
    )


def bot_rules(settings: Settings) -> Rules:
    """The bot."""
    given = settings.bot
    return Rules(sure=given.sure, unsure=given.unsure, failures=given.failures, silent_min=given.silent_min)


def warn_of_shut_doors(settings: Settings) -> None:
    """Says which settings are of doors that this version does not have."""
    given = {
        "viber.token": settings.viber.token,
        "voice.enabled": settings.voice.enabled,
    }
    for name in (name for name, value in given.items() if value):
        log.warning("%s is set, but this version (%s) has no such door yet", name, __version__)
