"""``barev understand`` on the command line; what it does is loaded when it is asked for."""

import argparse
from datetime import datetime
from pathlib import Path

from barev.commands.common import Parser, add_command

_EXAMPLE = 'barev understand "хочу записаться на завтра"'


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares ``understand``."""
    text = "What is meant by a message: its language, the intent, times, phones and names. One JSON object a line."
    command = add_command(commands, common, "understand", text, _EXAMPLE, _understand)
    command.add_argument("text", nargs="*", metavar="TEXT", help="messages (default: one a line on standard input)")
    command.add_argument(
        "--examples",
        type=Path,
        metavar="FILE",
        help='learn from these instead of the starter corpus: {"text", "intent"} a line, intent null is out of scope',
    )
    command.add_argument("--now", type=_wall_time, metavar="TIME", help="the wall time it is read at: 2026-11-24T10:00")
    command.add_argument("--timezone", metavar="ZONE", help="IANA time zone (default: the business's)")
    command.add_argument("--fast", action="store_true", help="without the sentence model, where that is installed")


def _wall_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; one looks like 2026-11-24T10:00") from None
    if moment.tzinfo is not None:
        raise argparse.ArgumentTypeError("a wall time is meant; its zone comes with --timezone")
    return moment


def _understand(parsed: argparse.Namespace) -> int:
    from barev.commands.understanding import understand

    return understand(parsed)
