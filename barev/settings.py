"""Every setting, named once: ``barev.toml``, overridden by ``BAREV_SECTION_KEY``, overridden by flags.

The only module that reads the environment. A name nobody knows in ``barev.toml`` is refused, so that a typing mistake
never
passes for a setting.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

from conversation.limits import Rate


class SettingsError(Exception):
    """The words are off; the message is one plain line."""


@dataclass(frozen=True, slots=True)
class Server:
    """``trusted_proxies``: peers whose X-Forwarded-For is believed. ``lean``: the lean socket path (stock
    python-socketio else)."""

    host: str = "127.0.0.1"
    port: int = 8080
    trusted_proxies: tuple[str, ...] = ()
    public_url: str = ""
    stop_s: float = 4.0
    head_timeout_s: float = 10.0
    body_limit_kb: int = 256


@dataclass(frozen=True, slots=True)
class Sockets:
    """The Socket.IO server.

    ``lean``: off, every connection is on the stock engine. ``origins``: the sites that may connect (``*``: any).
    ``soft_limit_kb``, ``hard_limit_kb``: a connection's unsent bytes; above soft frames are held, above hard it is
    dropped. A message over ``message_limit_kb`` ends the connection; a text that is merely too long has room in it, so
    that it is refused in words.
    """

    lean: bool = True
    origins: tuple[str, ...] = ("*",)
    ping_interval_s: float = 25.0
    ping_timeout_s: float = 20.0
    message_limit_kb: int = 1024
    soft_limit_kb: int = 64
    hard_limit_kb: int = 4096
    queue_limit: int = 1000


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """``url``: empty for SQLite in ``data``, or postgresql://..."""

    url: str = ""
    data: str = "./barev-data"
    batch: int = 500
    queue_limit: int = 20_000
    readers: int = 2


