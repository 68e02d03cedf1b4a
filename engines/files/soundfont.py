"""SoundFonts: sampled instruments in a file (E-mu, "SoundFont Technical Specification 2.04", 2006; samples in Ogg
Vorbis as in MuseScore's .sf3).

What is read: presets, instruments, key and velocity ranges, tuning, loops, volume envelopes, low-pass filters,
attenuation and place in the stereo field. Modulators and LFOs are left out.
"""

from __future__ import annotations

import functools
import io
import mmap
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Refused

DRUMS = 128  # the bank of percussion
_VORBIS = 0x10  # the bit of a sample's type that says its data are Ogg Vorbis
_KEYS, _VELOCITIES, _INSTRUMENT, _SAMPLE = 43, 44, 41, 53
_RANGES = {_KEYS, _VELOCITIES}
# Defaults of the generators that are not zero (section 8.1.3): filter cutoff, envelope times, root key, tuning scale.
_DEFAULTS = {8: 13500, 33: -12000, 34: -12000, 35: -12000, 36: -12000, 38: -12000, 56: 100, 58: -1}
_ADDED = {0, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17, 21, 22, 23, 24, 25, 26, 33, 34, 35, 36, 37, 38, 39, 40, 48, 51, 52}

Zone = dict[int, int]  # generators by number; 53 is the sample

_PRESET = np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "<u4", 3)])
_INST = np.dtype([("name", "S20"), ("bag", "<u2")])
_BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
_GENERATOR = np.dtype([("number", "<u2"), ("amount", "<i2")])
_HEADER = np.dtype(
    [
        ("name", "S20"),
        *((name, "<u4") for name in ("begin", "end", "loop", "loop_end", "rate")),
        ("root", "u1"),
        ("correction", "i1"),
        ("link", "<u2"),
        ("type", "<u2"),
    ]
)


class SoundFont:
    """An open SoundFont. Samples are decoded when they are first heard."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        name = Path(path).name
        try:
            with open(path, "rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._parts = _parts(self._data)
            tables = (
                self._table(key, kind)
                for key, kind in (
                    (b"phdr", _PRESET),
                    (b"pbag", _BAG),
                    (b"pgen", _GENERATOR),
                    (b"inst", _INST),
                    (b"ibag", _BAG),
                    (b"igen", _GENERATOR),
                    (b"shdr", _HEADER),
                )
            )
            self.presets, self._pbag, self._pgen, self._inst, self._ibag, self._igen, self.samples = tables
        except FileNotFoundError:
            raise Refused("missing", f"The instruments {path} are not there: install Darkroom again.") from None
        except (KeyError, ValueError, struct.error) as error:
            raise Refused("bad-file", f"{name} is no SoundFont, or it is damaged.") from error
        self._places = {(int(p["bank"]), int(p["program"])): k for k, p in enumerate(self.presets[:-1])}

    def _table(self, key: bytes, kind: np.dtype[Any]) -> np.ndarray:
        begin, length = self._parts[key]
        return np.frombuffer(self._data, kind, length // kind.itemsize, begin)

    @functools.lru_cache(maxsize=4096)  # one SoundFont lives as long as the program
    def zones(self, bank: int, program: int, pitch: int, velocity: int) -> tuple[Zone, ...]:
        """What sounds when this key is struck; the piano, or the standard kit, stands in for a missing preset."""
        place = self._places.get((bank, program))
        place = self._places.get((bank, 0) if bank == DRUMS else (0, 0), 0) if place is None else place
        found: list[Zone] = []
        for outer in self._struck(place, self.presets, (self._pbag, self._pgen), (pitch, velocity)):
            if _INSTRUMENT not in outer:
                continue
            for inner in self._struck(outer[_INSTRUMENT], self._inst, (self._ibag, self._igen), (pitch, velocity)):
                if _SAMPLE in inner:
                    found.append(_merged(inner, outer))
        return tuple(found)

    def _struck(
        self, place: int, heads: np.ndarray, tables: tuple[np.ndarray, np.ndarray], key: tuple[int, int]
    ) -> list[Zone]:
        """The zones of one preset or instrument that this key and velocity fall in."""
        bags, generators = tables
        common: Zone = {}
        found = []
        for k in range(int(heads[place]["bag"]), int(heads[place + 1]["bag"])):
            rows = generators[int(bags[k]["generator"]) : int(bags[k + 1]["generator"])]
            zone = {int(n): int(a) for n, a in zip(rows["number"], rows["amount"], strict=True)}
            last = next(reversed(zone), -1)
            if k == int(heads[place]["bag"]) and last not in (_INSTRUMENT, _SAMPLE):
                common = zone  # the global zone comes first and names nothing
            else:
                zone = common | zone
                if _within(zone, _KEYS, key[0]) and _within(zone, _VELOCITIES, key[1]):
                    found.append(zone)
        return found

    @functools.lru_cache(maxsize=512)
    def wave(self, sample: int) -> np.ndarray:
        """The sample's numbers, float32 (N,) in [-1, 1]."""
        head = self.samples[sample]
        offset = self._parts[b"smpl"][0]
        begin, end = int(head["begin"]), int(head["end"])
        if int(head["type"]) & _VORBIS:
            return _vorbis(self._data[offset + begin : offset + end])
        return np.frombuffer(self._data, "<i2", end - begin, offset + 2 * begin).astype(np.float32) / 32768

    def loop(self, sample: int) -> tuple[int, int]:
        """Where the sample's loop begins and ends, counted from its own beginning."""
        head = self.samples[sample]
        origin = 0 if int(head["type"]) & _VORBIS else int(head["begin"])
        return int(head["loop"]) - origin, int(head["loop_end"]) - origin


def _parts(data: mmap.mmap) -> dict[bytes, tuple[int, int]]:
    """(place, length) of every chunk inside the three lists of a RIFF sfbk file."""
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise ValueError("no SoundFont")
    found: dict[bytes, tuple[int, int]] = {}
    outer = 12
    while outer + 12 <= len(data):
        length = struct.unpack("<I", data[outer + 4 : outer + 8])[0]
        inner, end = outer + 12, min(outer + 8 + length, len(data))
        while inner + 8 <= end:
            size = struct.unpack("<I", data[inner + 4 : inner + 8])[0]
            found[data[inner : inner + 4]] = (inner + 8, min(size, end - inner - 8))
            inner += 8 + size + size % 2
        outer += 8 + length + length % 2
    return found


def _within(zone: Zone, number: int, value: int) -> bool:
    if number not in zone:
        return True
    low, high = zone[number] & 0xFF, (zone[number] >> 8) & 0xFF
    return low <= value <= high


def _merged(inner: Zone, outer: Zone) -> Zone:
    """The instrument's generators over their defaults, the preset's added to them."""
    zone = _DEFAULTS | {n: a for n, a in inner.items() if n not in _RANGES}
    for number, amount in outer.items():
        if number in _ADDED:
            zone[number] = zone.get(number, 0) + amount
    return zone


def _vorbis(data: bytes) -> np.ndarray:
    """Every sample of an Ogg Vorbis stream: loops end at its very end, which FFmpeg's decoder cuts off."""
    import soundfile

    return soundfile.read(io.BytesIO(data), dtype="float32")[0]
