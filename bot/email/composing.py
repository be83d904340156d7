"""A piece as a letter (RFC 5322): plain words, the same as simple HTML, and its place among the letters of its talk."""

import html
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Final

from bot.email.names import message_id, plus_address
from conversation import clock
from conversation.channels import Piece
from conversation.errors import ChannelUnavailable

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LINK: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_REPLY: Final = re.compile(r"^\s*(re|aw|sv|ответ|отв)\s*:\s*", re.IGNORECASE)
_SUBJECT_CHARS: Final = 200


def compose(piece: Piece, box: Address, subject: str, *, plus: bool) -> EmailMessage:
    """The letter. ``subject``: where its talk has none; ``plus``: answers come to an address that names the letter.
    Raises ChannelUnavailable where a file cannot be read."""
    message = EmailMessage(policy=WIRE)
    message["From"] = box
    message["To"] = Address(addr_spec=piece.to)
    message["Subject"] = f"Re: {bare_subject(piece.subject)}" if bare_subject(piece.subject) else clean(subject)
    message["Date"] = format_datetime(piece.at or clock.now())
    message["Message-ID"] = message_id(piece, box)
    earlier = [one for one in piece.earlier if one.startswith("<") and one.isascii()]
    if earlier:
        message["In-Reply-To"] = earlier[-1]
        message["References"] = " ".join(earlier)
    if plus:
        message["Reply-To"] = Address(display_name=box.display_name, addr_spec=plus_address(piece, box))
    message["Content-Language"] = piece.language
    if piece.automatic:
        message["Auto-Submitted"] = "auto-replied"
    text = piece.text or (piece.file.name if piece.file is not None else "")
    message.set_content(text, cte="quoted-printable" if text.isascii() else "base64")
    message.add_alternative(to_html(text, piece.language), subtype="html", cte="base64")
    for file in (*([] if piece.file is None else [piece.file]), *piece.more):
        main, _, sub = file.mime.partition("/")
        try:
            content = file.path.read_bytes()
        except OSError:
            raise ChannelUnavailable("a file cannot be read here", 30.0) from None
        message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return message


def clean(words: str) -> str:
    """A header's words in one line."""
    return " ".join(_CONTROL.sub(" ", words).split())[:_SUBJECT_CHARS]


def bare_subject(subject: str) -> str:
    """A subject without the Re: before it."""
    words = clean(subject)
    while (shorter := _REPLY.sub("", words, count=1)) != words:
        words = shorter
    return words


def to_html(text: str, language: str) -> str:
    """The words as they stand, their links to be pressed. All five languages are written from left to right."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        link = html.escape(found[0])
        parts += [html.escape(text[end : found.start()]), f'<a href="{link}">{link}</a>']
        end = found.end()
    body = "".join([*parts, html.escape(text[end:])]).replace("\n", "<br>\n")
    return (
        f'<!doctype html><html lang="{language}" dir="ltr"><head><meta charset="utf-8"></head>'
        f'<body style="font-family:sans-serif;font-size:15px;line-height:1.5"><div>{body}</div></body></html>\n'
    )
