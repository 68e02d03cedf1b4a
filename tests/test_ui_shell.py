"""The shell of the window: form, prompt, control, palette, docks, notices, theme; by mouse and by keys."""

import os
import sys
import xml.etree.ElementTree as tree

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QDialog, QMessageBox, QWidget

from app.core.job import Running
from app.core.settings import Folders, Settings, load
from app.studio import Studio, Subject
from app.ui import theme
from app.ui.about import About, notices
from app.ui.declared import texts, words
from app.ui.drop import Drop
from app.ui.form import Form
from app.ui.languages import LANGUAGES, languages, speak
from app.ui.palette import Command, found, score
from app.ui.prompt import shortened
from app.ui.run import reachable
from app.ui.settings import SettingsDialog
from app.ui.size import snap
from app.ui.widgets import Number, Section, _nice
from app.ui.window import Window
from engines.contract import Control, Curve, EngineCard, Image, Info, Param, Result
from engines.registry import listing
from engines.wire import Counted, Finished, Hello, Rest
from tests import fakes, panels

EVERY = EngineCard(
    Info(
        name="image/every",
        title="Every kind",
        summary="One option of every kind.",
        medium="image",
        family="none",
        takes=("prompt", "negative", "seed", "size", "start"),
        sizes=((64, 64), (96, 64)),
        size_rule=(32, 256, 16),
        presets=("a red apple", "two blue cars"),
        licence="MIT",
    ),
    (
        Param("steps", "int", 12, min=1, max=60, help="How many steps."),
        Param("guidance", "float", 4.0, min=0.0, max=15.0, curve=True, unit="x"),
        Param("tiled", "bool", False, group="more"),
        Param("sampler", "choice", "euler", choices=("euler", "dpmpp_2m"), group="more"),
        Param("note", "text", ""),
    ),
)
BARE = EngineCard(Info(name="audio/bare", title="Bare", summary="", medium="audio", family="none", takes=()), ())
LOST = msgspec.structs.replace(EVERY, info=msgspec.structs.replace(EVERY.info, name="image/lost"), missing=("w.st",))
CARDS = {card.info.name: card for card in (EVERY, BARE, LOST, fakes.PICTURE)}


@pytest.fixture
def folders(tmp_path):
    return Folders(config=tmp_path / "config", data=tmp_path / "data", gallery=tmp_path / "gallery")


@pytest.fixture
def gate():
    gate = fakes.Gate()
    yield gate
    gate.open()


@pytest.fixture
def studio(qapp, qtbot, folders, gate):
    theme.apply(qapp, "dark")
    made = Studio(folders, fakes.Host(gate, CARDS))
    qtbot.waitUntil(lambda: made.worker_state[0] == "ready" and "image/every" in made.cards())
    made.set_engine("image/every")
    yield made
    gate.open()
    made.close()


@pytest.fixture
def window(studio, qtbot):
    made = Window(studio)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


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


def test_theme_follows_settings(window, studio, qtbot):
    studio.change_settings(theme="light")
    assert theme.current(window) is theme.LIGHT
    studio.change_settings(theme="dark")
    assert theme.current(window) is theme.DARK


# ---------------------------------------------------------------- small widgets


@pytest.mark.parametrize(("low", "high", "step"), [(0, 15, None), (1, 100, 1), (0, 1, 0.01), (-2, 2, 0.25)])
def test_number_keeps_to_its_bounds(qtbot, low, high, step):
    number = Number(low, high, step, whole=step == 1)
    qtbot.addWidget(number)
    told = []
    number.changed.connect(told.append)
    for place in range(number.slider.minimum(), number.slider.maximum() + 1):
        number.slider.setValue(place)
        assert low <= number.value() <= high
    assert told[-1] == high
    number.set_value(low)
    assert told[-1] == high, "showing a value is no change by hand"
    assert number.slider.value() == 0


@pytest.mark.parametrize("value", [0.15, 0.5, 1.0, 0.125, 3.3333])
def test_number_shows_all_of_its_value(qtbot, value):
    number = Number(0, 10, 1)
    qtbot.addWidget(number)
    number.set_value(value)
    assert number.field.value() == value


