"""REST: contacts and what hangs on their cards."""

import re
from collections.abc import Mapping
from functools import partial

from business.contacts import cards as deeds
from business.contacts import details, news
from business.contacts.cards import require_card
from business.contacts.duplicates import propose
from business.contacts.service import Contacts
from conversation.errors import Rejected
from conversation.messages import Conversation, is_channel
from conversation.wire import get_text
from crm_store import Tx, cards
from crm_store.card_list import LISTING, CardFilter, list_cards
from crm_store.cards import Card
from desk.rest import contact_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.contact_life import show_whole
from desk.rest.contact_schemas import (
    ADDRESS,
    ADDRESS_BODY,
    CARD,
    CARD_BODY,
    EXTRA,
    EXTRA_BODY,
    EXTRA_CHANGE,
    NOTE,
    NOTE_BODY,
    SAVED,
    SUBJECT,
    SUBJECT_BODY,
    SUBJECT_CHANGE,
    WHOLE_CARD,
)
from desk.rest.lists import list_query, wanted
from desk.rest.schemas import CHANNEL, LANGUAGE, Schema, listed
from desk.settings import DeskSettings

_DAY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
WORDS: Schema = {"type": "string", "maxLength": 200}
_SEVERAL: Schema = {
    "type": "string",
    "pattern": "^[0-9]{1,15}(,[0-9]{1,15}){0,99}$",
    "description": "Ids, parted by commas.",
}
_CHANNEL: Schema = {**CHANNEL, "description": f"{CHANNEL['description']} Or `phone`."}
_DUPLICATES = 10


