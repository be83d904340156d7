"""Search as you type: contacts in the order of their worth, messages the latest first (docs/subsystems/search.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select

from conversation.messages import AuthorKind, Person
from conversation.search_key import fold
from crm_store import Tx
from crm_store.conversations import Visible, visible_to
from crm_store.models import ContactRow, ConversationRow, MessageRow
from crm_store.rows import AnyRow
from crm_store.search_index import CONTACTS, MESSAGES, Candidate, list_candidates
from crm_store.search_plan import AllOf, Plan, Tier, column_text, contact_tiers, message_plan, satisfies
from crm_store.search_show import Range, cut_snippet, find_code, find_digits, find_ranges
from crm_store.search_sources import KEY_CHARS, Field, Source, load_sources
from crm_store.search_typo import Typed

FEW: Final = 3
"""With fewer hits than this the query may have a typing mistake in it."""
_PAGE_BASE: Final = 10**13
"""A cursor is the tier times this and the id: ids stay below it."""
_TYPO_CANDIDATES: Final = 300
_ROUNDS: Final = 6
"""How often more candidates are asked for where those found are not for these eyes; then a page is left short."""
_MARGIN: Final = 6
_MOST_CANDIDATES: Final = 1_000
_EXAMINED: Final = 5_000
"""So many candidates of a tier are looked at where hardly any is new: then the next tier has its turn."""


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
    found, following = _rank(tx, query, after, limit, where)
    return _shown(tx, found), following


def find_contact_ids(tx: Tx, query: str, limit: int, where: Conditions = ()) -> list[int]:
    """As ``find_contacts``, the ids of the best alone."""
    return [one.id for one in _rank(tx, query, None, limit, where)[0]]


def _rank(tx: Tx, query: str, after: int | None, limit: int, where: Conditions) -> tuple[list[_Found], int | None]:
    tiers = contact_tiers(query)
    first, below = (0, None) if after is None else divmod(after, _PAGE_BASE)
    found: list[_Found] = []
    for number in range(first, len(tiers)):
        found.extend(_of_tier(tx, tiers, number, below, limit + 1 - len(found), where))
        below = None
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], last.tier * _PAGE_BASE + last.id
    if after is None and len(found) < FEW:
        found.extend(_mistyped(tx, query, {one.id for one in found}, limit - len(found), where))
    return found, None


def _of_tier(
    tx: Tx, tiers: Sequence[Tier], number: int, below: int | None, needed: int, where: Conditions
) -> list[_Found]:
    """Contacts of one tier that no earlier one has."""
    plan = tiers[number].plan
    earlier: Plan = tuple(alternative for tier in tiers[:number] for alternative in tier.plan)
    found: list[_Found] = []
    size = needed + _MARGIN
    examined = 0
    while len(found) < needed and (where or examined < _EXAMINED):
        candidates = list_candidates(tx, CONTACTS, plan, below, size)
        examined += len(candidates)
        for one, columns in _fitting(tx, candidates, where):
            if not satisfies(columns, earlier):
                fitting = next((each for each in plan if satisfies(columns, (each,))), None)
                if fitting is not None:
                    found.append(_Found(one, number, fitting))
        if len(candidates) < size:
            break
        below, size = candidates[-1][0], min(3 * size, _MOST_CANDIDATES)
    return found[:needed]


def _fitting(tx: Tx, candidates: Sequence[Candidate], where: Conditions) -> Sequence[Candidate]:
    """Those that fulfil conditions on their contact's row."""
    if not where or not candidates:
        return candidates
    ids = [one for one, _ in candidates]
    left = set(tx.scalars(select(ContactRow.id).where(ContactRow.id.in_(ids), *where)))
    return [one for one in candidates if one[0] in left]


def _mistyped(tx: Tx, query: str, known: set[int], limit: int, where: Conditions) -> list[_Found]:
    """Names with a typing mistake, the nearest first."""
    typed = Typed(query)
    candidates = list_candidates(tx, CONTACTS, typed.plan, None, _TYPO_CANDIDATES)
    near: list[tuple[float, int]] = []
    for one, columns in _fitting(tx, candidates, where):
        distance = None if one in known else typed.distance(columns["names"])
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
    """Only live contacts have sources: one of the bin whose keys were left behind is not shown."""
    sources = load_sources(tx, [one.id for one in found]) if found else {}
    return [ContactHit(one.id, tuple(_matched(sources[one.id], one.alternative))) for one in found if one.id in sources]


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
    size = limit + _MARGIN
    for _ in range(_ROUNDS):
        candidates = list_candidates(tx, MESSAGES, plan, after, size)
        rows = _load_messages(tx, eyes, [one for one, _ in candidates])
        for one, _ in candidates:
            hit = _hit(rows[one], plan) if one in rows else None
            if hit is not None:
                found.append(hit)
                if len(found) > limit:
                    return found[:limit], found[limit - 1].message_id
        if len(candidates) < size:
            return found, None
        after, size = candidates[-1][0], min(4 * size, _MOST_CANDIDATES)
    return found, after


def _load_messages(tx: Tx, eyes: Visible, ids: Sequence[int]) -> dict[int, AnyRow]:
    """Those that are for these eyes."""
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
    return {row.id: row for row in tx.execute(query.where(visible_to(eyes)))}


def _hit(row: AnyRow, plan: Plan) -> MessageHit | None:
    """None where the message does not say that any more: it was edited a moment ago."""
    body = {"body": column_text(fold(row.text[:KEY_CHARS]).split())}
    fitting = next((one for one in plan if satisfies(body, (one,))), None)
    if fitting is None:
        return None
    snippet = cut_snippet(row.text, fitting)
    return MessageHit(
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
