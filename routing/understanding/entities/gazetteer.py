"""The firm's own names in a text (services, staff, branches), in any script, with case endings and typing mistakes.

An index is made once. A word of a message is cut by its likely endings and looked up among the stems of all names, by
the script-neutral key; a longer one also with a letter wrong, missing, or two changed about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.tokens import Token, key_of, latin_keys, script_of

Kind = Literal["service", "staff", "branch"]
_VOWELS: Final = "aeiou"
_LEAST_STEM: Final = 3
_ONE_WRONG: Final = 5
"""A stem of so many letters is known with one letter wrong."""
_TWO_WRONG: Final = 9
_MOST_CUT: Final = 6
_MOST_SAME: Final = 30
"""Entries that one stretch of words may mean; of more, none is meant."""
_LONGEST_GAP: Final = 1
_KEPT: Final = 4096
"""Words of messages whose meaning is remembered."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


_ENDINGS: Final = _words(
    "a e i o u n s t m",
    # Russian
    "oi om ami am ah ov ei em iu ia iam iah ie ii ik ike iki iku ikom eu iei ou ogo omu im ih imi uiu aia oe ee noi",
    "nuiu nie niu niem nii",
    # Armenian
    "en in ic ne ner neri nere nerin um iv iov vel ut ani ane anin ein eic ov ian",
    # Georgian
    "is it ze wi tan stan stvis ad ebi ebis ebs ebze istvis tvis idan dan amde mde sken ma aze awi ize iwi",
    # Kazakh
    "ga ge ka ke da de ta te den tan ten nan nen di ti ni nin din tin lar ler dar der tar ter ima ime gi ine ina me ba",
    "be pe",
    # English
    "es ing ed er ers",
)
"""What the sounds of words end in when they are declined, in five languages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the firm's own: its id, its kind, and what it is called, in each language and otherwise."""

    id: str
    kind: Kind
    names: Mapping[Language, Sequence[str]]


class GazetteerFound(NamedTuple):
    """``ids``: all that the words may mean, the whole of them as likely."""

    start: int
    end: int
    kind: Kind
    ids: tuple[str, ...]


class _Place(NamedTuple):
    """A word of a name: which name, which of its words, and how many those are."""

    name: int
    word: int
    words: int


class _Hit(NamedTuple):
    """Some of a name's words among the tokens: first and last token, how many words, whether that is the whole name."""

    first: int
    last: int
    words: int
    whole: bool
    entry: Entry


