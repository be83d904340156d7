"""Many times are freed at once while many wait, search and try to book, and processes are killed: each time is offered
to one at a time, to nobody twice, and told once."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, update

from conversation import clock
from crm_store.models import JobRow, WaitlistOfferRow
from crm_store.rows import AnyRow
from tests.clients import connected, visitor
from tests.conftest import Scale
from tests.journeys.booking_crowd import Crowd, asked, race_of, store_of
from tests.journeys.test_appointments import Shop, at, make_shop
from tests.journeys.test_rights import Desk
from tests.journeys.test_waitlist import NO_NIGHT
from tests.processes import Processes, Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.soak,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
_PATIENCE_S = 300


@dataclass
class Line:
    """Who waits for the freed hours of a specialist. ``tokens`` of visitors by their wish. Asked for the first time,
    every third says no, and every third of those who come first says nothing; asked again, all say yes. ``first``: the
    first offers that were made, by wish."""

    site: Site
    owner: Desk
    crowd: Crowd
    shop: Shop
    hours: list[str]
    waits_for_lapse: bool
    tokens: dict[int, str] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    lapsing: set[int] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)
    booked: int = 0

    async def come(self, number: int) -> None:
        """A visitor writes, is put in the line, and leaves."""
        guest = visitor(self.site.address)
        async with connected(guest):
            started = await guest.get("start", {"answers": {"name": f"Client {number}"}})
            await guest.send("hello")
        talk = await self.owner.get(f"/conversations/{started['conversation']['id']}")
        days = dict.fromkeys(("from_day", "to_day"), self.hours[0][:10])
        wish = {"contact_id": talk["contact"]["id"], "service_ids": [self.shop.cut], "provider_id": self.shop.sona}
        status, said = await self.crowd.ask("POST", "/waitlist", {**wish, **days}, key=f"wish-{number}")
        assert status == 201, said
        self.tokens[said["id"]] = started["token"]

    async def book(self, who: str, starts_at: str) -> tuple[int, Any]:
        """An agent books one of the hours for somebody else."""
        wish = {"service_id": self.shop.cut, "provider_id": self.shop.sona, "starts_at": starts_at}
        return await self.crowd.ask("POST", "/appointments", {**wish, "contact": {"name": who}}, f"{who}: {starts_at}")

    async def look(self) -> list[dict[str, Any]]:
        """The offers that stand: of each hour one at most."""
        status, said = await self.crowd.ask("GET", "/waitlist?state=offered&limit=200")
        assert status == 200, said
        hours = [one["offer"]["starts_at"] for one in said["items"]]
        assert len(hours) == len(set(hours)), said
        self.offered.update(hours)
        found: list[dict[str, Any]] = said["items"]
        return found

    async def answer_all(self) -> None:
        """Answers what is offered, yes twice at once, until nothing is left to give."""
        places = {wish: place for place, wish in enumerate(sorted(self.tokens))}
        async with asyncio.timeout(_PATIENCE_S):
            while self.booked < len(self.hours):
                offers = await self.look()
                await asyncio.gather(*(self._answer(one, places[one["id"]]) for one in offers))
                status, said = await self.crowd.ask("GET", "/waitlist?state=booked&limit=200")
                assert status == 200, said
                self.booked = len(said["items"])

    async def _answer(self, wish: dict[str, Any], place: int) -> None:
        offer_id, wish_id = wish["offer"]["id"], wish["id"]
        first = self.first.setdefault(wish_id, offer_id) == offer_id
        if first and wish_id in self.lapsing:
            return
        if first and place % 3 == 1 and place < len(self.hours):
            self.lapsing.add(wish_id)
            await self._lapse(offer_id)
            return
        yes = not (first and place % 3 == 0)
        path = f"/waitlist/{wish_id}/answer"
        said = await asyncio.gather(*(self.crowd.ask("POST", path, {"yes": yes}) for _ in range(1 + yes)))
        assert {status for status, _ in said} <= {200, 409}, said

    async def _lapse(self, offer_id: int) -> None:
        """He says nothing. Unless that is waited for, the end of his offer comes now."""
        if self.waits_for_lapse:
            return
        ending = update(JobRow).where(JobRow.dedupe_key == f"lapse:{offer_id}").values(run_at=clock.now())
        async with store_of(self.site.products[0]) as store:
            await store.writer.run(lambda tx: tx.execute(ending))

    async def offers(self) -> list[AnyRow]:
        """All that were ever made."""
        async with store_of(self.site.products[0]) as store:
            columns = WaitlistOfferRow.__table__.c
            return await store.read(lambda tx: list(tx.execute(select(*columns).order_by(columns.id))))

    async def press(self, number: int) -> None:
        """Searches, and tries to book what was offered to somebody: it is never free."""
        chance = random.Random(number)
        while self.booked < len(self.hours):
            path = f"/slots?service_id={self.shop.cut}&provider_id={self.shop.sona}&from={at(9)}&to={at(19)}&limit=500"
            before = set(self.offered)
            shown = {one["starts_at"] for one in (await self.crowd.ask("GET", path))[1]["items"]}
            assert shown & before == set()
            if before and chance.random() < 0.1:
                hour = chance.choice(sorted(before))
                status, said = await self.book(f"Presser {number}", hour)
                assert (status, said["code"]) == (409, "slot_taken"), said

    async def kill(self) -> None:
        """Each process in its turn."""
        for product in self.site.products:
            await product.kill()
            await product.start()

    async def check(self) -> None:
        """Each hour went to one; nobody was asked about the same twice; who came first was asked first; each offer was
        told once."""
        offers = await self.offers()
        taken = [clock.to_iso(one.starts_at) for one in offers if one.state == "taken"]
        assert sorted(taken) == self.hours
        (kept,) = await asked(self.site.products[0], "SELECT count(*) FROM appointments WHERE status = 'booked'")
        assert kept == len(self.hours)
        assert Counter(one.state for one in offers)["offered"] == 0
        asked_about = [(one.wish_id, one.starts_at) for one in offers]
        assert len(asked_about) == len(set(asked_about))
        by_wish = Counter(one.wish_id for one in offers)
        assert sorted(by_wish) == sorted(self.tokens)[: len(by_wish)]
        for wish, token in self.tokens.items():
            guest = visitor(self.site.address, token)
            async with connected(guest):
                messages = (await guest.get("hello"))["messages"]
            told = [one for one in messages if one.get("buttons")]
            assert len(told) == by_wish[wish], messages


@pytest.mark.kill
async def test_what_is_freed_at_once_is_offered_to_one_at_a_time(processes: Processes, scale: Scale) -> None:
    hours = [at(10 + number // 2, number % 2 * 30) for number in range(scale.rounds(4, 16))]
    async with race_of(processes, BAREV_BUSINESS_TIMEZONE="UTC") as (site, owner, crowd):
        shop = await make_shop(owner)
        day = {"day": hours[0][:10], "hours": [["10:00", f"{10 + len(hours) // 2}:00"]]}
        assert (await owner.ask("PUT", f"/resources/{shop.sona}/days", {"days": [day]}))[0] == 204
        assert (await owner.ask("PATCH", "/outreach-settings", NO_NIGHT))[0] == 200
        assert (await owner.ask("PATCH", "/booking-settings", {"booking.offer_min": 1, "booking.step_min": 30}))[
            0
        ] == 200
        line = Line(site, owner, crowd, shop, hours, scale.full)
        taken = [(await line.book("Regular", hour))[1]["id"] for hour in hours]
        for number in range(3 * len(hours)):
            await line.come(number)
        freed = [crowd.ask("DELETE", f"/appointments/{one}") for one in taken]
        pressers = (line.press(number) for number in range(scale.rounds(2, 20)))
        await asyncio.gather(*freed, line.answer_all(), line.kill(), *pressers)
        await line.check()
