"""What can be set on a pipeline, from its signature and docstring and one table of ranges."""

from __future__ import annotations

import inspect
import re
from typing import Any

from msgspec import Struct

from engines.contract import Param


class Range(Struct, frozen=True):
    """What a signature does not say of a number: the name and bounds we give it. `unset` is what stands for None."""

    name: str = ""
    min: float | None = None
    max: float | None = None
    step: float | None = None
    curve: bool = False
    group: str = ""
    label: str = ""
    unset: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""


GUIDANCE = "How closely the result follows the words (CFG)."
RANGES = {
    "num_inference_steps": Range("steps", 1, 150, unset=25, help="How many steps from noise to result."),
    "guidance_scale": Range("guidance", 0, 30, 0.1, curve=True, help=GUIDANCE),
    "true_cfg_scale": Range(min=0, max=20, step=0.1, curve=True, label="True CFG"),
    "min_guidance_scale": Range(min=0, max=20, step=0.1),
    "max_guidance_scale": Range(min=0, max=20, step=0.1),
    "guidance_scale_2": Range(
        min=0,
        max=30,
        step=0.1,
        curve=True,
        label="Guidance, low noise",
        unset=0.0,
        help="Of the second network, once there is little noise; 0 is as the first.",
    ),
    "audio_guidance_scale": Range(min=0, max=30, step=0.1, curve=True),
    "guidance_rescale": Range(min=0, max=1, step=0.05, group="Sampling"),
    "audio_guidance_rescale": Range(min=0, max=1, step=0.05, group="Sampling"),
    "cfg_normalization": Range(group="Sampling"),
    "cfg_truncation": Range(min=0, max=1, step=0.05, group="Sampling"),
    "cfg_interval_start": Range(min=0, max=1, step=0.05, group="Sampling"),
    "cfg_interval_end": Range(min=0, max=1, step=0.05, group="Sampling"),
    "eta": Range(min=0, max=1, step=0.05, group="Sampling"),
    "shift": Range(min=0.1, max=20, step=0.1, group="Sampling"),
    "class_labels": Range(min=-1, max=100_000, unset=-1, label="Class", help="Which class it draws; -1 is any."),
    "_auto_resize": Range("auto_resize", group="More", help="Bring the picture to a size the model was taught."),
    "use_resolution_binning": Range("taught_sizes", group="More", help="Work in the nearest size it was taught."),
    "clip_skip": Range(min=0, max=12, unset=0, group="Text"),
    "max_sequence_length": Range(min=1, max=1024, group="Text"),
    "prompt_2": Range(group="Text"),
    "prompt_3": Range(group="Text"),
    "negative_prompt_2": Range(group="Text"),
    "negative_prompt_3": Range(group="Text"),
    "lyrics": Range(group="Text"),
    "motion_bucket_id": Range(min=1, max=255),
    "noise_aug_strength": Range(min=0, max=10, step=0.01),
    "decode_chunk_size": Range(min=0, max=64, unset=0, group="Memory"),
    "bpm": Range(min=0, max=300, unset=0, label="Tempo", unit="bpm"),
    "keyscale": Range(label="Key"),
    "timesignature": Range(label="Metre"),
    "vocal_language": Range(group="Text"),
    "task_type": Range(
        choices=("text2music", "cover", "repaint", "extend", "extract", "lego", "complete"), label="Task"
    ),
    "track_name": Range(
        label="Track", help="What is taken out (extract) or made (lego): vocals, drums, bass, guitar ..."
    ),
    "complete_track_classes": Range(label="Tracks to add", help="What is added (complete), with commas between."),
    "repainting_start": Range(min=-1, max=600, step=0.1, unset=-1.0, unit="s"),
    "repainting_end": Range(min=-1, max=600, step=0.1, unset=-1.0, unit="s"),
    "audio_cover_strength": Range(min=0, max=1, step=0.05),
    "silence_padding_duration": Range(min=0, max=60, step=0.5, unit="s", group="Sampling"),
    "frame_size": Range(min=32, max=512, step=32),
}
GUIDERS = {  # what can be set on a guider beside its scale: our name -> its own, and a sentence
    "guidance_rescale": ("guidance_rescale", "How far the guided result is brought back to its unguided contrast."),
    "guidance_start": ("start", "From which part of the steps on the words guide (0: the first)."),
    "guidance_stop": ("stop", "Up to which part of the steps they do (1: the last)."),
}
FIELDS = (  # are fields of a request, or follow from them
    *(
        "prompt",
        "negative_prompt",
        "height",
        "width",
        "num_frames",
        "generator",
        "image",
        "mask_image",
        "strength",
        "last_image",
    ),
    *("conditions", "frame_index", "denoise_strength"),
    *("fps", "frame_rate", "control_image", "batch_size", "video", "mask", "conditioning_scale", "reference_images"),
    *("audio_end_in_s", "audio_start_in_s", "audio_length_in_s", "audio_duration", "duration", "return_dict"),
    *("output_type", "num_images_per_prompt", "num_videos_per_prompt", "num_waveforms_per_prompt", "callback_steps"),
)
LENGTHS = ("audio_end_in_s", "audio_length_in_s", "audio_duration", "duration")
TEXTS = {"prompt_2", "prompt_3", "negative_prompt_2", "negative_prompt_3", "lyrics", "keyscale", "timesignature"}
TEXTS |= {"vocal_language", "track_name", "complete_track_classes"}
LISTS = {"complete_track_classes"}  # texts with commas, for us
NOBODYS = (
    "_",
    "max_area",
    "use_",
    "enable_",
    "prompt_enh",
    "prompt_max",
    "min_seconds",
    "max_seconds",
    "system_prompt",
    "max_new",
)


