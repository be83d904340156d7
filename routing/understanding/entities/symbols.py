"""A text as a row of symbols (see ``lexicon``), each word read in the language that the message is likely in."""

from collections import defaultdict
from itertools import pairwise
from typing import Final, NamedTuple

from conversation.messages import Language
from routing.understanding.entities.lexicon import Phrase, Reading, Word, lexicon, look_up
from routing.understanding.entities.tokens import Token, script_of

_SURE_CHARS: Final = 5
"""A word of so many letters that one language knows is of that language, whatever stands around it."""
_NEARLY: Final = 1.6
"""How many times more may speak for another language than for a short word's own."""
_ABBREVIATED: Final = 4
_MEASURED: Final = frozenset("Uoq1$z")
_SEVERAL: Final = 5
"""Digits of a number that is no hour."""
_HOURS: Final = frozenset("NCHQhaog")
"""Signs that an hour may begin with."""
_KAZAKH: Final = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_MARKS: Final = {
    **dict.fromkeys("-–—−", "r"),
    **dict.fromkeys(".!?;\n։…", "."),
    ",": ",",
    "@": "a",
    "%": "z",
    "~": "a",
    "&": "&",
}
CURRENCY_SIGNS: Final = {"$": "USD", "€": "EUR", "₽": "RUB", "₸": "KZT", "֏": "AMD", "₾": "GEL", "£": "GBP"}
_KEEPS_DASH: Final = frozenset("NCWMDdu1oR>%^<~=/#")


Scores = dict[Language, float]
"""How much speaks for each language; none for one that is not there."""


class Symbol(NamedTuple):
    """``sign`` as ``lexicon`` has them; ``digits``: of a number in digits how many; the language of a word."""

    sign: str
    start: int
    end: int
    value: float | str | None = None
    digits: int = 0
    language: Language | None = None
    text: str = ""


class Read(NamedTuple):
    """The symbols of a text and the language it is likely in."""

    symbols: list[Symbol]
    language: Language | None


def read(tokens: list[Token], hint: Language | None = None) -> Read:
    """The symbols of the tokens of a text. ``hint``: the language the customer is known to use."""
    words = [look_up(token.text) if token.kind == "word" else None for token in tokens]
    phrases = [_phrases_at(tokens, words, place) if word is not None else () for place, word in enumerate(words)]
    scores = _scores(tokens, words, phrases, hint)
    top = max(scores, key=lambda one: scores[one], default=None)
    found: list[Symbol] = []
    place = 0
    while place < len(tokens):
        token, word = tokens[place], words[place]
        if token.kind == "number" and not token.spaced and _is_part_of_word(tokens, words, place):
            found.append(Symbol("x", token.start, token.end))  # W2
            place += 1
            continue
        if word is None:
            found.append(_plain(token))
            place += 1
            continue
        before = tokens[place - 1] if place else None
        if before is not None and _is_ending(tokens, place, word, top, scores):
            ending = max(word.endings, key=lambda one: scores[one.language])
            if found[-1].sign == "r":
                found.pop()
            found += [Symbol(sign, token.start, token.end, value, 0, ending.language) for sign, value in ending.emits]
            if not ending.emits:
                found[-1] = found[-1]._replace(end=token.end)
            place += 1
            continue
        length, reading = _chosen(word, phrases[place], scores, top)
        end = tokens[place + length - 1].end
        if reading is None:
            found.append(Symbol("x", token.start, end, None, 0, None, token.text))
        else:
            found += [
                Symbol("x" if sign == "-" else sign, token.start, end, value, 0, reading.language, token.text)
                for sign, value in reading.emits
            ]
        place += length
    return Read(_mend(found), top)


def _is_part_of_word(tokens: list[Token], words: list[Word | None], place: int) -> bool:
    """W2 and W-2."""
    if place and words[place - 1] is not None:
        return True
    dashed = place > 1 and tokens[place - 1].text == "-" and not tokens[place - 1].spaced
    return dashed and tokens[place - 2].kind == "word" and len(tokens[place - 2].text) == 1


def _plain(token: Token) -> Symbol:
    if token.kind == "number":
        value = float(token.text) if len(token.text) <= 15 else float("inf")
        return Symbol("N", token.start, token.end, value, len(token.text), None, token.text)
    if token.kind == "half":
        return Symbol("R", token.start, token.end, "am" if token.text[0] in "aA" else "pm")
    if token.text in CURRENCY_SIGNS:
        return Symbol("$", token.start, token.end, CURRENCY_SIGNS[token.text], 0, None, token.text)
    if token.kind == "mark":
        return Symbol(_MARKS.get(token.text, ","), token.start, token.end, None, 0, None, token.text)
    sign = {"clock": "C", "pair": "Z", "date": "d", "iso": "d"}[token.kind]
    return Symbol(sign, token.start, token.end, token.text, 1)


