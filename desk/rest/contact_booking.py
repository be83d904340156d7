"""REST: what booking knows of a contact, and the documents that are kept with his card and his visits."""

from typing import Final, cast, get_args

from business.booking.online import Need, find_standing
from business.contacts.card_files import EDIT, MOST, CardFiles
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Json
from conversation.wire import Link, get_optional_int, show_file
from crm_store import Tx, contacts
from crm_store.card_files import CardFile
from crm_store.engine import Store
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import FILE, ID, MOMENT, TEXT, WHOLE, or_null, record, several

_STANDING: Final = record(
    {
        "no_shows": {**WHOLE, "description": "Visits that he did not come to."},
        "late_cancels": {**WHOLE, "description": "Visits that he cancelled later than the firm asks for."},
        "need": {
            "type": "string",
            "enum": list(get_args(Need)),
            "description": "What follows by the firm's rule: warn the agent, no booking online without a prepayment, "
            "none at all.",
        },
    }
)
_FILE: Final = record(
    {"file": FILE, "appointment_id": or_null(WHOLE), "agent": or_null(TEXT), "at": MOMENT},
)
_BODY: Final = record({"attachments": {**several(ID, MOST), "minItems": 1}, "appointment_id": ID}, ["attachments"])
_FILES: Final = record({"files": {"type": "array", "items": _FILE}})


class ContactBookingRoutes:
    """How reliable he was, and his documents."""

    def __init__(self, store: Store, files: CardFiles, link: Link) -> None:
        self._store = store
        self._files = files
        self._link = link

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/contacts/{id}/booking",
                self.get_standing,
                "How often he did not come or cancelled late, and what follows of it",
                {200: _STANDING},
            ),
            Route(
                "GET", "/contacts/{id}/files", self.list_card_files, "The documents kept with his card", {200: _FILES}
            ),
            Route(
                "POST",
                "/contacts/{id}/files",
                self.add_card_files,
                "Keeps files that were brought with his card, or with one of his visits",
                {200: _FILES},
                body=_BODY,
                permission=EDIT,
            ),
            Route(
                "DELETE",
                "/contacts/{id}/files/{file_id}",
                self.remove_card_file,
                "Takes a document away for good",
                {204: None},
                permission=EDIT,
            ),
        ]

    async def get_standing(self, call: Call) -> Answer:
        """By the rule as it is set now."""

        def ask(tx: Tx) -> dict[str, object]:
            if contacts.find_standing(tx, call.path_id()) is None:
                raise Rejected("not_found", "error.contact_not_found")
            return dict(find_standing(tx, call.path_id())._asdict())

        return Answer(await self._store.read(ask))

    async def list_card_files(self, call: Call) -> Answer:
        """The latest first."""
        return self._answer(await self._files.find(call.path_id()))

    async def add_card_files(self, call: Call) -> Answer:
        """``attachments``: ids that ``POST /files`` answered with."""
        ids = [int(str(one)) for one in cast("list[Json]", call.body["attachments"])]
        visit = get_optional_int(call.body, "appointment_id")
        return self._answer(await self._files.add(call.session.agent, call.path_id(), ids, visit, call.remote))

    async def remove_card_file(self, call: Call) -> Answer:
        """Only what is kept with his card; a message keeps its files."""
        await self._files.remove(call.session.agent, call.path_id(), call.path_id("file_id"), call.remote)
        return Answer(None, status=204)

    def _answer(self, kept: list[CardFile]) -> Answer:
        return Answer(
            {
                "files": [
                    {
                        "file": show_file(one.attachment, self._link),
                        "appointment_id": one.appointment_id,
                        "agent": one.agent,
                        "at": to_iso(one.at),
                    }
                    for one in kept
                ]
            }
        )
