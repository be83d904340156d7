"""The set-up: what it remembers, which Node it takes, what it says where Python is too old."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder in place of this one."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv" / "setup-stamps.json")
    return tmp_path


def command(folder: Path, name: str, says: str) -> None:
    """Put an executable into a folder that prints one line."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def test_a_digest_sees_names_and_contents_but_not_generated_files(project: Path) -> None:
    web = project / "web"
    (web / "generated").mkdir(parents=True)
    (web / "app.ts").write_text("one")
    first = bootstrap.digest("web")
    (web / "generated" / "texts.ts").write_text("made by the build")
    assert bootstrap.digest("web") == first
    (web / "app.ts").write_text("two")
    second = bootstrap.digest("web")
    (web / "app.ts").rename(web / "main.ts")
    assert len({first, second, bootstrap.digest("web")}) == 3


def test_stamps_outlive_the_process_and_die_with_the_venv(project: Path) -> None:
    (project / ".venv").mkdir()
    bootstrap.Stamps().keep(web="abc", npm="def")
    assert bootstrap.Stamps().fresh("web", "abc")
    assert not bootstrap.Stamps().fresh("web", "other")
    bootstrap.Stamps().forget("web")
    assert not bootstrap.Stamps().fresh("web", "abc")
    assert bootstrap.Stamps().fresh("npm", "def")
    bootstrap.Stamps().keep(place=str(bootstrap.VENV))
    assert not bootstrap.Stamps().moved()
    bootstrap.Stamps().keep(place="/elsewhere/.venv")
    assert bootstrap.Stamps().moved()
    bootstrap.STAMPS.write_text("{ torn")
    assert not bootstrap.Stamps().fresh("npm", "def")


def test_the_first_node_that_is_new_enough_and_has_npm_is_taken(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, alone, good = project / "old", project / "alone", project / "good"
    command(old, "node", "v16.20.0")
    command(old, "npm", "8")
    command(alone, "node", "v22.1.0")
    command(good, "node", "v18.0.0")
    command(good, "npm", "10")
    monkeypatch.setenv("PATH", f"{old}:{alone}:{good}")
    assert bootstrap.node_folder() == good
    monkeypatch.setenv("PATH", f"{old}:{alone}")
    assert bootstrap.node_folder() is None
    command(bootstrap.VENV, "unused", "")
    command(bootstrap.BIN, "node", "v24.1.0")
    command(bootstrap.BIN, "npm", "11")
    assert bootstrap.node_folder() == bootstrap.BIN


def test_an_old_python_is_passed_over(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(project / "bin", "python3", "3 9")
    command(project / "bin", "python3.12", "3 12")
    monkeypatch.setenv("PATH", str(project / "bin"))
    monkeypatch.setattr(sys, "executable", str(project / "bin" / "python3"))
    assert bootstrap.suitable_pythons() == [str(project / "bin" / "python3.12")]
    (project / "bin" / "python3.12").unlink()
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 or newer; none was found"):
        bootstrap.make_venv()


def test_a_failed_command_is_told_with_its_last_words(project: Path) -> None:
    with pytest.raises(bootstrap.SetupError, match=r"(?s)counting failed.*disk is full"):
        bootstrap.run([sys.executable, "-c", "raise SystemExit('disk is full')"], "counting")
    with pytest.raises(bootstrap.SetupError, match="cannot be run"):
        bootstrap.run([project / "nowhere"], "counting")


APT_GET = """#!/bin/sh
echo "$*" >> {log}
case "$*" in *chromium-headless-shell*) exit 100 ;; esac
"""


def test_debian_packages_are_tried_once_and_the_second_choice_counts(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = project / "apt.log"
    command(project / "bin", "apt-get", "")
    (project / "bin" / "apt-get").write_text(APT_GET.format(log=log))
    bootstrap.VENV.mkdir()
    rows = [("chromium-headless-shell", "chromium"), ("strace",)]
    monkeypatch.setenv("PATH", f"{project / 'bin'}:/bin")
    monkeypatch.setattr(bootstrap, "missing_for_tests", lambda: rows)
    monkeypatch.setattr(bootstrap, "may_use_apt", lambda: True)
    bootstrap.install_debian(bootstrap.Stamps())
    asked = [line.split()[-1] for line in log.read_text().splitlines()]
    assert asked == ["update", "chromium-headless-shell", "chromium", "strace"]
    bootstrap.install_debian(bootstrap.Stamps())
    assert len(log.read_text().splitlines()) == len(asked)
    monkeypatch.setattr(bootstrap, "may_use_apt", lambda: False)
    rows.pop()
    bootstrap.install_debian(bootstrap.Stamps())
    assert "Not on this machine: chromium-headless-shell; the tests" in capsys.readouterr().out
    assert len(log.read_text().splitlines()) == len(asked)


def test_help_costs_nothing() -> None:
    script = Path(bootstrap.__file__)
    answer = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
    assert "--with-tests" in answer.stdout