def _phrases_at(tokens: list[Token], words: list[Word | None], place: int) -> tuple[tuple[int, Phrase], ...]:
    """Phrases that begin here, the longest first, with the count of their tokens."""
    word = words[place]
    found = []
    for key in word.keys if word is not None else ():
        for phrase in lexicon().phrases.get(key, ()):
            at = place + 1
            for wanted in phrase.rest:
                if at + 1 < len(words) and tokens[at].text in "-–":
                    at += 1
                following = words[at] if at < len(words) else None
                if following is None or wanted not in following.keys:
                    break
                at += 1
            else:
                found.append((at - place, phrase))
    return tuple(found)


def _scores(
    tokens: list[Token],
    words: list[Word | None],
    phrases: list[tuple[tuple[int, Phrase], ...]],
    hint: Language | None,
) -> Scores:
    """How much speaks for each language."""
    scores: Scores = defaultdict(float)
    if hint is not None:
        scores[hint] += 2
    for token, word, begun in zip(tokens, words, phrases, strict=True):
        if word is None:
            continue
        script = script_of(token.text)
        if script == "armenian":
            scores["hy"] += 3
        elif script == "georgian":
            scores["ka"] += 3
        elif script == "cyrillic":
            scores["ru"] += 0.3
            if not _KAZAKH.isdisjoint(token.text):
                scores["kk"] += 3
        elif script == "latin":
            scores["en"] += 0.2
        if word.guessed:
            continue
        known = {one.language for one in word.readings} | {one.language for one in word.endings}
        weight = 2.0 if len(token.text) >= _SURE_CHARS else 1.0
        for language in known:
            scores[language] += weight if len(known) == 1 else weight / 2
        for _, phrase in begun[:1]:
            scores[phrase.reading.language] += 2
    return scores


def _is_ending(tokens: list[Token], place: int, word: Word, top: Language | None, scores: Scores) -> bool:
    """Whether a word is the ending of the number before it: 3-ին, 3ze, 5th; in Georgian and Kazakh with a space too."""
    if not word.endings:
        return False
    before = tokens[place - 1]
    if before.kind == "mark" and before.text in "-–" and not before.spaced and not tokens[place].spaced and place > 1:
        before = tokens[place - 2]
        return before.kind in ("number", "clock", "pair", "date", "iso")
    if before.kind not in ("number", "clock", "pair", "date", "iso"):
        return False
    if not tokens[place].spaced:
        return True
    return top in ("ka", "kk") and any(one.language == top for one in word.endings) and len(word.keys[0]) > 1


def _chosen(
    word: Word, phrases: tuple[tuple[int, Phrase], ...], scores: Scores, top: Language | None
) -> tuple[int, Reading | None]:
    """The meaning of a word, or of the phrase that begins with it, and over how many tokens it goes."""
    best = scores[top] if top is not None else 0.0
    for length, phrase in phrases:
        if scores[phrase.reading.language] * _NEARLY >= best:
            return length, phrase.reading
    chosen: Reading | None = None
    languages = {one.language for one in word.readings}
    for one in word.readings:
        sure = len(languages) == 1 and len(word.keys[0]) >= _SURE_CHARS and not word.guessed and one.emits[0][0] != "N"
        if (sure or scores[one.language] * _NEARLY >= best) and (
            chosen is None or scores[one.language] > scores[chosen.language]
        ):
            chosen = one
    return 1, chosen


# --- what stands next to each other
# -------------------------------------------------------------------------------------------------------------


def _mend(symbols: list[Symbol]) -> list[Symbol]:
    """Number words joined, dashes inside words dropped, hours that stand before or behind told apart."""
    return _tell_hours(_drop_stops(_drop_dashes(_join_numbers(_join_clocks(_join_digits(symbols))))))


def _join_clocks(symbols: list[Symbol]) -> list[Symbol]:
    """15-30 and 15-00 can only be a clock time."""
    found: list[Symbol] = []
    for place, one in enumerate(symbols):
        near = symbols[max(0, place - 3) : place + 2]
        if place > 1 and one.digits == 2 and found[-1].sign == "r" and all(other.sign != "M" for other in near):
            clock = _dashed_clock(found[-2], found[-1], one)
            if clock is not None:
                found[-2:] = [clock]
                continue
        found.append(one)
    return found


def _dashed_clock(first: Symbol, dash: Symbol, second: Symbol) -> Symbol | None:
    hour, minute = first.value, second.value
    if not first.digits or first.end != dash.start or dash.end != second.start:
        return None
    if not isinstance(hour, float) or not isinstance(minute, float) or hour > 24 or minute > 59 or minute % 5:
        return None
    if 0 < minute <= 24 and minute > hour:
        return None  # from this to that
    return first._replace(sign="C", end=second.end, value=f"{first.text}:{second.text}")


def _join_numbers(symbols: list[Symbol]) -> list[Symbol]:
    found: list[Symbol] = []
    for one in symbols:
        last = found[-1] if found else None
        if (
            last is not None
            and last.sign == "r"
            and len(found) > 1
            and found[-2].end == last.start
            and one.start == last.end
        ):
            last = found[-2]
        if one.sign == "×" and last is not None and isinstance(last.value, float):
            found[-1] = last._replace(end=one.end, value=last.value * 1000, language=one.language)
            continue
        if one.sign == "N" and last is not None and last.sign == "N" and not one.digits and last.value != float("inf"):
            joined = None if len(found) > 1 and found[-2].sign == "m" else _joined(last, one)
            if joined is not None:
                while found[-1] is not last:
                    found.pop()
                found[-1] = one._replace(start=last.start, value=joined, digits=last.digits)
                continue
        found.append(one)
    return found


