"""Training and answering: the same examples give the same model, which knows them, and any text gets an answer."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.understanding.calibration import best_threshold, fit_calibration
from routing.understanding.corpus import Example
from routing.understanding.engine import BuiltIn
from routing.understanding.linear import pack, train_linear
from routing.understanding.model import Model, load_model, save_model
from routing.understanding.tier1 import Embedder
from routing.understanding.training import train
from routing.understanding.understood import Understood
from tests.routing.understanding.made import FRAME, Gone, Hashing, examples, reader


@pytest.fixture(scope="module")
def model() -> Model:
    return train(examples(), reader(), Hashing())


def said(model: Model, text: str, embedder: Embedder | None = None) -> Understood:
    return BuiltIn(model, reader(), embedder).understand(text, FRAME)


@given(text=st.text(max_size=200) | st.text(max_size=30).map(lambda part: part * 400))
def test_any_text_gets_an_answer(model: Model, text: str) -> None:
    answer = said(model, text, Hashing())
    assert answer.text == text
    assert {one.intent for one in answer.ranking} == {"book", "price"}
    assert [one.confidence for one in answer.ranking] == sorted(
        (one.confidence for one in answer.ranking), reverse=True
    )
    assert 0 <= answer.confidence <= 1
    assert answer.intent in (None, answer.ranking[0].intent)


@pytest.mark.parametrize("embedder", [None, Hashing()])
def test_what_was_taught_is_known(model: Model, embedder: Embedder | None) -> None:
    for one in examples():
        if one.intent is not None:
            assert said(model, one.text, embedder).ranking[0].intent == one.intent
    outside = [said(model, one.text, embedder).confidence for one in examples() if one.intent is None]
    inside = [said(model, one.text, embedder).confidence for one in examples() if one.intent is not None]
    assert max(outside) < float(np.median(inside))


@pytest.mark.parametrize("text", ["uzum em grancvel mazeri ktrvatsqi", "узум ем гранцвел", "запишите мння на стрижку"])
def test_other_letters_and_mistakes_mean_the_same(model: Model, text: str) -> None:
    assert said(model, text).ranking[0].intent == "book"


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "🙂"])
def test_nothing_said_is_no_intent(model: Model, text: str) -> None:
    assert said(model, text, Hashing()).intent is None


def test_when_the_sentence_model_is_gone_the_first_tier_answers(model: Model) -> None:
    assert said(model, "сколько стоит стрижка", Gone()) == said(model, "сколько стоит стрижка")


@pytest.mark.slow
def test_the_same_examples_give_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / "one.npz", tmp_path / "other.npz"]
    for file in files:
        save_model(file, train(examples(), reader(), Hashing()), reader())
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_kept_model_answers_as_before(model: Model, tmp_path: Path) -> None:
    save_model(tmp_path / "model.npz", model, reader())
    kept, kept_reader = load_model(tmp_path / "model.npz")
    for one in examples():
        before = said(model, one.text, Hashing())
        after = BuiltIn(kept, kept_reader, Hashing()).understand(one.text, FRAME)
        assert (after.intent, after.language) == (before.intent, before.language)
        assert after.confidence == pytest.approx(before.confidence, abs=0.01)


def test_one_intent_is_none_to_choose_from() -> None:
    with pytest.raises(ValueError, match="two intents"):
        train([Example("hello", "greet"), Example("rain", None)], reader())


def test_classes_apart_are_told_apart_and_int8_keeps_it() -> None:
    chance = np.random.default_rng(1)
    middles = chance.normal(size=(3, 8)).astype(np.float32)
    labels = np.arange(90) % 3
    points = (middles[labels] + 0.1 * chance.normal(size=(90, 8))).astype(np.float32)
    linear = train_linear([(np.arange(8), point) for point in points], labels, 3, buckets=8)
    assert [int(linear.scores((np.arange(8), point)).argmax()) for point in points] == labels.tolist()


def test_a_row_loses_at_most_half_a_step() -> None:
    table = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32)
    packed = pack(table, np.zeros(4, np.float32))
    back = packed.rows.astype(np.float32) * packed.scale.astype(np.float32)[:, None]
    assert np.abs(back - table).max() <= np.abs(table).max() / 127


def test_confidence_follows_the_truth_and_the_threshold_parts_it() -> None:
    chance = np.random.default_rng(3)
    labels = chance.integers(0, 4, 400)
    scores = chance.normal(-1, 0.3, (400, 4)).astype(np.float32)
    scores[np.arange(400), labels] += 1.6
    calibration = fit_calibration(scores, labels)
    confidences = np.array([calibration.confidences(row).max() for row in scores])
    inside = labels != 3
    assert np.mean(confidences[inside] >= calibration.threshold) > 0.95
    assert np.mean(confidences[~inside] < calibration.threshold) > 0.95


def test_a_class_that_was_not_taught_says_nothing() -> None:
    chance = np.random.default_rng(4)
    labels = chance.integers(0, 4, 200)
    scores = chance.normal(0, 1, (200, 4)).astype(np.float32)
    calibration = fit_calibration(scores, labels, taught=False)
    moved = scores + np.array([0, 0, 0, 5], np.float32)
    assert calibration.inside[3] == 0
    assert calibration.confidences(moved[0]).tolist() == calibration.confidences(scores[0]).tolist()


def test_the_threshold_is_where_both_sides_lose_least() -> None:
    confidences = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    inside = np.array([False, False, True, True, True, True])
    assert best_threshold(confidences, inside, inside) == pytest.approx(0.25)


def test_the_last_of_the_strangers_is_not_worth_a_customer() -> None:
    outside, answered = np.linspace(0.0, 0.99, 100), np.linspace(0.905, 1.0, 20)
    confidences = np.concatenate((outside, answered))
    inside = np.arange(120) >= 100
    threshold = best_threshold(confidences, inside, inside)
    assert np.mean(answered >= threshold) == 1
    assert 0.87 <= np.mean(outside < threshold) <= 0.92


@pytest.mark.parametrize(
    ("names", "known"),
    [(("card_arrival", "exchangeRate"), True), (("intent_1", "intent_2"), False), (("1", "2"), False)],
)
def test_the_name_of_an_intent_is_an_example_of_it(names: tuple[str, str], known: bool) -> None:
    said = ("has it been sent", "when will i get it", "it never came"), ("dollars to drams", "buy euros", "sell lari")
    model = train([Example(text, name) for name, texts in zip(names, said, strict=True) for text in texts], reader())
    features = [reader().read(text, "en").features for text in ("card arrival", "exchange rate")]
    first, second = (model.tier0.scores(one) for one in features)
    assert (first[0] > first[1] + 1 and second[1] > second[0] + 1) == known
