"""Every family and part is told by its header, in the layout of its authors and in that of diffusers."""

import json

import pytest

from engines.files import sniff
from engines.files.sniff import FAMILIES, PARTS, signs, table
from tests.model_headers import ORIGINAL, SD1, below

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")


def told(shapes, metadata=None, name=""):
    found = sniff.sniff(shapes, metadata, name)
    return found.kind, found.family, found.variant


class Stub:
    """What diffusers asks of a tensor when it looks for its family."""

    def __init__(self, shape):
        self.shape = shape


@pytest.mark.parametrize("expected", ORIGINAL, ids=lambda e: "-".join(filter(None, e[:3])))
def test_original_layouts_are_told_and_agree_with_diffusers(expected):
    shapes = ORIGINAL[expected]
    assert told(shapes) == expected[:3]
    if expected[3]:
        from diffusers.loaders.single_file_utils import infer_diffusers_model_type

        assert infer_diffusers_model_type({name: Stub(shape) for name, shape in shapes.items()}) == expected[3]


# ---------------------------------------------------------------- diffusers' own classes, built without memory

XL = {
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "cross_attention_dim": 2048,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
REFINER = XL | {
    "block_out_channels": (384, 768, 1536, 1536),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "cross_attention_dim": 1280,
    "projection_class_embeddings_input_dim": 2560,
}
KL = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
}
TWO = {"num_layers": 1, "num_single_layers": 1}
PRIOR = {"num_attention_heads": 16, "attention_head_dim": 64, "num_layers": 1, "embedding_dim": 1024}
PRIOR |= {"num_embeddings": 1024, "additional_embeddings": 0, "time_embed_act_fn": "gelu", "norm_in_type": "layer"}
PRIOR |= {"encoder_hid_proj_type": None, "added_emb_type": None, "time_embed_dim": 4096, "embedding_proj_dim": 768}
PRIOR |= {"clip_embed_dim": 2048}
MEL = {"in_channels": 1, "out_channels": 1, "latent_channels": 8, "block_out_channels": (128, 256, 512)}
MEL |= {"down_block_types": ("DownEncoderBlock2D",) * 3, "up_block_types": ("UpDecoderBlock2D",) * 3}
ALDM = {"cross_attention_dim": (1024,) * 4, "in_channels": 8, "block_out_channels": (128, 256, 384, 640)}