def _join_digits(symbols: list[Symbol]) -> list[Symbol]:
    """15 000 and 1,5 are one number each; and so is 1.5 before what is measured."""
    found: list[Symbol] = []
    for place, one in enumerate(symbols):
        following = symbols[place + 1] if place + 1 < len(symbols) else one
        before_hour = following.value == 60 and following.language in ("hy", "kk")  # 15.06 ժամը 12-ին
        after = "" if before_hour or following is one else following.sign
        last = found[-1] if found else one
        if one.sign == "Z" and after in _MEASURED and "/" not in str(one.value):
            one = one._replace(sign="N", value=float(str(one.value)), digits=_SEVERAL)
        elif one.sign == "N" and one.digits == 3 and last.sign == "N" and one.start - last.end == 1 and last.digits:
            if isinstance(last.value, float) and isinstance(one.value, float) and last.value < 1e9:
                found[-1] = last._replace(end=one.end, value=last.value * 1000 + one.value, digits=_SEVERAL)
                continue
        elif one.sign == "N" and one.digits == 1 and place > 1 and last.text == "," and after in _MEASURED:
            whole = found[-2]
            if whole.sign == "N" and whole.digits and whole.end == last.start and last.end == one.start:
                found[-2:] = [whole._replace(end=one.end, value=float(f"{whole.text}.{one.text}"), digits=_SEVERAL)]
                continue
        found.append(one)
    return found


def _joined(first: Symbol, second: Symbol) -> float | None:
    a, b = first.value, second.value
    if not isinstance(a, float) or not isinstance(b, float):
        return None
    if b >= 1000 and a < 1000:
        return a * b
    if b == 100 and 1 < a < 10 and not first.digits:
        return a * b
    if first.digits:
        return None
    if 1 <= b <= 9 and (20 <= a <= 90 or (a == 10 and second.language == "kk")) and a % 10 == 0:
        return a + b
    if a >= 100 and a % 100 == 0 and b < 100 and a != b:
        return a + b
    return a + b if a >= 1000 and a % 1000 == 0 and b < 1000 else None


def _drop_dashes(symbols: list[Symbol]) -> list[Symbol]:
    """A dash between two words is no range, but for weekdays and the like."""
    found = []
    for place, one in enumerate(symbols):
        if one.sign == "r" and 0 < place < len(symbols) - 1:
            before, after = symbols[place - 1], symbols[place + 1]
            if not (before.sign in _KEEPS_DASH and after.sign in _KEEPS_DASH):
                if before.end == one.start and one.end == after.start:
                    continue
                one = one._replace(sign=",")
            elif {before.sign, after.sign} == {"N", "M"}:
                continue
        found.append(one)
    return found


def _drop_stops(symbols: list[Symbol]) -> list[Symbol]:
    """The stop of an abbreviation ends no sentence: Fri., 2 p.m.; 5 дек. в 3."""
    found = list(symbols)
    for place in range(1, len(symbols) - 1):
        before, one = symbols[place - 1], symbols[place]
        if one.text == "." and before.sign in "WMUo1" and len(before.text) <= _ABBREVIATED and before.end == one.start:
            found[place] = one._replace(sign=",")
    return found


def _tell_hours(symbols: list[Symbol]) -> list[Symbol]:
    """сағат 3-те and ժամ 3-ին: the hour's word before its number. часа в 3, в час дня, до часа: the Russian hour."""
    found = list(symbols)
    for place, (one, after) in enumerate(pairwise(symbols)):
        if after.sign == "D" and after.language == "ka" and after.value == 0 and one.sign in "Nntl":
            found[place + 1] = after._replace(sign="x")  # ორ დღეს is for two days
        if one.sign == "f":
            found[place] = one._replace(sign="P" if after.sign in _HOURS else "x")
        if one.sign == "t" and after.sign == "P":
            found[place] = one._replace(sign="D", value=0.0)  # this morning
        before = symbols[place - 1] if place else None
        if one.sign == "U" and one.value == 60 and after.sign in "NCHZ" and (before is None or before.sign != "N"):
            found[place] = one._replace(sign="h")
        elif one.sign in "o1" and after.sign == "a" and (before is None or before.sign != "N"):
            found[place] = one._replace(sign="g")
        elif one.sign == "q" and one.language == "ka" and (before is None or before.sign != "N"):
            found[place] = one._replace(sign="P", value="afternoon")
        elif one.sign == "1" and after.sign in "Pq" and (before is None or before.sign not in "iN"):
            found[place] = one._replace(sign="N", value=1.0)
    for place, one in enumerate(found):
        before = found[place - 1] if place else None
        if before is not None and one.sign == "n" and one.language == "ka" and before.sign in "%qy":
            found[place] = one._replace(sign="A")
        if before is not None and one.sign in "o1" and before.sign in "aABFT" and before.value is None:
            found[place] = one._replace(sign="N", value=1.0)
    return found
