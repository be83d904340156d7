"""Synonyms are further names of what they stand for."""

from types import SimpleNamespace
from typing import Any

from routing.teaching.names import with_synonyms
from routing.understanding.entities.gazetteer import Entry, Gazetteer
from routing.understanding.entities.tokens import tokens_of


def synonym(kind: str, name: str, stands_for: str) -> Any:
    """A row of the store."""
    return SimpleNamespace(kind=kind, name=name, stands_for=stands_for)


def found(gazetteer: Gazetteer, text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is named in a text."""
    return [(one.kind, one.ids) for one in gazetteer.find(tokens_of(text))]


def test_a_synonym_means_the_entry_or_makes_one() -> None:
    entries = [Entry("7", "service", {"ru": ["Маникюр"], "en": ["Manicure"]}), Entry("1", "branch", {"ru": ["Центр"]})]
    rows = [
        synonym("service", "ноготочки", "manicure"),
        synonym("service", "коготки", "Маникюр"),
        synonym("branch", "у фонтана", "Северный"),
        synonym("branch", "возле парка", "Северный"),
    ]
    gazetteer = Gazetteer(with_synonyms(entries, rows))
    for text in ("хочу ноготочки", "сделать коготки", "маникюр"):
        assert found(gazetteer, text) == [("service", ("7",))], text
    for text in ("приду у фонтана", "филиал возле парка", "северный"):
        assert found(gazetteer, text) == [("branch", ("Северный",))], text
    assert with_synonyms(entries, []) == tuple(entries)
