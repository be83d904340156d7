"""Those who come into a messenger by a link of ours: their talk goes on there, and all are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from conversation import clock
from conversation.channels import FarPerson
from conversation.errors import BarevError, Rejected
from conversation.events import Audience, ConversationChanged, Event, MessageAdded
from conversation.links import TalkPasses
from conversation.messages import Activity, Author, Language
from conversation.ports import AddressKey, Posted, Texts
from crm_store import Tx, carried, conversations, joining, outreach
from crm_store.appending import append_messages
from routing.appended import message_added, plain_message, to_posted
from routing.carrying.going_on import go_on
from routing.carrying.invites import NAMES, Coming, come
from routing.handoff import resolved
from routing.intake import add_line

COMMAND: Final = "/start"
"""What a link says in his name, without its word."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """``business``: in whose name he is told; ``language``: where his own is not known."""

    passes: TalkPasses
    texts: Texts
    business: str
    language: Language

    def come(
        self, tx: Tx, word: str, address: AddressKey, person: FarPerson, at: datetime
    ) -> tuple[Coming, list[Event]] | None:
        """What became of who came with a word, and what is to be told of it; None: it is none of a link into a talk.
        Raises Rejected forbidden: he is kept out."""
        if not self.passes.looks_like(word):
            return None
        came = come(tx, self.passes, word, address, person, at)
        events: list[Event] = [ConversationChanged(Audience.of(one), one) for one in came.told]
        found = conversations.find_address(tx, address.channel, address.value)
        if found is not None and outreach.is_blocked(tx, found[1], at):
            raise Rejected("forbidden", "inbox.blocked")
        if came.end == "joined" and found is not None:
            carried.set_blocked(tx, found[0], None)
            joining.add(tx, came.conversation_id, found[0], at)
        if came.end == "another" and found is not None and came.first:
            fields = {**_fields(address, person), "number": str(found[1])}
            events.append(add_line(tx, came.conversation_id, Activity("came_as_another", fields)))
        return came, events

    def go_on(
        self, tx: Tx, came: Coming, address: AddressKey, person: FarPerson, far_id: str, at: datetime
    ) -> tuple[Posted, list[Event]] | None:
        """From here on answers go to his messenger, and he is told so; None: the talk is over, or goes on there
        already."""
        head = conversations.find_head(tx, came.conversation_id)
        found = conversations.find_address(tx, address.channel, address.value)
        if head is None or found is None or head.status == "resolved":
            return None
        events = self._end_other(tx, found[0], head.id)
        moved = go_on(tx, head.id, found[0], Activity("came_by_link", _fields(address, person)), at)
        if not moved:
            return None
        carried.set_heard(tx, found[0], at)
        language = head.contact.language or person.language or self.language
        posted, said = self.say(tx, head.id, "channel.went_on", language, f"{address.channel}:{found[0]}:{far_id}:on")
        carried.name_message(tx, found[0], far_id, posted.id, heard=True)
        return posted, [*events, *moved, said]

    def say(
        self, tx: Tx, conversation_id: int, key: str, language: Language, client_id: str
    ) -> tuple[Posted, MessageAdded]:
        """A word of the house's to him."""
        author = Author("bot", self.business)
        text, at_ms = self.texts.get(language, key), clock.now_ms()
        new = plain_message(
            conversation_id, author, text, at_ms, client_id, contact_id=None, private=False, reply_to=None
        )
        (outcome,) = append_messages(tx, [new])
        if isinstance(outcome, BarevError):
            raise outcome
        return to_posted(outcome), message_added(new, author, outcome)

    def _end_other(self, tx: Tx, address_id: int, conversation_id: int) -> list[Event]:
        """What he began in the messenger before he came by the link: a messenger has one talk."""
        other = joining.find_open_id(tx, address_id)
        row = None if other in (None, conversation_id) else conversations.lock(tx, other or 0)
        if row is None or row.address_id != address_id:
            return []
        conversations.touch(tx, row.id, **resolved(tx, row))
        line = add_line(tx, row.id, Activity("goes_on_in", {"number": str(conversation_id)}))
        head = conversations.find_head(tx, row.id)
        return [line] if head is None else [line, ConversationChanged(Audience.of(head), head)]


def _fields(address: AddressKey, person: FarPerson) -> dict[str, str]:
    username = f"@{person.username}" if person.username else ""
    return {"name": " ".join(filter(None, (person.name, username))) or "…", "channel": NAMES[address.channel]}
