"""The form at the beginning of a talk: what has to be answered, and the proof of what was agreed to."""

from datetime import datetime

from conversation.errors import Rejected
from conversation.ports import Start
from crm_store import Tx, conversations, visits


def check_asked(tx: Tx, start: Start, contact_id: int, *, first: bool) -> None:
    """Whether a new talk may begin. Fields are asked once, before the first talk of an address; what the card has
    counts as answered. Consent is asked until its present version was agreed to.

    Raises Rejected invalid with the field that is missing; conflict where the text to agree to is another by now.
    """
    if first:
        known = conversations.find_contact(tx, contact_id)
        card = {} if known is None else {"name": known.name, "phone": known.phone, "email": known.email}
        for one in start.asked.fields:
            if one.required and not start.answers.get(one.key) and not card.get(one.key):
                raise Rejected("invalid", "inbox.answer_missing", field=one.key, label=one.label)
    consent = start.asked.consent
    if consent is None or visits.find_agreed(tx, contact_id, start.asked.inbox_id) >= consent.version:
        return
    if start.agreed == 0:
        raise Rejected("invalid", "inbox.consent_missing", field="consent")
    if start.agreed != consent.version:
        raise Rejected("conflict", "inbox.consent_changed", field="consent")


def note_consent(tx: Tx, start: Start, contact_id: int, at: datetime) -> None:
    """Keeps which version he agreed to, when, and the words he saw; once for each version."""
    consent, inbox_id = start.asked.consent, start.asked.inbox_id
    if consent is None or start.agreed != consent.version:
        return
    agreed = visits.Consent(inbox_id, consent.version, consent.language, consent.text, at, "form")
    visits.note_agreed(tx, contact_id, agreed, start.remote)
