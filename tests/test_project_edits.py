"""Projects edited at random: taken back they are what they were, saved what they are, and time does not drift."""

import itertools
import random
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core import project as projects
from app.core.project import Document
from app.core.timeline import edit, keys, schema
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, sampled
from app.core.timeline.values import Clip, Key, Lane, Project, Time, Timeline, Track
from engines.contract import Refused
from tests import random_edits
from tests.studio_kit import folders, opened, studio

__all__ = ["folders", "opened", "studio"]

SEQUENCES, LONG = 1000, 14  # and edits in each
replace = msgspec.structs.replace


def sound(project: Project) -> None:
    """What must be true of every project: it is one that opens, its clips in order, never three at once."""
    schema.checked(project, "it")
    for row in project.timeline.tracks:
        assert list(row.clips) == sorted(row.clips, key=lambda one: (one.start, one.end, one.id))
        assert all(first.end <= third.start for first, third in zip(row.clips, row.clips[2:], strict=False))
        assert all(first.end <= second.end for first, second in itertools.pairwise(row.clips))
        for one in (row, *row.clips):
            assert len({lane.id for lane in one.lanes}) == len(one.lanes)


@pytest.mark.parametrize("part", range(4))
def test_a_thousand_edit_sequences_are_taken_back_and_saved_to_the_same(studio, part: int) -> None:
    stack, changed = studio.undo_stack, 0
    for seed in range(part, SEQUENCES, 4):
        r = random.Random(seed)
        base = random_edits.begun(r, 4)
        studio.arrange_project("begin", lambda _, base=base: base)
        stack.clear()
        before, values = projects.dumps(base), [base]
        for _ in range(LONG):
            studio.arrange_project("edit", lambda one, r=r: random_edits.edited(r, one), r.choice(["", "", "drag"]))
            values.append(studio.project)
            if r.random() < 0.2:
                stack.undo()
                assert studio.project in values
                stack.redo()
                assert studio.project == values[-1]
        after, text = studio.project, projects.dumps(studio.project)
        sound(after)
        assert schema.loads(text, "it") == after
        assert projects.dumps(schema.loads(text, "it")) == text
        while stack.undo_text is not None:
            stack.undo()
        assert studio.project == base
        assert projects.dumps(studio.project) == before  # nothing in it was changed behind its back
        while stack.redo_text is not None:
            stack.redo()
        assert projects.dumps(studio.project) == text
        changed += after != base
    assert changed > SEQUENCES / 4 * 0.9


def test_projects_edited_at_random_come_back_from_the_disk_and_out_of_a_zip(tmp_path) -> None:
    for seed in range(20):
        project = random_edits.begun(random.Random(seed), 20)
        bare = replace(project, timelines=(without_media(project.timeline),), media={})
        document = Document.new(tmp_path / str(seed), bare)
        assert Document.at(document.folder).load() == bare
        packed = document.pack(tmp_path / f"{seed}.darkroom")
        assert projects.unpacked(packed, tmp_path / f"{seed} out").load() == bare


def without_media(timeline: Timeline) -> Timeline:
    rows = (
        replace(row, clips=tuple(replace(clip, takes=(), ask=None) for clip in row.clips)) for row in timeline.tracks
    )
    return replace(timeline, tracks=tuple(rows))


def test_a_refused_edit_changes_nothing(studio) -> None:
    refused = 0
    for seed in range(200):
        r = random.Random(seed)
        project = random_edits.begun(r, 5)
        text = projects.dumps(project)
        for name, change in random_edits.EDITS.items():
            try:
                change(r, project.timeline)
            except (Refused, KeyError, IndexError):
                refused += 1
            assert projects.dumps(project) == text, name
    assert refused > 100


# ---------------------------------------------------------------- what an edit leaves as it was


def shown(clip: Clip, at: Time) -> Time:
    """The moment of its take that a clip shows."""
    return clip.offset + (at - clip.start) * clip.speed


def said(timeline: Timeline, clip: Clip, at: Time) -> list[float]:
    hearing = Hearing(Clock(timeline, Fraction(24)), clip.start)
    return [float(sampled(lane, 1.0, [at], hearing)[0]) for lane in clip.lanes]


