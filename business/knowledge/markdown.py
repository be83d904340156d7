"""Markdown (CommonMark with tables) as a page shows it, and as passages that can be said in a chat.

HTML in it is text, pictures are left out, and links lead to http, https, mailto, tel or into the same site alone.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


BODY_CHARS: Final = 20_000
PASSAGE_CHARS: Final = 600
"""A passage that has so many is not added to; one block is cut when it has twice as many."""
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?։…])\s+")
_LOWEST_HEADING: Final = 6


class Passage(NamedTuple):
    """A part of an article that says one thing: plain text; ``heading``: what it stands under."""

    heading: str
    text: str


@lru_cache(maxsize=1)
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # two megabytes, for the first text that is shown or searched

    class Reader(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
            return is_safe_link(url)

    reader = Reader("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    return reader.disable("image")


def is_safe_link(address: str) -> bool:
    """Whether a link may be followed from a page of ours."""
    return _SAFE_LINK.match(address.strip()) is not None


def to_html(body: str) -> str:
    """The page's part: headings begin one level below the title, and no level is left out. Never raises."""
    tokens = _reader().parse(body[:BODY_CHARS])
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]
    above, highest = 1, min(levels, default=1)
    for token in _flat(tokens):
        if token.type == "heading_open":
            above = min(int(token.tag[1:]) - highest + 2, above + 1, _LOWEST_HEADING)
            token.tag = f"h{above}"
        elif token.type == "heading_close":
            token.tag = f"h{above}"
        elif token.type == "link_open" and not str(token.attrGet("href") or "").startswith(("/", "#")):
            token.attrSet("rel", "noopener nofollow")
    return str(_reader().renderer.render(tokens, _reader().options, {}))


def cut_passages(body: str) -> list[Passage]:
    """The passages of an article, in order. Never raises."""
    passages: list[Passage] = []
    heading, held = "", ""

    def close() -> None:
        nonlocal held
        if held:
            passages.append(Passage(heading, held))
        held = ""

    for name, text in _blocks(_reader().parse(body[:BODY_CHARS])):
        if name == "heading":
            close()
            heading = text
            continue
        for part in _cut(text):
            if held and len(held) + len(part) > PASSAGE_CHARS:
                close()
            held = f"{held}\n{part}" if held else part
    close()
    return passages


def _cut(text: str) -> Iterator[str]:
    """A block in parts of a bearable length, parted between sentences where there are any."""
    if len(text) <= 2 * PASSAGE_CHARS:
        yield text
        return
    held = ""
    for sentence in _SENTENCE_END.split(text):
        if held and len(held) + len(sentence) > PASSAGE_CHARS:
            yield held
            held = ""
        held = f"{held} {sentence}".strip()
        while len(held) > 2 * PASSAGE_CHARS:
            yield held[:PASSAGE_CHARS]
            held = held[PASSAGE_CHARS:]
    if held:
        yield held


def _blocks(tokens: "Sequence[Token]") -> Iterator[tuple[str, str]]:
    """Headings and the plain text of everything else, block by block; a list or a table is one."""
    block = _Block()
    for token in tokens:
        block.take(token)
        if token.level == 0 and token.nesting <= 0 and block.lines:
            yield block.name, "\n".join(filter(str.strip, block.lines))
            block = _Block()


class _Block:
    """One block as its tokens come."""

    def __init__(self) -> None:
        self.name = "text"
        self.lines: list[str] = []
        self._numbers: list[int] = []
        self._prefix = ""
        self._row: list[str] | None = None

    def take(self, token: "Token") -> None:
        """Adds what a token says."""
        if token.type == "inline":
            self._say(_plain(token.children or []))
        elif token.type in ("fence", "code_block"):
            self.lines.append(token.content.strip("\n"))
        elif token.type == "heading_open":
            self.name = "heading"
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            self._numbers.append(int(token.attrGet("start") or 1) if token.type[0] == "o" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        elif token.type == "list_item_open":
            self._prefix = f"{self._numbers[-1]}. " if self._numbers[-1] else "• "
            self._numbers[-1] += 1 if self._numbers[-1] else 0
        elif token.type == "tr_open":
            self._row = []
        elif token.type == "tr_close":
            self.lines.append(" | ".join(self._row or []))
            self._row = None

    def _say(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text)
        else:
            self.lines.append(self._prefix + text)
            self._prefix = ""


def _plain(children: "Sequence[Token]") -> str:
    parts: list[str] = []
    address, said = "", 0
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" " if token.type == "softbreak" else "\n")
        elif token.type == "link_open":
            address, said = str(token.attrGet("href") or ""), len(parts)
        elif token.type == "link_close":
            plain = address.removeprefix("mailto:").removeprefix("tel:")
            if address and not address.startswith(("/", "#")) and "".join(parts[said:]) != plain:
                parts.append(f" ({plain})")
        else:
            parts.append(token.content)
    return "".join(parts).strip()


def _flat(tokens: "Sequence[Token]") -> "Iterator[Token]":
    for token in tokens:
        yield token
        yield from token.children or ()
