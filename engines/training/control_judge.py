"""How true the sticker engine is to its controls: maps of held-out pictures, moved, against the same of its results."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np

from engines import control
from engines.contract import Control, Image, Request
from engines.metrics import concepts as metric
from engines.nn import sticker, stored
from engines.nn.control import Branch, taught_on
from engines.training import control_data, judge
from engines.training.fit import Report
from engines.training.latents import _bytes
from engines.training.pool import Composer, Thing, article
from engines.training.sticker import trained_judge
from engines.training.vocabulary import COLOURS

SUBJECTS = 24  # held-out pictures
SWEPT = (0.0, 0.5, 1.0, 1.5)  # strengths of the sheet and of the sweep
SWEPT_SUBJECTS = 4
NEAR = {"edges": 2.0, "scribble": 3.0}  # pixels a line may lie off
MEASURES = {
    "edges": "F1 of edges, 2 pixels of tolerance",
    "scribble": "F1 of bold lines, 3 pixels of tolerance",
    "layout": "intersection over union of silhouettes",
    "colour": "mean difference of block colours, of 255 (less is better)",
    "depth": "correlation with the given depth",
}


def fidelity(kind: str, given: np.ndarray, result: np.ndarray) -> float:
    """How true `result`, uint8 (128, 128, 4) over white and alpha, is to the map `given`, as MEASURES says."""
    own = control.of(kind, result)
    if kind == "colour":
        return float(np.abs(own.astype(float) - given).mean())
    if kind == "depth":
        a, b = own.ravel().astype(float), given.ravel().astype(float)
        return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0
    if kind == "layout":
        both, any_ = ((own > 127) & (given > 127)).sum(), ((own > 127) | (given > 127)).sum()
        return float(both / max(1, any_))
    return f1(own > 127, given > 127, NEAR[kind])


def f1(found: np.ndarray, wanted: np.ndarray, near: float) -> float:
    """Harmonic mean of precision and recall of lines (H, W) that count as met within `near` pixels.

    Martin et al., "Learning to Detect Natural Image Boundaries", 2004, with distances in place of the matching.
    """
    from scipy import ndimage

    if not found.any() or not wanted.any():
        return float(found.any() == wanted.any())
    met = ndimage.distance_transform_edt(~wanted)[found] <= near
    hit = ndimage.distance_transform_edt(~found)[wanted] <= near
    precision, recall = float(met.mean()), float(hit.mean())
    return 2 * precision * recall / max(1e-9, precision + recall)


class Drawer:
    """Draws with the engine's default options and controls, from weights in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.model = sticker.load()
        build = partial(taught_on, flow=sticker.FLOW)
        self.branch: Branch = stored.read(build, folder / "control.safetensors", str(self.model.device))

    def __call__(self, prompt: str, seed: int, *controls: Control) -> np.ndarray:
        """Colour over white and alpha, uint8 (128, 128, 4)."""
        from engines.image.sticker import Options

        request, options = Request(engine="image/sticker", prompt=prompt, seed=seed, controls=controls), Options()
        denoise = self.model.denoiser(request, options, "", self.branch if controls else None)
        *_, last = self.model.states(request, options, denoise)
        return self.model.pixels(last.x[0])


def subjects(composer: Composer, count: int = SUBJECTS) -> list[tuple[Thing, str, np.ndarray]]:
    """Held-out things, each once, with its caption and its picture moved, uint8 (4, 128, 128)."""
    rng, found = np.random.default_rng(8), control_data.apart(composer)
    names = sorted({thing.concept.name for thing in found})
    picked = []
    for number, name in enumerate(rng.permutation(names)[:count]):
        ways = [thing for thing in found if thing.concept.name == name]
        thing = ways[rng.integers(len(ways))]
        caption = article(f"{thing.colour} {thing.concept.name}")
        moved = control_data.moved(_bytes(composer.single(thing)), np.random.default_rng((9, number)))
        picked.append((thing, caption, moved))
    return picked


def judged(composer: Composer, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Fidelity with and without each kind, retrieval of captions, the sweep of strengths, and the pictures of both."""
    draw, known = Drawer(out_dir), subjects(composer)
    pictures: dict[str, list[np.ndarray]] = {"none": [draw(words, seed) for seed, (_, words, _) in enumerate(known)]}
    scores: dict[str, dict[str, float]] = {}
    swept: dict[str, dict[str, Any]] = {}
    for kind in control.KINDS:
        maps = [control_data.map_of(kind, pixels) for _, _, pixels in known]
        given = [Control(kind, Image(one)) for one in maps]
        pictures[kind] = [draw(words, seed, given[seed]) for seed, (_, words, _) in enumerate(known)]
        scores[kind] = {
            name: float(np.mean([fidelity(kind, one, made) for one, made in zip(maps, pictures[who], strict=True)]))
            for name, who in (("with", kind), ("without", "none"))
        }
        report("fidelity", kind=kind, **scores[kind])
        swept[kind] = sweep(draw, given, known[:SWEPT_SUBJECTS], {0.0: pictures["none"], 1.0: pictures[kind]})
        report("strengths", kind=kind, **{f"{s:g}": value for s, value in swept[kind]["fidelity"].items()})
    found = {"scores": scores, "swept": swept, "subjects": known, "pictures": pictures}
    return found | {"retrieved": retrieval(composer, data_dir, found, report), "count": len(known)}


def sweep(draw: Drawer, given: list[Control], known: list[Any], drawn: dict[float, list[np.ndarray]]) -> dict[str, Any]:
    """Mean fidelity by strength, and rows of pictures: the map, then a result at each strength.

    `drawn` holds the results at the strengths that were drawn already, in the order of the subjects.
    """
    rows: list[list[np.ndarray]] = []
    values: dict[float, list[float]] = {strength: [] for strength in SWEPT}
    for seed, (_, words, _) in enumerate(known):
        kind, pixels = given[seed].kind, cast(Image, given[seed].media).pixels
        row = [pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, -1)]
        for strength in SWEPT:
            stronger = msgspec.structs.replace(given[seed], strength=strength)
            made = drawn[strength][seed] if strength in drawn else draw(words, seed, stronger)
            values[strength].append(fidelity(kind, pixels, made))
            row.append(made[..., :3])
        rows.append(row)
    return {"fidelity": {strength: float(np.mean(some)) for strength, some in values.items()}, "rows": rows}


def retrieval(composer: Composer, data_dir: Path, found: dict[str, Any], report: Report) -> dict[str, int]:
    """How many results find their own caption first among all, without control, with each, and the real pictures."""
    eyes = metric.extractor()
    trained = trained_judge(composer, eyes, data_dir)
    asked = [(composer.index[t.concept.name], list(COLOURS).index(t.colour or "")) for t, _, _ in found["subjects"]]
    shown = {"real": [np.ascontiguousarray(pixels[:3].transpose(1, 2, 0)) for _, _, pixels in found["subjects"]]}
    shown |= {who: [made[..., :3] for made in some] for who, some in found["pictures"].items()}
    told = {}
    for who, some in shown.items():
        rows = np.stack(some)
        told[who] = judge.retrieved(trained.concepts(metric.features(eyes, rows)), trained.colours(rows), asked)
    report("own caption found first", **told)
    return told