# (kind, family, variant): class and the configuration of the published weights, with fewer layers where they repeat
CLASSES = {
    ("denoiser", "sd1", ""): ("UNet2DConditionModel", {"cross_attention_dim": 768}),
    ("denoiser", "sd1", "inpaint"): ("UNet2DConditionModel", {"cross_attention_dim": 768, "in_channels": 9}),
    ("denoiser", "sd2", ""): ("UNet2DConditionModel", {"cross_attention_dim": 1024, "use_linear_projection": True}),
    ("denoiser", "sdxl", ""): ("UNet2DConditionModel", XL),
    ("denoiser", "sdxl", "inpaint"): ("UNet2DConditionModel", XL | {"in_channels": 9}),
    ("denoiser", "sdxl-refiner", ""): ("UNet2DConditionModel", REFINER),
    ("denoiser", "lcm", ""): ("UNet2DConditionModel", {"cross_attention_dim": 768, "time_cond_proj_dim": 256}),
    ("denoiser", "sd3", "medium"): (
        "SD3Transformer2DModel",
        {"num_layers": 1, "num_attention_heads": 24, "caption_projection_dim": 1536},
    ),
    ("denoiser", "sd35", "medium"): (
        "SD3Transformer2DModel",
        {"num_layers": 1, "num_attention_heads": 24, "caption_projection_dim": 1536, "dual_attention_layers": (0,)},
    ),
    ("denoiser", "sd35", "large"): (
        "SD3Transformer2DModel",
        {"num_layers": 38, "num_attention_heads": 38, "caption_projection_dim": 2432, "qk_norm": "rms_norm"},
    ),
    ("denoiser", "flux1", "dev"): ("FluxTransformer2DModel", TWO | {"guidance_embeds": True}),
    ("denoiser", "flux1", "schnell"): ("FluxTransformer2DModel", TWO),
    ("denoiser", "flux1", "Fill"): ("FluxTransformer2DModel", TWO | {"guidance_embeds": True, "in_channels": 384}),
    ("denoiser", "flux2", "dev"): ("Flux2Transformer2DModel", TWO),
    ("denoiser", "flux2", "klein 4B"): (
        "Flux2Transformer2DModel",
        TWO | {"num_attention_heads": 24, "joint_attention_dim": 7680},
    ),
    ("denoiser", "flux2", "klein 9B"): (
        "Flux2Transformer2DModel",
        TWO | {"num_attention_heads": 32, "joint_attention_dim": 12288},
    ),
    ("denoiser", "chroma", ""): ("ChromaTransformer2DModel", TWO),
    ("denoiser", "qwen-image", ""): ("QwenImageTransformer2DModel", {"num_layers": 1}),
    ("denoiser", "z-image", ""): ("ZImageTransformer2DModel", {"n_layers": 1}),
    ("denoiser", "sana", "1.6B"): ("SanaTransformer2DModel", {"num_layers": 1}),
    ("denoiser", "pixart", ""): (
        "PixArtTransformer2DModel",
        {"num_layers": 1, "caption_channels": 4096, "use_additional_conditions": False},
    ),
    ("denoiser", "pixart", "alpha"): (
        "PixArtTransformer2DModel",
        {"num_layers": 1, "caption_channels": 4096, "use_additional_conditions": True},
    ),
    ("denoiser", "animatediff", ""): ("UNetMotionModel", {"cross_attention_dim": 768}),
    ("motion", "animatediff", ""): ("MotionAdapter", {}),
    ("denoiser", "svd", ""): ("UNetSpatioTemporalConditionModel", {}),
    ("denoiser", "cogvideox", "2B"): ("CogVideoXTransformer3DModel", {"num_layers": 1}),
    ("denoiser", "cogvideox", "5B"): ("CogVideoXTransformer3DModel", {"num_layers": 1, "num_attention_heads": 48}),
    ("denoiser", "cogvideox", "5B I2V"): (
        "CogVideoXTransformer3DModel",
        {"num_layers": 1, "num_attention_heads": 48, "in_channels": 32},
    ),
    ("denoiser", "ltx", "2B"): ("LTXVideoTransformer3DModel", {"num_layers": 1}),
    ("denoiser", "ltx2", ""): ("LTX2VideoTransformer3DModel", {"num_layers": 1}),
    ("denoiser", "wan21", "T2V 14B (or 2.2 A14B)"): ("WanTransformer3DModel", {"num_layers": 1}),
    ("denoiser", "wan21", "T2V 1.3B"): ("WanTransformer3DModel", {"num_layers": 1, "num_attention_heads": 12}),
    ("denoiser", "wan21", "I2V 14B"): (
        "WanTransformer3DModel",
        {"num_layers": 1, "in_channels": 36, "image_dim": 1280},
    ),
    ("denoiser", "wan22", "I2V A14B"): ("WanTransformer3DModel", {"num_layers": 1, "in_channels": 36}),
    ("denoiser", "wan22", "TI2V 5B"): (
        "WanTransformer3DModel",
        {"num_layers": 1, "in_channels": 48, "num_attention_heads": 24},
    ),
    ("denoiser", "wan21", "VACE 14B"): ("WanVACETransformer3DModel", {"num_layers": 1, "vace_layers": [0]}),
    ("denoiser", "hunyuan15", ""): ("HunyuanVideo15Transformer3DModel", {"num_layers": 1}),
    ("denoiser", "hunyuan", ""): ("HunyuanVideoTransformer3DModel", TWO),
    ("denoiser", "audioldm2", ""): ("AudioLDM2UNet2DConditionModel", ALDM),
    ("denoiser", "stable-audio", ""): ("StableAudioDiTModel", {"num_layers": 1}),
    ("denoiser", "ace-step", "1.5"): ("AceStepTransformer1DModel", {"num_hidden_layers": 1}),
    ("denoiser", "shap-e", ""): ("PriorTransformer", PRIOR),
    ("controlnet", "sd1", ""): ("ControlNetModel", {"cross_attention_dim": 768}),
    ("controlnet", "sd2", ""): ("ControlNetModel", {"cross_attention_dim": 1024}),
    ("controlnet", "sdxl", ""): (
        "ControlNetModel",
        {name: value for name, value in XL.items() if name != "up_block_types"},
    ),
    ("controlnet", "flux1", ""): ("FluxControlNetModel", TWO),
    ("controlnet", "sd3", ""): ("SD3ControlNetModel", {"num_layers": 1}),
    ("controlnet", "qwen-image", ""): ("QwenImageControlNetModel", {"num_layers": 1}),
    ("controlnet", "sana", ""): ("SanaControlNetModel", {"num_layers": 1}),
    ("t2i-adapter", "sd1", ""): ("T2IAdapter", {}),
    ("t2i-adapter", "sdxl", ""): ("T2IAdapter", {"adapter_type": "full_adapter_xl", "downscale_factor": 16}),
    ("vae", "sd-vae|sdxl-vae", ""): ("AutoencoderKL", KL),
    ("vae", "sd3-vae|flux-vae", ""): ("AutoencoderKL", KL | {"latent_channels": 16, "use_quant_conv": False}),
    ("vae", "flux2-vae", ""): ("AutoencoderKLFlux2", {}),
    ("vae", "wan21-vae|qwen-vae", ""): ("AutoencoderKLQwenImage", {}),
    ("vae", "wan22-vae", ""): (
        "AutoencoderKLWan",
        {"z_dim": 48, "base_dim": 160, "decoder_base_dim": 256, "in_channels": 12, "out_channels": 12},
    ),
    ("vae", "dc-ae", ""): ("AutoencoderDC", {}),
    ("vae", "svd-vae", ""): ("AutoencoderKLTemporalDecoder", {}),
    ("vae", "cogvideox-vae", ""): ("AutoencoderKLCogVideoX", {}),
    ("vae", "ltx-vae", ""): ("AutoencoderKLLTXVideo", {}),
    ("vae", "ltx2-vae", ""): ("AutoencoderKLLTX2Video", {}),
    ("vae", "ltx2-audio-vae", ""): ("AutoencoderKLLTX2Audio", {}),
    ("vae", "hunyuan15-vae", ""): ("AutoencoderKLHunyuanVideo15", {}),
    ("vae", "hunyuan-vae", ""): ("AutoencoderKLHunyuanVideo", {}),
    ("vae", "mel-vae", ""): ("AutoencoderKL", MEL),
    ("vae", "oobleck", ""): ("AutoencoderOobleck", {}),
    ("vae", "tiny-vae", ""): ("AutoencoderTiny", {}),
}


