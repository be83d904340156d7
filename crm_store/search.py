"""Search as you type: contacts in the order of their worth, messages the latest first (docs/subsystems/search.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from conversation.messages import AuthorKind, Person
from crm_store import Tx
from crm_store.conversations import Visible, visible_to
from crm_store.models import ContactKeyRow, ContactRow, ConversationRow, MessageKeyRow, MessageRow
from crm_store.search_index import list_candidates
from crm_store.search_key import fold
from crm_store.search_plan import AllOf, Plan, Tier, column_text, contact_tiers, message_plan, satisfies
from crm_store.search_show import Range, cut_snippet, find_code, find_digits, find_ranges
from crm_store.search_sources import KEY_CHARS, Field, Source, load_sources
from crm_store.search_typo import distance_of, typo_plan

FEW: Final = 3
"""With fewer hits than this the query may have a typing mistake in it."""
_PAGE_BASE: Final = 10**13
"""A cursor is the tier times this and the id: ids stay below it."""
_TYPO_CANDIDATES: Final = 400
_ROUNDS: Final = 6
"""How often more candidates are asked for where those found are not for these eyes; then a page is left short."""
_LEAST_CANDIDATES: Final = 50
_MOST_CANDIDATES: Final = 1_000
KEY_COLUMNS: Final = ("names", "loose", "digits", "codes", "others")


@dataclass(frozen=True, slots=True)
class Matched:
    """A text of a contact in which the query was found; ``ranges`` in code points."""

    field: Field
    text: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class ContactHit:
    """A contact found, and where."""

    id: int
    matched: tuple[Matched, ...]


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A message found; ``ranges`` are in ``snippet``, in code points."""

    conversation_id: int
    message_id: int
    seq: int
    at: datetime
    author_kind: AuthorKind
    author_name: str
    contact: Person
    private: bool
    snippet: str
    ranges: tuple[Range, ...]


Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A contact that a tier found, and by which of its alternatives."""

    id: int
    tier: int
    alternative: AllOf


def find_contacts(
    tx: Tx, query: str, *, after: int | None = None, limit: int = 20, where: Conditions = ()
) -> tuple[list[ContactHit], int | None]:
    """Live contacts that a query finds, in the order of their worth, and the cursor of the next page.

    First those whose name has all words of the query as whole words, then as beginnings, then phone, plate and code,
    the rest of the card, other romanisations, other keyboard layouts, parts of words; within each the latest contact
    first. Where hardly anybody is found: names with a typing mistake. ``where``: conditions on ``ContactRow``. A cursor
    that was never handed out finds nobody.
    """
    tiers = contact_tiers(query)
    first, below = (0, None) if after is None else divmod(after, _PAGE_BASE)
    found: list[_Found] = []
    for number in range(first, len(tiers)):
        found.extend(_of_tier(tx, tiers, number, below, limit + 1 - len(found), where))
        below = None
        if len(found) > limit:
            last = found[limit - 1]
            return _shown(tx, found[:limit]), last.tier * _PAGE_BASE + last.id
    if after is None and len(found) < FEW:
        found.extend(_mistyped(tx, query, {one.id for one in found}, limit - len(found), where))
    return _shown(tx, found), None


def _of_tier(
    tx: Tx, tiers: Sequence[Tier], number: int, below: int | None, needed: int, where: Conditions
) -> list[_Found]:
    """Contacts of one tier that no earlier one has."""
    plan = tiers[number].plan
    earlier: Plan = tuple(alternative for tier in tiers[:number] for alternative in tier.plan)
    found: list[_Found] = []
    size = max(2 * needed, _LEAST_CANDIDATES)
    while len(found) < needed:
        ids = list_candidates(tx, ContactKeyRow, plan, below, size)
        keys = _load_keys(tx, ids, where)
        for one in ids:
            if one in keys and not satisfies(keys[one], earlier):
                fitting = next((each for each in plan if satisfies(keys[one], (each,))), None)
                if fitting is not None:
                    found.append(_Found(one, number, fitting))
        if len(ids) < size:
            break
        below, size = ids[-1], min(2 * size, _MOST_CANDIDATES)
    return found[:needed]


def _load_keys(tx: Tx, ids: Sequence[int], where: Conditions) -> dict[int, Mapping[str, str]]:
    if not ids:
        return {}
    columns = [getattr(ContactKeyRow, name) for name in KEY_COLUMNS]
    live = (ContactRow.deleted_at.is_(None), ContactRow.merged_into.is_(None), *where)
    query = select(ContactKeyRow.contact_id, *columns).join(ContactRow, ContactRow.id == ContactKeyRow.contact_id)
    rows = tx.execute(query.where(ContactKeyRow.contact_id.in_(ids), *live))
    return {row[0]: dict(zip(KEY_COLUMNS, row[1:], strict=True)) for row in rows}


def _mistyped(tx: Tx, query: str, known: set[int], limit: int, where: Conditions) -> list[_Found]:
    """Names with a typing mistake, the nearest first."""
    plan = typo_plan(query)
    ids = list_candidates(tx, ContactKeyRow, plan, None, _TYPO_CANDIDATES)
    near: list[tuple[float, int]] = []
    for one, columns in _load_keys(tx, ids, where).items():
        distance = None if one in known else distance_of(query, columns["names"])
        if distance is not None:
            near.append((distance, -one))
    return [_Found(-negative, -1, ()) for _, negative in sorted(near)[:limit]]


_FIELDS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "names": ("name",),
    "loose": ("name", "extra_contact", "subject"),
    "digits": ("phone",),
    "codes": ("code", "plate"),
    "others": ("email", "code", "note", "extra_contact", "subject", "plate", "address"),
}


def _shown(tx: Tx, found: Sequence[_Found]) -> list[ContactHit]:
    sources = load_sources(tx, [one.id for one in found]) if found else {}
    return [ContactHit(one.id, tuple(_matched(sources.get(one.id, ()), one.alternative))) for one in found]


def _matched(sources: Sequence[Source], alternative: AllOf) -> Iterator[Matched]:
    """Where it was found; the name without a range where it was found by its sound only."""
    said = False
    seen: set[str] = set()
    for field, text in sources:
        mine = tuple(tuple(one for one in clause if field in _FIELDS_OF[one.column]) for clause in alternative)
        if not any(mine) or field in seen:
            continue
        ranges: tuple[Range, ...] = ()
        if field == "phone":
            ranges = find_digits(text, mine)
        elif field in ("code", "plate"):
            ranges = find_code(text, mine)
        ranges = ranges or (() if field == "phone" else find_ranges(text, mine))
        if ranges:
            said = True
            seen.add(field)
            yield Matched(field, text, ranges)
    if not said and sources:
        yield Matched(sources[0].field, sources[0].text, ())


# --- messages
# -----------------------------------------------------------------------------------------------------------


def find_messages(
    tx: Tx, eyes: Visible, query: str, *, after: int | None = None, limit: int = 20
) -> tuple[list[MessageHit], int | None]:
    """Messages for these eyes that a query finds, private notes too, the latest first, and the cursor of the next page.

    Each word of the query begins a word of the message. A page may be short although another follows: where most hits
    are not for these eyes, it is handed out after some thousands of candidates.
    """
    plan = message_plan(query)
    found: list[MessageHit] = []
    size = max(2 * limit, _LEAST_CANDIDATES)
    for _ in range(_ROUNDS):
        ids = list_candidates(tx, MessageKeyRow, plan, after, size)
        hits = _load_messages(tx, eyes, ids, plan)
        for one in ids:
            if one in hits:
                found.append(hits[one])
                if len(found) > limit:
                    return found[:limit], found[limit - 1].message_id
        if len(ids) < size:
            return found, None
        after, size = ids[-1], min(3 * size, _MOST_CANDIDATES)
    return found, after


def _load_messages(tx: Tx, eyes: Visible, ids: Sequence[int], plan: Plan) -> dict[int, MessageHit]:
    """Those that are for these eyes and still say what was found."""
    if not ids:
        return {}
    columns = (
        MessageRow.id,
        MessageRow.conversation_id,
        MessageRow.seq,
        MessageRow.at,
        MessageRow.author_kind,
        MessageRow.author_name,
        MessageRow.private,
        MessageRow.text,
        ContactRow.id.label("contact_id_"),
        ContactRow.name.label("contact_name"),
    )
    query = (
        select(*columns)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .join(ContactRow, ContactRow.id == ConversationRow.contact_id)
        .where(MessageRow.id.in_(ids), MessageRow.deleted_at.is_(None), ContactRow.deleted_at.is_(None))
    )
    found: dict[int, MessageHit] = {}
    for row in tx.execute(query.where(visible_to(eyes))):
        body = {"body": column_text(fold(row.text[:KEY_CHARS]).split())}
        fitting = next((one for one in plan if satisfies(body, (one,))), None)
        if fitting is None:
            continue
        snippet = cut_snippet(row.text, fitting)
        found[row.id] = MessageHit(
            conversation_id=row.conversation_id,
            message_id=row.id,
            seq=row.seq,
            at=row.at,
            author_kind=row.author_kind,
            author_name=row.author_name,
            contact=Person(row.contact_id_, row.contact_name),
            private=row.private,
            snippet=snippet.text,
            ranges=snippet.ranges,
        )
    return found
