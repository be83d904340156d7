"""The bin, retention, erasure, and phones that were kept in an older way."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from business.contacts import details
from business.contacts.bin import delete_contact, restore
from business.contacts.history import add_kind, kinds, list_history
from business.contacts.merging import merge
from business.contacts.personal import collect, erase
from business.contacts.upkeep import Upkeep
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event
from conversation.messages import Agent
from crm_store import Tx, audit, cards, contacts, imports, settings_table
from crm_store.engine import Store
from crm_store.history import Cut, Entry, Scope
from crm_store.models import (
    AddressRow,
    AuditValuesRow,
    Base,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    MessageRow,
)
from tests.business.contacts.people import card, say, talk

REMOTE = "192.0.2.1"
SECRET = "Գաղտնի"


def everything(tx: Tx) -> str:
    """All that the store holds, as one text."""
    return "\n".join(str(row) for table in Base.metadata.tables.values() for row in tx.execute(select(table)))


async def test_an_erased_person_is_nowhere(store: Store, owner: Agent) -> None:
    def live(tx: Tx) -> tuple[int, int]:
        person = card(tx, owner, name=SECRET, phone="077 123456", email="secret@example.com", note=SECRET).id
        double = card(tx, owner, name=f"{SECRET} 2", custom={}, birthday="1986-02-28").id
        opened = talk(tx, double, resolved=True, said=0)
        say(tx, opened, double, SECRET)
        tx.execute(update(ConversationRow).values(status="resolved", answers={"name": SECRET}, page_url=SECRET))
        tx.execute(update(MessageRow).values(author_name=SECRET))
        details.add_note(tx, owner, person, SECRET, REMOTE)
        details.add_subject(tx, owner, person, {"kind": "child", "name": SECRET}, REMOTE)
        details.add_extra(tx, owner, person, {"name": SECRET, "phone": "077 123456"}, "AM", REMOTE)
        file = {"kind": "contacts", "name": "a.csv", "format": "csv", "path": "imports/1.csv", "language": "hy"}
        shown = [{"index": 0, "header": "name", "sample": [SECRET]}]
        brought = imports.add(
            tx, {**file, "columns": shown, "mapping": {}, "options": {}, "state": "done"}, clock.now()
        )
        line = {"row": 1, "outcome": "updated", "contact_id": person, "before": {"name": SECRET}, "after": {"name": ""}}
        imports.add_lines(tx, brought, [line], clock.now())
        merge(tx, owner, person, double, REMOTE)
        assert str(collect(tx, person)).count(SECRET) >= 6
        return person, opened

    person, opened = await store.writer.run(live)
    before = await store.read(lambda tx: tx.execute(select(ConversationRow.__table__)).one())
    await store.writer.run(lambda tx: erase(tx, owner, person, SECRET, REMOTE))
    left = await store.read(everything)
    for word in (SECRET, "077 1", "77123456", "secret@", "1986-02-28"):
        assert word not in left, word
    after = await store.read(lambda tx: tx.execute(select(ConversationRow.__table__)).one())
    assert (after.id, after.last_seq, after.status) == (opened, before.last_seq, "resolved")
    assert after.last_change > before.last_change
    entries, _ = await store.read(lambda tx: audit.list_entries(tx, entity="contact", entity_id=person))
    assert entries[0].action == "contact.erased"
    assert entries[-1].after is not None
    assert {"name", "phone"} <= set(entries[-1].after["fields"])  # type: ignore[arg-type]  # a list of texts
    with pytest.raises(Rejected):
        await store.read(lambda tx: collect(tx, person))


async def test_the_bin_is_emptied_in_time(store: Store, owner: Agent) -> None:
    told: list[Event] = []
    upkeep = Upkeep(store, told.append, "AM")

    def fill(tx: Tx) -> list[int]:
        rested, waits, fresh, kept = (card(tx, owner, name=name).id for name in ("a", "b", "c", "d"))
        note = details.add_note(tx, owner, kept, "old", REMOTE)
        details.remove_note(tx, owner, kept, note.id, REMOTE)
        for one in (rested, waits, fresh):
            delete_contact(tx, owner, one, REMOTE)
        talk(tx, waits)
        old = clock.now() - timedelta(days=31)
        tx.execute(update(ContactRow).where(ContactRow.id.in_((rested, waits))).values(deleted_at=old))
        tx.execute(update(ContactNoteRow).values(deleted_at=old))
        return [rested, waits, fresh, kept]

    rested, waits, fresh, kept = await store.writer.run(fill)
    await store.writer.run(lambda tx: settings_table.put(tx, "retention.contacts_bin_days", 0, clock.now()))
    assert await upkeep.run() == 0
    await store.writer.run(lambda tx: settings_table.put(tx, "retention.contacts_bin_days", 30, clock.now()))
    assert await upkeep.run() == 3
    found = await store.read(lambda tx: cards.load_cards(tx, (rested, waits, fresh, kept)))
    assert [found[one].erased_at is not None for one in (rested, waits, fresh, kept)] == [True, False, False, False]
    assert [found[one].live for one in (rested, waits, fresh, kept)] == [False, True, False, True]
    assert await store.read(lambda tx: tx.scalar(select(func.count()).select_from(ContactNoteRow))) == 0
    assert await upkeep.run() == 0
    await store.writer.run(lambda tx: restore(tx, owner, "contact", fresh, REMOTE))
    with pytest.raises(Rejected):
        await store.writer.run(lambda tx: restore(tx, owner, "contact", rested, REMOTE))


async def test_messages_and_values_are_kept_as_long_as_said(store: Store, owner: Agent) -> None:
    told: list[Event] = []
    upkeep = Upkeep(store, told.append, "AM")

    def live(tx: Tx) -> tuple[int, int]:
        person = card(tx, owner, name="Անի").id
        old, open_one = talk(tx, person, resolved=True), talk(tx, person)
        long_ago = clock.now() - timedelta(days=400)
        tx.execute(update(ConversationRow).values(last_message_at=long_ago))
        return old, open_one

    old, open_one = await store.writer.run(live)
    assert await upkeep.run() == 0
    await store.writer.run(lambda tx: settings_table.put(tx, "retention.messages_days", 365, clock.now()))
    assert await upkeep.run() == 1
    texts = await store.read(lambda tx: dict(tx.execute(select(MessageRow.conversation_id, MessageRow.text)).all()))
    assert texts == {old: "", open_one: "text 0"}
    assert len(told) == 1
    await store.writer.run(lambda tx: settings_table.put(tx, "retention.audit_days", 1, clock.now()))
    assert await upkeep.run() == 0
    await store.writer.run(
        lambda tx: record_deed(tx, owner, "contact.changed", "contact", 1, before={"name": "x"}, after={"name": "y"})
    )
    assert await store.read(lambda tx: tx.scalar(select(func.count()).select_from(AuditValuesRow))) == 2


async def test_values_are_deleted_and_never_changed(store: Store, owner: Agent) -> None:
    await store.writer.run(lambda tx: card(tx, owner, name="Անի"))
    with pytest.raises(Rejected):
        await store.writer.run(lambda tx: tx.execute(update(AuditValuesRow).values(after={"name": "x"})))
    with pytest.raises(Rejected):
        await store.writer.run(lambda tx: tx.execute(text("UPDATE audit_log SET action = 'x'")))


async def test_phones_kept_as_digits_are_read(store: Store, owner: Agent) -> None:
    told: list[Event] = []
    upkeep = Upkeep(store, told.append, "AM")

    def live(tx: Tx) -> list[int]:
        ids = [card(tx, owner, name=name).id for name in ("a", "b", "c")]
        for contact_id, phone in zip(ids, ("077123456", "not one 5", "8 701 123 45 67"), strict=True):
            digits = "".join(filter(str.isdigit, phone))
            contacts.state_address(tx, contact_id, "phone", digits, phone, clock.now())
        contacts.change_contact(tx, ids[2], {"country": "KZ"}, clock.now())
        card(tx, owner, name="d", phone="077 123456")
        return ids

    await store.writer.run(live)
    assert await upkeep.run() == 3
    rows = await store.read(
        lambda tx: tx.execute(select(AddressRow.value, AddressRow.display).order_by(AddressRow.id)).all()
    )
    assert [tuple(row) for row in rows] == [
        ("+37477123456", "077 123456"),
        ("5", "not one 5"),
        ("+77011234567", "+7 701 123 4567"),
        ("+37477123456", "077 123456"),
    ]
    assert await upkeep.run() == 0


def _calls(_tx: Tx, scope: Scope, cut: Cut | None, limit: int) -> list[Entry]:
    at = clock.from_ms(1_795_608_000_000)
    entry = Entry(at, "call", scope.contact_id, None, "call", title="He rang")
    return [] if cut is not None and cut.at <= at else [entry][:limit]


async def test_a_later_kind_joins_the_history(store: Store, owner: Agent) -> None:
    add_kind("call", _calls)
    person = (await store.writer.run(lambda tx: card(tx, owner, name="Անի"))).id
    for wanted, expected in ([["change", "call"]] * 2, [[], ["call", "change"]]):
        found, following = await store.read(
            lambda tx, wanted=wanted: list_history(tx, person, None, wanted=wanted, after=None, limit=10)  # type: ignore[misc]  # binds the loop's
        )
        assert (sorted(one.kind for one in found), following) == (sorted(expected), None)
    assert "call" in kinds()
    with pytest.raises(Rejected):
        await store.read(lambda tx: list_history(tx, person, None, wanted=["x"], after=None, limit=10))
