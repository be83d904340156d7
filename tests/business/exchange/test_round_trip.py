"""What goes out comes back the same: contacts by every form, everything by whole records; on both stores."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from business.exchange.cells import guard, join_names, mark_nothing, read_nothing, split_names, unguard
from business.exchange.exports import Exports
from business.exchange.restoring import restore
from business.exchange.sheets import FORMS, Form
from business.team.founding import Firm, found_business
from conversation.errors import Rejected
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.exporting import KINDS, LEFT_OUT
from crm_store.models import Base
from tests.business.exchange.office import Office
from tests.business.exchange.people import TEXT, people, put_people
from tests.crm_store.world import append_all, make_world, visitor_says

pytestmark = pytest.mark.slow
PATIENT = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIRM = Firm("Salon", "Asia/Yerevan", "AM", "hy")


async def whole(exports: Exports, name: str, form: Form) -> bytes:
    """A file at once."""
    return b"".join([part async for part in exports.stream(name, form)])


def exports_of(store: Store, data: Path, page: int = 3) -> Exports:
    """With pages so small that there are several."""
    return Exports(store, data, page, "test")


@pytest.mark.parametrize("form", FORMS)
@PATIENT
@given(made=people())
def test_contacts_come_back_the_same(
    new_url: Callable[[], StoreUrl], tmp_path: Path, form: Form, made: list[dict[str, Any]]
) -> None:
    """Export, a fresh store, import, export: the same bytes, with formulas, line breaks and any letters."""

    async def run() -> None:
        first, second = await open_store(new_url()), await open_store(new_url())
        try:
            await first.writer.run(lambda tx: put_people(tx, made))
            before = await whole(exports_of(first, tmp_path), "contacts", form)
            office = Office(second, tmp_path)
            one = await office.upload(before, f"contacts.{form}")
            one = await office.work(one.id)
            said = await office.said(one.id)
            assert (one.state, one.added, one.skipped, one.wrong) == ("done", len(made), 0, 0), said
            assert set(said.values()) == {""}
            assert await whole(exports_of(second, tmp_path), "contacts", form) == before
        finally:
            await first.close()
            await second.close()

    asyncio.run(run())


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@settings(PATIENT, max_examples=4)
@given(made=people(), words=st.lists(TEXT.filter(bool), max_size=5))
def test_everything_comes_back_the_same(
    new_url: Callable[[], StoreUrl], tmp_path: Path, form: Form, made: list[dict[str, Any]], words: list[str]
) -> None:
    """Every kind, with ids: the files of the second store are those of the first; begun again, it changes nothing."""

    async def run() -> None:
        first, second = await open_store(new_url()), await open_store(new_url())
        try:
            for store in (first, second):
                await found_business(store, FIRM)
            await first.writer.run(lambda tx: put_people(tx, made))
            await Office(first, tmp_path).bring("name,phone\nAni,077123456\nBad,1\n")
            world = await make_world(first)
            if words:
                await append_all(first, *(visitor_says(world, text) for text in words))
            folder = tmp_path / f"out-{first.url!s}-{form}".replace("/", "-").replace(":", "-")
            await write_all(exports_of(first, tmp_path), folder, form)
            await restore(second, folder, tmp_path / "other", lambda *_: None)
            for kind in KINDS:
                before = (folder / f"{kind.name}.{form}").read_bytes()
                after = await whole(exports_of(second, tmp_path), kind.name, form)
                assert after.startswith(before) if kind.name == "audit" else after == before, kind.name
            with pytest.raises(Rejected, match="not_empty"):
                await restore(second, folder, tmp_path / "other", lambda *_: None)
            later = await make_world(second)
            assert later.contact_id > world.contact_id
            (said,) = await append_all(second, visitor_says(later, "more"))
            assert said.event > max([0, *range(len(words))])
        finally:
            await first.close()
            await second.close()

    asyncio.run(run())


async def write_all(exports: Exports, folder: Path, form: Form) -> None:
    """What the command does."""
    async for name, parts in exports.files(form):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join([part async for part in parts]))


async def test_a_broken_off_restore_goes_on(store: Store, new_url: Callable[[], StoreUrl], tmp_path: Path) -> None:
    """The same export again takes up where it was; another one is refused."""
    await found_business(store, FIRM)
    await Office(store, tmp_path).bring("name,phone\n" + "".join(f"N{n},077{100000 + n}\n" for n in range(30)))
    await write_all(exports_of(store, tmp_path), tmp_path / "out", "csv")
    other = await open_store(new_url())
    await found_business(other, FIRM)

    def stop(kind: str, _rows: int) -> None:
        if kind == "addresses":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await restore(other, tmp_path / "out", tmp_path / "data", stop)
    await restore(other, tmp_path / "out", tmp_path / "data", lambda *_: None)
    before = await whole(exports_of(store, tmp_path), "contact_records", "csv")
    assert await whole(exports_of(other, tmp_path), "contact_records", "csv") == before
    for number in (1, 30):
        assert await Office(other, tmp_path).digits(number) == await Office(store, tmp_path).digits(number) != ""
    await other.close()


def test_every_table_is_exported_or_left_out_for_a_reason() -> None:
    told = {kind.table for kind in KINDS}
    assert told | set(LEFT_OUT) == set(Base.metadata.tables)
    assert not told & set(LEFT_OUT)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


@given(TEXT)
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    cell = guard(text)
    assert cell.lstrip(" ")[:1] not in ("=", "+", "-", "@")
    assert unguard(cell) == text


@given(st.lists(TEXT.map(str.strip).filter(bool), unique=True))
def test_names_in_one_cell_come_apart_again(names: list[str]) -> None:
    assert split_names(join_names(names)) == names


@given(st.one_of(st.none(), TEXT))
def test_nothing_is_not_an_empty_text(text: str | None) -> None:
    assert read_nothing(mark_nothing(text)) == text
