"""The starter model as it is shipped: the corpus gives it back, and it does what it is there for."""

import numpy as np
import pytest

from routing.understanding.corpus import INTENTS, read_corpus
from routing.understanding.engine import BuiltIn
from routing.understanding.model import STARTER, load_model
from routing.understanding.starter import train_starter
from tests.routing.understanding.made import FRAME

MOST_BYTES = 5 * 1024 * 1024


@pytest.mark.slow
def test_the_corpus_gives_the_shipped_model_back() -> None:
    shipped, shipped_reader = load_model()
    made, reader = train_starter(read_corpus())
    assert made.intents == shipped.intents
    assert reader.sounds == shipped_reader.sounds
    assert reader.lexicons == shipped_reader.lexicons
    # another machine adds floats in another order, which may move a weight by a step
    for ours, theirs in (
        (made.tier0.linear, shipped.tier0.linear),
        (reader.languages.linear, shipped_reader.languages.linear),
    ):
        assert np.mean(np.abs(ours.rows.astype(int) - theirs.rows.astype(int)) <= 1) > 0.99
    assert made.alone.threshold == pytest.approx(shipped.alone.threshold, abs=0.05)


def test_it_is_small_and_knows_every_starter_intent() -> None:
    assert STARTER.stat().st_size <= MOST_BYTES
    assert load_model()[0].intents == tuple(sorted(INTENTS))


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("хочу записаться на стрижку завтра", "ru", "book"),
        ("hochu zapisatsya na strizhku", "ru", "book"),
        ("ցանկանում եմ գրանցվել վաղը", "hy", "book"),
        ("inch arje manikyury", "hy", "price"),
        ("узум ем гранцвел", "hy", "book"),
        ("რა ღირს მანიკური", "ka", "price"),
        ("chamweret xval", "ka", "book"),
        ("ертеңге жазылайын деп едім", "kk", "book"),
        ("zhazylaiyn dep edim", "kk", "book"),
        ("where is my order", "en", "order_status"),
        ("there is no hot water in our house", "en", "report_fault"),
        ("кто выиграл вчера матч", "ru", None),
    ],
)
def test_plain_messages_are_understood(text: str, language: str, intent: str | None) -> None:
    model, reader = load_model()
    understood = BuiltIn(model, reader).understand(text, FRAME)
    assert (understood.language, understood.intent) == (language, intent)
