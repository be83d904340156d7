"""What a customer agrees to when he books: that the firm keeps his name and phone."""

from typing import Final

from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Language
from conversation.ports import Texts
from crm_store import Tx, visits
from crm_store.visits import Consent

OWN_INBOX: Final = 0
"""In place of an inbox, for the firm's own text."""
VERSION: Final = 1
"""Of that text; to rise when it comes to mean something else."""


def check_agreed(tx: Tx, contact_id: int | None, consent: Consent | None) -> None:
    """Whether somebody who books by himself agrees, now or since an earlier time. Raises Rejected invalid."""
    if consent is None and (contact_id is None or not visits.list_consents(tx, contact_id)):
        raise Rejected("invalid", "pages.book.consent_missing", field="consent")


def own_words(texts: Texts, language: Language, business: str) -> str:
    """The words beside the tick."""
    return texts.get(language, "pages.book.consent", business=business)


def own_consent(words: str, language: Language, source: str) -> Consent:
    """That a customer agreed to them now. ``source``: the door: ``page``, ``desk``, ``chat``, ``api``."""
    return Consent(OWN_INBOX, VERSION, language, words, clock.now(), source)
