"""The models panel over a studio with a scripted worker: what it lists, and every deed by mouse and by key."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from app.core.models import Library, Model
from app.studio import Found
from app.studio import scan as scanning
from app.ui import theme
from app.ui.models import ModelsPanel, words
from app.ui.models.model import ModelList
from app.ui.window import Window
from engines import shelf, wire
from engines.contract import Adapter
from tests import fakes
from tests.model_headers import FLUX, GUIDED, ORIGINAL, VAE16, write
from tests.test_models import FLUX_PARTS, LORA, folder

pytest_plugins = ["tests.studio_kit"]

Key = Qt.Key
SDXL_FILE = ORIGINAL["checkpoint", "sdxl", "", "xl_base"]
EMBEDDING = {"emb_params": (4, 768)}


@pytest.fixture
def root(tmp_path):
    """One of every sort: whole, lacking, twice there, broken."""
    root = tmp_path / "models"
    folder(root / "whole", "FluxPipeline", FLUX_PARTS)
    folder(root / "half", "FluxPipeline", FLUX_PARTS, skip="vae")
    write(root / "checkpoints" / "xl.safetensors", SDXL_FILE)
    write(root / "checkpoints" / "xl again.safetensors", SDXL_FILE)
    write(root / "unet" / "flux.safetensors", FLUX | GUIDED, dtype="BF16")
    write(root / "loras" / "cat.safetensors", LORA, {"ss_base_model_version": "sd_v1"})
    write(root / "vae" / "ae.safetensors", VAE16, dtype="F32")
    (root / "loras" / "torn.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{nonsense       ")
    return root


@pytest.fixture
def start(opened, qapp, folders):
    theme.apply(qapp, "dark")
    return lambda gate=None: opened(gate, models=folders.models)


@pytest.fixture
def studio(start):
    return start()


@pytest.fixture
def show(qtbot):
    """A way to show a panel of a studio."""

    def shown(studio):
        made = ModelsPanel(studio)
        qtbot.addWidget(made)
        made.resize(320, 700)
        made.show()
        qtbot.waitExposed(made)
        return made

    return shown


@pytest.fixture
def panel(studio, show):
    return show(studio)


@pytest.fixture
def full(panel, studio, qtbot, root):
    """The panel with everything of `root` in it."""
    studio.add_model_folder(root)
    settled(studio, panel, qtbot)
    return panel


def settled(studio, panel, qtbot):
    """Wait until nothing is looked at any more and the panel shows it."""
    qtbot.waitUntil(lambda: studio.looking is None and not studio._looks and not panel._soon.isActive())
    qtbot.wait(100)


def names(panel):
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def found(panel, name):
    return next(one for one in panel.model.rows if words.name(one.model) == name)


def choose(panel, name):
    panel.view.setCurrentIndex(panel.model.index(names(panel).index(name)))
    panel.view.setFocus()


def orders(studio, kind):
    return [order for order in studio.bridge.host.orders if isinstance(order, kind)]


def said(studio):
    return [sentence for _, sentence in studio.notices]


# ---------------------------------------------------------------- what is listed


def test_an_empty_panel_offers_a_folder(panel, studio, qtbot, root, monkeypatch):
    assert panel.pages.currentWidget() is panel.empty
    assert not panel.head.isVisible()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(root))
    panel.first.click()
    settled(studio, panel, qtbot)
    assert panel.pages.currentWidget() is panel.view
    assert panel.head.isVisible()
    assert studio.settings.model_folders == (str(root),)


def test_everything_is_listed_by_kind_and_name(full):
    listed = ["half", "whole", "xl", "xl again", "flux", "cat", "ae", "torn"]
    assert names(full) == listed
    assert full.count.text() == "8 in all, 0 opened"
    assert words.facts(found(full, "flux").model) == "Flux.1 dev · Network alone · BF16"
    assert words.facts(found(full, "ae").model) == "VAE of Flux.1 · F32"
    assert words.size(found(full, "cat").model).endswith("kB")


def test_what_is_missing_broken_or_twice_there_is_said(full):
    assert words.note(found(full, "whole")) == ""
    assert "vae" in words.note(found(full, "half"))
    assert words.note(found(full, "cat")) == "no model of SD1.5"
    assert "torn.safetensors" in words.note(found(full, "torn"))
    assert "xl again.safetensors" in words.details(found(full, "xl"))
    rows = [full.model.index(row) for row in range(full.model.rowCount())]
    tall = {row.data(): full.view.visualRect(row).height() for row in rows}
    assert tall["half"] > tall["whole"]


@pytest.mark.parametrize("name", ["whole", "half", "torn", "xl"])
def test_rows_are_painted_in_the_colour_of_what_is_wrong(full, name):
    rect = full.view.visualRect(full.model.index(names(full).index(name)))
    image = full.view.viewport().grab(rect).toImage()
    pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8)
    pixels = pixels.reshape(image.height(), image.width(), 4)[:, 40:, 2::-1].astype(int)
    tokens, seen = theme.current(), set()
    for colour in (tokens.warn, tokens.bad):
        off = np.abs(pixels - QColor(colour).getRgb()[:3]).max(axis=2).min()
        seen |= {colour} if off < 40 else set()
    assert seen == {"half": {tokens.warn}, "torn": {tokens.bad}}.get(name, set())


@pytest.mark.parametrize(
    ("query", "chosen", "left"),
    [
        ("flux", "all", ["half", "whole", "flux", "ae"]),
        ("FLUX bf16", "all", ["half", "whole", "flux"]),
        ("unet", "all", ["flux"]),
        ("", "models", ["half", "whole", "xl", "xl again", "flux"]),
        ("", "loras", ["cat"]),
        ("", "parts", ["ae"]),
        ("", "trouble", ["half", "cat", "torn"]),
        ("", "opened", []),
        ("nothing has this", "all", []),
    ],
)
def test_search_and_filter(full, qtbot, query, chosen, left):
    full.search.setText(query)
    full.kind.setCurrentIndex(full.kind.findData(chosen))
    qtbot.waitUntil(lambda: names(full) == left)
    assert full.pages.currentWidget() is (full.view if left else full.nothing)
    if not left:
        assert "Nothing matches" in full.nothing.text()
    else:
        assert full.count.text() == f"{len(left)} of 8 shown"


def test_the_choice_stays_when_the_list_changes(full, studio, qtbot, root):
    choose(full, "flux")
    write(root / "a first one.safetensors", SDXL_FILE | {"x": (7,)})
    qtbot.keyClick(full.view, Key.Key_F5)
    qtbot.waitUntil(lambda: "a first one" in names(full))
    assert full.current().model.name == "flux.safetensors"


# ---------------------------------------------------------------- looking


def test_the_list_fills_while_the_folders_are_looked_through(panel, studio, qtbot, root, monkeypatch):
    monkeypatch.setattr(scanning, "PORTION", 0.0)
    gate, real = threading.Semaphore(0), Library.scan

    def slow(library, roots):
        for news in real(library, roots):
            if news.model is not None:
                gate.acquire(timeout=5)
            yield news

    monkeypatch.setattr(Library, "scan", slow)
    studio.add_model_folder(root)
    for _ in range(3):
        gate.release()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3)
    assert panel.bar.isVisible()
    assert (panel.bar.value(), panel.bar.maximum()) == studio.looking
    assert panel.count.text() == f"Looking: {panel.bar.value()} of {panel.bar.maximum()}"
    for _ in range(20):
        gate.release()
    settled(studio, panel, qtbot)
    assert panel.model.rowCount() == 8
    assert not panel.bar.isVisible()


def test_looking_can_be_stopped_and_keeps_what_it_found(panel, studio, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(scanning, "PORTION", 0.0)
    for n in range(40):
        write(tmp_path / "m" / f"{n}.safetensors", EMBEDDING | {"x": (n + 1,)})
    real = Library.scan

    def slow(library, roots):
        for news in real(library, roots):
            time.sleep(0.02)
            yield news

    monkeypatch.setattr(Library, "scan", slow)
    studio.add_model_folder(tmp_path / "m")
    qtbot.waitUntil(lambda: panel.model.rowCount() >= 3)
    panel.look.click()
    settled(studio, panel, qtbot)
    assert 3 <= panel.model.rowCount() < 40
    panel.look.click()
    settled(studio, panel, qtbot)
    assert panel.model.rowCount() == 40


def test_closing_ends_a_look(start, show, qtbot, tmp_path, monkeypatch):
    studio = start()
    show(studio)
    entered, ended = threading.Event(), threading.Event()

    def endless(library, roots):
        try:
            while True:
                entered.set()
                time.sleep(0.01)
                yield scanning.News(0, 0)
        finally:
            ended.set()

    monkeypatch.setattr(Library, "scan", endless)
    studio.add_model_folder(tmp_path)
    qtbot.waitUntil(entered.is_set)
    began = time.monotonic()
    studio.close()
    assert ended.is_set()
    assert time.monotonic() - began < 3


def test_folders_are_remembered_and_their_models_are_there_at_once(start, show, qtbot, root, monkeypatch):
    first = start()
    first.add_model_folder(root)
    qtbot.waitUntil(lambda: len(first.models()) == 8 and not first._looks)
    first.close()
    monkeypatch.setattr(Library, "scan", lambda *_: pytest.fail("the disk was looked at"))
    again = start()
    qtbot.waitUntil(lambda: len(again.models()) == 8)
    assert {one.model.name: one.lacks for one in again.models()}["cat.safetensors"] == ("no model of SD1.5",)


def test_the_first_sight_of_the_panel_looks_for_what_is_new(start, show, qtbot, root):
    first = start()
    first.add_model_folder(root)
    qtbot.waitUntil(lambda: len(first.models()) == 8 and not first._looks)
    first.close()
    (root / "vae" / "ae.safetensors").unlink()
    again = start()
    panel = show(again)
    qtbot.waitUntil(lambda: names(panel) == ["half", "whole", "xl", "xl again", "flux", "cat", "torn"])


def test_a_folder_is_taken_off_the_list(full, studio, qtbot, tmp_path):
    write(tmp_path / "other" / "b.safetensors", EMBEDDING)
    studio.add_model_folder(tmp_path / "other")
    settled(studio, full, qtbot)
    assert full.folders.head.text() == "Folders (2)"
    studio.drop_model_folder(studio.settings.model_folders[0])
    settled(studio, full, qtbot)
    assert names(full) == ["b"]
    assert [line.isVisible() for line in full.folders.lines] == [True]
    assert (tmp_path / "models" / "whole").exists()


def test_what_cannot_be_entered_costs_a_sentence(full, studio, qtbot, root):
    root.rename(root.with_name("gone"))
    studio.look_for_models()
    qtbot.waitUntil(lambda: any("no folder" in sentence for sentence in said(studio)))
    studio.add_model_folder(root / "nowhere")
    assert "nowhere is no folder" in said(studio)[-1]
    assert len(studio.settings.model_folders) == 1


# ---------------------------------------------------------------- what can be done


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


# ---------------------------------------------------------------- in the window, and many


def test_the_panel_is_a_dock_behind_the_history(studio, qtbot):
    window = Window(studio)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert window.docks["models"] in window.tabifiedDockWidgets(window.docks["history"])
    qtbot.waitUntil(lambda: not window.history.visibleRegion().isEmpty())
    assert window.models.visibleRegion().isEmpty()
    assert not window.models._looked
    window.actions_.by_name["go_models"].trigger()
    qtbot.waitUntil(lambda: window.models._looked)
    assert window.models.isAncestorOf(window.focusWidget())


def test_thousands_of_new_models_are_taken_a_part_at_a_time(studio):
    found = [Found(Model(f"/m/{n:05d}.safetensors", "file", "lora", "sd1")) for n in range(2500)]
    listed = ModelList(studio)
    assert [listed.take(found), listed.rowCount()] == [False, 1000]
    again = [Found(one.model) for one in reversed(found)]
    assert [listed.take(again), listed.rowCount()] == [False, 2000]
    assert [listed.take(found), listed.rowCount()] == [True, 2500]
    assert [one.model.name for one in listed.rows[:2]] == ["00000.safetensors", "00001.safetensors"]
    assert listed.take(found[:5])
    assert listed.rowCount() == 5


def test_the_window_never_stalls_over_a_thousand_models(panel, studio, qtbot, tmp_path):
    for n in range(1000):
        write(tmp_path / "m" / f"{n}.safetensors", EMBEDDING | {"x": (n + 1,)})
    turns = [time.monotonic()]
    studio.add_model_folder(tmp_path / "m")
    while studio.looking is not None or panel.model.rowCount() < 1000:
        QApplication.processEvents()
        turns.append(time.monotonic())
        assert turns[-1] - turns[0] < 30
    gaps = sorted(b - a for a, b in pairwise(turns))
    assert gaps[-1] < 0.25, gaps[-3:]  # 0.1 s is promised; other work on this machine may take the rest
