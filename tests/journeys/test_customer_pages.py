"""What customers open without the chat: the booking page, their own page, their calendar, through the real doors."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar

from tests.far_side import far_side
from tests.journeys.firm import eventually
from tests.journeys.test_codes import doors
from tests.journeys.test_rights import Desk, code_of
from tests.journeys.test_visitors import PIXEL
from tests.journeys.test_webhooks import PRIVATE, add_webhook, is_signed
from tests.letters import code_in, mail_server, sms_gateway
from tests.pages import Page, Reader
from tests.product import Product, running

pytestmark = pytest.mark.slow
SERVICE = "Men's haircut"


@dataclass
class Salon:
    """The demo firm: its owner, and somebody who reads its pages."""

    owner: Desk
    reader: Reader
    web: aiohttp.ClientSession
    product: Product


@asynccontextmanager
async def salon(product: Product) -> AsyncIterator[Salon]:
    """A running demo."""
    product.flags = ("--demo",)
    async with running(product), aiohttp.ClientSession(product.address) as web:
        password = re.search(r"password: (\S+)", "\n".join(product.said))
        assert password is not None
        owner = Desk(web, await product.log_in("owner", password[1]))
        yield Salon(owner, Reader(web), web, product)


async def free(firm: Salon, page: Page, day: int = 3) -> list[str]:
    """The links of the free times of one of the days that a page offers: by itself one that is far enough off, at
    whatever hour this is asked."""
    return (await firm.reader.get(page.links_to("&day=")[day])).links_to("&at=")


async def choose(firm: Salon, day: int = 3) -> Page:
    """The form about oneself, at a free time with anybody."""
    page = await firm.reader.get("/book/")
    page = await firm.reader.get(page.link(SERVICE))
    page = await firm.reader.get(page.link("Any specialist"))
    return await firm.reader.get((await free(firm, page, day))[5])


async def book(firm: Salon, day: int = 3) -> Page:
    """The page after a booking."""
    return await firm.reader.send(await choose(firm, day), name="Anna", phone="077 123456", consent="yes")


async def appointment_of(firm: Salon, own: str) -> int:
    """The number of the one visit that a link is for."""
    page = await firm.reader.get(own)
    found = re.search(r"/([0-9]+)\.ics", page.links_to(".ics")[0])
    assert found is not None
    return int(found[1])


async def test_somebody_books_moves_and_cancels(product_on_each: Product) -> None:
    """Without scripts, without the chat; each step once, however often it is sent; other programs are told."""
    product = product_on_each
    product.environment = {**product.environment, **PRIVATE}
    async with far_side() as side, salon(product) as firm:
        hook = await add_webhook(firm.owner, side)
        form = await choose(firm)
        wrong = await firm.reader.send(form, name=" ", phone="12")
        assert wrong.status == 400
        for words in ("tell us your name", "does not look right", "Please agree"):
            assert words in wrong.words
        filled = {"name": "Anna <b>", "phone": "077 123456", "consent": "yes", "note": "window seat"}
        done, again = await asyncio.gather(*(firm.reader.send(wrong, **filled) for _ in range(2)))
        assert done.status == again.status == 200
        assert "You are booked" in done.words
        own = done.link("own page")
        number = await appointment_of(firm, own)
        assert await appointment_of(firm, again.link("own page")) == number
        (told,) = await side.wait(1)
        assert is_signed(told, hook["secret"])
        said = json.loads(told.body)
        assert (said["event"], said["data"]["appointment"]["id"]) == ("appointment.booked", number)
        page = await firm.reader.get(own)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "no-store" in page.headers["Cache-Control"]
        moving = await firm.reader.get(page.link("Move"))
        asked = await firm.reader.get((await free(firm, moving, 4))[5])
        at = datetime.fromisoformat(asked.forms[0].fields["at"]).replace(minute=3)
        refused = await firm.reader.send(asked, at=at.strftime("%Y-%m-%dT%H:%M:00.000Z"))
        assert (refused.status, "do not begin at such a minute" in refused.words) == (409, True)
        assert f"at={at:%Y-%m-%d}" in html.unescape("".join(refused.links_to("at=")))
        moved, same = await asyncio.gather(*(firm.reader.send(asked) for _ in range(2)))
        assert "The visit is moved." in moved.words
        assert "The visit is moved." in same.words
        visit = Calendar.from_ical((await firm.reader.get(page.link("Add to calendar"))).text).walk("VEVENT")[0]
        assert (visit["SEQUENCE"], str(visit["STATUS"])) == (2, "TENTATIVE")
        asking = await firm.reader.get(moved.link("Cancel"))
        for _ in range(2):
            assert "The visit is cancelled." in (await firm.reader.send(asking, reason="ill")).words
        await side.wait(2)
        assert [json.loads(one.body)["event"] for one in side.asked] == ["appointment.booked", "appointment.moved"]


async def test_who_books_says_where_he_heard_of_the_firm(product_on_each: Product) -> None:
    """If he likes, and if the owner has it asked; his card keeps what it was told first. The head bears the logo."""
    async with salon(product_on_each) as firm:
        _, ads = await firm.owner.ask("POST", "/contact-sources", {"name": "Ads <b>"})
        _, friend = await firm.owner.ask("POST", "/contact-sources", {"name": "A friend"})
        who = {"name": "Anna", "consent": "yes"}
        form = await choose(firm)
        assert "Where have you heard of us?" in form.words
        assert "Ads <b>" in form.words
        assert 'class="mark"' not in form.text
        wrong = await firm.reader.send(form, heard=str(friend["id"]), phone="077 123456", name="")
        assert f'value="{friend["id"]}" selected' in wrong.text, "what was chosen stays"
        done = await firm.reader.send(wrong, heard=str(friend["id"]), phone="077 123456", **who)
        contact = await contact_of(firm, done)
        assert contact["source"]["name"] == "A friend"
        said = {"contact_id": contact["id"], "source_id": ads["id"]}
        _, visit = await firm.owner.ask("GET", f"/appointments/{await appointment_of(firm, done.link('own page'))}")
        again = {
            "service_id": visit["service_id"],
            "provider_id": visit["provider_id"],
            "starts_at": visit["starts_at"],
        }
        assert (await firm.owner.ask("DELETE", f"/appointments/{visit['id']}"))[0] in (200, 204)
        unknown = await firm.owner.ask("POST", "/appointments", {**again, **said, "source_id": 999_999})
        assert code_of(unknown) == "404 not_found"
        assert (await firm.owner.ask("POST", "/appointments", {**again, **said}))[0] == 201
        assert (await firm.owner.get(f"/contacts/{contact['id']}"))["source"]["name"] == "A friend"

        (inbox, *_) = (await firm.owner.get("/inboxes"))["items"]
        logo = {"logo": f"data:image/png;base64,{PIXEL}"}
        assert (await firm.owner.ask("PATCH", f"/inboxes/{inbox['id']}", logo))[0] == 200
        assert (await firm.owner.ask("PATCH", "/booking-settings", {"booking.ask_source": False}))[0] == 200
        assert (await firm.owner.get("/journal"))["ask_source"] is False
        await eventually(lambda: bears_logo(firm, done.link("own page")), True)
        form = await choose(firm, 4)
        assert "heard of us" not in form.words
        assert "img-src 'self'" in form.headers["Content-Security-Policy"]
        (mark,) = re.findall(r'<img class="mark" src="([^"]+)"', form.text)
        async with firm.web.get(mark) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
        done = await firm.reader.send(form, heard=str(ads["id"]), phone="077 654321", **who)
        assert (await contact_of(firm, done))["source"] is None


async def contact_of(firm: Salon, done: Page) -> dict[str, Any]:
    """The card of whom a visit was just booked for."""
    visit = await firm.owner.get(f"/appointments/{await appointment_of(firm, done.link('own page'))}")
    card: dict[str, Any] = await firm.owner.get(f"/contacts/{visit['contact']['id']}")
    return card


async def bears_logo(firm: Salon, own: str) -> bool:
    """Whether a customer's own page shows the firm's logo."""
    return 'class="mark"' in (await firm.reader.get(own)).text


async def test_two_want_the_same_time(tmp_path: Path) -> None:
    """One has it; the other is shown what is free. The rules of the owner bind."""
    async with salon(Product(tmp_path / "data")) as firm:
        page = await firm.reader.get("/book/")
        page = await firm.reader.get(page.link(SERVICE))
        specialist = next(href for words, href in page.links if "provider=" in href and "Any" not in words)
        page = await firm.reader.get(specialist)
        wanted = (await free(firm, page))[3]
        form, fresh = await firm.reader.get(wanted), await firm.reader.get(wanted)
        who = {"phone": "077 123456", "consent": "yes"}
        first = await firm.reader.send(form, name="Anna", **who)
        second = await firm.reader.send(fresh, name="Nino", **who)
        assert "You are booked" in first.words
        assert (second.status, "has just been taken" in second.words) == (409, True)
        assert second.links_to("at=")
        third = await firm.reader.get(second.links_to("at=")[0])
        odd = third.forms[0].fields["at"].replace(":00:00.", ":03:00.").replace(":15:00.", ":18:00.")
        odd = odd.replace(":30:00.", ":33:00.").replace(":45:00.", ":48:00.")
        minute = await firm.reader.send(third, name="Nino", **{**who, "at": odd})
        assert (minute.status, "do not begin at such a minute" in minute.words) == (409, True)
        past = await firm.reader.send(third, name="Nino", **{**who, "at": "2020-01-06T08:00:00.000Z"})
        assert (past.status, "This time has passed" in past.words, bool(past.links_to("at="))) == (409, True, True)
        status, _ = await firm.owner.ask("PATCH", "/booking-settings", {"booking.change_min": 43_200})
        assert status == 200
        own = await firm.reader.get(first.link("own page"))
        assert "too late" in own.words
        assert not own.links_to("/cancel")
        number = await appointment_of(firm, first.link("own page"))
        assert (await firm.reader.get(own.url.split("?")[0] + f"/{number}/cancel")).status == 409
        await firm.owner.ask("PATCH", "/booking-settings", {"booking.online": False})
        assert "switched off" in (await firm.reader.get("/book/")).words
        refused = await firm.reader.send(fresh, name="Nino", **who)
        assert "switched off" in refused.words


async def test_a_link_opens_what_it_is_for_and_no_more(tmp_path: Path) -> None:
    """Neither a false one, nor one of another purpose, nor one that was revoked; a stranger's shows one visit."""
    product = Product(tmp_path / "data")
    async with salon(product) as firm:
        first, other = await book(firm), await book(firm, 4)
        own, others = first.link("own page"), other.link("own page")
        numbers = [await appointment_of(firm, link) for link in (own, others)]
        assert (await firm.reader.get(f"{own}/{numbers[1]}/cancel")).status == 404
        assert (await firm.reader.get(f"{own}/{numbers[1]}.ics")).status == 404
        for wrong in (own[:-1] + "~", own.replace("/me/", "/me/1"), "/me/x", "/me/0.0.0.0.x", "/me/..%2f", "/me/%00"):
            page = await firm.reader.get(wrong)
            assert (page.status, "does not open any more" in page.words) == (404, True), wrong
        foreign = await firm.reader.post(f"{own}/{numbers[0]}/cancel", {"form": "x"}, Origin="https://evil.example")
        assert foreign.status == 400
        asked = await firm.reader.get(f"{own}/{numbers[0]}/cancel")
        fields = asked.forms[0].fields
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await firm.reader.post(asked.forms[0].action, fields, **headers)).status == 400
        elsewhere = f"{others}/{numbers[1]}/cancel"
        assert (await firm.reader.post(elsewhere, fields)).status == 400
        contact = (await firm.owner.get("/contacts?q=Anna&limit=1"))["items"][0]["id"]
        _, given = await firm.owner.ask("POST", f"/contacts/{contact}/own-page")
        whole = await firm.reader.get(given["url"])
        assert whole.status == 200
        feed = re.search(r"http://[^<\s]+\.ics", whole.text)
        assert feed is not None
        calendar = Calendar.from_ical((await firm.reader.get(feed[0])).text)
        assert len(calendar.walk("VEVENT")) == 1
        token = given["url"].rpartition("/")[2]
        assert (await firm.reader.get(f"/api/v1/calendars/{token}.ics")).status == 404
        assert (await firm.owner.ask("DELETE", f"/contacts/{contact}/own-page"))[0] == 204
        assert (await firm.reader.get(given["url"])).status == 404
        assert (await firm.reader.get(feed[0])).status == 404
        for secret in (token, own.rpartition("/")[2].split("?")[0]):
            assert secret not in product.log


