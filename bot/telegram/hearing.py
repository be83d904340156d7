"""What Telegram tells, an update at a time, and what it means to the talk.

An update may come again: everything here changes nothing the second time, or is harmless.
"""

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.telegram.addresses import Whom
from bot.telegram.client import Client
from bot.telegram.reading import FarDocument, read_message, read_person
from conversation.channels import FarIntake, FarPerson, Heard
from conversation.errors import ChannelError, ChannelRejected, ChannelUnavailable, Rejected
from conversation.messages import JsonObject, Language
from conversation.ports import AddressKey, Posted, Texts

if TYPE_CHECKING:
    from telegram import BusinessMessagesDeleted, CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User

_log = logging.getLogger(__name__)
_MB: Final = 1024 * 1024
FETCH_MB: Final = 20
"""What Telegram's own server lets a bot fetch: https://core.telegram.org/bots/api#getfile"""
_TRIES: Final = 5
_AT_ONCE_S: Final = 1.0
_ANSWER_CHARS: Final = 200
_REFUSED_KEPT: Final = 1000
_BARE: Final = ("message_id", "date", "chat", "from", "business_connection_id", "sender_business_bot")
_WITHOUT: Final = ("left", "kicked")
KINDS: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
"""What is asked for (``allowed_updates``)."""


