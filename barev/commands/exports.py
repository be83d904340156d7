"""``barev export`` and ``barev import all`` on the command line; what they do is loaded when it is asked for."""

import argparse
from pathlib import Path

from barev.commands.common import Parser, add_command

_EXAMPLE = "barev export all ./export"
_FORMS = ("csv", "xlsx", "jsonl")


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares ``export``."""
    whole = commands.add_parser("export", help="Takes data out.", epilog=f"Example:  {_EXAMPLE}")
    kinds = whole.add_subparsers(required=True, metavar="WHAT", parser_class=Parser)
    text = "Everything as files: one a kind, attachments, and a manifest. Works beside a running server."
    everything = add_command(kinds, common, "all", text, _EXAMPLE, _export)
    everything.add_argument("folder", type=Path, metavar="DIR", help="made if need be; must be empty")
    everything.add_argument(
        "--format", choices=_FORMS, default="csv", help="csv and jsonl can be put back by `barev import all`"
    )


def add_import(kinds: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares ``import all``."""
    text = "What `barev export all` wrote, into an empty store; broken off, the same command goes on."
    back = add_command(kinds, common, "all", text, "barev import all ./export --data ./new-data", _restore)
    back.add_argument("folder", type=Path, metavar="DIR")


def _export(parsed: argparse.Namespace) -> int:
    from barev.commands.exporting import export_all

    return export_all(parsed)


def _restore(parsed: argparse.Namespace) -> int:
    from barev.commands.exporting import import_all

    return import_all(parsed)
