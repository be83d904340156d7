"""The wire shapes of /desk and REST: everything an agent may see (contract.md)."""

import json
from collections.abc import Callable
from datetime import datetime

from conversation.clock import to_iso
from conversation.messages import Agent, ContactCard, Conversation, Message, Person, Reading
from conversation.wire import Link, show_author, show_message
from crm_store.rows import AnyRow

Wire = dict[str, object]
VisitorOnline = Callable[[int], bool]


def message(value: Message, link: Link) -> Wire:
    """A message as agents see it: whose it is by id, private ones too, and where it belongs."""
    author = show_author(value.author)
    if value.author.id is not None:
        author["id"] = value.author.id
    shown = show_message(value, author, link)
    shown["conversation_id"] = value.conversation_id
    shown["event"] = value.event
    shown["private"] = value.private
    shown["delivery"] = value.delivery
    shown["channel"] = value.channel
    if value.reading is not None:
        shown["reading"] = reading(value.reading)
    if value.activity is not None:
        shown["activity"] = {"code": value.activity.code, "fields": dict(value.activity.fields)}
    return shown


def reading(value: Reading) -> Wire:
    """What the bot took a customer's message for."""
    return {
        "message_id": value.message_id,
        "language": value.language,
        "intent": value.intent,
        "confidence": value.confidence,
        "entities": [{"kind": kind, "text": text, "value": json.loads(said)} for kind, text, said in value.mentions],
        "flow": value.flow or None,
        "step": value.step or None,
    }


def contact(value: ContactCard) -> Wire:
    """A contact's card."""
    shown: Wire = {
        "id": value.id,
        "name": value.name,
        "returning": value.returning,
        "conversations": value.conversations,
        "note": value.note,
    }
    optional = {"phone": value.phone, "email": value.email, "language": value.language}
    shown.update({key: one for key, one in optional.items() if one})
    if value.last_seen_at is not None:
        shown["last_seen_at"] = to_iso(value.last_seen_at)
    if value.created_at is not None:
        shown["created_at"] = to_iso(value.created_at)
    return shown


def visit(row: AnyRow) -> Wire:
    """What a conversation began with, beside its page."""
    answers = {key: str(one) for key, one in row.answers.items()}
    return {"remote": row.remote, "user_agent": row.user_agent, "language": row.language, "answers": answers}


def page(url: str, title: str | None, at: datetime) -> Wire:
    """A page of the site that was looked at."""
    return {"url": url, "title": title, "at": to_iso(at)}


def person(value: Person | None) -> Wire | None:
    """``{id, name}`` or null."""
    return None if value is None else {"id": value.id, "name": value.name}


def agent(value: Agent) -> Wire:
    """An agent as told to himself at log-in."""
    return {
        "id": value.id,
        "login": value.login,
        "name": value.name,
        "role": value.role,
        "language": value.language,
        "photo": value.photo,
        "permissions": sorted(value.permissions),
        "teams": list(value.teams),
    }


def conversation(value: Conversation, visitor_online: VisitorOnline) -> Wire:
    """The head of a conversation."""
    shown: Wire = {
        "id": value.id,
        "status": value.status,
        "channel": value.channel,
        "contact": contact(value.contact),
        "assignee": person(value.assignee),
        "team": person(value.team),
        "branch": person(value.branch),
        "handler": value.handler,
        "unanswered": value.unanswered,
        "last_message_at": None if value.last_message_at is None else to_iso(value.last_message_at),
        "last_text": value.last_text,
        "last_seq": value.last_seq,
        "change": value.change,
        "event": value.event,
        "visitor_read_seq": value.visitor_read_seq,
        "agent_read_seq": value.agent_read_seq,
        "visitor_online": visitor_online(value.contact.id),
        "created_at": to_iso(value.created_at),
    }
    for key, moment in (("waiting_since", value.waiting_since), ("snoozed_until", value.snoozed_until)):
        if moment is not None:
            shown[key] = to_iso(moment)
    if value.decision is not None:
        shown["decision"] = {"code": value.decision.code, "fields": dict(value.decision.fields)}
    optional = {
        "page_url": value.page_url,
        "page_title": value.page_title,
        "referrer": value.referrer,
        "rating": value.rating,
        "rating_text": value.rating_text,
    }
    shown.update({key: one for key, one in optional.items() if one})
    return shown
