"""Whom the visitor meets and who he is: what the owner sets reaches him, the form is asked once, the site vouches for
its customers, robots work, and who is kept out cannot write."""

import base64
import hashlib
import hmac
import json
import struct
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests import clients
from tests.clients import Client, agent, connected, visitor
from tests.journeys.test_abuse import check_is_refused, refusal, said
from tests.journeys.test_rights import Desk, office
from tests.product import Product, running

pytestmark = pytest.mark.slow
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CONSENT = {"en": "You may keep what I say.", "hy": "Կարող եք պահել իմ ասածը։"}


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """An empty store of its own."""
    return Product(tmp_path / "data")


async def change(desk: Desk, **what: Any) -> Any:
    """Sets something of the first inbox; returns it."""
    (inbox,) = (await desk.get("/inboxes"))["items"]
    status, shown = await desk.ask("PATCH", f"/inboxes/{inbox['id']}", what)
    assert status == 200, shown
    return shown


async def hello_of(product: Product, **auth: Any) -> Any:
    """What a new visitor is greeted with."""
    guest = visitor(product.address, **auth)
    async with connected(guest):
        return await guest.get("hello")


async def config_of(product: Product, query: str = "", origin: str = "") -> tuple[int, Any]:
    """What a page is told before anybody opens the chat."""
    headers = {"Origin": origin} if origin else {}
    async with (
        aiohttp.ClientSession() as web,
        web.get(f"{product.address}/widget/config?{query}", headers=headers) as answer,
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.status, await answer.json()


async def test_what_the_owner_sets_reaches_the_next_visitor(product: Product) -> None:
    """Colour, side, words by language with a way out where one is missing, buttons, words of our own, a logo."""
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        plain = await hello_of(product)
        assert [(one["key"], one["required"]) for one in plain["form"]] == [
            ("name", False),
            ("phone", False),
            ("email", False),
        ]
        assert plain["blocked"] is None
        rule = {"key": "prices", "pages": "/prices*", "after_s": 20, "often": "day", "text": {"en": "Questions?"}}
        settings = {
            "look": {"accent": "#7A1F3D", "side": "left", "scheme": "dark", "variables": {"--barev-radius": "4px"}},
            "texts": {"title": {"en": "Flowers"}, "greeting": {"hy": "Ողջույն", "en": "Welcome"}},
            "buttons": [{"label": {"en": "Delivery?"}, "text": {"en": "When do you deliver?"}}],
            "proactive": [rule],
            "switches": {"rating": False},
        }
        shown = await change(owner, settings=settings, logo=f"data:image/png;base64,{PIXEL}")
        assert shown["settings"]["look"]["accent"] == "#7a1f3d"
        assert shown["key"] in shown["snippet"]
        hello = await hello_of(product, language="hy")
        assert hello["greeting"] == "Ողջույն"
        assert hello["business"]["name"] == "Flowers"
        assert hello["theme"]["side"] == "left"
        assert hello["theme"]["variables"] == {"--barev-radius": "4px"}
        assert hello["widget"]["buttons"] == [{"label": "Delivery?", "text": "When do you deliver?"}]
        assert hello["widget"]["rating"] is False
        assert "logo" not in hello["theme"], "initials are shown until the logo is chosen"
        await change(owner, settings={"look": {"accent": "#123456", "likeness": "logo"}})
        status, config = await config_of(product, "language=ru")
        assert status == 200
        assert config["theme"]["accent"] == "#123456"
        assert config["theme"]["side"] == "right", "a part that is given is replaced whole"
        assert config["proactive"] == [{**rule, "text": "Questions?"}]
        async with aiohttp.ClientSession() as web, web.get(f"{product.address}/{config['theme']['logo']}") as answer:
            assert answer.content_type == "image/png"
            assert await answer.read() == base64.b64decode(PIXEL)
        (inbox,) = (await owner.get("/inboxes"))["items"]
        path = f"/inboxes/{inbox['id']}"
        wrong: list[dict[str, Any]] = [
            {"settings": {"look": {"accent": "red"}}},
            {"settings": {"look": {"variables": {"--barev-font": "x; color: red"}}}},
            {"settings": {"nonsense": {}}},
            {"allowed_domains": ["not a site"]},
            {"logo": "data:image/svg+xml;base64,AAAA"},
            {"logo": "data:image/png;base64,AAAA"},
        ]
        for refused in wrong:
            assert (await owner.ask("PATCH", path, refused))[0] == 400, refused
        twice = {"form": [{"key": "name", "kind": "name"}, {"key": "x", "kind": "name"}]}
        assert (await owner.ask("PATCH", path, {"settings": twice}))[0] == 409
        assert (await ani.ask("PATCH", path, {"name": "Mine"}))[0] == 403
        status, seen = await owner.ask("POST", f"{path}/preview", {"language": "hy", "settings": {"texts": {}}})
        assert status == 200
        assert seen["hello"]["greeting"] != "Ողջույն"
        assert (await hello_of(product, language="hy"))["greeting"] == "Ողջույն", "a preview keeps nothing"
        deeds = [one for one in (await owner.get("/audit?limit=50"))["items"] if one["action"] == "inbox.changed"]
        assert len(deeds) == 2
        assert PIXEL not in json.dumps(deeds), "a picture is told of by its address"


async def test_a_second_inbox_has_its_own_key_and_team(product: Product) -> None:
    async with office(product, "owner:owner") as (owner,):
        (team, *_) = (await owner.get("/teams"))["items"]
        status, made = await owner.ask("POST", "/inboxes", {"name": "Second shop", "team_id": team["id"]})
        assert status == 201, made
        status, _ = await owner.ask(
            "PATCH", f"/inboxes/{made['id']}", {"settings": {"texts": {"title": {"en": "Two"}}}}
        )
        assert status == 200
        assert (await hello_of(product, widget=made["key"]))["business"]["name"] == "Two"
        assert (await hello_of(product))["business"]["name"] != "Two"


async def test_the_form_is_asked_once_and_consent_is_proven(product_on_each: Product) -> None:
    """What is required is required before the first word; the version agreed to is kept with its words and time."""
    product = product_on_each
    async with office(product, "owner:owner") as (owner,):
        form = [
            {"key": "name", "kind": "name", "required": True},
            {
                "key": "topic",
                "kind": "choice",
                "label": {"en": "About what?"},
                "required": True,
                "choices": [{"en": "Order"}, {"en": "Delivery"}],
            },
        ]
        shown = await change(owner, settings={"form": form, "consent": {"texts": CONSENT}})
        assert shown["settings"]["consent"]["version"] == 1
        guest = visitor(product.address)
        async with connected(guest):
            hello = await guest.get("hello")
            assert [(one["key"], one["type"]) for one in hello["form"]] == [
                ("name", "text"),
                ("topic", "choice"),
                ("consent", "consent"),
            ]
            assert await refusal(guest, "message", said("hello")) == "invalid"
            for answers, field in (
                ({}, "name"),
                ({"name": "Sona"}, "topic"),
                ({"name": "Sona", "topic": "Order"}, "consent"),
                ({"name": "Sona", "topic": "Weather", "consent": "1"}, "topic"),
            ):
                ack = await guest.ask("start", {"answers": answers})
                assert (ack["ok"], ack["error"]["field"]) == (False, field), ack
            whole = {"name": "Sona", "topic": "Order", "consent": "1"}
            assert (await guest.ask("start", {"answers": {**whole, "consent": "7"}}))["error"]["code"] == "conflict"
            await guest.get("start", {"answers": whole})
            await guest.send("hello")
            token = hello["token"]
        shown = await change(owner, settings={"consent": {"texts": {**CONSENT, "en": "You may keep it a year."}}})
        assert shown["settings"]["consent"]["version"] == 2
        again = visitor(product.address, token)
        async with connected(again):
            await again.send("nobody asks me twice")
        async with aiohttp.ClientSession(product.address) as web:
            desk = Desk(web, await product.log_in("owner"))
            (talk,) = (await desk.get("/conversations"))["items"]
            kept = await desk.get(f"/contacts/{talk['contact']['id']}/personal-data")
        (consent,) = kept["consents"]
        assert (consent["version"], consent["text"], consent["language"]) == (1, CONSENT["en"], "en")
        assert consent["at"]


async def test_only_the_named_sites(product: Product) -> None:
    """A page elsewhere is told so, at the set-up and at the socket; our own pages and the named ones are let in."""
    async with office(product, "owner:owner") as (owner,):
        await change(owner, allowed_domains=["Shop.am", "*.flowers.ge", "localhost:3000"])
        for origin, well in (
            ("https://shop.am", True),
            ("https://www.shop.am", True),
            ("https://old.shop.am", False),
            ("https://a.b.flowers.ge", True),
            ("https://flowers.ge.evil.example", False),
            ("https://notflowers.ge", False),
            ("http://localhost:3000", True),
            ("http://localhost:4000", False),
            ("null", False),
            (product.address, True),
        ):
            status, told = await config_of(product, origin=origin)
            assert (status == 200) is well, (origin, told)
            guest = visitor(product.address)
            guest.headers = {"Origin": origin}
            if well:
                async with connected(guest):
                    assert (await guest.get("hello"))["ok"]
            else:
                assert told["error"]["code"] == "forbidden"
                assert await check_is_refused(guest, "forbidden") == "forbidden"


def signed(secret: str, words: str) -> str:
    """As a site signs, in any language that has HMAC."""
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()


async def secret_of(owner: Desk) -> str:
    """A new secret of the first inbox."""
    (inbox,) = (await owner.get("/inboxes"))["items"]
    status, made = await owner.ask("POST", f"/inboxes/{inbox['id']}/identity-secret")
    assert status == 201
    assert made["secret"] not in json.dumps(await owner.get(f"/inboxes/{inbox['id']}"))
    return str(made["secret"])


async def texts_of(guest: Client) -> list[str]:
    """All that a visitor can read."""
    return [one["text"] for one in (await guest.get("sync", {"after_change": 0}))["messages"]]


async def test_a_signed_customer_is_the_same_on_every_device(product_on_each: Product) -> None:
    """What he said before he signed in is his; after he signed out the browser knows nothing of him."""
    product = product_on_each
    async with office(product, "owner:owner") as (owner,):
        secret = await secret_of(owner)
        person: dict[str, Any] = {
            "identity": {"id": "42", "name": "Nare", "phone": "+37477123456"},
            "identity_hash": signed(secret, "42"),
        }
        shop = visitor(product.address)
        async with connected(shop):
            await shop.send("asked as a stranger")
            token = (await shop.get("hello"))["token"]
        at_home = visitor(product.address, token, **person)
        async with connected(at_home):
            hello = await at_home.get("hello")
            assert [one["text"] for one in hello["messages"]] == ["asked as a stranger"]
            assert hello["contact"]["name"] == "Nare"
            phone = visitor(product.address, **person)
            async with connected(phone):
                assert await texts_of(phone) == ["asked as a stranger"]
                await phone.send("and from the phone")
                await at_home.wait_for("message", lambda one: one["text"] == "and from the phone")
        left = visitor(product.address, token)
        async with connected(left):
            hello = await left.get("hello")
            assert hello["messages"] == []
            assert hello["contact"]["name"] is None
            assert "phone" not in hello["contact"]
            await left.get("start", {"answers": {"name": "Nare", "phone": "+37477123456"}})
            await left.send("somebody else at that machine")
            assert await texts_of(left) == ["somebody else at that machine"], "a typed phone opens nobody's history"
        back = visitor(product.address, token, **person)
        async with connected(back):
            assert await texts_of(back) == ["asked as a stranger", "and from the phone"]
        talks = (await owner.get("/conversations"))["items"]
        assert len({one["contact"]["id"] for one in talks}) == 1, "what was said under his browser's key is his now"
        assert sorted(one["status"] for one in talks) == ["open", "resolved"]


async def test_a_device_that_was_there_first_follows(product: Product) -> None:
    """The phone is signed in and waits; what was said at the desktop before signing in comes to it."""
    async with office(product, "owner:owner") as (owner,):
        secret = await secret_of(owner)
        person: dict[str, Any] = {"identity": {"id": "42"}, "identity_hash": signed(secret, "42")}
        phone, desktop = visitor(product.address, **person), visitor(product.address)
        async with connected(phone, desktop):
            assert (await phone.get("hello"))["messages"] == []
            await desktop.send("at the desktop")
            token = (await desktop.get("hello"))["token"]
            async with connected(visitor(product.address, token, **person)):
                await phone.wait_for("conversation")
                assert await texts_of(phone) == ["at the desktop"]


async def test_a_talk_begun_as_a_stranger_goes_on(product: Product) -> None:
    """He has no open talk of his own: the stranger's goes on as his, on all his devices."""
    async with office(product, "owner:owner") as (owner,):
        secret = await secret_of(owner)
        whole = json.dumps({"id": 7, "email": "a@b.example", "expires_at": time.time() + 60})
        person: dict[str, Any] = {"identity": whole, "identity_hash": signed(secret, whole).upper()}
        first = visitor(product.address, **person)
        desk = agent(product.address, await product.log_in("owner"))
        async with connected(first, desk):
            await first.send("long ago")
            heard = await desk.wait_for("message")
            await desk.get("resolve", {"conversation_id": heard["conversation_id"]})
        stranger = visitor(product.address)
        async with connected(stranger):
            await stranger.send("now, before signing in")
            token = (await stranger.get("hello"))["token"]
        signed_in, elsewhere = visitor(product.address, token, **person), visitor(product.address, **person)
        async with connected(signed_in, elsewhere):
            assert await texts_of(signed_in) == ["now, before signing in"]
            assert await texts_of(elsewhere) == ["now, before signing in"]
            await elsewhere.send("and on")
            await signed_in.wait_for("message", lambda one: one["text"] == "and on")


async def test_a_wrong_signature_lets_nobody_in(product: Product) -> None:
    """Without the secret nobody is another: not with his id, nor his name, nor a signature of somebody else's."""
    async with office(product, "owner:owner") as (owner,):
        unset: dict[str, Any] = {"identity": {"id": "42"}, "identity_hash": "0" * 64}
        await check_is_refused(visitor(product.address, **unset), "unauthorized")
        secret = await secret_of(owner)
        mine, old = signed(secret, "42"), json.dumps({"id": "42", "expires_at": 1})
        for identity, signature in (
            ({"id": "43"}, mine),
            ({"id": "42"}, mine[:-1] + "x"),
            ({"id": "42"}, ""),
            ({"id": "42"}, signed("another", "42")),
            ('{"id": "42"}', mine),
            (old, signed(secret, old)),
        ):
            refused = visitor(product.address, identity=identity, identity_hash=signature)
            await check_is_refused(refused, "unauthorized")
        nobody: list[Any] = [{}, {"id": ""}, {"id": ["42"]}, [], 5, "no json", '"42"']
        for none in nobody:
            await check_is_refused(visitor(product.address, identity=none, identity_hash=mine), "invalid")
        async with connected(visitor(product.address, identity={"id": "42"}, identity_hash=mine)):
            pass
        await secret_of(owner)
        await check_is_refused(visitor(product.address, identity={"id": "42"}, identity_hash=mine), "unauthorized")


def work(challenge: dict[str, Any]) -> str:
    """Solves a challenge as the widget does."""
    given = challenge["parameters"]
    head = bytes.fromhex(given["salt"]) + bytes.fromhex(given["nonce"])
    counter = 0
    while not (key := hashlib.sha256(head + struct.pack(">I", counter)).hexdigest()).startswith(given["keyPrefix"]):
        counter += 1
    solution = {"counter": counter, "derivedKey": key, "time": 1}
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution}).encode()).decode()


