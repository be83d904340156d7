"""Working hours through the real doors: what a visitor is told, what he is promised, who may change them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from tests.clients import Client, agent, connected, visitor
from tests.journeys.firm import zone
from tests.journeys.test_rights import Desk, code_of, office
from tests.processes import all_running, make_processes
from tests.product import Product
from tests.servers import RedisServer

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MORNINGS = {day: [["09:00", "10:00"]] for day in DAYS}
WHOLE_DAYS = {day: [["00:00", "24:00"]] for day in DAYS}
TOMORROW = {
    "en": "We will reply tomorrow at 09:00",
    "ru": "Ответим завтра в 09:00",
    "hy": "Կպատասխանենք վաղը՝ ժամը 09:00-ին",
    "ka": "გიპასუხებთ ხვალ, 09:00 საათზე",
    "kk": "Ертең жауап береміз: сағат 09:00",
}


NOON, TWO_HOURS_WEST = zone(12), zone(10)


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store, where it is about noon."""
    return Product(tmp_path / "data", environment={"BAREV_BUSINESS_TIMEZONE": NOON})


@asynccontextmanager
async def firm(product: Product, weekly: dict[str, Any], *logins: str) -> AsyncIterator[list[Desk]]:
    """A running product with an owner, others, and these hours."""
    async with office(product, "owner:owner", *logins) as desks:
        await set_hours(product, desks[0], weekly)
        yield desks


async def set_hours(product: Product, owner: Desk, weekly: dict[str, Any]) -> None:
    """Sets the firm's hours, and waits until they are known where this visitor is."""
    probe = visitor(product.address)
    async with connected(probe):
        before = (await probe.get("hello"))["reply_expected"]["at"]
        status, shown = await owner.ask("PUT", "/hours", {"weekly": weekly})
        assert status == 200, shown
        opens = None if shown["now"]["open"] else shown["now"]["opens_at"]
        if opens != before:
            await probe.wait_for("presence", lambda told: told["reply_expected"]["at"] == opens)


async def promises(guest: Client, count: int) -> list[str]:
    """What the firm itself has said in a visitor's conversation."""
    page = await guest.get("sync", {"after_change": 0})
    said = [one["text"] for one in page["messages"] if one["author"]["kind"] == "bot"]
    assert len(said) == count, said
    return said


async def test_every_visitor_is_told_in_his_language_and_by_his_clock(product: Product) -> None:
    async with firm(product, MORNINGS):
        guests = [visitor(product.address, language=language) for language in TOMORROW]
        async with connected(*guests):
            for guest, expected in zip(guests, TOMORROW.values(), strict=True):
                told = (await guest.get("hello"))["reply_expected"]
                assert (told["now"], told["text"], told["timezone"]) == (False, expected, NOON)
                assert told["at"].endswith("00:00.000Z")
        near = visitor(product.address, timezone=NOON)
        far = visitor(product.address, timezone=TWO_HOURS_WEST)
        lost = visitor(product.address, timezone="../../etc/passwd")
        async with connected(near, far, lost):
            assert (await near.get("hello"))["reply_expected"]["text"] == TOMORROW["en"]
            assert (await lost.get("hello"))["reply_expected"]["text"] == TOMORROW["en"]
            text = (await far.get("hello"))["reply_expected"]["text"]
            assert text == f"We will reply tomorrow at 07:00, your time ({NOON.removeprefix('Etc/')}: 09:00)"


async def test_who_manages_teams_sets_their_hours_and_their_way_of_sharing(product: Product) -> None:
    """And those of branches; not the firm's, nor those of colleagues."""
    async with office(product, "owner:owner", "maria:manager") as (owner, maria):
        team, branch = [(await owner.get(path))["items"][0]["id"] for path in ("/teams", "/branches")]
        wishes: list[tuple[str, str, dict[str, Any]]] = [
            ("PUT", f"{path}/{one}/hours", {"weekly": MORNINGS})
            for path, one in (("/teams", team), ("/branches", branch))
        ]
        wishes.append(("PATCH", f"/teams/{team}/assignment", {"policy": "round_robin"}))
        for method, path, body in wishes:
            assert code_of(await maria.ask(method, path, body)) == "403 forbidden", path
        maria_id = await owner.id_of("maria")
        assert (await owner.ask("PATCH", f"/agents/{maria_id}", {"grant": ["teams.manage"]}))[0] == 200
        for method, path, body in wishes:
            status, shown = await maria.ask(method, path, body)
            assert (status, {name: shown[name] for name in body}) == (200, body), path
        for path in ("/hours", f"/agents/{maria_id}/hours"):
            assert code_of(await maria.ask("PUT", path, {"weekly": MORNINGS})) == "403 forbidden", path


