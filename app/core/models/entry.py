"""What the library knows of one model."""

import re
from pathlib import Path

from msgspec import Struct

from engines.files import sniff

_PLAIN = re.compile(r"^(diffusion_pytorch_model|pytorch_model|model|adapter_model|pytorch_lora_weights|vae|unet)\b")


class Component(Struct, frozen=True, gc=False):
    """One part of a diffusers folder. `state` is '' where it is whole, else what is wrong in a few words."""

    name: str
    type: str
    part: str = ""
    dtype: str = ""
    bytes: int = 0
    state: str = ""


class Model(Struct, frozen=True, gc=False):
    """A weights file, a folder of one network ('folder') or a whole pipeline ('pipeline'), by its headers.

    `kind`, `family`, `variant`, `parts`, `base`, `triggers` and `by_name` as in engines.files.sniff; `kind` is
    'pipeline' for a diffusers folder and 'broken' where `trouble` says in a sentence why it cannot be read. `files`
    are the weights as they lie on the disk, links followed. `missing` names what the folder itself lacks.
    """

    path: str
    form: str
    kind: str = "unknown"
    family: str = ""
    variant: str = ""
    title: str = "unknown"
    format: str = ""
    dtype: str = ""
    bytes: int = 0
    parameters: int = 0
    pipeline: str = ""
    parts: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    missing: tuple[str, ...] = ()
    licence: str = ""
    base: str = ""
    triggers: tuple[str, ...] = ()
    rank: int = 0
    by_name: bool = False
    trouble: str = ""
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is listed as: the file's or folder's name, of a Hugging Face cache the repository's."""
        return listed(self.path)

    @property
    def is_network(self) -> bool:
        """Whether it holds the network that generates."""
        return self.kind in ("checkpoint", "denoiser", "pipeline")

    @property
    def needs(self) -> tuple[str, ...]:
        """The ids of what it cannot do without, inside or beside it; '@sd1' is a network of that family."""
        row = sniff.family(self.family, self.variant)
        if row is None or self.kind not in ("pipeline", "checkpoint", *sniff.BASES):
            return ()
        return row.needs if self.is_network or self.kind == "motion" else (f"@{self.family}",)


def listed(path: str) -> str:
    """The name of what lies at `path`: 'dream.safetensors', or 'owner/name/vae' in a Hugging Face cache."""
    parts = Path(path).parts
    for place, folder in enumerate(parts):
        if folder.startswith("models--"):
            below = parts[place + 3 :]  # after snapshots/<revision>
            return "/".join([folder.removeprefix("models--").replace("--", "/"), *below])
    return parts[-1]


def telling(path: str) -> str:
    """The words of `path` that its maker chose: its name, with the folder's where every file is called like it."""
    name = listed(path)
    return "/".join(Path(path).parts[-2:]) if _PLAIN.match(name) else name
