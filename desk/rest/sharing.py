"""REST: how teams share their conversations out, and what agents can take."""

from collections.abc import Mapping
from typing import Final

from business.team import sharing
from business.team.sharing import Sharing
from conversation.messages import JsonObject
from conversation.ports import Texts
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.schemas import ID, LANGUAGE, SKILL, TEXT, listed, or_null, record, several

_DAY_S: Final = 86_400
_SECONDS: Final[Schema] = {"type": "integer", "minimum": 5, "maximum": _DAY_S}
_POLICY: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 100}
_TEAM: Final[dict[str, Schema]] = {
    "policy": _POLICY,
    "capacity": {"type": "integer", "minimum": 1, "maximum": 1000},
    "gap_s": {"type": "integer", "minimum": 0, "maximum": 3600},
    "answer_s": _SECONDS,
    "escalate_s": _SECONDS,
    "escalate_team_id": ID,
    "fallback_team_id": ID,
    "give_back_s": _SECONDS,
}
_AGENT: Final[dict[str, Schema]] = {
    "capacity": {"type": "integer", "minimum": 0, "maximum": 1000},
    "level": {"type": "integer", "minimum": 1, "maximum": 5},
    "weight": {"type": "integer", "minimum": 1, "maximum": 100},
    "languages": several(LANGUAGE, 5),
    "skills": several(SKILL, 50),
}
_NEVER_NULL: Final = frozenset(("policy", "gap_s", *_AGENT))
_SHOWN_TEAM: Final = record({name: one if name in ("policy", "gap_s") else or_null(one) for name, one in _TEAM.items()})
_SHOWN_AGENT: Final = record(_AGENT)
_SHOWN_POLICY: Final = record({"name": TEXT, "label": TEXT, "about": TEXT})


class SharingRoutes:
    """Who is given what."""

    def __init__(self, parts: Sharing, texts: Texts) -> None:
        self._parts = parts
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/teams/{id}/assignment",
                self.get_team_assignment,
                "How a team shares out what comes",
                {200: _SHOWN_TEAM},
            ),
            Route(
                "PATCH",
                "/teams/{id}/assignment",
                self.change_team_assignment,
                "Changes what is given; null switches a limit off",
                {200: _SHOWN_TEAM},
                body=record(_TEAM, [], closed=True),
                permission=sharing.OF_TEAMS,
                example={"policy": "juniors_first", "escalate_s": 90, "capacity": None},
            ),
            Route(
                "GET",
                "/agents/{id}/assignment",
                self.get_agent_assignment,
                "What an agent can take",
                {200: _SHOWN_AGENT},
            ),
            Route(
                "PATCH",
                "/agents/{id}/assignment",
                self.change_agent_assignment,
                "Changes what is given",
                {200: _SHOWN_AGENT},
                body=record(_AGENT, [], closed=True),
                permission=sharing.OF_AGENTS,
                example={"capacity": 5, "level": 2, "languages": ["hy", "ru"], "skills": ["colouring"]},
            ),
            Route("GET", "/policies", self.list_policies, "The ways to share out", {200: listed(_SHOWN_POLICY)}),
            Route(
                "GET",
                "/skills",
                self.list_skills,
                "All skills that somebody has",
                {200: listed(record({"name": TEXT}))},
            ),
        ]

    async def get_team_assignment(self, call: Call) -> Answer:
        """All of it."""
        return Answer(await self._parts.find_team(call.path_id()))

    async def change_team_assignment(self, call: Call) -> Answer:
        """All or nothing."""
        values = _values(call.body)
        return Answer(await self._parts.change_team(call.session.agent, call.path_id(), values, call.remote))

    async def get_agent_assignment(self, call: Call) -> Answer:
        """All of it."""
        return Answer(await self._parts.find_agent(call.path_id()))

    async def change_agent_assignment(self, call: Call) -> Answer:
        """All or nothing."""
        values = _values(call.body)
        return Answer(await self._parts.change_agent(call.session.agent, call.path_id(), values, call.remote))

    async def list_policies(self, call: Call) -> Answer:
        """With what each does in plain words; a package's own has its name only."""
        shown: list[dict[str, object]] = []
        for name in sharing.list_policies():
            known = name in sharing.BUILT_IN
            words = {
                part: self._texts.get(call.language, f"hours.policy.{part}.{name}") if known else ""
                for part in ("label", "about")
            }
            shown.append({"name": name, "label": words["label"] or name, "about": words["about"]})
        return page_of(shown, None)

    async def list_skills(self, call: Call) -> Answer:
        """By name."""
        return page_of([{"name": name} for name in await self._parts.list_skills()], None)


def _values(body: JsonObject) -> Mapping[str, object]:
    """1.0 is 1, as JSON has it; null of what cannot be switched off says nothing."""
    given = {name: value for name, value in body.items() if value is not None or name not in _NEVER_NULL}
    return {name: int(value) if isinstance(value, float) else _trimmed(value) for name, value in given.items()}


def _trimmed(value: object) -> object:
    if not isinstance(value, list):
        return value
    return list(dict.fromkeys(str(one).strip() for one in value))
