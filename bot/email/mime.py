"""The parts of a letter (RFC 2045), read with patience: whatever is broken in it, its words come out."""

import codecs
import email
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from typing import Final, NamedTuple

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ODD: Final = {"cp-1251": "cp1251", "win-1251": "cp1251", "x-unknown": "utf-8", "unicode-1-1-utf-7": "utf-7"}
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "raw_unicode_escape", "unicode_escape"})
"""Codecs of Python's that no letter is written in; the time that some of them take grows with the square."""
_DEPTH: Final = 20
_PARTS: Final = 300
_HEADER_CHARS: Final = 20_000
_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_MAILBOX: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}\.?[A-Za-z0-9-]+", re.ASCII)

Raw = Message
"""A letter or a part of one, as the standard library reads it."""


class Mailbox(NamedTuple):
    """``address``: in small letters, as it is kept; ``shown``: as it was written."""

    address: str
    name: str
    shown: str


class _Patient(Compat32):
    """Of a header only its beginning is looked at: its parameters are read in the square of their number."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_CHARS]


_POLICY: Final = _Patient()


def parse(raw: bytes) -> Raw:
    """A letter; nothing is so broken that there is none. Headers end after 20,000 characters."""
    return email.message_from_bytes(raw, policy=_POLICY)


def digest(raw: bytes) -> str:
    """What a letter is called that has no name of its own."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def header(message: Raw, name: str) -> str:
    """The words of the first header of a name, in one line; "" for none."""
    found = headers(message, name)
    return found[0] if found else ""


def headers(message: Raw, name: str) -> list[str]:
    """The words of all headers of a name, the topmost first."""
    return [_decode(str(value)[:_HEADER_CHARS]) for value in message.get_all(name, [])]


def _decode(value: str) -> str:
    """Encoded words (RFC 2047), and bytes that should have been."""
    try:
        parts = [
            part.decode("ascii", "replace") if charset is None and isinstance(part, bytes) and part.isascii()
            else to_text(part, charset) if isinstance(part, bytes)
            else part
            for part, charset in decode_header(value)
        ]  # fmt: skip
        words = "".join(parts)
    except (ValueError, LookupError, AssertionError):
        words = value
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        coding = ("ascii", "surrogateescape") if _escaped(words) else ("utf-8", "replace")
        words = to_text(words.encode(*coding))
    return _CONTROL.sub("", " ".join(words.split()))


def _escaped(words: str) -> bool:
    return all(letter < "\x80" or "\udc80" <= letter <= "\udcff" for letter in words)


def to_text(content: bytes, charset: str | None = None) -> str:
    """Bytes as words: in their charset, else in what is likely here."""
    named = (charset or "").strip().strip("\"'").lower()
    for one in (_ODD.get(named, named), "utf-8", "cp1251"):
        try:
            if one and codecs.lookup(one).name.replace("-", "_") not in _NO_CHARSETS:
                return content.decode(one)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def tidy(text: str) -> str:
    """Words without what no screen shows."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def mailboxes(message: Raw, *names: str) -> list[Mailbox]:
    """The mailboxes that headers name; what is none is left out."""
    found = []
    for value in (one for name in names for one in message.get_all(name, [])):
        try:
            pairs = getaddresses([str(value)[:_HEADER_CHARS]])
        except (ValueError, IndexError, TypeError, RecursionError):
            continue
        for shown_name, address in pairs:
            local, _, domain = address.strip().rpartition("@")
            try:
                address = f"{local}@{domain.encode('idna').decode() if not domain.isascii() else domain}"
            except UnicodeError:
                continue
            if _MAILBOX.fullmatch(address):
                name_words = _decode(shown_name).strip("\"' ")
                found.append(Mailbox(address.casefold(), name_words[:200], address))
    return found


def moment(message: Raw) -> datetime | None:
    """When it says that it was written."""
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at > _FIRST else None


def content_of(part: Raw) -> bytes:
    """The bytes of a part; of a broken coding what there is."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError, TypeError):
        content = None
    if isinstance(content, bytes):
        return content
    given = part.get_payload()
    return given.encode("utf-8", "surrogateescape") if isinstance(given, str) else b""


def words_of(part: Raw) -> str:
    """The words of a part of text."""
    return tidy(to_text(content_of(part), _charset(part)))


def _charset(part: Raw) -> str | None:
    try:
        found = part.get_param("charset")
        return None if found is None else collapse_rfc2231_value(found)
    except (ValueError, LookupError, TypeError):
        return None


def kind_of(part: Raw) -> str:
    """``text/plain`` and the like."""
    try:
        return part.get_content_type().lower()
    except (ValueError, TypeError, AttributeError):
        return "application/octet-stream"


def param_of(part: Raw, name: str) -> str:
    """A parameter of the kind."""
    try:
        found = part.get_param(name)
        return "" if found is None else collapse_rfc2231_value(found)
    except (ValueError, LookupError, TypeError):
        return ""


def name_of(part: Raw) -> str:
    """What a file is called; "" where it is not."""
    try:
        return _decode(part.get_filename() or "")[:200]
    except (ValueError, LookupError, TypeError):
        return ""


def is_attached(part: Raw) -> bool:
    """Whether a part is to be a file of its own."""
    try:
        return part.get_content_disposition() == "attachment"
    except (ValueError, TypeError, AttributeError):
        return False


def children_of(part: Raw) -> list[Raw]:
    """The parts of a part."""
    given = part.get_payload()
    return [one for one in given if isinstance(one, Message)] if isinstance(given, list) else []


def walk(part: Raw, depth: int = 0) -> Iterator[Raw]:
    """All parts, no deeper and no more than any letter of a person has."""
    count = 0
    stack = [(part, depth)]
    while stack and count < _PARTS:
        one, deep = stack.pop()
        count += 1
        yield one
        if deep < _DEPTH:
            stack += [(child, deep + 1) for child in reversed(children_of(one))]
