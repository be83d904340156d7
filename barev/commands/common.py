"""What every command has in common: how it is declared, how it fails, and the settings it works with."""

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import urlsplit

from barev.settings import Settings, SettingsError, check_redis, load

Command = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Refuses in one plain line."""

    def error(self, message: str) -> NoReturn:
        """One plain line and status 2."""
        sys.stderr.write(f"{self.prog}: {message} (see {self.prog} --help)\n")
        raise SystemExit(2)


def add_command(
    commands: "argparse._SubParsersAction[Parser]",
    common: Parser,
    name: str,
    text: str,
    example: str,
    command: Command,
) -> Parser:
    """Declares a command that takes the common settings; returns its parser for more arguments."""
    parser = commands.add_parser(
        name,
        parents=[common],
        help=text,
        description=text,
        epilog=f"Example:  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=command)
    return parser


def fail(line: str, status: int = 1) -> int:
    """Says why in one line on standard error; returns the exit status."""
    sys.stderr.write(f"barev: {' '.join(line.split())}\n")
    return status


def read_settings(parsed: argparse.Namespace) -> Settings:
    """The settings of a command. Raises SettingsError."""
    url = parsed.database_url
    if url is not None and urlsplit(url).password is not None:
        raise SettingsError("a password in --database-url can be seen by others; set BAREV_STORE_URL instead")
    if parsed.redis_url is not None and urlsplit(parsed.redis_url).password:
        raise SettingsError("a password in --redis-url can be seen by others; set BAREV_REDIS_URL instead")
    flags = {
        "server.host": getattr(parsed, "host", None),
        "server.port": getattr(parsed, "port", None),
        "store.url": url,
        "store.data": parsed.data,
        "redis.url": parsed.redis_url,
        "demo": getattr(parsed, "demo", False),
    }
    settings = load(parsed.config, flags)
    check_redis(settings)
    return settings
