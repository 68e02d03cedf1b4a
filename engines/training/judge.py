"""Train the judge of the sticker engine, check it on real pictures, and let it score what the engine draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.metrics import concepts as metric
from engines.metrics.frechet import frechet
from engines.training.data import Pictures, centred, fit
from engines.training.pool import Composer, Thing, article, blank, finish
from engines.training.vocabulary import COLOURS, NOT_RECOLOURED, STYLES, concepts, held_out_prompts, is_held_out

ROUNDS = 2  # looks at every training picture, each framed and blurred anew


def train(composer: Composer, network: Any) -> metric.Judge:
    """A judge trained on every picture that is not held out."""
    seen: list[Tensor] = []
    kinds: list[int] = []
    spread: list[np.ndarray] = []
    hues: list[int] = []
    names = list(COLOURS)
    for _ in range(ROUNDS):
        for start in range(0, len(composer.things), 256):
            some = composer.things[start : start + 256]
            pictures = np.stack([look(composer, thing) for thing in some])
            seen.append(metric.features(network, pictures))
            kinds += [composer.index[thing.concept.name] for thing in some]
            for thing, picture in zip(some, pictures, strict=True):
                if thing.colour:
                    spread.append(metric.histogram(picture))
                    hues.append(names.index(thing.colour))
    x = torch.cat(seen)
    mean, std = x.mean(0), x.std(0) + 1e-3
    concept = metric.linear((x - mean) / std, torch.tensor(kinds), len(composer.known))
    bins = torch.from_numpy(np.stack(spread))
    colour = metric.linear(bins, torch.tensor(hues), len(names), decay=1e-4, rounds=600)
    return metric.Judge(*concept, *colour, mean, std)


def look(composer: Composer, thing: Thing) -> np.ndarray:
    """A picture of `thing`, framed a little differently each time and blurred half of the time; uint8 (H, W, 3)."""
    rng = composer.rng
    size, shift = int(rng.integers(88, 117)), rng.integers(-6, 7, 2)
    picture = finish(composer.place(blank(), thing, size, (64 + int(shift[0]), 64 + int(shift[1]))))[:3]
    if rng.random() < 0.3:
        picture = picture.flip(-1)
    if rng.random() < 0.5:
        side = int(rng.choice([28, 40, 56]))
        small = functional.interpolate(picture[None], size=(side, side), mode="area")
        picture = functional.interpolate(small, size=(128, 128), mode="bilinear")[0]
    return ((picture + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()


def held_out(composer: Composer) -> list[Thing]:
    """Every (concept, style, colour) that training never shows."""
    return [
        thing
        for concept in composer.known
        for style in STYLES
        for thing in (Thing(concept, style, colour) for colour in COLOURS if is_held_out(colour, concept.name))
        if concept.name not in NOT_RECOLOURED and composer._sprite(thing)[..., 3].any()
    ]


def validate(judge: metric.Judge, composer: Composer, network: Any, pictures: Pictures) -> dict[str, float]:
    """How often the judge is right on real pictures it has not seen: held-out recolourings, and Noto's drawings."""
    things = held_out(composer)
    shown = np.stack([look(composer, thing) for thing in things])
    found = judge.concepts(metric.features(network, shown)).argmax(1)
    right = found == torch.tensor([composer.index[thing.concept.name] for thing in things])
    names = list(COLOURS)
    hue = judge.colours(shown).argmax(1) == torch.tensor([names.index(thing.colour or "") for thing in things])
    other, kinds = zip(*_noto(pictures, composer), strict=True)
    guess = judge.concepts(metric.features(network, np.stack(other)))
    return {
        "real held-out pictures": len(things),
        "concept right": float(right.float().mean()),
        "colour right": float(hue.float().mean()),
        "both right": float((right & hue).float().mean()),
        "noto top 1": float((guess.argmax(1) == torch.tensor(kinds)).float().mean()),
        "noto top 5": float((guess.topk(5, 1).indices == torch.tensor(kinds)[:, None]).any(1).float().mean()),
    }


def _noto(pictures: Pictures, composer: Composer) -> Iterator[tuple[np.ndarray, int]]:
    """The concepts as another style draws them, over white."""
    for concept in composer.known:
        found = pictures.read(concept.label, "noto")
        if found is not None:
            rgba = np.pad(centred(fit(found)).astype(np.float32) / 255, ((8, 8), (8, 8), (0, 0)))
            over = rgba[..., :3] * rgba[..., 3:] + 1 - rgba[..., 3:]
            yield (over * 255).astype(np.uint8), composer.index[concept.name]


