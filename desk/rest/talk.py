"""REST: conversations, their messages, contacts."""

from conversation.errors import Rejected
from conversation.messages import Conversation, Status
from conversation.wire import get_optional_text, get_text
from crm_store.conversation_list import CONVERSATIONS
from desk import render
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, wanted
from desk.rest.routes import MOST_ID
from desk.rest.schemas import (
    ASSIGNEE,
    CHANNEL,
    CONTACT,
    CONVERSATION,
    CURSOR,
    HANDLER,
    LANGUAGE,
    MESSAGE,
    STATUSES,
    limit,
    listed,
    record,
)
from desk.settings import DeskSettings
from desk.view import DeskView
from routing.cards import Cards
from routing.presence import LivePresence

_STATUSES: dict[str, Status] = {"open": "open", "pending": "pending", "snoozed": "snoozed", "resolved": "resolved"}
_PAGE = 50
_NAME_LIMIT = 200
_NOTE_LIMIT = 10_000
_STATED = {"type": "string", "maxLength": _NAME_LIMIT}
_CONTACT_BODY = {
    "name": _STATED,
    "phone": {**_STATED, "pattern": "^(.*[0-9].*)?$"},
    "email": {**_STATED, "pattern": "^([^@\\s]+@[^@\\s]+)?$"},
    "language": LANGUAGE,
    "note": {"type": "string", "maxLength": _NOTE_LIMIT},
}


class TalkRoutes:
    """What was said, and to whom."""

    def __init__(self, settings: DeskSettings, view: DeskView, cards: Cards, presence: LivePresence) -> None:
        self._settings = settings
        self._view = view
        self._cards = cards
        self._presence = presence

    def routes(self) -> list[Route]:
        """The operations."""
        page = limit(self._settings.page)
        contact_body = record(_CONTACT_BODY, [])
        return [
            Route(
                "GET",
                "/conversations",
                self.list_conversations,
                "Conversations, the latest changed first unless sorted otherwise",
                {200: listed(CONVERSATION)},
                query=list_query(
                    CONVERSATIONS,
                    self._settings.page,
                    status=STATUSES,
                    assignee=ASSIGNEE,
                    channel=CHANNEL,
                    handler=HANDLER,
                ),
            ),
            Route("GET", "/conversations/{id}", self.get_conversation, "One conversation", {200: CONVERSATION}),
            Route(
                "GET",
                "/conversations/{id}/messages",
                self.list_messages,
                "Messages of a conversation in order of seq",
                {200: listed(MESSAGE)},
                query={"after_seq": {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "limit": page},
            ),
            Route(
                "GET",
                "/contacts",
                self.list_contacts,
                "Contacts by words of their name, phone or e-mail, the latest first",
                {200: listed(CONTACT)},
                query={"q": {"type": "string", "maxLength": 200}, "after": CURSOR, "limit": page},
            ),
            Route("GET", "/contacts/{id}", self.get_contact, "One contact", {200: CONTACT}),
            Route(
                "POST",
                "/contacts",
                self.add_contact,
                "Adds a contact",
                {201: CONTACT},
                body=contact_body,
                permission="contacts.edit",
                once=True,
            ),
            Route(
                "PATCH",
                "/contacts/{id}",
                self.change_contact,
                "Changes what is given of a contact",
                {200: CONTACT},
                body=contact_body,
                permission="contacts.edit",
            ),
        ]

    async def list_conversations(self, call: Call) -> Answer:
        """``assignee``: an agent's id, ``me`` or ``none``; ``status``: one, or several by comma."""
        statuses = []
        for word in filter(None, call.query_text("status").split(",")):
            if word not in _STATUSES:
                raise Rejected("invalid", "error.field_wrong", field="status")
            statuses.append(_STATUSES[word])
        assignee = call.query_text("assignee")
        agent = call.session.agent
        if assignee not in ("", "me", "none") and not (
            assignee.isascii() and assignee.isdigit() and len(assignee) <= 15
        ):
            raise Rejected("invalid", "error.field_wrong", field="assignee")
        heads, following = await self._view.heads(
            agent,
            wanted(call, CONVERSATIONS, self._settings.page),
            statuses=tuple(statuses),
            assignee_id=agent.id if assignee == "me" else int(assignee) if assignee.isdigit() else None,
            unassigned=assignee == "none",
        )
        return page_of([self._shown(head) for head in heads], following)

    async def get_conversation(self, call: Call) -> Answer:
        """One conversation; another's is not found."""
        return Answer(self._shown(await self._view.head(call.session.agent, call.path_id())))

    async def list_messages(self, call: Call) -> Answer:
        """Messages after a seq; the cursor is the next ``after_seq``."""
        after = call.query_int("after_seq", 0, 0, 10**15) or 0
        rows = call.query_int("limit", self._settings.thread_page, 1, self._settings.page) or self._settings.thread_page
        thread = await self._view.thread_after(call.session.agent, call.path_id(), after, rows)
        following = thread.messages[-1].seq if thread.more else None
        return page_of([render.message(one) for one in thread.messages], following)

    async def list_contacts(self, call: Call) -> Answer:
        """Contacts that hold every word of ``q``."""
        after = call.query_int("after", None, 1, 10**15)
        rows = call.query_int("limit", _PAGE, 1, self._settings.page) or _PAGE
        cards, following = await self._view.contacts(call.query_text("q"), after, rows)
        return page_of([render.contact(card) for card in cards], following)

    async def get_contact(self, call: Call) -> Answer:
        """One contact."""
        return Answer(render.contact(await self._view.contact(call.path_id())))

    async def add_contact(self, call: Call) -> Answer:
        """A contact with at least a name, a phone or an e-mail."""
        values = _read_contact(call)
        if not any(values.get(key) for key in ("name", "phone", "email")):
            raise Rejected("invalid", "error.field_missing", field="name")
        card = await self._cards.add(call.session.agent, values, call.remote)
        return Answer(render.contact(card), status=201, headers={"Location": f"/api/v1/contacts/{card.id}"})

    async def change_contact(self, call: Call) -> Answer:
        """Only what is given changes."""
        card = await self._cards.change(call.session.agent, call.path_id(), _read_contact(call), call.remote)
        return Answer(render.contact(card))

    def _shown(self, head: Conversation) -> dict[str, object]:
        return render.conversation(head, self._presence.visitor_online)


def _read_contact(call: Call) -> dict[str, str]:
    values: dict[str, str] = {}
    for key in ("name", "phone", "email"):
        if key in call.body:
            values[key] = get_optional_text(call.body, key, _NAME_LIMIT) or ""
    if call.body.get("note") is not None:
        values["note"] = get_text(call.body, "note", _NOTE_LIMIT)
    if call.body.get("language") is not None:
        language = get_text(call.body, "language", 10)
        if language not in ("hy", "ka", "kk", "ru", "en"):
            raise Rejected("invalid", "error.field_wrong", field="language")
        values["language"] = language
    phone, email = values.get("phone"), values.get("email")
    if phone and not any(c.isdigit() for c in phone):
        raise Rejected("invalid", "error.phone_wrong", field="phone")
    if email and ("@" not in email[1:-1] or any(c.isspace() for c in email)):
        raise Rejected("invalid", "error.email_wrong", field="email")
    return values