async def test_a_specialist_s_calendar(tmp_path: Path) -> None:
    """By a key that is made, made anew and taken away; what was called off is told as such."""
    async with salon(Product(tmp_path / "data")) as firm:
        own = (await book(firm)).link("own page")
        page = await firm.reader.get(own)
        number = await appointment_of(firm, own)
        found: dict[str, Any] = {}
        providers = (await firm.owner.get("/resources?kind=provider"))["items"]
        for one in providers:
            _, made = await firm.owner.ask("POST", f"/resources/{one['id']}/feed")
            calendar = Calendar.from_ical((await firm.reader.get(made["url"])).text)
            mine = [event for event in calendar.walk("VEVENT") if str(event["UID"]).startswith(f"visit-{number}-")]
            if mine:
                found = {"id": one["id"], "url": made["url"], "event": mine[0]}
        assert "Anna" in str(found["event"]["SUMMARY"])
        assert found["event"]["DTSTART"].dt.utcoffset() is not None
        assert isinstance(found["event"]["DTSTART"].dt, datetime)
        await firm.reader.send(await firm.reader.get(page.link("Cancel")))
        calendar = Calendar.from_ical((await firm.reader.get(found["url"])).text)
        (event,) = (one for one in calendar.walk("VEVENT") if one["UID"] == found["event"]["UID"])
        assert (str(event["STATUS"]), int(str(event["SEQUENCE"]))) == ("CANCELLED", 2)
        _, renewed = await firm.owner.ask("POST", f"/resources/{found['id']}/feed")
        assert (await firm.reader.get(found["url"])).status == 404
        assert (await firm.reader.get(renewed["url"])).status == 200
        assert (await firm.owner.ask("DELETE", f"/resources/{found['id']}/feed"))[0] == 204
        assert (await firm.reader.get(renewed["url"])).status == 404
        assert code_of(await firm.owner.ask("POST", "/resources/999999/feed")) == "404 not_found"


