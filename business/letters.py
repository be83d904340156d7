"""What was sent to phones and mailboxes, as the owner sees it: what waits, what failed and why; sending it again."""

from typing import Final

from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, outgoing_list
from crm_store.engine import Store
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow

SEE: Final = "settings.edit"
"""It tells whom the firm writes to, and each letter costs."""


class Letters:
    """Reads the list, and puts what nothing would follow back into it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, wanted: Wanted) -> Page:
        """A page of what was written, the latest first."""
        return await self._store.read(lambda tx: outgoing_list.page_outgoing(tx, wanted))

    async def find(self, outgoing_id: int) -> AnyRow:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require(tx, outgoing_id))

    async def send_again(self, actor: Agent, outgoing_id: int, remote: str) -> AnyRow:
        """One that failed, or may have arrived, is sent again under the same id. Raises Rejected not_found, forbidden;
        conflict for one that is under way, was sent, or whose time is over."""

        def write(tx: Tx) -> AnyRow:
            agent = require_now(tx, actor, SEE)
            before, at = _require(tx, outgoing_id), clock.now()
            if not outgoing_list.send_again(tx, outgoing_id, at):
                raise Rejected("conflict", "error.not_sent_again")
            was = {"state": before.state, "reason": before.last_error}
            record_deed(tx, agent, "letter.sent_again", "letter", outgoing_id, before=was, remote=remote)
            return _require(tx, outgoing_id)

        return await self._store.writer.run(write)


def _require(tx: Tx, outgoing_id: int) -> AnyRow:
    row = outgoing_list.find_outgoing(tx, outgoing_id)
    if row is None:
        raise Rejected("not_found", "error.not_found")
    return row
