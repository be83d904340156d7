"""A sentence tried out is understood in the firm's own time and hours."""

from business.hours.calendar import load_calendar
from conversation import clock
from conversation.messages import Language
from crm_store import Tx
from crm_store.engine import Store
from routing.understanding.entities.frame import Frame


async def firm_frame(store: Store, country: str, language: Language | None) -> Frame:
    """The frame of the firm, as it is where no branch is known. Raises Unavailable."""

    def read(tx: Tx) -> Frame:
        schedule = load_calendar(tx).asked(None, None)
        return Frame.of(clock.now(), schedule, country, language)

    return await store.read(read)
