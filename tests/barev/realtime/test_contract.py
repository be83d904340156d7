"""What any client may rely on, told by hand over a WebSocket, the same on both carriers."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from barev.realtime import Settings
from tests.barev.realtime.live import Live, our_errors, serving, until
from tests.barev.realtime.raw import raw, visitor


@pytest.fixture(params=["lean", "stock"])
async def live(request: pytest.FixtureRequest) -> AsyncIterator[Live]:
    """A server whose WebSockets are all on one carrier."""
    async with serving(Settings(lean=request.param == "lean", waiting_limit=4, message_limit_bytes=20_000)) as server:
        yield server


async def test_session_opens_with_the_settings(live: Live) -> None:
    async with raw(live.url) as client:
        opening = client.opening
        assert len(opening.pop("sid")) == 20
        assert opening == {"upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 20_000}
        assert live.connections == 1


async def test_connect_lets_in_with_an_id_and_auth(live: Live) -> None:
    async with raw(live.url) as client:
        head, data = await client.connect(auth={"token": "t", "n": 5})
        socket = await live.visitor.came.get()
        assert (head, data) == ("40", {"sid": socket.id})
        assert socket.state == {"token": "t", "n": 5}
        assert socket.remote == "127.0.0.1"


@pytest.mark.parametrize("auth", ["", "null", "{}"])
async def test_connect_without_auth(live: Live, auth: str) -> None:
    async with raw(live.url) as client:
        await client.send(f"40/visitor,{auth}")
        assert (await client.text()).startswith('40/visitor,{"sid":')
        assert (await live.visitor.came.get()).state == {}


@pytest.mark.parametrize("auth", ["[1]", "true", '"x"', "{", "nope", "[" * 5000])
async def test_connect_with_odd_auth_is_refused(live: Live, auth: str) -> None:
    async with raw(live.url, {"Accept-Language": "hy"}) as client:
        await client.send(f"40/visitor,{auth}")
        refusal = json.loads((await client.text()).removeprefix("44/visitor,"))
        assert refusal["data"]["code"] == "invalid"
        assert (await client.connect())[0] == "40"  # and may try again


async def test_refusal_says_why_in_the_clients_language(live: Live) -> None:
    async with raw(live.url, {"Accept-Language": "ka"}) as client:
        head, data = await client.connect(auth={"refuse": "you"})
        message = "ka: error.token_wrong {'who': 'you'}"
        assert head == "44"
        assert data == {
            "message": message,
            "data": {"code": "unauthorized", "message": message, "retry_after_s": 1.5, "hint": "a"},
        }
        assert (await client.connect("/desk"))[0] == "40"


async def test_unknown_namespace_is_refused(live: Live) -> None:
    async with raw(live.url) as client:
        error = {"message": "Invalid namespace", "data": {"code": "not_found", "message": "Invalid namespace"}}
        assert await client.connect("/nowhere", {"token": "t"}) == ("44", error)
        await client.send("40")
        assert json.loads((await client.text()).removeprefix("44")) == error


async def test_failing_door_is_unavailable_and_logged_once(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    async with raw(live.url) as client:
        head, data = await client.connect(auth={"crash": True})
        assert head == "44"
        assert (data["data"]["code"], data["data"]["retry_after_s"]) == ("unavailable", 2.0)
        assert (await client.connect())[0] == "40"
        assert (await client.call("crash"))["error"]["code"] == "unavailable"
        assert our_errors(caplog.records) == ["/visitor: connect failed", "/visitor: event 'crash' failed"]
        assert live.hub.counters.handler_errors == 2


async def test_namespace_with_a_query_left_in_it(live: Live) -> None:
    async with raw(live.url) as client:
        await client.send("40/visitor?token=1,{}")
        assert (await client.text()).startswith("40/visitor,{")


async def test_several_namespaces_on_one_connection(live: Live) -> None:
    async with visitor(live.url, {"rooms": ["r"]}) as client:
        assert (await client.connect("/desk", {"rooms": ["r"]}))[0] == "40"
        await client.connect("/nowhere")
        live.hub.emit("/desk", ["r"], "one", {"n": 1})
        live.hub.emit("/visitor", ["r"], "two", {"n": 2})
        assert await client.event("/desk") == ("one", {"n": 1})
        assert await client.event() == ("two", {"n": 2})
        await client.send("41/visitor,")
        assert (await live.visitor.went.get()).state == {"rooms": ["r"]}
        live.hub.emit("/visitor", ["r"], "two", {"n": 3})
        assert await client.call("echo", 1, "/desk") == {"ok": True, "data": 1}
        assert live.desk.went.empty()
    await live.desk.went.get()


async def test_second_connect_to_the_same_namespace_changes_nothing(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send("40/visitor,{}")
        assert (await client.call("echo", 1))["ok"]
        assert len(live.visitor.sockets) == 1


async def test_what_the_door_sends_on_connect_comes_after_the_answer(live: Live) -> None:
    async with raw(live.url) as client:
        await client.send('40/visitor,{"welcome":true}')
        assert (await client.text()).startswith("40/visitor,")
        assert await client.event() == ("welcome", {"before": "the door is open"})


async def test_rooms_joined_on_connect_hear_nothing_when_refused(live: Live) -> None:
    live.visitor.gate.clear()
    async with raw(live.url) as client:
        await client.send('40/visitor,{"wait":true,"refuse":"x"}')
        await live.visitor.waiting.wait()
        await client.send('42/visitor,9["echo",1]')  # not let in: nobody hears it
        live.visitor.gate.set()
        assert (await client.text()).startswith("44/visitor,")
        assert live.visitor.seen == []


async def test_client_that_left_while_the_door_thought(live: Live) -> None:
    async with raw(live.url) as client:
        await client.send('40/visitor,{"wait":true}')
        await live.visitor.waiting.wait()
    await until(lambda: not live.connections)
    live.visitor.gate.set()
    came, went = await live.visitor.came.get(), await live.visitor.went.get()
    assert came is went


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 1.5, 1e300, "", "բարև 👋 \u2028", [], {}, [[1, [2]]], {"a": {"b": [None]}}, 9007199254740993],
)
async def test_any_json_comes_and_goes(live: Live, value: object) -> None:
    async with visitor(live.url) as client:
        assert await client.call("echo", value) == {"ok": True, "data": value}


async def test_cut_emoji_becomes_a_replacement_mark(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send(r'42/visitor,1["echo","\ud83d \ude00 \ud83d\ude00 \\ud83d \n"]')
        assert (await client.acknowledged())["data"] == "\ufffd \ufffd 😀 \\ud83d \n"


async def test_acknowledgements_come_in_order(live: Live) -> None:
    async with visitor(live.url) as client:
        for n in range(300):
            await client.send(f'42/visitor,{n}["echo",{n}]')
        for n in range(300):
            assert await client.acknowledged(ack=n) == {"ok": True, "data": n}


async def test_event_without_number_is_not_acknowledged(live: Live) -> None:
    async with visitor(live.url) as client:
        for event in ("echo", "crash", "reject", "nonsense"):
            await client.send(f'42/visitor,["{event}",1]')
        assert await client.call("echo", 2, ack=0) == {"ok": True, "data": 2}
        assert live.visitor.seen == ["echo", "crash", "reject", "nonsense", "echo"]


async def test_later_events_wait_for_the_awaited_one(live: Live) -> None:
    async with visitor(live.url) as client, visitor(live.url) as other:
        await client.send('42/visitor,1["wait",1]')
        await live.visitor.waiting.wait()
        await client.send('42/visitor,2["echo",2]')
        await client.send('42/visitor,3["wait_and_fail",3]')
        await client.send('42/visitor,4["echo",4]')
        assert (await other.call("echo", "not stalled"))["ok"]
        assert live.visitor.seen == ["wait", "echo"]
        live.visitor.gate.set()
        assert await client.acknowledged(ack=1) == {"ok": True, "waited": 1}
        assert await client.acknowledged(ack=2) == {"ok": True, "data": 2}
        assert (await client.acknowledged(ack=3))["error"]["code"] == "unavailable"
        assert await client.acknowledged(ack=4) == {"ok": True, "data": 4}
        assert (await client.call("echo", 5, ack=5))["data"] == 5


async def test_too_many_waiting_events_are_refused(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send('42/visitor,0["wait",0]')
        for n in range(1, 7):  # four may wait
            await client.send(f'42/visitor,{n}["echo",{n}]')
        for n in (5, 6):
            error = (await client.acknowledged(ack=n))["error"]
            assert (error["code"], error["retry_after_s"]) == ("too_many", 1.0)
        live.visitor.gate.set()
        assert (await client.acknowledged(ack=0))["ok"]
        for n in range(1, 5):
            assert await client.acknowledged(ack=n) == {"ok": True, "data": n}


async def test_events_before_the_end_are_handled_before_the_door_hears_of_it(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send('42/visitor,1["wait",1]')
        await client.send('42/visitor,2["echo",2]')
        await client.send("41/visitor,")
        assert (await client.connect("/desk"))[0] == "40"
    await until(lambda: not live.connections)
    assert live.visitor.went.empty()
    live.visitor.gate.set()
    await live.visitor.went.get()
    assert live.visitor.seen == ["wait", "echo"]


async def test_late_and_repeated_replies(live: Live) -> None:
    async with visitor(live.url) as client:
        assert await client.call("later", ack=1) == {"ok": True, "late": True}
        assert await client.call("twice", ack=2) == {"ok": True, "n": 1}
        assert await client.call("echo", 3, ack=3) == {"ok": True, "data": 3}


async def test_rejection_tells_code_message_and_extras(live: Live) -> None:
    async with visitor(live.url) as client:
        answer = await client.call("reject")
        error = {"code": "already_taken", "message": "?: error.already_taken {'name': 'Ani'}", "assignee": {"id": 7}}
        assert answer == {"ok": False, "error": error}


async def test_rooms_hear_each_emit_once(live: Live) -> None:
    async with (
        visitor(live.url, {"rooms": ["a", "b"]}) as both,
        visitor(live.url, {"rooms": ["b"]}) as one,
        visitor(live.url) as none,
    ):
        assert (await none.call("say", {"rooms": ["a", "b", "empty"], "text": "1"}))["ok"]
        assert (await none.call("say", {"rooms": ["a"], "text": "2"}))["ok"]
        assert (await none.call("say", {"rooms": ["b", "b"], "text": "3"}))["ok"]
        assert [(await both.event())[1]["text"] for _ in range(3)] == ["1", "2", "3"]
        assert [(await one.event())[1]["text"] for _ in range(2)] == ["1", "3"]
        assert live.hub.counters.events_out == 5
        assert (await one.call("echo", 1))["ok"]  # and nothing else came


async def test_emit_may_skip_one_and_leaving_ends_it(live: Live) -> None:
    rooms = {"rooms": [f"r{n}" for n in range(9)]}
    async with visitor(live.url, rooms) as ani, visitor(live.url, rooms) as gia:
        assert (await ani.call("others", {"room": "r8", "text": "1"}))["ok"]
        assert await gia.event() == ("said", {"text": "1"})
        for room in ("r8", "r0", "never"):
            assert (await gia.call("leave", {"room": room}))["ok"]
        live.hub.emit("/visitor", ["r8", "r0"], "said", {"text": "2"})
        live.hub.emit("/visitor", ["r7"], "said", {"text": "3"})
        assert await gia.event() == ("said", {"text": "3"})
        assert [await ani.event() for _ in range(2)] == [("said", {"text": "2"}), ("said", {"text": "3"})]


async def test_the_acknowledgement_follows_what_was_emitted_before_it(live: Live) -> None:
    async with visitor(live.url, {"rooms": ["a"]}) as client:
        await client.send('42/visitor,1["say",{"rooms":["a"],"text":"x"}]')
        assert await client.event() == ("said", {"text": "x"})
        assert (await client.acknowledged())["ok"]


async def test_who_listens(live: Live) -> None:
    hub = live.hub
    assert not hub.listened("/visitor", ["a"])
    async with visitor(live.url, {"rooms": ["a"]}):
        (socket,) = hub.members("/visitor", "a")
        assert socket is live.visitor.sockets[0]
        assert hub.listened("/visitor", ["z", "a"])
        assert not hub.listened("/desk", ["a"])
        assert not hub.listened("/nowhere", ["a"])
        hub.emit("/nowhere", ["a"], "x", {})
    await live.visitor.went.get()
    assert not hub.listened("/visitor", ["a"])
    assert hub.members("/visitor", "a") == hub.members("/nowhere", "a") == ()
    socket.join("a")  # a ghost hears nothing
    socket.emit("x", {})
    socket.close()
    assert not hub.listened("/visitor", ["a"])


async def test_door_ends_a_socket(live: Live) -> None:
    async with visitor(live.url) as client:
        assert (await client.call("end"))["ok"]
        assert await client.text() == "41/visitor,"
        assert (await live.visitor.went.get()) not in live.visitor.sockets
        assert (await client.connect())[0] == "40"


MALFORMED = [
    *("", "4", "42", "42/visitor", "42/visitor,", "42/visitor,[]", "42[", "42/visitor,{}", '42/visitor,"x"'),
    *("42/visitor,[1]", "42/visitor,[null,1]", '42/visitor,[["a"]]', '42/visitor,["echo"', '42/visitor,["echo",1]]'),
    *("43/visitor,1[]", "43/visitor,", "43", "44/visitor,{}", "47", "4x", "4-", "49/visitor,", "4\u0662/visitor,"),
    *("45/visitor,", '451-/visitor,["x",{"_placeholder":true,"num":0}]', "451-", "46/visitor,1[]"),
    *(
        "41/nowhere,",
        '42/nowhere,1["x"]',
        '42/desk,1["x"]',
        "40/visitor",
        '42/visitor,["echo",NaN]',
        "6",
        "5",
        "3",
        "3probe",
    ),
    *(
        '42/visitor,["' + "x" * 10_000 + '"',
        "42/visitor," + "[" * 10_000,
        '42/visitor,\u0661["echo",1]',
        "4\x00",
        "42\x00",
    ),
    '42/visitor,123456789012345678901["echo",1]',
]


@pytest.mark.parametrize("packet", MALFORMED)
async def test_malformed_packets_change_nothing(live: Live, packet: str, caplog: pytest.LogCaptureFixture) -> None:
    async with visitor(live.url) as client, visitor(live.url) as other:
        if packet:
            await client.send(packet)
            assert await client.call("echo", 1) == {"ok": True, "data": 1}
        assert await other.call("echo", 2) == {"ok": True, "data": 2}
        assert [event for event in live.visitor.seen if event != "echo"] == []
    assert our_errors(caplog.records) == []


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "[1]",
        '["echo"',
        '["echo",]',
        '["echo",NaN]',
        "[null]",
        '"echo"',
        ".5",
        "x",
        "[" * 10_000,
        '[["a"]]',
        "",
        "{",
        "9",
    ],
)
async def test_malformed_event_with_a_number_is_answered_once(live: Live, body: str) -> None:
    async with visitor(live.url) as client:
        await client.send(f"42/visitor,12{body}" if body != "9" else f"42/visitor,12 {body}")
        assert (await client.acknowledged(ack=12))["error"]["code"] == "invalid"
        assert await client.call("echo", 1, ack=13) == {"ok": True, "data": 1}


async def test_binary_event_with_a_number_is_answered_invalid(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send('451-/visitor,12["echo",{"_placeholder":true,"num":0}]')
        await client.socket.send_bytes(b"\x00\xff")
        assert (await client.acknowledged(ack=12))["error"]["code"] == "invalid"
        assert await client.call("echo", 1, ack=13) == {"ok": True, "data": 1}
        assert live.visitor.seen == ["echo"]


@pytest.mark.parametrize("number", ["0", "00", "007", "99999999999999999999"])
async def test_numbers_come_back_as_they_were(live: Live, number: str) -> None:
    async with visitor(live.url) as client:
        await client.send(f'42/visitor,{number}["echo",1]')
        assert await client.text() == f'43/visitor,{number}[{{"ok":true,"data":1}}]'


@pytest.mark.parametrize("data", ["", ",null", ',7,"more",[]'])
async def test_missing_and_superfluous_data_goes_to_the_door(live: Live, data: str) -> None:
    async with visitor(live.url) as client:
        await client.send(f'42/visitor,1["echo"{data}]')
        assert await client.acknowledged() == {"ok": True, "data": 7 if "7" in data else None}


@pytest.mark.parametrize("event", ["connect", "disconnect", "connect_error", "", "a" * 5000, "բարև", "__init__"])
async def test_any_name_is_the_doors_matter(live: Live, event: str) -> None:
    async with visitor(live.url) as client:
        error = (await client.call(event, {"x": 1}))["error"]
        assert error["code"] == "invalid"
        assert live.visitor.seen == [event]
        assert len(live.visitor.sockets) == 1


async def test_too_long_message_closes_with_1009(live: Live) -> None:
    async with visitor(live.url) as client, visitor(live.url) as other:
        assert (await client.call("echo", "x" * 19_900))["ok"]
        await client.send("4" + "x" * 20_001)
        assert await client.ended() == 1009
        await live.visitor.went.get()
        assert (await other.call("echo", 1))["ok"]


async def test_client_says_goodbye(live: Live) -> None:
    async with visitor(live.url) as client:
        await client.send("1")
        await live.visitor.went.get()
        await client.ended()


async def test_shutting_down_lets_the_clients_come_back(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    async with visitor(live.url, {"rooms": ["a"]}) as client, raw(live.url):
        live.hub.emit("/visitor", ["a"], "last", {"words": True})
        closing = asyncio.create_task(live.hub.close_all())
        assert await client.event() == ("last", {"words": True})
        code = await client.ended()
        await closing
        assert code in (1001, 1006)  # and no Socket.IO disconnect, after which clients would stay away
        assert live.connections == 0
        assert len(live.visitor.sockets) == 0
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
