"""Visits that need a specialist, a room and a device, and times that are held for a while, wanted by a thousand at
once: nobody has half of what he needs, and what is held is nobody else's until its time is over."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from conversation import clock
from crm_store import Tx
from crm_store.models import HoldRow, ResourceRow
from tests.conftest import Scale
from tests.journeys.booking_crowd import Crowd, asked, race_of, store_of
from tests.journeys.test_appointments import Shop, at, make_shop
from tests.journeys.test_rights import Desk
from tests.processes import Processes
from tests.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.soak]
QUARTERS = [at(10 + number // 4, number % 4 * 15) for number in range(32)]
HALVES = QUARTERS[::2]
_HALF_HAD = """
    SELECT count(*) FROM appointment_items AS i JOIN appointments AS v ON v.id = i.appointment_id
    WHERE (SELECT count(*) FROM allocations AS a WHERE a.item_id = i.id) <> CASE v.status WHEN 'cancelled' THEN 0 ELSE
    1 + (SELECT count(DISTINCT need) FROM service_needs AS n WHERE n.service_id = i.service_id) END"""


@dataclass(frozen=True)
class Parlour:
    """Two specialists who cut for half an hour; a massage takes one of two rooms too, the laser a room and the one
    device."""

    cut: int
    massage: int
    laser: int


async def make_parlour(owner: Desk) -> Parlour:
    """Everybody works around the clock."""
    shop = await make_shop(owner)
    ids = []
    for kind, name in (("room", "One"), ("room", "Two"), ("device", "Laser")):
        status, made = await owner.ask("POST", "/resources", {"kind": kind, "names": {"en": name}})
        assert status == 201, made
        ids.append(made["id"])
    rooms, providers, made_ids = ids[:2], [{"id": shop.sona}, {"id": shop.ani}], []
    for name, minutes, needs in (("Massage", 45, [rooms]), ("Laser", 30, [rooms, ids[2:]])):
        body = {"names": {"en": name}, "duration_min": minutes, "needs": needs, "providers": providers}
        status, made = await owner.ask("POST", "/services", {**body, "buffer_after_min": 5})
        assert status == 201, made
        made_ids.append(made["id"])
    return Parlour(shop.cut, *made_ids)


async def free_starts(crowd: Crowd, service_ids: str) -> set[str]:
    """When these services can be had on the day that all want."""
    path = f"/slots?service_id={service_ids}&from={at(10)}&to={at(18)}&limit=500"
    status, said = await crowd.ask("GET", path)
    assert (status, said["next"]) == (200, None), said
    return {one["starts_at"] for one in said["items"]}


async def test_a_specialist_a_room_and_a_device(processes: Processes, scale: Scale) -> None:
    """Single services and visits of two, mixed; whoever is refused could not be had in the end either. Then all who won
    move, cancel or confirm at once."""
    clients = scale.rounds(90, 1000)
    async with race_of(processes) as (site, owner, crowd):
        parlour = await make_parlour(owner)
        kinds = [(parlour.laser,), (parlour.massage,), (parlour.cut, parlour.laser), (parlour.cut,)]
        wishes: list[tuple[tuple[int, ...], str]] = []
        for number in range(clients):
            chance = random.Random(number)
            wishes.append((chance.choices(kinds, (8, 6, 3, 3))[0], chance.choice(QUARTERS)))

        async def book(number: int) -> tuple[int, Any]:
            services, starts_at = wishes[number]
            body = {"services": [{"service_id": one} for one in services], "starts_at": starts_at}
            return await crowd.ask(
                "POST", "/appointments", {**body, "contact": {"name": f"Client {number}"}}, key=f"needs-{number}"
            )

        answers = await asyncio.gather(*(book(number) for number in range(clients)))
        assert {status for status, _ in answers} == {201, 409}
        lost = {wish for wish, (status, _) in zip(wishes, answers, strict=True) if status == 409}
        assert all(said["code"] == "slot_taken" and said["nearest"] for status, said in answers if status == 409)
        free = {kind: await free_starts(crowd, ",".join(map(str, kind))) for kind in kinds}
        assert [wish for wish in lost if wish[1] in free[wish[0]]] == []
        won = [said["id"] for status, said in answers if status == 201]
        assert len(won) < clients // 2
        counts = await asked(site.products[0], "SELECT count(*) FROM appointments", _HALF_HAD)
        assert counts == [len(set(won)), 0]

        async def change(number: int, appointment_id: int) -> int:
            path, chance = f"/appointments/{appointment_id}", random.Random(number)
            if number % 3 == 0:
                return (await crowd.ask("DELETE", path))[0]
            moved = {"starts_at": chance.choice(QUARTERS)} if number % 3 == 1 else {"status": "confirmed"}
            return (await crowd.ask("PATCH", path, moved))[0]

        changed = Counter(await asyncio.gather(*(change(number, one) for number, one in enumerate(won))))
        assert set(changed) <= {200, 409}
        assert changed[200] >= len(won) // 2
        assert await asked(site.products[0], "SELECT count(*) FROM appointments", _HALF_HAD) == [len(won), 0]


async def shorten(product: Product, hold_ids: list[int]) -> str:
    """These expire in a moment; returns when."""
    until = clock.now() + timedelta(seconds=1)

    def work(tx: Tx) -> None:
        tx.execute(update(HoldRow).where(HoldRow.id.in_(hold_ids)).values(expires_at=until))
        tx.execute(update(ResourceRow).values(version=ResourceRow.version + 1))

    async with store_of(product) as store:
        await store.writer.run(work)
    return clock.to_iso(until)


@dataclass
class Hunt:
    """Who wants a specialist's half hours. ``over``: until when those are held that are ``open`` yet; ``won``: the
    visits that came of them."""

    crowd: Crowd
    shop: Shop
    over: dict[str, str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    won: list[Any] = field(default_factory=list)

    async def hold(self, number: int) -> tuple[int, Any]:
        """A minute for one of the half hours."""
        wish = {"service_id": self.shop.cut, "provider_id": self.shop.sona, "minutes": 1}
        body = {**wish, "starts_at": HALVES[number % len(HALVES)]}
        return await self.crowd.ask("POST", "/holds", body, key=f"hold-{number}")

    async def book(self, who: str, starts_at: str, **more: object) -> tuple[int, Any]:
        """A visit."""
        wish = {"service_id": self.shop.cut, "provider_id": self.shop.sona, "starts_at": starts_at}
        body = {**wish, "contact": {"name": who}, **more}
        return await self.crowd.ask("POST", "/appointments", body, key=f"{who}: {starts_at}")

    async def search(self) -> set[str]:
        """What is free; nothing that is held is."""
        found = await free_starts(self.crowd, f"{self.shop.cut}&provider_id={self.shop.sona}")
        assert all(self.over[one] <= clock.to_iso(clock.now()) for one in found & set(self.over))
        return found

    async def hunt(self, number: int) -> None:
        """Searches and sometimes tries to book, until there is nothing more to be had."""
        chance, attempts = random.Random(number), 0
        while self.open:
            await self.search()
            if chance.random() < 1 / 19 and self.open:
                attempts += 1
                await self._attempt(f"Hunter {number}.{attempts}", chance.choice(sorted(self.open)))

    async def say_yes_late(self, held: dict[str, Any]) -> None:
        """Who held it wants it when he sees that it is free again."""
        while held["starts_at"] in self.open:
            if held["starts_at"] in await self.search():
                await self._attempt("Late", held["starts_at"], hold_id=held["id"])

    async def _attempt(self, who: str, starts_at: str, **more: object) -> None:
        status, said = await self.book(who, starts_at, **more)
        assert status == 201 or (status, said["code"]) == (409, "slot_taken"), said
        if status == 201:
            self.won.append(said)
            self.open.discard(starts_at)


async def test_holds_expire_under_load(processes: Processes, scale: Scale) -> None:
    """Of twenty requests nineteen search and one books. Half of those who hold a time say yes while it is held, the
    others only when it is over, among all who have waited for it. With full counts a whole minute is waited."""
    clients = scale.rounds(60, 1000)
    async with race_of(processes) as (site, owner, crowd):
        hunt = Hunt(crowd, await make_shop(owner))
        answers = await asyncio.gather(*(hunt.hold(number) for number in range(clients)))
        assert all(said["code"] == "slot_taken" and said["nearest"] for status, said in answers if status == 409)
        held = sorted((said for status, said in answers if status == 201), key=lambda one: one["starts_at"])
        assert [one["starts_at"] for one in held] == HALVES
        late, early = held[::2], held[1::2]
        kept = await asyncio.gather(*(hunt.book("Early", one["starts_at"], hold_id=one["id"]) for one in early))
        assert [status for status, _ in kept] == [201] * len(early)
        hunt.over = {one["starts_at"]: one["expires_at"] for one in late}
        if not scale.full:
            hunt.over = dict.fromkeys(hunt.over, await shorten(site.products[0], [one["id"] for one in late]))
        hunt.open = set(hunt.over)
        hunters = (hunt.hunt(number) for number in range(clients // 10))
        await asyncio.gather(*hunters, *(hunt.say_yes_late(one) for one in late))
        assert sorted(one["starts_at"] for one in hunt.won) == sorted(hunt.over)
        assert all(one["created_at"] >= hunt.over[one["starts_at"]] for one in hunt.won)
        left = "SELECT count(*) FROM appointments", "SELECT count(*) FROM allocations", "SELECT count(*) FROM holds"
        assert await asked(site.products[0], *left) == [len(HALVES), len(HALVES), 0]
