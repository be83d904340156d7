"""REST: specialists, rooms, chairs and devices."""

from collections.abc import Mapping
from typing import Final, get_args

from business.booking import staffing
from business.booking.forms import ABOUT_LIMIT, NAME_LIMIT
from business.booking.staffing import EDIT, Resource, ResourceWish, Staffing
from conversation.clock import to_iso
from conversation.language import form_in
from conversation.messages import JsonObject, Language
from conversation.wire import get_ids
from crm_store import Tx, resources
from crm_store.engine import Store
from crm_store.models.base import ResourceKind
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import current, list_query, wanted
from desk.rest.schemas import ID, MOMENT, SKILL, TEXT, WHOLE, Schema, forms, listed, or_null, record, several
from desk.rest.services import COLOUR, read_columns
from desk.settings import DeskSettings

_MOST_SERVICES: Final = 1_000
_FLAG: Schema = {"type": "boolean"}
_KIND: Schema = {"type": "string", "enum": list(get_args(ResourceKind))}
_BODY: Mapping[str, Schema] = {
    "names": forms(NAME_LIMIT),
    "abouts": forms(ABOUT_LIMIT),
    "branch_id": or_null(ID),
    "agent_id": or_null(ID),
    "level": {"type": "string", "maxLength": 60},
    "skills": several(SKILL, 50),
    "online": _FLAG,
    "colour": or_null(COLOUR),
    "position": {"type": "integer", "minimum": 0, "maximum": 10**6},
    "service_ids": several(ID, _MOST_SERVICES),
}
_COLUMNS: Final = ("kind", "branch_id", "agent_id", "level", "online", "colour", "position")
_NULLABLE: Final = frozenset({"branch_id", "agent_id", "colour"})
RESOURCE = record(
    {
        "id": WHOLE,
        "kind": _KIND,
        "name": {"type": "string", "description": "In the reader's language."},
        "names": forms(NAME_LIMIT),
        "about": TEXT,
        "abouts": forms(ABOUT_LIMIT),
        "branch": or_null(record({"id": WHOLE, "name": TEXT})),
        "timezone": or_null(TEXT),
        "agent_id": or_null(WHOLE),
        "level": TEXT,
        "skills": {"type": "array", "items": TEXT},
        "online": _FLAG,
        "colour": or_null(TEXT),
        "position": WHOLE,
        "service_ids": {"type": "array", "items": WHOLE},
        "archived_at": or_null(MOMENT),
    }
)
_EXAMPLE: JsonObject = {"kind": "provider", "names": {"en": "Anahit", "hy": "Անահիտ"}, "service_ids": [1, 2]}


class ResourceRoutes:
    """Everybody reads them; who may edit schedules changes them."""

    def __init__(self, settings: DeskSettings, store: Store, deeds: Staffing) -> None:
        self._settings = settings
        self._store = store
        self._staffing = deeds

    def routes(self) -> list[Route]:
        """The operations."""
        query = list_query(
            resources.resources_in("en"),
            self._settings.page,
            q={**TEXT, "maxLength": 200},
            kind=_KIND,
            archived={"type": "boolean", "default": False},
        )
        return [
            Route(
                "GET",
                "/resources",
                self.list_resources,
                "Specialists, rooms, chairs and devices",
                {200: listed(RESOURCE)},
                query,
            ),
            Route("GET", "/resources/{id}", self.get_resource, "One resource", {200: RESOURCE}),
            Route(
                "POST",
                "/resources",
                self.add_resource,
                "Adds a specialist, a room, a chair or a device",
                {201: RESOURCE},
                body=record({"kind": _KIND, **_BODY}, ["kind", "names"]),
                permission=EDIT,
                once=True,
                example=_EXAMPLE,
            ),
            Route(
                "PATCH",
                "/resources/{id}",
                self.change_resource,
                "Changes what is given of a resource; archived, nothing is booked with it any more",
                {200: RESOURCE},
                body=record({**_BODY, "archived": _FLAG}, []),
                permission=EDIT,
            ),
        ]

    async def list_resources(self, call: Call) -> Answer:
        """In the firm's order, unless another is asked for. ``q``: words of a name in any language, the level or the
        skills; ``kind=provider``: specialists; ``archived``: those instead of the current ones."""
        asked = current(wanted(call, resources.resources_in(call.language), self._settings.page))
        words = call.query_text("q")

        def read(tx: Tx) -> tuple[list[Resource], str | None]:
            page = resources.page_resources(tx, asked, call.language, words)
            return staffing.complete(tx, list(page.rows)), page.next

        found, following = await self._store.read(read)
        return page_of([show_resource(one, call.language) for one in found], following)

    async def get_resource(self, call: Call) -> Answer:
        """Archived or not."""
        return Answer(show_resource(await self._staffing.find(call.path_id()), call.language))

    async def add_resource(self, call: Call) -> Answer:
        """A kind, and a name in one language at least."""

        def answer(added: Resource) -> Answer:
            location = {"Location": f"/api/v1/resources/{added.row.id}"}
            return Answer(show_resource(added, call.language), status=201, headers=location)

        wish, kept = _read(call.body), call.kept(answer)
        return answer(await self._staffing.add(call.session.agent, wish, call.remote, kept))

    async def change_resource(self, call: Call) -> Answer:
        """``names``, ``skills`` and ``service_ids``: exactly these. What visits are booked with is not archived."""
        changed = await self._staffing.change(call.session.agent, call.path_id(), _read(call.body), call.remote)
        return Answer(show_resource(changed, call.language))


def _read(body: JsonObject) -> ResourceWish:
    values = read_columns(body, _COLUMNS, _NULLABLE)
    for given, column in (("names", "name"), ("abouts", "about"), ("skills", "skills")):
        if body.get(given) is not None:
            values[column] = body[given]
    archived = body.get("archived")
    given_ids = None if body.get("service_ids") is None else get_ids(body, "service_ids", _MOST_SERVICES)
    return ResourceWish(values, given_ids, archived if isinstance(archived, bool) else None)


def show_resource(resource: Resource, language: Language) -> dict[str, object]:
    """A resource as REST shows it."""
    row = resource.row
    return {
        "id": row.id,
        "kind": row.kind,
        "name": form_in(row.name, language),
        "names": row.name,
        "about": form_in(row.about, language),
        "abouts": row.about,
        "branch": None if row.branch_id is None else {"id": row.branch_id, "name": row.branch_name},
        "timezone": row.timezone,
        **{name: getattr(row, name) for name in ("agent_id", "level", "skills", "online", "colour", "position")},
        "service_ids": list(resource.service_ids),
        "archived_at": None if row.archived_at is None else to_iso(row.archived_at),
    }
