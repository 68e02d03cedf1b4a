"""What cannot be derived from a pipeline's own code, as data: by the beginning of its class's name."""

from __future__ import annotations

from typing import Any

TIME_FIRST = ("CogVideoX", "StableVideoDiffusion", "AceStep")  # latents (B, F, C, H, W) and (B, T, C)
PACE = {  # frames a second that the family was taught, and how many of them a latent frame stands for
    "AnimateDiff": (8, 1),
    "CogVideoX": (8, 4),
    "HunyuanVideo": (24, 4),
    "LTX2": (24, 8),
    "LTX": (25, 8),
    "StableVideoDiffusion": (7, 1),
    "Wan": (16, 4),
}
USUAL_PACE = (16, 4)


def time_first(pipe: Any) -> bool:
    """Whether the family keeps time before the channels."""
    return type(pipe).__name__.startswith(TIME_FIRST)


def fps(name: str) -> float:
    """Frames a second of what the pipeline's class of that name makes."""
    return float(_pace(name)[0])


def latent_fps(name: str) -> float:
    """Latent frames a second of it."""
    rate, frames = _pace(name)
    return rate / frames


def _pace(name: str) -> tuple[int, int]:
    return next((pace for family, pace in PACE.items() if name.startswith(family)), USUAL_PACE)


USUAL_SECONDS = 10.0
LOUDEST = {"AceStep": 10 ** (-1 / 20)}  # what the family brings the peak of a sound to


MOVED = ("LTX", "LTX2")  # whose weights make clips of words, of a picture and of frames here and there alike
BESIDE = ("FluxKontext",)  # that keep the tokens of the start beside those of the picture
OWN_STEPS = "LTXConditionPipeline"  # that hands its scheduler the times
FIRST = ("LTXCondition",)  # that keep the tokens of given frames before those of the clip; others after them
SHARED = 17  # frames of a clip, at most, that they go on from


ENDINGS = {
    "start": ("Img2Img", "ImageToImage", "ImageToVideo", "AudioToAudio"),
    "mask": ("Inpaint", "Inpainting"),
}


def tasks(kind: Any) -> dict[str, Any]:
    """The pipelines of the same family that begin with a picture or a sound ('start'), mend one ('mask') or are given
    frames at places of a clip ('conditions')."""
    import diffusers

    root, known, found = kind.__name__.removesuffix("Pipeline"), set(dir(diffusers)), {}
    for name, endings in ENDINGS.items():
        for ending in endings:
            if ending == "ImageToVideo" and root not in MOVED:
                continue
            if (full := f"{root}{ending}Pipeline") in known and full != kind.__name__:
                found[name] = getattr(diffusers, full)
    family = root.removesuffix("ImageToVideo").removesuffix("Condition")
    if family in MOVED:
        found["conditions"] = getattr(diffusers, f"{family}ConditionPipeline")
    return found


def shared(kind: Any) -> int:
    """Frames of a start clip, at most, that a pipeline of that class goes on from."""
    return SHARED if "conditions" in tasks(kind) else 1


SOUNDS = ("initial_audio_waveforms", "src_audio")  # what a start sound is called
EMPTY = {"QwenImage": " "}  # the negative prompt of those that take none for no guidance
NEEDS_START = ("StableVideoDiffusion", "QwenImageEdit", "FluxFill")  # though their signature says it may be left out
