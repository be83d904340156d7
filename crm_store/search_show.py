"""Where in the original text a query was found: ranges in code points, also when the hit was across scripts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from conversation.search_key import digits_of, fold, loose_spellings, loosen, plate_key
from crm_store.search_plan import AllOf, Has

Range = tuple[int, int]
SNIPPET_CHARS: Final = 160
_BEFORE: Final = 40
_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ`՚՛՞՜\u0300-\u036f]+[^\W_]*)*")
_fold_word = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text around the first place found; ``ranges`` are in it."""

    text: str
    ranges: tuple[Range, ...]


def find_ranges(text: str, alternative: AllOf) -> tuple[Range, ...]:
    """What of a text (a name, a note) the conditions found: ranges that do not overlap, in their order."""
    wanted = [one for clause in alternative for one in clause]
    return tuple(_joined(_ranges(text, wanted)))


def find_digits(text: str, alternative: AllOf) -> tuple[Range, ...]:
    """What of a phone as people read it the conditions found; all of it where it is written in another way."""
    digits = [(str(digits_of(one)), at) for at, one in enumerate(text) if one.isdecimal()]
    joined = "".join(one for one, _ in digits)
    for wanted in (one.text for clause in alternative for one in clause if one.column == "digits"):
        for written in (wanted, wanted.lstrip("0"), wanted[1:] if wanted[:1] == "8" else ""):
            at = joined.find(written) if written else -1
            if at >= 0:
                return ((digits[at][1], digits[at + len(written) - 1][1] + 1),)
    return ()


def find_code(text: str, alternative: AllOf) -> tuple[Range, ...]:
    """What of a plate or a code the conditions found."""
    letters = [(key, at) for at, one in enumerate(text) if (key := plate_key(one))]
    joined = "".join(key for key, _ in letters)
    for wanted in (one.text for clause in alternative for one in clause if one.column == "codes"):
        at = joined.find(wanted)
        if at >= 0 and len(joined) == len(letters):
            return ((letters[at][1], letters[at + len(wanted) - 1][1] + 1),)
    return ()


def cut_snippet(text: str, alternative: AllOf) -> Snippet:
    """At most ``SNIPPET_CHARS`` of a text, with an ellipsis where it was cut. Line breaks become spaces."""
    wanted = [one for clause in alternative for one in clause]
    ranges: list[Range] = []
    for found in _ranges(text, wanted):
        if ranges and found[1] > _first_cut(text, ranges[0][0]) + SNIPPET_CHARS:
            break
        ranges.append(found)
    begin = _first_cut(text, ranges[0][0]) if ranges else 0
    end = min(len(text), begin + SNIPPET_CHARS)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    shift = len(before) - begin
    inside = [(start + shift, min(stop, end) + shift) for start, stop in _joined(ranges) if start < end]
    return Snippet(before + re.sub(r"\s", " ", text[begin:end]) + after, tuple(inside))


def _first_cut(text: str, found: int) -> int:
    """Where a snippet begins: at the beginning of a word, a little before what was found."""
    if found <= _BEFORE:
        return 0
    space = text.find(" ", found - _BEFORE, found)
    return found - _BEFORE if space < 0 else space + 1


def _ranges(text: str, wanted: Sequence[Has]) -> Iterator[Range]:
    for match in _WORD.finditer(text):
        covered = _covered(match[0], wanted)
        if covered is not None:
            yield match.start() + covered[0], match.start() + covered[1]


def _covered(word: str, wanted: Sequence[Has]) -> Range | None:
    """The part of a word that a condition speaks of, the longest one where several do."""
    key = _fold_word(word)
    found: Range | None = None
    for one in wanted:
        here: Range | None = None
        if one.column == "loose":
            if any(spelling.startswith(one.text) for spelling in loose_spellings(word)):
                here = (0, _reach(word, one.text, loose=True))
        elif one.kind == "part":
            if one.text in key:
                end = _reach(word, one.text, part=True)
                here = (_beginning(word, one.text, end), end)
        elif key.startswith(one.text) and (one.kind == "start" or key == one.text):
            here = (0, _reach(word, one.text))
        if here is not None and (found is None or here[1] - here[0] > found[1] - found[0]):
            found = here
    return found


def _reach(word: str, wanted: str, *, part: bool = False, loose: bool = False) -> int:
    """How many characters of a word make the wanted key."""
    for length in range(1, len(word)):
        key = fold(word[:length])
        if loose:
            key = loosen(key)
        if wanted in key if part else key.startswith(wanted):
            return length
    return len(word)


def _beginning(word: str, wanted: str, end: int) -> int:
    for start in range(end - 1, -1, -1):
        if wanted in fold(word[start:end]):
            return start
    return 0


def _joined(ranges: Iterator[Range] | Sequence[Range]) -> list[Range]:
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
