"""Markdown becomes a safe page and passages that can be said, whatever is written."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.knowledge.markdown import BODY_CHARS, PASSAGE_CHARS, cut_passages, is_safe_link, to_html

MARKS = st.lists(
    st.sampled_from(
        ("# ", "## ", "- ", "1. ", "> ", "|", "|-|", "\n", "\n\n", "**", "`", "```", "[a](", "javascript:x", ")", "<b>")
    )
    | st.text(max_size=12),
    max_size=60,
).map("".join)
KNOWN_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "em", "strong", "s", "code", "pre", "br", "hr"),
    *("blockquote", "table", "thead", "tbody", "tr", "th", "td"),
}


class Tags(HTMLParser):
    """Which elements and links there are."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs


def read(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


@given(MARKS | st.text(max_size=300))
def test_any_text_becomes_a_safe_page(text: str) -> None:
    tags = read(to_html(text))
    assert tags.names <= KNOWN_TAGS
    assert {name for name, _ in tags.attributes} <= {"href", "rel", "class", "start", "style", "title"}
    for name, value in tags.attributes:
        assert name != "href" or is_safe_link(value or "")
        assert name != "style" or re.fullmatch(r"text-align:(left|right|center)", value or "")


@given(MARKS | st.text(max_size=3_000))
def test_any_text_is_cut_into_passages_of_a_bearable_length(text: str) -> None:
    for passage in cut_passages(text):
        assert passage.text.strip()
        assert len(passage.text) <= 2 * PASSAGE_CHARS + 1


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc", "//evil.example"],
)
def test_a_link_leads_nowhere_it_should_not(link: str) -> None:
    assert "href" not in to_html(f"[here]({link})")
    assert "<script" not in to_html(f"<script>alert(1)</script> [x]({link})")


def test_an_article_is_shown_below_its_title_and_cut_where_it_begins_something_new() -> None:
    body = "### First\n\nOne [link](https://example.com/a).\n\n##### Second\n\n- a\n- b\n\n"
    body += "| x | y |\n|---|---|\n| 1 | 2 |\n"
    html = to_html(body)
    assert re.findall(r"<h\d>", html) == ["<h2>", "<h3>"], "no level is left out"
    assert 'href="https://example.com/a" rel="noopener nofollow"' in html
    first, second = cut_passages(body)
    assert first == ("First", "One link (https://example.com/a).")
    assert second == ("Second", "• a\n• b\nx | y\n1 | 2")


def test_a_long_paragraph_is_cut_between_its_sentences() -> None:
    passages = cut_passages("One short sentence stands here. " * 200)
    assert len(passages) > 5
    assert all(one.text.endswith(".") for one in passages)
    assert cut_passages("a" * (BODY_CHARS + 5_000))
