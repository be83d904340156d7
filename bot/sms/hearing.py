"""Takes what a driver hears: talks, words that end and begin them, and what became of what was sent."""

import asyncio
import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.sms.driver import SmsIn, SmsReport
from conversation.channels import FarIntake, FarPerson, Heard
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Language
from conversation.ports import AddressKey, Texts

_log = logging.getLogger(__name__)
TEXT_CHARS: Final = 7000
_LINES_KEPT: Final = 10_000
_SOON_S: Final = 1.0
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class HearingTerms:
    """``read_phone``: what a sender's number is in E.164, None where it is none (a firm's name, a short number);
    ``proves``: whether the network vouches for senders; ``language``: spoken to those of whom none is known;
    ``business``: the firm's name."""

    read_phone: Callable[[str], str | None]
    proves: bool
    language: Language
    business: str


class SmsHearing:
    """See ``bot.sms.driver.SmsSink``."""

    def __init__(self, intake: FarIntake, texts: Texts, terms: HearingTerms) -> None:
        self._intake = intake
        self._texts = texts
        self._terms = terms
        self._lines: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._stop = {word: one for one in LANGUAGES for word in _words(texts.get(one, "channel.sms_stop_words"))}
        self._start = {word: one for one in LANGUAGES for word in _words(texts.get(one, "channel.sms_start_words"))}

    async def incoming(self, one: SmsIn) -> None:
        """See the port. Messages of one customer are taken one after another, as they came."""
        phone = self._terms.read_phone(one.sender)
        if phone is None:
            _log.info("sms: a message of a sender who is no phone is passed over")
            return
        async with self._line(phone):
            try:
                await self._hear(phone, one)
            except Rejected as error:
                _log.warning("sms: a message was not taken: %s", error.code)

    async def report(self, report: SmsReport) -> None:
        """See the port."""
        phone = self._terms.read_phone(report.to) if report.to else None
        address = AddressKey("sms", phone or "")
        if not report.id:
            return
        if not await self._intake.hear_receipt(address, report.id, report.state, report.why):
            await asyncio.sleep(_SOON_S)  # what was handed over just now gets its name in a moment
            await self._intake.hear_receipt(address, report.id, report.state, report.why)

    def _line(self, phone: str) -> asyncio.Lock:
        line = self._lines.setdefault(phone, asyncio.Lock())
        self._lines.move_to_end(phone)
        while len(self._lines) > _LINES_KEPT and not next(iter(self._lines.values())).locked():
            self._lines.popitem(last=False)
        return line

    async def _hear(self, phone: str, one: SmsIn) -> None:
        address, person = AddressKey("sms", phone), FarPerson(username=phone)
        word = _EDGES.sub("", one.text).casefold()
        if word in self._stop:
            await self._intake.hear_leaving(address, self._say("sms_stopped", self._stop[word]))
            return
        if word in self._start:
            hello = self._say("sms_started", self._start[word])
            if await self._intake.hear_coming(address, person, hello=hello) == "back":
                return
        text = one.text[:TEXT_CHARS].replace("\0", "")
        far_id = one.id or _name(phone, one)
        await self._intake.hear(Heard(address, far_id, person, one.at, text, proven=self._terms.proves))

    def _say(self, key: str, written: Language) -> Callable[[Language | None], str]:
        """A text in his language; STOP and START are everybody's words."""

        def text(known: Language | None) -> str:
            spoken = written if written != "en" else known or self._terms.language
            return self._texts.get(spoken, f"channel.{key}", business=self._terms.business)

        return text


def _words(listed: str) -> list[str]:
    return [word.strip().casefold() for word in listed.split(",")]


def _name(phone: str, one: SmsIn) -> str:
    """Where the far side gives no id: the same text of the same sender within one minute is one message."""
    said = f"{phone}\n{one.text}\n{one.at:%Y%m%d%H%M}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
