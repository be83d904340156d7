"""Test 14 of the fifteen: nobody reads or touches what is another's, nobody is shut out by a neighbour, and no input
ends the server."""

import asyncio
import uuid
from collections.abc import Iterable
from typing import Any

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as Refused

from tests import clients
from tests.clients import Client, connected
from tests.processes import Processes, Site, site_of
from tests.states import Wire

pytestmark = pytest.mark.slow

NOBODY = 2**52
HUGE = 150_000


UNLIMITED = {"BAREV_VISITOR_PER_S": "100000", "BAREV_VISITOR_BURST": "100000"}


async def refusal(client: Client, event: str, data: Any = None) -> str:
    """The code of the error that an event is answered with; its text is for people."""
    ack = await client.ask(event, data)
    assert ack["ok"] is False, (event, data, ack)
    assert isinstance(ack["error"]["message"], str)
    assert len(ack["error"]["message"]) > 5
    assert "{" not in ack["error"]["message"]
    return str(ack["error"]["code"])


def said(text: Any, **more: Any) -> Wire:
    """A new message."""
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


async def enter_desk(site: Site, login: str = "ani") -> Client:
    """An agent who was added beside the running server; not connected yet."""
    site.add_agent(login)
    return clients.agent(site.address, await site.log_in(login))


async def test_14_what_is_anothers_does_not_exist(processes: Processes) -> None:
    """Ids of another visitor's messages and conversations, of notes, and of nothing at all are answered alike."""
    async with site_of(processes({})) as site:
        ani, anna, boris = await enter_desk(site), clients.visitor(site.address), clients.visitor(site.address)
        async with connected(ani, anna, boris):
            hers, his = await anna.send("my secret"), await boris.send("hello")
            heard = await ani.wait_for("message", lambda one: bool(one["id"] == hers["id"]))
            conversation_id = heard["conversation_id"]
            note = await ani.get("note", said("between us", conversation_id=conversation_id))
            for message_id in (hers["id"], note["id"], NOBODY):
                assert await refusal(boris, "message", said("?", reply_to=message_id)) == "not_found"
                assert await refusal(boris, "choose", {"message_id": message_id, "value": "yes"}) == "not_found"
            assert await refusal(anna, "message", said("?", reply_to=note["id"])) == "not_found"
            assert await refusal(anna, "message", said("?", attachments=[1])) == "not_found"
            page = await boris.get("sync", {"after_change": 0, "conversation_id": conversation_id})
            assert [one["id"] for one in page["messages"]] == [his["id"]]
            assert page["conversation"]["id"] != conversation_id
            await boris.get("read", {"seq": NOBODY})
            await boris.get("rate", {"score": 1})
            seen = await anna.get("sync", {"after_change": 0})
            assert await texts_of(anna) == ["my secret"]
            assert seen["conversation"]["visitor_read_seq"] == 0
            assert "rating" not in seen["conversation"]
            await check_unknown_ids_at_the_desk(ani)
            answer = await ani.get("reply", said("hello", conversation_id=page["conversation"]["id"]))
            await boris.get("read", {"seq": answer["seq"]})
            page = await boris.get("sync", {"after_change": 0})
            assert page["conversation"]["visitor_read_seq"] == answer["seq"], "a mark beyond the end hides later ones"


async def check_unknown_ids_at_the_desk(ani: Client) -> None:
    """What there is not is said to be missing, whatever is wanted of it."""
    for event in ("open", "take", "resolve", "reopen", "escalate"):
        assert await refusal(ani, event, {"conversation_id": NOBODY}) == "not_found", event
    more: dict[str, Wire] = {
        "history": {"before_seq": 5},
        "assign": {"agent_id": 1},
        "snooze": {"until": "2099-01-01T00:00:00.000Z"},
        "reply": said("?"),
        "note": said("?"),
        "read": {"seq": 1},
        "typing": {"on": True},
    }
    for event, fields in more.items():
        assert await refusal(ani, event, {"conversation_id": NOBODY, **fields}) == "not_found", event
    assert await refusal(ani, "edit_message", {"message_id": NOBODY, "text": "?"}) == "not_found"
    assert await refusal(ani, "delete_message", {"message_id": NOBODY}) == "not_found"


async def test_14_a_token_is_one_visitors_alone(processes: Processes) -> None:
    """A token that was touched, made up, or is of another kind lets nobody in, and says so in words."""
    async with site_of(processes({})) as site:
        ani, anna = await enter_desk(site), clients.visitor(site.address)
        async with connected(ani, anna):
            await anna.send("my secret")
            token = (await anna.get("hello"))["token"]
            key = token.split(".")[1]
            flipped = token.replace(key, key[::-1])
            for wrong in (flipped, token[:-1], token + "x", "v1.x.1.y", "a", ani.auth["token"], "ключ"):
                await check_is_refused(clients.visitor(site.address, wrong), "unauthorized")
            for wrong in (token, "", "a", "ключ", None):
                await check_is_refused(raw_client(site, "/desk", {"token": wrong}), "unauthorized")
            for auth in ({"token": 5}, {"token": ["a"]}, {"token": token, "page_url": 7}, {"token": "x" * 5000}):
                refused = await check_is_refused(raw_client(site, "/visitor", auth), None)
                assert refused in {"invalid", "unauthorized", "too_large"}, auth


