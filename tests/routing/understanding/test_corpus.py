"""The starter corpus holds to its form, and files that do not are refused in one plain line."""

from collections import Counter
from pathlib import Path

import pytest

from conversation.language import LANGUAGES
from routing.understanding.corpus import (
    INTENTS,
    CorpusError,
    Example,
    check_corpus,
    read_corpus,
    read_examples,
)


def test_the_starter_corpus_is_sound() -> None:
    assert check_corpus(read_corpus()) == []


def test_every_intent_is_there_in_every_language() -> None:
    counts = Counter((one.language, one.intent) for one in read_corpus())
    assert set(counts) == {(language, intent) for language in LANGUAGES for intent in (*INTENTS, None)}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("hy/dance.txt", "պարել", "'dance' is no intent"),
        ("hy/book.txt", "[native]\nգրանցվել\n[greek]\n", "book.txt:3: '[greek]' is no section"),
    ],
)
def test_a_file_out_of_form_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / "hy").mkdir()
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(CorpusError) as refused:
        read_corpus(tmp_path)
    assert said in str(refused.value)


def test_sections_and_comments(tmp_path: Path) -> None:
    (tmp_path / "ka").mkdir()
    (tmp_path / "ka" / "out_of_scope_far.txt").write_text("# far\n[latin]\n\nra amindia\n", "utf-8")
    assert read_corpus(tmp_path) == [Example("ra amindia", None, "ka", "latin")]


def test_what_is_wrong_is_told_line_by_line() -> None:
    wrong = check_corpus(
        [Example("Да", "affirm", "ru"), Example("да", "deny", "ru"), Example("да да", "deny", "ru", "latin")]
    )
    assert "ru/deny: 'да' is there twice, also as affirm" in wrong
    assert "ru/deny: 'да да' is written in cyrillic letters and stands under [latin]" in wrong
    assert "ru/greet: 0 native messages, at least 40 are wanted" in wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing", ":1: not JSON"),
        ('{"text": 5, "intent": "a"}', ":1: wanted is"),
        ('{"text": "x", "intent": ""}', ":1: wanted is"),
        ("[]", ":1: wanted is"),
        ('{"text": "x", "intent": "a"}\n\n{"text": "y", "intent": null}', "at least two intents"),
    ],
)
def test_examples_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(CorpusError) as refused:
        read_examples(file)
    assert said in str(refused.value)


def test_no_file_of_examples(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        read_examples(tmp_path / "none.jsonl")
