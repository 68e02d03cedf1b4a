"""Judge audio/wave: bits per sample beside FLAC, kinds by the classifier of audio/drum, notes by their pitch, and how
near it goes on to what really followed."""

from __future__ import annotations

import numpy as np

from engines.contract import Audio, Request
from engines.families import causal
from engines.nn import drum_parts as parts
from engines.nn.wave import RATE, WaveNet
from engines.nn.wave_kinds import ANYTHING, DRUMS, INSTRUMENTS, KINDS
from engines.nn.wave_model import Session, log_likelihood
from engines.nn.wave_sound import resampled
from engines.nn.wave_stroke import NOTE
from engines.nn.wave_words import usual
from engines.training.drum_judge import Judge, features, flac_bits
from engines.training.wave_data import Sounds

MOST = 40  # held-out sounds of a group whose bits are counted
EACH = 8  # drums drawn of every kind
LEARNT = 150  # training drums of every kind the classifier sees
GIVEN, MORE = {True: 0.05, False: 0.2}, 0.3  # seconds of a drum, of a note that are kept; seconds that are written
FRAMES = (256, 512, 1024)  # of the distance between sounds
CENTS = 50.0

Groups = dict[str, list[int]]


def groups(sounds: Sounds) -> Groups:
    """Held-out sounds by what they are, at most MOST of each."""
    rng = np.random.default_rng(3)
    drums, notes = sounds.numbers(True, True), sounds.numbers(True, False)
    found = {"recorded drums": drums[sounds.recorded[drums]], "machine drums": drums[~sounds.recorded[drums]]}
    found["notes"] = notes
    return {name: sorted(rng.permutation(mine)[:MOST].tolist()) for name, mine in found.items()}


def coded(sounds: Sounds, net: WaveNet) -> dict[str, float]:
    """Bits per sample of the levels of held-out sounds: by the network, told what they are or not, and by others."""
    learnt = np.concatenate([sounds.sound(k) for k in np.flatnonzero(~sounds.held)[::10]])
    share = -np.log2((np.bincount(learnt, minlength=256) + 1) / (len(learnt) + 256))
    figures: dict[str, float] = {}
    for name, mine in groups(sounds).items():
        rows = []
        for k in mine:
            levels, kind, pitch = sounds.sound(k), int(sounds.kinds[k]), float(sounds.pitches[k])
            told, untold = (log_likelihood(net, levels, *what).mean() for what in ((kind, pitch), (ANYTHING, 0.0)))
            flac = flac_bits(levels.astype(np.int16) - 128)
            rows.append((-told / np.log(2), -untold / np.log(2), flac, share[levels].mean()))
        for coder, each in zip(("told", "untold", "FLAC", "counts"), np.array(rows).T, strict=True):
            figures[f"{coder}, {name}"] = float(each.mean())
    return figures


def write(net: WaveNet, seconds: float, seed: int, start: Audio | None = None, **options: object) -> np.ndarray:
    """A sound by the engine's default options, but for its stroke, as the network makes it, float64 (n,) at 16 kHz."""
    from engines.audio.wave import Options

    request = Request(engine="audio/wave", seed=seed, length=seconds, start=start)
    session = Session(net, request, Options(**{"begin": "nothing", **options}))  # type: ignore[arg-type]
    for _ in session.steps():
        pass
    return causal.samples_of(session.writer.levels())


# ---------------------------------------------------------------- drums


def framed(sound: np.ndarray) -> np.ndarray:
    """A sound at 16 kHz in the frame of audio/drum, (LENGTH,) at 44.1 kHz."""
    wide = resampled(sound, RATE, parts.RATE)[: parts.LENGTH]
    return np.pad(wide, (0, parts.LENGTH - len(wide)))


def seen(sounds: Sounds, numbers: np.ndarray) -> np.ndarray:
    """Features of drums as they sound at 16 kHz in levels, (N, D)."""
    return np.stack([features(framed(causal.samples_of(sounds.sound(int(k))))) for k in numbers])


def drums(sounds: Sounds, net: WaveNet) -> tuple[dict[str, float], list[np.ndarray], list[np.ndarray]]:
    """How many drawn drums the classifier takes for what was asked, itself checked on held-out ones, and how near the
    drawn ones come to what it learnt from; with the sounds drawn and the nearest training sound of each."""
    rng, learnt = np.random.default_rng(4), sounds.numbers(False, True)
    some = np.concatenate(
        [rng.permutation(learnt[sounds.kinds[learnt] == kind])[:LEARNT] for kind in range(len(DRUMS))]
    )
    known = seen(sounds, some)
    judge = Judge(known, sounds.kinds[some])
    held = rng.permutation(sounds.numbers(True, True))[:120]
    real = seen(sounds, held)
    figures = {"drums of sources": float((judge.kinds(real) == sounds.kinds[held]).mean())}
    drawn = [write(net, 0.4, seed, kind=kind) for kind in DRUMS for seed in range(EACH)]
    asked = np.repeat(np.arange(len(DRUMS)), EACH)
    heard = np.stack([features(framed(sound)) for sound in drawn])
    figures["drums told"] = float((judge.kinds(heard) == asked).mean())
    places, gaps = _nearest(heard, known)
    figures |= {"gap": float(np.median(gaps)), "gap of held out": float(np.median(_nearest(real, known)[1]))}
    return figures, drawn, [causal.samples_of(sounds.sound(int(some[place]))) for place in places]


