"""Links to customers' own pages, as agents give and revoke them."""

from business.booking.own_links import OwnLinks
from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, own_page
from crm_store.engine import Store

_EDIT = "contacts.edit"


class OwnPages:
    """Every link that an agent gives is in the audit log: whoever has it reads and changes his visits."""

    def __init__(self, store: Store, links: OwnLinks) -> None:
        self._store = store
        self._links = links

    async def give(self, actor: Agent, contact_id: int, remote: str) -> str:
        """An address. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> str:
            doer = require_now(tx, actor, _EDIT)
            standing_id = _require(tx, contact_id)
            record_deed(tx, doer, "contact.link_given", "contact", standing_id, remote=remote)
            return self._links.page(tx, standing_id, clock.now())

        return await self._store.writer.run(write)

    async def revoke(self, actor: Agent, contact_id: int, remote: str) -> None:
        """No link that was given until now opens. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> None:
            doer = require_now(tx, actor, _EDIT)
            standing_id = _require(tx, contact_id)
            self._links.revoke(tx, standing_id, clock.now())
            record_deed(tx, doer, "contact.links_revoked", "contact", standing_id, remote=remote)

        await self._store.writer.run(write)


def _require(tx: Tx, contact_id: int) -> int:
    standing = own_page.find_standing(tx, contact_id)
    if standing is None:
        raise Rejected("not_found", "error.contact_not_found")
    return standing.id