def derived(kind: Any) -> tuple[Param, ...]:
    """The options of a pipeline's class, in the order of its signature."""
    told = helps(kind.__call__.__doc__ or "")
    words = inspect.signature(kind.__call__).parameters
    made = [_param(_ours(kind, name), word, told.get(name, "")) for name, word in words.items() if name not in FIELDS]
    return tuple(param for param in made if param is not None)


def words(kind: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Our options as the arguments of the pipeline: its own names, None for what is unset."""
    theirs = {_ours(kind, name): name for name in _taken(kind)}
    found = {}
    for name, value in options.items():
        if name in theirs:
            known = RANGES.get(theirs[name])
            unset = known is not None and known.unset is not None and value == known.unset and name != "steps"
            empty = theirs[name] in TEXTS and value == ""
            if theirs[name] in LISTS:
                value = [one.strip() for one in str(value).split(",") if one.strip()]
            found[theirs[name]] = None if unset or empty else value
    return found


def helps(doc: str) -> dict[str, str]:
    """The first sentence said of each argument in a docstring's "Args:" part."""
    found = {}
    entries = re.split(r"\n {8,16}(?=\w+ \(`)", doc)
    for entry in entries[1:]:
        name, _, text = entry.partition(" (")
        lines = " ".join(text.split("\n", 1)[1].split()) if "\n" in text else ""
        found[name.strip()] = re.split(r"(?<=[.!?])\s", lines, maxsplit=1)[0][:200] if lines else ""
    return found


def _taken(kind: Any) -> list[str]:
    return [name for name in inspect.signature(kind.__call__).parameters if name not in FIELDS]


def _ours(kind: Any, name: str) -> str:
    """What we call an argument. Where nothing else guides, true CFG is the guidance."""
    words = inspect.signature(kind.__call__).parameters
    alone = "true_cfg_scale" in words and getattr(words.get("guidance_scale"), "default", None) is None
    if alone and name in ("true_cfg_scale", "guidance_scale"):
        return "guidance" if name == "true_cfg_scale" else name
    return RANGES[name].name or name if name in RANGES else name


def _param(ours: str, word: inspect.Parameter, told: str) -> Param | None:
    name = word.name
    known = RANGES.get(name)
    default: Any = word.default
    if known is None and name.startswith(NOBODYS):
        return None
    if default is None and known is not None and known.unset is not None:
        default = known.unset
    if default is None and name in TEXTS:
        default = ""
    kind = _kind(default, known)
    if kind is None:
        return None
    known = known or Range(group="More")
    if kind == "int" and known.step is not None and known.step % 1:  # a whole default does not make it a whole number
        kind, default = "float", float(default)
    low, high = (known.min, known.max) if kind in ("int", "float") else (None, None)
    if high is not None and default > high:
        high = default
    return Param(
        name=ours,
        kind=kind,
        default=default,
        min=low,
        max=high,
        step=known.step,
        choices=known.choices,
        unit=known.unit,
        help=known.help or told,
        curve=known.curve,
        group=known.group,
        label=known.label,
    )


def _kind(default: Any, known: Range | None) -> Any:
    if known is not None and known.choices:
        return "choice"
    kinds = {bool: "bool", int: "int", float: "float", str: "text"}
    return kinds.get(type(default))
