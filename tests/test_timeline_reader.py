"""Frames of a project's media by their moment: the right one from every coding, in any order."""

import itertools
import random
import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.core.project import Document
from app.core.timeline import proxies
from app.core.timeline.reader import Reader, Shelf
from app.core.timeline.values import Project
from engines.contract import Audio, Image, Mesh, Refused, Video
from engines.files import media as files

COUNT, FPS = 60, 24


def counted(height: int = 48, width: int = 64, count: int = COUNT, alpha: bool = False) -> np.ndarray:
    """Frames that show their number as bits: bright or dark stripes."""
    bits = (np.arange(count)[:, None] >> np.arange(8)) & 1
    stripes = np.repeat(bits, width // 8, axis=1).astype(np.uint8) * 200 + 20
    frames = np.broadcast_to(stripes[:, None, :, None], (count, height, width, 3)).copy()
    return np.concatenate([frames, np.full((count, height, width, 1), 128, np.uint8)], axis=3) if alpha else frames


def number(pixels: np.ndarray) -> int:
    width = pixels.shape[1] // 8
    row = pixels[pixels.shape[0] // 2, :, 0].reshape(8, width).mean(axis=1)
    return int(((row > 120) << np.arange(8)).sum())


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return Document.new(tmp_path / "piece", Project())


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ".webp"])
def test_every_frame_is_found_in_any_order(document: Document, tmp_path: Path, suffix: str) -> None:
    path = files.write(tmp_path / f"clip{suffix}", Video(counted(), float(FPS)))
    name, _ = document.take_in(path)
    read, order = Reader(document), list(range(COUNT))
    random.Random(1).shuffle(order)
    for n in [*order, *range(COUNT), *range(COUNT - 1, -1, -1)]:
        for part in (Fraction(0), Fraction(1, 2)):
            assert number(read.frame(name, (n + part) / FPS, Fraction(COUNT, FPS))) == n
    assert number(read.frame(name, Fraction(-3), Fraction(COUNT, FPS))) == 0
    assert number(read.frame(name, Fraction(99), Fraction(COUNT, FPS))) == COUNT - 1
    read.forget()


def test_frames_of_a_rate_that_is_no_whole_number_do_not_drift(document: Document) -> None:
    fps = Fraction(30000, 1001)
    name, _ = document.keep(Video(counted(), float(fps)))
    read = Reader(document)
    assert [number(read.frame(name, n / fps)) for n in range(COUNT)] == list(range(COUNT))


def test_what_is_read_is_what_was_kept(document: Document) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (9, 7, 4)).astype(np.uint8)
    name, _ = document.keep(Image(picture))
    grey, _ = document.keep(Image(picture[..., 0]))
    clear, _ = document.keep(Video(counted(alpha=True, count=6), 24.0))
    sound = Audio(np.random.default_rng(1).uniform(-1, 1, (4800, 1)).astype(np.float32), 24000)
    heard, _ = document.keep(sound)
    mesh, _ = document.keep(Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32)))
    read = Reader(document)
    assert (read.frame(name) == picture).all()
    assert (read.frame(grey) == picture[..., :1]).all()
    assert read.frame(clear, Fraction(3, 24), Fraction(1, 4)).shape == (48, 64, 4)
    assert (read.heard(heard, 24000) == sound.samples).all()
    assert read.heard(heard, 48000).shape == (9600, 2)
    assert read.heard(name, 48000).shape == (0, 2)
    assert read.mesh(mesh).faces.tolist() == [[0, 1, 2]]
    with pytest.raises(Refused, match="no surface"):
        read.mesh(name)
    with pytest.raises(Refused, match="nothing to see"):
        read.frame(heard)
    with pytest.raises(Refused, match="is not in"):
        read.frame("sha256-" + "0" * 64 + ".mp4")


def test_the_sound_of_a_clip_is_read_without_its_pictures(document: Document) -> None:
    tone = np.sin(np.arange(96000) * 0.05)[:, None].astype(np.float32).repeat(2, axis=1) * 0.5
    name, _ = document.keep(Video(counted(count=48), 24.0, Audio(tone, 48000)))
    heard = Reader(document).heard(name, 48000)
    assert np.abs(heard[2000:90000] - tone[2000:90000]).max() < 0.05


