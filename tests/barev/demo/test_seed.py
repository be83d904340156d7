"""The demo business: whole, sound, believable, and there once."""

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from barev import demo
from barev.demo.people import SITE, STAFF
from business.contacts.fields import check_birthday
from business.contacts.names import compose_name
from business.contacts.phones import show_phone
from business.team.accounts import add_agent
from conversation.clock import from_ms, now_ms
from conversation.language import LANGUAGES
from crm_store import Tx, settings_table
from crm_store.engine import Store
from crm_store.models import (
    AddressRow,
    AuditRow,
    ContactCategoryMemberRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    ExtraContactRow,
    InboxRow,
    MessageRow,
    SubjectRow,
    TaskRow,
    TeamMemberRow,
)
from tests.barev.demo.faults import find_faults, snapshot

NOW_MS = now_ms()
PLANS = {
    "AM": r"\+374[3-9]\d{7}",
    "GE": r"\+9955\d{8}",
    "KZ": r"\+77\d{9}",
    "GB": r"\+447700900\d{3}",
    "US": r"\+1202555\d{4}",
}


def seed(tx: Tx) -> None:
    demo.seed(tx, NOW_MS, "hash")


def rows(tx: Tx, table: Any) -> list[Any]:
    return list(tx.execute(select(*table.__table__.c)))


async def test_the_demo_is_sound(store: Store) -> None:
    await store.writer.run(seed)
    assert await store.read(lambda tx: find_faults(tx, from_ms(NOW_MS))) == []


async def test_the_demo_shows_all_there_is_to_see(store: Store) -> None:
    await store.writer.run(seed)
    talks = await store.read(lambda tx: rows(tx, ConversationRow))
    now = from_ms(NOW_MS)
    assert len(talks) >= 45
    assert {talk.language for talk in talks} == set(LANGUAGES)
    assert min(Counter(talk.language for talk in talks).values()) >= 5
    assert len({talk.branch_id for talk in talks}) == 3
    waiting = [(now - talk.waiting_since) / timedelta(minutes=1) for talk in talks if talk.waiting_since]
    assert len(waiting) >= 10
    assert min(waiting) >= 2
    assert max(waiting) <= 40
    assert sum(talk.status == "snoozed" for talk in talks) >= 3
    assert sum(talk.status == "open" and talk.assignee_id is not None for talk in talks) >= 8
    assert sum(talk.status == "open" and talk.assignee_id is None for talk in talks) >= 6
    past = [talk for talk in talks if talk.status == "resolved"]
    assert len(past) >= 20
    assert max(now - talk.created_at for talk in past) > timedelta(days=25)
    assert all(timedelta(0) < now - talk.resolved_at < timedelta(days=30) for talk in past)
    assert {talk.rating for talk in past} >= {2, 3, 4, 5, None}
    assert max(talk.last_seq for talk in talks) >= 40


async def test_the_demo_is_typed_as_people_type(store: Store) -> None:
    await store.writer.run(seed)
    messages = await store.read(lambda tx: rows(tx, MessageRow))
    talks = {talk.id: talk for talk in await store.read(lambda tx: rows(tx, ConversationRow))}
    latin = {
        talks[message.conversation_id].language
        for message in messages
        if message.author_kind == "visitor" and len(message.text) > 15 and message.text.isascii()
    }
    assert latin == set(LANGUAGES)
    assert {message.kind for message in messages} == {"text", "activity"}
    assert sum(message.private and message.kind == "text" for message in messages) >= 5
    assert any(message.edited_at for message in messages)
    assert any(message.deleted_at for message in messages)
    assert sum(message.reply_to is not None for message in messages) >= 3
    codes = {message.content["activity"]["code"] for message in messages if message.kind == "activity"}
    assert codes == {"taken", "assigned", "escalated", "resolved", "snoozed", "rated"}


async def test_contacts_state_what_their_land_has(store: Store) -> None:
    await store.writer.run(seed)
    contacts = {contact.id: contact for contact in await store.read(lambda tx: rows(tx, ContactRow))}
    addresses = await store.read(lambda tx: rows(tx, AddressRow))
    assert len(contacts) >= 40
    assert any(not contact.name for contact in contacts.values())
    web = [address for address in addresses if address.channel == "web"]
    assert sorted(address.contact_id for address in web) == sorted(contacts)
    assert all(re.fullmatch("[0-9a-f]{32}", address.value) for address in web)
    for address in addresses:
        contact = contacts[address.contact_id]
        assert address.verified_at is None
        if address.channel == "phone":
            stated = [plan for plan in PLANS.values() if re.fullmatch(plan, address.value)]
            assert stated == [PLANS[contact.country]], address.value
            assert address.display == show_phone(address.value, ["AM", "GE", "KZ"])
        if address.channel == "email":
            assert address.value.endswith("@example.com")
    phones = [address.value for address in addresses if address.channel == "phone"]
    assert len(set(phones)) == len(phones) >= 30


