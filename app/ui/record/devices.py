"""The devices sound and notes come from, and the one that plays notes at once. No Qt."""

import contextlib
import importlib
from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
from msgspec import Struct

from app.core.take import Take
from app.ui.stage.player import muted
from engines.contract import Refused

RATE = 48_000
BUFFER_MS = 20


class Source(Struct, frozen=True):
    """Something to record from: its name, and what the library knows it by."""

    name: str
    handle: Any


def sources() -> list[Source]:
    """The microphones and lines of this machine; none where there is no sound."""
    import miniaudio

    try:
        with muted():
            found = miniaudio.Devices().get_captures()
    except miniaudio.MiniaudioError:
        return []
    return [Source(str(device["name"]), device["id"]) for device in found if not _nothing(device["name"])]


def _nothing(name: str) -> bool:
    """Whether a device is one of those that only give zeros."""
    return "generate zero samples" in name or name.startswith("NULL")


class Microphone:
    """Fills a take from a source until it is stopped."""

    def __init__(self, source: Source, take: Take) -> None:
        import miniaudio

        words: dict[str, Any] = {
            "input_format": miniaudio.SampleFormat.FLOAT32,
            "nchannels": take.channels,
            "sample_rate": take.rate,
            "buffersize_msec": BUFFER_MS,
            "device_id": source.handle,
            "app_name": "Darkroom",
        }
        try:
            with muted():
                self._device = miniaudio.CaptureDevice(**words)
        except miniaudio.MiniaudioError as error:
            sentence = f"{source.name} cannot be recorded from ({error}); is it in use, or forbidden to Darkroom?"
            raise Refused("missing", sentence) from error
        stream = fill(take)
        next(stream)
        self._device.start(stream)

    def stop(self) -> None:
        """Stop and give the device back."""
        self._device.close()


def fill(take: Take) -> Generator[None, bytes, None]:
    """What a device sends its bytes to."""
    while True:
        data = yield
        take.add(np.frombuffer(bytes(data), np.float32).reshape(-1, take.channels))


# ---------------------------------------------------------------- MIDI


class Key(Struct, frozen=True):
    """A key went down (velocity 1 to 127) or up (0)."""

    pitch: int
    velocity: int


def keyboards() -> list[str]:
    """The MIDI inputs of this machine. Refused('missing') when there is no way to any."""
    with _midi("MIDI keyboards cannot be used") as backend:
        return list(dict.fromkeys(backend.get_input_names()))


class Keyboard:
    """An open MIDI input; `played()` is asked often and never waits. Refused('missing') when it cannot be opened."""

    def __init__(self, name: str) -> None:
        with _midi(f"{name} cannot be opened") as backend:
            self._port = backend.open_input(name)

    def played(self) -> Iterator[Key]:
        """What was played since the last time."""
        for message in self._port.iter_pending():
            if message.type in ("note_on", "note_off"):
                yield Key(message.note, message.velocity if message.type == "note_on" else 0)

    def close(self) -> None:
        """Give it back."""
        self._port.close()


@contextlib.contextmanager
def _midi(trouble: str) -> Iterator[Any]:
    """mido's way to the system's MIDI; what goes wrong inside becomes one sentence that begins with `trouble`."""
    try:
        importlib.import_module("rtmidi")
    except ImportError as error:
        raise Refused("missing", f"{trouble}: the package python-rtmidi is not installed.") from error
    import mido

    try:
        with muted():
            yield mido.Backend("mido.backends.rtmidi")
    except OSError as error:  # rtmidi's own errors are of this kind too
        raise Refused("missing", f"{trouble}: the system's MIDI service does not answer.") from error


# ---------------------------------------------------------------- playing at once

Struck = Callable[[int, int], np.ndarray]  # (pitch, velocity) -> float32 (N, 2), the key held down
MOST = 24  # keys that sound at once
RELEASE = 0.25  # seconds in which a key that was let go dies away


class Voice:
    """A key that sounds: where it is in its sound, and since when it is let go."""

    def __init__(self, pitch: int, sound: np.ndarray) -> None:
        self.pitch, self.sound = pitch, sound
        self.place = 0
        self.gone: int | None = None  # samples since it was let go


class Live:
    """Mixes the keys that are down. `mix` is called by the device's thread, `down` and `up` by the GUI thread: the
    list of voices is replaced, never changed, so neither waits for the other."""

    def __init__(self, struck: Struck, rate: int) -> None:
        self.struck, self.rate = struck, rate
        self._voices: tuple[Voice, ...] = ()

    def down(self, pitch: int, velocity: int) -> None:
        """Strike a key."""
        self.up(pitch)
        self.sound(self.struck(pitch, velocity), pitch)

    def sound(self, samples: np.ndarray, pitch: int = -1) -> None:
        """Let float32 (N, 2) be heard, by itself to its end or as the key of `pitch`."""
        self._voices = (*self._voices, Voice(pitch, samples))[-MOST:]

    def up(self, pitch: int) -> None:
        """Let a key go."""
        for voice in self._voices:
            if voice.pitch == pitch and voice.gone is None:
                voice.gone = 0

    def silence(self) -> None:
        """Stop at once."""
        self._voices = ()

    def mix(self, count: int) -> np.ndarray:
        """The next `count` frames, float32 (count, 2) within [-1, 1]."""
        out = np.zeros((count, 2), np.float32)
        fade = round(RELEASE * self.rate)
        over = set()
        for voice in self._voices:
            part = voice.sound[voice.place : voice.place + count]
            if voice.gone is not None:
                level = 1 - (voice.gone + np.arange(len(part), dtype=np.float32)) / fade
                part = part * np.clip(level, 0, 1)[:, None] ** 2
                voice.gone += count
            out[: len(part)] += part
            voice.place += count
            if voice.place >= len(voice.sound) or (voice.gone or 0) >= fade:
                over.add(voice)
        if over:
            self._voices = tuple(voice for voice in self._voices if voice not in over)
        return np.tanh(out)

    def stream(self) -> Generator[bytes, int, None]:
        """What a playback device pulls from."""
        wanted = yield b""
        while True:
            wanted = yield self.mix(wanted).tobytes()
