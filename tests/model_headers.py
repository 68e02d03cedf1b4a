"""Weights files that are nothing but true headers: their data is a hole in the file, so they cost no disk."""

import json
from collections.abc import Mapping
from pathlib import Path

BYTES = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8, "F8_E4M3": 1}
Shapes = Mapping[str, tuple[int, ...]]


def write(path: Path, shapes: Shapes, metadata: Mapping[str, str] | None = None, dtype: str = "F16") -> Path:
    """A valid safetensors file of these tensors, all zero."""
    head: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    for name, shape in shapes.items():
        size = BYTES[dtype]
        for side in shape:
            size *= side
        head[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(head).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + place)
    return path


def below(prefix: str, shapes: Shapes) -> dict[str, tuple[int, ...]]:
    """The same tensors, as a bigger file names them."""
    return {prefix + name: shape for name, shape in shapes.items()}


def unet(width: int, context: int, channels: int = 4, block: int = 1) -> dict[str, tuple[int, ...]]:
    """Some of a UNet in its original layout; the first attention stands in `block`."""
    attention = f"input_blocks.{block}.1.transformer_blocks.0"
    inner = width * (1 if block == 1 else 2)
    return {
        "time_embed.0.weight": (4 * width, width),
        "input_blocks.0.0.weight": (width, channels, 3, 3),
        f"{attention}.attn1.to_q.weight": (inner, inner),
        f"{attention}.attn2.to_k.weight": (inner, context),
        "out.2.weight": (4, width, 3, 3),
    }


SD1 = unet(320, 768)
SDXL = unet(320, 2048, block=4) | {"label_emb.0.0.weight": (1280, 2816)}
FLUX = {
    "img_in.weight": (3072, 64),
    "time_in.in_layer.weight": (3072, 256),
    "vector_in.in_layer.weight": (3072, 768),
    "txt_in.weight": (3072, 4096),
    "double_blocks.0.img_attn.norm.key_norm.scale": (128,),
    "double_blocks.0.img_attn.qkv.weight": (9216, 3072),
    "single_blocks.0.linear1.weight": (21504, 3072),
}
GUIDED = {"guidance_in.in_layer.weight": (3072, 256), "guidance_in.in_layer.bias": (3072,)}
FLUX2 = {"single_stream_modulation.lin.weight": (18432, 6144), "double_blocks.0.img_attn.norm.key_norm.scale": (128,)}
VAE = {
    "encoder.conv_in.weight": (128, 3, 3, 3),
    "encoder.down.3.block.0.norm1.weight": (512,),
    "decoder.conv_in.weight": (512, 4, 3, 3),
    "decoder.mid.block_1.norm1.weight": (512,),
}
VAE16 = VAE | {"decoder.conv_in.weight": (512, 16, 3, 3)}
CLIP_L = {"text_model.embeddings.token_embedding.weight": (49408, 768)}
OPEN_CLIP_G = {"token_embedding.weight": (49408, 1280), "transformer.resblocks.9.mlp.c_proj.bias": (1280,)} | {
    "transformer.resblocks.0.attn.in_proj_weight": (3840, 1280)
}
OPEN_CLIP_H = {"token_embedding.weight": (49408, 1024), "transformer.resblocks.0.attn.in_proj_weight": (3072, 1024)}
T5 = {"shared.weight": (32128, 4096), "encoder.block.0.layer.0.SelfAttention.q.weight": (4096, 4096)}
UMT5 = {"encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight": (32, 64)} | T5


def wan(width: int, channels: int) -> dict[str, tuple[int, ...]]:
    """Some of Wan in its original layout."""
    return {
        "patch_embedding.weight": (width, channels, 1, 2, 2),
        "head.modulation": (1, 2, width),
        "blocks.0.self_attn.q.weight": (width, width),
        "blocks.0.cross_attn.k.weight": (width, width),
    }


