"""The figures against the goals: a plain table for people, JSON for machines."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from barev.bench.load import Sample

FULL_CORE = 0.9
"""A server that is pushed to its limits and uses less of its core than this was kept from it by other work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``ratio`` is Barev against the yardstick in the same run; ``met`` None: no verdict."""

    what: str
    barev: str
    yardstick: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def rate_row(in_flight: int, barev: Sequence[Sample], node: Sequence[Sample], goal: float) -> Row:
    """Durable acknowledged messages a second with so many in flight, median of the rounds.

    No verdict where the yardstick did not get its core in half of the rounds or more: it would be beaten by other work.
    """
    ours = median(one.per_s for one in barev)
    what = f"acknowledged messages/s, {in_flight} in flight"
    if not node:
        return Row(what, f"{ours:,.0f}", goal=f">= {goal:.1f}x")
    theirs = median(one.per_s for one in node)
    ratio = ours / theirs
    sure = median(one.server_cores for one in node) >= FULL_CORE
    return Row(what, f"{ours:,.0f}", f"{theirs:,.0f}", ratio, f">= {goal:.1f}x", ratio >= goal if sure else None)


def figure_row(
    what: str, barev: Sequence[float], node: Sequence[float], form: str, *, most: float | None = None, unit: str = ""
) -> Row:
    """A figure of which less is better, median of the rounds; ``most`` is the goal for Barev's own, in its unit."""
    ours = median(barev)
    theirs = median(node) if node else None
    return Row(
        what,
        format(ours, form) + unit,
        "" if theirs is None else format(theirs, form) + unit,
        ours / theirs if theirs else None,
        "" if most is None else f"<= {most:g}{unit}",
        None if most is None else ours <= most,
    )


def ratio_row(what: str, barev: float, yardstick: float | None, form: str, most: float, unit: str) -> Row:
    """A figure whose goal is a ratio to the yardstick; less is better."""
    ratio = barev / yardstick if yardstick else None
    return Row(
        what,
        format(barev, form) + unit,
        "" if yardstick is None else format(yardstick, form) + unit,
        ratio,
        f"<= {most:g}x",
        None if ratio is None else ratio <= most,
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    head = ("", "Barev", "yardstick", "ratio", "goal", "")
    lines = [head] + [
        (
            row.what,
            row.barev,
            row.yardstick,
            "" if row.ratio is None else f"{row.ratio:.2f}x",
            row.goal,
            {True: "met", False: "MISSED", None: ""}[row.met],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = []
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(line[column].rjust(widths[column]) for column in range(1, len(head)))]
        shown.append("  ".join(cells).rstrip())
    return "\n".join([shown[0], "-" * max(map(len, shown)), *shown[1:]])


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, for docs/performance.md."""
    lines = ["| | Barev | yardstick | ratio | goal | |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}x"
        met = {True: "met", False: "**missed**", None: ""}[row.met]
        lines.append(f"| {row.what} | {row.barev} | {row.yardstick} | {ratio} | {row.goal} | {met} |")
    return "\n".join(lines)


def save(path: Path, raw: object) -> None:
    """Writes all raw figures as JSON."""
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
