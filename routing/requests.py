"""Chat requests as tasks (feature AC-07): who is to answer has a task for it, which answering does.

What is wanted is written in the conversations themselves; hearing of a change only tells where to look, and ``work``
looks everywhere now and again, so that nothing is lost with a process.
"""

import asyncio

from conversation import clock
from conversation.events import ConversationCaughtUp, ConversationChanged, ConversationStarted, TaskChanged
from conversation.messages import Language
from conversation.ports import Texts
from crm_store import Tx, chat_tasks
from crm_store.chat_tasks import Settled
from crm_store.engine import Store
from routing.publisher import Publisher

_AT_ONCE = 500
_SWEEP_S = 60.0


class ChatRequests:
    """Keeps the tasks equal to the conversations."""

    def __init__(self, store: Store, publisher: Publisher, texts: Texts) -> None:
        self._store = store
        self._publisher = publisher
        self._texts = texts
        self._due: set[int] = set()
        self._asked: set[int] = set()  # conversations that have a task, as far as this process knows
        self._woken = asyncio.Event()

    def heard(self, event: ConversationStarted | ConversationChanged | ConversationCaughtUp) -> None:
        """A conversation changed: its task may have to."""
        head = event.conversation
        if head.assignee is not None or head.id in self._asked:
            self._due.add(head.id)
            self._woken.set()

    async def work(self) -> None:
        """Looks at everything, then at what is heard of, now and again at everything; until it is cancelled or the
        store fails, and then anew."""
        await self._settle(await self._store.read(chat_tasks.list_asking))
        while True:
            try:
                async with asyncio.timeout(_SWEEP_S):
                    await self._woken.wait()
            except TimeoutError:
                ids = await self._store.read(chat_tasks.list_asking)
            else:
                self._woken.clear()
                ids, self._due = sorted(self._due), set()
            await self._settle(ids)

    async def _settle(self, ids: list[int]) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            differ = await self._store.read(lambda tx, some=some: chat_tasks.find_unsettled(tx, some))  # type: ignore[misc]  # binds the loop's
            if differ:
                await self._store.writer.run(lambda tx, differ=differ: self._write(tx, differ), self._tell)  # type: ignore[misc]  # binds the loop's

    def _write(self, tx: Tx, ids: list[int]) -> list[Settled]:
        return chat_tasks.settle(tx, ids, clock.now(), self._title)

    def _title(self, language: Language) -> str:
        return self._texts.get(language, "notice.chat_request")

    def _tell(self, settled: list[Settled]) -> None:
        for one in settled:
            if one.task.done:
                self._asked.discard(one.task.conversation_id)
            else:
                self._asked.add(one.task.conversation_id)
            self._publisher.publish(TaskChanged(one.task, one.before, one.fresh))