def score(judge: metric.Judge, network: Any, draw: Callable[[str, int], np.ndarray]) -> dict[str, Any]:
    """Draw the 100 held-out prompts, 'a <colour> <thing>', with seeds 0 to 99, and judge object and colour.

    `draw(prompt, seed)` gives (H, W, 3) uint8. A picture counts only when both are right, each by the top score.
    """
    pairs = held_out_prompts()
    pictures = np.stack([draw(article(f"{colour} {name}"), seed) for seed, (colour, name) in enumerate(pairs)])
    known, names = [concept.name for concept in concepts()], list(COLOURS)
    of_object, of_colour = judge.concepts(metric.features(network, pictures)), judge.colours(pictures)
    objects, hues = of_object.argmax(1).tolist(), of_colour.argmax(1).tolist()
    asked = [(known.index(n), names.index(c)) for c, n in pairs]
    rows = [
        {
            "prompt": article(f"{c} {n}"),
            "object": known[o],
            "colour": names[h],
            "right": known[o] == n and names[h] == c,
        }
        for (c, n), o, h in zip(pairs, objects, hues, strict=True)
    ]
    return {
        "object": sum(known[o] == n for (_, n), o in zip(pairs, objects, strict=True)),
        "colour": sum(names[h] == c for (c, _), h in zip(pairs, hues, strict=True)),
        "both": sum(row["right"] for row in rows),
        "retrieved": retrieved(of_object, of_colour, asked),
        "rows": rows,
        "pictures": pictures,
    }


def retrieved(of_object: Tensor, of_colour: Tensor, asked: list[tuple[int, int]]) -> int:
    """How many pictures find their own caption first among all of `asked`, (object, colour) of picture i at place i.

    Retrieval as CLIP is tested (Radford et al., 2021, 3.1), a caption's likeness being log p(object) + log p(colour).
    """
    objects, colours = map(list, zip(*asked, strict=True))
    likeness = of_object.log_softmax(1)[:, objects] + of_colour.log_softmax(1)[:, colours]
    return int((likeness.argmax(1) == torch.arange(len(asked))).sum())


def beside(
    judge: metric.Judge, composer: Composer, network: Any, draw: Callable[[str, int], np.ndarray]
) -> dict[str, int]:
    """Draw 50 prompts 'a red apple and a blue car'; of the 100 halves, how many show their own object and colour.

    'drawn' is of what `draw` gives, 'real' of the same scenes composed from real pictures: as far as the judge can see.
    """
    rng = np.random.default_rng(50)
    coloured = [thing for thing in composer.things if thing.style == "3d" and thing.colour]
    scenes = [tuple(coloured[i] for i in rng.choice(len(coloured), 2, replace=False)) for _ in range(50)]
    names = [" and ".join(article(f"{thing.colour} {thing.concept.name}") for thing in scene) for scene in scenes]
    drawn = [draw(name, seed) for seed, name in enumerate(names)]
    real = [shown(composer.beside(*scene)) for scene in scenes]
    things = [thing for scene in scenes for thing in scene]
    return {name: _right(judge, composer, network, some, things) for name, some in (("drawn", drawn), ("real", real))}


def _right(
    judge: metric.Judge, composer: Composer, network: Any, pictures: list[np.ndarray], things: list[Thing]
) -> int:
    """In how many of the left and right halves of `pictures` both object and colour are those of `things`."""
    halves = np.stack([_half(picture, side) for picture in pictures for side in (0, 1)])
    found = zip(
        judge.concepts(metric.features(network, halves)).argmax(1), judge.colours(halves).argmax(1), strict=True
    )
    names = list(COLOURS)
    wanted = [(composer.index[thing.concept.name], names.index(thing.colour or "")) for thing in things]
    return sum((int(a), int(b)) == pair for (a, b), pair in zip(found, wanted, strict=True))


def _half(picture: np.ndarray, side: int) -> np.ndarray:
    """The left (0) or right (1) thing of a picture of two, as large as a thing alone; uint8 (H, W, 3)."""
    from PIL import Image

    part = Image.fromarray(picture[30:98, 60 * side : 60 * side + 68])
    return np.asarray(part.resize((128, 128), Image.Resampling.BICUBIC))


def distance(composer: Composer, network: Any, drawn: np.ndarray) -> dict[str, float]:
    """Frechet distance of EfficientNet features between what was drawn and the real held-out pictures.

    Heusel et al., 2017, equation 6, here on 1280 EfficientNet features: not comparable with Inception FID, and with
    100 pictures biased upwards; 'real' is the same distance between two halves of the real pictures, 100 in one.
    """
    things = held_out(composer)
    real = metric.features(network, np.stack([metric_picture(composer, thing) for thing in things])).double()
    order = torch.from_numpy(np.random.default_rng(0).permutation(len(real)))
    few, rest = real[order[:100]], real[order[100:]]
    return {"drawn": frechet(metric.features(network, drawn).double(), rest), "real": frechet(few, rest)}


def metric_picture(composer: Composer, thing: Thing) -> np.ndarray:
    """The real picture of `thing` as the engine would draw it, uint8 (H, W, 3)."""
    return shown(composer.single(thing))


def shown(picture: Tensor) -> np.ndarray:
    """A composed picture (4, H, W) over white, uint8 (H, W, 3)."""
    return ((picture[:3] + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
