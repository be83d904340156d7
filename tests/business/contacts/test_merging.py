"""Two contacts become one and two again, and nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from business.contacts import details
from business.contacts.cards import CardInput, change_card
from business.contacts.duplicates import propose, propose_all, say_distinct
from business.contacts.merging import merge, undo
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, cards, catalogues, contacts, remarks
from crm_store.engine import Store
from crm_store.models import AddressRow, AttachmentRow, ContactRow, ConversationRow, MessageRow
from tests.business.contacts.people import add_row, card, say, snapshot, talk

REMOTE = "192.0.2.1"
NAMES = ["", "Անի", "Ани Петросян", "Nino"]
PHONES = ["", "077 123456", "091 111222"]
_person = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "parts": st.booleans(),
        "note": st.sampled_from(["", "VIP", "second\nline"]),
        "language": st.sampled_from([None, "hy", "ru"]),
        "birthday": st.sampled_from([None, "--02-29", "1986-02-28"]),
        "code": st.booleans(),
        "phones": st.lists(st.sampled_from(PHONES[1:]), unique=True),
        "custom": st.dictionaries(st.sampled_from(["size", "hair"]), st.sampled_from(["a", "b"])),
        "groups": st.sets(st.integers(0, 2)),
        "categories": st.sets(st.integers(0, 1)),
        "talks": st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.sampled_from(["", "same"])), max_size=3),
        "notes": st.integers(0, 2),
        "tasks": st.integers(0, 2),
        "subjects": st.integers(0, 2),
        "extras": st.integers(0, 1),
        "files": st.integers(0, 1),
        "seen": st.one_of(st.none(), st.integers(1, 10**12)),
    }
)


def _catalogues(tx: Tx) -> tuple[list[int], list[int]]:
    for key in ("size", "hair"):
        if catalogues.find_named(tx, "custom_field", "key", key) is None:
            catalogues.add(tx, "custom_field", {"key": key, "label": key, "kind": "text"})
    groups = [catalogues.find_named(tx, "contact_group", "name", f"g{n}") for n in range(3)]
    if None in groups:
        groups = [catalogues.add(tx, "contact_group", {"name": f"g{n}"}) for n in range(3)]
    kinds = [catalogues.find_named(tx, "contact_category", "name", f"c{n}") for n in range(2)]
    if None in kinds:
        kinds = [catalogues.add(tx, "contact_category", {"name": f"c{n}"}) for n in range(2)]
    return [one or 0 for one in groups], [one or 0 for one in kinds]


def _live(tx: Tx, agent: Agent, has: dict[str, Any]) -> int:
    """A contact with everything that may hang on one."""
    groups, categories = _catalogues(tx)
    values: dict[str, Any] = {key: has[key] for key in ("note", "language", "birthday", "custom")}
    values |= {"given_name": has["name"] or None, "family_name": "X"} if has["parts"] else {"name": has["name"]}
    values["group_ids"] = tuple(groups[one] for one in has["groups"])
    values["category_ids"] = tuple(categories[one] for one in has["categories"])
    if has["code"]:
        values["code"] = f"K{tx.scalar(select(func.max(ContactRow.id))) or 0}"
    person = card(tx, agent, **values).id
    for phone in has["phones"]:
        details.add_address(tx, agent, person, "phone", phone, "AM", REMOTE)
    for resolved, said, client in has["talks"]:
        talk(tx, person, resolved=resolved, said=said, client=f"{client}" if client else "")
    for number in range(has["notes"]):
        details.add_note(tx, agent, person, f"note {number}", REMOTE)
    for number in range(has["tasks"]):
        row = {"contact_id": person, "author_name": "", "title": f"task {number}", "created_at": clock.now()}
        remarks.insert_task(tx, row)
    for number in range(has["subjects"]):
        details.add_subject(tx, agent, person, {"kind": "pet", "name": f"pet {number}"}, REMOTE)
    for number in range(has["extras"]):
        details.add_extra(tx, agent, person, {"name": f"husband {number}"}, "AM", REMOTE)
    for _ in range(has["files"]):
        file = {"name": "x.pdf", "mime": "application/pdf", "size": 1, "sha256": "0", "path": "x"}
        add_row(tx, AttachmentRow, contact_id=person, created_at=clock.now(), **file)
    if has["seen"]:
        contacts.set_seen(tx, {person: clock.from_ms(has["seen"])})
    return person


@pytest.mark.slow
@pytest.mark.soak
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_person, second=_person, third=_person)
async def test_undoing_a_merge_puts_everything_back(
    store: Store, first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    """Also where one merge stands on another."""

    def play(tx: Tx) -> None:
        owner = _owner(tx)
        a, b, c = (_live(tx, owner, has) for has in (first, second, third))
        at_first = snapshot(tx)
        (one, _), _ = merge(tx, owner, a, b, REMOTE)
        _has_all(tx, a, b)
        merged = snapshot(tx)
        (two, _), _ = merge(tx, owner, c, a, REMOTE)
        _has_all(tx, c, a)
        assert _unresolved_doubles(tx) == 0
        with pytest.raises(Rejected):
            undo(tx, owner, one, REMOTE)
        undo(tx, owner, two, REMOTE)
        assert snapshot(tx) == merged
        undo(tx, owner, one, REMOTE)
        assert snapshot(tx) == at_first

    await store.writer.run(play)


def _owner(tx: Tx) -> Agent:
    from business.team.accounts import add_agent
    from crm_store import agents

    found = agents.find_login(tx, "merger")
    owner = agents.find_agent(tx, found or add_agent(tx, "merger", "no hash", "owner", "Mariam", "en"))
    assert owner is not None
    return owner


def _has_all(tx: Tx, kept: int, gone: int) -> None:
    """Nothing that can be seen is left with the one that went."""
    assert _talks(tx, gone) == []
    left = cards.load_kin(tx, gone)
    assert not left.subjects
    assert not left.extra_contacts
    kept_values = {(one.channel, one.value) for one in cards.load_kin(tx, kept).addresses}
    assert all((one.channel, one.value) in kept_values for one in left.addresses)
    went, stays = cards.find_card(tx, gone), cards.find_card(tx, kept)
    assert went is not None
    assert stays is not None
    assert went.merged_into == kept
    assert {one.id for one in went.groups} <= {one.id for one in stays.groups}
    assert set(went.custom) <= set(stays.custom)
    foreign = (
        select(func.count())
        .select_from(MessageRow)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
    )
    assert tx.scalar(foreign.where(MessageRow.contact_id != ConversationRow.contact_id)) == 0


def _talks(tx: Tx, contact_id: int) -> list[int]:
    mine = select(ConversationRow.id).where(ConversationRow.contact_id == contact_id)
    return list(tx.scalars(mine.order_by(ConversationRow.id.desc())))


def _unresolved_doubles(tx: Tx) -> int:
    doubles = select(ConversationRow.address_id).where(ConversationRow.status != "resolved")
    doubles = doubles.group_by(ConversationRow.address_id).having(func.count() > 1)
    return len(tx.execute(doubles).all())


async def test_what_is_sent_again_after_a_merge_is_the_same_message(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        kept, gone = card(tx, owner, name="Անի").id, card(tx, owner, name="Ani").id
        opened = talk(tx, gone, said=0)
        first = say(tx, opened, gone, "hello", client_id="the same")
        merge(tx, owner, kept, gone, REMOTE)
        again = say(tx, opened, kept, "hello", client_id="the same")
        assert (again.id, again.repeated) == (first.id, True)

    await store.writer.run(play)


async def test_open_dialogs_are_told(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        kept, gone = card(tx, owner, name="Անի").id, card(tx, owner, name="Ani", phone="077 123456").id
        mine, his, old = talk(tx, kept), talk(tx, gone), talk(tx, gone, resolved=True)
        (merge_id, shown), heads = merge(tx, owner, kept, gone, REMOTE)
        assert [head.id for head in heads] == [mine, his]
        assert {head.contact.id for head in heads} == {kept}
        assert (shown.phone, shown.conversations) == ("077 123456", 3)
        later = talk(tx, kept)
        _, heads = undo(tx, owner, merge_id, REMOTE)
        assert {head.id: head.contact.id for head in heads} == {mine: kept, his: gone, later: kept}
        assert _talks(tx, gone) == [old, his]

    await store.writer.run(play)


async def test_what_was_changed_since_stays(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        kept, gone = card(tx, owner, name="Անի").id, card(tx, owner, name="Ani", birthday="1986-02-28", note="VIP").id
        (merge_id, _), _ = merge(tx, owner, kept, gone, REMOTE)
        change_card(tx, owner, kept, CardInput(given=frozenset({"note"}), note="asked for Sona"), "AM", None)
        undo(tx, owner, merge_id, REMOTE)
        shown = cards.find_card(tx, kept)
        assert shown is not None
        assert (shown.note, shown.birthday) == ("asked for Sona", None)
        with pytest.raises(Rejected, match="merge_undone"):
            undo(tx, owner, merge_id, REMOTE)

    await store.writer.run(play)


async def test_what_cannot_be_merged(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        kept, gone = card(tx, owner, name="Անի").id, card(tx, owner, name="Ani").id
        for pair in ((kept, kept), (kept, 999), (999, kept)):
            with pytest.raises(Rejected):
                merge(tx, owner, *pair, REMOTE)
        merge(tx, owner, kept, gone, REMOTE)
        for pair in ((kept, gone), (gone, kept)):
            with pytest.raises(Rejected, match="not_found"):
                merge(tx, owner, *pair, REMOTE)

    await store.writer.run(play)


async def test_who_may_be_one_is_proposed(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        one = card(
            tx, owner, name="Անի Պետրոսյան", phone="077 123456", email="ani@example.com", birthday="1986-02-28"
        ).id
        same = card(tx, owner, name="A.", phone="+374 77 123456", email="ANI@example.com").id
        named = card(tx, owner, name="պետրոսյան ԱՆԻ", birthday="1986-02-28").id
        card(tx, owner, name="Անի Պետրոսյան", birthday="1987-02-28")
        card(tx, owner, name="Other", birthday="1986-02-28")
        found = [(each.card.id, each.why, each.score) for each in propose(tx, one)]
        assert found == [(same, ("phone", "email"), 100), (named, ("name", "birthday"), 50)]
        pairs: list[tuple[int, int]] = []
        cursor: str | None = None
        while True:
            page, cursor = propose_all(tx, cursor, 1)
            pairs += [(each.first.id, each.second.id) for each in page]
            if cursor is None:
                break
        assert set(pairs) == {(one, same), (one, named)}
        say_distinct(tx, owner, named, one, REMOTE)
        say_distinct(tx, owner, one, named, REMOTE)
        assert [each.card.id for each in propose(tx, one)] == [same]
        assert {(each.first.id, each.second.id) for each in propose_all(tx, None, 50)[0]} == {(one, same)}
        merge(tx, owner, one, same, REMOTE)
        assert propose(tx, one) == []
        assert propose_all(tx, None, 50) == ([], None)

    await store.writer.run(play)


async def test_an_address_both_have_stated_is_shown_once(store: Store, owner: Agent) -> None:
    def play(tx: Tx) -> None:
        kept, gone = (card(tx, owner, name=name, phone="077 123456").id for name in ("Անի", "Ani"))
        merge(tx, owner, kept, gone, REMOTE)
        assert [one.value for one in cards.load_kin(tx, kept).addresses] == ["+37477123456"]
        assert tx.scalar(select(func.count()).select_from(AddressRow)) == 2

    await store.writer.run(play)
