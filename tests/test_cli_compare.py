"""`darkroom compare`: what was asked for, what came out, and the step at which two runs part."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import main
from app.core.lab import difference
from engines.contract import Audio, Image, Mesh, Refused, Request, Video
from engines.files import media
from engines.files.recipe import Recipe
from engines.files.steps import StepRow, StepStore
from engines.metrics import difference as came
from engines.metrics import pixels

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))


def made(out: Path, *more: str, engine: str = "image/tiny") -> Path:
    words = ["generate", engine, "a red apple", "--seed", "7", "--steps", "6", *more, "-o", str(out)]
    assert main(words) == 0
    return out


def shown(path: Path) -> np.ndarray:
    found = media.read(path)
    assert isinstance(found, Image)
    return found.pixels


def told(capsys: Any, *words: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["compare", *map(str, words), "--json"]) in (0, 1)
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_two_pictures_what_changed_and_where_they_part(tmp_path: Path, capsys: Any) -> None:
    one, same = made(tmp_path / "a.png"), made(tmp_path / "same.png")
    other = made(tmp_path / "b.png", "--guidance", "0:2,0.5:2,0.6:4")
    assert told(capsys, one, same)["same"]
    assert told(capsys, one, same)["steps"]["first"] is None
    found = told(capsys, one, other, "-o", tmp_path / "sheet.png")
    assert [change["name"] for change in found["changed"]] == ["curves.guidance.points", "curves.guidance.shape"]
    assert found["steps"]["first"] == 4  # which is where the curve has risen: at 3/5 of the run
    assert [index for index, _ in found["steps"]["apart"]] == [1, 2, 3, 4, 5, 6]
    assert not found["steps"]["noise"]
    a, b = (shown(path)[..., :3] for path in (one, other))
    assert found["figures"]["psnr"] == pytest.approx(pixels.psnr(a, b))
    assert found["figures"]["changed"] == pytest.approx((a != b).any(2).mean())
    assert shown(tmp_path / "sheet.png").shape[1] > 3 * 64


def test_the_words_for_people(tmp_path: Path, capsys: Any) -> None:
    one, other = made(tmp_path / "a.png"), made(tmp_path / "b.png", "--set", "steps=9")
    capsys.readouterr()
    assert main(["compare", str(one), str(other)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "options.steps: 6 → 9"
    parted = next(line for line in lines if line.startswith("They part"))
    assert parted.startswith("They part at step 2, where already their noise levels differ; at step 6")
    assert any(line.startswith("PSNR (dB): ") for line in lines)
    media.write(tmp_path / "bare.png", Image(np.zeros((64, 64, 3), np.uint8)))
    assert main(["compare", str(one), str(tmp_path / "bare.png")]) == 1
    assert "Not both carry a recipe" in capsys.readouterr().out
    assert main(["compare", str(one), str(one)]) == 0
    assert "The bytes agree." in capsys.readouterr().out


def test_a_branch_differs_by_where_it_began() -> None:
    parent = Recipe(request=Request(engine="image/x", size=(64, 64)), run="first")
    branch = Recipe(request=Request(engine="image/x", size=(96, 64)), run="second", parent=parent, step=3)
    found = {change.name: (change.a, change.b) for change in difference.changes(parent, branch)}
    assert found == {"size": ([64, 64], [96, 64]), "parent.run": (None, "first"), "parent.step": (None, 3)}


def test_runs_part_at_the_first_step_that_is_not_the_same(tmp_path: Path) -> None:
    stores = [StepStore(tmp_path / name) for name in "ab"]
    for n in range(1, 5):
        for kind, store in enumerate(stores):
            estimate = np.full((4, 4), float(n)) + np.eye(4) * (1 + kind * max(0, n - 2))
            store.append(StepRow(n, 4, 1.0 / n), estimate if n != 1 else None)
    found = difference.parting(*stores)
    assert found is not None
    assert (found.first, [index for index, _ in found.apart]) == (3, [2, 3, 4])
    assert found.apart[1][1] == pytest.approx(np.sqrt((np.eye(4) ** 2).mean()) / np.eye(4).std(), rel=1e-2)
    assert difference.parting(stores[0], StepStore(tmp_path / "none")) is None


def test_the_heat_is_where_the_difference_is() -> None:
    a = np.full((32, 32, 3), 90, np.uint8)
    b = a.copy()
    b[4:9, 20:30] += 100
    found = came.between(Image(a), Image(b))
    hot = found.pictures[2].sum(2)
    assert found.figures["changed"] == pytest.approx(50 / 1024)
    assert (hot[4:9, 20:30] == 3 * 255).all()
    hot[4:9, 20:30] = 0
    assert not hot.any()
    assert "sizes differ (32x32 and 16x32)" in came.between(Image(a), Image(a[:, :16])).note


def test_sounds_clips_and_surfaces_are_compared_by_their_own_figures() -> None:
    time = np.arange(16000, dtype=np.float32)[:, None] / 8000
    low, high = (Audio(0.5 * np.sin(2 * np.pi * tone * time), 8000) for tone in (440, 1760))
    apart, same = came.between(low, high), came.between(low, low)
    assert apart.figures["convergence"] > 0.5 > same.figures["convergence"] == 0
    brightest = [int(picture.mean((1, 2)).argmax()) for picture in apart.pictures[:2]]
    rows = 256 - np.array([440, 1760]) / 4000 * 256
    assert brightest == pytest.approx(rows, abs=2)
    assert {int(apart.pictures[2][int(row)].mean() > 100) for row in rows} == {1}
    assert "rates or channels" in came.between(low, Audio(low.samples, 4000)).note
    clip = Video(np.zeros((4, 16, 16, 3), np.uint8), 8.0)
    brighter = Video(np.full((3, 16, 16, 3), 10, np.uint8), 8.0)
    assert came.between(clip, brighter).figures["most"] == pytest.approx(10)
    assert "4 frames" in came.between(clip, brighter).note
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    mesh, moved = (Mesh(corners + np.array([0, 0, up], np.float32), np.array([[0, 1, 2]], np.int32)) for up in (0, 0.5))
    assert came.between(mesh, moved).figures["chamfer"] == pytest.approx(0.5, rel=1e-2)
    with pytest.raises(Refused, match="video and mesh"):
        came.between(clip, mesh)
