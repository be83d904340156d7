"""REST: what becomes of contacts: their past, duplicates and merges, personal data, the way into the bin."""

from functools import partial

from business.contacts import bin as resting
from business.contacts import duplicates, history, merging, personal
from business.contacts.service import Contacts
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Conversation, Json, JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_int, get_text
from crm_store import Tx, cards
from crm_store.history import Entry
from desk.rest import contact_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.contact_schemas import AFTER, CARD, CONFIRM_BODY, OTHER_BODY, WHOLE_CARD, WHY
from desk.rest.lists import PAGE
from desk.rest.schemas import MOMENT, PERSON, TEXT, WHOLE, Schema, limit, listed, or_null, record
from desk.session import eyes_of
from desk.settings import DeskSettings

_FAR = 10**15
_ANYTHING: Schema = {}
_CHANGE = record({"field": TEXT, "before": _ANYTHING, "after": _ANYTHING})
_ENTRY = record(
    {
        "at": MOMENT,
        "kind": TEXT,
        "id": WHOLE,
        "author": or_null(PERSON),
        "title": TEXT,
        "text": TEXT,
        "changes": {"type": "array", "items": _CHANGE},
        "conversation_id": WHOLE,
        "merge_id": WHOLE,
        "ended_at": MOMENT,
    },
    ["at", "kind", "id", "author", "title"],
)
_PROPOSAL = record({"contact": CARD, "why": WHY, "score": WHOLE})
_PAIR = record({"contact": CARD, "other": CARD, "why": WHY, "score": WHOLE})
_KIND_WORDS: Schema = {"type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$", "maxLength": 200}
_UNKNOWN_TITLE = "history.changed"


