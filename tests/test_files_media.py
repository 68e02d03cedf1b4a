"""Media come back from their files, recipe inside; a broken or lying file costs one sentence and no memory."""

import json
import os
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import wave
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engines.contract import Audio, Image, Media, Mesh, Refused, Video, medium_of
from engines.files import media, notes, picture, synth

RAMP = (np.add.outer(np.arange(48), np.arange(64)) * 2).astype(np.uint8)
COLOUR = np.stack([RAMP, RAMP[::-1], RAMP // 2], axis=-1)
TONE = Audio((0.5 * np.sin(np.arange(8000)[:, None] / 20 * np.array([[1, 1.5]]))).astype(np.float32), 16_000)
CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.1234567]], np.float32)
TINTS = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [9, 8, 7, 255]], np.uint8)
TUNE = synth.render(
    notes.of(
        [(0.0, 0.5, 62, 90, 0, 110), (0.5, 0.25, 66, 80, 0, 110), (0.5, 1.0, 50, 60, 1, 25)], 120.0, (6, 8), "D major"
    )
)
MADE: dict[str, Media] = {
    "rgb": Image(COLOUR),
    "rgba": Image(np.dstack([COLOUR, RAMP])),
    "grey": Image(RAMP),
    "odd": Image(COLOUR[:7, :5]),
    "sound": TONE,
    "mono": Audio(TONE.samples[:777, :1], 44_100),
    "tune": TUNE,
    "clip": Video(np.stack([np.roll(COLOUR, 4 * n, 1) for n in range(12)]), 12.5, TONE),
    "mute": Video(np.stack([np.roll(COLOUR, 4 * n, 1) for n in range(5)])[:, :33, :35], 10.0),
    "mesh": Mesh(CORNERS, np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32), TINTS),
    "plain": Mesh(CORNERS, np.array([[0, 2, 1], [0, 1, 3]], np.int32)),
}
RECIPE = '{"request":{"engine":"image/x","prompt":"日本 🎉 تفاحة"},"run":"r"}'
EXACT = {".png", ".wav", ".glb", ".ply", ".obj"}
WAYS = [
    (name, ext)
    for name, made in MADE.items()
    for ext in media.WRITES[medium_of(made)]
    if ext != ".mid" or name == "tune"  # only a sound with notes can be saved as MIDI
]


def _numbers(made: Media) -> np.ndarray:
    fields = {"image": "pixels", "audio": "samples", "video": "frames", "mesh": "vertices"}
    return np.asarray(getattr(made, fields[medium_of(made)]), np.float64)


@pytest.mark.parametrize(("name", "extension"), WAYS)
def test_media_come_back_with_their_recipe(tmp_path: Path, name: str, extension: str) -> None:
    made = MADE[name]
    path = media.write(tmp_path / f"it{extension}", made, RECIPE, "日本\nSteps: 4")
    disguised = path.rename(tmp_path / "content decides.txt")
    back = media.read(disguised)
    assert medium_of(back) == medium_of(made)
    text = media.recipe_of(disguised)
    assert (text is None) if extension == ".stl" else (json.loads(text or "") == json.loads(RECIPE))
    if extension in EXACT and not (name == "rgba" and extension != ".png"):
        assert np.array_equal(_numbers(back), _numbers(made))
    elif medium_of(made) in ("image", "video") and _numbers(back).shape == _numbers(made).shape:
        assert np.abs(_numbers(back) - _numbers(made)).mean() < 6
    if isinstance(made, Audio):
        assert isinstance(back, Audio)
        assert back.rate == made.rate
        assert back.samples.shape == made.samples.shape
        assert np.abs(back.samples - made.samples).max() < (0.1 if extension == ".ogg" else 1e-6)
        assert (back.notes is None) == (made.notes is None or extension in (".flac", ".ogg"))
    if isinstance(made, Mesh) and isinstance(back, Mesh) and extension != ".stl":
        assert np.array_equal(back.faces, made.faces)
        assert (back.colors is None) == (made.colors is None)
        assert made.colors is None or np.array_equal(back.colors, made.colors)  # type: ignore[arg-type]


