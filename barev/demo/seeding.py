"""Writes the demo business into a founded store, once, and notes every row of it in ``demo_rows``."""

import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from barev.demo.answers import ADDRESS, ADDRESSES, EVERYBODYS
from barev.demo.articles import add_articles
from barev.demo.book_seeding import add_bookable
from barev.demo.card_seeding import add_cards, add_catalogues, columns_of
from barev.demo.people import BUSINESS, SITE, STAFF, STATE
from barev.demo.script import Customer, Staff, Story
from barev.demo.telling import Told, tell
from barev.demo.visit_seeding import add_visits
from barev.demo.whole import STORIES
from conversation.clock import from_ms
from crm_store import Tx, agents, audit, demo_rows, settings_table
from crm_store.counters import next_events
from crm_store.demo_rows import SeededRows
from crm_store.models import (
    AddressRow,
    AgentRow,
    BranchRow,
    CannedResponseRow,
    ContactRow,
    ConversationRow,
    InboxRow,
    MessageRow,
    TeamMemberRow,
    TeamRow,
    WorkingHoursRow,
)

_AT_HOME: Final = {
    "+374": r"0\1 \2",
    "+995": r"\1 \2 \3 \4",
    "+7": r"8 (\1) \2 \3",
    "+44": r"+44 \1 \2",
    "+1": r"+1 \1-\2-\3",
}
_DIGITS: Final = {
    "+374": r"(\d\d)(\d{6})",
    "+995": r"(\d{3})(\d\d)(\d\d)(\d\d)",
    "+7": r"(\d{3})(\d{3})(\d{4})",
    "+44": r"(\d{4})(\d{6})",
    "+1": r"(\d{3})(\d{3})(\d{4})",
}
_EMPLOYED = timedelta(days=120)


def seed_all(tx: Tx, now_ms: int, password_hash: str) -> None:
    """What ``barev.demo.seed`` does."""
    if settings_table.get(tx, STATE) is not None or demo_rows.has_any(tx):
        return
    at = from_ms(now_ms)
    told, events = tell(STORIES, now_ms)
    rows = SeededRows(tx)
    _add_firm(rows, STORIES)
    _add_hours(rows, at)
    _add_agents(rows, told, at, password_hash)
    _add_answers(rows, at)
    add_articles(rows, at)
    add_catalogues(rows)
    _add_contacts(rows, STORIES, told)
    add_cards(rows, at)
    add_bookable(rows, at)
    add_visits(rows, at)
    _add_talks(rows, told, next_events(tx, events) - 1)
    rows.note_all()
    settings_table.put(tx, STATE, "seeded", at)
    audit.record(
        tx,
        actor_kind="system",
        actor_id=None,
        actor_name="",
        action="demo.seeded",
        entity="demo",
        entity_id=None,
        before=None,
        after=rows.counts(),
        at=at,
    )


def _add_firm(rows: SeededRows, stories: Sequence[Story]) -> None:
    branches = [story.branch for story in stories]
    rows.add(
        BranchRow,
        {
            one.key: {
                "name": one.name,
                "timezone": one.timezone,
                "country": one.country,
                "language": one.language,
                "address": one.address,
                "phone": one.phone,
            }
            for one in branches
        },
    )
    rows.add(TeamRow, {one.key: {"branch_id": rows.id_of(BranchRow, one.key), "name": one.team} for one in branches})
    inboxes = {
        one.key: {
            "branch_id": rows.id_of(BranchRow, one.key),
            "team_id": rows.id_of(TeamRow, one.key),
            "channel": "web",
            "name": one.inbox,
            "key": one.inbox_key,
            "settings": {"switches": {"bot": one.bot}},
        }
        for one in branches
    }
    rows.add(InboxRow, inboxes)


def _add_answers(rows: SeededRows, at: datetime) -> None:
    everybodys = {name: {"shortcut": name, "texts": texts, "updated_at": at} for name, texts in EVERYBODYS.items()}
    teams = {
        (ADDRESS, key): {"shortcut": ADDRESS, "texts": texts, "updated_at": at, "team_id": rows.id_of(TeamRow, key)}
        for key, texts in ADDRESSES.items()
    }
    rows.add(CannedResponseRow, dict(everybodys))
    rows.add(CannedResponseRow, dict(teams))


def _add_hours(rows: SeededRows, at: datetime) -> None:
    rows.add_dependent(
        WorkingHoursRow,
        [
            {
                "branch_id": rows.id_of(BranchRow, story.branch.key),
                "weekly": story.branch.weekly,
                "exceptions": demo_rows.open_days(story.branch.timezone, at),
                "holidays": True,
                "updated_at": at,
            }
            for story in STORIES
        ],
    )


def _add_agents(rows: SeededRows, told: Sequence[Told], at: datetime, password_hash: str) -> None:
    seen: dict[str, datetime] = {}
    for said in (said for one in told for said in one.messages):
        if said.by is not None:
            seen[said.by] = max(from_ms(said.at_ms), seen.get(said.by, at - _EMPLOYED))
    rows.add(
        AgentRow,
        {
            one.login: {
                "login": _free_login(rows.tx, one),
                "password_hash": password_hash,
                "name": one.name,
                "role_id": agents.find_role_id(rows.tx, one.role),
                "language": one.language,
                "created_at": at - _EMPLOYED,
                "last_seen_at": seen.get(one.login, at - timedelta(hours=2)),
            }
            for one in STAFF
        },
    )
    members = [
        {"team_id": rows.id_of(TeamRow, one.branch), "agent_id": rows.id_of(AgentRow, one.login)}
        for one in STAFF
        if one.branch is not None
    ]
    rows.add_dependent(TeamMemberRow, members)


