"""What of a contact can be found, and the keys made of it. The seam ``contacts.renew_search`` ends here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import delete, insert, select

from conversation.search_key import fold, loose_spellings, phone_keys, plate_key
from crm_store import Tx
from crm_store.models import AddressRow, ContactKeyRow, ContactRow, ExtraContactRow, SubjectRow
from crm_store.search_plan import Reading, column_text

KEY_VERSION: Final = 1
"""Of the algorithm: raise it, and all rows are indexed anew in the background."""
KEY_CHARS: Final = 8_000
"""Of a text that are indexed; what comes later in it is not found."""

Field = Literal["name", "phone", "email", "code", "note", "extra_contact", "subject", "plate", "address"]
_PHONES = ("phone", "sms", "voice", "viber")
_HIDDEN = ("web",)


class Source(NamedTuple):
    """A text of a contact by which he may be found."""

    field: Field
    text: str


def load_sources(tx: Tx, ids: Sequence[int]) -> dict[int, list[Source]]:
    """What these contacts may be found by, the name first; contacts in the bin or merged away are left out."""
    found: dict[int, list[Source]] = {}
    live = (ContactRow.id.in_(ids), ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None))
    columns = (ContactRow.id, ContactRow.name, ContactRow.given_name, ContactRow.patronymic, ContactRow.family_name)
    notes: dict[int, list[Source]] = {}
    for row in tx.execute(select(*columns, ContactRow.code, ContactRow.note).where(*live)):
        names = [row.name, *(one for one in (row.given_name, row.patronymic, row.family_name) if one)]
        found[row.id] = [Source("name", one) for one in _without_repeats(names)]
        notes[row.id] = [Source("note", row.note)] if row.note else []
        if row.code:
            found[row.id].append(Source("code", row.code))
    if not found:
        return found
    _add_addresses(tx, found)
    _add_kin(tx, found)
    for contact_id, note in notes.items():
        found[contact_id].extend(note)
    return found


def _without_repeats(names: Sequence[str]) -> list[str]:
    """The display name, and of the others only what it does not say."""
    said = set(fold(names[0]).split())
    more = [one for one in names[1:] if not set(fold(one).split()) <= said]
    return [one for one in (names[0], " ".join(more)) if one.strip()]


def _add_addresses(tx: Tx, found: Mapping[int, list[Source]]) -> None:
    columns = (AddressRow.contact_id, AddressRow.channel, AddressRow.value, AddressRow.display)
    mine = select(*columns).where(AddressRow.contact_id.in_(found), AddressRow.channel.not_in(_HIDDEN))
    for row in tx.execute(mine.order_by(AddressRow.id)):
        field: Field = "phone" if row.channel in _PHONES else "email" if row.channel == "email" else "address"
        found[row.contact_id].extend(_of_address(field, row.value, row.display))


def _of_address(field: Field, value: str, shown: str | None) -> list[Source]:
    """As told first, for people to read; a phone also as kept, for its country's code."""
    kept = [Source(field, value)] if field == "phone" and shown else []
    return [Source(field, shown or value), *kept]


def _add_kin(tx: Tx, found: Mapping[int, list[Source]]) -> None:
    extra = (
        select(*ExtraContactRow.__table__.c).where(ExtraContactRow.contact_id.in_(found)).order_by(ExtraContactRow.id)
    )
    for kin in tx.execute(extra):
        sources = found[kin.contact_id]
        sources.append(Source("extra_contact", " ".join(filter(None, (kin.name, kin.relation, kin.note)))))
        sources.extend(Source("phone", one) for one in (kin.phone,) if one)
        sources.extend(Source("email", one) for one in (kin.email,) if one)
    subjects = select(*SubjectRow.__table__.c).where(SubjectRow.contact_id.in_(found), SubjectRow.deleted_at.is_(None))
    for subject in tx.execute(subjects.order_by(SubjectRow.id)):
        sources = found[subject.contact_id]
        said = " ".join(filter(None, (subject.name, subject.note)))
        sources.extend(Source("subject", one) for one in (said,) if one)
        sources.extend(Source("plate", one) for one in (subject.plate,) if one)


def make_keys(sources: Iterable[Source]) -> dict[str, str]:
    """The columns of ``contact_keys`` from what a contact is found by."""
    columns: dict[str, dict[str, None]] = {name: {} for name in ("names", "loose", "digits", "codes", "others")}

    def add(column: str, words: Iterable[str]) -> None:
        columns[column].update(dict.fromkeys(words))

    for field, text in sources:
        text = text[:KEY_CHARS]
        if field == "phone":
            add("digits", phone_keys(text))
            continue
        add("names" if field == "name" else "others", fold(text).split())
        if field in ("code", "plate"):
            key = plate_key(text)
            add("codes", (key, *_from_digits(key)))
        elif field in ("name", "extra_contact", "subject"):
            for word in Reading.of(text).words:
                add("loose", loose_spellings(word))
            if field == "name" and "-" in text:
                add("names", [fold(one.replace("-", "")) for one in text.split() if "-" in one.strip("-")])
    return {name: column_text(word for word in words if word) for name, words in columns.items()}


def _from_digits(key: str) -> tuple[str, ...]:
    """A plate without the letters before its number: people type the number first."""
    rest = key.lstrip("".join(one for one in key if not one.isdigit()))
    return (rest,) if rest and rest != key else ()


def keys_of_new(
    names: Sequence[str], code: str, addresses: Iterable[tuple[Field, str, str]], note: str
) -> dict[str, str]:
    """The columns of ``contact_keys`` of somebody who is about to be added and has no more than this: his names, the
    one to show first, and addresses as (phone | email, as kept, as people read it). What ``renew`` would make."""
    sources = [Source("name", one) for one in _without_repeats(names)]
    if code:
        sources.append(Source("code", code))
    for field, value, shown in addresses:
        sources.extend(_of_address(field, value, shown))
    if note:
        sources.append(Source("note", note))
    return make_keys(sources)


def put_keys(tx: Tx, keys: Mapping[int, Mapping[str, str]]) -> None:
    """Keeps the keys of contacts that have none yet."""
    plain = {"version": KEY_VERSION}
    rows = [{"contact_id": one, **plain, **columns} for one, columns in sorted(keys.items()) if any(columns.values())]
    if rows:
        tx.execute(insert(ContactKeyRow), rows)


def renew(tx: Tx, ids: Sequence[int]) -> None:
    """Makes the keys of these contacts anew, in the writer's transaction; those who may not be found have none."""
    if not ids:
        return
    sources = load_sources(tx, ids)
    tx.execute(delete(ContactKeyRow).where(ContactKeyRow.contact_id.in_(ids)))
    put_keys(tx, {one: make_keys(texts) for one, texts in sources.items()})
