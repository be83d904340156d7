"""Finding what answers a question: in memory, read anew when an article changed, in whichever process."""

import asyncio
import base64
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from business.knowledge.index import Index, Match, Text, build
from business.knowledge.markdown import cut_passages
from business.knowledge.ports import Meaning, MeaningGone
from conversation.messages import Language
from crm_store import Tx, knowledge, knowledge_asked
from crm_store.engine import Store
from crm_store.knowledge import Revision
from crm_store.models import ArticleAudience, ArticleKind
from crm_store.rows import AnyRow

log = logging.getLogger(__name__)
SURE: Final = 0.62
"""With so much confidence an article is said to a customer."""
QUERY_CHARS: Final = 500
"""So much of a question is read."""
_PAUSE_S: Final = 0.05
"""Meanings are learnt one at a time, with a pause: whoever asks the model meanwhile waits for no more than that."""
_KEPT_TOGETHER: Final = 32
_LOOK_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """An article that may answer, with the passage that says most. ``sure``: enough to be said to a customer."""

    article_id: int
    slug: str
    kind: ArticleKind
    audience: ArticleAudience
    language: Language
    title: str
    heading: str
    text: str
    sure: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Held:
    revision: Revision
    index: Index


class KnowledgeSearch:
    """Words always; meanings too where ``meaning`` is given, from the first question on."""

    def __init__(self, store: Store, meaning: Meaning | None, sure: float = SURE) -> None:
        self._store = store
        self._meaning = meaning
        self._sure = sure
        self._held: _Held | None = None
        self._reading = asyncio.Lock()
        self._behind = asyncio.Event()
        self._quiet = False

    async def find(
        self, question: str, language: Language | None, *, staff: bool, limit: int, meanings: bool = True
    ) -> list[Found]:
        """Published articles that may answer, the likeliest first, each once: in ``language`` where it has a text in
        it. ``staff``: those for agents too; ``meanings``: else words alone, which cost nothing. Raises Unavailable
        where the store is lost."""
        asked = question[:QUERY_CHARS].encode("utf-8", "replace").decode().replace("\x00", "")
        if not asked.strip():
            return []
        index = await self._index()
        if not index.texts:
            return []
        vector = await self._vector(asked) if meanings else None
        likeness = None if self._meaning is None else self._meaning.likeness
        matches = await asyncio.to_thread(index.find, asked, staff, vector, likeness)
        chosen = _once_each(matches, language)[:limit]
        rows = await self._store.read(lambda tx: _load(tx, [one.article_id for one in chosen]))
        found = [self._show(one, rows.get(one.article_id, {}), language, staff) for one in chosen]
        return [one for one in found if one is not None]

    async def work(self) -> None:
        """Learns the meanings of articles as they change, from the first question on; until it is cancelled. Raises
        Unavailable, and is then to be called anew."""
        while True:
            await self._behind.wait()
            self._behind.clear()
            try:
                await self._learn()
            except MeaningGone as error:
                self._say_once(error)
                await asyncio.sleep(_LOOK_S)
                self._behind.set()

    async def _index(self) -> Index:
        """The index of what is published now."""
        async with self._reading:
            revision = await self._store.read(knowledge.find_revision)
            if self._held is None or self._held.revision != revision:
                revision, texts, kept = await self._store.read(_load_texts)
                index = await asyncio.to_thread(build, texts)
                if self._meaning is not None:
                    index.vectors |= {key: kept[key] for key in index.wordings if key in kept}
                self._held = _Held(revision, index)
            if self._meaning is not None and self._held.index.missing() and not self._behind.is_set():
                self._behind.set()
            return self._held.index

    async def _vector(self, asked: str) -> bytes | None:
        if self._meaning is None:
            return None
        try:
            (vector,) = await asyncio.to_thread(self._meaning.vectors, [asked])
            self._quiet = False
        except MeaningGone as error:
            self._say_once(error)
            return None
        return vector

    async def _learn(self) -> None:
        held = self._held
        if held is None or self._meaning is None:
            return
        missing = list(held.index.missing().items())
        fresh: dict[str, bytes] = {}
        try:
            for key, text in missing:
                (fresh[key],) = await asyncio.to_thread(self._meaning.vectors, [text])
                if len(fresh) >= _KEPT_TOGETHER:
                    await self._keep(held.index, fresh)
                    fresh = {}
                await asyncio.sleep(_PAUSE_S)
        except MeaningGone:
            await self._keep(held.index, fresh)
            raise
        await self._keep(held.index, fresh)

    async def _keep(self, index: Index, fresh: Mapping[str, bytes]) -> None:
        index.vectors = {**index.vectors, **fresh}
        kept = {key: base64.b64encode(vector).decode() for key, vector in fresh.items()}
        await self._store.writer.run(partial(knowledge_asked.keep_vectors, fresh=kept, wanted=index.wordings))

    def _say_once(self, error: MeaningGone) -> None:
        if not self._quiet:
            log.warning("articles are found by their words alone: %s", error)
        self._quiet = True

    def _show(self, match: Match, texts: dict[str, AnyRow], language: Language | None, staff: bool) -> Found | None:
        """None where it was taken back a moment ago."""
        row = texts.get(match.language)
        if row is None or row.state != "published" or (row.audience == "staff" and not staff):
            return None
        place = match.place
        if language is not None and language in texts and language != match.language:
            row, place = texts[language], -1  # it was asked across languages: the article as a whole
        passages = cut_passages(row.body)
        passage = passages[place if 0 <= place < len(passages) else 0] if passages else None
        heading, said = (passage.heading, passage.text) if passage is not None else ("", "")
        return Found(
            row.article_id,
            row.slug,
            row.kind,
            row.audience,
            row.language,
            row.title,
            heading,
            said,
            passage is not None and confidence(match) >= self._sure,
            confidence(match),
        )


def confidence(match: Match) -> float:
    """How likely an article answers, 0 to 1: logistic regressions over 75 questions about the demo's articles in five
    languages (docs/subsystems/knowledge.md). One word in common says little."""
    said = match.said * min(1.0, match.words / 2)
    if match.lift is None:
        score = 2.56 * said + 4.74 * match.same - 1.22
    else:
        score = 2.65 * said + 2.44 * match.same + 37.4 * match.lift - 3.0
    return 1 / (1 + math.exp(-score))


def _once_each(matches: Sequence[Match], language: Language | None) -> list[Match]:
    """The best of each article; its text in the reader's language stands for it where that was found too."""
    best: dict[int, Match] = {}
    for one in matches:
        held = best.get(one.article_id)
        if held is None:
            best[one.article_id] = one
        elif one.language == language and held.language != language:
            lift = max((each for each in (one.lift, held.lift) if each is not None), default=None)
            best[one.article_id] = one._replace(
                said=max(one.said, held.said),
                same=max(one.same, held.same),
                words=max(one.words, held.words),
                lift=lift,
            )
    return list(best.values())


def _load(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, AnyRow]]:
    return knowledge.list_published_of(tx, ids) if ids else {}


def _load_texts(tx: Tx) -> tuple[Revision, list[Text], dict[str, bytes]]:
    rows = knowledge.list_published(tx)
    texts = [Text(row.article_id, row.language, row.audience, row.title, row.body, row.questions) for row in rows]
    kept = {key: base64.b64decode(vector) for key, vector in knowledge_asked.load_vectors(tx).items()}
    return knowledge.find_revision(tx), texts, kept