async def test_several_services_in_one_visit(tmp_path: Path) -> None:
    """One after another in one branch, with one total, once however often it is sent."""
    async with salon(Product(tmp_path / "data")) as firm:
        page = await firm.reader.get("/book/?lang=en")
        page = await firm.reader.get(page.link(SERVICE))
        more = await firm.reader.get(page.link("Add a service"))
        second = next(one for one in more.links_to("service=") if "%2C" in one)
        page = await firm.reader.get(second)
        page = await firm.reader.get(page.link("Any specialist"))
        form = await firm.reader.get((await free(firm, page))[0])
        assert "Total:" in form.words
        sent = {"name": "Anna", "phone": "077 123456", "consent": "yes"}
        done, again = await asyncio.gather(*(firm.reader.send(form, **sent) for _ in range(2)))
        number = await appointment_of(firm, done.link("own page"))
        assert await appointment_of(firm, again.link("own page")) == number
        visit = await firm.owner.get(f"/appointments/{number}")
        first, following = visit["items"]
        assert first["ends_at"] <= following["starts_at"]
        assert visit["total_minor"] == first["price_minor"] + following["price_minor"]
        visits = (await firm.owner.get(f"/appointments?contact_id={visit['contact']['id']}"))["items"]
        assert [one["id"] for one in visits] == [number]


