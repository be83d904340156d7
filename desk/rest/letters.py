"""REST: what was sent to phones and mailboxes."""

from typing import Final, get_args

from business.letters import SEE, Letters
from conversation.clock import to_iso
from crm_store.models import OutgoingState
from crm_store.outgoing_list import OUTGOING
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import CHANNEL, MOMENT, TEXT, WHOLE, Schema, listed, or_null, record
from desk.settings import DeskSettings

_STATE: Final[Schema] = {"type": "string", "enum": list(get_args(OutgoingState))}
LETTER: Final = record(
    {
        "id": WHOLE,
        "channel": CHANNEL,
        "purpose": TEXT,
        "to": TEXT,
        "state": _STATE,
        "reason": or_null(TEXT),
        "attempts": WHOLE,
        "contact_id": or_null(WHOLE),
        "conversation_id": or_null(WHOLE),
        "created_at": MOMENT,
        "not_before": MOMENT,
        "expires_at": or_null(MOMENT),
        "sent_at": or_null(MOMENT),
    }
)


class LetterRoutes:
    """The list, and sending again. What a letter says is shown nowhere."""

    def __init__(self, settings: DeskSettings, letters: Letters) -> None:
        self._settings = settings
        self._letters = letters

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/letters",
                self.list_letters,
                "What was sent to phones and mailboxes, waits, or failed",
                {200: listed(LETTER)},
                list_query(OUTGOING, self._settings.page, state=_STATE, channel=CHANNEL),
                permission=SEE,
            ),
            Route("GET", "/letters/{id}", self.get_letter, "One of them", {200: LETTER}, permission=SEE),
            Route(
                "POST",
                "/letters/{id}/send-again",
                self.send_again,
                "Sends one again that failed or may not have arrived",
                {200: LETTER},
                permission=SEE,
            ),
        ]

    async def list_letters(self, call: Call) -> Answer:
        """The latest first."""
        return listed_page(await self._letters.page(wanted(call, OUTGOING, self._settings.page)), _show)

    async def get_letter(self, call: Call) -> Answer:
        """One."""
        return Answer(_show(await self._letters.find(call.path_id())))

    async def send_again(self, call: Call) -> Answer:
        """Under the same id, so that a gateway that has it already does not send it twice."""
        return Answer(_show(await self._letters.send_again(call.session.agent, call.path_id(), call.remote)))


def _show(row: AnyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "channel": row.channel,
        "purpose": row.purpose,
        "to": row.recipient,
        "state": row.state,
        "reason": row.last_error,
        "attempts": row.attempts,
        "contact_id": row.contact_id,
        "conversation_id": row.conversation_id,
        "created_at": to_iso(row.created_at),
        "not_before": to_iso(row.not_before),
        "expires_at": None if row.expires_at is None else to_iso(row.expires_at),
        "sent_at": None if row.sent_at is None else to_iso(row.sent_at),
    }
