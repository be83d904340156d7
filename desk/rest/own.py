"""REST: what an agent does about himself."""

from desk.rest.api import Answer, Call, Route
from desk.rest.schemas import WHOLE, record
from desk.settings import DeskSettings
from routing.assignment.handover import HandedOver, Handovers


class OwnRoutes:
    """The one who is signed in."""

    def __init__(self, settings: DeskSettings, handovers: Handovers) -> None:
        self._settings = settings
        self._handovers = handovers

    def routes(self) -> list[Route]:
        """The operations."""
        return [
            Route(
                "POST",
                "/me/handover",
                self.hand_over,
                "Ends one's work: all one's dialogs go to others, each with this note; one is away afterwards",
                {200: record({"given": WHOLE, "queued": WHOLE})},
                body=record({"note": {"type": "string", "maxLength": self._settings.text_limit}}, [], closed=True),
                people_only=True,
                once=True,
                example={"note": "Good evening, all orders of today are in the sheet."},
            )
        ]

    async def hand_over(self, call: Call) -> Answer:
        """``given`` to colleagues, ``queued`` for who has room first."""

        def answer(done: HandedOver) -> Answer:
            return Answer({"given": done.given, "queued": done.queued})

        note = str(call.body.get("note") or "").strip()
        return answer(await self._handovers.hand_over(call.session.agent, note, call.kept(answer)))