@pytest.mark.parametrize("span", [0.1, 1, 2, 15, 60, 1000])
def test_steps_are_round_and_fine(span):
    assert span / 1000 <= _nice(span) <= span / 100 * 1.001


def test_section_folds(qtbot):
    section = Section("More", open=False)
    qtbot.addWidget(section)
    section.show()
    assert not section.body.isVisible()
    qtbot.keyClick(section.head, Qt.Key.Key_Space)
    assert section.body.isVisible()


@pytest.mark.parametrize(
    ("name", "plain"), [("guidance_scale", "Guidance scale"), ("dpmpp_2m", "DPM-Solver++ 2M"), ("steps", "Steps")]
)
def test_names_read_as_words(name, plain):
    assert words(name) == plain


@pytest.mark.parametrize("side", [1, 32, 40, 41, 100, 255, 256, 9999])
def test_sides_snap_to_what_the_engine_admits(side):
    low, high, multiple = rule = (32, 256, 16)
    got = snap(side, rule)
    assert low <= got <= high
    assert got % multiple == 0
    assert abs(got - min(high, max(low, side))) <= multiple


# ---------------------------------------------------------------- the form


def test_form_is_made_from_the_declaration(qtbot):
    form = Form()
    qtbot.addWidget(form)
    form.build(EVERY.params)
    assert list(form.rows) == ["steps", "guidance", "note", "tiled", "sampler"]
    for row in form.rows.values():
        assert row.bend.isVisibleTo(row) == row.param.curve
        assert not row.reset.isVisibleTo(row)
    form.show_values({"steps": 30}, {"guidance": Curve(((0.0, 1.0), (1.0, 7.0)))})
    assert form.rows["steps"].changed
    assert form.rows["steps"].reset.isVisibleTo(form.rows["steps"])
    assert not form.rows["guidance"].field.isEnabled()
    assert "1" in form.rows["guidance"].note.text()
    assert "7" in form.rows["guidance"].note.text()


def test_every_field_reaches_the_draft(window, studio, qtbot):
    rows = window.control.form.rows
    rows["steps"].field.field.setValue(33)
    rows["guidance"].field.slider.setValue(rows["guidance"].field.slider.maximum())
    rows["tiled"].field.click()
    rows["sampler"].field.activated.emit(1)
    rows["note"].field.setFocus()
    qtbot.keyClicks(rows["note"].field, "soft")
    assert studio.draft.options == {
        "steps": 33,
        "guidance": 15.0,
        "tiled": True,
        "sampler": "dpmpp_2m",
        "note": "soft",
    }
    assert isinstance(studio.draft.options["steps"], int)
    rows["steps"].reset.click()
    assert "steps" not in studio.draft.options
    assert rows["steps"].field.value() == 12


def test_curve_opens_in_the_timeline_and_goes_again(window, studio):
    row = window.control.form.rows["guidance"]
    row.bend.click()
    assert studio.draft.curves["guidance"] == Curve(((0.0, 4.0), (1.0, 4.0)))
    lane = next(lane for lane in window.timeline.lanes if lane.param.name == "guidance")
    assert window.focusWidget() is lane
    row.reset.click()
    assert studio.draft.curves == {}


def test_changing_engine_rebuilds_the_panels(window, studio):
    assert window.control.start_part.isVisibleTo(window)
    studio.set_engine("audio/bare")
    assert window.control.form.rows == {}
    for part in (window.control.start_part, window.prompt.prompt, window.prompt.figures.seed):
        assert not part.isVisibleTo(window)
    studio.set_engine("image/fake")
    assert [one.kind.kind for one in window.control.inputs] == ["edges"]


def test_nothing_of_the_last_engine_is_left_before_the_event_loop_comes_round(window, studio):
    chips = window.prompt.chips.findChildren(QAbstractButton)
    assert chips
    studio.set_engine("audio/bare")
    studio.set_engine("image/fake")
    assert len(window.prompt.chips.findChildren(QAbstractButton)) == window.prompt.chip_flow.count()
    assert not any(chip.isVisible() for chip in chips)


