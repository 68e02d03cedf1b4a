"""The inspector: what it shows of clips and tracks, what it changes, and the keys beside every number."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from fractions import Fraction as F

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.core.timeline import edit
from app.core.timeline.values import (
    Ask,
    Clip,
    ControlFeed,
    Feed,
    Key,
    Lane,
    Look,
    Medium,
    Project,
    Take,
    Timeline,
    Title,
    Track,
)
from app.studio.making import InHand
from app.ui import theme
from app.ui.inspector import Inspector
from app.ui.inspector.parts import VISUAL
from engines.contract import ControlKind, EngineCard, Info, Param
from tests import fakes

pytest_plugins = ["tests.studio_kit"]

STEERED = EngineCard(
    Info(
        name="image/steered",
        title="Steered",
        summary="",
        medium="image",
        family="none",
        takes=("prompt", "seed", "start"),
        controls=(ControlKind("depth", "image"),),
    ),
    (
        Param("steps", "int", 12, min=1, max=60),
        Param("guidance", "float", 4.0, min=0.0, max=15.0, curve=True, step=0.1),
        Param("tiled", "bool", False),
    ),
)
MESH, TAKE = "sha256-" + "0" * 64 + ".glb", "sha256-" + "1" * 64 + ".png"


def piece():
    made = Clip(
        F(1), F(2), id="made", ask=Ask("image/steered", "a fox", seed=5), takes=(Take(TAKE, id="t1"),), take="t1"
    )
    title = Clip(F(4), F(2), id="title", title=Title("Eight bars"))
    other = Clip(F(8), F(2), id="other", ask=Ask("image/steered", "a wolf"))
    rows = (
        Track("picture", "V1", (made, title, other), id="v"),
        Track("audio", "A1", (Clip(F(0), F(4), id="drum"),), id="a"),
        Track("prompt", "P1", (Clip(F(0), F(4), id="words", text="at dawn"),), id="p"),
        Track("camera", "C1", (Clip(F(0), F(4), id="turn", mesh=MESH),), id="c"),
    )
    media = {MESH: Medium("mesh", name="bunny.glb"), TAKE: Medium("image", width=8, height=8, name="fox.png")}
    return Project(timelines=(Timeline(id="main", tracks=rows),), media=media, fps=F(24))


@pytest.fixture
def studio(opened, monkeypatch):
    monkeypatch.setitem(fakes.CARDS, "image/steered", STEERED)
    made = opened()
    made.new_project(piece())
    return made


@pytest.fixture
def inspector(qtbot, studio):
    theme.apply(QApplication.instance(), "dark")
    made = Inspector(studio)
    qtbot.addWidget(made)
    made.resize(320, 900)
    made.show()
    qtbot.waitExposed(made)
    return made


def part(inspector, name):
    return next(one for one in inspector.parts if type(one).__name__ == name)


def clip(studio, id):
    return edit.clip_of(studio.timeline, id)


def seen(inspector):
    return {type(one).__name__ for one in inspector.parts if one.isVisible()}


# ---------------------------------------------------------------- what is shown


@pytest.mark.parametrize(
    ("id", "parts"),
    [
        ("made", {"MakePart", "TakesPart", "AskPart", "LookPart", "TimePart"}),
        ("title", {"TitlePart", "LookPart", "TimePart"}),
        ("drum", {"AskPart", "SoundPart", "TimePart"}),
        ("words", {"WordsPart", "TimePart"}),
        ("turn", {"AskPart", "CameraPart", "LookPart", "TimePart"}),
        ("v", {"TrackPart"}),
        ("a", {"TrackPart", "SoundPart"}),
    ],
)
def test_it_shows_what_there_is_to_say(inspector, studio, id, parts):
    studio.select([id])
    assert seen(inspector) == parts
    for widget in inspector.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    assert inspector.pages.currentIndex() == 1
    studio.select([])
    assert inspector.pages.currentIndex() == 0


def test_every_kind_of_visual_track_has_a_picture_section():
    assert set(VISUAL) == {"picture", "camera", "control"}


# ---------------------------------------------------------------- what it changes


def test_times_are_typed(qtbot, inspector, studio):
    studio.select(["title"])
    section = part(inspector, "TimePart")
    for field, text in ((section.start, "3|2"), (section.length, "36f"), (section.fade_in, "250ms")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    found = clip(studio, "title")
    assert (found.start, found.length, found.fade_in) == (F(9, 2), F(3, 2), F(1, 4))
    section.length.setFocus()
    section.length.setText("nonsense")
    qtbot.keyClick(section.length, Qt.Key.Key_Return)
    assert clip(studio, "title") == found
    assert section.length.text() == "00:00:01:12"
    for _ in range(3):
        studio.undo_stack.undo()
    assert studio.project == piece()


def test_one_deed_for_all_that_are_selected(inspector, studio):
    studio.select(["made", "title"])
    part(inspector, "LookPart")._look("blend", blend="screen")
    assert [clip(studio, id).look.blend for id in ("made", "title", "other")] == ["screen", "screen", "normal"]
    studio.undo_stack.undo()
    assert studio.project == piece()


def test_a_title_is_written_sized_and_coloured(qtbot, inspector, studio):
    studio.select(["title"])
    section = part(inspector, "TitlePart")
    section.text.setFocus()
    section.text.selectAll()
    qtbot.keyClicks(section.text, "Nine bars")
    section.tall.setValue(20)
    section.colour.chosen("#ff0000")
    found = clip(studio, "title").title
    assert (found.text, found.size, found.colour) == ("Nine bars", 0.2, "#ff0000")
    assert section.colour.text() == "#ff0000"


def test_a_locked_track_is_left_alone(inspector, studio):
    studio.arrange("lock", lambda one: edit.change_track(one, "v", locked=True))
    studio.select(["made"])
    before = studio.project
    part(inspector, "LookPart")._look("blend", blend="add")
    assert studio.project == before
    assert "locked" in studio.notices[-1][1]


def test_the_request_of_a_clip_is_changed(inspector, studio):
    studio.select(["made"])
    section = part(inspector, "AskPart")
    assert set(section.keyed) == {"guidance", "strength"}
    assert set(section.form.rows) == {"steps", "tiled"}
    section.prompt.setPlainText("a red fox")
    section.form.rows["steps"].tell(20)
    section.keyed["guidance"].field.setValue(7.5)
    section.seed.setText("42")
    section.seed.editingFinished.emit()
    ask = clip(studio, "made").ask
    assert (ask.prompt, ask.options, ask.seed) == ("a red fox", {"steps": 20, "guidance": 7.5}, 42)
    section.form.rows["steps"].cleared.emit("steps")
    assert clip(studio, "made").ask.options == {"guidance": 7.5}


def test_an_engine_is_chosen_and_taken_away(inspector, studio):
    studio.select(["drum"])
    section = part(inspector, "AskPart")
    mediums = {studio.cards()[section.engine.itemData(n)].info.medium for n in range(1, section.engine.count())}
    assert mediums <= {"audio"}
    studio.select(["made"])
    section._engine("")
    assert clip(studio, "made").ask is None
    studio.undo_stack.undo()
    section._engine("image/gone")
    assert section.trouble.isVisible()


def test_inputs_come_from_clips_and_media(inspector, studio):
    studio.select(["made"])
    section = part(inspector, "AskPart")
    row = section.feed_rows["start"]
    offered = [tuple(row.source.itemData(n)) for n in range(row.source.count())]
    assert ("clip", "made") not in offered
    assert ("media", TAKE) in offered
    row.source.setCurrentIndex(offered.index(("clip", "other")))
    row.source.activated.emit(row.source.currentIndex())
    assert clip(studio, "made").ask.start == Feed(clip="other")
    row.part.setCurrentIndex(row.part.findData("last"))
    row.part.activated.emit(0)
    assert clip(studio, "made").ask.start == Feed(clip="other", at="last")
    section._fed("control:depth", Feed(media=TAKE))
    assert "control:depth" in section.keyed
    section.keyed["control:depth"].field.setValue(0.4)
    assert clip(studio, "made").ask.controls == (ControlFeed("depth", Feed(media=TAKE), 0.4),)
    studio.arrange("gone", lambda one: edit.remove_clips(one, ["other"]))
    assert section.feed_rows["start"].source.currentText() == "It has gone"
    section._fed("control:depth", None)
    assert clip(studio, "made").ask.controls == ()


def test_takes_are_chosen_starred_and_put_away(inspector, studio):
    studio.arrange("take", lambda one: edit.add_take(one, "made", Take(TAKE, draft=True, id="t2")))
    studio.select(["made"])
    section = part(inspector, "TakesPart")
    assert section.takes.count() == 2
    assert "draft" in section.takes.currentText()
    section.star.click()
    assert clip(studio, "made").shown.stars == 1
    section._choose("t1")
    assert clip(studio, "made").take == "t1"
    section.drop.click()
    assert [take.id for take in clip(studio, "made").takes] == ["t2"]
    assert clip(studio, "made").take == "t2"
    studio.undo_stack.undo()
    assert clip(studio, "made").take == "t1"


# ---------------------------------------------------------------- keys


def test_the_diamond_makes_a_key_and_takes_it_away(inspector, studio):
    studio.select(["made"])
    row = part(inspector, "LookPart").keyed["scale"]
    row.field.setValue(0.5)
    assert clip(studio, "made").look.scale == 0.5
    studio.set_playhead(F(3, 2))
    row.mark.click()
    assert clip(studio, "made").lanes[0].keys == (Key(F(1, 2), 0.5),)
    assert not row.back.isEnabled()
    studio.set_playhead(F(5, 2))
    row.field.setValue(1.5)
    assert [(key.at, key.value) for key in clip(studio, "made").lanes[0].keys] == [(F(1, 2), 0.5), (F(3, 2), 1.5)]
    studio.set_playhead(F(2))
    assert row.field.value() == 1.0
    row.walked.emit(-1)
    assert studio.playhead == F(3, 2)
    row.walked.emit(1)
    assert studio.playhead == F(5, 2)
    row.mark.click()
    row.walked.emit(-1)
    row.mark.click()
    assert clip(studio, "made").lanes == ()
    assert clip(studio, "made").look.scale == 0.5


def test_a_number_goes_back_to_one_value(inspector, studio):
    studio.arrange("lane", lambda one: edit.put_lane(one, "made", Lane("x", (Key(F(0), 0.0), Key(F(2), 1.0)))))
    studio.select(["made"])
    studio.set_playhead(F(2))
    row = part(inspector, "LookPart").keyed["x"]
    assert row.field.value() == 0.5
    row.cleared.emit()
    assert clip(studio, "made").look == Look(x=0.5)
    assert clip(studio, "made").lanes == ()


def test_a_track_has_keys_on_the_timeline_itself(inspector, studio):
    studio.select(["a"])
    row = part(inspector, "SoundPart").keyed["gain"]
    studio.set_playhead(F(3))
    row.mark.click()
    row.field.setValue(-12.0)
    track = edit.track_of(studio.timeline, "a")
    assert track.lanes[0].keys == (Key(F(3), -12.0),)


def test_a_camera_turns_by_keys(inspector, studio):
    studio.select(["turn"])
    row = part(inspector, "CameraPart").keyed["azimuth"]
    row.field.setValue(30.0)
    assert clip(studio, "turn").lanes[0].keys == (Key(F(0), 30.0),)
    row.field.setValue(45.0)
    assert clip(studio, "turn").lanes[0].keys == (Key(F(0), 45.0),)
    studio.set_playhead(F(2))
    row.mark.click()
    row.field.setValue(90.0)
    assert [key.value for key in clip(studio, "turn").lanes[0].keys] == [45.0, 90.0]


def test_dragging_a_name_is_one_deed(qtbot, inspector, studio):
    studio.select(["made"])
    row = part(inspector, "LookPart").keyed["rotation"]
    for _ in range(5):
        row.label.dragged.emit(10.0)
    row.label.dropped.emit()
    assert clip(studio, "made").look.rotation > 1
    studio.undo_stack.undo()
    assert studio.project == piece()


def test_the_curve_editor_is_asked_for(qtbot, inspector, studio):
    studio.select(["made"])
    with qtbot.waitSignal(inspector.curve_asked) as heard:
        part(inspector, "AskPart").keyed["guidance"].curve_asked.emit()
    assert heard.args == ["made", "guidance"]


# ---------------------------------------------------------------- making


def test_what_its_engine_can_do_is_offered_and_ordered(qtbot, inspector, studio):
    studio.select(["made"])
    section = part(inspector, "MakePart")
    asked = []
    studio.make_clips = lambda ids, draft=False: asked.append((tuple(ids), draft))
    section.buttons["final"].click()
    section.buttons["draft"].click()
    assert asked == [(("made",), False), (("made",), True)]
    assert section.buttons["vary"].isVisible() == ("vary" in studio.ways_of("made"))
    assert not section.buttons["stop"].isVisible()
    studio.in_hand["made"] = InHand("developing", 0.25, 30.0)
    studio.making_changed.emit("made")
    assert section.bar.value() == 250
    assert "30 s" in section.told.text()
    assert section.buttons["stop"].isVisible()
    del studio.in_hand["made"]
    studio.making_changed.emit("made")
    assert not section.bar.isVisible()


def test_the_range_anew_is_what_lies_within_the_clip(inspector, studio):
    studio.select(["made"])
    section = part(inspector, "MakePart")
    asked = []
    studio.regenerate = lambda id, span: asked.append((id, span))
    assert not section.buttons["region"].isEnabled()
    studio.arrange("range", lambda one: edit.replace(one, span=(F(2), F(9))))
    assert section.buttons["region"].isEnabled()
    section._regenerate()
    assert asked == [("made", (F(1), F(2)))]
