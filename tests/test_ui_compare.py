"""Two results laid side by side in the window: what differs, how it is looked at, where the runs part, the files."""

import json

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.core.lab.difference import Change, Parting
from app.ui import theme
from app.ui.compare.asked import Row, Spark, rows
from app.ui.compare.clips import Clips
from app.ui.compare.dialog import CompareDialog
from app.ui.compare.meshes import Meshes, coloured
from app.ui.compare.pictures import Pictures
from app.ui.compare.sounds import Sounds, difference, tinted
from app.ui.compare.strips import Strips
from app.ui.stage import sound
from engines.contract import Audio, Curve, Image, Mesh, Request, Video
from engines.files import media
from engines.files.recipe import Recipe
from engines.files.steps import StepRow
from engines.metrics import pixels
from tests import fakes

pytest_plugins = ("tests.studio_kit",)


@pytest.fixture(autouse=True)
def dressed(qapp):
    theme.apply(QApplication.instance(), "dark")


@pytest.fixture
def dialog(qtbot, studio):
    studio.set_engine("image/fake")
    made = CompareDialog(studio)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def result(qtbot, studio, **fields):
    studio.edit(**fields)
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and all(job.ended for job in studio.jobs), timeout=15000)
    return studio.jobs[-1].run


def pair(qtbot, dialog, one, other):
    runs = [result(qtbot, dialog.studio, **fields) for fields in (one, other)]
    dialog.put_runs(*runs)
    qtbot.waitUntil(lambda: dialog.comparing.found is not None, timeout=15000)
    return runs


# ---------------------------------------------------------------- the whole


def test_two_results_of_the_history(qtbot, dialog):
    rise = {"guidance": Curve(((0.0, 3.0), (0.5, 3.0), (0.6, 9.0)))}
    runs = pair(qtbot, dialog, {"seed": 3}, {"curves": rise})
    found = dialog.comparing.found
    assert [row.name for row in dialog.asked.rows] == ["Guidance"]
    assert dialog.asked.rows[0].a == "3"
    assert isinstance(dialog.asked.rows[0].b, Curve)
    assert len(dialog.asked.findChildren(Spark)) == 1
    one, other = (side.media.pixels for side in dialog.comparing.sides)
    assert found.figures["psnr"] == pytest.approx(pixels.psnr(one, other))
    assert any(name == "PSNR" for name, _ in dialog.figures.lines)
    assert dialog.strips.runs == tuple(runs)
    assert dialog.strips.steps == [1, 2, 3, 4, 5, 6]
    assert found.parted.first is None, "these numbers know nothing of guidance"
    assert dialog.parted.text() == "In the 6 steps that both keep they never part."
    assert found.same == any(line.text() == "The bytes agree." for line in dialog.figures.findChildren(QLabel))


def test_a_step_is_seen_on_both_sides(qtbot, dialog):
    pair(qtbot, dialog, {"seed": 3}, {"seed": 4})
    results = [side.media for side in dialog.comparing.sides]
    QTest.mouseClick(dialog.strips, Qt.MouseButton.LeftButton, pos=dialog.strips.box(2, 1).center().toPoint())
    assert dialog.comparing.step == 3
    qtbot.waitUntil(lambda: all(a is not b for a, b in zip(dialog.comparing.shown, results, strict=True)))
    view = dialog.pages.currentWidget()
    assert view.pair[0] is dialog.comparing.shown[0].pixels
    QTest.keyClick(dialog.strips, Qt.Key.Key_Right)
    assert dialog.comparing.step == 4
    QTest.keyClick(dialog.strips, Qt.Key.Key_End)
    assert dialog.comparing.step is None
    assert view.pair == tuple(one.pixels for one in results)


def test_exchanged_they_are_each_other(qtbot, dialog):
    runs = pair(qtbot, dialog, {"seed": 3}, {"seed": 4})
    before = dialog.comparing.found
    dialog.comparing.swap()
    qtbot.waitUntil(lambda: dialog.comparing.found not in (None, before))
    assert dialog.strips.runs == (runs[1], runs[0])
    assert (dialog.asked.rows[0].a, dialog.asked.rows[0].b) == ("4", "3")
    assert dialog.comparing.found.figures["psnr"] == pytest.approx(before.figures["psnr"])


