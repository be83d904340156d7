"""Contacts' cards: everything that is known of a person, as it is read and written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, insert, select, update

from conversation.messages import JsonObject, Language
from crm_store import Tx
from crm_store.appointments import Missed, count_missed
from crm_store.conversations import CONTACT_COLUMNS
from crm_store.models import (
    AddressRow,
    AgentRow,
    BranchRow,
    ContactCategoryMemberRow,
    ContactCategoryRow,
    ContactGroupMemberRow,
    ContactGroupRow,
    ContactRow,
    ContactSourceRow,
    ConversationAddressRow,
    ConversationRow,
    ExtraContactRow,
    OutgoingRow,
    SubjectKind,
    SubjectRow,
)
from crm_store.news import Wish, list_wanted


class Named(NamedTuple):
    """A thing of a list: source, curator, group."""

    id: int
    name: str


class Category(NamedTuple):
    """A category. ``colour``: #rrggbb."""

    id: int
    name: str
    colour: str


class Address(NamedTuple):
    """Where he is reached."""

    id: int
    channel: str
    value: str
    display: str | None
    verified_at: datetime | None
    consent_at: datetime | None
    blocked_at: datetime | None


class ExtraContact(NamedTuple):
    """Somebody else to be asked for him."""

    id: int
    name: str
    relation: str
    phone: str | None
    email: str | None
    note: str


class Subject(NamedTuple):
    """Whom or what he comes about."""

    id: int
    kind: SubjectKind
    name: str
    birthday: str | None
    plate: str | None
    details: JsonObject
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """A contact. ``phone`` and ``email``: the best ones, as people read them; ``conversations``: how many he had."""

    id: int
    code: str | None
    name: str
    given_name: str | None
    family_name: str | None
    patronymic: str | None
    address_form: str | None
    language: Language | None
    country: str | None
    birthday: str | None
    phone: str | None
    email: str | None
    note: str
    source: Named | None
    curator: Named | None
    groups: Sequence[Named]
    categories: Sequence[Category]
    custom: JsonObject
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime | None
    conversations: int
    merged_into: int | None
    deleted_at: datetime | None
    erased_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether he is in the lists: neither in the bin nor merged into another."""
        return self.deleted_at is None and self.merged_into is None


@dataclass(frozen=True, slots=True)
class Kin:
    """What hangs on a card and is shown with it alone."""

    addresses: Sequence[Address]
    extra_contacts: Sequence[ExtraContact]
    subjects: Sequence[Subject]
    news: Sequence[Wish]
    missed: Missed


_PLAIN = (
    "code",
    "given_name",
    "family_name",
    "patronymic",
    "address_form",
    "country",
    "birthday",
    "custom",
    "updated_at",
    "merged_into",
    "deleted_at",
    "erased_at",
)


def load_cards(tx: Tx, ids: Collection[int]) -> dict[int, Card]:
    """Cards by id, whatever became of them; unknown ids are left out."""
    if not ids:
        return {}
    query = (
        select(
            *CONTACT_COLUMNS,
            *(getattr(ContactRow, name) for name in _PLAIN),
            ContactSourceRow.id.label("source_id_"),
            ContactSourceRow.name.label("source_name"),
            AgentRow.id.label("curator_id_"),
            AgentRow.name.label("curator_name"),
        )
        .outerjoin(ContactSourceRow, ContactSourceRow.id == ContactRow.source_id)
        .outerjoin(AgentRow, AgentRow.id == ContactRow.curator_id)
        .where(ContactRow.id.in_(ids))
    )
    groups, categories = _groups_of(tx, ids), _categories_of(tx, ids)
    return {
        row.contact_id_: Card(
            id=row.contact_id_,
            name=row.contact_name,
            language=row.contact_language,
            phone=row.contact_phone,
            email=row.contact_email,
            note=row.contact_note,
            source=None if row.source_id_ is None else Named(row.source_id_, row.source_name),
            curator=None if row.curator_id_ is None else Named(row.curator_id_, row.curator_name),
            groups=groups.get(row.contact_id_, ()),
            categories=categories.get(row.contact_id_, ()),
            created_at=row.contact_created_at,
            last_seen_at=row.contact_seen_at,
            conversations=row.contact_conversations,
            **{name: getattr(row, name) for name in _PLAIN},
        )
        for row in tx.execute(query)
    }


def find_card(tx: Tx, contact_id: int) -> Card | None:
    """One card, whatever became of it."""
    return load_cards(tx, (contact_id,)).get(contact_id)


def _groups_of(tx: Tx, ids: Collection[int]) -> dict[int, list[Named]]:
    query = (
        select(ContactGroupMemberRow.contact_id, ContactGroupRow.id, ContactGroupRow.name)
        .join(ContactGroupRow, ContactGroupRow.id == ContactGroupMemberRow.group_id)
        .where(ContactGroupMemberRow.contact_id.in_(ids))
    )
    found: dict[int, list[Named]] = {}
    for row in tx.execute(query.order_by(ContactGroupRow.position, ContactGroupRow.id)):
        found.setdefault(row.contact_id, []).append(Named(row.id, row.name))
    return found


def _categories_of(tx: Tx, ids: Collection[int]) -> dict[int, list[Category]]:
    member, category = ContactCategoryMemberRow, ContactCategoryRow
    query = (
        select(member.contact_id, category.id, category.name, category.colour)
        .join(category, category.id == member.category_id)
        .where(member.contact_id.in_(ids))
    )
    found: dict[int, list[Category]] = {}
    for row in tx.execute(query.order_by(category.position, category.id)):
        found.setdefault(row.contact_id, []).append(Category(row.id, row.name, row.colour))
    return found


def load_kin(tx: Tx, contact_id: int) -> Kin:
    """Addresses, extra contacts, subjects and wished news of a contact, as they were added, and what he missed."""
    extra, subject, address = ExtraContactRow, SubjectRow, AddressRow
    addresses = select(*(getattr(address, name) for name in Address._fields)).where(address.contact_id == contact_id)
    extras = select(*(getattr(extra, name) for name in ExtraContact._fields)).where(extra.contact_id == contact_id)
    subjects = select(*(getattr(subject, name) for name in Subject._fields)).where(
        subject.contact_id == contact_id, subject.deleted_at.is_(None)
    )
    return Kin(
        [Address(*row) for row in tx.execute(addresses.order_by(address.id))],
        [ExtraContact(*row) for row in tx.execute(extras.order_by(extra.id))],
        [Subject(*row) for row in tx.execute(subjects.order_by(subject.id))],
        list(list_wanted(tx, contact_id).values()),
        count_missed(tx, [contact_id]).get(contact_id, Missed(0, 0)),
    )


def set_members(tx: Tx, table: type[Any], column: str, contact_id: int, wanted: Iterable[int]) -> None:
    """Makes the contact a member of exactly these groups (or categories)."""
    mine = table.contact_id == contact_id
    target = getattr(table, column)
    before = set(tx.scalars(select(target).where(mine)))
    after = set(wanted)
    if before - after:
        tx.execute(delete(table).where(mine, target.in_(before - after)))
    if after - before:
        tx.execute(insert(table), [{"contact_id": contact_id, column: one} for one in sorted(after - before)])


def find_coded(tx: Tx, code: str) -> int | None:
    """Whose client code this is."""
    return tx.scalar(select(ContactRow.id).where(ContactRow.code == code))


def list_countries(tx: Tx) -> list[str]:
    """The countries of the firm's branches, the oldest branch first."""
    return list(dict.fromkeys(tx.scalars(select(BranchRow.country).order_by(BranchRow.id))))


