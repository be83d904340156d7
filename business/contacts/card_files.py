"""Documents of a customer: kept with his card, or with one of his visits."""

from collections.abc import Sequence
from typing import Final

from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, appointments, attachments, card_files, cards
from crm_store.attachments import AGENT
from crm_store.card_files import CardFile
from crm_store.engine import Store

EDIT: Final = "contacts.edit"
MOST: Final = 10
"""Files that are added at once."""


class CardFiles:
    """Every file that comes or goes is in the audit log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, contact_id: int) -> list[CardFile]:
        """The latest first. Raises Rejected not_found."""
        return await self._store.read(lambda tx: card_files.list_files(tx, _family(tx, contact_id)))

    async def add(
        self, actor: Agent, contact_id: int, file_ids: Sequence[int], appointment_id: int | None, remote: str
    ) -> list[CardFile]:
        """Keeps files that the agent has brought. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> list[CardFile]:
            doer = require_now(tx, actor, EDIT)
            family = _family(tx, contact_id)
            if appointment_id is not None:
                found = appointments.find_appointment(tx, appointment_id)
                if found is None or found[0].contact_id not in family:
                    raise Rejected("not_found", "error.not_found", field="appointment_id")
            brought = attachments.load_unsent(tx, f"{AGENT}{doer.id}", file_ids)
            card_files.keep_files(tx, [one.id for one in brought], contact_id, appointment_id, doer.id)
            named = {"files": ", ".join(one.name for one in brought)}
            record_deed(tx, doer, "contact.file_added", "contact", contact_id, before={}, after=named, remote=remote)
            return card_files.list_files(tx, family)

        return await self._store.writer.run(write)

    async def remove(self, actor: Agent, contact_id: int, file_id: int, remote: str) -> None:
        """Its address ceases to open. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> None:
            doer = require_now(tx, actor, EDIT)
            family = _family(tx, contact_id)
            named = {one.attachment.id: one.attachment.name for one in card_files.list_files(tx, family)}
            if not card_files.remove_file(tx, family, file_id, clock.now()):
                raise Rejected("not_found", "error.not_found")
            before = {"files": named[file_id]}
            record_deed(tx, doer, "contact.file_removed", "contact", contact_id, before=before, after={}, remote=remote)

        await self._store.writer.run(write)


def _family(tx: Tx, contact_id: int) -> list[int]:
    if cards.find_card(tx, contact_id) is None:
        raise Rejected("not_found", "error.contact_not_found")
    return [*cards.list_family(tx, contact_id)]
