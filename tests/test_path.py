"""Paths between two results through their latents: the points, the measures along them, the command and the dialog."""

import csv
import io
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli import main
from app.core.lab import path as paths
from app.core.lab.path import Along
from app.ui import theme
from app.ui.compare.path import PathDialog
from engines.contract import Image, Refused
from engines.families import vae
from engines.files import media
from engines.files.steps import StepRow, StepStore

pytest_plugins = ("tests.studio_kit",)


def test_a_path_begins_and_ends_where_it_should() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1, 48)).astype(np.float32)
    for way in ("arc", "line"):
        found = paths.points(a, b, 5, way)  # type: ignore[arg-type]
        assert len(found) == 5
        assert (found[0] == a).all()
        assert (found[-1] == b).all()
        assert all(one.shape == a.shape and one.dtype == a.dtype for one in found)


def test_the_arc_is_that_of_the_engine_with_a_space_of_faces() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 7, 160)).astype(np.float32)
    for t, found in zip(np.linspace(0, 1, 9), paths.points(a, b, 9, "arc"), strict=True):
        want = vae.spherical(torch.from_numpy(a), torch.from_numpy(b), float(t)).numpy()
        assert np.abs(found - want).max() < 1e-5
    middle = paths.points(a, b, 3, "line")[1]
    assert np.abs(middle - (a + b) / 2).max() < 1e-6


def test_latents_as_large_stay_as_large_along_the_arc_alone() -> None:
    a, b = np.zeros((2, 4, 4, 4), np.float32)
    a[0, 0, 0], b[3, 3, 3] = 2.0, 2.0
    arc, line = (paths.points(a, b, 9, way) for way in ("arc", "line"))  # type: ignore[arg-type]
    assert [float(np.linalg.norm(one)) for one in arc] == pytest.approx([2.0] * 9)
    assert float(np.linalg.norm(line[4])) == pytest.approx(2**0.5)


def test_between_the_same_and_between_opposites_there_is_a_way() -> None:
    a = np.ones((1, 8), np.float32)
    for b in (a.copy(), -a, a * 0):
        assert all(np.isfinite(one).all() for one in paths.points(a, b, 5, "arc"))


def grey(value: int) -> Image:
    return Image(np.full((8, 8, 3), value, np.uint8))


def test_measures_of_an_even_path_and_of_a_jump() -> None:
    even = paths.measured([grey(10 * n) for n in range(5)])
    assert even.gaps == pytest.approx([10.0] * 4)
    assert even.length == pytest.approx(40)
    assert even.evenness == pytest.approx(1)
    assert even.ppl == pytest.approx((10 / 0.25) ** 2), "Karras: squared distance over squared step, its mean"
    jump = paths.measured([grey(0), grey(0), grey(40), grey(40), grey(40)])
    assert jump.length == pytest.approx(even.length)
    assert jump.evenness == pytest.approx(0.25)
    assert jump.ppl == pytest.approx(4 * even.ppl)


def test_a_straight_way_has_the_same_measures_at_any_fineness() -> None:
    coarse = paths.measured([grey(16 * n) for n in range(5)])
    fine = paths.measured([grey(4 * n) for n in range(17)])
    assert fine.ppl == pytest.approx(coarse.ppl)
    assert fine.length == pytest.approx(coarse.length)


def test_plots_and_table() -> None:
    found = Along((0.0, 0.5, 1.0), (2.0, 4.0), "root mean square, of 255", (0.1, 0.2, 0.3))
    gaps, fits = paths.plots(found)
    assert [point.x for point in gaps.series[0].points] == [0.25, 0.75]
    assert [point.y for point in fits.series[0].points] == [0.1, 0.2, 0.3]
    rows = list(csv.DictReader(io.StringIO(paths.table(found))))
    assert [row["distance to the next"] for row in rows] == ["2.0", "4.0", ""]


def test_what_has_no_way_between_is_refused(tmp_path: Path) -> None:
    def stored(name: str, *estimates: np.ndarray) -> StepStore:
        store = StepStore(tmp_path / name)
        for n, estimate in enumerate(estimates, 1):
            store.append(StepRow(n, len(estimates), 0.0), estimate)
        return store

    latent = stored("a", np.zeros((1, 4), np.float32), np.ones((1, 4), np.float32))
    assert (paths.ends(latent, latent)[0] == 1).all(), "the last one"
    with pytest.raises(Refused, match="not both kept"):
        paths.ends(latent, stored("none"))
    with pytest.raises(Refused, match="no latents"):
        paths.ends(latent, stored("pixels", np.zeros((4, 4, 3), np.uint8)))
    with pytest.raises(Refused, match="other shapes"):
        paths.ends(latent, stored("other", np.zeros((1, 5), np.float32)))
    with pytest.raises(Refused, match="3 to 65 points"):
        paths.points(np.zeros(3), np.ones(3), 2, "arc")


def test_the_command_goes_from_face_to_face(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DARKROOM_HOME", str(tmp_path / "home"))
    outs = [tmp_path / "a.png", tmp_path / "b.png"]
    for seed, out in enumerate(outs):
        words = ["generate", "image/blend", "--seed", str(seed), "--size", "64x64", "--set", "steps=2", "-o", str(out)]
        assert main(words) == 0
    capsys.readouterr()
    row = tmp_path / "row.png"
    assert main(["path", *map(str, outs), "-n", "5", "-o", str(row), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(told["gaps"]) == 4
    assert 0 < told["evenness"] <= 1
    assert media.read(row).pixels.shape[1] > 5 * 64  # type: ignore[union-attr]
    bare = tmp_path / "bare.png"
    media.write(bare, grey(3))
    assert main(["path", str(outs[0]), str(bare)]) == 3
    assert "carries no recipe" in capsys.readouterr().err


# ---------------------------------------------------------------- the dialog


def result(qtbot, studio, seed):
    studio.edit(seed=seed)
    studio.generate()
    qtbot.waitUntil(lambda: bool(studio.jobs) and all(job.ended for job in studio.jobs), timeout=15000)
    return studio.jobs[-1].run


def test_a_path_in_the_window(qtbot, studio, tmp_path):
    theme.apply(QApplication.instance(), "dark")
    studio.set_engine("image/fake")
    runs = [result(qtbot, studio, seed) for seed in (3, 4)]
    dialog = PathDialog(studio, *runs)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: all(dialog.pathing.entries))
    dialog.count.set_value(5)
    dialog.begin()
    qtbot.waitUntil(lambda: dialog.pathing.along is not None or bool(dialog.pathing.trouble), timeout=15000)
    assert not dialog.pathing.trouble
    assert len(dialog.points.pictures) == 5
    assert dialog.large.picture is not None
    assert dialog.told.text().startswith("Length")
    assert dialog.plots[0].plot is not None
    assert not dialog.plots[1].isVisible()
    QTest.keyClick(dialog.points, Qt.Key.Key_Right)
    assert dialog.points.at == 1
    for name in ("row.png", "row.csv"):
        dialog.pathing.export(tmp_path / name)
        qtbot.waitUntil((tmp_path / name).exists)
    dialog.grab()


def test_results_of_two_engines_have_no_path(qtbot, studio):
    studio.set_engine("image/fake")
    runs = [result(qtbot, studio, seed) for seed in (3, 4)]
    dialog = PathDialog(studio, *runs)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: all(dialog.pathing.entries))
    dialog.pathing.entries[1] = msgspec.structs.replace(dialog.pathing.entries[1], engine="image/other")
    dialog.begin()
    assert "two results of one engine" in dialog.told.text()
