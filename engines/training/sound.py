"""The recipe of audio/sound, from open data to weights and card: `darkroom train audio/sound --minutes 30`.

Stages, each kept in the data folder and skipped when it is there: fetch the packages, make the sounds and their
captions (some ten minutes of one core), find the codec, fit the vocoder, fit the flow network, train the judge on
sounds of its own, evaluate on sources never trained on.
"""

from __future__ import annotations

from pathlib import Path

from engines.nn import stored
from engines.nn.sound_flow import SoundTransformer
from engines.nn.sound_mel import Codec
from engines.nn.sound_model import Voice
from engines.nn.sound_vocoder import Vocoder
from engines.training import sound_data, sound_flow, sound_vocoder
from engines.training.fit import Log, Report, ready
from engines.training.sound_pool import Pool, compose

SHARES = {"vocoder": 0.25, "flow": 0.75}  # of the minutes


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` ('cpu', 'cuda', 'mps' or 'auto') is the flow network's; the vocoder is trained on the CPU. `minutes` are of
    training; preparation and evaluation come on top. Refused when the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir, packages=("av", "soundfile"))
    log = Log(out_dir / "log.jsonl", report)
    report(stage="making the sounds")
    if not (data_dir / "pool.json").exists():
        compose(sound_data.recordings(data_dir / "packages"), data_dir, report)
    pool, codec = prepared(data_dir, report)
    report(stage="training the vocoder", minutes=round(minutes * SHARES["vocoder"], 1))
    vocoder = sound_vocoder.train(pool, codec, minutes * SHARES["vocoder"], log, kept=data_dir, resume=resume)
    report(stage="training the flow network", minutes=round(minutes * SHARES["flow"], 1))
    network = sound_flow.train(pool, minutes * SHARES["flow"], log, data_dir, device=device, resume=resume)
    save(network, vocoder, codec, out_dir)
    from engines.training import sound_card

    sound_card.evaluate(data_dir, out_dir, report)


def prepared(data_dir: Path, report: Report) -> tuple[Pool, Codec]:
    """The pool of a data folder with its latents and captions, and its codec."""
    report(stage="compressing the spectrograms")
    pool = Pool(data_dir)
    codec = pool.codec(data_dir)
    report(stage="reading the captions")
    pool.embed(data_dir)
    return pool, codec


def save(network: SoundTransformer, vocoder: Vocoder, codec: Codec, out_dir: Path) -> None:
    """All networks in half precision as safetensors."""
    stored.write(network, out_dir / "flow.safetensors", network.shape.words())
    stored.write(Voice(vocoder, codec), out_dir / "vocoder.safetensors", vocoder.shape.words())
