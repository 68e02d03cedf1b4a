"""The window itself: theme, docks, keys, palette, notices and dialogs."""

import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QDialog, QWidget

from app.core.job import Running
from app.ui import theme
from app.ui.about import About
from app.ui.palette import Command, found, score
from app.ui.settings import SettingsDialog
from app.ui.window import Window
from engines.contract import Image, Result
from engines.wire import Finished, Hello

# ---------------------------------------------------------------- theme


def luminance(name):
    parts = [(v / 255 / 12.92) if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in QColor(name).getRgb()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [True, False])
def test_text_can_be_read(dark):
    c = theme.tokens(dark)
    for back in (c.window, c.panel, c.raised):
        for ink in (c.text, c.dim, c.bad, c.warn):
            assert contrast(ink, back) >= 4.5, (ink, back)
        assert contrast(c.accent, back) >= 3.0
    assert contrast(c.accent_text, c.accent) >= 4.5


@pytest.mark.parametrize("path", sorted(theme.ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_in_its_colour(qapp, path):
    theme.apply(qapp, "dark")
    image = theme.icon(path.stem, "good").pixmap(48, 48).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(48, 48, 4)
    ink = pixels[pixels[..., 3] > 250][:, :3]
    assert len(ink) > 10
    assert np.abs(ink.astype(int) - QColor(theme.DARK.good).getRgb()[:3]).max() <= 2


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"device": "cpu", "threads": 2}, "CPU"), ({"device": "cuda", "gpu": "A fine card"}, "A fine card")],
)
def test_the_status_bar_names_what_computed_the_last_result(window, studio, facts, words):
    studio.bridge.hello.emit(Hello(1, {"torch": "2.13.0"}, ()))
    assert window.status.device.text() == "PyTorch 2.13.0"
    studio.bridge.news.emit(Finished(77, Result(Image(np.zeros((2, 2, 3), np.uint8)), facts)))
    assert window.status.device.text() == words


# ---------------------------------------------------------------- the window


def test_every_focusable_widget_has_a_name(window, studio):
    studio.edit(prompt="named")
    dialogs = [SettingsDialog(studio, window), About(studio, window)]
    window.show_shortcuts()
    nameless = []
    for root in (window, *dialogs):
        for widget in root.findChildren(QWidget):
            reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            inner = isinstance(widget.parent(), QAbstractSpinBox)
            spoken = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
            if reached and not inner and not spoken:
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == []


def test_layout_is_remembered_and_reset(window, studio, qtbot, folders):
    window.docks["control"].close()
    window.docks["queue"].raise_()
    window.close()
    qtbot.waitUntil(lambda: studio.load_state("window") is not None)
    again = Window(studio)
    qtbot.addWidget(again)
    again.show()
    assert not again.docks["control"].isVisible()
    again.reset_layout()
    assert all(dock.isVisibleTo(again) for name, dock in again.docks.items() if name != "monitor")


@pytest.mark.parametrize("broken", [b"", b"\x00", b"\xff" * 40])
def test_a_broken_layout_is_passed_over(window, broken):
    window.put_state(broken)
    assert window.isVisible()


@pytest.mark.parametrize("name", ["prompt", "control", "stage", "timeline", "sequence", "history", "queue", "models"])
def test_go_gives_the_keyboard(window, name):
    window.go(name)
    panel = getattr(window, name)
    focus = window.focusWidget()
    assert focus is panel or panel.isAncestorOf(focus)


def test_no_two_actions_share_a_key(window):
    keys = [key.toString() for action in window.actions_.by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_file_dropped_on_the_window_is_shown(window, studio, qtbot, tmp_path):
    path = tmp_path / "some.png"
    QImage(20, 20, QImage.Format.Format_RGB888).save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.media is not None)
    assert studio.stage.path == path


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_nothing_is_pressed_out_of_the_window(window, size):
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    button = window.prompt.generate
    assert window.rect().contains(button.mapTo(window, QPoint(button.width(), button.height())))


