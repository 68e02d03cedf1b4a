"""Fit the network of audio/tune on tunes, and measure it on others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engines.families.autoregressive import bits
from engines.nn.tune import Shape, TuneNetwork
from engines.training.fit import Log, fit
from engines.training.tune_batches import Batches, batch, log_likelihood, loss
from engines.training.tune_data import Song

EVENTS = 2048  # in a batch
RATE = 2e-3


def learn(
    songs: Sequence[Song],
    judged: Sequence[Song],
    minutes: float,
    log: Log,
    *,
    kept: Path | None = None,
    resume: bool = False,
    device: str = "cpu",
    shape: Shape | None = None,
    size: int = EVENTS,
) -> TuneNetwork:
    """A network trained on `songs` for so many minutes (its moving average); `judged` are held out."""
    torch.manual_seed(1)
    network = TuneNetwork(shape, dropout=0.05).to(device)
    batches = Batches(list(songs), size, seed=1)
    probe = list(judged)[:: max(1, len(judged) // 14)][:14]

    def objective(step: int) -> torch.Tensor:
        return loss(network, tuple(x.to(device) for x in next(batches)))  # type: ignore[arg-type]

    def held_out(average: torch.nn.Module) -> float:
        return per_event(average, probe)  # type: ignore[arg-type]

    return fit(
        network,
        objective,
        minutes,
        log,
        stage="tune",
        batch=size,
        kept=kept,
        resume=resume,
        rate=RATE,
        held_out=held_out,
    )


@torch.no_grad()
def per_event(network: TuneNetwork, songs: Sequence[Song]) -> float:
    """Nats per event of whole tunes, told from left to right."""
    made = batch(songs, np.random.default_rng(0), fill=0.0, forget=0.0)
    device = next(network.parameters()).device
    return float(loss(network.eval(), tuple(x.to(device) for x in made)))  # type: ignore[arg-type]


@torch.no_grad()
def surprise(network: TuneNetwork, songs: Sequence[Song]) -> dict[str, float]:
    """Bits per note, and of them those of lengths and of pitches; chords are counted apart, per chord."""
    network.eval()
    sums = dict.fromkeys(("lengths", "pitches", "chords"), 0.0)
    notes = chords = 0
    for k in range(0, len(songs), 8):
        part = list(songs[k : k + 8])
        made = batch(part, np.random.default_rng(0), fill=0.0, forget=0.0)
        one, two = log_likelihood(network, made, [song.kind.metre for song in part])
        is_note = made[3] & (made[0][:, 1:, 0] > 1)
        is_chord = made[3] & (made[0][:, 1:, 0] <= 1)
        sums["lengths"] -= float(one[is_note].sum())
        sums["pitches"] -= float(two[is_note].sum())
        sums["chords"] -= float(two[is_chord].sum())
        notes, chords = notes + int(is_note.sum()), chords + int(is_chord.sum())
    found = {name: float(bits(total)) / (chords if name == "chords" else notes) for name, total in sums.items()}
    return found | {"note": found["lengths"] + found["pitches"], "notes": float(notes)}
