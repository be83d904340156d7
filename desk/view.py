"""What the desk reads: lists, dialogs, and everything changed since. Each answer is one snapshot of the store."""

from dataclasses import dataclass, field

from business.inboxes.settings import has_bot
from conversation.errors import Rejected
from conversation.events import Audience
from conversation.messages import Agent, Conversation, Message, Person, Status
from crm_store import Tx, agents, assigning, conversations, counters, inboxes, promises, visits
from crm_store.engine import Store
from crm_store.paging import Wanted
from crm_store.rows import AnyRow
from crm_store.visits import View
from desk.session import eyes_of, may_hear


@dataclass(frozen=True, slots=True)
class Board:
    """All that a desk shows at first."""

    conversations: list[Conversation]
    counts: dict[str, int]
    agents: list[Agent]
    teams: list[Person]
    last_event: int


@dataclass(frozen=True, slots=True)
class News:
    """What changed after an event number; ``gone`` are conversations no longer for these eyes. ``teams``: of the
    messages' conversations."""

    conversations: list[Conversation]
    messages: list[Message]
    teams: dict[int, int | None]
    gone: list[int]
    last_event: int
    more: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A dialog with some of its messages in order of seq; ``more``: there are others beyond. Where its end was asked
    for: ``pages``, where its customer was on the site, the latest last, ``visit``, what it began with
    (``visits.find_visit``), and ``bot``, whether it may be given to one."""

    conversation: Conversation
    messages: list[Message]
    more: bool
    pages: list[View] = field(default_factory=list)
    visit: AnyRow | None = None
    bot: bool = False


class DeskView:
    """Reads for one agent: what is not for his eyes does not exist."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def board(self, agent: Agent, limit: int) -> Board:
        """The first picture of the desk."""
        eyes = eyes_of(agent)

        def read(tx: Tx) -> Board:
            return Board(
                conversations.list_unresolved(tx, eyes, limit),
                conversations.count_unresolved(tx, eyes, agent.id),
                agents.list_agents(tx),
                agents.list_teams(tx),
                counters.last_event(tx),
            )

        return await self._store.read(read)

    async def news(self, agent: Agent, after_event: int, limit: int) -> News:
        """Everything changed after an event number."""
        eyes = eyes_of(agent)

        def read(tx: Tx) -> News:
            heads, messages, reached, more = conversations.list_events(tx, eyes, after_event, limit)
            if not more:
                reached = max(reached, counters.last_event(tx))
            teams = promises.list_teams(tx, {one.conversation_id for one in messages})
            gone = conversations.list_gone(tx, eyes, after_event, reached)
            return News(heads, messages, teams, gone, reached, more)

        return await self._store.read(read)

    async def thread(self, agent: Agent, conversation_id: int, before_seq: int | None, limit: int) -> Thread:
        """A dialog and its last messages (before a seq). Raises Rejected not_found."""

        def read(tx: Tx) -> Thread:
            head = _head(tx, agent, conversation_id)
            messages, more = conversations.list_before(tx, conversation_id, before_seq, limit, private=True)
            if before_seq is not None:
                return Thread(head, messages, more)
            visit = visits.find_visit(tx, conversation_id)
            inbox = inboxes.find_inbox(tx, head.inbox_id)
            bot = inbox is not None and has_bot(inbox.settings)
            return Thread(head, messages, more, visits.list_pages(tx, conversation_id), visit, bot)

        return await self._store.read(read)

    async def thread_after(self, agent: Agent, conversation_id: int, after_seq: int, limit: int) -> Thread:
        """A dialog and the messages after a seq. Raises Rejected not_found."""

        def read(tx: Tx) -> Thread:
            head = _head(tx, agent, conversation_id)
            messages, more = conversations.list_after(tx, conversation_id, after_seq, limit)
            return Thread(head, messages, more)

        return await self._store.read(read)

    async def head(self, agent: Agent, conversation_id: int) -> Conversation:
        """The head of one conversation. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _head(tx, agent, conversation_id))

    async def decisions(self, agent: Agent, conversation_id: int, after: int, limit: int) -> tuple[list[AnyRow], bool]:
        """Who was to answer a conversation and why, in the order decided (``assigning.list_decisions``), and whether
        more follow. Raises Rejected not_found."""

        def read(tx: Tx) -> tuple[list[AnyRow], bool]:
            _head(tx, agent, conversation_id)
            rows = assigning.list_decisions(tx, conversation_id, after, limit + 1)
            return rows[:limit], len(rows) > limit

        return await self._store.read(read)

    async def audience(self, agent: Agent, conversation_id: int) -> Audience:
        """Whom a conversation concerns. Raises Rejected not_found."""
        return Audience.of(await self.head(agent, conversation_id))

    async def heads(
        self, agent: Agent, wanted: Wanted, *, statuses: tuple[Status, ...], assignee_id: int | None, unassigned: bool
    ) -> tuple[list[Conversation], str | None]:
        """A page of conversations and the next cursor. Raises Rejected invalid."""

        def read(tx: Tx) -> tuple[list[Conversation], str | None]:
            return conversations.page_heads(
                tx,
                eyes_of(agent),
                wanted,
                statuses=statuses,
                assignee_id=assignee_id,
                unassigned=unassigned,
            )

        return await self._store.read(read)


def _head(tx: Tx, agent: Agent, conversation_id: int) -> Conversation:
    head = conversations.find_head(tx, conversation_id)
    if head is None or not may_hear(agent, Audience.of(head)):
        raise Rejected("not_found", "error.conversation_not_found")
    return head
