"""The text of /metrics, and what a histogram counts."""

import re

import pytest

from barev.metrics import Family, Histogram, Metrics, Sample, counter, gauge, render

# https://prometheus.io/docs/instrumenting/exposition_formats/
LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
LINE = re.compile(rf"# (?:HELP|TYPE) [a-z_]+ [^\n]+|[a-z_]+(?:\{{{LABEL}(?:,{LABEL})*\}})? -?[0-9.e+-]+")


def test_the_format_is_that_of_prometheus() -> None:
    families = [
        gauge("barev_things", "Things.", 2.5),
        counter("barev_things_total", "All things.", 3.0),
        Family("barev_odd", "gauge", "Odd labels.", [Sample(1, {"name": 'a"b\\c\nd'})]),
    ]
    assert render(families).splitlines() == [
        *("# HELP barev_things Things.", "# TYPE barev_things gauge", "barev_things 2.5"),
        *("# HELP barev_things_total All things.", "# TYPE barev_things_total counter", "barev_things_total 3"),
        *("# HELP barev_odd Odd labels.", "# TYPE barev_odd gauge", 'barev_odd{name="a\\"b\\\\c\\nd"} 1'),
    ]


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, [1, 1, 1]), (0.1, [1, 1, 1]), (0.2, [0, 1, 1]), (1.0, [0, 1, 1]), (9.0, [0, 0, 1])]
)
def test_a_histogram_counts_into_its_buckets(value: float, expected: list[int]) -> None:
    histogram = Histogram((0.1, 1.0))
    histogram.observe(value)
    lines = histogram.samples({"event": "x"})
    assert [line.value for line in lines] == [*expected, value, 1]
    assert [line.labels.get("le") for line in lines] == ["0.1", "1.0", "+Inf", None, None]
    assert [line.suffix for line in lines] == ["_bucket"] * 3 + ["_sum", "_count"]


def test_every_line_of_a_process_is_well_formed() -> None:
    metrics = Metrics()
    metrics.add(lambda: [Family("barev_took_seconds", "histogram", "Time.", Histogram().samples({}))])
    lines = metrics.render().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert {"process_cpu_seconds_total", "barev_took_seconds_bucket"} <= {re.split("[ {]", line)[0] for line in lines}
