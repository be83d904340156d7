"""Free time through the REST door: pages, several services, who may see it, and why there is none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from business.booking.ground import STAFF_DAYS
from crm_store import Tx
from crm_store.engine import StoreUrl, open_store
from tests.business.booking.salon import add_day, add_need, add_resource, add_service, add_week
from tests.journeys.test_rights import code_of, office
from tests.product import Product

pytestmark = [pytest.mark.slow]


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store in Almaty."""
    return Product(tmp_path / "data", environment={"BAREV_BUSINESS_TIMEZONE": "Asia/Almaty"})


async def fill(product: Product) -> dict[str, int]:
    """Two masters, one chair that colouring takes, a day off of one."""
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    def work(tx: Tx) -> dict[str, int]:
        ani, aigul, chair = add_resource(tx, "Ani"), add_resource(tx, "Aigul"), add_resource(tx, "Chair", "chair")
        for one in (ani, aigul):
            add_week(tx, one, ["10:00", "14:00"])
        add_day(tx, aigul, tomorrow)
        cut = add_service(tx, 60, [ani, aigul], price_minor=500000)
        colour = add_service(tx, 120, [aigul], price_minor=1500000)
        add_need(tx, colour, 1, [chair])
        massage = add_service(tx, 600, [ani])
        return {"ani": ani, "aigul": aigul, "cut": cut, "colour": colour, "massage": massage}

    store = await open_store(StoreUrl(sqlite=product.data / "barev.db"))
    try:
        return await store.writer.run(work)
    finally:
        await store.close()


async def test_free_time_is_told_and_why_there_is_none(product: Product) -> None:
    async with office(product, "ani:agent") as (desk,):
        ids = await fill(product)
        day = (datetime.now(UTC) + timedelta(days=2)).date()
        path = f"/slots?service_id={ids['cut']}&from={day}&to={day + timedelta(days=1)}"
        both = await desk.get(path)
        rows = [(one["wall_start"], one["provider_id"]) for one in both["items"]]
        assert len(rows) == 13 + 2 * 13  # from 10 to 13 by the quarter: one master, then two
        assert rows == sorted(rows, key=lambda row: row[0])
        assert both["next"] is None
        first = both["items"][0]
        assert first["starts_at"] == f"{day}T05:00:00.000Z"
        assert (first["zone"], first["provider_id"], first["price_minor"]) == ("Asia/Almaty", ids["ani"], 500000)
        paged: list[tuple[str, int]] = []
        after: str | None = ""
        while after is not None:
            page = await desk.get(f"{path}&limit=7&after={after}")
            paged += [(one["wall_start"], one["provider_id"]) for one in page["items"]]
            after = page["next"]
        assert paged == rows
        one = await desk.get(f"{path}&provider_id={ids['aigul']}")
        assert [(day + timedelta(days=1)).isoformat()] * 13 == [row["wall_start"][:10] for row in one["items"]]

        visit = await desk.get(
            f"/slots?service_id={ids['cut']},{ids['colour']}&from={day}&to={day + timedelta(days=1)}"
        )
        assert {part["service_id"] for row in visit["items"] for part in row["parts"]} == {ids["cut"], ids["colour"]}
        starts = sorted({row["wall_start"][11:] for row in visit["items"]})
        assert starts == ["10:00", "10:15", "10:30", "10:45", "11:00"]
        assert all(row["parts"][0]["ends_at"] == row["parts"][1]["starts_at"] for row in visit["items"])
        at_once = await desk.get(
            f"/slots?service_id={ids['cut']},{ids['colour']}&order=parallel&from={day}&to={day + timedelta(days=1)}"
        )
        assert {tuple(part["provider_id"] for part in row["parts"]) for row in at_once["items"]} == {
            (ids["ani"], ids["aigul"])
        }

        _, why = await desk.ask("GET", f"/slots/why?service_id={ids['colour']}&day={day}", Accept_Language="ru")
        assert [(one["code"], one["provider_id"]) for one in why["items"]] == [("not_worked", ids["aigul"])]
        assert why["items"][0]["text"] == "Выходной день."
        why = await desk.get(f"/slots/why?service_id={ids['massage']}&day={day}")
        assert [one["code"] for one in why["items"]] == ["too_short"]
        assert (await desk.get(f"/slots/why?service_id={ids['cut']}&day={day}"))["items"] == []
        assert (await desk.get(f"/slots/why?service_id={ids['cut']}&day=2020-01-01"))["items"][0]["code"] == "past"
        today = (await desk.get(f"/slots/why?service_id={ids['cut']}"))["items"]
        assert "past" not in [one["code"] for one in today]


async def test_what_cannot_be_asked_is_said(product: Product) -> None:
    async with office(product, "ani:agent") as (desk,):
        ids = await fill(product)
        for path, code in (
            ("/slots", "400 invalid"),
            ("/slots?service_id=x", "400 invalid"),
            (f"/slots?service_id={ids['cut']}&from=tomorrow", "400 invalid"),
            (f"/slots?service_id={ids['cut']}&from=2026-12-02&to=2026-12-01", "400 invalid"),
            ("/slots?service_id=999", "404 not_found"),
            (f"/slots?service_id={ids['cut']}&provider_id=999", "404 not_found"),
        ):
            assert code_of(await desk.ask("GET", path)) == code, path
        for window in ("from=2020-01-01&to=2020-02-01", "from=2099-12-31", "from=9999-01-01", "to=1999-01-01"):
            found = await desk.get(f"/slots?service_id={ids['cut']}&{window}")
            assert found["items"] == [], window
        monday = datetime.now(UTC).date() + timedelta(days=STAFF_DAYS - 10)
        monday += timedelta(days=-monday.weekday())
        found = await desk.get(f"/slots?service_id={ids['cut']}&from={monday}T05:30:00Z&to={monday}T06:00:00Z")
        assert {one["wall_start"] for one in found["items"]} == {f"{monday}T10:30", f"{monday}T10:45"}
        last = max((await desk.get(f"/slots?service_id={ids['cut']}&from={monday}&limit=2000"))["items"], key=_start)
        beyond = {**last, "starts_at": (datetime.fromisoformat(_start(last)) + timedelta(days=7)).isoformat()}
        for slot, answer in ((last, 201), (beyond, 400)):  # what is listed can be booked, and nothing else
            body = {key: slot[key] for key in ("service_id", "provider_id", "starts_at")}
            assert (await desk.ask("POST", "/appointments", {**body, "contact": {"name": "X"}}))[0] == answer


def _start(slot: dict[str, str]) -> str:
    return slot["starts_at"]
