"""Files through the real doors: brought, sent, shown, taken back; over kills, several processes, erasure and export."""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.clients import ANSWER_S, Client, agent, connected, visitor
from tests.processes import all_running, make_processes
from tests.product import Product, running
from tests.samples import PDF, Bringer, fetch, png
from tests.servers import RedisServer

pytestmark = pytest.mark.slow
PICTURE = png(64, 48)


def said(text: str = "", **more: Any) -> dict[str, Any]:
    """A message's payload under a new id."""
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


def lying(product: Product) -> list[Path]:
    """Every file of the talk on the disk."""
    return sorted(path for path in (product.data / "files").rglob("*") if path.is_file())


async def begin(product: Product, guest: Client) -> Bringer:
    """The visitor's own way to bring files."""
    return Bringer(product.address, (await guest.get("hello"))["token"])


async def until_gone(product: Product, url: str) -> None:
    """Its address ceases to open at once, and the file goes soon after."""
    assert (await fetch(product.address, url))[0] == 404
    async with asyncio.timeout(ANSWER_S):
        while lying(product):  # noqa: ASYNC110  (it is another process that removes it)
            await asyncio.sleep(0.05)


async def test_files_travel_both_ways(product_on_each: Product) -> None:
    """A picture without a word from the visitor, a document from the agent, a note's file for agents only."""
    product = product_on_each
    async with running(product):
        assert product.add_user("ani").returncode == 0
        token = await product.log_in("ani")
        guest, ani = visitor(product.address), agent(product.address, token)
        desk = Bringer(product.address, token, desk=True)
        async with connected(guest, ani):
            mine = await begin(product, guest)
            brought = await mine.brought(PICTURE, "տուն.png")
            assert (brought["name"], brought["mime"], brought["size"]) == ("տուն.png", "image/png", len(PICTURE))
            assert (brought["width"], brought["height"]) == (64, 48)
            sent = await guest.get("message", said(attachments=[brought["id"]]))
            heard = await ani.wait_for("message", lambda shown: shown["id"] == sent["id"])
            assert (heard["text"], heard["kind"], heard["attachments"]) == ("", "attachment", [brought])
            head = await ani.wait_for("conversation", lambda shown: shown["unanswered"])
            assert "տուն.png" in head["last_text"]

            status, body, headers = await fetch(product.address, heard["attachments"][0]["url"])
            assert (status, body) == (200, PICTURE)
            assert headers["content-type"] == "image/png"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("sandbox;")
            assert headers["content-disposition"].startswith("inline;")
            part = await fetch(product.address, brought["url"], Range="bytes=1-3")
            assert (part[0], part[1]) == (206, b"PNG")

            number = heard["conversation_id"]
            price = await desk.brought(PDF, "price list.pdf")
            await ani.get("reply", said("Our prices", conversation_id=number, attachments=[price["id"]]))
            told = await guest.wait_for("message", lambda shown: shown["author"]["kind"] == "agent")
            assert told["attachments"] == [price]
            assert told["kind"] == "text"
            secret = await desk.brought(b"the customer is difficult", "note.txt")
            note = await ani.get("note", said(conversation_id=number, attachments=[secret["id"]]))
            await guest.wait_for("conversation", lambda shown: shown["change"] == note["change"])
            synced = await guest.get("sync", {"after_change": 0})
            assert "note.txt" not in json.dumps(synced)
            assert [one["attachments"] for one in synced["messages"]] == [[brought], [price]]
            saved = await fetch(product.address, secret["url"])
            assert saved[2]["content-disposition"].startswith("attachment;")
            opened = await ani.get("open", {"conversation_id": number})
            shown = [one["attachments"] for one in opened["messages"] if one.get("attachments")]
            assert shown == [[brought], [price], [secret]]


async def test_a_message_taken_back_takes_its_files(product_on_each: Product) -> None:
    """Even after it was seen: the address is dead at once, the file is gone soon."""
    product = product_on_each
    async with running(product):
        product.add_user("ani")
        token = await product.log_in("ani")
        guest, ani = visitor(product.address), agent(product.address, token)
        async with connected(guest, ani):
            number = (await guest.get("start"))["conversation"]["id"]
            wrong = await Bringer(product.address, token, desk=True).brought(PDF, "another customer.pdf")
            reply = await ani.get("reply", said(conversation_id=number, attachments=[wrong["id"]]))
            await guest.get("read", {"seq": reply["seq"]})
            assert (await fetch(product.address, wrong["url"]))[0] == 200
            await ani.get("delete_message", {"message_id": reply["id"]})
            deleted = await guest.wait_for("message_deleted")
            assert "attachments" not in deleted
            await until_gone(product, wrong["url"])
            head = (await ani.get("open", {"conversation_id": number}))["conversation"]
            assert head["last_text"] == ""


