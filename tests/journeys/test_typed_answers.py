"""Reminders and freed times answered in words, in five languages, through a visitor's real socket."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.clients import Client, agent, connected, visitor
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, Firm, prepare, said, say
from tests.journeys.test_rights import office
from tests.journeys.test_waitlist import fill, wait_for_state
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS: Final = Catalogue()


class Words(NamedTuple):
    """How somebody answers: in his own letters, and as it is typed in Latin ones or with more words."""

    yes: tuple[str, str]
    no: tuple[str, str]
    move: tuple[str, str]


WORDS: Final[dict[Language, Words]] = {
    "hy": Words(("այո", "kgam"), ("ոչ", "չեմ կարող գալ"), ("տեղափոխել", "teghapokhel")),
    "ka": Words(("კი, მოვალ", "diax"), ("არა", "ver moval"), ("გადატანა", "gadatana")),
    "kk": Words(("иә", "kelemin"), ("жоқ", "келе алмаймын"), ("ауыстыру", "auystyru")),
    "ru": Words(("да, приду", "da"), ("нет", "не смогу прийти"), ("перенести", "perenesite")),
    "en": Words(("yes, I'll come", "ok"), ("no", "sorry, I can't come"), ("move it", "reschedule")),
}
_DAYS: Final = count(3)
"""Each answer is about a day of its own: the specialist has one hour a day."""


class Place(NamedTuple):
    """``service_id``: what can be had."""

    firm: Firm
    service_id: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A running product with its bot and one hour a day."""
    environment = {**PATIENT, "BAREV_BUSINESS_TIMEZONE": "UTC"}
    product = Product(tmp_path_factory.mktemp("told") / "data", environment=environment)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        service_id, _ = await fill(product, owner)
        assert (await owner.ask("PATCH", "/outreach-settings", {"outreach.booked": False}))[0] == 200
        assert (await owner.ask("PATCH", "/booking-settings", {"booking.far_days": 300}))[0] == 200
        yield Place(Firm(product, owner), service_id)


@asynccontextmanager
async def customer(place: Place, language: Language) -> AsyncIterator[tuple[Client, int]]:
    """Somebody who has a talk; his contact's id."""
    guest = visitor(place.firm.product.address, language=language)
    async with connected(guest):
        talk = (await guest.get("start", {"answers": {"name": "Anna"}}))["conversation"]["id"]
        await say(guest, Line("12345"))  # of no language
        yield guest, (await place.firm.owner.get(f"/conversations/{talk}"))["contact"]["id"]


def at_ten() -> str:
    """The hour of the next day that nobody has wanted yet."""
    return f"{datetime.now(UTC).date() + timedelta(days=next(_DAYS))}T10:00:00.000Z"


async def remind(place: Place, guest: Client, contact_id: int, language: Language) -> int:
    """He has a visit, and is asked whether he comes; returns its id."""
    body = {"service_id": place.service_id, "provider_id": None, "starts_at": at_ten(), "contact_id": contact_id}
    status, visit = await place.firm.owner.ask("POST", "/appointments", {**body, "language": language})
    assert status == 201, visit
    place.firm.write("""UPDATE jobs SET run_at = 1 WHERE kind = 'reminder' AND payload LIKE '%"first"%'""")
    await guest.wait_for("message", lambda one: f"do:visit:{visit['id']}:yes" in str(one.get("buttons")))
    number: int = visit["id"]
    return number


async def offer(place: Place, guest: Client, contact_id: int) -> int:
    """An hour that he waits for is freed, and offered to him; returns his wish."""
    at, owner = at_ten(), place.firm.owner
    last = max((one["id"] for one in guest.events("message")), default=0)
    body: dict[str, Any] = {"service_id": place.service_id, "provider_id": None, "starts_at": at}
    _, taken = await owner.ask("POST", "/appointments", {**body, "contact": {"name": "Nino", "phone": "+37477123456"}})
    wish = {"contact_id": contact_id, "service_ids": [place.service_id], "from_day": at[:10], "to_day": at[:10]}
    status, made = await owner.ask("POST", "/waitlist", wish)
    assert status == 201, made
    assert (await owner.ask("DELETE", f"/appointments/{taken['id']}"))[0] in (200, 204)
    await guest.wait_for("message", lambda one: one["id"] > last and "do:offer:" in str(one.get("buttons")))
    number: int = made["id"]
    return number


async def status_of(place: Place, visit: int) -> str:
    """What has become of a visit."""
    found: str = (await place.firm.owner.get(f"/appointments/{visit}"))["status"]
    return found


