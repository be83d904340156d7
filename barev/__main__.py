"""``python -m barev``."""

import sys

from barev.cli import main

sys.exit(main())
