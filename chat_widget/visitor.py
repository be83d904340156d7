"""The Socket.IO namespace /visitor: the web channel's way in (contract.md)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from chat_widget import render
from chat_widget.answering import Answering, read_timezone
from chat_widget.asking import read_answers
from chat_widget.robots import ANSWER, TRAP, Robots
from chat_widget.session import Guard, Session
from chat_widget.settings import VisitorSettings
from chat_widget.tokens import VisitorTokens
from conversation.clock import from_ms, to_iso
from conversation.errors import BarevError, Rejected
from conversation.forms import show_form
from conversation.inboxes import Face, Inboxes, allows
from conversation.messages import ContactCard, Conversation, Json, JsonObject, Language
from conversation.ports import AddressKey, Inbound, Intake, PageView, Posted, Presence, Start, Texts, Transcript, Ways
from conversation.reply_time import ReplyTimes
from conversation.sockets import Reply, Socket, SocketServer
from conversation.wire import (
    Link,
    as_object,
    choose_language,
    error_ack,
    error_body,
    get_bool,
    get_client_id,
    get_ids,
    get_int,
    get_message_text,
    get_optional_int,
    get_optional_text,
    get_text,
)

NAMESPACE = "/visitor"
EVERYBODY = "everybody"
_URL_LIMIT = 2000
_TITLE_LIMIT = 300
_BROWSER_LIMIT = 400
_LOOKED_UP = 100
_SPEAKING = frozenset(("message", "start", "choose", "rate", "typing"))
"""What who is kept out may not do."""

Handler = Callable[[Socket, Session, JsonObject, Reply], Awaitable[None] | None]


class _Said(NamedTuple):
    client_id: str
    text: str
    reply_to: int | None
    files: tuple[int, ...]


class VisitorNamespace:
    """Lets visitors in by an anonymous signed token and carries their events to the intake."""

    name = NAMESPACE

    def __init__(
        self,
        settings: VisitorSettings,
        server: SocketServer,
        intake: Intake,
        transcript: Transcript,
        presence: Presence,
        texts: Texts,
        reply_times: ReplyTimes,
        inboxes: Inboxes,
        link: Link,
        ways: Ways,
    ) -> None:
        self._settings = settings
        self._server = server
        self._intake = intake
        self._transcript = transcript
        self._presence = presence
        self._texts = texts
        self.link = link
        self.answering = Answering(server, presence, texts, reply_times, NAMESPACE)
        self.tokens = VisitorTokens(settings.secret, settings.token_days)
        self._inboxes = inboxes
        self._ways = ways
        self.guard = Guard(settings, Robots(settings.secret))
        self._reposts: set[asyncio.Task[None]] = set()
        self._handlers: dict[str, Handler] = {
            "message": self._message,
            "hello": self._hello,
            "start": self._start,
            "sync": self._sync,
            "history": self._history,
            "messages": self._find_messages,
            "typing": self._typing,
            "read": self._read,
            "rate": self._rate,
            "choose": self._choose,
            "page": self._page,
            "ways": self._list_ways,
            "leave": self._leave,
        }

    async def connect(self, socket: Socket, auth: JsonObject) -> None:
        """Reads the handshake. Raises Rejected: a token that is not ours, an address that opens too much, a site where
        the chat may not stand, a customer whom the site does not vouch for."""
        wanted = get_optional_text(auth, "language", 40)
        language = self.choose_language(wanted, socket.headers.get("accept-language"))
        socket.state = session = Session("", language, PageView(), None, socket.remote)  # a refusal is in his language
        token = get_optional_text(auth, "token", 400)
        vouched = auth.get("identity") is not None
        self.guard.check_connection(session, token is None and not vouched, auth.get(ANSWER))
        key = self.tokens.make_key() if token is None else self.tokens.read(token, time.time())
        session.key = session.browser_key = key
        session.page = PageView(
            get_optional_text(auth, "page_url", _URL_LIMIT),
            get_optional_text(auth, "page_title", _TITLE_LIMIT),
            get_optional_text(auth, "referrer", _URL_LIMIT),
        )
        session.inbox_key = get_optional_text(auth, "widget", 100)
        session.timezone = read_timezone(auth)
        inbox = await self._inboxes.find(session.inbox_key)
        if not allows(inbox.domains, socket.headers.get("origin"), socket.headers.get("host", "")):
            raise Rejected("forbidden", "error.origin_refused", field="origin")
        if vouched:
            socket.join(f"k:{key}")  # by his browser's key he brings files
            signature = get_text(auth, "identity_hash", 200, default="")
            found = await self._inboxes.recognise(session.address, auth["identity"], signature)
            session.key, session.stated = found.address, found.answers
        self.look_for_block(session)
        socket.join(f"v:{session.key}")
        socket.join(EVERYBODY)
        self.answering.join(socket, session)

    def disconnected(self, socket: Socket) -> None:
        """Writes down when a known visitor was last seen."""
        session = socket.state
        if isinstance(session, Session) and session.contact_id is not None:
            if session.typing_until_s > time.monotonic() and session.conversation_id is not None:
                self._intake.typing(session.conversation_id, session.name, False)
            self._seen(session, False)

    def receive(self, socket: Socket, event: str, data: Json, reply: Reply) -> Awaitable[None] | None:
        """One event; ``message`` on a known conversation is queued for the next commit at once."""
        session = socket.state
        handler = self._handlers.get(event)
        if not isinstance(session, Session) or handler is None:
            raise Rejected("invalid", "error.event_unknown", event=event[:40])
        self.guard.check_event(session, message=event == "message")
        if session.blocked is not None and event in _SPEAKING:
            raise Rejected("forbidden", "inbox.blocked")
        return handler(socket, session, as_object(data), reply)

    # --- events -----------------------------------------------------------------------------------------------------

    def _message(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> Awaitable[None] | None:
        client_id = get_client_id(data)
        files = get_ids(data, "attachments", self._settings.files_limit)
        text = get_message_text(data, self._settings.text_limit, files=bool(files))
        said = _Said(client_id, text, get_optional_int(data, "reply_to"), tuple(dict.fromkeys(files)))
        if session.conversation_id is None:
            return self._post_after_start(socket, session, partial(self._post, socket, session, said, reply))
        self._post(socket, session, said, reply)
        return None

    async def _post_after_start(self, socket: Socket, session: Session, post: Callable[[], None]) -> None:
        await self._load(socket, session)
        if session.blocked is not None:
            raise Rejected("forbidden", "inbox.blocked")
        if session.conversation_id is None:
            self.guard.check_begin(session, {}, None)
            await self._begin(socket, session, {}, 0)
        post()

    def _post(self, socket: Socket, session: Session, said: _Said, reply: Reply, *, again: bool = False) -> None:
        if session.conversation_id is None or session.contact_id is None:
            raise Rejected("not_found", "error.conversation_not_found")
        session.typing_until_s = 0.0
        message = Inbound(session.conversation_id, session.contact_id, session.name, *said, session.browser_key)

        def done(outcome: Posted | BarevError) -> None:
            if again or not isinstance(outcome, Rejected) or outcome.text_key != "error.conversation_not_found":
                self._answer(session.language, reply, outcome)
                return
            post = partial(self._post, socket, session, said, reply, again=True)
            task = asyncio.get_running_loop().create_task(self._post_anew(socket, session, post, reply))
            self._reposts.add(task)
            task.add_done_callback(self._reposts.discard)

        self._intake.post(message, done)

    async def _post_anew(self, socket: Socket, session: Session, post: Callable[[], None], reply: Reply) -> None:
        """His contact was merged into another meanwhile: asks anew who he is, and posts once more."""
        try:
            await self._load(socket, session, again=True)
            post()
        except BarevError as error:
            reply(error_ack(self._texts, session.language, error))

    def _answer(self, language: Language, reply: Reply, outcome: Posted | BarevError) -> None:
        if isinstance(outcome, BarevError):
            reply(error_ack(self._texts, language, outcome))
        else:
            reply(
                {
                    "ok": True,
                    "id": outcome.id,
                    "seq": outcome.seq,
                    "change": outcome.change,
                    "at": to_iso(from_ms(outcome.at_ms)),
                }
            )

    async def _hello(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        found = await self._load(socket, session, again=True)
        face = await self._face(session)
        card = found[0] if found else None
        known = {**session.stated, **({"name": card.name, "phone": card.phone, "email": card.email} if card else {})}
        answer: dict[str, object] = {
            "ok": True,
            "token": self.tokens.issue(session.browser_key, time.time()),
            "contact": self._contact(session, card),
            "messages": [],
            "more_before": False,
            "last_change": 0,
            "business": {"name": face.title or self._settings.business_name},
            "form": show_form(face.asked, known),
            "greeting": self._greeting(face, session.language),
            "theme": face.theme,
            "widget": face.widget,
            "blocked": self.show_block(session),
            "files": {"most": self._settings.files_limit, "size_mb": self._settings.file_mb},
            "language": session.language,
            **self.answering.show(session),
        }
        page = None
        while session.conversation_id is not None and (page is None or page.conversation.id != session.conversation_id):
            page = await self._transcript.latest(session.conversation_id, "visitor", self._settings.first_page)
        if page is not None:
            session.follow(page.conversation)
            answer["conversation"] = render.conversation(page.conversation)
            answer["messages"] = [render.message(one, self.link) for one in page.messages]
            answer["more_before"] = page.more
            answer["last_change"] = page.last_change
        reply(answer)
        await self._look_at(session)

    async def _start(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        given = as_object(data.get("answers")) if isinstance(data.get("answers"), dict) else {}
        self.guard.check_begin(session, given, data.get(ANSWER))
        asked = (await self._face(session)).asked
        answers, agreed = read_answers(data, asked, self._settings.answer_limit)
        answers.pop(TRAP, None)
        conversation = await self._begin(socket, session, answers, agreed)
        reply(
            {
                "ok": True,
                "token": self.tokens.issue(session.browser_key, time.time()),
                "conversation": render.conversation(conversation),
            }
        )

    async def _sync(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        after = get_int(data, "after_change", least=0)
        known = get_optional_int(data, "conversation_id")
        await self._load(socket, session)
        if session.conversation_id is None:
            reply({"ok": True, "messages": [], "conversation": None, "last_change": 0, "more": False})
            return
        if known is not None and known != session.conversation_id:
            after = 0
        page = await self._transcript.changes(session.conversation_id, after, "visitor", self._settings.page)
        reply({"ok": True, **render.changes(page, self.link)})

    async def _history(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        before = get_int(data, "before_seq")
        rows = min(get_optional_int(data, "limit") or self._settings.first_page, self._settings.page)
        page = await self._transcript.before(await self._conversation(socket, session), before, "visitor", rows)
        reply(
            {
                "ok": True,
                "messages": [render.message(one, self.link) for one in page.messages],
                "more_before": page.more,
            }
        )

    async def _find_messages(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        ids = get_ids(data, "ids", _LOOKED_UP)
        found = await self._transcript.find(await self._conversation(socket, session), ids, "visitor")
        reply({"ok": True, "messages": [render.message(one, self.link) for one in found]})

    def _typing(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        on = get_bool(data, "on")
        now = time.monotonic()
        if session.conversation_id is not None and on != (session.typing_until_s > now):
            session.typing_until_s = now + self._settings.typing_every_s if on else 0.0
            self._intake.typing(session.conversation_id, session.name, on)
        reply({"ok": True})

    async def _read(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        seq = get_int(data, "seq", least=0)
        await self._load(socket, session)
        if session.conversation_id is not None and seq > session.read_seq:
            session.read_seq = await self._intake.mark_read(session.conversation_id, "visitor", seq)
        reply({"ok": True})

    async def _rate(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        score = data.get("score")
        if not isinstance(score, int) or isinstance(score, bool) or not 1 <= score <= 5:
            raise Rejected("invalid", "error.score_wrong", field="score")
        text = get_text(data, "text", self._settings.text_limit, default="")
        await self._intake.rate(await self._conversation(socket, session), score, text)
        reply({"ok": True})

    async def _choose(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        message_id = get_int(data, "message_id")
        value = get_text(data, "value", self._settings.answer_limit)
        conversation_id = await self._conversation(socket, session)
        contact_id = session.contact_id or 0
        posted = await self._intake.choose(conversation_id, contact_id, session.name, message_id, value)
        self._answer(session.language, reply, posted)

    async def _page(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        url = get_text(data, "url", _URL_LIMIT).strip()
        if not url:
            raise Rejected("invalid", "error.field_missing", field="url")
        title = get_optional_text(data, "title", _TITLE_LIMIT)
        session.page = PageView(url, title, session.page.referrer)
        await self._load(socket, session)
        await self._look_at(session)
        reply({"ok": True})

    async def _list_ways(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        await self._load(socket, session)
        found = () if session.blocked is not None else await self._ways.list_ways(session.conversation_id)
        reply({"ok": True, "ways": [one._asdict() for one in found]})

    def _leave(self, socket: Socket, session: Session, data: JsonObject, reply: Reply) -> None:
        if session.contact_id is not None:
            if session.conversation_id is not None and session.typing_until_s > time.monotonic():
                self._intake.typing(session.conversation_id, session.name, False)
            self._seen(session, False)
        session.typing_until_s = 0.0
        reply({"ok": True})

    # --- parts ------------------------------------------------------------------------------------------------------

    async def _load(
        self, socket: Socket, session: Session, *, again: bool = False
    ) -> tuple[ContactCard, Conversation | None] | None:
        """Asks the store who this is, once; joins the conversation's room before reading, so that nothing slips
        between."""
        if session.loaded and not again:
            return None
        while True:
            followed = session.conversation_id
            found = await self._transcript.current(session.address)
            if session.conversation_id == followed:
                break  # else he was told of another conversation meanwhile, and this answer may be the older one
        session.loaded = True
        if found is not None:
            contact, conversation = found
            session.contact_id = contact.id
            session.name = contact.name
            if conversation is not None:
                self.follow(socket, session, conversation)
            self._seen(session, True)
        self.look_for_block(session)
        return found

    async def _begin(self, socket: Socket, session: Session, answers: dict[str, str], agreed: int) -> Conversation:
        asked = (await self._face(session)).asked
        told = {**session.stated, **answers}
        page, zone = session.page, session.timezone
        browser = socket.headers.get("user-agent", "")[:_BROWSER_LIMIT] or None
        start = Start(session.address, session.language, told, page, session.remote, zone, asked, agreed, browser)
        if session.blocked is not None:
            raise Rejected("forbidden", "inbox.blocked")
        conversation = await self._intake.start(start)
        self.guard.count_begin(session, conversation.id)
        self.follow(socket, session, conversation)
        self._seen(session, True)
        return conversation

    async def check_upload(self, key: str, remote: str) -> None:
        """Whether the browser of this key may bring a file. Raises Rejected too_many; forbidden where he is kept out,
        as a contact, at his address, as the customer the site vouches for in one of his tabs here, or by network."""
        self.guard.check_upload(key, remote)
        await self._inboxes.find(None)  # who is kept out is read with it
        address = AddressKey("web", key, None)
        known = await self._transcript.current(address)
        tabs = (socket.state for socket in self._server.members(NAMESPACE, f"k:{key}"))
        blocked = self._inboxes.find_block(address, known[0].id if known else None, remote) is not None
        if blocked or any(isinstance(tab, Session) and tab.blocked is not None for tab in tabs):
            raise Rejected("forbidden", "inbox.blocked")

    def _seen(self, session: Session, here: bool) -> None:
        if session.contact_id is not None and session.here != here:
            session.here = here
            self._presence.visitor_seen(session.contact_id, here)

    async def _conversation(self, socket: Socket, session: Session) -> int:
        await self._load(socket, session)
        if session.blocked is not None:
            raise Rejected("forbidden", "inbox.blocked")
        if session.conversation_id is None:
            raise Rejected("not_found", "error.conversation_not_found")
        return session.conversation_id

    def choose_language(self, wanted: str | None, accept_language: str | None) -> Language:
        """The language of a visitor among those the business offers."""
        return choose_language(wanted, accept_language, self._settings.languages)

    def say_error(self, language: Language, error: BarevError) -> dict[str, object]:
        """What a visitor is told of an error."""
        return error_body(self._texts, language, error)

    def follow(self, socket: Socket, session: Session, conversation: Conversation) -> None:
        """From now on this tab hears of that conversation, and of no other."""
        if session.conversation_id is not None and session.conversation_id != conversation.id:
            socket.leave(f"c:{session.conversation_id}")
        session.follow(conversation)
        socket.join(f"c:{conversation.id}")

    async def _look_at(self, session: Session) -> None:
        """While a talk goes on, the agents see where on the site he is."""
        if session.conversation_id is not None and not session.resolved and session.blocked is None:
            await self._intake.look_at(session.conversation_id, session.page)

    async def _face(self, session: Session) -> Face:
        return (await self._inboxes.find(session.inbox_key)).face(session.language)

    def _greeting(self, face: Face, language: Language) -> str:
        away = "" if self._presence.agents_online() else face.away
        usual = self._settings.business_name
        return away or face.greeting or self._texts.get(language, "greeting.default", business=face.title or usual)

    def look_for_block(self, session: Session) -> bool:
        """Whether he may write, as it stands now; True where that changed."""
        before = session.blocked
        session.blocked = self._inboxes.find_block(session.address, session.contact_id, session.remote)
        return session.blocked != before

    def show_block(self, session: Session) -> dict[str, object] | None:
        """What who is kept out is told."""
        if session.blocked is None:
            return None
        until = session.blocked.until
        text = self._texts.get(session.language, "inbox.blocked")
        return {"text": text, "until": None if until is None else to_iso(until)}

    def _contact(self, session: Session, card: ContactCard | None) -> dict[str, object]:
        shown: dict[str, object] = {"id": session.key, "name": None, "language": session.language}
        if card is not None:
            shown["name"] = card.name or None
            if card.phone:
                shown["phone"] = card.phone
            if card.email:
                shown["email"] = card.email
        return shown