async def test_what_is_refused(product_on_each: Product) -> None:
    """Others' files, files sent before, kinds that are not taken, too much, no token, forged addresses."""
    product = product_on_each
    product.environment = {"BAREV_FILES_FILE_LIMIT_MB": "1", "BAREV_FILES_MESSAGE_LIMIT": "3"}
    async with running(product):
        product.add_user("ani")
        token = await product.log_in("ani")
        guest, other, ani = visitor(product.address), visitor(product.address), agent(product.address, token)
        desk = Bringer(product.address, token, desk=True)
        async with connected(guest, other, ani):
            mine, theirs = await begin(product, guest), await begin(product, other)
            picture = await mine.brought(PICTURE)
            sent = await guest.get("message", said("look", attachments=[picture["id"]]))
            number = (await ani.wait_for("message"))["conversation_id"]
            foreign, agents = await theirs.brought(PICTURE), await desk.brought(PICTURE)
            for ids in ([picture["id"]], [foreign["id"]], [agents["id"]], [10**9], [foreign["id"], picture["id"]]):
                refused = await guest.ask("message", said("again", attachments=ids))
                assert refused["error"]["code"] == "not_found", ids
            refused = await ani.ask("reply", said(conversation_id=number, attachments=[foreign["id"]]))
            assert refused["error"]["code"] == "not_found"
            assert (await guest.ask("message", said(attachments=[1, 2, 3, 4])))["error"]["code"] == "invalid"
            assert (await guest.ask("message", said("  ")))["error"]["code"] == "invalid"
            synced = await guest.get("sync", {"after_change": 0})
            assert [one["id"] for one in synced["messages"]] == [sent["id"]]

            for bringer in (mine, desk):
                for name, body in {
                    "a.png": b"<html><script>",
                    "a.exe": b"MZ\x90\0",
                    "a.svg": b"<svg/>",
                    "b": b"",
                }.items():
                    status, told = await bringer.bring(body, name)
                    assert (status, told.get("code") or told["error"]["code"]) == (400, "invalid"), name
                status, told = await bringer.bring(png(extra=2**20))
                assert (status, told.get("code") or told["error"]["code"]) == (413, "too_large")
                status, told = await bringer.bring(PICTURE, "../../../etc/cron.d/x\u202egnp.sh")
                assert (status, told["name"]) == (201, "x_gnp.sh.png")
                status, told = await bringer.bring(PICTURE, client_id="mine")
                assert status == 400
            for wrong in ("", "v1.nonsense.1.x", mine.token[:-2] + "xx"):
                assert (await Bringer(product.address, wrong).bring(PICTURE))[0] == 401
            assert (await Bringer(product.address, "x", desk=True).bring(PICTURE))[0] == 401
            async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {mine.token}"}) as web:
                for data in (b"", b"--x--", {"client_id": "x"}):
                    async with web.post(mine.url, data=data) as answer:
                        assert answer.status == 400, await answer.text()
                async with web.options(mine.url) as answer:
                    assert answer.headers["Access-Control-Allow-Origin"] == "*"
                    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
            _, _, file_id, signature, name = picture["url"].split("/")
            for url in (
                f"/files/{file_id}/{signature[:-1]}A{name}/{name}",
                f"/files/{agents['id']}/{signature}/{name}",
                f"/files/{file_id}//{name}",
                f"/files/99999999999999999999/{signature}/{name}",
                "/files/../barev.db",
            ):
                assert (await fetch(product.address, url))[0] == 404, url


@pytest.mark.kill
async def test_a_kill_between_upload_and_message_loses_neither(product_on_each: Product) -> None:
    """The server dies after it took the file; the same upload again is the same file, the same message one message."""
    product = product_on_each
    await product.start()
    try:
        guest, client_id, message_id = visitor(product.address), str(uuid.uuid4()), str(uuid.uuid4())
        async with connected(guest):
            mine = await begin(product, guest)
            picture = await mine.brought(PICTURE, client_id=client_id)
            await product.kill()
        await product.start()
        again = visitor(product.address, mine.token)
        async with connected(again):
            mine = Bringer(product.address, mine.token)
            status, same = await mine.bring(PICTURE, client_id=client_id)
            assert (status, same["id"]) == (200, picture["id"])
            payload = {"client_id": message_id, "text": "", "attachments": [picture["id"]]}
            first = await again.get("message", payload)
            await product.kill()
        await product.start()
        third = visitor(product.address, mine.token)
        async with connected(third):
            repeated = await third.get("message", payload)
            assert (repeated["id"], repeated["seq"]) == (first["id"], first["seq"])
            (message,) = (await third.get("hello"))["messages"]
            assert (await fetch(product.address, message["attachments"][0]["url"]))[:2] == (200, PICTURE)
        assert len(lying(product)) == 1
    finally:
        await product.kill()


@pytest.mark.kill
async def test_a_kill_in_the_middle_of_an_upload(product_on_each: Product) -> None:
    """Nothing was promised: nothing is there, and the retry brings it whole."""
    product = product_on_each
    await product.start()
    try:
        guest, client_id = visitor(product.address), str(uuid.uuid4())
        async with connected(guest):
            mine = await begin(product, guest)
        large = png(extra=2**20)
        begun = asyncio.Event()

        async def half() -> Any:
            yield large[: 2**19]
            begun.set()
            await asyncio.Event().wait()

        bringing = asyncio.create_task(mine.bring(half(), client_id=client_id))
        await begun.wait()
        async with asyncio.timeout(ANSWER_S):
            while not any(path.stat().st_size for path in lying(product)):  # noqa: ASYNC110  (another process writes it)
                await asyncio.sleep(0.02)
        await product.kill()
        with pytest.raises(aiohttp.ClientError):
            await bringing
        await product.start()
        mine = Bringer(product.address, mine.token)
        whole = await mine.brought(large, client_id=client_id)
        assert (await fetch(product.address, whole["url"]))[1] == large
        assert [path.stat().st_size for path in lying(product) if path.parent.name != "unfinished"] == [len(large)]
    finally:
        await product.kill()


