"""REST: the bot beside an agent: a dialog given back to it, and what it would have one answer."""

from business.team.places import name_place
from crm_store.engine import Store
from desk import render
from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import CONVERSATION, ID, TEXT, listed, record
from desk.view import DeskView
from routing.handoff import Handoff
from routing.presence import LivePresence
from routing.suggestions import Suggestions

_PLACE = record({"firm": TEXT, "phone": TEXT, "address": TEXT, "city": TEXT})
_SUGGESTION = record({"source": TEXT, "id": ID, "title": TEXT, "language": TEXT, "text": TEXT})


class HelpingRoutes:
    """One conversation."""

    def __init__(
        self,
        store: Store,
        business: str,
        view: DeskView,
        handoff: Handoff,
        presence: LivePresence,
        suggestions: Suggestions,
    ) -> None:
        self._store = store
        self._business = business
        self._view = view
        self._handoff = handoff
        self._presence = presence
        self._suggestions = suggestions

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "GET",
                "/conversations/{id}/suggestions",
                self.suggest,
                "Up to three answers to what the customer waits for; in those of `source` canned the fields are open",
                {200: listed(_SUGGESTION)},
            ),
            Route(
                "GET",
                "/conversations/{id}/place",
                self.find_place,
                "What canned responses may name of the branch of a conversation; empty: not known",
                {200: _PLACE},
            ),
            Route(
                "POST",
                "/conversations/{id}/give-back",
                self.give_back,
                "Lets the bot have a conversation again; one that it has already stays as it is",
                {200: CONVERSATION},
            ),
        ]

    async def suggest(self, call: Call) -> Answer:
        """None where nobody waits for an agent."""
        agent = call.session.agent
        head = await self._view.head(agent, call.path_id())
        found = await self._suggestions.find(agent, head)
        shown = [
            {"source": one.source, "id": one.id, "title": one.title, "language": one.language, "text": one.text}
            for one in found
        ]
        return Answer({"items": shown, "next": None})

    async def find_place(self, call: Call) -> Answer:
        """The business's name where the conversation is of no branch."""
        head = await self._view.head(call.session.agent, call.path_id())
        branch_id = None if head.branch is None else head.branch.id
        return Answer(await self._store.read(lambda tx: name_place(tx, branch_id, self._business)))

    async def give_back(self, call: Call) -> Answer:
        """As it is then."""
        head = await self._handoff.give_back(call.session.agent, call.path_id())
        return Answer(render.conversation(head, self._presence.visitor_online))
