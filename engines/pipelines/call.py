"""A request as the arguments of a pipeline's call, and what it answers as media."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import torch
from PIL import Image as Picture

from engines.contract import Audio, Curve, Image, Media, Mesh, Refused, Request, Video
from engines.control.preprocess import preprocess
from engines.pipelines import conditions, continued, emphasis, facts, parameters, parts, schedulers, schema, seam
from engines.pipelines.live import Live


def task(kind: Any, request: Request) -> Any:
    """The pipeline's class for what the request begins with: its own, or its family's for a start or a mask."""
    own = inspect.signature(kind.__call__).parameters
    found = facts.tasks(kind)
    if "conditions" in own or (
        "conditions" in found and (isinstance(request.start, Video) or request.last is not None)
    ):
        return found["conditions"]
    if isinstance(request.start, Audio) and kind.__name__.startswith(continued.THIRD):
        return found["start" if request.options.get("task_type", continued.COVER) == continued.COVER else "mask"]
    if request.mask is not None and "mask_image" not in own:
        return found["mask"]
    itself = "image" in own or any(name in own for name in facts.SOUNDS)
    return kind if request.start is None or itself else found["start"]


def arguments(pipe: Any, request: Request) -> dict[str, Any]:
    """The arguments of `pipe(...)` but for the generator; curves become live numbers."""
    known = inspect.signature(type(pipe).__call__).parameters
    options = {name: _live(request.curves.get(name), value) for name, value in request.options.items()}
    found = parameters.words(type(pipe), options)
    found |= told(pipe, request.prompt, request.negative) | {"strength": request.strength}
    found |= _sized(pipe, request) | _media(pipe, request) | _paced(pipe)
    if request.last is not None:
        found["last_image"] = picture(request.last, request.size, "RGB")
    elif schema.ends(pipe) == "needed":
        raise Refused("bad-request", "This model goes from a first picture to a last one; give it one as the last.")
    found |= _controlled(pipe, request)
    found |= {"output_type": "mesh"} if schema.medium_of(type(pipe)) == "mesh" else {}
    if request.start is None and not request.controls:
        _demand(pipe, known)
    return {name: value for name, value in found.items() if name in known and value is not None}


def told(pipe: Any, prompt: str, negative: str) -> dict[str, Any]:
    """The arguments that the words are."""
    shunned = emphasis.of(pipe, negative).text or _empty(pipe)
    return {"prompt": emphasis.of(pipe, prompt).text, "negative_prompt": shunned}


def _empty(pipe: Any) -> str | None:
    return next((word for family, word in facts.EMPTY.items() if type(pipe).__name__.startswith(family)), None)


def _controlled(pipe: Any, request: Request) -> dict[str, Any]:
    """The arguments of the controls: the model's own, and those of ControlNets."""
    own = {kind.kind for kind in schema.own_controls(type(pipe))}
    nets = [control for control in request.controls if control.kind not in own]
    found: dict[str, Any] = {}
    if nets:
        made = [preprocess(c.making, c.media, c.options) if c.making else c.media for c in nets]
        pictures = [picture(one, request.size, "RGB") for one in made]
        found |= parts.control_words(type(pipe), nets, pictures)
    for control in request.controls:
        if control.kind == schema.MOTION and isinstance(control.media, Video):
            frames = [picture(Image(frame), request.size, "RGB") for frame in control.media.frames]
            found |= {"video": frames, "conditioning_scale": control.at(0.0)}
        elif control.kind == schema.MAP:
            found["control_image"] = picture(control.media, request.size, "RGB")
    return found


def settle(pipe: Any, own: Any, request: Request) -> None:
    """What is set on the pipeline rather than given to its call: the scheduler (`own` is the model's), the guider."""
    chosen = [str(request.options.get(name, schedulers.OWN)) for name in ("sampler", "schedule")]
    if own is not None:
        pipe.scheduler = schedulers.chosen(own, *chosen)
        conditions.settle(pipe)
    seam.grade(pipe, request)
    guider = getattr(pipe, "guider", None)
    if guider is not None and "guidance" in request.options:
        guider.guidance_scale = _live(request.curves.get("guidance"), request.options["guidance"])
        guider._step = guider._num_inference_steps = guider._timestep = None  # of the run before: none has begun
        for name, (theirs, _) in parameters.GUIDERS.items():
            if name in request.options:
                setattr(guider, _PLACES.get(theirs, theirs), request.options[name])


_PLACES = {"start": "_start", "stop": "_stop"}  # where a guider keeps it


def lives(pipe: Any, words: dict[str, Any]) -> list[Live]:
    """The numbers that move with the steps."""
    many = [one for word in words.values() for one in (word if isinstance(word, list | tuple) else [word])]
    many.append(getattr(getattr(pipe, "guider", None), "guidance_scale", None))
    return [one for one in many if isinstance(one, Live)]


