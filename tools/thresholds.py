"""What the bot's two thresholds are worth: ``python -m tools.thresholds [--fast] [--vectors FILE]``.

Trains on four fifths of the starter corpus, and says of the rest, for each threshold, how much is followed rightly, how
often what is followed is right, and what becomes of messages out of scope. ``--fast``: the first tier alone;
``--vectors``: a file that keeps sentence vectors for the next time."""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from routing.understanding.corpus import Example, read_corpus
from routing.understanding.embedding import E5Process, Remembered, model_name
from routing.understanding.engine import BuiltIn
from routing.understanding.entities.frame import Frame
from routing.understanding.starter import train_starter
from routing.understanding.tier1 import Embedder
from routing.understanding.understood import Understood
from routing.understanding.vector_file import VectorFile

FRAME: Final = Frame(datetime(2026, 11, 24, 6, tzinfo=UTC), ZoneInfo("Asia/Yerevan"))
_SURE: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
_UNSURE: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_OFFERED: Final = 2

Judged = Sequence[tuple[Example, Understood]]


def main() -> None:
    """Prints both tables."""
    corpus = list(read_corpus())
    random.Random(7).shuffle(corpus)
    held, kept = corpus[: len(corpus) // 5], corpus[len(corpus) // 5 :]
    with embedder_asked_for(__doc__ or "") as embedder:
        model, reader = train_starter(kept, embedder, say_beside)
        engine = BuiltIn(model, reader, embedder)
        judged = [(one, engine.understand(one.text, FRAME)) for one in held]
    for sure in _SURE:
        _say_followed(judged, sure)
    for unsure in _UNSURE:
        _say_offered(judged, _SURE[2], unsure)


@contextmanager
def embedder_asked_for(what: str) -> Iterator[Embedder | None]:
    """By the words of the command line: none with ``--fast``, one that keeps its vectors with ``--vectors FILE``."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--fast", action="store_true", help="the first tier alone")
    parser.add_argument("--vectors", type=Path, help="a file that keeps sentence vectors for the next time")
    parsed = parser.parse_args()
    if parsed.fast:
        yield None
        return
    process = E5Process(threads=2)
    try:
        yield Remembered(process) if parsed.vectors is None else VectorFile(process, parsed.vectors, model_name())
    finally:
        process.close()


def say_beside(line: str) -> None:
    """Beside the tables."""
    print(line, file=sys.stderr)


def _say_followed(judged: Judged, sure: float) -> None:
    inside = sum(one.intent is not None for one, _ in judged)
    followed = [(one, said) for one, said in judged if said.confidence >= sure]
    right = sum(one.intent == said.ranking[0].intent for one, said in followed)
    astray = sum(one.intent is None for one, _ in followed)
    print(
        f"sure {sure}: followed rightly {right / inside:.3f}, right of what is followed {right / len(followed):.3f}, "
        f"out of scope refused {1 - astray / (len(judged) - inside):.3f}"
    )


def _say_offered(judged: Judged, sure: float, unsure: float) -> None:
    below = [(one, said) for one, said in judged if said.confidence < sure]
    inside = sum(one.intent is not None for one, _ in below)
    outside = sum(one.intent is None for one, _ in judged)
    offered = [(one, said) for one, said in below if said.confidence >= unsure]
    right = sum(
        any(rank.intent == one.intent and rank.confidence >= unsure for rank in said.ranking[:_OFFERED])
        for one, said in offered
    )
    astray = sum(one.intent is None for one, _ in offered)
    print(
        f"unsure {unsure}, below {sure}: the right one is offered to {right / inside:.3f} of those in scope, "
        f"of offers right {right / max(len(offered), 1):.3f}, out of scope offered {astray / outside:.3f}"
    )


if __name__ == "__main__":
    main()
