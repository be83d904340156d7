"""REST: what a text costs as an SMS, before it is sent."""

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from conversation.messages import Language
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import LANGUAGE, TEXT, WHOLE, Schema, or_null, record
from desk.settings import DeskSettings


class Counted(NamedTuple):
    """``text``: as it goes out; ``parts``: what is paid for; ``left``: characters that still fit the last part;
    ``encoding``: gsm7 or ucs2; ``cost``: of all parts as people read it, "" where no price is set."""

    text: str
    parts: int
    left: int
    encoding: str
    cost: str


CountSms = Callable[[str, Language], Counted]
"""Counts a text for a reader of a language."""
_COUNTED: Final = record(
    {
        "text": {"type": "string", "description": "As it goes out: in Latin letters where the settings say so."},
        "parts": WHOLE,
        "left": WHOLE,
        "encoding": {"type": "string", "enum": ["gsm7", "ucs2"]},
        "cost": or_null(TEXT),
    }
)


class SmsRoutes:
    """Counts for who writes."""

    def __init__(self, settings: DeskSettings, count: CountSms) -> None:
        self._count = count
        self._text: Schema = {"type": "string", "maxLength": settings.text_limit}

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "POST",
                "/sms/count",
                self.count_sms,
                "The parts and the cost of a text as an SMS to a reader of a language; keeps and sends nothing",
                {200: _COUNTED},
                body=record({"text": self._text, "language": LANGUAGE}),
                example={"text": "See you tomorrow at 15:30", "language": "en"},
            )
        ]

    async def count_sms(self, call: Call) -> Answer:
        """By the same count as when it is sent."""
        found = self._count(str(call.body["text"]), cast("Language", call.body["language"]))
        return Answer({**found._asdict(), "cost": found.cost or None})
