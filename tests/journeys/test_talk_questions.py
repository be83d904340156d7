"""Who is free, for how many, several services one after another and at once, the same again: in five languages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest
import pytest_asyncio

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.clients import connected, visitor
from tests.journeys.salon import furnish
from tests.journeys.talk_files import Line
from tests.journeys.test_bot import PATIENT, Firm, prepare, said, say
from tests.journeys.test_rights import Desk, office
from tests.journeys.test_talk_scopes import press
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS: Final = Catalogue()
ANNA: Final = {"name": "Anna", "phone": "077 12 34 56"}
_YOGA: Final = {"en": "Yoga", "ru": "Йога", "hy": "Յոգա", "ka": "იოგა", "kk": "Йога"}


class Words(NamedTuple):
    """What is asked: who is free in three days; when Ani is, tomorrow; yoga for two, and for five; a haircut and a
    manicure, and at once; the same as the last time; the earliest with Aigul."""

    who: str
    ani: str
    two: str
    five: str
    both: str
    at_once: str
    same: str
    earliest: str


WORDS: Final[dict[Language, Words]] = {
    "hy": Words(
        "ո՞վ է ազատ վաղը",
        "ե՞րբ է ազատ Անին վաղը",
        "յոգա երկուսի համար վաղը ժամը 14-ին",
        "գրանցեք յոգայի վաղը ժամը 16-ին, հինգ հոգու համար",
        "գրանցեք կանացի կտրվածքի և մատնահարդարման վաղը",
        "կանացի կտրվածք և մատնահարդարում միաժամանակ վաղը",
        "նույնը, ինչ անցյալ անգամ, վաղը",
        "ամենամոտ ժամը մերսման համար Այգուլի մոտ",
    ),
    "ka": Words(
        "ვინ არის თავისუფალი ხვალ?",
        "როდის არის თავისუფალი ანი ხვალ?",
        "ჩამწერეთ იოგაზე ორისთვის ხვალ 14 საათზე",
        "ჩამწერეთ იოგაზე ხვალ 16 საათზე, ხუთნი ვართ",
        "ჩამწერეთ ქალის თმის შეჭრაზე და მანიკურზე ხვალ",
        "ჩამწერეთ ქალის თმის შეჭრაზე და მანიკურზე ერთდროულად ხვალ",
        "ჩამწერეთ იგივე ხვალ",
        "ჩამწერეთ მასაჟზე უახლოესი დრო აიგულთან",
    ),
    "kk": Words(
        "ертең кім бос?",
        "Ани ертең қашан бос?",
        "йогаға ертең сағат 14-ке екі адамға жазыңыз",
        "йогаға ертең сағат 16-ға бес адамға жазыңыз",
        "әйелдер шаш қию және маникюрге ертең жазыңыз",
        "әйелдер шаш қию және маникюрге бір уақытта ертең жазыңыз",
        "өткен жолғыдай ертең жазыңыз",
        "массажға ең жақын уақытқа Айгүлге жазыңыз",
    ),
    "ru": Words(
        "кто свободен завтра?",
        "когда завтра свободна Ани?",
        "йога на двоих завтра в 14:00",
        "нас пятеро, запишите на йогу завтра в 16:00",
        "женская стрижка и маникюр завтра",
        "женская стрижка и маникюр одновременно завтра",
        "запишите как в прошлый раз завтра",
        "массаж у Айгуль, самое ближайшее",
    ),
    "en": Words(
        "who is free tomorrow?",
        "when is Ani free tomorrow?",
        "yoga for two tomorrow at 2 pm",
        "there are five of us, yoga tomorrow at 4 pm",
        "women's haircut and manicure tomorrow",
        "women's haircut and manicure at the same time tomorrow",
        "book the same as last time tomorrow",
        "the earliest massage with Aigul",
    ),
}


class Place(NamedTuple):
    """A salon, and the ids of what is in it."""

    firm: Firm
    ids: dict[str, int]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """With yoga for four."""
    product = Product(tmp_path_factory.mktemp("questions") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        await _add_yoga(owner)
        ids = await furnish(owner)
        yield Place(Firm(product, owner), ids)


async def _add_yoga(owner: Desk) -> None:
    names = dict.fromkeys(LANGUAGES, "Lia")
    status, lia = await owner.ask("POST", "/resources", {"kind": "provider", "names": names})
    assert status == 201, lia
    day = datetime.now(UTC).date()
    days = [{"day": (day + timedelta(days=ahead)).isoformat(), "hours": [["10:00", "20:00"]]} for ahead in range(1, 5)]
    assert (await owner.ask("PUT", f"/resources/{lia['id']}/days", {"days": days}))[0] == 204
    body = {"names": _YOGA, "duration_min": 60, "capacity": 4, "providers": [{"id": lia["id"]}], "price_minor": 100_000}
    status, made = await owner.ask("POST", "/services", body)
    assert status == 201, made


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_free(place: Place, language: Language) -> None:
    """Every specialist with his hours, and a button to book with him; of one who is named, his alone."""
    guest = visitor(place.firm.product.address, language=language)
    async with connected(guest):
        await guest.get("start", {"answers": ANNA})
        told = await say(guest, Line(WORDS[language].who))
        names = [TEXT[language] for TEXT in (_ANI, _NINO, _AIGUL)]
        assert all(f"{name}: 10:00–" in told["text"] for name in names), told["text"]
        alone = await say(guest, Line(WORDS[language].ani))
        assert f"{_ANI[language]}: 10:00–" in alone["text"], alone["text"]
        assert _NINO[language] not in alone["text"]
        asked = await press(guest, f"&book:free={place.ids['Ani']}/")
        assert said(asked["text"], TEXTS.get(language, "flow.ask.service")), asked["text"]


_ANI: Final = {"hy": "Անի", "ru": "Ани", "en": "Ani", "ka": "ანი", "kk": "Ани"}
_NINO: Final = {"hy": "Նինո", "ru": "Нино", "en": "Nino", "ka": "ნინო", "kk": "Нино"}
_AIGUL: Final = {"hy": "Այգուլ", "ru": "Айгуль", "en": "Aigul", "ka": "აიგული", "kk": "Айгүл"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_for_how_many(place: Place, language: Language) -> None:
    """Seats of a group: as many as were said, no more than there are; the price is of all of them."""
    guest, other = (visitor(place.firm.product.address, language=language) for _ in range(2))
    async with connected(guest, other):
        await guest.get("start", {"answers": ANNA})
        kept = await say(guest, Line(WORDS[language].two))
        assert f"{TEXTS.get(language, 'flow.label.seats')}: 2" in kept["text"], kept["text"]
        assert "2 000" in kept["text"].replace("\xa0", " ")
        await press(guest, "!stop")
        await other.get("start", {"answers": ANNA})
        most = await say(other, Line(WORDS[language].five))
        assert f"{TEXTS.get(language, 'flow.label.seats')}: 4" in most["text"], most["text"]
        assert said(most["text"], TEXTS.section(language, "flow")["booking.seats_most"]), most["text"]
        await press(other, "!stop")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_several_and_the_same_again(place: Place, language: Language) -> None:
    """A haircut and a manicure in a row, then at once by two; then the same as the last time; the earliest with her."""
    guest = visitor(place.firm.product.address, language=language)
    async with connected(guest):
        number = (await guest.get("start", {"answers": ANNA}))["conversation"]["id"]
        for words, at_once in ((WORDS[language].both, False), (WORDS[language].at_once, True)):
            listed = await say(guest, Line(words))
            assert "&book:at=" in str(listed.get("buttons")), listed["text"]
            await press(guest, "&book:at=")
            booked = await press(guest, "!yes")
            assert said(booked["text"], TEXTS.section(language, "flow")["booking.booked"]), booked["text"]
            assert spans(place.firm, number) == [(at_once, 2)]
        again = await say(guest, Line(WORDS[language].same))
        assert "&book:at=" in str(again.get("buttons")), again["text"]
        await say(guest, Line(TEXTS.get(language, "flow.menu.menu")))
        soonest = await say(guest, Line(WORDS[language].earliest))
        assert said(soonest["text"], TEXTS.get(language, "flow.booking.confirm")), soonest["text"]
        assert _AIGUL[language] in soonest["text"]


def spans(firm: Firm, number: int) -> list[tuple[Any, ...]]:
    """Of his last visit: whether its services begin at once, and how many they are."""
    query = """SELECT count(DISTINCT i.starts_at) = 1, count(*) FROM appointment_items i WHERE i.appointment_id =
    (SELECT max(id) FROM appointments WHERE conversation_id = ?)"""
    return [(bool(row[0]), row[1]) for row in firm.rows(query, number)]
