"""``/talk/TOKEN``: from a letter back into the talk. The page is a file; only its script, and nothing that merely looks
at addresses in mail, exchanges the token for the visitor's own."""

import re
import time

from aiohttp import web

from chat_widget.tokens import VisitorTokens
from chat_widget.visitor import VisitorNamespace
from conversation.errors import BarevError, Rejected
from conversation.links import TalkLinks
from conversation.ports import Browsers

_KEY = re.compile("[0-9a-f]{32}")
"""A browser's own. The address of a customer whom the site vouches for is the site's to give."""
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class TalkPage:
    """Answers POST /talk/TOKEN with ``{"token", "inbox"}``; 404 with the error where the link opens no more."""

    def __init__(self, links: TalkLinks, browsers: Browsers, tokens: VisitorTokens, visitors: VisitorNamespace) -> None:
        self._links = links
        self._browsers = browsers
        self._tokens = tokens
        self._visitors = visitors

    def add_to(self, app: web.Application) -> None:
        """Registers the address."""
        app.router.add_post("/talk/{token}", self._exchange)

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        conversation_id = self._links.read(request.match_info["token"])
        try:
            found = None if conversation_id is None else await self._browsers.find(conversation_id)
            if found is None or not _KEY.fullmatch(found[0]):
                raise Rejected("not_found", "error.link_over")
        except BarevError as error:
            language = self._visitors.choose_language(None, request.headers.get("Accept-Language"))
            status = 404 if error.code == "not_found" else 503
            body: dict[str, object] = {"error": self._visitors.say_error(language, error)}
            return web.json_response(body, status=status, headers=_NO_STORE)
        key, inbox = found
        body = {"token": self._tokens.issue(key, time.time()), "inbox": inbox}
        return web.json_response(body, headers=_NO_STORE)
