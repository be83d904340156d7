"""The driver of SMS over HTTP, against a gateway of its own."""

import asyncio
import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from bot.sms.driver import SmsOut
from bot.sms.http import HttpSms, HttpSmsSettings, check
from conversation.errors import ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain
from tests.letters import Gateway, sms_gateway

SMS = SmsOut("id-1", "+37477123456", 'Салон "Ани" {to}: код 123456 & \\ 100%\nжмите', "ucs2")


async def send(gateway: Gateway, one: SmsOut = SMS, **given: object) -> str:
    """One message by a driver with these settings."""
    settings = HttpSmsSettings(gateway.url)
    return await HttpSms(replace(settings, **given)).send(one)  # type: ignore[arg-type]  # fields of the settings


async def test_json_is_the_usual_body() -> None:
    """Whatever is in a text arrives as it is, and no text is read as a template."""
    async with sms_gateway() as gateway:
        await send(gateway, headers=("Authorization: Bearer k:e:y", "X-Id: {id}"))
        (asked,) = gateway.requests
        assert asked.json == {"to": SMS.to, "text": SMS.text, "id": "id-1"}
        assert asked.headers["Authorization"] == "Bearer k:e:y"
        assert asked.headers["X-Id"] == "id-1"


async def test_other_gateways() -> None:
    """A form, a query, a body of one's own."""
    async with sms_gateway() as gateway:
        await send(gateway, kind="form", body="phone={to_digits}&message={text}&sender=Salon")
        await send(gateway, method="GET", url=gateway.url + "?key=s3&phone={to}&text={text}")
        await send(gateway, body='{"messages": [{"recipient": "{to_digits}", "body": "{text}"}]}')
        form, query, own = gateway.requests
        assert parse_qs(form.body) == {"phone": ["37477123456"], "message": [SMS.text], "sender": ["Salon"]}
        assert (query.method, query.query) == ("GET", {"key": "s3", "phone": SMS.to, "text": SMS.text})
        assert json.loads(own.body)["messages"][0]["body"] == SMS.text


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (200, '{"status": "accepted"}', None),
        (202, "accepted", None),
        (200, "no money left on 12345678", ChannelRejected),
        (400, "wrong number", ChannelRejected),
        (401, "who are you", ChannelUnavailable),
        (429, "slower", ChannelUnavailable),
        (503, "later", ChannelUnavailable),
        (500, "oops", ChannelUncertain),
        (302, "", ChannelRejected),
    ],
)
async def test_what_an_answer_means(status: int, said: str, error: type[ChannelError] | None) -> None:
    """By status, and by words where the settings name some; no reason repeats the text or a number."""
    async with sms_gateway() as gateway:
        gateway.answers.append((status, f"{said} {SMS.text}" if error else said, {"Retry-After": "7"}))
        if error is None:
            await send(gateway, accepted="accepted")
            return
        with pytest.raises(error) as raised:
            await send(gateway, accepted="accepted")
        assert str(status) in str(raised.value)
        assert not [secret for secret in ("123456", "12345678", "Ани") if secret in str(raised.value)]
        if isinstance(raised.value, ChannelUnavailable):
            assert raised.value.retry_after_s == 7.0


async def test_no_answer_is_a_doubt_and_no_connection_is_none() -> None:
    """Only what was said to nobody is sure not to have arrived."""
    async with sms_gateway() as gateway:
        gateway.held = asyncio.Event()
        with pytest.raises(ChannelUncertain):
            await send(gateway, timeout_s=0.3)
    with pytest.raises(ChannelUnavailable):
        await send(gateway)  # it is gone


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"url": "gateway.example"}, "sms.url"),
        ({"method": "BREW"}, "sms.method"),
        ({"kind": "xml"}, "sms.kind"),
        ({"headers": (": x",)}, "sms.headers"),
        ({"accepted": "("}, "sms.accepted"),
        ({"body": '{"to": "{to}"}'}, "{text}"),
        ({"method": "GET"}, "{to} and {text}"),
        ({"body": '{"to": {to}, "text": "{text}'}, "JSON"),
        ({}, None),
        ({"kind": "form", "body": "a={to_digits}&b={text}"}, None),
    ],
)
def test_settings_are_checked(given: dict[str, object], wrong: str | None) -> None:
    """In one plain line."""
    found = check(replace(HttpSmsSettings("https://gateway.example/send"), **given))  # type: ignore[arg-type]  # its fields
    assert found is None if wrong is None else found is not None and wrong in found
