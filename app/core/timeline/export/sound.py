"""The sound of an export: mixed once, brought to its loudness, held below its ceiling; as a file, and as stems."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.core.timeline import shown
from app.core.timeline.export import prints
from app.core.timeline.export.wish import Wish
from app.core.timeline.export.work import Work
from app.core.timeline.mix import heard_tracks, mixed, sample
from app.core.timeline.reader import Source
from app.core.timeline.values import Project, Time, Timeline, Track
from engines.contract import Refused
from engines.files import atomic, loudness

PORTION = Fraction(5)  # seconds mixed at once
ROUNDS = 8  # of measuring and turning up, as the ceiling takes some of it back
NEAR = 0.05  # LU
LOUDEST = 40.0  # dB that silence is turned up at most


def whole(
    scene: tuple[Project, Timeline, Source], span: tuple[Time, Time], work: Work, only: set[str] | None = None
) -> np.ndarray:
    """The mix between two moments, float32 (N, 2), kept on the disk: a portion that is there is not mixed again."""
    project, timeline, read = scene
    start, length = span[0], span[1] - span[0]
    first = sample(start, project.rate)
    count = sample(start + length, project.rate) - first
    parts = [np.zeros((0, 2), np.float32)]
    portions = int(-(-length // PORTION))
    for n in range(portions):
        work.go_on(n / portions, "sound")
        low, high = start + n * PORTION, min(start + (n + 1) * PORTION, start + length)
        told = prints.of_sound(project, timeline, (low, high), only)
        place = work.folder / f"sound-{prints.called(only)}-{n:05d}-{told}.npy"
        work.keep(place.name.replace(told, "*"), {place.name})
        parts.append(_portion(place, lambda a=low, b=high: mixed(project, timeline, read, a, b - a, only)))
    found = np.concatenate(parts)
    assert len(found) == count
    return found


def _portion(place: Path, make: Any) -> np.ndarray:
    if place.is_file():
        return np.load(place)  # type: ignore[no-any-return]
    made = make()
    atomic.write(place, lambda file: np.save(file, made))
    return made  # type: ignore[no-any-return]


def finished(samples: np.ndarray, rate: int, wish: Wish) -> np.ndarray:
    """The mix as it is written: at the wished loudness, its true peaks below the ceiling."""
    if wish.loudness is None:
        return loudness.limited(samples, rate, wish.ceiling)
    gain, out = 0.0, samples
    for _ in range(ROUNDS):
        now = loudness.loudness(out, rate)
        if now <= loudness.SILENCE or abs(wish.loudness - now) < NEAR:
            break
        gain = min(LOUDEST, gain + wish.loudness - now)
        out = loudness.limited(samples * np.float32(10 ** (gain / 20)), rate, wish.ceiling)
    return out


def written(scene: tuple[Project, Timeline, Source], target: Path, wish: Wish, work: Work) -> list[Path]:
    """The mix as a WAV or FLAC, or a file for each track that sounds ('piece - Drums.wav'). Refused('bad-request')
    where nothing sounds."""
    project, timeline, read = scene
    span = wish.span or (Fraction(0), timeline.end)
    if span[1] <= span[0]:
        raise Refused("bad-request", "There is nothing to export there: put a clip on the timeline, or choose a span.")
    if not wish.stems:
        return [_file(target, finished(whole(scene, span, work), project.rate, wish), project.rate, wish.bits)]
    tracks = [track for track in heard_tracks(timeline) if track.kind != "picture" or _sounds(project, track, read)]
    if not tracks:
        raise Refused("bad-request", "No track sounds, so there are no stems: unmute one, or put a sound on it.")
    made = []
    for track, name in zip(tracks, _names(tracks), strict=True):
        samples = whole(scene, span, work, {track.id})
        made.append(_file(target.with_name(f"{target.stem} - {name}{target.suffix}"), samples, project.rate, wish.bits))
    return made


def _sounds(project: Project, track: Track, read: Source) -> bool:
    """Whether a clip of a picture track has a sound."""
    names = {clip.shown.media for clip in track.clips if clip.shown is not None}
    clips = (name for name in names if shown.facts(project, name).medium == "video")
    return any(len(read.heard(name, project.rate)) for name in clips)


def _names(tracks: list[Track]) -> list[str]:
    """A name for each track's file, no two the same."""
    names: list[str] = []
    for n, track in enumerate(tracks, 1):
        name = "".join(c if c.isalnum() or c in " -_" else "-" for c in track.name).strip() or f"{track.kind} {n}"
        names.append(name if name not in names else f"{name} {n}")
    return names


def _file(target: Path, samples: np.ndarray, rate: int, bits: int) -> Path:
    """Samples as a WAV or FLAC, whole or not at all. FLAC knows 16 and 24 bits."""
    import soundfile

    wav = target.suffix.lower() == ".wav"
    subtype = "FLOAT" if wav and bits == 32 else f"PCM_{min(bits, 24)}"
    form = "WAV" if wav else "FLAC"
    if wav and samples.nbytes * bits // 32 > 2**32 - 2**16:
        form = "RF64"  # a WAV counts its bytes in 32 bits

    def write(file: Any) -> None:
        with soundfile.SoundFile(file, "w", rate, 2, subtype, format=form) as sound:
            for n in range(0, len(samples), 1 << 20):
                sound.write(samples[n : n + (1 << 20)])

    return atomic.write(target, write)
