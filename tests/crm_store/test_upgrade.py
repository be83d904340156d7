"""A store of Barev 0.1 with things in it becomes one of today, on both stores: nothing said or done is lost."""

import pytest
from sqlalchemy import select, text

from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx, audit, schema, search
from crm_store.cards import load_cards
from crm_store.engine import StoreUrl, open_store, work_apart
from crm_store.models import AuditRow, AuditValuesRow, RoleRow
from crm_store.search_sweep import do_step, plan_step
from crm_store.types import dump_json

_DEEDS = [
    ("contact.added", "contact", 1, None, {"name": "Նարե", "phone": "077 123456"}),
    ("contact.changed", "contact", 1, {"note": "", "name": "Նարե"}, {"note": "գաղտնի", "name": "Նարե Մ."}),
    ("session.opened", "session", 7, None, None),
    ("contact.added", "contact", 2, None, None),
]
_ENTRY = """INSERT INTO audit_log (at, actor_kind, actor_id, actor_name, action, entity, entity_id, before, after)
    VALUES (1000, 'agent', 1, 'ani', :action, :entity, :entity_id, {before}, {after})"""


def make_old(tx: Tx) -> None:
    """As 0.1 left it: two customers, what was done with them, the three roles."""
    with tx.begin():
        schema.migrate(tx, "0003")
        for name in ("Նարե Մ.", "Давид"):
            tx.execute(
                text("INSERT INTO contacts (name, search, created_at, updated_at) VALUES (:n, :n, 1, 1)"), {"n": name}
            )
        as_json = "CAST(:{0} AS JSONB)" if tx.dialect.name == "postgresql" else ":{0}"
        entry = text(_ENTRY.format(before=as_json.format("before"), after=as_json.format("after")))
        for action, entity, entity_id, before, after in _DEEDS:
            values = {"before": before and dump_json(before), "after": after and dump_json(after)}
            tx.execute(entry, {"action": action, "entity": entity, "entity_id": entity_id, **values})
        roles = (
            text("INSERT INTO roles (name, permissions) VALUES (:name, :held)")
            if tx.dialect.name == "sqlite"
            else text("INSERT INTO roles (name, permissions) VALUES (:name, CAST(:held AS JSONB))")
        )
        tx.execute(roles, {"name": "owner", "held": '["conversations.all"]'})
        tx.execute(roles, {"name": "agent", "held": '["contacts.edit"]'})


async def test_an_old_store_keeps_what_it_held(url: StoreUrl) -> None:
    await work_apart(url, make_old)
    store = await open_store(url)
    try:
        cards = await store.read(lambda tx: load_cards(tx, [1, 2]))
        assert [cards[one].name for one in (1, 2)] == ["Նարե Մ.", "Давид"]
        log = await store.read(lambda tx: tx.execute(select(AuditRow.__table__).order_by(AuditRow.id)).all())
        assert [row.action for row in log] == [deed[0] for deed in _DEEDS]
        assert [(row.before, row.after) for row in log] == [
            (None, {"fields": ["name", "phone"]}),
            (None, {"fields": ["name", "note"]}),
            (None, None),
            (None, None),
        ]
        moved = select(AuditValuesRow.__table__).order_by(AuditValuesRow.audit_id)
        values = await store.read(lambda tx: tx.execute(moved).all())
        assert [(row.contact_id, row.before, row.after) for row in values] == [
            (deed[2], deed[3], deed[4]) for deed in _DEEDS[:2]
        ]
        with pytest.raises(Rejected):
            await store.writer.run(lambda tx: tx.execute(text("UPDATE audit_log SET action = 'x'")))
        with pytest.raises(Rejected):
            await store.writer.run(lambda tx: tx.execute(text("DELETE FROM audit_log")))
        entries, _ = await store.read(lambda tx: audit.list_entries(tx, entity="contact", entity_id=1))
        assert entries[0].action == "contact.changed"
        held = await store.read(lambda tx: {row.name: row.permissions for row in tx.execute(select(RoleRow.__table__))})
        assert "tokens.manage" in held["owner"]
        assert "tokens.manage" not in held["agent"]
        assert "contacts.edit" in held["agent"]
        await store.writer.run(_index)
        for words, whom in (("nare", 1), ("դավիդ", 2)):
            hits, _ = await store.read(lambda tx, words=words: search.find_contacts(tx, words))  # type: ignore[misc]  # binds the loop's
            assert [hit.id for hit in hits] == [whom], words
    finally:
        await store.close()


def _index(tx: Tx) -> None:
    """What the process does in the background, to its end."""
    while (step := plan_step(tx, "test", clock.now(), 64)) is not None:
        assert do_step(tx, step, "test", clock.now())
