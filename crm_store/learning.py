"""Questions about what the firm teaches its bot."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from conversation.messages import JsonObject, Language
from crm_store import Tx
from crm_store.models import AgentRow, ExampleRow, OwnIntentRow, SynonymRow, TeamRow, UnclearRow
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_X, _U, _I, _S = ExampleRow, UnclearRow, OwnIntentRow, SynonymRow
EXAMPLES: Final = Listing(
    "own_examples",
    _X.id,
    {
        "id": Sort(_X.id, unique=True, nullable=False),
        "text": Sort(ordered(func.substr(_X.text, 1, 200))),
        "intent": Sort(ordered(_X.intent)),
        "language": Sort(_X.language),
        "checks": Sort(_X.checks, nullable=False),
        "created_by": Sort(ordered(AgentRow.name)),
        "created_at": Sort(_X.created_at, nullable=False),
    },
    default="id",
    descending=True,
    filters={
        "text": Holds(_X.text),
        "language": _X.language,
        "checks": _X.checks,
        "created_by": Holds(AgentRow.name),
        "created": _X.created_at,
    },
)
"""The firm's own examples, the latest first."""
UNCLEAR: Final = Listing(
    "unclear_messages",
    _U.id,
    {
        "count": Sort(_U.count, nullable=False),
        "id": Sort(_U.id, unique=True, nullable=False),
        "text": Sort(ordered(func.substr(_U.text, 1, 200))),
        "language": Sort(_U.language),
        "conversation_id": Sort(_U.conversation_id),
        "state": Sort(_U.state, nullable=False),
        "first_at": Sort(_U.first_at, nullable=False),
        "last_at": Sort(_U.last_at, nullable=False),
    },
    default="count",
    descending=True,
    filters={
        "text": Holds(_U.text),
        "language": _U.language,
        "conversation_id": _U.conversation_id,
        "count": _U.count,
        "state": _U.state,
        "first": _U.first_at,
        "last": _U.last_at,
    },
)
"""What was unclear, the most frequent first."""
SYNONYMS: Final = Listing(
    "synonyms",
    _S.id,
    {
        "id": Sort(_S.id, unique=True, nullable=False),
        "name": Sort(ordered(_S.name)),
        "stands_for": Sort(ordered(_S.stands_for)),
        "kind": Sort(_S.kind, nullable=False),
        "created_at": Sort(_S.created_at, nullable=False),
    },
    default="id",
    descending=True,
    filters={"name": Holds(_S.name), "stands_for": Holds(_S.stands_for), "kind": _S.kind, "created": _S.created_at},
)
"""Other names of services, staff and branches, the latest first."""


class Taught(NamedTuple):
    """An example as it is learned from."""

    key: str
    text: str
    language: Language | None
    intent: str | None
    checks: bool


# --- examples -------------------------------------------------------------------------------------------------------


def _examples() -> AnySelect:
    shown = select(*_X.__table__.c, AgentRow.name.label("created_by"))
    return shown.outerjoin(AgentRow, AgentRow.id == _X.agent_id)


def page_examples(tx: Tx, wanted: Wanted, intent: str | None, *, outside: bool = False) -> Page:
    """A page of examples: of one intent (None: of all), or of those ``outside`` all of them."""
    query = _examples()
    if outside:
        query = query.where(_X.intent.is_(None))
    elif intent is not None:
        query = query.where(_X.intent == intent)
    return EXAMPLES.page(tx, query, wanted)


def find_example(tx: Tx, example_id: int) -> AnyRow | None:
    """One example."""
    return tx.execute(_examples().where(_X.id == example_id)).one_or_none()


def find_example_by_key(tx: Tx, key: str) -> AnyRow | None:
    """The example of the same message."""
    return tx.execute(_examples().where(_X.key == key)).one_or_none()


def list_taught(tx: Tx) -> list[Taught]:
    """All examples in the order in which they came."""
    query = select(_X.key, _X.text, _X.language, _X.intent, _X.checks).order_by(_X.id)
    return [Taught(*row) for row in tx.execute(query)]


def list_keys(tx: Tx) -> dict[str, int]:
    """The ids of all examples by key."""
    return {row.key: row.id for row in tx.execute(select(_X.key, _X.id))}


def count_examples(tx: Tx) -> int:
    """How many there are."""
    return tx.scalar(select(func.count()).select_from(_X)) or 0


def count_checks(tx: Tx) -> int:
    """How many of them are kept to measure on."""
    return tx.scalar(select(func.count()).select_from(_X).where(_X.checks)) or 0


def count_by_intent(tx: Tx) -> dict[str | None, int]:
    """How many examples each intent has; None: out of scope."""
    found = tx.execute(select(_X.intent, func.count().label("examples")).group_by(_X.intent))
    return {row.intent: row.examples for row in found}


def insert_examples(tx: Tx, rows: Sequence[Mapping[str, object]]) -> None:
    """Adds examples."""
    if rows:
        tx.execute(insert(_X), [dict(row) for row in rows])


