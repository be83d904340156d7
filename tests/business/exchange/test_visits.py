"""Visits out of files on both stores: what is booked, what becomes history, what is refused, what an undo leaves."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from business.booking.moving import Move
from business.exchange.imports import CHECK, RUN, UNDO
from business.exchange.runner import ImportRunner
from business.exchange.samples import make_sample
from business.exchange.visit_rows import KIND, TARGETS
from business.exchange.visit_sheet import visit_cells
from business.exchange.visits import VisitRows
from conversation import clock
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.texts import Catalogue
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import AppointmentRow, ServiceRow
from tests.business.exchange.office import Office, counts
from tests.business.visits.parlour import Salon, at, check_sound, make_salon, visits_of


class Desk(Office):
    """An office that takes visits into a salon."""

    salon: Salon

    async def open(self) -> "Desk":
        """With its salon."""
        self.salon = await make_salon(self.store)
        self.visits = visits_of(self.store)
        writer = VisitRows(self.visits, "AM")
        self.runner = ImportRunner(self.store, self.imports, self.uploads, self.settings, writer)
        return self

    async def take(self, text: str, kind: str = RUN) -> dict[int, str]:
        """A file of visits, and what is said of each row."""
        self.one = await self.upload(text.encode(), "visits.csv", KIND)
        self.one = await self.work(self.one.id, kind)
        return await self.said(self.one.id)

    async def sheet(self) -> str:
        """What an export has."""
        pages = [rows async for rows in visit_cells(self.store, 2)]
        return "\n".join("\t".join(cells) for cells in (TARGETS, *(row for rows in pages for row in rows)))

    async def kept(self) -> list[tuple[str, int | None, int, str]]:
        """Status, total, discount and source of all, as they begin."""
        row = AppointmentRow
        query = select(row.status, row.total_minor, row.discount_minor, row.source).order_by(row.starts_at)
        return [(a, b, c, d) for a, b, c, d in await self.store.read(lambda tx: tx.execute(query).all())]


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> Desk:
    """Nino cuts and colours, Ani cuts and leads yoga."""
    desk = await Desk(store, tmp_path).open()

    def name(tx: Tx) -> None:
        words = {desk.salon.cut: "Cut", desk.salon.colour: "Colour", desk.salon.yoga: "Yoga"}
        for service_id, word in words.items():
            tx.execute(update(ServiceRow).where(ServiceRow.id == service_id).values(name={"en": word}))

    await store.writer.run(name)
    return desk


def day(days: int) -> str:
    """A day from today."""
    return (clock.now() + timedelta(days=days)).strftime("%d.%m.%Y")


HEADINGS = "Дата;Время;Услуга;Специалист;Клиент;Телефон;Статус;Цена;Скидка;Примечание\n"


async def test_a_journal_of_another_program(desk: Desk) -> None:
    """What is over is noted and takes no time, what is to come is booked; what cannot be is said row by row."""
    text = (
        HEADINGS
        + f"{day(-30)};10:00;Cut;Nino;Anna;077 111111;выполнено;4000;;короче\n"
        + f"{day(-30)};10:00;Cut;Nino;Maria;077 222222;не пришла;;;\n"  # another program let it overlap
        + f'{day(3)};15.30;"Cut; Colour";Nino;Anna;+374 77 111111;;"6000; 9000";1000;\n'
        + f"{day(3)};16:00;Cut;Nino;Maria;077 222222;;;;\n"
        + f"{day(3)};18:00;Cut;Nobody;Maria;077 222222;;;;\n"
        + f"{day(3)};25:00;Shave;Nino;;;;;;\n"
        + f"{day(4)};10:00;Cut;;Mariam;;подтверждён;;;\n"
        + f"{day(4)};12:00;Cut;Ani;Maria;077 222222;оплачено;;;\n"
    )
    tried = await desk.take(text, CHECK)
    assert counts(desk.one) == (4, 0, 0, 4)
    assert await desk.kept() == []
    said = await desk.take(text)
    assert counts(desk.one) == (4, 0, 0, 4)
    assert said == tried
    assert said[5] == "This time is taken. Please choose another."
    assert said[6] == "There is no specialist “Nobody”."
    assert said[7] == "This is no time of day: 25:00. Neither a client's name nor a phone is in this row."
    assert "not taken place yet" in said[9]
    assert await desk.kept() == [
        ("done", 400000, 0, "import"),
        ("no_show", 5000, 0, "import"),
        ("booked", 1400000, 100000, "import"),
        ("confirmed", 5000, 0, "import"),
    ]
    people = {(one.name, one.id) for one in await desk.contacts()}
    assert len(people) == 3, "Anna and Maria came with the file, Mariam was there"
    await check_sound(desk.store)


async def test_the_same_file_again_and_away(desk: Desk) -> None:
    """A repeat books nothing twice; an undo takes back what nobody has touched, with whom it brought."""
    text = (
        HEADINGS
        + f"{day(-3)};10:00;Cut;Nino;Anna;077 111111;;;;\n"
        + f"{day(3)};10:00;Cut;Nino;Anna;077 111111;;;;\n"
        + f"{day(3)};12:00;Cut;Nino;Maria;077 222222;;;;\n"
    )
    await desk.take(text)
    first = desk.one.id
    again = await desk.take(text)
    assert counts(desk.one) == (0, 0, 3, 0)
    assert set(again.values()) == {"This visit is in the journal already."}
    query = select(AppointmentRow.id).order_by(AppointmentRow.starts_at.desc()).limit(1)
    last = await desk.store.read(lambda tx: tx.scalar(query)) or 0
    moved = await desk.visits.move(None, last, Move(at(15, days=3)))
    undone = await desk.work(first, UNDO)
    assert undone.undo == {"removed": 2, "restored": 0, "kept": 1}
    assert [one.name for one in await desk.contacts()] == ["Mariam", "Maria"]
    assert (await desk.visits.find(last)).starts_at == moved.appointment.starts_at
    await desk.take(HEADINGS + f"{day(3)};10:00;Cut;Nino;Anna;077 111111;;;;\n")
    assert counts(desk.one) == (1, 0, 0, 0), "the time that was given back is free"
    await check_sound(desk.store)


async def test_what_is_exported_comes_back(desk: Desk, tmp_path: Path) -> None:
    """The same cells out of a journal that was read from them: several services, seats, prices, what is over."""
    text = (
        HEADINGS
        + f'{day(-3)};10:00;"Cut; Colour";"Nino; -";Anna;077 111111;paid;"4500; -";500;"a; b"\n'
        + f'{day(5)};10:00;"Cut; Colour";"Ani; Nino";Anna;077 111111;;"6000; 9000";1000;\n'
        + f"{day(6)};10:00;Yoga;Ani;Maria;077 222222;cancelled;;;\n"
        + f"{day(6)};10:00;Yoga;Ani;Maria;077 222222;;;;=1+1\n"
    )
    await desk.take(text)
    assert counts(desk.one) in ((4, 0, 0, 0), (3, 0, 1, 0)), await desk.said(desk.one.id)
    whole, one = await desk.sheet(), desk.one
    await desk.work(one.id, UNDO)
    assert (await desk.sheet()).count("\n") == 0
    back = await desk.upload(whole.encode(), "back.csv", KIND)
    assert [back.mapping.get(str(column)) for column in range(len(TARGETS))] == list(TARGETS)
    await desk.work(back.id)
    assert await desk.sheet() == whole, await desk.said(back.id)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_sample_is_understood(desk: Desk, language: Language) -> None:
    """Every heading of the sample is known, in every language, and so are its words."""
    body, _ = make_sample("csv", Catalogue(), language, KIND)
    one = await desk.upload(body, "sample.csv", KIND)
    assert list(one.mapping.values()) == list(TARGETS)
    await desk.imports.plan(one.id, None, {"country": {"ka": "GE", "kk": "KZ"}.get(language, "AM")})
    done = await desk.work(one.id, CHECK)
    said = await desk.said(done.id)
    assert counts(done) == (0, 0, 0, 2)
    assert all("catalogue" in words for words in said.values()), "only its services are not of this salon"


async def test_a_file_that_says_too_little(desk: Desk) -> None:
    """Without a day, a service or a customer there is nothing to book."""
    one = await desk.upload(b"Service;Price\nCut;100\n", "x.csv", KIND)
    with pytest.raises(Rejected) as refused:
        await desk.work(one.id)
    assert refused.value.text_key == "exchange.mapping_visits"
