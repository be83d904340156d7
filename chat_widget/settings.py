"""What the door needs to know, handed in by the wiring."""

from dataclasses import dataclass

from conversation.limits import Rate
from conversation.messages import Language


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """Limits and lengths of /visitor; times in seconds, texts in characters, pages in messages; files of a
    message (``files_limit``), and the size of one. ``suspect_new``: new visitors of one network address within
    ``suspect_window_s`` whom nobody has answered."""

    secret: bytes
    business_name: str
    languages: tuple[Language, ...]
    visitor_rate: Rate
    address_rate: Rate
    new_rate: Rate
    connection_rate: Rate
    token_days: int
    text_limit: int
    answer_limit: int
    page: int
    first_page: int
    typing_every_s: float
    suspect_new: int
    suspect_window_s: float
    files_limit: int = 10
    file_mb: int = 20