def is_said(shown: dict[str, Any], language: Language, key: str) -> bool:
    """Whether a text of the catalogue is what was answered."""
    return said(shown["text"], TEXTS.get(language, key))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_reminder_is_answered_in_words(place: Place, language: Language) -> None:
    """A yes confirms, a no asks once whether he means it, and to move begins a move of that visit."""
    words = WORDS[language]
    for yes in words.yes:
        async with customer(place, language) as (guest, contact_id):
            visit = await remind(place, guest, contact_id, language)
            answer = await say(guest, Line(yes))
            assert is_said(answer, language, "outreach.visit.confirmed"), answer["text"]
            assert await status_of(place, visit) == "confirmed"
    for no in words.no:
        async with customer(place, language) as (guest, contact_id):
            visit = await remind(place, guest, contact_id, language)
            asked = await say(guest, Line(no))
            assert is_said(asked, language, "flow.booking.confirm_cancel"), asked["text"]
            assert await status_of(place, visit) == "booked"
            gone = await say(guest, Line(words.yes[0].split(",")[0]))
            assert is_said(gone, language, "flow.booking.cancelled"), gone["text"]
            assert await status_of(place, visit) == "cancelled"
    for move in words.move:
        async with customer(place, language) as (guest, contact_id):
            visit = await remind(place, guest, contact_id, language)
            asked = await say(guest, Line(move))
            assert is_said(asked, language, "flow.booking.ask_new_time"), asked["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_freed_time_is_answered_in_words(place: Place, language: Language) -> None:
    """A yes books it, a no leaves him in the line, and a yes that comes too late is told so, once."""
    words, owner = WORDS[language], place.firm.owner
    for yes in words.yes:
        async with customer(place, language) as (guest, contact_id):
            wish = await offer(place, guest, contact_id)
            answer = await say(guest, Line(yes))
            assert is_said(answer, language, "outreach.offer.booked"), answer["text"]
            booked = await wait_for_state(owner, wish, "booked")
            assert await status_of(place, booked["appointment_id"]) == "booked"
    async with customer(place, language) as (guest, contact_id):
        wish = await offer(place, guest, contact_id)
        answer = await say(guest, Line(words.no[0]))
        assert is_said(answer, language, "outreach.offer.declined"), answer["text"]
        assert (await owner.get(f"/waitlist/{wish}"))["state"] == "waiting"
    async with customer(place, language) as (guest, contact_id):
        await offer(place, guest, contact_id)
        place.firm.write("UPDATE waitlist_offers SET expires_at = 1 WHERE state = 'offered'")
        late = await say(guest, Line(words.yes[0]))
        assert is_said(late, language, "outreach.offer.late"), late["text"]
        again = await say(guest, Line(words.yes[0]))
        assert not is_said(again, language, "outreach.offer.late"), again["text"]


async def test_a_visit_that_was_confirmed_meanwhile_is_still_called_off(place: Place) -> None:
    """An agent has confirmed it before the customer answers: his no is a no."""
    async with customer(place, "en") as (guest, contact_id):
        visit = await remind(place, guest, contact_id, "en")
        assert (await place.firm.owner.ask("PATCH", f"/appointments/{visit}", {"status": "confirmed"}))[0] == 200
        asked = await say(guest, Line("no"))
        assert is_said(asked, "en", "flow.booking.confirm_cancel"), asked["text"]
        assert is_said(await say(guest, Line("yes")), "en", "flow.booking.cancelled")
        assert await status_of(place, visit) == "cancelled"


async def test_what_he_says_of_something_else_is_no_answer(place: Place) -> None:
    """A question in between is answered, and the reminder still stands; while something else asks, a yes is its own."""
    async with customer(place, "en") as (guest, contact_id):
        visit = await remind(place, guest, contact_id, "en")
        assert is_said(await say(guest, Line("what are your hours?")), "en", "flow.hours")
        assert await status_of(place, visit) == "booked"
        asked = await say(guest, Line("I want to make a complaint"))
        assert is_said(asked, "en", "flow.complaint"), asked["text"]
        await say(guest, Line("yes"))
        assert await status_of(place, visit) == "booked"
        await say(guest, Line("stop"))
        assert is_said(await say(guest, Line("yes I will come")), "en", "outreach.visit.confirmed")
        assert await status_of(place, visit) == "confirmed"
        moved = await say(guest, Line("move my visit to the day after tomorrow at 10 am"))
        assert is_said(moved, "en", "flow.booking.confirm_move"), moved["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_typed_to_a_person_counts_where_it_is_plain(place: Place, language: Language) -> None:
    """An agent has the talk: a yes to a reminder confirms, a number takes the freed time, and whatever may mean more is
    the agent's to answer."""
    words, owner = WORDS[language], place.firm.owner
    desk = agent(place.firm.product.address, await place.firm.product.log_in("owner"))
    async with customer(place, language) as (guest, contact_id), connected(desk):
        talk = (await guest.get("start", {"answers": {}}))["conversation"]["id"]
        await desk.get("take", {"conversation_id": talk})
        visit = await remind(place, guest, contact_id, language)
        answer = await say(guest, Line(words.yes[0]))
        assert is_said(answer, language, "outreach.visit.confirmed"), answer["text"]
        assert await status_of(place, visit) == "confirmed"
        assert (await owner.get(f"/conversations/{talk}"))["unanswered"] == 0
        visit = await remind(place, guest, contact_id, language)
        await guest.send(f"{words.yes[0]} 11:30?")
        wish = await offer(place, guest, contact_id)
        answer = await say(guest, Line("1"))
        assert is_said(answer, language, "outreach.offer.booked"), answer["text"]
        await wait_for_state(owner, wish, "booked")
        assert await status_of(place, visit) == "booked"
        assert (await owner.get(f"/conversations/{talk}"))["unanswered"] == 1
        reply = {"conversation_id": talk, "client_id": str(uuid.uuid4()), "text": "I will see"}
        await desk.get("reply", reply)
        await offer(place, guest, contact_id)
        answer = await say(guest, Line(words.no[0]))
        assert is_said(answer, language, "outreach.offer.declined"), answer["text"]
