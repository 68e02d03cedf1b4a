"""The figures of pictures and clips, by the metric's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engines.contract import Image, Video
from engines.metrics import bits, clips, direction, frechet, inception, kernel, lpips, manifold, pixels, tasks, vendi
from engines.metrics.features import Extractor, Report, Way, over_white, read, shown
from engines.metrics.tasks import Computed, Task, Values, counted

KEPT = 20_000  # pictures whose features are kept in memory together; of more only the moments are
LEAST = 60  # pictures an estimate for endless samples needs


def frechet_of(
    files: tuple[list[Path], list[Path]], eyes: Extractor, name: str, told: tuple[Way, Report | None]
) -> Values:
    """The distance of sets of files (made, real), streamed; for endless samples and with an interval where their
    features fit in memory."""
    way, report = told
    few = max(map(len, files)) <= KEPT
    kept: tuple[list[np.ndarray], list[np.ndarray]] = [], []

    def seen(side: int) -> Iterator[np.ndarray]:
        for portion in eyes.portions(files[side], report, way):
            kept[side].extend([portion] if few else [])
            yield portion

    made, real = (frechet.streamed(seen(side)) for side in (0, 1))
    values = {name: frechet.between(made, real), "real files": float(len(files[1]))}
    if few and min(made.count, real.count) >= LEAST:
        a, b = (np.concatenate(rows) for rows in kept)
        values |= {"error": frechet.error(a, b), "endless": frechet.endless(a, real)}
    return values


def _fid(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    return frechet_of((made, tasks.real_files(task, "image")), eyes, "fid", ("", report))


def _fvd(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    return frechet_of((made, tasks.real_files(task, "video")), eyes, "fvd", ("clip", report))


def _kid(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    found = kernel.kid(eyes.all(made, report), eyes.all(tasks.real_files(task, "image"), report))
    return {"kid": found.mean, "error": found.error, "spread": found.spread}


def _manifold(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    real = eyes.all(tasks.real_files(task, "image"), report)
    return manifold.manifold(real, eyes.all(made, report))._asdict()


def _nearest(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    _, far = manifold.nearest(eyes.all(made, report), eyes.all(tasks.real_files(task, "image"), report))
    return {"least": float(far.min()), "median": float(np.median(far)), "mean": float(far.mean())}


def _vendi(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    return {"vendi": vendi.vendi(eyes.all(made, report))}


def _is(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    told = eyes.classes(made, report)
    splits = min(10, len(told))
    mean, spread = inception.score(told, splits)
    return {"is": mean, "error": spread / max(1, splits - 1) ** 0.5, "spread": spread}


def worded(made: list[Path], eyes: Extractor, report: Report | None, way: Way = "") -> Values:
    """How well files fit their words, by a network that knows both."""
    import torch

    from engines.metrics import likeness

    seen = eyes.each(made, report) if eyes.net.medium == "audio" else eyes.all(made, report, way)
    arrows, words = torch.from_numpy(seen), torch.from_numpy(eyes.said(tasks.prompts(made)))
    values = {"score": likeness.score(arrows, words), "error": likeness.error(arrows, words)}
    return values | {f"top {best}": likeness.retrieval(arrows, words, best) for best in (1, 5)}


def _clip(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    return worded(made, eyes, report)


def _direction(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    starts = [start for _, start in tasks.pairs(task, made, "image")]
    new, old = (eyes.said(tasks.prompts(paths)) for paths in (made, starts))
    found = direction.directions(eyes.all(made, report), eyes.all(starts, report), new, old)
    return {"direction": float(np.nanmean(found)), "error": tasks.error(list(found))}


def _pixels(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    rows = []
    for one, other in tasks.pairs(task, made, "image"):
        a, b = shown(one), shown(other)
        large = min(a.shape[:2]) > 160
        rows.append((pixels.psnr(a, b), pixels.ssim(a, b), pixels.ms_ssim(a, b) if large else np.nan))
    psnr, ssim, ms_ssim = (np.array(column) for column in zip(*rows, strict=True))
    values = {"psnr": float(psnr.mean()), "ssim": float(ssim.mean())}
    return values if np.isnan(ms_ssim).any() else values | {"ms-ssim": float(ms_ssim.mean())}


def _lpips(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    look = lpips.Look(task.features or "alex", task.folders)
    found = []
    for n, (one, other) in enumerate(tasks.pairs(task, made, "image"), 1):
        found.append(look.distance(shown(one), shown(other)))
        counted(report, n, len(made))
    return {"lpips": float(np.mean(found)), "error": tasks.error(found)}


def _bits(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    teller, found = bits.Teller(task.features or "blend"), []
    for n, path in enumerate(made, 1):
        found.append(teller.bits(Image(shown(path))))
        counted(report, n, len(made))
    return {"bits": float(np.mean(found)), "error": tasks.error(found)}


def _clips(task: Task, made: list[Path], eyes: Extractor, report: Report | None) -> Values:
    rows = []
    for n, path in enumerate(made, 1):
        frames = np.stack([over_white(frame) for frame in read(path, Video).frames])
        rows.append((clips.consistency(eyes.of(list(frames))), clips.flicker(frames)))
        counted(report, n, len(made))
    return {"consistency": tasks.mean(rows, 0), "flicker": tasks.mean(rows, 1)}


COMPUTED: dict[str, Computed] = {
    "fid": _fid,
    "kid": _kid,
    "manifold": _manifold,
    "nearest": _nearest,
    "vendi": _vendi,
    "is": _is,
    "clip": _clip,
    "direction": _direction,
    "pixels": _pixels,
    "lpips": _lpips,
    "bits": _bits,
    "clips": _clips,
    "fvd": _fvd,
}
