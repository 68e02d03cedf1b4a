"""Rating in the window: by keys and by mouse, for every medium, blind until the end, and what comes of it."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.grid import Sheet, Square
from app.core.lab.rating import folder
from app.studio import Studio
from app.studio.rating import Opened
from app.ui.rate.dialog import RateDialog
from app.ui.rate.new import NewRating
from app.ui.rate.pair import Pair
from app.ui.stage.audio import AudioViewer
from app.ui.stage.image import ImageViewer
from app.ui.stage.mesh import MeshViewer
from app.ui.stage.video import VideoViewer
from engines.contract import Audio, Video
from engines.files.contact import Heads
from tests import fakes
from tests import rating_kit as kit
from tests.windows import shown, working

KEY = Qt.Key


@pytest.fixture
def studio(qtbot: Any, tmp_path: Path) -> Any:
    with working(qtbot, tmp_path / "home", fakes.Host()) as made:
        yield made


def opened(qtbot: Any, studio: Studio, place: Path, kind: str = "image", **wish: Any) -> RateDialog:
    """A dialog on a set whose key is here."""
    kit.made(place, kit.results(place / "in", count=6, kind=kind), **wish)
    shutil.copytree(place / "keys", studio.folders.ratings, dirs_exist_ok=True)
    dialog = RateDialog(studio, Opened(place / "set", studio.folders.ratings))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def begun(qtbot: Any, dialog: RateDialog, name: str = "Anna") -> None:
    dialog.name.setText(name)
    with qtbot.waitSignal(dialog.shown):
        dialog.begin.click()


def pressed(qtbot: Any, dialog: RateDialog, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, and the next question or the end."""
    with qtbot.waitSignal(dialog.shown):
        qtbot.keyClick(dialog, key, modifier)


def words(widget: QWidget) -> str:
    """Everything that can be read on a widget, seen or not."""
    found = [one.text() for kind in (QLabel, QPushButton) for one in widget.findChildren(kind)]
    tips = [
        f"{one.toolTip()} {one.accessibleName()} {one.accessibleDescription()}" for one in widget.findChildren(QWidget)
    ]
    return " ".join([*found, *tips, widget.windowTitle()])


