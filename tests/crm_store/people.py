"""Contacts to be found, put into a store as the product does."""

from conversation import clock
from crm_store import Tx, contacts


def add_person(tx: Tx, name: str, *, phone: str | None = None, email: str | None = None, **columns: object) -> int:
    """A contact with what he stated; ``columns`` of his row."""
    at = clock.now()
    contact_id = contacts.insert_contact(tx, name=name, language=None, source="desk", at=at)
    for channel, value in (("phone", phone), ("email", email)):
        if value is not None:
            contacts.state_address(tx, contact_id, channel, value, value, at)
    contacts.change_contact(tx, contact_id, {"note": "", **columns}, at)
    return contact_id
