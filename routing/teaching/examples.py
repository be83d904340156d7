"""The firm's own examples: added by hand, by a label, from files; taken away. Each change is learned from at once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event, TeachingChanged
from conversation.messages import Agent, Language
from crm_store import Tx, learned_models, learning
from crm_store.engine import Store
from crm_store.learning import Taught
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow
from routing.teaching.files import File, Line, Wrong
from routing.teaching.intents import add_unknown, check_intent, check_key
from routing.teaching.synonyms import add_synonym
from routing.understanding.normal import same_message

TEACH: Final = "bot.teach"
MOST: Final = 20_000
TEXT_CHARS: Final = 1000
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: new examples, those that were there already, those that mean something else now; intents
    and synonyms that came with it; and what is wrong, line by line."""

    added: int
    known: int
    changed: int
    intents: Sequence[str]
    synonyms: int
    wrong: Sequence[Wrong]


class Examples:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def page(self, wanted: Wanted, intent: str | None, *, outside: bool) -> Page:
        """A page of them: of one intent (None: of all), or of those ``outside`` all."""
        return await self._store.read(lambda tx: learning.page_examples(tx, wanted, intent, outside=outside))

    async def list_all(self) -> list[Taught]:
        """All of them."""
        return await self._store.read(learning.list_taught)

    async def add(
        self, actor: Agent, text: str, intent: str | None, language: Language | None, *, checks: bool, remote: str
    ) -> AnyRow:
        """One more; the same message labelled otherwise before means this from now on."""

        def write(tx: Tx) -> AnyRow:
            rights.require_now(tx, actor, TEACH)
            row = put_example(tx, actor, clean(text), intent, language, checks=checks)
            record_deed(
                tx, actor, "example.added", "example", row.id, after={"text": row.text, "intent": intent}, remote=remote
            )
            return row

        return await self._store.writer.run(write, self._tell)

    async def change(
        self, actor: Agent, example_id: int, intent: str | None, *, checks: bool | None, relabel: bool, remote: str
    ) -> AnyRow:
        """Another intent (where ``relabel``), or a check from now on."""

        def write(tx: Tx) -> AnyRow:
            rights.require_now(tx, actor, TEACH)
            before = _require(tx, example_id)
            values: dict[str, object] = {} if checks is None else {"checks": checks}
            if relabel:
                check_intent(tx, intent)
                values["intent"] = intent
            if values:
                learning.change_example(tx, example_id, **values)
                learned_models.mark_taught(tx, clock.now())
            was = {name: getattr(before, name) for name in values}
            record_deed(tx, actor, "example.changed", "example", example_id, before=was, after=values, remote=remote)
            return _require(tx, example_id)

        return await self._store.writer.run(write, self._tell)

    async def remove(self, actor: Agent, example_id: int, remote: str) -> None:
        """Takes one away; if the bot is unsure of it again, it may ask again."""

        def write(tx: Tx) -> None:
            rights.require_now(tx, actor, TEACH)
            row = _require(tx, example_id)
            learning.delete_example(tx, example_id)
            learning.reopen_unclear(tx, row.key)
            learned_models.mark_taught(tx, clock.now())
            record_deed(tx, actor, "example.removed", "example", example_id, before={"text": row.text}, remote=remote)

        await self._store.writer.run(write, self._tell)

    async def take_in(self, actor: Agent, file: File, remote: str) -> Imported:
        """All good lines of a file, in one transaction; unknown intents become the firm's own."""

        def write(tx: Tx) -> Imported:
            rights.require_now(tx, actor, TEACH)
            return _Taking(tx, actor).take(file, remote)

        return await self._store.writer.run(write, self._tell)

    def _tell(self, _done: object) -> None:
        self._publish(TeachingChanged())


def clean(text: str) -> str:
    """A message as it is kept: in one line, without what cannot be seen. Raises Rejected where nothing is left."""
    plain = _SPACE.sub(" ", "".join(one if one.isprintable() else " " for one in text)).strip()
    if not plain:
        raise Rejected("invalid", "teaching.text_missing", field="text")
    if len(plain) > TEXT_CHARS:
        raise Rejected("too_large", "error.text_too_long", limit=TEXT_CHARS)
    return plain


def put_example(
    tx: Tx, actor: Agent, text: str, intent: str | None, language: Language | None, *, checks: bool
) -> AnyRow:
    """Adds an example, or says anew what its message means; it waits on the teach list no more."""
    check_intent(tx, intent)
    key = same_message(text)
    known = learning.find_example_by_key(tx, key)
    if known is None and learning.count_examples(tx) >= MOST:
        raise Rejected("conflict", "teaching.enough")
    values = {"text": text, "language": language, "intent": intent, "checks": checks, "agent_id": actor.id}
    if known is None:
        learning.insert_examples(tx, [{**values, "key": key, "created_at": clock.now()}])
    else:
        learning.change_example(tx, known.id, **values)
    learning.settle_unclear(tx, [key], "labelled")
    learned_models.mark_taught(tx, clock.now())
    found = learning.find_example_by_key(tx, key)
    if found is None:
        raise Rejected("not_found", "teaching.example_not_found")
    return found


class _Taking:
    """A file on its way in."""

    def __init__(self, tx: Tx, actor: Agent) -> None:
        self._tx = tx
        self._actor = actor
        self._known = {one.key: one for one in learning.list_taught(tx)}
        self._ids = learning.list_keys(tx)
        self._fresh: dict[str, dict[str, object]] = {}
        self._wrong: list[Wrong] = []
        self._same = self._changed = 0

    def take(self, file: File, remote: str) -> Imported:
        """Everything that is right."""
        self._wrong += file.wrong
        good = [line for line in file.lines if self._is_right(line)]
        intents = add_unknown(self._tx, self._actor, {line.intent for line in good if line.intent is not None}, remote)
        for line in good:
            self._put(line)
        if len(self._known) + len(self._fresh) > MOST:
            raise Rejected("conflict", "teaching.enough")
        learning.insert_examples(self._tx, list(self._fresh.values()))
        learning.settle_unclear(self._tx, list(self._fresh), "labelled")
        synonyms = sum(add_synonym(self._tx, None, name, stands_for) is not None for name, stands_for in file.synonyms)
        if self._fresh or self._changed:
            learned_models.mark_taught(self._tx, clock.now())
        done = Imported(len(self._fresh), self._same, self._changed, intents, synonyms, self._wrong)
        after = {"added": done.added, "changed": done.changed, "wrong": len(done.wrong)}
        record_deed(self._tx, self._actor, "example.imported", "example", 0, after=after, remote=remote)
        return done

    def _is_right(self, line: Line) -> bool:
        try:
            clean(line.text)
            if line.intent is not None:
                check_key(line.intent)
        except Rejected as error:
            self._wrong.append(Wrong(line.number, error.text_key, error.fields))
            return False
        return True

    def _put(self, line: Line) -> None:
        text = clean(line.text)
        key = same_message(text)
        values: dict[str, object] = {"text": text, "language": line.language, "intent": line.intent}
        values |= {"checks": line.checks, "agent_id": self._actor.id}
        known = self._known.get(key)
        if known is None:
            self._fresh[key] = {**values, "key": key, "created_at": clock.now()}
        elif (known.intent, known.checks) == (line.intent, line.checks):
            self._same += 1
        else:
            self._changed += 1
            learning.change_example(self._tx, self._ids[key], **values)


def _require(tx: Tx, example_id: int) -> AnyRow:
    row = learning.find_example(tx, example_id)
    if row is None:
        raise Rejected("not_found", "teaching.example_not_found")
    return row