def change_example(tx: Tx, example_id: int, **values: object) -> None:
    """Sets columns of one."""
    tx.execute(update(_X).where(_X.id == example_id).values(**values))


def delete_example(tx: Tx, example_id: int) -> None:
    """Takes one away."""
    tx.execute(delete(_X).where(_X.id == example_id))


def delete_examples_of(tx: Tx, intent: str) -> None:
    """Takes all of an intent away."""
    tx.execute(delete(_X).where(_X.intent == intent))


# --- intents --------------------------------------------------------------------------------------------------------


def list_intents(tx: Tx) -> list[AnyRow]:
    """The firm's own intents, by key."""
    query = select(*_I.__table__.c, TeamRow.name.label("team_name")).outerjoin(TeamRow, TeamRow.id == _I.team_id)
    return list(tx.execute(query.order_by(_I.key)))


def find_intent(tx: Tx, intent_id: int) -> AnyRow | None:
    """One of them."""
    query = select(*_I.__table__.c, TeamRow.name.label("team_name")).outerjoin(TeamRow, TeamRow.id == _I.team_id)
    return tx.execute(query.where(_I.id == intent_id)).one_or_none()


def find_intent_id(tx: Tx, key: str) -> int | None:
    """The id of the one with this key."""
    return tx.scalar(select(_I.id).where(_I.key == key))


def insert_intent(tx: Tx, **values: object) -> int:
    """Adds one; returns its id."""
    return tx.execute(insert(_I).values(**values).returning(_I.id)).scalar_one()


def change_intent(tx: Tx, intent_id: int, **values: object) -> None:
    """Sets columns of one."""
    tx.execute(update(_I).where(_I.id == intent_id).values(**values))


def delete_intent(tx: Tx, intent_id: int) -> None:
    """Takes one away."""
    tx.execute(delete(_I).where(_I.id == intent_id))


# --- synonyms -------------------------------------------------------------------------------------------------------


def page_synonyms(tx: Tx, wanted: Wanted) -> Page:
    """A page of synonyms."""
    return SYNONYMS.page(tx, select(*_S.__table__.c), wanted)


def list_synonyms(tx: Tx) -> list[AnyRow]:
    """All synonyms."""
    return list(tx.execute(select(*_S.__table__.c).order_by(_S.id)))


def find_synonym(tx: Tx, synonym_id: int) -> AnyRow | None:
    """One of them."""
    return tx.execute(select(*_S.__table__.c).where(_S.id == synonym_id)).one_or_none()


def insert_synonym(tx: Tx, **values: object) -> int:
    """Adds one; returns its id."""
    return tx.execute(insert(_S).values(**values).returning(_S.id)).scalar_one()


def delete_synonym(tx: Tx, synonym_id: int) -> None:
    """Takes one away."""
    tx.execute(delete(_S).where(_S.id == synonym_id))


# --- what was unclear -----------------------------------------------------------------------------------------------


def page_unclear(tx: Tx, wanted: Wanted) -> Page:
    """A page of what was unclear, the open ones where no state is asked for."""
    return UNCLEAR.page(tx, select(*_U.__table__.c), wanted)


def find_unclear(tx: Tx, unclear_id: int) -> AnyRow | None:
    """One unclear message."""
    return tx.execute(select(*_U.__table__.c).where(_U.id == unclear_id)).one_or_none()


def count_unclear(tx: Tx) -> int:
    """How many wait for a label."""
    return tx.scalar(select(func.count()).select_from(_U).where(_U.state == "open")) or 0


def note_unclear(
    tx: Tx,
    key: str,
    text: str,
    language: Language | None,
    conversation_id: int,
    ranking: Sequence[JsonObject],
    at: datetime,
) -> None:
    """One more time; what was settled before stays settled."""
    again = update(_U).where(_U.key == key).values(count=_U.count + 1, last_at=at, conversation_id=conversation_id)
    if tx.execute(again).rowcount:
        return
    values = {"key": key, "text": text, "language": language, "count": 1, "conversation_id": conversation_id}
    tx.execute(insert(_U).values(**values, ranking=list(ranking), first_at=at, last_at=at))


def settle_unclear(tx: Tx, keys: Collection[str], state: str) -> None:
    """These are asked no more."""
    for key in keys:
        tx.execute(update(_U).where(_U.key == key, _U.state == "open").values(state=state))


def reopen_unclear(tx: Tx, key: str) -> None:
    """Its label was taken away."""
    tx.execute(update(_U).where(_U.key == key, _U.state == "labelled").values(state="open"))


def forget_unclear(tx: Tx, conversation_id: int) -> None:
    """Takes out what only this conversation said; the rest forgets that it was said there."""
    of_it = _U.conversation_id == conversation_id
    tx.execute(delete(_U).where(of_it, _U.count == 1))
    tx.execute(update(_U).where(of_it).values(conversation_id=None))
