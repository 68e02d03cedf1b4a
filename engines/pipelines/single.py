"""A checkpoint in one file as a model, with the configurations its family has; and what else a file can be.

What a file is is told from its header, and what is in it is held against the family's networks before a number of it is
read. Nothing is asked of a network.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engines import shelf
from engines.contract import Refused
from engines.files import assets, atomic, headers, pickled, sniff, verdict, weights
from engines.files.sniff import Sniffed
from engines.files.source import shown
from engines.pipelines import added, joined, original, scaled, vocabulary
from engines.pipelines.folder import INDEX, Folder, read_json
from engines.pipelines.held import Held

PACKS = "models"  # the folder of the families' configurations, in the assets
VARIANTS = {  # what a family's pipeline is called where the network is given more than latents
    ("sd1", "inpaint"): "StableDiffusionInpaintPipeline",
    ("sd2", "inpaint"): "StableDiffusionInpaintPipeline",
    ("sdxl", "inpaint"): "StableDiffusionXLInpaintPipeline",
}
TOLD = original.NETWORK + "output_blocks.11.1.transformer_blocks.0.norm1.bias"
SPREAD = 0.09  # of TOLD, more where the network says v: so ComfyUI tells the two kinds of SD2 apart
LARGE = 96  # latents along a side of what SD2 learnt with v on


def is_part(path: Path) -> bool:
    """Whether `path` may be something to add to a model, which `parts` knows more of; Refused when it is no weights."""
    if path.is_dir():
        return not (path / INDEX).exists()
    return added.adds(_told(path)) or _told(path).kind == "unknown"


def source_of(path: Path, beside: Mapping[str, str] | None = None) -> Folder:
    """The model at `path`, a diffusers folder or a file. Refused when it is none.

    `beside` is where the parts lie that a file does not hold (`EngineCard.beside`); None to look for them.
    """
    if not path.exists():
        raise Refused("missing", f"{path} is not there.")
    if path.is_dir():
        return Folder(path)
    if joined.opens(joined.told(path)):
        check_numbers(path)
        return joined.Joined(path, beside)
    return Single(path)


@contextmanager
def safe(path: Path) -> Iterator[Path]:
    """`path`; of a PyTorch checkpoint its copy in safetensors, written on the shelf, which goes if it is refused later.

    Refused when the checkpoint wants to run code, or is nothing that can be used.
    """
    if path.is_dir() or verdict.format_of(path) != "pickle":
        yield path
        return
    copy = _copied(path)
    try:
        yield copy
    except BaseException:
        shutil.rmtree(copy.parent, ignore_errors=True)
        raise


def _copied(path: Path) -> Path:
    told, place = _told(path), shelf.folder()
    if told.kind == "unknown":
        raise Refused("bad-file", f"{shown(path.name)} holds weights of nothing that Darkroom knows.")
    if not added.adds(told) and not joined.opens(joined.told(path)):
        _check(path, told)
    if place is None:
        raise Refused(
            "missing", f"{shown(path.name)} needs a copy in safetensors; $DARKROOM_MODELS names no place for it."
        )
    copy = shelf.copy_place(place, path)
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        atomic.sweep(copy.parent)
        return pickled.convert(path, copy)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, copy).sentence) from error


class Single(Folder):
    """The checkpoint in the file `path`, with the interface of a folder."""

    def __init__(self, path: Path) -> None:
        told = _told(path)
        _check(path, told)
        self._header, self._family = weights.header(path), told.family
        super().__init__(path, assets.path(f"{PACKS}/{told.family}"))
        self.title = path.stem
        self.pipeline = VARIANTS.get((told.family, told.variant), self.pipeline)
        names = {
            part: original.of_part(told.family, part, self._header.tensors) for part in original.PARTS[told.family]
        }
        self._held = {part: Held(path, self._header, some) for part, some in names.items()}
        self.changes = self._changed(told.variant == "inpaint")

    def sizes(self) -> dict[str, int]:
        found = dict.fromkeys(self.components, 0)
        return found | {part: held.bytes for part, held in self._held.items()}

    def tensors(self, name: str) -> list[weights.Tensor]:
        return list(self._held[name].known.values()) if name in self._held else []

    def load(self, dtype: Any, names: Collection[str] = ()) -> Iterator[tuple[str, float, Any]]:
        for held in self._held.values():
            held.check()
        yield from super().load(dtype, names)

    def fingerprint(self, part: str = "") -> str:
        found = hashlib.sha256()
        held = self._held[part] if part else Held(self.path, self._header, list(self._header.tensors))
        held.mark(found)
        return found.hexdigest()

    def _component(self, name: str, dtype: Any) -> Any:
        from accelerate import init_empty_weights

        if name not in self._held:
            return self._plain(name)
        with init_empty_weights():
            net = self._network(name)
        state = self._state(name, net, self._held[name].tensors(dtype))
        net.load_state_dict({key: tensor.to(dtype) for key, tensor in state.items()}, assign=True)
        return net.eval()

    def _empty(self, name: str) -> Any:
        """Held against the header, so that a file which does not fit is refused before it is loaded."""
        part = super()._empty(name)
        if name in self._held:
            self._state(name, part, self._held[name].blank())
        return part

    def _plain(self, name: str) -> Any:
        place = self._place(name)
        if "tokenizer" in name and {file.name for file in place.iterdir()} == {"tokenizer_config.json"}:
            return vocabulary.clip(self.class_of(name), read_json(place / "tokenizer_config.json"))
        return super()._plain(name)

    def _state(self, name: str, net: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        try:
            return original.converted(self._family, name, net, tensors)
        except original.Misfit as misfit:
            said = f"{shown(self.path.name)} does not fit {sniff.called(self._family)}: {misfit}."
            raise Refused("bad-file", said) from misfit

    def _changed(self, inpaint: bool) -> dict[str, dict[str, Any]]:
        """What this file's networks and scheduler are set to against the family's usual."""
        network: dict[str, Any] = {"in_channels": 9} if inpaint else {}  # latents, mask, and latents of what is kept
        steps: dict[str, Any] = {}
        if self._says_v(inpaint):
            steps["prediction_type"] = "v_prediction"
            network |= {"sample_size": LARGE} if self._family == "sd2" else {}
        if "ztsnr" in self._header.tensors:
            steps |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
        return {"unet": network, "scheduler": steps}

    def _says_v(self, inpaint: bool) -> bool:
        """Whether the network says v (arXiv:2202.00512), not the noise: by the file's notes, marks or numbers."""
        noted = self._header.metadata.get("modelspec.prediction_type", "")
        if noted:
            return noted.lower().startswith("v")
        if "v_pred" in self._header.tensors:
            return True
        if self._family != "sd2" or inpaint or TOLD not in self._header.tensors:
            return False
        told = Held(self.path, self._header, [TOLD]).tensors()[TOLD]
        return bool(told.float().std(unbiased=False) > SPREAD)


