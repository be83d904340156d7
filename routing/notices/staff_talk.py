"""What an agent does in his own chat: he answers customers by replying to notices, takes and ends conversations, and
leaves. Everything is safe to repeat: a far side may tell it twice."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from business.team.notices import spend, unlink_now
from conversation import clock
from conversation.channels import FarFile, Heard
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.messages import Agent, Message
from conversation.ports import AddressKey, Files, Posted, Upload
from crm_store import Tx, agents, conversations, notices
from crm_store.appending import Appended
from crm_store.attachments import AGENT
from crm_store.engine import Store
from crm_store.notices import NoticeAddress
from routing.handoff import Handoff
from routing.notices.wording import STOP, Act, Notice, Wording, read_press, write
from routing.reads import ReadMarks
from routing.replies import Replies

_log = logging.getLogger(__name__)
_NAME_LOOKS: Final = 50
_NAME_LOOK_S: Final = 0.1
NOBODY: Final = Posted(0, 0, 0, 0)
"""What is answered where nothing became a message."""
_DONE: Final[Mapping[Act, str]] = {"take": "said.taken", "resolve": "said.resolved"}


class Staff(NamedTuple):
    """An agent, by his own chat."""

    agent: Agent
    address: NoticeAddress


@dataclass(frozen=True, slots=True)
class Means:
    """What the desk does with a conversation, too. ``text_limit``: characters of an answer."""

    handoff: Handoff
    replies: Replies
    reads: ReadMarks
    files: Files
    text_limit: int


class StaffTalk:
    """The agents' chats of all messengers."""

    def __init__(self, store: Store, means: Means, wording: Wording) -> None:
        self._store = store
        self._means = means
        self._wording = wording

    async def find(self, address: AddressKey) -> Staff | None:
        """Whose chat it is; None: a customer's, or nobody's yet."""

        def read(tx: Tx) -> Staff | None:
            found = notices.find_address(tx, address.channel, address.value)
            agent = None if found is None else agents.find_agent(tx, found.agent_id)
            return None if found is None or agent is None else Staff(agent, found)

        return await self._store.read(read)

    async def link(self, heard: Heard) -> None:
        """He came by a link that he made at the desk: the chat is his from now on, if the link still holds."""
        where, person = heard.address, heard.person

        def run(tx: Tx) -> None:
            key = _key(where, heard.id)
            if notices.list_written(tx, [key]):
                return
            display = f"@{person.username}" if person.username else person.name or where.value
            agent = spend(tx, where.channel, heard.start, where.value, display)
            if agent is None:
                language = person.language or "en"
                words = self._wording.say(language, "said.link_over")
                write(tx, Notice(where.channel, where.value, None, language, words, key), clock.now())
                return
            words = self._wording.say(agent.language, "said.linked", name=agent.name)
            write(tx, Notice(where.channel, where.value, agent.id, agent.language, words, key), clock.now())

        await self._store.writer.run(run)

    async def hear(self, staff: Staff, heard: Heard) -> Posted:
        """He wrote: an answer where he replies to a notice, else he is told how it is done."""
        if heard.text.strip().casefold() == STOP:
            await self.leave(staff, heard.id)
            return NOBODY
        about = None if heard.quote is None else await self._find_about(staff.address, heard.quote)
        if about is None:
            return await self._say(staff, heard.id, "said.how")
        text = heard.text.replace("\0", "").strip()
        if heard.kind == "unsupported" or not (text or heard.files):
            return await self._say(staff, heard.id, "said.unsupported")
        if len(text) > self._means.text_limit:
            return await self._refuse(
                staff, heard.id, Rejected("too_large", "error.text_too_long", limit=self._means.text_limit)
            )
        try:
            return await self._answer(staff, heard, about[0], text)
        except Unavailable:
            raise
        except Rejected as error:
            return await self._refuse(staff, heard.id, error)

    async def _find_about(self, address: NoticeAddress, quote: str) -> tuple[int, int | None] | None:
        """What he replies to; a notice that has only just arrived is waited for until its name is known here."""
        for _ in range(_NAME_LOOKS):
            found, under_way = await self._store.read(
                lambda tx: (
                    notices.find_named(tx, address.id, quote),
                    notices.is_under_way(tx, address.channel, address.value),
                )
            )
            if found is not None or not under_way:
                return found
            await asyncio.sleep(_NAME_LOOK_S)
        return None

    async def _answer(self, staff: Staff, heard: Heard, conversation_id: int, text: str) -> Posted:
        """As at the desk; what is nobody's is his from then on."""
        before = await self._store.read(lambda tx: notices.find_place(tx, conversation_id))
        taken = await self._means.handoff.take(staff.agent, conversation_id)
        outcome = await self._post(staff, heard, conversation_id, text)

        def name(tx: Tx) -> None:
            notices.name(tx, staff.address.id, heard.id, conversation_id, outcome.id)

        await self._store.writer.run(name)
        await self._means.reads.mark(conversation_id, "agent", outcome.seq)
        if before is not None and before.assignee_id != staff.agent.id and not outcome.repeated:
            await self._say(staff, heard.id, "said.taken", name=taken.conversation.contact.name)
        return Posted(outcome.id, outcome.seq, outcome.change, outcome.at_ms, outcome.repeated)

    async def _post(self, staff: Staff, heard: Heard, conversation_id: int, text: str) -> Appended:
        said: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()

        def done(outcome: Appended | BarevError) -> None:
            if said.done():
                return
            if isinstance(outcome, BarevError):
                said.set_exception(outcome)
            else:
                said.set_result(outcome)

        client_id = f"notice:{staff.address.id}:{heard.id}"
        self._means.replies.say(staff.agent, conversation_id, client_id, text, None, False, heard.files, done)
        return await said

    async def edit(self, staff: Staff, far_id: str, text: str) -> None:
        """He changed an answer of his."""

        def read(tx: Tx) -> Message | None:
            known = notices.find_named(tx, staff.address.id, far_id)
            return None if known is None or known[1] is None else conversations.find_message(tx, known[1])

        message = await self._store.read(read)
        words = text.replace("\0", "").strip()
        if message is None or not words or message.text == words or len(words) > self._means.text_limit:
            return
        try:
            await self._means.replies.edit(staff.agent, message.id, words)
        except Rejected as error:
            await self._refuse(staff, f"{far_id}:edit:{message.change}", error)

    async def press(self, staff: Staff, value: str, far_id: str | None) -> None:
        """He pressed a button of a notice. Raises Rejected not_found where it is none."""
        asked = read_press(value)
        if asked is None:
            raise Rejected("not_found", "error.message_not_found")
        act, conversation_id = asked
        about = f"{far_id or ''}:{act}:{conversation_id}"
        try:
            name, change = await self._do(staff.agent, act, conversation_id)
        except Rejected as error:
            place = await self._store.read(lambda tx: conversations.find_head(tx, conversation_id))
            await self._refuse(staff, f"{about}:{0 if place is None else place.change}", error)
        else:
            await self._say(staff, f"{about}:{change}", _DONE[act], name=name)

    async def _do(self, agent: Agent, act: Act, conversation_id: int) -> tuple[str, int]:
        handoff = self._means.handoff
        if act == "take":
            head = (await handoff.take(agent, conversation_id)).conversation
        else:
            held = await self._store.read(lambda tx: conversations.find_head(tx, conversation_id))
            if held is not None and held.status != "resolved":
                await handoff.take(agent, conversation_id)  # nobody ends a colleague's by a tap
            head = await handoff.resolve(agent, conversation_id)
        return head.contact.name, head.change

    async def leave(self, staff: Staff, about: str | None = None) -> None:
        """He is told nothing any more in this chat; ``about``: by which word of his, where he is to be told so."""
        address, language = staff.address, staff.agent.language

        def run(tx: Tx) -> None:
            left = unlink_now(tx, agents.find_agent(tx, staff.agent.id), address.channel)
            if left and about is not None:
                key = _key(AddressKey(address.channel, address.value), about)
                words = self._wording.say(language, "said.stopped")
                write(tx, Notice(address.channel, address.value, None, language, words, key), clock.now())

        await self._store.writer.run(run)

    async def keep(self, staff: Staff, file: FarFile, chunks: AsyncIterator[bytes]) -> int:
        """Takes a file of his in, as one that he brings at the desk."""
        owner = f"{AGENT}{staff.agent.id}"
        known = await self._means.files.find(owner, file.id)
        if known is not None:
            return known.id
        return (await self._means.files.keep(Upload(owner, file.id, file.name, file.size), chunks)).attachment.id

    async def _refuse(self, staff: Staff, about: str, error: Rejected) -> Posted:
        words = self._wording.refusal(staff.agent.language, error.text_key, dict(error.fields))
        return await self._tell(staff, about, words)

    async def _say(self, staff: Staff, about: str, key: str, **fields: object) -> Posted:
        return await self._tell(staff, about, self._wording.say(staff.agent.language, key, **fields))

    async def _tell(self, staff: Staff, about: str, words: str) -> Posted:
        address, agent = staff.address, staff.agent
        key = _key(AddressKey(address.channel, address.value), about)
        one = Notice(address.channel, address.value, agent.id, agent.language, words, key)
        await self._store.writer.run(lambda tx: write(tx, one, clock.now()))
        return NOBODY


def _key(address: AddressKey, about: str) -> str:
    return f"notice-said:{address.channel}:{address.value}:{about}"
