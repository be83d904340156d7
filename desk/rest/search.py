"""REST: search as you type over contacts and messages."""

from collections.abc import Sequence

from conversation.clock import to_iso
from crm_store import Tx, search
from crm_store.cards import load_cards
from crm_store.engine import Store
from crm_store.search import ContactHit, MessageHit
from desk.rest.api import Answer, Call, Route, Schema, page_of
from desk.rest.contact_schemas import CARD
from desk.rest.contact_wire import card
from desk.rest.schemas import CURSOR, MOMENT, PERSON, TEXT, WHOLE, limit, listed, or_null, record
from desk.session import eyes_of

_PAGE = 20
_MOST = 100
_QUERY_CHARS = 200
_RANGES: Schema = {
    "type": "array",
    "items": {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2},
    "description": "What was found, as [start, end) in code points.",
}
_MATCHED = record({"field": TEXT, "text": TEXT, "ranges": _RANGES})
_FOUND_CONTACT: Schema = {
    "allOf": [CARD, record({"matched": {"type": "array", "items": _MATCHED}})],
}
_FOUND_MESSAGE = record(
    {
        "conversation_id": WHOLE,
        "message_id": WHOLE,
        "seq": WHOLE,
        "at": MOMENT,
        "author": record({"kind": TEXT, "name": TEXT}),
        "contact": PERSON,
        "private": {"type": "boolean"},
        "snippet": TEXT,
        "ranges": _RANGES,
    }
)
_FOUND = record(
    {
        "contacts": {"type": "array", "items": _FOUND_CONTACT},
        "messages": {"type": "array", "items": _FOUND_MESSAGE},
        "next_messages": or_null(TEXT),
    }
)


class SearchRoutes:
    """Finds what is for the agent's eyes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """The operations."""
        asked: Schema = {"type": "string", "maxLength": _QUERY_CHARS}
        return [
            Route(
                "GET",
                "/search",
                self.search,
                "Contacts and messages by a few letters, in any script or keyboard layout",
                {200: _FOUND},
                query={"q": asked, "limit": limit(_MOST)},
            ),
            Route(
                "GET",
                "/search/messages",
                self.search_messages,
                "Messages that a query finds, the latest first; a page may be short although another follows",
                {200: listed(_FOUND_MESSAGE)},
                query={"q": asked, "after": CURSOR, "limit": limit(_MOST)},
            ),
        ]

    async def search(self, call: Call) -> Answer:
        """The first of both kinds, one moment of the store; contacts in the order of their worth."""
        query, rows = call.query_text("q", _QUERY_CHARS), _rows(call)
        eyes = eyes_of(call.session.agent)

        def read(tx: Tx) -> dict[str, object]:
            hits, _ = search.find_contacts(tx, query, limit=rows)
            cards = load_cards(tx, [one.id for one in hits])
            messages, following = search.find_messages(tx, eyes, query, limit=rows)
            return {
                "contacts": [{**card(cards[one.id]), "matched": _matched(one)} for one in hits],
                "messages": [_message(one) for one in messages],
                "next_messages": None if following is None else str(following),
            }

        return Answer(await self._store.read(read))

    async def search_messages(self, call: Call) -> Answer:
        """A page of messages alone."""
        query, rows = call.query_text("q", _QUERY_CHARS), _rows(call)
        after = call.query_int("after", None, 1, 10**15 - 1)
        eyes = eyes_of(call.session.agent)
        hits, following = await self._store.read(
            lambda tx: search.find_messages(tx, eyes, query, after=after, limit=rows)
        )
        return page_of([_message(one) for one in hits], following)


def _rows(call: Call) -> int:
    return call.query_int("limit", _PAGE, 1, _MOST) or _PAGE


def _matched(hit: ContactHit) -> list[dict[str, object]]:
    return [{"field": one.field, "text": one.text, "ranges": _pairs(one.ranges)} for one in hit.matched]


def _message(hit: MessageHit) -> dict[str, object]:
    return {
        "conversation_id": hit.conversation_id,
        "message_id": hit.message_id,
        "seq": hit.seq,
        "at": to_iso(hit.at),
        "author": {"kind": hit.author_kind, "name": hit.author_name},
        "contact": {"id": hit.contact.id, "name": hit.contact.name},
        "private": hit.private,
        "snippet": hit.snippet,
        "ranges": _pairs(hit.ranges),
    }


def _pairs(ranges: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[start, end] for start, end in ranges]
