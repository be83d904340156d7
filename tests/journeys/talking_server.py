"""The product, understanding exactly what the files of talks say that is understood. Run as a program with the words of
``barev``."""

import sys

import barev.wiring
from barev.cli import main
from routing.flows.ports import Understands
from tests.fakes import KnownTexts
from tests.journeys.talk_files import known_texts


def _make() -> Understands:
    return KnownTexts(known_texts())


if __name__ == "__main__":
    barev.wiring.make_understanding = _make
    sys.exit(main(sys.argv[1:]))