def _live(curve: Curve | None, value: Any) -> Any:
    return value if curve is None else Live(curve)


def _sized(pipe: Any, request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if request.size is not None:
        found |= {"width": request.size[0], "height": request.size[1], "max_area": request.size[0] * request.size[1]}
    if request.length is not None:
        found |= dict.fromkeys(parameters.LENGTHS, request.length)
        found["num_frames"] = schema.frames_of(pipe, request.length)
    return found


def _paced(pipe: Any) -> dict[str, Any]:
    """How many frames a second a clip is meant for, where the pipeline wants to know."""
    return {"fps": round(facts.fps(type(pipe).__name__)), "frame_rate": facts.fps(type(pipe).__name__)}


def _media(pipe: Any, request: Request) -> dict[str, Any]:
    if "conditions" in inspect.signature(type(pipe).__call__).parameters:
        return {"conditions": conditions.asked(pipe, request, schema.frames_of(pipe, request.length or 0.0)) or None}
    if request.start is None:
        return {}
    if isinstance(request.start, Audio) and schema.medium_of(type(pipe)) == "audio":
        return continued.given(pipe, request)
    if not isinstance(request.start, Image):
        raise Refused("bad-request", "This model begins with a picture; give it one as the start.")
    found: dict[str, Any] = {"image": picture(request.start, request.size, "RGB")}
    if request.mask is not None:
        found["mask_image"] = picture(request.mask, request.size, "L")
    return found


def _demand(pipe: Any, known: Any) -> None:
    needs = known.get("image")
    if needs is not None and (needs.default is needs.empty or type(pipe).__name__.startswith(facts.NEEDS_START)):
        raise Refused("bad-request", "This model begins with a picture; give it one as the start.")


def picture(shown: Any, size: tuple[int, int] | None, mode: str) -> Picture.Image:
    pixels = shown.pixels
    made = Picture.fromarray(pixels)
    if made.mode == "RGBA" and mode == "RGB":
        made = Picture.alpha_composite(Picture.new("RGBA", made.size, "white"), made)
    made = made.convert(mode)
    return made if size is None or made.size == tuple(size) else made.resize(size, Picture.Resampling.LANCZOS)


# ---------------------------------------------------------------- what comes out


def media_of(pipe: Any, answer: Any) -> Media:
    """The first of what a pipeline answered."""
    medium = schema.medium_of(type(pipe))
    if medium == "mesh":
        return mesh(answer.images[0])
    if medium == "audio":
        return sound(answer.audios[0], rate_of(pipe))
    if medium == "video":
        return Video(
            _frames(answer.frames[0]), facts.fps(type(pipe).__name__), _track(pipe, getattr(answer, "audio", None))
        )
    return Image(_pixels(answer.images[0]))


def rate_of(pipe: Any) -> int:
    """Samples a second of the sound a pipeline makes."""
    for name in ("vocoder", "vae"):
        part = getattr(pipe, name, None)
        for place in (getattr(part, "config", None), part):
            for word in ("output_sampling_rate", "sampling_rate"):
                if isinstance(rate := getattr(place, word, None), int):
                    return rate
    return int(getattr(pipe, "sample_rate", 44100))


def _pixels(shown: Any) -> np.ndarray:
    if isinstance(shown, Picture.Image):
        return np.asarray(shown.convert("RGB"))
    array = np.asarray(shown.detach().float().cpu() if isinstance(shown, torch.Tensor) else shown)
    return array if array.dtype == np.uint8 else (array.clip(0, 1) * 255).round().astype(np.uint8)


def _frames(shown: Any) -> np.ndarray:
    return np.stack([_pixels(one) for one in shown])


def sound(samples: Any, rate: int) -> Audio:
    array = samples.detach().float().cpu().numpy() if isinstance(samples, torch.Tensor) else np.asarray(samples)
    array = array[None] if array.ndim == 1 else array  # (channels, N)
    return Audio(np.ascontiguousarray(array.T, np.float32).clip(-1, 1), rate)


def _track(pipe: Any, track: Any) -> Audio | None:
    return None if track is None else sound(track[0], rate_of(pipe))


def mesh(made: Any) -> Mesh:
    colours = np.stack([made.vertex_channels[c].detach().float().cpu().numpy() for c in "RGB"], -1)
    alpha = np.full((len(colours), 1), 255, np.uint8)
    painted = np.concatenate([(colours.clip(0, 1) * 255).round().astype(np.uint8), alpha], 1)
    points, faces = (part.detach().cpu().numpy() for part in (made.verts, made.faces))
    return Mesh(points.astype(np.float32), faces.astype(np.int32), painted)
