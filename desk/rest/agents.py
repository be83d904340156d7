"""REST: the agents, their accounts and rights, and why one may do what."""

from dataclasses import replace

from business.team import rights
from business.team.permissions import PERMISSIONS
from business.team.rights import Ground
from business.team.staff import AgentWish, Staff
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_ids, get_optional_int, get_optional_text
from crm_store import access
from crm_store.access import AgentRecord
from crm_store.engine import Store
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import (
    AGENT_SHOWN,
    ID,
    LANGUAGE,
    LOGIN,
    MAX_TEAMS,
    NAME,
    PERMISSION_SHOWN,
    PERMISSIONS_GIVEN,
    REASON,
    listed,
    password,
    record,
    several,
)
from desk.settings import DeskSettings
from routing.handoff import Handoff
from routing.presence import LivePresence

_MANAGE = "agents.manage"
_OPEN_SORTS = (None, "name", "id")
_ANY = "any"
_WORD_LIMIT = 1000


class AgentRoutes:
    """Who works here and what he may do."""

    def __init__(
        self, settings: DeskSettings, store: Store, staff: Staff, handoff: Handoff, presence: LivePresence, texts: Texts
    ) -> None:
        self._settings = settings
        self._store = store
        self._staff = staff
        self._handoff = handoff
        self._presence = presence
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        fields = {
            "name": NAME,
            "role_id": ID,
            "language": LANGUAGE,
            "capacity": {"type": "integer", "minimum": 0, "maximum": 1000},
            "password": password(self._settings.password_min),
            "grant": PERMISSIONS_GIVEN,
            "deny": PERMISSIONS_GIVEN,
            "team_ids": several(ID, MAX_TEAMS),
        }
        query = list_query(
            access.AGENTS,
            self._settings.page,
            q={"type": "string", "maxLength": 200, "description": "Parts of the name or the login."},
            team=ID,
            disabled={"type": "string", "enum": ["true", "false", _ANY], "default": "false"},
        )
        return [
            Route("GET", "/agents", self.list_agents, "The agents and who is there", {200: listed(AGENT_SHOWN)}, query),
            Route("GET", "/agents/{id}", self.get_agent, "One agent", {200: AGENT_SHOWN}, permission=_MANAGE),
            Route(
                "POST",
                "/agents",
                self.add_agent,
                "Adds an agent",
                {201: AGENT_SHOWN},
                body=record({"login": LOGIN, **fields}, ["login", "password", "role_id"]),
                permission=_MANAGE,
                once=True,
                example={"login": "ani", "password": "a long word", "name": "Ani", "role_id": 3, "language": "hy"},
            ),
            Route(
                "PATCH",
                "/agents/{id}",
                self.change_agent,
                "Changes what is given of an agent; disabled, he is out at once and his dialogs go back to their teams",
                {200: AGENT_SHOWN},
                body=record({**fields, "disabled": {"type": "boolean"}}, []),
                permission=_MANAGE,
                example={"grant": ["contacts.export"], "deny": [], "disabled": False},
            ),
            Route(
                "GET",
                "/agents/{id}/permissions",
                self.explain,
                "What an agent may do, and why",
                {200: listed(REASON)},
                permission=_MANAGE,
            ),
            Route("GET", "/permissions", self.list_permissions, "All permissions", {200: listed(PERMISSION_SHOWN)}),
        ]

    async def list_agents(self, call: Call) -> Answer:
        """Who may work; for ``agents.manage`` with the account and whoever is disabled (``disabled=any``)."""
        asked, words = wanted(call, access.AGENTS, self._settings.page), call.query_text("q")
        team = call.query_int("team", None, 1, 10**15)
        manages = _MANAGE in call.session.agent.permissions
        disabled = {"true": True, _ANY: None}.get(call.query_text("disabled"), False)
        if not manages:
            if asked.sort not in _OPEN_SORTS:
                raise Rejected("forbidden", "error.permission_missing", permission=_MANAGE)
            asked, disabled = replace(asked, filters={}), False
        records, page = await self._store.read(
            lambda tx: access.page_records(tx, asked, words=words, team_id=team, disabled=disabled, logins=manages)
        )
        return page_of([self._shown(one, manages=manages) for one in records], page.next)

    async def get_agent(self, call: Call) -> Answer:
        """His account."""
        found, _ = await self._staff.find(call.path_id())
        return Answer(self._shown(found, manages=True))

    async def add_agent(self, call: Call) -> Answer:
        """Nobody gives what he does not hold; without teams the new one belongs to the first."""

        def answer(added: AgentRecord) -> Answer:
            shown = self._shown(added, manages=True)
            return Answer(shown, status=201, headers={"Location": f"/api/v1/agents/{added.id}"})

        login, wish = str(call.body["login"]), _read_wish(call.body)
        return answer(await self._staff.add(call.session.agent, login, wish, call.remote, call.kept(answer)))

    async def change_agent(self, call: Call) -> Answer:
        """A new password or ``disabled`` ends his sessions at once; one's own are changed elsewhere."""
        wish = _read_wish(call.body)
        changed = await self._staff.change(call.session.agent, call.path_id(), wish, call.remote)
        if wish.disabled:
            await self._handoff.hand_back()
        return Answer(self._shown(changed, manages=True))

    async def explain(self, call: Call) -> Answer:
        """Of every permission whether it is his, by what, and the same in words."""
        found, teams = await self._staff.find(call.path_id())
        shown: list[dict[str, object]] = []
        for answer in rights.explain(found, teams):
            texts = [self._reason(call.language, found, ground, teams) for ground in answer.why]
            none = self._texts.get(call.language, "access.why.none", role=self._role(call.language, found.role.name))
            shown.append(
                {
                    "name": answer.permission,
                    "allowed": answer.allowed,
                    "why": [{"from": ground.origin, "name": ground.name} for ground in answer.why],
                    "text": " ".join(dict.fromkeys(texts)) or none,
                }
            )
        return page_of(shown, None)

    async def list_permissions(self, call: Call) -> Answer:
        """With the roles that hold each, and whether it is one's own."""
        roles = await self._store.read(access.list_roles)
        held = call.session.agent.permissions
        shown: list[dict[str, object]] = [
            {
                "name": name,
                "label": self._texts.get(call.language, f"access.label.{name}"),
                "about": self._texts.get(call.language, f"access.about.{name}"),
                "roles": [role.name for role in roles if name in role.permissions],
                "mine": name in held,
            }
            for name in PERMISSIONS
        ]
        return page_of(shown, None)

    def _reason(self, language: Language, found: AgentRecord, ground: Ground, teams: list[str]) -> str:
        fields = {"role": self._role(language, found.role.name), "name": found.name, "teams": ", ".join(teams)}
        return self._texts.get(language, f"access.why.{ground.origin}", **fields)

    def _role(self, language: Language, name: str) -> str:
        return role_label(self._texts, language, name)

    def _shown(self, one: AgentRecord, *, manages: bool) -> dict[str, object]:
        shown: dict[str, object] = {
            "id": one.id,
            "name": one.name,
            "photo": one.photo,
            "status": self._presence.status_of(one.id),
            "teams": list(one.teams),
        }
        if manages:
            shown |= {
                "login": one.login,
                "role": one.role.name,
                "role_id": one.role.id,
                "language": one.language,
                "capacity": one.capacity,
                "disabled": one.disabled_at is not None,
                "grant": sorted(one.exceptions.grants),
                "deny": sorted(one.exceptions.denies),
                "created_at": to_iso(one.created_at),
                "last_seen_at": None if one.last_seen_at is None else to_iso(one.last_seen_at),
            }
        return shown


def role_label(texts: Texts, language: Language, name: str) -> str:
    """A built-in role's name in a language; an own one's as it is."""
    try:
        return texts.get(language, f"access.role.{name}")
    except KeyError:
        return name


def _read_wish(body: JsonObject) -> AgentWish:
    """A body that fits its schema."""
    disabled, word = body.get("disabled"), body.get("language")
    language: Language | None = next((one for one in LANGUAGES if one == word), None)
    return AgentWish(
        name=get_optional_text(body, "name", _WORD_LIMIT),
        role_id=get_optional_int(body, "role_id"),
        language=language,
        capacity=get_optional_int(body, "capacity", least=0),
        disabled=disabled if isinstance(disabled, bool) else None,
        password=_text_or_none(body, "password"),
        grant=_names(body, "grant"),
        deny=_names(body, "deny"),
        team_ids=None if body.get("team_ids") is None else get_ids(body, "team_ids", MAX_TEAMS),
    )


def _text_or_none(body: JsonObject, key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None


def _names(body: JsonObject, key: str) -> tuple[str, ...] | None:
    value = body.get(key)
    return tuple(str(one) for one in value) if isinstance(value, list) else None
