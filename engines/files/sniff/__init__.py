"""What a weights file is, told from the names and shapes in its header alone. Nothing is loaded.

What no line of the table knows is called unknown; nothing is ever guessed.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from engines.files.sniff import lora
from engines.files.sniff.families import FAMILIES, PARTS, PIPELINES, Family, called, family
from engines.files.sniff.signs import Keys, Shape, Sign, first
from engines.files.sniff.table import LORAS, NAMES, SIGNS

__all__ = ["FAMILIES", "PARTS", "PIPELINES", "Family", "Shape", "Sniffed", "called", "family", "sniff"]

BASES = ("denoiser", "motion", "lora", "controlnet", "ip-adapter", "t2i-adapter", "embedding")

# what stands before the names of a part in a file of several, and where the search for the part begins
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("model.diffusion_model.", ("denoiser",)),
    ("model.model.", ("denoiser",)),
    ("first_stage_model.", ("vae",)),
    ("pretransform.model.", ("vae",)),
    ("audio_vae.", ("vae",)),
    ("vae.", ("vae",)),
    ("vocoder.", ("vocoder",)),
    ("cond_stage_model.", ("text-encoder",)),
    ("conditioner.embedders.0.", ("image-encoder", "text-encoder")),
    ("conditioner.embedders.1.", ("text-encoder",)),
    ("conditioner.conditioners.prompt.model.", ("text-encoder",)),
    ("control_model.", ("controlnet",)),
)
_WRAPPERS = ("module.", "params_ema.", "params.", "state_dict.", "diffusion_model.", "net.", "model.")


class Sniffed(Struct, frozen=True):
    """`kind` is 'checkpoint' (a network and more), 'denoiser' (a network alone), 'vae', 'text-encoder',
    'image-encoder', 'vocoder', 'lora', 'controlnet', 'ip-adapter', 't2i-adapter', 'embedding', 'motion', 'upscaler'
    or 'unknown'. `family` is an id of FAMILIES, or of PARTS for a part ('a|b': one of two); '' is not known.
    `parts` are the PARTS inside. `by_name` is true where the file's name settled what its header leaves open."""

    kind: str = "unknown"
    family: str = ""
    variant: str = ""
    parts: tuple[str, ...] = ()
    base: str = ""
    triggers: tuple[str, ...] = ()
    rank: int = 0
    why: str = ""
    by_name: bool = False

    @property
    def title(self) -> str:
        """What a person calls it."""
        names = [PARTS[part][0] for part in self.family.split("|") if part in PARTS]
        if names:
            return " or ".join(names)
        if self.kind == "upscaler":
            return f"{self.family} {self.variant}".strip()
        return called(self.family, self.variant)


def sniff(shapes: Mapping[str, Shape], metadata: Mapping[str, str] | None = None, name: str = "") -> Sniffed:
    """What the header with these names, shapes and notes belongs to; `name` settles only what it leaves open."""
    notes = metadata or {}
    changed = lora.targets(shapes)
    if changed is not None and "lora_controlnet" not in shapes:
        return _named(_lora(changed, shapes, notes), name)
    found = dict(_parts(shapes))
    main = found.pop("denoiser", None) or found.pop("controlnet", None)
    if main is None and not found:
        main = _bare(shapes)
    inside = tuple(sign.family for sign in found.values() if sign.family)
    return _named(_whole(main, inside, next(iter(found.values()), None), notes), name)


def _lora(changed: Keys, shapes: Mapping[str, Shape], notes: Mapping[str, str]) -> Sniffed:
    """Shapes are believed before words: what the trainer wrote decides only where they tell nothing."""
    sign, said = first(LORAS, changed), lora.base(notes)
    of, variant = (sign.family, sign.variant) if sign else (lora.told_family(said), "")
    why = sign.why if sign else said
    return Sniffed("lora", of, variant, (), said, lora.triggers(notes), lora.rank(shapes), why)


def _whole(main: Sign | None, inside: tuple[str, ...], other: Sign | None, notes: Mapping[str, str]) -> Sniffed:
    said, words = lora.base(notes), lora.triggers(notes)
    if main is not None and main.kind == "denoiser":
        needs = getattr(family(main.family, main.variant), "needs", ())
        kind = "checkpoint" if inside else "denoiser"
        parts = tuple(_settled(part, needs) for part in inside)
        return Sniffed(kind, main.family, main.variant, parts, said, words, why=main.why)
    sign = main or other
    if sign is None:
        return Sniffed(base=said)
    parts = (sign.family,) if sign.kind in ("vae", "text-encoder", "image-encoder", "vocoder") and sign.family else ()
    return Sniffed(sign.kind, sign.family, sign.variant, parts or inside, said, words, why=sign.why)


def _settled(part: str, needs: tuple[str, ...]) -> str:
    """Of two parts of one shape the one that the network around it needs."""
    return next((one for one in part.split("|") if one in needs), part)


def _parts(shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Sign]]:
    """The parts of a file of several: ('denoiser', its sign), ('vae', ...), ('text-encoder 2', ...) ..."""
    whole = Keys(shapes)
    for prefix, kinds in (*_PREFIXES, *((start, ("text-encoder",)) for start in _encoders(shapes))):
        if whole.found(prefix + "*") is None:
            continue
        inner = _below(shapes, prefix)
        sign = first(SIGNS, Keys(inner), kinds)
        if sign is None and kinds == ("text-encoder",):
            bare = {key.removeprefix("transformer.").removeprefix("model."): shape for key, shape in inner.items()}
            sign = first(SIGNS, Keys(bare), kinds)
        if sign is not None:
            yield (kinds[0] if kinds[0] in ("denoiser", "controlnet") else prefix), sign


def _below(shapes: Mapping[str, Shape], prefix: str) -> dict[str, Shape]:
    return {key.removeprefix(prefix): shape for key, shape in shapes.items() if key.startswith(prefix)}


def _encoders(shapes: Mapping[str, Shape]) -> list[str]:
    """'text_encoders.clip_l.' and its kin."""
    return sorted({".".join(key.split(".")[:2]) + "." for key in shapes if key.startswith("text_encoders.")})


def _bare(shapes: Mapping[str, Shape]) -> Sign | None:
    """A file of one thing, with or without a wrapper's name before every tensor."""
    sign = first(SIGNS, Keys(shapes))
    for prefix in _WRAPPERS if sign is None or not sign.family else ():
        inner = _below(shapes, prefix)
        again = first(SIGNS, Keys(inner)) if inner else None
        if again is not None and again.family:
            return again
    return sign


def _named(told: Sniffed, name: str) -> Sniffed:
    """`told`, with what the name says where the header allows several."""
    if not name:
        return told
    kind = "denoiser" if told.kind == "checkpoint" else told.kind
    exact = f"{told.family}/{told.variant.split(' (')[0]}"
    for of, known, form, meant, variant in NAMES:
        open_yet = known == exact or (known == told.family and told.variant in ("", "dev"))
        if of == kind and open_yet and re.search(form, name, re.IGNORECASE):
            parts = (meant,) if meant in PARTS else told.parts
            return Sniffed(
                told.kind, meant, variant, parts, told.base, told.triggers, told.rank, told.why, by_name=True
            )
    return told