def test_an_engine_without_its_weights_says_so(window, studio):
    studio.set_engine("image/lost")
    assert "w.st" in window.prompt.engine.missing.text()
    assert not window.prompt.generate.isEnabled()
    assert "w.st" in window.prompt.generate.toolTip()


# ---------------------------------------------------------------- start media


def test_dropped_picture_becomes_the_start(window, studio, qtbot, tmp_path):
    path = tmp_path / "start.png"
    QImage(40, 30, QImage.Format.Format_RGB888).save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    kind = Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.control.start.dropEvent(QDropEvent(QPointF(5, 5), kind, data, left, none))
    qtbot.waitUntil(lambda: studio.draft.start is not None)
    assert studio.draft.start.pixels.shape[:2] == (30, 40)
    assert window.control.strength_row.isVisibleTo(window)
    window.control.strength.field.setValue(0.25)
    assert studio.draft.strength == 0.25
    qtbot.keyClick(window.control.start, Qt.Key.Key_Delete)
    assert studio.draft.start is None


def test_a_wrong_file_costs_one_sentence(window, studio, qtbot, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with qtbot.waitSignal(studio.notice) as told:
        window.control.start.load(path)
    assert told.args[0] == "error"
    assert studio.draft.start is None
    assert len(window.toasts.toasts()) == 1


def test_control_inputs_are_edited_by_kind(window, studio):
    studio.set_engine("image/fake")
    picture = Image(np.zeros((8, 8, 3), np.uint8))
    window.control.inputs[0].drop.picked.emit(picture)
    window.control.inputs[0].strength.field.setValue(0.5)
    (control,) = studio.draft.controls
    assert isinstance(control, Control)
    assert (control.kind, control.strength, control.media) == ("edges", 0.5, picture)
    window.control.inputs[0].drop.clear.click()
    assert studio.draft.controls == ()


# ---------------------------------------------------------------- prompt


def test_typing_edits_the_draft_and_undo_takes_it_back(window, studio, qtbot):
    edit = window.prompt.prompt
    edit.setFocus()
    qtbot.keyClicks(edit, "a fox")
    assert studio.draft.prompt == "a fox"
    assert not window.prompt.chips.isVisibleTo(window)
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio.draft.prompt == ""
    assert edit.toPlainText() == ""
    assert window.prompt.chips.isVisibleTo(window)


def test_presets_are_offered_while_the_prompt_is_empty(window, studio):
    chip = window.prompt.chip_flow.itemAt(1).widget()
    chip.click()
    assert studio.draft.prompt == "two blue cars"


def test_alt_up_and_down_walk_the_history(window, qtbot):
    edit = window.prompt.prompt
    edit.history = lambda: ["newest", "older", "oldest"]
    edit.set_text("mine")
    alt = Qt.KeyboardModifier.AltModifier
    seen = []
    for key in (Qt.Key.Key_Up,) * 4 + (Qt.Key.Key_Down,) * 3:
        qtbot.keyClick(edit, key, alt)
        seen.append(edit.toPlainText())
    assert seen == ["newest", "older", "oldest", "oldest", "older", "newest", "mine"]


def test_what_the_encoder_does_not_read_is_marked(window, studio):
    studio.edit(prompt="one two three four")
    window.prompt.show_count(Counted(1, 12, 8, cut=8))
    (lost,) = window.prompt.prompt.extraSelections()
    assert lost.cursor.selectedText() == "three four"
    assert "12" in window.prompt.counter.text()
    assert window.prompt.counter.property("look") == "bad"
    window.prompt.show_count(Counted(1, 4, 8))
    assert window.prompt.prompt.extraSelections() == []


def test_prompt_grows_with_its_text(window, studio):
    before = window.prompt.prompt.height()
    studio.edit(prompt="word " * 120)
    assert window.prompt.prompt.height() > before


def test_seed_count_and_size(window, studio, qtbot):
    figures = window.prompt.figures
    figures.seed.setText("42")
    figures.seed.editingFinished.emit()
    figures.count.setValue(3)
    figures.lock.click()
    figures.sizes.activated.emit(1)
    assert (studio.draft.seed, studio.count, studio.locked, studio.draft.size) == (42, 3, True, (96, 64))
    figures.sizes.activated.emit(2)
    figures.width_field.setValue(100)
    figures.height_field.setValue(70)
    figures.height_field.editingFinished.emit()
    assert studio.draft.size == (96, 64)
    figures.shuffle.click()
    assert studio.draft.seed != 42


def test_generate_becomes_add_to_queue_and_escape_stops(window, studio, qtbot, gate):
    studio.set_engine("image/fake")
    qtbot.waitUntil(lambda: studio._library is not None)
    button, edit = window.prompt.generate, window.prompt.prompt
    assert button.text() == "Generate"
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.prompt.stop.isVisible())
    assert button.text().startswith("Add to queue")
    button.click()
    qtbot.waitUntil(lambda: button.text() == "Add to queue (1)")
    first = studio.jobs[0]
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    gate.open()
    qtbot.waitUntil(lambda: studio.job(first.id).ended)
    qtbot.waitUntil(lambda: all(job.ended for job in studio.jobs), timeout=15000)
    assert button.text() == "Generate"
    assert type(studio.job(first.id).state).__name__ == "Cancelled"