async def test_visitors_hear_when_hours_change_and_when_somebody_comes(product: Product) -> None:
    async with firm(product, MORNINGS, "ani:agent") as (owner, _ani):
        guest, ani = visitor(product.address), agent(product.address, await product.log_in("ani"))
        async with connected(guest, ani):
            await ani.get("hello")
            closed = await guest.get("hello")
            assert (closed["agents_online"], closed["reply_expected"]["now"]) == (1, False)  # there, and off work
            await set_hours(product, owner, WHOLE_DAYS)
            answers = await guest.wait_for("presence", lambda told: told["reply_expected"]["now"])
            assert answers["reply_expected"]["at"] is None
            await ani.get("presence", {"status": "away"})
            away = await guest.wait_for("presence", lambda told: told["agents_online"] == 0)
            assert not away["reply_expected"]["now"]


async def test_who_asks_out_of_hours_is_promised_an_answer_once(product: Product) -> None:
    async with firm(product, MORNINGS, "ani:agent") as (owner, _ani):
        guest, other = visitor(product.address, language="ru", timezone=NOON), visitor(product.address)
        ani = agent(product.address, await product.log_in("ani"))
        async with connected(guest, other, ani):
            await guest.send("Здравствуйте, вы открыты?")
            promised = await guest.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            assert promised["text"] == "Спасибо, что написали. Сейчас мы не работаем. Ответим завтра в 09:00."
            waiting = await ani.wait_for("conversation", lambda told: told["unanswered"])
            await guest.send("Алло?")
            await other.send("Hello")
            await other.wait_for("message", lambda told: told["author"]["kind"] == "bot")  # all who wait were seen to
            await promises(guest, 1)
            opened = await ani.get("open", {"conversation_id": waiting["id"]})
            assert opened["conversation"]["unanswered"]
            asked = [one for one in opened["messages"] if one["author"]["kind"] == "visitor"]
            assert [one.get("out_of_hours") for one in asked] == [True, True]
            await set_hours(product, owner, WHOLE_DAYS)
            await guest.wait_for("presence", lambda told: told["reply_expected"]["now"])
            await guest.send("Спасибо")
            heard = await ani.wait_for("message", lambda told: told["text"] == "Спасибо")
            assert "out_of_hours" not in heard


async def test_a_dialog_with_somebody_who_is_still_there_is_not_interrupted(product: Product) -> None:
    async with firm(product, WHOLE_DAYS, "ani:agent") as (owner, _ani):
        guest, other = visitor(product.address), visitor(product.address)
        ani = agent(product.address, await product.log_in("ani"))
        async with connected(other), connected(guest, ani):
            await guest.send("One question before you close")
            asked = await ani.wait_for("conversation", lambda told: told["unanswered"])
            await ani.get("take", {"conversation_id": asked["id"]})
            await set_hours(product, owner, MORNINGS)
            await guest.wait_for("presence", lambda told: not told["reply_expected"]["now"])
            await guest.send("Are you there?")
            await other.send("Hello")
            await other.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            await promises(guest, 0)
            await ani.get("presence", {"status": "away"})
            await guest.send("Anybody?")
            told = await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "bot")
            assert TOMORROW["en"] in told["text"]


