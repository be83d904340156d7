"""The Socket.IO namespace /desk: what agents do with dialogs (contract.md)."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, get_args

from business.team.accounts import Accounts
from conversation.channels import Ability
from conversation.clock import from_iso, from_ms, to_iso
from conversation.errors import BarevError, Rejected
from conversation.limits import Limiter
from conversation.messages import Agent, Channel, Conversation, Json, JsonObject, Language, PresenceStatus
from conversation.ports import Texts
from conversation.sockets import Reply, Socket
from conversation.wire import (
    as_object,
    choose_language,
    error_ack,
    get_bool,
    get_client_id,
    get_ids,
    get_int,
    get_message_text,
    get_optional_int,
    get_optional_text,
    get_text,
)
from crm_store.appending import Appended
from desk import render
from desk.outside import Outside
from desk.publish import NAMESPACE, rooms_of
from desk.session import Session, cookie_token, may_hear
from desk.settings import DeskSettings
from desk.view import DeskView
from routing.audiences import Audiences
from routing.handoff import Handoff
from routing.presence import LivePresence
from routing.reads import ReadMarks
from routing.replies import Replies

Handler = Callable[[Socket, Session, JsonObject, Reply], Awaitable[None] | None]


class BackupReminder(Protocol):
    """Says whether the last backup is too old."""

    @property
    def overdue(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the door works with. ``abilities``: of each channel with an open door, what agents are offered there."""

    accounts: Accounts
    view: DeskView
    handoff: Handoff
    replies: Replies
    reads: ReadMarks
    presence: LivePresence
    audiences: Audiences
    texts: Texts
    backups: BackupReminder
    outside: Outside
    abilities: Callable[[], Mapping[Channel, Sequence[Ability]]]


