"""The card of a model folder: what it makes, what can be set, in which sizes, without loading its weights."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

from engines import shelf
from engines.contract import ControlKind, EngineCard, Info, Medium, Param, Refused
from engines.pipelines import (
    added,
    continued,
    decode,
    facts,
    guiders,
    parameters,
    plan,
    quicker,
    schedulers,
    seam,
    single,
    tiles,
    tiny,
)
from engines.pipelines.folder import Folder
from engines.shelf import Model, Part

SECOND = "guidance_scale_2"  # is for models of two networks, though others' pipelines know the word too
LARGEST_SIDE, LONGEST_CLIP, LONGEST_SOUND = 4096, 1024, 600.0
SHAPES = ((1, 1), (3, 2), (2, 3), (16, 9), (9, 16))  # of pictures offered beside the usual one
MOTION, MAP = "motion", "map"  # the controls a model takes by itself
PRECISION = Param(
    "precision",
    "choice",
    "automatic",
    choices=("automatic", "float32", "bfloat16", "float16"),
    help="The numbers the networks work with; automatic is what this machine is quickest with.",
    group="Memory",
)
PREVIEW = Param(
    "preview",
    "choice",
    "auto",
    choices=("auto", "linear", "tiny"),
    help="How each step is shown: by a small autoencoder (TAESD) where one that fits is opened, or by mean colours.",
    group="Memory",
)
TILE = Param(
    "tile",
    "int",
    0,
    0,
    2048,
    64,
    unit="px",
    help="Work in overlapping tiles of this side, for pictures larger than the model was taught; 0 is in one piece.",
    group="Enlarging",
)
OVERLAP = Param("overlap", "int", 128, 0, 512, 8, unit="px", help="How far tiles share their edges.", group="Enlarging")
ENLARGER = Param(
    shelf.ENLARGER,
    "choice",
    "lanczos",
    choices=("lanczos", "network"),
    help="How a start smaller than the result is enlarged: smoothly, or by a network that sharpens.",
    group="Enlarging",
)


def described(path: Path) -> Model | Part:
    """What `path` is: a model (a diffusers folder or a whole checkpoint), or a part to add to one. Refused with one
    sentence."""
    if not path.exists():
        raise Refused("missing", f"{path} is not there.")
    part = single.is_part(path)
    with single.safe(path) as place:
        if part:
            return added.describe(place, path)
        folder = single.source_of(place)
        pipe = folder.skeleton()
        return Model(_card(folder, pipe), added.fitting(pipe))


def _card(folder: Folder, pipe: Any) -> EngineCard:
    path = folder.path
    kind, mark = type(pipe), folder.fingerprint()
    medium, takes = medium_of(kind), taken(pipe)
    sizes, rule = picture_sizes(pipe)
    weight = sum(folder.sizes().values())
    size = f"{weight / 1e9:.1f} GB" if weight >= 1e8 else f"{weight / 1e6:.0f} MB"
    info = Info(
        name=f"{medium}/{_slug(folder.title)}-{mark[:6]}",
        title=folder.title,
        summary=f"A model of your own ({folder.pipeline.removesuffix('Pipeline')}, {size}).",
        medium=medium,
        family=family(pipe),
        takes=takes,
        sizes=sizes if "size" in takes else (),
        size_rule=rule if "size" in takes else None,
        lengths=lengths(pipe),
        grid=grid(pipe),
        controls=own_controls(kind),
        tokens=tokens(pipe),
        starts=("image", "video") if medium == "video" and "start" in takes else (),
        blends="prompt" in takes,
        decodes=bool(set(folder.components) & set(decode.PARTS)),
    )
    options = [
        *(one for one in parameters.derived(kind) if one.name != SECOND or getattr(pipe, "transformer_2", None)),
        *guided(pipe),
        *guiders.offered(pipe),
        *continued.offered(pipe),
        *schedulers.offered(getattr(pipe, "scheduler", None)),
        *(seam.OPTIONS if "mask" in takes else ()),
        *_enlarging(pipe, takes),
        *([PREVIEW] if tiny.base_of(getattr(pipe, "vae", None)) else []),
        PRECISION,
        plan.MEMORY,
        *quicker.offered(pipe),
    ]
    return EngineCard(info, tuple(options), str(path), beside=dict(getattr(folder, "beside", {})))


def _enlarging(pipe: Any, takes: tuple[Any, ...]) -> list[Param]:
    """What there is to set where a larger picture is drawn over a smaller one."""
    if medium_of(type(pipe)) != "image" or "size" not in takes or "start" not in takes:
        return []
    network = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    whole = type(pipe).__name__.startswith(facts.BESIDE)  # it sees the start as tokens beside those of the picture
    return [TILE, OVERLAP, ENLARGER] if network is not None and tiles.can(network) and not whole else []


def medium_of(kind: Any) -> Medium:
    """What a pipeline's class makes, told by what it is asked for."""
    words = inspect.signature(kind.__call__).parameters
    if "num_frames" in words:
        return "video"
    if any(name in words for name in parameters.LENGTHS):
        return "audio"
    return "mesh" if "frame_size" in words else "image"