def built(name, config):
    with torch.device("meta"):
        model = getattr(diffusers, name)(**config)
    return {key: tuple(value.shape) for key, value in model.state_dict().items()}


@pytest.mark.parametrize("expected", CLASSES, ids=lambda e: "-".join(filter(None, e)))
def test_diffusers_layouts_are_told(expected):
    assert told(built(*CLASSES[expected])) == expected


def test_every_family_has_a_test():
    tested = {family for _, family, *_ in (*ORIGINAL, *CLASSES)}
    seen_but_untested = {"sd-upscaler", "lumina2", "hidream", "auraflow", "cascade", "mochi"}  # no engine of ours
    assert {name.split("/")[0] for name in FAMILIES} - tested == seen_but_untested
    assert all(FAMILIES[name].title and FAMILIES[name].medium for name in FAMILIES)


def test_the_tables_name_only_what_there_is():
    parts = ("vae", "text-encoder", "image-encoder", "vocoder")
    for sign in (*table.SIGNS, *table.LORAS):
        known = PARTS if sign.kind in parts else FAMILIES
        if sign.family and sign.kind != "upscaler":
            assert all(name in known for name in sign.family.split("|")), sign
    for family in FAMILIES.values():
        assert all(need in PARTS or need.removeprefix("@") in FAMILIES for need in family.needs), family
    assert all(family in FAMILIES or not family for _, family, _ in sniff.PIPELINES)
    assert all(family in FAMILIES for _, family in table.ARCHITECTURES)