async def test_the_desk_has_cards_to_show(store: Store) -> None:
    await store.writer.run(seed)
    tables = (ContactNoteRow, TaskRow, SubjectRow, ExtraContactRow)
    contacts = {contact.id: contact for contact in await store.read(lambda tx: rows(tx, ContactRow))}
    for table in tables:
        found = await store.read(lambda tx, table=table: rows(tx, table))  # type: ignore[misc]  # binds the loop's
        assert len({row.contact_id for row in found}) >= 4, table
    assert {subject.kind for subject in await store.read(lambda tx: rows(tx, SubjectRow))} >= {"child", "pet", "car"}
    tasks = await store.read(lambda tx: rows(tx, TaskRow))
    assert {task.done_at is None for task in tasks} == {True, False}
    assert (
        min(task.due_at for task in tasks if task.due_at)
        < from_ms(NOW_MS)
        < max(task.due_at for task in tasks if task.due_at)
    )
    for column in ("birthday", "source_id", "curator_id", "code", "address_form"):
        assert sum(getattr(contact, column) is not None for contact in contacts.values()) >= 4, column
    assert sum(bool(contact.custom) for contact in contacts.values()) >= 2
    for contact in contacts.values():
        if contact.given_name:
            assert contact.name == compose_name(contact.given_name, contact.family_name, None, "given_family")
        if contact.birthday:
            assert check_birthday(contact.birthday)
    members = await store.read(lambda tx: tx.execute(select(ContactCategoryMemberRow)).all())
    assert len({member.category_id for member in members}) == 3


async def test_known_clients_come_back(store: Store) -> None:
    await store.writer.run(seed)
    talks = await store.read(lambda tx: rows(tx, ConversationRow))
    assert sum(count > 1 for count in Counter(talk.contact_id for talk in talks).values()) >= 4


async def test_pages_lead_nowhere_and_have_titles(store: Store) -> None:
    await store.writer.run(seed)
    for talk in await store.read(lambda tx: rows(tx, ConversationRow)):
        assert talk.page_url.startswith(f"{SITE}/{talk.language}/")
        assert talk.page_title.endswith("· Karavan")
        assert talk.remote.startswith("203.0.113.")
    assert SITE.endswith(".example")


async def test_every_row_is_noted(store: Store) -> None:
    before = await store.read(snapshot)
    await store.writer.run(seed)
    after = await store.read(snapshot)
    added = {(table, key) for table, found in after.items() for key in found.keys() - before[table].keys()}
    noted = {(entity, (identifier,)) for entity, identifier in after["demo_rows"]}
    beside = {"demo_rows", "settings", "audit_log", "team_members"}
    beside |= {"contact_group_members", "contact_category_members", "contact_keys", "working_hours"}
    beside |= {"knowledge_texts", "knowledge_versions"}
    beside |= {"service_providers", "service_needs", "schedule_rules", "allocations"}
    assert noted == {(table, key) for table, key in added if table not in beside}
    assert {table for table, _ in added} == beside | {table for table, _ in noted}
    changed = {table for table, found in before.items() for key, row in found.items() if after[table][key] != row}
    assert changed == {"counters"}


async def test_the_audit_log_tells_of_it(store: Store) -> None:
    await store.writer.run(seed)
    (line,) = (line for line in await store.read(lambda tx: rows(tx, AuditRow)) if line.action == "demo.seeded")
    assert line.after["messages"] == len(await store.read(lambda tx: rows(tx, MessageRow)))


async def test_seeding_twice_changes_nothing(store: Store) -> None:
    await store.writer.run(seed)
    once = await store.read(snapshot)
    await store.writer.run(seed)
    assert await store.read(snapshot) == once


async def test_what_was_removed_is_not_seeded_again(store: Store) -> None:
    await store.writer.run(lambda tx: settings_table.put(tx, "demo.state", "removed", from_ms(NOW_MS)))
    before = await store.read(snapshot)
    await store.writer.run(seed)
    assert await store.read(snapshot) == before


async def test_everybody_can_be_told_his_login(store: Store) -> None:
    assert await store.read(demo.list_logins) == []
    await store.writer.run(seed)
    assert tuple(await store.read(demo.list_logins)) == demo.LOGINS
    roles = Counter(role for _, _, role in demo.LOGINS)
    assert roles == {"owner": 1, "manager": 1, "agent": 6}
    members = await store.read(lambda tx: rows(tx, TeamMemberRow))
    assert sorted(Counter(member.team_id for member in members).values()) == [2, 2, 2]


async def test_a_login_of_ones_own_stays_ones_own(store: Store) -> None:
    await store.writer.run(lambda tx: add_agent(tx, "owner", "own hash", "owner", "I myself", "en"))
    await store.writer.run(seed)
    logins = [login for login, _, _ in await store.read(demo.list_logins)]
    assert logins == ["owner.karavan", *(staff.login for staff in STAFF[1:])]


async def test_the_widget_finds_the_inboxes_by_their_keys(store: Store) -> None:
    await store.writer.run(seed)
    keys = {inbox.key for inbox in await store.read(lambda tx: rows(tx, InboxRow))}
    assert keys >= {"karavan-yerevan", "karavan-tbilisi", "karavan-almaty"}


async def test_messages_are_seeded_in_one_statement(store: Store) -> None:
    said: list[str] = []

    def counted(tx: Tx) -> None:
        def note(*call: Any) -> None:
            said.append(call[2])

        event.listen(tx, "before_cursor_execute", note)
        seed(tx)
        event.remove(tx, "before_cursor_execute", note)

    await store.writer.run(counted)
    assert sum(statement.startswith("INSERT INTO messages") for statement in said) == 1
    assert sum(statement.startswith("INSERT INTO demo_rows") for statement in said) == 1


def test_sample_messages_are_there_for_every_language() -> None:
    prompts = json.loads((Path(demo.__file__).parent / "prompts.json").read_bytes())
    assert list(prompts) == list(LANGUAGES)
    for language, samples in prompts.items():
        assert len(samples) == len(set(samples)) == 4
        assert any(sample.isascii() for sample in samples)
        assert language == "en" or sum(sample.isascii() for sample in samples) == 1