def test_small_copies_show_the_same_frames_and_are_never_packed(document: Document, tmp_path: Path) -> None:
    name, facts = document.keep(Video(counted(400, 640, count=12), 24.0))
    project = Project(media={name: facts})
    assert proxies.wanted(document, project) == [name]
    assert not proxies.make(document, name, stop=lambda: True)
    assert list((document.folder / proxies.FOLDER).iterdir()) == []
    open_already = Reader(document, proxies=True)
    assert open_already.frame(name).shape[:2] == (400, 640)
    assert proxies.make(document, name)
    assert open_already.frame(name, Fraction(5, 24)).shape[:2] == (360, 576)
    assert proxies.wanted(document, project) == []
    small, large = Reader(document, proxies=True), Reader(document)
    for n, read in itertools.product(range(11, -1, -1), (small, large)):
        assert number(read.frame(name, Fraction(n, 24))) == n
    assert small.frame(name).shape[:2] == (360, 576)
    assert large.frame(name).shape[:2] == (400, 640)
    document.save(project)
    assert "proxies" not in document.pack(tmp_path / "one.darkroom").read_bytes().decode("latin-1")


def test_a_shelf_forgets_what_was_used_longest_ago() -> None:
    shelf = Shelf(10)
    for n in range(4):
        shelf.put(n, str(n), 4)
        shelf.get(0)
    assert [shelf.get(n) for n in range(4)] == ["0", None, None, "3"]
    shelf.put(9, "large", 99)
    assert shelf.get(9) == "large"


def test_a_damaged_clip_is_one_sentence(document: Document, tmp_path: Path) -> None:
    path = files.write(tmp_path / "clip.mp4", Video(counted(), 24.0))
    name, _ = document.take_in(path)
    place = document.path(name)
    place.write_bytes(place.read_bytes()[:900])
    with pytest.raises(Refused, match="damaged"):
        Reader(document).frame(name)


def test_a_clip_that_a_camera_wrote_lying_is_seen_upright(document: Document, tmp_path: Path) -> None:
    frames = np.zeros((5, 48, 64, 3), np.uint8)
    frames[:, :10, :, 0] = 220  # red at the top
    path = files.write(tmp_path / "clip.mp4", Video(frames, 24.0))
    data, head = bytearray(path.read_bytes()), path.read_bytes().index(b"tkhd")
    matrix = head + 4 + 4 + 20 + 16  # after the version, the times and the layer
    assert data[matrix : matrix + 4] == struct.pack(">i", 0x10000)
    data[matrix : matrix + 20] = struct.pack(">5i", 0, 0x10000, 0, -0x10000, 0)  # to be turned clockwise
    path.write_bytes(data)
    name, facts = document.take_in(path)
    assert (facts.width, facts.height) == (48, 64)
    seen = Reader(document).frame(name, Fraction(2, 24))
    assert seen.shape == (64, 48, 3)
    assert seen[:, -4, 0].mean() > 150 > 3 * seen[:, 4, 0].mean()
    whole = files.read(path)
    assert isinstance(whole, Video)
    assert (whole.frames[2] == seen).all()
    assert proxies.make(document, name)
    small = Reader(document, proxies=True).frame(name, Fraction(2, 24))
    assert small.shape == (64, 48, 3)
    assert np.abs(small.astype(int) - seen).mean() < 6


def test_a_long_clip_is_taken_in_without_opening_all_of_it(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.write(tmp_path / "clip.mp4", Video(counted(), 24.0))
    monkeypatch.setattr("engines.files.clip.BYTES", 64 * 48 * 3 * 10)  # ten frames fit
    with pytest.raises(Refused, match="too much to open at once"):
        files.read(path)
    name, facts = document.take_in(path)
    assert (facts.length, facts.width, facts.height, facts.fps) == (Fraction(COUNT, 24), 64, 48, 24.0)
    assert number(Reader(document).frame(name, Fraction(40, 24))) == 40
    assert files.film(files.write(tmp_path / "tone.wav", Audio(np.zeros((99, 1), np.float32), 8000))) is None