class ContactRoutes:
    """Who the customers are."""

    def __init__(self, settings: DeskSettings, contacts: Contacts) -> None:
        self._settings = settings
        self._contacts = contacts

    def routes(self) -> list[Route]:
        """The operations."""
        edit = partial(Route, permission="contacts.edit")
        at, extras, subjects = "/contacts/{id}", "/contacts/{id}/extra-contacts", "/contacts/{id}/subjects"
        return [
            Route(
                "GET",
                "/contacts",
                self.list_contacts,
                "Contacts by words and filters, in any order",
                {200: listed(CARD)},
                query=self._query(),
            ),
            Route("GET", at, self.get_contact, "One contact with all that hangs on it", {200: WHOLE_CARD}),
            edit("POST", "/contacts", self.add_contact, "Adds a contact", {201: SAVED}, body=CARD_BODY, once=True),
            edit("PATCH", at, self.change_contact, "Changes what is given of a contact", {200: SAVED}, body=CARD_BODY),
            edit(
                "POST", f"{at}/addresses", self.add_address, "Adds a phone or e-mail", {201: ADDRESS}, body=ADDRESS_BODY
            ),
            edit("DELETE", f"{at}/addresses/{{aid}}", self.remove_address, "Takes a phone or e-mail away", {204: None}),
            edit("DELETE", f"{at}/news/{{topic}}", self.stop_news, "Ends the news of a topic, or of all", {204: None}),
            edit("POST", extras, self.add_extra, "Adds an extra contact", {201: EXTRA}, body=EXTRA_BODY),
            edit(
                "PATCH",
                f"{extras}/{{eid}}",
                self.change_extra,
                "Changes an extra contact",
                {200: EXTRA},
                body=EXTRA_CHANGE,
            ),
            edit("DELETE", f"{extras}/{{eid}}", self.remove_extra, "Takes an extra contact away", {204: None}),
            edit("POST", subjects, self.add_subject, "Adds a child, a pet, a car", {201: SUBJECT}, body=SUBJECT_BODY),
            edit(
                "PATCH",
                f"{subjects}/{{sid}}",
                self.change_subject,
                "Changes a subject",
                {200: SUBJECT},
                body=SUBJECT_CHANGE,
            ),
            edit("DELETE", f"{subjects}/{{sid}}", self.remove_subject, "Puts a subject into the bin", {204: None}),
            edit("POST", f"{at}/notes", self.add_note, "Adds a note", {201: NOTE}, body=NOTE_BODY),
            edit("PATCH", f"{at}/notes/{{nid}}", self.change_note, "Writes a note anew", {200: NOTE}, body=NOTE_BODY),
            edit("DELETE", f"{at}/notes/{{nid}}", self.remove_note, "Puts a note into the bin", {204: None}),
        ]

    def _query(self) -> Mapping[str, Schema]:
        day: Schema = {"type": "string", "pattern": f"^{_DAY.pattern}$"}
        return list_query(
            LISTING,
            self._settings.page,
            q=WORDS,
            language=LANGUAGE,
            group=_SEVERAL,
            category=_SEVERAL,
            channel=_CHANNEL,
            birthday_from=day,
            birthday_to=day,
            has_phone={"type": "boolean"},
            phone={"type": "string", "maxLength": 40, "description": "A part of the number, in digits."},
            email={"type": "string", "maxLength": 200, "description": "A part of the address."},
        )

    async def list_contacts(self, call: Call) -> Answer:
        """Contacts that fit; the latest added first unless told otherwise. Own fields filter by ``custom.<key>``."""
        which, asked = _read_filter(call), wanted(call, LISTING, self._settings.page)
        found, following = await self._contacts.read(lambda tx: list_cards(tx, which, asked))
        return wire.page_of_text([wire.card(one) for one in found], following)

    async def get_contact(self, call: Call) -> Answer:
        """One contact; one that was merged says into whom, one in the bin since when."""
        return Answer(await self._contacts.read(lambda tx: show_whole(tx, call.path_id())))

    async def add_contact(self, call: Call) -> Answer:
        """A contact with at least a name, a phone or an e-mail; ``duplicates`` are proposals."""
        given = wire.read_card(call.body)
        if not any((given.name, given.given_name, given.family_name, given.phone, given.email)):
            raise Rejected("invalid", "error.field_missing", field="name")
        agent, country = call.session.agent, self._contacts.country

        def write(tx: Tx) -> dict[str, object]:
            return _show_saved(tx, deeds.add_card(tx, agent, given, country, call.remote, "desk"))

        def answer(shown: dict[str, object]) -> Answer:
            return Answer(shown, status=201, headers={"Location": f"/api/v1/contacts/{shown['id']}"})

        kept = call.kept(answer)
        return answer(await self._contacts.write(lambda tx: kept(tx, write)))

    async def change_contact(self, call: Call) -> Answer:
        """Only what is given changes."""
        given, agent, country = wire.read_card(call.body), call.session.agent, self._contacts.country

        def write(tx: Tx) -> tuple[dict[str, object], list[Conversation]]:
            card, heads = deeds.change_card(tx, agent, call.path_id(), given, country, call.remote)
            return _show_saved(tx, card), heads

        return Answer(await self._contacts.change(write))

    async def add_address(self, call: Call) -> Answer:
        """A stated phone or e-mail."""
        channel, value = get_text(call.body, "channel", 10), get_text(call.body, "value", wire.NAME_LIMIT).strip()
        if channel not in ("phone", "email"):
            raise Rejected("invalid", "error.field_wrong", field="channel")
        if not value:
            raise Rejected("invalid", "error.field_missing", field="value")
        agent, country = call.session.agent, self._contacts.country
        added = await self._contacts.change(
            lambda tx: details.add_address(tx, agent, call.path_id(), channel, value, country, call.remote)
        )
        return Answer(wire.address(added), status=201)

    async def remove_address(self, call: Call) -> Answer:
        """A stated one; not one that he talks through."""
        agent, address_id = call.session.agent, call.path_id("aid")
        await self._contacts.change(
            lambda tx: (None, details.remove_address(tx, agent, call.path_id(), address_id, call.remote))
        )
        return Answer(None, status=204)

    async def stop_news(self, call: Call) -> Answer:
        """He asked for it by another way; ``all`` for every topic. What is ended already stays so."""
        agent, topic = call.session.agent, call.request.match_info["topic"]
        if topic != "all" and topic not in news.TOPICS:
            raise Rejected("not_found", "error.not_found")

        def stop(tx: Tx) -> None:
            require_card(tx, call.path_id())
            news.unsubscribe(tx, call.path_id(), None if topic == "all" else topic, "desk", agent)

        await self._contacts.write(stop)
        return Answer(None, status=204)

    async def add_extra(self, call: Call) -> Answer:
        """Somebody else to be asked for him."""
        agent, values, country = call.session.agent, wire.read_extra(call.body, new=True), self._contacts.country
        added = await self._contacts.write(
            lambda tx: details.add_extra(tx, agent, call.path_id(), values, country, call.remote)
        )
        return Answer(wire.extra_contact(added), status=201)

    async def change_extra(self, call: Call) -> Answer:
        """Only what is given changes."""
        agent, values, country = call.session.agent, wire.read_extra(call.body, new=False), self._contacts.country
        extra_id = call.path_id("eid")
        changed = await self._contacts.write(
            lambda tx: details.change_extra(tx, agent, call.path_id(), extra_id, values, country, call.remote)
        )
        return Answer(wire.extra_contact(changed))

    async def remove_extra(self, call: Call) -> Answer:
        """For good."""
        agent, extra_id = call.session.agent, call.path_id("eid")
        await self._contacts.write(lambda tx: details.remove_extra(tx, agent, call.path_id(), extra_id, call.remote))
        return Answer(None, status=204)

    async def add_subject(self, call: Call) -> Answer:
        """Whom or what he comes about."""
        agent, values = call.session.agent, wire.read_subject(call.body, new=True)
        added = await self._contacts.write(
            lambda tx: details.add_subject(tx, agent, call.path_id(), values, call.remote)
        )
        return Answer(wire.subject(added), status=201)

    async def change_subject(self, call: Call) -> Answer:
        """Only what is given changes."""
        agent, values, subject_id = call.session.agent, wire.read_subject(call.body, new=False), call.path_id("sid")
        changed = await self._contacts.write(
            lambda tx: details.change_subject(tx, agent, call.path_id(), subject_id, values, call.remote)
        )
        return Answer(wire.subject(changed))

    async def remove_subject(self, call: Call) -> Answer:
        """Into the bin."""
        agent, subject_id = call.session.agent, call.path_id("sid")
        await self._contacts.write(
            lambda tx: details.remove_subject(tx, agent, call.path_id(), subject_id, call.remote)
        )
        return Answer(None, status=204)

    async def add_note(self, call: Call) -> Answer:
        """A dated remark."""
        agent, text = call.session.agent, _read_note(call)
        added = await self._contacts.write(lambda tx: details.add_note(tx, agent, call.path_id(), text, call.remote))
        return Answer(wire.note(added), status=201)

    async def change_note(self, call: Call) -> Answer:
        """The author's right, and his who sees everything."""
        agent, text, note_id = call.session.agent, _read_note(call), call.path_id("nid")
        changed = await self._contacts.write(
            lambda tx: details.change_note(tx, agent, call.path_id(), note_id, text, call.remote)
        )
        return Answer(wire.note(changed))

    async def remove_note(self, call: Call) -> Answer:
        """Into the bin."""
        agent, note_id = call.session.agent, call.path_id("nid")
        await self._contacts.write(lambda tx: details.remove_note(tx, agent, call.path_id(), note_id, call.remote))
        return Answer(None, status=204)


