"""Changing a contact's card: what an agent or the person states, kept with author, before and after."""

from collections.abc import Mapping
from datetime import datetime

from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Audience, ConversationChanged
from conversation.messages import Agent, ContactCard, Conversation
from crm_store import Tx, contacts, conversations
from crm_store.engine import Store
from routing.publisher import Publisher

_COLUMNS = ("name", "language", "note")
_STATED = ("phone", "email")


def plain_address(channel: str, stated: str) -> str:
    """What a stated phone or e-mail is compared by: digits with their plus, or the casefolded address."""
    if channel == "email":
        return stated.strip().casefold()
    return "".join(c for c in stated if c.isdigit() or c == "+") or stated.strip()


def note_stated(tx: Tx, contact_id: int, stated: Mapping[str, str], at: datetime) -> bool:
    """Keeps phone and e-mail as stated: unverified, they propose a match and show nobody's history. False: nothing
    new."""
    changed = False
    for channel in _STATED:
        display = stated.get(channel, "")
        if display:
            changed |= contacts.state_address(tx, contact_id, channel, plain_address(channel, display), display, at)
    if changed:
        contacts.renew_search(tx, contact_id)
    return changed


class Cards:
    """Adds and changes contacts for agents."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def add(self, agent: Agent, values: Mapping[str, str], remote: str) -> ContactCard:
        """A new contact. Raises Unavailable."""

        def write(tx: Tx) -> ContactCard:
            at = clock.now()
            name, language = values.get("name", ""), values.get("language")
            contact_id = contacts.insert_contact(tx, name=name, language=language, source="desk", at=at)
            if values.get("note"):
                contacts.change_contact(tx, contact_id, {"note": values["note"]}, at)
            note_stated(tx, contact_id, values, at)
            card = _require(tx, contact_id)
            record_deed(tx, agent, "contact.added", "contact", contact_id, after=values, remote=remote)
            return card

        return await self._store.writer.run(write)

    async def change(self, agent: Agent, contact_id: int, values: Mapping[str, str], remote: str) -> ContactCard:
        """What is given changes; open dialogs show it at once. Raises Rejected not_found."""

        def write(tx: Tx) -> tuple[ContactCard, list[Conversation]]:
            at = clock.now()
            before = _require(tx, contact_id)
            columns = {key: values[key] for key in _COLUMNS if key in values and getattr(before, key) != values[key]}
            if columns:
                contacts.change_contact(tx, contact_id, columns, at)
            stated = note_stated(tx, contact_id, values, at)
            if not columns and not stated:
                return before, []
            told = []
            for conversation_id in conversations.list_open_of_contact(tx, contact_id):
                conversations.lock(tx, conversation_id)
                conversations.touch(tx, conversation_id)
                head = conversations.find_head(tx, conversation_id)
                if head is not None:
                    told.append(head)
            was = {key: getattr(before, key) for key in values}
            record_deed(tx, agent, "contact.changed", "contact", contact_id, before=was, after=values, remote=remote)
            return _require(tx, contact_id), told

        def tell(written: tuple[ContactCard, list[Conversation]]) -> None:
            for head in written[1]:
                self._publisher.publish(ConversationChanged(Audience.of(head), head))

        return (await self._store.writer.run(write, tell))[0]


def _require(tx: Tx, contact_id: int) -> ContactCard:
    card = conversations.find_contact(tx, contact_id)
    if card is None:
        raise Rejected("not_found", "error.contact_not_found")
    return card
