"""Exports, decoded back: every frame and every sample is where it was."""

import itertools
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from app.core.project import Document
from app.core.timeline import edit, export
from app.core.timeline.export import CODECS, Progress, Wish, available, exported
from app.core.timeline.export.pictures import durations
from app.core.timeline.export.wish import Frames
from app.core.timeline.mix import mixed
from app.core.timeline.reader import Reader
from app.core.timeline.values import Clip, Look, Marker, Metre, Project, Take, Tempo, Timeline, Title, Track
from engines.contract import Audio, Image, Mesh, Notes, Refused, Video
from engines.files import loudness
from engines.files import media as files

RATE, SIZE = 48000, (320, 180)
FLASH = 37  # the frame that flashes, and at whose beginning it clicks
WORDS = {"mp4": "h264", "mov": "prores", "webm": "vp9"}


def placed(name: str, length: Any, start: Any = 0, **more: Any) -> Clip:
    return Clip(Fraction(start), Fraction(length), takes=(Take(name, id=name),), take=name, **more)


def piece(tmp_path: Path, fps: Fraction = Fraction(24), count: int = 101) -> tuple[Project, Document]:
    """A film of `count` frames, in which one frame flashes and a click sounds with it, over a quiet tone."""
    document = Document.new(tmp_path / "piece", Project())
    length, start = count / fps, FLASH / fps
    rng = np.random.default_rng(0)
    dark, _ = document.keep(Image(rng.integers(20, 60, (18, 32, 3)).astype(np.uint8)))
    light, _ = document.keep(Image(np.full((18, 32, 3), 250, np.uint8)))
    moving, facts = document.keep(Image(np.full((8, 8, 3), 140, np.uint8)))
    click, heard = document.keep(Audio(np.full((480, 2), 0.9, np.float32), RATE))
    tone = 0.1 * np.sin(np.arange(round(float(length) * RATE)) * 0.05)
    quiet, sounds = document.keep(Audio(tone.astype(np.float32)[:, None], RATE))
    tracks = (
        Track("picture", "Flash", (placed(light, 1 / fps, start),)),
        Track("picture", "Mark", (placed(moving, length, look=Look(x=-0.3, scale=0.2)),)),
        Track("picture", "Back", (placed(dark, length, look=Look(fit="stretch")),)),
        Track("audio", "Click", (placed(click, Fraction(480, RATE), start),)),
        Track("audio", "Tone", (placed(quiet, length),)),
    )
    project = Project(
        width=SIZE[0],
        height=SIZE[1],
        fps=fps,
        rate=RATE,
        timelines=(Timeline(id="main", tracks=tracks),),
        media={moving: facts, click: heard, quiet: sounds},
    )
    document.save(project)
    return project, document


