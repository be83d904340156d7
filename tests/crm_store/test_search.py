"""Finding contacts and messages in a store, and keeping the index in step with it."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from business.search.indexing import Indexer, IndexingLimits
from conversation import clock
from crm_store import Tx, contacts, search_sweep
from crm_store.conversations import change_message, touch
from crm_store.engine import Store
from crm_store.models import (
    ContactKeyRow,
    ContactRow,
    ConversationRow,
    ExtraContactRow,
    MessageKeyRow,
    MessageRow,
    SearchMarkRow,
    SubjectRow,
    TeamRow,
)
from crm_store.search import ContactHit, MessageHit, find_contacts, find_messages
from tests.crm_store.people import add_person
from tests.crm_store.world import World, agent_says, append_all, visitor_says


async def _found(store: Store, query: str) -> list[ContactHit]:
    return (await store.read(lambda tx: find_contacts(tx, query)))[0]


async def _ids(store: Store, query: str) -> list[int]:
    return [hit.id for hit in await _found(store, query)]


async def _said(store: Store, query: str, eyes: tuple[int, tuple[int, ...]] | None = None) -> list[MessageHit]:
    return (await store.read(lambda tx: find_messages(tx, eyes, query)))[0]


@pytest.fixture
def indexer(store: Store) -> Indexer:
    """The background indexer, driven by hand, in steps of a few rows."""
    return Indexer(store, IndexingLimits(batch=3, pause_s=0.0))


async def _index(indexer: Indexer) -> None:
    while await indexer.catch_up():
        pass


# --- contacts


async def test_whole_words_come_before_beginnings_before_phones_before_the_rest(store: Store) -> None:
    def write(tx: Tx) -> list[int]:
        noted = add_person(tx, "Vardan", note="asks for 55")
        called = add_person(tx, "Karen", phone="+37455111222")
        longer = add_person(tx, "55th Street")
        exact = add_person(tx, "Studio 55")
        return [exact, longer, called, noted]

    wanted = await store.writer.run(write)
    assert await _ids(store, "55") == wanted


async def test_the_latest_comes_first_and_pages_hold_everybody_once(store: Store) -> None:
    ids = await store.writer.run(lambda tx: [add_person(tx, f"{'Ani' if n % 3 else 'Anita'} {n}") for n in range(23)])
    seen: list[int] = []
    after: int | None = None
    while True:
        hits, after = await store.read(lambda tx, a=after: find_contacts(tx, "ani", after=a, limit=5))  # type: ignore[misc]  # binds the loop's value
        seen += [hit.id for hit in hits]
        if after is None:
            break
    exact = [one for n, one in enumerate(ids) if n % 3][::-1]
    assert seen == exact + [one for n, one in enumerate(ids) if not n % 3][::-1]


@pytest.mark.parametrize(
    "query",
    [
        "077 123456",
        "+374 77 12",
        "37477123456",
        "7712",
        "123456",
        "0 77-12-34",
        "(077) 123",
        "0037477123456",
        "077",
        "77",
        "456",
    ],
)
async def test_a_phone_is_found_by_any_part_however_written(store: Store, query: str) -> None:
    wanted = await store.writer.run(lambda tx: add_person(tx, "Ani", phone="+37477123456"))
    await store.writer.run(lambda tx: add_person(tx, "Nino", phone="+995598000000"))
    assert await _ids(store, query) == [wanted]


@pytest.mark.parametrize("query", ["8701", "8 701 111", "+7701", "7011112233", "1112233"])
async def test_a_kazakh_phone_is_found_as_dialled_at_home(store: Store, query: str) -> None:
    wanted = await store.writer.run(lambda tx: add_person(tx, "Айгүл", phone="+77011112233"))
    assert await _ids(store, query) == [wanted]


async def test_all_of_a_card_is_searched(store: Store) -> None:
    def write(tx: Tx) -> int:
        contact_id = add_person(tx, "Ашот", email="ashot.g@firm.example", code="К-0042", note="Любит чай")
        tx.execute(
            insert(ExtraContactRow).values(contact_id=contact_id, name="Նարե", relation="կին", phone="+37499887766")
        )
        car = {"contact_id": contact_id, "kind": "car", "name": "Niva", "plate": "34 АВ 567", "created_at": clock.now()}
        tx.execute(insert(SubjectRow).values(**car))
        contacts.renew_search(tx, contact_id)
        return contact_id

    wanted = await store.writer.run(write)
    for query, field in (
        ("ashot.g@fi", "email"),
        ("firm", "email"),
        ("k-0042", "code"),
        ("к0042", "code"),
        ("0042", "code"),
        ("чай", "note"),
        ("nare", "extra_contact"),
        ("099887766", "phone"),
        ("niva", "subject"),
        ("34ab567", "plate"),
        ("34 ав", "plate"),
        ("567", "plate"),
    ):
        hits = await _found(store, query)
        assert [hit.id for hit in hits] == [wanted], query
        assert field in [one.field for one in hits[0].matched], (query, hits)


async def test_ranges_are_in_the_original_text(store: Store) -> None:
    await store.writer.run(lambda tx: add_person(tx, "Խաչատուր Ավետիսյան", phone="+37477123456"))
    for query, shown in (("khach", "Խաչ"), ("хачат", "Խաչատ"), ("avet", "Ավետ"), ("7712", "7712"), ("07712", "7712")):
        ((matched,),) = [hit.matched for hit in await _found(store, query)]
        assert [matched.text[start:end] for start, end in matched.ranges] == [shown], query


async def test_the_bin_and_those_merged_away_are_not_found(store: Store) -> None:
    def write(tx: Tx) -> None:
        stays, gone, merged = (add_person(tx, "Gayane Sargsyan") for _ in range(3))
        contacts.change_contact(tx, gone, {"deleted_at": clock.now()}, clock.now())
        contacts.change_contact(tx, merged, {"merged_into": stays}, clock.now())

    await store.writer.run(write)
    assert await _ids(store, "gayane") == [1]
    await store.writer.run(lambda tx: contacts.change_contact(tx, 2, {"deleted_at": None}, clock.now()))
    assert await _ids(store, "gayane") == [2, 1]
    left_behind = update(ContactRow).where(ContactRow.id == 2).values(deleted_at=clock.now())
    await store.writer.run(lambda tx: tx.execute(left_behind))
    assert await _ids(store, "gayane") == [1]


async def test_conditions_on_the_row_narrow_the_search(store: Store) -> None:
    ids = await store.writer.run(lambda tx: [add_person(tx, "Ani", country=land) for land in ("AM", "GE") * 20])
    where = [ContactRow.country == "GE"]
    hits, _ = await store.read(lambda tx: find_contacts(tx, "an", limit=50, where=where))
    assert [hit.id for hit in hits] == ids[1::2][::-1]


async def test_a_changed_name_is_found_at_once_and_the_old_one_no_more(store: Store) -> None:
    one = await store.writer.run(lambda tx: add_person(tx, "Maria"))
    await store.writer.run(lambda tx: contacts.change_contact(tx, one, {"name": "Нино"}, clock.now()))
    assert (await _ids(store, "nino"), await _ids(store, "maria")) == ([one], [])


@pytest.mark.parametrize("typed", ["Гаяен Саркся", "Gayanr", "Khachatrian", "Hachaturyan", "Gyaane"])
async def test_a_typing_mistake_is_forgiven(store: Store, typed: str) -> None:
    wanted = await store.writer.run(lambda tx: add_person(tx, "Գայանե Սարգսյան-Խաչատրյան"))
    await store.writer.run(lambda tx: add_person(tx, "George Washington"))
    assert await _ids(store, typed) == [wanted]


async def test_signs_alone_find_nobody_and_break_nothing(store: Store) -> None:
    await store.writer.run(lambda tx: add_person(tx, "Ani"))
    for query in (
        "",
        " ",
        '"',
        "'",
        "%",
        "_",
        "*",
        "()",
        "NOT",
        "a AND",
        "{names}:",
        "--",
        "\x00",
        "\ud83d\ude00",
        "+",
        "^a*",
        "\\",
    ):
        assert len(await _found(store, query)) <= 1
        assert await _said(store, query) == []


async def test_contacts_that_came_otherwise_are_indexed_in_the_background(store: Store, indexer: Indexer) -> None:
    at = clock.now()
    rows = [{"name": f"Nare {n}", "created_at": at, "updated_at": at} for n in range(8)]
    await store.writer.run(lambda tx: tx.execute(insert(ContactRow), rows))
    assert await _ids(store, "nare") == []
    await _index(indexer)
    assert len(await _ids(store, "nare")) == 8


# --- messages


async def test_messages_are_found_once_indexed_across_scripts(store: Store, world: World, indexer: Indexer) -> None:
    await append_all(
        store, visitor_says(world, "Բարև ձեզ, ուզում եմ գրանցվել"), agent_says(world, "Здравствуйте, Гаяне!")
    )
    assert await _said(store, "barev") == []
    await _index(indexer)
    for query, shown in (("barev", "Բարև"), ("uzum grants", "ուզում"), ("гая", "Гая"), ("gay", "Гая"), ("pl", "Зд")):
        hits = await _said(store, query)
        if query == "pl":
            assert hits == []
            continue
        assert len(hits) == 1, query
        assert shown in [hits[0].snippet[start:end] for start, end in hits[0].ranges], (query, hits)
    (wrong_layout,) = await _said(store, "plhfdc")
    assert wrong_layout.snippet == "Здравствуйте, Гаяне!"


async def test_the_latest_message_comes_first_and_pages_hold_all(store: Store, world: World, indexer: Indexer) -> None:
    said = await append_all(store, *(visitor_says(world, f"order {n}") for n in range(11)))
    await _index(indexer)
    seen: list[int] = []
    after: int | None = None
    while True:
        hits, after = await store.read(lambda tx, a=after: find_messages(tx, None, "ord", after=a, limit=4))  # type: ignore[misc]  # binds the loop's value
        seen += [hit.message_id for hit in hits]
        if after is None:
            break
    assert seen == [one.id for one in reversed(said)]


async def test_edits_and_deletions_count_at_once(store: Store, world: World, indexer: Indexer) -> None:
    edited, deleted = await append_all(store, visitor_says(world, "violin"), visitor_says(world, "violin"))
    await _index(indexer)
    assert len(await _said(store, "violin")) == 2

    new: dict[int, dict[str, object]] = {
        edited.id: {"text": "cello", "edited_at": clock.now()},
        deleted.id: {"text": "", "deleted_at": clock.now()},
    }

    def change(tx: Tx) -> None:
        for message_id, values in new.items():
            change, event = touch(tx, world.conversation_id)
            change_message(tx, message_id, change, event, **values)

    await store.writer.run(change)
    assert await _said(store, "violin") == []
    await _index(indexer)
    assert [hit.message_id for hit in await _said(store, "cello")] == [edited.id]
    assert await store.read(lambda tx: list(tx.scalars(select(MessageKeyRow.message_id)))) == [edited.id]


async def test_an_agent_finds_what_he_may_see_private_notes_too(store: Store, world: World, indexer: Indexer) -> None:
    await append_all(store, visitor_says(world, "balalaika"), agent_says(world, "balalaika, he said", private=True))
    await _index(indexer)

    def give(tx: Tx) -> int:
        team = tx.execute(insert(TeamRow).values(name="others").returning(TeamRow.id)).scalar_one()
        tx.execute(update(ConversationRow).values(team_id=team))
        return team

    team = await store.writer.run(give)
    assert [hit.private for hit in await _said(store, "balal", (7, (team,)))] == [True, False]
    assert await _said(store, "balal", (7, (team + 1,))) == []
    await store.writer.run(lambda tx: tx.execute(update(ConversationRow).values(assignee_id=None, team_id=None)))
    assert len(await _said(store, "balal", (7, ()))) == 2


async def test_many_with_one_word_do_not_hide_the_one_with_both(store: Store, world: World, indexer: Indexer) -> None:
    """The one that has both words is older than all that have but one."""
    await append_all(store, visitor_says(world, "tea for me"))
    await append_all(store, *(visitor_says(world, "tea") for _ in range(40)))
    await _index(indexer)
    hits, following = await store.read(lambda tx: find_messages(tx, None, "tea me", limit=1))
    assert ([hit.snippet for hit in hits], following) == (["tea for me"], None)


async def test_indexing_goes_on_where_it_was_killed(store: Store, world: World) -> None:
    """A step is planned, another process does it first, and the late one changes nothing."""
    await append_all(store, *(visitor_says(world, f"word{n}") for n in range(6)))
    now = clock.now()
    plan = await store.read(lambda tx: search_sweep.plan_step(tx, "one", now, 100))
    while plan is not None and plan.name == "contacts":
        assert await store.writer.run(lambda tx, p=plan: search_sweep.do_step(tx, p, "one", now))  # type: ignore[misc]  # binds the loop's value
        plan = await store.read(lambda tx: search_sweep.plan_step(tx, "one", now, 4))
    assert plan is not None
    assert plan.name == "messages"
    assert await store.writer.run(lambda tx: search_sweep.do_step(tx, plan, "one", now))
    assert not await store.writer.run(lambda tx: search_sweep.do_step(tx, plan, "one", now))
    assert await store.read(lambda tx: search_sweep.plan_step(tx, "two", now, 4)) is None
    later = now + timedelta(seconds=search_sweep.LEASE_S + 1)
    rest = await store.read(lambda tx: search_sweep.plan_step(tx, "two", later, 4))
    assert rest is not None
    assert rest.begin == plan.end
    assert await store.writer.run(lambda tx: search_sweep.do_step(tx, rest, "two", later))
    assert len(await _said(store, "word")) == 6


async def test_a_new_version_of_the_keys_indexes_all_anew(store: Store, world: World, indexer: Indexer) -> None:
    await append_all(store, visitor_says(world, "saffron"))
    person = await store.writer.run(lambda tx: add_person(tx, "Saffron"))
    await _index(indexer)

    def spoil(tx: Tx) -> None:
        tx.execute(update(MessageKeyRow).values(body="  wrong "))
        tx.execute(update(ContactKeyRow).values(names="  wrong ", version=0))
        tx.execute(update(SearchMarkRow).where(SearchMarkRow.name == "version").values(value=0))

    await store.writer.run(spoil)
    assert await _said(store, "saff") == []
    again = Indexer(store, IndexingLimits(batch=3, pause_s=0.0))
    await store.writer.run(lambda tx: tx.execute(update(SearchMarkRow).values(owner=None)))
    await _index(again)
    assert len(await _said(store, "saff")) == 1
    assert await _ids(store, "saff") == [person]


async def test_what_is_gone_from_the_store_is_gone_from_the_index(store: Store, world: World, indexer: Indexer) -> None:
    await append_all(store, visitor_says(world, "papaya"))
    person = await store.writer.run(lambda tx: add_person(tx, "Papaya"))
    await _index(indexer)
    await store.writer.run(lambda tx: tx.execute(delete(MessageRow)))
    await store.writer.run(lambda tx: contacts.renew_search(tx, person))
    assert await _said(store, "papaya") == []
    assert await store.read(lambda tx: tx.scalar(select(MessageKeyRow.message_id))) is None
