"""The files of presets: those that come with the product, and over them the firm's own in its data folder."""

import logging
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from business.booking.settings import KEYS, PREFIX
from conversation.errors import Rejected
from conversation.language import LANGUAGES

FOLDER: Final = Path(__file__).parent
NAMES: Final = ("salon", "clinic", "dentist", "paediatrics", "vet", "sports", "car_service", "business")
"""In the order in which they are shown."""
OWN: Final = "presets"
"""Where in the data folder the firm's own are."""
_NAME: Final = re.compile(r"[a-z0-9_]{1,40}")
_KINDS: Final = ("provider", "room", "chair", "device")
_MOST_BYTES: Final = 200_000
log = logging.getLogger(__name__)


def list_names(own: Path | None) -> list[str]:
    """Those of the product, then the firm's own by name; an own one of the same name stands in the other's place."""
    found = sorted(path.stem for path in own.glob("*.toml")) if own is not None and own.is_dir() else []
    return [*NAMES, *(name for name in found if name not in NAMES and _NAME.fullmatch(name))]


def read_preset(name: str, own: Path | None = None) -> Mapping[str, Any]:
    """The data of a preset. Raises Rejected not_found; invalid for a file that is none, with what is wrong."""
    path = None if own is None else own / f"{name}.toml"
    if not _NAME.fullmatch(name) or (name not in NAMES and (path is None or not path.is_file())):
        raise Rejected("not_found", "catalogue.preset_not_found")
    if path is None or not path.is_file():
        path = FOLDER / f"{name}.toml"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"larger than {_MOST_BYTES} bytes")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        _check(data)
    except (ValueError, OSError, KeyError, TypeError, AttributeError) as error:
        why = f"missing {error}" if isinstance(error, KeyError) else str(error)
        log.warning("preset %s: %s", path, why)
        raise Rejected("conflict", "catalogue.preset_broken", name=name, why=why[:200]) from None
    return data


def _check(data: Mapping[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError for what is no preset."""
    _check_forms("title", data["title"])
    _check_forms("about", data["about"])
    for key, value in data.get("settings", {}).items():
        if f"{PREFIX}{key}" not in KEYS or not KEYS[f"{PREFIX}{key}"].fits(value):
            raise ValueError(f"settings: {key} = {value!r} is no setting of booking")
    kinds = set()
    for one in data.get("resources", []):
        _check_forms("resources", one["name"])
        if one["kind"] not in _KINDS:
            raise ValueError(f"resources: kind {one['kind']!r}; there are: {', '.join(_KINDS)}")
        kinds.add(one["kind"])
    for group in data["groups"]:
        _check_forms("groups", group["name"])
        for one in group["services"]:
            _check_forms("services", one["name"])
            if not isinstance(one["minutes"], int) or not 0 < one["minutes"] <= 24 * 60:
                raise ValueError(f"services: minutes = {one['minutes']!r}")
            for kind in one.get("needs", ()):
                if kind not in kinds:
                    raise ValueError(f"services: needs {kind!r}, and no resource is one")


def _check_forms(where: str, forms: Any) -> None:
    if not isinstance(forms, dict) or not forms or not all(isinstance(one, str) and one for one in forms.values()):
        raise ValueError(f'{where}: a name by language is wanted, as {{ en = "Hair", ru = "Волосы" }}')
    odd = [language for language in forms if language not in LANGUAGES]
    if odd:
        raise ValueError(f"{where}: no language {odd[0]!r}; there are: {', '.join(LANGUAGES)}")
