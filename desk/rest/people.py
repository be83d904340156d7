"""REST: log-in, the firm's people and places, the audit log, and the demo."""

from dataclasses import dataclass
from typing import Protocol

from business.team.accounts import Accounts, Session
from conversation.clock import to_iso
from conversation.events import SessionRevoked
from conversation.messages import Agent, JsonObject, Language
from conversation.ports import Texts
from conversation.wire import as_object, get_optional_text, get_text
from crm_store import audit
from crm_store.engine import Store
from desk import render
from desk.rest.api import Answer, Call, Route, page_of, require_same_origin
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import (
    AGENT,
    AUDIT,
    CREDENTIALS,
    ID,
    LANGUAGE,
    LOGIN,
    NAME,
    SESSION,
    TEXT,
    listed,
    password,
    record,
)
from desk.settings import DeskSettings
from routing.publisher import Publisher

_TEXT_LIMIT = 1000
_WORD = {"type": "string", "maxLength": _TEXT_LIMIT}


@dataclass(frozen=True, slots=True)
class NewOwner:
    """Who owns the desk once the demo's own people are gone."""

    login: str
    password: str
    name: str


class Demo(Protocol):
    """What the wiring hands in to ask of the demo business."""

    async def present(self) -> bool: ...
    async def remove(self, agent: Agent, owner: NewOwner | None) -> dict[str, int]:
        """Removes the demo's rows, returns how many of each kind. Raises Rejected conflict without another owner."""


class PeopleRoutes:
    """Who works here."""

    def __init__(
        self,
        settings: DeskSettings,
        store: Store,
        accounts: Accounts,
        publisher: Publisher,
        texts: Texts,
        demo: Demo,
    ) -> None:
        self._settings = settings
        self._store = store
        self._accounts = accounts
        self._publisher = publisher
        self._texts = texts
        self._demo = demo

    def routes(self) -> list[Route]:
        """The operations."""
        most = self._settings.page
        new_password = password(self._settings.password_min)
        owner = record({"login": LOGIN, "password": new_password, "name": NAME}, ["login", "password"])
        return [
            Route("POST", "/session", self.log_in, "Logs in", {200: SESSION}, body=CREDENTIALS, public=True),
            Route(
                "GET", "/session", self.who, "Whose session this is", {200: record({"agent": AGENT})}, people_only=True
            ),
            Route(
                "DELETE",
                "/session",
                self.log_out,
                "Logs out: the session ends everywhere",
                {204: None},
                people_only=True,
            ),
            Route(
                "POST",
                "/session/password",
                self.change_password,
                "Changes one's own password; one's other sessions end",
                {204: None},
                body=record({"password": _WORD, "new_password": password(self._settings.password_min)}),
                people_only=True,
            ),
            Route(
                "GET",
                "/audit",
                self.list_audit,
                "Who did what, the latest first",
                {200: listed(AUDIT)},
                query=list_query(audit.AUDIT, most, actor=ID),
                permission="audit.read",
            ),
            Route(
                "GET",
                "/texts/desk",
                self.get_texts,
                "The desk's texts in a language",
                {200: {"type": "object", "additionalProperties": TEXT}},
                query={"language": LANGUAGE},
                public=True,
            ),
            Route(
                "GET",
                "/demo",
                self.get_demo,
                "Whether demo data is there",
                {200: record({"present": {"type": "boolean"}})},
            ),
            Route(
                "DELETE",
                "/demo",
                self.remove_demo,
                "Removes the demo data; what was typed meanwhile stays",
                {200: record({"removed": {"type": "object"}})},
                body=record({"owner": owner}, []),
                permission="demo.remove",
            ),
        ]

    async def log_in(self, call: Call) -> Answer:
        """Opens a session: the token in the body, the same in an HttpOnly cookie."""
        require_same_origin(call.request)
        login = get_text(call.body, "login", _TEXT_LIMIT)
        password = get_text(call.body, "password", _TEXT_LIMIT)
        user_agent = call.request.headers.get("User-Agent")
        session = await self._accounts.log_in(login, password, call.remote, user_agent)
        body = {"token": session.token, "agent": render.agent(session.agent)}
        return Answer(body, cookie=session.token)

    async def who(self, call: Call) -> Answer:
        """The agent of the session."""
        return Answer({"agent": render.agent(call.session.agent)})

    async def log_out(self, call: Call) -> Answer:
        """Ends the session and its live windows."""
        session: Session = call.session
        await self._accounts.log_out(session, call.remote)
        self._publisher.publish(SessionRevoked(session.id))
        return Answer(None, status=204, cookie="")

    async def change_password(self, call: Call) -> Answer:
        """By the present one."""
        old = get_text(call.body, "password", _TEXT_LIMIT)
        new = get_text(call.body, "new_password", _TEXT_LIMIT)
        for session_id in await self._accounts.change_password(call.session, old, new, call.remote):
            self._publisher.publish(SessionRevoked(session_id))
        return Answer(None, status=204)

    async def list_audit(self, call: Call) -> Answer:
        """The audit log (feature AU-01)."""
        asked, actor = wanted(call, audit.AUDIT, self._settings.page), call.query_int("actor", None, 1, 10**15)
        entries, following = await self._store.read(lambda tx: audit.page_entries(tx, asked, actor))
        shown: list[dict[str, object]] = [
            {
                "id": entry.id,
                "at": to_iso(entry.at),
                "actor_kind": entry.actor_kind,
                "actor_id": entry.actor_id,
                "actor_name": entry.actor_name,
                "action": entry.action,
                "entity": entry.entity,
                "entity_id": entry.entity_id,
                "before": entry.before,
                "after": entry.after,
                "remote": entry.remote,
            }
            for entry in entries
        ]
        return page_of(shown, following)

    async def get_texts(self, call: Call) -> Answer:
        """The catalogue's section ``desk``."""
        wanted = call.query_text("language", 40)
        language: Language = next((one for one in self._settings.languages if one == wanted), call.language)
        return Answer(self._texts.section(language, "desk"))

    async def get_demo(self, call: Call) -> Answer:
        """Whether demo data is there."""
        return Answer({"present": await self._demo.present()})

    async def remove_demo(self, call: Call) -> Answer:
        """Removes the demo data, naming the owner who stays where there is none yet."""
        owner: NewOwner | None = None
        if call.body.get("owner") is not None:
            given: JsonObject = as_object(call.body["owner"])
            login = get_text(given, "login", _TEXT_LIMIT)
            name = get_optional_text(given, "name", _TEXT_LIMIT) or login
            owner = NewOwner(login, get_text(given, "password", _TEXT_LIMIT), name)
        return Answer({"removed": await self._demo.remove(call.session.agent, owner)})
