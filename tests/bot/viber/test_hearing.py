"""What Viber tells, in the form in which it tells it (https://developers.viber.com/docs/api/rest-bot-api): nothing is
lost, nothing is taken for a customer's word that is none, and only what is signed is heard."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.viber.webhook import Answer, ViberWebhook
from bot.viber.wire import ViberSettings, ViberWire
from conversation.channels import FarPerson, Heard, Place, Shared
from conversation.errors import Unavailable
from conversation.messages import Delivery
from conversation.ports import AddressKey
from tests.bot.telegram.conftest import Kept
from tests.viber_api import TOKEN, ViberApi, viber_api

DATA = Path(__file__).parents[2] / "data" / "viber"
ANI, HER = FarPerson("Անի Մ.", "hy"), "01234567890A="


@dataclass
class KeptHere(Kept):
    """Viber tells of receipts too."""

    receipts: list[tuple[str, str, Delivery, str]] = field(default_factory=list)

    async def hear_receipt(self, address: AddressKey, far_id: str, delivery: Delivery, why: str = "") -> bool:
        """How far it is."""
        self.receipts.append((address.value, far_id, delivery, why))
        return True


@dataclass
class Door:
    """A webhook, and what it hands in."""

    api: ViberApi
    kept: KeptHere
    webhook: ViberWebhook

    async def call(self, event: dict[str, Any]) -> Answer:
        """One call, signed."""
        body = json.dumps(event).encode()
        return await self.webhook.take(body, hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest())

    async def take(self, name: str) -> list[Heard]:
        """Calls with what is in a file; what was heard."""
        said = (DATA / f"{name}.json").read_text().replace("{base}", self.api.url.removesuffix("/pa"))
        for event in json.loads(said):
            status, answer = await self.call(event)
            assert (status, answer is None) == (200, event["event"] != "conversation_started"), event
        return self.kept.heard


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """As the product has it."""
    async with viber_api() as api:
        settings = ViberSettings(TOKEN, api.url, name="Salon")
        wire, kept = ViberWire(settings), KeptHere()
        webhook = ViberWebhook(settings, wire, kept, lambda language, _joined: f"Welcome {language}", 1024)
        yield Door(api, kept, webhook)
        await wire.close()


async def test_words(door: Door) -> None:
    plain, url, point, card, sticker, poll = await door.take("words")
    assert (plain.address.value, plain.id, plain.person, plain.text) == (HER, "5741311803571721087", ANI, "Բարև ձեզ 👋")
    assert (plain.at.year, plain.at.tzinfo is not None) == (2026, True)
    assert url.text == "https://shop.example/lamp"
    assert (point.kind, point.place) == ("location", Place(40.1776, 44.5126, "Cascade"))
    assert card.card == Shared("Մարիամ", "+37491000000", own=False), "nobody vouches that it is the sender's own"
    assert [(one.kind, one.text) for one in (sticker, poll)] == [
        ("unsupported", "[sticker]"), ("unsupported", "[poll2030]\nWhere to?"),
    ]  # fmt: skip
    assert door.kept.deeds == [("press", HER, "1.1", None)]


async def test_a_repeat_changes_nothing(door: Door) -> None:
    before = list(await door.take("words"))
    assert await door.take("words") == before


async def test_files(door: Door) -> None:
    for name in ("photo.jpg", "film.mp4", "slip"):
        door.api.files[name] = f"is {name}".encode()
    photo, film, slip, huge = await door.take("files")
    assert [(one.text, one.files) for one in (photo, film, slip)] == [("Այսպես", (1,)), ("", (2,)), ("", (3,))]
    assert door.kept.files == {"photo.jpg": b"is photo.jpg", "film.mp4": b"is film.mp4", "slip.pdf": b"is slip"}
    assert (huge.kind, huge.text, huge.files) == ("unsupported", "[huge.zip]", ())


async def test_a_file_that_cannot_be_fetched_leaves_a_note(door: Door) -> None:
    """Viber is asked to come again a few times; what was said with it is not lost for that."""
    event = json.loads((DATA / "words.json").read_text())[0]
    event["message"] = {"type": "picture", "media": "http://127.0.0.1:1/far/photo.jpg", "text": "Look"}
    assert [(await door.call(event))[0] for _ in range(5)] == [503, 503, 503, 503, 200]
    assert [(one.kind, one.text) for one in door.kept.heard] == [("unsupported", "[photo.jpg]\nLook")]


async def test_comings_and_receipts(door: Door) -> None:
    """What is not known to us, as ``client_status``, is passed over."""
    assert await door.take("comings") == []
    assert door.kept.deeds == [("came", HER, "Անի Մ.", "shop-window"), ("came", HER, "Անի Մ.", ""), ("left", HER)]
    assert door.kept.receipts == [
        (HER, "5741311803571720001", "delivered", ""),
        (HER, "5741311803571720001", "read", ""),
        (HER, "5741311803571720002", "failed", "failure description"),
    ]


async def test_who_opens_the_talk_is_welcomed_in_his_language(door: Door) -> None:
    opened = json.loads((DATA / "comings.json").read_text())[1]
    _, answer = await door.call(opened)
    assert answer is not None
    assert (answer["text"], answer["sender"]) == ("Welcome hy", {"name": "Salon"})


async def test_what_is_not_kept_comes_again_and_what_is_not_signed_is_not_heard(door: Door) -> None:
    event = json.loads((DATA / "words.json").read_text())[0]
    door.kept.fails = [Unavailable()]
    assert (await door.call(event))[0] == 503
    assert (await door.webhook.take(json.dumps(event).encode(), "0" * 64))[0] == 403
    assert (await door.webhook.take(json.dumps(event).encode(), "ä"))[0] == 403
    assert door.kept.heard == []
    assert (await door.call(event))[0] == 200
    assert len(door.kept.heard) == 1


SPOILED: list[Any] = [
    {},
    {"event": "message"},
    {"event": "message", "sender": 1, "message": []},
    [],
    {
        "event": "message",
        "message_token": 1,
        "sender": {"id": "a"},
        "message": {"type": "location", "location": {"lat": 10**400, "lon": 1}},
    },
]


@pytest.mark.parametrize("spoiled", SPOILED)
async def test_what_cannot_be_read_harms_nobody(door: Door, spoiled: Any) -> None:
    status, answer = await door.call(spoiled)
    assert (status in (200, 400), answer) == (True, None)
    assert door.kept.heard == []
