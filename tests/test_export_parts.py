"""Sounds, stems, pictures, notes, words and surfaces of a timeline as files, read back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.core.project import Document
from app.core.timeline import edit, export
from app.core.timeline.export import Wish, exported
from app.core.timeline.export.pictures import durations
from app.core.timeline.export.wish import Frames
from app.core.timeline.mix import mixed
from app.core.timeline.reader import Reader
from app.core.timeline.values import Clip, Look, Marker, Metre, Project, Tempo, Timeline, Title, Track
from engines.contract import Audio, Image, Mesh, Refused
from engines.files import loudness
from engines.files import media as files
from tests.export_kit import FLASH, RATE, SIZE, piece, placed, tune


def test_the_sound_is_as_loud_as_was_wished(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 0.02, (6 * RATE, 2)) * np.where(np.arange(6 * RATE) % RATE < 2000, 12, 1)[:, None]
    name, facts = document.keep(Audio(noise.astype(np.float32), RATE))
    tracks = (Track("audio", clips=(placed(name, 6),)),)
    project = Project(rate=RATE, timelines=(Timeline(tracks=tracks),), media={name: facts})
    for level in (-14.0, -23.0):
        target = exported(project, document, tmp_path / "out.wav", Wish(loudness=level, bits=32))[0]
        heard = files.read(target)
        assert isinstance(heard, Audio)
        assert loudness.loudness(heard.samples, RATE) == pytest.approx(level, abs=0.3)
        assert loudness.true_peak(heard.samples) <= -0.95


def test_stems_together_are_the_mix(tmp_path: Path) -> None:
    project, document = piece(tmp_path)
    made = exported(project, document, tmp_path / "out.wav", Wish(stems=True, bits=32))
    assert [one.name for one in made] == ["out - Click.wav", "out - Tone.wav"]
    stems = [files.read(one) for one in made]
    ideal = mixed(project, project.timeline, Reader(document), Fraction(0), Fraction(101, 24))
    total = sum(one.samples for one in stems if isinstance(one, Audio))
    assert np.abs(total - ideal).max() < 1e-6
    flac = files.read(exported(project, document, tmp_path / "out.flac")[0])
    assert isinstance(flac, Audio)
    assert np.abs(flac.samples - loudness.limited(ideal, RATE)).max() < 2**-22


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_an_animation_has_every_frame_and_does_not_drift(tmp_path: Path, ending: str) -> None:
    project, document = piece(tmp_path, count=50)
    target = exported(project, document, tmp_path / f"out{ending}", Wish(size=(64, 36)))[0]
    from PIL import Image as Pillow

    with Pillow.open(target) as picture:
        times, levels = [], []
        for n in range(picture.n_frames):
            picture.seek(n)
            levels.append(np.asarray(picture.convert("RGB"))[12:24, 32:].mean())
            times.append(picture.info["duration"])
    begins = np.cumsum([0, *times])[int(np.argmax(levels))]
    assert abs(begins - FLASH * 1000 / 24) <= 10
    assert abs(sum(times) - 50 * 1000 / 24) <= 10


def test_times_of_frames_add_up() -> None:
    frames = Frames(Fraction(0), 240, Fraction(24), (2, 2))
    assert sum(durations(frames, 10)) == 10_000
    assert set(durations(frames, 10)) == {40, 50}


def test_pictures_come_as_a_folder_clear_where_nothing_is(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    name, _ = document.keep(Image(np.full((8, 8, 3), 90, np.uint8)))
    tracks = (Track("picture", clips=(placed(name, Fraction(5, 24), look=Look(scale=0.5)),)),)
    project = Project(width=32, height=32, timelines=(Timeline(tracks=tracks),))
    made = exported(project, document, tmp_path / "walk.png", Wish(alpha=True))
    assert [one.name for one in made] == [f"walk-{n:05d}.png" for n in range(5)]
    one = files.read(made[2])
    assert isinstance(one, Image)
    assert one.pixels[16, 16].tolist() == [90, 90, 90, 255]
    assert one.pixels[2, 2].tolist() == [0, 0, 0, 0]
    with pytest.raises(Refused, match="there already"):
        exported(project, document, tmp_path / "walk.png", Wish(alpha=True))
    still = exported(project, document, tmp_path / "still.png", Wish(span=(Fraction(0), Fraction(1, 24))))
    assert still == [tmp_path / "still.png"]


def test_notes_follow_their_clips_and_the_tempos(tmp_path: Path) -> None:
    import mido

    document = Document.new(tmp_path / "piece", Project())
    name, facts = document.keep(tune())
    cut = placed(name, Fraction(3, 2), 4, offset=Fraction(1, 2), speed=Fraction(2), loop=True)
    tracks = (Track("notes", "Lead", (placed(name, 2, 1),)), Track("notes", "Loop", (cut,)))
    timeline = Timeline(
        tracks=tracks,
        tempos=(Tempo(Fraction(0), Fraction(120)), Tempo(Fraction(4), Fraction(60))),
        metres=(Metre(0, 4, 4), Metre(1, 3, 4)),
        markers=(Marker(Fraction(1), "verse"),),
    )
    project = Project(timelines=(timeline,), media={name: facts})
    made = mido.MidiFile(str(exported(project, document, tmp_path / "out.mid")[0]))
    assert [track.name for track in made.tracks[1:]] == ["Lead", "Loop"]
    now, begins, kinds = 0.0, [], []
    tempo = 500_000
    for message in mido.merge_tracks(made.tracks):
        now += mido.tick2second(message.time, made.ticks_per_beat, tempo)
        tempo = message.tempo if message.type == "set_tempo" else tempo
        kinds.append(message.type)
        if message.type == "note_on" and message.velocity:
            begins.append((round(now, 3), message.note))
    lead = [(1.0, 60), (1.5, 62), (2.0, 64), (2.5, 65)]
    loop = [(4.0, 62), (4.25, 64), (4.5, 65), (4.75, 60), (5.0, 62), (5.25, 64)]
    assert begins == lead + loop
    assert kinds.count("set_tempo") == kinds.count("time_signature") == 2
    assert kinds.count("marker") == 1


def test_words_become_subtitles(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    said = Clip(Fraction(3661), Fraction(1, 3), title=Title("Eight bars\n\nagain"))
    prompt = Clip(Fraction(1), Fraction(2), text="a rocket")
    tracks = (Track("picture", clips=(said,)), Track("prompt", clips=(prompt,)))
    timeline = Timeline(tracks=tracks, markers=(Marker(Fraction(0), "intro"), Marker(Fraction(4), "verse")))
    project = Project(timelines=(timeline,))

    def text(**more: Any) -> str:
        return exported(project, document, tmp_path / "out.srt", Wish(**more))[0].read_text()

    assert text() == "1\n01:01:01,000 --> 01:01:01,333\nEight bars\nagain\n"
    assert text(words="prompts") == "1\n00:00:01,000 --> 00:00:03,000\na rocket\n"
    assert text(words="markers").startswith("1\n00:00:00,000 --> 00:00:04,000\nintro\n\n2\n00:00:04,000 --> ")
    with pytest.raises(Refused, match="no titles"):
        exported(msgspec.structs.replace(project, timelines=(Timeline(),)), document, tmp_path / "no.srt")


def test_a_surface_comes_out_as_it_is(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    mesh = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    name, facts = document.keep(mesh)
    tracks = (Track("picture", clips=(placed(name, 1),)),)
    project = Project(timelines=(Timeline(tracks=tracks),), media={name: facts})
    found = files.read(exported(project, document, tmp_path / "out.glb")[0])
    assert isinstance(found, Mesh)
    assert (found.vertices == mesh.vertices).all()


def test_parts_are_handed_out_as_files_of_their_own(tmp_path: Path) -> None:
    project, document = piece(tmp_path, count=24)
    name, facts = document.keep(tune())
    row = Track("notes", "Lead", (placed(name, 1, 3),), mute=True, id="lead")
    timeline = edit.add_track(project.timeline, row)
    project = edit.with_timeline(msgspec.structs.replace(project, media=project.media | {name: facts}), timeline)
    flash, *_, click, tone, lead = timeline.tracks
    folder = tmp_path / "out"
    folder.mkdir()
    first, second = (export.clip_file(project, document, click.clips[0].id, folder) for _ in range(2))
    assert (first.name, second.name) == ("clip.wav", "clip 2.wav")
    assert first.read_bytes() == document.path(click.clips[0].takes[0].media).read_bytes()
    stem = files.read(export.stem_file(project, document, tone.id, folder))
    assert isinstance(stem, Audio)
    assert np.abs(stem.samples).max() == pytest.approx(0.1, abs=1e-3)
    played = files.read(export.notes_file(project, document, lead.clips[0].id, folder))
    assert isinstance(played, Audio)
    assert played.notes is not None
    assert played.notes.pitch.tolist() == [60, 62]
    assert played.notes.start[0] == 0
    assert export.notes_file(project, document, "lead", folder).name == "Lead 2.mid"
    seen = files.read(export.frame_file(project, document, Fraction(0), folder))
    assert isinstance(seen, Image)
    assert seen.pixels.shape[:2] == (SIZE[1], SIZE[0])
    empty = edit.change_clip(timeline, flash.clips[0].id, takes=(), take="")
    with pytest.raises(Refused, match="nothing to hand out"):
        export.clip_file(edit.with_timeline(project, empty), document, flash.clips[0].id, folder)
