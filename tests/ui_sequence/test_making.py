"""The states of clips, and clips made in place."""

import msgspec
from PySide6.QtCore import Qt

from app.core.timeline import edit
from app.core.timeline.values import Clip, Take
from tests import fakes
from tests.ui_sequence.kit import F, clip


def test_the_state_of_a_clip_is_seen(panel, qtbot):
    from app.core.timeline.values import Ask

    states = panel.canvas.stating
    panel.studio.arrange("ask", lambda one: edit.change_clip(one, "a", ask=Ask(fakes.PICTURE.info.name, "a ship")))
    assert states.get(clip(panel, "a")) == "empty"
    take = Take("sha256-" + "0" * 64 + ".png", print="of another time", id="t")
    panel.studio.arrange("take", lambda one: edit.add_take(one, "a", take))
    states.get(clip(panel, "a"))
    qtbot.waitUntil(lambda: states.get(clip(panel, "a")) == "stale")
    panel.studio.select(["a"])
    assert "stale" in panel.canvas.accessibleDescription()


def test_one_bar_of_tabs_for_the_panels_below(studio, qtbot):
    from PySide6.QtWidgets import QTabBar

    from app.ui.window import Window

    window = Window(studio)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)

    def shown() -> list[str]:
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window and bar.isVisible()]
        return [bar.tabText(0) for bar in bars]

    qtbot.waitUntil(lambda: shown() and len(shown()) == len(set(shown())))
    window.go("sequence")
    assert window.focusWidget() is window.sequence.canvas
    forgotten = QTabBar(window)
    forgotten.addTab("Steps")
    forgotten.addTab("Timeline")
    forgotten.move(200, 300)
    forgotten.show()
    window.actions_.by_name["for_timeline"].trigger()
    qtbot.waitUntil(lambda: window.monitor.isVisible() and not forgotten.isVisible())
    assert shown().count("Steps") == 1


# ---------------------------------------------------------------- making clips in place


def words_in(menu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_a_mesh_is_asked_for_on_a_track_of_pictures(panel, monkeypatch):
    solid = msgspec.structs.replace(
        fakes.OTHER, info=msgspec.structs.replace(fakes.OTHER.info, name="mesh/solid", medium="mesh")
    )
    cards = {"mesh/solid": solid, **panel.studio.cards()}
    monkeypatch.setattr(panel.studio, "cards", lambda: cards)
    panel.studio.edit(engine="mesh/solid", prompt="a rocket")
    tracks = {track.id: track for track in panel.studio.timeline.tracks}
    assert panel.deeds.ask_of(tracks["v1"]).engine == "mesh/solid"


def test_a_clip_is_made_where_it_lies(panel, qtbot):
    from app.core.timeline.values import Ask
    from app.ui.sequence.hands import Hit

    studio = panel.studio
    studio.arrange("ask", lambda one: edit.change_clip(one, "a", ask=Ask(fakes.PICTURE.info.name, "a ship")))
    studio.select(["a"])
    menu = panel.menus.clips(panel, Hit("body", panel.view.row_of("v1"), clip(panel, "a")), F(0))
    assert "Make the clips" in words_in(menu)
    seen = set()
    studio.making_changed.connect(lambda id: seen.add(making.state if (making := studio.in_hand.get(id)) else "done"))
    qtbot.keyClick(panel.canvas, Qt.Key.Key_G)
    assert studio.notices == []
    assert panel.canvas.in_hands.shown["a"].state == "queued"
    qtbot.waitUntil(lambda: clip(panel, "a").shown is not None, timeout=8000)
    qtbot.waitUntil(lambda: not panel.canvas.in_hands.shown)
    assert {"queued", "developing", "done"} <= seen
    states = panel.canvas.stating
    states.get(clip(panel, "a"))
    qtbot.waitUntil(lambda: states.get(clip(panel, "a")) == "final")
    studio.undo_stack.undo()
    assert clip(panel, "a").shown is None


def test_what_cannot_be_made_is_not_offered(panel):
    from app.ui.sequence.hands import Hit

    menu = panel.menus.clips(panel, Hit("body", panel.view.row_of("v1"), clip(panel, "a")), F(0))
    assert "Make the clips" not in words_in(menu)
    panel.studio.select(["a"])
    assert not panel.deeds.by_name["make"].isEnabled()


def test_a_gap_between_two_clips_can_be_bridged(panel):
    from app.ui.sequence.hands import Hit

    row = panel.view.row_of("v1")
    assert "Bridge this gap" in words_in(panel.menus.clips(panel, Hit("nothing", row), F(3)))
    assert "Bridge this gap" not in words_in(panel.menus.clips(panel, Hit("nothing", row), F(9)))


# ---------------------------------------------------------------- the windows of engines


def card(grid, lengths=(0.5, 2.0, 5.0)):
    from types import SimpleNamespace

    return SimpleNamespace(info=SimpleNamespace(grid=grid, lengths=lengths))


def test_windows_are_the_lengths_an_engine_makes():
    from app.ui.sequence.windows import ends, starts

    one = Clip(F(10), F(4))
    assert ends(card((8, 1, 8.0)), one, F(3)) == [10 + F(9, 8), 10 + F(17, 8)]
    assert ends(card((8, 1, 8.0)), one, F(60))[-1] == 10 + F(33, 8)  # five seconds at most
    assert ends(card(None), one, F(60)) == [F(21, 2), 15]
    assert ends(card(None, None), one, F(60)) == []
    assert ends(None, one, F(60)) == []
    assert starts(card(None), one, F(60)) == [F(27, 2), 9]
    assert starts(card(None), Clip(F(0), F(1)), F(60)) == [F(1, 2)]
