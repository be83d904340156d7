"""``barev understand``: messages in, one JSON object a line out."""

import asyncio
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from barev.cli import main
from business.hours.week import DAYS
from business.team.accounts import Accounts, AccountSettings
from business.team.founding import Firm, found_business
from conversation import clock
from crm_store.engine import StoreUrl, open_store
from crm_store.working_hours import FIRM, Kept, put


def answers(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert main(["understand", "--fast", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_words_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    booking, other = answers(["хочу записаться на завтра", "what is the capital of Brazil"], capsys)
    assert list(booking) == ["text", "language", "intent", "confidence", "ranking", "entities"]
    assert (booking["text"], booking["language"], booking["intent"]) == ("хочу записаться на завтра", "ru", "book")
    assert other["intent"] is None
    assert other["ranking"]


def test_what_a_message_names(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Times on the wall of the frame, a day with its hour as one; phones, money, names, services; none overlaps."""
    frame = ["--now", "2026-11-24T10:00", "--timezone", "Asia/Yerevan", "--data", str(tmp_path)]
    text = "Haircut on Friday at 3 for 5000 dram, my name is Anna, 077 123456"
    [answer] = answers([*frame, text], capsys)
    entities = answer["entities"]
    assert isinstance(entities, list)
    assert [(one["kind"], one["text"]) for one in entities] == [
        ("service", "Haircut"),
        ("time", "Friday at 3"),
        ("money", "5000 dram"),
        ("name", "Anna"),
        ("phone", "077 123456"),
    ]
    assert all(set(one) == {"kind", "text", "start", "end", "value"} for one in entities)
    assert all(text[one["start"] : one["end"]] == one["text"] for one in entities)
    assert entities[1]["value"] == {"from": "2026-11-27T15:00", "to": None, "grain": "hour", "ambiguous": False}
    [answer] = answers([*frame[:2], "--timezone", "Asia/Almaty", "завтра в 9"], capsys)
    entities = answer["entities"]
    assert isinstance(entities, list)
    assert entities[0]["value"] == {"from": "2026-11-25T09:00", "to": None, "grain": "hour", "ambiguous": True}


@pytest.mark.slow
def test_the_businesss_own_hours_and_people_count(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where there is a store; it is read as it is."""
    asyncio.run(_make_firm(tmp_path))
    words = ["--now", "2026-11-24T07:00", "--data", str(tmp_path), "tomorrow at 9 with Anahit"]
    [answer] = answers(words, capsys)
    entities = answer["entities"]
    assert isinstance(entities, list)
    assert [(one["kind"], one["text"]) for one in entities] == [("time", "tomorrow at 9"), ("staff", "Anahit")]
    assert entities[0]["value"] == {"from": "2026-11-25T09:00", "to": None, "grain": "hour", "ambiguous": False}


async def _make_firm(folder: Path) -> None:
    """Open from 8 to 17, with an Anahit."""
    store = await open_store(StoreUrl(sqlite=folder / "barev.db"))
    await found_business(store, Firm("Firm", "Asia/Yerevan", "AM", "hy"))
    await Accounts(store, AccountSettings(30, 8, 10, 100, 60.0)).add_user(
        "anahit", "a-long-password", "agent", "Անահիտ Սարգսյան", "hy"
    )
    kept = Kept({day: [["08:00", "17:00"]] for day in DAYS}, None, None)
    await store.writer.run(lambda tx: put(tx, FIRM, kept, clock.now()))
    await store.close()


def test_a_store_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And the message is answered without it."""
    (tmp_path / "barev.db").write_bytes(b"no store")
    assert main(["understand", "--fast", "--data", str(tmp_path), "hello"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["intent"] == "greet"
    assert "the business's own hours and names are left out" in said.err
    assert said.err.count("\n") == 1


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