def test_escape_leaves_the_step_then_the_comparison(window, studio):
    picture, escape = Image(np.zeros((8, 8, 3), np.uint8)), window.actions_.by_name["stop"]
    studio._place(Subject("run", rows=panels.rows(3), medium="image", compare=picture), picture)
    studio.scrub(2)
    escape.trigger()
    assert studio.stage.step is None
    assert studio.stage.compare is picture
    escape.trigger()
    assert studio.stage.compare is None


@pytest.mark.parametrize("text", ["short", "a purple rocket on a yellow background by night"])
def test_chips_are_short(text):
    assert len(shortened(text)) <= 30
    assert text.startswith(shortened(text).removesuffix(" …"))


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
    assert all(dock.isVisibleTo(again) for dock in again.docks.values())


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


def test_settings_change_only_what_was_changed(window, studio, folders, tmp_path):
    dialog = SettingsDialog(studio, window)
    assert dialog.changes() == {}
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.gallery.setText(str(tmp_path / "other"))
    dialog.previews.setChecked(False)
    dialog.plugins.setText(os.pathsep.join((str(tmp_path / "mine"), "", " theirs ")))
    assert set(dialog.changes()) == {"theme", "gallery", "preview_interval_ms", "plugins"}
    dialog.accept()
    assert studio.settings.plugins == (str(tmp_path / "mine"), "theirs")
    assert studio.settings.theme == "light"
    assert studio.folders.gallery == tmp_path / "other"


def test_how_long_models_stay_loaded_is_remembered_and_told_the_worker(window, studio, folders, qtbot):
    dialog = SettingsDialog(studio, window)
    dialog.idle.set_value(40)
    assert dialog.changes() == {"idle_minutes": 40}
    dialog.accept()
    qtbot.waitUntil(lambda: Rest(40) in studio.bridge.host.orders)
    studio.bridge.flush()
    assert load(folders.settings).settings.idle_minutes == 40
    assert SettingsDialog(studio, window).idle.value() == 40


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


def test_about_names_the_licences(studio):
    text = notices([("Sticker", "MIT")])
    assert "PySide6" in text
    assert "LGPL" in text
    assert "Sticker: MIT" in text


def test_languages_name_themselves():
    assert languages()["en"] == "English"


def test_german_knows_every_word_of_the_shipped_engines():
    known = {m.findtext("source") for m in tree.parse(LANGUAGES / "darkroom_de.ts").getroot().iter("message")}
    said = {text for card in listing().cards.values() for text in texts(card)}
    assert said - known <= {""}


