"""The model card of audio/tune and its pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic
from engines.nn import stored
from engines.training import sheets
from engines.training.tune_data import PACKAGE, Song
from engines.training.tune_measure import Copies, roll


def write(out_dir: Path, found: dict[str, Any], songs: dict[str, Sequence[Song]]) -> None:
    """`card.md`, the loss curve, a sheet of tunes and a sheet of their nearest neighbours in training."""
    rows = [json.loads(line) for line in (out_dir / "log.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row.get("stage") == "tune"]
    sheets.loss_curve(rows, out_dir / "loss.png", "nats per event", log=False)
    usual = songs["usual"]
    shown = [roll(song.bars, song.kind.metre) for song in usual[:24]]
    sheets.pictures(shown, 3, out_dir / "contact.png", gap=6)
    sheets.pictures(neighbours(usual, songs["trained"]), 2, out_dir / "neighbours.png", gap=6)
    atomic.write(out_dir / "card.md", text(out_dir, found, songs, rows).encode())


def neighbours(made: Sequence[Song], trained: Sequence[Song], count: int = 8) -> list[np.ndarray]:
    """Piano rolls in pairs: those samples that copy most, and the training tune each has the longest run from."""
    copies = Copies(trained)
    found = [(copies.longest(song.bars), song) for song in made]
    found.sort(key=lambda one: -one[0][0])
    pictures = []
    for (_, where), song in found[:count]:
        other = trained[where] if where is not None else song
        pictures += [roll(song.bars, song.kind.metre), roll(other.bars[:16], other.kind.metre)]
    return pictures


def text(out_dir: Path, found: dict[str, Any], songs: dict[str, Sequence[Song]], rows: list[dict[str, Any]]) -> str:
    """The card."""
    last = rows[-1]
    parts = {
        "parameters": f"{stored.parameters(out_dir / 'tune.safetensors') / 1e6:.1f}",
        "package": PACKAGE.replace("==", " "),
        "trained": len(songs["trained"]),
        "judged": len(songs["judged"]),
        "steps": last["step"],
        "samples": last["samples"],
        "minutes": round(last["seconds"] / 60),
        "bits": _bits(found),
        "apart": _apart(found),
        "form": _form(found),
        "copies": _copies(found),
        "count": len(songs["usual"]),
    }
    return _CARD.format(**parts)


def _bits(found: dict[str, Any]) -> str:
    names = [name for name in found if name.endswith("-gram")] + ["model", "model seen"]
    titles = {"model": "**audio/tune**", "model seen": "audio/tune on a tenth of the tunes it was trained on"}
    lines = [
        f"| {titles.get(n, f'{n}, Witten-Bell')} | {found[n]['lengths']:.3f} | {found[n]['pitches']:.3f} "
        f"| {found[n]['note']:.3f} |"
        for n in names
    ]
    return "\n".join(lines)


def _apart(found: dict[str, Any]) -> str:
    free, usual = found["free"], found["usual"]
    return "\n".join(
        f"| {name} | {free['apart'][name]:.3f} | {usual['apart'][name]:.3f} | {free['apart real'][name]:.3f} |"
        for name in free["apart"]
    )


def _form(found: dict[str, Any]) -> str:
    free, usual = found["free"], found["usual"]
    return "\n".join(
        f"| {name} | {share:.1%} | {usual['form'][name]:.1%} | {free['form real'][name]:.1%} |"
        for name, share in free["form"].items()
    )


def _copies(found: dict[str, Any]) -> str:
    def row(title: str, runs: list[int]) -> str:
        high = float(np.mean([n >= 24 for n in runs]))
        return f"| {title} | {np.median(runs):.0f} | {np.percentile(runs, 95):.0f} | {max(runs)} | {high:.1%} |"

    return "\n".join(
        (
            row("samples of the network itself", found["free"]["runs"]),
            row("samples by default options", found["usual"]["runs"]),
            row("held-out tunes", found["free"]["runs real"]),
        )
    )


_CARD = """# audio/tune

Dance tunes and airs as notes: a causal transformer writes them event by event, bar by bar; chords come with them.

- **Trained by** the Darkroom developers, from scratch, with `darkroom train audio/tune`; the recipe is in
  `engines/training/tune*.py`. **Licence of the weights**: MIT.
- **Network**: {parameters} M parameters, rotary positions, two-part events (length, pitch; bar, chord) with the
  place in the bar and in the phrase beside them. Pitches count from the tonic, so every key is one to it.
- **Data**: {trained} tunes ({judged} more held out by family, variants of a tune on one side) of James Aird's six books
  of airs (Glasgow, 1782 on), Ryan's Mammoth Collection (Boston, 1883) and Francis O'Neill's Music of Ireland (Chicago,
  1903), all in the public domain, as transcribed into ABC by volunteers (named in the files, which state no terms)
  and distributed in the corpus of PyPI {package}. Nothing else of that corpus is read: neither the Essen songs (not
  for commercial use) nor the Bach chorales (their encodings carry no licence).
- **Chords**: none of the books has any. The training labels are found by dynamic programming over triads of the mode
  (`engines/music/harmony.py`), a musician's rules of thumb; the network learns those, not a human harmoniser's.
- **Training**: {steps} steps, {samples} events, {minutes} minutes on one thread of a CPU (x86_64). A third of the tunes
  are told with a gap that is filled last, which is how bars are written anew.

![Loss](loss.png)

## How well it does

Bits per note of held-out tunes (lower is better; lengths among those that fit in the bar):

| | lengths | pitches | together |
| --- | --- | --- | --- |
{bits}

How far {count} tunes of 16 bars are from the held-out tunes (total variation distance; 0 is the same). "Itself" draws
from the network's own distribution without any rule; "default" is what the engine does when nothing is set; "training"
is as many training tunes, which is as near as one can come:

| | itself | default | training |
| --- | --- | --- | --- |
{apart}

| | itself | default | held-out tunes |
| --- | --- | --- | --- |
{form}

How many notes in a row (intervals and lengths the same) stand in one training tune too, in steps of
8, 12, 16, 20, 24, 32, 40, 48, 64, 96:

| | median | 95th percentile | most | 24 or more |
| --- | --- | --- | --- | --- |
{copies}

These tunes borrow from each other (the last row shows how much), so short runs in common are the style itself.

From a checkout, `data` being any folder, this recomputes everything on this page:

    python -c "from pathlib import Path; from engines.training import tune; tune.evaluate('cpu', Path('data'),
    Path('assets/weights/tune'), lambda *words, **facts: print(*words, facts))"

![Tunes by default options, seeds from 0](contact.png)

![The samples that share most with training (left) and the tune they share it with (right)](neighbours.png)

## What it cannot do

One melody line with chords, in 4/4, 2/4, 3/4, 6/8 and 9/8, of up to 32 bars; the mode does not change on the way.
Waltzes are learnt from airs and minuets in 3/4, of which there are few. The accompaniment is a pattern played from the
chords, not learnt. The second part of a tune does not always follow from the first. Its held-out loss stopped falling
two thirds of the way through training: more tunes, not more minutes, would make it better.
"""
