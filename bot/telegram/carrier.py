"""What is sent to Telegram: texts as they are, buttons under them, files as what they are there."""

import asyncio
import time
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Final, TypedDict

from bot.telegram.addresses import Whom, read_address
from bot.telegram.client import Client, Flooded, WrongToken
from conversation.channels import Capabilities, FileOut, Piece, Sent
from conversation.errors import ChannelRejected, ChannelUnavailable
from conversation.messages import Button

if TYPE_CHECKING:
    from telegram import (
        Bot,
        InlineKeyboardMarkup,
        InputFile,
        Message,
        ReplyKeyboardMarkup,
        ReplyKeyboardRemove,
        ReplyParameters,
    )

CAN: Final = Capabilities(
    text_chars=4096,
    caption_chars=1024,
    buttons=100,
    label_chars=64,
    file_mb=50,
    quotes=True,
    edits=True,
    deletes=True,
    per_second=28.0,
    gap_s=1.05,
    typing=True,
)
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: thirty a second, one a second in a
chat; a little slower, since what leaves at an even pace does not arrive at one."""
_PHOTO_BYTES: Final = 10 * 1024 * 1024
_WIDE: Final = 14
_ROW: Final = 3
_KINDS: Final[Mapping[str, str]] = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "image/gif": "animation",
    "audio/ogg": "voice",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "video/mp4": "video",
}
_NO_PICTURE: Final = ("photo_invalid_dimensions", "image_process_failed", "wrong file", "voice_messages_forbidden")
_UNCHANGED: Final = "message is not modified"
_GONE: Final = ("message to delete not found", "message_id_invalid")
_WRONG_TOKEN_S: Final = 60.0


class _Common(TypedDict):
    chat_id: int
    business_connection_id: str | None
    reply_parameters: "ReplyParameters | None"
    reply_markup: "InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None"


class TelegramCarrier:
    """Sends in the name of one bot."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._flooded: dict[int, float] = {}

    @property
    def capabilities(self) -> Capabilities:
        """See the port."""
        return CAN

    @property
    def repeatable(self) -> bool:
        """Nothing that is sent has an id of ours over there."""
        return False

    async def send(self, piece: Piece) -> Sent:
        """See the port."""
        whom = read_address(piece.to)
        try:
            with self._client.asking() as bot:
                common = _common(whom, piece)
                sent = await (
                    bot.send_message(text=piece.text, **common)
                    if piece.file is None
                    else self._send_file(bot, piece.file, piece.text or None, common)
                )
        except Flooded as error:
            raise self._widen(whom.chat, error) from None
        except WrongToken as error:  # the owner mends it, and what waits goes out
            raise ChannelUnavailable(str(error), _WRONG_TOKEN_S, for_all=True) from None
        return Sent(str(sent.message_id))

    async def edit(self, far_id: str, piece: Piece) -> None:
        """See the port."""
        whom = read_address(piece.to)
        place = {"chat_id": whom.chat, "message_id": int(far_id), "business_connection_id": whom.connection}
        buttons = _keyboard(piece.buttons)
        try:
            with self._client.asking(again=True) as bot:
                if piece.file is None:
                    await bot.edit_message_text(piece.text, reply_markup=buttons, **place)  # type: ignore[arg-type]  # as named there
                else:
                    await bot.edit_message_caption(caption=piece.text, reply_markup=buttons, **place)  # type: ignore[arg-type]  # likewise
        except ChannelRejected as error:
            if _UNCHANGED not in str(error).casefold():
                raise

    async def delete(self, to: str, far_id: str) -> None:
        """See the port."""
        whom = read_address(to)
        try:
            with self._client.asking(again=True) as bot:
                if whom.connection is None:
                    await bot.delete_message(whom.chat, int(far_id))
                else:
                    await bot.delete_business_messages(whom.connection, [int(far_id)])
        except ChannelRejected as error:
            if not any(words in str(error).casefold() for words in _GONE):
                raise

    async def show_typing(self, to: str) -> None:
        """See the port."""
        whom = read_address(to)
        with self._client.asking(again=True) as bot:
            await bot.send_chat_action(whom.chat, "typing", business_connection_id=whom.connection)

    def _widen(self, chat: int, error: Flooded) -> ChannelUnavailable:
        """Telegram does not say whether it wants to be left alone by one chat or by all: by all, where a second one
        hears it before the first may go on."""
        now_s = time.monotonic()
        self._flooded = {one: until_s for one, until_s in self._flooded.items() if until_s > now_s}
        wide = any(one != chat for one in self._flooded)
        self._flooded[chat] = now_s + error.retry_after_s
        return ChannelUnavailable(str(error), error.retry_after_s, for_all=wide)

    async def _send_file(self, bot: "Bot", file: FileOut, caption: str | None, common: _Common) -> "Message":
        kind = _kind(file)
        try:
            return await _send_as(bot, kind, file, caption, common)
        except Exception as error:
            if kind == "document" or not any(words in str(error).casefold() for words in _NO_PICTURE):
                raise
        return await _send_as(bot, "document", file, caption, common)


def _common(whom: Whom, piece: Piece) -> _Common:
    from telegram import ReplyParameters

    quote = None
    if piece.quote is not None and piece.quote.isdecimal():
        quote = ReplyParameters(int(piece.quote), allow_sending_without_reply=True)
    return {
        "chat_id": whom.chat,
        "business_connection_id": whom.connection,
        "reply_parameters": quote,
        "reply_markup": _keyboard(piece.buttons) if piece.asks_contact is None else _sharing(piece.asks_contact),
    }


def _keyboard(buttons: tuple[Button, ...]) -> "InlineKeyboardMarkup | None":
    """Short labels side by side, long ones each in a row."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    if not buttons:
        return None
    wide = _ROW if all(len(one.label) <= _WIDE for one in buttons) else 1
    keys = [InlineKeyboardButton(one.label, callback_data=one.value) for one in buttons]
    return InlineKeyboardMarkup([keys[place : place + wide] for place in range(0, len(keys), wide)])


def _sharing(label: str) -> "ReplyKeyboardMarkup | ReplyKeyboardRemove":
    """https://core.telegram.org/bots/api#keyboardbutton: in place of the keyboard, and of the own card alone."""
    from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

    if not label:
        return ReplyKeyboardRemove()
    key = KeyboardButton(label, request_contact=True)
    return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)


def _kind(file: FileOut) -> str:
    kind = _KINDS.get(file.mime, "document")
    return "document" if kind == "photo" and file.size > _PHOTO_BYTES else kind


async def _send_as(bot: "Bot", kind: str, file: FileOut, caption: str | None, common: _Common) -> "Message":
    try:
        handle: IO[bytes] = await asyncio.to_thread(file.path.open, "rb")
    except OSError:
        raise ChannelUnavailable("a file cannot be read here", 30.0) from None
    with handle:
        content = _input(handle, file.name)
        match kind:
            case "photo":
                return await bot.send_photo(photo=content, caption=caption, **common)
            case "animation":
                return await bot.send_animation(animation=content, caption=caption, **common)
            case "voice":
                return await bot.send_voice(voice=content, caption=caption, **common)
            case "audio":
                return await bot.send_audio(audio=content, caption=caption, **common)
            case "video":
                return await bot.send_video(video=content, caption=caption, **common)
        return await bot.send_document(document=content, caption=caption, **common)


def _input(handle: IO[bytes], name: str) -> "InputFile":
    from telegram import InputFile

    return InputFile(handle, name, read_file_handle=False)
