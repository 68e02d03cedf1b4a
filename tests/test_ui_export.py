"""The export dialog: what it offers for each medium, what it asks, and what stage and history write with it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from app.studio import Subject
from app.ui import export as exporting
from app.ui import theme
from app.ui.export import ExportDialog
from app.ui.history import HistoryPanel
from app.ui.stage import Stage
from engines.contract import MEDIUMS, Refused, Video
from engines.files import media as files
from tests import panels
from tests.ui_stage.conftest import Studio

RECIPE = json.dumps({"run": "run-1", "request": {"engine": "image/test"}})


@pytest.fixture
def studio(qtbot, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    made = Studio(tmp_path)
    made.said = []
    made.notice.connect(lambda kind, words: made.said.append(words))
    return made


@pytest.fixture
def saved(monkeypatch, tmp_path):
    """Whatever is asked, the file is to lie here."""
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda parent, title, start, kinds: (str(tmp_path / "out" / "it"), "")
    )
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def choose(widget, name):
    dialog = next(child for child in widget.findChildren(ExportDialog) if child.isVisible())
    index = [one.name for one in dialog._formats].index(name)
    dialog.kind.setCurrentIndex(index)
    return dialog


@pytest.mark.parametrize("medium", MEDIUMS)
def test_every_format_on_offer_can_be_written_and_says_where_the_recipe_goes(qtbot, tmp_path, medium):
    for one in exporting.formats(medium, several=False):
        assert "recipe" in one.note or "grid" in one.note
        assert one.ending in files.WRITES[medium] or one.form in ("sheet", "sequence")
    assert {one.ending for one in exporting.formats(medium, False)} >= set(files.WRITES[medium]) - {".jpeg"}


def test_only_what_matters_is_asked(qtbot):
    dialog = ExportDialog("video", fps=12.5)
    qtbot.addWidget(dialog)
    dialog.show()
    seen = {}
    for index, one in enumerate(dialog._formats):
        dialog.kind.setCurrentIndex(index)
        seen[one.name] = (dialog.columns.isVisible(), dialog.rate.isVisible())
    assert seen["Sprite sheet"] == (True, False)
    assert seen["MP4"] == (False, True)
    assert seen["PNG sequence"] == (False, False)
    dialog.kind.setCurrentIndex(0)
    assert dialog.how().fps is None  # its own 12.5
    dialog.rate.setValue(24)
    assert dialog.how().fps == 24.0
    assert not ExportDialog("mesh").rate.isVisibleTo(None)


def test_the_stage_exports_a_clip_as_a_sheet_with_its_recipe(qtbot, studio, saved, tmp_path):
    clip = Video(np.random.default_rng(0).integers(0, 255, (6, 8, 8, 3), np.uint8), 12.0)
    path = files.write(tmp_path / "clip.webp", clip, RECIPE)
    stage = Stage(studio)
    qtbot.addWidget(stage)
    stage.show()
    studio.place(Subject("run-1", None, panels.entry(1, medium="video", path=path), clip, medium="video", path=path))
    stage.caption.buttons["export"].click()
    dialog = choose(stage, "Sprite sheet")
    dialog.columns.setValue(2)
    dialog.accept()
    assert files.read(saved / "it.png").pixels.shape == (24, 16, 4)
    assert json.loads((saved / "it.json").read_text())["meta"]["grid"]["columns"] == 2
    assert json.loads(files.recipe_of(saved / "it.png")) == json.loads(RECIPE)
    assert "1 more files beside" in studio.said[-1]
    stage.close()


def test_the_stage_exports_a_step_that_has_no_file(qtbot, studio, saved):
    stage = Stage(studio)
    qtbot.addWidget(stage)
    stage.show()
    picture = panels.frame("image", 5)
    studio.place(Subject("run-1", None, panels.entry(1), picture, panels.rows(9), step=5))
    stage.export()
    choose(stage, "PNG").accept()
    assert np.array_equal(files.read(saved / "it.png").pixels, picture.pixels)
    stage.close()


def test_the_history_lays_chosen_pictures_on_one_sheet(qtbot, studio, saved, tmp_path):
    paths = [files.write(tmp_path / f"{n}.png", panels.frame("image", 20 + n), RECIPE) for n in range(3)]
    studio.entries = [panels.entry(n + 1, path=path) for n, path in enumerate(paths)]
    panel = HistoryPanel(studio)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.list.rowCount() == 3)
    panel.grid_view.selectAll()
    panel.grid_view.setFocus()
    qtbot.waitUntil(panel.grid_view.hasFocus)
    qtbot.keyClick(panel.grid_view, Qt.Key.Key_E)
    choose(panel, "Sprite sheet").accept()
    assert len(json.loads((saved / "it.json").read_text())["frames"]) == 3
    studio.entries = [panels.entry(1, path=paths[0]), panels.entry(2, medium="audio")]
    panel.reload()
    qtbot.waitUntil(lambda: panel.list.rowCount() == 2)
    panel.grid_view.selectAll()
    panel._export()
    assert "together" in studio.said[-1]


def test_a_full_disk_or_a_wrong_wish_is_a_sentence(qtbot, studio, tmp_path):
    kept = []
    studio.bridge.aside = lambda work, then, sorry=None: kept.append(work)
    exporting.run(studio, tmp_path / "none" / "a.png", exporting.How(), lambda: ([panels.frame("image", 1)], None))
    with pytest.raises(Refused) as refused:
        kept[0]()
    assert refused.value.failure.kind == "disk"
