"""Sweeps of the window: cells by the queue, measured as they become whole, taken up again, told while they go."""

import csv

import numpy as np
import pytest

from app.core.lab import trial as values
from app.studio import Studio
from engines import wire
from engines.contract import Refused
from engines.files import media
from tests import fakes

pytest_plugins = ("tests.studio_kit",)
OVER = ("steps=2,3", "guidance=1,2")


def wanted(studio, over=OVER, prompts=("a red apple", "a blue car"), metrics=("vendi",), **more):
    return studio.sweeps.wanted(over, prompts, metrics, **more)


def over(qtbot, studio):
    qtbot.waitUntil(
        lambda: studio.sweeps.trial is not None and not studio.sweeps.going and studio.sweeps.trial.over, timeout=15000
    )


def brightness(slot):
    return float(np.mean([media.read(path).pixels.mean() for path in map(values.Path, slot.files)]))


def test_every_cell_is_made_and_measured(qtbot, studio):
    sweeps = studio.sweeps
    assert sweeps.begin(wanted(studio))
    over(qtbot, studio)
    assert [slot.label for slot in sweeps.trial.slots] == [
        "steps 2, guidance 1",
        "steps 2, guidance 2",
        "steps 3, guidance 1",
        "steps 3, guidance 2",
    ]
    assert [len(slot.runs) for slot in sweeps.trial.slots] == [2] * 4
    assert len(studio.jobs) == 8
    assert {(job.request.prompt, job.request.seed) for job in studio.jobs} == {("a red apple", 7), ("a blue car", 8)}
    for slot in sweeps.trial.slots:
        assert slot.figures["vendi vendi"] == pytest.approx(brightness(slot))
        assert slot.seconds == pytest.approx(0.1)
    told = sweeps.sweep
    assert told.best.figures["vendi vendi"] == max(slot.figures["vendi vendi"] for slot in sweeps.trial.slots)
    assert told.aims[0].errors == "vendi error"
    measured = [order for order in studio.bridge.host.judges[0].orders if isinstance(order, wire.Measure)]
    assert len(measured) == 4
    assert not any(isinstance(order, wire.Measure) for order in studio.bridge.host.orders), "generation never waits"


def test_what_is_there_is_neither_made_nor_measured_again(qtbot, studio):
    sweeps = studio.sweeps
    sweeps.begin(wanted(studio))
    over(qtbot, studio)
    before = {slot.label: slot.figures for slot in sweeps.trial.slots}
    asked = []
    more = wanted(studio, over=("steps=2,3,4", "guidance=1,2"))
    sweeps.look(sweeps.plan(more), asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    assert (asked[0].cells, asked[0].results, asked[0].there) == (6, 12, 8)
    assert sweeps.begin(more)
    over(qtbot, studio)
    assert len(studio.jobs) == 12
    assert before.items() <= {slot.label: slot.figures for slot in sweeps.trial.slots}.items()
    assert len([o for o in studio.bridge.host.judges[0].orders if isinstance(o, wire.Measure)]) == 6


def test_it_can_be_stopped_and_gone_on_with(qtbot, opened):
    gate = fakes.Gate()
    studio = opened(gate)
    studio.edit(prompt="a red apple", seed=7)
    sweeps = studio.sweeps
    sweeps.begin(wanted(studio))
    qtbot.waitUntil(lambda: gate.reached == 1)
    gate.let(2)  # the first result has two steps
    qtbot.waitUntil(lambda: gate.reached == 3)
    sweeps.stop()
    gate.open()
    over(qtbot, studio)
    assert all(slot.sentence == "Stopped." for slot in sweeps.trial.slots)
    assert sweeps.sweep is None
    assert sweeps.go_on()
    over(qtbot, studio)
    assert sweeps.trial.whole
    assert len({run for slot in sweeps.trial.slots for run in slot.runs}) == 8


def test_a_sweep_outlives_the_program(qtbot, opened):
    studio = opened()
    studio.edit(prompt="a red apple", seed=7)
    studio.sweeps.begin(wanted(studio))
    over(qtbot, studio)
    before = studio.sweeps.trial
    studio.bridge.flush()
    studio.close()
    again = opened()
    assert again.sweeps.trial == before
    assert again.sweeps.sweep.best is not None
    assert again.sweeps.go_on()
    over(qtbot, again)
    assert not again.jobs, "all of it is in the history"


def test_cells_that_cannot_be_say_why_and_the_others_go_on(qtbot, studio):
    sweeps = studio.sweeps
    sweeps.begin(wanted(studio, over=("steps=2,500",), prompts=("a red apple",)))
    over(qtbot, studio)
    assert "steps cannot be 500" in sweeps.trial.slots[1].sentence
    assert sweeps.trial.slots[0].figures
    sweeps.begin(wanted(studio, over=("steps=2,3",), prompts=("a nan apple", "a red apple")))
    over(qtbot, studio)
    assert [slot.sentence for slot in sweeps.trial.slots] == ["Nothing usable came out."] * 2


def test_engines_are_compared_and_equal_cells_made_once(qtbot, studio):
    sweeps = studio.sweeps
    sweeps.begin(wanted(studio, over=("guidance=1,2",), prompts=("a red apple",), engines="image/other"))
    over(qtbot, studio)
    labels = [slot.label for slot in sweeps.trial.slots]
    assert labels == ["image/fake, guidance 1", "image/fake, guidance 2", "image/other", "image/other"]
    assert sweeps.trial.slots[2].runs == sweeps.trial.slots[3].runs
    assert len(studio.jobs) == 3


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"metrics": ()}, "Choose a metric"),
        ({"metrics": ("fid",)}, "real files"),
        ({"metrics": ("stft",), "real": "."}, "which stft does not measure"),
        ({"over": ()}, "what is to be tried"),
        ({"over": ("seed=1,2",)}, "same seeds"),
        ({"prompts": ()}, "prompt"),
        ({"engines": "image/gone"}, "image/gone"),
    ],
)
def test_what_does_not_fit_is_one_sentence_before_any_work(studio, fields, says):
    with pytest.raises(Refused) as refused:
        studio.sweeps.plan(wanted(studio, **fields))
    assert says in refused.value.failure.sentence
    assert not studio.sweeps.begin(wanted(studio, **fields))
    assert says in studio.notices[-1][1]
    assert not studio.jobs


def test_the_report_and_the_table_are_written(qtbot, studio, tmp_path):
    studio.sweeps.begin(wanted(studio))
    over(qtbot, studio)
    written = []
    studio.sweeps.write(tmp_path / "r.html", written.append)
    studio.sweeps.write(tmp_path / "r.csv", written.append)
    qtbot.waitUntil(lambda: len(written) == 2, timeout=20000)
    assert (tmp_path / "r.html").read_text("utf-8").count("data:image/webp") == 8
    table = list(csv.DictReader((tmp_path / "r.csv").open(newline="")))
    assert [row["best"] for row in table].count("yes") == 1


def test_a_studio_without_a_sweep_has_none(studio: Studio):
    assert studio.sweeps.sweep is None
    assert not studio.sweeps.going
    assert not studio.sweeps.go_on()
