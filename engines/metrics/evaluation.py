"""Every metric by its name: what it is measured on, which way is better, what it is blind to, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec import Struct

from engines.contract import Audio, Mesh, Refused, Video
from engines.files import media, recipe
from engines.metrics import clips, frechet, inception, kernel, manifold, pixels, spectra, surfaces, vendi
from engines.metrics.features import Extractor, Report, files, over_white, read, shown

Needs = Literal["sets", "set", "words", "pairs"]


class Metric(Struct, frozen=True):
    """`needs` real and made files ('sets'), made ones alone ('set'), those and their prompts ('words'), or made ones
    beside the real ones of the same names ('pairs'). `biases` is a sentence for whoever reads the figure."""

    title: str
    medium: str
    needs: Needs
    better: Literal["lower", "higher", ""]
    biases: str


METRICS: dict[str, Metric] = {
    "fid": Metric(
        "Frechet distance",
        "image",
        "sets",
        "lower",
        "Too high with few pictures; compare only equal counts and features. 'endless' takes that bias out.",
    ),
    "kid": Metric("Kernel distance", "image", "sets", "lower", "Unbiased, but noisy with few pictures."),
    "manifold": Metric(
        "Precision, recall, density, coverage",
        "image",
        "sets",
        "higher",
        "Single odd pictures fool precision and recall; compare equal counts.",
    ),
    "nearest": Metric(
        "Distance to the nearest real one",
        "image",
        "sets",
        "",
        "A small distance may be a copy, or a plain subject; look at the pairs.",
    ),
    "vendi": Metric("Vendi score", "image", "set", "higher", "Grows with the count; sees only what the features see."),
    "is": Metric(
        "Inception score, by EfficientNet's classes",
        "image",
        "set",
        "higher",
        "Never looks at real pictures, and cannot tell copies.",
    ),
    "clip": Metric(
        "CLIP-score and retrieval by our own net",
        "image",
        "words",
        "higher",
        "By Darkroom's net, not by CLIP: compare only with its own figures.",
    ),
    "pixels": Metric("PSNR, SSIM, MS-SSIM", "image", "pairs", "higher", "A shift by a pixel costs more than a blur."),
    "stft": Metric("Multi-resolution STFT distance", "audio", "pairs", "lower", "Phase does not count."),
    "clips": Metric("Temporal consistency and flicker", "video", "set", "", "A clip that stands still is perfect."),
    "surfaces": Metric("Chamfer, F-score, normals", "mesh", "pairs", "", "Thin parts weigh as little as their area."),
    "closed": Metric("Open edges", "mesh", "set", "lower", "A closed surface may still cut through itself."),
}


class Answer(Struct, frozen=True):
    """The figures by name, and how many files they are of."""

    metric: str
    features: str
    count: int
    values: dict[str, float]
    biases: str


class Task(Struct, frozen=True):
    """What is to be measured: made files, real ones where the metric needs them, with which features; only the first
    `count` of the made ones where that is not 0."""

    metric: str
    made: Path
    real: Path | None = None
    features: str = ""
    cache: Path | None = None
    count: int = 0


def known(name: str, real: Path | None) -> Metric:
    """The metric of that name. Refused('bad-request') when there is none, or it lacks real files."""
    if name not in METRICS:
        raise Refused("bad-request", f"There is no metric {name!r}; there are: {', '.join(METRICS)}.")
    metric = METRICS[name]
    if metric.needs in ("sets", "pairs") and real is None:
        raise Refused("bad-request", f"{metric.title} compares with real files: say where they are with --real.")
    return metric


def extractor(metric: Metric, features: str = "", cache: Path | None = None) -> Extractor:
    """The features a metric looks at, for more than one evaluation."""
    return Extractor(features or ("match" if metric.needs == "words" else "effnet"), cache)


def evaluated(task: Task, report: Report | None = None, eyes: Extractor | None = None) -> Answer:
    """Measure. Raises Refused with a sentence when something is missing or does not fit."""
    metric = known(task.metric, task.real)
    made = files(task.made, metric.medium)[: task.count or None]
    eyes = eyes or extractor(metric, task.features, task.cache)
    try:
        values = _COMPUTED[task.metric](task, made, eyes, report)
    except ValueError as error:
        raise Refused("bad-request", f"{metric.title} cannot be measured here: {error}.") from error
    used = "" if metric.medium in ("audio", "mesh") or task.metric == "pixels" else eyes.name
    return Answer(task.metric, used, len(made), values, metric.biases)


def _fid(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    real = _real(task, "image")
    a, b = frechet.Moments(), frechet.Moments()
    few = len(made) <= 20_000  # above, features are not kept in memory together
    kept: list[np.ndarray] = []
    for portion in eyes.portions(made, report):
        a.add(portion)
        kept += [portion] if few else []
    for portion in eyes.portions(real, report):
        b.add(portion)
    values = {"fid": frechet.between(a, b), "real files": float(b.count)}
    if few and a.count >= 60:
        values["endless"] = frechet.endless(np.concatenate(kept), b)
    return values


def _kid(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    found = kernel.kid(eyes.all(made, report), eyes.all(_real(task, "image"), report))
    return {"kid": found.mean, "spread": found.spread}


def _manifold(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    return manifold.manifold(eyes.all(_real(task, "image"), report), eyes.all(made, report))._asdict()


def _nearest(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    _, far = manifold.nearest(eyes.all(made, report), eyes.all(_real(task, "image"), report))
    return {"least": float(far.min()), "median": float(np.median(far)), "mean": float(far.mean())}


def _vendi(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    return {"vendi": vendi.vendi(eyes.all(made, report))}


def _is(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    told = eyes.classes(made, report)
    mean, spread = inception.score(told, min(10, len(told)))
    return {"is": mean, "spread": spread}


def _clip(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    import torch

    from engines.metrics import likeness

    pictures, words = torch.from_numpy(eyes.all(made, report)), torch.from_numpy(eyes.said(prompts(made)))
    values = {"score": likeness.score(pictures, words), "error": likeness.error(pictures, words)}
    return values | {f"top {best}": likeness.retrieval(pictures, words, best) for best in (1, 5)}


def _pixels(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    rows = []
    for one, other in _pairs(task, made, "image"):
        a, b = shown(one), shown(other)
        large = min(a.shape[:2]) > 160
        rows.append((pixels.psnr(a, b), pixels.ssim(a, b), pixels.ms_ssim(a, b) if large else np.nan))
    psnr, ssim, ms_ssim = (np.array(column) for column in zip(*rows, strict=True))
    values = {"psnr": float(psnr.mean()), "ssim": float(ssim.mean())}
    return values if np.isnan(ms_ssim).any() else values | {"ms-ssim": float(ms_ssim.mean())}


def _stft(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    rows = []
    for one, other in _pairs(task, made, "audio"):
        a, b = read(one, Audio), read(other, Audio)
        if a.rate != b.rate:
            raise Refused("bad-file", f"{one.name} has {a.rate} Hz and {other.name} {b.rate}: make them equal first.")
        count = min(len(a.samples), len(b.samples))
        rows.append(spectra.multi_stft(a.samples[:count], b.samples[:count]))
    return {"convergence": _mean(rows, 0), "magnitude": _mean(rows, 1)}


def _clips(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    rows = []
    for n, path in enumerate(made, 1):
        frames = np.stack([over_white(frame) for frame in read(path, Video).frames])
        rows.append((clips.consistency(eyes.of(list(frames))), clips.flicker(frames)))
        if report is not None:
            report(n, len(made))
    return {"consistency": _mean(rows, 0), "flicker": _mean(rows, 1)}


def _surfaces(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    rows = [surfaces.compared(read(a, Mesh), read(b, Mesh)) for a, b in _pairs(task, made, "mesh")]
    return {name: _mean(rows, n) for n, name in enumerate(surfaces.Likeness._fields)}


def _closed(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> dict[str, float]:
    found = [surfaces.open_edges(read(path, Mesh)) for path in made]
    return {"closed": float(np.mean([one == 0 for one in found])), "open edges": float(np.mean(found))}


Computed = Callable[[Task, list[Path], Extractor, Report | None], dict[str, float]]
_COMPUTED: dict[str, Computed] = {
    "fid": _fid,
    "kid": _kid,
    "manifold": _manifold,
    "nearest": _nearest,
    "vendi": _vendi,
    "is": _is,
    "clip": _clip,
    "pixels": _pixels,
    "stft": _stft,
    "clips": _clips,
    "surfaces": _surfaces,
    "closed": _closed,
}


def prompts(paths: Sequence[Path]) -> list[str]:
    """What each file was made of: the prompt of its recipe, or the words of a .txt file beside it."""
    found = []
    for path in paths:
        beside = path.with_suffix(".txt")
        if beside.is_file():
            found.append(beside.read_text("utf-8").strip())
            continue
        text = media.recipe_of(path)
        if text is None:
            raise Refused("bad-file", f"{path.name} carries no recipe: put its prompt beside it as {beside.name}.")
        found.append(recipe.loads(text, lambda name: np.zeros(0, np.uint8)).request.prompt)
    return found


def _real(task: Task, medium: str) -> list[Path]:
    assert task.real is not None  # `evaluated` has looked
    return files(task.real, medium)


def _pairs(task: Task, made: list[Path], medium: str) -> list[tuple[Path, Path]]:
    """Made files with the real ones of the same stem. Refused when one has none."""
    real = {path.stem: path for path in _real(task, medium)}
    missing = next((path for path in made if path.stem not in real), None)
    if missing is not None:
        raise Refused(
            "bad-file", f"There is nothing called {missing.stem} in {task.real} to compare {missing.name} with."
        )
    return [(path, real[path.stem]) for path in made]


def _mean(rows: Sequence[tuple[float, ...]], column: int) -> float:
    return float(np.mean([row[column] for row in rows]))
