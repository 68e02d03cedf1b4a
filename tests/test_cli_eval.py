"""`darkroom eval` on folders and engines: figures that are right, remembered work, sentences for what does not fit."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from engines.contract import Audio, Image, Mesh, Video
from engines.files import media
from engines.metrics import agreement, pixels


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))


def pictures(folder: Path, count: int, seed: int, side: int = 24) -> Path:
    rng = np.random.default_rng(seed)
    folder.mkdir()
    for n in range(count):
        rough = rng.integers(0, 256, (3, 3, 3), np.uint8).repeat(side // 3, 0).repeat(side // 3, 1)
        media.write(folder / f"{n:03d}.png", Image(rough))
    return folder


def answer(capsys, *words: str) -> dict:
    assert main(["eval", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_distances_of_folders_are_small_where_they_are_alike(tmp_path, capsys) -> None:
    real, fake = pictures(tmp_path / "real", 24, 1), pictures(tmp_path / "fake", 20, 2)
    alike = answer(capsys, "fid", "--real", str(real), "--fake", str(real))
    found = answer(capsys, "fid", "--real", str(real), "--fake", str(fake))
    assert alike["values"]["fid"] < 1e-6 < found["values"]["fid"]
    assert (found["count"], found["features"]) == (20, "effnet")
    kept = sorted((tmp_path / "home/data/features/effnet").rglob("*.npy"))
    assert len(kept) == 44
    before = [place.stat().st_mtime_ns for place in kept]
    assert answer(capsys, "fid", "--real", str(real), "--fake", str(fake))["values"] == found["values"]
    assert [place.stat().st_mtime_ns for place in kept] == before
    near = answer(capsys, "nearest", "--real", str(real), "--fake", str(real))["values"]
    assert near["least"] < 1e-2
    assert answer(capsys, "vendi", "--fake", str(real))["values"]["vendi"] > 1
    assert answer(capsys, "kid", "--real", str(real), "--fake", str(fake))["values"]["spread"] >= 0
    assert answer(capsys, "manifold", "--real", str(real), "--fake", str(real))["values"]["coverage"] == 1
    assert 1 <= answer(capsys, "is", "--fake", str(fake))["values"]["is"] <= 20


def test_pairs_go_by_their_names(tmp_path, capsys) -> None:
    real = pictures(tmp_path / "real", 2, 1)
    fake = pictures(tmp_path / "fake", 2, 2)
    found = answer(capsys, "pixels", "--real", str(real), "--fake", str(fake))["values"]
    each = [pixels.psnr(*(media.read(one / f"{n:03d}.png").pixels for one in (fake, real))) for n in range(2)]
    assert found["psnr"] == pytest.approx(np.mean(each))
    (real / "000.png").unlink()
    assert main(["eval", "pixels", "--real", str(real), "--fake", str(fake)]) == 3
    assert "nothing called 000" in capsys.readouterr().err


def test_sounds_clips_and_surfaces_have_figures_of_their_own(tmp_path, capsys) -> None:
    rng = np.random.default_rng(3)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        media.write(tmp_path / name / "x.wav", Audio(rng.normal(0, 0.1, (4000, 1)).astype(np.float32), 8000))
        corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
        faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
        media.write(tmp_path / name / "x.glb", Mesh(corners, faces))
    media.write(tmp_path / "a" / "x.mp4", Video(np.full((6, 32, 32, 3), 90, np.uint8), 8.0))
    both = ("--real", str(tmp_path / "b"), "--fake", str(tmp_path / "a"))
    assert answer(capsys, "stft", *both)["values"]["convergence"] > 0.1
    assert answer(capsys, "surfaces", *both)["values"]["f_score"] > 0.5
    assert answer(capsys, "closed", *both)["values"]["closed"] == 1
    still = answer(capsys, "clips", *both)["values"]
    assert still["consistency"] == pytest.approx(1, abs=1e-3)
    assert still["flicker"] < 1


@pytest.mark.slow
def test_an_engine_is_measured_by_what_it_makes_of_prompts(tmp_path, capsys) -> None:
    words = tmp_path / "prompts.txt"
    words.write_text("a red apple\n\na blue car\n")
    asked = (
        "clip",
        "--fake",
        "image/sticker-turbo",
        "--prompts",
        str(words),
        "--count",
        "2",
        "-o",
        str(tmp_path / "o"),
    )
    first = answer(capsys, *asked)
    assert first["features"] == "match"
    assert first["values"]["top 1"] == 1
    made = sorted((tmp_path / "o").glob("*.png"))
    before = [place.stat().st_mtime_ns for place in made]
    assert len(before) == 2
    assert answer(capsys, *asked)["values"] == first["values"]
    assert [place.stat().st_mtime_ns for place in made] == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "no metric"),
        (("fid",), "--fake"),
        (("fid", "--fake", "{}"), "--real"),
        (("vendi", "--fake", "{}"), "nothing in"),
        (("vendi", "--fake", "image/sticker"), "needs prompts"),
        (("clip", "--fake", "{}", "--features", "inception"), "nothing in"),
    ],
)
def test_what_does_not_fit_is_one_sentence(words, says, tmp_path, capsys) -> None:
    assert main(["eval", *(word.format(tmp_path) for word in words)]) in (2, 3)
    told = capsys.readouterr().err.strip()
    assert says in told
    assert "\n" not in told


def test_the_table_of_agreement_is_shown(capsys, monkeypatch) -> None:
    every = agreement.rows()  # that each holds is shown in test_metrics_agree
    monkeypatch.setattr(agreement, "rows", lambda: every[7:10])
    assert main(["eval", "agreement"]) == 0
    assert "scikit-image" in capsys.readouterr().out
    monkeypatch.setattr(agreement, "rows", lambda: (("a metric", "the truth", lambda: 0.5, 0.1),))
    assert main(["eval", "agreement"]) == 1
    assert "NOT HELD" in capsys.readouterr().out