def mmdit(depth: int, size: int) -> dict[str, tuple[int, ...]]:
    """Some of SD3 in its original layout."""
    width = 64 * depth
    return {
        "pos_embed": (1, size, width),
        "x_embedder.proj.weight": (width, 16, 2, 2),
        "joint_blocks.0.context_block.adaLN_modulation.1.bias": (6 * width,),
        "joint_blocks.0.context_block.attn.qkv.weight": (3 * width, width),
        f"joint_blocks.{depth - 1}.x_block.mlp.fc1.weight": (4 * width, width),
    }


DIFFUSION = "model.diffusion_model."

# (kind, family, variant, what diffusers calls it or None where it does not know it) -> the original layout
ORIGINAL: dict[tuple[str, str, str, str | None], Shapes] = {
    ("checkpoint", "sd1", "", None): below(DIFFUSION, SD1)
    | below("first_stage_model.", VAE)
    | below("cond_stage_model.transformer.", CLIP_L),
    ("denoiser", "sd1", "inpaint", "inpainting"): below(DIFFUSION, unet(320, 768, 9)),
    ("denoiser", "sd1", "edit", "instruct-pix2pix"): below(DIFFUSION, unet(320, 768, 8)),
    ("checkpoint", "sd2", "", "v2"): below(DIFFUSION, unet(320, 1024))
    | {"model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight": (320, 1024)}
    | below("first_stage_model.", VAE)
    | below("cond_stage_model.model.", OPEN_CLIP_H),
    ("checkpoint", "sdxl", "", "xl_base"): below(DIFFUSION, SDXL)
    | below("first_stage_model.", VAE)
    | below("conditioner.embedders.0.transformer.", CLIP_L)
    | below("conditioner.embedders.1.model.", OPEN_CLIP_G),
    ("checkpoint", "sdxl", "inpaint", "xl_inpaint"): below(
        DIFFUSION, SDXL | {"input_blocks.0.0.weight": (320, 9, 3, 3)}
    )
    | below("conditioner.embedders.1.model.", OPEN_CLIP_G | {"transformer.resblocks.9.mlp.c_proj.bias": (1280,)}),
    ("checkpoint", "sdxl-refiner", "", None): below(DIFFUSION, unet(384, 1280, block=4))
    | below("conditioner.embedders.0.model.", OPEN_CLIP_G),
    ("denoiser", "lcm", "", None): SD1 | {"time_embed.cond_proj.weight": (320, 256)},
    ("denoiser", "sd3", "medium", "sd3"): below(DIFFUSION, mmdit(24, 36864))
    | {"model.diffusion_model.joint_blocks.0.context_block.adaLN_modulation.1.bias": (9216,)},
    ("denoiser", "sd35", "medium", "sd35_medium"): mmdit(24, 147456)
    | {"joint_blocks.0.x_block.attn2.qkv.weight": (4608, 1536)},
    ("denoiser", "sd35", "large", "sd35_large"): mmdit(38, 36864),
    ("denoiser", "flux1", "dev", "flux-dev"): FLUX | GUIDED,
    ("denoiser", "flux1", "schnell", "flux-schnell"): below(DIFFUSION, FLUX),
    ("denoiser", "flux1", "Fill", "flux-fill"): FLUX | GUIDED | {"img_in.weight": (3072, 384)},
    ("denoiser", "flux1", "Control", "flux-depth"): FLUX | GUIDED | {"img_in.weight": (3072, 128)},
    ("denoiser", "flux2", "dev", "flux-2-dev"): FLUX2 | {"img_in.weight": (6144, 128)},
    ("denoiser", "flux2", "klein 4B", "flux-2-dev"): FLUX2 | {"img_in.weight": (3072, 128)},
    ("denoiser", "flux2", "klein 9B", "flux-2-dev"): FLUX2 | {"img_in.weight": (4096, 128)},
    ("denoiser", "chroma", "", "chroma"): FLUX | {"distilled_guidance_layer.in_proj.bias": (5120,)},
    ("denoiser", "qwen-image", "", None): {
        "img_in.weight": (3072, 64),
        "txt_norm.weight": (3584,),
        "transformer_blocks.0.img_mod.1.weight": (18432, 3072),
    },
    ("denoiser", "z-image", "", "z-image-turbo"): {
        "cap_embedder.0.weight": (2560,),
        "cap_embedder.1.weight": (3840, 2560),
        "layers.0.adaLN_modulation.0.weight": (15360, 256),
        "layers.0.attention.qkv.weight": (11520, 3840),
        "x_pad_token": (1, 3840),
    },
    ("denoiser", "sana", "1.6B", "sana"): {
        "attention_y_norm.weight": (2240,),
        "x_embedder.proj.weight": (2240, 32, 1, 1),
        "blocks.0.cross_attn.q_linear.weight": (2240, 2240),
        "blocks.0.cross_attn.kv_linear.weight": (4480, 2240),
    },
    ("denoiser", "pixart", "sigma", None): {
        "x_embedder.proj.weight": (1152, 4, 2, 2),
        "y_embedder.y_embedding": (300, 4096),
        "blocks.0.cross_attn.q_linear.weight": (1152, 1152),
    },
    ("motion", "animatediff", "", "animatediff_v1"): {
        f"{place}.motion_modules.0.temporal_transformer.transformer_blocks.0.attention_blocks.0.pos_encoder.pe": (
            1,
            24,
            width,
        )
        for place, width in (("down_blocks.0", 320), ("down_blocks.3", 1280), ("up_blocks.3", 320))
    }
    | {"up_blocks.2.motion_modules.0.temporal_transformer.norm.weight": (640,)},
    ("checkpoint", "svd", "", None): below(DIFFUSION, unet(320, 1024, 8))
    | {"model.diffusion_model.input_blocks.1.1.time_stack.0.attn1.to_q.weight": (320, 320)}
    | below("first_stage_model.", VAE | {"decoder.conv_out.time_mix_conv.weight": (3, 3, 3, 1, 1)}),
    ("denoiser", "cogvideox", "5B", None): {
        "patch_embed.proj.weight": (3072, 16, 2, 2),
        "patch_embed.text_proj.weight": (3072, 4096),
        "transformer_blocks.0.norm1.linear.weight": (18432, 512),
    },
    ("checkpoint", "ltx", "2B", "ltx-video"): below(
        DIFFUSION,
        {
            "patchify_proj.weight": (2048, 128),
            "scale_shift_table": (2, 2048),
            "transformer_blocks.27.scale_shift_table": (6, 2048),
            "transformer_blocks.0.attn1.q_norm.weight": (2048,),
        },
    )
    | {"vae.decoder.conv_in.conv.weight": (512, 128, 3, 3, 3), "vae.encoder.conv_in.conv.bias": (128,)}
    | {"vae.encoder.conv_out.conv.weight": (129, 512, 3, 3, 3)},
    ("denoiser", "ltx2", "", "ltx2-dev"): below(
        DIFFUSION,
        {
            "audio_patchify_proj.weight": (2048, 128),
            "transformer_blocks.0.audio_attn1.to_q.weight": (2048, 2048),
            "av_ca_a2v_gate_adaln_single.emb.timestep_embedder.linear_1.weight": (4096, 256),
        },
    ),
    ("denoiser", "wan21", "T2V 1.3B", "wan-t2v-1.3B"): wan(1536, 16),
    ("denoiser", "wan21", "T2V 14B (or 2.2 A14B)", "wan-t2v-14B"): below(DIFFUSION, wan(5120, 16)),
    ("denoiser", "wan21", "I2V 14B", "wan-i2v-14B"): wan(5120, 36) | {"img_emb.proj.1.weight": (1280, 1280)},
    ("denoiser", "wan22", "I2V A14B", "wan-i2v-14B"): wan(5120, 36),
    ("denoiser", "wan22", "TI2V 5B", "wan-i2v-14B"): wan(3072, 48),
    ("denoiser", "wan21", "VACE 1.3B", "wan-vace-1.3B"): wan(1536, 16)
    | {"vace_patch_embedding.weight": (1536, 96, 1, 2, 2), "vace_blocks.0.after_proj.bias": (1536,)},
    ("denoiser", "hunyuan15", "", None): {
        "img_in.proj.weight": (2048, 65, 1, 1, 1),
        "txt_in.individual_token_refiner.blocks.0.norm1.weight": (2048,),
        "byt5_in.fc1.weight": (2048, 1472),
        "double_blocks.0.img_attn_qkv.weight": (6144, 2048),
    },
    ("denoiser", "audioldm2", "", None): unet(128, 1024, 8),
    ("checkpoint", "stable-audio", "", None): below(
        "model.model.", {"transformer.rotary_pos_emb.inv_freq": (32,), "to_timestep_embed.0.weight": (1536, 256)}
    )
    | {"pretransform.model.decoder.layers.0.weight_v": (2048, 64, 7)}
    | below("conditioner.conditioners.prompt.model.", {}),
    ("denoiser", "ace-step", "1", None): {
        "genre_embedder.weight": (2560, 768),
        "lyric_embs.weight": (6693, 1024),
        "transformer_blocks.0.cross_attn.to_q.weight": (2560, 2560),
    },
    ("denoiser", "ace-step", "1.5", None): {
        "decoder.layers.0.scale_shift_table": (1, 6, 2048),
        "decoder.layers.0.cross_attn.q_proj.weight": (2048, 2048),
        "encoder.lyric_encoder.layers.0.input_layernorm.weight": (2048,),
    },
    ("denoiser", "shap-e", "", None): {
        "wrapped.clip_embed.weight": (1024, 768),
        "wrapped.input_proj.weight": (1024, 1024),
        "wrapped.backbone.resblocks.0.ln_1.weight": (1024,),
    },
    ("controlnet", "sd1", "", "controlnet"): below(
        "control_model.", SD1 | {"input_hint_block.0.weight": (16, 3, 3, 3), "time_embed.0.weight": (1280, 320)}
    ),
    ("ip-adapter", "sd1", "", None): {
        "image_proj.proj.weight": (3072, 1024),
        "ip_adapter.1.to_k_ip.weight": (320, 768),
    },
    ("ip-adapter", "sdxl", "", None): {
        "image_proj.latents": (1, 16, 1280),
        "ip_adapter.1.to_k_ip.weight": (640, 2048),
    },
    ("t2i-adapter", "sd1", "", None): {"conv_in.weight": (320, 192, 3, 3), "body.0.block1.weight": (320, 320, 3, 3)},
    ("embedding", "sd1", "", None): {"emb_params": (4, 768)},
    ("embedding", "sdxl", "", None): {"clip_g": (4, 1280), "clip_l": (4, 768)},
    ("upscaler", "esrgan", "4x", None): {
        "model.0.weight": (64, 3, 3, 3),
        "model.1.sub.0.RDB1.conv1.0.weight": (32, 64, 3, 3),
        "model.10.weight": (3, 64, 3, 3),
    },
    ("upscaler", "compact", "", None): {f"body.{n}.weight": (64, 64, 3, 3) if n % 2 == 0 else (64,) for n in range(5)},
    ("vae", "sd-vae|sdxl-vae", "", None): VAE,
    ("vae", "sd3-vae|flux-vae", "", None): VAE16,
    ("vae", "wan21-vae|qwen-vae", "", None): {
        "decoder.middle.0.residual.0.gamma": (384, 1, 1, 1),
        "decoder.conv1.weight": (384, 16, 3, 3, 3),
    },
    ("text-encoder", "clip-l", "", None): CLIP_L,
    ("text-encoder", "clip-g", "", None): OPEN_CLIP_G,
    ("text-encoder", "t5-xxl", "", None): T5,
    ("text-encoder", "umt5-xxl", "", None): UMT5,
}
