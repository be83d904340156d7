"""Talks by SMS over a line that the product holds: an SMS centre, and a modem, beside the real product."""

import asyncio
import json
import uuid
from pathlib import Path

import pytest

from tests.clients import agent, connected, visitor
from tests.journeys.test_bot import TEXTS, prepare
from tests.journeys.test_codes import begin, say
from tests.journeys.test_letters import state_of
from tests.journeys.test_rights import office
from tests.letters import code_in
from tests.product import Product
from tests.sms_ends import FIRM, open_line_end

pytestmark = pytest.mark.slow
_LONG = "Ձեր այցը նշանակված է վաղը՝ ժամը 15:30-ին։ " * 6 + "😀"


@pytest.mark.parametrize("name", ["smpp", "modem"])
async def test_a_talk_over_a_line(name: str, tmp_path: Path, free_port: int) -> None:
    """There and back, reported; what is said while the line is down leaves when it is held again; the doctor knows."""
    async with open_line_end(name, tmp_path) as end:
        product = Product(tmp_path / "data", port=free_port, environment=end.settings)
        async with office(product, "owner:owner") as (owner,):
            desk = agent(product.address, owner.token)
            async with connected(desk), asyncio.timeout(120):
                await desk.get("hello")
                await end.ready()
                await end.say(FIRM, _LONG)
                seen = await desk.wait_for("message", lambda shown: shown["text"] == _LONG.strip())

                async def answer(text: str) -> int:
                    given = {"conversation_id": seen["conversation_id"], "client_id": str(uuid.uuid4()), "text": text}
                    return int((await desk.get("reply", given))["id"])

                async def becomes(message: int, delivery: str) -> None:
                    await desk.wait_for(
                        "message_changed", lambda shown: shown["id"] == message and shown["delivery"] == delivery
                    )

                count = len(await end.taken(0))
                first = await answer(_LONG)
                await becomes(first, "sent")
                assert (FIRM, _LONG.strip()) in [(to, text.strip()) for to, text in await end.taken(count + 1)]
                await end.report()
                await becomes(first, "delivered")

                await end.gone()
                second = await answer("Պատասխան գծից հետո")
                found = {one["check"]: one for one in json.loads(product.run("doctor", "--json").stdout)}
                assert found["sms_missing"]["state"] == "wrong"
                assert "secret" not in json.dumps(found)
                await end.back()
                await becomes(second, "sent")
                found = {one["check"]: one for one in json.loads(product.run("doctor", "--json").stdout)}
                assert "sms_missing" not in found
                assert [text for _, text in await end.taken(0)].count("Պատասխան գծից հետո") == 1
        assert "secret" not in product.log
        assert FIRM not in product.log


async def test_what_comes_again_is_one_and_what_is_said_twice_is_two(tmp_path: Path, free_port: int) -> None:
    """An SMS centre gives messages no names: whether its line was lost in between tells."""
    async with open_line_end("smpp", tmp_path) as end:
        product = Product(tmp_path / "data", port=free_port, environment=end.settings)
        async with office(product, "owner:owner") as (owner,), asyncio.timeout(60):
            await end.ready()
            await end.say(FIRM, "да")
            await end.say(FIRM, "да")
            await end.gone()
            await end.back()
            await end.ready()
            for _ in range(3):
                await end.say(FIRM, "да")
            (talk,) = (await owner.get("/conversations"))["items"]
            shown = (await owner.get(f"/conversations/{talk['id']}/messages"))["items"]
            said = [one["text"] for one in shown if one["author"]["kind"] == "visitor"]
            assert said == ["да", "да", "да"]
            assert await end.taken(0) == []  # nothing went to the centre that would have proved more


@pytest.mark.kill
@pytest.mark.parametrize("name", ["smpp", "modem"])
async def test_parts_of_what_is_said_outlive_a_kill(name: str, tmp_path: Path, free_port: int) -> None:
    """Killed between two parts of one text: the text is whole, and there once."""
    async with open_line_end(name, tmp_path) as end:
        product = Product(tmp_path / "data", port=free_port, environment=end.settings)
        async with office(product, "owner:owner"), asyncio.timeout(60):
            await end.ready()
            await end.say(FIRM, _LONG, reference=9, only=(1, 3))
            await product.kill()
        await end.gone()
        await end.back()
        async with office(product, "owner:owner") as (owner,), asyncio.timeout(60):
            await end.ready()
            await end.say(FIRM, _LONG, reference=9, only=(2, 4))
            desk = agent(product.address, owner.token)
            async with connected(desk):
                hello = await desk.get("hello")
                shown = [one["id"] for one in hello["conversations"]]
                if not shown:
                    shown = [(await desk.wait_for("message", lambda one: bool(one["text"])))["conversation_id"]]
                told = await owner.get(f"/conversations/{shown[0]}/messages")
                words = [one["text"] for one in told["items"] if one["author"]["kind"] == "visitor"]
                assert words == [_LONG.strip()]


@pytest.mark.parametrize("name", ["smpp", "modem"])
async def test_codes_go_by_the_same_line(name: str, tmp_path: Path, free_port: int) -> None:
    """Asked for while nobody is there, a code leaves when the line is held again, and proves the phone."""
    async with open_line_end(name, tmp_path) as end:
        product = Product(tmp_path / "data", port=free_port, environment=end.settings)
        async with office(product, "owner:owner") as (owner,), asyncio.timeout(120):
            await prepare(owner)
            await end.ready()
            await end.gone()
            guest = visitor(product.address)
            async with connected(guest):
                await begin(guest)
                await say(guest, "sign in", "ask.reach")
                await say(guest, FIRM, "code.sent")
                await end.back()
                code = code_in((await end.taken(1))[0][1])
                assert TEXTS.get("en", "flow.identify.proven") in await say(guest, code)
            await state_of(owner, FIRM, "sent")
            assert len(await end.taken(0)) == 1
        assert code not in product.log
