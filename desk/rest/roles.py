"""REST: roles, the built-in ones and one's own."""

from business.team import rights
from business.team.permissions import ROLES
from business.team.roles import Roles
from conversation.messages import JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_optional_text
from crm_store import access
from crm_store.access import Role
from crm_store.engine import Store
from crm_store.rows import AnyRow
from desk.rest.agents import role_label
from desk.rest.api import Answer, Call, Route
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import NAME, PERMISSIONS_GIVEN, ROLE, listed, record
from desk.settings import DeskSettings

_MANAGE = "roles.manage"
_NAME_LIMIT = 200


class RoleRoutes:
    """What roles there are."""

    def __init__(self, settings: DeskSettings, store: Store, roles: Roles, texts: Texts) -> None:
        self._settings = settings
        self._store = store
        self._roles = roles
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        fields = {"name": NAME, "permissions": PERMISSIONS_GIVEN}
        query = list_query(access.ROLES, self._settings.page)
        example: JsonObject = {"name": "Reception", "permissions": ["contacts.edit", "contacts.merge"]}
        return [
            Route("GET", "/roles", self.list_roles, "The roles", {200: listed(ROLE)}, query),
            Route("GET", "/roles/{id}", self.get_role, "One role", {200: ROLE}),
            Route(
                "POST",
                "/roles",
                self.add_role,
                "Adds a role",
                {201: ROLE},
                body=record(fields),
                permission=_MANAGE,
                once=True,
                example=example,
            ),
            Route(
                "PATCH",
                "/roles/{id}",
                self.change_role,
                "Changes what is given of an own role, at once for all who have it",
                {200: ROLE},
                body=record(fields, []),
                permission=_MANAGE,
            ),
            Route("DELETE", "/roles/{id}", self.remove_role, "Removes an own role", {204: None}, permission=_MANAGE),
        ]

    async def list_roles(self, call: Call) -> Answer:
        """With how many agents have each."""
        asked = wanted(call, access.ROLES, self._settings.page)
        page = await self._store.read(lambda tx: access.page_roles(tx, asked))

        def shown(row: AnyRow) -> dict[str, object]:
            role = Role(row.id, row.name, frozenset(row.permissions))
            return {**self._shown(call.language, role), "agents": row.agents}

        return listed_page(page, shown)

    async def get_role(self, call: Call) -> Answer:
        """A role and its permissions."""
        return Answer(self._shown(call.language, await self._roles.find(call.path_id())))

    async def add_role(self, call: Call) -> Answer:
        """Nobody gives what he does not hold."""
        name, permissions = get_optional_text(call.body, "name", _NAME_LIMIT), _permissions(call)

        def answer(role: Role) -> Answer:
            shown = self._shown(call.language, role)
            return Answer(shown, status=201, headers={"Location": f"/api/v1/roles/{role.id}"})

        actor, kept = call.session.agent, call.kept(answer)
        return answer(await self._roles.add(actor, name or "", permissions or [], call.remote, kept))

    async def change_role(self, call: Call) -> Answer:
        """Built-in roles stay as they are, and so does one's own."""
        name = get_optional_text(call.body, "name", _NAME_LIMIT)
        role = await self._roles.change(call.session.agent, call.path_id(), name, _permissions(call), call.remote)
        return Answer(self._shown(call.language, role))

    async def remove_role(self, call: Call) -> Answer:
        """Where nobody has it."""
        await self._roles.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    def _shown(self, language: Language, role: Role) -> dict[str, object]:
        return {
            "id": role.id,
            "name": role.name,
            "label": role_label(self._texts, language, role.name) if role.name in ROLES else role.name,
            "built_in": rights.is_built_in(role),
            "permissions": sorted(role.permissions),
        }


def _permissions(call: Call) -> list[str] | None:
    value = call.body.get("permissions")
    return [str(one) for one in value] if isinstance(value, list) else None
