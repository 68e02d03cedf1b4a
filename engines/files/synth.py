"""Notes to sound, by the samples of a SoundFont: the same notes always give the same bytes.

A note is its sample read at another speed (Hermite interpolation of the third order), looped while held, shaped by the
volume envelope and the low-pass filter of its zone, placed between left and right; the sum is given a short room.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from engines.contract import Audio, Notes
from engines.files import assets
from engines.files.soundfont import DRUMS, SoundFont, Zone

RATE = 44_100
FONT = "sounds/FluidR3Mono_GM.sf3"
TAIL = 1.2  # seconds after the last note
RELEASE = 3.0  # the most a note rings on when it has been let go
FADE = 882  # samples in which it ends
DRUM_CHANNEL = 9
GAIN = 1.6
ROOM = (0.10, 0.9)  # how much of the room is heard, and how long it rings in seconds
LONGEST = 30.0  # seconds of one note
BLOCK = 1 << 16  # samples the room is reckoned in; longer than it rings


def render(notes: Notes, seconds: float | None = None) -> Audio:
    """The notes as a stereo sound with the notes in it; as long as `seconds`, or until the last has rung out.

    Silence of half a second when there are no notes.
    """
    mix = Mix()
    mix.add(notes)
    return mix.audio(notes, seconds)


class Mix:
    """A sound that more notes can be added to, each at the cost of its own length."""

    def __init__(self) -> None:
        self.sound = np.zeros((0, 2), np.float32)

    def add(self, notes: Notes) -> None:
        """Let these notes sound too."""
        if not len(notes.start):
            return
        ends = notes.start + np.minimum(notes.length, LONGEST)
        first = round(float(notes.start.min()) * RATE)
        dry = np.zeros((math.ceil((float(ends.max()) + RELEASE) * RATE) - first, 2), np.float32)
        for k in range(len(notes.start)):
            preset = (DRUMS if int(notes.channel[k]) == DRUM_CHANNEL else 0, int(notes.program[k]))
            held = round(min(float(notes.length[k]), LONGEST) * RATE)
            sound = struck(preset, int(notes.pitch[k]), int(notes.velocity[k]), held)
            begin = round(float(notes.start[k]) * RATE) - first
            part = sound[: max(0, len(dry) - begin)]
            dry[begin : begin + len(part)] += part
        heard = _in_room(dry)
        if first + len(heard) > len(self.sound):
            self.sound = np.pad(self.sound, ((0, first + len(heard) - len(self.sound)), (0, 0)))
        self.sound[first : first + len(heard)] += heard

    def audio(self, notes: Notes, seconds: float | None = None) -> Audio:
        """The sound, `notes` in it, until the last of them has rung out or for `seconds`."""
        ends = notes.start + np.minimum(notes.length, LONGEST)
        whole = float(ends.max()) + TAIL if len(ends) else 0.5
        count = math.ceil((whole if seconds is None else seconds) * RATE)
        short = max(0, count - len(self.sound))
        return Audio(_limited(GAIN * np.pad(self.sound[:count], ((0, short), (0, 0)))), RATE, notes)


@functools.lru_cache(maxsize=1)
def font() -> SoundFont:
    """The shipped instruments."""
    return SoundFont(assets.path(FONT))


def strike(preset: tuple[int, int], pitch: int, velocity: int, held: int) -> np.ndarray:
    """One key of `preset` (bank, program) held for `held` samples, with its release, float32 (N, 2)."""
    voices = [_voice(zone, pitch, velocity, held) for zone in font().zones(*preset, pitch, velocity)]
    if not voices:
        return np.zeros((1, 2), np.float32)
    mixed = np.zeros((max(len(voice) for voice in voices), 2), np.float32)
    for voice in voices:
        mixed[: len(voice)] += voice
    mixed.flags.writeable = False
    return mixed


struck = functools.lru_cache(maxsize=1024)(strike)  # the same, remembered


def _voice(zone: Zone, pitch: int, velocity: int, held: int) -> np.ndarray:
    """One zone's sound, float32 (N, 2)."""
    key = zone.get(46, pitch) if zone.get(46, -1) >= 0 else pitch
    envelope = _envelope(zone, held, key)
    wave = _read(zone, key, len(envelope)) * envelope
    cutoff = zone[8]
    if cutoff < 13_500:
        wave = _filtered(wave, 8.176 * 2 ** (cutoff / 1200), zone.get(9, 0) / 10)
    loud = (velocity / 127) ** 2 * 10 ** (-0.4 * zone.get(48, 0) / 200)
    angle = (min(max(zone.get(17, 0), -500), 500) / 1000 + 0.5) * math.pi / 2
    places = np.array([math.cos(angle), math.sin(angle)], np.float32) * loud
    return wave[:, None].astype(np.float32) * places


def _read(zone: Zone, key: int, count: int) -> np.ndarray:
    """`count` numbers of the zone's sample at the speed of this key."""
    sample = zone[53]
    wave, head = font().wave(sample), font().samples[sample]
    root = zone[58] if zone[58] >= 0 else int(head["root"])
    cents = (key - root) * zone[56] + 100 * zone.get(51, 0) + zone.get(52, 0) + int(head["correction"])
    speed = 2 ** (cents / 1200) * int(head["rate"]) / RATE
    at = np.arange(count) * speed
    begin, end = font().loop(sample)
    begin += zone.get(2, 0) + 32768 * zone.get(45, 0)
    end += zone.get(3, 0) + 32768 * zone.get(50, 0)
    looped = zone.get(54, 0) & 1 and 0 <= begin < end <= len(wave)
    if looped:
        at = np.where(at < end, at, begin + (at - begin) % (end - begin))
    whole = at.astype(np.int64)
    part = (at - whole).astype(np.float32)
    around = [_at(wave, whole + k, (begin, end) if looped else None) for k in (-1, 0, 1, 2)]
    return _hermite(around, part)


