"""A Rasa server says what is wanted; while it does not answer, the engine here does."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from conversation.messages import Json
from routing.understanding.entities.gazetteer import Gazetteer
from routing.understanding.far_side import Breaker
from routing.understanding.local import Local
from routing.understanding.rasa import Rasa
from routing.understanding.understood import Understood
from tests.routing.far_sides import standing_in
from tests.routing.understanding.made import FRAME

TEXT = "запишите на чистку салона завтра в 3"
SAID: Json = {
    "text": TEXT,
    "intent": {"name": "detailing", "confidence": 0.91},
    "intent_ranking": [
        {"name": "book", "confidence": 0.05},
        {"name": "detailing", "confidence": 0.91},
        {"name": "nlu_fallback", "confidence": 0.04},
    ],
    "entities": [
        {"entity": "service", "start": 12, "end": 25, "value": "detailing-1"},
        {"entity": "time", "start": 26, "end": 36, "value": "25 December"},
        {"entity": "name", "start": 26, "end": 32, "value": "over the time"},
        {"entity": "service", "start": 30, "end": 99, "value": "no such place"},
        {"entity": "colour", "start": 0, "end": 3, "value": "red"},
        "nonsense",
    ],
}


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """The engine here, by the first tier."""
    one = Local(lambda: Gazetteer(()), sentences=False)
    yield one
    one.close()


async def ask(rasa: Rasa, text: str = TEXT) -> Understood:
    """As the bot does: from a thread."""
    return await asyncio.to_thread(rasa.understand, text, FRAME)


async def test_it_says_what_is_wanted_and_dates_are_ours(local: Local) -> None:
    """Its intents and its own entities; language and times as they are found here."""
    async with standing_in(lambda _body: SAID) as server:
        understood = await ask(Rasa(f"{server.url}/?token=x", local))
    assert server.asked == [{"text": TEXT}]
    assert server.paths == ["/model/parse?token=x"]
    assert (understood.language, understood.intent, understood.confidence) == ("ru", "detailing", 0.91)
    assert [one.intent for one in understood.ranking] == ["detailing", "book"]
    assert [(one.kind, one.text) for one in understood.entities] == [
        ("service", "чистку салона"),
        ("time", "завтра в 3"),
    ]
    assert understood.entities[1].as_json()["value"] == {
        "from": "2026-11-25T15:00",
        "to": None,
        "grain": "hour",
        "ambiguous": False,
    }


async def test_its_fallback_is_out_of_scope(local: Local) -> None:
    said: Json = {"intent": {"name": "nlu_fallback", "confidence": 0.7}}
    async with standing_in(lambda _body: said) as server:
        understood = await ask(Rasa(server.url, local))
    assert (understood.intent, understood.ranking) == (None, ())


@pytest.mark.parametrize(
    "said",
    [500, 404, b"not json", b"[" * 100_000, b"x" * (1 << 21), [], {}, {"intent": None}, {"intent": {"name": 5}}, None],
    ids=["500", "404", "text", "deep", "large", "list", "empty", "null", "odd", "silent"],
)
async def test_whatever_else_it_says_the_engine_here_answers(local: Local, said: Json | int | bytes) -> None:
    """A failure, nonsense, or nothing within the time."""
    async with standing_in(lambda _body: said) as server:
        understood = await ask(Rasa(server.url, local, timeout_s=0.3 if said is None else 20))
    assert (understood.intent, len(server.asked)) == ("book", 1)


async def test_who_fails_again_and_again_is_left_in_peace(local: Local, caplog: pytest.LogCaptureFixture) -> None:
    """After three failures it is asked no more for a while; then once; and when it answers, as before. The log says
    when it went away and when it came back, once each."""
    caplog.set_level(logging.WARNING)
    works = False
    async with standing_in(lambda _body: SAID if works else 500) as server:
        rasa = Rasa(server.url, local, breaker=Breaker("the Rasa server", pause_s=3600))
        for _ in range(5):
            assert (await ask(rasa)).intent == "book"
        assert len(server.asked) == 3
        again = Breaker("the Rasa server", pause_s=0)
        rasa = Rasa(server.url, local, breaker=again)
        for _ in range(4):
            assert (await ask(rasa)).intent == "book"
        works = True
        assert [(await ask(rasa)).intent for _ in range(2)] == ["detailing"] * 2
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "answers again" in line] == ["the Rasa server answers again"]
    assert sum("does not answer" in line for line in said) == 2  # one of each breaker


async def test_a_server_that_is_not_there(local: Local) -> None:
    assert (await ask(Rasa("http://127.0.0.1:1", local))).intent == "book"
