"""What the door of Telegram is told, and what is wrong with it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from conversation.messages import Language

OFFICIAL: Final = "https://api.telegram.org"
PATH: Final = "/channels/telegram/updates"
"""Where Telegram calls, unless the address that it is given names another place."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """``api_url``: a server of the Bot API; ``webhook_url``: where it calls, "" to ask it for what is new;
    ``language``: of notes for agents; ``poll_s``: for how long one question may wait for its answer; ``timeout_s``: for
    how long any other."""

    token: str = field(repr=False)
    api_url: str = OFFICIAL
    webhook_url: str = ""
    language: Language = "en"
    poll_s: int = 25
    timeout_s: float = 20.0

    @property
    def secret(self) -> str:
        """What Telegram says with each call, so that nobody else can: the same in every process."""
        return hmac.new(self.token.encode(), b"barev telegram webhook", hashlib.sha256).hexdigest()

    @property
    def called_at(self) -> str:
        """The whole address that Telegram is to call."""
        bare = self.webhook_url.rstrip("/")
        return bare if urlsplit(bare).path else bare + PATH

    @property
    def path(self) -> str:
        """Of that address."""
        return urlsplit(self.called_at).path


def check(settings: TelegramSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing. (A token that is none is found
    out by asking: the product runs without this door.)"""
    called = ("https",) if settings.api_url.rstrip("/") == OFFICIAL else ("http", "https")  # theirs refuses http
    for name, url, schemes in (
        ("telegram.api_url", settings.api_url, ("http", "https")),
        ("telegram.webhook_url", settings.webhook_url or OFFICIAL, called),
    ):
        try:
            parts = urlsplit(url)
            fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fits = False
        if not fits:
            return f"{name}: an address begins with {' or '.join(f'{one}://' for one in schemes)} and names a host"
    return None