def find_branch_country(tx: Tx, branch_id: int | None) -> str | None:
    """The country of a branch."""
    return None if branch_id is None else tx.scalar(select(BranchRow.country).where(BranchRow.id == branch_id))


# --- addresses


def find_address(tx: Tx, contact_id: int, address_id: int) -> Address | None:
    """One address of a contact."""
    columns = (getattr(AddressRow, name) for name in Address._fields)
    mine = select(*columns).where(AddressRow.id == address_id, AddressRow.contact_id == contact_id)
    row = tx.execute(mine).one_or_none()
    return None if row is None else Address(*row)


def is_address_used(tx: Tx, address_id: int) -> bool:
    """Whether a conversation or an outgoing message went over an address."""
    talks = exists().where(ConversationRow.address_id == address_id)
    held = exists().where(ConversationAddressRow.address_id == address_id)
    sent = exists().where(OutgoingRow.address_id == address_id)
    return any(tx.scalar(select(one)) for one in (talks, held, sent))


def delete_address(tx: Tx, address_id: int) -> None:
    """Takes an address away that nothing hangs on."""
    tx.execute(delete(AddressRow).where(AddressRow.id == address_id))


# --- extra contacts and subjects


def insert_row(tx: Tx, table: type[Any], values: Mapping[str, object]) -> int:
    """Adds a row; returns its id."""
    added: int = tx.execute(insert(table).values(**values).returning(table.id)).scalar_one()
    return added


def change_row(tx: Tx, table: type[Any], row_id: int, values: Mapping[str, object]) -> None:
    """Sets columns of a row."""
    if values:
        tx.execute(update(table).where(table.id == row_id).values(**values))


def find_extra(tx: Tx, contact_id: int, extra_id: int) -> ExtraContact | None:
    """One extra contact of a contact."""
    return next((one for one in load_kin(tx, contact_id).extra_contacts if one.id == extra_id), None)


def delete_extra(tx: Tx, extra_id: int) -> None:
    """Takes an extra contact away."""
    tx.execute(delete(ExtraContactRow).where(ExtraContactRow.id == extra_id))


def find_subject(tx: Tx, contact_id: int, subject_id: int) -> Subject | None:
    """One subject of a contact that is not in the bin."""
    return next((one for one in load_kin(tx, contact_id).subjects if one.id == subject_id), None)


def list_family(tx: Tx, contact_id: int) -> list[int]:
    """The contact and all that were merged into it, directly or by way of others; himself first."""
    family, fresh = [contact_id], [contact_id]
    while fresh:
        merged = select(ContactRow.id).where(ContactRow.merged_into.in_(fresh), ContactRow.id.not_in(family))
        fresh = list(tx.scalars(merged.order_by(ContactRow.id)))
        family += fresh
    return family
