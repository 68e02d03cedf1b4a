"""What a part was made for and which networks it fits: the one rule, for the worker, the shelf and the command line.

What something was made for is said as 'sdxl 2048', a family and the width of its network: of the words a U-Net reads,
of a transformer's own states. 'flux1|chroma 3072' is one of several, 'flux1' a file that tells no width; of networks
that no line of the table knows, 'unet 32' and 'transformer 32'.
"""

from collections.abc import Collection, Mapping

from engines.files.sniff import Sniffed, lora
from engines.files.sniff.families import called
from engines.files.sniff.signs import Keys, Shape, first, read

NETWORKS = {  # the class of a network -> its family; of a U-Net its width tells
    "AceStepTransformer1DModel": "ace-step",
    "ChromaTransformer2DModel": "chroma",
    "CogVideoXTransformer3DModel": "cogvideox",
    "Flux2Transformer2DModel": "flux2",
    "FluxTransformer2DModel": "flux1",
    "HiDreamImageTransformer2DModel": "hidream",
    "HunyuanVideo15Transformer3DModel": "hunyuan15",
    "HunyuanVideoTransformer3DModel": "hunyuan",
    "LTX2VideoTransformer3DModel": "ltx2",
    "LTXVideoTransformer3DModel": "ltx",
    "Lumina2Transformer2DModel": "lumina2",
    "PixArtTransformer2DModel": "pixart",
    "QwenImageTransformer2DModel": "qwen-image",
    "SanaTransformer2DModel": "sana",
    "SD3Transformer2DModel": "sd3",
    "WanTransformer3DModel": "wan21",
    "WanVACETransformer3DModel": "wan21",
    "ZImageTransformer2DModel": "z-image",
}
ALIKE = {
    "sd3": "sd35",
    "sd35": "sd3",
    "wan21": "wan22",
    "wan22": "wan21",
    "lcm": "sd1",
}  # a family also answers to that
WORDS = {768: "sd1", 1024: "sd2", 2048: "sdxl", 1280: "sdxl-refiner"}  # the width of what a U-Net reads
ENCODERS = {"768": "SD1.5", "1024": "SD2", "768 1280": "SDXL"}  # the widths of what reads the words, of embeddings

# by the names alone, where the shapes are those of no published network
LAYOUTS = read("""
lora animatediff - : *motion.modules.*
lora unet - : down.blocks.*||up.blocks.*||mid.block.*
lora unet - : input.blocks.*||output.blocks.*||middle.block.*
lora chroma - : distilled.guidance.layer.*
lora flux1|flux2|chroma - : single.transformer.blocks.*
lora flux1|flux2|chroma|hunyuan|hunyuan15 - : single.blocks.*||double.blocks.*
lora sd3|sd35 - : joint.blocks.*
lora qwen-image - : transformer.blocks.*img.mlp.*||transformer.blocks.*img.mod.*||transformer.blocks.*txt.mlp.*
lora flux1|flux2|chroma|qwen-image|sd3|sd35 - : transformer.blocks.*attn.add.*||transformer.blocks.*attn.to.q
lora ltx2 - : *audio.attn1.*||*audio.to.video.attn.*||*video.to.audio.attn.*
lora pixart|sana|ltx|ltx2 - : transformer.blocks.*attn2.*
lora pixart|sana|ltx|ltx2|cogvideox - : transformer.blocks.*attn1.*
lora ace-step - : layers.*cross.attn.*
lora z-image|lumina2 - : layers.*attention.*
lora wan21 - : blocks.*self.attn.*||blocks.*attn1.*||blocks.*cross.attn.*
""")
_READING = ("attn2.to.k",)  # layers that take in what a U-Net reads
_INNER = ("attn.to.q", "attn1.to.q", "attention.to.q", "attn.qkv", "attention.qkv", "attn.q", "to.qkv.mlp.proj")


def of_lora(told: Sniffed, shapes: Mapping[str, Shape]) -> str:
    """What a LoRA of those shapes, which the sniffer has `told`, was made for; '' when nothing says."""
    changed = lora.targets(shapes) or Keys({})
    layout = first(LAYOUTS, changed)
    family = told.family or (layout.family if layout else "")
    if family == "animatediff":
        return family
    unet = layout is not None and layout.family == "unet"
    width = _width(changed, _READING if unet else _INNER)
    return named(family or "transformer", width) if family or width else ""


def _width(changed: Keys, ends: tuple[str, ...]) -> int:
    wide = {shape[1] for name, shape in changed.shapes.items() if name.endswith(ends) and not name.startswith("text")}
    return min(filter(None, wide), default=0)


def of_network(kind: str, width: int) -> tuple[str, ...]:
    """What a part may say it was made for to fit a network of the class `kind`."""
    families = [WORDS.get(width, "unet") if kind.startswith("UNet") else NETWORKS.get(kind, "transformer")]
    families += [ALIKE[one] for one in families if one in ALIKE]
    known = [one for one in families if one not in ("unet", "transformer")]
    return (*(named(one, width) for one in families), *known)


def named(family: str, width: int) -> str:
    """'sd1 768'; the family alone where no width is known."""
    return f"{family} {width}" if width else family


def fits(base: str, bases: Collection[str]) -> bool:
    """Whether what was made for `base` fits a network that answers to `bases`."""
    families, _, rest = base.partition(" ")
    return any(f"{one} {rest}".strip() in bases for one in families.split("|") if one)


def title(base: str) -> str:
    """What a person calls it: 'SDXL', 'Flux.1 or Chroma', 'a U-Net 32 wide'."""
    if base.replace(" ", "").isdigit():
        return ENCODERS.get(base, f"text encoders {' and '.join(base.split())} wide")
    families, _, width = base.partition(" ")
    plain = {"unet": "a U-Net", "transformer": "a transformer"}
    names = [plain[one] if one in plain else called(one) for one in families.split("|")]
    text = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{text} {width} wide" if width and families in plain else text
