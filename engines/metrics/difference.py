"""How two results differ: their figures by the metric of their medium, and where, as a picture."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from engines.contract import Audio, Image, Media, Mesh, Refused, Video, medium_of
from engines.metrics import pixels, spectra, surfaces
from engines.metrics.features import over_white

FFT = 1024  # samples a column of a spectrogram sees
RANGE = 80.0  # dB that are shown
WIDE, HIGH = 512, 256  # of a spectrogram's picture, at most
NOTICED = 0.1  # of the range, where the heat map is at its end


class Difference(Struct, frozen=True, eq=False):
    """Figures by name; pictures, uint8 (H, W, 3), of one, the other and the difference; `note` says what could not be
    compared."""

    figures: dict[str, float]
    pictures: tuple[np.ndarray, ...] = ()
    note: str = ""


def between(a: Media, b: Media) -> Difference:
    """How `b` differs from `a`. Refused('bad-request') for two that are not of one medium."""
    if isinstance(a, Image) and isinstance(b, Image):
        return _frames(over_white(a.pixels)[None], over_white(b.pixels)[None])
    if isinstance(a, Video) and isinstance(b, Video):
        return _clips(a, b)
    if isinstance(a, Audio) and isinstance(b, Audio):
        return _sounds(a, b)
    if isinstance(a, Mesh) and isinstance(b, Mesh):
        return _meshes(a, b)
    told = f"{medium_of(a)} and {medium_of(b)}"
    raise Refused("bad-request", f"The two are not of one kind: {told} cannot be compared.")


def heat(error: np.ndarray, end: float) -> np.ndarray:
    """Errors (H, W) from 0 to `end` as colours (H, W, 3) from black over red and yellow to white."""
    share = np.clip(error / end if end > 0 else error * 0.0, 0, 1)[..., None] * 3
    return np.rint(255 * np.clip(share - np.arange(3), 0, 1)).astype(np.uint8)


def _frames(a: np.ndarray, b: np.ndarray, note: str = "") -> Difference:
    """Of pictures, uint8 (T, H, W, 3). The heat map is the mean over T, its end a tenth of the range or the most."""
    middle = len(a) // 2, len(b) // 2
    if a.shape[1:] != b.shape[1:]:
        sizes = " and ".join(f"{one.shape[2]}x{one.shape[1]}" for one in (a, b))
        return Difference({}, (a[middle[0]], b[middle[1]]), f"Their sizes differ ({sizes}), so no pixels are compared.")
    count = min(len(a), len(b))
    error = np.zeros(a.shape[1:3])
    changed, psnr, ssim = 0.0, [], []
    for one, other in zip(a[:count], b[:count], strict=True):
        gap = np.abs(one.astype(np.int16) - other.astype(np.int16)).max(2)
        error += gap / count
        changed += float((gap > 0).mean()) / count
        psnr.append(pixels.psnr(one, other))
        if min(one.shape[:2]) >= pixels.WINDOW:
            ssim.append(pixels.ssim(one, other))
    figures = {"changed": changed, "most": float(error.max()), "psnr": float(np.mean(psnr))}
    figures |= {"ssim": float(np.mean(ssim))} if ssim else {}
    shown = heat(error, max(float(error.max()), NOTICED * 255))
    return Difference(figures, (a[middle[0]], b[middle[1]], shown), note)


def _clips(a: Video, b: Video) -> Difference:
    one, other = (np.stack([over_white(frame) for frame in clip.frames]) for clip in (a, b))
    short = len(one) != len(other)
    return _frames(one, other, f"One has {len(one)} frames, the other {len(other)}; those of both count." * short)


def _sounds(a: Audio, b: Audio) -> Difference:
    shown = tuple(_picture(_spectrogram(sound)) for sound in (a, b))
    if a.rate != b.rate or a.samples.shape[1] != b.samples.shape[1]:
        return Difference({}, shown, "Their rates or channels differ, so no spectra are compared.")
    count = min(len(a.samples), len(b.samples))
    note = f"Only the {count / a.rate:.2f} s that both have count." * (len(a.samples) != len(b.samples))
    if count < max(size for size, _, _ in spectra.WINDOWS):
        return Difference({}, shown, "They have too little in common for a spectral distance.")
    one, other = (Audio(sound.samples[:count], sound.rate) for sound in (a, b))
    found = spectra.multi_stft(other.samples, one.samples)
    gap = np.abs(_spectrogram(one) - _spectrogram(other))
    figures = {"convergence": found.convergence, "magnitude": found.magnitude}
    figures["most"] = float(np.abs(one.samples - other.samples).max())
    return Difference(figures, (*shown, heat(gap[::-1], RANGE)), note)


def _spectrogram(sound: Audio) -> np.ndarray:
    """Loudness in dB below full scale, -RANGE to 0, of the mean over channels: (bins, columns), low tones first."""
    mono = np.pad(sound.samples.mean(1, dtype=np.float64), (0, max(0, FFT - len(sound.samples))))
    starts = np.unique(np.linspace(0, len(mono) - FFT, WIDE).astype(int))
    found = np.abs(np.fft.rfft(mono[starts[:, None] + np.arange(FFT)] * np.hanning(FFT), axis=1)) / (FFT / 4)
    loud: np.ndarray = np.clip(20 * np.log10(np.maximum(found, 1e-12)), -RANGE, 0).T
    return loud[: HIGH * 2].reshape(HIGH, -1, loud.shape[1]).mean(1)


def _picture(loud: np.ndarray) -> np.ndarray:
    """dB as a grey picture, high tones at the top."""
    return np.repeat(np.rint((loud[::-1] + RANGE) / RANGE * 255).astype(np.uint8)[..., None], 3, 2)


def _meshes(a: Mesh, b: Mesh) -> Difference:
    try:
        return Difference(surfaces.compared(b, a)._asdict())
    except ValueError as error:
        return Difference({}, (), f"The surfaces cannot be compared: {error}.")
