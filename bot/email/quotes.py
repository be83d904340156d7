"""Tells what somebody wrote from what mail programs put below it: the letter that he answers, his signature.

Known are the forms of Gmail, Outlook, Apple Mail, Thunderbird, Mail.ru and Yandex in five languages. In doubt the words
stay.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_LINE_CHARS: Final = 400
_LINES: Final = 10_000
"""What is quoted further below stays: no person's own words are so long."""
_JOINED: Final = 3
_SIGNATURE_LINES: Final = 15
_HEADER_LINES: Final = 3
_QUOTED: Final = re.compile(r"^\s{0,3}>")
_VERBS: Final = "|".join(
    (
        r"wrote",
        r"пишет|писал|писала|писал\(а\)|написал|написала|написал\(а\)",
        r"գրել է|գրել|գրեց|գրում է",
        r"დაწერა|წერდა|წერს|მოგწერათ",
        r"жазды|жазған|жазып жіберді",
    )
)
_WHEN: Final = r"(?=.*(?:\b\d{4}\b|\d{1,2}[:.]\d\d|\d{1,2}/\d{1,2}/))"
_END: Final = r"\s*[:։․՝]\s*$"
_SAID: Final = re.compile(rf"^{_WHEN}.{{6,}}(?<!\w)(?:{_VERBS}){_END}", re.IGNORECASE)
"""Somebody wrote on a day: ``On 5 Nov 2026, at 12:30, Anna wrote:``."""
_ADDRESSED: Final = re.compile(rf"^{_WHEN}.*[\w.+-]@[\w.-]+>?.{{0,12}}{_END}")
"""A day and a mailbox: ``ср, 5 нояб. 2026 г. в 12:30, Анна <anna@example.am>:``."""
_ORIGINAL: Final = re.compile(
    r"^\s*-{2,}\s*(?:original (?:message|appointment)|исходное сообщение|оригинальное сообщение|"
    r"բնօրինակ (?:հաղորդագրություն|նամակ)|սկզբնական հաղորդագրություն|"
    r"ორიგინალი (?:შეტყობინება|წერილი)|თავდაპირველი შეტყობინება|"
    r"бастапқы (?:хабар|хабарлама)|түпнұсқа хабарлама)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"^\s*_{20,}\s*$")
_FROM: Final = re.compile(
    r"^\s*\*?(?:from|от|от кого|ումից|ուղարկող|ვისგან|გამომგზავნი|გამგზავნი|кімнен|жіберуші)\s*:\*?\s*\S", re.IGNORECASE
)
_LABEL: Final = re.compile(r"^\s*\*?[^\W\d][^:<>@]{1,24}:\*?\s*\S")
_DASHES: Final = re.compile(r"^--\s?$")
_SENT_FROM: Final = re.compile(
    r"^\s*(?:sent from my .{2,40}|sent from (?:outlook|yahoo|mail|samsung|yandex).{0,60}|get outlook for .{2,40}|"
    r"отправлено (?:с|из|со) .{2,60}|отправлено от .{2,40}|"
    r"ուղարկված է .{2,40}-ից|ուղարկվել է .{2,40}-ից|"
    r"გამოგზავნილია .{2,40}|გაგზავნილია .{2,40}-დან|"
    r".{2,40}(?:құрылғысынан|құрылғымнан|телефонымнан) жіберілді)\.?\s*$",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(r"^\s*(?:fwd?|fw|пересл|пер|вперед|փոխ|გადაგზ|қайта)\s*[:\]]", re.IGNORECASE)


class Parted(NamedTuple):
    """``own``: his own words; ``cut``: whether something else was left out."""

    own: str
    cut: bool


def is_forward(subject: str) -> bool:
    """Whether a letter passes another one on, which then is what he wants to say."""
    return _FORWARD.match(subject) is not None


def part_words(text: str) -> Parted:
    """What of a letter's plain words is his own. Where nothing would be left, all of it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place, width = _find_quote(lines)
    own = lines[:place]
    after = lines[place + width :]
    if any(_QUOTED.match(line) for line in after):
        own += [line for line in after if not _QUOTED.match(line)]  # his words may stand between and below
    elif place == len(lines) and _is_quoting(lines):
        own = [line for line in lines if not _QUOTED.match(line)]
    own = _without_signature(own)
    words = "\n".join(own).strip()
    if not words:
        return Parted(text.strip(), cut=False)
    return Parted(re.sub(r"\n{3,}", "\n\n", words), cut=_bare(words) != _bare(text))


def _bare(text: str) -> str:
    return "".join(text.split())


def _find_quote(lines: Sequence[str]) -> tuple[int, int]:
    """Where the letter that he answers begins, and how many lines announce it; behind the end: nowhere."""
    for place, line in enumerate(lines[:_LINES]):
        if not line.strip() or len(line) > _LINE_CHARS or _QUOTED.match(line):
            continue
        if _ORIGINAL.match(line) or (_RULE.match(line) and _is_head(lines, place + 1)):
            return place, len(lines) - place
        if _FROM.match(line) and _is_head(lines, place):
            return place, len(lines) - place
        for width in range(1, _JOINED + 1):
            several = lines[place : place + width]
            if len(several) < width or not several[-1].strip():
                break
            if _announces(several):
                if _announces(several[1:]) or not _quotes_below(lines, place + width):
                    break  # the first of them is his own
                return place, width
    return len(lines), 0


def _announces(lines: Sequence[str]) -> bool:
    """Whether these lines together say who wrote when."""
    joined = " ".join(one.strip() for one in lines)
    return len(joined) <= _LINE_CHARS and (_SAID.match(joined) or _ADDRESSED.match(joined)) is not None


def _quotes_below(lines: Sequence[str], place: int) -> bool:
    """Whether what was announced is quoted with marks, or all that follows is it."""
    after = [line for line in lines[place:] if line.strip()]
    return bool(after)


def _is_head(lines: Sequence[str], place: int) -> bool:
    """Whether lines of a letter's head follow: from whom, when, to whom, about what."""
    near = [line for line in lines[place : place + 8] if line.strip()]
    labels = 0
    for line in near:
        if not _LABEL.match(line):
            break
        labels += 1
    return labels >= _HEADER_LINES and bool(near) and _FROM.match(near[0]) is not None


def _is_quoting(lines: Sequence[str]) -> bool:
    """Whether a part of it is marked as another's words, and a part is not."""
    marked = [bool(_QUOTED.match(line)) for line in lines if line.strip()]
    return sum(marked) > 1 and not all(marked)


def _without_signature(lines: list[str]) -> list[str]:
    for place in range(len(lines) - 1, max(-1, len(lines) - _SIGNATURE_LINES - 2), -1):
        if _DASHES.match(lines[place]):
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or _SENT_FROM.match(lines[-1])):
        lines = lines[:-1]
    return lines
