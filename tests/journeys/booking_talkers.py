"""Visitors who book by a sentence, each in his language: what they are acknowledged is answered once, whoever dies."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from socketio.exceptions import ConnectionError as Refused

from conversation.messages import Language
from conversation.texts import Catalogue
from tests.crowd import Cut, Link
from tests.journeys.test_bot import said
from tests.processes import Site

TEXTS: Final = Catalogue()
ANSWER_S: Final = 120.0
_AGAIN_S: Final = 0.05
HOURS: Final = tuple(range(10, 20))
SENTENCES: Final[tuple[tuple[Language, str, str], ...]] = (
    ("en", "Aigul", "massage tomorrow at {hour}:00"),
    ("ru", "Aigul", "запишите на массаж завтра в {hour}:00"),
    ("hy", "Aigul", "Ուզում եմ մերսում վաղը ժամը {hour}-ին"),
    ("ka", "Aigul", "ჩამწერეთ ხვალ {hour} საათზე მასაჟზე"),
    ("kk", "Aigul", "Массажға ертең сағат {hour}-ге жазыңызшы"),
    ("en", "Ani", "women's haircut with Ani tomorrow at {hour}:00"),
    ("ru", "Ani", "запишите на женскую стрижку завтра в {hour}:00 к Ани"),
    ("hy", "Ani", "Ուզում եմ կանացի կտրվածք Անիի մոտ վաղը ժամը {hour}-ին"),
    ("ka", "Ani", "ჩამწერეთ ხვალ {hour} საათზე ქალის თმის შეჭრაზე ანისთან"),
    ("kk", "Ani", "Аниге әйелдер шаш қиюға ертең сағат {hour}-ге жазыңызшы"),
    ("en", "Nino", "manicure with Nino tomorrow at {hour}:00"),
    ("ru", "Nino", "запишите на маникюр завтра в {hour}:00 к Нино"),
    ("hy", "Nino", "Ուզում եմ մատնահարդարում Նինոյի մոտ վաղը ժամը {hour}-ին"),
    ("ka", "Nino", "ჩამწერეთ ხვალ {hour} საათზე მანიკურზე ნინოსთან"),
    ("kk", "Nino", "Ниноға маникюрге ертең сағат {hour}-ге жазыңызшы"),
)
"""Of the salon: whoever is named is wanted, at an hour of tomorrow."""
_YES: Final[dict[Language, str]] = {"en": "yes", "ru": "да", "hy": "այո", "ka": "კი", "kk": "иә"}


class Ended(NamedTuple):
    """How a talk ended; ``wish``: who was wanted at which hour; ``again``: how often he had to come back."""

    outcome: Literal["booked", "taken"]
    wish: tuple[str, int]
    again: int


class Talker:
    """One visitor. He says a thing under the same id until it is acknowledged, and waits for its answer wherever he can
    connect."""

    def __init__(self, site: Site, number: int) -> None:
        self.language, staff, sentence = SENTENCES[number % len(SENTENCES)]
        self.wish = staff, HOURS[number // len(SENTENCES) % len(HOURS)]
        self.again = -1
        self._sentence = sentence.format(hour=self.wish[1])
        self._answers = {"name": f"Client {number}", "phone": f"+374 77 {number:06}"}
        self._site = site
        self._token: str | None = None
        self._link: Link | None = None
        self._seen: dict[int, dict[str, Any]] = {}
        self._said = 0
        self._news = asyncio.Event()

    async def book(self) -> Ended:
        """Wants his hour, and says yes to it where it is kept for him."""
        try:
            answer = await self._say(self._sentence)
            kept, taken = (self._is(answer, key) for key in ("booking.confirm", "booking.nearest"))
            assert kept != taken, (self._sentence, answer)
            if kept:
                assert f"{self.wish[1]}:00" in answer["text"], (self._sentence, answer)
                booked = await self._say(_YES[self.language])
                assert self._is(booked, "booking.booked"), booked
            else:
                assert answer["buttons"], answer
            await self._check_answers()
        finally:
            if self._link is not None:
                await self._link.close()
        return Ended("booked" if kept else "taken", self.wish, self.again)

    def _is(self, answer: dict[str, Any], key: str) -> bool:
        return said(answer["text"], TEXTS.section(self.language, "flow")[key])

    async def _say(self, text: str) -> dict[str, Any]:
        body, seq = {"client_id": str(uuid.uuid4()), "text": text}, None
        self._said += 1
        async with asyncio.timeout(ANSWER_S):
            while True:
                try:
                    link = await self._linked()
                    if seq is None:
                        seq = int((await _ask(link, "message", body))["seq"])
                    return await self._answer_after(link, seq)
                except (Cut, Refused):
                    await asyncio.sleep(_AGAIN_S)

    async def _answer_after(self, link: Link, seq: int) -> dict[str, Any]:
        while True:
            self._news.clear()
            answers = [one for one in self._seen.values() if one["author"]["kind"] == "bot" and one["seq"] > seq]
            if answers:
                return answers[0]
            told = asyncio.ensure_future(self._news.wait())
            await asyncio.wait((told, link.cut), return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if link.cut.done():
                raise Cut

    async def _linked(self) -> Link:
        """The connection, a new one where the last is gone."""
        if self._link is not None and not self._link.cut.done():
            return self._link
        auth = {"page_url": "https://shop.example/hair", "language": self.language}
        link = Link(self._site.address, "/visitor", auth | ({"token": self._token} if self._token else {}), self._hear)
        try:
            await link.connect()
        except Refused:
            await link.close()
            raise
        self._link, self.again = link, self.again + 1
        if self._token is None:
            self._token = (await _ask(link, "hello"))["token"]
        shown = await _ask(link, "start", {"answers": self._answers})
        self._token = shown["token"]
        if self.again:
            for one in (await _ask(link, "hello"))["messages"]:
                self._hear("message", one)
        return link

    def _hear(self, event: str, payload: dict[str, Any]) -> None:
        if event == "message":
            self._seen[payload["seq"]] = payload
            self._news.set()

    async def _check_answers(self) -> None:
        """What he has said is there once, and was answered once."""
        shown: list[dict[str, Any]] = []
        while not shown:
            try:
                shown = (await _ask(await self._linked(), "hello"))["messages"]
            except (Cut, Refused):
                await asyncio.sleep(_AGAIN_S)
        kinds = [one["author"]["kind"] for one in shown if one["author"]["kind"] in ("visitor", "bot")]
        assert kinds == ["visitor", "bot"] * self._said, [one["text"] for one in shown]


async def _ask(link: Link, event: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is acknowledged, which must be good; on a machine that is busy with sixty others it may take long. Raises
    Cut."""
    answered = await link.post(event, body or {})
    await asyncio.wait((answered, link.cut), return_when=asyncio.FIRST_COMPLETED, timeout=ANSWER_S)
    if link.cut.done() and not answered.done():
        raise Cut
    assert answered.done(), f"{event} was not answered"
    answer = answered.result()
    assert answer["ok"], (event, answer)
    return answer


async def book_all(site: Site, count: int, at_once: int, then: Callable[[], None] = lambda: None) -> list[Ended]:
    """So many talks, at most ``at_once`` connected; ``then`` is called after each that has ended."""
    gate = asyncio.Semaphore(at_once)

    async def one(number: int) -> Ended:
        async with gate:
            ended = await Talker(site, number).book()
        then()
        return ended

    return await asyncio.gather(*(one(number) for number in range(count)))