def decoded(path: Path) -> tuple[np.ndarray, list[Fraction], np.ndarray, int]:
    """Frames, when each begins, samples (N, 2), rate: by the library alone."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        frames = list(source.decode(stream))
        times = [Fraction(frame.pts) * stream.time_base for frame in frames]
    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        resampler, parts = av.AudioResampler(format="fltp", layout="stereo"), []
        for frame in source.decode(stream):
            parts += [one.to_ndarray() for one in resampler.resample(frame)]
        rate = int(stream.codec_context.sample_rate)
    pixels = np.stack([frame.to_ndarray(format="rgb24") for frame in frames])
    return pixels, times, np.concatenate(parts, axis=1).T, rate


CASES = [(coding.containers[0], name, Fraction(24)) for name, coding in CODECS.items()]
CASES += [(".mp4", "h264", Fraction(30000, 1001)), (".mov", "prores", Fraction(24000, 1001))]
CASES += [(".webm", "vp9", Fraction(25)), (".mkv", "h264", Fraction(24))]


@pytest.mark.parametrize(("ending", "codec", "fps"), CASES)
def test_picture_and_sound_agree_to_the_frame_and_the_sample(
    tmp_path: Path, ending: str, codec: Any, fps: Fraction
) -> None:
    if codec not in available():
        pytest.skip(f"this FFmpeg writes no {codec}")
    count = 101
    project, document = piece(tmp_path, fps, count)
    target = tmp_path / f"out{ending}"
    assert exported(project, document, target, Wish(codec=codec, quality="draft")) == [target]
    frames, times, samples, rate = decoded(target)
    tick = Fraction(1, 1000) if ending in (".webm", ".mkv") else Fraction(0)
    assert len(frames) == count
    assert all(abs(time - n / fps) <= tick for n, time in enumerate(times))
    light = frames[:, 60:120, 160:, :].mean(axis=(1, 2, 3))
    assert light.argmax() == FLASH
    assert light[FLASH] > 200 > 3 * np.delete(light, FLASH).max()
    heard = files.sound_of(target)
    assert heard is not None
    assert len(heard.samples) == round(count / fps * RATE)  # as long as the picture, to the sample
    onset = np.flatnonzero(np.abs(samples[:, 0]) > 0.45)[0]
    lossless = ending in (".mov", ".mkv")
    assert abs(int(onset) - round(FLASH / fps * rate)) <= (1 if lossless else 24)  # a coder smears a click by half a ms
    assert not list(tmp_path.glob(".darkroom-*"))
    assert not list((document.folder / "exports").iterdir())


def test_a_lossless_film_carries_the_mix_to_the_bit(tmp_path: Path) -> None:
    project, document = piece(tmp_path)
    target = exported(project, document, tmp_path / "out.mov")[0]
    ideal = mixed(project, project.timeline, Reader(document), Fraction(0), Fraction(101, 24))
    heard = files.sound_of(target)
    assert heard is not None
    assert heard.samples.shape == ideal.shape
    assert np.abs(heard.samples - loudness.limited(ideal, RATE)).max() <= 2**-23 * 1.01


@pytest.mark.parametrize("ending", [".mp4", ".mov"])
def test_colours_come_back_as_they_were(tmp_path: Path, ending: str) -> None:
    colours = [(200, 30, 30), (30, 180, 60), (40, 60, 220), (240, 240, 240), (16, 16, 16), (128, 128, 128)]
    bars = np.repeat(np.array(colours, np.uint8)[None], 90, axis=0).repeat(32, axis=1)
    document = Document.new(tmp_path / "piece", Project())
    name, _ = document.keep(Image(bars))
    project = Project(width=192, height=90, timelines=(Timeline(tracks=(Track("picture", clips=(placed(name, 1),)),)),))
    for codec in ("", "dnxhr") if ending == ".mov" else ("", "h265"):
        wish = Wish(codec=codec, quality="best", size=(384, 180))  # type: ignore[arg-type]
        target = exported(project, document, tmp_path / f"out{codec}{ending}", wish)[0]
        film = files.film(target)
        assert film is not None
        middle = film.frames(5)[5][90, 32::64].astype(int)
        assert np.abs(middle - colours).max() <= 4


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
    assert straight.read_bytes() == target.read_bytes()


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


def test_prores_4444_keeps_what_is_clear(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    name, _ = document.keep(Image(np.full((8, 8, 3), 200, np.uint8)))
    tracks = (Track("picture", clips=(placed(name, Fraction(3, 24), look=Look(scale=0.5)),)),)
    project = Project(width=64, height=64, timelines=(Timeline(tracks=tracks),))
    film = files.film(exported(project, document, tmp_path / "out.mov", Wish(alpha=True))[0])
    assert film is not None
    frame = film.frames(1)[1]
    assert frame[32, 32, 3] > 250
    assert frame[4, 4, 3] < 5


# ---------------------------------------------------------------- notes, words, surfaces


def tune() -> Audio:
    numbers = np.array([60, 62, 64, 65], np.uint8)
    whole = np.full(4, 0, np.uint8)
    notes = Notes(np.arange(4) * 0.5, np.full(4, 0.4), numbers, np.full(4, 90, np.uint8), whole, whole)
    return Audio(np.zeros((RATE * 2, 2), np.float32), RATE, notes)


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


# ---------------------------------------------------------------- refusals


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


def test_a_clip_with_a_sound_is_heard(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    tone = (0.3 * np.sin(np.arange(RATE) * 0.1))[:, None].repeat(2, axis=1).astype(np.float32)
    name, facts = document.keep(Video(np.zeros((24, 32, 32, 3), np.uint8), 24.0, Audio(tone, RATE)))
    tracks = (Track("picture", clips=(placed(name, 1),)),)
    project = Project(timelines=(Timeline(tracks=tracks),), media={name: facts}, rate=RATE)
    heard = files.read(exported(project, document, tmp_path / "out.wav", Wish(bits=32))[0])
    assert isinstance(heard, Audio)
    assert np.abs(heard.samples[3000:40000] - tone[3000:40000]).max() < 0.03
    assert len(exported(project, document, tmp_path / "out.wav", Wish(stems=True))) == 1
    assert (facts.rate, facts.channels) == (RATE, 2)
    again, found = document.take_in(document.path(name))
    assert (again, msgspec.structs.replace(found, name="")) == (name, facts)


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
