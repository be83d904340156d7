"""What is sent to Telegram: as what it is, within its limits; and what its errors mean."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from conversation.channels import FileOut, Piece
from conversation.errors import (
    ChannelBlocked,
    ChannelError,
    ChannelRejected,
    ChannelUnavailable,
    ChannelUncertain,
)
from conversation.messages import Button
from tests.bot.telegram.conftest import DATA, Door, opened
from tests.telegram_api import Person, Refused

ANI = Person(4711)
HELLO = Piece("barev-1-0", "4711", "Hello")


@pytest.fixture
async def known(door: Door) -> Door:
    """A door that Ani has written to."""
    door.api.strict = False
    door.api.message(ANI, text="Barev")
    return door


async def test_texts_and_buttons(known: Door) -> None:
    (first,) = [key[1] for key in known.api.messages]
    buttons = (Button("7.0", "Today"), Button("7.1", "Tomorrow"), Button("7.2", "Never"), Button("7.3", "Call me"))
    sent = await known.carrier.send(HELLO._replace(text="*not bold* <b>_[x](y)", buttons=buttons, quote=str(first)))
    (shown,) = known.api.sent
    assert (str(shown["message_id"]), shown["text"]) == (sent.id, "*not bold* <b>_[x](y)")
    assert shown["reply_to_message"]["message_id"] == first
    keys = shown["reply_markup"]["inline_keyboard"]
    assert [[key["callback_data"] for key in row] for row in keys] == [["7.0", "7.1", "7.2"], ["7.3"]]
    await known.carrier.send(HELLO._replace(buttons=(Button("7.0", "A label that is long"), buttons[1]), quote="99999"))
    assert [len(row) for row in known.api.sent[-1]["reply_markup"]["inline_keyboard"]] == [1, 1]
    assert "reply_to_message" not in known.api.sent[-1]
    await known.carrier.edit(sent.id, HELLO._replace(text="Other words", buttons=buttons[:1]))
    await known.carrier.edit(sent.id, HELLO._replace(text="Other words", buttons=buttons[:1]))
    assert shown["text"] == "Other words"
    for _ in range(2):
        await known.carrier.delete("4711", sent.id)
    assert (4711, int(sent.id)) not in known.api.messages
    with pytest.raises(ChannelRejected):
        await known.carrier.edit(sent.id, HELLO)


async def test_files_go_as_what_they_are(known: Door, tmp_path: Path) -> None:
    kinds = {
        "image/png": "photo",
        "image/gif": "animation",
        "audio/ogg": "voice",
        "audio/mpeg": "audio",
        "video/mp4": "video",
        "application/pdf": "document",
        "image/webp": "document",
    }
    picture = DATA / "dot.png"
    for number, (mime, kind) in enumerate(kinds.items()):
        path = picture
        if kind != "photo":
            path = tmp_path / str(number)
            path.write_bytes(f"is {kind}".encode())
        file = FileOut(number, "Գին.x", mime, path.stat().st_size, path)
        named = await known.carrier.send(HELLO._replace(text="Here", file=file))
        shown = known.api.sent[-1]
        assert (kind in shown, shown["caption"], str(shown["message_id"])) == (True, "Here", named.id)
        if kind != "photo":
            assert shown[kind]["file_name"] == "Գին.x"
    paper = FileOut(9, "slip.pdf", "application/pdf", 69, picture)
    sent = await known.carrier.send(HELLO._replace(text="Here", file=paper))
    await known.carrier.edit(sent.id, HELLO._replace(text="There", file=paper))
    assert known.api.sent[-1]["caption"] == "There"
    odd = tmp_path / "odd"
    odd.write_bytes(b"no picture")
    await known.carrier.send(HELLO._replace(text="", file=FileOut(9, "odd.png", "image/png", 10, odd)))
    assert "document" in known.api.sent[-1]
    large = FileOut(10, "large.png", "image/png", 11 * 1024 * 1024, picture)
    await known.carrier.send(HELLO._replace(file=large))
    assert "document" in known.api.sent[-1]
    with pytest.raises(ChannelUnavailable):
        await known.carrier.send(HELLO._replace(file=FileOut(1, "x", "image/png", 1, tmp_path / "not there")))


async def test_the_owners_own_account(known: Door) -> None:
    to = "4711@Bc-on_1aZ"
    sent = await known.carrier.send(HELLO._replace(to=to))
    assert known.api.sent[-1]["business_connection_id"] == "Bc-on_1aZ"
    await known.carrier.show_typing(to)
    await known.carrier.delete(to, sent.id)
    asked = dict(known.api.asked)
    assert asked["sendChatAction"]["business_connection_id"] == "Bc-on_1aZ"
    assert asked["deleteBusinessMessages"] == {"business_connection_id": "Bc-on_1aZ", "message_ids": [int(sent.id)]}
    with pytest.raises(ChannelRejected):
        await known.carrier.send(HELLO._replace(to="ani"))


ERRORS: list[tuple[Refused, type[ChannelError]]] = [
    (Refused(403, "Forbidden: bot was blocked by the user"), ChannelBlocked),
    (Refused(403, "Forbidden: user is deactivated"), ChannelBlocked),
    (Refused(400, "Bad Request: chat not found"), ChannelRejected),
    (Refused(413, "Request Entity Too Large"), ChannelRejected),
    (Refused(401, "Unauthorized"), ChannelUnavailable),
    (Refused(409, "Conflict: terminated by other getUpdates request"), ChannelUnavailable),
    (Refused(429, "Too Many Requests: retry after 7", retry_after=7), ChannelUnavailable),
    (Refused(500, "Internal Server Error"), ChannelUncertain),
    (Refused(502, "Bad Gateway"), ChannelUncertain),
]


async def test_what_errors_mean(known: Door, said: pytest.LogCaptureFixture) -> None:
    for refused, kind in ERRORS:
        known.api.fails["sendMessage"] = [refused]
        with pytest.raises(kind) as caught:
            await known.carrier.send(HELLO)
        assert type(caught.value) is kind, refused
        assert known.client.settings.token not in str(caught.value)
    assert known.api.sent == []
    known.api.fails["deleteMessage"] = [Refused(502, "Bad Gateway")]
    with pytest.raises(ChannelUnavailable):
        await known.carrier.delete("4711", "1")
    assert known.client.settings.token not in repr(known.client) + repr(known.client.settings)


async def test_left_alone_by_one_or_by_all(known: Door) -> None:
    known.api.message(Person(4712), text="Barev")
    waits = []
    for chat in ("4711", "4711", "4712"):
        known.api.fails["sendMessage"] = [Refused(429, "Too Many Requests: retry after 30", retry_after=30)]
        with pytest.raises(ChannelUnavailable) as caught:
            await known.carrier.send(HELLO._replace(to=chat))
        waits.append((caught.value.retry_after_s, caught.value.for_all))
    assert waits == [(30.0, False), (30.0, False), (30.0, True)]


async def test_no_answer_and_nobody_there(said: pytest.LogCaptureFixture) -> None:
    async with opened(timeout_s=0.5) as door:
        door.api.message(ANI, text="Barev")
        door.api.held = asyncio.Event()
        with pytest.raises(ChannelUncertain):
            await door.carrier.send(HELLO)
        assert len(door.api.sent) == 1
    async with opened(api_url="http://127.0.0.1:1") as door:
        asking: list[Callable[[], Awaitable[object]]] = [lambda: door.carrier.send(HELLO), door.client.name]
        for ask in asking:
            with pytest.raises(ChannelUnavailable) as caught:
                await ask()
            assert caught.value.for_all


@pytest.mark.parametrize("token", ["", "no token", "12:short/../x", "4242:AAH-another_token-of_the-tests_0123456"])
async def test_a_token_that_is_none(token: str) -> None:
    async with opened(token=token) as door:
        with pytest.raises(ChannelRejected, match=r"telegram\.token is wrong"):
            await door.polling.listen()


async def test_two_who_ask(door: Door) -> None:
    other = asyncio.create_task(door.client.updates(0, (), 20))
    await door.api.until(lambda: door.api._poller is not None)
    first = door.api._poller
    mine = asyncio.create_task(door.client.updates(0, (), 1))
    await door.api.until(lambda: door.api._poller is not first)
    with pytest.raises(ChannelUnavailable, match="another program"):
        await other
    assert await mine == []


@pytest.mark.slow
def test_nothing_is_loaded_before_it_is_used() -> None:
    """Who has no bot does not pay for one; nor does a start, before something is sent."""
    look = """
import sys, barev.wiring
from bot.telegram.door import make_door
make_door
sys.exit(not {"telegram", "httpx"}.isdisjoint(sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
