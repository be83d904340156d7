"""An index of all that may be found, made of the texts when they changed and held in memory; pure.

Words: how much of a question an article says, rare words counting more (the inverse document frequency of BM25,
Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), and how nearly one of its titles and questions
is the question itself. Meanings: how near a vector of the article comes. The two orders are joined by reciprocal rank
fusion (Cormack, Clarke and Buettcher, SIGIR 2009).
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple

from business.knowledge.markdown import cut_passages
from business.knowledge.words import Word, words_of
from conversation.messages import Language
from crm_store.models import ArticleAudience

_RANK: Final = 60
"""The constant of reciprocal rank fusion, as published."""
_BEGINS_ALIKE: Final = 0.7
"""What a word counts of which only the beginning is the same."""
_IN_FULL: Final = 0.5
"""What it adds that a title or question is the question itself."""
_MOST_MATCHES: Final = 40
_ENOUGH: Final = 5
_USUAL: Final[Mapping[Language, float]] = {"hy": 0.88, "ka": 0.876, "kk": 0.88, "ru": 0.83, "en": 0.815}
"""How near in meaning texts are that have nothing in common, measured on the demo: where there are fewer articles."""
Likeness = Callable[[bytes, Sequence[bytes]], list[float]]


class Text(NamedTuple):
    """A text of an article, to be indexed."""

    article_id: int
    language: Language
    audience: ArticleAudience
    title: str
    body: str
    questions: Sequence[str]


class Unit(NamedTuple):
    """What is compared: a passage of an article by its place, or (-1) a title or question."""

    text: int
    place: int


class Match(NamedTuple):
    """An article that may answer, in one language. ``said``: the share of the question's weight that it says, 0 to 1;
    ``same``: how nearly its title or a question is the question; ``lift``: by how much it is nearer in meaning than
    articles of its language are on the average, None where that is not known; ``words``: how many telling words of the
    question it has; ``place``: of the passage that says most."""

    article_id: int
    language: Language
    place: int
    said: float
    same: float
    lift: float | None
    words: int
    rank: float = 0.0


@dataclass(slots=True)
class Index:
    """Made by ``build``; vectors are added as they come."""

    texts: Sequence[Text]
    units: Sequence[Unit]
    postings: Mapping[str, Mapping[int, None]]
    lengths: Sequence[frozenset[str]]
    spread: Mapping[Language, int]
    sources: Mapping[str, list[int]]
    """Units by the hash of what is said of their meaning."""
    wordings: Mapping[str, str]
    vectors: dict[str, bytes] = field(default_factory=dict)

    def missing(self) -> dict[str, str]:
        """Wordings without a vector, by hash."""
        return {key: text for key, text in self.wordings.items() if key not in self.vectors}

    def find(
        self, question: str, staff: bool, vector: bytes | None = None, likeness: Likeness | None = None
    ) -> list[Match]:
        """Articles that may answer, the likeliest first, each once a language. ``staff``: those for agents too."""
        by_words = self._by_words(dict.fromkeys(words_of(question)), staff)
        near: dict[int, tuple[float, int]] = {}
        if vector is not None and likeness is not None and self.vectors:
            near = self._by_meaning(vector, likeness, staff)
        usual = self._usual(near)
        ranks: dict[int, float] = {}
        for order in (
            sorted(by_words, key=lambda one: -(by_words[one].said + _IN_FULL * by_words[one].same)),
            sorted(near, key=lambda one: -near[one][0]),
        ):
            for place, text in enumerate(order):
                ranks[text] = ranks.get(text, 0.0) + 1 / (_RANK + place + 1)
        found: list[Match] = []
        for text, rank in sorted(ranks.items(), key=lambda one: -one[1])[:_MOST_MATCHES]:
            match = by_words.get(text) or Match(
                self.texts[text].article_id, self.texts[text].language, -1, 0.0, 0.0, None, 0
            )
            likely, place = near.get(text, (None, -1))
            lift = None if likely is None else likely - usual[match.language]
            match = match._replace(lift=lift, rank=rank)
            found.append(match if match.place >= 0 else match._replace(place=place))
        return found

    def _by_words(self, asked: Mapping[Word, None], staff: bool) -> dict[int, Match]:
        if not asked:
            return {}
        hits: dict[int, dict[Word, float]] = {}
        for word in asked:
            alike = self.postings.get(word.short, {})
            same = self.postings.get(f"={word.long}", {})
            for unit in alike:
                hits.setdefault(unit, {})[word] = 1.0 if unit in same else _BEGINS_ALIKE
        best: dict[int, Match] = {}
        of_language: dict[Language, dict[Word, float]] = {}
        for unit, words in hits.items():
            text, place = self.units[unit]
            one = self.texts[text]
            if one.audience == "staff" and not staff:
                continue
            weights = of_language.get(one.language)
            if weights is None:
                weights = of_language[one.language] = {word: self._weight(one.language, word) for word in asked}
            said = sum(weights[word] * how for word, how in words.items()) / sum(weights.values())
            same_as = 0.0
            if place < 0:
                found, held = sum(words.values()), len(self.lengths[unit])
                same_as = 2 * found / (len(asked) + held) * said
            match = Match(one.article_id, one.language, place, said, same_as, None, len(words))
            best[text] = _better(best.get(text), match)
        return best

    def _by_meaning(self, vector: bytes, likeness: Likeness, staff: bool) -> dict[int, tuple[float, int]]:
        keys = list(self.vectors)
        best: dict[int, tuple[float, int]] = {}
        for key, near in zip(keys, likeness(vector, [self.vectors[key] for key in keys]), strict=True):
            for unit in self.sources.get(key, ()):
                text, place = self.units[unit]
                if self.texts[text].audience == "staff" and not staff:
                    continue
                if text not in best or near > best[text][0]:
                    best[text] = (near, place)
        return best

    def _usual(self, near: Mapping[int, tuple[float, int]]) -> dict[Language, float]:
        """How near articles are that have nothing to do with the question: half of them are nearer, half are not."""
        found: dict[Language, list[float]] = {}
        for text, (likely, _) in near.items():
            found.setdefault(self.texts[text].language, []).append(likely)
        return {
            language: median(all_) if len(all_) >= _ENOUGH else _USUAL[language] for language, all_ in found.items()
        }

    def _weight(self, language: Language, word: Word) -> float:
        """The inverse document frequency among the texts of a language."""
        texts = {self.units[unit].text for unit in self.postings.get(word.short, {})}
        having = sum(1 for text in texts if self.texts[text].language == language)
        return math.log(1 + (self.spread.get(language, 0) - having + 0.5) / (having + 0.5))


def build(texts: Sequence[Text]) -> Index:
    """The index of these texts, without vectors."""
    units: list[Unit] = []
    postings: dict[str, dict[int, None]] = {}
    lengths: list[frozenset[str]] = []
    sources: dict[str, list[int]] = {}
    wordings: dict[str, str] = {}
    for number, text in enumerate(texts):
        for place, found_by, meaning in _parts(text):
            unit = len(units)
            units.append(Unit(number, place))
            words = words_of(found_by)
            lengths.append(frozenset(word.short for word in words))
            for word in words:
                postings.setdefault(word.short, {})[unit] = None
                postings.setdefault(f"={word.long}", {})[unit] = None
            key = hash_of(meaning)
            wordings[key] = meaning
            sources.setdefault(key, []).append(unit)
    spread = Counter(text.language for text in texts)
    return Index(texts, units, postings, lengths, spread, sources, wordings)


def hash_of(text: str) -> str:
    """By which a text's vector is kept."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _parts(text: Text) -> Iterator[tuple[int, str, str]]:
    """Place, what it is found by, and what is said of its meaning."""
    for asked in (text.title, *text.questions):
        yield -1, asked, asked
    for place, (heading, said) in enumerate(cut_passages(text.body)):
        yield place, f"{text.title} {heading} {said}", f"{text.title}. {heading}. {said}"


def _better(one: Match | None, other: Match) -> Match:
    """The best of both: a title that is the question, and the passage that says most of it."""
    if one is None:
        return other
    said, place = max((one.said, one.place), (other.said, other.place))
    if one.place >= 0 and other.place < 0:
        place = one.place
    elif other.place >= 0 and one.place < 0:
        place = other.place
    return Match(
        one.article_id, one.language, place, said, max(one.same, other.same), None, max(one.words, other.words)
    )
