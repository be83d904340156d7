"""What this machine cannot run is said, and the counts of rounds and of languages follow the words given."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conversation.language import LANGUAGES
from tests.conftest import Scale

ROOT = Path(__file__).parent.parent
SAMPLE = """
import pytest

@pytest.mark.browser
def test_in_a_browser(chromium):
    assert chromium

def test_rounds(scale):
    print(scale.rounds(usual=3, full=40), "rounds")

@pytest.mark.languages("hy", "kk")
def test_a_screen(language):
    print("shown in", language)
"""


def run_sample(folder: Path, *words: str) -> str:
    """The output of a small pytest run on a machine without a browser."""
    sample = folder / "test_sample.py"
    sample.write_text(SAMPLE)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", "-s"]
    environment = {**os.environ, "PATH": str(folder)}
    done = subprocess.run(
        [*command, *words, str(sample)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_group_that_cannot_run_is_named_above_the_closing_line(tmp_path: Path) -> None:
    said = run_sample(tmp_path, "--scale", "usual")
    lines = said.strip().splitlines()
    assert lines[-2] == "NOT RUN: 1 tests: no Chromium here (Debian: chromium-headless-shell)"
    assert "3 passed, 1 skipped" in lines[-1]
    assert "3 rounds" in said
    assert re.findall("shown in (..)", said) == ["hy", "kk"]


@pytest.mark.slow
def test_rounds_follow_the_scale_and_the_number_given(tmp_path: Path) -> None:
    assert Scale(full=False, fixed=None).rounds(usual=3, full=40) == 3
    assert Scale(full=True, fixed=None).rounds(usual=3, full=40) == 40
    assert "7 rounds" in run_sample(tmp_path, "--scale", "full", "--rounds", "7")


@pytest.mark.slow
def test_with_full_counts_a_screen_is_looked_at_in_every_language(tmp_path: Path) -> None:
    said = run_sample(tmp_path, "--scale", "full", "-m", "soak")
    assert re.findall("shown in (..)", said) == list(LANGUAGES)
