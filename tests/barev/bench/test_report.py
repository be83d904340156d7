"""The table says met where a goal is met and missed where it is missed, in either direction."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from barev.bench import cautions, report
from barev.bench.chat import Figures, rows_of
from barev.bench.command import main
from barev.bench.load import Faults, Sample, quantile


def sample(per_s: float, p99_ms: float = 1.0) -> Sample:
    """A clean run of some speed."""
    return Sample(
        sent=10,
        acknowledged=10,
        delivered=20,
        window_s=1.0,
        in_window=10,
        per_s=per_s,
        p50_ms=0.5,
        p99_ms=p99_ms,
        max_ms=9.0,
        server_cpu_s=0.95,
        server_cores=0.95,
        cpu_s_per_1000=50.0,
        generator_cores=0.1,
        late_p99_ms=0.0,
        faults=Faults(),
    )


def test_rows_take_the_median_of_the_rounds_and_compare_it_with_the_goal() -> None:
    figures = Figures()
    figures.saturated = {
        "barev": {400: [sample(90), sample(110), sample(500)], 100: [sample(40)]},
        "node": {400: [sample(100)], 100: [sample(100)]},
    }
    figures.paced = {"barev": [sample(500, p99_ms=26)], "node": [sample(500)]}
    figures.idle = {"barev": {"connections": 10.0, "kb_each": 22.0}, "node": {"connections": 10.0, "kb_each": 10.0}}
    figures.start_cpu_s = {"bare import": [1.0], "serve, fresh store": [1.4, 1.6, 1.2]}
    figures.demo = {"resident_mib": 121.0}
    rows = {row.what: row for row in rows_of(figures)}
    assert (
        rows["acknowledged messages/s, 400 in flight"].ratio,
        rows["acknowledged messages/s, 400 in flight"].met,
    ) == (
        1.1,
        True,
    )
    assert rows["acknowledged messages/s, 100 in flight"].met is False
    assert rows["acknowledged at 500/s, p99"].met is False
    assert rows["acknowledged at 500/s, p50"].met is None
    assert (rows["memory a connection, 10 idle"].ratio, rows["memory a connection, 10 idle"].met) == (2.2, False)
    assert (rows["CPU to ready, serve, fresh store"].ratio, rows["CPU to ready, serve, fresh store"].met) == (1.4, True)
    assert rows["resident memory, idle demo"].met is False
    lines = report.table(list(rows.values())).splitlines()
    assert [line.endswith("MISSED") for line in lines if "in flight" in line] == [False, True, False]
    assert report.markdown(list(rows.values())).count("**missed**") == 4


def test_a_yardstick_without_its_core_gives_no_verdict() -> None:
    kept, starved = sample(100), replace(sample(10), server_cores=0.3)
    assert report.rate_row(400, [sample(90)], [kept, starved, kept], 1.0).met is False
    row = report.rate_row(400, [sample(90)], [starved, starved, kept], 1.0)
    assert (row.ratio, row.met) == (9.0, None)


def test_without_node_there_is_a_figure_and_no_verdict() -> None:
    figures = Figures()
    figures.saturated = {"barev": {400: [sample(90)], 100: [sample(40)]}}
    figures.paced = {"barev": [sample(500)]}
    rows = rows_of(figures)
    assert rows[0].ratio is rows[0].met is None
    assert rows[0].barev == "90"


def test_what_spoils_a_measurement_is_said() -> None:
    def run(server: float, generator: float) -> Sample:
        return replace(sample(1), server_cores=server, generator_cores=generator)

    assert cautions.of_runs({"node": {400: [run(0.99, 0.8)]}, "barev": {400: [run(0.5, 0.1)]}}) == []
    busy, slow = cautions.of_runs({"barev": {400: [run(1.0, 0.95)]}, "node": {400: [run(0.99, 0.1), run(0.5, 0.1)]}})
    assert "0.95" in busy
    assert "0.50" in slow
    assert cautions.of_machine({"cores": 2, "load_average_before": 0.2, "filesystem": "ext4"}) == []
    assert len(cautions.of_machine({"cores": 1, "load_average_before": 4.2, "filesystem": "tmpfs"})) == 3


def test_the_json_can_be_read_again(tmp_path: Path) -> None:
    report.save(tmp_path / "figures.json", {"language": "հայերեն", "rows": [1.5]})
    assert json.loads((tmp_path / "figures.json").read_text()) == {"language": "հայերեն", "rows": [1.5]}


def test_quantiles_are_values_that_occurred() -> None:
    ordered = [float(number) for number in range(1, 101)]
    assert (quantile(ordered, 0.5), quantile(ordered, 0.99), quantile([], 0.5)) == (51.0, 100.0, 0.0)


@pytest.mark.parametrize("words", [["nonsense"], ["chat", "--store", "paper"], ["chat", "--only", "sleep"]])
def test_wrong_words_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
