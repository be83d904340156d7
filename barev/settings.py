"""Every setting, named once: ``barev.toml``, overridden by ``BAREV_SECTION_KEY``, overridden by flags.

The only module that reads the environment. A name nobody knows in ``barev.toml`` is refused, so that a typing mistake
never passes for a setting. The settings themselves are in ``barev.sections``.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

from barev.sections import (
    Business,
    Desk,
    Exchange,
    Llm,
    Logs,
    Metrics,
    Rasa,
    Redis,
    Server,
    Settings,
    Sockets,
    StoreSettings,
    Telegram,
    Viber,
    Visitor,
    Voice,
)
from barev.sections_of_letters import Email, Sms
from bot.folders import list_folders
from conversation.language import LANGUAGES
from conversation.messages import Language

__all__ = [
    "Business",
    "Desk",
    "Email",
    "Exchange",
    "Llm",
    "Logs",
    "Metrics",
    "Rasa",
    "Redis",
    "Server",
    "Settings",
    "SettingsError",
    "Sms",
    "Sockets",
    "StoreSettings",
    "Telegram",
    "Viber",
    "Visitor",
    "Voice",
    "check_redis",
    "child_environment",
    "load",
    "terminal_language",
]


class SettingsError(Exception):
    """The words are off; the message is one plain line."""


_LAST_PORT = 65535
_SECTIONS = {f.name: f.default_factory for f in fields(Settings) if f.default_factory is not MISSING}
_PREFIX = "BAREV_"
Raw = dict[str, dict[str, object]]
Section = Callable[..., object]
Sections = Mapping[str, Section]


def load(config: str | None, flags: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks all settings. ``flags``: ``"section.key" -> value``, None meaning not given.

    Raises SettingsError with one plain line: unreadable file, unknown name, value of a wrong kind.
    """
    environment = os.environ if environ is None else environ
    sections = {**_folders(), **_SECTIONS}
    raw: Raw = {name: {} for name in sections}
    _read_file(raw, config, sections)
    _read_environment(raw, environment, sections)
    for name, value in flags.items():
        if value is not None and "." in name:
            section, key = name.split(".", 1)
            raw[section][key] = value
    built = {name: _build(name, values, sections[name]) for name, values in raw.items()}
    folders = tuple((name, built.pop(name)) for name in sections if name not in _SECTIONS)
    return Settings(**built, demo=bool(flags.get("demo")), folders=folders)  # type: ignore[arg-type]  # each section is built by its own name


def check_redis(settings: Settings) -> None:
    """Raises SettingsError where Redis is wanted and cannot serve: several processes share a PostgreSQL."""
    url = settings.redis.url
    if not url:
        return
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("redis.url: an address of Redis begins with redis://, rediss:// or unix://")
    if not settings.store.url.startswith(("postgresql://", "postgres://")):
        raise SettingsError(
            "redis.url joins several processes, and they need PostgreSQL (store.url); SQLite serves one process, "
            "so leave redis.url empty"
        )


def terminal_language(environ: Mapping[str, str] | None = None) -> Language:
    """The language of the terminal (LC_ALL, LC_MESSAGES, LANG), English where it is none of ours."""
    environment = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            found = environment[name][:2].lower()
            return next((language for language in LANGUAGES if language == found), "en")
    return "en"


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a command that works on the same store; secrets stay out of its arguments."""
    store = {"BAREV_STORE_URL": settings.store.url, "BAREV_STORE_DATA": settings.store.data}
    return {**os.environ, **store}


def _folders() -> dict[str, Section]:
    """The settings of channels that are known by their folders."""
    try:
        found: dict[str, Section] = {folder.name: folder.section for folder in list_folders()}
    except ValueError as error:
        raise SettingsError(str(error)) from error
    taken = sorted(found.keys() & {f.name for f in fields(Settings)})
    if taken:
        raise SettingsError(f"bot/{taken[0]}: there is a section {taken[0]!r} already; the channel needs another name")
    return found


def _read_file(raw: Raw, config: str | None, sections: Sections) -> None:
    path = Path(config or "barev.toml")
    if not path.exists():
        if config is not None:
            raise SettingsError(f"no settings file {config!r}")
        return
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    for section, values in document.items():
        if section not in raw or not isinstance(values, dict):
            raise SettingsError(f"{path}: no section {section!r}; there are: {', '.join(sorted(sections))}")
        for key, value in values.items():
            known = _kinds(sections[section])
            if key not in known:
                raise SettingsError(f"{path}: no setting {section}.{key}; there are: {', '.join(sorted(known))}")
            raw[section][key] = value


def _read_environment(raw: Raw, environment: Mapping[str, str], sections: Sections) -> None:
    for section, kind in sections.items():
        for key in _kinds(kind):
            value = environment.get(f"{_PREFIX}{section}_{key}".upper())
            if value is not None:
                raw[section][key] = value


def _kinds(section: Section) -> dict[str, Field[object]]:
    return {f.name: f for f in fields(section)}  # type: ignore[arg-type]  # the factories are the section classes themselves


def _build(name: str, values: dict[str, object], section: Section) -> object:
    hints = get_type_hints(section)
    return section(**{key: _coerce(f"{name}.{key}", value, hints[key]) for key, value in values.items()})


def _coerce(name: str, value: object, kind: object) -> object:
    if isinstance(kind, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    wrong = SettingsError(
        f"{name}: {'a secret value' if 'url' in name or 'token' in name else repr(value)} will not do"
    )
    if kind is bool:
        known = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        answer = value if isinstance(value, bool) else known.get(str(value).strip().lower())
        if answer is None:
            raise wrong
        return answer
    if kind in (int, float):
        try:
            number = float(str(value))
        except ValueError as error:
            raise wrong from error
        if isinstance(value, bool) or number < 0 or (kind is int and number != int(number)):
            raise wrong
        if name.endswith("port") and number > _LAST_PORT:
            raise wrong
        return int(number) if kind is int else number
    if kind is str:
        if not isinstance(value, str):
            raise wrong
        return value.strip()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())
