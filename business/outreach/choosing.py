"""How a customer wants to be told of his visits: noted by an agent, or by himself."""

from typing import Final

from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, outreach
from crm_store.engine import Store
from crm_store.models import ReachWay

EDIT: Final = "contacts.edit"


def choose_way(tx: Tx, contact_id: int, way: ReachWay, source: str, actor: Agent | None, remote: str | None) -> None:
    """Notes it in the caller's transaction; it counts from here on. Raises Rejected not_found."""
    told = outreach.find_told(tx, contact_id)
    if told is None or told.gone:
        raise Rejected("not_found", "error.contact_not_found")
    before = outreach.find_choice(tx, told.id)
    if before != way:
        outreach.add_choice(tx, told.id, way, source, clock.now())
        was, now = {"way": before}, {"way": way}
        record_deed(tx, actor, "contact.reach_chosen", "contact", told.id, before=was, after=now, remote=remote)


class ReachChoices:
    """Reads and notes it, for agents and for customers themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, contact_id: int) -> ReachWay:
        """What a contact said last. Raises Rejected not_found."""

        def ask(tx: Tx) -> ReachWay:
            told = outreach.find_told(tx, contact_id)
            if told is None:
                raise Rejected("not_found", "error.contact_not_found")
            return outreach.find_choice(tx, told.id)

        return await self._store.read(ask)

    async def choose(self, actor: Agent, contact_id: int, way: ReachWay, remote: str) -> None:
        """Notes it. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> None:
            choose_way(tx, contact_id, way, "desk", require_now(tx, actor, EDIT), remote)

        await self._store.writer.run(write)

    async def choose_own(self, contact_id: int, way: ReachWay, remote: str) -> None:
        """Notes what a customer says himself. Raises Rejected not_found."""
        await self._store.writer.run(lambda tx: choose_way(tx, contact_id, way, "page", None, remote))
