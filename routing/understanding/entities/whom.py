"""For whom a service is: a man, a woman or a child. Of a cut for each, the one is meant that is said. The words are a
letter or two apart in some languages (კაცის, ქალის), and near common ones of others (қалай): each counts in its very
forms, whatever letters it is typed in, and no mistake in it is mended."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final, Literal

from routing.understanding.entities.tokens import key_of, latin_keys, script_of

Whom = Literal["man", "woman", "child"]
OTHERS: Final[dict[Whom, frozenset[Whom]]] = {"man": frozenset({"woman"}), "woman": frozenset({"man"})}
"""What is for these alone is surely not for him."""
_ENDINGS: Final[dict[str, str]] = {
    "ru": "ая ой ую ие ий ого ому их",
    "hy": " ը ն ի ին իս յի յիս ու ուն ուս ուց կանց ներ ների ս",
    "ka": "ი ის ს მა ზე ისთვის ისა ად ები ების ებს ებისთვის ური ურს ურზე ურად",
    "kk": " ге ға қа ке нің дің тің ның ім іме імнің ым ма м мның лар ларға лардың дер дерге дердің тер терге тердің",
}
_STEMS: Final[dict[Whom, dict[str, str]]] = {
    "man": {"ru": "мужск", "hy": "տղամարդ ամուսն", "ka": "მამაკაც კაც ქმრ", "kk": "еркек күйеу"},
    "woman": {"ru": "женск дамск", "hy": "կնոջ", "ka": "ქალ ქალბატონ ცოლ", "kk": "әйел"},
    "child": {"ru": "детск", "hy": "երեխա", "ka": "ბავშვ შვილ", "kk": "бала"},
}
"""Each stem with each ending of its language."""
_WORDS: Final[dict[Whom, str]] = {
    "man": "man man's men's mens gents gentleman gentlemen husband husband's мужчина мужчины мужчине мужчину "
    "мужчин муж мужа мужу мужик мужику мужчинам տղամարդիկ ամուսին ქმარი ქმარს ерлер ерлерге ерлердің txamard txamardu "
    "txamardkanc",
    "woman": "woman woman's women women's womens female ladies wife wife's женщина женщины женщине "
    "женщину женщин женщинам жена жене жену жены կանանց կանացի kanaci",
    "child": "child child's children children's kid kid's kids baby ребенок ребенка ребенку ребёнок ребёнка ребёнку "
    "дети детей детям մանկական երեխեքի mankakan",
}


def _keys() -> Iterator[tuple[str, Whom]]:
    for whom, stems in _STEMS.items():
        for language, known in stems.items():
            for stem, ending in product(known.split(), _ENDINGS[language].split(" ")):
                yield key_of(stem + ending), whom
    yield from ((key_of(word), whom) for whom, words in _WORDS.items() for word in words.split())


_KNOWN: Final = dict(_keys())


def _keys_of(word: str) -> tuple[str, ...]:
    return latin_keys(word) if script_of(word) == "latin" else (key_of(word),)


def whom_of(word: str) -> Whom | None:
    """Whom a word means, in whatever letters; None for other words."""
    return next((_KNOWN[key] for key in _keys_of(word) if key in _KNOWN), None)


def whoms_of(words: Iterable[str]) -> frozenset[Whom]:
    """All whom the words mean."""
    return frozenset(whom for word in words if (whom := whom_of(word)) is not None)
