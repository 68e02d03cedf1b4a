"""The families of models as data: what each is called, what it makes, and which parts it cannot do without.

Facts from the headers of the published weights and from the component lists of their pipelines; a part is named by
what has to match, so that two autoencoders of one shape and different weights ('sd-vae', 'sdxl-vae') have two names.
"""

from msgspec import Struct


class Family(Struct, frozen=True):
    """`needs` are ids of PARTS; '@sd1' is any network of the family sd1. `medium` as in the contract."""

    id: str
    title: str
    medium: str
    needs: tuple[str, ...] = ()


def _families(text: str) -> dict[str, Family]:
    rows = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    return {row[0]: Family(row[0], row[1], row[2], tuple(row[3].split())) for row in rows}


# 'family/variant' where a variant has other needs than its family
FAMILIES = _families("""
sd1                | SD1.5                | image | clip-l sd-vae
sd2                | SD2                  | image | clip-h sd-vae
sd-upscaler        | SD x4 upscaler       | image | clip-h sd-x4-vae
sdxl               | SDXL                 | image | clip-l clip-g sdxl-vae
sdxl-refiner       | SDXL refiner         | image | clip-g sdxl-vae
sd3                | SD3                  | image | clip-l clip-g t5-xxl sd3-vae
sd35               | SD3.5                | image | clip-l clip-g t5-xxl sd3-vae
flux1              | Flux.1               | image | clip-l t5-xxl flux-vae
flux2              | Flux.2               | image | mistral-24b flux2-vae
flux2/klein 4B     | Flux.2 Klein         | image | qwen3-4b flux2-vae
flux2/klein 9B     | Flux.2 Klein         | image | qwen3-8b flux2-vae
chroma             | Chroma               | image | t5-xxl flux-vae
qwen-image         | Qwen-Image           | image | qwen2.5-vl-7b qwen-vae
z-image            | Z-Image              | image | qwen3-4b flux-vae
sana               | Sana                 | image | gemma2-2b dc-ae
pixart             | PixArt               | image | t5-xxl sd-vae
pixart/sigma       | PixArt               | image | t5-xxl sdxl-vae
lcm                | LCM                  | image | clip-l sd-vae
lumina2            | Lumina 2             | image | gemma2-2b flux-vae
hidream            | HiDream              | image | clip-l clip-g t5-xxl llama3-8b flux-vae
auraflow           | AuraFlow             | image | pile-t5-xl sdxl-vae
cascade            | Stable Cascade       | image | clip-g
animatediff        | AnimateDiff          | video | @sd1
animatediff/SDXL   | AnimateDiff          | video | @sdxl
svd                | Stable Video         | video | clip-vision-h svd-vae
cogvideox          | CogVideoX            | video | t5-xxl cogvideox-vae
ltx                | LTX-Video            | video | t5-xxl ltx-vae
ltx2               | LTX-2                | video | gemma3-12b ltx2-vae ltx2-audio-vae ltx2-vocoder
wan21              | Wan 2.1              | video | umt5-xxl wan21-vae
wan21/I2V 14B      | Wan 2.1              | video | umt5-xxl wan21-vae clip-vision-h
wan22              | Wan 2.2              | video | umt5-xxl wan21-vae
wan22/TI2V 5B      | Wan 2.2              | video | umt5-xxl wan22-vae
hunyuan15          | HunyuanVideo 1.5     | video | qwen2.5-vl-7b byt5-small hunyuan15-vae
hunyuan            | HunyuanVideo         | video | clip-l llava-llama3-8b hunyuan-vae
mochi              | Mochi                | video | t5-xxl mochi-vae
audioldm2          | AudioLDM2            | audio | clap flan-t5-large gpt2 mel-vae
stable-audio       | Stable Audio         | audio | t5-base oobleck
ace-step           | ACE-Step             | audio | umt5-base music-dcae music-vocoder
ace-step/1.5       | ACE-Step             | audio | qwen3-0.6b oobleck
shap-e             | Shap-E               | mesh  | clip-l shap-e-renderer
""")