TEXT = {
    "clip-l": ("CLIPTextModel", "CLIPTextConfig", {"hidden_size": 768}),
    "clip-h": ("CLIPTextModel", "CLIPTextConfig", {"hidden_size": 1024, "num_attention_heads": 16}),
    "clip-g": ("CLIPTextModelWithProjection", "CLIPTextConfig", {"hidden_size": 1280, "num_attention_heads": 20}),
    "t5-xxl": ("T5EncoderModel", "T5Config", {"d_model": 4096, "num_heads": 64, "num_layers": 2, "d_ff": 10240}),
    "t5-base": ("T5EncoderModel", "T5Config", {"d_model": 768, "num_heads": 12, "num_layers": 2}),
    "flan-t5-large": ("T5EncoderModel", "T5Config", {"d_model": 1024, "num_heads": 16, "num_layers": 2}),
    "umt5-xxl": ("UMT5EncoderModel", "UMT5Config", {"d_model": 4096, "num_heads": 64, "num_layers": 2}),
    "gemma2-2b": ("Gemma2Model", "Gemma2Config", {"num_hidden_layers": 1}),
    "qwen3-4b": ("Qwen3Model", "Qwen3Config", {"hidden_size": 2560, "num_hidden_layers": 1}),
    "qwen3-8b": ("Qwen3Model", "Qwen3Config", {"hidden_size": 4096, "num_hidden_layers": 1}),
    "qwen3-0.6b": ("Qwen3Model", "Qwen3Config", {"hidden_size": 1024, "num_hidden_layers": 1}),
    "gpt2": ("GPT2Model", "GPT2Config", {"n_layer": 1}),
}


@pytest.mark.parametrize("part", TEXT)
def test_text_encoders_are_told(part):
    import transformers

    model, config, numbers = TEXT[part]
    with torch.device("meta"):
        built = getattr(transformers, model)(getattr(transformers, config)(**numbers))
    shapes = {name: tuple(value.shape) for name, value in built.state_dict().items()}
    assert told(shapes) == ("text-encoder", part, "")


# ---------------------------------------------------------------- LoRAs


def lora(modules, rank=16):
    """A LoRA as peft names it, of modules and their (in, out)."""
    pairs = {}
    for name, (inner, outer) in modules.items():
        pairs[f"{name}.lora_A.weight"] = (rank, inner)
        pairs[f"{name}.lora_B.weight"] = (outer, rank)
    return pairs


