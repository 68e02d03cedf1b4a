"""Small transformers in files as their authors lay them out, and the diffusers folders they are the same as.

Encoders have the true widths, by which a file tells what it is; the rest is tiny.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engines.pipelines import joined
from tests import transformer_layout
from tests.tiny.pipelines import dit, flux, table, text, video

WORDS = {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, "d_ff": 8, "d_kv": 4, "num_heads": 2}
UNTOLD = ("axes_dims_rope", "axes_dims", "axes_lens", "rope_max_seq_len")  # what no shape tells
HEADLESS = ("WanTransformer3DModel", "LTXVideoTransformer3DModel")  # whose norms do not tell how wide a head is


def t5(multilingual: bool = False) -> Any:
    from transformers import T5Config, T5EncoderModel, UMT5Config, UMT5EncoderModel

    config = {"vocab_size": len(text.t5_tokenizer()), "d_model": 4096, "num_layers": 2, **WORDS}
    return UMT5EncoderModel(UMT5Config(**config)) if multilingual else T5EncoderModel(T5Config(**config))


def qwen3() -> Any:
    from transformers import Qwen3Config, Qwen3Model

    config = text._qwen_config(2560) | {"intermediate_size": 8, "initializer_range": 0.02}
    return Qwen3Model(Qwen3Config(num_hidden_layers=2, head_dim=8, **config))


def qwen_vl() -> Any:
    """As the tests' own, 3584 wide and thin elsewhere."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    config = text.qwen_vl(16).config.to_dict()
    words = {"hidden_size": 3584, "intermediate_size": 8, "num_attention_heads": 56, "num_key_value_heads": 1}
    config["text_config"] |= {**words, "num_hidden_layers": 1, "initializer_range": 0.02}
    config["text_config"].pop("layer_types", None)
    config["text_config"]["rope_parameters"] = text._rope(128)
    config["vision_config"] |= {"out_hidden_size": 3584, "depth": 1, "fullatt_block_indexes": [0]}
    return Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(**config))


def schnell() -> Any:
    from diffusers import FluxPipeline

    parts = flux.flux_parts(joint_attention_dim=4096, pooled_projection_dim=768, guidance_embeds=False)
    return FluxPipeline(**parts | {"text_encoder": text.clip_text(768, layers=1), "text_encoder_2": t5()})


def dev() -> Any:
    from diffusers import FluxPipeline

    parts = flux.flux_parts(joint_attention_dim=4096, pooled_projection_dim=768)
    return FluxPipeline(**parts | {"text_encoder": text.clip_text(768, layers=1), "text_encoder_2": t5()})


def sd35() -> Any:
    pipe = table.FAMILIES["sd35"]()
    from diffusers import SD3Transformer2DModel

    config = dict(pipe.transformer.config) | {"joint_attention_dim": 4096, "pooled_projection_dim": 768 + 1280}
    words = {"text_encoder": text.clip_projected(768, "quick_gelu", 1), "text_encoder_3": t5()}
    words |= {"text_encoder_2": text.clip_projected(1280, layers=1)}
    return type(pipe)(**pipe.components | words | {"transformer": SD3Transformer2DModel.from_config(config)})


def qwen_image() -> Any:
    from diffusers import QwenImagePipeline, QwenImageTransformer2DModel

    parts = dit.qwen_parts()
    config = dict(parts["transformer"].config) | {"joint_attention_dim": 3584}
    net = QwenImageTransformer2DModel.from_config(config)
    return QwenImagePipeline(**parts | {"transformer": net, "text_encoder": qwen_vl()})


def z_image() -> Any:
    pipe = table.FAMILIES["z_image"]()
    from diffusers import ZImageTransformer2DModel

    net = ZImageTransformer2DModel.from_config(dict(pipe.transformer.config) | {"cap_feat_dim": 2560})
    for token in (net.x_pad_token, net.cap_pad_token):
        token.data.normal_(0, 0.02)
    return type(pipe)(**pipe.components | {"transformer": net, "text_encoder": qwen3()})


def wan() -> Any:
    from diffusers import WanPipeline, WanTransformer3DModel

    net = WanTransformer3DModel(**video.WAN | {"text_dim": 4096})
    return WanPipeline(transformer=net, **video.wan_rest() | {"text_encoder": t5(multilingual=True)})


def wan22() -> Any:
    """Two networks, as in Wan 2.2 A14B."""
    from diffusers import WanPipeline, WanTransformer3DModel

    nets = [WanTransformer3DModel(**video.WAN | {"text_dim": 4096}) for _ in range(2)]
    rest = video.wan_rest() | {"text_encoder": t5(multilingual=True)}
    return WanPipeline(transformer=nets[0], transformer_2=nets[1], **rest, boundary_ratio=0.875)


def ltx() -> Any:
    pipe = table.FAMILIES["ltx"]()
    from diffusers import LTXVideoTransformer3DModel

    net = LTXVideoTransformer3DModel.from_config(dict(pipe.transformer.config) | {"caption_channels": 4096})
    return type(pipe)(**pipe.components | {"transformer": net, "text_encoder": t5()})


class Built:
    """A model as a whole folder, its network as a file, a folder of the same kind with another network, and assets
    with the family's configuration, the sizes in it wrong wherever shapes tell them."""

    def __init__(self, name: str, pack: str, root: Path) -> None:
        torch.manual_seed(3)
        self.name, self.pipe = name, _settled(BUILDERS[name][0]())
        self.folder, self.other, self.file = root / "whole", root / "other", root / "files" / f"my-{name}.safetensors"
        self.assets, self.parts = root / "assets", root / "parts"
        self.pipe.save_pretrained(self.folder, safe_serialization=True)
        self._save_other()
        self.state = transformer_layout.state(self.pipe)
        if name == "ltx":
            self.state = {f"model.diffusion_model.{key}": tensor for key, tensor in self.state.items()}
            self.state |= transformer_layout.ltx_vae(dict(self.pipe.vae.state_dict()))
        self.file.parent.mkdir()
        save_file(self.state, self.file)
        if pack:
            self._pack(self.assets / joined.PACKED / pack)

    def _save_other(self) -> None:
        shutil.copytree(self.folder, self.other)
        net = self.other / "transformer"
        changed = {key: value + 0.1 for key, value in self.pipe.transformer.state_dict().items()}
        save_file(changed, net / "diffusion_pytorch_model.safetensors")

    def _pack(self, place: Path) -> None:
        shutil.copytree(self.folder, place, ignore=shutil.ignore_patterns("*.safetensors", "*token*", "*.txt"))
        config = json.loads((place / "transformer/config.json").read_text())
        untold = (*UNTOLD, "attention_head_dim") if config["_class_name"] in HEADLESS else UNTOLD
        wrong = {name: value + 1 for name, value in config.items() if type(value) is int and name not in untold}
        known = ("patch_size", "t_scale", "norm_eps", "eps")
        config |= {name: value for name, value in wrong.items() if name not in known}
        (place / "transformer/config.json").write_text(json.dumps(config))


def _settled(pipe: Any) -> Any:
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            table.settle(part)
    pipe.set_progress_bar_config(disable=True)
    return pipe


BUILDERS: dict[str, tuple[Callable[[], Any], str]] = {  # and the configuration that ships for it
    "flux1 schnell": (schnell, "flux1"),
    "flux1 dev": (dev, ""),
    "sd35": (sd35, ""),
    "qwen-image": (qwen_image, "qwen-image"),
    "z-image": (z_image, "z-image"),
    "wan21": (wan, "wan21"),
    "ltx": (ltx, ""),
}