def test_two_files_are_dropped_at_once(qtbot, dialog, tmp_path):
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for n, path in enumerate(paths):
        media.write(path, Image(np.full((16, 16, 3), 40 * n, np.uint8)))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(600, 400)
    drop = QDropEvent(place, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    dialog.dropEvent(drop)
    qtbot.waitUntil(lambda: dialog.comparing.found is not None)
    assert [side.name for side in dialog.comparing.sides] == ["one.png", "two.png"]
    assert "Not both carry a recipe" in dialog.asked_note.text()
    assert not dialog.film.isVisible()
    assert not dialog.courses[0].isEnabled()


def test_what_cannot_be_compared_is_said(qtbot, dialog, tmp_path):
    media.write(tmp_path / "one.png", Image(np.zeros((8, 8, 3), np.uint8)))
    media.write(tmp_path / "two.wav", Audio(np.zeros((400, 1), np.float32), 8000))
    (tmp_path / "three.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    dialog.put_files([tmp_path / "one.png", tmp_path / "two.wav"])
    qtbot.waitUntil(lambda: bool(dialog.comparing.trouble))
    assert "image and audio cannot be compared" in dialog.comparing.trouble
    assert dialog.pages.currentWidget() is dialog.trouble
    dialog.put_files([tmp_path / "one.png"], 1)
    qtbot.waitUntil(lambda: dialog.comparing.found is not None)
    assert dialog.comparing.found.same
    dialog.put_files([tmp_path / "three.png"], 0)
    qtbot.waitUntil(lambda: bool(dialog.comparing.trouble))
    assert not dialog.export.isEnabled()


def test_a_sheet_and_its_figures_are_written(qtbot, dialog, tmp_path):
    pair(qtbot, dialog, {"seed": 3}, {"seed": 4})
    dialog.comparing.export(tmp_path / "sheet.png")
    qtbot.waitUntil(lambda: (tmp_path / "sheet.json").exists())
    told = json.loads((tmp_path / "sheet.json").read_text())
    assert told["changed"] == [{"name": "seed", "a": 3, "b": 4}]
    assert told["figures"]["psnr"] == pytest.approx(dialog.comparing.found.figures["psnr"])
    assert told["steps"]["first"] == 1
    assert media.read(tmp_path / "sheet.png").pixels.shape[1] > 3 * 48
    dialog.comparing.export(tmp_path / "none" / "sheet.png")
    qtbot.waitUntil(lambda: any(kind == "error" for kind, _ in dialog.studio.notices))


# ---------------------------------------------------------------- what was asked for


def test_only_what_differs_in_the_words_of_the_form():
    card = msgspec.structs.replace(
        fakes.PICTURE,
        params=(
            msgspec.structs.replace(fakes.PICTURE.params[0], unit="steps", label="How many"),
            *fakes.PICTURE.params[1:],
        ),
    )
    changed = (
        Change("options.steps", 6, 9),
        Change("options.sampler", "euler", "heun"),
        Change("size", [16, 16], [32, 16]),
        Change("start.pixels.array", None, "sha256-" + "ab12cd" + "0" * 58),
        Change("start.pixels.shape", None, [4, 4]),
        Change("curves.guidance.points", None, [[0.0, 1.0]]),
        Change("curves.guidance.shape", None, "linear"),
        Change("options.guidance", 2.0, 3.0),
    )
    curve = Curve(((0.0, 1.0),))
    a = Recipe(request=Request(engine="image/fake", options={"guidance": 2.0}), run="a")
    b = Recipe(request=Request(engine="image/fake", curves={"guidance": curve}), run="b")
    assert rows(changed, card, (a, b)) == [
        Row("Guidance", "2", curve),
        Row("How many", "6 steps", "9 steps"),
        Row("Sampler", "Euler", "Heun"),
        Row("Size", "16 × 16", "32 × 16"),
        Row("Start", "–", "content ab12cd"),
    ]


# ---------------------------------------------------------------- pictures


@pytest.fixture
def pictures(qtbot):
    view = Pictures()
    view.resize(700, 420)
    qtbot.addWidget(view)
    view.show()
    a = np.zeros((24, 32, 3), np.uint8)
    b = a.copy()
    b[4:8, 4:8] = 10
    view.show_pixels(a, b)
    return view


def test_a_divider_then_the_difference_with_more_gain(pictures):
    assert pictures.left.comparing
    QTest.keyClick(pictures.left, Qt.Key.Key_Right)
    assert pictures.left.split > 0.5
    pictures.look("difference")
    assert not pictures.left.comparing
    weak = pictures.left.pixels.copy()
    pictures.gain.set_value(16)
    pictures.gain.changed.emit(16.0)
    assert int(pictures.left.pixels[5, 5].sum()) > int(weak[5, 5].sum()) > 0
    assert not pictures.left.pixels[20, 20].any()


def test_x_shows_the_other_while_it_is_held(pictures):
    pictures.look("wipe")
    QTest.keyPress(pictures.left, Qt.Key.Key_X)
    assert pictures.left.pixels is pictures.pair[1]
    QTest.keyRelease(pictures.left, Qt.Key.Key_X)
    assert pictures.left.pixels is pictures.pair[0]


def test_flicker_goes_to_and_fro_and_ends_with_another_way_to_look(pictures, qtbot):
    pictures.look("flicker")
    qtbot.waitUntil(lambda: pictures.left.pixels is pictures.pair[1], timeout=3000)
    pictures.look("sides")
    assert pictures.left.pixels is pictures.pair[0]
    assert pictures.right.pixels is pictures.pair[1]
    assert pictures.right.isVisible()
    assert not pictures._timer.isActive()


def test_side_by_side_both_show_the_same_place(pictures):
    pictures.look("sides")
    QApplication.processEvents()
    pictures.left.place.zoom_to(40.0, (10.0, 10.0))
    pictures.left._moved()
    views = [(c.place.view[0] / 2, c.place.view[1] / 2) for c in (pictures.left, pictures.right)]
    assert pictures.right.place.scale == 40.0
    assert pictures.right.place.to_picture(views[1]) == pytest.approx(pictures.left.place.to_picture(views[0]), abs=0.6)


def test_pictures_of_other_sizes_have_no_difference_but_a_divider(pictures):
    pictures.show_pixels(np.zeros((24, 32, 3), np.uint8), np.zeros((48, 64, 3), np.uint8))
    pictures.look("difference")
    assert not pictures.comparable
    assert pictures.left.pixels is pictures.pair[0]
    pictures.look("wipe")
    assert pictures.left.comparing


# ---------------------------------------------------------------- clips, sounds, meshes


def test_clips_go_in_step_and_the_curve_finds_the_frame(qtbot):
    frames = np.zeros((5, 16, 16, 3), np.uint8)
    other = frames.copy()
    other[3] += 20
    view = Clips()
    qtbot.addWidget(view)
    view.show()
    view.show_pair(Video(frames, 8.0), Video(other[:4], 8.0))
    assert view.trail.values.tolist() == [0, 0, 0, 20]
    view.trail.resize(400, 64)
    view.trail.sought.emit(3)
    assert view.frame == 3
    assert view.pair[1].max() == 20
    view.go(9)
    assert view.frame == 3, "the last that both have"
    view.toggle()
    qtbot.waitUntil(lambda: view.frame != 3, timeout=3000)
    view.rest()


def test_the_difference_of_sounds_is_in_decibels():
    rate, t = 16000, np.arange(16000) / 16000
    tone = np.sin(2 * np.pi * 1000 * t).astype(np.float32)[:, None] * 0.5
    a, b = (sound.spectrogram(part, rate) for part in (tone, tone * 0.1))
    gap = difference(a, b)
    loudest = np.unravel_index(np.argmax(a[:, a.shape[1] // 2]), a.shape[:1])[0]
    assert gap[loudest, a.shape[1] // 2] == pytest.approx(-20, abs=0.5)
    ground = (10, 10, 10)
    assert tinted(np.zeros((1, 1)), ground)[0, 0].tolist() == [10, 10, 10]
    louder, quieter = (tinted(np.array([[v]]), ground)[0, 0] for v in (40.0, -40.0))
    assert louder[0] > louder[2]
    assert quieter[2] > quieter[0]


def test_the_other_sound_is_heard_at_the_same_place(qtbot):
    view = Sounds()
    qtbot.addWidget(view)
    view.show()
    a = Audio(np.zeros((16000, 1), np.float32), 16000)
    b = Audio(np.full((48000, 2), 0.1, np.float32), 48000)
    view.show_pair(a, b)
    view.seek(0.5)
    view.exchange()
    assert view.bands.heard == 1
    assert view.player.samples.max() == pytest.approx(0.1)
    assert view.player.position == pytest.approx(0.5, abs=0.01)
    assert view.bands.gap is None, "other rates have no columns in common"
    view.rest()


def test_meshes_are_turned_together_and_coloured_by_distance(qtbot):
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    raised = corners + np.array([0, 0, 0.5], np.float32)
    view = Meshes()
    view.resize(500, 300)
    qtbot.addWidget(view)
    view.show()
    view.show_pair(Mesh(corners, faces), Mesh(raised, faces))
    assert view.most == pytest.approx(0.5)
    assert view.views[0].camera is view.views[1].camera
    yaw = view.camera.yaw
    QTest.keyClick(view.orbits[1], Qt.Key.Key_Left)
    assert view.camera.yaw != yaw
    shown = view.views[1]._surface.colours
    assert shown == pytest.approx(coloured(np.full(4, 0.5), 0.5))
    view.look("plain")
    assert view.views[1]._surface.colours != pytest.approx(shown)


# ---------------------------------------------------------------- strips


def test_strips_mark_where_runs_part_and_say_it(qtbot, studio):
    strips = Strips(studio)
    qtbot.addWidget(strips)
    strips.resize(800, strips.height())
    rows = tuple(StepRow(n, 4, 1 - n / 4) for n in range(1, 5))
    strips.show_runs(("a", "b"), (rows, rows[:3]), Parting(3, ((1, 0.0), (2, 0.0), (3, 0.5), (4, float("inf")))))
    assert strips.steps == [1, 2, 3, 4]
    assert strips.sentence(3) == "Step 3, noise level 0.25, 0.5 deviations apart; here they part"
    assert strips.sentence(None) == "The results"
    heard = []
    strips.chosen.connect(heard.append)
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=QPoint(round(strips.box(4, 0).center().x()), 20))
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=QPoint(5, 20))
    assert heard == [None]


def test_the_history_asks_for_two(qtbot, studio):
    from app.ui.history import HistoryPanel

    panel = HistoryPanel(studio)
    qtbot.addWidget(panel)
    panel.show()
    runs = {result(qtbot, studio, seed=seed) for seed in (1, 2)}
    qtbot.waitUntil(lambda: panel.list.rowCount() == 2)
    panel.grid_view.selectAll()
    with qtbot.waitSignal(panel.compare_asked) as asked:
        panel._actions["beside"].trigger()
    assert set(asked.args[0]) == runs


# ---------------------------------------------------------------- the course of a run


def test_the_course_of_a_run_and_its_files(qtbot, studio, tmp_path):
    from app.ui.compare.course import CourseDialog

    run = result(qtbot, studio, seed=3)
    dialog = CourseDialog(studio, run, "apple.png")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.plot.plot is not None)
    assert [len(one.points) for one in dialog.plot.plot.series] == [5, 6]
    assert "tells nothing of guidance" in dialog.told.text()
    dialog.over.setCurrentIndex(1)
    dialog.over.activated.emit(1)
    assert dialog.plot.plot.across == "noise level"
    for ending, head in ((".csv", b"step,level"), (".svg", b"<?xml"), (".png", b"\x89PNG")):
        dialog.write(tmp_path / f"course{ending}")
        qtbot.waitUntil((tmp_path / f"course{ending}").exists, timeout=60000)
        assert (tmp_path / f"course{ending}").read_bytes().startswith(head)
    drawn = sum(len(one.points) for one in dialog.plot.plot.series)
    qtbot.waitUntil(lambda: len(dialog.plot.spots) == drawn, timeout=20000)
    dialog.plot.opened.emit("3")
    assert studio.stage.run == run
    assert studio.stage.step == 3


def test_a_run_without_steps_says_so(qtbot, studio):
    from app.ui.compare.course import CourseDialog

    dialog = CourseDialog(studio, "nowhere", "gone.png")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "not kept" in dialog.told.text())
    assert not dialog.export.isEnabled()