class ContactLifeRoutes:
    """What was, who is the same, and what is to be forgotten."""

    def __init__(self, settings: DeskSettings, contacts: Contacts, texts: Texts) -> None:
        self._settings = settings
        self._contacts = contacts
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        at = "/contacts/{id}"
        page: dict[str, Schema] = {"after": AFTER, "limit": limit(self._settings.page)}
        merge = partial(Route, permission="contacts.merge")
        return [
            Route(
                "DELETE",
                at,
                self.delete_contact,
                "Puts a contact into the bin",
                {204: None},
                permission="contacts.delete",
            ),
            Route(
                "GET",
                f"{at}/history",
                self.list_history,
                "Everything about a contact, the latest first",
                {200: listed(_ENTRY)},
                query={"kind": _KIND_WORDS, **page},
            ),
            Route(
                "GET",
                f"{at}/duplicates",
                self.list_duplicates,
                "Who may be the same person, the likeliest first",
                {200: listed(_PROPOSAL)},
            ),
            Route(
                "GET",
                "/duplicates",
                self.list_all_duplicates,
                "Pairs of contacts that may be one person; a page may be short and yet have a next one",
                {200: listed(_PAIR)},
                query=page,
            ),
            merge(
                "POST",
                f"{at}/merge",
                self.merge_contacts,
                "Merges another contact into this one",
                {200: record({"merge_id": WHOLE, "contact": WHOLE_CARD})},
                body=OTHER_BODY,
            ),
            merge(
                "POST",
                "/merges/{id}/undo",
                self.undo_merge,
                "Undoes a merge: what went over goes back",
                {200: record({"contact": WHOLE_CARD, "other": WHOLE_CARD})},
            ),
            merge(
                "POST",
                f"{at}/distinct",
                self.say_distinct,
                "Says that two contacts are not one",
                {204: None},
                body=OTHER_BODY,
            ),
            Route(
                "GET",
                f"{at}/personal-data",
                self.get_personal_data,
                "All that is kept of a person, to hand out",
                {200: {"type": "object"}},
                permission="contacts.export",
            ),
            Route(
                "POST",
                f"{at}/erase",
                self.erase_contact,
                "Erases a person's data for good",
                {204: None},
                body=CONFIRM_BODY,
                permission="contacts.erase",
            ),
        ]

    async def delete_contact(self, call: Call) -> Answer:
        """Not while a conversation with him is unresolved."""
        agent = call.session.agent
        await self._contacts.write(lambda tx: resting.delete_contact(tx, agent, call.path_id(), call.remote))
        return Answer(None, status=204)

    async def list_history(self, call: Call) -> Answer:
        """``kind``: one, or several by comma; conversations are those for the agent's eyes."""
        wanted = [kind for kind in call.query_text("kind").split(",") if kind]
        after, rows = wire.query_cursor(call), wire.query_limit(call, PAGE, self._settings.page)
        eyes = eyes_of(call.session.agent)

        def read(tx: Tx) -> tuple[list[Entry], str | None]:
            return history.list_history(tx, call.path_id(), eyes, wanted=wanted, after=after, limit=rows)

        found, following = await self._contacts.read(read)
        return wire.page_of_text([self._show_entry(one, call.language) for one in found], following)

    async def list_duplicates(self, call: Call) -> Answer:
        """With the reasons."""
        found = await self._contacts.read(lambda tx: duplicates.propose(tx, call.path_id()))
        shown = [{"contact": wire.card(one.card), "why": [*one.why], "score": one.score} for one in found]
        return wire.page_of_text([*shown], None)

    async def list_all_duplicates(self, call: Call) -> Answer:
        """Over the whole base."""
        after, rows = wire.query_cursor(call), wire.query_limit(call, PAGE, self._settings.page)
        found, following = await self._contacts.read(lambda tx: duplicates.propose_all(tx, after, rows))
        shown: list[dict[str, object]] = [
            {
                "contact": wire.card(one.first),
                "other": wire.card(one.second),
                "why": [*one.why],
                "score": one.score,
            }
            for one in found
        ]
        return wire.page_of_text(shown, following)

    async def merge_contacts(self, call: Call) -> Answer:
        """The contact of the path stays."""
        agent, other = call.session.agent, get_int(call.body, "other_id", most=_FAR)

        def write(tx: Tx) -> tuple[dict[str, object], list[Conversation]]:
            (merge_id, card), heads = merging.merge(tx, agent, call.path_id(), other, call.remote)
            return {"merge_id": merge_id, "contact": wire.whole_card(card, cards.load_kin(tx, card.id))}, heads

        return Answer(await self._contacts.change(write))

    async def undo_merge(self, call: Call) -> Answer:
        """The latest of several first."""
        agent = call.session.agent

        def write(tx: Tx) -> tuple[dict[str, object], list[Conversation]]:
            pair, heads = merging.undo(tx, agent, call.path_id(), call.remote)
            return dict(zip(("contact", "other"), (show_whole(tx, one) for one in pair), strict=True)), heads

        return Answer(await self._contacts.change(write))

    async def say_distinct(self, call: Call) -> Answer:
        """They are not proposed again."""
        agent, other = call.session.agent, get_int(call.body, "other_id", most=_FAR)
        await self._contacts.write(lambda tx: duplicates.say_distinct(tx, agent, call.path_id(), other, call.remote))
        return Answer(None, status=204)

    async def get_personal_data(self, call: Call) -> Answer:
        """A JSON file; that it was taken out is noted."""
        agent, contact_id = call.session.agent, call.path_id()
        await self._contacts.write(lambda tx: personal.record_export(tx, agent, contact_id, call.remote))
        found: JsonObject = await self._contacts.read(lambda tx: personal.collect(tx, contact_id))
        name = f'attachment; filename="contact-{contact_id}.json"'
        return Answer(found, headers={"Content-Disposition": name})

    async def erase_contact(self, call: Call) -> Answer:
        """``confirm``: his name."""
        agent, confirm = call.session.agent, get_text(call.body, "confirm", 2 * wire.NAME_LIMIT)

        def write(tx: Tx) -> tuple[None, list[Conversation]]:
            return None, personal.erase(tx, agent, call.path_id(), confirm, call.remote)

        await self._contacts.change(write)
        return Answer(None, status=204)

    def _show_entry(self, entry: Entry, language: Language) -> dict[str, object]:
        try:
            title = entry.title or self._texts.get(language, f"history.{entry.what}", **entry.fields)
        except KeyError:
            title = self._texts.get(language, _UNKNOWN_TITLE)
        shown: dict[str, object] = {
            "at": to_iso(entry.at),
            "kind": entry.kind,
            "id": entry.id,
            "author": wire.named(entry.author),
            "title": title,
        }
        if entry.text:
            shown["text"] = entry.text
        if entry.changes:
            shown["changes"] = [{"field": one.field, "before": one.before, "after": one.after} for one in entry.changes]
        optional: dict[str, Json] = {
            "conversation_id": entry.conversation_id,
            "merge_id": entry.merge_id,
            "ended_at": None if entry.ended_at is None else to_iso(entry.ended_at),
        }
        return {**shown, **{key: one for key, one in optional.items() if one is not None}}


def show_whole(tx: Tx, contact_id: int) -> dict[str, object]:
    """A contact with all that hangs on it, whatever became of it. Raises Rejected not_found."""
    card = cards.find_card(tx, contact_id)
    if card is None:
        raise Rejected("not_found", "error.contact_not_found")
    return wire.whole_card(card, cards.load_kin(tx, contact_id))
