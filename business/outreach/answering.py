"""Who may answer what a letter asked: whoever it was sent to, in the talk in which he answers it, for as long as it is
of use. The talk may be of a contact who has proven nothing: he answers for who was asked, and of nothing else."""

from datetime import datetime

from business.outreach.telling import PRESS
from crm_store import Tx, letters

_VISIT = f"{PRESS}visit:"


def find_asked(tx: Tx, conversation_id: int, value: str, contact_id: int, at: datetime) -> int:
    """For whom a press in a talk counts: ``contact_id``, whose talk it is, unless a letter asked another."""
    asked = letters.list_answered(tx, conversation_id, at)
    return next((one.contact_id for one in asked if any(value == it.value for it in one.choices)), contact_id)


def list_told(tx: Tx, conversation_id: int, at: datetime) -> list[int]:
    """The visits that letters asked about which were answered in a talk."""
    values = [it.value for one in letters.list_answered(tx, conversation_id, at) for it in one.choices]
    return [int(one.removeprefix(_VISIT).partition(":")[0]) for one in values if one.startswith(_VISIT)]
