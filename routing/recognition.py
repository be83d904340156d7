"""Customers whom the site vouches for: one contact on all their devices, to whom what they said before belongs too.

A signed customer has a web address of his own (``business.inboxes.identity.address_of``), never the key of a browser,
so that whoever uses the browser after him finds nothing of his. What was said under the browser's key goes over to that
address where the contact behind it is nobody but a stranger; the key then leads nowhere, and a new talk under it is a
new stranger's. A stated phone, e-mail or name joins nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime

from business.contacts import merging
from business.inboxes.directory import Directory
from business.inboxes.identity import Person, address_of, check_identity
from business.inboxes.shown import Inbox
from conversation import clock
from conversation.events import Audience, ConversationChanged, ConversationStarted, Event
from conversation.inboxes import Blocked, Recognised
from conversation.messages import Activity, Json
from conversation.ports import AddressKey
from crm_store import Tx, contacts, conversations, inboxes, joining
from crm_store.engine import Store
from routing.cards import note_answers
from routing.intake import add_line, require_head
from routing.publisher import Publisher


@dataclass(slots=True)
class _Joined:
    """What is to be told after the commit."""

    events: list[Event] = field(default_factory=list)


class SiteInboxes:
    """The port ``Inboxes``: what is kept at hand of them, and who is recognised there."""

    def __init__(self, store: Store, directory: Directory, publisher: Publisher, country: str) -> None:
        self._store = store
        self._directory = directory
        self._publisher = publisher
        self._country = country

    async def find(self, key: str | None) -> Inbox:
        """See the port."""
        return await self._directory.find(key)

    def find_block(self, address: AddressKey, contact_id: int | None, remote: str) -> Blocked | None:
        """See the port."""
        return self._directory.find_block(address, contact_id, remote)

    def find_logo(self, name: str) -> tuple[str, bytes] | None:
        """See the port."""
        return self._directory.find_logo(name)

    async def recognise(self, stranger: AddressKey, identity: Json, signature: str) -> Recognised:
        """See the port."""
        inbox = await self._directory.find(stranger.inbox_key)
        secret = await self._store.read(lambda tx: inboxes.find_secret(tx, inbox.id))
        person = check_identity(secret, identity, signature, clock.now().timestamp())
        value = address_of(inbox.id, person)
        if await self._store.read(lambda tx: _is_news(tx, value, stranger.value, person)):
            await self._store.writer.run(lambda tx: self._join(tx, value, stranger.value, person), self._tell)
        return Recognised(value, person.answers)

    def _join(self, tx: Tx, value: str, key: str, person: Person) -> _Joined:
        done, at = _Joined(), clock.now()
        _join_stranger(tx, value, key, done)
        mine = conversations.find_address(tx, "web", value)
        if mine is not None and note_answers(tx, mine[1], _stated(tx, mine[1], person), self._country, None, at):
            _touch_open(tx, mine[0], done, at)
        return done

    def _tell(self, done: _Joined) -> None:
        for event in done.events:
            self._publisher.publish(event)


def _is_news(tx: Tx, value: str, key: str, person: Person) -> bool:
    """Whether there is something to join or to note: with most connections there is neither."""
    stranger = conversations.find_address(tx, "web", key)
    if stranger is not None and contacts.is_stranger(tx, stranger[1], stranger[0]):
        return True
    mine = conversations.find_address(tx, "web", value)
    card = None if mine is None else conversations.find_contact(tx, mine[1])
    if card is None:
        return False
    known = {"name": card.name, "phone": card.phone, "email": card.email}
    return any(not known[key] for key in person.answers)


def _stated(tx: Tx, contact_id: int, person: Person) -> dict[str, str]:
    """What the site says of him; a name only where the desk has none."""
    known = contacts.find_standing(tx, contact_id)
    named = known is not None and bool(known.name)
    return {key: text for key, text in person.answers.items() if key != "name" or not named}


def _join_stranger(tx: Tx, value: str, key: str, done: _Joined) -> None:
    stranger = conversations.find_address(tx, "web", key)
    if stranger is None:
        return
    address_id, contact_id = stranger
    if not contacts.is_stranger(tx, contact_id, address_id):
        return
    mine = conversations.find_address(tx, "web", value)
    if mine is None:
        contacts.rename_address(tx, address_id, value)
        latest = joining.find_latest_id(tx, address_id)
        if latest is not None:  # his other devices may be there already, and follow it
            _follow(tx, latest, value, done)
        return
    known = contacts.find_standing(tx, mine[1])
    if known is None or known.deleted_at is not None:
        return
    his_open, my_open = joining.find_open_id(tx, address_id), joining.find_open_id(tx, mine[0])
    contacts.rename_address(tx, address_id, f"joined.{key}")
    _, heads = merging.merge(tx, None, mine[1], contact_id, "")
    done.events += [ConversationChanged(Audience.of(head), head) for head in heads]
    if his_open is None:
        return
    conversations.lock(tx, his_open)
    if my_open is None:
        joining.readdress(tx, his_open, address_id, mine[0])
        _follow(tx, his_open, value, done)
        return
    at = clock.now()
    values = {"status": "resolved", "resolved_at": at, "waiting_since": None, "snoozed_until": None}
    conversations.touch(tx, his_open, **values)
    head = require_head(tx, his_open)
    line = add_line(tx, his_open, Activity("joined", {"number": str(my_open)}))
    done.events += [ConversationChanged(Audience.of(head), head), line]


def _follow(tx: Tx, conversation_id: int, value: str, done: _Joined) -> None:
    """From now on the tabs at this address talk in that conversation."""
    conversations.lock(tx, conversation_id)
    conversations.touch(tx, conversation_id)
    head = require_head(tx, conversation_id)
    done.events.append(ConversationStarted(Audience.of(head), head, value))


def _touch_open(tx: Tx, address_id: int, done: _Joined, at: datetime) -> None:
    """His card is told more: the desks that show him hear of it."""
    open_id = joining.find_open_id(tx, address_id)
    if open_id is not None and conversations.lock(tx, open_id) is not None:
        conversations.touch(tx, open_id)
        head = require_head(tx, open_id)
        done.events.append(ConversationChanged(Audience.of(head), head))
