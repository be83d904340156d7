"""What a letter says, read once: whose it is, the words of his own, files, and what it answers."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from typing import Final, Literal, NamedTuple

from bot.email import mime
from bot.email.mime import Mailbox, Raw
from bot.email.names import is_ours, read_ids, read_plus
from bot.email.pages import read_page
from bot.email.quotes import is_forward, part_words
from bot.email.reports import Return, read_return
from bot.email.trust import is_proven

Note = Literal["encrypted", "winmail", "broken"]
_DEPTH: Final = 20
_SIGNATURES: Final = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_SEALED: Final = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_TNEF: Final = ("application/ms-tnef", "application/vnd.ms-tnef")
_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/calendar": ".ics",
    "text/html": ".txt",
    "message/rfc822": ".txt",
}
_NAME_CHARS: Final = 998


_log = logging.getLogger(__name__)


class LetterFile(NamedTuple):
    """A file of a letter."""

    name: str
    content: bytes


@dataclass(slots=True)
class ReadLetter:
    """A letter in our words. ``id``: its Message-ID with its brackets, else a digest; ``sender``: whom an answer goes
    to, None where nobody can be answered; ``proven``: his own server vouches for him; ``text``: his own words,
    ``whole``: all of them where something was cut; ``thread``: ids of letters of ours, the nearest first."""

    id: str
    sender: Mailbox | None
    at: datetime | None
    subject: str = ""
    text: str = ""
    whole: str = ""
    proven: bool = False
    automatic: Literal["", "message", "reply"] = ""
    own: bool = False
    thread: tuple[str, ...] = ()
    returned: Return | None = None
    files: list[LetterFile] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_letter(
    raw: bytes, box: Address, trusted: str = "", returns_to: tuple[str, ...] = (), *, cut: bool = True
) -> ReadLetter:
    """Reads a letter to ``box``. ``trusted``: by which name the box's server says what it has checked; ``returns_to``:
    the addresses that the envelope names (LMTP); ``cut``: quotes and signatures are left out. Never raises: of what
    cannot be read at all its words are left, with a note."""
    try:
        return _read(raw, box, trusted, returns_to, cut=cut)
    except Exception:
        _log.exception("a letter that cannot be read")
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        sender = mime.mailboxes(mime.parse(head), "From")
        words = mime.tidy(mime.to_text(body)).strip()
        return ReadLetter(mime.digest(raw), sender[0] if sender else None, None, text=words, notes=["broken"])


def _read(raw: bytes, box: Address, trusted: str, returns_to: tuple[str, ...], *, cut: bool) -> ReadLetter:
    message = mime.parse(raw)
    sender, proven = _read_sender(message, trusted)
    letter = ReadLetter(_read_id(message, raw), sender, mime.moment(message), mime.header(message, "Subject"))
    letter.proven = proven
    letter.automatic = _read_automatic(message)
    to = [one.address for one in mime.mailboxes(message, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")]
    answered = read_ids(" ".join(mime.headers(message, "References")), " ".join(mime.headers(message, "In-Reply-To")))
    named = [*read_plus([*returns_to, *to], box), *answered]
    letter.thread = tuple(one for one in dict.fromkeys(named) if is_ours(one))
    letter.own = _is_own(sender, letter.id, box)
    letter.returned = read_return(message, read_plus([*returns_to, *to], box))
    parts = _Parts(letter, cut=cut and not is_forward(letter.subject))
    parts.take(message)
    parts.close()
    return letter


def _read_id(message: Raw, raw: bytes) -> str:
    given = str(message.get("Message-ID", "")).strip()
    found = read_ids(given)
    good = found and len(found[0]) < _NAME_CHARS and found[0].isascii() and found[0].isprintable()
    return found[0] if good else mime.digest(raw)


def _read_sender(message: Raw, trusted: str) -> tuple[Mailbox | None, bool]:
    """Whom an answer goes to. Who wants it elsewhere than whence he writes is not proven, since the
    check is of the latter."""
    written = mime.mailboxes(message, "From")
    answer = mime.mailboxes(message, "Reply-To")
    one = written[0] if len(written) == 1 else None
    if answer and (one is None or answer[0].address != one.address):
        name = answer[0].name or (one.name if one is not None else "")
        return answer[0]._replace(name=name), False
    if one is None:
        return (written[0], False) if written else (None, False)
    return one, is_proven(mime.headers(message, "Authentication-Results"), trusted, one.address)


def _read_automatic(message: Raw) -> Literal["", "message", "reply"]:
    """Whether no person wrote it (RFC 3834, and what programs said before there was one)."""
    submitted = mime.header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if (
        submitted.startswith("auto-replied")
        or mime.header(message, "X-Autoreply")
        or mime.header(message, "X-Autorespond")
    ):
        return "reply"
    if mime.header(message, "Precedence").lower().strip() in ("auto_reply", "auto-reply"):
        return "reply"
    suppressed = mime.header(message, "X-Auto-Response-Suppress").lower()
    bulk = mime.header(message, "Precedence").lower().strip() in ("bulk", "junk", "list")
    path = message.get("Return-Path")
    nobody = path is not None and str(path).strip() == "<>"
    said = bool(submitted) and submitted != "no"
    listed = bool(mime.header(message, "List-Id") or mime.header(message, "List-Unsubscribe"))
    return "message" if said or bulk or nobody or listed or suppressed in ("all", "oof, autoreply") else ""


def _is_own(sender: Mailbox | None, letter_id: str, box: Address) -> bool:
    """Whether it is one of ours that came back to the box."""
    local, _, domain = ("" if sender is None else sender.address).rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return bare == box.addr_spec.casefold() or is_ours(letter_id)


class _Parts:
    """Collects the words and files of a letter."""

    def __init__(self, letter: ReadLetter, *, cut: bool) -> None:
        self._letter = letter
        self._cut = cut
        self._own: list[str] = []
        self._whole: list[str] = []
        self._was_cut = False

    def take(self, part: Raw, depth: int = 0) -> None:
        """A part and those in it."""
        kind, children = mime.kind_of(part), mime.children_of(part)
        if depth > _DEPTH:
            self._note("broken")
        elif kind in _SIGNATURES:
            return
        elif kind in _SEALED or kind == "multipart/encrypted":
            signed = mime.param_of(part, "smime-type").lower() == "signed-data"
            self._note("broken" if signed else "encrypted")
        elif kind in _TNEF or mime.name_of(part).lower() == "winmail.dat":
            self._note("winmail")
        elif kind == "multipart/alternative" and children:
            self._take_best(children, depth)
        elif kind in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"):
            return
        elif kind.startswith("multipart/") and children:
            for child in children:
                self.take(child, depth + 1)
        elif kind == "message/rfc822" and children:
            whole = children[0].as_bytes() if _is_whole(children[0]) else b""
            name = (mime.header(children[0], "Subject") or "letter") + ".eml"
            self._letter.files.append(LetterFile(mime.name_of(part) or name, whole))
        elif kind in ("text/plain", "text/html") and not mime.is_attached(part) and not mime.name_of(part):
            self._say(part, page=kind == "text/html")
        elif kind.startswith("multipart/"):
            self._say(part, page=False)  # it says that it has parts, and has none
        else:
            self._file(part, kind)

    def _take_best(self, children: list[Raw], depth: int) -> None:
        """Of the same said in several ways: the plain words where there are any, else the page; and files beside it."""
        plain = [one for one in children if mime.kind_of(one) == "text/plain" and mime.words_of(one).strip()]
        best = plain[0] if plain else None
        if best is None:
            kinds = ("text/html", "multipart/related", "multipart/mixed")
            pages = [one for one in children if mime.kind_of(one) in kinds]
            best = pages[-1] if pages else children[-1]
        self.take(best, depth + 1)
        for other in children:
            if other is best:
                continue
            if mime.kind_of(other).startswith("multipart/"):  # a page with its pictures
                for inner in mime.walk(other):
                    if not mime.children_of(inner) and not mime.kind_of(inner).startswith("text/"):
                        self.take(inner, depth + 1)
            elif not mime.kind_of(other).startswith("text/"):
                self.take(other, depth + 1)

    def _say(self, part: Raw, *, page: bool) -> None:
        words = mime.words_of(part)
        if page:
            own, cut = read_page(words, cut=self._cut)
            self._whole.append(read_page(words, cut=False)[0] if cut else own)
            self._was_cut |= cut
        else:
            own = words.strip()
            self._whole.append(own)
        if own:
            self._own.append(own)

    def _file(self, part: Raw, kind: str) -> None:
        content = mime.content_of(part)
        if kind.startswith("image/") and len(content) < 200 and part.get("Content-ID"):
            return  # a dot that tells who reads
        name = mime.name_of(part) or f"{kind.partition('/')[0]}{_ENDINGS.get(kind, '')}"
        if content:
            self._letter.files.append(LetterFile(name, content))

    def _note(self, note: Note) -> None:
        if note not in self._letter.notes:
            self._letter.notes.append(note)

    def close(self) -> None:
        """Puts the words together."""
        own, whole = "\n\n".join(self._own).strip(), "\n\n".join(filter(None, self._whole)).strip()
        if self._cut:
            parted = part_words(own)
            self._was_cut |= parted.cut
            own = parted.own
        self._letter.text = own or whole
        self._letter.whole = whole if self._was_cut and own != whole else ""


def _is_whole(message: Raw) -> bool:
    try:
        message.as_bytes()
    except (ValueError, LookupError, AssertionError, AttributeError, TypeError, KeyError):
        return False
    return True
