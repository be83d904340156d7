"""Who may be the same person: proposals with reasons, bounded however many contacts there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from business.contacts.cards import require_card
from business.contacts.names import name_key
from business.team.deeds import record_deed
from conversation.errors import Rejected
from conversation.messages import Agent
from crm_store import Tx, cards, duplicates
from crm_store.cards import Card
from crm_store.cursors import read_cursor, write_cursor

Reason = Literal["phone", "email", "name", "birthday"]
_ORDER: tuple[Reason, ...] = ("phone", "email", "name", "birthday")
_SCORES: dict[Reason, int] = {"phone": 60, "email": 60, "name": 25, "birthday": 25}
_MOST = 50
_BORN_MOST = 1000
_AT_ONCE = 100
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """May be the same person. ``score``: 0 to 100, how much speaks for it."""

    card: Card
    why: tuple[Reason, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts that may be one; the older first."""

    first: Card
    second: Card
    why: tuple[Reason, ...]
    score: int


def propose(tx: Tx, contact_id: int, limit: int = _MOST) -> list[Proposal]:
    """Who may be the same person as this contact, the likeliest first. Raises Rejected not_found."""
    card = require_card(tx, contact_id)
    reasons: dict[int, set[Reason]] = {}
    for shared in duplicates.list_sharing(tx, contact_id, 4 * _MOST):
        reasons.setdefault(shared.contact_id, set()).add("phone" if shared.channel == "phone" else "email")
    if card.birthday and card.name:
        key = name_key(card.name)
        for born in duplicates.list_born(tx, card.birthday, _BORN_MOST):
            if born.contact_id != contact_id and name_key(born.name) == key:
                reasons.setdefault(born.contact_id, set()).update(("name", "birthday"))
    dismissed = duplicates.list_distinct(tx, [contact_id])
    wanted = [one for one in reasons if (min(one, contact_id), max(one, contact_id)) not in dismissed]
    found = cards.load_cards(tx, wanted[: 4 * _MOST])
    proposals = [Proposal(found[one], _sorted(reasons[one]), _score(reasons[one])) for one in wanted if one in found]
    return sorted(proposals, key=lambda one: (-one.score, -one.card.id))[:limit]


def propose_all(tx: Tx, after: str | None, limit: int) -> tuple[list[Pair], str | None]:
    """A page of pairs over the whole base, those with a phone or e-mail in common first, and the next cursor.

    A page may hold fewer than ``limit``, or none, and yet have a next one: each asks a bounded number of questions.
    """
    stage, value, channel = read_cursor(after, str, str, str) if after is not None else ("v", "", "")
    if stage not in {"v", "b"}:
        raise Rejected("invalid", "error.field_wrong", field="after")
    reasons: dict[tuple[int, int], set[Reason]] = {}
    for _ in range(_ROUNDS):
        if stage == "v":
            shared = duplicates.list_shared_values(tx, (value, channel) if value else None, _AT_ONCE)
            for value, channel in shared:
                reason: Reason = "phone" if channel == "phone" else "email"
                _pair_up(reasons, duplicates.list_holders(tx, value, channel, _MOST), [reason])
                if len(reasons) >= limit:
                    break
            if len(reasons) < limit and len(shared) < _AT_ONCE:
                stage, value, channel = "b", "", ""
        else:
            days = duplicates.list_shared_birthdays(tx, value or None, _AT_ONCE)
            for value in days:
                for ids in _namesakes(tx, value):
                    _pair_up(reasons, ids, ["name", "birthday"])
                if len(reasons) >= limit:
                    break
            if len(reasons) < limit and len(days) < _AT_ONCE:
                return _pairs(tx, reasons), None
        if len(reasons) >= limit:
            break
    return _pairs(tx, reasons), write_cursor(stage, value, channel)


def _namesakes(tx: Tx, birthday: str) -> list[list[int]]:
    by_name: dict[str, list[int]] = {}
    for born in duplicates.list_born(tx, birthday, _BORN_MOST):
        by_name.setdefault(name_key(born.name), []).append(born.contact_id)
    return [sorted(ids)[:_MOST] for ids in by_name.values() if len(ids) > 1]


def _pair_up(reasons: dict[tuple[int, int], set[Reason]], ids: list[int], why: list[Reason]) -> None:
    """The oldest with each of the others: whoever merges those has merged all."""
    for other in ids[1:]:
        reasons.setdefault((ids[0], other), set()).update(why)


def _pairs(tx: Tx, reasons: dict[tuple[int, int], set[Reason]]) -> list[Pair]:
    everybody = {one for pair in reasons for one in pair}
    dismissed = duplicates.list_distinct(tx, everybody)
    found = cards.load_cards(tx, everybody)
    return [
        Pair(found[low], found[high], _sorted(why), _score(why))
        for (low, high), why in reasons.items()
        if (low, high) not in dismissed
    ]


def say_distinct(tx: Tx, agent: Agent, contact_id: int, other_id: int, remote: str) -> None:
    """Somebody says that these two are not one: they are not proposed again. Raises Rejected not_found, invalid."""
    if contact_id == other_id:
        raise Rejected("invalid", "contact.merge_itself", field="other_id")
    require_card(tx, contact_id)
    require_card(tx, other_id)
    if duplicates.insert_distinct(tx, contact_id, other_id):
        record_deed(tx, agent, "contact.said_distinct", "contact", contact_id, after={"from": other_id}, remote=remote)


def _sorted(why: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(why, key=_ORDER.index))


def _score(why: Iterable[Reason]) -> int:
    return min(100, sum(_SCORES[reason] for reason in why))
