"""REST: teams and branches."""

from business.team.places import BranchWish, Places, Team, TeamWish
from conversation.clock import to_iso
from conversation.messages import JsonObject
from conversation.wire import get_ids
from crm_store import Tx, places
from crm_store.engine import Store
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import BRANCH, ID, LANGUAGE, NAME, TEAM, Schema, listed, or_null, record, several
from desk.settings import DeskSettings

_MANAGE = "teams.manage"
_MOST_MEMBERS = 500
_TEXTS = ("name", "timezone", "country", "language", "city", "address", "phone")
_FLAG: Schema = {"type": "boolean"}
_TEAM_BODY = {"name": NAME, "branch_id": or_null(ID), "agent_ids": several(ID, _MOST_MEMBERS)}
_BRANCH_BODY = {
    "name": NAME,
    "timezone": {"type": "string", "minLength": 1, "maxLength": 60, "description": "IANA name: Asia/Yerevan."},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$", "description": "ISO 3166-1 alpha-2."},
    "language": LANGUAGE,
    "city": {"type": "string", "maxLength": 100},
    "address": {"type": "string", "maxLength": 300},
    "phone": or_null({"type": "string", "maxLength": 40}),
}


class PlaceRoutes:
    """Where the firm works, and who answers together."""

    def __init__(self, settings: DeskSettings, store: Store, deeds: Places) -> None:
        self._settings = settings
        self._store = store
        self._places = deeds

    def routes(self) -> list[Route]:
        """The operations."""
        most = self._settings.page
        branch = {"timezone": "Asia/Yerevan", "country": "AM", "language": "hy"}
        return [
            Route("GET", "/teams", self.list_teams, "The teams", {200: listed(TEAM)}, list_query(places.TEAMS, most)),
            Route("GET", "/teams/{id}", self.get_team, "One team", {200: TEAM}),
            Route(
                "POST",
                "/teams",
                self.add_team,
                "Adds a team",
                {201: TEAM},
                body=record(_TEAM_BODY, ["name"]),
                permission=_MANAGE,
                once=True,
                example={"name": "Reception", "branch_id": None, "agent_ids": []},
            ),
            Route(
                "PATCH",
                "/teams/{id}",
                self.change_team,
                "Changes what is given of a team; archived, nothing new comes to it",
                {200: TEAM},
                body=record({**_TEAM_BODY, "archived": _FLAG}, []),
                permission=_MANAGE,
            ),
            Route(
                "GET",
                "/branches",
                self.list_branches,
                "The branches",
                {200: listed(BRANCH)},
                list_query(places.BRANCHES, most),
            ),
            Route("GET", "/branches/{id}", self.get_branch, "One branch", {200: BRANCH}),
            Route(
                "POST",
                "/branches",
                self.add_branch,
                "Adds a branch",
                {201: BRANCH},
                body=record(_BRANCH_BODY, ["name", "timezone", "country", "language"]),
                permission=_MANAGE,
                once=True,
                example={"name": "Center", **branch},
            ),
            Route(
                "PATCH",
                "/branches/{id}",
                self.change_branch,
                "Changes what is given of a branch; archived, it is closed",
                {200: BRANCH},
                body=record({**_BRANCH_BODY, "archived": _FLAG}, []),
                permission=_MANAGE,
            ),
        ]

    async def list_teams(self, call: Call) -> Answer:
        """All teams, with their members; ``archived`` leaves out the others."""
        asked = wanted(call, places.TEAMS, self._settings.page)

        def read(tx: Tx) -> tuple[list[Team], str | None]:
            page = places.page_teams(tx, asked)
            members = places.list_members(tx, [row.id for row in page.rows])
            return [Team(row, members.get(row.id, [])) for row in page.rows], page.next

        found, following = await self._store.read(read)
        return page_of([_team(one) for one in found], following)

    async def get_team(self, call: Call) -> Answer:
        """With its members."""
        return Answer(_team(await self._places.find_team(call.path_id())))

    async def add_team(self, call: Call) -> Answer:
        """A name, perhaps a branch and members."""

        def answer(added: Team) -> Answer:
            return Answer(_team(added), status=201, headers={"Location": f"/api/v1/teams/{added.row.id}"})

        wish, kept = _read_team(call.body), call.kept(answer)
        return answer(await self._places.add_team(call.session.agent, wish, call.remote, kept))

    async def change_team(self, call: Call) -> Answer:
        """``agent_ids``: exactly these. One that has unresolved conversations or takes new ones is not archived."""
        changed = await self._places.change_team(call.session.agent, call.path_id(), _read_team(call.body), call.remote)
        return Answer(_team(changed))

    async def list_branches(self, call: Call) -> Answer:
        """All branches; ``archived`` leaves out the others."""
        asked = wanted(call, places.BRANCHES, self._settings.page)
        return listed_page(await self._store.read(lambda tx: places.page_branches(tx, asked)), _branch)

    async def get_branch(self, call: Call) -> Answer:
        """One."""
        return Answer(_branch(await self._places.find_branch(call.path_id())))

    async def add_branch(self, call: Call) -> Answer:
        """With its own clock and language."""

        def answer(added: AnyRow) -> Answer:
            return Answer(_branch(added), status=201, headers={"Location": f"/api/v1/branches/{added.id}"})

        wish, kept = _read_branch(call.body), call.kept(answer)
        return answer(await self._places.add_branch(call.session.agent, wish, call.remote, kept))

    async def change_branch(self, call: Call) -> Answer:
        """One that has teams or takes conversations is not archived."""
        changed = await self._places.change_branch(
            call.session.agent, call.path_id(), _read_branch(call.body), call.remote
        )
        return Answer(_branch(changed))


def _read_team(body: JsonObject) -> TeamWish:
    """A body that fits its schema; a branch that is given as null means none."""
    values: dict[str, object] = {}
    if isinstance(body.get("name"), str):
        values["name"] = str(body["name"]).strip()
    if "branch_id" in body:
        values["branch_id"] = body["branch_id"]
    given = None if body.get("agent_ids") is None else get_ids(body, "agent_ids", _MOST_MEMBERS)
    return TeamWish(values, given, _flag(body))


def _read_branch(body: JsonObject) -> BranchWish:
    values: dict[str, object] = {}
    for name in _TEXTS:
        value = body.get(name)
        if isinstance(value, str):
            values[name] = value.strip()
        elif name == "phone" and "phone" in body:
            values[name] = None
    return BranchWish(values, _flag(body))


def _flag(body: JsonObject) -> bool | None:
    value = body.get("archived")
    return value if isinstance(value, bool) else None


def _team(team: Team) -> dict[str, object]:
    row = team.row
    return {
        "id": row.id,
        "name": row.name,
        "branch": None if row.branch_id is None else {"id": row.branch_id, "name": row.branch_name},
        "agents": [{"id": one.id, "name": one.name} for one in team.members],
        "archived_at": None if row.archived_at is None else to_iso(row.archived_at),
    }


def _branch(row: AnyRow) -> dict[str, object]:
    shown: dict[str, object] = {"id": row.id, **{key: getattr(row, key) for key in _TEXTS}}
    shown["archived_at"] = None if row.archived_at is None else to_iso(row.archived_at)
    return shown
