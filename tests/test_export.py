"""Exports: every format read back, sample for sample and pixel for pixel where it is lossless, with its recipe."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from engines.contract import Audio, Image, Mesh, Refused, Video, medium_of
from engines.files import export as exports
from engines.files import media, sheet
from engines.files.export import How

RECIPE = json.dumps({"run": "r1", "request": {"engine": "image/x", "prompt": 'Äpfel & "öl" 🦊'}}, ensure_ascii=False)
LOSSLESS = {".wav", ".flac"}
SOUNDS = (".wav", ".flac", ".ogg")


def noise(count, channels=1, rate=44100, seed=0):
    samples = np.random.default_rng(seed).uniform(-0.9, 0.9, (count, channels))
    return Audio((np.round(samples * 2**23) / 2**23).astype(np.float32), rate)


def frames(count=7, height=8, width=6, channels=4):
    made = np.random.default_rng(count).integers(0, 255, (count, height, width, channels), np.uint8)
    if channels == 4:
        made[..., 3] = np.where(made[..., 3] > 100, 255, 0)
        made[..., :3] *= made[..., 3:] > 0
    return made


def tetra():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    return Mesh(vertices, faces, np.full((4, 4), 255, np.uint8))


# ---------------------------------------------------------------- sounds


@pytest.mark.parametrize("rate", [8000, 22050, 32000, 44100, 48000])
@pytest.mark.parametrize("count", [1, 2, 63, 576, 1000, 4096, 4097, 44101])
@pytest.mark.parametrize("ending", SOUNDS)
def test_every_sound_format_keeps_the_exact_number_of_samples(tmp_path, ending, count, rate):
    for channels in (1, 2):
        sound = noise(count, channels, rate)
        back = media.read(media.write(tmp_path / f"a{ending}", sound, RECIPE))
        assert (back.samples.shape, back.rate) == ((count, channels), rate)
        if ending in LOSSLESS:
            assert np.array_equal(back.samples, sound.samples)


def test_a_lossless_format_can_be_written_again_and_again(tmp_path):
    sound = Audio(np.array([[1.0], [-1.0], [0.5], [2**-23], [0.0]], np.float32).repeat(3, 0), 44100)
    once = media.read(media.write(tmp_path / "a.flac", sound))
    twice = media.read(media.write(tmp_path / "b.flac", once))
    assert np.array_equal(once.samples, twice.samples)
    assert np.abs(once.samples - sound.samples).max() <= 2**-23


def test_a_loop_in_ogg_sounds_like_the_loop(tmp_path):
    time = np.arange(32000) / 32000
    tone = Audio((0.5 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)[:, None], 32000)
    back = media.read(media.write(tmp_path / "a.ogg", tone))
    error = back.samples - tone.samples
    assert np.sqrt(np.mean(error**2)) < 0.02
    assert abs(float(back.samples[0, 0])) < 0.05


# ---------------------------------------------------------------- recipes

ALL = [(medium, ending) for medium, endings in media.WRITES.items() for ending in endings if ending != ".mid"]
SIDE = {".stl"}


def sample(medium):
    video = Video(frames(4, 32, 32, 3), 12.0, noise(16000, 1, 48000))
    return {"image": Image(frames(1)[0]), "audio": noise(2000), "video": video, "mesh": tetra()}[medium]


@pytest.mark.parametrize(("medium", "ending"), ALL)
def test_the_recipe_is_in_the_file_or_beside_it(tmp_path, medium, ending):
    written = exports.export([sample(medium)], tmp_path / f"made{ending}", RECIPE)
    assert json.loads(media.recipe_of(written[0])) == json.loads(RECIPE)
    assert [path.name for path in written[1:]] == ([f"made{ending}.darkroom.json"] if ending in SIDE else [])
    assert medium_of(media.read(written[0])) == medium
    exports.export([sample(medium)], tmp_path / f"made{ending}")
    assert media.recipe_of(written[0]) is None  # and the sidecar of the old file is gone


@pytest.mark.parametrize("ending", [".png", ".webp", ".flac", ".ogg", ".mp4", ".ply", ".obj", ".glb"])
def test_a_long_recipe_fits(tmp_path, ending):
    long = json.dumps({"run": "r", "prompt": "wörd " * 30_000})
    medium = next(medium for medium, endings in media.WRITES.items() if ending in endings)
    path = exports.export([sample(medium)], tmp_path / f"a{ending}", long)[0]
    assert json.loads(media.recipe_of(path)) == json.loads(long)


# ---------------------------------------------------------------- sheets


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(1, 9), st.integers(1, 9), st.integers(0, 12), st.integers(0, 3))
def test_a_sheet_holds_every_frame_on_an_exact_grid(count, height, width, columns, gap):
    given = frames(count, height, width)
    cells = sheet.grid(given, columns, gap)
    laid = sheet.laid(given, cells)
    assert laid.pixels.shape[:2] == cells.size[::-1]
    assert cells.columns * cells.rows >= count > cells.columns * (cells.rows - 1)
    assert all(np.array_equal(a, b) for a, b in zip(sheet.cut(laid, cells), given, strict=True))
    covered = np.zeros(laid.pixels.shape[:2], bool)
    for n in range(count):
        x, y = cells.corner(n)
        covered[y : y + height, x : x + width] = True
    assert not laid.pixels[~covered].any()


def test_a_clip_becomes_a_sheet_with_its_grid(tmp_path):
    clip = Video(frames(7), 12.5)
    image, grid = exports.export([clip], tmp_path / "walk.png", RECIPE, How(columns=3, gap=2))
    told = json.loads(grid.read_text())
    pixels = media.read(image).pixels
    assert (told["meta"]["image"], told["meta"]["size"]) == ("walk.png", {"w": pixels.shape[1], "h": pixels.shape[0]})
    assert told["meta"]["grid"] == {"columns": 3, "rows": 3, "count": 7, "gap": 2, "cell": {"w": 6, "h": 8}}
    for frame, entry in zip(clip.frames, told["frames"], strict=True):
        box = entry["frame"]
        assert np.array_equal(pixels[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]], frame)
        assert entry["duration"] == 80
    assert json.loads(media.recipe_of(image)) == json.loads(RECIPE)


def test_pictures_of_several_sizes_lie_in_the_middle_of_equal_cells(tmp_path):
    small, large = Image(np.full((2, 2, 3), 9, np.uint8)), Image(np.full((4, 6), 7, np.uint8))
    image, grid = exports.export([small, large], tmp_path / "set.webp", None, How(form="sheet", columns=2))
    pixels = media.read(image).pixels
    assert pixels.shape == (4, 12, 4)
    assert (pixels[1:3, 2:4] == [9, 9, 9, 255]).all()
    assert pixels[:, :6, 3].sum() == 4 * 255
    assert (pixels[:, 6:] == [7, 7, 7, 255]).all()
    assert len(json.loads(grid.read_text())["frames"]) == 2


# ---------------------------------------------------------------- sequences and clips


@pytest.mark.parametrize("name", ["walk.png", "walk-%04d.png"])
def test_a_sequence_is_every_frame_and_its_recipe_beside(tmp_path, name):
    clip = Video(frames(11), 12.0)
    written = exports.export([clip], tmp_path / name, RECIPE, How(form="sequence"))
    assert [path.name for path in written] == [*(f"walk-{n:04d}.png" for n in range(1, 12)), "walk.png.darkroom.json"]
    for frame, path in zip(clip.frames, written[:-1], strict=True):
        assert np.array_equal(media.read(path).pixels, frame)
        assert json.loads(media.recipe_of(path)) == json.loads(RECIPE)


@pytest.mark.parametrize("ending", media.WRITES["video"])
def test_pictures_become_a_clip_and_a_clip_keeps_its_frames(tmp_path, ending):
    pictures = [Image(np.full((32, 32, 3), 30 * n, np.uint8)) for n in range(6)]
    path = exports.export(pictures, tmp_path / f"a{ending}", RECIPE, How(fps=10.0))[0]
    back = media.read(path)
    assert back.frames.shape == (6, 32, 32, 3)
    assert back.fps == pytest.approx(10.0)
    assert [int(frame.mean().round()) for frame in back.frames] == pytest.approx([30 * n for n in range(6)], abs=4)
    assert media.read(exports.export([back], tmp_path / f"b{ending}", None, How(fps=20.0))[0]).fps == pytest.approx(
        20.0
    )


@pytest.mark.parametrize(
    ("found", "name", "how"),
    [
        ([], "a.png", How()),
        ([tetra()], "a.png", How()),
        ([tetra(), tetra()], "a.png", How()),
        ([noise(100)], "a.mp3", How()),
        ([Image(frames(1)[0])], "a.jpg", How(form="sheet")),
        ([Image(frames(1)[0])], "a.gif", How(form="sequence")),
        ([Image(frames(1)[0])], "a.png", How(form="sheet", columns=-1)),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(tmp_path, found, name, how):
    with pytest.raises(Refused) as refused:
        exports.export(found, tmp_path / name, None, how)
    assert refused.value.failure.sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- the command


def test_the_command_exports(tmp_path, capsys):
    clip = media.write(tmp_path / "clip.webp", Video(frames(5), 10.0), RECIPE)
    assert main(["export", str(clip), "-o", str(tmp_path / "sheet.png"), "--columns", "5", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["path"].rsplit("/", 1)[-1] for event in events] == ["sheet.png", "sheet.json"]
    assert json.loads(media.recipe_of(tmp_path / "sheet.png")) == json.loads(RECIPE)
    mesh = media.write(tmp_path / "a.glb", tetra(), RECIPE)
    assert main(["export", str(mesh), "-o", str(tmp_path / "a.stl")]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "a.stl"), str(tmp_path / "a.stl.darkroom.json")]
    assert main(["export", str(mesh), "-o", str(tmp_path / "a.wav")]) == 2
    assert main(["export", str(mesh), "-o", str(tmp_path / "b.glb"), "--fps", "0"]) == 2
    assert main(["export", str(tmp_path / "none.png"), "-o", str(tmp_path / "a.png")]) == 3
