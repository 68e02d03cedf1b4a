"""Exports as work: stopped, killed, edited meanwhile, and what cannot be."""

import errno
import itertools
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.timeline import compose, edit
from app.core.timeline.export import Progress, Wish, exported, film, prints
from app.core.timeline.values import Lane, Modulator, Project, Timeline
from engines.contract import Refused
from tests.export_kit import FLASH, RATE, decoded, piece


def same(one: Path, other: Path) -> bool:
    """Whether two files hold the same: films to what the encoder loses, which may differ where it was stopped."""
    if one.suffix != ".mp4":
        return one.read_bytes() == other.read_bytes()
    (a, times, heard, _), (b, others, sounds, _) = decoded(one), decoded(other)
    near = bool(np.abs(a.astype(int) - b).mean() < 1)
    return near and times == others and np.array_equal(heard, sounds)


def test_a_stopped_export_leaves_nothing_and_goes_on_where_it_was(tmp_path: Path) -> None:
    project, document = piece(tmp_path, count=230)  # three pieces
    told: list[Progress] = []
    target = tmp_path / "out.mp4"
    target.write_bytes(b"old")
    wish = Wish(quality="draft", size=(64, 36))
    assert exported(project, document, target, wish, told.append, lambda: bool(told and told[-1].part > 0.9)) == []
    assert target.read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.mp4", "piece"]
    work = next((document.folder / "exports").iterdir())
    assert len(list(work.glob("picture-*"))) == 2
    told.clear()
    exported(project, document, target, wish, told.append)
    pictures = [one.part for one in told if one.stage == "picture"]
    assert min(pictures) > 0.8  # only the last piece was drawn
    assert told[-1].part == 1.0
    frames, *_ = decoded(target)
    assert len(frames) == 230
    straight = exported(project, document, tmp_path / "again.mp4", wish)[0]
    assert same(straight, target)


def test_progress_rises_and_says_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, document = piece(tmp_path)
    clock = itertools.count()
    monkeypatch.setattr("app.core.timeline.export.work.time.monotonic", lambda: float(next(clock)))
    told: list[Progress] = []
    exported(project, document, tmp_path / "out.mp4", Wish(quality="draft", size=(32, 18)), told.append)
    seen = [one for one in told if one.stage == "picture"]
    assert [one.part for one in seen] == sorted(one.part for one in seen)
    assert seen[0].left is None
    lefts = [one.left for one in seen[5:]]
    assert all(left is not None and left == pytest.approx(101 - n, abs=1.5) for n, left in enumerate(lefts, 5))