async def test_who_asks_before_the_next_shift_is_told_when_it_begins(product: Product) -> None:
    """The firm is open, but nobody of it works at this hour."""
    async with firm(product, WHOLE_DAYS, "ani:agent") as (owner, _ani):
        for login in ("ani", "owner"):
            path = f"/agents/{await owner.id_of(login)}/hours"
            assert (await owner.ask("PUT", path, {"weekly": MORNINGS}))[0] == 200
        guest = visitor(product.address, timezone=NOON)
        async with connected(guest):
            await guest.send("Hello")
            told = await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "bot")
            assert told["text"] == f"Thank you for writing. Nobody is here at the moment. {TOMORROW['en']}."
            await guest.send("Anybody?")
            other = visitor(product.address)
            async with connected(other):
                await other.send("Hello")
                await other.wait_for("message", lambda shown: shown["author"]["kind"] == "bot")
            await promises(guest, 1)


@pytest.mark.kill
async def test_a_promise_is_neither_lost_nor_doubled_when_the_server_is_killed(product_on_each: Product) -> None:
    product = product_on_each
    product.environment = {"BAREV_BUSINESS_TIMEZONE": NOON}
    tokens: list[str] = []
    async with firm(product, MORNINGS):
        for number in range(4):
            guest = visitor(product.address)
            await guest.connect()
            tokens.append((await guest.get("hello"))["token"])
            await guest.send("Hello")
            if number % 2:
                await guest.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            await product.kill()
            await product.start()
        guests = [visitor(product.address, token) for token in tokens]
        last = visitor(product.address)
        async with connected(last, *guests):
            await last.send("Hello")
            await last.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            for guest in guests:
                (said,) = await promises(guest, 1)
                assert TOMORROW["en"] in said


