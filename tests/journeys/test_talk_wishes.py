"""The waiting list by talk, in five languages: days and hours in one sentence, or kept from what was looked for."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.clients import Client, connected, visitor
from tests.journeys.firm import eventually
from tests.journeys.salon import furnish
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, Firm, prepare, said, say
from tests.journeys.test_rights import office
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS: Final = Catalogue()
ANNA: Final = {"name": "Anna", "phone": "077 12 34 56"}


class Words(NamedTuple):
    """``late``: a day that nobody works, after six; ``weekdays``: on weekdays before noon with Ani; ``asked``: the
    same day, without a word of waiting; ``free``: a time that is free."""

    late: str
    weekdays: str
    asked: str
    free: str


WORDS: Final[dict[Language, Words]] = {
    "hy": Words(
        "գրանցեք սպասման ցուցակում մերսման 25 օրից ժամը 18-ից հետո",
        "սպասման ցուցակ կանացի կտրվածքի համար աշխատանքային օրերին մինչև կեսօր Անիի մոտ",
        "մերսում 25 օրից ժամը 18-ից հետո",
        "գրանցեք սպասման ցուցակում մերսման վաղը ժամը 14-ից հետո",
    ),
    "ka": Words(
        "ჩამწერეთ მოლოდინის სიაში მასაჟზე 25 დღეში 18 საათის შემდეგ",
        "მოლოდინის სია ქალის თმის შეჭრა სამუშაო დღეებში შუადღემდე ანისთან",
        "ჩამწერეთ მასაჟზე 25 დღეში 18:00-ის შემდეგ",
        "ჩამწერეთ მოლოდინის სიაში მასაჟზე ხვალ 14 საათის შემდეგ",
    ),
    "kk": Words(
        "күту тізіміне жазыңыз массаж 25 күннен кейін сағат 18-ден кейін",
        "күту тізімі әйелдер шаш қию жұмыс күндері түске дейін Аниға",
        "массаж 25 күннен кейін сағат 18-ден кейін",
        "күту тізіміне жазыңыз массаж ертең сағат 14-тен кейін",
    ),
    "ru": Words(
        "запишите меня в лист ожидания на массаж через 25 дней после 18",
        "v list ozhidaniya na zhenskuyu strizhku po budnyam до обеда к Ани",
        "массаж через 25 дней после 18",
        "в лист ожидания на массаж завтра после 14",
    ),
    "en": Words(
        "put me on the waiting list for a massage in 25 days after 6 pm",
        "waiting list for a women's haircut on weekdays before noon with Ani",
        "massage in 25 days after 6 pm",
        "put me on the waiting list for a massage tomorrow after 2 pm",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """Three specialists, who are all off on the days about the twenty-fifth."""
    product = Product(tmp_path_factory.mktemp("wishes") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        ids = await furnish(owner)
        off = [(datetime.now(UTC).date() + timedelta(days=ahead)).isoformat() for ahead in range(24, 28)]
        for one in ("Ani", "Nino", "Aigul"):
            body = {"days": [{"day": day, "hours": []} for day in off]}
            assert (await owner.ask("PUT", f"/resources/{ids[one]}/days", body))[0] == 204
        yield Firm(product, owner)


async def begin(salon: Firm, guest: Client) -> int:
    """Somebody whose card is known; his talk."""
    number: int = (await guest.get("start", {"answers": ANNA}))["conversation"]["id"]
    return number


def wishes(salon: Firm, number: int) -> list[tuple[Any, ...]]:
    """What he waits for: days ahead, hours, days of the week, with whom."""
    asked = "from_day, to_day, from_time, to_time, weekdays, provider_id IS NOT NULL"
    found = salon.rows(f"SELECT {asked} FROM waitlist_wishes WHERE conversation_id = ?", number)
    return [tuple(row) for row in found]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wish_in_one_sentence(salon: Firm, language: Language) -> None:
    """Day and hours, days of the week, with whom: kept as they were said, and told so."""
    guest, other = (visitor(salon.product.address, language=language) for _ in range(2))
    async with connected(guest, other):
        number = await begin(salon, guest)
        answer = await say(guest, Line(WORDS[language].late))
        assert said(answer["text"], TEXTS.section(language, "flow")["booking.waiting"]), answer["text"]
        ((first, last, from_time, to_time, weekdays, _),) = wishes(salon, number)
        assert first == last
        assert (from_time, to_time, weekdays) == ("18:00", "20:00", "[]")
        assert "18:00 – 20:00" in answer["text"]
        number = await begin(salon, other)
        answer = await say(other, Line(WORDS[language].weekdays))
        assert said(answer["text"], TEXTS.section(language, "flow")["booking.waiting"]), answer["text"]
        ((first, last, _, to_time, weekdays, named),) = wishes(salon, number)
        assert date.fromisoformat(last) - date.fromisoformat(first) == timedelta(days=60)
        assert (to_time, weekdays.replace(" ", ""), named) == ("12:00", '["mon","tue","wed","thu","fri"]', 1)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_was_looked_for_is_waited_for(salon: Firm, language: Language) -> None:
    """Nothing is free: the list is offered by a button, and keeps the day and the hours; where there is time it is
    offered instead."""
    guest, other = (visitor(salon.product.address, language=language) for _ in range(2))
    async with connected(guest, other):
        number = await begin(salon, guest)
        shown = await say(guest, Line(WORDS[language].asked))
        label, more = (TEXTS.get(language, f"flow.{one}") for one in ("press.wait", "more"))
        pages = 0
        assert any(one["label"] in (label, more) for one in shown["buttons"]), shown["text"]
        while label not in [one["label"] for one in shown["buttons"]] and pages < 3:
            shown = await say(guest, Line(f"[{more}]"))
            pages += 1
        assert label in [one["label"] for one in shown["buttons"]], shown
        answer = await say(guest, Line("[press.wait]", language=language))
        assert said(answer["text"], TEXTS.section(language, "flow")["booking.waiting"]), answer["text"]
        ((first, last, from_time, to_time, _, _),) = wishes(salon, number)
        assert (first == last, from_time, to_time) == (True, "18:00", "20:00")
        number = await begin(salon, other)
        free = await say(other, Line(WORDS[language].free))
        assert TEXTS.get(language, "flow.booking.free_now") in free["text"], free["text"]
        assert "14:00" in str(free["buttons"])
        assert wishes(salon, number) == []


OFF: Final[dict[Language, tuple[str, str]]] = {
    "hy": ("հանեք ինձ սպասման ցուցակից", "haneq indz spasman cucakic"),
    "ka": ("ამომიღეთ მოლოდინის სიიდან", "amomiget molodinis siidan"),
    "kk": ("мені күту тізімінен шығарыңыз", "kutu tiziminen shygarynyz"),
    "ru": ("уберите меня из листа ожидания", "bolshe ne zhdu"),
    "en": ("take me off the waiting list please", "remove me from the list"),
}
"""In one's own letters, and as it is typed in Latin ones or with other words."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_off_the_list(salon: Firm, language: Language) -> None:
    """The only wish is ended at once; of two he is asked which; where there is none he is told so."""
    guest = visitor(salon.product.address, language=language)
    text = TEXTS.section(language, "flow")
    async with connected(guest):
        number = await begin(salon, guest)
        states = "SELECT state FROM waitlist_wishes WHERE conversation_id = ? ORDER BY id"
        await say(guest, Line(WORDS[language].late))
        gone = await say(guest, Line(OFF[language][0]))
        assert said(gone["text"], text["booking.unlisted"]), gone["text"]
        assert "18:00" in gone["text"]
        assert salon.rows(states, number) == [("cancelled",)]
        none = await say(guest, Line(OFF[language][1]))
        assert said(none["text"], text["booking.not_listed"]), none["text"]
        await say(guest, Line(WORDS[language].late))
        await say(guest, Line(WORDS[language].weekdays))
        asked = await say(guest, Line(OFF[language][1]))
        assert said(asked["text"], text["booking.ask_wish"]), asked["text"]
        gone = await say(guest, Line("2"))
        assert said(gone["text"], text["booking.unlisted"]), gone["text"]
        assert salon.rows(states, number) == [("cancelled",), ("waiting",), ("cancelled",)]


