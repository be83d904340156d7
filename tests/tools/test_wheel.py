"""What is shipped: a wheel carries the bundles, the texts and the migrations, and nothing of the workshop."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "node_modules", "tests", "docs", "build", "dist", "*.egg-info", "__pycache__")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]  # built once for both


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree as it is set up."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, folder / "source"], check=True, capture_output=True)
    return next(folder.glob("barev-*.whl"))


def test_the_wheel_carries_what_runs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for pattern in (
            "*/static/**/*",
            "conversation/texts/**/*.json",
            "crm_store/migrations/**/*.py",
            "barev/**/*.*",
        )
        for path in ROOT.glob(pattern)
        if path.is_file() and path.suffix != ".pyc" and "web" not in path.parts
    }
    assert {"chat_widget/static/widget.js", "desk/static/index.html", "barev/__main__.py"} <= wanted
    assert wanted <= names
    ours = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert ours == {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert not [name for name in names if name.endswith((".ts", ".tsx"))]


def test_an_installed_wheel_runs_away_from_its_source(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(place)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    where = "import barev, barev.cli, chat_widget, desk; print(barev.__file__)"
    for words in (["-c", where], ["-m", "barev", "--help"]):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(place)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert str(place) in done.stdout or "serve" in done.stdout
