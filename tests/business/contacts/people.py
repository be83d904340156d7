"""Short ways to make contacts with a life of their own, and to compare all that is known of them."""

import itertools
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from business.contacts.cards import CardInput, add_card
from conversation import clock
from conversation.messages import Agent
from conversation.ports import AddressKey, Start
from crm_store import Tx, contacts, conversations
from crm_store.appending import Appended, NewMessage, append_messages
from crm_store.cards import Card
from crm_store.models import Base

_moments = itertools.count(1_795_608_000_000)
BESIDE = {"audit_log", "audit_values", "contact_keys", "counters", "merges", "settings"}
TOUCHED = {"contacts": {"updated_at"}, "conversations": {"last_change", "last_event"}}


def card(tx: Tx, agent: Agent | None, **values: Any) -> Card:
    """A contact with these values."""
    return add_card(tx, agent, CardInput(given=frozenset(values), **values), "AM", "192.0.2.1", "desk")


def talk(tx: Tx, contact_id: int, *, resolved: bool = False, said: int = 1, client: str = "") -> int:
    """A conversation on the web, over an address of its own; returns its id."""
    at = clock.from_ms(next(_moments))
    key = uuid4().hex
    address = contacts.insert_address(
        tx, contact_id=contact_id, channel="web", value=key, display=None, language="hy", at=at
    )
    inbox = conversations.find_inbox(tx, "web", None)
    assert inbox is not None
    start = Start(AddressKey("web", key), "hy", {"name": "Անի"}, remote="192.0.2.7")
    opened = conversations.insert_conversation(tx, start, contact_id=contact_id, address_id=address, inbox=inbox, at=at)
    for number in range(said):
        say(tx, opened, contact_id, f"text {number}", client_id=f"{client}-{number}" if client else None)
    if resolved:
        conversations.touch(tx, opened, status="resolved", resolved_at=at, waiting_since=None)
    return opened


def say(tx: Tx, conversation_id: int, contact_id: int, text: str, client_id: str | None = None) -> Appended:
    """The visitor writes."""
    message = NewMessage(
        conversation_id=conversation_id,
        author_kind="visitor",
        author_id=contact_id,
        author_name="Անի",
        contact_check=contact_id,
        client_id=client_id or uuid4().hex,
        kind="text",
        private=False,
        text=text,
        content=None,
        reply_to=None,
        at_ms=next(_moments),
    )
    (done,) = append_messages(tx, [message])
    assert isinstance(done, Appended), done
    return done


def add_row(tx: Tx, table: type[Any], **values: Any) -> int:
    """A row of a table with an id; returns the id."""
    added: int = tx.execute(insert(table).values(**values).returning(table.id)).scalar_one()
    return added


def snapshot(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Everything in the store but what tells of changes themselves."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, table in Base.metadata.tables.items():
        if name not in BESIDE:
            rows = tx.execute(select(table).order_by(*table.primary_key.columns)).all()
            hidden = TOUCHED.get(name, set())
            found[name] = [{key: one for key, one in row._mapping.items() if key not in hidden} for row in rows]
    return found