def test_a_rating_is_done_by_keys_and_taken_up_again(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path)
    begun(qtbot, dialog)
    for key in (KEY.Key_1, KEY.Key_Right, KEY.Key_T, KEY.Key_B, KEY.Key_Down, KEY.Key_Left, KEY.Key_2):
        pressed(qtbot, dialog, key)
    assert dialog.ballot is not None
    said = ("first", "second", "tie", "both bad", "tie", "first", "second")
    assert dialog.ballot.votes.said == said
    pressed(qtbot, dialog, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dialog.ballot.votes.said == said[:-1]
    assert "6 answered, at most 6 left" in dialog.page.progress.text()
    qtbot.keyClick(dialog, KEY.Key_Escape)
    again = RateDialog(studio, Opened(tmp_path / "set", studio.folders.ratings))
    qtbot.addWidget(again)
    again.show()
    assert again.name.text() == "Anna"  # who rated last
    assert again.begin.text() == "Go on"
    begun(qtbot, again)
    assert again.ballot is not None
    assert again.ballot.votes.said == said[:-1]


def test_nothing_on_the_page_tells_a_setting_before_the_end(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path)
    begun(qtbot, dialog)
    at_most = len(dialog.made.plan)
    for _ in range(at_most):
        for secret in ("steps", "secret", "fox", "winner", "lead"):
            assert secret not in words(dialog).lower()
        if dialog.pages.currentWidget() is not dialog.page:
            break
        with qtbot.waitSignal(dialog.shown):
            dialog.page.buttons["first"].click()
    assert dialog.pages.currentWidget() is dialog.end
    with qtbot.waitSignal(dialog.shown):
        dialog.tell.click()
    assert dialog.pages.currentWidget() is dialog.found
    assert "steps 8" in words(dialog)
    assert folder.read_votes(tmp_path / "set" / "votes" / "votes-anna.json").closed


def test_whoever_was_sent_a_set_sends_the_votes_back(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path)
    dialog.opened.has_key = False
    begun(qtbot, dialog)
    while dialog.pages.currentWidget() is dialog.page:
        pressed(qtbot, dialog, KEY.Key_1)
    assert not dialog.tell.isVisible()
    assert dialog.folder.isVisible()
    assert str(tmp_path / "set") in dialog.what_now.text()


def test_a_vote_that_cannot_be_kept_is_told_and_can_be_given_again(
    qtbot: Any, studio: Studio, tmp_path: Path, monkeypatch: Any
) -> None:
    dialog = opened(qtbot, studio, tmp_path)
    begun(qtbot, dialog)
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", _full)
        pressed(qtbot, dialog, KEY.Key_1)
    assert "disk is full" in dialog.trouble.text()
    assert dialog.trouble.isVisible()
    pressed(qtbot, dialog, KEY.Key_1)
    assert not dialog.trouble.isVisible()
    assert dialog.ballot is not None
    assert dialog.ballot.votes.said == ("first",)


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_stars_are_given_by_their_number_and_come_into_the_history(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path, mode="stars")
    begun(qtbot, dialog)
    while dialog.pages.currentWidget() is dialog.page:
        pressed(qtbot, dialog, KEY.Key_4)
    assert dialog.ballot is not None
    assert set(dialog.ballot.votes.said) == {"4"}
    with qtbot.waitSignal(dialog.shown):
        dialog.tell.click()
    assert "4.0 stars" in dialog.found.sentence.text()


def test_stars_of_a_rating_are_shown_in_the_history_and_can_be_taken_back(
    qtbot: Any, studio: Studio, tmp_path: Path
) -> None:
    kit.results(studio.folders.gallery / "2026-01-01", count=2)
    with qtbot.waitSignal(studio.history_changed):
        studio.rebuild_history()
    kit.results(tmp_path / "in", count=6)
    dialog = opened(qtbot, studio, tmp_path, mode="stars")
    begun(qtbot, dialog)
    while dialog.pages.currentWidget() is dialog.page:
        pressed(qtbot, dialog, KEY.Key_2)
    with qtbot.waitSignal(studio.undo_stack.undo_changed):
        dialog.tell.click()
    stars: list[int] = []
    studio.page("", False, None, lambda entries: stars.extend(entry.stars for entry in entries))
    qtbot.waitUntil(lambda: stars == [2] * 4)
    studio.undo_stack.undo()
    studio.page("", False, None, lambda entries: stars.extend(entry.stars for entry in entries))
    qtbot.waitUntil(lambda: stars == [2] * 4 + [0] * 4)


def test_the_winner_is_kept_as_a_preset_and_used(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path)
    begun(qtbot, dialog)
    while dialog.pages.currentWidget() is dialog.page:
        pressed(qtbot, dialog, KEY.Key_1)
    with qtbot.waitSignal(dialog.shown):
        dialog.tell.click()
    with qtbot.waitSignal(studio.ratings.presets_changed):
        dialog.keep_as("The good one")
    assert [one.name for one in studio.ratings.presets] == ["The good one"]
    request = studio.ratings.presets[0].request
    assert request.engine == kit.SECRET
    assert (request.prompt, request.seed) == ("", 0)
    with qtbot.waitSignal(studio.ratings.presets_changed):
        studio.ratings.drop_preset("The good one")
    assert studio.ratings.presets == ()


# ---------------------------------------------------------------- two sides that move together


def pair(qtbot: Any, media: Any) -> Pair:
    made = Pair(lambda work, then: then(work()))
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    qtbot.waitExposed(made)
    made.show_media(media)
    qtbot.wait(20)
    return made


@pytest.mark.parametrize("kind", ["image", "video"])
def test_two_pictures_show_the_same_part(qtbot: Any, kind: str) -> None:
    rng = np.random.default_rng(0)
    made = pair(qtbot, [kit.medium(kind, rng), kit.medium(kind, rng)])
    one, other = (side.viewer for side in made.sides)
    assert isinstance(one, ImageViewer | VideoViewer)
    assert isinstance(other, ImageViewer | VideoViewer)
    one.canvas.place.zoom_to(40.0, (100.0, 80.0))
    one.canvas._moved()
    assert other.canvas.place.scale == one.canvas.place.scale == 40.0
    assert (other.canvas.place.x, other.canvas.place.y) == pytest.approx((one.canvas.place.x, one.canvas.place.y))
    other.canvas.fit()
    assert one.canvas.place.fitted


def test_two_shapes_are_seen_from_the_same_side(qtbot: Any) -> None:
    rng = np.random.default_rng(0)
    made = pair(qtbot, [kit.medium("mesh", rng), kit.medium("mesh", rng)])
    one, other = (side.viewer for side in made.sides)
    assert isinstance(one, MeshViewer)
    assert isinstance(other, MeshViewer)
    one.camera.orbit(0.7, 0.2)
    one.camera.zoom(1.5)
    one.orbit.moved.emit()
    assert (other.camera.yaw, other.camera.pitch) == (one.camera.yaw, one.camera.pitch)
    assert other.camera.distance / other.camera.radius == pytest.approx(one.camera.distance / one.camera.radius)


def test_two_clips_play_in_step_and_one_sounds(qtbot: Any) -> None:
    rng = np.random.default_rng(0)
    sound = Audio(rng.uniform(-0.1, 0.1, (4000, 1)).astype(np.float32), 8000)
    frames = rng.integers(0, 255, (12, 16, 16, 3)).astype(np.uint8)
    made = pair(qtbot, [Video(frames, 24.0, sound), Video(frames[::-1].copy(), 24.0, sound)])
    one, other = (side.viewer for side in made.sides)
    assert isinstance(one, VideoViewer)
    assert isinstance(other, VideoViewer)
    made.restart()
    assert one.playing
    assert other.playing
    made.pause()
    one.go(5)
    assert other.video is not None
    assert other.video.sound is None
    made.switch()
    assert one.video is not None
    assert one.video.sound is None
    assert other.video is not None
    assert other.video.sound is not None
    assert (one.frame, other.frame) == (5, 5)


def test_sounds_are_chosen_between_when_both_were_heard_and_change_at_the_same_moment(qtbot: Any) -> None:
    rng = np.random.default_rng(0)
    long = [Audio(rng.uniform(-0.1, 0.1, (80000, 1)).astype(np.float32), 8000) for _ in range(2)]
    made = pair(qtbot, long)
    one, other = (side.viewer for side in made.sides)
    assert isinstance(one, AudioViewer)
    assert isinstance(other, AudioViewer)
    assert not made.all_heard
    made.toggle()
    assert one.player.playing
    one.seek(4.0)
    made.switch()
    assert not one.player.playing
    assert other.player.playing
    assert 4.0 - 1e-3 <= other.player.position < 9.0
    assert made.all_heard
    made.rest()


def test_before_both_sounds_are_heard_no_key_answers(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    dialog = opened(qtbot, studio, tmp_path, "audio")
    begun(qtbot, dialog)
    assert dialog.ballot is not None
    qtbot.keyClick(dialog, KEY.Key_1)
    qtbot.wait(30)
    assert dialog.ballot.votes.said == ()
    qtbot.keyClick(dialog, KEY.Key_Space)
    qtbot.keyClick(dialog, KEY.Key_X)
    pressed(qtbot, dialog, KEY.Key_1)
    assert dialog.ballot.votes.said == ("first",)


# ---------------------------------------------------------------- the ways in


def test_results_of_the_history_become_a_set_that_is_rated(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    kit.results(studio.folders.gallery / "2026-01-01", count=3)
    window = shown(qtbot, studio)
    with qtbot.waitSignal(studio.history_changed):
        studio.rebuild_history()
    qtbot.waitUntil(lambda: window.history.list.rowCount() == 6)
    window.history.grid_view.selectAll()
    window.history._actions["rate"].trigger()
    qtbot.waitUntil(lambda: window.rating.new is not None)
    new = window.rating.new
    assert isinstance(new, NewRating)
    assert [field.text() for field in new.names] == ["steps 4", "steps 8"] or len(new.names) == 2
    new.go()
    qtbot.waitUntil(lambda: window.rating.dialog is not None)
    assert window.rating.dialog is not None
    assert window.rating.dialog.opened.has_key
    assert window.rating.dialog.opened.place.parent == studio.folders.rating_sets
    window.rating.dialog.close()


def test_a_set_is_opened_by_its_folder_and_a_spoilt_one_says_so(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    kit.made(tmp_path, kit.results(tmp_path / "in", count=2))
    window = shown(qtbot, studio)
    window.open_path(str(tmp_path / "set"))
    qtbot.waitUntil(lambda: window.rating.dialog is not None)
    assert window.rating.dialog is not None
    assert not window.rating.dialog.opened.has_key
    window.rating.dialog.close()
    (tmp_path / "set" / "rating.json").write_text("{}")
    with qtbot.waitSignal(studio.notice) as heard:
        window.open_path(str(tmp_path / "set"))
    assert "no rating set that can be read" in heard.args[1]


def test_menu_and_palette_offer_ratings(qtbot: Any, studio: Studio) -> None:
    window = shown(qtbot, studio)
    texts = [command.text for command in window.commands()]
    assert any("Rate blind" in text for text in texts)
    assert any("favourites" in text for text in texts)


def test_favourites_and_a_grids_cells_become_ratings(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    kit.results(studio.folders.gallery / "2026-01-01", count=2)
    window = shown(qtbot, studio)
    with qtbot.waitSignal(studio.notice) as heard:
        window.rating.of_favourites()
    assert "no two favourites" in heard.args[1]
    with qtbot.waitSignal(studio.history_changed):
        studio.rebuild_history()
    runs = [f"run-{step}-{seed}" for step in (4, 8) for seed in (0, 1)]
    with qtbot.waitSignal(studio.history_changed):
        studio.favourite(runs[:3], True)
    window.rating.of_favourites()
    qtbot.waitUntil(lambda: window.rating.new is not None)
    assert window.rating.new is not None
    assert sorted(len(group.sources) for group in window.rating.new.groups) == [1, 2]
    window.rating.new.close()
    qtbot.waitUntil(lambda: window.rating.new is None)
    squares = tuple(Square(run, run, done=True) for run in runs)
    studio.sheet = Sheet(("steps=4,8", "seed=0,1"), Heads(("4", "8"), ("0", "1")), squares)
    window.show_grid()
    assert window._grid is not None
    assert window._grid.rate.isVisible()
    window._grid.rate.click()
    qtbot.waitUntil(lambda: window.rating.new is not None)
    assert window.rating.new is not None
    assert [group.name for group in window.rating.new.groups] == ["steps 4", "steps 8"]


def test_a_folder_of_one_setting_says_that_there_is_nothing_to_compare(
    qtbot: Any, studio: Studio, tmp_path: Path
) -> None:
    window = shown(qtbot, studio)
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(studio.notice) as heard:
        window.rating.of(tmp_path / "empty")
    assert "no media to rate" in heard.args[1]
    window.rating.of(kit.results(tmp_path / "one", steps=(4,), count=1))
    qtbot.waitUntil(lambda: window.rating.new is not None)
    assert window.rating.new is not None
    assert not window.rating.new.make.isEnabled()
    assert "choose results of two" in window.rating.new.told.text()
