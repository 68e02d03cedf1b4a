"""Plays a sound and says where it is. No Qt; the audio library's callback thread is the clock."""

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from engines.contract import Audio

BUFFER_MS = 60


class Player:
    """One sound, played, paused, sought, looped. Without a sound device it runs in silence (`silent`).

    `position` is in seconds and follows the callback: what has been handed to the device, smoothed by the time since.
    `loop` repeats `brace` (start, stop in seconds), or all of it. `speed` is signed: -1 plays backwards, 2 twice as
    fast and an octave higher, as a tape does.
    """

    def __init__(self, null: bool = False) -> None:
        self.loop = False
        self.silent = False
        self.ended = False
        self._null = null
        self._lock = threading.Lock()
        self._samples = np.zeros((0, 1), np.float32)
        self._rate = 44100
        self._speed = 1.0
        self._brace: tuple[float, float] | None = None  # in samples
        self._place = 0.0  # in samples: what is handed to the device next
        self._from = 0.0  # where the portion began that was handed over last
        self._stamp = 0.0  # when that was
        self._fed = 0
        self._device: Any = None
        self._playing = False

    def load(self, audio: Audio, keep: bool = False) -> None:
        """Take another sound; `keep` goes on from the same place (a sound that is still developing)."""
        samples = _stereo(audio.samples)
        device = (samples.shape[1], audio.rate) != (self._samples.shape[1], self._rate)
        was = self._playing
        if device or not keep:
            self.close()
        with self._lock:
            self._samples, self._rate = samples, int(audio.rate)
            self._place = float(min(self._place, len(samples))) if keep else 0.0
            self._fed, self.ended = 0, False
        if device and keep and was:
            self.play()

    @property
    def samples(self) -> np.ndarray:
        """What is played, float32 (N, 1 or 2)."""
        return self._samples

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return self._whole / self._rate

    @property
    def _whole(self) -> int:
        """How long the sound is, in samples."""
        return len(self._samples)

    def _heard(self, at: np.ndarray) -> np.ndarray:
        """What is heard at the places `at`, in samples: float32 (n, channels). The device's thread asks."""
        return _read(self._samples, at)

    @property
    def playing(self) -> bool:
        """Whether it is heard (or would be)."""
        return self._playing

    @property
    def position(self) -> float:
        """Where the playhead is, in seconds."""
        with self._lock:
            if not self._playing or not self._fed:
                return self._place / self._rate
            since = min((time.monotonic() - self._stamp) * self._rate, self._fed)
            place = float(self._on(self._from, np.array([since]))[0])
            return min(max(place, 0.0), float(self._whole)) / self._rate

    @property
    def speed(self) -> float:
        """How fast it is played; below 0 backwards, never 0."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        place = self.position
        with self._lock:
            self._place, self._fed = place * self._rate, 0
            self._speed, self.ended = float(speed), False

    @property
    def brace(self) -> tuple[float, float] | None:
        """What `loop` repeats, in seconds; None for all of it."""
        return None if self._brace is None else (self._brace[0] / self._rate, self._brace[1] / self._rate)

    @brace.setter
    def brace(self, span: tuple[float, float] | None) -> None:
        with self._lock:
            ends = None if span is None else (round(span[0] * self._rate), round(span[1] * self._rate))
            self._brace = None if ends is None or ends[1] <= ends[0] else (float(ends[0]), float(ends[1]))

    def play(self) -> None:
        """Play from the playhead: from the far end when it stands there, from the brace when it stands outside."""
        if not self._whole:
            return
        with self._lock:
            self._place = self._beginning()
            self.ended, self._fed = False, 0
        if self._device is None:
            self._device = self._open()
            _OPEN.add(self)
        stream = self._stream()
        next(stream)
        self._device.start(stream)
        self._playing = True

    def _beginning(self) -> float:
        low, high = self._span()
        inside = low <= self._place < high if self._speed > 0 else low < self._place <= high
        past = self._place >= self._whole if self._speed > 0 else self._place <= 0
        if past or (self.loop and self._brace is not None and not inside):
            start, end = (low, high) if self.loop else (0.0, float(self._whole))
            return start if self._speed > 0 else end
        return self._place

    def pause(self) -> None:
        """Stop where it is."""
        place = self.position
        if self._device is not None and self._playing:
            self._device.stop()
        with self._lock:
            if self._playing and not self.ended:
                self._place = float(min(round(place * self._rate), self._whole))
            self._fed = 0
        self._playing = False

    def seek(self, seconds: float) -> None:
        """Move the playhead."""
        with self._lock:
            self._place = float(min(max(round(seconds * self._rate), 0), self._whole))
            self._fed, self.ended = 0, False

    def close(self) -> None:
        """Stop and give the device back."""
        self.pause()
        if self._device is not None:
            self._device.close()
            self._device = None
            _OPEN.discard(self)

    def _open(self) -> Any:
        device, self.silent = output(self._samples.shape[1], self._rate, null=self._null)
        return device

    def _stream(self) -> Generator[bytes, int, None]:
        """What the device pulls its frames from, on its own thread."""
        wanted = yield b""
        while True:
            wanted = yield self._next(wanted).tobytes()

    def _next(self, wanted: int) -> np.ndarray:
        """The next `wanted` frames (n, channels), silence after the end."""
        with self._lock:
            whole = self._whole
            heads = self._on(self._place, np.arange(wanted + 1))
            fed = wanted if self.loop and whole else int(((heads[:-1] >= 0) & (heads[:-1] <= whole)).sum())
            at = heads[:wanted] if self._speed > 0 else heads[:wanted] - 1
            fed = min(fed, int(((at > -1) & (at < whole)).sum()))
            self._from, self._fed, self._stamp = self._place, fed, time.monotonic()
            self._place = float(min(max(heads[-1], 0.0), whole))
            self.ended = fed < wanted
        part = self._heard(at[:fed])
        short = wanted - fed
        return np.pad(part, ((0, short), (0, 0))) if short else np.ascontiguousarray(part)

    def _span(self) -> tuple[float, float]:
        return self._brace or (0.0, float(self._whole))

    def _on(self, start: float, steps: np.ndarray) -> np.ndarray:
        """Where the playhead is `steps` frames on from `start`; once inside the loop it stays there."""
        raw = start + self._speed * steps
        low, high = self._span()
        if not self.loop or high <= low:
            return raw
        if self._speed > 0:
            edge = high if start < high else float(self._whole)
            return np.where(raw >= edge, low + (raw - edge) % (high - low), raw)
        edge = low if start > low else 0.0
        return np.where(raw <= edge, high - (edge - raw) % (high - low), raw)


def _read(samples: np.ndarray, at: np.ndarray) -> np.ndarray:
    """`samples` at the places `at`, between two of them in proportion."""
    if not len(at):
        return samples[:0]
    first = np.floor(at).astype(np.int64)
    part = (at - first).astype(np.float32)[:, None]
    low = samples[np.clip(first, 0, len(samples) - 1)]
    if not part.any():
        return low
    return low + (samples[np.clip(first + 1, 0, len(samples) - 1)] - low) * part


_OPEN: "weakref.WeakSet[Player]" = weakref.WeakSet()


@atexit.register
def _silence() -> None:
    """Give back what is still open: a device that pulls from an interpreter at its end would keep it from ending."""
    for player in list(_OPEN):
        player.close()


def output(channels: int, rate: int, *, null: bool = False, buffer_ms: int = BUFFER_MS) -> tuple[Any, bool]:
    """A device that plays float32 frames, and whether nothing will be heard: there is none, or `null` wants none."""
    import miniaudio

    words: dict[str, Any] = {
        "output_format": miniaudio.SampleFormat.FLOAT32,
        "nchannels": channels,
        "sample_rate": rate,
        "buffersize_msec": buffer_ms,
        "app_name": "Darkroom",
    }
    if not null:
        try:
            with muted():
                return miniaudio.PlaybackDevice(**words), False
        except miniaudio.MiniaudioError:
            pass
    return miniaudio.PlaybackDevice(**words, backends=[miniaudio.Backend.NULL]), True


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Keep what the system's sound library writes to the error stream when there is no device to itself."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a program without an error stream
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _stereo(samples: np.ndarray) -> np.ndarray:
    """float32 (N, 1 or 2) within [-1, 1]; more channels are mixed to one."""
    samples = np.asarray(samples, np.float32)
    samples = samples[:, None] if samples.ndim == 1 else samples
    if samples.shape[1] > 2:
        samples = samples.mean(axis=1, keepdims=True)
    return np.ascontiguousarray(np.nan_to_num(samples).clip(-1, 1))