def _at(wave: np.ndarray, places: np.ndarray, loop: tuple[int, int] | None) -> np.ndarray:
    """The wave at these places, which go round the loop or end in silence."""
    if loop is not None:
        places = np.where(places >= loop[1], places - (loop[1] - loop[0]), places)
        return wave[np.maximum(places, 0)]
    return np.where(places < len(wave), wave[np.clip(places, 0, len(wave) - 1)], np.float32(0))


def _hermite(around: list[np.ndarray], t: np.ndarray) -> np.ndarray:
    """Catmull-Rom: the cubic through the two middle points with the slopes of their neighbours."""
    a, b, c, d = around
    slope = 0.5 * (c - a)
    curve = a - 2.5 * b + 2 * c - 0.5 * d
    return ((0.5 * (d - a) + 1.5 * (b - c)) * t + curve) * t * t + slope * t + b


def _seconds(timecents: int) -> float:
    return 0.0 if timecents <= -12_000 else min(2 ** (timecents / 1200), 20.0)


def _envelope(zone: Zone, held: int, key: int) -> np.ndarray:
    """The volume over time, (N,): attack in amplitude, decay and release straight in decibels (section 8.1.2)."""
    delay, attack = _seconds(zone[33]), max(_seconds(zone[34]), 0.004)
    hold = _seconds(zone[35] + zone.get(39, 0) * (60 - key)) if zone[35] > -12_000 else 0.0
    decay = _seconds(zone[36] + zone.get(40, 0) * (60 - key)) if zone[36] > -12_000 else 0.0
    sustain = min(max(zone.get(37, 0), 0), 1000) / 10  # decibels down
    release = max(_seconds(zone[38]), 0.03)
    t = np.arange(held + round(min(release, RELEASE) * RATE) + 1) / RATE
    up = np.clip((t - delay) / attack, 0, 1)
    down = np.clip((t - delay - attack - hold) / max(decay, 1e-3), 0, 1) * 100
    level = up * 10 ** (-np.minimum(down, sustain) / 20)
    after = np.clip((t - held / RATE) / release, 0, 1) * 100
    level *= np.where(after > 0, 10 ** (-after / 20), 1)
    level[-FADE:] *= np.linspace(1, 0, min(FADE, len(level)))  # releases longer than RELEASE end here
    return level


def _filtered(wave: np.ndarray, cutoff: float, resonance: float) -> np.ndarray:
    """A low-pass of the second order with `resonance` in decibels, without turning the phase."""
    size = 1 << (len(wave) + 512).bit_length()
    ratio = np.fft.rfftfreq(size, 1 / RATE) / cutoff
    q = max(10 ** ((resonance - 3.01) / 20), 0.5)
    gain = 1 / np.sqrt((1 - ratio**2) ** 2 + (ratio / q) ** 2)
    return np.fft.irfft(np.fft.rfft(wave, size) * gain, size)[: len(wave)]


@functools.lru_cache(maxsize=1)
def _room() -> np.ndarray:
    """The answer of a small room to a click, (N, 2): noise that dies away, higher tones sooner."""
    count = round(ROOM[1] * RATE)
    noise = np.random.Generator(np.random.Philox(44)).standard_normal((count, 2))
    t = np.arange(count)[:, None] / RATE
    soft = np.cumsum(noise, 0)
    noise = soft[12:] - soft[:-12]
    shape = np.exp(-6.9 * t[12:] / ROOM[1]) * np.clip((t[12:] - 0.008) / 0.02, 0, 1)
    wet = noise * shape
    return wet / np.sqrt((wet**2).sum(0))


def _in_room(dry: np.ndarray) -> np.ndarray:
    """The sound and, softly, its convolution with the room, block by block (overlap-add)."""
    room, spectrum = _room(), _room_spectrum()
    mono = (dry[:, 0] + dry[:, 1]) / 2
    blocks = -(-len(mono) // BLOCK)
    padded = np.zeros((blocks, 2 * BLOCK), np.float32)
    padded[:, :BLOCK] = np.pad(mono, (0, blocks * BLOCK - len(mono))).reshape(blocks, BLOCK)
    heard = np.fft.rfft(padded)
    out = np.pad(dry, ((0, len(room)), (0, 0)))
    for channel in range(2):
        wet = np.fft.irfft(heard * spectrum[channel], 2 * BLOCK).astype(np.float32)
        whole = np.zeros(((blocks + 1), BLOCK), np.float32)
        whole[:-1] += wet[:, :BLOCK]
        whole[1:] += wet[:, BLOCK:]
        out[:, channel] += ROOM[0] * whole.reshape(-1)[: len(out)]
    return out


@functools.lru_cache(maxsize=1)
def _room_spectrum() -> np.ndarray:
    """(2, BLOCK + 1) complex64."""
    return np.fft.rfft(_room().T.astype(np.float32), 2 * BLOCK)


def _limited(sound: np.ndarray) -> np.ndarray:
    """Above 0.8 the sound bends towards 1 instead of being cut off."""
    over = np.abs(sound) > 0.8
    loud = sound[over]
    sound[over] = np.sign(loud) * (0.8 + 0.2 * np.tanh((np.abs(loud) - 0.8) / 0.2))
    return sound
