"""What became of knowledge: votes, questions that it answered, questions that it did not, and meanings kept."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, func, insert, literal, select, update

from conversation.messages import Language
from crm_store import Tx
from crm_store.models import (
    ConversationRow,
    KnowledgeAnswerRow,
    KnowledgeQuestionRow,
    KnowledgeVectorRow,
    KnowledgeVoteRow,
)
from crm_store.ordering import ordered
from crm_store.paging import Holds, Listing, Page, Sort, Wanted
from crm_store.rows import AnyRow, AnySelect

_Q, _N, _VOTE, _VECTOR = KnowledgeQuestionRow, KnowledgeAnswerRow, KnowledgeVoteRow, KnowledgeVectorRow
_MOST_QUESTIONS: Final = 5_000
_SPARE: Final = 100
QUESTIONS: Final = Listing(
    "knowledge_questions",
    _Q.id,
    {
        "id": Sort(_Q.id, unique=True),
        "last_at": Sort(_Q.last_at, nullable=False),
        "first_at": Sort(_Q.first_at, nullable=False),
        "count": Sort(_Q.count, nullable=False),
        "question": Sort(ordered(_Q.question)),
        "language": Sort(_Q.language, nullable=False),
    },
    default="last_at",
    descending=True,
    filters={
        "language": _Q.language,
        "question": Holds(_Q.question),
        "count": _Q.count,
        "first": _Q.first_at,
        "last": _Q.last_at,
    },
)


# --- votes
# ---------------------------------------------------------------------------------------------------------------


def put_vote(tx: Tx, article_id: int, voter: str, *, useful: bool, at: datetime) -> None:
    """A voter's vote, once: the later one counts."""
    mine = (_VOTE.article_id == article_id, _VOTE.voter == voter)
    if not tx.execute(update(_VOTE).where(*mine).values(useful=useful, at=at)).rowcount:
        tx.execute(insert(_VOTE).values(article_id=article_id, voter=voter, useful=useful, at=at))


def find_vote(tx: Tx, article_id: int, voter: str) -> bool | None:
    """How somebody voted; None: he did not."""
    return tx.scalar(select(_VOTE.useful).where(_VOTE.article_id == article_id, _VOTE.voter == voter))


# --- questions
# -----------------------------------------------------------------------------------------------------------


def note_answer(tx: Tx, article_id: int, conversation_id: int, language: Language, question: str, at: datetime) -> None:
    """The bot answered this question with an article."""
    mine = (_N.article_id == article_id, _N.conversation_id == conversation_id)
    values = {"language": language, "question": question, "at": at}
    if not tx.execute(update(_N).where(*mine).values(**values)).rowcount:
        tx.execute(insert(_N).values(article_id=article_id, conversation_id=conversation_id, **values))


def find_answer(tx: Tx, article_id: int, conversation_id: int) -> AnyRow | None:
    """Which question an article answered in a conversation."""
    mine = (_N.article_id == article_id, _N.conversation_id == conversation_id)
    return tx.execute(select(*_N.__table__.c).where(*mine)).one_or_none()


def note_question(
    tx: Tx, key: str, language: Language, question: str, conversation_id: int | None, at: datetime
) -> None:
    """Something was asked and not answered, once more. What was asked once and long ago gives way to it where there is
    no end of it."""
    again = {"count": _Q.count + 1, "last_at": at, "question": question, "language": language}
    example = {} if conversation_id is None else {"conversation_id": conversation_id}
    if tx.execute(update(_Q).where(_Q.key == key).values(**again, **example)).rowcount:
        return
    if (tx.scalar(select(func.count()).select_from(_Q)) or 0) >= _MOST_QUESTIONS:
        rare = select(_Q.id).order_by(_Q.count, _Q.last_at).limit(_SPARE)
        tx.execute(delete(_Q).where(_Q.id.in_(list(tx.scalars(rare)))))
    values = {"key": key, "language": language, "question": question, "conversation_id": conversation_id}
    tx.execute(insert(_Q).values(**values, count=1, first_at=at, last_at=at, dismissed=False))


def page_questions(tx: Tx, wanted: Wanted, visible: Any) -> Page:
    """A page of what nobody has answered or dismissed. The example is left out where ``visible`` does not hold of its
    conversation."""
    return QUESTIONS.page(tx, _questions(visible).where(_Q.dismissed.is_(False)), wanted)


def dismiss_question(tx: Tx, question_id: int) -> bool:
    """Nobody is to hear of it again; whether there is such."""
    return bool(tx.execute(update(_Q).where(_Q.id == question_id).values(dismissed=True)).rowcount)


def delete_question(tx: Tx, question_id: int) -> bool:
    """It is answered from now on; whether there was such."""
    return bool(tx.execute(delete(_Q).where(_Q.id == question_id)).rowcount)


def forget_talk(tx: Tx, conversation_id: int) -> None:
    """Takes out what was asked in a conversation: a person's words."""
    tx.execute(delete(_N).where(_N.conversation_id == conversation_id))
    tx.execute(delete(_Q).where(_Q.conversation_id == conversation_id))


def _questions(visible: Any) -> AnySelect:
    columns = [one for one in _Q.__table__.c if one.name != "conversation_id"]
    shown = case((visible, _Q.conversation_id), else_=literal(None)).label("conversation_id")
    return select(*columns, shown).outerjoin(ConversationRow, ConversationRow.id == _Q.conversation_id)


# --- meanings
# ------------------------------------------------------------------------------------------------------------


def load_vectors(tx: Tx) -> dict[str, str]:
    """All that are kept, by hash."""
    return {row.hash: row.vector for row in tx.execute(select(_VECTOR.hash, _VECTOR.vector))}


def keep_vectors(tx: Tx, fresh: Mapping[str, str], wanted: Collection[str]) -> None:
    """Adds those made anew, and lets go those of texts that there are no more."""
    held = set(tx.scalars(select(_VECTOR.hash)))
    for gone in held - set(wanted):
        tx.execute(delete(_VECTOR).where(_VECTOR.hash == gone))
    rows = [{"hash": key, "vector": vector} for key, vector in fresh.items() if key not in held]
    if rows:
        tx.execute(insert(_VECTOR), rows)
