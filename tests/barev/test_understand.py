"""``barev understand``: messages in, one JSON object a line out."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from barev.cli import main


def answers(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert main(["understand", "--fast", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_words_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    booking, other = answers(["хочу записаться на завтра", "what is the capital of Brazil"], capsys)
    assert list(booking) == ["text", "language", "intent", "confidence", "ranking", "entities"]
    assert (booking["text"], booking["language"], booking["intent"]) == ("хочу записаться на завтра", "ru", "book")
    assert other["intent"] is None
    assert other["ranking"]


def test_a_line_of_input_is_a_message(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    raw = "inch arje manikyury\r\n\nраз\x00два \n".encode() + b"\xff\xfe broken\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
    first, *rest = answers([], capsys)
    assert (first["text"], first["intent"]) == ("inch arje manikyury", "price")
    assert [one["text"] for one in rest] == ["", "раз\x00два ", "\ufffd\ufffd broken"]


def test_examples_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {
        "tea": ["a cup of tea", "green tea please", "tea with lemon"],
        "coffee": ["one coffee", "black coffee", "latte"],
    }
    rows = [{"text": text, "intent": intent} for intent, texts in said.items() for text in texts]
    file = tmp_path / "drinks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    [answer] = answers(["--examples", str(file), "tea please"], capsys)
    ranking = answer["ranking"]
    assert isinstance(ranking, list)
    assert [one["intent"] for one in ranking] == ["tea", "coffee"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--examples", "no-such-file.jsonl", "x"], "no-such-file.jsonl: cannot be read"),
        (["--timezone", "Mars/Olympus", "x"], "'Mars/Olympus' is no time zone"),
    ],
)
def test_words_that_are_off(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understand", "--fast", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("now", ["yesterday", "2026-11-24T10:00+04:00"])
def test_a_time_that_is_none(now: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["understand", "--now", now, "x"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