async def test_robots_have_to_work_and_an_office_does_not(tmp_path: Path) -> None:
    """Beyond the limit of new visitors an address gets in by work, once for each; who has a token is never asked."""
    few = {"BAREV_VISITOR_NEW_PER_S": "0.01", "BAREV_VISITOR_NEW_BURST": "3"}
    async with running(product := Product(tmp_path, environment=few)):
        office_of_three = [visitor(product.address) for _ in range(3)]
        async with connected(*office_of_three):
            token = (await office_of_three[0].get("hello"))["token"]
        fourth = visitor(product.address)
        assert await check_is_refused(fourth, "too_many") == "too_many"
        told = fourth.refused.get("data", fourth.refused)
        assert told["retry_after_s"] > 0
        proof = work(told["challenge"])
        wrong = json.loads(base64.b64decode(proof))
        wrong["challenge"]["parameters"]["keyPrefix"] = "0"
        forged = base64.b64encode(json.dumps(wrong).encode()).decode()
        for answer in ("", "x", 5, {"a": 1}, "e30=", forged):
            await check_is_refused(visitor(product.address, altcha=answer), "too_many")
        async with connected(visitor(product.address, altcha=proof), visitor(product.address, token)):
            pass
        await check_is_refused(visitor(product.address, altcha=proof), "too_many")


