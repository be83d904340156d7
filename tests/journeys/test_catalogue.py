"""What is booked, with whom and when, through REST: services and groups, specialists and rooms, schedules, settings."""

from typing import Any

import aiohttp
import pytest

from tests.journeys.test_rights import Desk, office, product
from tests.product import Product

__all__ = ["product"]
pytestmark = pytest.mark.slow
CUT = {"names": {"hy": "Կտրվածք", "ru": "Стрижка"}, "duration_min": 45, "price_minor": 700_000}
TEN = [["10:00", "20:00"]]


async def test_services_from_first_to_last(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        status, hair = await owner.ask("POST", "/service-groups", {"names": {"en": "Hair"}})
        assert (status, hair["name"], hair["services"]) == (201, "Hair", 0)
        _, sona = await owner.ask("POST", "/resources", {"kind": "provider", "names": {"hy": "Սոնա", "en": "Sona"}})
        _, chair = await owner.ask("POST", "/resources", {"kind": "chair", "names": {"en": "Chair 1"}})
        body = {
            **CUT,
            "group_id": hair["id"],
            "code": "H1",
            "barcode": "4850001000011",
            "buffer_after_min": 10,
            "providers": [{"id": sona["id"], "price_minor": 900_000}],
            "needs": [[chair["id"]]],
        }
        status, cut = await owner.ask("POST", "/services", body)
        assert status == 201
        assert (cut["name"], cut["price"], cut["currency"], cut["currency_digits"]) == (
            "Կտրվածք",
            "7\u00a0000\u00a0֏",
            "AMD",
            2,
        )
        assert (cut["capacity"], cut["online"], cut["group"]) == (1, True, {"id": hair["id"], "name": "Hair"})
        assert cut["providers"] == [{"id": sona["id"], "duration_min": None, "price_minor": 900_000}]
        assert cut["needs"] == [[chair["id"]]]
        at = f"/services/{cut['id']}"
        await owner.ask("POST", "/services", {"names": {"en": "Beard"}, "duration_min": 25, "price_minor": 350_000})
        await owner.ask("POST", "/services", {"names": {"en": "Advice"}, "duration_min": 10, "code": "A1"})
        for asked, names in (
            ("", ["Կտրվածք", "Beard", "Advice"]),
            ("?sort=name", ["Advice", "Beard", "Կտրվածք"]),
            ("?sort=price", ["Beard", "Կտրվածք", "Advice"]),
            ("?sort=duration_min&order=desc", ["Կտրվածք", "Beard", "Advice"]),
            ("?sort=bookings", ["Կտրվածք", "Beard", "Advice"]),
            ("?q=стриж", ["Կտրվածք"]),
            ("?q=4850001000011", ["Կտրվածք"]),
            (f"?group_id={hair['id']}", ["Կտրվածք"]),
            ("?group_id=none&sort=name", ["Advice", "Beard"]),
            (f"?provider_id={sona['id']}", ["Կտրվածք"]),
            ("?archived=true", []),
        ):
            assert [one["name"] for one in (await ani.get(f"/services{asked}"))["items"]] == names, asked
        first = await ani.get("/services?sort=group&limit=2")
        rest = await ani.get(f"/services?sort=group&limit=2&after={first['next']}")
        assert [one["name"] for one in (*first["items"], *rest["items"])] == ["Կտրվածք", "Beard", "Advice"]
        for method, path, wrong, status, code in (
            ("POST", "/services", {"names": {}, "duration_min": 30}, 400, "invalid"),
            ("POST", "/services", {"names": {"hy": " "}, "duration_min": 30}, 400, "invalid"),
            ("POST", "/services", {"names": {"de": "Schnitt"}, "duration_min": 30}, 400, "invalid"),
            ("POST", "/services", {"names": {"en": "x"}, "duration_min": 0}, 400, "invalid"),
            ("POST", "/services", {**CUT, "code": "H1"}, 409, "conflict"),
            ("POST", "/services", {**CUT, "currency": "ZZZ"}, 400, "invalid"),
            ("POST", "/services", {**CUT, "group_id": 999}, 404, "not_found"),
            ("POST", "/services", {**CUT, "providers": [{"id": chair["id"]}]}, 400, "invalid"),
            ("POST", "/services", {**CUT, "needs": [[sona["id"]]]}, 400, "invalid"),
            ("PATCH", "/services/999", {"duration_min": 30}, 404, "not_found"),
        ):
            answered, problem = await owner.ask(method, path, wrong)
            assert (answered, problem["code"]) == (status, code), (wrong, problem)
        assert (await ani.ask("PATCH", at, {"duration_min": 30}))[0] == 403
        _, cut = await owner.ask("PATCH", at, {"price_minor": None, "code": "", "needs": [], "names": {"en": "Cut"}})
        assert (cut["price"], cut["currency"], cut["code"], cut["needs"], cut["names"]) == (
            None,
            None,
            None,
            [],
            {"en": "Cut"},
        )
        status, _ = await owner.ask("DELETE", f"/service-groups/{hair['id']}")
        assert status == 204
        assert (await owner.get(at))["group"] is None
        _, cut = await owner.ask("PATCH", at, {"archived": True})
        assert cut["archived_at"] is not None
        assert [one["name"] for one in (await ani.get("/services?archived=true"))["items"]] == ["Cut"]
        assert len((await ani.get("/services"))["items"]) == 2
        told = [one["action"] for one in reversed((await owner.get("/audit?entity=service"))["items"])]
        assert told == ["service.added", "service.added", "service.added", "service.changed", "service.archived"]
        assert (await owner.ask("DELETE", at))[0] == 204
        assert (await owner.ask("GET", at))[0] == 404


async def test_staff_and_rooms(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        _, cut = await owner.ask("POST", "/services", CUT)
        me = await owner.id_of("ani")
        body = {
            "kind": "provider",
            "names": {"en": "Ani"},
            "agent_id": me,
            "level": "master",
            "skills": ["hair"],
            "service_ids": [cut["id"]],
        }
        status, sona = await owner.ask("POST", "/resources", body)
        assert (status, sona["service_ids"], sona["agent_id"], sona["branch"]) == (201, [cut["id"]], me, None)
        _, room = await owner.ask("POST", "/resources", {"kind": "room", "names": {"en": "Blue room"}})
        assert [one["name"] for one in (await ani.get("/resources?kind=room"))["items"]] == ["Blue room"]
        assert [one["name"] for one in (await ani.get("/resources?q=hair"))["items"]] == ["Ani"]
        at = f"/resources/{room['id']}"
        for path, wrong, status, code in (
            (at, {"service_ids": [cut["id"]]}, 400, "invalid"),
            (at, {"branch_id": 999}, 404, "not_found"),
            (at, {"agent_id": 999}, 404, "not_found"),
            (f"/resources/{sona['id']}", {"service_ids": [999]}, 404, "not_found"),
            ("/resources/999", {"level": "x"}, 404, "not_found"),
        ):
            answered, problem = await owner.ask("PATCH", path, wrong)
            assert (answered, problem["code"]) == (status, code), (wrong, problem)
        _, sona = await owner.ask("PATCH", f"/resources/{sona['id']}", {"service_ids": [], "agent_id": None})
        assert (sona["service_ids"], sona["agent_id"]) == ([], None)
        assert (await owner.get(f"/services/{cut['id']}"))["providers"] == []
        _, room = await owner.ask("PATCH", at, {"archived": True})
        assert room["archived_at"] is not None
        assert [one["name"] for one in (await ani.get("/resources"))["items"]] == ["Ani"]


async def test_schedules_are_filled_by_rules_and_painted_by_days(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        _, sona = await owner.ask("POST", "/resources", {"kind": "provider", "names": {"en": "Sona"}})
        at, days = f"/resources/{sona['id']}/days", f"/schedules?resource_id={sona['id']}&from=2027-01-04&to=2027-01-10"
        assert [one["hours"] for one in (await ani.get(days))["items"][0]["days"]] == [TEN] * 7
        rule: dict[str, object] = {
            "resource_ids": [sona["id"]],
            "kind": "cycle",
            "starts_on": "2027-01-04",
            "until": "2027-01-09",
        }
        rule |= {"on_days": 2, "off_days": 2, "hours": {"on": TEN}}
        status, filled = await owner.ask("POST", "/schedules", rule)
        assert status == 201
        assert [one["hours"] for one in (await ani.get(days))["items"][0]["days"]] == [TEN, TEN, [], [], TEN, TEN, TEN]
        lunch = [["09:00", "13:00"], ["14:00", "18:00"]]
        painted = {"days": [{"day": "2027-01-06", "hours": lunch, "note": "swap"}, {"day": "2027-01-04", "hours": []}]}
        assert (await owner.ask("PUT", at, painted))[0] == 204
        (shown,) = (await ani.get(days))["items"]
        assert [one["hours"] for one in shown["days"]] == [[], TEN, lunch, [], TEN, TEN, TEN]
        assert [one["day"] for one in shown["days"] if one["by"] == "day"] == ["2027-01-04", "2027-01-06"]
        assert shown["days"][2]["note"] == "swap"
        for method, path, wrong in (
            ("PUT", at, {"days": [{"day": "2027-01-06", "hours": [["10:00", "14:00"], ["13:00", "15:00"]]}]}),
            ("PUT", at, {"days": [{"day": "2027-02-30", "hours": []}]}),
            ("PUT", at, {"days": [{"day": "2027-01-06", "hours": []}, {"day": "2027-01-06", "hours": None}]}),
            ("POST", "/schedules", {**rule, "until": "2027-01-03"}),
            ("POST", "/schedules", {**rule, "on_days": None}),
            ("GET", "/schedules?from=2027-01-04&to=2027-04-04", None),
        ):
            answered, problem = await owner.ask(method, path, wrong)
            assert (answered, problem["code"]) == (400, "invalid"), (wrong, problem)
        assert (await owner.ask("PUT", at, {"days": [{"day": "2027-01-06", "hours": None}]}))[0] == 204
        weekly: dict[str, object] = {"resource_ids": [sona["id"]], "kind": "weekly", "starts_on": "2027-01-06"}
        weekly |= {"hours": {"wed": [["22:00", "06:00"]]}}
        await owner.ask("POST", "/schedules", weekly)
        (shown,) = (await ani.get(days))["items"]
        assert [one["hours"] for one in shown["days"]] == [[], TEN, [["22:00", "06:00"]], [], [], [], []]
        assert len(shown["rules"]) == 2
        assert (await owner.ask("DELETE", f"/schedules/{shown['rules'][1]['id']}"))[0] == 204
        (shown,) = (await ani.get(days))["items"]
        assert [one["id"] for one in shown["rules"]] == filled["ids"]
        assert (await ani.ask("POST", "/schedules", weekly))[0] == 403
        assert (await owner.ask("DELETE", "/schedules/999"))[0] == 404
        told = [one["action"] for one in reversed((await owner.get("/audit?entity=resource"))["items"])]
        assert told == [
            "resource.added",
            "schedule.filled",
            *["schedule.painted"] * 2,
            "schedule.filled",
            "schedule.cleared",
        ]


async def test_the_settings_of_booking(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        known = {one["key"]: one for one in (await ani.get("/booking-settings"))["items"]}
        assert (known["booking.step_min"]["value"], known["booking.online"]["value"]) == (15, True)
        assert known["booking.day_start"]["kind"] == "clock"
        change = {
            "booking.step_min": 30,
            "booking.online": False,
            "booking.day_start": "08:30",
            "booking.missed_rule": "deny",
        }
        status, changed = await owner.ask("PATCH", "/booking-settings", change)
        assert status == 200
        assert {one["key"]: one["value"] for one in changed["items"]} | change == {
            one["key"]: one["value"] for one in changed["items"]
        }
        for wrong in ({"booking.step_min": 1}, {"booking.day_start": "25:00"}, {"booking.online": "yes"}, {"x": 1}):
            assert (await owner.ask("PATCH", "/booking-settings", wrong))[0] == 400, wrong
        _, back = await owner.ask("PATCH", "/booking-settings", {"booking.step_min": None})
        assert next(one["value"] for one in back["items"] if one["key"] == "booking.step_min") == 15
        assert (await ani.ask("PATCH", "/booking-settings", {"booking.step_min": 30}))[0] == 403
        for name in ("Zara", "Ani"):
            await owner.ask("POST", "/resources", {"kind": "provider", "names": {"en": name}})
        assert [one["name"] for one in (await ani.get("/schedules"))["items"]] == ["Zara", "Ani"]
        await owner.ask("PATCH", "/booking-settings", {"booking.staff_order": "name"})
        assert [one["name"] for one in (await ani.get("/schedules"))["items"]] == ["Ani", "Zara"]
        assert [one["name"] for one in (await ani.get("/journal"))["resources"]] == ["Ani", "Zara"]
        assert "booking.step_min" not in [one["key"] for one in (await owner.get("/settings"))["items"]]


async def test_a_preset_fills_an_empty_catalogue(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        offered = (await ani.get("/booking-presets"))["items"]
        assert len(offered) == 8
        assert len({one["title"] for one in offered} | {one["about"] for one in offered}) == 16
        assert (await ani.ask("POST", "/booking-presets/dentist"))[0] == 403
        status, filled = await owner.ask("POST", "/booking-presets/dentist")
        assert (status, filled) == (201, {"groups": 3, "services": 5, "resources": 2})
        (dentist, chair) = (await ani.get("/resources"))["items"]
        shown = (await ani.get("/services"))["items"]
        assert [(one["needs"], [who["id"] for who in one["providers"]]) for one in shown] == [
            ([[chair["id"]]], [dentist["id"]])
        ] * 5
        late = [
            one["value"] for one in (await ani.get("/booking-settings"))["items"] if one["key"] == "booking.late_min"
        ]
        assert late == [720]
        status, problem = await owner.ask("POST", "/booking-presets/salon")
        assert (status, problem["code"]) == (409, "conflict")
        assert (await owner.ask("POST", "/booking-presets/zoo"))[0] == 404


async def test_a_price_list_becomes_the_catalogue_and_a_newer_one_corrects_it(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):

        async def send(who: Desk, lines: str, *, check: bool = False) -> tuple[int, Any]:
            form = aiohttp.FormData()
            form.add_field("file", lines.encode(), filename="prices.csv")
            headers = {"Authorization": f"Bearer {who.token}", "Accept-Language": "ru"}
            at = f"{product.address}/api/v1/services/import?check={str(check).lower()}"
            async with aiohttp.ClientSession() as web, web.post(at, data=form, headers=headers) as answer:
                return answer.status, await answer.json()

        first = (
            "Название;name_en;Группа;Длительность, мин;Цена;Код\n"
            "Стрижка;Haircut;Волосы;45;7 000 ֏;H1\nБорода;;Волосы;25;3500;\nСушка;;;час;;\nУкладка;;;30;дорого;\n"
        )
        status, tried = await send(owner, first, check=True)
        assert (status, tried["added"], tried["left_out"]) == (200, 2, 2)
        assert tried["problems"] == [
            {"row": 4, "message": "Такого числа быть не может: час."},
            {"row": 5, "message": "Это не цена: дорого."},
        ]
        assert (await ani.get("/services"))["items"] == []
        assert await send(owner, first) == (200, tried)
        shown = (await ani.get("/services?sort=code"))["items"]
        assert [(one["names"], one["group"]["name"], one["price_minor"]) for one in shown] == [
            ({"ru": "Стрижка", "en": "Haircut"}, "Волосы", 700_000),
            ({"ru": "Борода"}, "Волосы", 350_000),
        ]
        newer = "name_en,price,code\nHair cut,8000,H1\nShave,2000,\n"
        assert (await send(owner, newer))[1] | {"problems": []} == {
            "added": 1, "changed": 1, "left_out": 0, "problems": [],
        }  # fmt: skip
        assert (await send(owner, newer))[1]["changed"] == 0
        cut = (await ani.get("/services?code=H1"))["items"][0]
        assert (cut["names"], cut["price_minor"], cut["duration_min"]) == (
            {"ru": "Стрижка", "en": "Hair cut"},
            800_000,
            45,
        )
        assert (await send(owner, "price\n5\n"))[0] == 400
        assert (await send(ani, newer))[0] == 403
