"""Talks that book, through a visitor's real socket: what is said, where the talk stands then, and what is booked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from conversation.texts import Catalogue
from tests.clients import agent, connected, visitor
from tests.journeys.salon import furnish
from tests.journeys.talk_files import FOLDER, Line, Talk, read_talk
from tests.journeys.test_bot import PATIENT, Firm, follow, prepare, said, say
from tests.journeys.test_rights import office
from tests.product import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="module"),
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
TEXTS = Catalogue()
ANNA = {"name": "Anna", "phone": "077 12 34 56"}
OVERLAPS = """SELECT count(*) FROM allocations a JOIN allocations b ON a.resource_id = b.resource_id AND a.id < b.id
AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"""
TALKS = [read_talk(path) for path in sorted((FOLDER / "booking").glob("*.txt"))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def salon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all talks: each is another visitor's, who wants another hour."""
    product = Product(tmp_path_factory.mktemp("salon") / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        await furnish(owner)
        yield Firm(product, owner)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
async def test_a_talk_that_books(salon: Firm, talk: Talk) -> None:
    """Every line is answered as the file says, once, and leaves the talk where the file says."""
    await follow(salon, talk)


async def test_two_want_the_same_hour(salon: Firm) -> None:
    """It is kept for the first while he thinks; the other is offered the nearest. Who is too late for his own hold
    has the time if it is still free; the dialog says to agents what was booked."""
    first, other = visitor(salon.product.address), visitor(salon.product.address)
    async with connected(first, other):
        number = (await first.get("start", {"answers": ANNA}))["conversation"]["id"]
        await other.get("start", {"answers": {"name": "Mary", "phone": "077 12 34 50"}})
        wish = Line("women's haircut with Ani in 4 days at 10 am")
        kept = await say(first, wish)
        assert "10:00" in kept["text"], kept
        refused = await say(other, wish)
        assert said(refused["text"], TEXTS.get("en", "flow.booking.nearest")), refused
        assert "11:00" in str(refused["buttons"])
        salon.write("UPDATE holds SET expires_at = 1")
        booked = await say(first, Line("yes"))
        assert said(booked["text"], "Done, you are booked!"), booked
        salon.write("UPDATE holds SET expires_at = 1")
        again = await say(other, wish)
        assert said(again["text"], TEXTS.get("en", "flow.booking.nearest")), again
    thread = (await salon.owner.get(f"/conversations/{number}/messages"))["items"]
    assert "visit_booked" in [one["activity"]["code"] for one in thread if one.get("activity")]
    assert salon.rows("SELECT count(*) FROM appointments WHERE conversation_id = ?", number) == [(1,)]
    assert salon.rows(OVERLAPS) == [(0,)]


async def test_an_agent_takes_it_in_the_middle(salon: Firm) -> None:
    """What was kept is free by the same commit, the agent reads what was wanted, and the bot begins anew when it is
    given back."""
    guest, other = visitor(salon.product.address), visitor(salon.product.address)
    desk = agent(salon.product.address, await salon.product.log_in("owner"))
    async with connected(guest, other, desk):
        number = (await guest.get("start", {"answers": ANNA}))["conversation"]["id"]
        await other.get("start", {"answers": {"name": "Mary", "phone": "077 12 34 50"}})
        wish = Line("women's haircut with Ani in 6 days at 10 am")
        kept = await say(guest, wish)
        assert "10:00" in kept["text"], kept
        held = "SELECT count(*) FROM holds WHERE conversation_id = ?"
        assert salon.rows(held, number) == [(1,)]
        await desk.get("take", {"conversation_id": number})
        assert salon.rows(held, number) == [(0,)]
        notes = [one for one in (await salon.owner.get(f"/conversations/{number}/messages"))["items"] if one["private"]]
        (said_so_far,) = [one["text"] for one in notes if one["author"]["kind"] == "bot"]
        assert "Women's haircut" in said_so_far
        assert "10:00" in said_so_far
        assert "(" not in said_so_far
        free = await say(other, wish)
        assert said(free["text"], TEXTS.get("en", "flow.booking.confirm")), free
        await say(other, Line("stop"))
        assert (await salon.owner.ask("POST", f"/conversations/{number}/give-back", {}))[0] == 200
        answer = await say(guest, Line("yes"))
        assert not said(answer["text"], TEXTS.get("en", "flow.booking.booked")), answer
    assert salon.rows("SELECT count(*) FROM appointments WHERE conversation_id = ?", number) == [(0,)]


async def test_somebody_waits(salon: Firm) -> None:
    """Where nothing is free he goes on the waiting list, once."""
    guest = visitor(salon.product.address)
    async with connected(guest):
        number = (await guest.get("start", {"answers": ANNA}))["conversation"]["id"]
        told = []
        for _ in range(2):
            await say(guest, Line("massage with Aigul in 90 days"))
            told.append((await say(guest, Line("waiting list")))["text"])
    assert said(told[0], "You are on the waiting list"), told
    assert said(told[1], TEXTS.get("en", "outreach.wish_twice")), told
    wishes = salon.rows("SELECT state, provider_id IS NULL FROM waitlist_wishes WHERE conversation_id = ?", number)
    assert wishes == [("waiting", 0)]


async def test_a_trial_takes_nothing(salon: Firm) -> None:
    """The owner's own talk with the bot goes all the way, and leaves no hold and no visit."""
    before = salon.rows("SELECT (SELECT count(*) FROM holds), (SELECT count(*) FROM appointments)")
    sayings = ["massage in 5 days at 10 am", "Anna", "077 12 34 56", "yes"]
    body = {"language": "en", "said": [{"text": one} for one in sayings]}
    status, told = await salon.owner.ask("POST", "/bot/preview", body)
    assert status == 200, told
    assert "Done, you are booked!" in str(told)
    assert salon.rows("SELECT (SELECT count(*) FROM holds), (SELECT count(*) FROM appointments)") == before


WHOM = {
    "en": ("book me a women's haircut", ("Zorro", "maria", "к Зорро")),
    "ru": ("запишите на женскую стрижку", ("Зорро", "к Зорро", "мария")),
    "hy": ("Ուզում եմ գրանցվել կանացի կտրվածքի", ("Զորո", "к Зорро", "Մարիամ")),
    "ka": ("ჩამწერეთ ქალის თმის შეჭრაზე", ("ზორო", "к Зорро", "მარიამი")),
    "kk": ("әйелдер шаш қиюға жазыңызшы", ("Зорро", "к Зорро", "Мария")),
}


@pytest.mark.parametrize("language", WHOM)
async def test_a_name_that_nobody_has(salon: Firm, language: str) -> None:
    """At the question with whom, a bare name is answered with who there is, in the language of the talk; names of
    theirs and other words are what they were."""
    first, names = WHOM[language]
    told = TEXTS.section(language, "flow")  # type: ignore[arg-type]  # one of the five
    for name in names:
        body = {"language": language, "said": [{"text": first}, {"text": name}]}
        _, answer = await salon.owner.ask("POST", "/bot/preview", body)
        asked, shown = answer["answers"]
        assert said(asked["text"], told["booking.ask_staff"]), asked
        assert said(shown["text"], told["booking.nobody_called"]), (name, shown["text"])
        assert (shown["flow"], shown["step"]) == ("book", "staff")
    for text, step in (("Ani", "time"), ("1", "time"), ("hm", "staff")):
        body = {"language": "en", "said": [{"text": WHOM["en"][0]}, {"text": text}]}
        _, answer = await salon.owner.ask("POST", "/bot/preview", body)
        assert answer["answers"][-1]["step"] == step, (text, answer["answers"][-1])


STEPS = ("manicure with Nino tomorrow at 3 pm", "Anna", "+374 77 123456", "no, at 5 pm", "yes", "my bookings")


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="function")
async def test_booked_once_though_the_server_is_killed_at_every_step(tmp_path: Path) -> None:
    """Where the talk stood, with the time that was kept: one visit, at the hour that was said last."""
    product = Product(tmp_path / "data", environment=PATIENT)
    async with office(product, "owner:owner") as (owner,):
        await prepare(owner)
        await furnish(owner)
        firm = Firm(product, owner)
        guest = visitor(product.address)
        async with connected(guest):
            token = (await guest.get("start", {"answers": {}}))["token"]
        for text in STEPS:
            guest = visitor(product.address, token)
            async with connected(guest):
                sent = await guest.send(text)
                await product.kill()
            await product.start()
            guest = visitor(product.address, token)
            async with connected(guest):
                seen = (await guest.get("hello"))["messages"]
                if not any(one["author"]["kind"] == "bot" and one["seq"] > sent["seq"] for one in seen):
                    await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "bot")
        ((wall, status),) = firm.rows("SELECT wall_start, status FROM appointments")
        assert (str(wall)[11:], status) == ("17:00", "booked")
        assert firm.rows("SELECT count(*) FROM holds") == [(0,)]
        assert firm.rows(OVERLAPS) == [(0,)]
