"""Contacts out of a file and everything into files, looked at first, brought in, taken back."""

import csv
import uuid
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, expect

from business.exchange.xlsx import write_book
from tests.browser.axe import has_no_barriers
from tests.browser.people import People
from tests.browser.places import Places, fresh_phone, places_of
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def upload(places: Places, name: str, content: bytes) -> None:
    """Chooses a file as the window of the system would; waits for its columns."""
    await places.manage("import")
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    await places.page.locator("input[type=file]").set_input_files(file)
    await expect(places.heading).to_have_text(name)
    await expect(places.page.locator("table.mapping")).to_be_visible()


def outcome(places: Places, kind: str, count: int) -> str:
    """The words of a button of the report."""
    return f"{places.words[f'outcome.{kind}']} {count}"


async def reported(places: Places, **counts: int) -> None:
    """The report says so many of each."""
    for kind, count in counts.items():
        await expect(places.page.get_by_role("button", name=outcome(places, kind, count), exact=True)).to_be_visible()


async def test_a_table_of_the_windows_age_is_brought_in_and_taken_back(
    people: People, product: Product, owner: str
) -> None:
    """cp1251 with semicolons; a column mapped by hand, and rows that cannot be taken."""
    places = await places_of(await people.window(), product, owner, "ru")
    page, mark = places.page, uuid.uuid4().hex[:6]
    rows = [
        ("ФИО", "Телефон", "Зачем приходит"),
        (f"Анна Ёлкина-{mark}", fresh_phone(), "Стрижка — «каре»"),
        (f"Борис Щукин-{mark}", "не телефон", "Маникюр"),
        ("", "", "никто"),
    ]
    await upload(places, "Клиенты.csv", "\r\n".join(";".join(row) for row in rows).encode("cp1251"))
    facts = page.locator(".import-facts")
    await expect(facts).to_contain_text(places.words["import.separator"].format(sign=";"))
    await expect(facts).to_contain_text("1251")
    by_hand = page.get_by_label(places.words["import.target_of"].format(column="Зачем приходит"))
    await expect(page.get_by_label(places.words["import.target_of"].format(column="ФИО"))).to_have_value("name")
    async with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        await by_hand.select_option("note")
    await expect(by_hand).to_have_value("note")
    await has_no_barriers(page)

    await places.button("import.check").click()
    await expect(page.get_by_role("heading", name=places.words["import.would"])).to_be_visible()
    await reported(places, added=1, wrong=2)
    first = page.locator(".listed tbody tr").first.get_by_role("cell").first
    await expect(first).to_have_text("3")
    await page.get_by_role("columnheader", name=places.words["import.number"]).get_by_role("button").click()
    await expect(first).to_have_text("4")
    await places.button("import.run").click()
    await expect(page.get_by_role("heading", name=places.words["import.report"])).to_be_visible()
    await reported(places, added=1, updated=0, wrong=2)
    await has_no_barriers(page)
    await page.get_by_role("button", name=outcome(places, "added", 1)).click()
    await page.get_by_role("link", name=places.words["import.open"]).first.click()
    await expect(places.heading).to_have_text(f"Анна Ёлкина-{mark}")
    await expect(places.field("note")).to_have_value("Стрижка — «каре»")

    await page.go_back()
    await places.button("import.undo").click()
    await places.confirm("import.undo")
    await expect(places.toasts).to_contain_text(places.words["import.undone"])
    await expect(page.locator(".import-facts")).to_contain_text(places.words["import_state.undone"])
    await places.go("contacts")
    await page.get_by_label(places.words["contacts.find"]).fill(mark)
    await expect(page.locator(".empty")).to_contain_text(places.words["contacts.none_found"])


async def test_a_book_is_brought_in_with_its_progress_and_met_again(
    people: People, product: Product, owner: str
) -> None:
    """XLSX; the second time everybody is here already, and what is new fills what was empty."""
    places = await places_of(await people.window(color_scheme="dark"), product, owner, "ka")
    page, mark = places.page, uuid.uuid4().hex[:6]
    emails = [f"{mark}.{number}@example.com" for number in range(300)]
    book = [("სახელი და გვარი", "ელ ფოსტა"), *((f"ნინო {mark}{number}", email) for number, email in enumerate(emails))]
    await upload(places, "clients.xlsx", write_book(book))
    await has_no_barriers(page)
    progress = page.get_by_role("progressbar")
    await places.button("import.run").click()
    await expect(progress.or_(page.locator(".listed tbody tr")).first).to_be_visible()
    await reported(places, added=300, wrong=0)
    await expect(progress).to_have_count(0)
    codes = [("ელ ფოსტა", "კოდი"), (emails[0], f"K-{mark}"), (emails[1], "")]
    await upload(places, "codes.xlsx", write_book(codes))
    await places.button("import.run").click()
    await reported(places, added=0, updated=1, skipped=1)
    await places.manage("import")
    await expect(places.line("codes.xlsx").first).to_contain_text(places.words["import_state.done"])
    await has_no_barriers(page)


async def test_what_the_business_has_is_downloaded_in_any_format(
    people: People, product: Product, owner: str, tmp_path: Path
) -> None:
    places = await places_of(await people.window(), product, owner, "hy")
    page, name = places.page, f"Արմեն {uuid.uuid4().hex[:6]}"
    await places.add(name, fresh_phone())
    await places.manage("export")
    await places.button("format.csv").click()
    contacts = page.locator('main a[href*="/exports/contacts?format=csv"]')
    async with page.expect_download() as one:
        await contacts.click()
    table = tmp_path / "contacts.csv"
    await (await one.value).save_as(table)
    with table.open(encoding="utf-8-sig", newline="") as opened:
        assert name in {cell for row in csv.reader(opened) for cell in row}
    await places.button("format.jsonl").click()
    async with page.expect_download() as whole:
        await page.get_by_role("link", name=places.words["export.all"]).click()
    archive = tmp_path / "all.zip"
    await (await whole.value).save_as(archive)
    with zipfile.ZipFile(archive) as files:
        assert files.testzip() is None
        assert any(name in files.read(entry).decode() for entry in files.namelist() if "contacts" in entry)
    await has_no_barriers(page)
