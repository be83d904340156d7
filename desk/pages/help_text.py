"""How a help page is written: HTML of escaped texts, without scripts."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from conversation.language import OWN_NAMES
from conversation.messages import Language
from conversation.ports import Texts


class Listed(NamedTuple):
    """An article in a list; ``passage``: what was found of it, plain text."""

    href: str
    title: str
    passage: str


class Frame:
    """What every page has in common. ``others``: this page in each language, by its address."""

    def __init__(self, texts: Texts, language: Language, business: str, others: Mapping[Language, str]) -> None:
        self._texts = texts
        self._language = language
        self._business = business
        self._others = others

    def say(self, key: str, **fields: object) -> str:
        """A text of the help pages, escaped."""
        return escape(self._texts.get(self._language, f"knowledge.help.{key}", **fields))

    def page(self, title: str, main: str) -> str:
        """A whole page; ``title`` is plain, ``main`` is HTML."""
        home = f"/help/{self._language}/"
        whole = self.say("of", business=self._business)
        name = f"{escape(title)} · {whole}" if title else whole
        here = {self._language: ' aria-current="true"'}
        languages = "".join(
            f'<li><a href="{escape(href)}" lang="{one}" hreflang="{one}"{here.get(one, "")}>{OWN_NAMES[one]}</a></li>'
            for one, href in self._others.items()
        )
        switch = (
            f'<nav aria-label="{self.say("languages")}"><ul>{languages}</ul></nav>' if len(self._others) > 1 else ""
        )
        return (
            f'<!doctype html><html lang="{self._language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{name}</title>'
            '<link rel="stylesheet" href="/help/help.css"></head><body>'
            f'<a class="skip" href="#text">{self.say("skip")}</a>'
            f'<header><a href="{home}">{whole}</a>{switch}</header>'
            f'<main id="text">{main}</main></body></html>'
        )

    def index(self, asked: str, articles: Sequence[Listed]) -> str:
        """The list of articles, or what a search found."""
        nothing = self.say("nothing" if asked else "none")
        items = "".join(
            f'<li><a href="{escape(one.href)}">{escape(one.title)}</a>'
            f"{f'<p>{escape(one.passage)}</p>' if one.passage else ''}</li>"
            for one in articles
        )
        shown = f'<ul class="articles">{items}</ul>' if articles else f'<p role="status">{nothing}</p>'
        heading = f"<h2>{self.say('found' if asked else 'all')}</h2>" if articles else ""
        back = f'<p><a href="/help/{self._language}/">{self.say("all")}</a></p>' if asked else ""
        return (
            f'<h1>{self.say("title")}</h1><p class="soft">{self.say("lead")}</p>'
            f'<form class="search" role="search" action="/help/{self._language}/">'
            f'<label>{self.say("search_for")}<input type="search" name="q" maxlength="200" value="{escape(asked)}">'
            f'</label><button class="go">{self.say("go")}</button></form>{heading}{shown}{back}'
        )

    def article(self, slug: str, title: str, html: str, when: str, voted: bool | None) -> str:
        """An article; ``html``: its text, safe as it is; ``voted``: how this reader did."""
        return (
            f'<article><h1>{escape(title)}</h1><p class="soft">{self.say("updated", date=when)}</p>{html}</article>'
            f"{self._vote(slug, voted)}"
            f'<p><a href="/help/{self._language}/">{self.say("all")}</a></p>'
        )

    def _vote(self, slug: str, voted: bool | None) -> str:
        question = "useful" if voted is None else "change"
        thanks = "" if voted is None else f'<p role="status">{self.say("voted")}</p>'
        buttons = "".join(
            f'<button name="useful" value="{value}"{" disabled" if voted is useful else ""}>{self.say(value)}</button>'
            for value, useful in (("yes", True), ("no", False))
        )
        return (
            f'<section class="vote" id="vote" aria-labelledby="asked">{thanks}<h2 id="asked">{self.say(question)}</h2>'
            f'<form method="post" action="/help/{self._language}/{escape(slug)}/vote">{buttons}</form></section>'
        )

    def missing(self) -> str:
        """There is no such page."""
        home = f"/help/{self._language}/"
        return f'<h1>{self.say("missing")}</h1><p><a href="{home}">{self.say("all")}</a></p>'
