"""The networks metrics look and listen through, by name: what ships, and the field's own where the user has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from engines.contract import Refused
from engines.metrics import ears, eyes, found
from engines.metrics.found import Wanted


class Net(Struct, frozen=True):
    """`title` says what it is and what its figures may be held against. `wanted` is what the user must have for it;
    without that it ships. `words` and `classes` say whether it knows them."""

    title: str
    medium: str
    make: Callable[[Any], Any]
    wanted: Wanted | None = None
    words: bool = False
    classes: bool = False


_TENSORFLOW = Wanted(
    "Inception-v3 of the 2015-12-05 graph (pt_inception-2015-12-05-6726825d.pth)",
    "github.com/mseitzer/pytorch-fid, releases",
    "Apache-2.0",
    ("*inception-2015-12-05*.pth", "*inception-2015-12-05*.safetensors"),
)
_CLIP = Wanted(
    "CLIP", "huggingface.co/openai/clip-vit-large-patch14 or -base-patch32", "MIT for the code and weights", kind="clip"
)
_CLAP = Wanted("CLAP", "huggingface.co/laion/clap-htsat-unfused", "Apache-2.0", kind="clap")
_VGGISH = Wanted(
    "VGGish (vggish-10086976.pth)",
    "github.com/harritaylor/torchvggish, releases",
    "Apache-2.0",
    ("*vggish*10086976*.pth", "vggish*.safetensors"),
)
NETS: dict[str, Net] = {
    "effnet": Net("EfficientNet-lite0; not comparable with Inception's", "image", eyes.Effnet, classes=True),
    "match": Net("Darkroom's image-text net; not comparable with Inception's", "image", eyes.Match, words=True),
    "inception": Net(
        "Inception-v3, resized as TensorFlow 1 did; comparable with FIDs of torch-fidelity and pytorch-fid",
        "image",
        eyes.INCEPTION["tensorflow"],
        _TENSORFLOW,
        classes=True,
    ),
    "inception-clean": Net(
        "Inception-v3 after clean resizing; comparable with 'clean' FIDs (Parmar et al.) only",
        "image",
        eyes.INCEPTION["clean"],
        _TENSORFLOW,
        classes=True,
    ),
    "inception-antialias": Net(
        "Inception-v3 after bilinear resizing with antialiasing; comparable with torchmetrics' default FID only",
        "image",
        eyes.INCEPTION["antialiased"],
        _TENSORFLOW,
        classes=True,
    ),
    "clip": Net("CLIP; comparable between figures of the same CLIP only", "image", eyes.Clip, _CLIP, words=True),
    "sound": Net("Darkroom's spectrogram codec; not comparable with VGGish's", "audio", ears.Spectra),
    "vggish": Net("VGGish; comparable with Frechet audio distances of papers", "audio", ears.Vggish, _VGGISH),
    "clap": Net("CLAP; comparable between figures of the same CLAP only", "audio", ears.Clap, _CLAP, words=True),
}
NAMES = {name: net.title for name, net in NETS.items()}


def known(text: str) -> tuple[str, Net, Path | None]:
    """What 'NAME' or 'NAME=PATH' asks for. Refused('bad-request') for a name there is none of."""
    name, _, place = text.partition("=")
    if name not in NETS:
        raise Refused("bad-request", f"There are no features called {name!r}; there are: {', '.join(NETS)}.")
    if place and NETS[name].wanted is None:
        raise Refused("bad-request", f"The features {name} ship with Darkroom: name them without a path.")
    return name, NETS[name], Path(place) if place else None


def place_of(net: Net, folders: Sequence[Path], named: Path | None) -> Path | None:
    """Where its weights lie, None for what ships. Refused('missing') with a sentence that says where to get them."""
    return None if net.wanted is None else found.find(net.wanted, folders, named)
