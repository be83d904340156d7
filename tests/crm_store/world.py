"""A small world to write into, and short ways to say what is written."""

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, func, insert, select, update

from conversation import clock
from conversation.errors import BarevError
from conversation.messages import AuthorKind
from crm_store import Tx
from crm_store.appending import Appended, NewMessage
from crm_store.engine import Store
from crm_store.models import AddressRow, ContactRow, ConversationRow, InboxRow, MessageRow
from crm_store.writer import WriterLimits

QUICK = WriterLimits(pause_first_s=0.01, pause_most_s=0.05)
"""Nobody waits long for a store that is lost on purpose."""
NOON_MS = 1_795_608_000_000
_moments = itertools.count(NOON_MS)


@dataclass(frozen=True)
class World:
    """A contact, his address on the web, and his conversation."""

    contact_id: int
    address_id: int
    inbox_id: int
    conversation_id: int


async def make_world(store: Store) -> World:
    """A new one, beside those there are."""
    return await store.writer.run(insert_world)


def insert_world(tx: Tx) -> World:
    """See ``make_world``."""
    now = clock.now()
    contact = tx.execute(
        insert(ContactRow).values(created_at=now, updated_at=now).returning(ContactRow.id)
    ).scalar_one()
    address = insert(AddressRow).values(contact_id=contact, channel="web", value=uuid4().hex, created_at=now)
    address_id = tx.execute(address.returning(AddressRow.id)).scalar_one()
    inbox = insert(InboxRow).values(channel="web", name="site", key=uuid4().hex)
    inbox_id = tx.execute(inbox.returning(InboxRow.id)).scalar_one()
    return World(contact, address_id, inbox_id, insert_conversation(tx, contact, address_id, inbox_id))


def insert_conversation(tx: Tx, contact_id: int, address_id: int, inbox_id: int, status: str = "open") -> int:
    """One more conversation of an address."""
    row = {"contact_id": contact_id, "address_id": address_id, "inbox_id": inbox_id, "status": status}
    added = insert(ConversationRow).values(**row, channel="web", created_at=clock.now())
    return tx.execute(added.returning(ConversationRow.id)).scalar_one()


def visitor_says(world: World, text: str = "hello", **changes: Any) -> NewMessage:
    """A visitor's message to his conversation."""
    plain: dict[str, Any] = {
        "conversation_id": world.conversation_id,
        "author_kind": "visitor",
        "author_id": world.contact_id,
        "author_name": "Անի",
        "contact_check": world.contact_id,
        "client_id": uuid4().hex,
        "kind": "text",
        "private": False,
        "text": text,
        "content": None,
        "reply_to": None,
        "at_ms": next(_moments),
    }
    return NewMessage(**{**plain, **changes})


def agent_says(world: World, text: str = "good day", **changes: Any) -> NewMessage:
    """An agent's message to the conversation."""
    agent: AuthorKind = "agent"
    return visitor_says(world, text, author_kind=agent, author_id=7, author_name="Nino", contact_check=None, **changes)


async def append(store: Store, *messages: NewMessage) -> list[Appended | BarevError]:
    """Appends them at once; the outcomes in the same order."""
    outcomes: list[Appended | BarevError] = []
    done = asyncio.Event()

    def note(outcome: Appended | BarevError) -> None:
        outcomes.append(outcome)
        if len(outcomes) == len(messages):
            done.set()

    for message in messages:
        store.writer.append(message, note)
    await done.wait()
    return outcomes


async def append_all(store: Store, *messages: NewMessage) -> list[Appended]:
    """Appends messages none of which may be refused."""
    return [accepted(outcome) for outcome in await append(store, *messages)]


def accepted(outcome: Appended | BarevError) -> Appended:
    """The outcome of a message that was not refused."""
    assert isinstance(outcome, Appended), outcome
    return outcome


def refused(outcome: Appended | BarevError) -> tuple[str, str]:
    """Code and text key of a refusal."""
    assert isinstance(outcome, BarevError), outcome
    return outcome.code, outcome.text_key


async def head(store: Store, conversation_id: int) -> Row[Any]:
    """A conversation's row."""
    query = select(*ConversationRow.__table__.c).where(ConversationRow.id == conversation_id)
    return await store.read(lambda tx: tx.execute(query).one())


async def messages_of(store: Store, conversation_id: int) -> list[Row[Any]]:
    """A conversation's messages in order of seq."""
    query = select(*MessageRow.__table__.c).where(MessageRow.conversation_id == conversation_id)
    return await store.read(lambda tx: list(tx.execute(query.order_by(MessageRow.seq))))


async def count_messages(store: Store) -> int:
    """How many messages the store has."""
    return await store.read(lambda tx: tx.scalar(select(func.count()).select_from(MessageRow)) or 0)


async def set_head(store: Store, conversation_id: int, **values: object) -> None:
    """Changes a conversation's row."""
    changed = update(ConversationRow).where(ConversationRow.id == conversation_id).values(**values)
    await store.writer.run(lambda tx: tx.execute(changed))
