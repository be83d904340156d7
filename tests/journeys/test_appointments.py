"""Appointments through REST: booked, moved, cancelled, repeated, copied; held times and breaks; and what is refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.test_rights import Desk, code_of, office, product
from tests.product import Product

__all__ = ["product"]
pytestmark = pytest.mark.slow
_WEEK = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@dataclass(frozen=True)
class Shop:
    """Sona and Ani cut, half an hour each; yoga is Ani's, for three."""

    sona: int
    ani: int
    cut: int
    yoga: int


async def make_shop(owner: Desk) -> Shop:
    """Everybody works around the clock."""
    staff: list[int] = []
    for name in ("Sona", "Ani"):
        _, made = await owner.ask("POST", "/resources", {"kind": "provider", "names": {"en": name}})
        staff.append(made["id"])
    sona, ani = staff
    rule = {"resource_ids": staff, "kind": "weekly", "starts_on": "2020-01-01", "hours": _WEEK}
    status, said = await owner.ask("POST", "/schedules", rule)
    assert status in (200, 201), said

    async def service(name: str, minutes: int, *doers: int, **more: object) -> int:
        body = {"names": {"en": name}, "duration_min": minutes, "price_minor": 500_000, **more}
        status, made = await owner.ask("POST", "/services", {**body, "providers": [{"id": one} for one in doers]})
        assert status == 201, made
        found: int = made["id"]
        return found

    return Shop(sona, ani, await service("Cut", 30, sona, ani), await service("Yoga", 60, ani, capacity=3))


