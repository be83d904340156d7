"""REST: who may not write."""

from typing import cast

from business.inboxes.blocks import BLOCK, Blocks, Wish
from conversation import clock
from conversation.clock import from_iso, to_iso
from conversation.wire import get_optional_int, get_text
from crm_store.models import BlockKind
from crm_store.rows import AnyRow
from crm_store.visits import BLOCKS
from desk.rest import inbox_schemas as schemas
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import listed
from desk.settings import DeskSettings
from desk.view import DeskView

_REASON_LIMIT = 500


class BlockRoutes:
    """The list of those kept out."""

    def __init__(self, settings: DeskSettings, blocks: Blocks, view: DeskView) -> None:
        self._settings = settings
        self._blocks = blocks
        self._view = view

    def routes(self) -> list[Route]:
        """The operations."""
        query = list_query(BLOCKS, self._settings.page, kind=schemas.KIND)
        return [
            Route(
                "GET",
                "/blocks",
                self.list_blocks,
                "Who may not write",
                {200: listed(schemas.BLOCK)},
                query,
                permission=BLOCK,
            ),
            Route("GET", "/blocks/{id}", self.get_block, "One block", {200: schemas.BLOCK}, permission=BLOCK),
            Route(
                "POST",
                "/blocks",
                self.add_block,
                "Keeps a contact, an address or a network out, at once in all his tabs",
                {201: schemas.BLOCK},
                body=schemas.NEW_BLOCK,
                permission=BLOCK,
                once=True,
                example={"kind": "network", "network": "203.0.113.0/24", "reason": "flood of advertising"},
            ),
            Route("DELETE", "/blocks/{id}", self.lift_block, "Lets him in again", {204: None}, permission=BLOCK),
        ]

    async def list_blocks(self, call: Call) -> Answer:
        """Those that ran out too."""
        return listed_page(await self._blocks.page(wanted(call, BLOCKS, self._settings.page)), _show)

    async def get_block(self, call: Call) -> Answer:
        """One."""
        return Answer(_show(await self._blocks.find(call.path_id())))

    async def add_block(self, call: Call) -> Answer:
        """A conversation that is not for these eyes does not exist."""
        body = call.body
        conversation_id = get_optional_int(body, "conversation_id")
        if conversation_id is not None:
            await self._view.audience(call.session.agent, conversation_id)
        until = body.get("until")
        network = body.get("network")
        wish = Wish(
            cast("BlockKind", body["kind"]),
            get_optional_int(body, "contact_id"),
            get_optional_int(body, "address_id"),
            network if isinstance(network, str) else None,
            conversation_id,
            get_text(body, "reason", _REASON_LIMIT, default="").strip(),
            from_iso(until) if isinstance(until, str) else None,
        )

        def answer(row: AnyRow) -> Answer:
            return Answer(_show(row), status=201, headers={"Location": f"/api/v1/blocks/{row.id}"})

        return answer(await self._blocks.add(call.session.agent, wish, call.remote, call.kept(answer)))

    async def lift_block(self, call: Call) -> Answer:
        """At once in all his tabs."""
        await self._blocks.lift(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)


def _show(row: AnyRow) -> dict[str, object]:
    contact = None if row.contact_id is None else {"id": row.contact_id, "name": row.contact_name or ""}
    address = None
    if row.address_id is not None:
        value = row.address_display or row.address_value or ""
        address = {"id": row.address_id, "channel": row.address_channel or "", "value": value}
    return {
        "id": row.id,
        "kind": row.kind,
        "contact": contact,
        "address": address,
        "network": row.network,
        "reason": row.reason,
        "until": None if row.until is None else to_iso(row.until),
        "created_at": to_iso(row.created_at),
        "created_by": row.created_by,
        "holds": row.until is None or row.until > clock.now(),
    }
