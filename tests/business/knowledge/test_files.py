"""Articles as files: what is written is read as the same, what does not fit says why, and the demo's are whole."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barev.demo.articles import read_articles
from business.knowledge.files import read_file, wish_of
from business.knowledge.markdown import cut_passages
from conversation.errors import Rejected
from conversation.language import LANGUAGES


def test_the_demo_s_articles_are_in_every_language_and_differ() -> None:
    articles = read_articles()
    assert len(articles) >= 8
    for slug, parts in articles.items():
        assert {one.language for one in parts} == set(LANGUAGES), slug
        assert len({one.body for one in parts}) == len(LANGUAGES), slug
        assert len({tuple(one.head[key] for key in ("kind", "state", "audience")) for one in parts}) == 1, slug
        for one in parts:
            assert cut_passages(one.body), slug
            assert one.questions, slug


def test_a_file_without_a_head_takes_its_title_from_the_text() -> None:
    one = read_file("folder/Pay-by-card.ru.md", "# Оплата картой\r\n\r\nДа.\r\n")
    assert (one.slug, one.language, one.head["title"], one.body) == ("pay-by-card", "ru", "Оплата картой", "Да.")
    wish = wish_of([one])
    assert (wish.kind, wish.state, wish.tags) == (None, None, None), "what a file does not say stays as it is"


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("how.md", "# A\n", "file_name"),
        ("how.de.md", "# A\n", "file_name"),
        ("???.en.md", "# A\n", "file_name"),
        ("how.en.md", "no title", "file_title"),
        ("how.en.md", "---\ntitle: A\n", "file_head"),
        ("how.en.md", "---\nwhat\n---\n", "file_head"),
        ("how.en.md", "---\ntitle: A\nkind: poem\n---\n", "file_word"),
        ("how.en.md", f"---\ntitle: {'a' * 201}\n---\n", "file_long"),
    ],
)
def test_what_does_not_fit_says_why(name: str, text: str, key: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_file(name, text)
    assert refused.value.text_key == f"knowledge.{key}"


@given(st.text(max_size=30), st.text(max_size=400))
def test_any_file_is_read_or_refused(name: str, text: str) -> None:
    for told in (f"{name}.en.md", name):
        with suppress(Rejected):
            assert "title" in read_file(told, text).head
