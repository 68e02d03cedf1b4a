"""A transformer in a file of its own, made a model by what lies beside it.

The file holds the network, sometimes the autoencoder too. Its configuration ships with Darkroom, or is that of a model
folder of the same kind where its makers let nobody pass it on; what shapes tell is taken from the file's own. The
encoders and the rest come from the user's folders, and the card says from where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files import assets, gguf, headers, sniff
from engines.files.sniff import Sniffed
from engines.files.source import shown
from engines.files.weights import Tensor
from engines.pipelines import beside, experts, gguf_names, layouts, original, packed, scaled, vocabulary
from engines.pipelines.beside import Place
from engines.pipelines.folder import Folder, check_weights, read_json, sampled, size_of
from engines.pipelines.held import Held, header

CONFIGS = "configs"  # in a card's `beside`: the folder whose configurations are used
NETWORK = "transformer"
NETWORKS = (NETWORK, experts.SECOND)
STARTS = {NETWORK: ("model.diffusion_model.", "diffusion_model.", ""), "vae": ("first_stage_model.", "vae.")}
OTHERS = ("vae.", "first_stage_model.", "text_encoders.", "conditioner.", "cond_stage_model.", "audio_vae.", "vocoder.")
PACKED = "models"  # the folder of the configurations that ship, in the assets
SHIPPED = {  # family and variant -> which of them is meant
    ("flux1", "schnell"): "flux1",
    ("qwen-image", ""): "qwen-image",
    ("z-image", ""): "z-image",
    ("wan21", ""): "wan21",
    ("wan21", "T2V 1.3B"): "wan21",
    ("wan21", "T2V 14B"): "wan21",
    ("wan22", "T2V A14B"): "wan22-t2v",
    ("wan22", "I2V A14B"): "wan22-i2v",
}
PIPELINES = {  # of those whose configurations may not be passed on: the pipeline of the folder they are taken from
    ("flux1", "dev"): "FluxPipeline",
    ("flux1", "Fill"): "FluxFillPipeline",
    ("flux1", "Control"): "FluxControlPipeline",
    ("flux1", "Kontext"): "FluxKontextPipeline",
    ("chroma", ""): "ChromaPipeline",
    ("flux2", "klein 4B"): "Flux2KleinPipeline",
    ("flux2", "klein 9B"): "Flux2KleinPipeline",
    ("sd3", "medium"): "StableDiffusion3Pipeline",
    ("sd35", "medium"): "StableDiffusion3Pipeline",
    ("sd35", "large"): "StableDiffusion3Pipeline",
    ("ltx", "2B"): "LTXPipeline",
    ("ltx", "13B"): "LTXPipeline",
    ("wan22", "TI2V 5B"): "WanPipeline",
}
MEANT = {"Krea": "dev", "Turbo": "", "T2V 14B (or 2.2 A14B)": "T2V 14B"}  # variants that are opened as another
HEADERS = {"Kontext": "dev"}  # variants that only names tell, and what the header of their network says


def told(path: Path) -> Sniffed:
    """What the network in `path` is, its name helping."""
    found = headers.summary(path)
    return sniff.sniff(found.shapes, found.metadata, path.stem)


def opens(what: Sniffed) -> bool:
    """Whether such a file can be made a model."""
    return _kind(what) in SHIPPED or _kind(what) in PIPELINES


def _kind(what: Sniffed) -> tuple[str, str]:
    return what.family, MEANT.get(what.variant, what.variant)


class Joined(Folder):
    """The model of the network in the file `path`. `known` is where its parts lie, None to look for them."""

    def __init__(self, path: Path, known: Mapping[str, str] | None = None) -> None:
        self._what, self._header = told(path), header(path)
        if isinstance(self._header, gguf.Header):
            packed.check(path, self._header)
        self._title = sniff.called(self._what.family, self._what.variant)
        self._own = _own(path, self._header)
        self.beside = dict(known or {})
        super().__init__(path, self._configs(path))
        self.title = path.stem
        self._files: dict[str, Held] = {name: held for name, held in self._own.items() if name in self.components}
        if known is None:
            self.beside |= self._found()
        for name, place in self.beside.items():
            if name in self.components and Path(place).is_file():
                self._files[name] = _whole(Path(place))
        if experts.SECOND in self.components:
            self._files[NETWORK], self._files[experts.SECOND] = map(_network, experts.both(path))
        self.changes = {name: self._told(name) for name in NETWORKS if name in self.components}

    # ------------------------------------------------------------ looking

    def _configs(self, path: Path) -> Path:
        """The folder of its configurations."""
        kind = _kind(self._what)
        if CONFIGS in self.beside:
            return Path(self.beside[CONFIGS])
        if kind in SHIPPED:
            return assets.path(f"{PACKED}/{SHIPPED[kind]}")
        variant = HEADERS.get(kind[1], kind[1])
        folder = next(beside.models(path, kind[0], variant, PIPELINES[kind]), None)
        if folder is None:
            said = f"{shown(path.name)} holds {self._title}, whose settings may not be passed on with Darkroom"
            raise Refused("missing", f"{said}: open a diffusers folder of {self._title} once, and it uses that one's.")
        self.beside[CONFIGS] = str(folder)
        return folder

    def _found(self) -> dict[str, str]:
        """Where the parts lie that the file does not hold. Refused('missing') names those that are nowhere."""
        needs = {n: part for n, part in beside.wanted(*_kind(self._what)).items() if n in self.components}
        places = beside.places(self.path, needs.values())
        found, lacking = {}, []
        for name, part in needs.items():
            place = next((place for place in places[part] if self._fits(name, place)), None)
            tokenizer = name.replace("text_encoder", "tokenizer")
            if name in self._own:
                pass
            elif place is None:
                lacking.append(sniff.PARTS[part][0])
            else:
                found[name] = place.path
            if tokenizer != name and tokenizer in self.components:
                lies = (place.tokenizer if place else "") or beside.tokenizer_of(name, part, places[part])
                if lies:
                    found[tokenizer] = lies
                elif place is not None:
                    lacking.append(f"tokenizer of the {sniff.PARTS[part][0]}")
        found |= self._rest(found)
        if lacking:
            raise Refused("missing", self._lacks(lacking))
        return found

    def _fits(self, name: str, place: Place) -> bool:
        """A bare file is read with this model's own configuration of that part, which must be there."""
        return Path(place.path).is_dir() or (self.configs / name / "config.json").is_file()

    def _rest(self, found: Mapping[str, str]) -> dict[str, str]:
        """What else the pipeline has, which comes from the folder of its configurations."""
        there = {*found, *self._own, "scheduler"}
        more = [name for name in self.components if name not in there and CONFIGS in self.beside]
        return {name: str(self.configs / name) for name in more}

    def _lacks(self, lacking: list[str]) -> str:
        named = " and ".join(filter(None, [", ".join(lacking[:-1]), lacking[-1]]))
        said = f"{shown(self.path.name)} holds {self._title} without its {named}"
        return f"{said}: scan a folder that has them (darkroom models scan), or open a diffusers folder of it once."

    # ------------------------------------------------------------ as a folder

    def sizes(self) -> dict[str, int]:
        return {
            name: self._files[name].bytes if name in self._files else size_of(self._place(name))
            for name in self.components
        }

    def tensors(self, name: str) -> list[Tensor]:
        return list(self._files[name].known.values()) if name in self._files else super().tensors(name)

    def load(self, dtype: Any, names: Collection[str] = ()) -> Iterator[tuple[str, float, Any]]:
        for held in self._files.values():
            held.check()
        yield from super().load(dtype, names)

    def fingerprint(self, part: str = "") -> str:
        found = hashlib.sha256()
        for name in [part] if part else sorted(self.components):
            if name in self._files:
                self._files[name].mark(found)
            else:
                _mark(self._place(name), found)
        return found.hexdigest()

    def _lies(self, name: str) -> Path:
        return Path(self.beside.get(name, self.path / name))

    def _place(self, name: str) -> Path:
        place = Path(self.beside.get(name, ""))
        return place if name in self.beside and place.is_dir() else super()._place(name)

    def _plain(self, name: str) -> Any:
        place = self._place(name)
        if "tokenizer" in name and {file.name for file in place.iterdir()} == {"tokenizer_config.json"}:
            return vocabulary.clip(self.class_of(name), read_json(place / "tokenizer_config.json"))
        return super()._plain(name)

    def _empty(self, name: str) -> Any:
        """Held against the header, so that a file which does not fit is refused before it is loaded."""
        part = super()._empty(name)
        if name in self._files and self._is_ours(name):
            self._state(name, part, self._files[name].blank())
        elif name not in self._files and hasattr(part, "parameters"):
            check_weights(self._place(name))
        return part

    def _component(self, name: str, dtype: Any) -> Any:
        if name not in self._files:
            return super()._component(name, dtype)
        held = self._files[name]
        if not self._is_ours(name):
            return self._encoder(name, held, dtype)
        from accelerate import init_empty_weights

        with init_empty_weights():
            net = self._network(name)
        if held.packed:
            state = self._state(name, net, held.tensors())
            return packed.network(net, state, self._place(name), dtype, self.changes.get(name, {}))
        kept = tuple(getattr(net, "_keep_in_fp32_modules", None) or ())
        state = self._state(name, net, held.tensors(dtype))
        net.load_state_dict({key: _cast(key, value, dtype, kept) for key, value in state.items()}, assign=True)
        return net.eval()

    def _is_ours(self, name: str) -> bool:
        """Whether it is one of diffusers' networks; the text encoders are transformers' own."""
        return self.components[name][0] == "diffusers"

    def _encoder(self, name: str, held: Held, dtype: Any) -> Any:
        """A text encoder of a bare file; transformers knows how its tensors were called before."""
        kind = self.class_of(name)
        config = kind.config_class.from_pretrained(self.configs / name, local_files_only=True)
        tensors = gguf_names.theirs(held.unpacked(dtype)) if held.packed else held.tensors(dtype)
        state = {key: t.to(dtype) if t.is_floating_point() else t for key, t in tensors.items()}
        with self._read(name):
            words = {"config": config, "state_dict": state, "torch_dtype": dtype, "output_loading_info": True}
            made, said = kind.from_pretrained(None, **words)
        if lacks := sorted(said["missing_keys"]):
            raise Refused("bad-file", f"{shown(held.path.name)} lacks {lacks[0]} of {self._title}'s {name}.")
        return made.eval()

    def _state(self, name: str, net: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        said, path = "network" if name in NETWORKS else "VAE", self._files[name].path
        try:
            found = layouts.converted(type(net).__name__, tensors, net.config)
            return original.fitting(net, found, said)
        except (original.Misfit, layouts.Strange) as misfit:
            raise Refused("bad-file", f"{shown(path.name)} does not fit {self._title}: {misfit}.") from misfit

    def _told(self, name: str) -> dict[str, Any]:
        """What the shapes say of the network's configuration."""
        kind = self.components[name][1]
        known = read_json(self.configs / name / "config.json")
        try:
            found = layouts.converted(kind, self._files[name].blank())
            return layouts.told(kind, layouts.shapes_of(found), known)
        except layouts.Strange as strange:
            said = f"{shown(self.path.name)} does not fit {self._title}: its network {strange}."
            raise Refused("bad-file", said) from strange


def _own(path: Path, found: Any) -> dict[str, Held]:
    """The parts in the file itself."""
    held = {}
    for name, starts in STARTS.items():
        start = next((one for one in starts if any(key.startswith(one) for key in found.tensors)), None)
        if start is None:
            continue
        names = [key for key in found.tensors if key.startswith(start) and (start or not key.startswith(OTHERS))]
        held[name] = Held(path, found, names, start)
    return held


def _network(path: Path) -> Held:
    """The network in a file."""
    found = header(path)
    if isinstance(found, gguf.Header):
        packed.check(path, found)
    else:
        scaled.check(path, found.tensors)
    return _own(path, found)[NETWORK]


def _whole(path: Path) -> Held:
    """A part in a file of its own."""
    found = header(path)
    start = next((one for one in ("first_stage_model.", "vae.") if all(n.startswith(one) for n in found.tensors)), "")
    return Held(path, found, list(found.tensors), start)


def _mark(place: Path, found: Any) -> None:
    for file in sorted(place.rglob("*")):
        if file.suffix in (".json", ".safetensors") and file.is_file():
            found.update(str(file.relative_to(place)).encode() + sampled(file))


def _cast(key: str, tensor: Any, dtype: Any, kept: tuple[str, ...]) -> Any:
    import torch

    fine = any(module in key.split(".") for module in kept)
    return tensor.to(torch.float32 if fine else dtype)