def _free_login(tx: Tx, one: Staff) -> str:
    return one.login if agents.find_login(tx, one.login) is None else f"{one.login}.{BUSINESS.casefold()}"


def _add_contacts(rows: SeededRows, stories: Sequence[Story], told: Sequence[Told]) -> None:
    talks: dict[str, list[Told]] = {}
    for each in told:
        talks.setdefault(each.talk.customer, []).append(each)
    customers = {customer.key: customer for story in stories for customer in story.customers}
    agents_by_login = {one.login: rows.id_of(AgentRow, one.login) for one in STAFF}
    rows.add(
        ContactRow,
        {
            key: {**_contact(one, talks[key]), **columns_of(rows.tx, key, agents_by_login)}
            for key, one in customers.items()
        },
    )
    addresses: dict[tuple[str, str], dict[str, Any]] = {}
    for key, one in customers.items():
        of_contact = {"contact_id": rows.id_of(ContactRow, key), "created_at": from_ms(talks[key][0].created_ms)}
        stated: dict[str, str | None] = {"web": secrets.token_hex(16), "phone": one.phone, "email": one.email}
        for channel, value in stated.items():
            if value is not None:
                display = _readable(value) if channel == "phone" else None
                language = one.language if channel == "web" else None
                known = {"channel": channel, "value": value, "display": display, "language": language}
                addresses[key, channel] = {**of_contact, **known}
    rows.add(AddressRow, addresses)


def _contact(one: Customer, talks: Sequence[Told]) -> dict[str, Any]:
    spoken = [said.at_ms for told in talks for said in told.messages if said.author_kind == "visitor"]
    return {
        "name": one.name,
        "language": one.language,
        "country": one.country,
        "note": one.note,
        "source": "web",
        "created_at": from_ms(talks[0].created_ms),
        "updated_at": from_ms(talks[-1].created_ms),
        "last_seen_at": from_ms(max(spoken)),
    }


def _readable(phone: str) -> str:
    """An E.164 number as people of its land write it (as ``business.contacts.phones`` does, whose library a start with
    the demo shall not need)."""
    prefix = next(prefix for prefix in _DIGITS if phone.startswith(prefix))
    return re.sub(_DIGITS[prefix], _AT_HOME[prefix], phone.removeprefix(prefix))


def _add_talks(rows: SeededRows, told: Sequence[Told], base: int) -> None:
    """Conversations and messages; ``base`` is added to the event numbers of the telling."""
    rows.add(ConversationRow, {index: _conversation(rows, one, index, base) for index, one in enumerate(told)})
    rows.add_numbered(
        MessageRow,
        [
            row
            for index, one in enumerate(told)
            for row in _messages(rows, one, rows.id_of(ConversationRow, index), base)
        ],
    )


def _conversation(rows: SeededRows, one: Told, index: int, base: int) -> dict[str, Any]:
    story, talk = one.story, one.talk
    customer = next(who for who in story.customers if who.key == talk.customer)
    page = story.pages[talk.page]
    stated = {"name": customer.name, "phone": customer.phone, "email": customer.email}
    return {
        "contact_id": rows.id_of(ContactRow, talk.customer),
        "address_id": rows.id_of(AddressRow, (talk.customer, "web")),
        "inbox_id": rows.id_of(InboxRow, story.branch.key),
        "branch_id": rows.id_of(BranchRow, story.branch.key),
        "team_id": rows.id_of(TeamRow, story.branch.key),
        "channel": "web",
        "status": one.status,
        "handler": one.handler,
        "assignee_id": rows.id_of(AgentRow, one.assignee) if one.assignee else None,
        "last_seq": one.last_seq,
        "last_change": one.last_change,
        "last_event": base + one.last_event,
        "last_message_at": _moment(one.last_message_ms),
        "last_text": one.last_text,
        "waiting_since": _moment(one.waiting_ms),
        "snoozed_until": _moment(one.snoozed_ms),
        "visitor_read_seq": one.visitor_read_seq,
        "agent_read_seq": one.agent_read_seq,
        "page_url": f"{SITE}/{customer.language}{page.path}",
        "page_title": f"{page.titles.get(customer.language) or page.titles['en']} · {BUSINESS}",
        "referrer": customer.referrer or f"{SITE}/{customer.language}{story.pages['home'].path}",
        "remote": f"203.0.113.{index + 10}",  # a network reserved for documentation (RFC 5737)
        "language": customer.language,
        "rating": one.rating,
        "rating_text": one.rating_text,
        "answers": {key: value for key, value in stated.items() if value},
        "created_at": from_ms(one.created_ms),
        "resolved_at": _moment(one.resolved_ms),
    }


def _messages(rows: SeededRows, one: Told, conversation_id: int, base: int) -> list[dict[str, Any]]:
    contact_id = rows.id_of(ContactRow, one.talk.customer)
    address_id = rows.id_of(AddressRow, (one.talk.customer, "web"))
    authors = {None: contact_id} | {staff.login: rows.id_of(AgentRow, staff.login) for staff in STAFF}
    return [
        {
            "id": base + said.created_event,
            "conversation_id": conversation_id,
            "contact_id": contact_id,
            "seq": said.seq,
            "change": said.change,
            "event": base + said.event,
            "client_id": None if said.author_kind == "system" else str(uuid.uuid4()),
            "author_kind": said.author_kind,
            "author_id": 0 if said.author_kind == "system" else authors[said.by],
            "author_name": said.author_name,
            "kind": said.kind,
            "private": said.private,
            "text": said.text,
            "content": said.content,
            "reply_to": None if said.reply_to is None else base + said.reply_to,
            "channel": "web",
            "address_id": address_id,
            "at": from_ms(said.at_ms),
            "edited_at": _moment(said.edited_ms),
            "deleted_at": _moment(said.deleted_ms),
        }
        for said in one.messages
    ]


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
