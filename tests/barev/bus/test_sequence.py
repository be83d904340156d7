"""The order of events: by number, each once, nothing skipped, whatever is late, lost, or never told at all."""

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from barev.bus.sequence import Missed, Sequencer
from conversation.errors import Unavailable
from conversation.events import Audience, Event, ReadMarked


def event_of(number: int, word: int = 0) -> ReadMarked:
    """An event of that number; ``word`` tells several of one number apart."""
    return ReadMarked(Audience(1, None, None), "visitor", word, number, number)


@dataclass
class Shelf:
    """A store: what is committed can be read. ``failures``: so often it is away."""

    last: int = 0
    page: int = 100
    failures: int = 0
    reads: list[int] = field(default_factory=list)
    hold: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, after: int) -> Missed:
        """All after a number, as words of their own (900)."""
        self.reads.append(after)
        self.asked.set()
        if self.failures:
            self.failures -= 1
            raise Unavailable("error.store_down")
        last = self.last
        if self.hold is not None:
            await self.hold.wait()
        reached = min(last, after + self.page)
        return Missed([(n, event_of(n, 900)) for n in range(after + 1, reached + 1)], reached, reached < last)


class Desk:
    """Who hears."""

    def __init__(self, shelf: Shelf, patience_s: float = 0.01) -> None:
        self.heard: list[tuple[int, int]] = []
        self._news = asyncio.Event()
        self.sequencer = Sequencer(self._hear, shelf.read, patience_s)

    def _hear(self, event: Event) -> None:
        assert isinstance(event, ReadMarked)
        self.heard.append((event.event, event.seq))
        self._news.set()

    async def reach(self, number: int) -> None:
        """Waits until that number is reached."""
        async with asyncio.timeout(10):
            while self.sequencer.reached < number:
                self._news.clear()
                await self._news.wait()


async def test_what_comes_in_order_is_told_at_once_and_all_words_of_it() -> None:
    desk = Desk(Shelf())
    desk.sequencer.begin(10)
    for number in (11, 12):
        for word in (1, 2):
            desk.sequencer.put(number, event_of(number, word))
    assert desk.heard == [(11, 1), (11, 2), (12, 1), (12, 2)]
    await desk.sequencer.close()


async def test_what_came_too_early_waits_and_two_words_stay_together() -> None:
    shelf = Shelf()
    desk = Desk(shelf, patience_s=10)
    for number in (3, 2):
        desk.sequencer.put(number, event_of(number))
    assert desk.heard == []
    desk.sequencer.put(1, event_of(1, 1))
    desk.sequencer.put(1, event_of(1, 2))
    await desk.reach(3)
    assert desk.heard == [(1, 1), (1, 2), (2, 0), (3, 0)]
    assert shelf.reads == []
    await desk.sequencer.close()


async def test_what_does_not_come_is_read_from_the_store() -> None:
    shelf = Shelf(last=3)
    desk = Desk(shelf)
    desk.sequencer.put(3, event_of(3))
    await desk.reach(3)
    assert desk.heard == [(1, 900), (2, 900), (3, 900)]
    desk.sequencer.put(2, event_of(2))  # too late: it is told already, and perhaps by now it is another
    desk.sequencer.put(3, event_of(3, 2))
    desk.sequencer.put(4, event_of(4))
    assert desk.heard[3:] == [(4, 0)]
    await desk.sequencer.close()


async def test_a_number_nobody_told_of_is_read_when_it_is_known_to_be_given() -> None:
    desk = Desk(Shelf(last=2))
    desk.sequencer.expect(2)
    await desk.reach(2)
    assert desk.heard == [(1, 900), (2, 900)]
    await desk.sequencer.close()


async def test_what_comes_while_the_store_is_read_is_told_once() -> None:
    hold = asyncio.Event()
    shelf = Shelf(last=3, hold=hold)
    desk = Desk(shelf)
    desk.sequencer.read_now()
    await shelf.asked.wait()
    for number in (1, 2):
        desk.sequencer.put(number, event_of(number))
    desk.sequencer.put(5, event_of(5))
    hold.set()
    shelf.last = 5
    await desk.reach(5)
    assert desk.heard[:3] == [(1, 0), (2, 0), (3, 900)]
    assert [number for number, _ in desk.heard] == [1, 2, 3, 4, 5]
    await desk.sequencer.close()


async def test_a_lost_store_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barev.bus.sequence._STORE_PAUSE_S", 0.001)
    desk = Desk(Shelf(last=2, failures=3))
    desk.sequencer.expect(2)
    await desk.reach(2)
    assert desk.heard == [(1, 900), (2, 900)]
    await desk.sequencer.close()


async def test_more_than_memory_should_hold_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barev.bus.sequence.WAITING_MOST", 10)
    desk = Desk(Shelf(last=200, page=30))
    for number in range(2, 201):
        desk.sequencer.put(number, event_of(number))
    await desk.reach(200)
    assert [number for number, _ in desk.heard] == list(range(1, 201))
    await desk.sequencer.close()


@pytest.mark.parametrize("seed", range(20))
async def test_any_disorder_ends_in_the_same_order(seed: int) -> None:
    """Frames of three processes, shuffled and lost, with numbers that nobody tells of."""
    rng = random.Random(seed)
    shelf = Shelf(page=rng.choice((3, 100)))
    desk = Desk(shelf, patience_s=rng.choice((0.0, 0.001)))
    given = 0
    for _ in range(60):
        numbers = [number for number in range(given + 1, given + 8) if rng.random() < 0.9]
        given += 7
        shelf.last = given
        rng.shuffle(numbers)
        for number in numbers:
            for word in (1, 2):
                desk.sequencer.put(number, event_of(number, word))
            if rng.random() < 0.7:
                await asyncio.sleep(0)
    desk.sequencer.expect(given)
    await desk.reach(given)
    assert desk.heard == sorted(desk.heard)
    by_number = {number: [word for other, word in desk.heard if other == number] for number, _ in desk.heard}
    assert set(by_number) == set(range(1, given + 1))
    assert all(words in ([1, 2], [900]) for words in by_number.values()), by_number
    await desk.sequencer.close()
