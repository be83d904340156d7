"""Data in and out through the real doors: the desk's REST, commands beside a running server, a kill in the middle."""

import asyncio
import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.conftest import Scale
from tests.product import Product, running

pytestmark = pytest.mark.slow
FILES = Path(__file__).parent.parent / "data" / "imports"


class Desk:
    """A manager at the REST API."""

    def __init__(self, web: aiohttp.ClientSession) -> None:
        self.web = web

    async def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """One request, and the JSON it answers."""
        async with self.web.request(method, f"/api/v1{path}", **more) as answer:
            body = await answer.json(content_type=None)
            assert answer.status == status, (path, body)
            return body

    async def upload(self, content: bytes, name: str, status: int = 201) -> Any:
        """A file, as a browser sends it."""
        form = aiohttp.FormData()
        form.add_field("kind", "contacts")
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        return await self.ask("POST", "/imports", status, data=form)

    async def settled(self, import_id: int) -> Any:
        """The import once nothing is under way."""
        async with asyncio.timeout(60):
            while True:
                one = await self.ask("GET", f"/imports/{import_id}")
                if one["state"] not in ("checking", "running", "undoing"):
                    return one

    async def download(self, path: str) -> bytes:
        """A file's bytes."""
        async with self.web.get(f"/api/v1{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()


async def sign_in(product: Product, login: str, role: str) -> Desk:
    """One more who works here."""
    added = await asyncio.to_thread(product.add_user, login, role)
    assert added.returncode == 0, added.stderr
    headers = {"Authorization": f"Bearer {await product.log_in(login)}", "Accept-Language": "ru"}
    return Desk(aiohttp.ClientSession(product.address, headers=headers))


async def test_a_file_becomes_contacts_and_goes_again(product_on_each: Product) -> None:
    """Upload, mapping by hand, dry run, import, report, history, export of what came, undo; agents may not."""
    product = product_on_each
    async with running(product):
        desk, agent = await sign_in(product, "nino", "manager"), await sign_in(product, "ani", "agent")
        async with desk.web, agent.web:
            refused = await agent.upload(b"name\nx\n", "x.csv", 403)
            assert refused["code"] == "forbidden"
            one = await desk.upload((FILES / "excel-cp1251.csv").read_bytes(), "Клиенты.csv")
            assert (one["state"], one["encoding"], one["separator"]) == ("draft", "cp1251", ";")
            assert [column["target"] for column in one["columns"]] == [
                *("name", "phone", "email", "birthday", "categories", "source", None),
            ]
            path = f"/imports/{one['id']}"
            mapping = {str(column["index"]): column["target"] for column in one["columns"]} | {"6": "custom.*"}
            await desk.ask("PATCH", path, json={"mapping": mapping, "options": {"country": "KZ"}})
            await desk.ask("POST", f"{path}/check", 202)
            checked = await desk.settled(one["id"])
            assert (checked["state"], checked["added"], checked["updated"], checked["wrong"]) == ("checked", 3, 1, 1)
            assert (await desk.ask("GET", "/contacts"))["items"] == []
            await desk.ask("POST", f"{path}/run", 202)
            done = await desk.settled(one["id"])
            assert (done["state"], done["done"], done["added"], done["wrong"]) == ("done", 5, 3, 1)
            wrong = (await desk.ask("GET", f"{path}/rows?outcome=wrong"))["items"]
            assert [(row["row"], row["message"]) for row in wrong] == [(5, "Это не номер телефона: нет.")]
            await the_report_sorts(desk, path)
            found = (await desk.ask("GET", "/contacts?q=77011234567"))["items"]
            assert [contact["name"] for contact in found] == ["Айгуль С."]
            history = (await desk.ask("GET", "/imports?kind=contacts&created_from=2020-01-01&sort=name"))["items"]
            assert [(past["name"], past["author"]["name"]) for past in history] == [("Клиенты.csv", "nino")]
            sheet = list(csv.DictReader(io.StringIO((await desk.download("/exports/contacts")).decode("utf-8-sig"))))
            assert [row["phone"] for row in sheet] == ["'+77011234567", "'+77017654321", ""]
            assert sheet[0]["custom.pozhelanie"] == "=СУММ(1)" or sheet[0]["custom.pozhelanie"] == "'=СУММ(1)"
            with zipfile.ZipFile(io.BytesIO(await desk.download("/exports/all?format=jsonl"))) as packed:
                manifest = json.loads(packed.read("manifest.json"))
                assert {f"{kind['kind']}.jsonl" for kind in manifest["kinds"]} < set(packed.namelist())
            await desk.ask("POST", f"{path}/undo", 202)
            undone = await desk.settled(one["id"])
            assert (undone["state"], undone["undo"]["removed"]) == ("undone", 3)
            assert (await desk.ask("GET", "/contacts"))["items"] == []


async def the_report_sorts(desk: Desk, path: str) -> None:
    """By every column and through pages of two, what has none last; and it filters by each."""

    async def rows(**asked: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            page = await desk.ask("GET", f"{path}/rows?{urlencode({**asked, 'after': after, 'limit': 2})}")
            found, after = found + page["items"], page["next"]
        return found

    everything = await rows()
    assert [row["row"] for row in everything] == [2, 3, 4, 5, 6]
    for column in ("row", "outcome", "contact_id", "reason", "undone"):
        for order in ("asc", "desc"):
            having = [row for row in everything if row[column] is not None]
            there = sorted(having, key=lambda row: (row[column], row["row"]), reverse=order == "desc")  # used at once
            assert (await rows(sort=column, order=order))[: len(there)] == there, (column, order)
    (wrong,) = await rows(outcome="wrong")
    assert await rows(reason=wrong["reason"]) == [row for row in everything if row["reason"] == wrong["reason"]]
    assert await rows(contact="none") == [row for row in everything if row["contact_id"] is None]
    assert await rows(undone="kept") == []


async def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    """Pictures, old Excel files, empty ones, bombs: each with its reason; no file, no kind."""
    product = Product(tmp_path, environment={"BAREV_EXCHANGE_UNPACKED_LIMIT_MB": "1"})
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 3_000_000)
    async with running(product):
        desk = await sign_in(product, "nino", "manager")
        async with desk.web:
            for content, status in (
                (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, 400),
                (b"\xd0\xcf\x11\xe0" + bytes(600), 400),
                (b"", 400),
                (b"name,phone\r\n", 400),
                (bomb.getvalue(), 413),
                (b"PK\x03\x04 no zip at all", 400),
            ):
                refused = await desk.upload(content, "x.xlsx", status)
                assert refused["detail"], content[:20]
            await desk.ask("POST", "/imports", 400, json={})
            await desk.ask("GET", "/exports/passwords", 404)
            await desk.ask("GET", "/exports/agents", 403)
            for form in ("csv", "xlsx"):
                sample = await desk.download(f"/imports/sample?format={form}")
                one = await desk.upload(sample, f"sample.{form}")
                assert (one["rows"], None in [column["target"] for column in one["columns"]]) == (2, False)
        assert not list((tmp_path / "imports").glob("*.part"))


@pytest.mark.kill
@pytest.mark.soak
async def test_a_killed_import_goes_on(product_on_each: Product, scale: Scale) -> None:
    """The server dies in the middle, again and again; the import ends with every row once."""
    product = product_on_each
    product.environment = {"BAREV_EXCHANGE_BATCH_MS": "5", "BAREV_EXCHANGE_REST": "3", "BAREV_EXCHANGE_LEASE_S": "1"}
    rows = scale.rounds(500, 1500)
    people = "".join(f"Name {n},N{n},+37477{100000 + n}\n" for n in range(rows))
    async with running(product):
        desk = await sign_in(product, "nino", "manager")
        async with desk.web:
            one = await desk.upload(f"name,code,phone\n{people}".encode(), "many.csv")
            await desk.ask("POST", f"/imports/{one['id']}/run", 202)
        headers = dict(desk.web.headers)
        seen = 0
        for _ in range(3):
            async with aiohttp.ClientSession(product.address, headers=headers) as web:
                async with asyncio.timeout(60):
                    while (now := await Desk(web).ask("GET", f"/imports/{one['id']}"))["done"] <= seen:
                        assert now["state"] == "running", now
            seen = now["done"]
            await product.kill()
            await product.start()
        product.environment = {"BAREV_EXCHANGE_LEASE_S": "1"}  # the rest at its usual speed
        await product.kill()
        await product.start()
        async with aiohttp.ClientSession(product.address, headers=headers) as web:
            done = await Desk(web).settled(one["id"])
            assert (done["state"], done["added"], done["updated"], done["done"]) == ("done", rows, 0, rows)
            assert seen < rows
            sheet = (await Desk(web).download("/exports/contacts")).decode("utf-8-sig")
            codes = [row["code"] for row in csv.DictReader(io.StringIO(sheet))]
            assert codes == [f"N{n}" for n in range(rows)]


async def test_the_commands_work_beside_a_server(tmp_path: Path) -> None:
    """``import contacts`` and ``export all`` on a running server's store; ``import all`` makes it anew elsewhere."""
    product = Product(tmp_path / "data")

    async with running(product):
        desk = await sign_in(product, "nino", "owner")
        async with desk.web:
            tried = await asyncio.to_thread(product.run, "import", "contacts", str(FILES / "people.xlsx"), "--dry-run")
            assert (tried.returncode, tried.stdout.splitlines()[0]) == (
                0,
                "import 1: 3 rows; would be added 2, would be updated 0, skipped 0, wrong 1",
            )
            done = await asyncio.to_thread(
                product.run,
                "import",
                "contacts",
                str(FILES / "people.xlsx"),
                "--map",
                "Город=custom.*",
                "--country",
                "kz",
            )
            assert (done.returncode, done.stdout.splitlines()[0]) == (
                0,
                "import 2: 3 rows; added 3, updated 0, skipped 0, wrong 0",
            )
            assert "3 of 3 rows (100%)" in done.stderr
            found = (await desk.ask("GET", "/contacts?q=77011234567"))["items"]
            assert [contact["name"] for contact in found] == ["Смирнов Пётр"]
            for words, status in (
                (("import", "contacts", "nowhere.csv"), 2),
                (("import", "contacts", str(FILES / "people.xlsx"), "--map", "nothing=name"), 2),
                (("import", "contacts", str(FILES / "people.xlsx"), "--country", "ZZ"), 2),
                (("export", "all", str(tmp_path / "data")), 2),
                (("import", "all", str(tmp_path)), 2),
            ):
                refused = await asyncio.to_thread(product.run, *words)
                assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (status, "", 1), refused
            assert [one["id"] for one in (await desk.ask("GET", "/imports"))["items"]] == [2, 1]
            assert "gorod" in [one["key"] for one in (await desk.ask("GET", "/custom-fields"))["items"]]
            more = tmp_path / "more.csv"
            more.write_text(
                "name,phone,note,birthday\nПётр,+77011234567,new,\nNew,+37499000001,,32.13.1990\nNew,+37499000001,,\n"
            )
            told = await asyncio.to_thread(product.run, "import", "contacts", str(more))
            assert told.stdout.splitlines() == [
                "import 3: 3 rows; added 1, updated 1, skipped 1, wrong 0",
                "row 3: added. “Birthday” was left out, it cannot be understood: 32.13.1990.",
                "row 4: skipped. The same person as in row 3. Already among your contacts, with nothing to change: New.",  # noqa: E501  # as it is said
                f"row 2: updated contact {found[0]['id']}.",
            ]
            out = await asyncio.to_thread(product.run, "export", "all", str(tmp_path / "out"))
            assert out.returncode == 0, out.stderr
    product.data = tmp_path / "other"
    back = await asyncio.to_thread(product.run, "import", "all", str(tmp_path / "out"))
    assert back.returncode == 0, back.stderr
    again = await asyncio.to_thread(product.run, "export", "all", str(tmp_path / "again"))
    assert again.returncode == 0, again.stderr
    for path in sorted((tmp_path / "out").glob("*.csv")):
        if path.name != "audit.csv":
            assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