UNET = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
LORAS = [
    ("sd1", "", "unet.", {UNET: (768, 640)}),
    ("sd2", "", "unet.", {UNET: (1024, 640)}),
    ("sdxl", "", "unet.", {UNET: (2048, 640)}),
    ("sdxl-refiner", "", "unet.", {UNET: (1280, 768)}),
    ("sd3", "medium", "transformer.", {"transformer_blocks.3.attn.add_k_proj": (1536, 1536)}),
    ("sd35", "large", "transformer.", {"transformer_blocks.3.attn.to_q": (2432, 2432)}),
    ("flux1", "", "transformer.", {"single_transformer_blocks.3.attn.to_q": (3072, 3072)}),
    ("flux1", "", "diffusion_model.", {"double_blocks.3.img_attn.proj": (3072, 3072)}),
    ("flux2", "klein 4B", "transformer.", {"single_transformer_blocks.0.attn.to_qkv_mlp_proj": (3072, 27648)}),
    ("flux2", "dev", "diffusion_model.", {"double_blocks.0.img_mlp.0": (6144, 36864)}),
    ("chroma", "", "transformer.", {"distilled_guidance_layer.layers.0.linear_1": (5120, 5120)}),
    ("qwen-image", "", "transformer.", {"transformer_blocks.0.img_mlp.net.0.proj": (3072, 12288)}),
    ("z-image", "", "diffusion_model.", {"layers.0.attention.to_q": (3840, 3840)}),
    ("ltx", "", "transformer.", {"transformer_blocks.0.attn1.to_q": (2048, 2048)}),
    ("ltx2", "", "diffusion_model.", {"transformer_blocks.0.audio_attn1.to_q": (2048, 2048)}),
    ("wan21", "1.3B", "diffusion_model.", {"blocks.0.self_attn.q": (1536, 1536)}),
    ("wan21", "14B (or 2.2 A14B)", "transformer.", {"blocks.0.attn1.to_q": (5120, 5120)}),
    ("wan22", "TI2V 5B", "diffusion_model.", {"blocks.0.self_attn.q": (3072, 3072)}),
    ("cogvideox", "", "transformer.", {"transformer_blocks.0.attn1.to_q": (3072, 3072)}),
    ("hunyuan15", "", "diffusion_model.", {"double_blocks.0.img_attn_qkv": (2048, 6144)}),
    ("pixart", "", "transformer.", {"transformer_blocks.0.attn1.to_q": (1152, 1152)}),
    ("ace-step", "1", "", {"transformer_blocks.0.cross_attn.to_q": (2560, 2560)}),
    ("animatediff", "", "unet.", {"down_blocks.0.motion_modules.0.transformer_blocks.0.attn1.to_q": (320, 320)}),
]


@pytest.mark.parametrize(("family", "variant", "prefix", "modules"), LORAS)
def test_what_a_lora_was_made_for_is_told_by_its_shapes(family, variant, prefix, modules):
    found = sniff.sniff(lora({prefix + name: size for name, size in modules.items()}))
    assert (found.kind, found.family, found.variant, found.rank) == ("lora", family, variant, 16)


@pytest.mark.parametrize(("context", "family"), [(768, "sd1"), (1024, "sd2"), (2048, "sdxl")])
def test_kohya_names_mean_the_same(context, family):
    from diffusers.utils import convert_state_dict_to_kohya

    peft = {name: torch.empty(shape) for name, shape in lora({"base_model.model." + UNET: (context, 640)}, 4).items()}
    kohya = {f"lora_unet_{name}": tuple(value.shape) for name, value in convert_state_dict_to_kohya(peft).items()}
    assert any(name.endswith("lora_down.weight") for name in kohya)
    assert told(kohya)[:2] == ("lora", family)


KOHYA = {
    "sdxl, one block": ("sdxl", {"output_blocks_0_1_transformer_blocks_9_attn1_to_q": (1280, 1280)}),
    "sdxl, its own layout": ("sdxl", {"input_blocks_4_1_transformer_blocks_0_attn2_to_k": (2048, 640)}),
    "sdxl, the middle": ("sdxl", {"middle_block_1_transformer_blocks_9_ff_net_2": (5120, 1280)}),
    "sd1": ("sd1", {"mid_block_attentions_0_transformer_blocks_0_attn2_to_k": (768, 1280)}),
    "a block that could be of several": (
        "",
        {"up_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q": (1280, 1280)},
    ),
    "flux": ("flux1", {"double_blocks_0_img_mlp_0": (3072, 12288)}),
}


@pytest.mark.parametrize("case", KOHYA)
@pytest.mark.parametrize("ends", [(".lora_down.weight", ".lora_up.weight"), (".hada_w1_b", ".hada_w1_a")])
def test_a_few_modules_tell_as_much_as_they_can(case, ends):
    family, modules = KOHYA[case]
    shapes = {}
    for name, (inner, outer) in modules.items():
        shapes |= {f"lora_unet_{name}{ends[0]}": (4, inner), f"lora_unet_{name}{ends[1]}": (outer, 4)}
        shapes |= {f"lora_unet_{name}.alpha": ()}
    assert told(shapes)[:2] == ("lora", family)


