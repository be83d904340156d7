"""REST: the bin."""

from datetime import timedelta

from business.contacts import bin as resting
from business.contacts.service import Contacts
from conversation.clock import to_iso
from conversation.errors import Rejected
from crm_store import Tx, binned
from crm_store.binned import KINDS, BinKind, Binned
from desk.rest import contact_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import MOMENT, PERSON, TEXT, WHOLE, Schema, listed, or_null, record
from desk.settings import DeskSettings

_KINDS: dict[str, BinKind] = {kind: kind for kind in KINDS}
_KIND: Schema = {"type": "string", "enum": list(KINDS)}
_BINNED = record(
    {
        "kind": _KIND,
        "id": WHOLE,
        "title": TEXT,
        "contact_id": or_null(WHOLE),
        "deleted_at": MOMENT,
        "deleted_by": or_null(PERSON),
        "purged_at": or_null(MOMENT),
    }
)


class BinRoutes:
    """What was deleted, until it is purged."""

    def __init__(self, settings: DeskSettings, contacts: Contacts) -> None:
        self._settings = settings
        self._contacts = contacts

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/bin",
                self.list_bin,
                "What rests in the bin, the latest deleted first",
                {200: listed(_BINNED)},
                query=list_query(binned.BIN, self._settings.page, kind=_KIND),
                permission="contacts.delete",
            ),
            Route(
                "POST",
                "/bin/{kind}/{id}/restore",
                self.restore,
                "Takes something out of the bin",
                {200: _BINNED},
                parts={"kind": _KIND},
                permission="contacts.delete",
            ),
        ]

    async def list_bin(self, call: Call) -> Answer:
        """``purged_at``: when it goes for good; null where the bin is never emptied."""
        asked = wanted(call, binned.BIN, self._settings.page)

        def read(tx: Tx) -> tuple[list[Binned], str | None, int]:
            found, following = binned.page_binned(tx, asked)
            return found, following, resting.rest_days(tx)

        found, following, days = await self._contacts.read(read)
        return wire.page_of_text([_show(one, days) for one in found], following)

    async def restore(self, call: Call) -> Answer:
        """What belongs to a contact needs him back first."""
        kind = _KINDS.get(call.request.match_info["kind"])
        if kind is None:
            raise Rejected("not_found", "error.not_found")
        agent = call.session.agent

        def write(tx: Tx) -> tuple[Binned, int]:
            return resting.restore(tx, agent, kind, call.path_id(), call.remote), resting.rest_days(tx)

        return Answer(_show(*await self._contacts.write(write)))


def _show(value: Binned, days: int) -> dict[str, object]:
    return {
        "kind": value.kind,
        "id": value.id,
        "title": value.title,
        "contact_id": value.contact_id,
        "deleted_at": to_iso(value.deleted_at),
        "deleted_by": wire.named(value.deleted_by),
        "purged_at": to_iso(value.deleted_at + timedelta(days=days)) if days else None,
    }
