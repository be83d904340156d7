"""`barev bench`: measures Barev on this machine and says what falls short (docs/performance.md)."""

from barev.bench.command import main

__all__ = ["main"]
