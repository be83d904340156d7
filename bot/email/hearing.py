"""What a letter means to the talk: a message with its files, a note that one of ours came back, or nothing."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from email.headerregistry import Address
from typing import Final

from bot.email.composing import bare_subject, clean
from bot.email.mime import Mailbox
from bot.email.reading import LetterFile, ReadLetter, read_letter
from bot.email.settings import EmailSettings
from conversation import clock
from conversation.channels import WHOLE_LETTER, FarFile, FarIntake, FarPerson, Heard
from conversation.errors import Rejected
from conversation.messages import Language
from conversation.ports import AddressKey, Texts

_log = logging.getLogger(__name__)
_CHUNK: Final = 256 * 1024
_SCRIPTS: Final[tuple[tuple[str, str, Language], ...]] = (
    ("\u0531", "\u058a", "hy"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u0400", "\u04ff", "ru"),
)
_KAZAKH: Final = frozenset("әғқңөұүһі")
_MB: Final = 1024 * 1024


class Hearing:
    """Hands in what letters say; one after another, as they came."""

    def __init__(self, settings: EmailSettings, box: Address, intake: FarIntake, texts: Texts) -> None:
        self._settings = settings
        self._box = box
        self._intake = intake
        self._texts = texts

    async def take(self, raw: bytes, returns_to: tuple[str, ...] = (), size: int | None = None) -> None:
        """A letter; when this returns it is kept, or never will be. ``size``: of all of it, where ``raw`` is only its
        beginning. Raises Unavailable: it must come again."""
        letter = await asyncio.to_thread(read_letter, raw, self._box, self._settings.trust_results, returns_to)
        try:
            await self._take(letter, size)
        except Rejected as error:
            _log.warning("a letter is refused: %s", error.code)

    async def _take(self, letter: ReadLetter, size: int | None) -> None:
        if letter.returned is not None:
            await self._take_back(letter)
        elif letter.own:
            _log.info("a letter of our own came back, and is passed over")
        elif letter.sender is None:
            _log.warning("a letter names nobody whom one could answer, and is passed over")
        else:
            await self._intake.hear(await self._heard(letter, letter.sender, size))

    async def _take_back(self, letter: ReadLetter) -> None:
        returned = letter.returned
        if returned is None:
            return
        for name in returned.names:
            if await self._intake.hear_return("email", name, returned.why, gone=returned.gone):
                return
        _log.info("a letter that came back is none of a talk's: %s", returned.why)

    async def _heard(self, letter: ReadLetter, sender: Mailbox, size: int | None) -> Heard:
        address = AddressKey("email", sender.address)
        text, long = self._words(letter)
        files, notes = [], [self._text(f"email_{note}", name="winmail.dat") for note in letter.notes]
        if size is not None:
            notes.append(self._text("email_too_large", size=max(1, round(size / _MB))))
        most = self._settings.files
        for number, one in enumerate(letter.files[:most]):
            kept, note = await self._keep(address, letter, number, one)
            files += [kept] if kept is not None else []
            notes += [note] if note else []
        if len(letter.files) > most:
            notes.append(self._text("email_too_many_files", count=len(letter.files) - most))
        if long or letter.whole:
            whole = LetterFile(WHOLE_LETTER, self._whole(letter, sender).encode())
            kept, _ = await self._keep(address, letter, -1, whole)
            files += [kept] if kept is not None else []
        language = _language(text)
        return Heard(
            address,
            letter.id,
            FarPerson(sender.name or sender.shown.partition("@")[0], language, sender.shown),
            letter.at or clock.now(),
            "\n\n".join(filter(None, (text, *(f"[{note}]" for note in notes)))) or ("" if files else "…"),
            "unsupported" if notes else "text",
            files=tuple(files),
            proven=letter.proven,
            thread=letter.thread,
            subject=bare_subject(letter.subject),
            automatic=letter.automatic,
        )

    def _words(self, letter: ReadLetter) -> tuple[str, bool]:
        """What is read in the talk, and whether it is shorter than what was written. A letter that begins something
        says what it is about."""
        text, subject = letter.text, clean(letter.subject)
        if subject and not letter.thread and bare_subject(subject) == subject and not text.startswith(subject):
            text = f"{subject}\n\n{text}".strip()
        most = self._settings.text_chars
        return (text, False) if len(text) <= most else (text[: most - 1].rstrip() + "…", True)

    def _whole(self, letter: ReadLetter, sender: Mailbox) -> str:
        """All that the letter says, for who wants to see it."""
        head = [f"{sender.name} <{sender.shown}>".strip(), letter.subject]
        if letter.at is not None:
            head.insert(1, clock.to_iso(letter.at))
        return "\n".join([*head, "", letter.whole or letter.text, ""])

    async def _keep(
        self, address: AddressKey, letter: ReadLetter, number: int, file: LetterFile
    ) -> tuple[int | None, str]:
        """The file as it is kept here, or what the agent reads in its place."""
        digest = hashlib.sha256(f"{letter.id}\n{number}".encode()).hexdigest()
        try:
            given = FarFile(digest, file.name, len(file.content))
            return await self._intake.keep(address, given, _chunks(file.content)), ""
        except Rejected as error:
            why = self._texts.get(self._settings.language, error.text_key, **error.fields)
            return None, f"{file.name}: {why}"

    def _text(self, key: str, **fields: object) -> str:
        return self._texts.get(self._settings.language, f"channel.{key}", **fields)


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(content), _CHUNK):
        yield content[place : place + _CHUNK]


def _language(text: str) -> Language | None:
    """By its letters; Latin ones are of any."""
    letters = [letter for letter in text.lower()[:2000] if letter.isalpha()]
    if any(letter in _KAZAKH for letter in letters):
        return "kk"
    for first, last, language in _SCRIPTS:
        if 2 * sum(first <= letter <= last for letter in letters) > len(letters):
            return language
    return None