def at(hour: int, minute: int = 0, days: int = 3) -> str:
    """A moment of a day to come."""
    noon = datetime.now(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return iso(noon + timedelta(days=days))


def iso(moment: datetime) -> str:
    """As the wire has it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def first_clock_change(zone: ZoneInfo) -> datetime:
    """The next moment, at least three days ahead, at which the clock of a zone is put back."""
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    hours = (first + timedelta(hours=number) for number in range(9000))
    return next(one for one in hours if one.astimezone(zone).fold > (one - timedelta(hours=1)).astimezone(zone).fold)


async def test_a_visit_from_booking_to_paid(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        person = {"name": "Mariam", "phone": "077 12 34 56"}
        body = {"service_id": shop.cut, "provider_id": shop.sona, "starts_at": at(10), "contact": person}
        status, visit = await ani.ask("POST", "/appointments", body, Idempotency_Key="one")
        assert status == 201
        assert {key: visit[key] for key in ("status", "service_id", "provider_id", "starts_at", "ends_at")} == {
            "status": "booked",
            "service_id": shop.cut,
            "provider_id": shop.sona,
            "starts_at": at(10),
            "ends_at": at(10, 30),
        }
        assert (visit["total_minor"], visit["contact"]["name"]) == (500_000, "Mariam")
        assert await ani.ask("POST", "/appointments", body, Idempotency_Key="one") == (200, visit)
        other = {**body, "starts_at": at(11)}
        assert code_of(await ani.ask("POST", "/appointments", other, Idempotency_Key="one")) == "409 conflict"
        status, taken = await ani.ask("POST", "/appointments", {**body, "starts_at": at(10, 15)})
        assert (status, taken["code"]) == (409, "slot_taken")
        nearest = [(one["provider_id"], one["starts_at"]) for one in taken["nearest"]]
        assert len(nearest) == 5
        assert (shop.sona, at(9, 30)) in nearest
        assert (shop.sona, at(10, 30)) in nearest
        for wrong in ("2020-01-06T10:00:00Z", "2087-01-06T10:00:00Z"):
            status, never = await ani.ask("POST", "/appointments", {**body, "starts_at": wrong})
            assert (status, never["code"], never["field"], len(never["nearest"])) == (400, "invalid", "starts_at", 5)
        _, said = await ani.ask("POST", "/appointments", {**body, "starts_at": "tomorrow at ten"})
        assert "2027-05-31T15:30:00+04:00" in said["detail"]
        path = f"/appointments/{visit['id']}"
        _, moved = await ani.ask("PATCH", path, {"starts_at": at(12), "note": "her own shampoo", "version": 1})
        assert (moved["starts_at"], moved["ends_at"], moved["note"]) == (at(12), at(12, 30), "her own shampoo")
        assert code_of(await ani.ask("PATCH", path, {"ends_at": at(13), "version": 1})) == "409 conflict"
        _, longer = await ani.ask("PATCH", path, {"ends_at": at(13), "provider_id": shop.ani})
        assert (longer["ends_at"], longer["provider_id"]) == (at(13), shop.ani)
        for step in ("confirmed", "arrived", "done", "paid"):
            status, stepped = await ani.ask("PATCH", path, {"status": step})
            assert (status, stepped["status"]) == (200, step)
        shown = await ani.get(path)
        assert shown["arrived_at"] is not None
        assert code_of(await ani.ask("DELETE", path)) == "409 conflict"
        deeds = [one["action"] for one in reversed((await owner.get("/audit?entity=appointment"))["items"])]
        assert deeds == [
            "appointment.booked",
            "appointment.changed",
            "appointment.moved",
            "appointment.moved",
            "appointment.confirmed",
            "appointment.arrived",
            "appointment.done",
            "appointment.paid",
        ]


async def test_lists_series_copies_holds_and_breaks(product: Product) -> None:
    async with office(product, "owner:owner") as (owner,):
        shop = await make_shop(owner)
        body = {"service_id": shop.cut, "starts_at": at(10), "contact": {"name": "Tigran"}}
        repeat = {"every": "week", "count": 3}
        _, series = await owner.ask("POST", "/appointments", {**body, "repeat": repeat})
        assert [one["starts_at"] for one in series["series"]] == [at(10), at(10, days=10), at(10, days=17)]
        first = await owner.get("/appointments?limit=2")
        rest = await owner.get(f"/appointments?limit=2&after={first['next']}")
        assert [one["starts_at"] for one in (*first["items"], *rest["items"])] == [
            at(10),
            at(10, days=10),
            at(10, days=17),
        ]
        asked = f"/appointments?from={at(0, days=9)}&to={at(0, days=12)}&status=booked,confirmed"
        assert len((await owner.get(asked))["items"]) == 1
        status, copied = await owner.ask(
            "POST", f"/appointments/{series['id']}/copy", {"starts_at": at(15)}, Idempotency_Key="copy"
        )
        assert (status, copied["contact"], copied["source"]) == (201, series["contact"], "copy")
        _, gone = await owner.ask("DELETE", f"/appointments/{copied['id']}?reason=ill")
        assert (gone["status"], gone["cancel_reason"], gone["cancelled_by"]) == ("cancelled", "ill", "firm")
        held_body = {"service_id": shop.yoga, "seats": 2, "starts_at": at(16)}
        status, held = await owner.ask("POST", "/holds", held_body)
        assert (status, held["provider_id"], held["starts_at"]) == (201, shop.ani, at(16))
        two = {"service_id": shop.yoga, "seats": 2, "starts_at": at(16), "contact": {"name": "Lusine"}}
        assert code_of(await owner.ask("POST", "/appointments", two)) == "409 slot_taken"
        status, yoga = await owner.ask("POST", "/appointments", {**two, "hold_id": held["id"]})
        assert (status, yoga["total_minor"]) == (201, 1_000_000)
        assert code_of(await owner.ask("DELETE", f"/holds/{held['id']}")) == "404 not_found"
        lunch = {"resource_id": shop.sona, "starts_at": at(18), "ends_at": at(19), "note": "lunch"}
        status, made = await owner.ask("POST", "/busy-times", lunch)
        assert status == 201
        busy = {**body, "provider_id": shop.sona, "starts_at": at(18, 30)}
        assert code_of(await owner.ask("POST", "/appointments", busy)) == "409 slot_taken"
        assert (await owner.ask("DELETE", f"/busy-times/{made['id']}"))[0] == 204
        assert (await owner.ask("POST", "/appointments", busy))[0] == 201
        person = await owner.get(f"/contacts/{yoga['contact']['id']}")
        assert (person["no_shows"], person["late_cancels"]) == (0, 0)
        call = {"kind": "call", "title": "Ring the supplier", "provider_id": shop.sona, "starts_at": at(20)}
        status, entry = await owner.ask("POST", "/appointments", {**call, "duration_min": 15})
        assert (status, entry["ends_at"], entry["service_id"]) == (201, at(20, 15), None)


async def test_every_free_slot_can_be_booked(product: Product) -> None:
    async with office(product, "owner:owner") as (owner,):
        shop = await make_shop(owner)
        free = await owner.get(f"/slots?service_id={shop.cut}&from={at(0)}&to={at(4)}")
        assert len(free["items"]) == 2 * 16
        answers = [
            await owner.ask("POST", "/appointments", {**one, "contact": {"name": "X"}})
            for one in (
                {"service_id": shop.cut, "provider_id": each["provider_id"], "starts_at": each["starts_at"]}
                for each in free["items"]
            )
        ]
        assert [status for status, _ in answers].count(201) == 16  # every other one overlaps the one before
        assert {said["code"] for status, said in answers if status != 201} == {"slot_taken"}
        left = await owner.get(f"/slots?service_id={shop.cut}&from={at(0)}&to={at(4)}")
        assert left["items"] == []


async def test_the_seats_left_of_a_group_are_a_number_on_each_store(product_on_each: Product) -> None:
    """Booked, and held by somebody else: what is left is told where it is looked for, and where it was too many."""
    async with office(product_on_each, "owner:owner") as (owner,):
        shop = await make_shop(owner)
        yoga = {"service_id": shop.yoga, "provider_id": shop.ani, "starts_at": at(10)}
        assert (await owner.ask("POST", "/holds", {**yoga, "seats": 1}))[0] == 201
        status, visit = await owner.ask("POST", "/appointments", {**yoga, "contact": {"name": "Ani"}})
        assert status == 201, visit
        free = await owner.get(f"/slots?service_id={shop.yoga}&from={at(10)}&to={at(11)}")
        assert [one["left"] for one in free["items"] if one["starts_at"] == at(10)] == [1]
        status, full = await owner.ask("POST", "/appointments", {**yoga, "seats": 2, "contact": {"name": "Ani"}})
        assert (status, full["code"]) == (409, "slot_taken")
        status, moved = await owner.ask("PATCH", f"/appointments/{visit['id']}", {"starts_at": at(12)})
        assert (status, moved["starts_at"]) == (200, at(12))


async def test_bad_wishes_are_answered_clearly(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        _, hers = await owner.ask("POST", "/services", {"names": {"en": "Dye"}, "duration_min": 60, "providers": []})
        body = {"service_id": shop.cut, "provider_id": shop.sona, "starts_at": at(10), "contact": {"name": "X"}}
        for change, why in (
            ({"starts_at": at(10, days=-1)}, "400 invalid"),
            ({"starts_at": at(10, days=2000)}, "400 invalid"),
            ({"starts_at": "tomorrow"}, "400 invalid"),
            ({"starts_at": "2030-01-01T10:00:00"}, "400 invalid"),
            ({"service_id": 999}, "404 not_found"),
            ({"provider_id": 999}, "404 not_found"),
            ({"service_id": hers["id"]}, "400 invalid"),
            ({"contact": {}}, "400 invalid"),
            ({"contact": {"name": "X", "phone": "12"}}, "400 invalid"),
            ({"services": []}, "400 invalid"),
        ):
            assert code_of(await ani.ask("POST", "/appointments", {**body, **change})) == why, change
        _, refused = await ani.ask("POST", "/appointments", {**body, "service_id": shop.yoga})
        assert (refused["code"], refused["field"], refused["provider_ids"]) == ("invalid", "provider_id", [shop.ani])
        assert (await owner.get("/appointments"))["items"] == []
        await owner.ask("PATCH", f"/agents/{await owner.id_of('ani')}", {"deny": ["appointments.edit"]})
        assert code_of(await ani.ask("POST", "/appointments", body)) == "403 forbidden"
        assert (await ani.ask("GET", "/appointments"))[0] == 200


async def test_an_hour_that_comes_twice_is_booked_once(tmp_path: Path) -> None:
    """Its second run is refused where a visit is booked, held, moved or copied to it, with what is free instead; an
    agent who insists has it, and it stands."""
    product = Product(tmp_path / "data", environment={"BAREV_BUSINESS_TIMEZONE": "Europe/Berlin"})
    async with office(product, "owner:owner") as (owner,):
        shop = await make_shop(owner)
        back = first_clock_change(ZoneInfo("Europe/Berlin"))
        first, second = (iso(back + timedelta(minutes=each)) for each in (-30, 30))
        free = await owner.get(f"/slots?service_id={shop.cut}&provider_id={shop.sona}&from={first}&to={second}")
        assert second not in [one["starts_at"] for one in free["items"]]
        body = {"service_id": shop.cut, "provider_id": shop.sona, "contact": {"name": "Jan"}}
        status, visit = await owner.ask("POST", "/appointments", {**body, "starts_at": first})
        assert (status, visit["wall_start"][-5:]) == (201, "02:30")
        path = f"/appointments/{visit['id']}"
        for method, where, wish in (
            ("POST", "/appointments", {**body, "starts_at": second}),
            ("POST", "/holds", {**body, "starts_at": second}),
            ("PATCH", path, {"starts_at": second}),
            ("POST", f"{path}/copy", {"starts_at": second}),
        ):
            status, said = await owner.ask(method, where, wish)
            assert (status, said["code"], said["field"], len(said["nearest"])) == (400, "invalid", "starts_at", 5)
            assert "երկու անգամ" in said["detail"]
        status, kept = await owner.ask("POST", "/appointments", {**body, "starts_at": second, "override": True})
        assert (status, kept["starts_at"]) == (201, second)
        assert (await owner.ask("PATCH", f"/appointments/{kept['id']}", {"status": "confirmed"}))[0] == 200
