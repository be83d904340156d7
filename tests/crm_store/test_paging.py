"""Paging by cursor gives what a plain sorted list gives, for every column, order and place of a page, on both
stores."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, Table, Text, delete, insert, select

from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store
from crm_store.paging import Listing, Sort, Wanted
from crm_store.rows import AnySelect
from crm_store.types import Id, UtcTime

_META = MetaData()
THINGS = Table(
    "paged_things",
    _META,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("word", Text()),
    Column("title", Text(), nullable=False),
    Column("amount", Integer()),
    Column("size", Float()),
    Column("at", UtcTime()),
    Column("on", Boolean()),
    Column("number", Id, nullable=False, unique=True),
)
COLUMNS = ("word", "title", "amount", "size", "at", "on", "number", "id")
LISTING = Listing(
    "things",
    THINGS.c.id,
    {
        "word": Sort(THINGS.c.word),
        "title": Sort(THINGS.c.title, nullable=False),
        "amount": Sort(THINGS.c.amount),
        "size": Sort(THINGS.c.size),
        "at": Sort(THINGS.c.at),
        "on": Sort(THINGS.c.on),
        "number": Sort(THINGS.c.number, unique=True, nullable=False),
        "id": Sort(THINGS.c.id, nullable=False),
    },
    default="number",
    descending=True,
    filters={"word": THINGS.c.word, "on": THINGS.c.on, "at": THINGS.c.at, "amount": THINGS.c.amount},
)


class Thing(NamedTuple):
    """What a row is made of, beside its id and number."""

    word: str | None
    title: str
    amount: int | None
    size: float | None
    at: int | None
    on: bool | None


few = st.text(alphabet="aБԱაҒ ", max_size=2)
things = st.lists(
    st.builds(
        Thing,
        word=st.none() | few,
        title=few,
        amount=st.none() | st.integers(-2, 2),
        size=st.none() | st.sampled_from([-1.5, 0.0, 0.1, 3.0]),
        at=st.none() | st.integers(0, 3),
        on=st.none() | st.booleans(),
    ),
    max_size=25,
)


@pytest.fixture
async def table(store: Store) -> Store:
    """The store with the table of things in it."""
    await store.writer.run(_META.create_all)
    return store


def rows_of(made: list[Thing]) -> list[dict[str, Any]]:
    """Rows as they are put in; numbers run against ids."""
    return [
        {
            **one._asdict(),
            "at": None if one.at is None else clock.EPOCH + timedelta(days=one.at, milliseconds=1),
            "id": index + 1,
            "number": 1000 - index,
        }
        for index, one in enumerate(made)
    ]


def plainly(rows: list[dict[str, Any]], sort: str, descending: bool) -> list[int]:
    """The ids as Python sorts them: what has no value last, ties by id in the same direction."""
    having = [row for row in rows if row[sort] is not None]
    rest = [row for row in rows if row[sort] is None]
    having.sort(key=lambda row: (row[sort], row["id"]), reverse=descending)
    rest.sort(key=lambda row: row["id"], reverse=descending)
    return [row["id"] for row in [*having, *rest]]


def refill(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """Exactly these rows."""
    tx.execute(delete(THINGS))
    if rows:
        tx.execute(insert(THINGS), rows)


def walk(tx: Tx, query: AnySelect, sort: str, descending: bool, limit: int) -> list[int]:
    """All pages, one after another."""
    found: list[int] = []
    after: str | None = None
    for _ in range(100):
        page = LISTING.page(tx, query, Wanted(sort, descending, after, limit))
        assert len(page.rows) <= limit
        found += [row.id for row in page.rows]
        if page.next is None:
            return found
        assert len(page.rows) == limit
        after = page.next
    raise AssertionError("it never ends")


@pytest.mark.soak
async def test_pages_are_the_sorted_list(table: Store) -> None:
    loop = asyncio.get_running_loop()

    async def compare(rows: list[dict[str, Any]], limit: int) -> None:
        await table.writer.run(lambda tx: refill(tx, rows))
        for sort in COLUMNS:
            for descending in (False, True):
                query = select(THINGS)
                found = await table.read(lambda tx: walk(tx, query, sort, descending, limit))  # noqa: B023  # awaited here
                assert found == plainly(rows, sort, descending), (sort, descending)

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(things, st.integers(1, 7))
    def search(made: list[Thing], limit: int) -> None:
        asyncio.run_coroutine_threadsafe(compare(rows_of(made), limit), loop).result(60)

    await asyncio.to_thread(search)


async def test_rows_that_come_and_go_disturb_no_others(table: Store) -> None:
    rows = rows_of([Thing("a", "t", 1, None, 1, True)] * 6)
    await table.writer.run(lambda tx: refill(tx, rows))
    first = await table.read(lambda tx: LISTING.page(tx, select(THINGS), Wanted("word", limit=2)))
    gone = delete(THINGS).where(THINGS.c.id.in_((1, 2, 4)))  # the cursor's own row among them
    await table.writer.run(lambda tx: tx.execute(gone))
    rest = await table.read(lambda tx: LISTING.page(tx, select(THINGS), Wanted("word", None, first.next, 10)))
    assert [row.id for row in first.rows] == [1, 2]
    assert [row.id for row in rest.rows] == [3, 5, 6]
    assert rest.next is None


async def test_filters(table: Store) -> None:
    rows = rows_of([Thing(word, "t", count, None, count, count == 1) for count in (0, 1, None) for word in ("a", None)])
    await table.writer.run(lambda tx: refill(tx, rows))

    async def ids(**filters: Any) -> list[int]:
        wanted = Wanted("id", False, None, 10, filters)
        page = await table.read(lambda tx: LISTING.page(tx, select(THINGS), wanted))
        return [row.id for row in page.rows]

    assert await ids() == [1, 2, 3, 4, 5, 6]
    assert await ids(word="a") == [1, 3, 5]
    assert await ids(word=None, amount=1) == [4]
    assert await ids(on=True) == [3, 4]
    assert await ids(on=False) == [1, 2, 5, 6]
    second = clock.EPOCH + timedelta(days=1, milliseconds=1)
    assert await ids(at_from=second) == [3, 4]
    assert await ids(at_to=second) == [1, 2]
    assert await ids(at_from=second, at_to=second) == []


def forged(*parts: object) -> str:
    """A cursor as a stranger might make one."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


