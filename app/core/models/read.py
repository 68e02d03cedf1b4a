"""From a unit on the disk to what the library says of it: headers are read, weights never."""

import os
import re
from collections.abc import Iterable

from app.core.models.entry import Component, Model, telling
from app.core.models.walk import File, Unit, components, told
from engines.contract import Refused
from engines.files import headers, sniff, source
from engines.files.headers import Summary

_NO_WEIGHTS = re.compile(r"(Scheduler|Tokenizer|Processor|FeatureExtractor|Guider|Guidance)(Fast|Pil)?$")
_OPTIONAL = ("safety_checker",)  # pipelines run without it
_INDEX = re.compile(r"\.index(\.\w+)?\.json$")
_MAIN = re.compile(r"^(transformer|unet|prior|dit|denoiser|decoder)(_\d+)?$")
_LICENCES = (
    ("Apache License", "apache-2.0"),
    ("MIT License", "mit"),
    ("CreativeML Open RAIL++-M", "openrail++"),
    ("CreativeML Open RAIL-M", "creativeml-openrail-m"),
    ("FLUX.1 [dev] Non-Commercial", "flux-1-dev-non-commercial-license"),
    ("Stability AI Community License", "stabilityai-ai-community"),
)


def read(unit: Unit) -> Model:
    """What `unit` is: a bad file is of the kind 'broken' and has one sentence, a file that is no model is 'other'."""
    if unit.form == "pipeline":
        return _pipeline(unit)
    kept, lacking = _chosen(unit.files)
    if not kept and unit.form == "file":
        kept = list(unit.files.values())  # asked for by name, whatever its ending
    if _foreign(unit, kept):
        return Model(unit.path, unit.form, "other")
    try:
        found = _merged(kept)
    except Refused as refused:
        trouble = refused.failure.sentence
        size = sum(max(file.size, 0) for file in kept)
        return Model(unit.path, unit.form, "broken", bytes=size, trouble=trouble, files=_places(kept))
    what = sniff.sniff(found.shapes, found.metadata, telling(unit.path))
    return Model(
        path=unit.path,
        form=unit.form,
        kind=what.kind,
        family=what.family,
        variant=what.variant,
        title=what.title,
        format=found.format,
        dtype=found.dtype,
        bytes=found.bytes,
        parameters=found.parameters,
        parts=what.parts,
        missing=tuple(f"{name} is missing" for name in lacking),
        licence=_licence(unit.files, found.metadata),
        base=what.base,
        triggers=what.triggers,
        rank=what.rank,
        by_name=what.by_name,
        files=_places(kept),
    )


def _foreign(unit: Unit, kept: list[File]) -> bool:
    """Whether it is some other program's file: .bin, .pt and .pth are endings of many things."""
    loose = unit.form == "file" and bool(kept) and kept[0].path.endswith((".bin", ".pt", ".pth"))
    return loose and not headers.are_weights(kept[0].path)


def _places(files: Iterable[File]) -> tuple[str, ...]:
    return tuple(file.real for file in files if file.real)


def _merged(files: list[File]) -> Summary:
    """The headers of all shards as one. Refused('bad-file') for the first that is bad."""
    if not files:
        raise Refused("bad-file", "There are no weights here.")
    merged = Summary("", {}, {}, {}, 0, 0)
    for file in files:
        if not file.real:
            raise Refused("bad-file", f"{os.path.basename(file.path)} is a link whose file is gone; fetch it again.")
        one = headers.summary(file.path)
        dtypes = {name: merged.dtypes.get(name, 0) + one.dtypes.get(name, 0) for name in {*merged.dtypes, *one.dtypes}}
        merged = Summary(
            one.format,
            merged.shapes | one.shapes,
            dtypes,
            merged.metadata | one.metadata,
            merged.parameters + one.parameters,
            merged.bytes + one.bytes,
        )
    return merged


def _chosen(files: dict[str, File]) -> tuple[list[File], list[str]]:
    """The weights that would be loaded of those lying side by side, and the names of shards that are not there.

    Safetensors before pickles, full precision before a variant ('model.fp16.safetensors'), as the library chooses.
    """
    indexes = sorted((name for name in files if _INDEX.search(name)), key=lambda name: (".bin." in name, len(name)))
    for name in indexes:
        shards = {str(shard) for shard in _object(told(files[name].path).get("weight_map")).values()}
        if shards:
            return [files[s] for s in sorted(shards & files.keys())], sorted(shards - files.keys())
    weights = [name for name in files if name.lower().endswith(headers.ENDINGS)]
    groups: dict[str, list[str]] = {}
    for name in sorted(weights):
        groups.setdefault(re.sub(r"-\d{5}-of-\d{5}", "", name), []).append(name)
    if not groups:
        return [], []
    best = min(groups, key=lambda name: (not name.endswith((".safetensors", ".sft", ".gguf")), len(name), name))
    return [files[name] for name in groups[best]], _gaps(groups[best])


