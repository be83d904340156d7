"""``barev export``: everything there is, as files."""

import argparse

from barev.commands.common import Parser


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares it."""