def taken(pipe: Any) -> tuple[Any, ...]:
    """The fields of a request it obeys."""
    words = inspect.signature(type(pipe).__call__).parameters
    tasks = facts.tasks(type(pipe))
    found = [("prompt", "prompt" in words), ("negative", "negative_prompt" in words), ("seed", True)]
    found += [("size", "height" in words), ("length", lengths(pipe) is not None)]
    starts = "image" in words or {"start", "conditions"} & set(tasks) or any(name in words for name in facts.SOUNDS)
    found += [
        ("start", bool(starts)),
        ("mask", "mask_image" in words or ("mask" in tasks and medium_of(type(pipe)) != "audio")),
    ]
    found += [("regions", "prompt" in words and "height" in words and medium_of(type(pipe)) in ("image", "video"))]
    found += [("last", bool(ends(pipe)))]
    return (*(name for name, there in found if there), "resume", "travel")


def ends(pipe: Any) -> str:
    """Whether a clip may end with a given picture: "" no, "may", or "needed" (weights that always see two pictures)."""
    if "conditions" in facts.tasks(type(pipe)):
        return "may"
    if "last_image" not in inspect.signature(type(pipe).__call__).parameters:
        return ""
    config = pipe.transformer.config if pipe.transformer is not None else {}
    if config.get("image_dim") is None:
        return "may"  # what is not told of pictures beside the latents (Wan 2.2)
    return "needed" if config.get("pos_embed_seq_len") else ""


def family(pipe: Any) -> str:
    """The kind of generative model, by its scheduler."""
    names = " ".join(base.__name__ for base in type(getattr(pipe, "scheduler", None)).__mro__)
    if any(word in names for word in ("LCM", "CMStochastic", "TCD", "SCM")):
        return "consistency"
    return "flow matching" if "FlowMatch" in names else "diffusion"


def guided(pipe: Any) -> list[Param]:
    """The guidance of a pipeline that keeps it in a guider."""
    guider = getattr(pipe, "guider", None)
    if guider is None or not hasattr(guider, "guidance_scale"):
        return []
    scale = float(guider.guidance_scale)
    found = [Param("guidance", "float", scale, 0, 30, 0.1, help=parameters.GUIDANCE, curve=True)]
    own = dict(guider.config)
    for name, (theirs, told) in parameters.GUIDERS.items():
        if theirs in own:
            found.append(Param(name, "float", float(own[theirs]), 0, 1, 0.05, help=told, group="Sampling"))
    return found


def own_controls(kind: Any) -> tuple[ControlKind, ...]:
    """The controls a model takes by itself: a clip to follow (VACE), a map it was taught with (Flux Control)."""
    words, found = inspect.signature(kind.__call__).parameters, []
    if "video" in words and "conditioning_scale" in words:
        found.append(ControlKind(MOTION, "video", "A clip whose movement the result follows."))
    if "control_image" in words and "controlnet_conditioning_scale" not in words:
        found.append(ControlKind(MAP, "image", "The map this model was taught to obey, such as edges or depth."))
    return tuple(found)


def tokens(pipe: Any) -> int | None:
    """How many tokens its first text encoder reads, where that is told."""
    most = getattr(getattr(pipe, "tokenizer", None), "model_max_length", None)
    return int(most) if most is not None and most < 100_000 else None


# ---------------------------------------------------------------- sizes and lengths


