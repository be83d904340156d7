"""What an SMPP door is told, all in one address: ``smpp://USER:PASSWORD@HOST:2775?source=Firm``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Alphabet = Literal["gsm7", "latin1"]
Long = Literal["udh", "payload"]
CA_SETTING: Final = "sms.ca_file"
_PORTS: Final = {"smpp": 2775, "smpps": 3550}
_WORDS: Final = ("system_type", "source", "alphabet", "long", "address_range")
_NUMBERS: Final = {"window": (1, 1000), "enquire_s": (1, 3600), "source_ton": (0, 255), "source_npi": (0, 255)}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"alphabet": ("gsm7", "latin1"), "long": ("udh", "payload")}
_ASCII: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """``user``: the system_id; ``source``: in whose name we send, a number or a name of at most eleven letters, "" for
    what the gateway gives us; ``alphabet``: what data_coding 0 is over there; ``long``: how a text of several parts is
    sent; ``window``: requests without an answer at once; ``enquire_s``: silence after which the line is tried;
    ``timeout_s``: for an answer; ``parts_s``: for the other parts of what a customer said; ``ca_file``: see
    ``bot.far_tls``."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool = False
    system_type: str = ""
    source: str = ""
    source_ton: int | None = None
    source_npi: int | None = None
    address_range: str = ""
    alphabet: Alphabet = "gsm7"
    long: Long = "udh"
    window: int = 10
    enquire_s: float = 30.0
    timeout_s: float = 10.0
    parts_s: float = 5.0
    ca_file: str = ""


def read_url(url: str, timeout_s: float = 10.0, ca_file: str = "") -> SmppSettings:
    """Raises ValueError with what is wrong with it, in one plain line without secrets."""
    try:
        parts = urlsplit(url)
        port = parts.port
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError("sms.url: this is no address like smpp://USER:PASSWORD@HOST:2775") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("sms.url: for smpp it is smpp://USER:PASSWORD@HOST:2775, or smpps:// with TLS")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not _ASCII.fullmatch(user) or not (password == "" or _ASCII.fullmatch(password)):
        raise ValueError("sms.url: the user and the password are Latin letters, digits and signs; %40 stands for @")
    if len(user) > 64 or len(password) > 64:
        raise ValueError("sms.url: the user and the password have at most 64 characters")
    unknown = [name for name in asked if name not in _WORDS and name not in _NUMBERS]
    if unknown:
        raise ValueError(f"sms.url: after the question mark there may be {', '.join((*_WORDS, *_NUMBERS))}")
    for name, values in _CHOICES.items():
        if asked.get(name, values[0]) not in values:
            raise ValueError(f"sms.url: {name} is one of {', '.join(values)}")
    numbers = {name: _number(name, value) for name, value in asked.items() if name in _NUMBERS}
    for name, most in (("system_type", 12), ("source", 20), ("address_range", 40)):
        word = asked.get(name, "")
        if word and (not _ASCII.fullmatch(word) or len(word) > most):
            raise ValueError(f"sms.url: {name} has at most {most} Latin letters, digits and signs")
    source = asked.get("source", "")
    if any(one.isalpha() for one in source) and len(source) > 11:
        raise ValueError("sms.url: a name as source has at most 11 characters")
    return SmppSettings(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=user,
        password=password,
        tls=parts.scheme == "smpps",
        system_type=asked.get("system_type", ""),
        source=source,
        address_range=asked.get("address_range", ""),
        alphabet="latin1" if asked.get("alphabet") == "latin1" else "gsm7",
        long="payload" if asked.get("long") == "payload" else "udh",
        window=numbers.get("window", 10),
        enquire_s=float(numbers.get("enquire_s", 30)),
        source_ton=numbers.get("source_ton"),
        source_npi=numbers.get("source_npi"),
        timeout_s=timeout_s,
        ca_file=ca_file,
    )


def check(url: str) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    try:
        read_url(url)
    except ValueError as error:
        return str(error)
    if find_spec("smpp34") is None:
        return "sms.driver: smpp needs one more package: pip install 'barev[smpp]'"
    return None


def _number(name: str, value: str) -> int:
    least, most = _NUMBERS[name]
    if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
        raise ValueError(f"sms.url: {name} is a number from {least} to {most}")
    return int(value)
