"""A diffusers folder on disk: what is in it, and its components one by one.

Only JSON, tokenizers' files and safetensors are read; classes come from diffusers and transformers alone, so that a
folder cannot bring code of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engines import device
from engines.contract import Refused
from engines.files import index

INDEX = "model_index.json"
LARGEST_TEXT = 32_000_000  # bytes of a JSON file worth reading
SAMPLE = 65_536  # bytes looked at in the middle and at the end of a file


class Folder:
    """The pipeline at `path`: its class by name, its components as (library, class), and its own settings.

    `configs` is the folder of its configurations, where that is another. `changes` is what a component is to be set to
    against its configuration.
    """

    def __init__(self, path: Path, configs: Path | None = None) -> None:
        self.path, self.title, self.configs = path, path.name, configs or path
        self.changes: dict[str, dict[str, Any]] = {}
        if configs is None:
            index.folder(path)
        told = read_json(self.configs / INDEX)
        self.pipeline = str(told.get("_class_name", ""))
        inside = {name: value for name, value in told.items() if not name.startswith("_")}
        self.components = {
            n: (str(v[0]), str(v[1])) for n, v in inside.items() if _is_component(v) and n not in index.SKIPPED
        }
        self.settings = {n: v for n, v in inside.items() if not isinstance(v, list) or not _is_pair(v)}
        self.kind()

    def kind(self) -> Any:
        """The pipeline's class. Refused('bad-file') when diffusers has none of that name."""
        import diffusers

        found = getattr(diffusers, self.pipeline, None) if self.pipeline.endswith("Pipeline") else None
        if not (isinstance(found, type) and issubclass(found, diffusers.DiffusionPipeline)):
            said = self.pipeline[:60] or "nothing"
            raise Refused("bad-file", f"{self.path.name}/{INDEX} names {said}, which is no pipeline diffusers knows.")
        return found

    def load(self, dtype: Any, names: Collection[str] = ()) -> Iterator[tuple[str, float, Any]]:
        """The components, ('unet', bytes of it in parts of all, the component); the weights in `dtype`.

        With `names` those alone.
        """
        sizes = {name: size for name, size in self.sizes().items() if not names or name in names}
        total, done = max(sum(sizes.values()), 1), 0
        for name in sorted(sizes, key=lambda name: sizes[name]):
            part = self._component(name, dtype)
            done += sizes[name]
            yield name, done / total, part

    def sizes(self) -> dict[str, int]:
        """Bytes of each component's weights."""
        return {name: size_of(self.path / name) for name in self.components}

    def tokenizer(self) -> Any:
        """The first text encoder's tokenizer; None where there is none."""
        return self._plain("tokenizer") if "tokenizer" in self.components else None

    def skeleton(self) -> Any:
        """The pipeline without weights: its networks are on torch's meta device. Reads configurations only."""
        return self.assemble({name: self._empty(name) for name in self.components})

    def assemble(self, parts: dict[str, Any], kind: Any = None) -> Any:
        """A pipeline of `kind` (default: the folder's own) of these components and the folder's settings."""
        import inspect

        kind = kind or self.kind()
        known = inspect.signature(kind.__init__).parameters
        given = {name: value for name, value in {**self.settings, **parts}.items() if name in known}
        wanted = {n for n, p in known.items() if n != "self" and p.default is p.empty}
        pipe = kind(**(dict.fromkeys(wanted) | given | _unchecked(known)))
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def fingerprint(self, part: str = "") -> str:
        """A hash that tells the weights and settings of all, or of a part, from others', without reading gigabytes."""
        found, top = hashlib.sha256(), self.path / part
        for file in sorted(top.rglob("*")):
            if file.suffix in (".json", ".safetensors") and file.is_file():
                found.update(str(file.relative_to(top)).encode() + sampled(file))
        return found.hexdigest()

    def _class(self, name: str) -> Any:
        import importlib

        library, kind = self.components[name]
        index.check_class(self.path, name, library, kind)
        if library in ("diffusers", "transformers"):
            found = getattr(importlib.import_module(library), kind, None)
        else:
            found = _own_class(library, kind)
        if not isinstance(found, type):
            said = f"{library}.{kind}"[:80]
            raise Refused("bad-file", f"{self.path.name} wants {said} as its {name}, which Darkroom does not know.")
        return found

    def _component(self, name: str, dtype: Any) -> Any:
        kind, place = self._class(name), self._place(name)
        if not _is_network(kind):
            return self._plain(name)
        check_weights(place)
        with self._read(name):
            return kind.from_pretrained(place, local_files_only=True, use_safetensors=True, torch_dtype=dtype).eval()

    def _empty(self, name: str) -> Any:
        from accelerate import init_empty_weights

        if not _is_network(self._class(name)):
            return self._plain(name)
        with init_empty_weights(include_buffers=True):
            return self._network(name)

    def _plain(self, name: str) -> Any:
        """A component that is no network: a scheduler, a tokenizer."""
        kind, place, changes = self._class(name), self._place(name), self.changes.get(name, {})
        with self._read(name):
            return kind.from_pretrained(place, local_files_only=True, **changes)

    def _network(self, name: str) -> Any:
        """A network as its configuration says, its weights random; on the meta device where the caller sees to that."""
        kind, place, changes = self._class(name), self._place(name), self.changes.get(name, {})
        with self._read(name):
            if hasattr(kind, "load_config"):
                return kind.from_config(kind.load_config(place, local_files_only=True), **changes)
            return kind(kind.config_class.from_pretrained(place, local_files_only=True, **changes))

    @contextmanager
    def _read(self, name: str) -> Iterator[None]:
        """What the libraries say of a component that is not whole, as one sentence."""
        try:
            yield
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            if device.out_of_memory(error):
                raise
            said = " ".join(str(error).split())[:160].rstrip(".")
            raise Refused("bad-file", f"The {name} of {self.title} cannot be read: {said}.") from error

    def _place(self, name: str) -> Path:
        if not (self.configs / name).is_dir():
            raise Refused("missing", f"{self.path.name} lacks its {name}: the folder {name} is not there.")
        return self.configs / name