def _told(path: Path) -> Sniffed:
    found = _summary(path)
    return sniff.sniff(found.shapes, found.metadata)


def _summary(path: Path) -> headers.Summary:
    state = path.stat()
    return _read(path, state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _read(path: Path, size: int, changed: int) -> headers.Summary:
    return headers.summary(path)


def _check(path: Path, told: Sniffed) -> None:
    """Refused unless the file is a whole checkpoint of a family that can be opened so; the sentence says what it is."""
    name, title = shown(path.name), sniff.called(told.family, told.variant)
    if told.kind not in ("checkpoint", "denoiser"):
        instead = "its diffusers folder" if told.kind == "controlnet" else "a whole checkpoint or a diffusers folder"
        raise Refused("bad-file", f"{name} is no model by itself: it holds {_called(told)}. Open {instead}.")
    if told.family not in original.PARTS or (told.variant and (told.family, told.variant) not in VARIANTS):
        raise Refused("bad-file", f"{name} holds {title}{_without(told)}. Open its diffusers folder instead.")
    found = _summary(path)
    shapes = found.shapes
    lacking = [said for said in original.absent(told.family, shapes) if said != "network"]
    if lacking:
        raise Refused("missing", f"{name} holds {title} without its {_and(lacking)}. Open a whole checkpoint.")
    if found.format == "gguf":
        raise Refused(
            "bad-file", f"{name} holds {title} in GGUF, which is not opened yet. Open it in safetensors instead."
        )
    check_numbers(path)
    if "edm_mean" in shapes or "edm_vpred.sigma_max" in shapes:
        raise Refused("bad-file", f"{name} counts its noise in EDM's way. Open its diffusers folder instead.")


def check_numbers(path: Path) -> None:
    """Refused when the file's numbers are to be scaled by others in it in a way that is not known."""
    found = _summary(path)
    if found.format == "safetensors" and scaled.pairs(found.shapes):
        scaled.check(path, weights.header(path).tensors)


def _called(told: Sniffed) -> str:
    if told.family.split("|")[0] in sniff.PARTS:
        return f"the {told.title}"
    kinds = {"controlnet": "ControlNet", "ip-adapter": "IP-Adapter", "t2i-adapter": "T2I-Adapter", "lora": "LoRA"}
    kind = kinds.get(told.kind, told.kind)
    return f"the {kind} of {told.title}" if told.family and told.kind != "upscaler" else f"the {kind} {told.title}"


def _without(told: Sniffed) -> str:
    """What a family needs and the file lacks."""
    row = sniff.family(told.family, told.variant)
    needs = [need for need in (row.needs if row else ()) if need not in told.parts and not need.startswith("@")]
    names = [sniff.PARTS[need][0] for need in needs]
    return f" without its {_and(names)}" if names else ", which is not opened from one file"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
