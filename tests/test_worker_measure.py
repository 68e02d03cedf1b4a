"""Metrics in the worker: the figures of the same words in one process, told of as they come, stopped when asked."""

from pathlib import Path

import numpy as np
import pytest

from app.host import Host
from engines import wire
from engines.contract import Image, Request
from engines.files import media
from engines.metrics import evaluation
from engines.metrics.evaluation import Task


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    rng = np.random.default_rng(4)
    for name in ("real", "made"):
        (tmp_path / name).mkdir()
        for n in range(3):
            media.write(tmp_path / name / f"{n}.png", Image(rng.integers(0, 256, (24, 24, 3), np.uint8)))
    return tmp_path / "real", tmp_path / "made"


def test_figures_are_those_of_one_process(host: Host, folders: tuple[Path, Path]) -> None:
    real, made = folders
    news = list(host.run(wire.Measure(1, "pixels", str(made), str(real))))
    alone = evaluation.evaluated(Task("pixels", made, real))
    assert news[-1] == wire.Measured(1, 3, alone.values, alone.features, alone.biases)
    assert all(isinstance(one, wire.Measuring) for one in news[:-1])


def test_features_are_kept_and_progress_is_told(host: Host, folders: tuple[Path, Path], tmp_path: Path) -> None:
    order = wire.Measure(2, "vendi", str(folders[1]), cache=str(tmp_path / "kept"))
    first, again = list(host.run(order)), list(host.run(order))
    assert isinstance(first[-1], wire.Measured)
    assert wire.Measuring(2, 3, 3) in first
    kept = list((tmp_path / "kept").rglob("*.npy"))
    assert len(kept) == 3
    assert again[-1] == first[-1]


def test_what_cannot_be_measured_costs_a_sentence_and_the_worker_goes_on(
    host: Host, folders: tuple[Path, Path]
) -> None:
    lacking = list(host.run(wire.Measure(3, "fid", str(folders[1]))))[-1]
    assert isinstance(lacking, wire.Failed)
    assert "real files" in lacking.failure.sentence
    unknown = list(host.run(wire.Measure(4, "beauty", str(folders[1]))))[-1]
    assert isinstance(unknown, wire.Failed)
    assert "no metric" in unknown.failure.sentence
    made = list(host.run(wire.Generate(5, Request(engine="image/tiny", prompt="red", options={"steps": 2}))))[-1]
    assert isinstance(made, wire.Finished)


def test_a_stop_ends_it_between_two_portions(host: Host, folders: tuple[Path, Path]) -> None:
    one = (folders[1] / "0.png").read_bytes()
    for n in range(400):
        (folders[1] / f"more-{n}.png").write_bytes(one)
    news = host.run(wire.Measure(6, "vendi", str(folders[1])))
    assert isinstance(next(news), wire.Measuring)
    host.stop(6)
    assert isinstance(list(news)[-1], wire.Halted)


def test_another_host_has_a_worker_of_its_own(host: Host) -> None:
    host.hello()
    with host.another() as other:
        other.hello()
        assert other.pid != host.pid
        assert other.env == host.env
