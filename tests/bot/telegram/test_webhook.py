"""Telegram calls: only it is let in, and it is told that a word was taken only after it is kept."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from bot.telegram.listener import Webhook
from bot.telegram.settings import PATH, TelegramSettings, check
from conversation.errors import Rejected, Unavailable
from tests.bot.telegram.conftest import opened, recorded
from tests.telegram_api import TOKEN


async def test_what_telegram_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with opened(webhook_url="http://127.0.0.1:8080/") as door:
        webhook, app = Webhook(door.client, door.hearing), web.Application()
        webhook.add_to(app)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        secret = {"X-Telegram-Bot-Api-Secret-Token": door.client.settings.secret}
        (said,) = (one for one in recorded("words") if "forward_origin" not in one["message"] and "👋" in str(one))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as far:

            async def call(body: object, headers: dict[str, str]) -> int:
                async with far.post(PATH, json=body, headers=headers) as answer:
                    return answer.status

            guesses: list[dict[str, str]] = [{}, {"X-Telegram-Bot-Api-Secret-Token": "ա"}]
            assert [await call(said, one) for one in guesses] == [403, 403]
            broken: list[object] = [[], "?"]
            assert [await call(one, secret) for one in broken] == [400, 400]
            door.kept.fails = [Unavailable(), Rejected("invalid", "error.text_empty")]
            assert [await call(said, secret) for _ in range(4)] == [503, 200, 200, 200]
            assert [one.id for one in door.kept.heard] == ["302"]
            for odd in ({"chat": 7}, {**said["message"], "date": 10**30}):
                assert await call({"update_id": "?", "message": odd}, secret) == 200
        await runner.cleanup()
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_telegram_is_told_where_to_call() -> None:
    async with opened(webhook_url="http://127.0.0.1:8080") as door:
        listening = asyncio.create_task(Webhook(door.client, door.hearing).listen())
        (given,) = await door.api.asked_for("setWebhook")
        listening.cancel()
        assert given["url"] == f"http://127.0.0.1:8080{PATH}"
        assert given["secret_token"] == door.client.settings.secret
        assert given["secret_token"] not in TOKEN


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, None),
        ({"webhook_url": "https://chat.example.am"}, None),
        ({"webhook_url": "http://chat.example.am"}, "telegram.webhook_url"),
        ({"webhook_url": "http://chat.example.am", "api_url": "http://127.0.0.1:8081"}, None),
        ({"api_url": "127.0.0.1:8081"}, "telegram.api_url"),
        ({"api_url": "http://[::1"}, "telegram.api_url"),
    ],
)
def test_words_that_will_not_do(given: dict[str, str], wrong: str | None) -> None:
    told = check(TelegramSettings(token=TOKEN, **given))  # type: ignore[arg-type]  # texts only
    assert (told or "").partition(":")[0] == (wrong or "")


def test_where_it_calls() -> None:
    for given, whole in (
        ("https://a.am", f"https://a.am{PATH}"),
        ("https://a.am/", f"https://a.am{PATH}"),
        ("https://a.am/far/t", "https://a.am/far/t"),
    ):
        assert TelegramSettings(TOKEN, webhook_url=given).called_at == whole
