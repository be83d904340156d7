"""What understanding is measured on: public sets of intents where their files are there, and our own corpus."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from barev.bench.fleet import BenchError
from routing.understanding.corpus import Example, read_corpus

_FIFTH = 5
_SIXTH = 6
_HELD = 1_600


@dataclass(frozen=True, slots=True)
class Goal:
    """At least so much of each; None: no goal."""

    accuracy: float | None = None
    auroc: float | None = None
    answered: float | None = None
    refused: float | None = None


GOALS: Mapping[str, Goal] = {
    "CLINC150, 10 a class, val": Goal(accuracy=0.92),
    "BANKING77, 10 a class, 1,600 of train": Goal(accuracy=0.85),
    "HWU64 full, valid": Goal(accuracy=0.90),
    "BANKING77 full, a sixth of train held out": Goal(accuracy=0.925),
    "CLINC150 full, val": Goal(0.94, 0.96, 0.87, 0.90),
}


@dataclass(frozen=True, slots=True)
class Split:
    """Examples to learn from, others to be asked of; both of one source, neither in the other."""

    name: str
    learned: list[Example]
    held: list[Example]


def own_split() -> Split:
    """Our corpus, a fifth of it held out."""
    corpus = read_corpus()
    places = list(range(len(corpus)))
    random.Random(5).shuffle(places)
    held = set(places[::_FIFTH])
    return Split(
        "starter corpus, a fifth held out",
        [one for place, one in enumerate(corpus) if place not in held],
        [one for place, one in enumerate(corpus) if place in held],
    )


def splits_in(folder: Path) -> list[Split]:
    """The splits for development whose files lie in the folder (JSON lines of text, intent and split), the small ones
    first. Raises BenchError where there is none, or one cannot be read."""
    found = [split for name, read in _KNOWN.items() if (split := _read(name, folder, read)) is not None]
    if not found:
        raise BenchError(f"no set of intents in {folder}: one is named like clinc150_dev.jsonl")
    return found


def _read(name: str, folder: Path, read: Callable[[str, Path], Split]) -> Split | None:
    try:
        return read(name, folder)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BenchError(f"{name} in {folder} cannot be read: {error!r}") from error


def _clinc_small(name: str, folder: Path) -> Split:
    return Split(
        name,
        _rows(folder / "clinc150_fewshot.jsonl", "train_10"),
        _rows(folder / "clinc150_dev.jsonl", "val"),
    )


def _clinc(name: str, folder: Path) -> Split:
    file = folder / "clinc150_dev.jsonl"
    return Split(name, _rows(file, "train"), _rows(file, "val"))


def _banking_small(name: str, folder: Path) -> Split:
    learned = _rows(folder / "banking77_fewshot.jsonl", "train_10")
    known = {one.text.casefold() for one in learned}
    rest = [one for one in _rows(folder / "banking77_dev.jsonl", "train") if one.text.casefold() not in known]
    random.Random(5).shuffle(rest)
    names = {_bare(one.intent): one.intent for one in learned}  # both files spell some in their own way
    return Split(name, learned, [replace(one, intent=names[_bare(one.intent)]) for one in rest[:_HELD]])


def _bare(intent: str | None) -> str:
    return (intent or "").casefold().replace("?", "")


def _banking(name: str, folder: Path) -> Split:
    rows = _rows(folder / "banking77_dev.jsonl", "train")
    random.Random(5).shuffle(rows)
    held = len(rows) // _SIXTH
    return Split(name, rows[held:], rows[:held])


def _hwu(name: str, folder: Path) -> Split:
    file = folder / "hwu64_dev.jsonl"
    return Split(name, _rows(file, "train"), _rows(file, "valid"))


_KNOWN: Mapping[str, Callable[[str, Path], Split]] = dict(
    zip(GOALS, (_clinc_small, _banking_small, _hwu, _banking, _clinc), strict=True)
)


def _rows(file: Path, split: str) -> list[Example]:
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [Example(row["text"], row["intent"], "en") for row in rows if row["split"] == split]
