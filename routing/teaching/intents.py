"""Intents: those of every firm, and the firm's own, with what the bot does when one is meant."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event, TeachingChanged
from conversation.language import LANGUAGES
from conversation.messages import Agent
from crm_store import Tx, learned_models, learning, places
from crm_store.engine import Store
from crm_store.rows import AnyRow
from routing.understanding.corpus import INTENTS

TEACH: Final = "bot.teach"
MOST: Final = 200
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class IntentWish:
    """What is to be set; None stays as it is. ``titles``, ``answers``: by language. ``team_id`` 0: of no team."""

    titles: Mapping[str, str] | None = None
    answers: Mapping[str, str] | None = None
    hands_over: bool | None = None
    team_id: int | None = None


class Intents:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def list_all(self) -> tuple[list[AnyRow], dict[str | None, int]]:
        """The firm's own, and how many own examples each intent has."""
        return await self._store.read(lambda tx: (learning.list_intents(tx), learning.count_by_intent(tx)))

    async def add(self, actor: Agent, key: str, wish: IntentWish, remote: str) -> AnyRow:
        """One more. It is understood once it has examples."""

        def write(tx: Tx) -> AnyRow:
            rights.require_now(tx, actor, TEACH)
            check_key(key)
            if key in INTENTS or learning.find_intent_id(tx, key) is not None:
                raise Rejected("conflict", "teaching.intent_taken", field="key", name=key)
            row = _add(tx, key, _checked(tx, wish, None))
            record_deed(tx, actor, "intent.added", "intent", row.id, after={"name": key}, remote=remote)
            return row

        return await self._store.writer.run(write, self._tell)

    async def change(self, actor: Agent, intent_id: int, wish: IntentWish, remote: str) -> AnyRow:
        """Sets what is wished."""

        def write(tx: Tx) -> AnyRow:
            rights.require_now(tx, actor, TEACH)
            before = _require(tx, intent_id)
            learning.change_intent(tx, intent_id, **_checked(tx, wish, before), updated_at=clock.now())
            learned_models.mark_named(tx, clock.now())
            record_deed(tx, actor, "intent.changed", "intent", intent_id, after={"name": before.key}, remote=remote)
            return _require(tx, intent_id)

        return await self._store.writer.run(write, self._tell)

    async def remove(self, actor: Agent, intent_id: int, remote: str) -> None:
        """Takes one away, with its examples."""

        def write(tx: Tx) -> None:
            rights.require_now(tx, actor, TEACH)
            row = _require(tx, intent_id)
            learning.delete_examples_of(tx, row.key)
            learning.delete_intent(tx, intent_id)
            learned_models.mark_taught(tx, clock.now())
            record_deed(tx, actor, "intent.removed", "intent", intent_id, before={"name": row.key}, remote=remote)

        await self._store.writer.run(write, self._tell)

    def _tell(self, _done: object) -> None:
        self._publish(TeachingChanged())


def check_key(key: str) -> None:
    """Raises Rejected for what cannot be the name of an intent."""
    if not _KEY.fullmatch(key):
        raise Rejected("invalid", "teaching.intent_key", field="intent", name=key[:40])


def check_intent(tx: Tx, key: str | None) -> None:
    """Raises Rejected where there is no such intent; None is out of scope."""
    if key is not None and key not in INTENTS and learning.find_intent_id(tx, key) is None:
        raise Rejected("conflict", "teaching.intent_unknown", field="intent", name=key[:40])


def add_unknown(tx: Tx, actor: Agent, keys: Iterable[str], remote: str) -> list[str]:
    """Makes own intents of those that there are not: people answer until somebody says what else."""
    fresh = sorted(key for key in keys if key not in INTENTS and learning.find_intent_id(tx, key) is None)
    for key in fresh:
        row = _add(tx, key, {"titles": {}, "answers": {}, "hands_over": True, "team_id": None})
        record_deed(tx, actor, "intent.added", "intent", row.id, after={"name": key}, remote=remote)
    return fresh


def _add(tx: Tx, key: str, values: Mapping[str, object]) -> AnyRow:
    if len(learning.list_intents(tx)) >= MOST:
        raise Rejected("conflict", "teaching.intents_enough")
    at = clock.now()
    intent_id = learning.insert_intent(tx, key=key, **values, created_at=at, updated_at=at)
    learned_models.mark_named(tx, at)
    return _require(tx, intent_id)


def _checked(tx: Tx, wish: IntentWish, before: AnyRow | None) -> dict[str, object]:
    """The columns. Raises Rejected where nothing would be done about such an intent, or it had no name."""
    titles = _plain(wish.titles) if wish.titles is not None else dict(before.titles if before else {})
    answers = _plain(wish.answers) if wish.answers is not None else dict(before.answers if before else {})
    hands_over = wish.hands_over if wish.hands_over is not None else bool(before.hands_over if before else False)
    team_id = (wish.team_id or None) if wish.team_id is not None else (before.team_id if before else None)
    if not titles:
        raise Rejected("conflict", "teaching.title_missing", field="titles")
    if not answers and not hands_over:
        raise Rejected("conflict", "teaching.nothing_done", field="answers")
    if team_id is not None and places.find_team(tx, team_id) is None:
        raise Rejected("not_found", "error.team_not_found", field="team_id")
    return {"titles": titles, "answers": answers, "hands_over": hands_over, "team_id": team_id}


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: texts[language].strip() for language in LANGUAGES if texts.get(language, "").strip()}


def _require(tx: Tx, intent_id: int) -> AnyRow:
    row = learning.find_intent(tx, intent_id)
    if row is None:
        raise Rejected("not_found", "teaching.intent_not_found")
    return row