@dataclass(frozen=True, slots=True)
class Business:
    """The firm. ``languages``: those offered to visitors, the first is the default."""

    name: str = "Barev"
    timezone: str = "Asia/Yerevan"
    country: str = "AM"
    languages: tuple[str, ...] = ("hy", "ka", "kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Website visitors: limits of the contract, lengths, and how long an anonymous token lives."""

    per_s: float = 30.0
    burst: float = 120.0
    address_per_s: float = 1000.0
    address_burst: float = 4000.0
    new_per_s: float = 100.0
    new_burst: float = 400.0
    connections_per_s: float = 1000.0
    connections_burst: float = 20_000.0
    token_days: int = 400
    text_limit: int = 10_000
    answer_limit: int = 200
    page: int = 1000
    first_page: int = 100
    typing_every_s: float = 1.0

    @property
    def rate(self) -> Rate:
        """What one visitor may send."""
        return Rate(self.per_s, self.burst)

    @property
    def address_rate(self) -> Rate:
        """What all visitors behind one network address may send."""
        return Rate(self.address_per_s, self.address_burst)

    @property
    def new_rate(self) -> Rate:
        """How many new visitors one network address may bring."""
        return Rate(self.new_per_s, self.new_burst)

    @property
    def connection_rate(self) -> Rate:
        """How many connections one network address may open."""
        return Rate(self.connections_per_s, self.connections_burst)


@dataclass(frozen=True, slots=True)
class Desk:
    """The agents' console: sessions, log-in throttle (failed ones only), limits."""

    session_days: int = 30
    password_min: int = 8
    failed_per_login: int = 10
    failed_per_address: int = 50
    failed_window_s: float = 300.0
    rest_per_s: float = 500.0
    rest_burst: float = 1000.0
    list_limit: int = 200
    page: int = 1000
    thread_page: int = 200
    text_limit: int = 10_000
    session_check_s: float = 15.0
    away_grace_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """Import and export. ``upload_limit_mb``: one file to be imported; ``folder_limit_mb``: all that are kept together;
    ``unpacked_limit_mb``: an XLSX unpacked; ``rows_limit``: rows of a file; ``batch_ms``: how long an import holds the
    writer at a time, then leaving it to the chat for ``rest`` times as long; ``lease_s``: how long after a crash
    another process takes an import up; ``page``: rows an export reads at a time."""

    upload_limit_mb: int = 50
    folder_limit_mb: int = 500
    unpacked_limit_mb: int = 512
    rows_limit: int = 200_000
    batch_ms: int = 25
    rest: float = 0.5
    lease_s: float = 15.0
    page: int = 1000


@dataclass(frozen=True, slots=True)
class Redis:
    """Shared events of several processes. ``url``: redis://, rediss:// (TLS) or unix://; empty: one process.
    ``notice_after_s``: how long Redis is away before agents are told."""

    url: str = field(default="", repr=False)
    notice_after_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram door; an empty token keeps it shut."""

    token: str = field(default="", repr=False)
    api_url: str = ""


@dataclass(frozen=True, slots=True)
class Viber:
    """The Viber door; an empty token keeps it shut."""

    token: str = field(default="", repr=False)
    api_url: str = ""
    webhook_url: str = ""


@dataclass(frozen=True, slots=True)
class Sms:
    """The SMS door."""

    driver: str = ""
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Email:
    """The e-mail door."""

    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Voice:
    """The telephone door."""

    enabled: bool = False
    sip_host: str = ""
    sip_port: int = 5060


@dataclass(frozen=True, slots=True)
class Rasa:
    """An outside Rasa server for understanding."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Llm:
    """An outside language model."""

    url: str = ""
    key: str = field(default="", repr=False)
    model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections. ``demo``: the demo business was asked for (a flag, not a setting)."""

    server: Server = field(default_factory=Server)
    sockets: Sockets = field(default_factory=Sockets)
    store: StoreSettings = field(default_factory=StoreSettings)
    business: Business = field(default_factory=Business)
    visitor: Visitor = field(default_factory=Visitor)
    desk: Desk = field(default_factory=Desk)
    exchange: Exchange = field(default_factory=Exchange)
    redis: Redis = field(default_factory=Redis)
    telegram: Telegram = field(default_factory=Telegram)
    viber: Viber = field(default_factory=Viber)
    sms: Sms = field(default_factory=Sms)
    email: Email = field(default_factory=Email)
    voice: Voice = field(default_factory=Voice)
    rasa: Rasa = field(default_factory=Rasa)
    llm: Llm = field(default_factory=Llm)
    demo: bool = False

    @property
    def data_dir(self) -> Path:
        """Where SQLite, attachments and the secret live."""
        return Path(self.store.data)


_SECTIONS = {f.name: f.default_factory for f in fields(Settings) if f.default_factory is not MISSING}
_PREFIX = "BAREV_"
Raw = dict[str, dict[str, object]]


def load(config: str | None, flags: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks all settings. ``flags``: ``"section.key" -> value``, None meaning not given.

    Raises SettingsError with one plain line: unreadable file, unknown name, value of a wrong kind.
    """
    environment = os.environ if environ is None else environ
    raw: Raw = {name: {} for name in _SECTIONS}
    _read_file(raw, config)
    _read_environment(raw, environment)
    for name, value in flags.items():
        if value is not None and "." in name:
            section, key = name.split(".", 1)
            raw[section][key] = value
    built = {name: _build(name, values) for name, values in raw.items()}
    return Settings(**built, demo=bool(flags.get("demo")))  # type: ignore[arg-type]  # each section is built by its own name


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


def _read_file(raw: Raw, config: str | None) -> None:
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
            raise SettingsError(f"{path}: no section {section!r}; there are: {', '.join(sorted(_SECTIONS))}")
        for key, value in values.items():
            if key not in _kinds(section):
                raise SettingsError(
                    f"{path}: no setting {section}.{key}; there are: {', '.join(sorted(_kinds(section)))}"
                )
            raw[section][key] = value


def _read_environment(raw: Raw, environment: Mapping[str, str]) -> None:
    for section in _SECTIONS:
        for key in _kinds(section):
            value = environment.get(f"{_PREFIX}{section}_{key}".upper())
            if value is not None:
                raw[section][key] = value


def _kinds(section: str) -> dict[str, Field[object]]:
    factory = _SECTIONS[section]
    return {f.name: f for f in fields(factory)}  # type: ignore[arg-type]  # the factories are the section classes themselves


def _build(section: str, values: dict[str, object]) -> object:
    factory = _SECTIONS[section]
    hints = get_type_hints(factory)
    return factory(**{key: _coerce(f"{section}.{key}", value, hints[key]) for key, value in values.items()})


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
        return int(number) if kind is int else number
    if kind is str:
        if not isinstance(value, str):
            raise wrong
        return value.strip()
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())
