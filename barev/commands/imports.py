"""``barev import`` on the command line; what it does is loaded when it is asked for."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from barev.commands import exports
from barev.commands.common import Parser, add_command
from business.exchange.headings import TARGETS
from business.exchange.visit_rows import TARGETS as VISIT_TARGETS
from conversation.language import LANGUAGES

_DRY = "say what would happen, and change nothing"
_EXAMPLE = 'barev import contacts people.xlsx --map "Имя=name" --dry-run'


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares it."""
    whole = commands.add_parser("import", help="Brings data in.", epilog=f"Example:  {_EXAMPLE}")
    kinds = whole.add_subparsers(required=True, metavar="WHAT", parser_class=Parser)
    exports.add_import(kinds, common)
    text = "Contacts out of a CSV, XLSX or JSONL file; who is known by code, phone or e-mail is not added twice."
    contacts = add_command(kinds, common, "contacts", text, _EXAMPLE, _contacts)
    _add_file(contacts, ("custom.KEY", "custom.*", *TARGETS))
    contacts.add_argument(
        "--on-duplicate",
        choices=("update", "skip", "fill"),
        default="update",
        help="what to do with those who are known: write over, leave alone, or fill in what is empty",
    )

    text = "Visits out of a CSV, XLSX or JSONL file: those to come are booked, those that are over become history."
    visits = add_command(kinds, common, "visits", text, "barev import visits journal.xlsx --dry-run", _visits)
    _add_file(visits, VISIT_TARGETS)
    text = "A price list out of a CSV, XLSX or JSONL file; a service of the same code, barcode or name is corrected."
    services = add_command(
        kinds, common, "services", text, "barev import services prices.xlsx --language ru", _services
    )
    services.add_argument("file", type=Path, metavar="FILE")
    services.add_argument("--dry-run", action="store_true", help=_DRY)
    services.add_argument("--language", choices=LANGUAGES, help="of names without one (default: the business's first)")


def _add_file(parser: Parser, targets: Sequence[str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help=_DRY)
    about = "what a column becomes; several times for several columns; FIELD is one of: -, "
    parser.add_argument("--map", action="append", default=[], metavar="HEADER=FIELD", help=about + ", ".join(targets))
    parser.add_argument("--country", metavar="XX", help="country of phones without a code (default: the business's)")


def _visits(parsed: argparse.Namespace) -> int:
    from barev.commands.importing import import_visits

    return import_visits(parsed)


def _services(parsed: argparse.Namespace) -> int:
    from barev.commands.importing_services import import_services

    return import_services(parsed)


def _contacts(parsed: argparse.Namespace) -> int:
    from barev.commands.importing import import_contacts

    return import_contacts(parsed)
