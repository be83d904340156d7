"""REST: conversations and their messages."""

from conversation.errors import Rejected
from conversation.messages import Conversation, Status
from conversation.wire import Link
from crm_store.conversation_list import CONVERSATIONS
from desk import render
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, wanted
from desk.rest.routes import MOST_ID
from desk.rest.schemas import (
    ASSIGNEE,
    CHANNEL,
    CONVERSATION,
    HANDLER,
    LANGUAGE,
    MESSAGE,
    STATUSES,
    limit,
    listed,
)
from desk.settings import DeskSettings
from desk.view import DeskView
from routing.presence import LivePresence

_STATUSES: dict[str, Status] = {"open": "open", "pending": "pending", "snoozed": "snoozed", "resolved": "resolved"}
_PAGE = 50


class TalkRoutes:
    """What was said."""

    def __init__(self, settings: DeskSettings, view: DeskView, presence: LivePresence, link: Link) -> None:
        self._settings = settings
        self._link = link
        self._view = view
        self._presence = presence

    def routes(self) -> list[Route]:
        """The operations."""
        page = limit(self._settings.page)
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
                    language=LANGUAGE,
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
        return page_of([render.message(one, self._link) for one in thread.messages], following)

    def _shown(self, head: Conversation) -> dict[str, object]:
        return render.conversation(head, self._presence.visitor_online)
