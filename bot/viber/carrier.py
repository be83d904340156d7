"""Sends to Viber: texts, pictures, films and files by their address, choices as a keyboard or a list; the same text to
many as a broadcast (https://creators.viber.com/docs/bots-api/resources/messaging/broadcast-message)."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from viberbot.api.messages import FileMessage, PictureMessage, RichMediaMessage, TextMessage, VideoMessage

from bot.viber.wire import ViberSettings, ViberWire, refusal
from conversation.channels import Capabilities, FileOut, Piece, Sent
from conversation.errors import ChannelError, ChannelRejected, ChannelUnavailable, ChannelUncertain
from conversation.messages import Button

_MB: Final = 1024 * 1024
_API_VERSION: Final = 7
_NAME_CHARS: Final = 28
_COLUMNS: Final = 6
_SHORT_CHARS: Final = 14
_LIST_FROM: Final = 7
_LIST_ROWS: Final = 7
_HEAD_CHARS: Final = 240
_TOGETHER: Final = 300
_TOGETHER_BYTES: Final = 18_000
"""Of the 30 kB of a broadcast, what its text may take: the rest is for the addresses and the envelope."""
_PLACE_HOLDER: Final = "replace_me_with"
"""In a broadcast Viber puts the receiver's name or id in the place of words that begin so."""
PRESS: Final = "barev:"
"""What the words of a press begin with, so that nobody types one by chance."""
_PICTURES: Final = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class ViberTerms:
    """What Viber's commercial rules allow. ``session_h``: for so many hours after the customer's last word answers are
    free; ``paid``: whether messages outside of that may be sent, which Viber charges for; ``links``: whether files have
    an address that Viber can fetch; ``broadcast_from``: from so many customers on the same text goes as a broadcast, 0:
    never."""

    session_h: float = 24.0
    paid: bool = False
    links: bool = False
    broadcast_from: int = 10


class ViberCarrier:
    """See ``conversation.channels.Carrier``."""

    def __init__(self, settings: ViberSettings, wire: ViberWire, terms: ViberTerms) -> None:
        self._wire = wire
        self._sender = {"name": settings.name[:_NAME_CHARS]}
        self._can = Capabilities(
            text_chars=7000,
            buttons=24,
            label_chars=120,
            file_mb=50 if terms.links else 0,
            receipts=frozenset(("delivered", "read", "failed")),
            window_h=terms.session_h,
            paid=terms.paid,
            per_second=20.0,
            together=_TOGETHER if terms.broadcast_from else 0,
            together_from=terms.broadcast_from,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._can

    @property
    def repeatable(self) -> bool:
        """Viber takes the same message as often as it is sent."""
        return False

    async def send(self, piece: Piece) -> Sent:
        """See the port."""
        told = await self._wire.ask("send_message", self._body(piece))
        return Sent(str(told.get("message_token", "")))

    def goes_together(self, text: str) -> bool:
        """See ``conversation.channels.SendsTogether``."""
        return (
            bool(text.strip())
            and _PLACE_HOLDER not in text
            and len(json.dumps(text, ensure_ascii=False).encode()) <= _TOGETHER_BYTES
        )

    async def send_together(self, pieces: Sequence[Piece]) -> Mapping[str, Sent | ChannelError]:
        """See ``conversation.channels.SendsTogether``. All get one name, which so is one only for each address."""
        receivers = [piece.to for piece in pieces]
        body = {key: value for key, value in self._body(pieces[0]).items() if key != "receiver"}
        told = await self._wire.ask("broadcast_message", {**body, "broadcast_list": receivers})
        token = str(told.get("message_token", ""))
        outcomes: dict[str, Sent | ChannelError] = dict.fromkeys(receivers, Sent(token))
        try:
            for failed in told.get("failed_list") or ():
                outcomes[str(failed["receiver"])] = _failure(
                    int(failed["status"]), str(failed.get("status_message", ""))
                )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ChannelUncertain("no answer that says who was told") from None
        return outcomes

    async def edit(self, far_id: str, piece: Piece) -> None:
        """There is no such thing at Viber."""
        raise ChannelRejected("Viber cannot change a message")

    async def delete(self, to: str, far_id: str) -> None:
        """There is no such thing at Viber."""
        raise ChannelRejected("Viber cannot take a message back")

    async def show_typing(self, to: str) -> None:
        """There is no such thing at Viber."""
        raise ChannelRejected("Viber shows no typing")

    def _body(self, piece: Piece) -> dict[str, Any]:
        envelope = {"receiver": piece.to, "sender": self._sender, "min_api_version": _API_VERSION}
        if piece.file is not None:
            return {**_file(piece, piece.file).to_dict(), **envelope}
        if len(piece.buttons) >= _LIST_FROM and len(piece.text) <= _HEAD_CHARS:
            listed = RichMediaMessage(rich_media=_list(piece), alt_text=piece.text, min_api_version=_API_VERSION)
            return {**listed.to_dict(), **envelope}
        keyboard = _keyboard(piece.buttons) if piece.buttons else None
        return {**TextMessage(text=piece.text, keyboard=keyboard).to_dict(), **envelope}


def _failure(status: int, words: str) -> ChannelError:
    """What a status says that is one receiver's: it holds up nobody else."""
    error = refusal(status, words)
    return ChannelUnavailable(str(error), error.retry_after_s) if isinstance(error, ChannelUnavailable) else error


def _file(piece: Piece, file: FileOut) -> "FileMessage | PictureMessage | VideoMessage":
    if not file.link.startswith(("http://", "https://")):
        raise ChannelRejected("files need server.public_url")
    if file.mime in _PICTURES and file.size <= _MB:
        return PictureMessage(media=file.link, text=piece.text)
    if file.mime == "video/mp4" and file.size <= 26 * _MB:
        return VideoMessage(media=file.link, size=file.size)
    return FileMessage(media=file.link, size=file.size, file_name=file.name)


def _keyboard(buttons: tuple[Button, ...]) -> dict[str, Any]:
    """Under the field for typing; short labels stand two in a row."""
    short = all(len(one.label) <= _SHORT_CHARS for one in buttons)
    columns = _COLUMNS // 2 if short and len(buttons) > 1 else _COLUMNS
    return {
        "Type": "keyboard",
        "DefaultHeight": False,
        "Buttons": [_button(one, columns) for one in buttons],
    }


def _list(piece: Piece) -> dict[str, Any]:
    """In the talk itself, pages of seven lines; the first line of the first page is what is asked."""
    head = {
        "Columns": _COLUMNS,
        "Rows": 1,
        "ActionType": "none",
        "Text": html.escape(piece.text),
        "TextSize": "regular",
    }
    return {
        "Type": "rich_media",
        "ButtonsGroupColumns": _COLUMNS,
        "ButtonsGroupRows": _LIST_ROWS,
        "BgColor": "#FFFFFF",
        "Buttons": [head, *(_button(one, _COLUMNS) for one in piece.buttons)],
    }


def _button(one: Button, columns: int) -> dict[str, Any]:
    """``Text`` is read as HTML; a silent press shows no name of ours in the talk."""
    return {
        "Columns": columns,
        "Rows": 1,
        "ActionType": "reply",
        "ActionBody": PRESS + one.value,
        "Text": html.escape(one.label),
        "TextSize": "regular",
        "Silent": True,
    }