def raw_client(site: Site, namespace: str, auth: Wire) -> Client:
    """A client with just this to say of itself."""
    return Client(site.address, namespace, auth, ("websocket",))


async def check_is_refused(client: Client, code: str | None) -> str:
    """It is not let in; returns the code it was told."""
    with pytest.raises(Refused):
        await client.connect()
    refused: Wire = client.refused.get("data", client.refused)
    assert code is None or refused["code"] == code, refused
    assert len(refused["message"]) > 5
    return str(refused["code"])


async def test_14_too_much_text_is_refused_and_harms_nothing(processes: Processes) -> None:
    """150,000 characters, of one byte or of three, are answered ``too_large`` on a connection that goes on."""
    async with site_of(processes({})) as site:
        ani, anna = await enter_desk(site), clients.visitor(site.address)
        async with connected(ani, anna):
            await anna.send("before")
            conversation_id = (await ani.wait_for("message"))["conversation_id"]
            for text in ("a" * HUGE, "ա" * HUGE, "ა" * 10_001):
                assert await refusal(anna, "message", said(text)) == "too_large"
                assert await refusal(ani, "reply", said(text, conversation_id=conversation_id)) == "too_large"
            longest = "ա" * 10_000
            await anna.send(longest)
            assert await texts_of(anna) == ["before", longest]
            assert await refusal(anna, "start", {"answers": {"name": "a" * 5000}}) == "too_large"


async def test_14_a_flood_is_slowed_down_and_nothing_of_it_is_lost(processes: Processes) -> None:
    """Who sends too fast is told when to go on, and all he sends arrives once; his neighbour behind the same address is
    never made to wait."""
    slow = {"BAREV_VISITOR_PER_S": "100", "BAREV_VISITOR_BURST": "20"}
    async with site_of(processes(slow)) as site:
        flooder, neighbour = clients.visitor(site.address), clients.visitor(site.address)
        async with connected(flooder, neighbour):
            await flooder.send("first")
            bodies = [said(f"flood {number}") for number in range(150)]
            flood = asyncio.gather(*(send_until_taken(flooder, body) for body in bodies))
            for number in range(15):
                await neighbour.send(f"quiet {number}")
            refused = sum(await flood)
            assert refused > 0
            assert sorted(await texts_of(flooder)) == sorted(["first", *(body["text"] for body in bodies)])
            assert await texts_of(neighbour) == [f"quiet {number}" for number in range(15)]


async def texts_of(guest: Client) -> list[str]:
    """All that a visitor can read."""
    return [one["text"] for one in (await guest.get("sync", {"after_change": 0}))["messages"]]


async def send_until_taken(client: Client, body: Wire) -> int:
    """Sends a message as often as it takes, when the server says; returns how often it was refused."""
    refused = 0
    while True:
        ack = await client.ask("message", body)
        if ack["ok"]:
            return refused
        assert ack["error"]["code"] == "too_many", ack
        assert 0 < ack["error"]["retry_after_s"] < 60
        refused += 1
        await asyncio.sleep(ack["error"]["retry_after_s"])  # what the server asked for


Nonsense = list[tuple[str, Any]]
NOT_OBJECTS: list[Any] = [[], [1, 2], "text", 7, 1.5, True, "", [[]]]
NOT_IDS: list[Any] = ["1", 0, -1, 1.5, True, [], 2**70, "x"]
NOT_NUMBERS: list[Any] = [None, "0", -1, 1.5, True, [], {}, 2**70]
NOT_TEXTS: list[Any] = [None, 5, "", "  \n", [], {}, True]
NOT_CLIENT_IDS: list[Any] = [None, 5, "", "a", "x" * 36, ["a"], {}, "0" * 31]


def each(event: str, field: str, wrong: Iterable[Any], **more: Any) -> Nonsense:
    """The event once for every wrong value of a field."""
    return [(event, {**more, field: value}) for value in wrong]


