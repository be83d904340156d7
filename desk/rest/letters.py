"""REST: what was sent to phones and mailboxes."""

from typing import Final, get_args

from business.letters import SEE, Letters
from conversation.clock import now, to_iso
from conversation.errors import Rejected
from conversation.wire import get_optional_text
from crm_store.models import OutgoingState
from crm_store.outgoing_list import DEAD, OUTGOING, Kind
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import CHANNEL, MOMENT, TEXT, WHOLE, Schema, listed, or_null, record
from desk.settings import DeskSettings
from routing.carrying.again import Resending

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
        "message_id": or_null(WHOLE),
        "contact_id": or_null(WHOLE),
        "conversation_id": or_null(WHOLE),
        "created_at": MOMENT,
        "not_before": MOMENT,
        "expires_at": or_null(MOMENT),
        "sent_at": or_null(MOMENT),
        "again": {"type": "boolean"},
    }
)


class LetterRoutes:
    """The list, and sending again. What a letter says is shown nowhere."""

    def __init__(self, settings: DeskSettings, letters: Letters, resending: Resending) -> None:
        self._settings = settings
        self._letters = letters
        self._resending = resending

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/letters",
                self.list_letters,
                "What was sent to phones, mailboxes and messengers, waits, or failed",
                {200: listed(LETTER)},
                list_query(OUTGOING, self._settings.page, state=_STATE, channel=CHANNEL),
                permission=SEE,
            ),
            Route(
                "POST",
                "/letters/send-again",
                self.send_all_again,
                "Sends all of a kind again that are in a state which nothing follows; 1,000 at once",
                {200: record({"count": WHOLE})},
                body={
                    "type": "object",
                    "properties": {"state": {"type": "string", "enum": list(DEAD)}, "channel": CHANNEL, "reason": TEXT},
                    "required": ["state"],
                },
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
        """Under the same id, so that a gateway that has it already does not send it twice; a message of a talk goes in
        its line anew."""
        row = await self._letters.find(call.path_id())
        if row.message_id is not None:
            await self._resending.listed(call.session.agent, row.id, row.message_id, call.remote)
            return Answer(_show(await self._letters.find(row.id)))
        return Answer(_show(await self._letters.send_again(call.session.agent, call.path_id(), call.remote)))

    async def send_all_again(self, call: Call) -> Answer:
        """Those of ``channel`` and with the whole of ``reason``, where these are named; what cannot go now is left."""
        state = next((one for one in DEAD if one == call.body["state"]), None)
        if state is None:
            raise Rejected("invalid", "error.field_wrong", field="state")
        channel = get_optional_text(call.body, "channel", 40)
        reason = get_optional_text(call.body, "reason", 1000)
        count = await self._resending.all(call.session.agent, Kind(state, channel, reason), call.remote)
        return Answer({"count": count})


def _show(row: AnyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "channel": row.channel,
        "purpose": row.purpose,
        "to": row.recipient,
        "state": row.state,
        "reason": row.last_error,
        "attempts": row.attempts,
        "message_id": row.message_id,
        "contact_id": row.contact_id,
        "conversation_id": row.conversation_id,
        "created_at": to_iso(row.created_at),
        "not_before": to_iso(row.not_before),
        "expires_at": None if row.expires_at is None else to_iso(row.expires_at),
        "sent_at": None if row.sent_at is None else to_iso(row.sent_at),
        "again": bool(row.again) and (row.expires_at is None or row.expires_at > now()),
    }
