"""What a customer says of himself in a talk goes to his card."""

from collections.abc import Mapping
from datetime import datetime

from business.contacts.bin import restore_returning
from business.contacts.cards import note_stated, regions_of
from crm_store import Tx, cards, contacts


def note_answers(
    tx: Tx, contact_id: int, answers: Mapping[str, str], country: str, branch_id: int | None, at: datetime
) -> bool:
    """Keeps name, phone and e-mail as stated: unverified, so they propose a match to the agent and show nobody's
    history. A name that the desk keeps in parts stays as it is.

    ``country``: the business's own; a phone number is first looked for in the branch's. False: nothing new. Raises
    Rejected invalid for a phone or an e-mail that is none.
    """
    changed = False
    name = answers.get("name", "")
    known = contacts.find_standing(tx, contact_id)
    if known is not None and known.deleted_at is not None:
        restore_returning(tx, contact_id)
        changed = True
    if known is not None and name and known.name != name and not (known.given_name or known.family_name):
        contacts.change_contact(tx, contact_id, {"name": name}, at)
        changed = True
    if not (answers.get("phone") or answers.get("email")):
        return changed
    regions = regions_of(tx, country, cards.find_branch_country(tx, branch_id))
    return note_stated(tx, contact_id, answers, regions, at) or changed
