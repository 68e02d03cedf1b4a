"""What measuring costs: features and Frechet distances, ours beside torchmetrics and torch-fidelity.

The distance is taken on the same two sets of 10,000 x 2048 features, the features by one Inception of the true layout
and random weights on the same pictures, each in turns within one process. Peak memory is that of a process of its own
that does nothing else. That 10,000 pictures stream in bounded memory is shown by 1,000 and 10,000 of them, through the
network that ships. Needs what packaging/test brings along.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.alternated import Turns
from tests.benchmarks.row import Row

COUNT, WIDE, PORTION = 10_000, 2048, 64
PICTURES = 4  # that both Inceptions see in a run: on a CPU each takes a good part of a second
MANY, FEW = 10_000, 1_000  # pictures that are streamed
OTHERS = ("torchmetrics", "torch-fidelity")


def sets() -> tuple[np.ndarray, np.ndarray]:
    """Two sets of features like Inception's: none below 0, joined by a few common causes, their means apart."""
    rng = np.random.default_rng(0)
    mix = rng.normal(0, 0.2, (64, WIDE)).astype(np.float32)
    made = [rng.normal(0.02 * n, 0.3, (COUNT, WIDE)).astype(np.float32) for n in range(2)]
    for one in made:
        one += rng.normal(size=(COUNT, 64)).astype(np.float32) @ mix
        np.maximum(one, 0, out=one)
    return made[0], made[1]


def portions(one: np.ndarray) -> Iterator[np.ndarray]:
    """A set as a network gives it, some rows at a time."""
    yield from (one[start : start + PORTION] for start in range(0, len(one), PORTION))


def ours(a: np.ndarray, b: np.ndarray) -> float:
    from engines.metrics import frechet

    return frechet.between(frechet.streamed(portions(a)), frechet.streamed(portions(b)))


def torchmetrics(a: np.ndarray, b: np.ndarray) -> float:
    import torch

    from engines.metrics import fidelity

    fidelity.there()
    from torchmetrics.image.fid import FrechetInceptionDistance

    eye: Any = torch.nn.Identity()
    eye.num_features = WIDE
    theirs: Any = FrechetInceptionDistance(feature=eye)
    for one, real in ((a, True), (b, False)):
        for portion in portions(one):
            theirs.update(torch.from_numpy(portion), real=real)
    return float(theirs.compute())


def torch_fidelity(a: np.ndarray, b: np.ndarray) -> float:
    import torch

    from engines.metrics import fidelity

    theirs = fidelity.module("metric_fid")
    stats = [theirs.fid_features_to_statistics(torch.from_numpy(one)) for one in (a, b)]
    return float(theirs.fid_statistics_to_metric(*stats, False)[theirs.KEY_METRIC_FID])


DISTANCES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "ours": ours,
    "torchmetrics": torchmetrics,
    "torch-fidelity": torch_fidelity,
}


def rows() -> list[Row]:
    """Distances, features, memory, and the stream."""
    return [*distance_rows(), *feature_rows(), *stream_rows()]


def distance_rows() -> list[Row]:
    """Seconds of the clock and ratios by processor time over ten alternations, how far apart the figures are, and peak
    memory."""
    a, b = sets()
    figures: dict[str, float] = {}

    def run(name: str) -> None:
        figures[name] = DISTANCES[name](a, b)

    turns = Turns({name: partial(run, name) for name in DISTANCES})
    turns.until([("ours", other) for other in OTHERS], np.inf, 0)
    found = [_row(f"Frechet distance of {COUNT:,} x {WIDE}", turns, other) for other in OTHERS]
    for other in OTHERS:
        away = abs(figures["ours"] - figures[other]) / figures[other]
        found.append(Row(f"relative difference of the figure to {other}", away, None, "", 1e-5))
    peak = {name: child("distance", name)["peak"] for name in DISTANCES}
    return found + [Row(f"its peak memory / {other}", peak["ours"], peak[other], "MB", None) for other in OTHERS]


def feature_rows() -> list[Row]:
    """The same network on the same pictures: torch-fidelity's own, and torchmetrics' with its antialiasing."""
    import torch

    from engines.metrics import agreement_nets

    seen = agreement_nets.Seen()
    stack = agreement_nets.pictures(PICTURES, 1)
    x = agreement_nets.as_tensor(stack)

    def theirs(network: Any) -> None:
        with torch.no_grad():
            network(x)

    ways: dict[str, Any] = {rule: partial(eyes.of, list(stack)) for rule, eyes in seen.eyes.items()}
    turns = Turns(
        {**ways, "torch-fidelity": partial(theirs, seen.theirs), "torchmetrics": partial(theirs, seen.smooth)}
    )
    pairs = {"tensorflow": "torch-fidelity", "antialiased": "torchmetrics"}
    turns.until(list(pairs.items()), np.inf, 0)
    return [_row(f"Inception on {PICTURES} pictures", turns, other, rule) for rule, other in pairs.items()]


def stream_rows() -> list[Row]:
    """Features and distance of many pictures against as many, from files, through the network that ships."""
    told = {count: child("stream", str(count)) for count in (FEW, MANY)}
    most, least = told[MANY], told[FEW]
    grown = "features kept for its error and the estimate without end among it"
    return [
        Row(f"{MANY:,} pictures to an FID (effnet)", most["seconds"], None, "s", None),
        Row(f"peak memory at {MANY:,} / {FEW:,} pictures", most["peak"], least["peak"], "MB", None, note=grown),
    ]


def _row(name: str, turns: Turns, other: str, own: str = "ours") -> Row:
    found, clock = turns.ratio(own, other), turns.ratio(own, other, "clock")
    seconds = [float(np.median(turns.clock[way])) for way in (own, other)]
    note = f"{found.told()} of {found.count} alternations; by the clock {clock.median:.3f}, {clock.told()}"
    return Row(f"{name} / {other}", seconds[0], seconds[1], "s", 1.0, found.median, "ratio", note)


def child(*words: str) -> dict[str, float]:
    """What a process of its own tells: its peak in MB, and seconds."""
    command = [sys.executable, "-m", "tests.benchmarks.metrics", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def streamed(count: int) -> None:
    """An FID of so many pictures against as many others, as `darkroom eval` takes it."""
    from engines.contract import Image
    from engines.files import media
    from engines.metrics import evaluation

    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name, spread in (("real", 256), ("fake", 200)):
            (home / name).mkdir()
            for n in range(count // 2):
                rough = rng.integers(0, spread, (8, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
                media.write(home / name / f"{n:05d}.png", Image(rough))
        began = time.perf_counter()
        evaluation.evaluated(evaluation.Task("fid", home / "fake", home / "real"))
        tell(began)


def tell(began: float) -> None:
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": _peak()}))


def _peak() -> float:
    """The most memory of this process, in MB. On Linux by what its own image held: `ru_maxrss` would count that of the
    process which started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    if sys.argv[1] == "stream":
        streamed(int(sys.argv[2]))
    else:
        start = time.perf_counter()
        DISTANCES[sys.argv[2]](*sets())
        tell(start)
