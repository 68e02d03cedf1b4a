"""The sounds of audio/sound's training: effects of our own, instruments, recordings; and the pool made of them.

Every sound belongs to one of three splits by the name of its source: "learn" for the networks, "judge" for the judge
that scores them, "held" for the figures. A copy at another speed belongs where its recording does.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engines.files.rate import at_rate
from engines.nn.sound_mel import CLIP, RATE
from engines.training import drum_data, packages, sound_effects, sound_music, sound_nature, sound_synth
from engines.training.sound_synth import Look, Sound
from engines.training.sound_words import NOUNS, Told

ARCADE = "arcade==3.3.3"
SPLITS = ("learn", "judge", "held")

_ARCADE = (
    (r"coin", "coin"), (r"error", "error"), (r"explosion", "explosion"), (r"fall", "powerdown"),
    (r"gameover|lose", "gameover"), (r"^hit|hurt", "hurt"), (r"rockHit", "impact"), (r"phaseJump", "teleport"),
    (r"jump", "jump"), (r"laser", "laser"), (r"secret|upgrade", "powerup"),
)  # fmt: skip
_SUPERSONIC = (
    (r"ambi_choir", "choir"), (r"woosh|swoosh|swash", "whoosh"), (r"haunted|drone|soft_buzz|glass_hum", "drone"),
    (r"glass_rub", "glass"), (r"lunar", "riser"), (r"piano", "piano"), (r"^bass_drop", "subdrop"),
    (r"^bass_", "bass"), (r"^bd_|bass_hard|bass_soft|heavy_kick|_kick", "kick"), (r"cowbell", "cowbell"),
    (r"cymbal_(closed|pedal)|^hat_(?!len)", "closed hat"), (r"cymbal_open|hat_len", "open hat"),
    (r"cymbal_(hard|soft)|splash|^ride|elec_cymbal", "cymbal"), (r"drum_tom|fuzz_tom", "tom"),
    (r"snare|^sn_", "snare"), (r"drum_roll", "beat"), (r"elec_(beep|blip|plip|twip|flip|tick)|perc_blip", "blip"),
    (r"elec_(bell|chime|ping|triangle)", "fm_bell"), (r"elec_pop|elec_blup", "pop"), (r"elec_wood", "wood"),
    (r"elec_twang|guit_harmonics", "pluck"), (r"glitch_(perc|robot)|mehackit_robot", "glitch"),
    (r"mehackit_phone", "dial"), (r"guit_(e_fifths|em9|e_slide)", "guitar"), (r"loop_3d_printer", "printer"),
    (r"^loop_(amen|breakbeat|compus|industrial|perc|safari|mika|tabla)", "beat"), (r"cineboom", "subdrop"),
    (r"misc_crow", "crow"), (r"perc_bell", "bell"), (r"perc_door", "door"), (r"perc_impact", "impact"),
    (r"perc_snap", "clap"), (r"tabla", "tabla"), (r"tbd_pad", "pad"), (r"vinyl_(scratch|backspin|rewind)", "scratch"),
    (r"vinyl_hiss", "static"),
)  # fmt: skip
_DARK = re.compile(r"dark|haunted")
NAMES = {"piano": "piano", "guitar": "electric guitar"}  # kinds of recordings that are instruments


@dataclass(frozen=True)
class Heard:
    """A sound at RATE, what it is, and the name of its source."""

    samples: Sound
    told: Told
    source: str

    @property
    def split(self) -> str:
        """Where it belongs: by the hash of its source's name, three quarters to learn from."""
        share = int.from_bytes(hashlib.sha256(self.source.encode()).digest()[:4], "big") / 2**32
        return "judge" if share < 0.14 else "held" if share < 0.25 else "learn"


# ---------------------------------------------------------------- of our own


def makers() -> dict[str, Callable[[Look], Sound]]:
    """The function that makes each kind of our own."""
    places = (sound_effects, sound_nature, sound_music)
    return {kind: getattr(place, kind) for kind in NOUNS for place in places if hasattr(place, kind)}


def invented(kind: str, index: int) -> Heard:
    """Sound `index` of a kind of our own, through a room or a filter now and then."""
    look = Look(np.random.default_rng([index, int.from_bytes(kind.encode()[:6], "big") % 2**31]))
    sound = makers()[kind](look)
    sound = treated(look, sound)
    return Heard(framed(sound, look), Told(kind, "", tuple(look.words)), f"machine/{kind}/{index}")


def played(name: str, index: int) -> Heard:
    """Note or phrase `index` on an instrument."""
    look = Look(np.random.default_rng([index, 7, int.from_bytes(name.encode()[:6], "big") % 2**31]))
    sound = at_rate(sound_music.instrument(look, name), 44_100, RATE)
    words = tuple(word for word in look.words)
    return Heard(framed(sound, look), Told(f"instrument/{name}", name, words), f"instrument/{name}/{index}")