@pytest.mark.parametrize("extension", [".wav", ".mid"])
def test_a_tune_keeps_its_notes(tmp_path: Path, extension: str) -> None:
    made = TUNE.notes
    back = media.read(media.write(tmp_path / f"it{extension}", TUNE, RECIPE))
    assert isinstance(back, Audio)
    assert back.notes is not None
    assert made is not None
    for name in ("pitch", "velocity", "channel", "program"):
        assert np.array_equal(getattr(back.notes, name), getattr(made, name))
    for name in ("start", "length"):
        assert np.abs(getattr(back.notes, name) - getattr(made, name)).max() < (1e-3 if extension == ".mid" else 1e-12)
    assert (back.notes.tempo, back.notes.metre, back.notes.key) == (120.0, (6, 8), "D major")


def test_a_sound_without_notes_cannot_be_midi() -> None:
    with pytest.raises(Refused, match="no notes"):
        media.encode(TONE, ".mid")


def test_notes_that_make_no_sense_are_left_out() -> None:
    whole = bytearray(notes.pack(TUNE.notes))  # type: ignore[arg-type]
    assert notes.unpack(bytes(whole)) is not None
    assert notes.unpack(bytes(whole[:-40])) is None
    assert TUNE.notes is not None
    odd = msgspec.structs.replace(TUNE.notes, pitch=np.array([60, 200, 61], np.uint8))
    assert notes.unpack(notes.pack(odd)) is None


def test_a_clip_keeps_its_length_pace_and_sound(tmp_path: Path) -> None:
    made = MADE["clip"]
    assert isinstance(made, Video)
    for extension in (".mp4", ".webm"):
        back = media.read(media.write(tmp_path / f"it{extension}", made))
        assert isinstance(back, Video)
        assert back.frames.shape == made.frames.shape
        assert back.fps == pytest.approx(made.fps, rel=0.01)
        assert back.sound is not None
        assert len(back.sound.samples) / back.sound.rate == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_same_media_give_the_same_bytes(name: str) -> None:
    extension = media.EXTENSIONS[medium_of(MADE[name])]
    assert media.encode(MADE[name], extension, RECIPE) == media.encode(MADE[name], extension, RECIPE)