async def test_cursors_are_checked(table: Store) -> None:
    rows = rows_of([Thing("a", "t", 1, 1.0, 1, True)] * 3)
    await table.writer.run(lambda tx: refill(tx, rows))

    async def ask(sort: str, after: str, descending: bool = False) -> list[int]:
        page = await table.read(lambda tx: LISTING.page(tx, select(THINGS), Wanted(sort, descending, after, 1)))
        return [row.id for row in page.rows]

    cursors = {}
    for sort in COLUMNS:
        first = Wanted(sort, False, None, 1)
        page = await table.read(lambda tx: LISTING.page(tx, select(THINGS), first))  # noqa: B023  # awaited here
        assert page.next is not None
        cursors[sort] = page.next
        assert await ask(sort, page.next) == [2]
    seal = json.loads(base64.urlsafe_b64decode(cursors["amount"] + "=="))[0]
    wrong = [
        ("amount", cursors["word"], False),
        ("amount", cursors["amount"], True),
        ("number", "-1", False),
        ("number", "1e3", False),
        ("number", "²", False),
        ("number", "9" * 30, False),
        ("amount", forged(seal, "text", 1), False),
        ("amount", forged(seal, True, 1), False),
        ("amount", forged(seal, 2**63, 1), False),
        ("amount", forged(seal, 1, 2**70), False),
        ("amount", forged(seal, 1), False),
        ("amount", forged(), False),
        ("amount", "%%%", False),
        ("amount", "é", False),
        ("amount", base64.urlsafe_b64encode(b"[" * 3000).decode(), False),
        ("no_such_column", "1", False),
    ]
    for sort, after, descending in wrong:
        with pytest.raises(Rejected) as refusal:
            await ask(sort, after, descending)
        assert refusal.value.code == "invalid", (sort, after)


def test_a_column_without_order_is_refused() -> None:
    with pytest.raises(TypeError):
        Listing("x", THINGS.c.id, {"word": Sort(THINGS.c.word, unique=True)}, default="word", descending=False)
