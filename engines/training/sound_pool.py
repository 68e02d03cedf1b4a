"""The pool audio/sound learns from: every sound once as a spectrogram, a clip for the vocoder, and its captions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.nn.sound_mel import BANDS, CLIP, HOP, PATCH, TOKEN, Codec, log_mel
from engines.nn.text import TextEncoder
from engines.training import sound_data
from engines.training.fit import Report
from engines.training.sound_data import Heard
from engines.training.sound_judge import FEATURES, features
from engines.training.sound_music import FX, INSTRUMENTS
from engines.training.sound_words import phrases

PER_KIND, PER_INSTRUMENT, PER_EFFECT, COPIES = 52, 32, 20, 8
SEGMENT = 96 * HOP  # samples of a clip for the vocoder, 0.96 s
STEP = 24 * HOP  # clips begin at multiples of this
LONGEST = CLIP // TOKEN  # patches
TOKENS = 16  # of a caption that are kept
QUIET = 10 ** (-50 / 20)
WAYS = 3  # captions of a sound


def sounds(recorded: list[Heard], scale: float = 1.0) -> list[Callable[[], Heard]]:
    """A way to make every sound of the pool: of our own, of instruments, of the SoundFont's effects, and copies of
    recordings; a kind that is heard in many of these gets fewer copies of each."""
    found: list[Callable[[], Heard]] = []

    def add(make: Callable[..., Heard], names: Iterable[str], each: int) -> None:
        found.extend(partial(make, name, index) for name in names for index in range(max(1, round(each * scale))))

    add(sound_data.invented, sound_data.makers(), PER_KIND)
    add(sound_data.played, INSTRUMENTS, PER_INSTRUMENT)
    add(sound_data.font_effect, FX, PER_EFFECT)
    many = Counter(one.told.kind for one in recorded)
    for place, one in enumerate(recorded):
        copies = min(COPIES if one.split == "learn" else 2, 80 // many[one.told.kind] + 1)
        for index in range(max(1, round(copies * scale))):
            found.append(partial(_copy, one, place, index))
    return found


def _copy(one: Heard, place: int, index: int) -> Heard:
    return sound_data.varied(one, np.random.default_rng([place, index, 3]))


def compose(recorded: list[Heard], folder: Path, tell: Report, scale: float = 1.0) -> None:
    """Make the pool in `folder`, unless it is there: pool.json, mel.npy, seen.npy (the judge's features), waves.npy.

    What an interrupted run has made is kept, in rows.jsonl and the arrays.
    """
    if (folder / "pool.json").exists():
        return
    makers = sounds(recorded, scale)
    shapes = {
        "mel": (np.float16, (BANDS, CLIP // HOP)),
        "waves": (np.int16, (SEGMENT,)),
        "seen": (np.float16, (FEATURES,)),
    }
    arrays = {
        name: _array(folder / f"{name}.npy", kind, (len(makers), *shape)) for name, (kind, shape) in shapes.items()
    }
    path = folder / "rows.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    with path.open("a") as file:
        for place in range(len(rows), len(makers)):
            heard = makers[place]()
            rows.append(_kept(heard, place, arrays))
            file.write(json.dumps(rows[-1]) + "\n")
            if place % 100 == 0:
                file.flush()
            if place % 500 == 0:
                tell(stage="pool", sounds=place, of=len(makers))
    for array in arrays.values():
        array.flush()
    (folder / "pool.json").write_text(json.dumps(rows))


def _array(path: Path, kind: Any, shape: tuple[int, ...]) -> Any:
    """An array on disk: what is there, or a new one."""
    if path.exists():
        return np.lib.format.open_memmap(path, "r+")
    return np.lib.format.open_memmap(path, "w+", kind, shape)


def _kept(heard: Heard, place: int, arrays: dict[str, Any]) -> dict[str, Any]:
    """Put a sound into the arrays; its row."""
    whole = np.zeros(CLIP)
    whole[: len(heard.samples)] = heard.samples[:CLIP]
    arrays["mel"][place] = log_mel(torch.from_numpy(whole).float()[None])[0].numpy()
    arrays["seen"][place] = features(heard.samples)
    start = _loudest(whole, place)
    arrays["waves"][place] = np.rint(np.clip(whole[start : start + SEGMENT], -1, 1) * 32767)
    return _row(heard, place, start, float(np.abs(whole).max()))


def _loudest(whole: np.ndarray, place: int) -> int:
    """Where a clip begins, a multiple of STEP: at the loudest of a few places."""
    rng = np.random.default_rng(place)
    starts = [0, *(rng.integers(0, (CLIP - SEGMENT) // STEP, 3) * STEP).tolist()]
    power = [np.square(whole[start : start + SEGMENT]).mean() for start in starts]
    return int(starts[0] if power[0] > 0.3 * max(power) and rng.random() < 0.6 else starts[int(np.argmax(power))])


def _row(heard: Heard, place: int, start: int, peak: float) -> dict:
    rng = np.random.default_rng([place, 5])
    loud = np.flatnonzero(np.abs(heard.samples) > QUIET * peak)
    return {
        "kind": heard.told.kind,
        "source": heard.source,
        "split": heard.split,
        "seconds": round(float(loud[-1] + 1) / sound_data.RATE, 3) if len(loud) else 0.1,
        "start": start,
        "captions": phrases(heard.told, rng, WAYS),
        "held captions": phrases(heard.told, rng, 1, held=True),
    }


class Pool:
    """The sounds of a data folder: `latents` float16 (N, LONGEST, KEPT), their captions as token states, splits."""

    def __init__(self, folder: Path) -> None:
        self.rows = json.loads((folder / "pool.json").read_text())
        self.kinds = [row["kind"] for row in self.rows]
        self.splits = np.array([row["split"] for row in self.rows])
        self.real = np.array([not row["source"].startswith(("machine/", "instrument/", "font/")) for row in self.rows])
        self.seconds = np.array([row["seconds"] for row in self.rows], np.float32)
        self.mel = np.load(folder / "mel.npy", mmap_mode="r")
        self.waves = np.load(folder / "waves.npy", mmap_mode="r")
        self.seen = np.array(np.load(folder / "seen.npy", mmap_mode="r"), np.float32)
        self.latents = torch.zeros(0)
        self.words: list[str] = []

    def places(self, split: str) -> np.ndarray:
        return np.flatnonzero(self.splits == split)

    # ------------------------------------------------------------ latents

    def codec(self, folder: Path) -> Codec:
        """The codec of the sounds for learning and the latents of all by it, from `folder` when they are there."""
        codec, path, kept = Codec(), folder / "codec.pt", folder / "latents.npy"
        if path.exists():
            codec.load_state_dict(torch.load(path, weights_only=True))
        else:
            codec.learn(self._patches(self.places("learn")))
            torch.save(codec.state_dict(), path)
        if not kept.exists():
            rows = (np.arange(at, min(at + 64, len(self.rows))) for at in range(0, len(self.rows), 64))
            np.save(kept, torch.cat([codec.encode(self._mel(some)).half() for some in rows]).numpy())
        self.latents = torch.from_numpy(np.load(kept))
        return codec

    def _mel(self, places: np.ndarray) -> Tensor:
        return torch.from_numpy(self.mel[places].astype(np.float32))

    def _patches(self, places: np.ndarray, each: int = 16) -> Tensor:
        """Patches of these sounds, up to the end of each and a little of the silence after it, (N, PATCH BANDS)."""
        rng, found = np.random.default_rng(0), []
        for place in places:
            last = min(LONGEST, int(self.seconds[place] * sound_data.RATE / TOKEN) + 2)
            some = np.sort(rng.choice(last, min(each, last), replace=False))
            mel = torch.from_numpy(np.array(self.mel[place], np.float32)).T.unflatten(0, (LONGEST, PATCH))
            found.append(mel[some].flatten(1))
        return torch.cat(found)

    def clips(self, places: np.ndarray, codec: Codec) -> tuple[Tensor, Tensor]:
        """Waves (B, SEGMENT) and the spectrograms (B, BANDS, SEGMENT / HOP) that the codec keeps of them."""
        waves = torch.from_numpy(self.waves[places].astype(np.float32) / 32767)
        starts = np.array([self.rows[place]["start"] for place in places]) // TOKEN
        kept = torch.stack(
            [self.latents[place, at : at + SEGMENT // TOKEN] for place, at in zip(places, starts, strict=True)]
        )
        return waves, codec.decode(kept.float())

    # ------------------------------------------------------------ captions

    def embed(self, folder: Path) -> None:
        """Token states of every caption for training, kept in `folder`; the empty caption comes first."""
        self.words = ["", *sorted({words for row in self.rows for words in row["captions"]})]
        self.number = {words: place for place, words in enumerate(self.words)}
        path = folder / "captions.npy"
        if not path.exists():
            _embedded(self.words, path)
        self.tokens = np.load(path, mmap_mode="r")
        self.lengths = np.load(path.with_name("lengths.npy"))

    def told(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384) and mask (B, L) of captions of the pool."""
        rows = [self.number[words] for words in captions]
        longest = int(self.lengths[rows].max())
        states = torch.from_numpy(np.stack([self.tokens[row, :longest] for row in rows])).float()
        return states, torch.arange(longest)[None] < torch.from_numpy(self.lengths[rows])[:, None]


def _embedded(words: list[str], path: Path) -> None:
    encoder = TextEncoder()
    order = sorted(range(len(words)), key=lambda row: len(words[row]))  # alike in length, so little is padded
    states = np.zeros((len(words), TOKENS, 384), np.float16)
    lengths = np.zeros(len(words), np.int64)
    for at in range(0, len(order), 64):
        some = order[at : at + 64]
        found, mask = encoder.encode([words[row] for row in some], TOKENS)
        states[some, : found.shape[1]] = found.numpy()
        lengths[some] = mask.sum(1).numpy()
    np.save(path, states)
    np.save(path.with_name("lengths.npy"), lengths)
