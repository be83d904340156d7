"""What customers call a service, a person of the staff or a branch."""

from collections.abc import Callable
from typing import Final

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.events import Event, TeachingChanged
from conversation.messages import Agent
from crm_store import Tx, learned_models, learning
from crm_store.engine import Store
from crm_store.models import NameKind
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow
from routing.understanding.normal import same_message

TEACH: Final = "bot.teach"
MOST: Final = 2_000
NAME_CHARS: Final = 100


class Synonyms:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def page(self, wanted: Wanted) -> Page:
        """A page of them."""
        return await self._store.read(lambda tx: learning.page_synonyms(tx, wanted))

    async def list_pairs(self) -> list[tuple[str, str]]:
        """All of them: what is said, and the name it stands for."""
        return [(row.name, row.stands_for) for row in await self._store.read(learning.list_synonyms)]

    async def add(self, actor: Agent, kind: NameKind, name: str, stands_for: str, remote: str) -> AnyRow:
        """One more."""

        def write(tx: Tx) -> AnyRow:
            rights.require_now(tx, actor, TEACH)
            row = add_synonym(tx, kind, name, stands_for)
            if row is None:
                raise Rejected("conflict", "teaching.synonym_taken", field="name", name=name.strip())
            after = {"name": row.name, "stands_for": row.stands_for}
            record_deed(tx, actor, "synonym.added", "synonym", row.id, after=after, remote=remote)
            return row

        return await self._store.writer.run(write, self._tell)

    async def remove(self, actor: Agent, synonym_id: int, remote: str) -> None:
        """Takes one away."""

        def write(tx: Tx) -> None:
            rights.require_now(tx, actor, TEACH)
            row = learning.find_synonym(tx, synonym_id)
            if row is None:
                raise Rejected("not_found", "teaching.synonym_not_found")
            learning.delete_synonym(tx, synonym_id)
            learned_models.mark_named(tx, clock.now())
            before = {"name": row.name, "stands_for": row.stands_for}
            record_deed(tx, actor, "synonym.removed", "synonym", synonym_id, before=before, remote=remote)

        await self._store.writer.run(write, self._tell)

    def _tell(self, _done: object) -> None:
        self._publish(TeachingChanged())


def add_synonym(tx: Tx, kind: NameKind | None, name: str, stands_for: str) -> AnyRow | None:
    """Adds one; None where the name is taken. ``kind`` None: that of another synonym for the same, else a service."""
    name, stands_for = name.strip()[:NAME_CHARS], stands_for.strip()[:NAME_CHARS]
    known = learning.list_synonyms(tx)
    if not name or not stands_for:
        raise Rejected("invalid", "teaching.text_missing", field="name")
    if any(row.key == same_message(name) for row in known):
        return None
    if len(known) >= MOST:
        raise Rejected("conflict", "teaching.enough")
    kind = kind or next((row.kind for row in known if row.stands_for == stands_for), "service")
    at = clock.now()
    values = {"key": same_message(name), "kind": kind, "name": name, "stands_for": stands_for, "created_at": at}
    synonym_id = learning.insert_synonym(tx, **values)
    learned_models.mark_named(tx, at)
    return learning.find_synonym(tx, synonym_id)
