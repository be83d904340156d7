"""A site that is not ours: plain pages of another origin with one script tag, under a strict policy of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from tests.leaving import see_off

_PAGE = """<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title}</title>
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/shop.css">
  </head>
  <body>
    <header><a href="/">Vardanush</a></header>
    <main>
      <h1>Flowers on Tumanyan Street</h1>
      <p>Roses, tulips and field flowers, cut this morning. We bring them to your door within the hour.</p>
      <button type="button">Into the basket</button>
    </main>
    {tags}
  </body>
</html>
"""

_STYLE = """
body { margin: 2rem; font: 1rem/1.5 sans-serif; background: #fff; color: #222; }
h1 { color: #7a1f3d; }
p { max-width: 34rem; }
a { color: #7a1f3d; }
button { font: inherit; padding: 0.6rem 1.2rem; }
"""

_ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'


@dataclass
class ForeignSite:
    """Listens at ``address``; its pages carry the widget of ``barev``."""

    address: str
    barev: str

    def page(self, path: str = "/", **what: str) -> str:
        """The address of a page: its ``language``, ``title``, ``inbox``, how many ``times`` it has the script."""
        return f"{self.address}{path}?{urlencode(what)}"

    async def answer(self, request: web.Request) -> web.Response:
        """Any page: they all are the same shop."""
        query = request.query
        inbox = f' data-inbox="{escape(query["inbox"])}"' if "inbox" in query else ""
        tag = f'<script src="{self.barev}/widget.js"{inbox} async></script>'
        language, title = escape(query.get("language", "en")), escape(query.get("title", "Fresh flowers"))
        text = _PAGE.format(language=language, title=title, tags=tag * int(query.get("times", "1")))
        headers = {"Content-Security-Policy": policy_of(self.barev), "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)


def policy_of(barev: str) -> str:
    """As strict as docs/how-to/put-the-chat-on-a-site.md allows, and stricter: no markup is made out of texts."""
    directives = (
        "default-src 'none'",
        f"script-src {barev}",
        f"connect-src {barev} {barev.replace('http', 'ws', 1)}",
        "style-src 'self'",
        f"img-src 'self' {barev}",
        f"media-src {barev}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    )
    return "; ".join(directives)


@asynccontextmanager
async def foreign_site(barev: str) -> AsyncIterator[ForeignSite]:
    """A site on a port of its own while the block runs."""
    site = ForeignSite("", barev)

    async def style(_request: web.Request) -> web.Response:
        return web.Response(text=_STYLE, content_type="text/css")

    async def icon(_request: web.Request) -> web.Response:
        return web.Response(text=_ICON, content_type="image/svg+xml")

    app = web.Application()
    app.router.add_get("/shop.css", style)
    app.router.add_get("/icon.svg", icon)
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
        await see_off()
    finally:
        await runner.cleanup()