def test_metadata_tells_base_and_words_but_shapes_are_believed_first():
    tags = json.dumps({"10_cat": {"zkc cat": 20, "grass": 7}, "5_more": {"grass": 9, "sky": 1}})
    notes = {"ss_base_model_version": "sdxl_base_v1-0", "ss_tag_frequency": tags}
    found = sniff.sniff(lora({"unet." + UNET: (768, 640)}), notes)
    assert (found.family, found.base, found.triggers) == ("sd1", "sdxl_base_v1-0", ("zkc cat", "grass", "sky"))
    unsure = lora({"unet.some_new_module.proj": (77, 77)})
    assert sniff.sniff(unsure, notes).family == "sdxl"
    assert sniff.sniff(unsure).family == ""
    phrase = sniff.sniff(unsure, notes | {"modelspec.trigger_phrase": "zkc, in the rain"})
    assert phrase.triggers == ("zkc", "in the rain")
    assert sniff.sniff(unsure, {"ss_tag_frequency": "[[["}).triggers == ()


# ---------------------------------------------------------------- what is not known


@pytest.mark.parametrize("shapes", [{}, {"weight": (3, 3)}, {"layers.0.weight": (64, 64), "head.bias": (10,)}])
def test_unknown_is_unknown(shapes):
    found = sniff.sniff(shapes)
    assert (found.kind, found.family, found.title) == ("unknown", "", "unknown")


@pytest.mark.parametrize(
    ("kind", "shapes"),
    [
        ("controlnet", {"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3), "conv_in.weight": (8, 4, 3, 3)}),
        ("denoiser", {"conv_in.weight": (8, 4, 3, 3), "time_embedding.linear_1.weight": (4, 4), "down_blocks.0.x": ()}),
        ("vae", {"encoder.conv_in.weight": (8, 3, 3, 3), "decoder.conv_in.weight": (8, 7, 3, 3)}),
    ],
)
def test_a_kind_can_be_told_where_the_family_cannot(kind, shapes):
    found = sniff.sniff(shapes)
    assert (found.kind, found.family, found.title) == (kind, "", "unknown")


def test_a_name_settles_only_what_the_header_leaves_open():
    vae = ORIGINAL["vae", "sd-vae|sdxl-vae", "", None]
    assert sniff.sniff(vae).title == "VAE of SD1.5 and SD2 or VAE of SDXL"
    named = sniff.sniff(vae, name="models/vae/sdxl_vae.safetensors")
    assert (named.family, named.parts, named.by_name) == ("sdxl-vae", ("sdxl-vae",), True)
    flux = ORIGINAL["denoiser", "flux1", "dev", "flux-dev"]
    assert told(flux, name="flux1-dev-kontext_fp8.safetensors")[2] == "Kontext"
    assert told(SD1, name="flux-kontext-qwen-wan2.2.safetensors") == ("denoiser", "sd1", "")


def test_parts_of_a_checkpoint_are_those_its_family_needs():
    found = sniff.sniff(ORIGINAL["checkpoint", "sdxl", "", "xl_base"])
    assert set(found.parts) == {"sdxl-vae", "clip-l", "clip-g"}
    assert sniff.sniff(below("net.", SD1)).family == "sd1"


def test_conditions_ask_what_they_say():
    keys = signs.Keys({"a.0.b": (2, 3), "a.1.c": (4,)})
    held = [
        ("a.0.b", True),
        ("a.*c", True),
        ("*0.b", True),
        ("*.1.*", True),
        ("a.*x", False),
        ("!a.0.b", False),
        ("a.0.b[1]=3|4", True),
        ("a.0.b[2]=3", False),
        ("x||a.1.c[-1]=4", True),
        ("*.0*b", True),
        ("b*", False),
    ]
    for word, holds in held:
        (sign,) = signs.read(f"kind - - : {word}")
        assert (signs.first((sign,), keys) is not None) is holds, word
