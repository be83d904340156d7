"""Visits that recur, or have several services, moved and called off by talk: one of it or all, in five languages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
import pytest_asyncio

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.clients import Client, connected, visitor
from tests.journeys.salon import furnish
from tests.journeys.talk_files import Line
from tests.journeys.test_booking_talks import OVERLAPS
from tests.journeys.test_bot import PATIENT, Firm, prepare, said, say
from tests.journeys.test_rights import office
from tests.journeys.test_waitlist import NO_NIGHT
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
CANCEL: Final[dict[Language, str]] = {
    "hy": "չեղարկել գրանցումը",
    "ka": "გავაუქმოთ ჯავშანი",
    "kk": "жазылудан бас тартамын",
    "ru": "отмените мою запись",
    "en": "cancel my booking",
}
BOOKINGS: Final[dict[Language, str]] = {
    "hy": "իմ գրանցումները",
    "ka": "ჩემი ჯავშნები",
    "kk": "менің жазылуларым",
    "ru": "мои записи",
    "en": "my bookings",
}
TOLD: Final = "SELECT count(*) FROM jobs WHERE dedupe_key LIKE '%:moved:%'"
"""What is told, or was, of visits that were moved: of his own doing in his talk he is answered there."""
TEXTS: Final = Catalogue()
_TIMES: Final = count()
"""Each visit is at another one: from ten to six in Yerevan."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Firm, dict[str, int]]]:
    """A salon, and the ids of what is in it. What an agent books is not told in between; all else is, at any hour."""
    product = Product(tmp_path_factory.mktemp("scopes") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        assert (await owner.ask("PATCH", "/outreach-settings", {"outreach.booked": False, **NO_NIGHT}))[0] == 200
        yield Firm(product, owner), await furnish(owner)


async def begin(firm: Firm, guest: Client) -> int:
    """Somebody who is known; his contact's id."""
    answers = {"name": "Anna", "phone": "077 12 34 56"}
    talk = (await guest.get("start", {"answers": answers}))["conversation"]["id"]
    number: int = (await firm.owner.get(f"/conversations/{talk}"))["contact"]["id"]
    return number


async def book(firm: Firm, contact_id: int, **more: Any) -> dict[str, Any]:
    """What an agent books for him: each at an hour of its own."""
    days, hours = divmod(next(_TIMES), 8)
    at = datetime.now(UTC).replace(hour=6 + hours, minute=0, second=0, microsecond=0) + timedelta(days=2 + days)
    body = {"starts_at": at.isoformat(), "contact_id": contact_id, **more}
    status, made = await firm.owner.ask("POST", "/appointments", body)
    assert status == 201, made
    found: dict[str, Any] = made
    return found


async def press(guest: Client, value: str) -> dict[str, Any]:
    """Presses the button of the last message whose value ends so, and waits for the answer."""
    shown = [one for one in guest.events("message") if one["author"]["kind"] == "bot"][-1]
    found = [one["value"] for one in shown["buttons"] if one["value"].endswith(value) or value in one["value"]]
    assert found, (value, shown)
    sent = await guest.get("choose", {"message_id": shown["id"], "value": found[-1]})
    return await guest.wait_for("message", lambda one: one["author"]["kind"] == "bot" and one["seq"] > sent["seq"])


async def found(firm: Firm, ids: list[int]) -> list[dict[str, Any]]:
    """Visits as they are now."""
    return [await firm.owner.get(f"/appointments/{one}") for one in ids]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_of_a_series_and_all_that_follow(salon: tuple[Firm, dict[str, int]], language: Language) -> None:
    """The second of three is moved with the third; called off with it, the first stays."""
    firm, ids = salon
    guest = visitor(firm.product.address, language=language)
    async with connected(guest):
        contact_id = await begin(firm, guest)
        one = {"service_id": ids["Massage"], "provider_id": ids["Aigul"]}
        made = await book(firm, contact_id, **one, repeat={"every": "day", "interval": 2, "count": 3})
        series = [each["id"] for each in made["series"]]
        before = [datetime.fromisoformat(each["starts_at"]) for each in await found(firm, series)]
        await say(guest, Line(BOOKINGS[language]))
        await press(guest, f"visit={series[1]}")
        await press(guest, f"&reschedule:visit={series[1]}")
        await press(guest, ".scope:all")
        await press(guest, "reschedule:time=(")
        await press(guest, "reschedule:at=")
        moved = await press(guest, "!yes")
        assert said(moved["text"], TEXTS.section(language, "flow")["booking.moved"]), moved["text"]
        after = [datetime.fromisoformat(each["starts_at"]) for each in await found(firm, series)]
        assert after[0] == before[0] != after[1] - timedelta(days=2)
        assert after[2] - after[1] == before[2] - before[1]
        assert after[1] != before[1]
        assert firm.rows(TOLD) == [(0,)]
        await say(guest, Line(CANCEL[language]))
        await press(guest, f".visit:{series[1]}")
        await press(guest, ".scope:all")
        await press(guest, "!skip")
        assert (await press(guest, "!yes"))["text"] == TEXTS.get(language, "flow.booking.cancelled")
        assert [each["status"] for each in await found(firm, series)] == ["booked", "cancelled", "cancelled"]
        assert firm.rows(OVERLAPS) == [(0,)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_service_of_a_visit(salon: tuple[Firm, dict[str, int]], language: Language) -> None:
    """Of a haircut and a manicure one is called off; what is left is a visit of one service, which is not asked."""
    firm, ids = salon
    guest = visitor(firm.product.address, language=language)
    async with connected(guest):
        contact_id = await begin(firm, guest)
        parts = [{"service_id": ids["Women's haircut"]}, {"service_id": ids["Manicure"]}]
        visit = await book(firm, contact_id, services=parts)
        first, second = (one["id"] for one in visit["items"])
        await say(guest, Line(CANCEL[language]))
        await press(guest, f".scope:{second}")
        await press(guest, "!skip")
        assert (await press(guest, "!yes"))["text"] == TEXTS.get(language, "flow.booking.cancelled")
        rest = await firm.owner.get(f"/appointments/{visit['id']}")
        assert (rest["status"], [one["id"] for one in rest["items"]]) == ("booked", [first])
        asked = await say(guest, Line(CANCEL[language]))
        assert said(asked["text"], TEXTS.get(language, "flow.booking.ask_reason")), asked["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_service_of_a_visit_is_moved(salon: tuple[Firm, dict[str, int]], language: Language) -> None:
    """Of a haircut and a manicure the second is moved to another day; the first stays where it was, and what is kept
    meanwhile is let go."""
    firm, ids = salon
    guest = visitor(firm.product.address, language=language)
    async with connected(guest):
        contact_id = await begin(firm, guest)
        parts = [{"service_id": ids["Women's haircut"]}, {"service_id": ids["Manicure"]}]
        visit = await book(firm, contact_id, services=parts)
        first, second = visit["items"]
        await say(guest, Line(BOOKINGS[language]))
        await press(guest, f"&reschedule:visit={visit['id']}")
        asked = await press(guest, f".scope:{second['id']}")
        assert said(asked["text"], TEXTS.get(language, "flow.booking.ask_new_time")), asked["text"]
        await press(guest, "reschedule:time=(")
        shown = await press(guest, "reschedule:at=")
        assert said(shown["text"], TEXTS.get(language, "flow.booking.confirm_move")), shown["text"]
        moved = await press(guest, "!yes")
        assert said(moved["text"], TEXTS.section(language, "flow")["booking.moved"]), moved["text"]
        rest = await firm.owner.get(f"/appointments/{visit['id']}")
        assert [(one["id"], one["starts_at"]) for one in rest["items"]] == [(first["id"], first["starts_at"])]
        visits = (await firm.owner.get(f"/appointments?contact_id={contact_id}"))["items"]
        (apart,) = [one for one in visits if one["id"] != visit["id"]]
        assert [one["service_id"] for one in apart["items"]] == [ids["Manicure"]]
        assert apart["starts_at"] != second["starts_at"]
        assert apart["status"] == "booked"
        assert firm.rows("SELECT count(*) FROM holds") == [(0,)]
        assert firm.rows(TOLD) == [(0,)]
        assert firm.rows(OVERLAPS) == [(0,)]
        listed = await say(guest, Line(BOOKINGS[language]))
        assert listed["text"].count("\n") == 2, listed["text"]
