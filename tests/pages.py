"""Pages as somebody without scripts reads them: links by their words, forms with their fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp


@dataclass
class Form:
    """A form: where it goes, and what it carries by itself."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """A page that was answered."""

    status: int
    url: str
    headers: dict[str, str]
    text: str
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    words: str = ""

    def link(self, words: str) -> str:
        """The address of the first link with these words in it."""
        found = [href for said, href in self.links if words in said]
        assert found, (words, self.words)
        return found[0]

    def links_to(self, part: str) -> list[str]:
        """The addresses of links with this part."""
        return [href for _, href in self.links if part in href]


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._href: str | None = None
        self._said: list[str] = []
        self._all: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._href, self._said = given.get("href"), []
        if tag == "form" and given.get("method") == "post":
            self._page.forms.append(Form(urljoin(self._page.url, given.get("action", ""))))
        if tag == "input" and self._page.forms and given.get("type") == "hidden":
            self._page.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            self._page.links.append(("".join(self._said), urljoin(self._page.url, self._href)))
            self._href = None

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        self._all.append(data)
        self._page.words = " ".join(" ".join(self._all).split())


class Reader:
    """Somebody who reads pages. ``headers``: of his browser."""

    def __init__(self, web: aiohttp.ClientSession, **headers: str) -> None:
        self._web = web
        self._headers = {"Accept-Language": "en", **headers}

    async def get(self, url: str) -> Page:
        """Follows a link."""
        return await self._read("GET", url, None)

    async def send(self, page: Page, **fields: str) -> Page:
        """Fills in the page's form and sends it."""
        form = page.forms[0]
        return await self.post(form.action, {**form.fields, **fields})

    async def post(self, url: str, fields: dict[str, str], **headers: str) -> Page:
        """Sends a form."""
        return await self._read("POST", url, fields, headers)

    async def _read(
        self, method: str, url: str, fields: dict[str, str] | None, headers: dict[str, str] | None = None
    ) -> Page:
        asked = {**self._headers, **(headers or {})}
        async with self._web.request(method, url, data=fields, headers=asked) as answer:
            page = Page(answer.status, str(answer.url), dict(answer.headers), await answer.text())
        _Reader(page).feed(page.text)
        return page
