"""What a message over there says, read once: plain words, and files still to be fetched."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from conversation.channels import FarFile, FarPerson, Place, Shared, note_origin
from conversation.language import parse_tag
from conversation.messages import Language, MessageKind
from conversation.ports import Texts

if TYPE_CHECKING:
    from telegram import Message, User

_START: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
"""https://core.telegram.org/bots/features#deep-linking"""
_STRANGE: Final = (
    "poll",
    "dice",
    "game",
    "story",
    "checklist",
    "paid_media",
    "invoice",
    "gift",
    "giveaway",
    "users_shared",
    "chat_shared",
    "passport_data",
)
"""Kinds that are named in the note, where they cannot be shown."""
_NAMES: Final = {"users_shared": "contacts", "chat_shared": "contacts", "passport_data": "passport"}
_SILENT: Final = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "chat_background_set",
    "boost_added",
    "checklist_tasks_done",
    "checklist_tasks_added",
    "paid_message_price_changed",
)
"""What a chat notes of itself: nobody said it."""


class FarDocument(NamedTuple):
    """A file that goes with a message. ``fetch``: by what name it is fetched; ``file``: as it is kept."""

    fetch: str
    file: FarFile


@dataclass(frozen=True, slots=True)
class Read:
    """A message in our words, still without its files."""

    text: str = ""
    kind: MessageKind = "text"
    document: FarDocument | None = None
    place: Place | None = None
    card: Shared | None = None
    start: str = ""


def read_person(user: "User | None") -> FarPerson:
    """Who it is."""
    if user is None:
        return FarPerson()
    language = parse_tag(user.language_code) if user.language_code else None
    return FarPerson(user.full_name, language, user.username or "")


def read_message(message: "Message", texts: Texts, language: Language) -> Read | None:
    """What it says. ``language``: of notes, which agents read. None: nobody said anything."""
    if any(getattr(message, name) for name in _SILENT):
        return None
    read = _read_words(message) or _read_media(message, texts, language) or _read_strange(message, texts, language)
    if message.forward_origin is None:
        return read
    note = texts.get(language, "channel.forwarded", name=_origin(message) or "…")
    return Read(note_origin(note, read.text), read.kind, read.document, read.place, read.card, read.start)


def _read_words(message: "Message") -> Read | None:
    """Texts, places and cards."""
    if message.text is not None:
        command, _, payload = message.text.partition(" ")
        given = _START.fullmatch(payload) if command == "/start" else None
        return Read(message.text, start=given[0] if given else "")
    if message.venue is not None:
        at, title = message.venue.location, ", ".join(filter(None, (message.venue.title, message.venue.address)))
        return Read(kind="location", place=Place(at.latitude, at.longitude, title))
    if message.location is not None:
        return Read(kind="location", place=Place(message.location.latitude, message.location.longitude))
    if message.contact is not None:
        card = message.contact
        name = " ".join(filter(None, (card.first_name, card.last_name)))
        phone = card.phone_number if card.phone_number.startswith("+") else f"+{card.phone_number}"
        own = message.from_user is not None and card.user_id == message.from_user.id and message.forward_origin is None
        return Read(kind="contact", card=Shared(name, phone, own))
    return None


def _read_media(message: "Message", texts: Texts, language: Language) -> Read | None:
    """What comes as a file. A moving picture is a document too, and is taken as what it is."""
    caption = message.caption or ""
    if message.photo:
        largest = max(message.photo, key=lambda one: one.width * one.height)
        file = FarFile(_file_id(message, largest.file_unique_id), "photo.jpg", largest.file_size)
        return Read(caption, document=FarDocument(largest.file_id, file))
    if message.sticker is not None:
        emoji = message.sticker.emoji
        return Read(emoji) if emoji else Read(texts.get(language, "channel.sticker"), "unsupported")
    for found, name in (
        (message.animation, "animation.mp4"),
        (message.video, "video.mp4"),
        (message.voice, "voice.ogg"),
        (message.audio, "audio.mp3"),
        (message.video_note, "video.mp4"),
        (message.document, "file"),
    ):
        if found is not None:
            known = getattr(found, "file_name", None) or name
            file = FarFile(_file_id(message, found.file_unique_id), known, found.file_size)
            return Read(caption, document=FarDocument(found.file_id, file))
    return None


def _file_id(message: "Message", file_id: str) -> str:
    """A file that is sent again in another message is another file here."""
    return f"{message.message_id}.{file_id}"


def _read_strange(message: "Message", texts: Texts, language: Language) -> Read:
    """A note of what it was."""
    kind = next((name for name in _STRANGE if getattr(message, name, None)), "other")
    what = texts.get(language, f"channel.kind_{_NAMES.get(kind, kind)}")
    return Read(texts.get(language, "channel.unsupported", what=what), "unsupported")


def _origin(message: "Message") -> str:
    """Whose words are passed on."""
    origin = message.forward_origin
    user, chat = getattr(origin, "sender_user", None), getattr(origin, "chat", None)
    chat = chat or getattr(origin, "sender_chat", None)
    if user is not None:
        return str(user.full_name)
    return str(getattr(origin, "sender_user_name", None) or (chat.effective_name if chat is not None else ""))
