"""What readers and customers say of the articles: votes, and questions that none answers."""

from conversation import clock
from conversation.errors import Rejected
from crm_store import Tx, knowledge, knowledge_asked
from crm_store.engine import Store


class Asked:
    """Keeps it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def dismiss(self, question_id: int) -> None:
        """Nobody wants to hear of it again, however often it is asked. Raises Rejected not_found."""
        if not await self._store.writer.run(lambda tx: knowledge_asked.dismiss_question(tx, question_id)):
            raise Rejected("not_found", "knowledge.question_not_found")

    async def vote(self, slug: str, reader: str, *, useful: bool) -> bool:
        """A reader's vote on a public article, his later one over his earlier; False: there is no such article."""

        def write(tx: Tx) -> bool:
            row = knowledge.find_by_slug(tx, slug)
            if row is None or row.state != "published" or row.audience != "public":
                return False
            knowledge_asked.put_vote(tx, row.id, f"reader:{reader}", useful=useful, at=clock.now())
            return True

        return await self._store.writer.run(write)
