"""Whatever is wished, freed, answered, left unanswered or cut off: no time has two holders, nobody is asked about the
same time twice, and nobody is passed over who came earlier."""

from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from business.booking.model import Slot, SlotPart
from business.booking.wishes import Wish
from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import JobRow, WaitlistOfferRow, WaitlistWishRow
from crm_store.rows import AnyRow
from tests.business.booking.queue import ZONE, Salon, day_ahead, hour, open_salon

DAY = day_ahead()
HOURS = (10, 11, 12, 13)
Deed = tuple[Literal["wish", "book", "cancel", "look", "cut", "yes", "no", "lapse"], int]
_DEEDS = st.lists(
    st.tuples(st.sampled_from(("wish", "book", "cancel", "look", "cut", "yes", "no", "lapse")), st.integers(0, 7)),
    min_size=5,
    max_size=30,
)


class Cut(Exception):
    """The process is gone before its commit."""


class Line:
    """The salon, and what the test knows of it."""

    def __init__(self, salon: Salon, regular: int) -> None:
        self.salon = salon
        self.regular = regular
        self.visits: list[int] = []

    async def do(self, deed: Deed) -> None:
        """One of the things that happen."""
        name, number = deed
        salon, at = self.salon, hour(DAY, HOURS[number % len(HOURS)])
        if name == "wish":
            first = HOURS[number % len(HOURS)] if number < len(HOURS) else HOURS[0]
            await salon.wish(await salon.customer(), DAY, from_time=f"{first}:00")
        elif name == "book":
            with suppress(Rejected):  # it is taken, or held for somebody
                self.visits.append(await salon.book(self.regular, at))
        elif name == "cancel" and self.visits:
            await salon.visits.cancel(None, self.visits.pop(number % len(self.visits)))
        elif name == "look":
            await salon.run()
        elif name == "cut":
            with pytest.raises(Cut):
                await salon.store.writer.run(self._cut_off)
        elif name in ("yes", "no", "lapse"):
            await self._answer(name, number)

    async def _answer(self, name: str, number: int) -> None:
        offers = await self.salon.offers()
        if not offers:
            return
        offer_id = offers[number % len(offers)][0]
        if name == "lapse":
            await self.salon.lapse(offer_id)
            return
        answered = await self.salon.store.writer.run(
            lambda tx: self.salon.waiting.answer_in(tx, offer_id, name == "yes")
        )
        if answered.outcome == "booked" and answered.appointment_id not in self.visits:
            self.visits.append(answered.appointment_id or 0)

    def _cut_off(self, tx: Tx) -> None:
        self.salon.waiting.look_in(tx, hour(DAY, 10), hour(DAY, 14), clock.now())
        raise Cut

    async def check(self) -> None:
        """What must always hold."""
        wishes, offers = await self.salon.store.read(_all)
        assert await self.salon.count_overlaps() == 0
        times = [(one.wish_id, one.starts_at) for one in offers]
        assert len(times) == len(set(times))
        standing = [one for one in offers if one.state == "offered"]
        assert len({one.starts_at for one in standing}) == len(standing)
        assert {one.wish_id for one in standing} == {one.id for one in wishes if one.state == "offered"}
        for offer in standing:
            earlier = [one for one in wishes if one.id < offer.wish_id and one.state == "waiting"]
            passed = [one.id for one in earlier if _fits(one, offer) and (one.id, offer.starts_at) not in times]
            assert passed == [] or await self._wished_later(passed, offer)

    async def _wished_later(self, passed: list[int], offer: AnyRow) -> bool:
        """They were offered another time when this one was given away, and said no to it since."""
        _, offers = await self.salon.store.read(_all)
        return all(any(one.wish_id == wish and one.created_at <= offer.created_at for one in offers) for wish in passed)


def _all(tx: Tx) -> tuple[list[AnyRow], list[AnyRow]]:
    wishes = tx.execute(select(*WaitlistWishRow.__table__.c).order_by(WaitlistWishRow.id))
    return list(wishes), list(tx.execute(select(*WaitlistOfferRow.__table__.c).order_by(WaitlistOfferRow.id)))


def _fits(wish: AnyRow, offer: AnyRow) -> bool:
    part = SlotPart(1, 1, offer.starts_at, offer.starts_at, offer.starts_at, offer.starts_at)
    slot = Slot(offer.starts_at, offer.starts_at, "", str(ZONE), (part,))
    return Wish.of(wish).takes(slot, ZONE)


def _empty(tx: Tx) -> None:
    for table in (WaitlistOfferRow, WaitlistWishRow, JobRow):
        tx.execute(delete(table))


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=_DEEDS)
async def test_one_holder_one_question_one_line(store: Store, deeds: list[Deed]) -> None:
    await store.writer.run(_empty)
    salon = await open_salon(store)
    line = Line(salon, await salon.stranger())
    for number in range(len(HOURS)):
        await line.do(("book", number))
    for deed in deeds:
        await line.do(deed)
        await line.check()