async def test_the_waiting_list_on_his_page(tmp_path: Path) -> None:
    """He joins, is seen in the line by the firm, and leaves; what is another's is not his to leave."""
    async with salon(Product(tmp_path / "data")) as firm:
        links = []
        for name in ("Nare", "Tigran"):
            _, made = await firm.owner.ask("POST", "/contacts", {"name": name})
            _, given = await firm.owner.ask("POST", f"/contacts/{made['id']}/own-page")
            links.append(given["url"])
        own, others = links
        form = await firm.reader.get((await firm.reader.get(own)).link("Join the waiting list"))
        service = re.search(rf'<option value="(\d+)">{re.escape(html.escape(SERVICE))}', form.text)
        assert service is not None
        days = {"from_day": "2099-01-01", "to_day": "2099-01-02"}
        far = await firm.reader.send(form, service=service[1], **days)
        assert far.status == 409
        today = datetime.now(UTC).date()
        days = {"from_day": today.isoformat(), "to_day": (today + timedelta(days=7)).isoformat()}
        offered = await firm.owner.get(f"/services/{service[1]}")
        does = str(offered["providers"][0]["id"])
        others_do = set(re.findall(r'<option value="(\d+)">', form.text.partition('name="provider"')[2])) - {
            str(one["id"]) for one in offered["providers"]
        }
        wished = {**days, "fri": "1", "from_time": "16:00", "to_time": "19:30"}
        wrong = await firm.reader.send(far, service=service[1], provider=min(others_do), **wished)
        assert "This specialist does not do that." in wrong.words
        joined = await firm.reader.send(wrong, service=service[1], provider=does, **wished)
        assert "You are on the waiting list." in joined.words
        assert SERVICE in joined.words
        assert "Friday · 16:00 – 19:30" in joined.words
        (wish,) = [one for one in (await firm.owner.get("/waitlist"))["items"] if one["contact"]["name"] == "Nare"]
        kept = {key: wish[key] for key in ("weekdays", "from_time", "to_time", "provider_id", "seats")}
        expected = {"weekdays": ["fri"], "from_time": "16:00", "to_time": "19:30", "seats": 1}
        assert kept == {**expected, "provider_id": int(does)}
        assert await _count_waiting(firm, "Nare") == 1
        (leave,) = [form for form in joined.forms if "/leave" in form.action]
        stolen = leave.action.replace(own.rpartition("/")[2], others.rpartition("/")[2])
        await firm.reader.post(stolen, leave.fields)
        assert await _count_waiting(firm, "Nare") == 1
        await firm.reader.post(leave.action, leave.fields)
        assert await _count_waiting(firm, "Nare") == 0


