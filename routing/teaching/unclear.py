"""The teach list: what the bot did not understand, once each, until somebody says what was meant or that it is no
matter. Nothing on it is asked a second time."""

import re
from collections.abc import Callable
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event, TeachingChanged
from conversation.messages import Agent, JsonObject
from crm_store import Tx, learning
from crm_store.engine import Store
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow
from routing.teaching.examples import TEACH, TEXT_CHARS, clean, put_example
from routing.understanding.normal import same_message
from routing.understanding.understood import Understood

_NUMBER: Final = re.compile(r"\d(?:[\s().-]?\d){3,}")
_ADDRESS: Final = re.compile(r"\S{1,200}@\S{1,200}")
_RANKED: Final = 5
_DIGITS: Final = 4


def note_unclear(tx: Tx, conversation_id: int, understood: Understood) -> None:
    """A message was not understood: in the transaction of the bot's answer. Long numbers and addresses in it are not
    kept; a message that was settled before is only counted."""
    masked = _ADDRESS.sub("@", _NUMBER.sub(lambda found: re.sub(r"\d", "0", found[0]), understood.text))
    try:
        text = clean(masked[:TEXT_CHARS])
    except Rejected:
        return  # nothing that could be taught
    key = same_message(text)
    if learning.find_example_by_key(tx, key) is not None:
        return
    ranking: list[JsonObject] = [
        {"intent": one.intent, "confidence": round(one.confidence, _DIGITS)} for one in understood.ranking[:_RANKED]
    ]
    learning.note_unclear(tx, key, text, understood.language, conversation_id, ranking, clock.now())


class TeachList:
    """Reads and settles it. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def page(self, wanted: Wanted) -> Page:
        """A page of it."""
        return await self._store.read(lambda tx: learning.page_unclear(tx, wanted))

    async def label(self, actor: Agent, unclear_id: int, intent: str | None, remote: str) -> AnyRow:
        """Says what was meant (None: nothing that an intent answers): the message becomes an example."""

        def write(tx: Tx) -> AnyRow:
            row = _require(tx, actor, unclear_id)
            put_example(tx, actor, row.text, intent, row.language, checks=False)
            after = {"text": row.text, "intent": intent}
            record_deed(tx, actor, "unclear.labelled", "unclear", unclear_id, after=after, remote=remote)
            return _find(tx, unclear_id)

        return await self._store.writer.run(write, self._tell)

    async def dismiss(self, actor: Agent, unclear_id: int, remote: str) -> AnyRow:
        """It is nothing to learn from."""

        def write(tx: Tx) -> AnyRow:
            row = _require(tx, actor, unclear_id)
            learning.settle_unclear(tx, [row.key], "dismissed")
            record_deed(tx, actor, "unclear.dismissed", "unclear", unclear_id, before={"text": row.text}, remote=remote)
            return _find(tx, unclear_id)

        return await self._store.writer.run(write, self._tell)

    def _tell(self, _done: object) -> None:
        self._publish(TeachingChanged())


def _find(tx: Tx, unclear_id: int) -> AnyRow:
    row = learning.find_unclear(tx, unclear_id)
    if row is None:
        raise Rejected("not_found", "teaching.unclear_not_found")
    return row


def _require(tx: Tx, actor: Agent, unclear_id: int) -> AnyRow:
    rights.require_now(tx, actor, TEACH)
    row = _find(tx, unclear_id)
    if row.state != "open":
        raise Rejected("conflict", "teaching.settled")
    return row
