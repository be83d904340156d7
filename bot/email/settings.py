"""What the door of e-mail is told, and what is wrong with it."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.far_tls import check_ca
from conversation.messages import Language

_PORTS: Final = {"imap": 143, "imaps": 993}
_HERE: Final = ("localhost", "127.0.0.1", "::1")
_MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """``imap_url``: ``imaps://USER:PASSWORD@HOST:993/INBOX``, ``imap://`` with STARTTLS (without it on this machine
    only); ``lmtp``: ``HOST:PORT`` to listen on; one of them may be "". ``done_folder``: where letters go that were
    read, "" to mark them as seen; ``days``: older letters are left alone; ``letter_mb``: of a larger one only the
    beginning is read. ``plus``: the box takes ``box+WORD@domain``; ``trust_results``: the name by which the box's own
    server says what it has checked. ``language``: of notes for agents; ``name``: the firm's; ``text_chars``: of a
    message; ``files``: of one. ``ca_file``: see ``bot.far_tls``."""

    imap_url: str = field(default="", repr=False)
    lmtp: str = ""
    done_folder: str = ""
    days: int = 7
    poll_s: float = 60.0
    timeout_s: float = 20.0
    letter_mb: int = 30
    file_mb: int = 10
    plus: bool = False
    trust_results: str = ""
    language: Language = "en"
    name: str = ""
    text_chars: int = 5000
    files: int = 10
    ca_file: str = ""

    @property
    def letter_bytes(self) -> int:
        """The largest letter that is read as a whole."""
        return self.letter_mb * _MB


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox that is asked. ``tls``: from the first byte; ``must``: nothing is said without TLS."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool

    @property
    def must(self) -> bool:
        """A password is not said aloud to another machine."""
        return self.host not in _HERE


def read_imap(url: str) -> Box:
    """The box of an address. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username or parts.port == 0:
        raise ValueError("no address of a mailbox")
    return Box(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username),
        unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX",
        parts.scheme == "imaps",
    )


def read_lmtp(place: str) -> tuple[str, int]:
    """Where to listen. Raises ValueError."""
    host, colon, port = place.rpartition(":")
    if not colon or not host or not 0 <= int(port) < 65536:
        raise ValueError("no HOST:PORT")
    return host.strip("[]"), int(port)


def is_open(place: str) -> bool:
    """Whether other machines reach what listens there. Raises ValueError."""
    host, _ = read_lmtp(place)
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


def check(settings: EmailSettings) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    try:
        if settings.imap_url:
            read_imap(settings.imap_url)
    except ValueError:
        return "email.imap_url: an address is like imaps://USER:PASSWORD@HOST:993/INBOX"
    if settings.imap_url and settings.lmtp:
        return "email.lmtp: letters come by it or by email.imap_url, not by both"
    try:
        if settings.lmtp:
            read_lmtp(settings.lmtp)
    except ValueError:
        return "email.lmtp: name where to listen, like 127.0.0.1:2424"
    return check_ca("email.ca_file", settings.ca_file)
