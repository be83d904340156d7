"""The journal over REST: calendars side by side over some days, in one moment of the store."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conversation.clock import now
from tests.calendars import Calendars, at
from tests.journeys.test_rights import code_of, office
from tests.product import Product

pytestmark = pytest.mark.slow
DAY = "2026-11-23"


def shown(journal: dict[str, Any], name: str) -> dict[str, Any]:
    """The one appointment of somebody."""
    (one,) = [one for one in journal["appointments"] if one["contact"] and one["contact"]["name"] == name]
    found: dict[str, Any] = one
    return found


async def test_a_day_of_several_calendars(product_on_each: Product) -> None:
    """Who has a calendar, what stands in it, and what is filtered out; cancelled ones are told of, and take nothing."""
    product_on_each.environment = {"BAREV_BUSINESS_TIMEZONE": "UTC"}
    async with office(product_on_each, "ani:agent") as (ani,):
        calendars = Calendars(product_on_each)
        anna, boris = await calendars.resource("Anna"), await calendars.resource("Boris", position=1)
        room = await calendars.resource("Room 1", "room", position=2)
        cut = await calendars.service("Haircut", [anna, boris], price_minor=5000, currency="AMD")
        colour = await calendars.service("Colour", [boris])
        first = await calendars.book(cut, anna, at(DAY, "10:00"), name="Zara", note="short", total_minor=5000)
        night = await calendars.book(cut, boris, at(DAY, "00:00") - timedelta(minutes=30), name="Night")
        gone = await calendars.book(cut, anna, at(DAY, "10:00"), name="Gone", status="cancelled")
        await calendars.book(cut, anna, at(DAY, "10:00") + timedelta(days=1), name="Tomorrow")
        await calendars.busy(boris, at(DAY, "13:00"), 60)
        journal = await ani.get(f"/journal?from={DAY}")
        assert (journal["zone"], journal["place"]) == ("UTC", "UTC")
        (day,) = journal["days"]
        assert (day["day"], day["starts_at"]) == (DAY, f"{DAY}T00:00:00.000Z")
        assert [(one["id"], one["kind"]) for one in journal["resources"]] == [
            (anna, "provider"),
            (boris, "provider"),
            (room, "room"),
        ]
        assert [one["id"] for one in journal["appointments"]] == [night, first, gone]
        zara = shown(journal, "Zara")
        assert (zara["status"], zara["note"], zara["total_minor"], zara["version"]) == ("booked", "short", 5000, 1)
        (item,) = zara["items"]
        assert (item["service_id"], item["provider_id"], item["resource_ids"]) == (cut, anna, [])
        kinds = sorted((one["resource_id"], one["kind"], one["appointment_id"]) for one in journal["busy"])
        assert kinds == sorted([(anna, "visit", first), (boris, "visit", night), (boris, "break", None)], key=str)
        services = {one["id"]: one for one in journal["services"]}
        assert (services[cut]["name"], services[cut]["provider_ids"]) == ("Haircut", [anna, boris])
        theirs = await ani.get(f"/journal?from={DAY}&service_id={colour}")
        assert [one["id"] for one in theirs["resources"]] == [boris]
        assert [one["id"] for one in theirs["appointments"]] == [night]
        hours = {"begins": "10:00", "ends": "19:00"}
        await calendars.works(anna, "2026-11-01", **hours)
        worked = (await ani.get(f"/journal?from={DAY}&resource_id={anna}"))["resources"][0]["worked"]
        assert worked == [{"starts_at": f"{DAY}T10:00:00.000Z", "ends_at": f"{DAY}T19:00:00.000Z"}]
        both = await ani.get(f"/journal?from={DAY}&to=2026-11-24&resource_id={anna},{room}")
        assert [one["id"] for one in both["resources"]] == [anna, room]
        assert {one["contact"]["name"] for one in both["appointments"]} == {"Zara", "Gone", "Tomorrow"}


async def test_each_calendar_and_visit_says_whose_clock_it_goes_by(tmp_path: Path) -> None:
    """Days are of the firm's first place; who works elsewhere, and what is done there, names his own."""
    product = Product(tmp_path / "data", environment={"BAREV_BUSINESS_TIMEZONE": "Asia/Yerevan"})
    async with office(product, "olga:owner") as (olga,):
        there = {"name": "North", "timezone": "Asia/Almaty", "country": "KZ", "language": "kk"}
        _, branch = await olga.ask("POST", "/branches", there)
        calendars = Calendars(product)
        anna, erlan = await calendars.resource("Anna"), await calendars.resource("Erlan", branch_id=branch["id"])
        cut = await calendars.service("Haircut", [anna, erlan])
        start = f"{DAY}T06:00:00.000Z"
        body = {"service_id": cut, "starts_at": start, "contact": {"name": "Zara"}, "override": True}
        for one in (anna, erlan):
            assert (await olga.ask("POST", "/appointments", {**body, "provider_id": one}))[0] == 201
        journal = await olga.get(f"/journal?from={DAY}")
        assert (journal["zone"], journal["place"]) == ("Asia/Yerevan", "Երևան")
        clocks = {one["id"]: (one["zone"], one["place"]) for one in journal["resources"]}
        assert clocks == {anna: ("Asia/Yerevan", "Երևան"), erlan: ("Asia/Almaty", "Ալմաթի")}
        zones = {one["items"][0]["provider_id"]: one["zone"] for one in journal["appointments"]}
        assert zones == {anna: "Asia/Yerevan", erlan: "Asia/Almaty"}


async def test_a_hold_is_shown_until_it_lapses_and_a_window_has_a_bound(tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    async with office(product, "ani:agent") as (ani,):
        calendars = Calendars(product)
        anna, start = await calendars.resource("Anna"), now() + timedelta(minutes=5)
        await calendars.hold(anna, start, now() + timedelta(minutes=10))
        await calendars.hold(anna, start + timedelta(hours=2), now() - timedelta(seconds=1))
        busy = (await ani.get("/journal?to=" + f"{start + timedelta(days=1):%Y-%m-%d}"))["busy"]
        assert [one["kind"] for one in busy] == ["hold"]
        answer = await ani.ask("GET", "/journal?from=2026-01-01&to=2026-02-01")
        assert code_of(answer) == "404 not_found"
        assert "31" in answer[1]["detail"]
        for wrong in ("from=2026-13-01", "from=0001-01-01", "to=9999-12-31", "resource_id=1,,2", "branch_id=x"):
            assert code_of(await ani.ask("GET", f"/journal?{wrong}")) == "400 invalid", wrong
        assert (await ani.ask("GET", "/journal?branch_id=99"))[0] == 200
