"""The words of `barev bench`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from barev.bench import report

PARTS = ("talk", "import", "memory", "starts", "processes", "assign", "search")
_EXAMPLE = """\
example:
  barev bench chat --json chat.json      the whole measurement, about fifteen minutes
  barev bench chat --quick               a first impression, about a minute
  barev bench chat --only search         search as you type in a million messages
  barev bench booking                    free time from a full store, SQLite and PostgreSQL
  barev bench understanding              accuracy, times and memory of understanding; a quarter of an hour
  barev bench understanding --intents DIR    also on CLINC150, BANKING77 and HWU64, where their files are in DIR
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="barev bench",
        description="Measure Barev on this machine: on stores of its own, thrown away afterwards. Needs Linux.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["chat", "understanding", "booking", "all"],
        default="all",
        help="what to measure (default: all)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all raw figures and the machine's facts there")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite", help="the store behind the chat")
    parser.add_argument("--quick", action="store_true", help="short runs: a first impression, not to be published")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part (may be repeated)")
    parser.add_argument(
        "--intents", type=Path, metavar="DIR", help="public sets of intents, as clinc150_dev.jsonl, to be measured too"
    )
    parser.add_argument(
        "--vectors", type=Path, metavar="FILE", help="keep the sentence vectors there: the next run is quicker"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where the stores live meanwhile: on the disk to be measured",
    )
    return parser


def main(args: list[str]) -> int:
    """Measures what the words say. Returns 0; 1 where it could not, or where a message was lost or doubled; 2 where the
    words are off (most such by SystemExit, as argparse does). A missed goal is no failure: the table says so."""
    options = _parser().parse_args(args)
    if not sys.platform.startswith("linux"):
        print("barev bench: reads /proc and waits by epoll, so it runs on Linux only", file=sys.stderr)
        return 1
    if not options.folder.is_dir():
        print(f"barev bench: no folder {str(options.folder)!r}", file=sys.stderr)
        return 2
    if options.intents is not None and not options.intents.is_dir():
        print(f"barev bench: no folder {str(options.intents)!r}", file=sys.stderr)
        return 2
    from barev.bench import report
    from barev.bench.fleet import BenchError

    rows: list[report.Row] = []
    parts: list[dict[str, Any]] = []
    try:
        for measure in (_chat, _understanding, _booking):
            if options.what in ("all", measure.__name__[1:]):
                found, raw = measure(options)
                rows += found
                parts.append(raw)
    except BenchError as error:
        print(f"barev bench: {error}", file=sys.stderr)
        return 1
    print(report.markdown(rows) if options.markdown else report.table(rows))
    if options.json is not None:
        report.save(options.json, parts[0] if len(parts) == 1 else {"measured": "barev bench", "parts": parts})
    for caution in dict.fromkeys(caution for raw in parts for caution in raw["cautions"]):
        print(f"caution: {caution}")
    faults = sum(raw["faults"] for raw in parts)
    if faults:
        print(f"\nFAULTS: {faults}")
        return 1
    messages = sum(raw["messages"] for raw in parts)
    if messages:
        print(f"\n{messages:,} messages: each acknowledged, delivered and kept exactly once")
    return 0


def _chat(options: argparse.Namespace) -> "tuple[list[report.Row], dict[str, Any]]":
    from barev.bench import chat, cluster_side

    effort = chat.QUICK if options.quick else chat.Effort()
    parts = options.only or [part for part in PARTS if part != "processes" or cluster_side.available()]
    return chat.run(effort, options.store, parts, options.folder, _say)


def _understanding(options: argparse.Namespace) -> "tuple[list[report.Row], dict[str, Any]]":
    from barev.bench import understanding

    effort = understanding.QUICK if options.quick else understanding.Effort()
    return understanding.run(effort, options.intents, options.vectors, _say)


def _booking(options: argparse.Namespace) -> "tuple[list[report.Row], dict[str, Any]]":
    from barev.bench import booking

    return booking.run(booking.QUICK if options.quick else booking.Effort(), options.folder, _say)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