def test_other_programs_read_our_files(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    path = media.write(tmp_path / "a.png", MADE["rgb"], RECIPE, "a cat\nSteps: 4, Seed: 1")
    with Pillow.open(path) as opened:
        assert opened.info["parameters"] == "a cat\nSteps: 4, Seed: 1"
        assert opened.info["darkroom"] == RECIPE
    trimesh = pytest.importorskip("trimesh")
    for extension in media.WRITES["mesh"]:
        path = media.write(tmp_path / f"m{extension}", MADE["mesh"], RECIPE)
        seen = trimesh.load(path, force="mesh", process=False)
        assert len(seen.faces) == 4
        assert np.allclose(sorted(seen.bounds.ravel()), sorted([0, 0, 0, 1, 1, 1.1234567]), atol=1e-5)


def test_sounds_of_other_programs_are_read(tmp_path: Path) -> None:
    for width in (1, 2, 3, 4):
        whole = np.round(TONE.samples[:100] * (2 ** (8 * width - 1) - 1)).astype(np.int64)
        stored = whole + 128 if width == 1 else whole
        raw = b"".join(int(v).to_bytes(width, "little", signed=width > 1) for v in stored.ravel())
        with wave.open(str(tmp_path / "a.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(width)
            file.setframerate(8000)
            file.writeframes(raw)
        back = media.read(tmp_path / "a.wav")
        assert isinstance(back, Audio)
        assert np.abs(back.samples - TONE.samples[:100]).max() < 2.0 / 2 ** (8 * width - 1)


def test_pillow_modes_are_read(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    drawn = Pillow.fromarray(COLOUR)
    shapes = {"1": 2, "L": 2, "P": 3, "RGB": 3, "RGBA": 3, "LA": 3, "I;16": 2}
    for mode, dims in shapes.items():
        drawn.convert("L").convert(mode).save(tmp_path / "a.png") if mode == "I;16" else drawn.convert(mode).save(
            tmp_path / "a.png"
        )
        back = media.read(tmp_path / "a.png")
        assert isinstance(back, Image)
        assert back.pixels.dtype == np.uint8
        assert back.pixels.ndim == dims
        assert back.pixels.shape[:2] == (48, 64)
    drawn.convert("CMYK").save(tmp_path / "a.jpg")
    assert media.read(tmp_path / "a.jpg").pixels.shape == (48, 64, 3)  # type: ignore[union-attr]


@pytest.mark.parametrize("extension", [".gif", ".webp", ".mp4"])
def test_a_development_is_exported(tmp_path: Path, extension: str) -> None:
    frames = [Image(np.roll(COLOUR, n, 0)) for n in range(6)] + [Image(np.repeat(np.repeat(RAMP, 2, 0), 2, 1))]
    back = media.read(media.export_development(frames, tmp_path / f"dev{extension}", 8.0, RECIPE))
    assert isinstance(back, Video)
    assert back.frames.shape[1:] == (96, 128, 3)
    assert len(back.frames) == 7 + 7  # the last stays for a second
    with pytest.raises(Refused):
        media.export_development([], tmp_path / "none.gif")


def test_an_extension_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        media.write(tmp_path / "a.glb", MADE["rgb"])
    assert ".png" in caught.value.failure.sentence
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- files that are broken, or lie


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(data)) + _chunk(b"IEND", b"")


def _wav(claimed: int, form: bytes = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)) -> bytes:
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", claimed) + bytes(64)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _glb(**changes: object) -> bytes:
    whole = media.encode(MADE["mesh"], ".glb")
    length = struct.unpack("<I", whole[12:16])[0]
    document = json.loads(whole[20 : 20 + length]) | changes
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = whole[20 + length :]
    total = 20 + len(text) + len(rest)
    return whole[:8] + struct.pack("<II", total, len(text)) + whole[16:20] + text + rest


def _lying_accessor() -> bytes:
    return _glb(accessors=[{"componentType": 5126, "count": 2**31, "type": "VEC3", "bufferView": 0}] * 3)


PLY = b"ply\nformat %s 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\n"
PLY += b"element face 1\nproperty list uchar int vertex_indices\nend_header\n"
BROKEN: dict[str, bytes | Callable[[], bytes]] = {
    "empty": b"",
    "one byte": b"\x89",
    "png head only": b"\x89PNG\r\n\x1a\n",
    "png cut": lambda: media.encode(MADE["rgb"], ".png")[:100],
    "png bomb": _png(50_000, 50_000),
    "png vast": _png(2**31 - 1, 2**31 - 1),
    "png nothing in it": _png(64, 64),
    "jpeg cut": lambda: media.encode(MADE["rgb"], ".jpg")[:300],
    "gif cut": b"GIF89a\xff\xff\xff\xff\xf7\0\0",
    "webp cut": lambda: media.encode(MADE["rgba"], ".webp")[:60],
    "bmp vast": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 60, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 1, 1, 0, 0),
    "tiff silly": b"II*\0\xff\xff\xff\xff" + b"\0" * 40,
    "wav cut": lambda: media.encode(TONE, ".wav")[:1000],
    "wav claims 4 GB": _wav(0xFFFFFFF0),
    "wav of nothing": b"RIFF\4\0\0\0WAVE",
    "wav without a rate": _wav(64, struct.pack("<HHIIHH", 1, 1, 0, 0, 2, 16)),
    "wav of no channels": _wav(64, struct.pack("<HHIIHH", 1, 0, 8000, 0, 0, 16)),
    "wav in a strange coding": _wav(64, struct.pack("<HHIIHH", 0x55, 1, 8000, 16000, 2, 16)),
    "flac cut": lambda: media.encode(TONE, ".flac")[:30],
    "mp3 of nothing": b"ID3\4\0\0\0\0\0\0" + bytes(64),
    "ogg of nothing": b"OggS" + bytes(64),
    "mp4 cut": lambda: media.encode(MADE["mute"], ".mp4")[:400],
    "mp4 of nothing": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(64),
    "webm cut": lambda: media.encode(MADE["mute"], ".webm")[:80],
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n",
    "glb cut": lambda: media.encode(MADE["mesh"], ".glb")[:-40],
    "glb lies": _lying_accessor,
    "glb round in circles": lambda: _glb(nodes=[{"mesh": 0, "children": [0]}]),
    "glb points elsewhere": lambda: _glb(buffers=[{"byteLength": 9, "uri": "file:///etc/passwd"}]),
    "glb needs more": lambda: _glb(extensionsRequired=["KHR_draco_mesh_compression"]),
    "glb of nothing": lambda: _glb(meshes=[{"primitives": []}]),
    "ply lies": PLY % (b"binary_little_endian", 2**40),
    "ply cut": PLY % (b"binary_little_endian", 3) + bytes(20),
    "ply text cut": PLY % (b"ascii", 3) + b"0 0 0 1 0",
    "ply of not numbers": PLY % (b"ascii", 1) + b"a b c 3 0 0 0",
    "obj out of range": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n",
    "obj of not numbers": b"v a b c\nf 1 2 3\n",
    "obj of nothing": b"v 0 0 0\nv 1 0 0\n",
    "obj not a number": b"v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "stl text cut": b"solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n",
    "pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\5posix\x94\x8c\6system\x94\x93\x94.",
    "zip": b"PK\3\4" + bytes(64),
    "weights": (2).to_bytes(8, "little") + b'{"a":1}',
    "words": b"Dear diary, nothing happened today.\n",
    "noise": np.random.default_rng(1).bytes(5000),
    "zeros": bytes(5000),
}
# what Pillow and others load once, outside the measured part
_ = media.encode(MADE["rgb"], ".png")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_costs_one_sentence_and_no_memory(tmp_path: Path, name: str) -> None:
    content = BROKEN[name]
    path = tmp_path / "thing.png"
    path.write_bytes(content() if callable(content) else content)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with pytest.raises(Refused) as caught:
            media.read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    failure = caught.value.failure
    assert failure.kind == "bad-file"
    assert "thing.png" in failure.sentence
    assert failure.sentence.endswith(".")
    assert "\n" not in failure.sentence
    assert "passwd" not in failure.sentence
    assert peak < 32 * 2**20
    assert time.monotonic() - began < 5


def test_a_lying_picture_takes_no_memory_at_all(tmp_path: Path) -> None:
    """What no tracer sees: a process that may have 1.5 GB refuses pictures of many more."""
    resource = pytest.importorskip("resource")
    for n, data in enumerate((_png(50_000, 50_000), _png(2**31 - 1, 1), _glb(), BROKEN["bmp vast"])):
        (tmp_path / f"{n}.png").write_bytes(data)  # type: ignore[arg-type]
    code = (
        "import resource, sys\nfrom engines.contract import Refused\nfrom engines.files import media\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29))\n"
        "for path in sys.argv[1:]:\n    try: media.read(path)\n    except Refused as error: print(error)\n"
    )
    root = Path(__file__).resolve().parents[1]
    files = [str(p) for p in sorted(tmp_path.iterdir())]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code, *files], cwd=root, env=env, capture_output=True, text=True)
    assert resource is not None
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_folders_pipes_devices_and_nothing_are_refused(tmp_path: Path) -> None:
    places = [tmp_path, tmp_path / "none.png", Path("/dev/zero")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        places.append(tmp_path / "pipe.png")
    for place in places:
        for look in (media.read, media.recipe_of):
            ends: list[str] = []
            thread = threading.Thread(target=_note, args=(look, place, ends), daemon=True)
            thread.start()
            thread.join(5)
            assert ends == ["bad-file"], place


def _note(look: Callable[[Path], object], place: Path, ends: list[str]) -> None:
    try:
        look(place)
        ends.append("read")
    except Refused as error:
        ends.append(error.failure.kind)


@pytest.mark.parametrize("extension", sorted({ext for exts in media.WRITES.values() for ext in exts}))
def test_any_damage_is_read_or_refused(tmp_path: Path, extension: str) -> None:
    """Every file we write, with bytes flipped at random places: no other error than a sentence."""
    name = next(n for n, ending in WAYS if ending == extension and n != "clip")
    whole = media.encode(MADE[name], extension, RECIPE)
    rng = np.random.default_rng(0)
    for _ in range(25):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), 4):
            data[place] = int(rng.integers(256))
        path = tmp_path / f"a{extension}"
        path.write_bytes(data[: int(rng.integers(1, len(data) + 1))] if rng.random() < 0.3 else data)
        for look in (media.read, media.recipe_of):
            ends: list[str] = []
            _note(look, path, ends)
            assert ends[0] in ("read", "bad-file")


def test_a_text_bomb_in_a_png_is_cut(tmp_path: Path) -> None:
    bomb = b"darkroom\0\1\0\0\0" + zlib.compress(b"{" + b" " * 2**28, 9)
    path = tmp_path / "a.png"
    path.write_bytes(_png(4, 4, b"")[:33] + _chunk(b"iTXt", bomb) + _chunk(b"IEND", b""))
    with open(path, "rb") as file:
        assert len(picture.png_text(file, path.stat().st_size)["darkroom"]) <= 2**26