async def _count_waiting(firm: Salon, name: str) -> int:
    """How often somebody stands on the list, others beside him or not."""
    return [one["contact"]["name"] for one in (await firm.owner.get("/waitlist"))["items"]].count(name)


async def test_a_phone_is_proven_by_a_code(tmp_path: Path) -> None:
    """Nobody books for a phone that he does not hold; who holds it has a page of all his visits."""
    with mail_server() as mail:
        async with sms_gateway() as sms:
            product = Product(tmp_path / "data", environment=doors(mail, sms))
            async with salon(product) as firm:
                await firm.owner.ask("PATCH", "/booking-settings", {"booking.phone_check": "code"})
                await firm.owner.ask("PATCH", "/outreach-settings", {"outreach.booked": False})  # only codes are sent
                who = {"name": "Anna", "phone": "077 123456", "consent": "yes"}
                asked = await firm.reader.send(await choose(firm), **who)
                assert "We have sent a code" in asked.words
                (letter,) = await sms.wait("+37477123456")
                code = code_in(letter.json["text"])
                wrong = await firm.reader.send(asked, code="000000" if code != "000000" else "111111")
                assert (wrong.status, "code is not right" in wrong.words) == (400, True)
                other = {**wrong.forms[0].fields, "phone": "077 123457", "code": code}
                assert "not valid any more" in (await firm.reader.post(wrong.forms[0].action, other)).words
                done = await firm.reader.send(wrong, code=code)
                assert "You are booked" in done.words
                own = await firm.reader.get(done.link("own page"))
                assert "one visit only" not in own.words
                assert "Join the waiting list" in own.words
                again = await firm.reader.send(await choose(firm, 4), **who)
                letter = (await sms.wait("+37477123456", 2))[-1]
                await firm.reader.send(again, code=code_in(letter.json["text"]))
                assert len((await firm.reader.get(own.url)).links_to("/cancel")) == 2
                last = await firm.reader.get("/book/")
                for _ in range(4):
                    last = await firm.reader.send(await choose(firm), **{**who, "phone": "077 123459"})
                assert "cannot send a code" in last.words
                assert len(await sms.wait("+37477123459", 3)) == 3