def _is_network(kind: Any) -> bool:
    import torch

    return issubclass(kind, torch.nn.Module)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Refused('bad-file') when it is none or too long."""
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise Refused("bad-file", f"{path.parent.name}/{path.name} is too long to be a description of a model.")
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Refused("missing", f"{path.parent.name} holds no {path.name}, so it is no model folder.") from None
    except (ValueError, RecursionError):
        raise Refused("bad-file", f"{path.parent.name}/{path.name} cannot be read: it is no JSON.") from None
    if not isinstance(found, dict):
        raise Refused("bad-file", f"{path.parent.name}/{path.name} does not describe a model.")
    return found


def check_weights(place: Path) -> None:
    """Refused unless the weights in `place` are whole safetensors files."""
    if not index.component(place):
        other = next((f.name for f in sorted(place.iterdir()) if f.suffix in (".bin", ".pt", ".ckpt", ".msgpack")), "")
        told = f"only {other}, which could run code" if other else "no weights"
        raise Refused("missing", f"{place.parent.name}/{place.name} holds {told}; it needs safetensors.")


def size_of(place: Path) -> int:
    """Bytes of the weights in a folder."""
    return sum(file.stat().st_size for file in place.glob("*.safetensors"))


def _is_pair(value: list[Any]) -> bool:
    return len(value) == 2 and all(isinstance(word, str) or word is None for word in value)


def _is_component(value: Any) -> bool:
    return isinstance(value, list) and _is_pair(value) and value[0] is not None and value[1] is not None


def _own_class(library: str, kind: str) -> Any:
    """A class that diffusers keeps beside one of its pipelines, as 'stable_audio' and 'StableAudioProjectionModel'."""
    import importlib

    if not library.isidentifier():
        return None
    try:
        return getattr(importlib.import_module(f"diffusers.pipelines.{library}"), kind, None)
    except ImportError:
        return None


def _unchecked(known: Any) -> dict[str, Any]:
    return {"requires_safety_checker": False} if "requires_safety_checker" in known else {}


def sampled(file: Path) -> bytes:
    """A hash of a file's size and of its beginning, middle and end."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        found = hashlib.sha256(size.to_bytes(8, "little"))
        for place in (0, size // 2, max(size - SAMPLE, 0)):
            opened.seek(place)
            found.update(opened.read(SAMPLE * 4 if place == 0 else SAMPLE))
    return found.digest()
