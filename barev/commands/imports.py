"""``barev import`` on the command line; what it does is loaded when it is asked for."""

import argparse
from pathlib import Path

from barev.commands import exports
from barev.commands.common import Parser, add_command
from business.exchange.headings import TARGETS

_EXAMPLE = 'barev import contacts people.xlsx --map "Имя=name" --dry-run'


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares it."""
    whole = commands.add_parser("import", help="Brings data in.", epilog=f"Example:  {_EXAMPLE}")
    kinds = whole.add_subparsers(required=True, metavar="WHAT", parser_class=Parser)
    exports.add_import(kinds, common)
    text = "Contacts out of a CSV, XLSX or JSONL file; who is known by code, phone or e-mail is not added twice."
    contacts = add_command(kinds, common, "contacts", text, _EXAMPLE, _contacts)
    contacts.add_argument("file", type=Path, metavar="FILE")
    contacts.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    about = "what a column becomes; several times for several columns; FIELD is one of: -, custom.KEY, custom.*, "
    contacts.add_argument("--map", action="append", default=[], metavar="HEADER=FIELD", help=about + ", ".join(TARGETS))
    contacts.add_argument(
        "--on-duplicate",
        choices=("update", "skip", "fill"),
        default="update",
        help="what to do with those who are known: write over, leave alone, or fill in what is empty",
    )
    contacts.add_argument("--country", metavar="XX", help="country of phones without a code (default: the business's)")


def _contacts(parsed: argparse.Namespace) -> int:
    from barev.commands.importing import import_contacts

    return import_contacts(parsed)
