"""What a modem's door is told, all in one address: ``modem:/dev/ttyUSB0?speed=115200``."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

Mode = Literal["pdu", "text"]
_WORDS: Final = ("speed", "pin", "mode", "look_s")


@dataclass(frozen=True, slots=True)
class ModemSettings:
    """``path``: of the serial port; ``speed`` in baud; ``pin``: of the SIM, "" where it asks for none; ``mode``: in
    which messages are exchanged with the modem; ``look_s``: after which the SIM is looked at without being told of a
    message; ``answer_s``: for an answer of the modem; ``send_s``: for one of the network; ``network_s``: until the SIM
    is in it; ``parts_h``: for the other parts of what a customer said."""

    path: str
    speed: int = 115_200
    pin: str = field(default="", repr=False)
    mode: Mode = "pdu"
    look_s: float = 20.0
    answer_s: float = 10.0
    send_s: float = 60.0
    network_s: float = 30.0
    parts_h: float = 24.0


def read_url(url: str) -> ModemSettings:
    """Raises ValueError with what is wrong with it, in one plain line without secrets."""
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError("sms.url: this is no address like modem:/dev/ttyUSB0") from None
    if parts.scheme != "modem" or not parts.path or parts.netloc or parts.fragment:
        raise ValueError("sms.url: for a modem it is modem: and the port, like modem:/dev/ttyUSB0?speed=115200")
    if any(name not in _WORDS for name in asked):
        raise ValueError(f"sms.url: after the question mark there may be {', '.join(_WORDS)}")
    speed, pin, look_s = asked.get("speed", "115200"), asked.get("pin", ""), asked.get("look_s", "20")
    if not _is_number(speed) or not 300 <= int(speed) <= 4_000_000:
        raise ValueError("sms.url: speed is a number of bauds, like 9600 or 115200")
    if pin and (not _is_number(pin) or not 4 <= len(pin) <= 8):
        raise ValueError("sms.url: pin has four to eight digits")
    if not _is_number(look_s) or not 1 <= int(look_s) <= 3600:
        raise ValueError("sms.url: look_s is a number of seconds, from 1 to 3600")
    if asked.get("mode", "pdu") not in ("pdu", "text"):
        raise ValueError("sms.url: mode is pdu or text")
    mode: Mode = "text" if asked.get("mode") == "text" else "pdu"
    return ModemSettings(parts.path, int(speed), pin, mode, float(look_s))


def check(url: str) -> str | None:
    """What is wrong with the words, in one plain line without secrets; None: nothing."""
    try:
        read_url(url)
    except ValueError as error:
        return str(error)
    return None


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal()
