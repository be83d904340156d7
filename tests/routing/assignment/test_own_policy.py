"""A firm's own policy: the example of the documentation, built and installed as a firm would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "quiet_hands"
PROGRAM = """
from datetime import UTC, datetime
from routing.assignment.board import Answerer, Board, Team, Waiting
from routing.assignment.planner import Planner
from routing.assignment.policies import load_policies

at = datetime(2026, 11, 24, tzinfo=UTC)
both, only = frozenset({"hy", "ru"}), frozenset({"hy"})
team = frozenset({1})
people = (Answerer(1, "Ani", team, languages=both), Answerer(2, "Gev", team, languages=only, loads={1: 4}))
for policy in ("quiet_hands", "balanced"):
    board = Board(at, {1: Team(1, policy)}, people)
    decision = Planner(board, load_policies()).decide(Waiting(7, 1, at, "hy"))
    print(decision.policy, decision.agent_id, decision.reason["next"]["behind"])
"""


@pytest.mark.slow
def test_the_example_is_installed_and_decides(tmp_path: Path) -> None:
    source = tmp_path / "quiet_hands"
    for path in EXAMPLE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = source / path.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    installed = tmp_path / "installed"
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*words, "--target", str(installed), str(source)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), *filter(None, sys.path)])}
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == ["quiet_hands 2 language", "balanced 1 load"]