async def test_every_process_has_every_file(tmp_path: Path, postgres_url: str, redis_server: RedisServer) -> None:
    """Processes of one store share one data folder: a file comes in at one and goes out at another."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        one.add_user("ani")
        guest, ani = visitor(one.address), agent(other.address, await other.log_in("ani"))
        async with connected(guest, ani):
            mine = await begin(one, guest)
            client_id = str(uuid.uuid4())
            picture = await mine.brought(PICTURE, client_id=client_id)
            status, same = await Bringer(other.address, mine.token).bring(PICTURE, client_id=client_id)
            assert (status, same["id"]) == (200, picture["id"])
            sent = await guest.get("message", said(attachments=[picture["id"]]))
            heard = await ani.wait_for("message", lambda shown: shown["id"] == sent["id"])
            assert heard["attachments"] == [picture]
            assert (await fetch(other.address, picture["url"]))[:2] == (200, PICTURE)


async def test_backup_export_and_erasure_know_of_files(product_on_each: Product, tmp_path: Path) -> None:
    """A restored store has the file, so has an export; who is erased takes his files along."""
    product = product_on_each
    async with running(product):
        product.add_user("ani", "owner")
        token = await product.log_in("ani")
        guest, ani = visitor(product.address), agent(product.address, token)
        async with connected(guest, ani):
            mine = await begin(product, guest)
            await guest.get("start", {"answers": {"name": "Nune"}})
            picture = await mine.brought(PICTURE)
            await guest.get("message", said(attachments=[picture["id"]]))
            heard = await ani.wait_for("message")
            await ani.get("resolve", {"conversation_id": heard["conversation_id"]})
        for words in (("backup", str(tmp_path / "b.zip")), ("export", "all", str(tmp_path / "out"))):
            done = await asyncio.create_subprocess_exec(*product.command(*words), env=product.environ())
            assert await done.wait() == 0
        (exported,) = [path for path in (tmp_path / "out" / "files").rglob("*") if path.is_file()]
        assert exported.read_bytes() == PICTURE
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as web:
            contacts = f"{product.address}/api/v1/contacts"
            async with web.get(contacts, params={"q": "Nune"}) as answer:
                (contact,) = (await answer.json())["items"]
            async with web.get(f"{contacts}/{contact['id']}/personal-data") as answer:
                assert '"a.png"' in await answer.text()
            async with web.post(f"{contacts}/{contact['id']}/erase", json={"confirm": "Nune"}) as answer:
                assert answer.status in (200, 204), await answer.text()
        await until_gone(product, picture["url"])
    restored = Product(tmp_path / "restored")
    done = await asyncio.create_subprocess_exec(*restored.command("restore", str(tmp_path / "b.zip")))
    assert await done.wait() == 0
    async with running(restored):
        again = visitor(restored.address, mine.token)
        async with connected(again):
            (message,) = (await again.get("hello"))["messages"]
            assert (await fetch(restored.address, message["attachments"][0]["url"]))[:2] == (200, PICTURE)


async def test_old_messages_come_page_by_page(product_on_each: Product) -> None:
    """``history`` goes back from a place; ``messages`` finds single ones; private and foreign ones are in neither."""
    product = product_on_each
    product.environment = {"BAREV_VISITOR_FIRST_PAGE": "10"}
    async with running(product):
        product.add_user("ani")
        guest, other = visitor(product.address), visitor(product.address)
        ani = agent(product.address, await product.log_in("ani"))
        async with connected(guest, other, ani):
            sent = [await guest.send(f"word {number}") for number in range(25)]
            number = (await ani.wait_for("message"))["conversation_id"]
            note = await ani.get("note", said("hush", conversation_id=number))
            foreign = await other.send("mine")
            hello = await guest.get("hello")
            assert (len(hello["messages"]), hello["more_before"]) == (10, True)
            seen = [one["id"] for one in hello["messages"]]
            more, before = True, hello["messages"][0]["seq"]
            while more:
                page = await guest.get("history", {"before_seq": before, "limit": 7})
                seen = [one["id"] for one in page["messages"]] + seen
                more, before = page["more_before"], page["messages"][0]["seq"]
            assert seen == [one["id"] for one in sent]
            wanted = [sent[3]["id"], note["id"], foreign["id"], sent[1]["id"]]
            found = await guest.get("messages", {"ids": wanted})
            assert [one["id"] for one in found["messages"]] == [sent[1]["id"], sent[3]["id"]]
            assert (await guest.ask("history", {"before_seq": 0}))["error"]["code"] == "invalid"
