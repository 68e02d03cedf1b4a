"""What a LoRA (LoCon, LoHa, LoKr, DoRA, OFT too) changes, what it was trained on and with which words it is called."""

import re
from collections.abc import Mapping

import msgspec

from engines.files.sniff.signs import Keys, Shape
from engines.files.sniff.table import ARCHITECTURES

# the ends of the names that only a low-rank file has: (rank, in), (out, rank), and those of other shapes
_DOWN: tuple[str, ...] = (
    ".lora_down.weight",
    ".lora_A.weight",
    ".lora_A.default.weight",
    ".lora.down.weight",
    "_lora.down.weight",
)
_DOWN += (".hada_w1_b",)
_UP: tuple[str, ...] = (
    ".lora_up.weight",
    ".lora_B.weight",
    ".lora_B.default.weight",
    ".lora.up.weight",
    "_lora.up.weight",
)
_UP += (".hada_w1_a",)
_OTHER: tuple[str, ...] = (".hada_w2_a", ".hada_w2_b", ".lokr_w1", ".lokr_w2", ".lokr_w1_a", ".lokr_w2_a")
_OTHER += (".lokr_w1_b", ".lokr_w2_b", ".oft_blocks", ".oft_diag", ".a1.weight", ".glora_a.weight")
_SIDES = dict.fromkeys(_UP, 0) | dict.fromkeys(_DOWN, 1)  # which of (out, in) the end tells
_MANY = 1e12  # more captions than anybody has
_LAST = ("_lora.down.weight", "_lora.up.weight")  # these alone begin inside a word
_ENDS = frozenset((*_DOWN, *_UP, *_OTHER)).difference(_LAST)
_STARTS = re.compile(
    r"^(base_model\.model\.|lora_unet_|lora_transformer_|lycoris_|lora_prior_unet_|model\.diffusion_model\.|"
    r"diffusion_model\.|transformer\.|unet\.)+"
)
_TEXT: tuple[tuple[str, str], ...] = (
    ("lora_te2_", "text2."),
    ("text_encoder_2.", "text2."),
    ("lora_te1_", "text1."),
    ("text_encoder.", "text1."),
)
_TEXT += (("lora_te_", "text."), ("lora_te3_", "text3."), ("text_encoders.", "text."))
_OF_TEXT = tuple(start for start, _ in _TEXT)


def targets(shapes: Mapping[str, Shape]) -> Keys | None:
    """The modules changed and their (out, in), 0 where the file does not tell; None when it is no LoRA."""
    found: dict[str, list[int]] = {}
    modules: dict[str, str] = {}  # a pair has one module, so half of the work is remembered
    for key, shape in shapes.items():
        place = _cut(key)
        if place < 0 or not shape:
            continue
        stem, end = key[:place], key[place:]
        if stem not in modules:
            modules[stem] = _module(stem)
        size = found.setdefault(modules[stem], [0, 0])
        side = _SIDES.get(end)
        if side == 1 and len(shape) > 1:
            size[1] = shape[1]
        elif side == 0:
            size[0] = shape[0]
    return Keys({name: (size[0], size[1]) for name, size in found.items()}) if found else None


def _cut(key: str) -> int:
    """Where the end begins that only a low-rank file's names have; -1 where there is none."""
    place = len(key)
    for _ in range(3):
        place = key.rfind(".", 0, place)
        if place < 0:
            return -1
        if key[place:] in _ENDS:
            return place
    return key.rfind("_lora.") if key.endswith(_LAST) else -1


def rank(shapes: Mapping[str, Shape]) -> int:
    """The rank of the first pair; 0 where it has none."""
    return next((shape[0] for key, shape in shapes.items() if key.endswith(_DOWN) and shape), 0)


def base(metadata: Mapping[str, str]) -> str:
    """What the file says it was made for, in its own words."""
    for name in ("ss_base_model_version", "modelspec.architecture", "ss_sd_model_name", "base_model"):
        if metadata.get(name, "").strip():
            return metadata[name].strip()[:120]
    return ""


def told_family(words: str) -> str:
    """The family that words of the metadata name; '' when they name none."""
    return next((family for form, family in ARCHITECTURES if re.search(form, words, re.IGNORECASE)), "")


def triggers(metadata: Mapping[str, str], most: int = 8) -> tuple[str, ...]:
    """The words that call it up: the phrase its maker wrote, else the most frequent captions it was trained on."""
    names = ("modelspec.trigger_phrase", "ss_trigger_words", "trigger_words")
    phrase = next((metadata[name] for name in names if metadata.get(name, "").strip()), "")
    if phrase.strip():
        return tuple(word.strip() for word in phrase.split(",") if word.strip())[:most]
    counts: dict[str, float] = {}
    for folder in _decoded(metadata.get("ss_tag_frequency", "")).values():
        for word, count in folder.items() if isinstance(folder, dict) else ():
            if isinstance(count, int | float) and 0 < count < _MANY and str(word).strip():
                counts[str(word).strip()] = counts.get(str(word).strip(), 0) + count
    return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:most])


def _module(name: str) -> str:
    """'lora_unet_down_blocks_0_attentions_0' and 'unet.down_blocks.0.attentions.0' alike as 'down.blocks.0...'."""
    for start, short in _TEXT if name.startswith(_OF_TEXT) else ():
        if name.startswith(start):
            return short + name.removeprefix(start).replace("_", ".")
    return _STARTS.sub("", name).replace("_", ".")


def _decoded(text: str) -> dict[str, object]:
    try:
        found = msgspec.json.decode(text) if text else {}
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
