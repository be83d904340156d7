"""In whose name, words and by whose doors customers are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from business.outreach.ways import Reach
from conversation.messages import Author
from conversation.ports import Texts

LinkTo = Callable[[int, int | None, datetime], str]
"""The address at which a contact (who has that talk) sees what concerns him, until a moment; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose name and words customers are told. ``firm``: the business's name."""

    texts: Texts
    author: Author
    reach: Reach
    link: LinkTo

    @property
    def firm(self) -> str:
        """The business's name."""
        return self.author.name
