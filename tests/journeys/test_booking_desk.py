"""What the desk needs beside booking itself: consents, series, single services, discounts, promotions, documents."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.journeys.test_appointments import at, make_shop
from tests.journeys.test_rights import Desk, code_of, office, product
from tests.product import Product

__all__ = ["product"]
pytestmark = pytest.mark.slow


def day(days: int) -> str:
    """A day from today."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


async def book(desk: Desk, **body: Any) -> dict[str, Any]:
    """A visit of Mariam's."""
    status, made = await desk.ask(
        "POST", "/appointments", {"contact": {"name": "Mariam", "phone": "077123456"}, **body}
    )
    assert status == 201, made
    visit: dict[str, Any] = made
    return visit


async def test_a_consent_is_kept_once_with_its_words(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        wish = {"service_id": shop.cut, "provider_id": shop.sona, "language": "en"}
        visit = await book(ani, **wish, starts_at=at(10), consent=True)
        await book(ani, **wish, starts_at=at(11), consent=True)
        past = (await ani.get(f"/contacts/{visit['contact']['id']}/history?kind=agreed"))["items"]
        (agreed,) = past
        assert agreed["kind"] == "agreed"
        assert "keeps my name and phone" in agreed["text"]
        other = await book(ani, **wish, starts_at=at(12), contact={"name": "Zara", "phone": "077123457"})
        assert (await ani.get(f"/contacts/{other['contact']['id']}/history?kind=agreed"))["items"] == []


async def test_a_series_is_moved_and_cancelled_from_one_on(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        wish = {"service_id": shop.cut, "provider_id": shop.sona}
        first = await book(ani, **wish, starts_at=at(10), repeat={"every": "week", "count": 4})
        ids = [one["id"] for one in first["series"]]
        later = f"/appointments/{ids[1]}"
        status, moved = await ani.ask("PATCH", f"{later}?scope=following", {"starts_at": at(12, days=10)})
        assert status == 200, moved
        assert [one["id"] for one in moved["series"]] == ids[1:]
        starts = [(await ani.get(f"/appointments/{one}"))["starts_at"] for one in ids]
        assert starts == [at(10), *(at(12, days=3 + 7 * week) for week in (1, 2, 3))]
        await book(ani, **wish, starts_at=at(15, days=17), contact={"name": "Zara", "phone": "077123457"})
        status, refused = await ani.ask("PATCH", f"{later}?scope=following", {"starts_at": at(15, days=10)})
        assert (status, refused["code"], refused["starts_at"]) == (409, "slot_taken", at(15, days=17))
        assert (await ani.get(later))["starts_at"] == at(12, days=10)
        status, back = await ani.ask("POST", "/appointments/moves", {"items": moved["back"]})
        assert (status, [one["id"] for one in back["series"]]) == (200, ids[1:])
        starts = [(await ani.get(f"/appointments/{one}"))["starts_at"] for one in ids]
        assert starts == [at(10, days=3 + 7 * week) for week in range(4)]
        status, refused = await ani.ask("POST", "/appointments/moves", {"items": moved["back"]})
        assert (status, refused["code"]) == (409, "conflict")
        status, gone = await ani.ask("DELETE", f"/appointments/{ids[2]}?scope=following&reason=ill")
        assert (status, [one["id"] for one in gone["series"]]) == (200, ids[2:])
        stand = [(await ani.get(f"/appointments/{one}"))["status"] for one in ids]
        assert stand == ["booked", "booked", "cancelled", "cancelled"]


async def test_each_service_of_a_visit_goes_back_to_who_did_it(product: Product) -> None:
    """Moved to one specialist, and back to two: ``providers`` names who does each."""
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        both = [{"service_id": shop.cut, "provider_id": one} for one in (shop.sona, shop.ani)]
        visit = await book(ani, services=both, starts_at=at(10))
        path = f"/appointments/{visit['id']}"
        status, moved = await ani.ask("PATCH", path, {"starts_at": at(14), "provider_id": shop.ani})
        assert (status, [one["provider_id"] for one in moved["items"]]) == (200, [shop.ani, shop.ani])
        before = {"starts_at": at(10), "providers": [shop.sona, shop.ani]}
        status, back = await ani.ask("PATCH", path, before)
        assert (status, back["starts_at"]) == (200, at(10))
        assert [one["provider_id"] for one in back["items"]] == [shop.sona, shop.ani]
        assert code_of(await ani.ask("PATCH", path, {"providers": [shop.sona]})) == "400 invalid"


async def test_the_journal_tells_what_it_costs_with_whom(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        doers = [{"id": shop.sona, "price_minor": 900_000}, {"id": shop.ani}]
        body = {"names": {"en": "Colour"}, "duration_min": 30, "price_minor": 800_000, "providers": doers}
        _, made = await owner.ask("POST", "/services", body)
        services = {one["id"]: one for one in (await ani.get("/journal"))["services"]}
        own = [{"provider_id": shop.sona, "price_minor": 900_000}]
        assert (services[made["id"]]["own_prices"], services[shop.cut]["own_prices"]) == (own, [])
        visit = await book(ani, service_id=made["id"], provider_id=shop.sona, starts_at=at(10))
        assert visit["total_minor"] == 900_000


async def test_one_service_of_a_visit_goes_its_own_way(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        three = [{"service_id": shop.cut, "provider_id": shop.sona} for _ in range(3)]
        visit = await book(ani, services=three, starts_at=at(10))
        path, items = f"/appointments/{visit['id']}", [one["id"] for one in visit["items"]]
        status, apart = await ani.ask("PATCH", f"{path}/items/{items[2]}", {"starts_at": at(16), "version": 1})
        assert status == 200, apart
        assert (apart["starts_at"], apart["total_minor"]) == (at(16), 500_000)
        assert apart["id"] != visit["id"]
        rest = await ani.get(path)
        assert ([one["id"] for one in rest["items"]], rest["ends_at"], rest["total_minor"]) == (
            items[:2],
            at(11),
            10**6,
        )
        stale = await ani.ask("PATCH", f"{path}/items/{items[1]}", {"starts_at": at(17), "version": 1})
        assert code_of(stale) == "409 conflict"
        status, gone = await ani.ask("DELETE", f"{path}/items/{items[1]}?reason=enough")
        assert (status, gone["status"], gone["cancel_reason"]) == (200, "cancelled", "enough")
        rest = await ani.get(path)
        assert ([one["id"] for one in rest["items"]], rest["status"], rest["ends_at"]) == (
            items[:1],
            "booked",
            at(10, 30),
        )
        assert code_of(await ani.ask("DELETE", f"{path}/items/{items[1]}")) == "404 not_found"


async def test_discounts_of_single_services_change_the_total(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        parts = [
            {"service_id": shop.cut, "provider_id": shop.sona, "discount_minor": 100_000},
            {"service_id": shop.cut},
        ]
        visit = await book(ani, services=parts, starts_at=at(10), discount_minor=50_000)
        assert (visit["total_minor"], visit["items"][0]["discount_minor"]) == (850_000, 100_000)
        path, second = f"/appointments/{visit['id']}", visit["items"][1]["id"]
        _, cut = await ani.ask("PATCH", path, {"items": [{"id": second, "discount_minor": 200_000}]})
        assert (cut["total_minor"], cut["items"][1]["discount_minor"]) == (650_000, 200_000)
        _, whole = await ani.ask("PATCH", path, {"discount_minor": 0, "items": [{"id": second, "discount_minor": 0}]})
        assert whole["total_minor"] == 900_000
        much = await ani.ask("PATCH", path, {"items": [{"id": second, "discount_minor": 500_001}]})
        assert code_of(much) == "400 invalid"
        status, told = await ani.ask("PATCH", path, {"discount_minor": 900_001})
        assert (status, told["code"], told.get("field")) == (400, "invalid", "discount_minor"), told


async def test_a_promotion_counts_on_its_days(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        terms = {"promo_price_minor": 300_000, "promo_from": day(3), "promo_until": day(4)}
        status, cut = await owner.ask("PATCH", f"/services/{shop.cut}", terms)
        assert (status, cut["promoted"]) == (200, True)
        wrong = await owner.ask("PATCH", f"/services/{shop.cut}", {"promo_until": day(2)})
        assert code_of(wrong) == "400 invalid"
        listed = (await ani.get("/services?promoted=true"))["items"]
        assert [one["id"] for one in listed] == [shop.cut]
        assert [one["id"] for one in (await ani.get("/services?sort=bookings&promoted=false"))["items"]] == [shop.yoga]
        wish = {"service_id": shop.cut, "provider_id": shop.sona}
        assert (await book(ani, **wish, starts_at=at(10, days=3)))["total_minor"] == 300_000
        assert (await book(ani, **wish, starts_at=at(10, days=4)))["total_minor"] == 300_000
        assert (await book(ani, **wish, starts_at=at(10, days=5)))["total_minor"] == 500_000
        async with aiohttp.ClientSession() as browser:
            page = await (await browser.get(f"{product.address}/book/?lang=en")).text()
        assert "from " in page
        assert "usually" in page or "until" in page
        status, over = await owner.ask("PATCH", f"/services/{shop.cut}", {"promo_price_minor": None})
        assert (status, over["promoted"]) == (200, False)


async def test_documents_are_kept_with_a_card_and_a_visit(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        visit = await book(ani, service_id=shop.cut, starts_at=at(10))
        card = f"/contacts/{visit['contact']['id']}"
        form = aiohttp.FormData()
        form.add_field("file", b"%PDF-1.4\n%%EOF\n", filename="consent.pdf", content_type="application/pdf")
        token = await product.log_in("ani")
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as browser:
            brought = await (await browser.post(f"{product.address}/api/v1/files", data=form)).json()
        body = {"attachments": [brought["id"]], "appointment_id": visit["id"]}
        status, kept = await ani.ask("POST", f"{card}/files", body)
        assert status == 200, kept
        (one,) = kept["files"]
        assert (one["file"]["name"], one["appointment_id"], one["agent"]) == ("consent.pdf", visit["id"], "ani")
        assert code_of(await ani.ask("POST", f"{card}/files", body)) == "404 not_found"
        async with aiohttp.ClientSession() as browser:
            opened = await browser.get(f"{product.address}{one['file']['url']}")
            assert opened.status == 200
            assert code_of(await ani.ask("DELETE", f"{card}/files/999999")) == "404 not_found"
            assert (await ani.ask("DELETE", f"{card}/files/{one['file']['id']}"))[0] == 204
            assert (await ani.get(f"{card}/files"))["files"] == []
            assert (await browser.get(f"{product.address}{one['file']['url']}")).status == 404


async def test_who_missed_too_much_is_told_whom_to_call(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        (branch,) = (await owner.get("/branches"))["items"]
        await owner.ask("PATCH", f"/branches/{branch['id']}", {"phone": "010 55 55 55"})
        visit = await book(ani, service_id=shop.cut, starts_at=at(0, days=0), override=True)
        assert (await ani.ask("PATCH", f"/appointments/{visit['id']}", {"status": "no_show"}))[0] == 200
        rule = {"booking.missed_rule": "prepayment", "booking.missed_count": 1}
        status, said = await owner.ask("PATCH", "/booking-settings", rule)
        assert status == 200, said
        contact = visit["contact"]["id"]
        assert await ani.get(f"/contacts/{contact}/booking") == {"no_shows": 1, "late_cancels": 0, "need": "prepayment"}
        body = {"service_id": shop.cut, "starts_at": at(10), "contact_id": contact, "online": True}
        status, refused = await ani.ask("POST", "/appointments", body)
        assert (status, "010 55 55 55" in refused["detail"]) == (403, True)
        assert (await ani.ask("POST", "/appointments", {**body, "online": False}))[0] == 201


async def test_who_books_by_himself_agrees_that_it_is_kept(product: Product) -> None:
    """Once: what he agreed to holds for the next visit too."""
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        person = {"name": "Nino", "phone": "+37477123456"}
        body = {"service_id": shop.cut, "starts_at": at(10), "contact": person, "online": True}
        for said in ({}, {"consent": False}):
            status, refused = await ani.ask("POST", "/appointments", {**body, **said})
            assert (status, refused["code"], refused["field"]) == (400, "invalid", "consent")
        status, booked = await ani.ask("POST", "/appointments", {**body, "consent": True})
        assert status == 201
        again = {"service_id": shop.cut, "starts_at": at(12), "contact_id": booked["contact"]["id"], "online": True}
        assert (await ani.ask("POST", "/appointments", again))[0] == 201


async def test_a_customer_chooses_where_he_is_reminded(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        shop = await make_shop(owner)
        visit = await book(ani, service_id=shop.cut, starts_at=at(10))
        contact = visit["contact"]["id"]
        _, given = await ani.ask("POST", f"/contacts/{contact}/own-page")
        path = given["url"][given["url"].index("/me/") :]
        async with aiohttp.ClientSession(product.address) as browser:
            page = await (await browser.get(f"{path}?lang=en")).text()
            (form,) = re.findall(
                r'action="(/me/[^"]+/reach[^"]*)"><input type="hidden" name="form" value="([^"]+)"', page
            )
            said = await browser.post(form[0].replace("&amp;", "&"), data={"form": form[1], "way": "email"})
            assert "We will remind you this way" in await said.text()
        assert (await ani.get(f"/contacts/{contact}/reach"))["way"] == "email"
