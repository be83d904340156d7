"""What a file is called when somebody saves it."""

import re
import unicodedata
from typing import Final

from business.files.kinds import Kind

_MOST: Final = 120
_BAD: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def clean_name(given: str, kind: Kind) -> str:
    """The last part of the given name without what a system or an eye could be deceived by, and with an ending of its
    kind: ``../../etc/passwd`` is ``passwd.txt``, a picture ``a.exe`` is ``a.exe.png``."""
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode())
    name = _BAD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = re.sub(r"\s+", " ", name).strip().rstrip(".")
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = name, kind.endings[0]
    stem = stem.strip(" .") or "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem[: _MOST - len(ending)]}.{ending}"
