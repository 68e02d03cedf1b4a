"""What can be done with a model that is listed, by mouse and by key."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from app.ui.models import words
from engines import shelf, wire
from engines.contract import Adapter
from tests import fakes
from tests.model_headers import write
from tests.test_models import LORA
from tests.ui_models.conftest import Key, choose, found, names, orders, said

pytest_plugins = ["tests.studio_kit"]


def test_enter_opens_a_model_and_delete_takes_it_off(full, studio, qtbot, root):
    choose(full, "whole")
    qtbot.keyClick(full.view, Key.Key_Return)
    qtbot.waitUntil(lambda: studio.draft.engine == "image/whole")
    assert [order.path for order in orders(studio, wire.Open)] == [str(root / "whole")]
    qtbot.waitUntil(lambda: bool(found(full, "whole").opened))
    assert "Opened" in words.details(found(full, "whole"))
    full.kind.setCurrentIndex(full.kind.findData("opened"))
    assert names(full) == ["whole"]
    choose(full, "whole")
    qtbot.keyClick(full.view, Key.Key_Delete)
    qtbot.waitUntil(lambda: "image/whole" not in studio.cards())
    qtbot.waitUntil(lambda: names(full) == [])
    assert studio.draft.engine in fakes.CARDS
    qtbot.waitUntil(lambda: [order.engine for order in orders(studio, wire.Forget)] == ["image/whole"])
    assert (root / "whole" / "model_index.json").exists()


def test_a_double_click_opens(full, studio, qtbot):
    place = full.view.visualRect(full.model.index(names(full).index("whole"))).center()
    qtbot.mouseClick(full.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(full.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: studio.draft.engine == "image/whole")


def test_a_lora_that_is_taken_off_is_taken_off_the_draft(full, studio, qtbot, root):
    studio.open_model(root / "whole")
    studio.open_model(root / "loras" / "cat.safetensors")
    qtbot.waitUntil(lambda: [kind.name for kind in studio.card().info.adapters] == ["cat"])
    studio.edit(adapters=(Adapter("cat"),))
    qtbot.waitUntil(lambda: found(full, "cat").opened == "cat")
    choose(full, "cat")
    full.menu(full.current()).actions()[-1].trigger()
    qtbot.waitUntil(lambda: studio.card().info.adapters == ())
    assert studio.draft.adapters == ()
    assert studio.draft.engine == "image/whole"
    assert orders(studio, wire.Forget) == []  # it reads its LoRAs off the shelf


def test_a_model_a_job_needs_stays(start, show, qtbot, root):
    gate = fakes.Gate()
    studio = start(gate)
    panel = show(studio)
    studio.open_model(root / "whole")
    qtbot.waitUntil(lambda: studio.draft.engine == "image/whole")
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs))
    studio.close_model("image/whole")
    assert "job" in said(studio)[-1]
    qtbot.waitUntil(lambda: names(panel) == ["whole"])  # opened, though in none of the folders
    gate.open()
    qtbot.waitUntil(lambda: all(job.ended for job in studio.jobs))
    studio.close_model("image/whole")
    qtbot.waitUntil(lambda: "image/whole" not in studio.cards())


def test_an_opened_model_that_is_gone_can_be_taken_off(start, show, qtbot, root):
    studio = start()
    panel = show(studio)
    studio.open_model(root / "whole")
    qtbot.waitUntil(lambda: names(panel) == ["whole"])
    (root / "whole").rename(root / "moved")
    studio.look_for_models()
    qtbot.waitUntil(lambda: "not there any more" in words.note(panel.model.rows[0]))
    choose(panel, "whole")
    qtbot.keyClick(panel.view, Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.pages.currentWidget() is panel.empty)


def test_what_is_read_from_a_copy_is_known_by_what_was_opened(full, studio, qtbot, root, folders):
    opened = root / "loras" / "cat.safetensors"
    copy = shelf.copy_place(folders.models, opened)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(opened.read_bytes())
    shelf.keep(folders.models, opened, shelf.Part("copied", "lora", "cat", "fake", str(copy)))
    studio.engines_changed.emit()
    qtbot.waitUntil(lambda: found(full, "cat").opened == "copied")
    assert full.model.rowCount() == 8
    studio.close_model("copied")
    qtbot.waitUntil(lambda: not found(full, "cat").opened)
    assert not copy.exists()
    assert opened.exists()


def test_a_folder_around_one_file_marks_the_file(full, studio, qtbot, root, folders):
    file = root / "loras" / "cat.safetensors"
    shelf.keep(folders.models, root / "loras", shelf.Part("inner", "lora", "cat", "fake", str(file)))
    studio.engines_changed.emit()
    qtbot.waitUntil(lambda: found(full, "cat").opened == "inner")
    assert full.model.rowCount() == 8


def test_a_broken_file_is_not_opened_but_explained(full, studio, qtbot):
    choose(full, "torn")
    qtbot.keyClick(full.view, Key.Key_Return)
    assert said(studio)[-1] == found(full, "torn").model.trouble
    assert orders(studio, wire.Open) == []
    able = {action.text().split("\t")[0]: action.isEnabled() for action in full.menu(full.current()).actions()}
    assert not able["Open"]
    assert able["Check"]


@pytest.mark.parametrize(("name", "word"), [("ae", "part"), ("half", "vae")])
def test_what_cannot_be_opened_by_itself_says_why(full, studio, qtbot, name, word):
    choose(full, name)
    qtbot.keyClick(full.view, Key.Key_Return)
    assert word in said(studio)[-1]
    assert orders(studio, wire.Open) == []


def test_check_says_the_verdict(full, studio, qtbot):
    for name, kind, word in (("xl", "info", "xl.safetensors"), ("torn", "warning", "torn.safetensors")):
        before = len(studio.notices)
        choose(full, name)
        qtbot.keyClick(full.view, Key.Key_C)
        qtbot.waitUntil(lambda before=before: len(studio.notices) > before)
        assert studio.notices[-1][0] == kind
        assert word in studio.notices[-1][1]
    choose(full, "half")
    qtbot.keyClick(full.view, Key.Key_C)
    qtbot.waitUntil(lambda: "vae" in said(studio)[-1])


def test_what_the_worker_refuses_is_said(full, studio, qtbot, root):
    write(root / "refused.safetensors", LORA | {"x": (1,)})
    studio.look_for_models()
    qtbot.waitUntil(lambda: "refused" in names(full))
    choose(full, "refused")
    qtbot.keyClick(full.view, Key.Key_Return)
    qtbot.waitUntil(lambda: "refused.safetensors is refused." in said(studio))


def test_the_path_is_copied(full, qtbot, root):
    choose(full, "ae")
    qtbot.keyClick(full.view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == str(root / "vae" / "ae.safetensors")


def test_a_folder_is_added_and_a_file_opened_by_dropping_it(panel, studio, qtbot, root):
    data = QMimeData()
    paths = [root / "vae", root / "loras" / "cat.safetensors"]
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: "ae" in names(panel) and "cat" in names(panel))
    assert studio.settings.model_folders == (str(root / "vae"),)
    assert [Path(order.path).name for order in orders(studio, wire.Open)] == ["cat.safetensors"]
