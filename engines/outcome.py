"""What is wrong with an output, if anything: broken, empty, black or silent media is reported, never stored."""

import math

import numpy as np

from engines.contract import Audio, Image, Media, Mesh, Video


def fault(media: Media) -> str | None:
    """One clause naming what is wrong with `media` ('the picture is one flat colour'), or None."""
    if isinstance(media, Image):
        return _shape_fault("picture", media.pixels, (2, 3)) or _flat("picture", media.pixels)
    if isinstance(media, Video):
        found = _shape_fault("clip", media.frames, (4,)) or _flat("clip", media.frames)
        if not (found or 0 < media.fps < math.inf):
            return f"the clip has {media.fps:g} frames a second"
        return found or (fault(media.sound) if media.sound is not None and not _quiet(media.sound) else None)
    if isinstance(media, Audio):
        return _audio_fault(media)
    return _mesh_fault(media)


def estimate_fault(estimate: np.ndarray) -> str | None:
    """The same for a clean estimate: it must be made of finite numbers."""
    if estimate.dtype.kind == "f" and not np.isfinite(estimate).all():
        return "the numbers became infinite or undefined (NaN)"
    return None


def _shape_fault(word: str, pixels: np.ndarray, dims: tuple[int, ...]) -> str | None:
    if pixels.dtype != np.uint8 or pixels.ndim not in dims:
        return f"the {word} has the wrong form ({pixels.dtype}, {pixels.ndim} dimensions)"
    if pixels.size == 0:
        return f"the {word} is empty"
    channels = pixels.shape[-1] if pixels.ndim > 2 else 1
    usual = (3, 4) if pixels.ndim > 2 else (1,)
    return f"the {word} has {channels} channels" if channels not in usual else None


def _flat(word: str, pixels: np.ndarray) -> str | None:
    if pixels.ndim > 2 and pixels.shape[-1] == 4 and not pixels[..., 3].any():
        return f"the {word} is wholly transparent"
    first = pixels[(0, 0)] if pixels.ndim < 4 else pixels[0, 0, 0]
    return f"the {word} is one flat colour" if pixels.size > 64 and (pixels == first).all() else None


def _quiet(sound: Audio) -> bool:
    return sound.samples.size > 0 and not sound.samples.any()  # a clip's sound track may be silent


def _audio_fault(media: Audio) -> str | None:
    samples = media.samples
    if samples.dtype != np.float32 or samples.ndim != 2 or media.rate <= 0:
        return f"the sound has the wrong form ({samples.dtype}, {samples.ndim} dimensions)"
    if samples.size == 0:
        return "the sound is empty"
    if not np.isfinite(samples).all():
        return "the sound holds numbers that are infinite or undefined (NaN)"
    return "the sound is silent" if np.abs(samples).max() < 1e-5 else None


def _mesh_fault(media: Mesh) -> str | None:
    vertices, faces = media.vertices, media.faces
    if vertices.dtype != np.float32 or vertices.ndim != 2 or faces.dtype != np.int32 or faces.ndim != 2:
        return "the shape has the wrong form"
    if vertices.shape[1] != 3 or faces.shape[1] != 3:
        return "the shape has the wrong form"
    if not len(vertices) or not len(faces):
        return "the shape is empty"
    if not np.isfinite(vertices).all():
        return "the shape holds points that are infinite or undefined (NaN)"
    return (
        "the shape's faces name points that are not there" if faces.min() < 0 or faces.max() >= len(vertices) else None
    )