def test_german_is_whole_and_leaves_qt_its_words(qapp):
    from PySide6.QtCore import QCoreApplication, QLocale
    from PySide6.QtGui import QKeySequence

    text = (LANGUAGES / "darkroom_de.ts").read_text(encoding="utf-8")
    assert 'type="unfinished"' not in text
    found = speak(qapp, "de")
    try:
        assert QCoreApplication.translate("PromptPanel", "Add to queue") == "In die Warteschlange"
        assert QCoreApplication.translate("Queue", "Waiting") == "Wartet"  # of a module of words
        assert QCoreApplication.translate("Models", "Network alone") == "Netz allein"
        assert QCoreApplication.translate("Status", "%n waiting", "", 1) == "1 wartet"
        assert QCoreApplication.translate("Status", "%n waiting", "", 3) == "3 warten"
        form = Form()
        form.build((Param("steps", "int", 12, min=1, max=60, help="How many steps from noise to picture."),))
        assert form.rows["steps"].name == "Schritte"
        assert form.rows["steps"].field.accessibleDescription() == "Wie viele Schritte vom Rauschen zum Bild."
        assert QCoreApplication.translate("Nobody", "Never said anywhere") == "Never said anywhere"
        assert QKeySequence("Ctrl+B").toString(QKeySequence.SequenceFormat.NativeText).endswith("+B")
    finally:
        for translator in found:
            qapp.removeTranslator(translator)
        QLocale.setDefault(QLocale.c())


def placeholders(text):
    import re

    return sorted(re.findall(r"%[1-9nsd]|\{\d", text))


def test_translations_keep_their_places():
    import xml.etree.ElementTree as tree

    for path in LANGUAGES.glob("*.ts"):
        for message in tree.parse(path).getroot().iter("message"):
            source, translation = message.find("source").text, message.find("translation")
            for said in [form.text for form in translation.findall("numerusform")] or [translation.text]:
                assert placeholders(said) == placeholders(source), source


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


def test_an_emoji_is_two_units_to_qt_and_one_to_us(window, studio, qtbot):
    field = window.prompt.prompt
    field.clearFocus()
    field.set_text("\U0001f34e\U0001f34e\U0001f34e")
    field.insertPlainText("x")
    assert field.toPlainText() == "\U0001f34e\U0001f34e\U0001f34ex"
    field.set_cut(2)
    assert field.extraSelections()[0].cursor.selectedText() == "\U0001f34ex"


def test_a_file_on_the_prompt_is_the_windows(window):
    files, words_ = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/tmp/apple.png")])
    files.setText("file:///tmp/apple.png")
    words_.setText("a red apple")
    assert not window.prompt.prompt.canInsertFromMimeData(files)
    assert window.prompt.prompt.canInsertFromMimeData(words_)


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


def test_a_gallery_that_is_gone_costs_a_sentence_not_the_window(qapp, folders, tmp_path):
    (tmp_path / "file").touch()
    chosen = Settings(gallery=str(tmp_path / "file" / "below"))
    settings, said = reachable(chosen, folders)
    assert settings.folders(folders).gallery == folders.gallery
    assert len(said) == 1
    assert str(folders.gallery) in said[0]
    assert reachable(Settings(), folders) == (Settings(), ())


def test_a_gallery_that_cannot_be_made_keeps_the_dialog_open(window, studio, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: told.append(words[-1]))
    (tmp_path / "file").touch()
    dialog = SettingsDialog(studio, window)
    dialog.gallery.setText(str(tmp_path / "file" / "below"))
    dialog.accept()
    assert len(told) == 1
    assert studio.settings.gallery == ""


def test_a_file_read_for_a_control_that_has_gone_is_dropped_quietly(studio, qtbot, tmp_path):
    told = []
    studio.bridge.trouble.connect(told.append)
    Pillow.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    held = Drop(studio, "Edges", "image")
    held.load(tmp_path / "a.png")
    held.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    studio.bridge.flush()
    qtbot.wait(200)
    assert told == []
