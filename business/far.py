"""Other people's servers, as the business asks them: by address, with limits. What asks them is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

from conversation.errors import Rejected

URL_CHARS: Final = 2_000
URL: Final = r"^https?://[^\s/?#@\\]+([/?#][^\s\\]*)?$"
"""What an address looks like; no login may stand in it, since addresses are shown."""


class FarError(Exception):
    """The far side was not asked, or gave no answer that is of use; the message is one plain line without secrets."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the far side said. ``headers``: names in lower case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class FarSide(Protocol):
    """Asks servers out there. Both raise FarError: not reached, no answer in time, more than ``limit`` bytes, or an
    address that is no public one where only those are allowed."""

    async def get(self, url: str, headers: Mapping[str, str], limit: int) -> Answer:
        """Reads an address; redirects are followed, and each is checked like the first."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Sends something there; a redirect is an answer, and is not followed."""


def check_url(url: str, field_name: str = "url") -> str:
    """An address as it is kept. Raises Rejected conflict for what is none."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and parts.username is None and parts.password is None and len(url) <= URL_CHARS
        good = good and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good:
        raise Rejected("conflict", "webhook.url_wrong", field=field_name, example="https://shop.example/barev")
    return url