def test_a_killed_export_goes_on_where_it_was(tmp_path: Path) -> None:
    project, document = piece(tmp_path, count=250)
    target = tmp_path / "out.mp4"
    words = [sys.executable, "-m", "tests.crash.export_app", str(document.folder), str(target)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if float(line.split()[0]) > 0.6:
                child.kill()
                break
    assert child.returncode != 0
    assert not target.exists()
    told: list[Progress] = []
    exported(project, document, target, Wish(quality="draft", size=(64, 36)), told.append)
    assert min(one.part for one in told if one.stage == "picture") > 0.3
    frames, times, samples, _ = decoded(target)
    assert len(frames) == 250
    assert times[-1] == Fraction(249, 24)
    assert frames[:, 12:24, 32:].mean(axis=(1, 2, 3)).argmax() == FLASH
    assert len(samples) >= round(Fraction(250, 24) * RATE)


@pytest.mark.parametrize(
    ("name", "wish", "says"),
    [
        ("out.xyz", Wish(), "cannot be exported"),
        ("out.webm", Wish(codec="h264"), "cannot be in a .webm"),
        ("out.mp4", Wish(span=(Fraction(2), Fraction(2))), "nothing to export"),
        ("out.mp4", Wish(size=(1, 1)), "no size"),
        ("out.mid", Wish(), "no MIDI"),
        ("out.glb", Wish(), "none to export"),
        ("out.glb", Wish(clip="x"), "no clip"),
        ("none/out.mp4", Wish(quality="draft", size=(32, 18)), "is not there"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, name: str, wish: Wish, says: str) -> None:
    project, document = piece(tmp_path, count=3)
    with pytest.raises(Refused, match=says):
        exported(project, document, tmp_path / name, wish)


def test_a_missing_medium_is_named(tmp_path: Path) -> None:
    project, document = piece(tmp_path, count=3)
    for place in (document.folder / "media").iterdir():
        place.unlink()
    with pytest.raises(Refused, match="is not in"):
        exported(project, document, tmp_path / "out.mp4", Wish(quality="draft"))


@pytest.mark.parametrize("name", ["out.mp4", "out.gif", "out.png"])
def test_an_edit_costs_only_what_it_changes(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project, document = piece(tmp_path, count=230)  # of three pieces
    told: list[Progress] = []
    wish = Wish(quality="draft", size=(32, 18))

    def stop() -> bool:
        return told[-1].stage == "joining" if told else False

    assert exported(project, document, tmp_path / name, wish, told.append, stop) == []
    flash, mark, *_ = project.timeline.tracks
    late = edit.trim(project.timeline, mark.clips[0].id, Fraction(0), Fraction(9))
    late = edit.change_clip(late, flash.clips[0].id, colour="#ff0000", name="another")
    after = edit.with_timeline(project, late)
    drawn: list[Fraction] = []

    def watched(project: Project, timeline: Timeline, read: Any, at: Fraction, size: tuple[int, int]) -> np.ndarray:
        drawn.append(at)
        return compose.frame(project, timeline, read, at, size)

    monkeypatch.setattr("app.core.timeline.export.film.frame", watched)
    monkeypatch.setattr("app.core.timeline.export.pictures.frame", watched)
    made = exported(after, document, tmp_path / name, wish)
    assert drawn == [Fraction(n, 24) for n in range(192, 230)], "only the last piece has changed"
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    straight = exported(after, document, fresh / name, wish)
    assert len(made) == len(straight)
    assert all(itertools.starmap(same, zip(made, straight, strict=True)))
    assert list((document.folder / "exports").iterdir()) == []


def test_what_a_stretch_depends_on_is_what_is_seen_and_heard_in_it(tmp_path: Path) -> None:
    project, _ = piece(tmp_path, count=230)
    line, early, late = project.timeline, (Fraction(0), Fraction(4)), (Fraction(6), Fraction(8))
    flash, mark, _, _, tone = line.tracks

    def moved(after: Timeline, of: Any) -> list[bool]:
        return [of(project, after, span) != of(project, line, span) for span in (early, late)]

    sound, picture = prints.of_sound, prints.of_picture
    assert moved(edit.move_clips(line, [flash.clips[0].id], Fraction(1)), picture) == [True, False]
    assert moved(edit.change_clip(line, mark.clips[0].id, fade_out=Fraction(1)), picture) == [True, True]
    assert moved(edit.change_clip(line, mark.clips[0].id, name="x", colour="#fff"), picture) == [False, False]
    assert moved(edit.change_track(line, tone.id, gain=-3.0), picture) == [False, False]
    assert moved(edit.change_track(line, tone.id, gain=-3.0), sound) == [True, True]
    assert moved(edit.trim(line, tone.clips[0].id, Fraction(0), Fraction(5)), sound) == [False, True]
    steered = Lane("opacity", modulator=Modulator(tone.clips[0].id, "rms"))
    line = edit.put_lane(line, flash.clips[0].id, steered)
    assert moved(edit.trim(line, tone.clips[0].id, Fraction(0), Fraction(7)), picture) == [True, False]


def test_a_project_that_may_only_be_read_can_be_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, document = piece(tmp_path, count=3)
    real = Path.mkdir

    def closed(self: Path, *args: Any, **more: Any) -> None:
        if document.folder in self.parents:
            raise OSError(errno.EROFS, "")
        real(self, *args, **more)

    monkeypatch.setattr(Path, "mkdir", closed)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert exported(project, document, tmp_path / "out.mp4", Wish(quality="draft", size=(32, 18)))
    assert list((tmp_path / "darkroom-exports").iterdir()) == []


def test_a_full_disk_ends_an_export_that_leaves_nothing_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, document = piece(tmp_path, count=150)  # of two pieces
    wish, real = Wish(quality="draft", size=(32, 18)), film._encoded

    def full(pictures: Any, part: Path, frames: Any, how: Any) -> None:
        real(itertools.islice(pictures, 5), part, frames, how)
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(film, "_encoded", full)
    with pytest.raises(Refused, match=r"The disk is full: .* Free some space and try again"):
        exported(project, document, tmp_path / "out.mp4", wish)
    assert [one.name for one in (document.folder / "exports").rglob("*") if one.is_file()] == []
    assert not (tmp_path / "out.mp4").exists()
    monkeypatch.setattr(film, "_encoded", real)
    assert exported(project, document, tmp_path / "out.mp4", wish)