async def test_three_processes_promise_once(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> None:
    processes = make_processes(tmp_path, postgres_url, redis_server, 3)
    for one in processes:
        one.environment = {**one.environment, "BAREV_BUSINESS_TIMEZONE": NOON}
    async with all_running(*processes):
        assert processes[0].add_user("owner", "owner").returncode == 0
        async with aiohttp.ClientSession(processes[0].address) as web:
            owner = Desk(web, await processes[0].log_in("owner"))
            await set_hours(processes[0], owner, MORNINGS)
        guests = [visitor(processes[number % 3].address) for number in range(12)]
        async with connected(*guests):
            await asyncio.gather(*(guest.send("Hello") for guest in guests))
            await asyncio.gather(*(guest.send("Anybody?") for guest in guests))
            for guest in guests:
                await guest.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            await guests[0].send("Well?")
            late = visitor(processes[1].address)
            async with connected(late):
                await late.send("Hello")
                await late.wait_for("message", lambda told: told["author"]["kind"] == "bot")
            for guest in guests:
                await promises(guest, 1)


async def test_hours_of_each_by_rest(product: Product) -> None:
    async with firm(product, MORNINGS, "manager:manager", "ani:agent") as (owner, manager, ani):
        team = (await owner.get("/teams"))["items"][0]["id"]
        branch = (await owner.get("/branches"))["items"][0]["id"]
        ani_id = await owner.id_of("ani")
        _, now = await ani.ask("GET", "/hours/now", Accept_Language="en")
        assert (now["open"], now["timezone"], now["text"]) == (False, NOON, TOMORROW["en"])
        today = datetime.now(ZoneInfo(NOON)).date().isoformat()  # a holiday, perhaps
        exception = {"date": today, "hours": [["00:00", "24:00"]], "name": "Open day"}
        for path, body in (
            (f"/branches/{branch}/hours", {"holidays": True}),
            (f"/teams/{team}/hours", {"weekly": WHOLE_DAYS, "exceptions": [exception]}),
            (f"/agents/{ani_id}/hours", {"weekly": {"mon": [["22:00", "06:00"]]}, "holidays": False}),
        ):
            status, shown = await owner.ask("PUT", path, body)
            assert status == 200, shown
            assert shown == {**await ani.get(path), "now": shown["now"]}
            assert {key: shown[key] for key in body} == body
            for other in (manager, ani):
                assert (await other.ask("PUT", path, body))[0] == 403
        shown = await ani.get(f"/teams/{team}/hours")
        assert shown["effective"] == {
            "weekly": WHOLE_DAYS,
            "weekly_from": {"kind": "team", "id": team},
            "exceptions": [exception],
            "holidays": True,
            "holidays_from": {"kind": "branch", "id": branch},
        }
        assert (await ani.get(f"/hours/now?team_id={team}"))["open"]
        assert not (await ani.get(f"/hours/now?branch_id={branch}"))["open"]
        assert (await ani.get(f"/agents/{ani_id}/hours"))["effective"]["exceptions"] == [exception]
        _, off = await ani.ask("GET", f"/hours/holidays?year=2026&branch_id={branch}", Accept_Language="en")
        assert {"date": "2026-01-01", "name": "New Year's Day", "worked": False} in off["items"]
        _, own = await ani.ask("GET", "/hours/holidays?year=2026", Accept_Language="hy")
        assert {"date": "2026-05-28", "name": "Հանրապետության օր", "worked": True} in own["items"]
        lines = (await owner.get("/audit?entity=team"))["items"]
        assert [one["action"] for one in lines if one["entity_id"] == team] == ["hours.changed"]
        assert lines[0]["before"]["weekly"] is None
        assert lines[0]["after"]["weekly"] == WHOLE_DAYS

        status, refusal = await owner.ask("PUT", "/hours", {"weekly": {"tue": [["10:00", "09:60"]]}})
        assert (status, refusal["code"]) == (400, "invalid")
        crossed = {"weekly": {"tue": [["10:00", "12:00"], ["11:00", "13:00"]]}}
        status, refusal = await owner.ask("PUT", "/hours", crossed, Accept_Language="en")
        assert (status, refusal["message"]) == (400, "These hours overlap: tue.")
        assert (await owner.ask("PUT", "/teams/99/hours", {}))[0] == 404
        status, shown = await owner.ask("PUT", f"/teams/{team}/hours", {})
        assert (shown["weekly"], shown["exceptions"], shown["effective"]["weekly"]) == (None, [], MORNINGS)


async def test_settings_of_teams_and_people_by_rest(product: Product) -> None:
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        team = (await owner.get("/teams"))["items"][0]["id"]
        ani_id = await owner.id_of("ani")
        path = f"/teams/{team}/assignment"
        assert (await ani.get(path))["policy"] == "balanced"
        status, shown = await owner.ask("PATCH", path, {"policy": "juniors_first", "escalate_s": 90, "answer_s": None})
        assert status == 200, shown
        assert (shown["policy"], shown["escalate_s"], shown["answer_s"]) == ("juniors_first", 90, None)
        assert (await ani.ask("PATCH", path, {"policy": "balanced"}))[0] == 403
        for wrong in ({"policy": "by_beauty"}, {"fallback_team_id": team}, {"capacity": 0}):
            assert (await owner.ask("PATCH", path, wrong))[0] == 400, wrong
        assert (await owner.ask("PATCH", path, {"fallback_team_id": 999}))[0] == 404
        assert (await owner.ask("PATCH", path, {"policy": None, "capacity": 4}))[1]["policy"] == "juniors_first"
        names = [one["name"] for one in (await ani.get("/policies"))["items"]]
        assert names[:5] == ["balanced", "experienced_first", "juniors_first", "round_robin", "manual"]
        for name in names:
            assert (await owner.ask("PATCH", path, {"policy": name}))[1]["policy"] == name

        path = f"/agents/{ani_id}/assignment"
        wish = {"capacity": 3, "level": 1, "weight": 2, "languages": ["hy", "ru"], "skills": ["colouring", " nails "]}
        status, shown = await owner.ask("PATCH", path, wish)
        assert (status, shown) == (200, {**wish, "skills": ["colouring", "nails"]})
        assert [one["name"] for one in (await ani.get("/skills"))["items"]] == ["colouring", "nails"]
        assert (await ani.ask("PATCH", path, {"level": 5}))[0] == 403
        assert (await owner.ask("PATCH", path, {"level": 6}))[0] == 400
        lines = (await owner.get("/audit?entity=agent"))["items"]
        changed = next(one for one in lines if one["action"] == "agent.changed")
        assert changed["after"] == {**wish, "skills": ["colouring", "nails"]}
        assert changed["before"]["level"] == 3
