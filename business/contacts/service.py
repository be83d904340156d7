"""Contacts as a door uses them: each call is one transaction, open dialogs are told after its commit."""

from collections.abc import Callable
from typing import TypeVar

from business.contacts.telling import Publish, tell_changed
from conversation.messages import Conversation
from crm_store import Tx
from crm_store.engine import Store

T = TypeVar("T")


class Contacts:
    """``country``: the business's own, ISO 3166-1 alpha-2; what is asked and done are functions of this package."""

    def __init__(self, store: Store, publish: Publish, country: str) -> None:
        self._store = store
        self._publish = publish
        self.country = country

    async def read(self, question: Callable[[Tx], T]) -> T:
        """Asks. Raises what ``question`` raises, Unavailable."""
        return await self._store.read(question)

    async def write(self, deed: Callable[[Tx], T]) -> T:
        """Does something that no dialog shows. Raises what ``deed`` raises, Unavailable."""
        return await self._store.writer.run(deed)

    async def change(self, deed: Callable[[Tx], tuple[T, list[Conversation]]]) -> T:
        """Does something and tells the dialogs whose heads ``deed`` returns beside its answer."""

        def tell(written: tuple[T, list[Conversation]]) -> None:
            tell_changed(self._publish, written[1])

        return (await self._store.writer.run(deed, tell))[0]