VISITOR_NONSENSE: Nonsense = [
    *((event, data) for event in ("hello", "start", "message", "sync", "read") for data in NOT_OBJECTS),
    *each("message", "client_id", NOT_CLIENT_IDS, text="a"),
    *each("message", "text", NOT_TEXTS, client_id=str(uuid.uuid4())),
    *each("message", "reply_to", NOT_IDS, **said("a")),
    *each("message", "attachments", ["1", {}, ["a"], [None], [0], list(range(1, 500))], **said("a")),
    *each("sync", "after_change", NOT_NUMBERS),
    *each("sync", "conversation_id", NOT_IDS, after_change=0),
    *each("read", "seq", NOT_NUMBERS),
    *each("rate", "score", [None, 0, 6, -1, "5", 4.5, True, []]),
    *each("typing", "on", [None, 1, "true", []]),
    *each("choose", "message_id", NOT_IDS, value="a"),
    *each("choose", "value", [None, 5, []], message_id=1),
    *each("start", "answers", ["a", 5, [], {"name": 5}, {"name": []}, {"k" * 500: "a"}]),
    *((event, {}) for event in ("", "nonsense", "take", "reply", "connect", "disconnect", "__class__", "ն" * 300)),
]
DESK_NONSENSE: Nonsense = [
    *((event, data) for event in ("hello", "open", "reply", "take", "sync") for data in NOT_OBJECTS),
    *(one for event in ("open", "take", "resolve", "reply", "read") for one in each(event, "conversation_id", NOT_IDS)),
    *each("sync", "after_event", NOT_NUMBERS),
    *each("snooze", "until", [None, 5, "", "soon", "2001-01-01T00:00:00Z"], conversation_id=1),
    *each("presence", "status", [None, 5, "busy", "", []]),
    *each("assign", "agent_id", NOT_IDS, conversation_id=1),
    *each("assign", "team_id", [1], conversation_id=1, agent_id=1),
    *each("edit_message", "text", NOT_TEXTS, message_id=1),
    *each("edit_message", "message_id", NOT_IDS, text="a"),
    *((event, {}) for event in ("delete_message", "history", "typing", "read", "note", "start", "message", "nonsense")),
]


async def test_14_nonsense_is_answered_and_survived(processes: Processes) -> None:
    """Events of every wrong shape are answered ``invalid`` on a connection that goes on as before."""
    async with site_of(processes(UNLIMITED)) as site:
        ani, anna = await enter_desk(site), clients.visitor(site.address)
        async with connected(ani, anna):
            await anna.send("before")
            for client, nonsense in ((anna, VISITOR_NONSENSE), (ani, DESK_NONSENSE)):
                for event, data in nonsense:
                    assert await refusal(client, event, data) == "invalid", (event, data)
            for data in (b"\x00\xff", {"client_id": b"\x00", "text": "a"}):
                assert await refusal(anna, "message", data) == "invalid"
            two = await anna.sio.call("message", (said("one"), {"second": "argument"}), namespace="/visitor")
            assert two["ok"] in {True, False}
            await anna.send("after")
            assert [text for text in await texts_of(anna) if text != "one"] == ["before", "after"]


PACKETS = [
    "",
    "x",
    "4",
    "40",
    "40/nowhere,",
    "40/visitor,[",
    "40/visitor,5",
    "41/visitor,",
    "42",
    "42/visitor",
    "42/visitor,",
    '42/visitor,["hello"',
    '42/visitor,0["hello"]',
    '42["hello"]',
    "42/visitor,1[]",
    "42/visitor,1[5]",
    "42/visitor,1{}",
    '42/visitor,999999999999999999999999["hello",{}]',
    '42/visitor,-1["hello",{}]',
    '42/visitor,1["hello",' + "[" * 5000,
    '42/visitor,1["hello",' + "[" * 5000 + "]" * 5000 + "]",
    '42/visitor,1["message",{"client_id":"\\ud800","text":"\\ud800"}]',
    '42/visitor,1["read",{"seq":1e400}]',
    '42/visitor,1["read",{"seq":NaN}]',
    '43/visitor,1["ok"]',
    '44/visitor,{"message":"no"}',
    '451-/visitor,1["message",{"_placeholder":true,"num":0}]',
    "49/visitor,",
    "5",
    "6",
    "2probe",
    "9",
]


async def test_14_raw_nonsense_ends_at_most_its_own_connection(processes: Processes) -> None:
    """Packets that no library sends, each on a line of its own, before and after coming in; others talk on."""
    async with site_of(processes({})) as site:
        anna = clients.visitor(site.address)
        async with connected(anna), aiohttp.ClientSession() as web:
            for packet in PACKETS:
                for opening in ([], ["40/visitor,{}"]):
                    await say_raw(web, site.address, [*opening, packet])
                await anna.send(f"after {packet[:20]}")
            async with web.get(f"{site.address}/healthz") as health:
                assert health.status == 200
        assert "Traceback" not in site.log


async def say_raw(web: aiohttp.ClientSession, address: str, packets: list[str]) -> None:
    """Sends Engine.IO packets as they are, and goodbye after them: its answer comes when they have been dealt with."""
    async with web.ws_connect(f"{address}/socket.io/?EIO=4&transport=websocket") as line:
        await line.receive()
        for packet in packets:
            await line.send_str(packet)
        await line.close()