# what a part is called, and what it is
PARTS: dict[str, tuple[str, str]] = {
    "sd-vae": ("VAE of SD1.5 and SD2", "vae"),
    "sdxl-vae": ("VAE of SDXL", "vae"),
    "sd-x4-vae": ("VAE of the SD x4 upscaler", "vae"),
    "sd3-vae": ("VAE of SD3", "vae"),
    "flux-vae": ("VAE of Flux.1", "vae"),
    "flux2-vae": ("VAE of Flux.2", "vae"),
    "qwen-vae": ("VAE of Qwen-Image", "vae"),
    "wan21-vae": ("VAE of Wan 2.1", "vae"),
    "wan22-vae": ("VAE of Wan 2.2 5B", "vae"),
    "dc-ae": ("DC-AE of Sana", "vae"),
    "svd-vae": ("VAE of Stable Video", "vae"),
    "cogvideox-vae": ("VAE of CogVideoX", "vae"),
    "ltx-vae": ("VAE of LTX-Video", "vae"),
    "ltx2-vae": ("video VAE of LTX-2", "vae"),
    "ltx2-audio-vae": ("audio VAE of LTX-2", "vae"),
    "ltx2-vocoder": ("vocoder of LTX-2", "vocoder"),
    "hunyuan-vae": ("VAE of HunyuanVideo", "vae"),
    "hunyuan15-vae": ("VAE of HunyuanVideo 1.5", "vae"),
    "mochi-vae": ("VAE of Mochi", "vae"),
    "mel-vae": ("VAE of AudioLDM2", "vae"),
    "oobleck": ("Oobleck VAE of Stable Audio or ACE-Step 1.5", "vae"),
    "music-dcae": ("DCAE of ACE-Step", "vae"),
    "music-vocoder": ("vocoder of ACE-Step", "vocoder"),
    "tiny-vae": ("preview VAE (TAESD)", "vae"),
    "shap-e-renderer": ("renderer of Shap-E", "vae"),
    "clip-l": ("CLIP-L text encoder", "text-encoder"),
    "clip-g": ("OpenCLIP-G text encoder", "text-encoder"),
    "clip-h": ("OpenCLIP-H text encoder", "text-encoder"),
    "t5-xxl": ("T5-XXL text encoder", "text-encoder"),
    "t5-base": ("T5-base text encoder", "text-encoder"),
    "flan-t5-large": ("Flan-T5-large text encoder", "text-encoder"),
    "pile-t5-xl": ("Pile-T5-XL text encoder", "text-encoder"),
    "umt5-xxl": ("UMT5-XXL text encoder", "text-encoder"),
    "umt5-base": ("UMT5-base text encoder", "text-encoder"),
    "byt5-small": ("ByT5-small text encoder", "text-encoder"),
    "gemma2-2b": ("Gemma-2-2B text encoder", "text-encoder"),
    "gemma3-12b": ("Gemma-3-12B text encoder", "text-encoder"),
    "llama3-8b": ("Llama-3.1-8B text encoder", "text-encoder"),
    "llava-llama3-8b": ("LLaVA-Llama-3-8B text encoder", "text-encoder"),
    "mistral-24b": ("Mistral-Small-24B text encoder", "text-encoder"),
    "qwen2.5-vl-7b": ("Qwen2.5-VL-7B text encoder", "text-encoder"),
    "qwen3-0.6b": ("Qwen3-0.6B text encoder", "text-encoder"),
    "qwen3-4b": ("Qwen3-4B text encoder", "text-encoder"),
    "qwen3-8b": ("Qwen3-8B text encoder", "text-encoder"),
    "clap": ("CLAP text and audio encoder", "text-encoder"),
    "gpt2": ("GPT-2 of AudioLDM2", "text-encoder"),
    "clip-vision-l": ("CLIP-L image encoder", "image-encoder"),
    "clip-vision-h": ("OpenCLIP-H image encoder", "image-encoder"),
    "clip-vision-g": ("OpenCLIP-G image encoder", "image-encoder"),
    "siglip": ("SigLIP image encoder", "image-encoder"),
}

# how a pipeline's class begins, longest first: model_index.json says what the weights cannot
PIPELINES: tuple[tuple[str, str, str], ...] = (
    ("StableDiffusionXLInpaint", "sdxl", "inpaint"),
    ("StableDiffusionXL", "sdxl", ""),
    ("StableDiffusion3", "sd3", ""),
    ("StableDiffusionUpscale", "sd-upscaler", ""),
    ("StableVideoDiffusion", "svd", ""),
    ("LatentConsistencyModel", "lcm", ""),
    ("FluxKontext", "flux1", "Kontext"),
    ("FluxFill", "flux1", "Fill"),
    ("Flux2", "flux2", ""),
    ("Flux", "flux1", ""),
    ("Chroma", "chroma", ""),
    ("QwenImageEdit", "qwen-image", "Edit"),
    ("QwenImage", "qwen-image", ""),
    ("ZImage", "z-image", ""),
    ("SanaVideo", "", ""),
    ("Sana", "sana", ""),
    ("PixArtSigma", "pixart", "sigma"),
    ("PixArtAlpha", "pixart", "alpha"),
    ("AnimateDiff", "animatediff", ""),
    ("CogVideoX", "cogvideox", ""),
    ("LTX2", "ltx2", ""),
    ("LTX", "ltx", ""),
    ("Wan", "wan21", ""),
    ("HunyuanVideo15", "hunyuan15", ""),
    ("HunyuanVideo", "hunyuan", ""),
    ("AudioLDM2", "audioldm2", ""),
    ("StableAudio3", "", ""),
    ("StableAudio", "stable-audio", ""),
    ("AceStep", "ace-step", "1.5"),
    ("ShapE", "shap-e", ""),
)


def family(name: str, variant: str = "") -> Family | None:
    """The row of a family, the variant's own where it has one; None for a family that is not known."""
    return FAMILIES.get(f"{name}/{variant}", FAMILIES.get(name))


def called(name: str, variant: str = "") -> str:
    """What a person calls a family: 'Flux.1 schnell'; 'unknown' where it is not known."""
    row = family(name, variant)
    return f"{row.title} {variant}".strip().replace("Klein klein", "Klein") if row else "unknown"
