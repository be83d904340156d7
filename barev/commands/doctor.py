"""``barev doctor``: everything that can be looked at from here, with a way to mend each thing."""

import argparse
import json
import sys

from barev.commands.common import Parser, add_command, read_settings
from barev.doctor.findings import Finding
from barev.settings import Settings, terminal_language
from conversation.messages import Language
from conversation.texts import Catalogue

_SIGNS = {"ok": "ok   ", "warn": "warn ", "wrong": "WRONG"}
_WORDS = {  # the same in every language
    "serve": "barev serve",
    "backup": "barev backup FILE",
    "restore": "barev restore FILE",
    "config": "barev.toml",
    "cert": "server.tls_cert",
    "own_key": "server.tls_key",
    "loopback": "127.0.0.1",
    "example": "https://chat.example.am",
    "value": "info",
    "line": "LimitNOFILE=65536",
    "headers": "Upgrade, Connection",
    "page": "docs/how-to/nginx.md",
    "form": "PEM",
    "version": "HTTP/1.1",
}


def add(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """Declares it."""
    doctor = add_command(
        commands,
        common,
        "doctor",
        "Looks at settings, store, disk, clock, certificate, public address and backups; says how to mend each.",
        "barev doctor --config /etc/barev.toml",
        _doctor,
    )
    doctor.add_argument("--json", action="store_true", help="for programs: a JSON array")
    doctor.add_argument("--language", choices=("hy", "ka", "kk", "ru", "en"), help="default: that of the terminal")


def _doctor(parsed: argparse.Namespace) -> int:
    settings = read_settings(parsed)
    from barev.serve import run

    findings = run(_look(settings))
    language: Language = parsed.language or terminal_language()
    texts = Catalogue()
    shown = [_shown(one, texts, language) for one in findings]
    if parsed.json:
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(map(_lines, shown))
    return 1 if any(one.state == "wrong" for one in findings) else 0


def _shown(one: Finding, texts: Catalogue, language: Language) -> dict[str, str]:
    fields = {**_WORDS, "setting": one.subject, **one.fields}
    shown = {"state": one.state, "subject": one.subject, "check": one.key}
    shown["text"] = texts.get(language, f"doctor.{one.key}", **fields)
    if one.state != "ok":
        shown["mend"] = texts.get(language, f"doctor.{one.key}_mend", **fields)
    return shown


def _lines(shown: dict[str, str]) -> str:
    line = f"{_SIGNS[shown['state']]} {shown['subject']}: {shown['text']}\n"
    return f"{line}       → {shown['mend']}\n" if "mend" in shown else line


async def _look(settings: Settings) -> list[Finding]:
    from barev.doctor import channels, letters, outside, store

    return [
        *outside.check_settings(settings),
        *await store.check_all(settings),
        *await letters.check_all(settings),
        *await channels.check_telegram(settings),
        *await channels.check_sms(settings),
        *await channels.check_mail(settings),
        *await channels.check_proofs(settings),
        *store.check_machine(settings),
        *outside.check_certificate(settings),
        *await outside.check_public(settings),
        *await outside.check_redis(settings),
    ]
