"""What the panel lists of folders of models, while it looks and after."""

import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from app.core.models import Library, Model
from app.studio import Found
from app.studio import scan as scanning
from app.ui import theme
from app.ui.models import words
from app.ui.models.model import ModelList
from app.ui.window import Window
from tests.model_headers import write
from tests.ui_models.conftest import EMBEDDING, SDXL_FILE, Key, choose, found, names, said, settled

pytest_plugins = ["tests.studio_kit"]


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
