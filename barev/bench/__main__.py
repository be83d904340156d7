"""``python -m barev.bench``: the same as ``barev bench``."""

import sys

from barev.bench.command import main

sys.exit(main(sys.argv[1:]))
