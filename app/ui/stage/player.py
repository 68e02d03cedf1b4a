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
    """

    def __init__(self, null: bool = False) -> None:
        self.loop = False
        self.silent = False
        self.ended = False
        self._null = null
        self._lock = threading.Lock()
        self._samples = np.zeros((0, 1), np.float32)
        self._rate = 44100
        self._cursor = 0
        self._stamp = 0.0  # when the cursor was last moved by the callback
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
            self._cursor = min(self._cursor, len(samples)) if keep else 0
            self._fed, self.ended = 0, False
        if device and keep and was:
            self.play()

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return len(self._samples) / self._rate

    @property
    def playing(self) -> bool:
        """Whether it is heard (or would be)."""
        return self._playing

    @property
    def position(self) -> float:
        """Where the playhead is, in seconds."""
        with self._lock:
            cursor, fed, stamp = self._cursor, self._fed, self._stamp
        if not self._playing or not fed:
            return cursor / self._rate
        since = min((time.monotonic() - stamp) * self._rate, fed)
        place = cursor - fed + since
        return (place % max(1, len(self._samples)) if self.loop else max(0.0, place)) / self._rate

    def play(self) -> None:
        """Play from the playhead, from the beginning when it stands at the end."""
        if not len(self._samples):
            return
        with self._lock:
            if self._cursor >= len(self._samples):
                self._cursor = 0
            self.ended, self._fed = False, 0
        if self._device is None:
            self._device = self._open()
            _OPEN.add(self)
        stream = self._stream()
        next(stream)
        self._device.start(stream)
        self._playing = True

    def pause(self) -> None:
        """Stop where it is."""
        place = self.position
        if self._device is not None and self._playing:
            self._device.stop()
        with self._lock:
            if self._playing and not self.ended:
                self._cursor = min(round(place * self._rate), len(self._samples))
            self._fed = 0
        self._playing = False

    def seek(self, seconds: float) -> None:
        """Move the playhead."""
        with self._lock:
            self._cursor = min(max(round(seconds * self._rate), 0), len(self._samples))
            self._fed, self.ended = 0, False

    def close(self) -> None:
        """Stop and give the device back."""
        self.pause()
        if self._device is not None:
            self._device.close()
            self._device = None
            _OPEN.discard(self)

    def _open(self) -> Any:
        import miniaudio

        words: dict[str, Any] = {
            "output_format": miniaudio.SampleFormat.FLOAT32,
            "nchannels": self._samples.shape[1],
            "sample_rate": self._rate,
            "buffersize_msec": BUFFER_MS,
            "app_name": "Darkroom",
        }
        if not self._null:
            try:
                with _muted():
                    return miniaudio.PlaybackDevice(**words)
            except miniaudio.MiniaudioError:
                pass
        self.silent = True
        return miniaudio.PlaybackDevice(**words, backends=[miniaudio.Backend.NULL])

    def _stream(self) -> Generator[bytes, int, None]:
        """What the device pulls its frames from, on its own thread."""
        wanted = yield b""
        while True:
            wanted = yield self._next(wanted).tobytes()

    def _next(self, wanted: int) -> np.ndarray:
        """The next `wanted` frames (n, channels), silence after the end."""
        with self._lock:
            samples, start = self._samples, self._cursor
            part = samples[start : start + wanted]
            while self.loop and len(part) < wanted and len(samples):
                part = np.concatenate([part, samples[: wanted - len(part)]])
            self._fed, self._stamp = len(part), time.monotonic()
            whole = len(samples)
            self._cursor = (start + len(part)) % whole if self.loop and whole else start + len(part)
            self.ended = not self.loop and self._cursor >= whole and len(part) < wanted
        short = wanted - len(part)
        return np.pad(part, ((0, short), (0, 0))) if short else np.ascontiguousarray(part)


_OPEN: "weakref.WeakSet[Player]" = weakref.WeakSet()


@atexit.register
def _silence() -> None:
    """Give back what is still open: a device that pulls from an interpreter at its end would keep it from ending."""
    for player in list(_OPEN):
        player.close()


@contextlib.contextmanager
def _muted() -> Iterator[None]:
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
