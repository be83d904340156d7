"""REST: business presets, which fill an empty catalogue."""

import asyncio

from business.booking.catalogue import EDIT
from business.booking.presets import Filled, Presets, list_presets
from conversation.language import form_in
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.schemas import TEXT, WHOLE, listed, record

_PRESET = record({"name": TEXT, "title": TEXT, "about": TEXT, "services": WHOLE})
_FILLED = record({"groups": WHOLE, "services": WHOLE, "resources": WHOLE})


class PresetRoutes:
    """Everybody reads them; who may edit services fills the catalogue by one."""

    def __init__(self, presets: Presets) -> None:
        self._presets = presets

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route("GET", "/booking-presets", self.list_presets, "Presets by kind of business", {200: listed(_PRESET)}),
            Route(
                "POST",
                "/booking-presets/{name}",
                self.fill_preset,
                "Fills the empty catalogue by a preset",
                {201: _FILLED},
                permission=EDIT,
                parts={"name": {"type": "string", "maxLength": 40}},
                once=True,
            ),
        ]

    async def list_presets(self, call: Call) -> Answer:
        """In the reader's language."""
        items: list[dict[str, object]] = [
            {
                "name": one.name,
                "title": form_in(one.title, call.language),
                "about": form_in(one.about, call.language),
                "services": one.services,
            }
            for one in await asyncio.to_thread(list_presets, self._presets.own)
        ]
        return page_of(items, None)

    async def fill_preset(self, call: Call) -> Answer:
        """Groups, services, a first specialist and room, settings of booking; 409 where there are services."""

        def answer(filled: Filled) -> Answer:
            shown = {"groups": filled.groups, "services": filled.services, "resources": filled.resources}
            return Answer(shown, status=201)

        name, kept = call.request.match_info["name"], call.kept(answer)
        return answer(await self._presets.fill(call.session.agent, name, call.remote, kept))
