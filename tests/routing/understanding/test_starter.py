"""The starter model as it is shipped: the corpus gives it back, and it does what it is there for."""

import numpy as np
import pytest

from routing.understanding.corpus import INTENTS, fingerprint, read_corpus
from routing.understanding.engine import BuiltIn
from routing.understanding.features import Weights
from routing.understanding.linear import Linear
from routing.understanding.model import STARTER, load_model
from routing.understanding.reading import sounds_of
from routing.understanding.romanised import make_lexicon
from routing.understanding.tier0 import SPELLED_WEIGHT, train_tier0
from tests.conftest import Scale
from tests.routing.understanding.made import FRAME

MOST_BYTES = 5 * 1024 * 1024
LEAST_KNOWN = 0.97
SAME = 0.02


def test_it_was_trained_on_the_corpus_as_it_is() -> None:
    """Else: python -m tools.starter_model."""
    corpus = read_corpus()
    shipped, reader = load_model()
    assert shipped.corpus == fingerprint(corpus)
    assert reader.sounds == sounds_of(corpus)
    native = [one.text for one in corpus if one.language == "hy"]
    assert reader.lexicons["hy"] == make_lexicon(native, "hy")


@pytest.mark.slow
def test_features_are_what_they_were_when_it_was_trained() -> None:
    shipped, reader = load_model()
    known = [one for one in read_corpus() if one.intent is not None][::5]
    right = 0
    for one in known:
        scores = shipped.tier0.scores(reader.read(one.text, one.language).features)
        right += shipped.intents[int(scores[:-1].argmax())] == one.intent
    assert right / len(known) > LEAST_KNOWN


@pytest.mark.slow
@pytest.mark.soak
def test_the_corpus_gives_the_shipped_model_back(scale: Scale) -> None:
    """In a soak all of it; else some of its intents: each is a machine of its own, trained against all the rest."""
    corpus = read_corpus()
    shipped, shipped_reader = load_model()
    count = min(scale.rounds(usual=2, full=len(shipped.intents) + 1), len(shipped.intents) + 1)
    number = {intent: place for place, intent in enumerate(shipped.intents[:count])}
    labels = [len(number) if one.intent not in number else number[one.intent] for one in corpus]
    features = [shipped_reader.read(one.text, one.language).features for one in corpus]
    made = train_tier0(features, labels, count + 1, SPELLED_WEIGHT)
    assert np.allclose(made.rarity, shipped.tier0.rarity, rtol=1e-2)
    ours, theirs = weights(made.linear)[:, :count], weights(shipped.tier0.linear)[:, :count]
    # another machine adds floats in another order, and a machine stops when all of its company stands still
    assert np.mean(np.abs(ours - theirs) <= SAME * np.abs(theirs).max()) > 0.99
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.99


def weights(linear: Linear) -> Weights:
    """Its table as it reckons with it."""
    found: Weights = linear.rows.astype(np.float32) * linear.scale.astype(np.float32)[:, None]
    return found


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
        ("бас тартқым келеді", "kk", "cancel"),
        ("bas tartqym keledi", "kk", "cancel"),
        ("келе алмаймын", "kk", "cancel"),
        ("kele almaimyn", "kk", "cancel"),
        ("мені күту тізіміне қосыңыз", "kk", "book"),
        ("if anyone cancels let me know", "en", "book"),
        ("поставьте меня в лист ожидания", "ru", "book"),
        ("ლოდინის სიაში ჩამწერეთ", "ka", "book"),
        ("սպասման ցուցակում գրեք ինձ", "hy", "book"),
        ("where is my order", "en", "order_status"),
        ("there is no hot water in our house", "en", "report_fault"),
        ("кто выиграл вчера матч", "ru", None),
    ],
)
def test_plain_messages_are_understood(text: str, language: str, intent: str | None) -> None:
    model, reader = load_model()
    understood = BuiltIn(model, reader).understand(text, FRAME)
    assert (understood.language, understood.intent) == (language, intent)
