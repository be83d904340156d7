"""REST: canned responses."""

from typing import Final, get_args

from business.team.canned import FIELDS, Canned, CannedWish, may_edit
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Agent, JsonObject, Language
from conversation.wire import get_bool, get_int, get_text
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import ID, MOMENT, PERSON, TEXT, WHOLE, Schema, listed, or_null, record

_SHORTCUT_LIMIT: Final = 40
_TEXT_LIMIT: Final = 4000
_LANGUAGES: Final = get_args(Language)
_SHORTCUT: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": _SHORTCUT_LIMIT,
    "pattern": "^[^\u0000-\u0020\u007f-\u00a0\u2000-\u200f\u2028-\u202f\u3000/{}]+$",
    "description": "One word; capital letters make no difference.",
}
_TEXTS: Schema = {
    "type": "object",
    "properties": {one: {"type": "string", "maxLength": _TEXT_LIMIT} for one in _LANGUAGES},
    "additionalProperties": False,
    "minProperties": 1,
    "description": "By language. Fields: " + ", ".join(f"`{{{name}}}`" for name in FIELDS) + ".",
}
_FLAG: Schema = {"type": "boolean"}
CANNED = record(
    {
        "id": WHOLE,
        "shortcut": TEXT,
        "texts": _TEXTS,
        "shared": _FLAG,
        "team": or_null(PERSON),
        "editable": _FLAG,
        "updated_at": MOMENT,
    }
)


class CannedRoutes:
    """Answers written beforehand."""

    def __init__(self, deeds: Canned) -> None:
        self._canned = deeds

    def routes(self) -> list[Route]:
        """The operations."""
        path, one = "/canned-responses", "/canned-responses/{id}"
        return [
            Route(
                "GET", path, self.list_canned, "One's own canned responses and the shared ones", {200: listed(CANNED)}
            ),
            Route(
                "POST",
                path,
                self.add_canned,
                "Adds a canned response: one's own, or with canned.edit a shared one",
                {201: CANNED},
                body=record(
                    {"shortcut": _SHORTCUT, "texts": _TEXTS, "shared": _FLAG, "team_id": or_null(ID)},
                    ["shortcut", "texts"],
                ),
                example={"shortcut": "hello", "texts": {"en": "Hello, {name}! How can I help?"}},
            ),
            Route(
                "PATCH",
                one,
                self.change_canned,
                "Changes what is given of a canned response",
                {200: CANNED},
                body=record({"shortcut": _SHORTCUT, "texts": _TEXTS}, []),
            ),
            Route("DELETE", one, self.remove_canned, "Removes a canned response", {204: None}),
        ]

    async def list_canned(self, call: Call) -> Answer:
        """All at once, by shortcut: an agent has a few dozen."""
        agent = call.session.agent
        found = await self._canned.list_for(agent)
        return Answer({"items": [_show(agent, row) for row in found], "next": None})

    async def add_canned(self, call: Call) -> Answer:
        """``team_id`` of a shared one: for that team only."""
        agent = call.session.agent
        added = await self._canned.add(agent, _read(call.body), call.remote)
        return Answer(_show(agent, added), status=201)

    async def change_canned(self, call: Call) -> Answer:
        """``texts``: exactly these."""
        agent = call.session.agent
        changed = await self._canned.change(agent, call.path_id(), _read(call.body), call.remote)
        return Answer(_show(agent, changed))

    async def remove_canned(self, call: Call) -> Answer:
        """For good."""
        await self._canned.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)


def _read(body: JsonObject) -> CannedWish:
    shortcut = None if body.get("shortcut") is None else get_text(body, "shortcut", _SHORTCUT_LIMIT)
    team_id = None if body.get("team_id") is None else get_int(body, "team_id")
    shared = body.get("shared") is not None and get_bool(body, "shared")
    return CannedWish(shortcut, _read_texts(body), shared, team_id)


def _read_texts(body: JsonObject) -> dict[str, str] | None:
    given = body.get("texts")
    if given is None:
        return None
    if not isinstance(given, dict) or any(language not in _LANGUAGES for language in given):
        raise Rejected("invalid", "error.field_wrong", field="texts")
    return {language: get_text(given, language, _TEXT_LIMIT, default="") for language in given}


def _show(agent: Agent, row: AnyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "shortcut": row.shortcut,
        "texts": row.texts,
        "shared": row.agent_id is None,
        "team": None if row.team_id is None else {"id": row.team_id, "name": row.team_name},
        "editable": may_edit(agent, row),
        "updated_at": to_iso(row.updated_at),
    }
