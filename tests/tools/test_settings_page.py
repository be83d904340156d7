"""The reference of settings is the one of the code, and says something of each."""

import re
from dataclasses import fields

from barev.settings import Settings
from tools.settings_page import PAGE, main, page


def test_the_page_is_up_to_date() -> None:
    assert main(["--check"]) == 0, "run python -m tools.settings_page"


def test_every_setting_is_told_of() -> None:
    rows = {
        match[1]: match[2]
        for match in re.finditer(r"^\| `([a-z._]+)` \|(?:(?:[^|\\]|\\.)*\|){2} (.*) \|$", page(), re.MULTILINE)
    }
    sections = [(one.name, one.default_factory) for one in fields(Settings) if one.name not in ("demo", "folders")]
    wanted = {f"{name}.{one.name}" for name, kind in sections for one in fields(kind)}  # type: ignore[arg-type]  # each is a dataclass
    assert set(rows) == wanted
    assert [name for name, meaning in rows.items() if len(meaning) < 8] == []
    assert PAGE.name == "settings.md"
