"""Answers in free words come from what the firm has written, name it, and are never in the way."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from conversation.errors import Unavailable
from conversation.messages import Json, Language
from routing.flows.ports import FreeAnswer, Passage
from routing.free_answers import ModelAnswers
from tests.routing.far_sides import standing_in

PARKING = Passage("Parking", "There is free parking for 12 cars behind the house.", "/help/en/parking")
PETS = Passage("Pets", "Dogs are welcome.")


class Written:
    """What a firm has written down."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    def find(self, text: str, language: Language) -> Sequence[Passage]:
        """All of it."""
        return self._passages


def saying(content: str) -> Json:
    """A model's answer."""
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


async def ask(
    said: Json | int | bytes, *passages: Passage, timeout_s: float = 20.0
) -> tuple[FreeAnswer | None, list[Json]]:
    """A question to a model that says so, and what it was asked."""
    async with standing_in(lambda _body: said) as server:
        model = ModelAnswers(f"{server.url}/v1", "tiny", "secret", Written(*passages), timeout_s)
        answer = await asyncio.to_thread(model.answer, "where can I leave my car?", "en")
    assert all(path == "/v1/chat/completions" for path in server.paths)
    assert all(key == "Bearer secret" for key in server.keys)
    return answer, server.asked


async def test_the_answer_names_the_passage_that_it_is_from() -> None:
    """The model is given the firm's passages and the question, and nothing of the customer's."""
    said = saying('Sure: {"passage": 2, "answer": "Behind the house, for 12 cars."}')
    answer, (asked,) = await ask(said, PETS, PARKING)
    assert answer == FreeAnswer("Behind the house, for 12 cars.", PARKING)
    assert isinstance(asked, dict)
    assert (asked["model"], asked["temperature"]) == ("tiny", 0)
    messages = json.dumps(asked["messages"])
    assert "free parking for 12 cars" in messages
    assert "where can I leave my car?" in messages


@pytest.mark.parametrize(
    "content",
    [
        '{"passage": null, "answer": ""}',
        '{"passage": 3, "answer": "In the yard."}',
        '{"passage": true, "answer": "In the yard."}',
        '{"passage": 1, "answer": "  "}',
        '{"passage": 1, "answer": "It costs 500 drams."}',
        '{"passage": 1, "answer": 5}',
        '{"passage": 1, "answer": "' + "word " * 300 + '"}',
        "Behind the house.",
        '{"passage": 1, "answer": ',
        "{" * 5000 + "}" * 5000,
    ],
    ids=["none", "no such", "odd", "empty", "invented number", "no words", "long", "no source", "cut", "deep"],
)
async def test_what_cannot_be_checked_is_not_said(content: str) -> None:
    """No passage, no words, a number that nobody has written."""
    assert (await ask(saying(content), PARKING))[0] is None


@pytest.mark.parametrize("said", [500, b"no", [], {}, {"choices": []}, {"choices": [{"message": None}]}, None])
async def test_its_failure_is_no_answer(said: Json | int | bytes) -> None:
    """Nor is nothing within the time."""
    assert (await ask(said, PARKING, timeout_s=0.3 if said is None else 20.0))[0] is None


async def test_without_a_passage_nobody_is_asked() -> None:
    """Nor where the firm's knowledge cannot be reached."""
    answer, asked = await ask(saying('{"passage": 1, "answer": "Yes."}'))
    assert (answer, asked) == (None, [])

    class Away:
        """Out of reach."""

        def find(self, text: str, language: Language) -> Sequence[Passage]:
            raise Unavailable

    assert ModelAnswers("http://127.0.0.1:1", "", "", Away()).answer("where?", "en") is None
