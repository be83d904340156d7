"""REST: conversations and their messages."""

from typing import Final

from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Conversation, Language, Status
from conversation.ports import Texts, Ways
from crm_store.conversation_list import CONVERSATIONS
from crm_store.rows import AnyRow
from desk import render
from desk.outside import Outside
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, wanted
from desk.rest.routes import MOST_ID
from desk.rest.schemas import (
    ASSIGNEE,
    CHANNEL,
    CONVERSATION,
    DECISION,
    HANDLER,
    LANGUAGE,
    MESSAGE,
    STATUSES,
    TEXT,
    limit,
    listed,
    record,
)
from desk.settings import DeskSettings
from desk.view import DeskView
from routing.assignment.reasons import fields_of, tell
from routing.presence import LivePresence

_STATUSES: dict[str, Status] = {"open": "open", "pending": "pending", "snoozed": "snoozed", "resolved": "resolved"}
_PAGE = 50
WAYS: Final = record({"ways": {"type": "array", "items": record({"channel": CHANNEL, "name": TEXT, "url": TEXT})}})


class TalkRoutes:
    """What was said."""

    def __init__(
        self,
        settings: DeskSettings,
        view: DeskView,
        presence: LivePresence,
        outside: Outside,
        texts: Texts,
        ways: Ways,
    ) -> None:
        self._texts = texts
        self._settings = settings
        self._view = view
        self._presence = presence
        self._outside = outside
        self._ways = ways

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
            Route(
                "POST",
                "/conversations/{id}/ways",
                self.make_ways,
                "Makes links by which the customer goes on with a conversation in a messenger, each for one account",
                {200: WAYS},
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
                "/conversations/{id}/decisions",
                self.list_decisions,
                "Who was to answer a conversation, and why, in the order decided",
                {200: listed(DECISION)},
                query={"after": {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "limit": page},
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

    async def make_ways(self, call: Call) -> Answer:
        """Of the messengers that are open, but for the one in which it goes on already."""
        head = await self._view.head(call.session.agent, call.path_id())
        found = await self._ways.list_ways(head.id)
        return Answer({"ways": [one._asdict() for one in found if one.channel != head.channel]})

    async def list_messages(self, call: Call) -> Answer:
        """Messages after a seq; the cursor is the next ``after_seq``."""
        after = call.query_int("after_seq", 0, 0, 10**15) or 0
        rows = call.query_int("limit", self._settings.thread_page, 1, self._settings.page) or self._settings.thread_page
        thread = await self._view.thread_after(call.session.agent, call.path_id(), after, rows)
        following = thread.messages[-1].seq if thread.more else None
        return page_of(self._outside.thread(thread.conversation, thread.messages), following)

    async def list_decisions(self, call: Call) -> Answer:
        """Decisions after one's id; the cursor is the next ``after``."""
        after = call.query_int("after", 0, 0, MOST_ID) or 0
        most = self._settings.page
        rows = call.query_int("limit", _PAGE, 1, most) or _PAGE
        found, more = await self._view.decisions(call.session.agent, call.path_id(), after, rows)
        return page_of([self._decision(row, call.language) for row in found], found[-1].id if more else None)

    def _decision(self, row: AnyRow, language: Language) -> dict[str, object]:
        fields = fields_of(row.kind, row.reason, row.team_name or "")
        return {
            "id": row.id,
            "at": to_iso(row.at),
            "kind": row.kind,
            "agent": None if row.agent_id is None else {"id": row.agent_id, "name": row.agent_name or ""},
            "team": None if row.team_id is None else {"id": row.team_id, "name": row.team_name or ""},
            "policy": row.policy,
            "reason": row.reason,
            "text": tell(self._texts, language, row.kind, fields),
        }

    def _shown(self, head: Conversation) -> dict[str, object]:
        return render.conversation(head, self._presence.visitor_online)
