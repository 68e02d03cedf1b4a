"""What is laid beside a pipeline: ControlNets, LoRAs, adapters and a small decoder, as they are published."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from .flux import NET
from .sd import WIDTHS, unet, xl_unet
from .table import part, settle

RANK = 4
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
SEEN = 16  # numbers in which a picture is told to the IP-Adapter


def _beside(network: Any) -> Any:
    """A ControlNet of that network's own kind; it takes pictures eight times as large as the latents."""
    from diffusers import ControlNetModel

    widths = {"conditioning_embedding_out_channels": (4, 4, 8, 8)}
    made = settle(ControlNetModel.from_unet(network, **widths, load_weights_from_unet=False))
    for weight in made.controlnet_cond_embedding.parameters():
        weight.data.mul_(3)  # eight layers of a first draw would let nothing of the picture through
    return made


@part
def sd15_controlnet(folder: Path) -> None:
    _beside(unet()).save_pretrained(folder)


@part
def sdxl_controlnet(folder: Path) -> None:
    _beside(xl_unet()).save_pretrained(folder)


@part
def sdxl_union(folder: Path) -> None:
    """One network for six kinds of maps."""
    from diffusers import ControlNetUnionModel

    network = xl_unet().config
    known = inspect.signature(ControlNetUnionModel.__init__).parameters
    config = {name: value for name, value in network.items() if name in known and not name.startswith("_")}
    sizes = {"num_trans_channel": 8, "num_trans_head": 2, "num_proj_channel": 8}
    widths = {"conditioning_embedding_out_channels": (4, 4, 8, 8)}
    made = settle(ControlNetUnionModel(**config, **sizes, **widths))
    for weight in made.controlnet_cond_embedding.parameters():
        weight.data.mul_(3)
    made.save_pretrained(folder)


@part
def flux1_union(folder: Path) -> None:
    from diffusers import FluxControlNetModel

    settle(FluxControlNetModel(**(NET | {"num_single_layers": 1, "num_mode": 7}))).save_pretrained(folder)


@part
def flux1_controlnet(folder: Path) -> None:
    """It takes the picture as latents, packed as the transformer's own."""
    from diffusers import FluxControlNetModel

    settle(FluxControlNetModel(**(NET | {"num_single_layers": 1}))).save_pretrained(folder)


def _lora(network: Any, layers: list[str]) -> dict[str, Any]:
    """The weights of a LoRA over the layers of those names; both halves drawn, so that it changes something."""
    import torch
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    network.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=layers))
    weights = get_peft_model_state_dict(network)
    return {name: torch.randn_like(weight) / RANK for name, weight in sorted(weights.items())}


@part
def sd15_lora(folder: Path) -> None:
    from diffusers import StableDiffusionPipeline

    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=_lora(unet(), ATTENTION))


@part
def flux1_lora(folder: Path) -> None:
    from diffusers import FluxPipeline, FluxTransformer2DModel

    FluxPipeline.save_lora_weights(folder, transformer_lora_layers=_lora(FluxTransformer2DModel(**NET), ATTENTION))


@part
def sd15_t2i_adapter(folder: Path) -> None:
    from diffusers import T2IAdapter

    settle(T2IAdapter(channels=list(WIDTHS), num_res_blocks=1)).save_pretrained(folder)


@part
def sdxl_t2i_adapter(folder: Path) -> None:
    from diffusers import T2IAdapter

    made = T2IAdapter(channels=[8, 16, 16, 16], num_res_blocks=1, downscale_factor=16, adapter_type="full_adapter_xl")
    settle(made).save_pretrained(folder)


@part
def sd15_embedding(folder: Path) -> None:
    """Three vectors, as AUTOMATIC1111's interface saves them; called 'blot'."""
    _words(folder / "blot.safetensors", emb_params=(3, 32))


@part
def sdxl_embedding(folder: Path) -> None:
    _words(folder / "blot.safetensors", clip_l=(2, 32), clip_g=(2, 32))


def _words(file: Path, **shapes: tuple[int, int]) -> None:
    import torch
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True)
    save_file({name: torch.randn(shape) for name, shape in shapes.items()}, file)


@part
def sd15_ip_adapter(folder: Path) -> None:
    """As published: `models/ip-adapter_sd15.safetensors`, and what reads the picture in `models/image_encoder`."""
    import torch
    from safetensors.torch import save_file

    network, told = unet(), {}
    crossing = [name.removesuffix(".processor") for name in network.attn_processors if ".attn2." in name]
    for place, name in enumerate(crossing):
        shape = network.get_submodule(name).to_k.weight.shape
        told |= {f"ip_adapter.{2 * place + 1}.to_{one}_ip.weight": torch.randn(shape) / 4 for one in "kv"}
    words = network.config.cross_attention_dim
    told["image_proj.proj.weight"] = torch.randn(4 * words, SEEN)
    told["image_proj.proj.bias"] = torch.zeros(4 * words)
    told["image_proj.norm.weight"], told["image_proj.norm.bias"] = torch.ones(words), torch.zeros(words)
    settle(_seeing()).save_pretrained(folder / "models" / "image_encoder")
    save_file(told, folder / "models" / "ip-adapter_sd15.safetensors")


def _seeing() -> Any:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        projection_dim=SEEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        initializer_range=0.3,
    )
    return CLIPVisionModelWithProjection(config)


@part
def sd15_tiny_vae(folder: Path) -> None:
    """Eightfold, for previews: it takes latents as the network has them."""
    from diffusers import AutoencoderTiny

    widths, blocks = (8,) * 4, (1,) * 4
    made = AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=blocks,
        num_decoder_blocks=blocks,
    )
    settle(made).save_pretrained(folder)
