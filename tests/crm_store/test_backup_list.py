"""Backups are files, and yet their list is sorted, filtered and paged as any other, on both stores."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_store.backup_list import BACKUPS, BackupFile, page_backups
from crm_store.engine import Store
from crm_store.ordering import order_key
from crm_store.paging import FilterValue, Wanted

AT = datetime(2026, 11, 1, tzinfo=UTC)
FILES = [
    BackupFile(n, f"barev-{n % 4}.zip", AT + timedelta(hours=n), 1000 * (n % 3), n % 5 != 0, "schedule")
    for n in range(17)
] + [BackupFile(100, "Before-upgrade.zip", AT - timedelta(days=1), 5_000_000_000, ok=True, kind="upgrade")]


async def pages(store: Store, files: Sequence[BackupFile], sort: str | None, descending: bool | None) -> list[int]:
    """The numbers of all files, page by page."""
    found: list[int] = []
    after: str | None = None
    while True:
        wanted = Wanted(sort, descending, after, limit=4)
        page, after = await store.read(lambda tx, w=wanted: page_backups(tx, files, w))  # type: ignore[misc]  # binds it
        found += [one.number for one in page]
        if after is None:
            return found


def order_of(file: BackupFile, sort: str) -> Any:
    """What a file is sorted by."""
    return order_key(file.name) if sort == "name" else getattr(file, sort)


async def test_every_column_sorts_through_all_pages(store: Store) -> None:
    for sort in BACKUPS.sorts:
        for descending in (False, True):
            there = sorted(FILES, key=lambda one: (order_of(one, sort), one.number), reverse=descending)  # used at once
            wanted = [one.number for one in there]
            assert await pages(store, FILES, sort, descending) == wanted, (sort, descending)
    assert await pages(store, FILES, None, None) == [*range(16, -1, -1), 100]
    assert await pages(store, [], None, None) == []


async def test_filters_narrow_it(store: Store) -> None:
    async def found(**filters: FilterValue) -> set[int]:
        page, _ = await store.read(lambda tx: page_backups(tx, FILES, Wanted(filters=filters)))
        assert all(one in FILES for one in page)
        return {one.number for one in page}

    assert await found(ok=False) == {0, 5, 10, 15}
    assert await found(kind="upgrade") == await found(name="BEFORE") == await found(size=5_000_000_000) == {100}
    assert await found(at_from=AT + timedelta(hours=3), at_to=AT + timedelta(hours=5)) == {3, 4}