class Hearing:
    """Hands in what is told. ``language``: of notes, which agents read."""

    def __init__(self, client: Client, intake: FarIntake, texts: Texts, language: Language) -> None:
        self._client = client
        self._intake = intake
        self._texts = texts
        self._language = language
        self._refused: dict[int, None] = {}
        self._failed: Counter[str] = Counter()

    async def take(self, told: JsonObject) -> None:
        """One update. What can never be kept is said in the log and is over. Raises Unavailable, ChannelError: it must
        come again."""
        number = told.get("update_id")
        update = self._read(told)
        if update is None:
            _log.warning("update %s cannot be read", number)
            return
        try:
            await self._take(update)
        except Rejected as error:
            _log.warning("update %s is refused: %s", number, error.code)

    def _read(self, told: JsonObject) -> "Update | None":
        """What is newer than our reading of it still leaves a note of who said something. Raises ChannelError."""
        from telegram import Update

        with self._client.asking(again=True) as bot:
            for known in (told, _bare(told)):
                try:
                    return Update.de_json(known, bot)
                except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
                    _log.info("update %s has something new (%s)", told.get("update_id"), type(error).__name__)
        return None

    async def _take(self, update: "Update") -> None:
        if update.callback_query is not None:
            await self._pressed(update.callback_query)
        elif update.my_chat_member is not None:
            await self._member(update.my_chat_member)
        elif update.deleted_business_messages is not None:
            await self._taken_back(update.deleted_business_messages)
        elif update.business_connection is not None:
            state = "answers" if update.business_connection.is_enabled else "no longer answers"
            _log.info("the bot %s for an account of the owner's", state)
        elif (said := update.message or update.business_message or update.channel_post) is not None:
            await self._said(said)
        elif (edited := update.edited_message or update.edited_business_message) is not None:
            await self._edited(edited)

    # --- messages

    async def _said(self, message: "Message") -> None:
        if message.chat.type != "private":
            await self._refuse_group(message.chat, message.from_user)
            return
        read = read_message(message, self._texts, self._language)
        if read is None or message.sender_business_bot is not None:
            return
        address, person = _address(message), read_person(message.from_user)
        if not _is_theirs(message):
            words = read.text or (read.document.file.name if read.document is not None else "")
            await self._intake.hear_ours(address, str(message.message_id), person.name, words)
            return
        if message.text is not None and message.text.split(" ")[0] == "/start":
            await self._intake.hear_coming(address, person)  # the word is in the message itself
        text, kind, kept = read.text, read.kind, None
        if read.document is not None:
            kept, note = await self._keep(address, read.document)
            if kept is None:
                text, kind = "\n".join(filter(None, (text, note))), "unsupported"
        heard = Heard(
            address,
            str(message.message_id),
            person,
            message.date,
            text,
            kind,
            quote=None if message.reply_to_message is None else str(message.reply_to_message.message_id),
            files=() if kept is None else (kept,),
            place=read.place,
            card=read.card,
            start=read.start,
        )
        await self._intake.hear(heard)

    async def _edited(self, message: "Message") -> None:
        """A place that moves is edited too, without words."""
        text = message.text if message.text is not None else message.caption
        if message.chat.type != "private" or text is None or not _is_theirs(message):
            return
        await self._intake.hear_edit(_address(message), str(message.message_id), text)

    async def _taken_back(self, told: "BusinessMessagesDeleted") -> None:
        address = Whom(told.chat.id, told.business_connection_id).address
        for message_id in told.message_ids:
            await self._intake.hear_delete(address, str(message_id))

    async def _keep(self, address: AddressKey, document: FarDocument) -> tuple[int | None, str]:
        """The file as it is kept here, or what the agent reads in its place."""
        file = document.file
        name = file.name
        if (file.size or 0) > FETCH_MB * _MB:
            size = round((file.size or 0) / _MB)
            return None, self._texts.get(self._language, "channel.too_large", name=name, size=size)
        try:
            return await self._intake.keep(address, file, self._client.fetch(document.fetch)), ""
        except Rejected as error:
            why = self._texts.get(self._language, error.text_key, **error.fields)
        except ChannelRejected as error:  # gone, or too large after all
            why = self._not_fetched(file.id, error)
        except ChannelUnavailable as error:
            self._failed[file.id] += 1
            if self._failed[file.id] < _TRIES:
                raise
            why = self._not_fetched(file.id, error)
        return None, f"{name}: {why}"

    def _not_fetched(self, file_id: str, error: ChannelError) -> str:
        """One file must not hold up what is said after it for ever."""
        del self._failed[file_id]
        _log.warning("a file could not be fetched: %s", error)
        return self._texts.get(self._language, "channel.not_fetched")

    # --- buttons

    async def _pressed(self, query: "CallbackQuery") -> None:
        """Whoever pressed sees within a second that it was heard."""
        chat, far_id, connection = query.from_user.id, None, None
        if query.message is not None:
            chat, far_id = query.message.chat.id, str(query.message.message_id)
            connection = getattr(query.message, "business_connection_id", None)
        person = read_person(query.from_user)
        address = Whom(chat, connection).address
        pressing = asyncio.ensure_future(self._intake.hear_press(address, query.data or "", far_id, person))
        try:
            await asyncio.wait({pressing}, timeout=_AT_ONCE_S)
            await self._answer(query.id, _refusal(pressing), person)
            await pressing
        finally:
            pressing.cancel()

    async def _answer(self, query_id: str, refused: Rejected | None, person: FarPerson) -> None:
        words = None
        if refused is not None:
            words = self._texts.get(person.language or self._language, "channel.old_button")[:_ANSWER_CHARS]
        try:
            with self._client.asking(again=True) as bot:
                await bot.answer_callback_query(query_id, words, show_alert=words is not None)
        except ChannelError as error:  # too old, mostly: only its little clock is not stopped
            _log.info("a press was not answered: %s", error)

    # --- comings and goings

    async def _member(self, told: "ChatMemberUpdated") -> None:
        status = told.new_chat_member.status
        if told.chat.type != "private":
            if status not in _WITHOUT:
                await self._refuse_group(told.chat, told.from_user)
            return
        address = Whom(told.chat.id).address
        if status in _WITHOUT:
            await self._intake.hear_leaving(address)
        else:
            await self._intake.hear_coming(address, read_person(told.from_user))

    async def _refuse_group(self, chat: "Chat", who: "User | None") -> None:
        """Says once that this is the wrong place, and leaves it."""
        if chat.id in self._refused:
            return
        self._refused[chat.id] = None
        if len(self._refused) > _REFUSED_KEPT:
            del self._refused[next(iter(self._refused))]
        words = self._texts.get(read_person(who).language or self._language, "channel.no_groups")
        try:
            with self._client.asking(again=True) as bot:
                if chat.type != "channel":
                    await bot.send_message(chat.id, words)
                await bot.leave_chat(chat.id)
        except ChannelError as error:
            _log.info("a group was not told: %s", error)


def _bare(told: JsonObject) -> JsonObject:
    """An update of which only who, where and when is left."""
    return {
        key: {name: value[name] for name in _BARE if name in value} if isinstance(value, dict) else value
        for key, value in told.items()
    }


def _address(message: "Message") -> AddressKey:
    return Whom(message.chat.id, message.business_connection_id).address


def _is_theirs(message: "Message") -> bool:
    """In the owner's own account he writes himself, too, and so does the bot: that is no customer's word."""
    if message.business_connection_id is None:
        return True
    return message.sender_business_bot is None and (
        message.from_user is None or message.from_user.id == message.chat.id
    )


def _refusal(pressing: "asyncio.Future[Posted]") -> Rejected | None:
    error = pressing.exception() if pressing.done() and not pressing.cancelled() else None
    return error if isinstance(error, Rejected) else None
