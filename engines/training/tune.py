"""The recipe of audio/tune, from printed collections to weights and card: `darkroom train audio/tune --minutes 30`.

Stages: fetch the package, read its tunes, harmonise them, find variants of one tune, train, measure on held-out
families of tunes, write the card. `--resume` goes on where the training was saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from engines.contract import Refused
from engines.nn import stored
from engines.nn.tune import network
from engines.nn.tune_writer import Rules, Taste
from engines.training import tune_card, tune_data, tune_measure, tune_ngram
from engines.training.fit import Log, Report, chosen_device
from engines.training.tune_data import Song
from engines.training.tune_fit import learn, surprise

SAMPLES = 40
ORDERS = (1, 2, 3)  # of the n-grams it is measured against


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training. Refused('missing') when the package cannot be
    fetched.
    """
    for folder in (data_dir, out_dir):
        folder.mkdir(parents=True, exist_ok=True)
    songs = read(data_dir, report)
    trained, judged = tune_data.split(songs)
    report("tunes", training=len(trained), held_out=len(judged))
    log = Log(out_dir / "log.jsonl", report)
    kept = data_dir / "tune.pt"
    made = learn(trained, judged, minutes, log, kept=kept, resume=resume, device=chosen_device(device))
    stored.write(made, out_dir / "tune.safetensors", made.shape.words())
    evaluate(device, data_dir, out_dir, report)


def read(data_dir: Path, report: Report) -> list[Song]:
    """The tunes, from the data folder when they are there."""
    path = data_dir / "songs.json"
    if path.exists():
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Song])
        except msgspec.MsgspecError as error:
            raise Refused("bad-file", f"{path} is damaged: delete it, and it is made again.") from error
    report("reading tunes")
    songs = tune_data.songs(tune_data.fetch(data_dir))
    path.write_bytes(msgspec.json.encode(songs))
    return songs


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report, samples: int = SAMPLES) -> dict[str, Any]:
    """Measure the weights in `out_dir` on held-out tunes, and write card and sheets."""
    trained, judged = tune_data.split(read(data_dir, report))
    model = stored.read(network, out_dir / "tune.safetensors", chosen_device(device))
    found: dict[str, Any] = {"model": surprise(model, judged), "model seen": surprise(model, trained[::10])}
    report("bits per note", **found["model"])
    for order in ORDERS:
        found[f"{order}-gram"] = tune_ngram.surprise(trained, judged, order)
        report(f"{order}-gram", **found[f"{order}-gram"])
    free = tune_measure.written_like(model, judged, samples, taste=Taste(), rules=Rules(in_key=False, ending=False))
    found["free"] = tune_measure.figures(free, judged, trained)
    report("samples", **found["free"]["form"])
    usual = tune_measure.written_like(model, judged, samples, taste=Taste(0.9, top_p=0.95), rules=Rules())
    found["usual"] = tune_measure.figures(usual, judged, trained)
    report("samples by default options", **found["usual"]["form"])
    tune_card.write(out_dir, found, {"trained": trained, "judged": judged, "usual": usual})
    return found
