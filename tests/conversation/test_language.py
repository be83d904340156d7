"""Which language a visitor wants, and how each language counts."""

import pytest

from conversation.language import LANGUAGES, OWN_NAMES, negotiate, parse_tag, plural_category
from conversation.messages import Language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("hy-AM", "hy"),
        ("ka", "ka"),
        ("kk-KZ", "kk"),
        ("ru-RU", "ru"),
        ("EN-us", "en"),
        ("kk-Cyrl-KZ", "kk"),
        ("hy_AM.UTF-8", "hy"),
        (" kat ", "ka"),
        ("hyw", "hy"),
        ("de", None),
        ("hyx", None),
        ("", None),
        ("-", None),
        ("ru" * 5000, None),
    ],
)
def test_tags(tag: str, language: Language | None) -> None:
    assert parse_tag(tag) == language


@pytest.mark.parametrize(
    ("wanted", "header", "language"),
    [
        ("ka-GE", "ru", "ka"),
        (None, "de-DE, kk-KZ;q=0.8, ru;q=0.9", "ru"),
        ("xx", "de, ka", "ka"),
        (None, "ru;q=0.5, en;q=0.5", "ru"),
        (None, "ru;q=0, en;q=0.1", "en"),
        (None, "en;q=2, ru;q=x, ka ; q=0.3", "ka"),
        (None, "*", "hy"),
        (None, "de-DE,fr", "hy"),
        (None, None, "hy"),
        ("", "", "hy"),
        ("\x00ka", ",,;q=1,\u202e" + "a" * 100_000, "hy"),
    ],
)
def test_negotiation(wanted: str | None, header: str | None, language: Language) -> None:
    assert negotiate(wanted, header, "hy") == language


def test_every_language_has_its_own_name() -> None:
    assert set(OWN_NAMES) == set(LANGUAGES)
    assert all(name and name != name.upper() for name in OWN_NAMES.values())


@pytest.mark.parametrize(
    ("language", "category", "counts"),
    [
        ("hy", "one", (0, 1, 1.5)),
        ("hy", "other", (2, 5, 11, 100)),
        ("ka", "one", (1,)),
        ("ka", "other", (0, 2, 21, 0.5)),
        ("kk", "one", (1,)),
        ("kk", "other", (0, 2, 21)),
        ("en", "one", (1,)),
        ("en", "other", (0, 2, 21, 101)),
        ("ru", "one", (1, 21, 101, 1001)),
        ("ru", "few", (2, 3, 4, 22, 104)),
        ("ru", "many", (0, 5, 11, 12, 14, 20, 111, 112)),
        ("ru", "other", (0.5, 1.5, float("inf"))),
    ],
)
def test_plurals_are_those_of_cldr(language: Language, category: str, counts: tuple[float, ...]) -> None:
    assert {plural_category(language, count) for count in counts} == {category}
