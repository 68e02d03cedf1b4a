"""Tiny tokenizers, made in memory, and the text encoders they feed.

The vocabularies know single bytes or characters alone, so that every prompt has tokens of its own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import (
        CLIPTextModel,
        CLIPTextModelWithProjection,
        CLIPTokenizer,
        T5EncoderModel,
        T5Tokenizer,
    )

CHARACTERS = [chr(code) for code in range(33, 127)]


@cache
def _bytes() -> tuple[str, ...]:
    """The 256 letters by which byte-level tokenizers write bytes."""
    from tokenizers.pre_tokenizers import ByteLevel

    return tuple(sorted(ByteLevel.alphabet()))


def clip_tokenizer(pad: str = "<|endoftext|>", length: int = 77) -> CLIPTokenizer:
    """CLIP's, over bytes; the two special tokens are the last ones, as in the real vocabulary."""
    from transformers import CLIPTokenizer

    words = [*_bytes(), *(letter + "</w>" for letter in _bytes()), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: index for index, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], pad_token=pad, model_max_length=length)


def _clip_config(width: int, act: str, layers: int) -> Any:
    from transformers import CLIPTextConfig

    tokenizer = clip_tokenizer()
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_attention_heads=2,
        num_hidden_layers=layers,
        hidden_act=act,
        initializer_range=0.3,  # so that unlike prompts have clearly unlike embeddings
    )


def clip_text(width: int = 32, act: str = "quick_gelu", layers: int = 3) -> CLIPTextModel:
    from transformers import CLIPTextModel

    return CLIPTextModel(_clip_config(width, act, layers))


def clip_projected(width: int = 32, act: str = "gelu", layers: int = 3) -> CLIPTextModelWithProjection:
    from transformers import CLIPTextModelWithProjection

    return CLIPTextModelWithProjection(_clip_config(width, act, layers))


def t5_tokenizer(length: int = 512) -> T5Tokenizer:
    """T5's unigrams over single ASCII characters, with its hundred sentinels at the end."""
    from transformers import T5Tokenizer

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in CHARACTERS]
    pieces += [(f"<extra_id_{index}>", 0.0) for index in range(99, -1, -1)]
    return T5Tokenizer(vocab=pieces, model_max_length=length)


def _t5_config(width: int, vocabulary: int = 0) -> Any:
    from transformers import T5Config

    return T5Config(
        vocab_size=vocabulary or len(t5_tokenizer()),
        d_model=width,
        d_kv=width // 2,
        d_ff=2 * width,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )


def t5(width: int = 32, vocabulary: int = 0) -> T5EncoderModel:
    """For `t5_tokenizer`, or for another one with `vocabulary` tokens (ByT5: 384)."""
    from transformers import T5EncoderModel

    return T5EncoderModel(_t5_config(width, vocabulary))


def umt5(width: int = 32) -> Any:
    """The multilingual one (Wan): each layer has a bias of its own."""
    from transformers import UMT5Config, UMT5EncoderModel

    config = {name: value for name, value in _t5_config(width).to_dict().items() if name != "model_type"}
    return UMT5EncoderModel(UMT5Config(**config))


QWEN_SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<think>",
    "</think>",
)

QWEN_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}"
    "{{ message['content'] }}{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)


def qwen_tokenizer() -> Any:
    """Qwen's, over bytes, with its special tokens at the end and a template for chats."""
    from transformers import Qwen2Tokenizer

    vocabulary = {word: index for index, word in enumerate((*_bytes(), *QWEN_SPECIAL))}
    return Qwen2Tokenizer(
        vocab=vocabulary, merges=[], extra_special_tokens=list(QWEN_SPECIAL[1:7]), chat_template=QWEN_CHAT
    )


def _qwen_config(width: int) -> dict[str, Any]:
    tokenizer = qwen_tokenizer()
    return {
        "vocab_size": len(tokenizer),
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "initializer_range": 0.3,
    }


def qwen3(width: int = 16, layers: int = 3, causal: bool = False) -> Any:
    """Qwen 3; `causal` with the head that writes text, as Flux.2 has it."""
    from transformers import Qwen3Config, Qwen3ForCausalLM, Qwen3Model

    config = Qwen3Config(num_hidden_layers=layers, head_dim=width // 2, **_qwen_config(width))
    return Qwen3ForCausalLM(config) if causal else Qwen3Model(config)


def _rope(width: int) -> dict[str, Any]:
    """Angles for time, height and width: a quarter, and twice three eighths, of the half of a head's width."""
    half = width // 4
    part = half * 3 // 8
    return {"mrope_section": [half - 2 * part, part, part], "rope_type": "default", "rope_theta": 1e6}


def qwen_vl(width: int = 16) -> Any:
    """Qwen 2.5 VL, which reads text and pictures."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    ids = qwen_tokenizer().convert_tokens_to_ids
    vision = {"depth": 2, "hidden_size": 16, "intermediate_size": 32, "num_heads": 2, "out_hidden_size": width}
    config = Qwen2_5_VLConfig(
        text_config={**_qwen_config(width), "num_hidden_layers": 2, "rope_parameters": _rope(width)},
        vision_config={**vision, "fullatt_block_indexes": [1], "initializer_range": 0.3},
        image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|video_pad|>"),
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
    )
    return Qwen2_5_VLForConditionalGeneration(config)


def gemma_tokenizer() -> Any:
    """Gemma's, over single characters, with its bytes for all others."""
    from transformers import GemmaTokenizer

    words = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *(f"<0x{code:02X}>" for code in range(256))]
    words += ["<start_of_turn>", "<end_of_turn>", "▁", "\n", *CHARACTERS]
    vocabulary = {word: index for index, word in enumerate(words)}
    return GemmaTokenizer(vocab=vocabulary, merges=[], model_max_length=512)


def _gemma_config(width: int) -> dict[str, Any]:
    tokenizer = gemma_tokenizer()
    return {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "initializer_range": 0.3,
    }


def gemma2(width: int = 16) -> Any:
    from transformers import Gemma2Config, Gemma2Model

    return Gemma2Model(Gemma2Config(**_gemma_config(width)))


def gemma3(width: int = 16) -> Any:
    """The one that also sees; its eyes are as small as they can be."""
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = Gemma3Config(
        text_config=_gemma_config(width),
        vision_config={**vision, "image_size": 32, "patch_size": 8},
        mm_tokens_per_image=4,
    )
    return Gemma3ForConditionalGeneration(config)


def t5gemma(width: int = 16) -> Any:
    """The encoder alone."""
    from transformers import T5GemmaConfig, T5GemmaEncoderModel
    from transformers.models.t5gemma.configuration_t5gemma import T5GemmaModuleConfig

    half = T5GemmaModuleConfig(**_gemma_config(width), layer_types=["full_attention"] * 2).to_dict()
    return T5GemmaEncoderModel(T5GemmaConfig(encoder=half, decoder=half, is_encoder_decoder=False))


def roberta_tokenizer(length: int = 77) -> Any:
    from transformers import RobertaTokenizer

    words = ["<s>", "<pad>", "</s>", "<unk>", *_bytes(), "<mask>"]
    vocabulary = {word: index for index, word in enumerate(words)}
    return RobertaTokenizer(vocab=vocabulary, merges=[], model_max_length=length)
