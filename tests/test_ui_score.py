"""Scoring a result or a file in the window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.lab.score import Scored
from app.ui import theme
from app.ui.compare.score import Scale, ScoreDialog
from engines.contract import Audio, Image
from engines.files import media

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture
def dialog(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    studio.set_engine("image/fake")
    made = ScoreDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_file_is_scored_at_once_beside_noise_and_again_with_words(qtbot, dialog, tmp_path):
    media.write(tmp_path / "plain.png", Image(np.full((16, 16, 3), 90, np.uint8)))
    dialog.put_file(tmp_path / "plain.png")
    qtbot.waitUntil(lambda: dialog.scoring.found is not None)
    found = dialog.scoring.found
    assert found.value == 1.0
    assert found.noise > 4
    assert dialog.model.currentData() == "image/fake"
    assert [name for name, _, _ in dialog.scale.marks()] == ["This", "Noise"]
    assert dialog.told.text() == "1 bits per pixel; less is likelier."
    dialog.words.setText("an apple")
    dialog.words.editingFinished.emit()
    qtbot.waitUntil(lambda: dialog.scoring.found not in (None, found))
    assert dialog.scoring.found.facts["told"] == "an apple"
    assert [row.name for row in dialog.facts.rows] == ["Bits per pixel", "Told"]


def test_a_result_of_the_history_is_scored_by_what_made_it(qtbot, dialog):
    studio = dialog.studio
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and all(job.ended for job in studio.jobs), timeout=15000)
    dialog.put_run(studio.jobs[-1].run)
    qtbot.waitUntil(lambda: dialog.scoring.found is not None)
    assert dialog.scoring.engine == "image/fake"
    dialog.put_run("nowhere")
    qtbot.waitUntil(lambda: "no finished result" in dialog.told.text())


def test_what_nobody_can_score_says_so(qtbot, dialog, tmp_path):
    media.write(tmp_path / "tone.wav", Audio(np.zeros((400, 1), np.float32), 8000))
    dialog.put_file(tmp_path / "tone.wav")
    qtbot.waitUntil(lambda: "No model here can score" in dialog.told.text())
    assert not dialog.model.isEnabled()
    dialog.put_file(tmp_path / "none.png")
    qtbot.waitUntil(lambda: bool(dialog.scoring.trouble))
    assert dialog.told.text() == dialog.scoring.trouble


def test_the_scale_is_read_out(qtbot):
    scale = Scale()
    qtbot.addWidget(scale)
    scale.resize(400, 120)
    scale.show_score(Scored(2.0, 8.0, 1.0, "bits", {}))
    assert scale.accessibleDescription() == "This: 2; Held-out data: 1; Noise: 8"
    scale.grab()