class DeskNamespace:
    """Lets agents in by their session and carries their events to routing."""

    name = NAMESPACE

    def __init__(self, settings: DeskSettings, parts: DeskParts) -> None:
        self._settings = settings
        self._parts = parts
        self._windows: dict[int, set[Socket]] = {}
        self._limiter = Limiter(settings.rest_rate)
        self._handlers: dict[str, Handler] = {
            "hello": self._hello,
            "open": self._open,
            "history": self._history,
            "reply": partial(self._say, private=False),
            "note": partial(self._say, private=True),
            "edit_message": self._edit,
            "delete_message": self._delete,
            "typing": self._typing,
            "read": self._read,
            "take": self._take,
            "give_back": self._give_back,
            "assign": self._assign,
            "escalate": self._escalate,
            "resolve": self._resolve,
            "reopen": self._reopen,
            "snooze": self._snooze,
            "presence": self._choose_presence,
            "sync": self._sync,
        }

    async def connect(self, socket: Socket, auth: JsonObject) -> None:
        """Checks the session (token, or the cookie of the same origin). Raises Rejected unauthorized."""
        token = get_optional_text(auth, "token", 400)
        if token is None and same_origin(socket.headers):
            token = cookie_token(socket.headers.get("cookie"))
        if token is None:
            raise Rejected("unauthorized", "error.session_expired")
        session = await self._parts.accounts.find_session(token)
        agent = session.agent
        wanted = get_optional_text(auth, "language", 40)
        language = choose_language(wanted or agent.language, None, self._settings.languages)
        socket.state = Session(agent, session.id, language)
        socket.join(f"s:{session.id}")
        for room in rooms_of(agent):
            socket.join(room)
        self._windows.setdefault(session.id, set()).add(socket)
        self._parts.presence.agent_came(agent, agent.status)

    def disconnected(self, socket: Socket) -> None:
        """One window fewer; the agent goes offline a little after his last."""
        session = socket.state
        if isinstance(session, Session):
            windows = self._windows.get(session.session_id, set())
            windows.discard(socket)
            if not windows:
                self._windows.pop(session.session_id, None)
            self._parts.presence.agent_went(session.agent)

    def sessions(self) -> dict[int, Agent]:
        """The sessions that have a window open here, with the agent as their windows know him."""
        known = ((key, next(iter(windows)).state) for key, windows in sorted(self._windows.items()))
        return {key: state.agent for key, state in known if isinstance(state, Session)}

    def receive(self, socket: Socket, event: str, data: Json, reply: Reply) -> Awaitable[None] | None:
        """One event of an agent."""
        session = socket.state
        handler = self._handlers.get(event)
        if not isinstance(session, Session) or handler is None:
            raise Rejected("invalid", "error.event_unknown", event=event[:40])
        wait = self._limiter.take(str(session.session_id), time.monotonic())
        if wait:
            raise Rejected("too_many", "error.rate", retry_after_s=wait, seconds=max(1, round(wait)))
        return handler(socket, session, as_object(data), reply)

    # --- reading ----------------------------------------------------------------------------------------------------

    async def _hello(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        board = await self._parts.view.board(session.agent, self._settings.list_limit)
        presence = self._parts.presence
        reply(
            {
                "ok": True,
                "agent": render.agent(session.agent),
                "conversations": [self._shown(one) for one in board.conversations],
                "counts": board.counts,
                "next": str(board.last_event + 1) if board.counts["all"] > len(board.conversations) else None,
                "agents": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "photo": one.photo,
                        "status": presence.status_of(one.id),
                        "teams": list(one.teams),
                    }
                    for one in board.agents
                ],
                "teams": [render.person(team) for team in board.teams],
                "last_event": board.last_event,
                "settings": {
                    "business": {"name": self._settings.business_name},
                    "languages": list(self._settings.languages),
                    "language": session.language,
                    "presence": presence.status_of(session.agent.id),
                    "demo": self._settings.demo,
                    "text_limit": self._settings.text_limit,
                    "files": {"most": self._settings.files_limit, "size_mb": self._settings.file_mb},
                    "version": self._settings.version,
                    "backup_overdue": self._parts.backups.overdue and "backup.run" in session.agent.permissions,
                },
            }
        )

    async def _open(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id = get_int(data, "conversation_id")
        thread = await self._parts.view.thread(session.agent, conversation_id, None, self._settings.thread_page)
        reply(
            {
                "ok": True,
                "conversation": self._shown(thread.conversation),
                "contact": render.contact(thread.conversation.contact),
                "messages": self._parts.outside.thread(thread.conversation, thread.messages),
                "more_before": thread.more,
                "last_change": thread.conversation.change,
                "pages": [render.page(*one) for one in thread.pages],
                "visit": None if thread.visit is None else render.visit(thread.visit),
                "bot": thread.bot,
                "channels": self._parts.abilities(),
            }
        )

    async def _history(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id, before = get_int(data, "conversation_id"), get_int(data, "before_seq")
        thread = await self._parts.view.thread(session.agent, conversation_id, before, self._settings.thread_page)
        messages = self._parts.outside.thread(thread.conversation, thread.messages)
        reply({"ok": True, "messages": messages, "more_before": thread.more})

    async def _sync(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        after = get_int(data, "after_event", least=0)
        news = await self._parts.view.news(session.agent, after, self._settings.page)
        reply(
            {
                "ok": True,
                "conversations": [self._shown(one) for one in news.conversations],
                "messages": [
                    self._parts.outside.message(one, news.teams[one.conversation_id]) for one in news.messages
                ],
                "gone": news.gone,
                "last_event": news.last_event,
                "more": news.more,
            }
        )

    # --- talking ----------------------------------------------------------------------------------------------------

    def _say(
        self, socket: Socket, session: Session, data: JsonObject, reply: Reply, *, private: bool
    ) -> Awaitable[None] | None:
        conversation_id = get_int(data, "conversation_id")
        client_id = get_client_id(data)
        files = get_ids(data, "attachments", self._settings.files_limit)
        text = get_message_text(data, self._settings.text_limit, files=bool(files))
        reply_to = get_optional_int(data, "reply_to")
        done = partial(self._said, session.language, reply)
        agent = session.agent
        say = partial(self._parts.replies.say, agent, conversation_id, client_id, text, reply_to, private, files, done)
        known = self._parts.audiences.known(conversation_id)
        if known is not None and may_hear(agent, known):
            say()
            return None
        return self._say_after_look(session, conversation_id, say)

    async def _say_after_look(self, session: Session, conversation_id: int, say: Callable[[], None]) -> None:
        audience = await self._parts.view.audience(session.agent, conversation_id)
        self._parts.audiences.remember(audience)
        say()

    def _said(self, language: Language, reply: Reply, outcome: Appended | BarevError) -> None:
        if isinstance(outcome, BarevError):
            reply(error_ack(self._parts.texts, language, outcome))
        else:
            numbers = {"id": outcome.id, "seq": outcome.seq, "change": outcome.change, "event": outcome.event}
            reply({"ok": True, **numbers, "at": to_iso(from_ms(outcome.at_ms))})

    async def _edit(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        message_id, text = get_int(data, "message_id"), get_message_text(data, self._settings.text_limit)
        edited = await self._parts.replies.edit(session.agent, message_id, text)
        reply({"ok": True, "message": render.message(edited, self._parts.outside.link)})

    async def _delete(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        deleted = await self._parts.replies.delete(session.agent, get_int(data, "message_id"))
        reply({"ok": True, "message": render.message(deleted, self._parts.outside.link)})

    async def _typing(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id, on = get_int(data, "conversation_id"), get_bool(data, "on")
        known = self._parts.audiences.known(conversation_id)
        if known is None:
            known = await self._parts.view.audience(session.agent, conversation_id)
            self._parts.audiences.remember(known)
        if not may_hear(session.agent, known):
            raise Rejected("not_found", "error.conversation_not_found")
        now = time.monotonic()
        was_on = session.typing[0] == conversation_id and session.typing[1] > now
        if on != was_on:
            session.typing = (conversation_id, now + self._settings.typing_every_s if on else 0.0)
            self._parts.audiences.typing(conversation_id, "agent", session.agent.name, session.agent.id, on)
        reply({"ok": True})

    async def _read(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id, seq = get_int(data, "conversation_id"), get_int(data, "seq", least=0)
        await self._parts.view.audience(session.agent, conversation_id)
        await self._parts.reads.mark(conversation_id, "agent", seq)
        reply({"ok": True})

    # --- handing over -----------------------------------------------------------------------------------------------

    async def _take(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        taken = await self._parts.handoff.take(session.agent, get_int(data, "conversation_id"))
        answer: dict[str, object] = {"ok": True, "conversation": self._shown(taken.conversation)}
        if taken.load > taken.capacity:
            numbers = {"load": taken.load, "capacity": taken.capacity}
            message = self._parts.texts.get(session.language, "notice.over_capacity", **numbers)
            answer["warning"] = {"code": "over_capacity", "message": message, **numbers}
        reply(answer)

    async def _give_back(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id = get_int(data, "conversation_id")
        self._answer(reply, await self._parts.handoff.give_back(session.agent, conversation_id))

    async def _assign(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id = get_int(data, "conversation_id")
        to_agent, to_team = get_optional_int(data, "agent_id"), get_optional_int(data, "team_id")
        if (to_agent is None) == (to_team is None):
            raise Rejected("invalid", "error.field_missing", field="agent_id | team_id")
        changed = await self._parts.handoff.assign(session.agent, conversation_id, to_agent=to_agent, to_team=to_team)
        self._answer(reply, changed)

    async def _escalate(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id, team_id = get_int(data, "conversation_id"), get_optional_int(data, "team_id")
        self._answer(reply, await self._parts.handoff.escalate(session.agent, conversation_id, team_id))

    async def _resolve(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        self._answer(reply, await self._parts.handoff.resolve(session.agent, get_int(data, "conversation_id")))

    async def _reopen(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        self._answer(reply, await self._parts.handoff.reopen(session.agent, get_int(data, "conversation_id")))

    async def _snooze(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        conversation_id, until = get_int(data, "conversation_id"), get_text(data, "until", 40)
        try:
            moment = from_iso(until)
        except ValueError as error:
            raise Rejected("invalid", "error.until_wrong", field="until") from error
        self._answer(reply, await self._parts.handoff.snooze(session.agent, conversation_id, moment))

    async def _choose_presence(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        wanted = data.get("status")
        status = next((one for one in get_args(PresenceStatus) if one == wanted), None)
        if status is None:
            raise Rejected("invalid", "error.presence_wrong", field="status")
        await self._parts.presence.set_status(session.agent, status)
        reply({"ok": True, "status": status, "agents_online": self._parts.presence.agents_online()})

    # --- parts ------------------------------------------------------------------------------------------------------

    def _shown(self, conversation: Conversation) -> dict[str, object]:
        return render.conversation(conversation, self._parts.presence.visitor_online)

    def _answer(self, reply: Reply, conversation: Conversation) -> None:
        reply({"ok": True, "conversation": self._shown(conversation)})


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a browser's request comes from our own pages: no Origin (no browser, or same-origin GET), or our
    host's."""
    origin = headers.get("origin")
    return origin is None or origin.split("://", 1)[-1].casefold() == headers.get("host", "").casefold()