async def test_who_fills_in_what_nobody_sees_has_to_work(product: Product) -> None:
    async with running(product):
        robot = visitor(product.address)
        async with connected(robot):
            answers = {"name": "Buy now", "website": "https://spam.example"}
            ack = await robot.ask("start", {"answers": answers})
            assert ack["error"]["code"] == "too_many"
            proof = work(ack["error"]["challenge"])
            await robot.get("start", {"answers": answers, "altcha": proof})


async def test_14_a_blocked_visitor_cannot_write(product_on_each: Product) -> None:
    """Blocked from the dialog: every tab hears it and every word is refused, until it is lifted; his neighbour at the
    same address writes on. A network is kept out too."""
    product = product_on_each
    async with office(product, "owner:owner", "ani:agent") as (owner, ani):
        spammer, neighbour = visitor(product.address), visitor(product.address)
        desk = agent(product.address, await product.log_in("ani"))
        async with connected(spammer, neighbour, desk):
            await spammer.send("buy this")
            await neighbour.send("a question")
            talk = (await desk.wait_for("message", lambda one: one["text"] == "buy this"))["conversation_id"]
            wish = {"kind": "contact", "conversation_id": talk, "reason": "advertising"}
            status, block = await ani.ask("POST", "/blocks", wish)
            assert status == 201, block
            heard = await spammer.wait_for("blocked", lambda one: one["blocked"] is not None)
            assert len(heard["blocked"]["text"]) > 5
            for event, data in (
                ("message", said("again")),
                ("start", {}),
                ("typing", {"on": True}),
                ("rate", {"score": 1}),
                ("choose", {"message_id": 1, "value": "x"}),
            ):
                assert await refusal(spammer, event, data) == "forbidden", event
            hello = await spammer.get("hello")
            assert hello["blocked"]["text"] == heard["blocked"]["text"]
            other_tab = visitor(product.address, hello["token"])
            async with connected(other_tab):
                assert await refusal(other_tab, "message", said("from another tab")) == "forbidden"
            await neighbour.send("and another question")
            assert (await ani.ask("POST", "/blocks", wish))[0] == 409
            assert (await ani.ask("DELETE", f"/blocks/{block['id']}"))[0] == 204
            await spammer.wait_for("blocked", lambda one: one["blocked"] is None)
            await spammer.send("I am sorry")
            by_network = {"kind": "network", "conversation_id": talk, "until": "2099-01-01T00:00:00.000Z"}
            status, block = await owner.ask("POST", "/blocks", by_network)
            assert (status, block["network"]) == (201, "127.0.0.1/32")
            await neighbour.wait_for("blocked", lambda one: one["blocked"] is not None)
            newcomer = visitor(product.address)
            async with connected(newcomer):
                assert (await newcomer.get("hello"))["blocked"]["until"] == "2099-01-01T00:00:00.000Z"
                assert await refusal(newcomer, "message", said("hello")) == "forbidden"
            for network in ("0.0.0.0/0", "nonsense"):
                assert (await owner.ask("POST", "/blocks", {"kind": "network", "network": network}))[0] == 409
            past = {**wish, "until": "2020-01-01T00:00:00Z"}
            assert (await owner.ask("POST", "/blocks", past))[0] == 400
            shown = (await owner.get("/blocks"))["items"]
            assert [(one["kind"], one["holds"]) for one in shown] == [("network", True)]
            assert (await owner.ask("POST", "/blocks", {**wish, "conversation_id": talk}))[0] == 201
            for query, kinds in (
                ("sort=who&order=asc", ["network", "contact"]),
                ("sort=until", ["network", "contact"]),
                ("who=127.0", ["network"]),
                ("reason=ADVERT&created_by=ani&sort=reason", []),
                ("reason=ADVERT&created_by=owner&sort=created_by", ["contact"]),
                ("until_from=2098-01-01&created_to=2098-01-01", ["network"]),
            ):
                found = (await owner.get(f"/blocks?{query}"))["items"]
                assert [one["kind"] for one in found] == kinds, query
            assert desk.events("message")[-1]["text"] == "I am sorry"