@pytest.mark.parametrize("seed", range(60))
def test_cutting_changes_nothing_of_what_is_shown(seed: int) -> None:
    r = random.Random(seed)
    clip = replace(random_edits.clip(r, Timeline(tracks=(Track("audio"),))), start=random_edits.moment(r), id="c")
    wavy = Lane("gain", (Key(Fraction(1, 3), 1.0), Key(Fraction(2), 4.0)), "v + sin(9 * t) + f / 9 + b", id="wavy")
    clip = replace(clip, lanes=(*clip.lanes, wavy))
    timeline = edit.add_track(Timeline(), Track("picture", clips=(clip,), id="v"))
    cut = timeline
    for _ in range(6):
        cut = edit.split(cut, [one.id for one in cut.tracks[0].clips], random_edits.within(r, timeline, "c"))
    parts = cut.tracks[0].clips
    assert parts[0].start == clip.start
    assert parts[-1].end == clip.end
    assert all(first.end == second.start for first, second in itertools.pairwise(parts))
    for part in parts:
        for at in (part.start, part.start + part.length / 3):
            assert shown(part, at) == shown(clip, at)
            assert said(cut, part, at) == pytest.approx(said(timeline, clip, at), abs=1e-9)
    trimmed = edit.trim(timeline, "c", clip.start + clip.length / 7, clip.end - clip.length / 7)
    (left,) = trimmed.tracks[0].clips
    assert shown(left, left.start) == shown(clip, left.start)
    assert said(trimmed, left, left.start) == pytest.approx(said(timeline, clip, left.start), abs=1e-9)


def test_time_does_not_drift_in_ten_thousand_splits() -> None:
    r, speed = random.Random(7), Fraction(1001, 1000)
    clip = Clip(Fraction(1, 3), Fraction(7919 * 8), offset=Fraction(1, 7), speed=speed, id="c")
    rest = Timeline(tracks=(Track("audio", clips=(clip,), id="a"),))
    pieces: list[Clip] = []
    for _ in range(10_000):
        (last,) = rest.tracks[0].clips
        grid = r.choice([24, Fraction(30000, 1001), 48000, 3, 960, 7])
        at = last.start + Fraction(r.randint(1, 5 * int(grid))) / grid
        rest = edit.split(rest, [last.id], at)
        pieces.append(rest.tracks[0].clips[0])
        rest = edit.remove_clips(rest, [pieces[-1].id])
    (last,) = rest.tracks[0].clips
    pieces.append(last)
    assert sum(piece.length for piece in pieces) == clip.length
    assert pieces[0].start == clip.start
    assert pieces[-1].end == clip.end
    assert all(first.end == second.start for first, second in itertools.pairwise(pieces))
    assert all(piece.offset == shown(clip, piece.start) for piece in pieces)
    project = Project(timelines=(Timeline(tracks=(Track("audio", clips=tuple(pieces[-500:])),), id="main"),))
    assert schema.loads(projects.dumps(project), "it") == project


def test_keys_that_are_scaled_again_and_again_can_still_be_saved() -> None:
    r = random.Random(3)
    lane = Lane("gain", tuple(Key(Fraction(n, 3), float(n)) for n in range(5)), id="l")
    for _ in range(200):
        lane, _ = keys.scaled(lane, range(5), (Fraction(1), 0.0), Fraction(0.7 + 0.6 * r.random()), 1.0)
    project = Project(timelines=(Timeline(tracks=(Track("audio", lanes=(lane,)),), id="main"),))
    assert schema.loads(projects.dumps(project), "it") == project
    unwieldy = Fraction(10**120, 3**250)
    far = replace(project, timelines=(Timeline(tracks=(Track("audio", clips=(Clip(unwieldy, unwieldy),)),)),))
    (row,) = schema.loads(projects.dumps(far), "it").timelines[0].tracks
    assert float(row.clips[0].start) == float(unwieldy)


def test_a_hundred_thousand_frames_fall_where_they_should() -> None:
    clock = Clock(Timeline(), Fraction(30000, 1001))
    moments = [clock.at_frame(n) for n in range(0, 100_000, 997)]
    assert [clock.frame(at) for at in moments] == list(range(0, 100_000, 997))
    assert np.array_equal([clock.snapped(at + Fraction(1, 9999), "frame") for at in moments], moments)
