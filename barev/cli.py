"""The command line (contract.md). Exit status: 0 done, 2 your words are off, 1 it failed."""

import argparse
import sys
from collections.abc import Sequence

from barev.commands import backup, doctor, exports, imports, understand
from barev.commands.common import Command, Parser, add_command, fail, read_settings
from barev.settings import SettingsError


def main(args: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    parsed = _make_parser().parse_args(_said_plainly(sys.argv[1:] if args is None else args))
    command: Command = parsed.command
    try:
        return command(parsed)
    except SettingsError as error:
        return fail(str(error), 2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1


def _said_plainly(args: Sequence[str]) -> Sequence[str]:
    """``barev help [COMMAND ...]`` and ``barev version`` are what others call --help and --version."""
    if args and args[0] == "help":
        return [*(one for one in args[1:] if not one.startswith("-")), "--help"]
    return ["--version"] if list(args) == ["version"] else args


def _make_parser() -> argparse.ArgumentParser:
    common = Parser(add_help=False)
    group = common.add_argument_group("settings (each also in barev.toml and as BAREV_SECTION_KEY)")
    group.add_argument("--config", metavar="FILE", help="settings file (default: barev.toml, where there is one)")
    group.add_argument("--data", metavar="DIR", help="folder for the SQLite store (default: ./barev-data)")
    group.add_argument("--database-url", metavar="URL", help="postgresql://HOST/NAME instead of SQLite")
    group.add_argument("--redis-url", metavar="URL", help="redis://... shared by several processes")
    parser = Parser(
        prog="barev",
        description="Barev: a self-hosted, chat-first service assistant.",
        epilog="Example:  barev serve --demo      More of one:  barev help import contacts",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    serve = add_command(commands, common, "serve", "Runs the server.", "barev serve --demo --port 8080", _serve)
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on, 0 for any free one (default: 8080)")
    serve.add_argument("--tls-cert", metavar="FILE", help="certificate and its chain (PEM): https instead of http")
    serve.add_argument("--tls-key", metavar="FILE", help="the certificate's key (PEM)")
    serve.add_argument("--demo", action="store_true", help="with a demo business; its logins are printed")

    user = commands.add_parser(
        "user", help="The people who may log in.", epilog="Example:  barev user add ani --role agent"
    )
    users = user.add_subparsers(required=True, metavar="ACTION", parser_class=Parser)
    add = add_command(
        users,
        common,
        "add",
        "Adds one who may log in.",
        "echo secret-word | barev user add ani --role agent --password-stdin",
        _user_add,
    )
    add.add_argument("login")
    add.add_argument("--role", required=True, choices=("owner", "manager", "agent"))
    add.add_argument("--name", help="the name customers see (default: the login)")
    add.add_argument("--language", choices=("hy", "ka", "kk", "ru", "en"), help="language of the desk")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    imports.add(commands, common)
    exports.add(commands, common)
    backup.add(commands, common)
    doctor.add(commands, common)
    understand.add(commands, common)

    bench = commands.add_parser(
        "bench", help="Measures this machine against a baseline in the same run.", add_help=False, prefix_chars="\x00"
    )
    bench.add_argument("arguments", nargs=argparse.REMAINDER)
    bench.set_defaults(command=_bench)
    return parser


def _version() -> str:
    from barev import __version__

    return f"barev {__version__}"


def _serve(parsed: argparse.Namespace) -> int:
    settings = read_settings(parsed)
    from barev.serve import ServeError, serve

    try:
        serve(settings)
    except ServeError as error:
        return fail(str(error))
    return 0


def _user_add(parsed: argparse.Namespace) -> int:
    settings = read_settings(parsed)
    if parsed.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        import getpass

        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            return fail("the two passwords differ", 2)
    else:
        return fail("give the password on standard input with --password-stdin", 2)
    from barev.serve import ServeError
    from barev.users import UserError, add_user

    try:
        added = add_user(settings, parsed.login, password, parsed.role, parsed.name, parsed.language)
    except UserError as error:
        return fail(str(error), error.status)
    except ServeError as error:
        return fail(str(error))
    sys.stdout.write(f"{added}\n")
    return 0


def _bench(parsed: argparse.Namespace) -> int:
    from barev.bench import main as bench

    return bench(parsed.arguments)
