"""Sending a result to an engine that takes it: found by declaration, one step to undo, from stage and history."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from app.core import send
from app.core.send import Way
from app.studio import Subject
from app.studio.draft import fitted
from app.ui import send as sending
from app.ui import theme
from app.ui.control import ControlPanel
from app.ui.history import HistoryPanel
from app.ui.stage import Stage
from engines.contract import Audio, Control, ControlKind, EngineCard, Image, Info, Param, Request, medium_of
from tests import panels


def card(name, medium, takes=("prompt", "seed"), controls=(), params=(), **more):
    info = Info(
        name=name, title=name.title(), summary="", medium=medium, family="diffusion", takes=takes, controls=controls
    )
    return EngineCard(info, tuple(params), **more)


RANGE = (
    Param("strength", "float", 0.5, min=0, max=1),
    Param("repaint_from", "float", 0.0, min=0, max=10, unit="s"),
    Param("repaint_to", "float", 10.0, min=0, max=10, unit="s"),
)
CARDS = {
    made.info.name: made
    for made in (
        card(
            "image/a",
            "image",
            ("prompt", "start", "mask"),
            (ControlKind("depth", "image"), ControlKind("edges", "image")),
        ),
        card("image/gone", "image", ("start",), missing=("weights",)),
        card("video/b", "video", ("start",)),
        card("audio/c", "audio", ("start",), (ControlKind("melody", "audio"),), RANGE),
        card("mesh/d", "mesh"),
    )
}


class Lanes:
    def aside(self, work, then, sorry=None):
        then(work())


class Studio(panels.LightStudio):
    """The light studio with several engines."""

    def __init__(self, folder):
        super().__init__(folder)
        self.bridge = Lanes()
        self.draft = Request(engine="mesh/d", prompt="a boat", seed=7)

    def cards(self):
        return CARDS

    def card_of(self, engine):
        return CARDS.get(engine, panels.CARD)

    def card(self):
        return CARDS[self.draft.engine]

    def reset_options(self):
        pass

    def set_watching(self, on):
        pass

    def preview_shown(self, run):
        pass


@pytest.fixture
def studio(qtbot, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    return Studio(tmp_path)


@pytest.fixture
def stage(qtbot, studio):
    made = Stage(studio)
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def shown(studio, medium):
    entry = panels.entry(1, medium=medium)
    studio.place(Subject("run-1", None, entry, panels.frame(medium, 24), panels.rows(4), medium=medium))


def words(menu):
    return [action.text() for action in menu.actions()]


# ---------------------------------------------------------------- what takes it


@pytest.mark.parametrize(
    ("medium", "wanted"),
    [
        ("image", [("image/a", ""), ("video/b", ""), ("image/a", "depth"), ("image/a", "edges")]),
        ("audio", [("audio/c", ""), ("audio/c", "melody")]),
        ("video", []),
        ("mesh", []),
    ],
)
def test_ways_are_found_by_what_engines_declare(medium, wanted):
    assert [(way.engine, way.control) for way in send.ways(CARDS, medium)] == wanted
    assert all(way.medium == medium for way in send.ways(CARDS, medium))


def test_an_engine_says_itself_what_it_begins_from():
    declared = card("video/turn", "video", ("start",))
    info = msgspec.structs.replace(declared.info, starts=("mesh", "video"))
    cards = {"video/turn": msgspec.structs.replace(declared, info=info)}
    assert send.start_media(info) == ("mesh", "video")
    assert send.start_media(msgspec.structs.replace(info, takes=())) == ()
    for medium in ("mesh", "video"):
        assert send.ways(cards, medium) == [Way("video/turn", medium)]
    assert send.ways(cards, "image") == []
    mesh = panels.frame("mesh", 24)
    assert fitted(cards["video/turn"], Request(engine="x", start=mesh)).start is mesh


@pytest.mark.parametrize(
    "names", [("repaint_from", "repaint_to"), ("start", "end"), ("from_", "to"), ("loop_in", "loop_out")]
)
def test_a_time_range_is_two_options_in_seconds(names):
    params = [Param("steps", "int", 4), *(Param(name, "float", 0.0, unit="s") for name in names)]
    assert [param.name for param in send.time_range(params)] == list(names)
    assert send.time_range(params[:2]) is None
    assert send.time_range([Param(name, "float", 0.0) for name in names]) is None


def test_what_is_sent_replaces_the_start_and_keeps_what_the_engine_understands():
    old = Image(np.zeros((4, 4, 3), np.uint8))
    draft = Request(engine="image/a", prompt="a boat", start=old, mask=Image(np.zeros((4, 4), np.uint8)), seed=3)
    picture = panels.frame("image", 24)
    request = sending.sent(CARDS["video/b"], draft, Way("video/b", "image"), picture)
    assert (request.engine, request.prompt, request.seed) == ("video/b", "a boat", 3)
    assert request.start is picture
    assert request.mask is None
    tone = panels.frame("audio", 24)
    request = sending.sent(CARDS["audio/c"], draft, Way("audio/c", "audio", "melody"), tone)
    assert request.start is None  # a picture is nothing a sound can begin from
    assert [(control.kind, control.media) for control in request.controls] == [("melody", tone)]
    twice = sending.sent(CARDS["image/a"], draft, Way("image/a", "image", "depth"), old)
    twice = sending.sent(CARDS["image/a"], twice, Way("image/a", "image", "depth"), picture)
    assert [control.media for control in twice.controls] == [picture]
    assert twice.start is old
    assert twice.mask is draft.mask


# ---------------------------------------------------------------- from the stage


def test_the_menu_of_the_stage_sends_and_undo_takes_it_back(studio, stage):
    shown(studio, "image")
    before = studio.draft
    sub = next(action.menu() for action in stage.menu().actions() if action.text() == "Use it in")
    assert words(sub)[:2] == ["As start in Image/A", "As start in Video/B"]
    assert words(sub)[2:] == ["As control of Image/A: Depth", "As control of Image/A: Edges"]
    sub.actions()[1].trigger()
    assert (studio.draft.engine, studio.draft.start) == ("video/b", studio.stage.media)
    assert studio.draft.prompt == "a boat"
    studio.undo_stack.undo()
    assert studio.draft is before


def test_the_view_of_a_mesh_goes_out_as_depth(studio, stage):
    shown(studio, "mesh")
    sub = next(action.menu() for action in stage.menu().actions() if action.text() == "Use this view in")
    next(action for action in sub.actions() if "Depth" in action.text()).trigger()
    assert studio.draft.controls[0].kind == "depth"
    assert studio.draft.controls[0].media.pixels.ndim == 2
    next(action for action in sub.actions() if action.text() == "As start in Video/B").trigger()
    assert studio.draft.start.pixels.shape[2] == 3


NETS = (
    ControlKind("net-1", "image", title="My Depth", makes=("depth", "canny", "normals")),
    ControlKind("net-2", "image", title="Union", makes=("", "canny", "depth", "normals")),
    ControlKind("net-3", "image", title="My Canny", makes=("canny", "depth", "normals")),
)


def test_a_view_is_what_a_net_wants_and_any_map_for_one_that_does_not_say():
    cards = {"image/e": card("image/e", "image", controls=NETS)}
    found = [(way.control, way.map) for way in send.ways(cards, "image", ("depth", "normals"))]
    wanted = [("net-1", "depth"), ("net-2", ""), ("net-2", "depth"), ("net-2", "normals"), ("net-3", "")]
    assert found == wanted
    assert [way.control for way in send.ways(cards, "image")] == ["net-1", "net-2", "net-3"]
    media = panels.frame("image", 24)
    made = {}
    for way in send.ways(cards, "image", ("depth", "normals")):
        (control,) = sending.sent(cards["image/e"], Request(engine="image/e"), way, media).controls
        made[way.control, way.map] = control.make
    assert made == dict.fromkeys(wanted, "") | {("net-3", ""): "canny"}  # a map that is made is used as it is


def test_the_view_of_a_mesh_goes_to_a_net_as_normals(studio, stage, monkeypatch):
    monkeypatch.setitem(CARDS, "image/e", card("image/e", "image", controls=NETS))
    shown(studio, "mesh")
    sub = next(action.menu() for action in stage.menu().actions() if action.text() == "Use this view in")
    next(action for action in sub.actions() if action.text().endswith("Union · Normals")).trigger()
    (control,) = studio.draft.controls
    assert control.making == ""
    assert control.media.pixels[0, 0].tolist() == [128, 128, 255]


def test_a_frame_of_a_clip_goes_out_as_a_picture(studio, stage):
    shown(studio, "video")
    stage.viewer.go(2)
    sub = next(action.menu() for action in stage.menu().actions() if action.text() == "Use this frame in")
    sub.actions()[0].trigger()
    assert np.array_equal(studio.draft.start.pixels, studio.stage.media.frames[2])


def test_the_button_and_ctrl_t_open_the_menu(qtbot, studio, stage):
    shown(studio, "audio")
    assert stage.caption.buttons["send"].isVisible()
    for ask in (
        stage.caption.buttons["send"].click,
        lambda: qtbot.keyClick(stage.viewer.surface, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier),
    ):
        ask()
        menu = next(child for child in stage.findChildren(QMenu) if child.isVisible())
        assert words(menu) == ["Use it in"]
        menu.close()
        qtbot.waitUntil(lambda: not any(child.isVisible() for child in stage.findChildren(QMenu)))


def test_nothing_that_still_develops_is_sent(studio, stage):
    job = panels.job(1)
    studio.jobs = [job]
    studio.place(Subject("run-1", job, media=panels.frame("image", 3)))
    assert stage.ways() == []


def test_a_range_of_the_sound_becomes_the_runs_range(studio, stage):
    shown(studio, "audio")
    assert not stage.viewer._range_button.isVisible()
    studio.set_draft(Request(engine="audio/c"), "engine")
    assert stage.viewer._range_button.isVisible()
    stage.viewer.wave.brace.put(0.25, 0.5)
    stage.viewer._braced()
    stage.viewer.range_deed.trigger()
    assert studio.draft.start is studio.stage.media
    assert studio.draft.options == pytest.approx({"repaint_from": 0.25, "repaint_to": 0.5}, abs=1e-4)
    studio.undo_stack.undo()
    assert studio.draft.options == {}


# ---------------------------------------------------------------- from the history, and where it arrives


def test_the_history_sends_the_file(qtbot, studio, tmp_path):
    from engines.files import media as files

    path = files.write(tmp_path / "tone.wav", panels.frame("audio", 24))
    studio.entries = [panels.entry(1, medium="audio", path=path)]
    panel = HistoryPanel(studio)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.list.rowCount() == 1)
    menu = QMenu(panel)
    menu.addAction(panel._actions["delete"])
    sending.of_result(studio, menu, studio.entries[0], panel._actions["delete"])
    sub = menu.actions()[0].menu()
    assert words(sub) == ["As start in Audio/C", "As control of Audio/C: Melody"]
    sub.actions()[0].trigger()
    assert isinstance(studio.draft.start, Audio)


def test_the_control_panel_asks_for_what_the_engine_begins_from(qtbot, studio):
    panel = ControlPanel(studio)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.start_part.isVisible()
    for engine, medium, title in (("audio/c", "audio", "Start sound"), ("video/b", "image", "Start image")):
        studio.set_draft(Request(engine=engine), "engine")
        assert panel.start_part.isVisible()
        assert (panel.start.medium, panel.start_part.head.text(), panel.start.name) == (medium, title, title)
    tone = panels.frame("audio", 24)
    studio.set_draft(Request(engine="audio/c", start=tone, controls=(Control("melody", tone),)), "send")
    assert medium_of(panel.start.media) == "audio"
    assert panel.inputs[0].drop.media is tone
    assert msgspec.structs.asdict(Way("a", "image"))["control"] == ""
