"""Keeping people out: a contact, one address of his, or a network; with a reason, for a while or for good."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from business.inboxes.directory import Directory
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.events import InboxesChanged
from conversation.messages import Agent
from crm_store import Tx, cards, conversations, visits
from crm_store.engine import Store
from crm_store.models import BlockKind
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow

BLOCK: Final = "visitors.block"
_WIDEST: Final = {4: 8, 6: 24}
"""Bits of the widest network: one more would shut out the world by a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to keep out. ``conversation_id``: its contact, address or network is meant, where none is named."""

    kind: BlockKind
    contact_id: int | None = None
    address_id: int | None = None
    network: str | None = None
    conversation_id: int | None = None
    reason: str = ""
    until: datetime | None = None


class Blocks:
    """Reads and changes the list for agents."""

    def __init__(self, store: Store, directory: Directory, publish: Publish) -> None:
        self._store = store
        self._directory = directory
        self._publish = publish

    async def page(self, wanted: Wanted) -> Page:
        """A page of blocks, those that ran out too."""
        return await self._store.read(lambda tx: visits.page_blocks(tx, wanted))

    async def find(self, block_id: int) -> AnyRow:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require(tx, block_id))

    async def add(self, actor: Agent, wish: Wish, remote: str, kept: Kept[AnyRow] = plainly) -> AnyRow:
        """Keeps somebody out from now on. Raises Rejected not_found, invalid, forbidden; conflict where he is."""
        at = clock.now()
        if wish.until is not None and wish.until <= at:
            raise Rejected("invalid", "inbox.until_past", field="until")

        def write(tx: Tx) -> AnyRow:
            doer = rights.require_now(tx, actor, BLOCK)
            whom = _find_whom(tx, wish)
            if visits.find_same(tx, wish.kind, whom.contact_id, whom.address_id, whom.network, at) is not None:
                raise Rejected("conflict", "inbox.blocked_already")
            values: dict[str, object] = {
                "kind": wish.kind,
                "contact_id": whom.contact_id,
                "address_id": whom.address_id,
                "network": whom.network,
                "reason": wish.reason,
                "until": wish.until,
            }
            block_id = visits.insert_block(tx, **values, created_at=at, created_by=doer.name)
            record_deed(tx, doer, "visitor.blocked", "block", block_id, after=values, remote=remote)
            return _require(tx, block_id)

        return await self._told(await self._store.writer.run(lambda tx: kept(tx, write)))

    async def lift(self, actor: Agent, block_id: int, remote: str) -> None:
        """Lets him in again. Raises Rejected not_found, forbidden."""

        def write(tx: Tx) -> AnyRow:
            doer = rights.require_now(tx, actor, BLOCK)
            row = _require(tx, block_id)
            visits.delete_block(tx, block_id)
            before = {key: getattr(row, key) for key in ("kind", "contact_id", "address_id", "network", "reason")}
            record_deed(tx, doer, "visitor.unblocked", "block", block_id, before=before, remote=remote)
            return row

        await self._told(await self._store.writer.run(write))

    async def _told(self, row: AnyRow) -> AnyRow:
        await self._directory.load()
        self._publish(InboxesChanged())
        return row


def _require(tx: Tx, block_id: int) -> AnyRow:
    row = visits.find_block(tx, block_id)
    if row is None:
        raise Rejected("not_found", "inbox.block_not_found")
    return row


@dataclass(frozen=True, slots=True)
class _Whom:
    contact_id: int | None = None
    address_id: int | None = None
    network: str | None = None


def _find_whom(tx: Tx, wish: Wish) -> _Whom:
    head = None if wish.conversation_id is None else conversations.lock(tx, wish.conversation_id)
    if wish.conversation_id is not None and head is None:
        raise Rejected("not_found", "error.conversation_not_found")
    if wish.kind == "contact":
        contact_id = head.contact_id if wish.contact_id is None and head is not None else wish.contact_id
        if contact_id is None or cards.find_card(tx, contact_id) is None:
            raise Rejected("not_found", "error.contact_not_found")
        return _Whom(contact_id=contact_id)
    if wish.kind == "address":
        address_id = head.address_id if wish.address_id is None and head is not None else wish.address_id
        if address_id is None or conversations.find_address_value(tx, address_id) is None:
            raise Rejected("not_found", "inbox.address_not_found")
        return _Whom(address_id=address_id)
    named = head.remote if wish.network is None and head is not None else wish.network
    if not named:
        raise Rejected("not_found", "inbox.network_unknown")
    return _Whom(network=_read_network(named))


def _read_network(text: str) -> str:
    """As it is kept: ``203.0.113.0/24``; one address is a network of itself. Raises Rejected conflict."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise Rejected("conflict", "inbox.network_wrong", field="network") from None
    if network.prefixlen < _WIDEST[network.version]:
        raise Rejected("conflict", "inbox.network_wide", field="network")
    return str(network)
