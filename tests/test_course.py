"""The course of a run: what its steps changed, how far they were from the end, what guidance did."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from app.cli import main
from app.core.lab import course as courses
from app.core.lab.course import Course, Moment
from engines import guidance
from engines.contract import Curve
from engines.files.steps import StepRow, StepStore
from engines.guidance import Effect, Guidance


def stored(folder: Path, estimates: list[np.ndarray | None], effects: list[float | None] | None = None) -> StepStore:
    store, total = StepStore(folder), len(estimates)
    for n, estimate in enumerate(estimates, 1):
        effect = effects[n - 1] if effects else None
        store.append(StepRow(n, total, 1 - n / total, guidance=effect), estimate)
    return store


def test_changes_and_distances_are_in_parts_of_the_last_estimates_deviation(tmp_path: Path) -> None:
    last = np.array([[1.0, -1.0], [1.0, -1.0]], np.float32) * 3  # of deviation 3
    found = courses.course(stored(tmp_path, [last * 0, last + 1.5, None, last], [None, 0.5, 0.25, None]))
    assert [one.step for one in found.moments] == [1, 2, 3, 4]
    assert [one.distance for one in found.moments] == [1.0, 0.5, None, 0.0]
    assert found.moments[0].change is None
    assert found.moments[1].change == pytest.approx(np.sqrt(((last + 1.5) ** 2).mean()) / 3)
    assert found.moments[3].change is None, "the step before it is not kept"
    assert [one.guidance for one in found.moments] == [None, 0.5, 0.25, None]
    assert found.guided


def test_a_run_without_estimates_still_tells_its_levels(tmp_path: Path) -> None:
    found = courses.course(stored(tmp_path, [None, None]))
    assert found.moments == (Moment(1, 0.5), Moment(2, 0.0))
    assert not found.guided
    assert courses.course(StepStore(tmp_path / "none")) == Course(())


def test_a_step_store_of_before_guidance_was_told_is_read(tmp_path: Path) -> None:
    import msgspec

    old = {"index": 1, "total": 2, "level": 0.5, "change": None, "seconds": 1.0, "resumable": False}
    assert msgspec.convert(old, StepRow).guidance is None


def test_a_plot_over_steps_and_over_levels() -> None:
    levels = (10.0, 1.0, 0.1, 0.0)
    found = Course(tuple(Moment(n + 1, level, 0.5 if n else None, 1.0 - n / 3) for n, level in enumerate(levels)))
    steps = courses.plot(found)
    assert [one.name for one in steps.series] == [courses.CHANGE, courses.DISTANCE]
    assert [point.x for point in steps.series[1].points] == [1, 2, 3, 4]
    assert not steps.log
    sigma = courses.plot(found, "sigma")
    assert sigma.log
    assert [point.x for point in sigma.series[1].points] == [0.1, 1.0, 10.0], "0 has no place on a logarithm"


def test_the_table_reads_back() -> None:
    found = Course((Moment(1, 0.5, None, 0.25, 0.125), Moment(2, 0.0, 1.5)))
    rows = list(csv.DictReader(io.StringIO(courses.table(found))))
    assert [row["step"] for row in rows] == ["1", "2"]
    assert (rows[0]["change"], rows[0]["guidance"], float(rows[1]["change"])) == ("", "0.125", 1.5)


# ---------------------------------------------------------------- what guidance did


def test_the_effect_is_the_gap_in_parts_of_the_conditional_deviation() -> None:
    c = torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    u = c - 0.5
    effect = Effect()
    assert effect.take() is None
    effect.hear(c, u)
    assert effect.take() == pytest.approx(0.5 / float(c.std()))
    assert effect.take() is None, "each step tells of itself"


@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_where_one_estimate_is_enough_nothing_is_told(scale: float) -> None:
    strength = Guidance(scale)
    denoise = guidance.guided(lambda x, level: x, lambda x, level: x * 0, strength)
    denoise(torch.ones(1, 4), 0.5)
    assert strength.effect.take() is None


def test_guiding_and_composing_tell_the_same_of_the_same() -> None:
    x = torch.linspace(-1, 1, 8)[None]
    cond, free = (lambda x, level: x + 1), (lambda x, level: x * 0.5)
    plain, parts = Guidance(3.0), Guidance(3.0)
    guidance.guided(cond, free, plain)(x, 0.5)
    guidance.composed([(0.25, cond), (0.75, cond)], free, parts)(x, 0.5)
    told = plain.effect.take()
    assert told == pytest.approx(float(((x + 1 - x * 0.5) ** 2).mean().sqrt() / x.std()))
    assert parts.effect.take() == pytest.approx(told)


def test_runs_do_not_hear_each_other() -> None:
    one, other = Guidance(2.0), Guidance(Curve(((0.0, 2.0),)), (1.0, 0.5, 0.0))
    guidance.guided(lambda x, level: x, lambda x, level: -x, one)(torch.ones(1, 3), 0.5)
    assert other.effect.take() is None
    assert one.effect.take() is not None


# ---------------------------------------------------------------- the command


def test_the_command_tells_of_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    out, numbers = tmp_path / "apple.png", tmp_path / "course.csv"
    words = ["generate", "image/sprite", "a red potion", "--seed", "3", "--set", "steps=3", "-o", str(out)]
    assert main(words) == 0
    capsys.readouterr()
    assert main(["course", str(out), "-o", str(numbers), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["step"] for one in told["moments"]] == [1, 2, 3]
    assert all(one["guidance"] > 0 for one in told["moments"]), "this engine guides, and says so"
    assert told["moments"][-1]["distance"] == 0
    assert numbers.read_text().count("\n") == 4
    assert main(["course", str(numbers)]) == 3
    assert "course.csv" in capsys.readouterr().err
