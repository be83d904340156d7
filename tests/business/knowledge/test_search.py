"""What is found: by words in any letters and endings, by meaning, and nothing where nothing answers."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from barev.demo.articles import read_articles
from business.knowledge.articles import ArticleWish, TextWish, add_article, change_article
from business.knowledge.files import wish_of
from business.knowledge.index import Index, Text, build
from business.knowledge.ports import MeaningGone
from business.knowledge.search import KnowledgeSearch
from conversation.messages import Agent, Language
from crm_store import knowledge, knowledge_asked
from crm_store.engine import Store, StoreUrl, open_store
from tests.crm_store.world import World, insert_world
from tests.stores import sqlite_store

WRITER = ("knowledge.edit",)


class Letters:
    """Meanings by the letters of a text: near where they are the same ones. Forgets how to when it is told to."""

    def __init__(self) -> None:
        self.gone = False
        self.asked = 0

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """How often each of 26 letters is in it."""
        if self.gone:
            raise MeaningGone("gone")
        self.asked += len(texts)
        return [bytes(min(text.lower().count(chr(97 + one)), 255) for one in range(26)) for text in texts]

    def likeness(self, vector: bytes, others: Sequence[bytes]) -> list[float]:
        """The cosine."""

        def size(one: bytes) -> float:
            return sum(each * each for each in one) ** 0.5 or 1.0

        return [sum(a * b for a, b in zip(vector, other, strict=True)) / size(vector) / size(other) for other in others]


def demo_index() -> tuple[Index, dict[int, str]]:
    names: dict[int, str] = {}
    texts = []
    for number, (slug, parts) in enumerate(read_articles().items(), 1):
        names[number] = slug
        staff = parts[0].head["audience"] == "staff"
        for one in parts:
            audience = "staff" if staff else "public"
            texts.append(Text(number, one.language, audience, one.head["title"], one.body, one.questions))  # type: ignore[arg-type]  # one of the two words
    return build(texts), names


INDEX, NAMES = demo_index()


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("I am late, sorry", "running-late"),
        ("опаздываю немного", "running-late"),
        ("opazdyvayu nemnogo", "running-late"),
        ("nver qart uneq?", "gift-certificates"),
        ("երեխայիս հետ կարո՞ղ եմ գալ", "bring-a-child"),
        ("სასაჩუქრე ბარათი მინდა", "gift-certificates"),
        ("шашымды бояудан бұрын жуайын ба", "before-hair-colouring"),
        ("қан тапсырар алдында тамақ", "before-a-blood-test"),
        ("картой принимаете", "ways-to-pay"),
    ],
)
def test_words_are_found_in_any_letters_and_with_any_endings(question: str, slug: str) -> None:
    assert NAMES[INDEX.find(question, False)[0].article_id] == slug


def test_what_is_for_staff_is_for_staff() -> None:
    question = "how do we greet a new customer"
    assert NAMES[INDEX.find(question, True)[0].article_id] == "a-new-customer"
    assert "a-new-customer" not in {NAMES[one.article_id] for one in INDEX.find(question, False)}


@given(st.text(max_size=300))
def test_any_question_has_an_answer_or_none(question: str) -> None:
    for one in INDEX.find(question, True):
        assert 0 <= one.said <= 1.0001
        assert 0 <= one.same <= 1.0001


class Firm:
    """A store with the demo's articles, and who writes them."""

    def __init__(self, store: Store, world: World, writer: Agent) -> None:
        self.store = store
        self.world = world
        self.writer = writer

    async def write(self, wish: ArticleWish, article_id: int | None = None) -> int:
        """Adds or changes an article."""
        return int(
            await self.store.writer.run(
                lambda tx: (
                    (
                        add_article(tx, self.writer, wish, None)
                        if article_id is None
                        else change_article(tx, self.writer, article_id, wish, None)
                    ).row.id
                )
            )
        )


@pytest_asyncio.fixture
async def firm(tmp_path: Path) -> AsyncIterator[Firm]:
    path = tmp_path / "barev.db"
    path.write_bytes(sqlite_store().read_bytes())
    store = await open_store(StoreUrl(sqlite=path))
    world = await store.writer.run(insert_world)
    writer = Agent(1, "owner", "Owner", "owner", "en", None, frozenset(WRITER), ())
    firm = Firm(store, world, writer)
    for slug, parts in read_articles().items():
        wish = wish_of(parts)
        await firm.write(ArticleWish(wish.kind, slug, wish.state, wish.audience, wish.tags, wish.texts))
    yield firm
    await store.close()


async def asked(search: KnowledgeSearch, question: str, language: Language, *, staff: bool = False) -> list[str]:
    found = await search.find(question, language, staff=staff, limit=5)
    return [one.slug for one in found if one.sure]


async def test_it_answers_what_is_written_and_nothing_else(firm: Firm) -> None:
    search = KnowledgeSearch(firm.store, None)
    (one, *_) = await search.find("можно оплатить картой?", "ru", staff=False, limit=5)
    assert (one.slug, one.language, one.sure) == ("ways-to-pay", "ru", True)
    assert one.text.startswith("Наличными")
    (other, *_) = await search.find("можно ли оплатить картой", "en", staff=False, limit=5)
    assert (other.slug, other.language) == ("ways-to-pay", "en"), "in the reader's language, whatever it was asked in"
    for question in ("what is the capital of France", "расскажи анекдот", "", " \x00 ", "\ud800", "🙂" * 600):
        assert await asked(search, question, "en") == []


async def test_a_change_counts_at_once_in_every_process(firm: Firm) -> None:
    here, there = KnowledgeSearch(firm.store, None), KnowledgeSearch(firm.store, None)
    question = "is there a place to park the car?"
    assert await asked(here, question, "en") == await asked(there, question, "en") == []
    text = TextWish("Where can I park?", "Behind the house.", ["is there a place to park the car"])
    wish = ArticleWish("answer", None, "published", "public", (), {"en": text})
    article_id = await firm.write(wish)
    assert await asked(here, question, "en") == await asked(there, question, "en") == ["where-can-i-park"]
    await firm.write(ArticleWish(audience="staff"), article_id)
    assert await asked(here, question, "en") == []
    assert await asked(there, question, "en", staff=True) == ["where-can-i-park"]
    await firm.write(ArticleWish(state="draft"), article_id)
    assert await asked(there, question, "en", staff=True) == []
    await firm.store.writer.run(lambda tx: knowledge.delete_article(tx, article_id))
    assert await asked(here, question, "en", staff=True) == []


@pytest.mark.slow
async def test_meanings_are_learnt_once_kept_and_done_without(firm: Firm) -> None:
    letters = Letters()
    search = KnowledgeSearch(firm.store, letters)
    await asked(search, "I am late", "en")
    await search._learn()
    held = await firm.store.read(knowledge_asked.load_vectors)
    index = await search._index()
    assert held.keys() == index.wordings.keys()
    assert not index.missing()
    again = KnowledgeSearch(firm.store, letters)
    before = letters.asked
    await asked(again, "I am late", "en")
    await again._learn()
    assert letters.asked == before + 1, "but for the question itself all is remembered"
    letters.gone = True
    assert await asked(again, "What if I am running late?", "en") == ["running-late"], "words alone"
