"""A folder that says of itself what it is becomes a channel; one that says wrong things is named."""

import sys
from pathlib import Path

import pytest

import bot
from barev.settings import SettingsError, load
from bot.folders import list_folders

GOOD = """
from dataclasses import dataclass
from bot.folders import ChannelFolder
@dataclass(frozen=True)
class Section:
    url: str = ""
    sizes: tuple[str, ...] = ()
CHANNEL = ChannelFolder("{name}", "Own", Section, lambda section, house: None)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A folder beside the product's, named like the test."""
    name = str(request.node.name).removeprefix("test_")[:20]
    made = tmp_path / name
    made.mkdir()
    (made / "__init__.py").touch()
    monkeypatch.setattr(bot, "__path__", [*bot.__path__, str(tmp_path)])
    for module in (f"bot.{name}", f"bot.{name}.channel"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return made


def test_its_settings_are_read(folder: Path) -> None:
    (folder / "channel.py").write_text(GOOD.format(name=folder.name))
    assert [one.name for one in list_folders()] == [folder.name]
    given = {f"BAREV_{folder.name.upper()}_URL": "http://far", f"BAREV_{folder.name.upper()}_SIZES": "1, 2"}
    ((name, section),) = load(None, {}, given).folders
    assert (name, vars(section)) == (folder.name, {"url": "http://far", "sizes": ("1", "2")})
    config = folder / "barev.toml"
    config.write_text(f"[{folder.name}]\nport = 1\n")
    with pytest.raises(SettingsError, match=f"no setting {folder.name}.port; there are: sizes, url"):
        load(str(config), {}, {})


def test_it_has_its_name(folder: Path) -> None:
    (folder / "channel.py").write_text(GOOD.format(name="another"))
    with pytest.raises(SettingsError, match=rf"bot/{folder.name}/channel.py: CHANNEL is to be .*{folder.name}"):
        load(None, {}, {})


def test_it_may_be_none(folder: Path) -> None:
    assert list_folders() == []


def test_a_section_is_taken(folder: Path) -> None:

    (folder / "channel.py").write_text(GOOD.format(name=folder.name))
    folder.rename(folder.with_name("codes"))
    (folder.with_name("codes") / "channel.py").write_text(GOOD.format(name="codes"))
    with pytest.raises(SettingsError, match="bot/codes: there is a section 'codes' already"):
        load(None, {}, {})