def picture_sizes(pipe: Any) -> tuple[tuple[tuple[int, int], ...], tuple[int, int, int]]:
    """The (width, height) it offers, its usual one first, and (smallest, largest, multiple) of a side."""
    multiple = size_multiple(pipe)
    width, height = _usual(pipe)
    area = width * height
    ways = [(width, height)]
    for across, down in SHAPES:
        side = (area / (across * down)) ** 0.5
        ways.append(tuple(max(multiple, round(n * side / multiple) * multiple) for n in (across, down)))  # type: ignore[arg-type]
    return tuple(dict.fromkeys(ways)), (multiple, max(LARGEST_SIDE, width, height), multiple)


def size_multiple(pipe: Any) -> int:
    """What both sides must be a multiple of: the divisor the pipeline itself checks, evaluated on it."""
    for method in ("check_inputs", "__call__"):
        source = inspect.getsource(getattr(type(pipe), method, medium_of))
        for text in re.findall(r"height % ([\w.]+|\([^)]*\))", source):
            if (found := _number(pipe, text)) is not None:
                return found
    return int(getattr(pipe, "vae_scale_factor", 0) or getattr(pipe, "vae_scale_factor_spatial", 0) or 8)


def _number(pipe: Any, text: str) -> int | None:
    """The value of a product of whole numbers and attributes of the pipeline."""

    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return pipe if node.id == "self" else None
        if isinstance(node, ast.Attribute):
            return getattr(value(node.value), node.attr, None)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = value(node.left), value(node.right)
            return None if None in sides else sides[0] * sides[1]
        return None

    found = value(ast.parse(textwrap.dedent(text), mode="eval").body)
    return found if isinstance(found, int) and found > 0 else None


def _usual(pipe: Any) -> tuple[int, int]:
    """(width, height) it makes when not asked for another."""
    words = inspect.signature(type(pipe).__call__).parameters
    given = [getattr(words.get(side), "default", None) for side in ("width", "height")]
    if all(isinstance(side, int) for side in given):
        return given[0], given[1]  # type: ignore[return-value]
    scale = getattr(pipe, "vae_scale_factor", None) or getattr(pipe, "vae_scale_factor_spatial", None) or 1
    size = getattr(pipe, "default_sample_size", None)
    for name in ("unet", "transformer"):
        network = getattr(pipe, name, None)
        if size is None and network is not None:
            size = getattr(network.config, "sample_size", None)
    if size is None:
        return 1024, 1024
    height, width = size if isinstance(size, list | tuple) else (size, size)
    return int(width * scale), int(height * scale)


def lengths(pipe: Any) -> tuple[float, float, float] | None:
    """(least, usual, most) seconds of what lasts."""
    words = inspect.signature(type(pipe).__call__).parameters
    if "num_frames" in words:
        rate = facts.fps(type(pipe).__name__)
        frames = words["num_frames"].default or getattr(getattr(pipe, "unet", None), "config", {}).get("num_frames", 14)
        return 1 / rate, frames / rate, LONGEST_CLIP / rate
    for name in parameters.LENGTHS:
        if name in words:
            usual = words[name].default
            return 0.01, float(usual if usual is not None else facts.USUAL_SECONDS), LONGEST_SOUND
    return None


def grid(pipe: Any) -> tuple[int, int, float] | None:
    """The clips a pipeline can make: so many frames, any number of so many more, at so many a second. None where it
    makes none, or any number of frames."""
    if "num_frames" not in inspect.signature(type(pipe).__call__).parameters:
        return None
    along = _along(pipe)
    return None if along == 1 else (along, 1, facts.fps(type(pipe).__name__))


def frames_of(pipe: Any, seconds: float) -> int:
    """How many frames last `seconds`, as the autoencoder of the family can count them (4 k + 1 and the like)."""
    wanted, along = max(1, round(seconds * facts.fps(type(pipe).__name__))), _along(pipe)
    return max(0, round((wanted - 1) / along)) * along + 1


def _along(pipe: Any) -> int:
    """Into how many frames of a clip the autoencoder turns one of its own."""
    found = getattr(pipe, "vae_scale_factor_temporal", None) or getattr(pipe, "vae_temporal_compression_ratio", None)
    return int(found or 1)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"
