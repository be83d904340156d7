"""``/me/TOKEN/reach``: where a customer wants to be told of his visits."""

from html import escape
from typing import Final, get_args

from aiohttp import web

from business.booking.customer import Mine
from business.outreach.choosing import ReachChoices
from conversation.messages import Language
from crm_store.models import ReachWay
from desk.pages.customer_text import Frame, address
from desk.pages.me_answers import Open
from desk.pages.serving import Serving, see_other

_WAYS: Final[tuple[ReachWay, ...]] = get_args(ReachWay)


class OwnReachPage:
    """Who has a link to one visit only is not asked."""

    def __init__(self, serving: Serving, reach: ReachChoices) -> None:
        self._serving = serving
        self._reach = reach

    def add(self, app: web.Application, opened: Open) -> None:
        """Registers the address. ``opened``: opens the link first."""
        app.router.add_post("/me/{token}/reach", opened(self.choose))

    async def part(self, token: str, mine: Mine, frame: Frame) -> str:
        """The form, to stand on his page."""
        if mine.opened.only is not None:
            return ""
        say, now = frame.say, await self._reach.find(mine.opened.contact_id)
        choices = "".join(
            f'<option value="{one}"{" selected" if one == now else ""}>{say(f"reach.{one}")}</option>' for one in _WAYS
        )
        form = escape(self._serving.forms.make(f"reach.{token}"))
        return (
            f'<h2>{say("reach.title")}</h2><form class="fields" method="post" '
            f'action="{address(f"/me/{token}/reach", lang=frame.language)}">'
            f'<input type="hidden" name="form" value="{form}">'
            f'<label>{say("reach.way")}<select name="way">{choices}</select></label>'
            f'<div class="deeds"><button class="button">{say("reach.save")}</button></div></form>'
        )

    async def choose(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """It counts from here on."""
        given, key = await self._serving.read_form(request, f"reach.{token}")
        way, done = given.get("way", ""), "old"
        if key is not None and way in _WAYS and mine.opened.only is None:
            remote = self._serving.remote_of(request)
            await self._reach.choose_own(mine.opened.contact_id, way, remote)
            done = "reach"
        return see_other(f"/me/{token}?lang={language}&done={done}")
