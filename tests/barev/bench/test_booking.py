"""The measurement of free time: both ways find the same starts, and it is said what was measured."""

from pathlib import Path

import pytest

from barev.bench import booking_free
from barev.bench.fleet import BenchError
from business.booking.slots import Slots
from crm_store.engine import StoreUrl


async def test_both_ways_find_the_same_starts(tmp_path: Path) -> None:
    said: list[str] = []
    address = StoreUrl(sqlite=tmp_path / "barev.db")
    figures = await booking_free.measure(address, (3, 4, 90), 2, 1, said.append)
    assert [len(one) for one in (figures.store_ms, figures.kept_ms, figures.booked_ms)] == [2, 2, 2]
    assert figures.facts["bookings_past"] == 90
    assert figures.facts["bookings_ahead"] == 3 * 4 * 3 + 4
    assert 0 < figures.facts["starts"] < 3 * 4 * 37
    rows = booking_free.rows_of("SQLite", figures)
    assert [row.goal for row in rows] == ["<= 15 ms", "<= 1 ms", ""]
    assert len(said) == 2


async def test_a_search_that_finds_less_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = Slots.find

    async def forgetful(self: Slots, *words: object, **more: object) -> object:
        return (await find(self, *words, **more))[1:]  # type: ignore[arg-type]

    monkeypatch.setattr(Slots, "find", forgetful)
    with pytest.raises(BenchError):
        await booking_free.measure(StoreUrl(sqlite=tmp_path / "barev.db"), (2, 2, 4), 1, 1, lambda _line: None)