async def test_the_pages_of_a_talk_are_kept_and_bounded(product_on_each: Product) -> None:
    """The agent sees where the customer is; the same page twice in a row is one; only the latest fifty stay."""
    product = product_on_each
    async with office(product, "owner:owner"):
        guest = clients.visitor(product.address)
        desk = agent(product.address, await product.log_in("owner"))
        async with connected(guest, desk):
            await guest.get("page", {"url": "https://shop.example/before", "title": "Nothing is kept of strangers"})
            await guest.send("hello")
            talk = (await desk.wait_for("message"))["conversation_id"]
            for page in ("/a", "/a", "/b"):
                await guest.get("page", {"url": f"https://shop.example{page}", "title": page})
            opened = await desk.get("open", {"conversation_id": talk})
            assert [one["url"].removeprefix("https://shop.example") for one in opened["pages"]] == [
                "/before",
                "/a",
                "/b",
            ]
            assert opened["pages"][1]["title"] == "/a"
            for number in range(60):
                await guest.get("page", {"url": f"https://shop.example/{number}"})
            opened = await desk.get("open", {"conversation_id": talk})
            assert len(opened["pages"]) == 50
            assert opened["pages"][-1]["url"] == "https://shop.example/59"
            for wrong in ({}, {"url": ""}, {"url": 5}, {"url": "x" * 3000}):
                assert await refusal(guest, "page", wrong) in {"invalid", "too_large"}
            assert (await guest.ask("message", {"client_id": str(uuid.uuid4()), "text": "still here"}))["ok"]
