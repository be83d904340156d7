"""In whose name, words and by whose doors customers are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from business.outreach.ways import Reach, Way
from conversation.links import StopLinks
from conversation.messages import Author
from conversation.ports import Texts
from crm_store import Tx

LinkTo = Callable[[Tx, int, int | None, datetime], str]
"""The address of a contact's own page, of all that is his or (for a phone that may not be his) of one appointment;
empty: there is none."""


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose name and words customers are told. ``stops``: the links by which letters end."""

    texts: Texts
    author: Author
    reach: Reach
    link: LinkTo
    stops: StopLinks

    def page_of(self, tx: Tx, way: Way, at: datetime, appointment_id: int | None = None) -> str:
        """Where he who is told sees what concerns him, and answers; empty: there is no such page."""
        proven = way.letter is None or way.letter.proven
        if not proven and appointment_id is None:
            return ""
        return self.link(tx, way.contact.id, None if proven else appointment_id, at)

    @property
    def firm(self) -> str:
        """The business's name."""
        return self.author.name
