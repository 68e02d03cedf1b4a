"""What is added to a pipeline: ControlNets, a T2I-Adapter, an IP-Adapter, LoRAs, a quick decoder; all do something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .flux import NET, flux1
from .sd import WIDTHS, sd15, unet, xl_unet
from .table import part, settle
from .video import seeing

HINT = (4, 8, 8, 8)


@part
def sd15_controlnet(folder: Path) -> None:
    from diffusers import ControlNetModel

    settle(ControlNetModel.from_unet(unet(), conditioning_embedding_out_channels=HINT)).save_pretrained(folder)


@part
def sdxl_controlnet(folder: Path) -> None:
    from diffusers import ControlNetModel

    settle(ControlNetModel.from_unet(xl_unet(), conditioning_embedding_out_channels=HINT)).save_pretrained(folder)


@part
def flux1_controlnet(folder: Path) -> None:
    """Its hint is the VAE's latents of the control picture."""
    from diffusers import FluxControlNetModel

    settle(FluxControlNetModel(**NET | {"num_single_layers": 1})).save_pretrained(folder)


@part
def sd15_t2i_adapter(folder: Path) -> None:
    from diffusers import T2IAdapter

    T2IAdapter(channels=list(WIDTHS), num_res_blocks=1, downscale_factor=8).save_pretrained(folder)


@part
def sd15_ip_adapter(folder: Path) -> None:
    """`ip_adapter.safetensors` (four tokens from a picture) beside `image_encoder`, as the original's folder.

    pipe.load_ip_adapter(str(folder), subfolder="", weight_name="ip_adapter.safetensors")
    """
    import torch
    from safetensors.torch import save_file

    net, tokens, width = unet(), 4, 32
    weights = {
        "image_proj.proj.weight": torch.randn(tokens * width, width) / width**0.5,
        "image_proj.proj.bias": torch.zeros(tokens * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.zeros(width),
    }
    for index, name in enumerate(net.attn_processors):
        if name.endswith("attn2.processor"):
            inner = net.get_submodule(name.removesuffix(".processor")).to_k.out_features
            for letter in "kv":
                weights[f"ip_adapter.{index}.to_{letter}_ip.weight"] = torch.randn(inner, width) / width**0.5
    seeing(width)["image_encoder"].save_pretrained(folder / "image_encoder")
    save_file(weights, folder / "ip_adapter.safetensors")


def _lora(net: Any) -> dict[str, Any]:
    """A LoRA of rank 4 on all attention of `net`, its second halves awake too."""
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    net.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian"))
    weights = get_peft_model_state_dict(settle(net))
    return dict(convert_state_dict_to_diffusers(weights))


@part
def sd15_lora(folder: Path) -> None:
    """`pytorch_lora_weights.safetensors`, in peft's layout."""
    pipe = sd15()
    type(pipe).save_lora_weights(folder, unet_lora_layers=_lora(pipe.unet))


@part
def flux1_lora(folder: Path) -> None:
    """`pytorch_lora_weights.safetensors`, in peft's layout."""
    pipe = flux1()
    type(pipe).save_lora_weights(folder, transformer_lora_layers=_lora(pipe.transformer))


@part
def taesd(folder: Path) -> None:
    """The small decoder of Stable Diffusion's latents (4 channels, eightfold)."""
    from diffusers import AutoencoderTiny

    width = (8,) * 4
    AutoencoderTiny(encoder_block_out_channels=width, decoder_block_out_channels=width).save_pretrained(folder)