def _gaps(names: list[str]) -> list[str]:
    """The shards that the numbers in the names promise and nobody brought."""
    found = re.search(r"-\d{5}-of-(\d{5})", names[0])
    if not found:
        return []
    whole = [re.sub(r"-\d{5}-of-", f"-{n:05d}-of-", names[0]) for n in range(1, min(int(found[1]), 999) + 1)]
    return [name for name in whole if name not in names]


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


# ---------------------------------------------------------------- diffusers folders


def _pipeline(unit: Unit) -> Model:
    index = unit.files["model_index.json"].path
    pipeline = str(told(index).get("_class_name", ""))
    parts, heads = [], {}
    for name, type_ in components(index).items():
        inner = {file.split("/", 1)[1]: found for file, found in unit.files.items() if file.startswith(f"{name}/")}
        part, what = _component(name, type_, inner)
        parts.append(part)
        if what is not None:
            heads[name] = what
    family, variant = _family(pipeline, heads)
    dtypes: dict[str, int] = {}
    for part in parts:
        if part.dtype and part.bytes:
            most = part.dtype.split("+")[0]
            dtypes[most] = dtypes.get(most, 0) + part.bytes
    return Model(
        path=unit.path,
        form="pipeline",
        kind="pipeline",
        family=family,
        variant=variant,
        title=sniff.called(family, variant),
        format="diffusers",
        dtype=headers.spelt(dtypes),
        bytes=sum(part.bytes for part in parts),
        pipeline=pipeline,
        parts=_settled(parts, family, variant),
        components=tuple(parts),
        missing=tuple(f"{part.name}: {part.state}" for part in parts if part.state),
        licence=_licence(unit.files, {}),
        trouble="" if pipeline else "model_index.json cannot be read or names no pipeline.",
    )


def _component(name: str, type_: str, files: dict[str, File]) -> tuple[Component, sniff.Sniffed | None]:
    if not files:
        return Component(name, type_, state="" if name in _OPTIONAL else "is missing"), None
    if _NO_WEIGHTS.search(type_):
        return Component(name, type_), None
    kept, lacking = _chosen(files)
    if not kept:
        return Component(name, type_, state="has no weights"), None
    try:
        found = _merged(kept)
    except Refused as refused:
        return Component(name, type_, state=refused.failure.sentence), None
    what = sniff.sniff(found.shapes, found.metadata)
    state = f"lacks {', '.join(lacking)}" if lacking else ""
    return Component(name, type_, "|".join(what.parts), found.dtype, found.bytes, state), what


def _settled(parts: list[Component], family: str, variant: str) -> tuple[str, ...]:
    """The ids of whole parts, the one the family needs where a header allows two."""
    row = sniff.family(family, variant)
    needs = row.needs if row else ()
    ids = [part.part for part in parts if part.part and not part.state]
    return tuple(next((one for one in part.split("|") if one in needs), part) for part in ids)


def _family(pipeline: str, heads: dict[str, sniff.Sniffed]) -> tuple[str, str]:
    """What the network's header tells; the pipeline's class decides what the header leaves open, and what is made."""
    main = next((what for name, what in heads.items() if _MAIN.match(name) and what.family in sniff.FAMILIES), None)
    if main is not None and main.family == "wan21" and "transformer_2" in heads:
        return "wan22", "A14B"  # a network for high noise and one for low, each shaped like Wan 2.1's
    for start, family, variant in sniff.PIPELINES:
        if not pipeline.startswith(start):
            continue
        if not family:
            return "", ""  # of a name like another's, and nobody has told it yet
        if main is None or sniff.FAMILIES[main.family].medium != sniff.FAMILIES[family].medium:
            return family, variant
        return main.family, variant if variant and main.family == family else main.variant
    return (main.family, main.variant) if main else ("", "")


# ---------------------------------------------------------------- licences


def _licence(files: dict[str, File], metadata: dict[str, str]) -> str:
    """From the metadata, else a README's front matter, else the first lines of a LICENSE; '' where nobody says."""
    said = metadata.get("modelspec.license") or metadata.get("license") or metadata.get("general.license") or ""
    if said.strip():
        return said.strip()[:80]
    for name, file in files.items():
        if name.lower() == "readme.md" and (found := _front_matter(_start(file.path))):
            return found
    for name, file in files.items():
        if re.match(r"licen[cs]e", name, re.IGNORECASE):
            text = _start(file.path)
            return next((short for words, short in _LICENCES if words.lower() in text.lower()), name)
    return ""


def _front_matter(text: str) -> str:
    block = re.match(r"\ufeff?---\s*\n(.*?)\n---", text, re.DOTALL)
    if not block:
        return ""
    lines = dict(re.findall(r"^(license|license_name):[ \t]*[\"']?([^\"'\n#]+)", block[1], re.MULTILINE))
    named = lines.get("license", "").strip()
    return (lines.get("license_name", named).strip() if named in ("", "other") else named)[:80]


def _start(path: str) -> str:
    try:
        file, _ = source.opened(path)
        with file:
            return file.read(4096).decode("utf-8", "replace")
    except (Refused, OSError):
        return ""