class Gazetteer:
    """An index of entries, made once for all messages."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._owners: list[Entry] = []
        self._places: dict[str, list[_Place]] = defaultdict(list)
        self._declined: dict[str, list[_Place]] = defaultdict(list)
        for entry in entries:
            seen: set[tuple[str, ...]] = set()
            for name in (name for names in entry.names.values() for name in names):
                for stems in self._spellings(name):
                    if stems and stems not in seen:
                        seen.add(stems)
                        for at, stem in enumerate(stems):
                            place = _Place(len(self._owners), at, len(stems))
                            self._places[stem].append(place)
                            for form in _forms(stem):
                                self._declined[form].append(place)
                        self._owners.append(entry)
        self._looked_up: dict[str, list[_Place]] = {}
        self._near: dict[str, set[str]] = defaultdict(set)
        self._farther: dict[str, set[str]] = defaultdict(set)
        for stem in self._places:
            if len(stem) >= _ONE_WRONG:
                for less in _without_one(stem):
                    self._near[less].add(stem)
            if len(stem) >= _TWO_WRONG:
                for less in {two for one in _without_one(stem) for two in _without_one(one)}:
                    self._farther[less].add(stem)

    @staticmethod
    def _spellings(name: str) -> list[tuple[str, ...]]:
        words = [word for word in name.replace("/", " ").replace("-", " ").split() if word]
        keys = [_all_keys(word) for word in words]
        longest = max((len(one) for one in keys), default=0)
        return [
            tuple(stem for one in keys if one and (stem := _stem(one[min(at, len(one) - 1)])) and stem not in _FILLING)
            for at in range(longest)
        ]

    def find(self, tokens: list[Token]) -> list[GazetteerFound]:
        """The firm's own names among the tokens of a text, in their order, the longest first where they overlap."""
        if not self._owners:
            return []
        hits: dict[int, list[tuple[int, _Place]]] = defaultdict(list)
        for at, token in enumerate(tokens):
            if token.kind in ("word", "number"):
                for place in self._look_up(token):
                    hits[place.name].append((at, place))
        found = [one for name, places in hits.items() for one in self._stretches(name, places, tokens)]
        return self._best(found, tokens)

    def _look_up(self, token: Token) -> list[_Place]:
        if token.kind == "number":
            return self._places.get(token.text, [])
        known = self._looked_up.get(token.text)
        if known is None:
            if len(self._looked_up) >= _KEPT:
                self._looked_up.clear()
            known = self._looked_up[token.text] = self._places_of(token.text)
        return known

    def _places_of(self, word: str) -> list[_Place]:
        keys = _all_keys(word)
        for key in keys:
            for cut in range(min(len(key) - _LEAST_STEM, _MOST_CUT) + 1):
                stem, ending = key[: len(key) - cut], key[len(key) - cut :]
                if stem in self._places and _is_ending(ending):
                    return self._places[stem]
            if key in self._places or key in self._declined:
                return self._places.get(key) or self._declined[key]
        near = self._similar(keys[0]) if keys else set()
        return [place for stem in near for place in self._places[stem]]

    def _similar(self, key: str) -> set[str]:
        """Stems a letter away from the word without its ending, two letters where they are long."""
        best: set[str] = set()
        for cut in range(min(len(key) - _ONE_WRONG + 1, 4) + 1):
            stem, ending = key[: len(key) - cut], key[len(key) - cut :]
            if len(stem) < _ONE_WRONG - 1 or not _is_ending(ending):
                continue
            for less in _without_one(stem):
                best |= {one for one in self._near.get(less, ()) if one[:1] == stem[:1] and _is_near(one, stem, 1)}
            if best:
                return best
        stem = _stem(key)
        if len(stem) >= _TWO_WRONG - 1:
            for less in {two for one in _without_one(stem) for two in _without_one(one)}:
                best |= {one for one in self._farther.get(less, ()) if one[:1] == stem[:1] and _is_near(one, stem, 2)}
        return best

    def _stretches(self, name: int, places: list[tuple[int, _Place]], tokens: list[Token]) -> list[_Hit]:
        """Each run of a name's words that stand together."""
        found: list[_Hit] = []
        run: list[tuple[int, _Place]] = []
        for at, place in places:
            if run and (at - run[-1][0] > _LONGEST_GAP + 1 or place.word in {other.word for _, other in run}):
                found += self._close(run, name, tokens)
                run = []
            run.append((at, place))
        return found + self._close(run, name, tokens)

    def _close(self, run: list[tuple[int, _Place]], name: int, tokens: list[Token]) -> list[_Hit]:
        words = run[0][1].words
        if len(run) < words and all(tokens[at].kind == "number" for at, _ in run):
            return []
        return [_Hit(run[0][0], run[-1][0], len(run), len(run) == words, self._owners[name])]

    @staticmethod
    def _best(found: list[_Hit], tokens: list[Token]) -> list[GazetteerFound]:
        """The stretches with the most words, a whole name before a part of one; what is as good is meant as likely."""
        found.sort(key=lambda one: (-one.words, not one.whole, one.first))
        taken: list[_Hit] = []
        owners: dict[int, _Hit] = {}
        same: dict[tuple[int, int], dict[str, None]] = {}
        for one in found:
            over = next((owners[at] for at in range(one.first, one.last + 1) if at in owners), None)
            if over is None:
                taken.append(one)
                owners.update(dict.fromkeys(range(one.first, one.last + 1), one))
                same[one.first, one.last] = {one.entry.id: None}
            elif over[:4] == one[:4] and over.entry.kind == one.entry.kind:
                same[one.first, one.last][one.entry.id] = None
        return [
            GazetteerFound(tokens[one.first].start, tokens[one.last].end, one.entry.kind, tuple(ids))
            for one in sorted(taken, key=lambda one: one.first)
            if len(ids := same[one.first, one.last]) <= _MOST_SAME
        ]


def _all_keys(word: str) -> tuple[str, ...]:
    return tuple(_sounds(key) for key in (latin_keys(word) if script_of(word) == "latin" else (key_of(word),)))


def _sounds(key: str) -> str:
    """A key with one letter for each sound, so that a mistake in one is a mistake in one letter."""
    return key.replace("sh", "w").replace("ch", "q")


def _stem(key: str) -> str:
    """A key without the vowels it ends in, which the cases change."""
    stem = key.rstrip(_VOWELS)
    return stem if len(stem) >= _LEAST_STEM else key


def _is_ending(text: str) -> bool:
    """Whether a word may end so, behind a vowel of its own or not."""
    return not text or text in _ENDINGS or (text[0] in _VOWELS and text[1:] in _ENDINGS)


def _forms(stem: str) -> list[str]:
    """Forms that no ending tells: of a short name in a (Анна, Анны, Анне), of an Armenian doing (լվացում, լվացման)."""
    if stem.endswith("um") and len(stem) > _ONE_WRONG:
        return [stem[:-2] + "man" + ending for ending in ("", "e", "i", "n")]
    if len(stem) > _LEAST_STEM + 1 or not stem.endswith("a"):
        return []
    return [stem[:-1] + ending for ending in ("i", "e", "u", "oi", "ei")]


def _without_one(key: str) -> set[str]:
    return {key} | {key[:place] + key[place + 1 :] for place in range(1, len(key))}


def _is_near(one: str, other: str, most: int) -> bool:
    """Whether two words are at most so many edits apart (Damerau-Levenshtein, optimal string alignment)."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


_FILLING: Final = frozenset(
    _stem(_sounds(key_of(word)))
    for word in _words(
        "and or the of for with in on at to by from a an",
        "и или в на к у для с по из от до за ու և ev համար հետ ზე თან და мен және үшін бен пен",
        "dr др doctor доктор master мастер ուստա ოსტატი шебер",
    )
)
