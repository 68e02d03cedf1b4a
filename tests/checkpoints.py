"""Small checkpoints in their authors' layout, beside the diffusers folders they are the same as.

The fixture `checkpoints` makes them by name, `checkpoint` is SD1.5.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engines.pipelines import single
from tests import original_layout
from tests.tiny.pipelines import sd
from tests.tiny.pipelines.sd import SCALED_LINEAR
from tests.tiny.pipelines.text import clip_projected, clip_text, clip_tokenizer

FOUR = {"norm_num_groups": 4, "layers_per_block": 2, "sample_size": 8}


def sd1(**more: Any) -> Any:
    """True widths where a file tells its family by them; the rest tiny."""
    from diffusers import PNDMScheduler, StableDiffusionInpaintPipeline, StableDiffusionPipeline

    kind = StableDiffusionInpaintPipeline if more else StableDiffusionPipeline
    steps = PNDMScheduler(**SCALED_LINEAR, skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1)
    words = {"text_encoder": clip_text(768, layers=1), "tokenizer": clip_tokenizer()}
    net = sd.unet(cross_attention_dim=768, **more)
    return kind(unet=net, vae=sd.vae(), scheduler=steps, **words, **sd._bare())


def sd2() -> Any:
    """With v-prediction."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    steps = DDIMScheduler(**SCALED_LINEAR, prediction_type="v_prediction", clip_sample=False, steps_offset=1)
    words = {"text_encoder": clip_text(1024, "gelu", 1), "tokenizer": clip_tokenizer(pad="!")}
    linear = {"attention_head_dim": (1, 1, 2, 2), "use_linear_projection": True, "cross_attention_dim": 1024}
    net = sd.unet(**linear, **FOUR | {"sample_size": 96})
    return StableDiffusionPipeline(unet=net, vae=sd.vae(), scheduler=steps, **words, **sd._bare())


def sdxl() -> Any:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    net = sd.unet(
        **FOUR,
        block_out_channels=(8, 16, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(1, 2, 2),
        transformer_layers_per_block=(1, 1, 2),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 1280,
        cross_attention_dim=768 + 1280,
    )
    words = {"text_encoder": clip_text(768, layers=1), "text_encoder_2": clip_projected(1280, layers=1)}
    words |= {"tokenizer": clip_tokenizer(), "tokenizer_2": clip_tokenizer(pad="!")}
    steps = EulerDiscreteScheduler(**SCALED_LINEAR, steps_offset=1, timestep_spacing="leading")
    vae = sd.vae(scaling_factor=0.13025)
    return StableDiffusionXLPipeline(unet=net, vae=vae, scheduler=steps, **words, add_watermarker=False)


BUILDERS: dict[str, Callable[[], Any]] = {
    "sd1": sd1,
    "sd1 inpaint": lambda: sd1(in_channels=9),
    "sd2": sd2,
    "sdxl": sdxl,
}


class Checkpoint:
    """A small model as a folder, as a file in its authors' layout, and assets with the configurations for the file."""

    def __init__(self, name: str, root: Path) -> None:
        self.family = name.split()[0]
        self.folder, self.file, self.assets = root / "folder", root / f"my.{name}.safetensors", root / "assets"
        self.pack = self.assets / single.PACKS / self.family
        torch.manual_seed(3)
        pipe = BUILDERS[name]()
        pipe.save_pretrained(self.folder, safe_serialization=True)
        shutil.copytree(self.folder, self.pack, ignore=shutil.ignore_patterns("*.safetensors"))
        self._plain()
        self.state = original_layout.state(self.family, pipe)
        notes = {"modelspec.prediction_type": "v"} if self.family == "sd2" else None
        save_file(self.state, self.file, notes)

    def _plain(self) -> None:
        """What the file itself must tell is taken out of the pack."""
        changes = {"unet/config.json": {"in_channels": 4, "sample_size": 8}}
        changes["scheduler/scheduler_config.json"] = {"prediction_type": "epsilon"}
        for name, change in changes.items():
            place = self.pack / name
            place.write_text(json.dumps(json.loads(place.read_text()) | change))

    def saved(self, path: Path, **changes: torch.Tensor | None) -> Path:
        """The file with some tensors changed, or left out."""
        state = {name: tensor for name, tensor in (self.state | changes).items() if tensor is not None}
        save_file(state, path)
        return path


Checkpoints = Callable[[str], Checkpoint]
