"""A whole booking in Telegram and in Viber, in five languages, by one sentence and by buttons: what the customer sees
there is his language's, what is booked is his, and the desk has the talk."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from tests.journeys.booking_talkers import SENTENCES
from tests.journeys.salon import furnish
from tests.journeys.test_bot import PATIENT, prepare, said
from tests.journeys.test_rights import Desk
from tests.journeys.test_telegram import door, room
from tests.journeys.test_viber import room as viber_room
from tests.product import Product
from tests.telegram_api import Person, TelegramApi, telegram_api
from tests.viber_api import Person as ViberPerson
from tests.viber_api import ViberApi

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS: Final = Catalogue()
ANSWER_S: Final = 150.0
MOST_STEPS: Final = 16
NAMES: Final[dict[Language, str]] = {"en": "Anna", "ru": "Анна", "hy": "Աննա", "ka": "ანა", "kk": "Айнұр"}
YES: Final[dict[Language, str]] = {"en": "yes", "ru": "да", "hy": "այո", "ka": "კი", "kk": "иә"}
WISHES: Final = {language: sentence for language, staff, sentence in SENTENCES if staff == "Aigul"}


class Messenger(Protocol):
    """Somebody who books, with his messenger. ``shown``: what he was told, with the names of its buttons."""

    language: Language
    phone: str
    shown: list[tuple[str, list[str]]]

    async def says(self, text: str) -> None: ...
    async def presses(self, label: str) -> None: ...
    async def shares_phone(self) -> None: ...
    async def hears(self) -> tuple[str, list[str]]: ...


@dataclass
class InTelegram:
    """He presses inline buttons, and shares his phone as a card."""

    api: TelegramApi
    person: Person
    language: Language
    phone: str
    shown: list[tuple[str, list[str]]] = field(default_factory=list)
    _last: Any = None

    async def says(self, text: str) -> None:
        await self.api.says(self.person, text)

    async def presses(self, label: str) -> None:
        await self.api.presses(self.person, self._last, label)

    async def shares_phone(self) -> None:
        card = {"phone_number": self.phone.lstrip("+"), "first_name": self.person.first_name, "user_id": self.person.id}
        await self.api.tell(message=self.api.message(self.person, contact=card))

    async def hears(self) -> tuple[str, list[str]]:
        self._last = (await self.api.heard(self.person, len(self.shown) + 1))[len(self.shown)]
        keys = [key["text"] for row in self._last.get("reply_markup", {}).get("inline_keyboard", ()) for key in row]
        self.shown.append((self._last["text"], keys))
        return self.shown[-1]


@dataclass
class InViber:
    """A keyboard under the field, or a list in the talk; the phone he types."""

    api: ViberApi
    person: ViberPerson
    language: Language
    phone: str
    shown: list[tuple[str, list[str]]] = field(default_factory=list)
    _bodies: dict[str, str] = field(default_factory=dict)

    async def says(self, text: str) -> None:
        await self.api.says(self.person, text)

    async def presses(self, label: str) -> None:
        await self.api.says(self.person, self._bodies[label])

    async def shares_phone(self) -> None:
        await self.says(self.phone)

    async def hears(self) -> tuple[str, list[str]]:
        last = (await self.api.heard(self.person, len(self.shown) + 1))[len(self.shown)]
        listed = (last.get("keyboard") or last.get("rich_media") or {}).get("Buttons", ())
        self._bodies = {one["Text"]: one["ActionBody"] for one in listed if one["ActionType"] == "reply"}
        self.shown.append((last.get("text") or last.get("alt_text") or "", list(self._bodies)))
        return self.shown[-1]


async def book_by_a_sentence(one: Messenger, hour: int) -> None:
    """He says it all at once; his phone is asked for, and what is kept for him he affirms."""
    words = TEXTS.section(one.language, "flow")
    await one.says(WISHES[one.language].format(hour=hour))
    for _ in range(MOST_STEPS):
        text, _ = await one.hears()
        if said(text, words["booking.booked"]):
            assert f"{hour}:00" in text, text
            return
        if said(text, words["booking.confirm"]):
            await one.says(YES[one.language])
        else:
            await one.shares_phone()
    raise AssertionError(one.shown)


async def book_by_buttons(one: Messenger) -> None:
    """He presses the first of all that is offered."""
    words = TEXTS.section(one.language, "flow")
    await one.says("/start")
    for _ in range(MOST_STEPS):
        text, labels = await one.hears()
        if said(text, words["booking.booked"]):
            return
        if labels:
            await one.presses(labels[0])
        else:
            await one.shares_phone()
    raise AssertionError(one.shown)


async def everybody_books(owner: Desk, people: list[Messenger]) -> None:
    """Two of each language, at the same time; afterwards each has one visit, and every talk stands in his language."""
    async with asyncio.timeout(ANSWER_S):
        works = [
            book_by_buttons(one) if place >= len(LANGUAGES) else book_by_a_sentence(one, 11 + place)
            for place, one in enumerate(people)
        ]
        ended = await asyncio.gather(*works, return_exceptions=True)
    stuck = [(one.language, one.shown, end) for one, end in zip(people, ended, strict=True) if end is not None]
    assert not stuck, stuck
    visits = (await owner.get("/appointments?limit=100"))["items"]
    assert len(visits) == len(people)
    assert len({one["contact"]["id"] for one in visits}) == len(people)
    for one in people:
        heads = (await owner.get(f"/contacts?q={one.phone.lstrip('+')}"))["items"]
        assert len(heads) == 1, one.phone


async def test_in_telegram(tmp_path: Path) -> None:
    more = PATIENT | {"BAREV_BUSINESS_LANGUAGES": ",".join(LANGUAGES)}
    async with telegram_api() as api, room(Product(tmp_path / "data", environment=door(api) | more), api) as here:
        await prepare(here.owner)
        await furnish(here.owner)
        people: list[Messenger] = [
            InTelegram(api, Person(7000 + place, NAMES[language], language), language, f"+3747700{place:04}")
            for place, language in enumerate((*LANGUAGES, *LANGUAGES))
        ]
        await everybody_books(here.owner, people)
        assert api.floods == 0


async def test_in_viber(tmp_path: Path, free_port: int) -> None:
    more = {key.removeprefix("BAREV_"): value for key, value in PATIENT.items()}
    async with viber_room(tmp_path, free_port, BUSINESS_LANGUAGES=",".join(LANGUAGES), **more) as here:
        await prepare(here.owner)
        await furnish(here.owner)
        people: list[Messenger] = [
            InViber(
                here.api, ViberPerson(f"person-{place}=", NAMES[language], language), language, f"+3747700{place:04}"
            )
            for place, language in enumerate((*LANGUAGES, *LANGUAGES))
        ]
        await everybody_books(here.owner, people)
