"""Log lines: for people, for programs, and never with rows of the database."""

import json
import logging
from functools import partial

import pytest
from sqlalchemy import TextClause, text

from barev.logs import JsonLines, TextLines, set_up
from conversation.errors import Rejected
from crm_store import Tx
from crm_store.engine import Store, StoreUrl, open_store
from tests.crm_store.conftest import sqlite_template
from tests.servers import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "sqlite_template"]


def record(message: str, *values: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    """A line to be formatted."""
    info = None if error is None else (type(error), error, error.__traceback__)
    made = logging.LogRecord("barev.worker", logging.ERROR, "x.py", 1, message, values, info)
    made.created = 1_795_608_000.25
    vars(made).update(extra)
    return made


def test_a_line_for_people() -> None:
    assert TextLines().format(record("%s failed", "it")) == "2026-11-25T12:00:00.250Z ERROR barev.worker: it failed"
    assert TextLines().format(record("it failed", conversation_id=5)).endswith(": it failed (conversation 5)")


def test_a_line_for_programs() -> None:
    line = JsonLines().format(record("a\nb %s", "Անի", conversation_id=5, error=ValueError("wrong")))
    assert "\n" not in line
    said = json.loads(line)
    assert said.pop("error").endswith("ValueError: wrong")
    assert said == {
        "at": "2026-11-25T12:00:00.250Z",
        "level": "error",
        "logger": "barev.worker",
        "message": "a\nb Անի",
        "conversation_id": 5,
    }


@pytest.mark.parametrize("words", [("loud", "text"), ("info", "xml")])
def test_unknown_words_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="is none of"):
        set_up(*words)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def test_an_error_of_the_store_does_not_tell_its_row(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither the parameters of a statement nor what the server says of the row."""
    if kind == "postgres":
        url = StoreUrl.parse(request.getfixturevalue("postgres_url"))
    else:
        url = StoreUrl(sqlite=tmp_path_factory.mktemp("store") / "barev.db")
    store: Store = await open_store(url)
    row = text("INSERT INTO counters (name, value) VALUES ('a secret word' || :more, :value)")
    same = row.bindparams(more="!", value=1)
    await store.writer.run(lambda tx: tx.execute(same))
    for statement in (same, row.bindparams(more="a secret word", value=None)):
        with pytest.raises(Rejected) as refusal:
            await store.writer.run(partial(run, statement))
        shown = [form.format(record("it failed", error=refusal.value)) for form in (TextLines(), JsonLines())]
        assert [line for line in shown if "a secret word!" in line or "worda secret" in line] == []
        assert [line for line in shown if "IntegrityError" not in line] == []
    await store.close()


def run(statement: TextClause, tx: Tx) -> None:
    """Executes it."""
    tx.execute(statement)
