"""The figures of sounds, by the metric's name."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.contract import Audio, Refused
from engines.files import loudness
from engines.metrics import bits, keys, onsets, spectra, tasks
from engines.metrics.ears import mono_at
from engines.metrics.features import Extractor, Report, heard, read
from engines.metrics.of_pictures import frechet_of, worded
from engines.metrics.tasks import Computed, Task, Values, counted
from engines.music import theory, words

RATE = 22_050  # Hz at which keys and onsets are listened for


def _fad(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    return frechet_of((made, tasks.real_files(task, "audio")), ears, "fad", ("", report))


def _clap(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    return worded(made, ears, report)


def _stft(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    rows = []
    for one, other in tasks.pairs(task, made, "audio"):
        a, b = read(one, Audio), read(other, Audio)
        if a.rate != b.rate:
            raise Refused("bad-file", f"{one.name} has {a.rate} Hz and {other.name} {b.rate}: make them equal first.")
        count = min(len(a.samples), len(b.samples))
        rows.append(spectra.multi_stft(a.samples[:count], b.samples[:count]))
    return {"convergence": tasks.mean(rows, 0), "magnitude": tasks.mean(rows, 1)}


def _loudness(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    rows = []
    for n, path in enumerate(made, 1):
        sound = heard(path)
        level = loudness.loudness(sound.samples[:, :2], sound.rate)
        rows.append((level if level > loudness.SILENCE else np.nan, loudness.true_peak(sound.samples)))
        counted(report, n, len(made))
    told = np.array([row[0] for row in rows])
    values = {"lufs": tasks.mean(rows, 0), "error": tasks.error(list(told)), "spread": float(np.nanstd(told))}
    return values | {"true peak": max(row[1] for row in rows), "silent": float(np.isnan(told).mean())}


def _bits(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    teller, found = bits.Teller(task.features or "drum"), []
    for n, path in enumerate(made, 1):
        found.append(teller.bits(heard(path)))
        counted(report, n, len(made))
    return {"bits": float(np.mean(found)), "error": tasks.error(found)}


def _key(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    rows = []
    for n, path in enumerate(made, 1):
        asked = _asked_key(path)
        if asked is not None:
            found = keys.heard(mono_at(heard(path), RATE), RATE)
            rows.append((keys.agreement(found, asked), float(found == asked)))
        counted(report, n, len(made))
    if not rows:
        raise Refused("bad-request", "No file was asked for in a key: a prompt must name one, such as 'in D major'.")
    weights = [row[0] for row in rows]
    share = len(rows) / len(made)
    return {
        "agreement": tasks.mean(rows, 0),
        "error": tasks.error(weights),
        "same": tasks.mean(rows, 1),
        "asked": share,
    }


def _onsets(task: Task, made: list[Path], ears: Extractor, report: Report | None) -> Values:
    """Onsets against the notes a file carries, the tempo against that of its request."""
    rows = []
    for n, path in enumerate(made, 1):
        sound = heard(path)
        mono = mono_at(sound, RATE)
        tempo = _asked_tempo(path, sound)
        right = np.nan if not tempo else float(onsets.same_tempo(onsets.tempo(mono, RATE), tempo))
        notes = sound.notes
        asked = None if notes is None else _together(notes.start)
        rows.append((np.nan if asked is None else onsets.agreement(onsets.onsets(mono, RATE), asked), right))
        counted(report, n, len(made))
    told = dict(zip(("onsets", "tempo"), np.array(rows).T, strict=True))
    told = {name: column for name, column in told.items() if not np.isnan(column).all()}
    if not told:
        raise Refused(
            "bad-request", "Neither notes nor a tempo were asked for in these files: nothing to compare with."
        )
    first = next(iter(told))
    return {name: float(np.nanmean(column)) for name, column in told.items()} | {
        "error": tasks.error(list(told[first]))
    }


def _asked_key(path: Path) -> keys.Key | None:
    """The key of the request: its options, else its words; None where none was named."""
    prompt, options = _asked(path)
    said = words.read(prompt)
    key = _chosen(options, "key") or said.key
    if not key:
        return None
    mode = _chosen(options, "mode") or said.mode or "major"
    return theory.pitch_class(key), keys.AS_HEARD.get(mode, "major")


def _asked_tempo(path: Path, sound: Audio) -> float:
    """Beats a minute: of the request's options, its words, or the notes; 0 where nothing says."""
    prompt, options = _asked(path)
    chosen = options.get("tempo")
    if isinstance(chosen, int | float) and chosen > 0:
        return float(chosen)
    return words.read(prompt).tempo or (sound.notes.tempo if sound.notes is not None else 0.0)


def _asked(path: Path) -> tuple[str, dict[str, object]]:
    """The prompt and the options a file was made by; of one without a recipe the words beside it, or none."""
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return beside.read_text("utf-8").strip(), {}
    request = tasks.request_of(path)
    return ("", {}) if request is None else (request.prompt, dict(request.options))


def _chosen(options: dict[str, object], name: str) -> str:
    told = options.get(name, "")
    return told if isinstance(told, str) and told != "as prompted" else ""


def _together(starts: np.ndarray) -> np.ndarray:
    """When notes begin, those of a chord once."""
    found: list[float] = []
    for start in np.sort(starts):
        if not found or start - found[-1] > 0.03:
            found.append(float(start))
    return np.array(found)


COMPUTED: dict[str, Computed] = {
    "fad": _fad,
    "clap": _clap,
    "stft": _stft,
    "loudness": _loudness,
    "audio-bits": _bits,
    "key": _key,
    "onsets": _onsets,
}
