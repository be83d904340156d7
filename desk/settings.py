"""What the door needs to know, handed in by the wiring."""

from dataclasses import dataclass

from conversation.limits import Rate
from conversation.messages import Language


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Limits of /desk and REST: lists and pages in rows, texts in characters, times in seconds."""

    business_name: str
    languages: tuple[Language, ...]
    demo: bool
    list_limit: int
    page: int
    thread_page: int
    text_limit: int
    session_days: int
    rest_rate: Rate
    password_min: int
    body_limit: int  # bytes
    secure_cookie: bool
    version: str
    trusted_proxies: tuple[str, ...] = ()
    typing_every_s: float = 1.0
    session_check_s: float = 15.0
    files_limit: int = 10
    file_mb: int = 20
