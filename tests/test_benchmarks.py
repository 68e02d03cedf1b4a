"""The benchmarks work; what they measure is not judged here, a busy machine would fail it."""

import json

import pytest

from tests.benchmarks.__main__ import MEASURES, main
from tests.benchmarks.row import Row, table

ROWS = [
    Row("plain", 2.0, None, "ms", 2.5),
    Row("beaten", 3.0, 2.0, "ms", 2.5),
    Row("in pairs", 3.0, 2.0, "s", 1.01, pairs=1.0, of="ratio"),
    Row("absent", None, None, "%", 1.0, note="The weights are not there."),
]


def test_the_table_says_what_is_met_and_what_could_not_be_measured() -> None:
    head, plain, beaten, paired, absent, note = table(ROWS).splitlines()
    assert head.split() == ["ours", "other", "ratio", "unit", "goal", "met"]
    assert plain.split() == ["plain", "2", "ms", "2.5", "met"]
    assert beaten.split() == ["beaten", "3", "2", "x1.500", "ms", "2.5", "not", "met"]
    assert paired.split() == ["in", "pairs", "3", "2", "x1.000", "s", "x1.01", "met"]
    assert absent.endswith("not measured")
    assert note == "absent: The weights are not there."


def test_columns_stand_under_one_another() -> None:
    lines = table(ROWS[:3]).splitlines()
    assert len({line.find("ms" if "ms" in line else "s ") for line in lines[1:3]}) == 1


@pytest.mark.parametrize(("name", "count"), [("lines", 4), ("cancel", 2)])
def test_a_cheap_measurement_gives_its_rows(name: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == count
    assert all(isinstance(row["value"], int | float) and row["value"] >= 0 for row in rows)


def test_every_measurement_has_a_sentence_and_unknown_ones_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(f"  {name} " in told for name in MEASURES)
    with pytest.raises(SystemExit) as refused:
        main(["nothing-of-the-kind"])
    assert refused.value.code == 2


def test_a_measurement_that_breaks_costs_a_line_not_the_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(MEASURES, "cancel", ("lines", "no_such_function", "what is not there"))
    assert main(["cancel", "lines"]) == 1
    out = capsys.readouterr().out
    assert "not measured" in out
    assert "lines, app/" in out