def _nearest(some: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from engines.training.drum_judge import nearest

    return nearest(some, among)


# ---------------------------------------------------------------- notes


def heard_pitch(sound: np.ndarray, near: float) -> float:
    """The note of a sound in MIDI, within an octave of `near`: where eight harmonics hold most (weighted by 0.8^k)."""
    size = 1 << 17
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    tried = near + np.arange(-1200, 1201, 5) / 100
    hertz = 440 * 2 ** ((tried - 69) / 12)
    total = np.zeros(len(tried))
    for k in range(1, 9):
        bins = np.rint(k * hertz * size / RATE).astype(int)
        total += 0.8**k * np.where(bins < len(spectrum), spectrum[np.minimum(bins, len(spectrum) - 1)], 0)
    return float(tried[total.argmax()])


def astray(sounds: list[np.ndarray]) -> np.ndarray:
    """How far each is from the usual note of its instrument, in semitones; one for every instrument, in order."""
    off = [heard_pitch(sound, usual(kind)) - usual(kind) for sound, kind in zip(sounds, INSTRUMENTS, strict=True)]
    return np.abs(off)


def after_strokes(net: WaveNet) -> list[np.ndarray]:
    """What is written after a stroke of each instrument, without it."""
    whole = [write(net, 0.7, seed, kind=kind, begin="a stroke") for seed, kind in enumerate(INSTRUMENTS)]
    return [sound[round(NOTE * RATE) :] for sound in whole]


def notes(sounds: Sounds, net: WaveNet) -> tuple[dict[str, float], list[np.ndarray]]:
    """How many notes, one of each instrument, are within 50 cents of what was asked; the same of held-out ones."""
    drawn = [write(net, 0.5, seed, kind=kind) for seed, kind in enumerate(INSTRUMENTS)]
    off = astray(drawn)
    held = groups(sounds)["notes"]
    real = [abs(heard_pitch(causal.samples_of(sounds.sound(k)), p := float(sounds.pitches[k])) - p) for k in held]
    told = {"notes in tune": float((off * 100 < CENTS).mean()), "cents": 100 * float(np.median(off))}
    told["struck notes in tune"] = float((astray(after_strokes(net)) * 100 < CENTS).mean())
    return told | {"held-out notes in tune": float((np.array(real) * 100 < CENTS).mean())}, drawn


# ---------------------------------------------------------------- going on


def far(a: np.ndarray, b: np.ndarray) -> float:
    """The distance of two sounds (n,) in decibels: log spectra in three resolutions, nothing below -60 dB of b's peak
    counting (the multi-resolution STFT distance of Yamamoto et al., "Parallel WaveGAN", 2020, its logarithmic part)."""
    found = []
    for size in FRAMES:
        windows = np.lib.stride_tricks.sliding_window_view(np.stack([a, b]), size, axis=1)[:, :: size // 4]
        power = 20 * np.log10(np.abs(np.fft.rfft(windows * np.hanning(size))) + 1e-9)
        power = np.maximum(power, power[1].max() - 60)
        found.append(float(np.abs(power[0] - power[1]).mean()))
    return float(np.mean(found))


def continued(sounds: Sounds, net: WaveNet, count: int = 10) -> tuple[dict[str, float], list[np.ndarray]]:
    """How far what is written after the beginning of held-out sounds is from what followed, beside repeating the last
    40 ms and silence; with pairs of sounds, the real and the continued one."""
    figures: dict[str, float] = {}
    shown = []
    for drum, name in ((True, "drums"), (False, "notes")):
        given, more = round(GIVEN[drum] * RATE), round(MORE * RATE)
        long = [k for k in sounds.numbers(True, drum).tolist() if sounds.lengths[k] >= given + more]
        rows = []
        for seed, k in enumerate(np.random.default_rng(8).permutation(long)[:count].tolist()):
            real = causal.samples_of(sounds.sound(k))[: given + more]
            start = Audio(real[:given, None].astype(np.float32), RATE)
            gain = np.abs(start.samples).max() / 0.7
            made = write(net, MORE, seed, start, kind=KINDS[sounds.kinds[k]], note=int(sounds.pitches[k])) * gain
            looped = np.resize(real[given - 640 : given], more)
            rows.append([far(each, real[given:]) for each in (made[given:], looped, np.zeros(more))])
            shown += [real, np.concatenate([real[:given], made[given:]])]
        for what, value in zip(("continued", "repeated", "silence"), np.mean(rows, 0), strict=True):
            figures[f"{what}, {name}"] = float(value)
    return figures, shown