def font_effect(kind: str, index: int) -> Heard:
    """A sound effect of General MIDI."""
    look = Look(np.random.default_rng([index, 9, len(kind)]))
    sound = at_rate(sound_music.sampled_effect(look, kind), 44_100, RATE)
    return Heard(framed(sound, look), Told(kind, "", ()), f"font/{kind}/{index}")


def treated(look: Look, sound: Sound) -> Sound:
    """One time in three far away, in a room, overdriven, dull, or in few bits; the words say so."""
    way = look.rng.random()
    if way < 0.08:
        look.words.append("distant")
        return 0.35 * sound_synth.room(
            look.rng, sound_synth.filtered(sound_synth.peaked(sound), 0, 1400), 1.2, 0.6, dark=2500
        )
    if way < 0.16:
        look.words.append("echoing")
        return sound_synth.room(look.rng, sound_synth.peaked(sound), look.between(0.8, 2.2), 0.45)
    if way < 0.22:
        look.words.append("distorted")
        return sound_synth.driven(sound, look.between(6, 20))
    if way < 0.28:
        look.words.append("muffled")
        return sound_synth.filtered(sound_synth.peaked(sound), 0, look.between(350, 800), 3)
    if way < 0.34:
        look.words.append("lo-fi")
        return sound_synth.crushed(sound, 5, int(look.rng.integers(3, 7)))
    return sound


def framed(sound: Sound, look: Look) -> Sound:
    """Without silence before it, its end faded, at a peak of 0.9; soft or loud one time in eight each."""
    sound = sound - sound.mean()
    loud = np.abs(sound) > 0.003 * np.abs(sound).max(initial=0.0)
    start = max(0, int(np.argmax(loud)) - 32)
    kept = sound[start : start + CLIP].copy()
    edge = min(len(kept), RATE // 100)
    kept[len(kept) - edge :] *= np.linspace(1, 0, edge)
    way, peak = look.rng.random(), 0.8
    if way < 0.1:
        look.words.append("soft")
        kept, peak = sound_synth.filtered(kept, 0, 3500, 1), 0.12
    elif way < 0.2 and not {"distant", "muffled"} & set(look.words):
        look.words.append("loud")
        kept, peak = sound_synth.driven(kept, 2.5), 0.98
    if "distant" in look.words:
        peak = min(peak, 0.3)
    return sound_synth.peaked(kept, peak)


# ---------------------------------------------------------------- recordings


def recordings(folder: Path) -> list[Heard]:
    """Every recording that is named, whole, fetched into `folder` when it is not there."""
    found = [*_arcade(packages.pip(ARCADE, folder / "arcade")), *_supersonic(folder)]
    found += [
        Heard(at_rate(source.samples, 44_100, RATE), Told(source.kind, "", ()), source.name)
        for source in drum_data.sources(folder)
        if not source.name.startswith("supersonic/")
    ]
    return [one for one in found if np.abs(one.samples).max() > 0.01]


def _arcade(folder: Path) -> Iterator[Heard]:
    for path in sorted((folder / "arcade/resources/assets/sounds").glob("*.wav")):
        if kind := drum_data.named(path.stem, _ARCADE):
            yield Heard(_read(path), Told(kind, "", ()), f"arcade/{path.stem}")


def _supersonic(folder: Path) -> Iterator[Heard]:
    home = packages.npm(drum_data.SUPERSONIC, folder / "supersonic-scsynth-samples")
    for path in sorted((home / "samples").glob("*.flac")):
        if kind := drum_data.named(path.stem, _SUPERSONIC):
            words = ("dark",) if _DARK.search(path.stem) else ()
            told = Told(f"instrument/{NAMES[kind]}", NAMES[kind], words) if kind in NAMES else Told(kind, "", words)
            yield Heard(_read(path), told, f"supersonic/{path.stem}")


def _read(path: Path) -> Sound:
    import soundfile

    samples, rate = soundfile.read(io.BytesIO(path.read_bytes()), dtype="float64", always_2d=True)
    return at_rate(samples.mean(1), rate, RATE)


def varied(one: Heard, rng: np.random.Generator) -> Heard:
    """A recording at a speed of its own, from another place when it is long, a little brighter or darker."""
    look = Look(rng)
    sound = at_rate(one.samples, round(RATE * 2 ** float(rng.normal(0, 0.2))), RATE)
    if len(sound) > 1.5 * CLIP:
        starts = rng.integers(0, len(sound) - CLIP, 4)
        start = max(starts, key=lambda at: float(np.square(sound[at : at + CLIP]).sum()))
        sound = sound[int(start) :]
    if rng.random() < 0.5:
        sound = sound_synth.filtered(sound, rng.uniform(20, 120), rng.uniform(5000, 15000), 1)
    if rng.random() < 0.3:
        sound = treated(look, sound)
    return replace(one, samples=framed(sound, look), told=replace(one.told, words=(*one.told.words, *look.words)))
