"""Sends by whichever driver: messages of talks, and letters (codes, reminders) to the same phones."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from bot.sms.driver import SmsDriver, SmsOut
from bot.sms.latin import to_latin
from bot.sms.parts import Count, count
from conversation.channels import Capabilities, Piece, Sent
from conversation.errors import ChannelRejected
from conversation.messages import Language
from conversation.ports import Letter

Transliterate = Literal["off", "saving", "always"]
TRANSLITERATE: Final[tuple[Transliterate, ...]] = ("off", "saving", "always")
_UNITS: Final = 66
"""Of a part in the dearer encoding: 67, of which one stays empty where a letter of two would not fit."""
_PARTS_MOST: Final = 40
_GAP_S: Final = 1.0
_SPARE_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class SmsTerms:
    """``transliterate``: whether texts are spelt in Latin letters: never, where that saves parts, or always;
    ``parts_most``: of one SMS, a longer message is several; ``per_second``: SMS in all."""

    transliterate: Transliterate = "off"
    parts_most: int = 10
    per_second: float = 10.0


def check(terms: SmsTerms) -> str | None:
    """What is wrong with the words, in one plain line; None: nothing."""
    if terms.transliterate not in TRANSLITERATE:
        return f"sms.transliterate: one of {', '.join(TRANSLITERATE)}"
    if not 1 <= terms.parts_most <= _PARTS_MOST:
        return f"sms.parts_most: 1 to {_PARTS_MOST}"
    return None if terms.per_second > 0 else "sms.per_second: more than 0"


class Composed(NamedTuple):
    """A text as it is sent, and what it is counted as."""

    text: str
    counted: Count


def text_chars(terms: SmsTerms) -> int:
    """UTF-16 units of one SMS, counted for the dearer encoding."""
    return _UNITS * terms.parts_most


def compose(text: str, language: Language, how: Transliterate) -> Composed:
    """A text as it is sent to somebody of a language."""
    as_is = Composed(text, count(text))
    if how == "off":
        return as_is
    spelt = to_latin(text, language)
    latin = Composed(spelt, count(spelt))
    return latin if how == "always" or latin.counted.parts < as_is.counted.parts else as_is


class SmsSending:
    """One driver for talks and letters."""

    def __init__(self, driver: SmsDriver, terms: SmsTerms) -> None:
        self.driver = driver
        self.terms = terms

    async def send(self, one_id: str, to: str, text: str, language: Language) -> str:
        """Returns the far side's id. Raises as drivers do."""
        composed = compose(text, language, self.terms.transliterate)
        return await self.driver.send(SmsOut(one_id, to, composed.text, composed.counted.encoding))


class SmsLetters:
    """See ``conversation.ports.Sender``."""

    def __init__(self, sending: SmsSending) -> None:
        self._sending = sending

    @property
    def repeatable(self) -> bool:
        """See the port."""
        return self._sending.driver.repeatable

    async def send(self, letter: Letter) -> str:
        """See the port."""
        return await self._sending.send(letter.id, letter.to, letter.text, letter.language)


class SmsCarrier:
    """See ``conversation.channels.Carrier``."""

    def __init__(self, sending: SmsSending) -> None:
        self._sending = sending
        self._can = Capabilities(
            text_chars=text_chars(sending.terms),
            receipts=frozenset(("delivered", "failed")),
            per_second=sending.terms.per_second,
            gap_s=_GAP_S,
            at_once=sending.driver.at_once,
            piece_s=_SPARE_S + sending.driver.part_s * sending.terms.parts_most,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can do. The gap keeps the order on the way."""
        return self._can

    @property
    def repeatable(self) -> bool:
        """See the port."""
        return self._sending.driver.repeatable

    async def send(self, piece: Piece) -> Sent:
        """See the port."""
        if piece.file is not None:
            raise ChannelRejected("an SMS carries no file")
        return Sent(await self._sending.send(piece.id, piece.to, piece.text, piece.language))

    async def edit(self, far_id: str, piece: Piece) -> None:
        """There is no such thing in SMS."""
        raise ChannelRejected("an SMS cannot be changed")

    async def delete(self, to: str, far_id: str) -> None:
        """There is no such thing in SMS."""
        raise ChannelRejected("an SMS cannot be taken back")

    async def show_typing(self, to: str) -> None:
        """There is no such thing in SMS."""
        raise ChannelRejected("SMS shows no typing")
