"""What a network in a file of its own needs beside it, and where that lies: text encoders, their tokenizers, a VAE.

It is looked for in what stands on the shelf, in what the last scan of the user's folders told (`shelf.Found`), and
beside the file itself. A part is taken only where its header, its pipeline or its name says for sure which it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from engines import shelf
from engines.contract import Refused
from engines.files import assets, gguf, headers, index, sniff, weights
from engines.pipelines import gguf_names, packed, scaled
from engines.pipelines.folder import INDEX

NEAR = ("vae", "VAE", "text_encoders", "text_encoder", "clip", "CLIP")  # folders that ComfyUI and A1111 keep parts in
MOST = 200  # files looked at beside a file
CLIP = {"text_encoder": "sdxl/tokenizer", "text_encoder_2": "sdxl/tokenizer_2"}  # that ship with Darkroom


class Place(Struct, frozen=True):
    """Where the part `part` lies: a file of weights, or a folder of a component. `tokenizer` goes with an encoder."""

    part: str
    path: str
    tokenizer: str = ""


def wanted(family: str, variant: str) -> dict[str, str]:
    """The components a family's pipeline needs beside its network, and which part each is ('t5-xxl')."""
    row = sniff.family(family, variant)
    kinds = [(need, sniff.PARTS[need][1]) for need in (row.needs if row else ()) if need in sniff.PARTS]
    encoders = [need for need, kind in kinds if kind == "text-encoder"]
    found = {f"text_encoder_{n + 1}" if n else "text_encoder": need for n, need in enumerate(encoders)}
    vae = next((need for need, kind in kinds if kind == "vae"), "")
    return found | ({"vae": vae} if vae else {})


def places(file: Path, parts: Iterable[str]) -> dict[str, list[Place]]:
    """By part the places that have it, those first that need no more: components of folders, then files."""
    sought = set(parts)
    found: dict[str, list[Place]] = {part: [] for part in sorted(sought)}
    for path in _candidates(file, sought):
        for place in offered(path):
            if place.part in sought and place not in found[place.part]:
                found[place.part].append(place)
    for many in found.values():
        many.sort(key=lambda place: (not os.path.isdir(place.path), not place.tokenizer))
    return found


def offered(path: Path) -> list[Place]:
    """The parts that the file or diffusers folder `path` surely has; none where it cannot be read."""
    try:
        return _of_folder(path) if path.is_dir() else _of_file(path)
    except (Refused, OSError):
        return []


def models(file: Path, family: str, variant: str, pipeline: str) -> Iterator[Path]:
    """The diffusers folders of models of that family whose network is of that variant."""
    for path in _candidates(file, {f"@{family}"}):
        try:
            if path.is_dir() and _is_model(path, family, variant, pipeline):
                yield path
        except (Refused, OSError):
            continue


def tokenizer_of(component: str, part: str, many: Iterable[Place]) -> str:
    """Where the tokenizer of a part lies: with an encoder of that kind, or, of CLIP's, here."""
    beside = next((place.tokenizer for place in many if place.tokenizer), "")
    if beside or part not in ("clip-l", "clip-g"):
        return beside
    return str(assets.path("models") / CLIP["text_encoder" if part == "clip-l" else "text_encoder_2"])


def _candidates(file: Path, parts: set[str]) -> Iterator[Path]:
    """What may have any of the parts, each once: nearest to hand first."""
    seen: set[str] = set()
    place = shelf.folder()
    near = [Path(card.origin) for card in shelf.cards(place).values()]
    told = [Path(row.path) for row in (shelf.found(place) if place else ()) if parts & row.gives]
    for path in [*near, *told, *_neighbours(file)]:
        real = os.path.realpath(path)
        if real not in seen and path.exists() and real != os.path.realpath(file):
            seen.add(real)
            yield path


def _neighbours(file: Path) -> Iterator[Path]:
    folders = [file.parent, *(file.parent / name for name in NEAR), *(file.parent.parent / name for name in NEAR)]
    for folder in folders:
        if folder.is_dir():
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry, _ in zip(entries, range(MOST), strict=False))
            yield from (folder / name for name in names if _may_be(folder / name))


def _may_be(path: Path) -> bool:
    if path.is_dir():
        return (path / INDEX).is_file()
    return path.suffix in (".safetensors", ".sft", ".gguf")


def _of_file(path: Path) -> list[Place]:
    found = headers.summary(path)
    what = sniff.sniff(found.shapes, found.metadata, path.stem)
    if what.kind not in ("vae", "text-encoder"):
        return []
    parts = [part for part in what.parts if "|" not in part and (found.format != "gguf" or part in gguf_names.KNOWN)]
    if parts and found.format == "gguf":
        packed.check(path, gguf.header(path))
    elif scaled.pairs(found.shapes):
        scaled.check(path, weights.header(path).tensors)
    return [Place(part, str(path)) for part in parts if found.format != "pickle"]


def _of_folder(path: Path) -> list[Place]:
    whole, found = index.folder(path), []
    family, variant = told_by(whole.pipeline)
    row = sniff.family(family, variant)
    for name in whole.components:
        if not name.startswith(("text_encoder", "vae")):
            continue
        shapes = _shapes(whole, name)
        tokenizer = path / name.replace("text_encoder", "tokenizer")
        beside = str(tokenizer) if name.startswith("text_encoder") and tokenizer.is_dir() else ""
        for part in sniff.sniff(shapes).parts:
            one = next((each for each in part.split("|") if row and each in row.needs), part)
            if "|" not in one:
                found.append(Place(one, str(path / name), beside))
    return found


def told_by(pipeline: str) -> tuple[str, str]:
    """The family and variant that the name of a pipeline's class tells."""
    return next(((of, kind) for start, of, kind in sniff.PIPELINES if pipeline.startswith(start)), ("", ""))


def _is_model(path: Path, family: str, variant: str, pipeline: str) -> bool:
    whole = index.folder(path)
    what = sniff.sniff(_shapes(whole, "transformer"))
    return (what.family, what.variant) == (family, variant) and whole.pipeline == pipeline


def _shapes(whole: index.Folder, component: str) -> dict[str, tuple[int, ...]]:
    many = [header for name, header in whole.headers.items() if name.startswith(f"{component}/")]
    return {name: tensor.shape for header in many for name, tensor in header.tensors.items()}
