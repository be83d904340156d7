"""Letters that are pages: their words (package inscriptis), without what their program quotes below them. Nothing of a
page is ever shown as one."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PAGE_CHARS: Final = 2_000_000
_CLASS: Final = "//*[contains(concat(' ', normalize-space(@class), ' '), ' {} ')]"
_RULED: Final = "//div[contains(translate(@style, ' ', ''), 'border-top:solid#{}')]"
_QUOTES: Final = (
    *(
        _CLASS.format(name)
        for name in (
            "gmail_quote",
            "gmail_quote_container",
            "yahoo_quoted",
            "protonmail_quote",
            "gmail_signature",
            "moz-signature",
        )
    ),
    "//blockquote[@type='cite']",
    "//blockquote[contains(@style, 'border-left')]",
)
"""Elements that hold a quoted letter, or a signature."""
_HEADS: Final = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='mail-editor-reference-message-container']",
    _CLASS.format("moz-cite-prefix"),
    _RULED.format("E1E1E1"),
    _RULED.format("B5C4DF"),
)
"""Elements behind which everything is quoted."""
_EMPTY: Final = re.compile(r"\n{3,}")
_LINK: Final = re.compile(r"(?i)(https?://)(?:www\.)?(.*?)/?")
_LINK_CHARS: Final = 1000
_HIDDEN: Final = "//script|//style|//head|//template|//noscript|//object|//iframe|//svg"


def read_page(page: str, *, cut: bool) -> tuple[str, bool]:
    """The words of a page, and whether something quoted was left out (only where ``cut``; where nothing would be left,
    nothing is)."""
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    page = page[:_PAGE_CHARS].replace("\0", "")
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    if not page.strip():
        return "", False
    try:
        tree = document_fromstring(page)
        _show_links(tree)
        whole = _words(tree)
        if not cut or not _cut(tree):
            return whole, False
        own = _words(tree)
    except (LxmlError, ValueError, RecursionError, AssertionError):
        return _tagless(page), False
    return (own, True) if own else (whole, False)


def _show_links(tree: "HtmlElement") -> None:
    """Says behind the words of a link where it leads, unless they say so themselves."""
    for one in tree.xpath("//a[@href]"):
        url = "".join(str(one.get("href")).split())
        words = " ".join(one.text_content().split())
        where = _LINK.fullmatch(url)
        if where is None or not words or len(url) > _LINK_CHARS:
            continue
        said = _LINK.fullmatch(words if "://" in words else where[1] + words)
        if said is None or said[2].casefold() != where[2].casefold():
            if len(one):
                one[-1].tail = f"{(one[-1].tail or '').rstrip()} ({url})"
            else:
                one.text = f"{(one.text or '').rstrip()} ({url})"


def _cut(tree: "HtmlElement") -> bool:
    gone = False
    for query in _QUOTES:
        for one in tree.xpath(query):
            gone = _drop(one) or gone
    for query in _HEADS:
        for one in tree.xpath(query):
            above = one
            while above is not None and above.tag != "body":
                for later in list(above.itersiblings()):
                    _drop(later)
                above = above.getparent()
            gone = _drop(one) or gone
    return gone


def _drop(one: "HtmlElement") -> bool:
    """Takes an element out; what stands behind it stays."""
    if one.getparent() is None or one.tag in ("html", "body"):
        return False
    one.drop_tree()
    return True


def _words(tree: "HtmlElement") -> str:
    from inscriptis import Inscriptis
    from inscriptis.model.config import ParserConfig

    for one in tree.xpath(_HIDDEN):
        _drop(one)
    text = Inscriptis(tree, ParserConfig(display_links=False, display_images=False)).get_text()
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return _EMPTY.sub("\n\n", lines).strip()


def _tagless(page: str) -> str:
    """What no reader of pages can read."""
    return _EMPTY.sub("\n\n", re.sub(r"<[^<>]{0,2000}>", " ", page)).strip()