async def test_a_wish_for_several_people(salon: Firm) -> None:
    """Seats are kept with it; no service is waited for by more than it takes."""
    providers = (await salon.owner.get("/resources?kind=provider"))["items"]
    aigul = next(one["id"] for one in providers if one["names"]["en"] == "Aigul")
    body = {"names": {"en": "Yoga class"}, "duration_min": 60, "capacity": 6, "providers": [{"id": aigul}]}
    status, yoga = await salon.owner.ask("POST", "/services", body)
    assert status == 201, yoga
    guest = visitor(salon.product.address, language="en")
    async with connected(guest):
        number = await begin(salon, guest)

        async def known() -> bool:
            told = await salon.owner.ask("POST", "/bot/preview", {"language": "en", "said": [{"text": "yoga class"}]})
            return f"&book:service={yoga['id']}" in str(told) or "Yoga" in str(told)

        await eventually(known, True)
        answer = await say(guest, Line("put me on the waiting list for a yoga class for three people in 25 days"))
        assert said(answer["text"], TEXTS.section("en", "flow")["booking.waiting"]), answer["text"]
        assert "for 3 people" in answer["text"]
        assert salon.rows("SELECT seats FROM waitlist_wishes WHERE conversation_id = ?", number) == [(3,)]
    (wish,) = [one for one in (await salon.owner.get("/waitlist"))["items"] if one["seats"] == 3]
    assert (await salon.owner.ask("PATCH", f"/waitlist/{wish['id']}", {"seats": 4}))[1]["seats"] == 4
    assert (await salon.owner.ask("PATCH", f"/waitlist/{wish['id']}", {"seats": 7}))[0] == 409
