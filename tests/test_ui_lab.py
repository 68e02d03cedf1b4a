"""The lab panel and what stands behind it: sets made or gathered, measured beside generation, kept, written."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.lab import findings as values
from app.core.lab import gather
from app.core.lab.findings import Finding, Source
from app.studio.lab import Evaluation
from app.ui import theme
from app.ui.lab.panel import LabPanel
from app.ui.lab.source import EngineSet
from engines.contract import Image
from engines.files import media
from engines.metrics.about import ABOUT
from engines.metrics.evaluation import METRICS
from engines.wire import Measure
from tests import fakes

pytest_plugins = ("tests.studio_kit",)


def pictures(folder, count, light=100):
    folder.mkdir(parents=True)
    for n in range(count):
        media.write(folder / f"{n}.png", Image(np.full((8, 8, 3), light + n, np.uint8)))
    return folder


@pytest.fixture
def panel(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    made = LabPanel(studio, lambda: made.selection)
    made.selection = []
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def done(qtbot, studio, count):
    qtbot.waitUntil(lambda: len(studio.lab.findings) == count and studio.lab.progress is None, timeout=15000)


def orders(studio):
    return [one for judge in studio.bridge.host.judges for one in judge.orders if isinstance(one, Measure)]


# ---------------------------------------------------------------- values


def test_files_are_gathered_in_their_order_and_once(tmp_path):
    files = [pictures(tmp_path / name, 1, light) / "0.png" for name, light in (("a", 10), ("b", 20))]
    folder = gather.gathered(files[::-1], tmp_path / "sets")
    found = sorted(folder.iterdir())
    assert [path.name for path in found] == ["00000.png", "00001.png"]
    assert [int(media.read(path).pixels[0, 0, 0]) for path in found] == [20, 10]
    assert gather.gathered(files[::-1], tmp_path / "sets") == folder
    assert gather.gathered(files, tmp_path / "sets") != folder
    found[0].unlink()
    assert len(list(gather.gathered(files[::-1], tmp_path / "sets").iterdir())) == 2, "what was torn is made again"
    gather.tidy(tmp_path / "sets")
    assert files[0].exists()


def test_a_finding_tells_its_chief_figure_with_what_makes_it_sure():
    def told(**figures):
        return Finding("x", "X", "a", "", "", 3, figures, "b").chief

    assert told(kid=0.5, spread=0.0213) == "0.500 ± 0.021"
    assert told(kid=0.5, spread=0.2, error=0.01) == "0.500 ± 0.010", "the error, where there is one"
    assert told(vendi=3.0) == "3"
    assert told() == ""


def test_findings_are_kept_and_what_cannot_be_read_is_none(tmp_path):
    one = Finding("fid", "FID", "a", "b", "effnet", 3, {"fid": 1.5}, "Too high.", 5.0)
    values.save(tmp_path / "lab" / "f.json", [one] * (values.MOST + 1))
    assert values.load(tmp_path / "lab" / "f.json") == (one,) * values.MOST
    (tmp_path / "lab" / "f.json").write_text("{")
    assert values.load(tmp_path / "lab" / "f.json") == ()
    assert values.rows([one])[1][:7] == ["FID", "a", "b", "effnet", "3", "fid", "1.5"]


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_measures_and_by_whom(name):
    assert ABOUT[name].measures.endswith((".", "?"))
    assert ABOUT[name].paper or name == "closed", "counting edges needs no paper"
    assert METRICS[name].biases


# ---------------------------------------------------------------- the studio's side


def test_folders_are_measured_one_after_the_other(qtbot, studio, tmp_path):
    sets = tuple(
        Source(name, folder=str(pictures(tmp_path / name, 3, n))) for n, name in ((50, "dark"), (200, "bright"))
    )
    assert studio.lab.evaluate(Evaluation("vendi", sets))
    done(qtbot, studio, 2)
    assert [(one.made, one.count, one.values["vendi"]) for one in studio.lab.findings] == [
        ("dark", 3, 51.0),
        ("bright", 3, 201.0),
    ]
    assert studio.lab.findings[0].biases == "It sees light only."
    assert not any(isinstance(order, Measure) for order in studio.bridge.host.orders)


def test_what_an_engine_makes_is_made_by_the_queue_and_kept(qtbot, studio):
    made = Source("image/fake × 3", engine="image/fake", prompts=("a", "b"), count=3)
    assert studio.lab.evaluate(Evaluation("vendi", (made,)))
    done(qtbot, studio, 1)
    assert [(job.request.prompt, job.request.seed) for job in studio.jobs] == [("a", 0), ("b", 1), ("a", 2)]
    assert studio.lab.evaluate(Evaluation("vendi", (made,)))
    done(qtbot, studio, 2)
    assert len(studio.jobs) == 3, "nothing is made twice"
    assert studio.lab.findings[0].values == studio.lab.findings[1].values


def test_results_of_the_history_are_compared_with_a_folder(qtbot, studio, tmp_path):
    studio.generate()
    qtbot.waitUntil(lambda: studio.jobs[-1].ended)
    qtbot.waitUntil(lambda: bool(studio.stage and studio.stage.entry))
    real = Source("real", folder=str(pictures(tmp_path / "real", 2)))
    asked = Evaluation("fid", (Source("mine", runs=(studio.jobs[0].run,)),), real, "effnet")
    assert studio.lab.evaluate(asked)
    done(qtbot, studio, 1)
    order = orders(studio)[0]
    assert (order.metric, order.real, order.features) == ("fid", real.folder, "effnet")
    assert studio.lab.findings[0].real == "real"


def test_an_evaluation_is_stopped_and_gone_on_with(qtbot, opened, tmp_path):
    gate = fakes.Gate()
    studio = opened(gate)
    sets = tuple(Source(name, folder=str(pictures(tmp_path / name, 4))) for name in ("a", "b"))
    studio.lab.evaluate(Evaluation("vendi", sets))
    gate.let(4)
    qtbot.waitUntil(lambda: len(studio.lab.findings) == 1 and gate.reached >= 5)
    qtbot.waitUntil(lambda: studio.lab.progress is not None and studio.lab.progress.what == "b")
    studio.lab.stop()
    assert studio.lab.lacking
    gate.open()
    studio.lab.go_on()
    done(qtbot, studio, 2)
    assert [one.made for one in studio.lab.findings] == ["a", "b"]
    assert not studio.lab.lacking


def test_findings_outlive_the_program_and_can_be_taken_away_and_back(qtbot, opened, tmp_path):
    studio = opened()
    studio.lab.evaluate(Evaluation("vendi", (Source("a", folder=str(pictures(tmp_path / "a", 2))),)))
    done(qtbot, studio, 1)
    found = studio.lab.findings
    studio.close()
    again = opened()
    qtbot.waitUntil(lambda: again.lab.findings == found)
    again.lab.forget(found)
    assert again.lab.findings == ()
    again.undo_stack.undo()
    assert again.lab.findings == found


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Evaluation("vendi", ()), "Choose a metric"),
        (Evaluation("beauty", (Source("a", folder="a"),)), "Choose a metric"),
        (Evaluation("fid", (Source("a", folder="a"),)), "choose what with"),
        (Evaluation("stft", (Source("a", engine="image/fake"),), Source("b", folder="b")), "does not make"),
    ],
)
def test_what_does_not_fit_is_one_sentence(studio, asked, says):
    assert not studio.lab.evaluate(asked)
    assert says in studio.notices[-1][1]
    assert studio.lab.progress is None


def test_a_set_that_cannot_be_had_is_one_sentence(qtbot, studio, tmp_path):
    (tmp_path / "empty").mkdir()
    for source, says in (
        (Source("gone", runs=("no-such-run",)), "in the history any more"),
        (Source("empty", folder=str(tmp_path / "empty")), "nothing in"),
        (Source("bad", engine="image/fake", prompts=("nan",), count=1), "Nothing usable"),
    ):
        before = len(studio.notices)
        studio.lab.evaluate(Evaluation("vendi", (source,)))
        qtbot.waitUntil(lambda before=before: len(studio.notices) > before and studio.lab.progress is None)
        assert any(says in sentence for _, sentence in studio.notices[before:])
    assert studio.lab.findings == ()


def test_findings_are_written_as_table_and_as_json(qtbot, studio, tmp_path):
    one = Finding("fid", "FID", "a", "b", "effnet", 3, {"fid": 1.5, "real files": 4.0}, "Too high.", 5.0)
    for kind in (".csv", ".json"):
        studio.lab.write(tmp_path / f"f{kind}", [one])
    qtbot.waitUntil(lambda: all((tmp_path / f"f{kind}").exists() for kind in (".csv", ".json")))
    table = list(csv.DictReader((tmp_path / "f.csv").open(newline="")))
    assert [(row["figure"], float(row["value"])) for row in table] == [("fid", 1.5), ("real files", 4.0)]
    assert json.loads((tmp_path / "f.json").read_text())[0]["values"]["fid"] == 1.5


# ---------------------------------------------------------------- the panel


def test_metrics_are_grouped_by_medium_and_say_what_they_are(panel):
    which = panel.which
    names = [which.itemData(n) for n in range(which.count())]
    heads = [which.itemText(n) for n in range(which.count()) if which.itemData(n) is None]
    assert len(heads) == 4
    assert names.index("fid") < names.index("stft") < names.index("clips") < names.index("closed")
    panel.choose("fid")
    assert "How far the made pictures" in panel.about.text()
    assert "Heusel" in panel.about.text()
    assert "Too high with few pictures" in panel.about.text()


def test_a_metric_asks_for_what_it_needs(panel, tmp_path):
    panel.choose("vendi")
    assert not panel.compare.isVisibleTo(panel)
    panel.add.chosen.emit(Source("a", folder="a"))
    assert panel.measure.isEnabled()
    panel.choose("fid")
    assert panel.compare.isVisibleTo(panel)
    assert not panel.measure.isEnabled()
    panel.compare.chosen.emit(Source("b", folder="b"))
    assert panel.measure.isEnabled()
    assert panel.asked() == Evaluation("fid", (Source("a", folder="a"),), Source("b", folder="b"), "effnet")
    assert "not comparable with Inception" in panel.features.toolTip()
    panel.features.setCurrentIndex(panel.features.findData("inception"))
    panel.features.activated.emit(panel.features.currentIndex())
    panel.choose("clip")
    assert panel.asked().features == "match", "Inception knows no words"
    panel.choose("kid")
    assert panel.asked().features == "inception"
    panel.choose("stft")  # sounds: pictures are not measured by it
    assert panel.candidates == []
    assert not panel.features.isVisibleTo(panel)


def test_a_click_measures_and_the_table_has_it(panel, qtbot, tmp_path):
    panel.choose("vendi")
    for n, name in ((10, "dark"), (200, "bright")):
        panel.add.chosen.emit(Source(name, folder=str(pictures(tmp_path / name, 2, n))))
    QTest.mouseClick(panel.measure, Qt.MouseButton.LeftButton)
    done(qtbot, panel.studio, 2)
    table = panel.findings.table
    assert table.topLevelItemCount() == 2
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [table.topLevelItem(n).text(2) for n in range(2)] == ["dark", "bright"]
    assert "It sees light only." in panel.findings.told.text()
    panel.grab()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert len(panel.studio.lab.findings) == 1


def test_the_selection_of_the_history_can_be_taken(panel, qtbot):
    studio = panel.studio
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.stage and studio.stage.entry))
    panel.selection = [studio.stage.entry]
    panel.choose("vendi")
    panel.add.take_selection()
    assert panel.candidates[0].runs == (studio.stage.run,)
    panel.choose("stft")
    panel.add.take_selection()
    assert panel.candidates == [], "a picture is no sound"


def test_an_engine_is_asked_for_with_its_prompts(panel, qtbot):
    dialog = EngineSet(panel.studio, "image", panel)
    qtbot.addWidget(dialog)
    dialog.engine.setCurrentIndex(dialog.engine.findData("image/other"))
    dialog.prompts.setPlainText("a cat\n\n a dog \n")
    dialog.count.setValue(4)
    assert dialog.source() == Source("image/other × 4", engine="image/other", prompts=("a cat", "a dog"), count=4)


def test_the_window_is_there_without_metrics_and_plots():
    code = (
        "import sys, app.ui.window; "
        "print([one for one in ('engines.metrics.evaluation', 'matplotlib', 'scipy') if one in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "[]"
