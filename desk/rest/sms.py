"""REST: what a text costs as an SMS, before it is sent."""

from collections.abc import Callable
from typing import Final, NamedTuple

from conversation.messages import Language
from crm_store import carried
from crm_store.engine import Store
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import TEXT, WHOLE, Schema, or_null, record
from desk.settings import DeskSettings
from desk.view import DeskView


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

    def __init__(self, settings: DeskSettings, store: Store, view: DeskView, count: CountSms) -> None:
        self._store = store
        self._view = view
        self._count = count
        self._text: Schema = {"type": "string", "maxLength": settings.text_limit}

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "POST",
                "/conversations/{id}/sms-count",
                self.count_sms,
                "The parts and the cost of a text as an SMS to its customer; keeps and sends nothing",
                {200: _COUNTED},
                body=record({"text": self._text}),
                example={"text": "See you tomorrow at 15:30"},
            )
        ]

    async def count_sms(self, call: Call) -> Answer:
        """By the same count as when it is sent."""
        head = await self._view.head(call.session.agent, call.path_id())
        language = await self._store.read(lambda tx: carried.find_language(tx, head.id))
        found = self._count(str(call.body["text"]), language or "en")
        return Answer({**found._asdict(), "cost": found.cost or None})