# ---------------------------------------------------------------- palette, notices, dialogs


def test_palette_finds_by_letters(window, studio, qtbot):
    window.show_palette()
    palette = window.palette_
    qtbot.keyClicks(palette.line, "light")
    assert palette.list.item(0).data(Qt.ItemDataRole.UserRole).text == "Light theme"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert studio.settings.theme == "light"
    assert not palette.isVisible()


@pytest.mark.parametrize(
    ("query", "best"), [("gen", "Generate"), ("rl", "Reset layout"), ("queue", "Go to Queue"), ("sett", "Settings …")]
)
def test_the_best_match_is_first(window, query, best):
    commands = [Command(a.text(), "", "", a.trigger) for a in window.actions_.by_name.values()]
    assert found(commands, query)[0].text == best


def test_score_wants_the_letters_in_order():
    assert score("zq", "Generate") is None
    assert score("etareneg", "Generate") is None
    assert score("gnt", "Generate") < score("gen", "Generate")


def test_notices_go_except_errors(window, studio, qtbot, monkeypatch):
    monkeypatch.setitem(sys.modules["app.ui.toast"].SECONDS, "info", 0.05)
    studio.notice.emit("error", "The disk is full.")
    studio.notice.emit("error", "The disk is full.")
    window.toasts.say("info", "Saved.")
    assert len(window.toasts.toasts()) == 2
    assert "×2" in window.toasts.toasts()[0].words.text()
    window.toasts.toasts()[1]._timer.start(20)
    qtbot.waitUntil(lambda: len(window.toasts.toasts()) == 1)
    (left,) = window.toasts.toasts()
    assert left.kind == "error"
    left.close_button.click()
    assert window.toasts.toasts() == []


@pytest.mark.parametrize("case", [(True, False, 1), (False, False, 0), (True, True, 0)])
def test_the_end_of_the_last_job_calls_who_has_gone_elsewhere(window, studio, gate, qtbot, monkeypatch, case):
    (wished, active, calls), called = case, []
    monkeypatch.setattr(QApplication, "alert", called.append)
    monkeypatch.setattr(window, "isActiveWindow", lambda: active)
    studio.change_settings(notify_done=wished)
    gate.open()
    studio.set_count(2)
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and all(job.ended for job in studio.jobs))
    assert len(called) == calls


def test_an_unforeseen_error_is_one_sentence(window, studio):
    from app.ui.run import Guard

    guard = Guard(window)
    guard.begin()
    try:
        sys.excepthook(KeyError, KeyError("x"), None)
    finally:
        guard.end()
    (toast,) = window.toasts.toasts()
    assert "KeyError" in toast.sentence
    assert "Traceback" not in toast.sentence


def test_a_second_window_is_refused(folders):
    from app.core.store import InUse, Store
    from app.ui.run import first_here

    assert first_here(folders) == ()
    with Store(folders.database), pytest.raises(InUse, match="already open"):
        first_here(folders)


def test_dialogs_open_and_close_by_key(window, qtbot):
    for name in ("settings", "shortcuts", "about"):
        window.actions_.by_name[name].trigger()
        (dialog,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        dialog.deleteLater()
        QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)


def test_the_window_never_loads_torch(window):
    import subprocess

    code = "import sys, app.ui.window, app.ui.run; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("stay", [True, False])
def test_ctrl_q_asks_while_a_job_runs(window, studio, gate, qtbot, monkeypatch, stay):
    asked = []
    monkeypatch.setattr(window, "_ask_to_leave", lambda: asked.append(1) or not stay)
    monkeypatch.setattr(QApplication, "quit", lambda: None)
    studio.generate()
    qtbot.waitUntil(lambda: any(isinstance(job.state, Running) for job in studio.jobs))
    window.actions_.by_name["quit"].trigger()
    assert asked == [1]
    assert window.isVisible() == stay
