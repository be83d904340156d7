"""Whom nothing reaches that is written: an agent gets the task to phone him while the time is held."""

from datetime import datetime, tzinfo
from typing import NamedTuple

from business.booking.saying import Visit, name_visit
from business.outreach.voice import Voice
from business.outreach.ways import Reason, Way
from conversation import clock
from conversation.dates import say_time
from crm_store import Tx, conversations, remarks, waitlist


class Call(NamedTuple):
    """Who is to be phoned. ``agent_id``: who has the talk in which he asked; None: whoever is free."""

    contact_id: int
    name: str
    phone: str
    conversation_id: int | None
    agent_id: int | None


def whom_to_call(tx: Tx, wish_id: int, way: Way | Reason) -> Call | None:
    """A customer who has stated a phone, and no proven address, messenger or open chat. Who does not want to be told is
    not phoned, nor who is kept out."""
    silent = not is_reached(way) if isinstance(way, Way) else way == "no_address"
    wish = waitlist.find_shown(tx, wish_id) if silent else None
    if wish is None or not wish.contact_phone:
        return None
    head = None if wish.conversation_id is None else conversations.find_head(tx, wish.conversation_id)
    agent = None if head is None else head.assignee
    return Call(
        wish.contact_id,
        wish.contact_name,
        wish.contact_phone,
        wish.conversation_id,
        None if agent is None else agent.id,
    )


def is_reached(way: Way | Reason) -> bool:
    """Whether he hears of it by himself. A message in a chat that he has closed waits there, for nobody knows how
    long."""
    return isinstance(way, Way) and (way.here or way.letter is not None)


def ask_to_call(tx: Tx, voice: Voice, call: Call, visit: Visit, zone: tzinfo, due_at: datetime, until: datetime) -> int:
    """The task, in the firm's first language; returns its id."""
    texts, language = voice.texts, voice.reach.language
    fields = name_visit(tx, texts, language, visit, zone, voice.firm)
    who = call.name or call.phone
    title = texts.get(language, "outreach.call.title", name=who, phone=call.phone)
    facts = [fields["service"], f"{fields['date']}, {fields['time']}", fields["specialist"]]
    facts.append(texts.get(language, "outreach.call.until", time=say_time(until, zone)))
    values: dict[str, object] = {"kind": "todo", "title": title, "note": "\n".join(filter(None, facts))}
    values |= {"contact_id": call.contact_id, "conversation_id": call.conversation_id, "assignee_id": call.agent_id}
    values |= {"author_name": voice.firm, "due_at": due_at, "created_at": clock.now()}
    return remarks.insert_task(tx, values)


def end_call(tx: Tx, task_id: int) -> None:
    """There is nothing to phone about any more."""
    task = remarks.find_task(tx, task_id)
    if task is not None and task.done_at is None:
        remarks.change_task(tx, task_id, {"done_at": clock.now()})