def _show_saved(tx: Tx, card: Card) -> dict[str, object]:
    proposals = propose(tx, card.id, _DUPLICATES)
    shown = wire.whole_card(card, cards.load_kin(tx, card.id))
    shown["duplicates"] = [{"id": one.card.id, "name": one.card.name, "why": list(one.why)} for one in proposals]
    return shown


def _read_filter(call: Call) -> CardFilter:
    days = {name: call.query_text(name) or None for name in ("birthday_from", "birthday_to")}
    for name, day in days.items():
        if day is not None and not _DAY.fullmatch(day):
            raise Rejected("invalid", "error.field_wrong", field=name)
    channel, has_phone = call.query_text("channel"), call.query_text("has_phone")
    if channel and not is_channel(channel):
        raise Rejected("invalid", "error.field_wrong", field="channel")
    if has_phone not in ("", "true", "false"):
        raise Rejected("invalid", "error.field_wrong", field="has_phone")
    return CardFilter(
        words=call.query_text("q"),
        groups=wire.query_ids(call, "group"),
        categories=wire.query_ids(call, "category"),
        channel=channel or None,
        phone=call.query_text("phone"),
        email=call.query_text("email"),
        has_phone=None if not has_phone else has_phone == "true",
        birthday_from=days["birthday_from"],
        birthday_to=days["birthday_to"],
        custom=_read_own_fields(call),
    )


def _read_own_fields(call: Call) -> dict[str, str]:
    """``custom.<key>=value``, each once."""
    found: dict[str, str] = {}
    for name in call.request.query:
        if name.startswith("custom."):
            key = name.removeprefix("custom.")
            if not re.fullmatch("[a-z][a-z0-9_]{0,39}", key):
                raise Rejected("invalid", "error.field_wrong", field=name[:60])
            found[key] = call.query_text(name, 1000)
    return found


def _read_note(call: Call) -> str:
    text = get_text(call.body, "text", wire.NOTE_LIMIT)
    if not text.strip():
        raise Rejected("invalid", "error.field_missing", field="text")
    return text
